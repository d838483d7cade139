"""The tables: valid as CSV on the Web, a row a fact."""

from __future__ import annotations

import csv
import json
import warnings
from itertools import zip_longest
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from epargraph import kinds, vocabulary
from epargraph.publish.tables import SEPARATOR, columns

_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def rows(released: Path, kind: str) -> list[dict[str, str]]:
    with (released / "tables" / f"{kind}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_tables_are_valid(released: Path) -> None:
    """The package csvw finds each table as its description says: columns, datatypes, keys."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns of its own doings
        from csvw import CSVW

        found = CSVW(str(released / "tables/tables.json"), validate=True)
        assert found.is_valid, found.warnings
        told = json.loads((released / "tables/tables.json").read_text("utf-8"))
        assert len(list(found.tables)) == len(told["tables"]) == len(kinds.KINDS)


def test_each_fact_has_its_row(released: Path, union: set[Triple]) -> None:
    """Each kind's table has a row for each fact of the graph, and no other row."""
    for kind in kinds.KINDS:
        nodes = {
            str(each.subject)[1:-1]
            for each in union
            if each.predicate == _TYPE and each.object == NamedNode(vocabulary.term(kind))
        }
        assert {row["fact"] for row in rows(released, kind)} == nodes, kind


def test_a_row_has_the_quote_and_its_place(released: Path, union: set[Triple]) -> None:
    """A row has the fact's fields, the words it was read from, their section, the medicine and the source."""
    dose = rows(released, "Dose")[0]
    assert [dose[name] for name in ("medicine_name", "role", "amount", "unit", "section")] == [
        "Lumykras", "recommended", "960", "mg", "use",
    ]  # fmt: skip
    assert dose["source"].endswith("/document/EMA-685702-2021")
    text = next(getattr(each.object, "value", "") for each in union if each.predicate.value.endswith("#content"))
    for kind in kinds.KINDS:
        for row in rows(released, kind):
            assert row["quote"], row
            quotes = row["quote"].split(SEPARATOR)
            for name in ("section", "page", "column", "source"):
                assert len(row[name].split(SEPARATOR)) in (1, len(quotes)), row
            for quote, section, column in zip_longest(
                quotes, row["section"].split(SEPARATOR), row["column"].split(SEPARATOR), fillvalue=""
            ):
                assert bool(section) != bool(column), row
                assert column or quote in text, row


def test_no_field_takes_the_place_of_a_column() -> None:
    """A table's columns all have names of their own."""
    for kind in kinds.KINDS:
        assert len(set(columns(kind))) == len(columns(kind)) == len(kinds.field_names(kind)) + 11
