"""What a server has as its default graph: found out, or told by --default-graph."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest

from epargraph.errors import StoreError
from epargraph.stores import Store, open_store

G1, G2 = "https://example.org/graph/1", "https://example.org/graph/2"
ONE = b'<https://example.org/a> <https://example.org/p> "one" .\n'
TWO = ONE.replace(b"one", b"two")
SEEN = "SELECT ?o WHERE { ?s ?p ?o } ORDER BY ?o"
NAMED = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"


class Served(Protocol):
    url: str


@pytest.mark.parametrize(
    ("options", "told", "seen"),
    [
        ([], None, ["one", "two"]),
        ([], G1, ["one"]),
        (["--union-default-graph"], None, ["one", "two"]),
        (["--union-default-graph"], "union", ["one", "two"]),
    ],
    ids=["found out", "a graph", "the union found out", "the union told"],
)
def test_the_default_graph_is_found_out_or_told(
    options: list[str],
    told: str | None,
    seen: list[str],
    tmp_path: Path,
    serve: Callable[..., AbstractContextManager[Served]],
) -> None:
    """Without a word all graphs are seen; what is told is believed; GRAPH finds the graphs in any case."""
    with serve("oxigraph", *options) as served:
        with open_store(served.url, write=True, archive=tmp_path / "archive") as store:
            store.replace({G1: ONE, G2: TWO})
        with open_store(served.url, default_graph=told) as store:
            assert store.query(SEEN, accept="text/csv").decode().split()[1:] == seen
            assert store.query(NAMED, accept="text/csv").decode().split()[1:] == [G1, G2]


@pytest.mark.parametrize(
    ("told", "said"),
    [("union", "it is not their union"), (G1 + "/none", "it is not their union"), ("no IRI", "neither an IRI nor")],
)
def test_a_default_graph_that_is_told_wrongly_is_refused(
    told: str, said: str, tmp_path: Path, serve: Callable[..., AbstractContextManager[Served]]
) -> None:
    """Where the default graph that is named is empty, but not the store, no question is answered by nothing."""
    with serve("oxigraph") as served:
        with open_store(served.url, write=True, archive=tmp_path / "archive") as store:
            store.replace({G1: ONE})
        with open_store(served.url, default_graph=told) as store, pytest.raises(StoreError, match=said):
            store.query(SEEN)


@pytest.mark.parametrize("told", [None, "union"])
def test_nothing_that_is_half_sent_is_seen_in_a_union(
    told: str | None,
    tmp_path: Path,
    serve: Callable[..., AbstractContextManager[Served]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where every graph is in the default graph, whether that is told or found out, graphs come in one request."""
    monkeypatch.setattr("epargraph.stores.endpoint.AT_ONCE", 10)
    steps: list[tuple[int, int]] = []
    archive = tmp_path / "archive"
    with (
        serve("oxigraph", "--union-default-graph") as served,
        open_store(served.url, write=True, archive=archive, default_graph=told) as store,
    ):
        store.watch(lambda done, total: steps.append((done, total)))
        store.replace({G1: ONE})
        assert store.graphs() == [G1]
    assert steps == []


def test_what_is_large_is_sent_in_parts_to_an_empty_server_too(
    tmp_path: Path, serve: Callable[..., AbstractContextManager[Served]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server without graphs, whose default graph is not their union, gets the first ones in parts, with progress."""
    monkeypatch.setattr("epargraph.stores.endpoint.AT_ONCE", 10)
    steps: list[tuple[int, int]] = []
    with serve("oxigraph") as served, open_store(served.url, write=True, archive=tmp_path / "archive") as store:
        store.watch(lambda done, total: steps.append((done, total)))
        store.replace({G1: ONE, G2: TWO})
        assert store.graphs() == [G1, G2]
    assert steps[-1] == (2, 2)


def test_graphs_that_came_since_are_seen(
    tmp_path: Path, serve: Callable[..., AbstractContextManager[Served]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader sees a graph that another process puts there: at once by its name, in questions when its list is old."""
    with serve("oxigraph") as served, open_store(served.url) as reader:
        with open_store(served.url, write=True, archive=tmp_path / "archive") as store:
            store.replace({G1: ONE})
            assert reader.query(SEEN, accept="text/csv").decode().split() == ["o", "one"]
            store.replace({G1: None, G2: TWO})
        assert reader.triples(G2) == TWO
        monkeypatch.setattr("epargraph.stores.endpoint._LISTED", 0.0)
        assert reader.query(SEEN, accept="text/csv").decode().split() == ["o", "two"]


@pytest.mark.parametrize("opener", ["folder", "oxigraph", "virtuoso"], indirect=True)
def test_hundreds_of_graphs_are_seen(opener: Callable[[bool], Store]) -> None:
    """A store of more graphs than a server's answer usually has headers is asked of all of them."""
    with opener(True) as store:
        store.replace({f"{G1}/{n}": ONE.replace(b"one", str(n).encode()) for n in range(300)})
    with opener(False) as store:
        assert store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", accept="text/csv").decode().split() == ["n", "300"]
