"""A register table to its graph and report, its records in parts that several processes can read at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from epargraph.extract.register import extract_table, medicine_number
from epargraph.graph import DEFAULT_BASE
from epargraph.graph.register import entry_triples, graph_name, register_name, table_triples
from epargraph.model import SourceGraph
from epargraph.tables import Record, Table
from epargraph.validate import Checked, Outcomes, Result, validate_pieces

_PART = 100
"""Records that are read in one go: pySHACL takes a third of the time for each that it takes for one alone."""


@dataclass(frozen=True, slots=True)
class Part:
    """What some records of a table became; `fresh` are outcomes of validation that were not kept yet."""

    triples: bytes = field(repr=False)
    facts: int
    results: tuple[Result, ...]
    fresh: Outcomes


def parts(table: Table) -> Iterator[Table]:
    """Yield the table in parts; records of one medicine are in one part, and stand together."""
    names = table.names()
    of: dict[str, list[Record]] = {}
    for record in table.records:
        number = record.cells.get(names.get("product_number", ""), "")
        name = record.cells.get(names.get("name", ""), "")
        of.setdefault(medicine_number(number) or name, []).append(record)
    some: list[Record] = []
    for records in of.values():
        some += records
        if len(some) >= _PART:
            yield replace(table, records=tuple(some))
            some = []
    if some or not table.records:
        yield replace(table, records=tuple(some))


def read_part(table: Table, *, base: str = DEFAULT_BASE, keeping: Path | None = None, checking: bool = True) -> Part:
    """Return what a part of a table becomes; `keeping` is the file with the outcomes of former validations.

    Without `checking` it is not validated.
    """
    reading = extract_table(table)
    pieces: dict[str, bytes] = {}
    for entry, (_, triples) in zip(reading.entries, entry_triples(reading, base=base), strict=True):
        key = entry.number or entry.name
        pieces[key] = pieces.get(key, b"") + triples
    common = table_triples(table, base=base)
    checked = Checked((), {})
    if checking:
        checked = validate_pieces(graph_name(table, base=base), common, list(pieces.values()), keeping)
    facts = sum(len(entry.facts) for entry in reading.entries)
    return Part(b"".join(pieces.values()), facts, checked.results, checked.fresh)


def whole(table: Table, read: Sequence[Part], *, base: str = DEFAULT_BASE) -> tuple[SourceGraph, tuple[Result, ...]]:
    """Return the graph and the results of a table of which all parts are read."""
    lines = {line for part in read for line in part.triples.splitlines(keepends=True)}
    lines.update(table_triples(table, base=base).splitlines(keepends=True))
    name = graph_name(table, base=base)
    graph = SourceGraph(name, register_name(table, base=base), "", table.sha256, b"".join(sorted(lines)))
    return graph, tuple(sorted({result for part in read for result in part.results}, key=Result.key))
