"""Questions that join the graph with another registry: over a real SPARQL server that holds real slices of the registries."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyoxigraph
import pytest
from python_calamine import CalamineWorkbook

from epargraph import queries
from epargraph.build import LINKS, OVERVIEWS, build
from epargraph.cli import main
from epargraph.cli.link import Registries, propose
from epargraph.errors import IncompleteError, QueryError, StoreError
from epargraph.federation import AT_ONCE, elsewhere, federated
from epargraph.resources import QUERIES
from epargraph.stores import Store, open_store
from epargraph.stores.sparql import services

EXPECTED = Path(__file__).parent / "queries" / "federated"
LIBRARY = queries.federated()
MEDICINES = ("Alecensa", "Erbitux", "Imfinzi", "Rozlytrek", "Tagrisso", "Tarceva", "Vizimpro", "Zepzelca")
"""Medicines of the register that stand in the store beside Lumykras."""
SLICES = ("mesh_ema_therapeutic_areas.ttl", "mondo_ema_subset.ttl", "wikidata_2021_slice.ttl")
REGISTRIES = (
    *(f"rdf/{name}" for name in SLICES),
    "substance/drugbank_open_vocabulary.csv",
    "disease/doid_terms_2026-07.tsv",
    "gene/hgnc_entries.tsv",
)
SANDBOX = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
wd:Q4115189 rdfs:label "Wikidata Sandbox"@en ; wdt:P3637 "EMEA/H/C/005522" ."""
"""The slice of Wikidata has no product numbers: its item for trying things out stands in."""


@pytest.fixture(scope="module")
def excerpt(shared: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a table with the rows of some medicines of the register, as they stand there."""
    rows = (
        CalamineWorkbook.from_path(str(shared("register/ema_medicines_2026-03-14.xlsx")))
        .get_sheet_by_index(0)
        .to_python()
    )
    start = next(number for number, row in enumerate(rows) if row[0] == "Category")
    path = tmp_path_factory.mktemp("register") / "ema-register-excerpt_2026-03-14.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([rows[start], *(row for row in rows[start + 1 :] if row[1] in MEDICINES)])
    return path


@pytest.fixture(scope="module")
def linked(excerpt: Path, shared: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Yield a store of the overview of Lumykras and those rows, linked with the registries."""
    folder = tmp_path_factory.mktemp("linked") / "store"
    assert not build([OVERVIEWS, LINKS, excerpt], folder).failures
    files = [shared(f"registries/{name}") for name in REGISTRIES]
    propose(Registries(files, [], [], folder / "answers"), str(folder), None, None, None)
    with open_store(folder) as store:
        yield store


@pytest.fixture(scope="module")
def registries(
    shared: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
    sparql_server: Callable[..., AbstractContextManager[str]],
) -> Iterator[str]:
    """Yield the URL of a server that holds the slices of MeSH, Mondo and Wikidata."""
    folder = tmp_path_factory.mktemp("registries") / "store"
    store = pyoxigraph.Store(str(folder))
    for name in SLICES:
        store.bulk_load(path=str(shared(f"registries/rdf/{name}")), format=pyoxigraph.RdfFormat.TURTLE)
    store.load(SANDBOX.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    store.flush()
    del store
    with sparql_server(folder) as url:
        yield url


def rows(store: Store, name: str, endpoint: str) -> str:
    """Return the answer for the examples as CSV with line feeds."""
    text = federated(store, elsewhere(LIBRARY[name].text, endpoint))
    return store.query(text, accept="text/csv").decode().replace("\r\n", "\n")


@pytest.mark.parametrize("name", LIBRARY)
def test_a_federated_question_answers_the_expected_rows(linked: Store, registries: str, name: str) -> None:
    """Each question has rows, and they are those in tests/queries/federated/, which were compared with the registries' files."""
    path = EXPECTED / f"{name.removeprefix(queries.FEDERATED)}.csv"
    told = rows(linked, name, registries)
    if os.environ.get("EPARGRAPH_WRITE_EXPECTED"):
        path.write_text(told, "utf-8", newline="\n")
    assert told == path.read_text("utf-8")
    assert told.count("\n") > 1


@pytest.mark.parametrize("name", [name for name in LIBRARY if "mesh" not in name])
def test_an_engine_that_knows_service_answers_the_same(linked: Store, registries: str, name: str) -> None:
    """The files are plain SPARQL: Oxigraph, which asks the endpoint for all that it has, finds the same rows (of MeSH, too slowly)."""
    text = elsewhere(LIBRARY[name].text, registries)
    assert linked.query(text, accept="text/csv").decode().replace("\r\n", "\n") == rows(linked, name, registries)


def test_a_server_as_store_answers_the_same(
    linked: Store, registries: str, tmp_path: Path, sparql_server: Callable[..., AbstractContextManager[str]]
) -> None:
    """A graph behind a URL is joined with a registry just so."""
    name = "federated/other_medicines_for_the_same_condition"
    with sparql_server(tmp_path / "served") as url:
        with open_store(url, write=True, archive=tmp_path / "archive") as there:
            there.replace({graph: linked.triples(graph) for graph in linked.graphs()})
        with open_store(url) as there:
            assert rows(there, name, registries) == rows(linked, name, registries)


@pytest.mark.parametrize("name", LIBRARY)
def test_every_federated_question_is_in_order(name: str) -> None:
    """A question names one endpoint, hands values over, sorts its rows, and no column has the name of a parameter."""
    question = LIBRARY[name]
    (block,) = services(question.text)
    assert block.endpoint.startswith("https://")
    assert "# from the graph" in block.body
    assert "ORDER BY" in question.text
    assert question.question.endswith("?")
    columns = question.text[question.text.index("SELECT") : question.text.index("WHERE")]
    assert not [each.name for each in question.parameters if f"?{each.name} " in columns.replace("\n", " ")]


def test_the_readme_lists_them() -> None:
    """The README has the name and title of each."""
    rows = "".join(f"| `{name.partition('/')[2]}` | {each.title} |\n" for name, each in LIBRARY.items())
    assert f"|---|---|\n{rows}\n" in (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def test_no_expected_rows_are_left_over() -> None:
    """Each file of expected rows belongs to a question."""
    assert sorted(path.stem for path in EXPECTED.glob("*")) == sorted(name.partition("/")[2] for name in LIBRARY)


def test_the_command_asks_another_endpoint(
    built_store: Path, registries: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A question by name and one from a file are asked of the endpoint that --endpoint names, with parameters."""
    path = QUERIES / "federated" / "mesh_tree_above_a_condition.rq"
    for asked in (["federated/mesh-tree-above-a-condition"], ["--file", str(path)]):
        options = [
            "--endpoint",
            registries,
            "--set",
            "medicine=Lumykras",
            "--store",
            str(built_store),
            "--format",
            "csv",
        ]
        monkeypatch.setattr(sys, "argv", ["epargraph", "query", *asked, *options])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        assert (
            "Lumykras,non-small cell lung cancer,http://id.nlm.nih.gov/mesh/D002289,C08.381.540.140.500,2,Lung Diseases,"
            in (capsys.readouterr().out)
        )


JOIN = """#+ title: T
#+ question: Q?
SELECT ?s ?o WHERE {
  VALUES ?s { <urn:a> <urn:b> }
  OPTIONAL { SERVICE <ENDPOINT> {
    VALUES (?s) { (UNDEF) }  # from the graph
    ?s <urn:p> ?o
  } }
} ORDER BY ?s"""


class Recorded(BaseHTTPRequestHandler):
    """Answers every request with the same bytes, and keeps what was asked."""

    asked: list[tuple[str, str]]
    answer: bytes
    headers_too: dict[str, str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append((body, self.headers["User-Agent"]))
        self.send_response(200)
        for name, value in {"Content-Type": "application/sparql-results+json", **self.headers_too}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        """Keep silent."""


@pytest.fixture
def recorded() -> Iterator[tuple[str, type[Recorded]]]:
    """Yield the URL of a server of one answer, and its handler."""
    handler = type("Handler", (Recorded,), {"asked": [], "answer": b"", "headers_too": {}})
    served = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_address[1]}/sparql", handler
    served.shutdown()
    served.server_close()


def test_only_what_the_graph_knows_is_asked_for(built_store: Path, recorded: tuple[str, type[Recorded]]) -> None:
    """The endpoint gets the graph's values and who asks, never the header; what it says is joined, blank nodes left out."""
    url, handler = recorded
    handler.answer = b"""{"head":{"vars":["s","o"]},"results":{"bindings":[
      {"s":{"type":"uri","value":"urn:a"},"o":{"type":"literal","value":"x\\"} #"}},
      {"s":{"type":"uri","value":"urn:b"},"o":{"type":"bnode","value":"b"}}]}}"""
    with open_store(built_store) as store:
        text = federated(store, JOIN.replace("ENDPOINT", url), contact="me@example.org")
        answer = queries.run(store, text)
    assert answer.rows == (("urn:a", 'x"} #'), ("urn:b", None))
    ((asked, agent),) = handler.asked
    assert "%3Curn%3Aa%3E" in asked
    assert not [word for word in ("UNDEF", "title") if word in asked]
    assert "me@example.org" in agent


def test_many_values_are_handed_over_in_turns(built_store: Path, recorded: tuple[str, type[Recorded]]) -> None:
    """More values than fit into one request make several; none makes none."""
    url, handler = recorded
    handler.answer = b'{"head":{"vars":["s","o"]},"results":{"bindings":[]}}'
    many = " ".join(f"<urn:x{number}>" for number in range(AT_ONCE + 1))
    with open_store(built_store) as store:
        federated(store, JOIN.replace("ENDPOINT", url).replace("<urn:a> <urn:b>", many))
        assert len(handler.asked) == 2
        federated(store, JOIN.replace("ENDPOINT", url).replace("<urn:a> <urn:b>", ""))
    assert len(handler.asked) == 2


def test_a_cut_answer_is_no_answer(built_store: Path, recorded: tuple[str, type[Recorded]]) -> None:
    """An endpoint that cuts off, or that nothing answers at, is an error and never fewer rows; so is what can't be joined."""
    url, handler = recorded
    handler.answer = b'{"head":{"vars":["s","o"]},"results":{"bindings":[]}}'
    handler.headers_too = {"X-SPARQL-MaxRows": "1000"}
    with open_store(built_store) as store:
        with pytest.raises(IncompleteError, match="cut the answer off"):
            federated(store, JOIN.replace("ENDPOINT", url))
        with pytest.raises(StoreError, match="nothing answers there"):
            federated(store, JOIN.replace("ENDPOINT", "http://127.0.0.1:9/sparql"))
        with pytest.raises(QueryError, match="only a SELECT"):
            federated(store, JOIN.replace("ENDPOINT", url).replace("SELECT ?s ?o", "ASK").replace("ORDER BY ?s", ""))
        assert federated(store, "ASK {}") == "ASK {}"
    for wrong in ("nowhere", "http://no where/"):
        with pytest.raises(StoreError):
            elsewhere(JOIN, wrong)


def test_what_is_written_for_an_endpoint_alone_stays(built_store: Path) -> None:
    """A SERVICE block without the row, and one in a string or a comment, is left to the store's engine."""
    text = (
        'SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } BIND ("SERVICE <urn:x> {" AS ?x) } # SERVICE <urn:y> {'
    )
    with open_store(built_store) as store:
        assert federated(store, text) == text
