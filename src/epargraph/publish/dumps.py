"""The files that hold all medicines, written piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from epargraph.export import jsonld
from epargraph.export.turtle import graph_piece, head, piece
from epargraph.kinds import KINDS
from epargraph.publish import nanopubs, tables
from epargraph.publish.about import About
from epargraph.publish.describe import Counts
from epargraph.publish.folder import Folder
from epargraph.publish.pages import THINGS
from epargraph.publish.parts import Shelf
from epargraph.publish.told import parsed
from epargraph.publish.work import Written, count, document, lines

_CHUNK = 20_000
"""Lines that are written at a time, of what is of no single medicine."""


class Dumps:
    """The data in each format, the tables and the nanopublications; open as long as the stack is."""

    def __init__(self, folder: Folder, about: About, stack: ExitStack) -> None:
        self._folder = folder
        self._base = about.base
        self._turtle, self._trig, self._trees, self._nanopubs, self._addresses = (
            stack.enter_context(folder.stream(path))
            for path in (
                "data/epargraph.ttl.gz",
                "data/epargraph.trig.gz",
                "data/epargraph.jsonld.gz",
                "nanopubs/nanopubs.trig.gz",
                "nanopubs/index.tsv.gz",
            )
        )
        self._tables = {kind: stack.enter_context(folder.stream(f"tables/{kind}.csv")) for kind in KINDS}
        for dump in (self._turtle, self._trig):
            dump.write(head(self._base).encode())
        context = json.dumps(jsonld.context(), ensure_ascii=False, separators=(",", ":"))
        self._trees.write(f'{{"@context":{context},"@graph":[\n'.encode())
        self._nanopubs.write(nanopubs.HEAD.encode())
        self._addresses.write(b"fact\tnanopublication\n")
        for kind, table in self._tables.items():
            table.write(tables.header(kind).encode())

    def add(self, medicine: Written) -> None:
        """Write what all files have of a medicine."""
        self._turtle.write(medicine.turtle.encode())
        self._trig.write(medicine.trig.encode())
        self._trees.write(medicine.jsonld.encode())
        self._nanopubs.write(medicine.nanopubs.encode())
        self._addresses.write(medicine.addresses.encode())
        for kind, rows in medicine.rows.items():
            self._tables[kind].write(rows.encode())

    def finish(self, shelf: Shelf) -> Counts:
        """Write what is of no single medicine, and return its counts."""
        union: set[str] = set()
        for each in shelf.shared():
            for some in _chunks(each.own):
                self._trig.write(graph_piece(each.graph, parsed(some), self._base).encode())
            union.update(each.own)
        counts = Counts()
        ordered = sorted(union)
        for some in _chunks(ordered):
            triples = parsed(some)
            self._turtle.write(piece(triples, self._base).encode())
            self._trees.write(lines(document(triples)).encode())
            counts.add(count(triples))
        self._trees.write(b"{}]}\n")  # what follows the last comma
        for name in THINGS:
            told = [line for line in ordered if line.startswith(f"<{self._base}{name}/")]
            self._folder.write(f"things/{name}.ttl", head(self._base) + piece(parsed(told), self._base))
        return counts


def _chunks(ordered: Iterable[str]) -> Iterator[list[str]]:
    """Yield sorted lines some at a time, those of one subject together."""
    some: list[str] = []
    for line in ordered:
        if len(some) >= _CHUNK and line.partition(" ")[0] != some[-1].partition(" ")[0]:
            yield some
            some = []
        some.append(line)
    if some:
        yield some
