"""Where an overview and the register speak of the same thing: they agree, they differ, or only one of them says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from epargraph.changes.notation import plain, same
from epargraph.changes.substances import same_substances
from epargraph.errors import UsageError
from epargraph.lookup import medicine_named
from epargraph.sources import Entry, Stated, Version, column_names, entries, stated, versions
from epargraph.stores import Store

AGREE, DIFFER = "agree", "differ"
ONLY_OVERVIEW, ONLY_REGISTER = "only in the overview", "only in the register"

_KINDS = ("Medicine", "Authorisation", "Designation")
_TYPES = ("conditional_approval", "exceptional_circumstances")
_SORTS = {
    "generic": ("generic",),
    "generic_or_hybrid": ("generic", "hybrid"),
    "biosimilar": ("biosimilar",),
}
_SORT_WORDS = frozenset(word for words in _SORTS.values() for word in words)
_DESIGNATIONS = {"orphan": "orphan", "PRIME": "prime", "additional monitoring": "additional_monitoring"}
_YES_NO = {"true": "Yes", "false": "No"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing of a medicine as its overview and the register tell it; each side with its words, none where it is silent."""

    medicine: str
    name: str
    subject: str
    verdict: str
    overview: tuple[str, ...]
    register: tuple[str, ...]
    overview_quotes: tuple[str, ...]
    register_quotes: tuple[str, ...]
    overview_version: Version = field(repr=False)
    register_version: Version = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Side:
    """What one source says of a thing: values, and the words they were read from."""

    values: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()


def reconcile(store: Store, medicine: str | None = None) -> list[Comparison]:
    """Return what overviews and register tell of the same medicines, one thing after the other.

    A medicine that the overview gives no product number is found by its name where one entry alone has it. `medicine` is
    a name, a product number or an IRI. Raises UsageError where the store lacks overviews or a register, or the medicine.
    """
    wanted = medicine_named((store,), medicine) if medicine is not None else None
    current = [each for each in versions(store) if each.current]
    overviews = [each for each in current if not each.is_register and wanted in (None, each.medicine)]
    registers = sorted((each for each in current if each.is_register), key=lambda each: "excerpt" in each.source)
    if not registers or not any(not each.is_register for each in current):
        lacks = "register" if not registers else "overview"
        raise UsageError("reconcile", f"the store holds no {lacks}", f"build one: epargraph build {lacks.upper()}")
    found: list[Comparison] = []
    listed = {each.graph: entries(store, each.graph) for each in registers}
    for overview in sorted(overviews, key=lambda each: (each.name.casefold(), each.graph)):
        for register in registers:
            entry = _entry(overview, listed[register.graph])
            if entry is not None:
                found += _compared(store, overview, register, entry)
                break  # the whole register before an excerpt of it
    return found


def _entry(overview: Version, listed: Sequence[Entry]) -> Entry | None:
    """Return the entry of an overview's medicine: by its number, else by its name if only one entry has that."""
    same_number = [each for each in listed if each.medicine == overview.medicine]
    if same_number:
        return same_number[0]
    if not overview.medicine.rpartition("/")[2].startswith("name-"):
        return None
    named = [each for each in listed if same("name", (each.name,), (overview.name,))]
    return named[0] if len(named) == 1 else None


def _compared(store: Store, overview: Version, register: Version, entry: Entry) -> Iterator[Comparison]:
    told = _overview(stated(store, overview.graph, [overview.medicine], _KINDS))
    columns = column_names(store, register.graph)
    listed = _register(entry, stated(store, register.graph, [entry.medicine], _KINDS), columns)
    for subject in _ALIKE:
        one, other = told.get(subject, _Side()), listed.get(subject, _Side())
        if one.values or (other.values and other.values != ("no",)):  # what is denied need not be told
            yield Comparison(
                medicine=entry.medicine,
                name=overview.name or entry.name,
                subject=subject,
                verdict=_verdict(subject, one.values, other.values),
                overview=one.values,
                register=other.values,
                overview_quotes=one.quotes,
                register_quotes=other.quotes,
                overview_version=overview,
                register_version=register,
            )


def _verdict(subject: str, one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if not other:
        return ONLY_OVERVIEW
    if not one:
        return ONLY_REGISTER
    return AGREE if _ALIKE[subject](one, other) else DIFFER


def _overview(facts: Iterable[Stated]) -> dict[str, _Side]:
    """Return what an overview says of each thing."""
    found: dict[str, _Side] = {}
    for fact in facts:
        if fact.kind == "Medicine":
            values = {"name": fact.fields.get("name", ()), "substance": fact.fields.get("substance", ())}
            values["domain"] = fact.fields.get("domain", ())
            values["sort"] = tuple(each for each in fact.fields.get("medicine_type", ()) if each in _SORT_WORDS)
        elif fact.kind == "Authorisation":
            converted = fact.one("converted_on")
            values = {"authorisation type": ("standard",) if converted else fact.fields.get("type", ())}
            values["authorisation date"] = fact.fields.get("date", ())
            values["status"] = fact.fields.get("status", ())
            values["holder"] = fact.fields.get("holder", ())
        else:
            values = {fact.one("type"): ("yes",)}
        for subject, told in values.items():
            if told and subject in _ALIKE and subject not in found:
                found[subject] = _Side(told, telling(told if told != ("yes",) else (subject,), fact.quotes))
    return found


def telling(values: Iterable[str], quotes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the quotes that share the most words and numbers with the values."""
    wanted = _tokens(" ".join(values))
    shared = [len(wanted & _tokens(quote)) for quote in quotes]
    return tuple(quote for quote, count in zip(quotes, shared, strict=True) if count == max(shared, default=0))


def _tokens(text: str) -> set[str]:
    return {word.lstrip("0") for word in re.findall(r"\w+", plain(text))}


def _register(entry: Entry, facts: Iterable[Stated], columns: Mapping[str, str]) -> dict[str, _Side]:
    """Return what the register says of each thing, with the cells that say it."""
    cells = {quote.partition(": ")[0]: quote for fact in facts for quote in fact.quotes}

    def quoted(*keys: str) -> tuple[str, ...]:
        told = ((columns[key], " ".join(entry.values[key])) for key in keys if key in columns and key in entry.values)
        return tuple(cells.get(column) or f"{column}: {_YES_NO.get(value, value)}" for column, value in told)

    of_kind = {fact.kind: fact for fact in facts}
    medicine, authorisation = of_kind.get("Medicine"), of_kind.get("Authorisation")
    found = {
        "name": _Side(entry.values.get("name", ()), quoted("name")),
        "holder": _Side(entry.values.get("company", ()), quoted("company")),
        "authorisation date": _Side(entry.values.get("authorisation_date", ()), quoted("authorisation_date")),
    }
    if medicine is not None:
        found["substance"] = _Side(medicine.fields.get("substance", ()), quoted("active_substance"))
        found["domain"] = _Side(medicine.fields.get("domain", ()), quoted("category"))
    if authorisation is not None:
        found["status"] = _Side(authorisation.fields.get("status", ()), quoted("status"))
        types = tuple(
            sorted({each for fact in facts if fact.kind == "Authorisation" for each in fact.fields.get("type", ())})
        )
        found["authorisation type"] = _Side(types, quoted(*_TYPES))
    for subject, key in _DESIGNATIONS.items():
        if (told := entry.one(key)) in _YES_NO:
            found[subject] = _Side((_YES_NO[told].lower(),), quoted(key))
    sorts = tuple(dict.fromkeys(word for key, words in _SORTS.items() if entry.says(key) for word in words))
    keys = [key for key in _SORTS if key in entry.values]
    if keys:
        found["sort"] = _Side(sorts or ("no",), quoted(*(key for key in keys if entry.says(key) or not sorts)))
    return found


def _dates_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether dates are the same as far as the less precise one goes."""
    return any(a.startswith(b) or b.startswith(a) for a in one for b in other)


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return bool({*one} & {*other})


_ALIKE: Mapping[str, Callable[[tuple[str, ...], tuple[str, ...]], bool]] = {
    "name": partial(same, "name"),
    "domain": _overlap,
    "substance": same_substances,
    "authorisation type": _overlap,
    "authorisation date": _dates_alike,
    "status": _overlap,
    "holder": partial(same, "company"),
    "orphan": _overlap,
    "PRIME": _overlap,
    "additional monitoring": _overlap,
    "sort": _overlap,
}
"""The things that both sources tell, each with how to see whether they agree."""


def to_json(told: Comparison) -> dict[str, object]:
    """Return a comparison as JSON values, what is absent left out."""
    row: dict[str, object] = {
        "medicine": told.medicine,
        "name": told.name,
        "subject": told.subject,
        "verdict": told.verdict,
        "overview": list(told.overview),
        "register": list(told.register),
        "overview_quotes": list(told.overview_quotes),
        "register_quotes": list(told.register_quotes),
        "overview_graph": told.overview_version.graph,
        "register_graph": told.register_version.graph,
    }
    return {name: value for name, value in row.items() if value != []}
