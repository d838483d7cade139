"""What changed between two days of the register, column by column, in words of the domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from epargraph import vocabulary
from epargraph.changes.change import Change
from epargraph.changes.notation import same
from epargraph.changes.substances import Generics
from epargraph.changes.uses import became
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
    before: Mapping[str, Entry]
    after: Mapping[str, Entry]
    columns: frozenset[str]
    uses: Mapping[str, tuple[list[Stated], list[Stated]]] = field(default_factory=dict)


def between(
    old: tuple[Version, Dataset], new: tuple[Version, Dataset], medicine: str | None = None
) -> Iterator[Change]:
    """Yield what changed from the one day's register to the other's, medicine by medicine."""
    (old_version, old_data), (new_version, new_data) = old, new
    all_before = entries(old_data, old_version.graph)
    all_after = entries(new_data, new_version.graph)
    days = _Days(
        old_version,
        new_version,
        _by_medicine(all_before, medicine),
        _by_medicine(all_after, medicine),
        frozenset(column_names(old_data, old_version.graph).keys() & column_names(new_data, new_version.graph).keys()),
    )
    changed = {
        each.medicine
        for key, each in days.after.items()
        if (was := days.before.get(key)) is not None and any(difference(was.one("indication"), each.one("indication")))
    }
    days.uses = _uses((old_version, old_data), (new_version, new_data), changed)
    generics = Generics(all_before)
    for key in sorted(days.before.keys() | days.after.keys()):
        was, now = days.before.get(key), days.after.get(key)
        if was is not None and now is not None:
            yield from _changed(days, was, now)
        elif now is not None:
            yield _one_sided(days, "new medicine", now, None, now)
        elif was is not None:
            yield _one_sided(days, "removed from the register", was, was, None)
        if now is not None and (entered := generics.entered(was, now)):
            yield _change(days, now, "generic entered", was, now, after=entered, date=now.one("authorisation_date"))


def _by_medicine(found: Sequence[Entry], medicine: str | None) -> dict[str, Entry]:
    """Return the entries by their medicines, a second one of a medicine by its place too."""
    by_key: dict[str, Entry] = {}
    for each in found:
        if medicine is None or each.medicine == medicine:
            key, again = each.medicine, 1
            while key in by_key:
                again += 1
                key = f"{each.medicine} {again}"
            by_key[key] = each
    return by_key


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
    before, after = was.one("indication"), now.one("indication")
    added, removed = words = difference(before, after)
    if added or removed:
        type_ = became(*days.uses.get(now.medicine, ([], [])), added, removed)
        yield _change(days, now, type_, was, now, before=before, after=after, words=words)


def _revision(days: _Days, was: Entry, now: Entry) -> Iterator[Change]:
    """Yield that the product information was revised: all the columns that tell of it as one change."""
    changed = [key for key in _REVISION if key in days.columns and was.values.get(key, ()) != now.values.get(key, ())]
    if changed:
        before, after = (
            "; ".join(f"{_column(key)} {_shown(each, key) or 'not told'}" for key in changed) for each in (was, now)
        )
        yield _change(days, now, "new revision", was, now, before=before, after=after)
