"""The description of the endpoint (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from epargraph.serve.negotiation import ROWS, TRIPLES
from epargraph.stores.base import GRAPHS
from epargraph.stores.sparql import PREFIXES

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
}


def description(endpoint: str, media: str, triples: int) -> bytes:
    """Return what the endpoint at this address can do, in a media type of triples."""
    prefixes = {**PREFIXES, "sd": _SD, "void": _VOID, "formats": _FORMATS}
    return serialize(_triples(endpoint, triples), format=GRAPHS[media], prefixes=prefixes) or b""


def _triples(endpoint: str, count: int) -> Iterator[Triple]:
    """Yield the triples; its nodes are fragments of the endpoint's address, not blank."""
    service, dataset, graph = (NamedNode(f"{endpoint}#{name}") for name in ("service", "dataset", "default"))
    kind = NamedNode(PREFIXES["rdf"] + "type")

    def told(subject: NamedNode, name: str, value: NamedNode | Literal | BlankNode) -> Triple:
        return Triple(subject, NamedNode(_SD + name), value)

    yield Triple(service, kind, NamedNode(_SD + "Service"))
    yield told(service, "endpoint", NamedNode(endpoint))
    yield told(service, "supportedLanguage", NamedNode(_SD + "SPARQL11Query"))
    yield told(service, "feature", NamedNode(_SD + "UnionDefaultGraph"))
    for name in _NAMES:
        if name in ROWS or name in TRIPLES:
            yield told(service, "resultFormat", NamedNode(_FORMATS + _NAMES[name]))
    yield told(service, "defaultDataset", dataset)
    yield Triple(dataset, kind, NamedNode(_SD + "Dataset"))
    yield told(dataset, "defaultGraph", graph)
    yield Triple(graph, kind, NamedNode(_SD + "Graph"))
    yield Triple(graph, NamedNode(_VOID + "triples"), Literal(count))
