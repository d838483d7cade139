"""Queries that join the graph with another endpoint: what the graph knows is handed over, and what comes back takes the place of SERVICE.

A block `SERVICE <endpoint> { VALUES (?x) { (UNDEF) }  # from the graph ... }` is standard SPARQL, and any engine may run it.
But an engine such as Oxigraph asks the endpoint for all that it has, and endpoints cut long answers off without a word. So
here the group ahead of the block is asked first, its values of ?x go along in that row, and the endpoint is asked as
`remote` does: with a name, patience, a deadline and a look at whether the answer is whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import pyoxigraph

from epargraph.errors import StoreError, UsageError
from epargraph.patience import BusyError, Pace
from epargraph.remote import Server, agent, asked, server
from epargraph.stores import Dataset
from epargraph.stores.base import JSON, RESULTS
from epargraph.stores.sparql import Service, select, services, with_prefixes

AT_ONCE = 200
"""The rows that are handed over in one request."""

_HANDED = re.compile(
    r"VALUES\s*\(([^()]+)\)\s*\{\s*\((?:\s*UNDEF)+\s*\)\s*\}[ \t]*#[ \t]*from the graph[ \t]*$", re.MULTILINE
)
_HEADER = re.compile(r"^#\+.*\n", re.MULTILINE)

_Row: TypeAlias = tuple[str, ...]


def elsewhere(text: str, endpoint: str) -> str:
    """Return the query with another endpoint in its SERVICE blocks, such as a server of one's own that holds the registry.

    StoreError for what is no URL, UsageError for a query without such a block.

    >>> elsewhere("ASK { SERVICE <https://query.wikidata.org/sparql> { ?s ?p ?o } }", "http://localhost:7878")
    'ASK { SERVICE <http://localhost:7878/query> { ?s ?p ?o } }'
    """
    where = f"--endpoint {endpoint}"
    try:
        name = pyoxigraph.NamedNode(server(endpoint).query_url)
    except (StoreError, ValueError) as error:
        reason = error.reason if isinstance(error, StoreError) else f"it is no IRI ({error})"
        raise StoreError(where, reason, "give a URL such as http://localhost:7878") from error
    blocks = list(services(text))
    if not blocks:
        raise UsageError(
            where, "this query asks no other endpoint", "leave the option out, or name a question federated/..."
        )
    for each in reversed(blocks):
        head = text[each.start : each.end].replace(f"<{each.endpoint}>", str(name), 1)
        text = text[: each.start] + head + text[each.end :]
    return text


def federated(store: Dataset, text: str, *, contact: str = "", deadline: float = 120.0) -> str:
    """Return the query with each SERVICE block that takes values from the graph replaced by the rows that its endpoint gives.

    A query without such blocks comes back as it is. `contact` is whom the endpoint's keeper may write to. StoreError for an
    endpoint that fails, IncompleteError for one that does not answer whole.
    """
    pace = Pace(1.0)
    while block := next((each for each in services(text) if _HANDED.search(each.body)), None):
        begins, opens = select(text)
        prologue = _HEADER.sub("", text[:begins])
        variables = _names(block)
        local = f"{prologue}SELECT DISTINCT {variables} WHERE {text[opens : block.start]}{'}' * block.depth}"
        _, handed = _rows(store.query(local, accept=JSON))
        handed = sorted(row for row in handed if any(each != "UNDEF" for each in row))
        there = replace(
            server(f"{block.endpoint}|{block.endpoint}", deadline=deadline), agent=agent(contact), pace=pace
        )
        names, rows = _answer(there, prologue, block, handed)
        lines = "".join(f"({' '.join(row)})\n" for row in rows)
        text = f"{text[: block.start]}VALUES ({names or variables}) {{\n{lines}}}{text[block.end :]}"
    return text


def _names(block: Service) -> str:
    found = _HANDED.search(block.body)
    assert found is not None
    return " ".join(found[1].split())


def _answer(there: Server, prologue: str, block: Service, handed: Sequence[_Row]) -> tuple[str, list[_Row]]:
    """Return the variables of the block and the rows that the endpoint has for what is handed over, each once."""
    names = ""
    found: dict[_Row, None] = {}
    for start in range(0, len(handed), AT_ONCE):
        rows = "".join(f"({' '.join(row)}) " for row in handed[start : start + AT_ONCE])
        row = f"VALUES ({_names(block)}) {{ {rows}}}"
        body = _HANDED.sub(lambda _, row=row: row, block.body)  # type: ignore[misc]
        query = with_prefixes(f"{prologue}SELECT DISTINCT * WHERE {{{body}}}")
        names, told = asked(there, query, lambda _, answer: _rows(answer), accept=JSON)
        found.update(dict.fromkeys(told))
    return names, list(found)


def _rows(body: bytes) -> tuple[str, list[_Row]]:
    """Return the variables and the rows of an answer as SPARQL; a blank node, which means nothing elsewhere, as UNDEF."""
    try:
        result = pyoxigraph.parse_query_results(body, format=RESULTS[JSON])
        if not isinstance(result, pyoxigraph.QuerySolutions):
            raise BusyError("the answer has no rows, but a truth value")
        return " ".join(map(str, result.variables)), [tuple(map(_term, row)) for row in result]
    except SyntaxError as error:
        raise BusyError("the answer is none of SPARQL, or not whole") from error


def _term(term: object) -> str:
    return str(term) if isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal) else "UNDEF"
