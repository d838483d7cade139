"""What changed between two days of the register, column by column, in words of the domain."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from epargraph import vocabulary
from epargraph.changes.change import Change
from epargraph.changes.notation import present_name, same
from epargraph.changes.substances import Generics
from epargraph.changes.uses import Told, became
from epargraph.changes.wording import difference
from epargraph.read.columns import meanings
from epargraph.sources import Entry, Stated, Version, column_names, entries, stated
from epargraph.stores import Dataset

_DATE_OF = {
    "authorised": "authorisation_date",
    "withdrawn": "end_date",
    "lapsed": "end_date",
    "expired": "end_date",
    "revoked": "end_date",
    "suspended": "suspension_date",
    "refused": "refusal_date",
    "application withdrawn": "application_withdrawal_date",
    "withdrawn from rolling review": "application_withdrawal_date",
    "opinion": "opinion_date",
}
"""The column of the day from which each status holds."""

_FLAGS = {
    "orphan": ("orphan status gained", "orphan status lost"),
    "additional_monitoring": ("additional monitoring started", "additional monitoring ended"),
    "prime": ("PRIME status gained", "PRIME status lost"),
}
_SORTS = {
    "generic": "generic",
    "generic_or_hybrid": "generic or hybrid",
    "biosimilar": "biosimilar",
    "advanced_therapy": "advanced therapy",
}
_VALUES = {
    "name": "renamed",
    "company": "holder changed",
    "atc_code": "ATC code changed",
    "atcvet_code": "ATC code changed",
    "species": "species changed",
    "active_substance": "active substance told otherwise",
}
"""The columns whose change has a type of its own."""

_REVISION = ("revision", "procedure", "decision_date", "entry_updated")
_TYPE = ("conditional_approval", "exceptional_circumstances")


@dataclass(slots=True)
class _Days:
    """Two days of the register beside each other."""

    old: Version
    new: Version
    columns: frozenset[str]
    uses: Mapping[str, tuple[list[Stated], list[Stated]]] = field(default_factory=dict)


def between(
    old: tuple[Version, Dataset], new: tuple[Version, Dataset], medicine: str | None = None
) -> Iterator[Change]:
    """Yield what changed from the one day's register to the other's, medicine by medicine."""
    (old_version, old_data), (new_version, new_data) = old, new
    all_before = entries(old_data, old_version.graph)
    all_after = entries(new_data, new_version.graph)
    pairs = [
        (was, now)
        for was, now in _paired(all_before, all_after)
        if medicine is None or medicine in [each.medicine for each in (was, now) if each]
    ]
    days = _Days(old_version, new_version, _shared(old, new))
    changed = {
        each.medicine
        for was, now in pairs
        if was and now and any(difference(was.one("indication"), now.one("indication")))
        for each in (was, now)
    }
    days.uses = _uses((old_version, old_data), (new_version, new_data), changed)
    generics = Generics(all_before)
    for was, now in pairs:
        if was is not None and now is not None:
            yield from _changed(days, was, now)
        elif now is not None:
            yield _one_sided(days, "new medicine", now, None, now)
        elif was is not None:
            yield _one_sided(days, "removed from the register", was, was, None)
        if now is not None and (entered := generics.entered(was, now)):
            yield _change(days, now, "generic entered", was, now, after=entered, date=now.one("authorisation_date"))


def _shared(old: tuple[Version, Dataset], new: tuple[Version, Dataset]) -> frozenset[str]:
    """Return the keys of the columns that both days have: of the others nothing can be told."""
    (old_version, old_data), (new_version, new_data) = old, new
    one, other = column_names(old_data, old_version.graph), column_names(new_data, new_version.graph)
    return frozenset(one.keys() & other.keys())


def _paired(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Yield each medicine's entries of the two days, None where it has none.

    A medicine is known by its number; where one day writes a number that is no number of the other day, by its name, if
    only one such entry of each day has that.
    """
    old, new = _by_medicine(before), _by_medicine(after)
    lost, come = _by_name(old, old.keys() - new.keys()), _by_name(new, new.keys() - old.keys())
    moved = {old_key: come[name] for name, old_key in lost.items() if name in come}
    for key in sorted(old):
        yield old[key], new.get(moved.get(key, key))
    yield from ((None, new[key]) for key in sorted(new.keys() - old.keys() - set(moved.values())))


def _by_medicine(found: Sequence[Entry]) -> dict[str, Entry]:
    """Return the entries by their medicines, a second one of a medicine by its place too."""
    by_key: dict[str, Entry] = {}
    for each in found:
        key, again = each.medicine, 1
        while key in by_key:
            again += 1
            key = f"{each.medicine} {again}"
        by_key[key] = each
    return by_key


def _by_name(found: Mapping[str, Entry], keys: Collection[str]) -> dict[tuple[str, str], str]:
    """Return some of the entries' keys by the names that only one of them has, with the domain."""
    by_name: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        if name := present_name(found[key].one("name")).casefold():
            by_name.setdefault((name, found[key].one("category")), []).append(key)
    return {name: each[0] for name, each in by_name.items() if len(each) == 1}


def _uses(
    old: tuple[Version, Dataset], new: tuple[Version, Dataset], medicines: set[str]
) -> dict[str, tuple[list[Stated], list[Stated]]]:
    found: dict[str, tuple[list[Stated], list[Stated]]] = {each: ([], []) for each in medicines}
    for side, (version, data) in enumerate((old, new)):
        for fact in stated(data, version.graph, medicines, ("Indication",)):
            found[fact.medicine][side].append(fact)
    return found


def _change(
    days: _Days,
    named: Entry,
    type_: str,
    was: Entry | None,
    now: Entry | None,
    *,
    before: str | None = None,
    after: str | None = None,
    subject: str = "",
    date: str | None = None,
    words: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> Change:
    return Change(
        type=type_,
        medicine=named.medicine,
        name=named.name,
        old=days.old,
        new=days.new,
        before=before,
        after=after,
        subject=subject,
        date=date or None,
        added=words[0],
        removed=words[1],
        from_node=was.node if was else None,
        to_node=now.node if now else None,
        page=named.one("page_address") or None,
    )


def _one_sided(days: _Days, type_: str, named: Entry, was: Entry | None, now: Entry | None) -> Change:
    told = ", ".join([named.one("status") or "no status", *_sorts(named)])
    return _change(
        days,
        named,
        type_,
        was,
        now,
        before=None if was is None else told,
        after=None if now is None else told,
        date=named.one(_DATE_OF.get(named.one("status"), "")) if now else None,
    )


def _sorts(entry: Entry) -> list[str]:
    """Return what sort of medicine and authorisation an entry says it is, but for the standard one."""
    found = [word for word in _type(entry).split(" and ") if word not in ("standard", "")]
    found += [name for key, name in _SORTS.items() if entry.says(key)]
    return found + (["orphan"] if entry.says("orphan") else [])


def _type(entry: Entry) -> str:
    """Return the type of the authorisation, empty where the entry does not tell it."""
    if any(entry.values.get(key) not in (("true",), ("false",)) for key in _TYPE):
        return ""
    told = [
        name for key, name in zip(_TYPE, ("conditional", "exceptional circumstances"), strict=True) if entry.says(key)
    ]
    return " and ".join(told) or "standard"


def _changed(days: _Days, was: Entry, now: Entry) -> Iterator[Change]:
    """Yield what changed in a medicine's entry."""
    for key in meanings():
        before, after = was.values.get(key, ()), now.values.get(key, ())
        if key in _REVISION or before == after or key not in days.columns:
            continue
        if not before or not after:
            yield _gap(days, was, now, key)
        elif key == "status":
            date = now.one(_DATE_OF.get(now.one("status"), ""))
            yield _change(days, now, "status changed", was, now, before=before[0], after=after[0], date=date)
        elif key == "indication":
            yield from _indication(days, was, now)
        elif key not in (*_TYPE, "product_number") and not same(key, before, after):
            yield _value(days, was, now, key)
    yield from _authorisation(days, was, now)
    yield from _revision(days, was, now)
    if was.medicine != now.medicine:
        yield _value(days, was, now, "product_number")


def _gap(days: _Days, was: Entry, now: Entry, key: str) -> Change:
    """Return that a cell was filled or emptied: what the table tells changed, and nobody knows whether the fact did."""
    type_ = "no longer told" if was.values.get(key) else "first told"
    return _change(days, now, type_, was, now, before=_shown(was, key), after=_shown(now, key), subject=_column(key))


def _value(days: _Days, was: Entry, now: Entry, key: str) -> Change:
    if key in _FLAGS and {was.one(key), now.one(key)} == {"true", "false"}:
        gained, lost = _FLAGS[key]
        return _change(days, now, gained if now.says(key) else lost, was, now)
    type_ = "sort of medicine changed" if key in _SORTS else _VALUES.get(key, "other value changed")
    subject = "" if key in _VALUES else _column(key)
    return _change(days, now, type_, was, now, before=_shown(was, key), after=_shown(now, key), subject=subject)


def _shown(entry: Entry, key: str) -> str | None:
    """Return what a column says, in words."""
    values = [{"true": "yes", "false": "no"}.get(each, each) for each in entry.values.get(key, ())]
    return "; ".join(values) or None


def _column(key: str) -> str:
    return vocabulary.label(meanings()[key].property.removeprefix("epar:"))


def _authorisation(days: _Days, was: Entry, now: Entry) -> Iterator[Change]:
    before, after = _type(was), _type(now)
    if not before or not after or before == after:
        return
    if before == "conditional" and after == "standard" and now.one("status") == "authorised":
        yield _change(days, now, "conditional became standard", was, now, before=before, after=after)
        return
    told = after if after != "standard" or now.one("status") == "authorised" else "no special type"
    yield _change(days, now, "authorisation type changed", was, now, before=before, after=told)


def _indication(days: _Days, was: Entry, now: Entry) -> Iterator[Change]:
    """Yield how the text on uses changed; that the medicine's own name was changed there, or was not, is no such change."""
    before, after = was.one("indication"), now.one("indication")
    old_name, new_name = present_name(was.one("name")), present_name(now.one("name"))
    called = partial(re.sub, rf"\b{re.escape(old_name)}\b", lambda _: new_name, flags=re.IGNORECASE)
    anew = called(before) if old_name else before
    added, removed = words = difference(anew, after)
    if (added or removed) and any(difference(before, after)):
        uses = [replace(each, quotes=tuple(map(called, each.quotes))) for each in days.uses[was.medicine][0]]
        type_ = became(Told(anew, uses), Told(after, days.uses[now.medicine][1]), added, removed)
        yield _change(days, now, type_, was, now, before=before, after=after, words=words)


def _revision(days: _Days, was: Entry, now: Entry) -> Iterator[Change]:
    """Yield that the product information was revised: all the columns that tell of it as one change."""
    changed = [key for key in _REVISION if key in days.columns and was.values.get(key, ()) != now.values.get(key, ())]
    if changed:
        before, after = (
            "; ".join(f"{_column(key)} {_shown(each, key) or 'not told'}" for key in changed) for each in (was, now)
        )
        yield _change(days, now, "new revision", was, now, before=before, after=after)
