"""Register table to facts: what each record states, as facts of the catalogue and as the typed values of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from epargraph import kinds, vocabulary
from epargraph.extract.biomarker_words import Marker
from epargraph.extract.cell_lists import codes, entries, headings, in_lower_case, semicolons, substances
from epargraph.extract.engine import closed
from epargraph.extract.indications import statements
from epargraph.extract.names import Names
from epargraph.kinds import Fact, Json
from epargraph.model import Span
from epargraph.patterns import compiled
from epargraph.read.columns import Meaning, meanings
from epargraph.tables import CellEvidence, Record, Table
from epargraph.values import date as day_of
from epargraph.vocabulary import CODE

__all__ = ["Entry", "Reading", "Told", "extract_table", "medicine_number"]

Typed = str | int | bool
"""A value of a cell: a day as ISO 8601, a code as the notation of its concept, the words where they fit no type."""

TYPES = {"conditional_approval": "conditional", "exceptional_circumstances": "exceptional circumstances"}
DESIGNATIONS = {"orphan": "orphan", "prime": "PRIME", "additional_monitoring": "additional monitoring"}
MEDICINE_TYPES = {"generic": "generic", "generic_or_hybrid": "generic or hybrid", "biosimilar": "biosimilar"}

SCHEMES = {"category": "domain", "status": "register-status", "opinion_status": "opinion-status"}
"""The closed list of each column of codes."""

_ATC = {
    "atc_code": re.compile(r"[A-V](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?"),
    "atcvet_code": re.compile(r"Q[A-V](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?"),
}
_NUMBER = re.compile(r"(?:EMEA/)?(?P<domain>[HV])/C/?(?P<number>\d{6})")
_LISTS: Mapping[str, Callable[[str], list[Span]]] = {
    "therapeutic_area": headings,
    "atc_code": codes,
    "atcvet_code": codes,
    "common_name": semicolons,
}


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with the cells that state it; the fact's own evidence, which is that of documents, is empty."""

    fact: Fact
    evidence: tuple[CellEvidence, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the fact in the JSON form of the catalogue."""
        return {**kinds.to_json(self.fact), "evidence": [dict(each.to_json()) for each in self.evidence]}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a record states: the typed values of its known columns by their keys, and the facts.

    `number` is the product number in full, empty where the record has none; `unread` are the stretches of the indication
    from which nothing was read.
    """

    record: Record
    name: str
    number: str
    values: Mapping[str, tuple[Typed, ...]]
    facts: tuple[Told, ...]
    unread: tuple[Span, ...] = ()

    def value(self, key: str) -> Typed | None:
        """Return the one value of a column, None where the cell is empty."""
        return next(iter(self.values.get(key, ())), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """A register table with what its records state, and what is odd about it: row by row, nothing repaired."""

    table: Table
    entries: tuple[Entry, ...] = field(repr=False)
    warnings: tuple[str, ...] = ()

    def to_json(self, *, unread: bool = False) -> dict[str, Json]:
        """Return the table's cells, the facts in the JSON form of the catalogue, and the values of all known columns.

        With `unread`, also the sentences of the indications from which nothing was read.
        """
        records: list[Json] = [
            {"record": each.record.id, "row": each.record.row, "cells": dict(each.record.cells)}
            for each in self.entries
        ]
        values: list[Json] = [{"record": each.record.id, **_values_json(each)} for each in self.entries]
        told: dict[str, Json] = {
            "table": self.table.source,
            "sha256": self.table.sha256,
            "date": self.table.date,
            "records": records,
            "facts": [told.to_json() for each in self.entries for told in each.facts],
            "entries": values,
            "warnings": list(self.warnings),
        }
        if unread:
            told["unread"] = list(self._unread())
        return told

    def _unread(self) -> Iterator[Json]:
        column = self.table.names().get("indication", "")
        for entry in self.entries:
            for span in entry.unread:
                words = entry.record.cells[column][span.start : span.end]
                place: dict[str, Json] = {"record": entry.record.id, "column": column}
                yield {**place, "text": words, "start": span.start, "end": span.end}


def _values_json(entry: Entry) -> dict[str, Json]:
    known = meanings()
    return {
        key: list(found) if known[key].holds == "list" else next(iter(found)) for key, found in entry.values.items()
    }


def extract_table(table: Table) -> Reading:
    """Return what each record of the table states, in the order of the records."""
    columns = [(name, meanings()[key]) for key, name in table.names().items()]
    odd: dict[tuple[str, str], list[int]] = {}
    found = tuple(_Reader(table, record, columns, odd).entry() for record in table.records)
    return Reading(table, found, (*table.warnings, *_told(odd)))


def medicine_number(number: str) -> str:
    """Return a product number in its full form, where the register writes only a part of it; else as it is.

    >>> medicine_number("EMEA/H/C005201"), medicine_number("H/C/005084"), medicine_number("R/0023")
    ('EMEA/H/C/005201', 'EMEA/H/C/005084', 'R/0023')
    """
    found = _NUMBER.fullmatch(number)
    return f"EMEA/{found['domain']}/C/{found['number']}" if found else number


def _told(odd: Mapping[tuple[str, str], list[int]]) -> Iterator[str]:
    for (column, what), rows in odd.items():
        more = f" and {len(rows) - 10:,} more" if len(rows) > 10 else ""
        yield f"{column}: {what} (row {', '.join(map(str, rows[:10]))}{more})"


class _Reader:
    """Reads one record; kept for the length of one call."""

    def __init__(
        self, table: Table, record: Record, columns: list[tuple[str, Meaning]], odd: dict[tuple[str, str], list[int]]
    ) -> None:
        self.table = table
        self.record = record
        self.odd = odd
        self.names = {meaning.key: name for name, meaning in columns}
        self.values: dict[str, tuple[Typed, ...]] = {}
        for name, meaning in columns:
            if (cell := record.cells.get(name)) is not None:
                self.values[meaning.key] = self._typed(cell, meaning, name)

    def entry(self) -> Entry:
        facts = [*self._medicine(), *self._authorisation(), *self._designations()]
        told, unread = self._indications()
        number = self._text("product_number")
        return Entry(
            self.record,
            self._text("name"),
            medicine_number(number),
            self.values,
            (*facts, *told),
            tuple(unread),
        )

    def _report(self, column: str, what: str) -> None:
        self.odd.setdefault((column, what), []).append(self.record.row)

    def _typed(self, cell: str, meaning: Meaning, column: str) -> tuple[Typed, ...]:
        """Return the values of a cell; one that is not of its column's type stays as it is written, and is reported."""
        if meaning.holds == "list":
            found = [cell[span.start : span.end] for span in _LISTS.get(meaning.key, entries)(cell)]
            pattern = _ATC.get(meaning.key)
            for each in found:
                if pattern is not None and not pattern.fullmatch(each):
                    self._report(column, f"“{each}” is no ATC code")
            return tuple(dict.fromkeys(found))
        if meaning.holds == "yes-no":
            said = {"yes": True, "no": False}.get(cell.casefold())
            if said is None:
                self._report(column, f"“{cell}” is neither yes nor no")
            return (cell if said is None else said,)
        if meaning.holds == "date":
            day = day_of(cell.partition("T")[0] if compiled(r"\d{4}-\d\d-\d\dT").match(cell) else cell)
            if day is None or len(day) != 10:
                self._report(column, f"“{cell}” is no day")
                return (cell,)
            return (day,)
        if meaning.holds == "number":
            if not compiled(r"\d{1,9}").fullmatch(cell):
                self._report(column, f"“{cell}” is no whole number")
                return (cell,)
            return (int(cell),)
        if meaning.holds == "code":
            scheme = f"{CODE}{SCHEMES[meaning.key]}"
            notation = {label.casefold(): each for label, each in vocabulary.labels(scheme).items()}.get(
                cell.casefold()
            )
            if notation is None:
                self._report(column, f"“{cell}” is not known")
            return (notation or cell,)
        return (cell,)

    def _text(self, key: str) -> str:
        return str(next(iter(self.values.get(key, ())), ""))

    def _is(self, key: str) -> bool:
        return self.values.get(key) == (True,)

    def _cell(self, key: str, *spans: Span, rule: str | None = None) -> Iterator[CellEvidence]:
        """Yield the evidence in a cell: the whole of it, or the stretches given; nothing where it is empty."""
        column = self.names.get(key, "")
        cell = self.record.cells.get(column)
        if cell is not None:
            for span in spans or (Span(0, len(cell)),):
                quote = cell[span.start : span.end]
                yield CellEvidence(
                    self.table, self.record.id, column, quote, span.start, span.end, rule or f"register-{key}"
                )

    def _medicine(self) -> Iterator[Told]:
        cell = self.record.cells.get(self.names.get("active_substance", ""), "")
        spans = substances(cell)
        types = [key for key in MEDICINE_TYPES if self._is(key)]
        fact = kinds.Medicine(
            name=self._text("name") or None,
            substance=tuple(dict.fromkeys(in_lower_case(cell[each.start : each.end]) for each in spans)),
            domain=self._text("category") or None,
            medicine_type=tuple(MEDICINE_TYPES[key] for key in types),
        )
        evidence = [each for key in ("name", "category", *types) for each in self._cell(key)]
        if spans:
            evidence += self._cell("active_substance", *spans)
        if kinds.values(fact):
            yield Told(fact, tuple(evidence))

    def _authorisation(self) -> Iterator[Told]:
        """Yield the authorisation: one, or one for each type where the record says that it is of two."""
        status = closed("Authorisation", "status", self._text("status"))
        date, ended = self._day("authorisation_date"), self._day("end_date")
        if status is None and date is None and ended is None:
            return
        granted = status not in (None, "refused")
        types: list[str | None] = [TYPES[key] for key in TYPES if self._is(key)]
        stated = [key for key in TYPES if self._is(key)]
        if not types and granted and all(self.values.get(key) == (False,) for key in TYPES):
            types, stated = ["standard"], list(TYPES)
        for type_ in types or [None]:
            of_type = [key for key in stated if type_ == "standard" or TYPES[key] == type_]
            keys = [*of_type, *(["status"] if status else [])]
            keys += [key for key, value in (("authorisation_date", date), ("end_date", ended)) if value]
            keys += ["company"] if granted and self._text("company") else []
            fact = kinds.Authorisation(
                type=type_,
                date=date,
                status=status,
                ended_on=ended,
                holder=self._text("company") or None if granted else None,
            )
            yield Told(fact, tuple(each for key in keys for each in self._cell(key)))

    def _day(self, key: str) -> str | None:
        value = self._text(key)
        return value if len(value) == 10 and day_of(value) == value else None

    def _designations(self) -> Iterator[Told]:
        for key, type_ in DESIGNATIONS.items():
            if self._is(key):
                yield Told(kinds.Designation(type=type_), tuple(self._cell(key)))

    def _indications(self) -> tuple[list[Told], list[Span]]:
        cell = self.record.cells.get(self.names.get("indication", ""))
        if cell is None:
            return [], []
        names = tuple(each for each in self._names() if len(each) > 3)
        found, unread = statements(cell, Names(self._text("name"), names))
        uses: dict[Fact, list[Span]] = {}
        markers: dict[Marker, list[Span]] = {}
        for each in found:
            fact = kinds.make("Indication", (), **each.use.fields())
            uses.setdefault(fact, []).extend(each.spans)
            for marker in each.use.markers:
                markers.setdefault(marker, []).extend(each.spans)
        told = [self._from_indication(fact, spans) for fact, spans in uses.items()]
        for marker, spans in markers.items():
            fact = kinds.Biomarker(gene=marker.gene, alteration=marker.alteration, status=marker.status)
            told.append(self._from_indication(fact, spans))
        return told, unread

    def _names(self) -> Iterator[str]:
        cell = self.record.cells.get(self.names.get("active_substance", ""), "")
        yield from (cell[each.start : each.end] for each in substances(cell))
        yield from (str(each) for each in self.values.get("common_name", ()))

    def _from_indication(self, fact: Fact, spans: list[Span]) -> Told:
        cell = self.record.cells[self.names["indication"]]
        trimmed = {_trimmed(cell, span) for span in spans}
        places = sorted(trimmed, key=lambda each: (each.start, each.end))
        return Told(fact, tuple(self._cell("indication", *places)))


def _trimmed(cell: str, span: Span) -> Span:
    words = cell[span.start : span.end]
    return Span(span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip()))
