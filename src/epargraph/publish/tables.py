"""Tables in CSV, one for each kind with one row a fact, and their description in the terms of CSV on the Web."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from io import StringIO
from typing import TypeAlias

from epargraph import kinds, vocabulary
from epargraph.publish.about import ACKNOWLEDGEMENT, About
from epargraph.publish.told import Medicine, Told

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

SEPARATOR = "|"
"""What stands between several values of a cell; one in a value is written as a broken bar."""

_BEFORE = {
    "fact": "IRI of the fact",
    "medicine_iri": "IRI of the medicine",
    "medicine_name": "name of the medicine",
    "product_number": "EMA product number of the medicine",
    "label": "the fact in a few words",
}
_REVIEW = {
    "review": "what a reviewer made of the fact: accepted, set aside (it is wrong), or corrected (it is the correction)"
}
_AFTER = {
    "quote": "the words that the fact was read from, each passage in the order of the text",
    "section": "section of the overview in which each passage stands; empty for a register's",
    "page": "page on which each passage stands, where the source has pages",
    "column": "column of the register in which each passage stands; empty for an overview's",
    "source": "IRI of the document or register of each passage",
}
_IRIS = ("fact", "medicine_iri")
_RESERVED = _BEFORE.keys() | _REVIEW.keys() | _AFTER.keys()


def columns(kind: str) -> list[str]:
    """Return the columns of a kind's table.

    >>> columns("Supply")[4:7]
    ['label', 'legal_status', 'review']
    """
    names = [f"{name}_stated" if name in _RESERVED else name for name in kinds.field_names(kind)]
    return [*_BEFORE, *names, *_REVIEW, *_AFTER]


def rows(medicine: Medicine) -> dict[str, str]:
    """Return a medicine's rows of each kind's table, as CSV without the header."""
    found: dict[str, list[list[str]]] = {}
    for fact in medicine.facts:
        found.setdefault(fact.kind, []).append(_row(medicine, fact))
    return {kind: _csv(told) for kind, told in found.items()}


def header(kind: str) -> str:
    """Return the first line of a kind's table."""
    return _csv([columns(kind)])


def _row(medicine: Medicine, fact: Told) -> list[str]:
    fields = [
        _joined(fact.things[name] if (fact.kind, name) == ("Outcome", "study") and name in fact.things else values)
        for name in kinds.field_names(fact.kind)
        for values in (fact.fields.get(name, ()),)
    ]
    told = fact.passages
    passages = [[each.quote for each in told]] + [
        [getattr(each, name) for each in told] if any(getattr(each, name) for each in told) else []
        for name in ("section", "page", "column", "source")
    ]
    review = str(fact.review or "")
    return [
        fact.iri,
        medicine.iri,
        medicine.name,
        medicine.number,
        fact.label,
        *fields,
        review,
        *map(_joined, passages),
    ]


def _joined(values: Iterable[str]) -> str:
    return SEPARATOR.join(each.replace(SEPARATOR, "¦") for each in values)


def _csv(told: Iterable[Iterable[str]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(told)  # RFC 4180
    return text.getvalue()


def description(found: Iterable[str], about: About) -> str:
    """Return the description of the tables of these kinds, as JSON (W3C Metadata Vocabulary for Tabular Data)."""
    told: dict[str, Json] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": "Facts of EU medicines, a table for each kind",
        "dc:license": {"@id": about.licence},
        "dc:rights": ACKNOWLEDGEMENT,
        "dc:publisher": about.publisher,
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tables": [_table(kind) for kind in found],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _table(kind: str) -> Json:
    described: list[Json] = []
    for name, what in _BEFORE.items():
        column: dict[str, Json] = {"name": name, "titles": name, "dc:description": what, "required": name in _IRIS}
        if name in _IRIS:
            column["datatype"] = "anyURI"
        described.append(column)
    for field, name in zip(kinds.field_names(kind), columns(kind)[len(_BEFORE) :], strict=False):
        described.append(_field(kind, field, name))
    for name, what in _REVIEW.items():
        described.append({"name": name, "titles": name, "dc:description": what})
    for name, what in _AFTER.items():
        described.append({"name": name, "titles": name, "dc:description": what, "separator": SEPARATOR})
    return {
        "url": f"{kind}.csv",
        "dc:title": vocabulary.label(kind),
        "tableSchema": {"aboutUrl": "{+fact}", "primaryKey": ["fact", "medicine_iri"], "columns": described},
    }


def _field(kind: str, field: str, name: str) -> dict[str, Json]:
    known = vocabulary.FIELDS[kind, field]
    column: dict[str, Json] = {"name": name, "titles": name, "propertyUrl": known.property}
    if field in kinds.number_fields(kind) and (kind, field) != ("Outcome", "study"):
        column["datatype"] = "decimal"
    if field in kinds.list_fields(kind):
        column["separator"] = SEPARATOR
    return column
