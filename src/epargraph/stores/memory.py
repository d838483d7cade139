"""A store's current graphs in memory: asked of all graphs or of some, with an end to how long an answer may be."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pyoxigraph

from epargraph.errors import QueryError
from epargraph.stores import open_store, sparql
from epargraph.stores.base import GRAPHS, JSON, N_TRIPLES, RESULTS
from epargraph.stores.embedded import Embedded, Oxigraph


class _Bounded(BytesIO):
    """Bytes that may become so many and no more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._left = most

    def write(self, data: bytes) -> int:  # type: ignore[override]  # what writes here gives bytes alone
        self._left -= len(data)
        if self._left < 0:
            raise _TooLongError
        return super().write(data)


class _TooLongError(Exception):
    """An answer became longer than it may."""


class Memory(Oxigraph):
    """Graphs in memory."""

    def ask(
        self,
        text: str,
        rows: str = JSON,
        triples: str = N_TRIPLES,
        *,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
        base: str | None = None,
        most: int = 1_000_000_000,
    ) -> tuple[str, bytes]:
        """Return the answer to a query and its media type: `rows` for SELECT and ASK, `triples` for the others.

        With `default` or `named` they are the dataset, whatever the query says: the union of some graphs as the default
        graph, and those that GRAPH finds. Graphs that the store does not have are empty. `base` is what relative IRIs are told from. Triples come
        sorted and each once. QueryError for a query that is wrong, and for an answer of more than `most` bytes.
        """
        sparql.check(text)
        within = bool(default or named)
        answer = _Bounded(most)
        try:
            result = self._open.query(
                text,
                base_iri=base,
                prefixes=sparql.PREFIXES,
                use_default_graph_as_union=not within and not sparql.names_dataset(text),
                default_graph=[_graph(each) for each in default] if within else None,
                named_graphs=[_graph(each) for each in named] if within else None,
            )
            if isinstance(result, pyoxigraph.QueryTriples):
                ordered = sorted(set(result), key=str)
                pyoxigraph.serialize(ordered, answer, format=GRAPHS[triples], prefixes=sparql.PREFIXES)
                return triples, answer.getvalue()
            result.serialize(answer, format=RESULTS[rows])
        except SyntaxError as error:
            raise sparql.syntax_error(error, text) from error
        except _TooLongError as error:
            raise QueryError(
                "query", f"the answer is longer than {most:,} bytes", "ask for less, or in parts with LIMIT and OFFSET"
            ) from error
        return rows, answer.getvalue()


def _graph(iri: str) -> pyoxigraph.NamedNode:
    try:
        return pyoxigraph.NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"graph {iri}", "this is no absolute IRI", "name a graph by its IRI") from error


def copied(where: str | Path) -> Memory:
    """Return the current graphs of the store in a folder or behind a URL, in memory; StoreError as `open_store` does."""
    memory = Memory()
    with open_store(where) as store:
        if isinstance(store, Embedded):
            memory.fill(store.current(), {})
        else:
            memory.fill(Oxigraph(), {graph: store.triples(graph) for graph in store.graphs()})
    return memory
