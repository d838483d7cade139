"""Exports written to a file as they are made: memory holds a medicine or a graph at a time, or some lines of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import BinaryIO

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from epargraph.export import jsonld
from epargraph.export.ordered import Kept, in_order
from epargraph.export.turtle import Places, Subjects, Writer, bases, graph_of, head_of, position, subjects_of, told
from epargraph.stores.sparql import PREFIXES

Graphs = Iterable[tuple[str, bytes]]
"""Names of graphs with their canonical N-Triples, sorted by name."""

Lines = Iterable[tuple[str, Iterable[bytes]]]
"""Names of graphs with the lines of their canonical N-Triples, in any order."""

_MOST_LINES = 50_000
_MOST_SUBJECTS = 12_000
"""What is sorted in memory, some 15 MB; more goes through files."""
_SOME = 1_000
"""Subjects of no single medicine, or triples, that are written in one go."""


def n_quads(graphs: Lines, to: BinaryIO) -> None:
    """Write the graphs as sorted N-Quads."""
    lines = (line[:-2] + end for name, some in graphs for end in (f" <{name}> .".encode(),) for line in some)
    to.writelines(b"%s\n" % line for line in in_order(lines, _MOST_LINES))


def n_triples(graphs: Lines, to: BinaryIO) -> None:
    """Write the union of the graphs as sorted N-Triples."""
    to.writelines(b"%s\n" % line for line in _union(graphs))


def rdf_xml(graphs: Lines, to: BinaryIO) -> None:
    """Write the union of the graphs as RDF/XML."""
    pyoxigraph.serialize(union(graphs), to, format=RdfFormat.RDF_XML, prefixes=PREFIXES)


def json_ld(graphs: Lines, to: BinaryIO) -> None:
    """Write the union of the graphs as JSON-LD."""
    jsonld.write((line.decode() for line in _union(graphs)), to)


def union(graphs: Lines) -> Iterator[Triple]:
    """Yield the triples of all graphs, sorted and each once."""
    lines = _union(graphs)
    while some := b"\n".join(islice(lines, _SOME)):
        yield from (quad.triple for quad in pyoxigraph.parse(some, format=RdfFormat.N_TRIPLES))


def _union(graphs: Lines) -> Iterator[bytes]:
    """Yield the lines of all graphs, sorted and each once."""
    return (line for line, _ in groupby(in_order((line for _, some in graphs for line in some), _MOST_LINES)))


def lines(text: bytes) -> list[bytes]:
    """Return the lines of N-Triples, without their ends."""
    return [line for line in text.split(b"\n") if line]


def trig(graphs: Graphs, to: BinaryIO) -> None:
    """Write the graphs as TriG, one after the other."""
    with Kept[tuple[str, bytes]]() as kept, tempfile.TemporaryFile(prefix="epargraph-") as body:
        found: set[str] = set()
        for name, text in graphs:
            found |= bases(subjects_of(text))
            kept.add((name, text))
        writer = Writer(found.pop() if len(found) == 1 else "")
        for name, text in kept:
            body.write(graph_of(name, subjects_of(text), writer).encode())
        _with_head(writer, body, to)


def turtle(graphs: Graphs, to: BinaryIO) -> None:
    """Write the union of the graphs as Turtle, a medicine at a time."""
    with Kept[_Part]() as parts, tempfile.TemporaryFile(prefix="epargraph-") as body:
        found: set[str] = set()
        places = Places()
        for _, text in graphs:
            of = subjects_of(text)
            places.learn(of)
            found |= bases(of)
            for subject, statements in of.items():
                parts.add((subject, position(subject, of), "\n".join(statements)))
        writer = Writer(found.pop() if len(found) == 1 else "")
        records = ((places.group(part[0]), part[0].strip("<>"), number, part) for number, part in enumerate(parts))
        last = ("", "")
        for some in _together(in_order(records, _MOST_SUBJECTS)):
            of, positions = _joined(some)
            written, last = told(of, positions, places, writer, last)
            body.write(written.encode())
        _with_head(writer, body, to)


_Part = tuple[str, int | None, str]
"""What a graph says of a subject: the subject, where its evidence begins in the text, its statements, a line each."""
_Record = tuple[tuple[int, str, str], str, int, _Part]
"""A part behind what it is sorted by: its group, the subject's IRI, and a number of its own."""


def _together(records: Iterable[_Record]) -> Iterator[list[_Part]]:
    """Yield what is written in one go: all parts of a medicine, or of some subjects that stand for themselves."""
    for group, of_group in groupby(records, key=lambda record: record[0]):
        some: list[_Part] = []
        for record in of_group:
            if group[0] and len(some) >= _SOME and some[-1][0] != record[3][0]:
                yield some
                some = []
            some.append(record[3])
        yield some


def _joined(parts: Iterable[_Part]) -> tuple[Subjects, dict[str, int | None]]:
    """Return what several graphs say of their subjects, each statement once, and where the subjects begin in the text."""
    of: Subjects = {}
    positions: dict[str, int | None] = {}
    for subject, begins, statements in parts:
        if subject not in of:
            of[subject], positions[subject] = statements.split("\n"), begins
            continue
        of[subject] = list(dict.fromkeys([*of[subject], *statements.split("\n")]))
        former = positions[subject]
        positions[subject] = begins if former is None else former if begins is None else min(former, begins)
    return of, positions


def _with_head(writer: Writer, body: BinaryIO, to: BinaryIO) -> None:
    """Write the prefixes that were used, and then what uses them."""
    to.write(head_of(writer).encode())
    body.seek(0)
    shutil.copyfileobj(body, to, 1 << 20)
