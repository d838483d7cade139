"""What a server has as its default graph: found out, or told by --default-graph."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest

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
        ([], "union", []),
        (["--union-default-graph"], None, ["one", "two"]),
        (["--union-default-graph"], "union", ["one", "two"]),
    ],
    ids=["found out", "a graph", "wrongly told", "the union found out", "the union told"],
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
