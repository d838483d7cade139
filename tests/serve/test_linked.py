"""Linked data: every IRI of the graph leads to a page or to a description of exactly that thing."""

from __future__ import annotations

import http.client
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest

from epargraph.build import OVERVIEWS, build
from epargraph.graph import DEFAULT_BASE
from epargraph.serve.negotiation import TRIPLES
from epargraph.stores import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.serve.conftest import Served, Serving

MEDICINE = "medicine/EMEA-H-C-005522"
IRIS = """SELECT DISTINCT ?iri WHERE {
  { ?iri ?p ?o } UNION { ?s ?iri ?o } UNION { ?s ?p ?iri } UNION { GRAPH ?iri { ?s ?p ?o } }
  FILTER(isIRI(?iri) && STRSTARTS(STR(?iri), "%s"))
} ORDER BY ?iri"""


def iris(store: Path, base: str = DEFAULT_BASE) -> list[str]:
    """Return the IRIs that a store has under a base, those of properties and graphs too."""
    with open_store(store) as opened:
        return opened.query(IRIS % base, accept="text/csv").decode().split()[1:]


def statements(store: Path, query: str) -> list[str]:
    with open_store(store) as opened:
        return opened.query(query).decode().splitlines()


def parsed(body: bytes, media: str) -> list[str]:
    form = ox.RdfFormat.from_media_type(media)
    assert form is not None
    return sorted({f"{quad.triple} ." for quad in ox.parse(body, format=form)})


def test_every_iri_of_the_graph_dereferences(served: Served, built_store: Path) -> None:
    """Each IRI, whether of a thing, class, property, code, shape or graph, answers with 303 to a description that is there."""
    found = {each.removeprefix(DEFAULT_BASE).partition("#")[0] for each in iris(built_store)}
    assert len(found) > 600
    where = urlsplit(served.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port)
    kinds: set[str] = set()
    for path in sorted(found):
        connection.request("GET", f"/{path}", headers={"Accept": "application/n-triples"})
        reply = connection.getresponse()
        reply.read()
        location = reply.headers["location"]
        assert (reply.status, location) == (303, f"/{path}.nt"), path
        kind = re.sub(r"[0-9a-f]{12}|EM[A-Z0-9-]+", "", path)
        if kind not in kinds:  # one of each kind is read as well
            kinds.add(kind)
            connection.request("GET", location)
            reply = connection.getresponse()
            assert (reply.status, reply.read().count(b" .\n") > 0) == (200, True), path
    connection.close()


@pytest.mark.parametrize(("word", "media"), TRIPLES.items())
def test_a_description_is_of_that_thing_alone(word: str, media: str, served: Served, built_store: Path) -> None:
    """A description has exactly the triples whose subject is the thing, in each format, by Accept and by suffix."""
    sent = served.get(f"/{MEDICINE}", media)
    assert (sent.status, sent.headers["location"], sent.headers["vary"]) == (303, f"/{MEDICINE}.{word}", "accept")
    reply = served.get(f"/{MEDICINE}.{word}", "image/png")
    assert (reply.status, reply.media) == (200, media)
    iri = f"<{DEFAULT_BASE}{MEDICINE}>"
    assert parsed(reply.body, media) == statements(built_store, f"CONSTRUCT {{ {iri} ?p ?o }} WHERE {{ {iri} ?p ?o }}")


def test_which_of_them_is_sent(served: Served) -> None:
    """A browser is sent to the page, who has no wish to Turtle, who wishes what is not there is told so."""
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert served.get(f"/{MEDICINE}", browser).headers["location"] == f"/{MEDICINE}.html"
    assert served.get(f"/{MEDICINE}").headers["location"] == f"/{MEDICINE}.ttl"
    assert served.get(f"/{MEDICINE}", "*/*").headers["location"] == f"/{MEDICINE}.ttl"
    assert served.get(f"/{MEDICINE}", "text/html;q=0.5, application/ld+json").headers["location"].endswith(".jsonld")
    assert served.get(f"/{MEDICINE}", browser, format="nt").headers["location"] == f"/{MEDICINE}.nt"
    assert served.get(f"/{MEDICINE}", "image/png").status == 406


def test_things_have_pages(served: Served) -> None:
    """What has no page of its own (a piece of evidence, a code) has a plain one with what is said of it."""
    page = served.get("/codes/route/oral.html")
    assert (page.status, page.media) == (200, "text/html")
    assert "skos:notation" in page.text
    assert 'href="/codes/route.html"' in page.text


def test_the_ontology_is_one_document(served: Served) -> None:
    """The ontology's description has its terms, since their IRIs are fragments of its own; its version leads to it."""
    body = served.get("/ontology.nt").text
    assert f"<{DEFAULT_BASE}ontology#Dose> <http://www.w3.org/2000/01/rdf-schema#label>" in body
    assert served.get("/ontology/0.1.0.nt").text == body


def test_a_shape_that_a_report_points_at(served: Served) -> None:
    """The shape behind a warning, which is not in the store, is described with its parts and nothing else."""
    triples = parsed(served.get("/shapes/UpdatedBeforeAuthorised.ttl").body, "text/turtle")
    named = {line.split()[0] for line in triples if line.startswith("<")}
    assert named == {f"<{DEFAULT_BASE}shapes/UpdatedBeforeAuthorised>"}
    assert any("http://www.w3.org/ns/shacl#" in line for line in triples)


@pytest.mark.parametrize(
    "path",
    [
        "medicine/EMEA-H-C-000000",
        "medicine/EMEA-H-C-005522.exe",
        "medicine/EMEA-H-C-005522/",
        "medicine",
        quote("medicine/a> ?p ?o } #"),
        quote("medicine/Ω\r\nSet-Cookie: a=b"),
        "%00",
        "favicon.ico",
    ],
)
def test_what_is_not_there(path: str, served: Served) -> None:
    """An address of no thing is 404, told in one line; what is in it is never part of the query or of a header."""
    reply = served.request("GET", f"/{path}")
    assert (reply.status, reply.media, reply.text.count("\n")) == (404, "text/plain", 1)
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("told", [True, False], ids=["told", "found in the store"])
def test_a_store_of_another_base(told: bool, tmp_path: Path, serving: Serving) -> None:
    """Things of a base of one's own, be it told or not, and the project's ontology and codes are found side by side."""
    base = "https://example.org/medicines/"
    assert not build([OVERVIEWS], tmp_path / "store", base=base).failures
    with serving(tmp_path / "store", *(["--base", base] if told else [])) as served:
        assert f"<{base}{MEDICINE}>" in served.get(f"/{MEDICINE}.nt").text
        assert served.get(f"/{MEDICINE}.html", "text/html").status == 200
        assert f"<{DEFAULT_BASE}codes/route/oral>" in served.get("/codes/route/oral.nt").text
