"""The W3C's tests of the SPARQL 1.1 protocol and service description, read from their manifests, over a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from epargraph.serve.negotiation import ROWS, TRIPLES
from epargraph.stores import open_store

if TYPE_CHECKING:
    from tests.serve.conftest import Reply, Served, Serving

W3C = Path(__file__).resolve().parents[3] / "shared" / "w3c"
"""The W3C's manifests, which lie beside a developer's checkout."""

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HT = "http://www.w3.org/2011/http#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
CNT = "http://www.w3.org/2011/content#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request of a test, and what its reply must be: one of some classes of status, a truth value, a form."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    form: str | None

    @property
    def updates(self) -> bool:
        """Tell whether the request is an update."""
        direct = any("sparql-update" in value for _, value in self.headers)
        return direct or b"update=" in (self.body or b"") or "update=" in self.path or "using-" in self.path


class Manifest:
    """A manifest and its tests."""

    def __init__(self, file: Path) -> None:
        self.store = ox.Store()
        self.store.load(path=str(file), format=ox.RdfFormat.TURTLE, base_iri=file.as_uri())

    def values(self, node: Node, name: str) -> list[Node]:
        """Return the objects of a property."""
        assert isinstance(node, ox.NamedNode | ox.BlankNode)
        return [quad.object for quad in self.store.quads_for_pattern(node, ox.NamedNode(name), None)]

    def text(self, node: Node, name: str) -> str | None:
        """Return the text of a property, None where there is none."""
        return next((each.value for each in self.values(node, name) if isinstance(each, ox.Literal)), None)

    def items(self, node: Node) -> Iterator[Node]:
        """Yield the members of a list."""
        while node != ox.NamedNode(RDF + "nil"):
            (first,), (node,) = self.values(node, RDF + "first"), self.values(node, RDF + "rest")
            yield first

    def tests(self) -> Iterator[tuple[str, list[Exchange]]]:
        """Yield the tests in their order: their names and their requests."""
        (entries,) = [quad.object for quad in self.store.quads_for_pattern(None, ox.NamedNode(MF + "entries"), None)]
        for entry in self.items(entries):
            (action,) = self.values(entry, MF + "action")
            (requests,) = self.values(action, HT + "requests")
            name = str(getattr(entry, "value", "")).rpartition("#")[2]
            yield name, [self.exchange(each) for each in self.items(requests)]

    def exchange(self, request: Node) -> Exchange:
        """Return a request of a test."""
        (reply,) = self.values(request, HT + "resp")
        headers = [each for held in self.values(request, HT + "headers") for each in self.items(held)]
        bodies = self.values(request, HT + "body")
        boolean = self.text(reply, MF + "expectedBoolean")
        return Exchange(
            method=self.text(request, HT + "methodName") or "",
            path=self.text(request, HT + "absolutePath") or "",
            headers=tuple(
                (self.text(each, HT + "fieldName") or "", self.text(each, HT + "fieldValue") or "") for each in headers
            ),
            body=next((self.encoded(each) for each in bodies), None),
            statuses=tuple(
                str(getattr(each, "value", "")).rpartition("StatusCode")[2]
                for each in self.values(reply, MF + "expectedStatus")
            ),
            boolean=None if boolean is None else boolean == "true",
            form=self.text(reply, MF + "expectedFormat"),
        )

    def encoded(self, body: Node) -> bytes:
        """Return the bytes of a body."""
        return (self.text(body, CNT + "chars") or "").encode(self.text(body, CNT + "characterEncoding") or "utf-8")

    def graphs(self) -> dict[str, Path]:
        """Return the files of the tests' graphs by the names of these."""
        found: dict[str, Path] = {}
        for data in {quad.object for quad in self.store.quads_for_pattern(None, ox.NamedNode(UT + "graphData"), None)}:
            (file,) = self.values(data, UT + "graph")
            found[self.text(data, LABEL) or ""] = W3C / "protocol" / str(getattr(file, "value", "")).rpartition("/")[2]
        return found


MANIFEST = Manifest(W3C / "protocol" / "manifest.ttl") if W3C.exists() else None
TESTS: Mapping[str, list[Exchange]] = dict(MANIFEST.tests()) if MANIFEST else {}
QUERIES = [name for name, exchanges in TESTS.items() if not any(each.updates for each in exchanges)]
UPDATES = [name for name in TESTS if name not in QUERIES]

needs_manifests = pytest.mark.skipif(
    not TESTS, reason="needs the W3C's manifests, which lie beside a developer's checkout"
)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[Served]:
    """Yield a server of the graphs that the tests ask."""
    if MANIFEST is None:
        pytest.skip("needs the W3C's manifests, which lie beside a developer's checkout")
    where = tmp_path_factory.mktemp("w3c") / "store"
    with open_store(where, write=True) as store:
        store.replace({name: file.read_bytes() for name, file in MANIFEST.graphs().items()})
    running: AbstractContextManager[Served] = serving(where)
    with running as server:
        yield server


def sent(endpoint: Served, exchange: Exchange) -> Reply:
    path = exchange.path.replace("/sparql/", "/sparql", 1)
    return endpoint.request(exchange.method, path, dict(exchange.headers), exchange.body)


def form_of(media: str, body: bytes) -> str:
    """Return what form an answer has, by its media type, once it is known to be of it."""
    if media in TRIPLES.values():
        form = ox.RdfFormat.from_media_type(media)
        assert form is not None
        list(ox.parse(body, format=form))
        return "RDF"
    assert media in ROWS.values(), media
    form_ = ox.QueryResultsFormat.from_media_type(media)
    assert form_ is not None
    return "boolean" if isinstance(ox.parse_query_results(body, format=form_), ox.QueryBoolean) else "tabular"


@needs_manifests
def test_the_manifest_is_read_whole() -> None:
    """All 34 tests of the manifest are run, 21 of queries and 13 of updates, and every one has a request with an outcome."""
    assert (len(QUERIES), len(UPDATES)) == (21, 13), (QUERIES, UPDATES)
    assert all(exchange.statuses for exchanges in TESTS.values() for exchange in exchanges)


@needs_manifests
@pytest.mark.parametrize("name", QUERIES)
def test_queries_by_the_protocol(name: str, endpoint: Served) -> None:
    """Each test of the protocol's query operation gives the status, the form and the truth value that it must."""
    for exchange in TESTS[name]:
        reply = sent(endpoint, exchange)
        assert f"{reply.status // 100}xx" in exchange.statuses or str(reply.status) in exchange.statuses, reply.text
        if exchange.form is not None:
            assert form_of(reply.media, reply.body) == exchange.form
        if exchange.boolean is not None:
            assert json.loads(reply.body)["boolean"] is exchange.boolean


@needs_manifests
@pytest.mark.parametrize("name", UPDATES)
def test_updates_are_refused(name: str, endpoint: Served) -> None:
    """Each update of the protocol's tests, good or bad, is refused as the client's fault, and changes nothing."""
    before = endpoint.sparql("SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s").body
    for exchange in TESTS[name]:
        if exchange.updates:
            reply = sent(endpoint, exchange)
            assert 400 <= reply.status < 500, reply.text
            assert reply.status == 403 or exchange.statuses == ("4xx",), reply.text
    assert endpoint.sparql("SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s").body == before


@needs_manifests
def test_the_service_describes_itself(endpoint: Served) -> None:
    """The bare endpoint gives RDF that names its own address, and whose classes and properties are those of the schema."""
    for media in TRIPLES.values():
        reply = endpoint.get("/sparql", media)
        form = ox.RdfFormat.from_media_type(media)
        assert form is not None
        triples = [quad.triple for quad in ox.parse(reply.body, format=form)]
        assert (reply.status, reply.media) == (200, media)
        (service,) = {t.subject for t in triples if t.predicate.value == SD + "endpoint"}
        assert ox.Triple(service, ox.NamedNode(SD + "endpoint"), ox.NamedNode(f"{endpoint.url}/sparql")) in triples
        assert ox.Triple(service, ox.NamedNode(RDF + "type"), ox.NamedNode(SD + "Service")) in triples
        known = {RDF + "type", VOID + "triples"} | {
            SD + each
            for each in ("endpoint", "supportedLanguage", "feature", "resultFormat", "defaultDataset", "defaultGraph")
        }
        assert {t.predicate.value for t in triples} == known
