"""One file to the graph and the validation report that it becomes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph

from epargraph import kinds
from epargraph.errors import SourceError
from epargraph.extract import extract
from epargraph.extract.register import extract_table
from epargraph.graph import DEFAULT_BASE, to_graph
from epargraph.graph.register import register_graph
from epargraph.model import SourceGraph
from epargraph.read import read
from epargraph.read.register import is_table, read_table
from epargraph.validate import Report, Result, validate, validate_file

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

    `day` is the day that a register table stands for, None for other sources. A register has no report of its own yet.
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


def read_file(path: Path, *, base: str = DEFAULT_BASE, retrieved: str | None = None) -> Built | Failure:
    """Return the graph and the report that a file becomes, or why it became none."""
    try:
        return _read(path, base, retrieved)
    except SourceError as error:
        return Failure(str(path), error.reason, error.remedy)
    except Exception as error:  # a fault of ours in one document of thousands is told like a fault of the file
        if os.environ.get("EPARGRAPH_DEBUG"):
            raise
        reason = f"reading it failed ({type(error).__name__}: {error})"
        return Failure(str(path), reason, "please report this with the file; EPARGRAPH_DEBUG=1 shows where it failed")


def _read(path: Path, base: str, retrieved: str | None) -> Built:
    if is_table(path):
        return _register(path, base, retrieved)
    document = read(path, retrieved=retrieved)
    extraction = extract(document)
    graph = to_graph(extraction, base=base)
    report = validate(graph.triples)
    told = next((fact for fact in extraction.facts if isinstance(fact, kinds.Document)), kinds.Document())
    named = next((fact.name for fact in extraction.facts if isinstance(fact, kinds.Medicine)), None)
    return Built(
        file=str(path),
        medicine=named or "",
        reference=told.reference,
        graph=graph,
        report=report.to_triples(report_name(graph.name)),
        results=report.results,
        facts=len(extraction.facts),
        reading_warnings=document.warnings,
        sentences=extraction.sentences,
        unread=len(extraction.unread),
        retrieved=retrieved,
    )


def _register(path: Path, base: str, retrieved: str | None) -> Built:
    reading = extract_table(read_table(path, retrieved=retrieved))
    return Built(
        file=str(path),
        medicine="",
        reference=f"register of {reading.table.date}",
        graph=register_graph(reading, base=base),
        report=b"",
        results=(),
        facts=sum(len(entry.facts) for entry in reading.entries),
        reading_warnings=reading.warnings,
        sentences=0,
        unread=0,
        retrieved=retrieved,
        day=reading.table.date,
    )


def check(path: Path) -> Report:
    """Return the validation report on an overview, or on a file of RDF (told by the ending of its name)."""
    ending = path.suffix.lower()
    if ending not in SUFFIXES and pyoxigraph.RdfFormat.from_extension(ending.removeprefix(".")):
        return validate_file(path)
    return validate(to_graph(extract(read(path))).triples)


def report_name(graph: str) -> str:
    """Return the name of the graph that holds the validation report on a source graph.

    >>> report_name("https://w3id.org/epargraph/graph/EMA-1-2022/0123456789ab")
    'https://w3id.org/epargraph/report/EMA-1-2022/0123456789ab'
    """
    head, _, tail = graph.rpartition("/graph/")
    return f"{head}/report/{tail}"
