"""What every store can do, and the conversions that all of them share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Self

import pyoxigraph

from epargraph.errors import QueryError, StoreError
from epargraph.stores import sparql

RESULTS = {
    "application/sparql-results+json": pyoxigraph.QueryResultsFormat.JSON,
    "application/sparql-results+xml": pyoxigraph.QueryResultsFormat.XML,
    "text/csv": pyoxigraph.QueryResultsFormat.CSV,
    "text/tab-separated-values": pyoxigraph.QueryResultsFormat.TSV,
}
"""The media types of the results of SELECT and ASK."""

GRAPHS = {
    "application/n-triples": pyoxigraph.RdfFormat.N_TRIPLES,
    "text/turtle": pyoxigraph.RdfFormat.TURTLE,
    "application/ld+json": pyoxigraph.RdfFormat.JSON_LD,
    "application/rdf+xml": pyoxigraph.RdfFormat.RDF_XML,
}
"""The media types of the results of CONSTRUCT and DESCRIBE."""

JSON = "application/sparql-results+json"
N_TRIPLES = "application/n-triples"

Result = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples


class Dataset(ABC):
    """Named graphs that can be asked; queries see their union as the default graph.

    A triple that two graphs hold may match twice there (Oxigraph does not merge them): count and select DISTINCT.
    """

    @abstractmethod
    def query(self, text: str, *, accept: str | None = None) -> bytes:
        """Return the answer of a SPARQL query in the media type asked for.

        `accept` is one of RESULTS for SELECT and ASK, one of GRAPHS for CONSTRUCT and DESCRIBE; without it the answer
        is JSON or N-Triples. Triples come sorted and each once. QueryError for a query that is wrong, StoreError for a
        store that fails.
        """

    @abstractmethod
    def graphs(self) -> list[str]:
        """Return the IRIs of the named graphs, sorted."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the store; closing twice does no harm."""

    def triples(self, graph: str) -> bytes:
        """Return a graph as sorted N-Triples, empty when there is none of that name."""
        name = pyoxigraph.NamedNode(graph)
        return self.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}", accept=N_TRIPLES)

    def lines(self, graph: str) -> Iterator[bytes]:
        """Yield a graph's triples as N-Triples in no order, without line ends; where it can be, a few at a time."""
        return (line for line in self.triples(graph).split(b"\n") if line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Store(Dataset):
    """The current graphs, with an archive of the superseded ones beside them."""

    caution = ""
    """What whoever writes should know of the way in which graphs are replaced here, empty where that is all or nothing."""

    def watch(self, told: Callable[[int, int], None]) -> None:
        """Call a function with how many of how many triples were sent, where they are sent in parts."""

    @abstractmethod
    def replace(self, graphs: Mapping[str, bytes | None]) -> None:
        """Put each graph (IRI -> N-Triples) in the place of what it held; None drops it. All or nothing.

        A graph that is dropped moves to the archive, before it leaves the current ones; a graph that is current again
        leaves the archive. StoreError when the store was not opened for writing or triples are not well formed.
        """

    @abstractmethod
    def shelve(self, graphs: Mapping[str, bytes]) -> None:
        """Put graphs that are superseded already into the archive. All or nothing, errors as those of `replace`."""

    @abstractmethod
    def archive(self) -> Dataset:
        """Return the superseded graphs; it is closed with the store."""


LARGE = 2_000_000
"""Bytes of N-Triples from which on a graph is loaded in bulk, not by a SPARQL Update."""


def checked(where: str, graphs: Mapping[str, bytes | None], *, bulk: bool = False) -> dict[str, bytes | None]:
    """Return the graphs as canonical N-Triples; StoreError for what is not well formed.

    With `bulk` only their names are looked at: loading them in bulk tells whether they are well formed.
    """
    checked: dict[str, bytes | None] = {}
    for iri, triples in graphs.items():
        try:
            pyoxigraph.NamedNode(iri)
            checked[iri] = triples if triples is None or bulk else canonical(triples)
        except (ValueError, SyntaxError) as error:
            raise not_triples(where, iri, error) from error
    return checked


def not_triples(where: str, graph: str, error: Exception) -> StoreError:
    """Return the error that says that a graph is not well formed."""
    return StoreError(where, f"the graph {graph} is not N-Triples ({error})", "nothing was stored")


def canonical(triples: bytes) -> bytes:
    """Return N-Triples with each triple once, sorted, in canonical form."""
    parsed = pyoxigraph.parse(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return "".join(sorted({f"{quad.triple} .\n" for quad in parsed})).encode()


def update(graphs: Mapping[str, bytes | None]) -> str:
    """Return the one SPARQL Update request that replaces and drops the graphs; see `checked` for what they must be.

    >>> print(update({"http://example.org/g": None}))
    DROP SILENT GRAPH <http://example.org/g>
    """
    drops = " ;\n".join(f"DROP SILENT GRAPH <{iri}>" for iri in sorted(graphs))
    filled = "".join(f"GRAPH <{iri}> {{\n{text.decode()}}}\n" for iri, text in sorted(graphs.items()) if text)
    return f"{drops} ;\nINSERT DATA {{\n{filled}}}" if filled else drops


def media_type(where: str, text: str, accept: str | None) -> str:
    """Return the media type to answer the query in; QueryError when the query's form can't be answered in `accept`."""
    form = sparql.form(text)
    makes_graph = form in ("CONSTRUCT", "DESCRIBE")
    known = GRAPHS if makes_graph else RESULTS
    if accept is None:
        return N_TRIPLES if makes_graph else JSON
    if accept not in known:
        what = "triples" if makes_graph else "a table"
        raise QueryError(where, f"a {form} query gives {what}, not {accept}", f"ask for {' or '.join(known)}")
    return accept


def serialised(result: Result, accept: str) -> bytes:
    """Return the result in the media type, triples sorted and each once."""
    if isinstance(result, pyoxigraph.QueryTriples):
        return serialised_triples(list(result), accept)
    return result.serialize(format=RESULTS[accept]) or b""


def serialised_triples(triples: list[pyoxigraph.Triple], accept: str) -> bytes:
    """Return triples in the media type, sorted and each once."""
    ordered = sorted(set(triples), key=str)
    return pyoxigraph.serialize(ordered, format=GRAPHS[accept], prefixes=sparql.PREFIXES) or b""


def graphs_of(query: Callable[[str], bytes]) -> list[str]:
    """Return the names of the graphs that a query function finds, sorted."""
    # Not DISTINCT: over some tens of thousands of triples Virtuoso does not come back from it.
    answer = pyoxigraph.parse_query_results(
        query("SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"), format=pyoxigraph.QueryResultsFormat.JSON
    )
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    return sorted(str(row["g"].value) for row in answer if isinstance(row["g"], pyoxigraph.NamedNode))
