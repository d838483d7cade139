"""The answer to a query as a table to look at, with links to the pages of things; and the error where there is none."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox
from starlette.requests import Request

from epargraph.errors import EparGraphError
from epargraph.graph import DEFAULT_BASE
from epargraph.serve.pages.plain import short
from epargraph.serve.pages.site import answers_of, page_path
from epargraph.serve.pool import Pool
from epargraph.serve.worker import Request as Query
from epargraph.stores.base import JSON, N_TRIPLES

MOST = 500
"""The rows that a page shows; a download has them all."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(_XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger"))
_PLAIN = frozenset({_XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"})
_LINE = re.compile(r"line (\d+)(?:, column (\d+))?")


@dataclass(frozen=True, slots=True)
class Shown:
    """A term as a cell shows it: its text, where it links to, and what there is to know besides (type, language)."""

    text: str
    link: str = ""
    besides: str = ""
    number: bool = False
    away: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first rows of an answer, and how many there are; `triples` tells that they are those of a graph.

    `verdict` is the answer to ASK, None for all other queries.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Shown, ...], ...]
    total: int
    triples: bool = False
    verdict: bool | None = None

    @property
    def downloads(self) -> tuple[tuple[str, str], ...]:
        """The forms in which the whole answer can be had, each with its name."""
        if self.triples:
            return (("ttl", "Turtle"), ("nt", "N-Triples"), ("jsonld", "JSON-LD"), ("rdf", "RDF/XML"))
        if self.verdict is not None:
            return (("json", "JSON"), ("xml", "XML"))
        return (("csv", "CSV"), ("json", "JSON"), ("tsv", "TSV"), ("xml", "XML"))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a query has no answer; `lines` are the query's lines around the place, with their numbers, if it is known."""

    status: int
    where: str
    reason: str
    remedy: str
    line: int = 0
    column: int = 0
    lines: tuple[tuple[int, str], ...] = ()


async def asked(request: Request, text: str, *, trusted: bool = False) -> Table | Fault:
    """Return the answer to a query, or why there is none; a query that people wrote is not `trusted`."""
    pool: Pool = request.app.state.pool
    try:
        media, body = await pool.ask(Query(text, JSON, N_TRIPLES), trusted=trusted)
    except EparGraphError as error:
        return fault(error, text)
    base = answers_of(request).base
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return await asyncio.to_thread(table, media, body, base, root)


def table(media: str, body: bytes, base: str, root: str = "") -> Table:
    """Return the table of an answer in JSON or N-Triples; things with the base are linked to their pages below `root`."""
    if media == N_TRIPLES:
        triples = [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]
        rows = ((each.subject, each.predicate, each.object) for each in triples)
        return Table(("subject", "predicate", "object"), _shown(rows, base, root), len(triples), True)
    if verdict := _verdict(body):
        return Table((), (), 1, False, verdict == "true")
    result = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    assert isinstance(result, ox.QuerySolutions)
    columns = tuple(str(variable.value) for variable in result.variables)
    shown = _shown(((row[column] for column in columns) for row in result), base, root)
    return Table(columns, shown, len(shown) + sum(1 for _ in result))


def _verdict(body: bytes) -> str:
    """Return true or false for an answer to ASK, empty for others; rows are not read for it."""
    if len(body) > 200 or b'"boolean"' not in body:
        return ""
    return str(json.loads(body).get("boolean", "")).lower()


def _shown(rows: Iterable[Iterable[object]], base: str, root: str) -> tuple[tuple[Shown, ...], ...]:
    return tuple(tuple(shown(term, base, root) for term in row) for row in islice(rows, MOST))


def shown(term: object, base: str, root: str = "") -> Shown:
    """Return a term as a cell shows it.

    >>> shown(ox.NamedNode("https://w3id.org/epargraph/gene/KRAS"), "https://w3id.org/epargraph/").link
    '/gene/KRAS.html'
    >>> shown(ox.NamedNode("javascript:alert(1)"), "https://w3id.org/epargraph/")
    Shown(text='javascript:alert(1)', link='', besides='', number=False, away=False)
    """
    if term is None:
        return Shown("")
    if isinstance(term, ox.NamedNode):
        return _iri(term.value, base, root)
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        besides = term.language or ("" if datatype in _PLAIN else short(datatype))
        return Shown(term.value, "", besides, datatype in _NUMBERS)
    return Shown(str(term))


def _iri(value: str, base: str, root: str) -> Shown:
    for own in dict.fromkeys((base, DEFAULT_BASE)):
        if value.startswith(own) and value != own:
            name = short(value)
            return Shown(value.removeprefix(own) if name == value else name, root + page_path(value, own), value)
    if value.startswith(("https://", "http://")):
        return Shown(short(value), value, value, away=True)
    return Shown(value)  # what is no address of the web is not made a link


def fault(error: EparGraphError, text: str) -> Fault:
    """Return an error with the lines of the query around the place that it names."""
    status = int(getattr(error, "status", 400))
    place = _LINE.search(error.where)
    if not place:
        return Fault(status, error.where, error.reason, error.remedy)
    line, column = int(place[1]), int(place[2] or 0)
    return Fault(status, error.where, error.reason, error.remedy, line, column, _around(text.splitlines(), line))


def _around(lines: Sequence[str], line: int) -> tuple[tuple[int, str], ...]:
    first = max(1, line - 2)
    return tuple((first + place, each) for place, each in enumerate(lines[first - 1 : line + 1]))
