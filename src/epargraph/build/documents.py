"""One file to the graph and the validation report that it becomes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyoxigraph

from epargraph import kinds
from epargraph.build.register import Part, read_part, whole
from epargraph.build.register import parts as parts_of
from epargraph.errors import SourceError
from epargraph.extract import extract
from epargraph.graph import DEFAULT_BASE, to_graph
from epargraph.model import SourceGraph
from epargraph.read import read
from epargraph.read.register import is_table, read_table
from epargraph.tables import Table
from epargraph.validate import Outcomes, Report, Result, validate, validate_file, validate_pieces

SUFFIXES = (".txt", ".pdf", ".html", ".htm")
"""The endings of the names of overviews."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read: why, and what to do."""

    file: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Built:
    """What one file became; `sentences` and `unread` count what the rules had before them and what they left.

    `day` is the day that a register table stands for, None for other sources. `fresh` are the outcomes of validation
    that were not kept yet.
    """

    file: str
    medicine: str
    reference: str | None
    graph: SourceGraph = field(repr=False)
    report: bytes = field(repr=False)
    results: tuple[Result, ...]
    facts: int
    reading_warnings: tuple[str, ...]
    sentences: int
    unread: int
    retrieved: str | None
    day: str | None = None
    fresh: Outcomes = field(default_factory=dict, repr=False)


ReadParts = Callable[[Callable[[Table], Part], Iterable[Table]], Iterable[Part]]
"""Applies a function to the parts of a table, in order, as `map` does: here, or in several processes."""


def read_file(
    path: Path,
    *,
    base: str = DEFAULT_BASE,
    retrieved: str | None = None,
    keeping: Path | None = None,
    read_parts: ReadParts = map,
) -> Built | Failure:
    """Return the graph and the report that a file becomes, or why it became none.

    `keeping` is the file with the outcomes of former validations, which is only read here.
    """
    try:
        if is_table(path):
            return _register(path, base, retrieved, keeping, read_parts)
        return _overview(path, base, retrieved, keeping)
    except SourceError as error:
        return Failure(str(path), error.reason, error.remedy)
    except Exception as error:  # a fault of ours in one document of thousands is told like a fault of the file
        if os.environ.get("EPARGRAPH_DEBUG"):
            raise
        reason = f"reading it failed ({type(error).__name__}: {error})"
        return Failure(str(path), reason, "please report this with the file; EPARGRAPH_DEBUG=1 shows where it failed")


def _overview(path: Path, base: str, retrieved: str | None, keeping: Path | None) -> Built:
    document = read(path, retrieved=retrieved)
    extraction = extract(document)
    graph = to_graph(extraction, base=base)
    checked = validate_pieces(graph.name, b"", [graph.triples], keeping)
    told = next((fact for fact in extraction.facts if isinstance(fact, kinds.Document)), kinds.Document())
    named = next((fact.name for fact in extraction.facts if isinstance(fact, kinds.Medicine)), None)
    return Built(
        file=str(path),
        medicine=named or "",
        reference=told.reference,
        graph=graph,
        report=_report(graph, checked.results),
        results=checked.results,
        facts=len(extraction.facts),
        reading_warnings=document.warnings,
        sentences=extraction.sentences,
        unread=len(extraction.unread),
        retrieved=retrieved,
        fresh=checked.fresh,
    )


def _register(path: Path, base: str, retrieved: str | None, keeping: Path | None, read_parts: ReadParts) -> Built:
    table = read_table(path, retrieved=retrieved)
    read_one = partial(read_part, base=base, keeping=keeping)
    read_all = list(read_parts(read_one, parts_of(table)))
    graph, results = whole(table, read_all, base=base)
    return Built(
        file=str(path),
        medicine="",
        reference=f"register of {table.date}" if table.date else "register",
        graph=graph,
        report=_report(graph, results),
        results=results,
        facts=sum(part.facts for part in read_all),
        reading_warnings=table.warnings,
        sentences=0,
        unread=0,
        retrieved=retrieved,
        day=table.date,
        fresh={key: found for part in read_all for key, found in part.fresh.items()},
    )


def _report(graph: SourceGraph, results: tuple[Result, ...]) -> bytes:
    return Report(results, (graph.source,)).to_triples(report_name(graph.name))


def check(path: Path) -> Report:
    """Return the validation report on an overview, a register table, or a file of RDF (told by the ending of its name)."""
    ending = path.suffix.lower()
    if is_table(path):
        built = _register(path, DEFAULT_BASE, None, None, map)
        return Report(built.results, (built.graph.source,))
    if ending not in SUFFIXES and pyoxigraph.RdfFormat.from_extension(ending.removeprefix(".")):
        return validate_file(path)
    return validate(to_graph(extract(read(path))).triples)


def report_name(graph: str) -> str:
    """Return the name of the graph that holds the validation report on a source graph.

    >>> report_name("https://w3id.org/epargraph/graph/EMA-1-2022/0123456789ab")
    'https://w3id.org/epargraph/report/EMA-1-2022/0123456789ab'
    """
    head, found, tail = graph.rpartition("/graph/")
    return f"{head}/report/{tail}" if found else f"{graph}/report"
