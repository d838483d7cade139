"""The endpoint beyond the W3C's tests: every format, CORS, datasets, and the limits of requests."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import socket
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest

from epargraph.graph import DEFAULT_BASE
from epargraph.serve.negotiation import ROWS, TRIPLES
from epargraph.stores import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.serve.conftest import Served

MEDICINE = f"{DEFAULT_BASE}medicine/EMEA-H-C-005522"
DOSES = "SELECT ?amount WHERE { ?dose a epar:Dose ; epar:amount ?amount } ORDER BY ?amount"
DESCRIBE = f"DESCRIBE <{MEDICINE}>"


@pytest.mark.parametrize("media", ROWS.values())
def test_rows_in_every_format(media: str, served: Served) -> None:
    """A SELECT query has the same rows in JSON, XML, CSV and TSV, each with its own type."""
    reply = served.sparql(DOSES, media)
    assert (reply.status, reply.media) == (200, media)
    if media == "text/csv":
        assert [row["amount"] for row in csv.DictReader(io.StringIO(reply.text))] == ["240", "480", "960"]
        return
    form = ox.QueryResultsFormat.from_media_type(media)
    assert form is not None
    rows = ox.parse_query_results(reply.body, format=form)
    assert isinstance(rows, ox.QuerySolutions)
    assert [row["amount"].value for row in rows if isinstance(row["amount"], ox.Literal)] == ["240", "480", "960"]


@pytest.mark.parametrize("media", TRIPLES.values())
def test_triples_in_every_format(media: str, served: Served, built_store: Path) -> None:
    """DESCRIBE gives the same triples in Turtle, N-Triples, JSON-LD and RDF/XML as the store itself does."""
    reply = served.sparql(DESCRIBE, media)
    form = ox.RdfFormat.from_media_type(media)
    assert form is not None
    assert (reply.status, reply.media) == (200, media)
    with open_store(built_store) as store:
        expected = store.query(DESCRIBE).decode().splitlines()
    assert sorted(f"{quad.triple} ." for quad in ox.parse(reply.body, format=form)) == expected


def test_ask_and_construct(served: Served) -> None:
    """ASK gives a truth value, CONSTRUCT gives Turtle where nothing else is wished for."""
    assert json.loads(served.sparql("ASK { ?s a epar:Dose }").body)["boolean"] is True
    assert served.sparql("CONSTRUCT { ?s a epar:Dose } WHERE { ?s a epar:Dose }").media == "text/turtle"


def test_what_is_not_acceptable(served: Served) -> None:
    """An answer that can't be told in any form wished for is 406, also where the form would do for another query.

    The forms that it tells would do.
    """
    assert served.sparql(DOSES, "image/png").status == 406
    rows, triples = served.sparql(DOSES, "text/turtle"), served.sparql(DESCRIBE, "text/csv")
    assert (rows.status, triples.status) == (406, 406)
    for query, refused in ((DOSES, rows), (DESCRIBE, triples)):
        told = [each.strip() for each in refused.text.partition(" one of ")[2].split(",")]
        assert [served.sparql(query, each).status for each in told] == [200] * 4
    assert served.sparql(DOSES, "text/turtle, text/csv;q=0.1").media == "text/csv"


def test_the_format_in_the_address(served: Served) -> None:
    """`format` in the address wins over Accept, so that a link can name a form; an unknown word is refused."""
    assert served.get("/sparql", "text/csv", query=DOSES, format="xml").media == ROWS["xml"]
    assert served.get("/sparql", "text/csv", query=DESCRIBE, format="jsonld").media == TRIPLES["jsonld"]
    assert served.get("/sparql", query=DOSES, format="exe").status == 400


def test_a_page_of_another_origin_may_ask(served: Served) -> None:
    """A browser lets scripts of any origin ask: simple requests, and those that it asks about beforehand."""
    assert served.sparql("ASK {}").headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    before = served.request("OPTIONS", "/sparql", {**asked, "Access-Control-Request-Headers": "content-type"})
    assert before.status == 204
    assert before.headers["access-control-allow-origin"] == "*"
    assert "POST" in before.headers["access-control-allow-methods"]
    assert before.headers["access-control-allow-headers"] == "*"


def test_a_dataset_of_some_graphs(served: Served) -> None:
    """Graphs named in the request are the default graph, whether or not the query names others; unknown ones are empty."""
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    ontology = f"{DEFAULT_BASE}ontology"
    everything = served.sparql(count, "text/csv").text.split()[1]
    some = served.get("/sparql", "text/csv", query=count, **{"default-graph-uri": ontology}).text.split()[1]
    assert 0 < int(some) < int(everything)
    named = count.replace("WHERE", "FROM <https://example.org/none> WHERE")
    assert served.get("/sparql", "text/csv", query=named, **{"default-graph-uri": ontology}).text.split()[1] == some
    assert served.sparql(named, "text/csv").text.split()[1] == "0"
    assert served.get("/sparql", query=count, **{"default-graph-uri": "no iri"}).status == 400


def test_relative_iris_are_told_from_the_base(served: Served) -> None:
    """A relative IRI in a query is one of the graph's own."""
    assert json.loads(served.sparql("ASK { <medicine/EMEA-H-C-005522> a epar:Medicine }").body)["boolean"] is True


def test_a_wrong_query_is_told_with_its_place(served: Served) -> None:
    """The error of a wrong query is one line of text with line, column and what stands there."""
    reply = served.sparql("SELECT *\nWHERE { ?s foaf:name ?o . }\nLIMIT many")
    assert (reply.status, reply.media) == (400, "text/plain")
    assert reply.text.startswith("query, line 3, column 7: not SPARQL before 'many'")
    assert reply.text.count("\n") == 1


def test_a_body_that_is_too_large(served: Served) -> None:
    """A body above the limit is refused, whether or not its length is told beforehand."""
    head = {"Content-Type": "application/sparql-query"}
    large = b"ASK {} #" + b"x" * 1_000_000
    assert served.request("POST", "/sparql", head, large).status == 413
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(large), large)
    untold = served.request("POST", "/sparql", {**head, "Transfer-Encoding": "chunked", "Content-Length": ""}, b"")
    assert untold.status == 400  # both, which is how requests are smuggled
    assert chunked(served, chunks) == 413


def chunked(served: Served, body: bytes) -> int:
    """Return the status of a POST whose length is not told."""
    where = urlsplit(served.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        with contextlib.suppress(OSError):  # refused before it was sent
            connection.sendall(body)
        return int(connection.recv(1000).split()[1])


def test_an_address_that_is_too_long(served: Served) -> None:
    """A long query goes in the body of a POST; in an address it is refused, and how long a query may be has a limit."""
    query = "ASK {} #" + "x" * 61_000
    assert served.get("/sparql", query=query).status in (414, 400, 431)
    head = {"Content-Type": "application/x-www-form-urlencoded"}
    assert served.request("POST", "/sparql", head, f"query={quote(query)}".encode()).status == 200
    reply = served.request("POST", "/sparql", head, f"query={quote('ASK {} #' + 'x' * 200_000)}".encode())
    assert (reply.status, "more than 200,000 characters" in reply.text) == (400, True)
