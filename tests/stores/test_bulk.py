"""Large graphs: loaded in bulk, all or nothing, also when the process is killed in the middle."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest

from epargraph.errors import StoreError
from epargraph.stores import embedded, open_store

OLD, NEW, SMALL = (f"https://example.org/graph/{name}" for name in ("old", "new", "small"))
COUNT = 40_000


def triples(word: str, count: int = COUNT) -> bytes:
    return "".join(
        f'<https://example.org/{word}/{n}> <https://example.org/says> "{word} {n}" .\n' for n in range(count)
    ).encode()


def sizes(where: Path) -> dict[str, int]:
    """Return how many triples each current graph has, opened for reading."""
    with open_store(where) as store:
        return {graph: len(store.triples(graph).splitlines()) for graph in store.graphs()}


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let graphs of this size count as many triples, as a register's do."""
    monkeypatch.setattr(embedded, "_MANY", COUNT // 2)


def test_a_large_graph_takes_the_place_of_another(tmp_path: Path) -> None:
    """A large graph replaces another one, which is in the archive then, while the rest of the store stays."""
    where = tmp_path / "store"
    with open_store(where, write=True) as store:
        store.replace({OLD: triples("old"), SMALL: triples("small", 5)})
        store.replace({OLD: None, NEW: triples("new")})
        assert len(store.archive().triples(OLD).splitlines()) == COUNT
        assert sorted(store.lines(NEW)) == sorted(triples("new").splitlines())
    assert sizes(where) == {NEW: COUNT, SMALL: 5}
    assert sorted(each.name for each in where.iterdir()) == ["archive", "current", "epargraph.store"]


def test_a_large_graph_that_is_not_well_formed_leaves_nothing(tmp_path: Path) -> None:
    """Where the end of a large graph is broken, nothing of it is stored, and the store goes on."""
    with open_store(tmp_path / "store", write=True) as store:
        store.replace({SMALL: triples("small", 5)})
        with pytest.raises(StoreError, match="nothing was stored"):
            store.replace({NEW: triples("new") + b"<broken", SMALL: None})
        assert store.graphs() == [SMALL]
        store.replace({NEW: triples("new")})
    assert sizes(tmp_path / "store") == {NEW: COUNT, SMALL: 5}


def test_superseded_graphs_go_straight_into_the_archive(tmp_path: Path) -> None:
    """What is shelved is in the archive alone."""
    with open_store(tmp_path / "store", write=True) as store:
        store.replace({SMALL: triples("small", 5)})
        store.shelve({OLD: triples("old")})
        assert store.graphs() == [SMALL]
        assert store.archive().graphs() == [OLD]


def test_what_was_stored_in_several_goes_is_put_in_order(tmp_path: Path) -> None:
    """Closed after several writes that made most of it, a store has its files put in order, and holds the same."""
    where = tmp_path / "store"
    names = [f"{NEW}/{number}" for number in range(8)]
    with open_store(where, write=True) as store:
        for name in names:
            store.replace({name: triples(name[-1], COUNT // 8)})
    with open_store(where, write=True) as store:
        store.replace({SMALL: triples("small", 5)})  # little, and one write: not worth it
    assert sizes(where) == {**dict.fromkeys(names, COUNT // 8), SMALL: 5}


def test_an_archive_is_made_when_there_is_something_to_put_into_it(tmp_path: Path) -> None:
    """A store from which nothing was ever taken has no archive on disk, and yet an empty one to look into."""
    with open_store(tmp_path / "store", write=True) as store:
        store.replace({SMALL: triples("small", 5), OLD: None})
        assert store.archive().graphs() == []
        assert not (tmp_path / "store" / "archive").exists()
        store.replace({SMALL: None})
        assert store.archive().graphs() == [SMALL]
    with open_store(tmp_path / "store") as store:
        assert store.archive().graphs() == [SMALL]


KILLED = """
import os, signal, sys
from pathlib import Path
from epargraph.stores import embedded, open_store
embedded._MANY = {many}
old, new = (Path(each).read_bytes() for each in sys.argv[2:4])
moment = sys.argv[4]
def kill(*given, **named):
    os.kill(os.getpid(), signal.SIGKILL)
store = open_store(sys.argv[1], write=True)
store.replace({{"{old}": old}})
if moment == "loaded":
    load = embedded.Oxigraph._load
    embedded.Oxigraph._load = lambda self, graphs: (load(self, graphs), kill())
    store.replace({{"{new}": new}})
elif moment == "before the names change":
    Path.rename = kill
    store.replace({{"{old}": None, "{new}": new}})
elif moment == "between the names":
    rename = Path.rename
    Path.rename = lambda self, other: kill() if self.name == "next" else rename(self, other)
    store.replace({{"{old}": None, "{new}": new}})
"""


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("loaded", {OLD: COUNT}),
        ("before the names change", {OLD: COUNT}),
        ("between the names", {NEW: COUNT}),
    ],
)
def test_a_process_that_is_killed_leaves_whole_graphs(tmp_path: Path, moment: str, left: dict[str, int]) -> None:
    """Killed (-9) at its worst moments, a build leaves the old graph or the new one, to whoever opens the store next."""
    where, old, new = tmp_path / "store", tmp_path / "old.nt", tmp_path / "new.nt"
    old.write_bytes(triples("old"))
    new.write_bytes(triples("new"))
    code = KILLED.format(many=COUNT // 2, old=OLD, new=NEW)
    ended = subprocess.run([sys.executable, "-c", code, where, old, new, moment], capture_output=True)
    assert ended.returncode == -9, ended.stderr
    assert sizes(where) == left
    with open_store(where, write=True) as store:
        store.replace({SMALL: triples("small", 5)})
    assert sizes(where) == {**left, SMALL: 5}


ODD = (
    b"# two in a line are no N-Triples, but comments, tabs, no blanks and \\r are .\n"
    b'<https://example.org/a>\t<https://example.org/says>\t"1 ." .# <https://example.org/x> .\n'
    b'<https://example.org/b><https://example.org/says>"2".\r\n'
    b"   <https://example.org/c> <https://example.org/says> <https://example.org/d> .   "
)
TWO_IN_A_LINE = b"<https://example.org/a> <https://example.org/b> <https://example.org/other> . <x:a> <x:b> <x:c> .\n"
ANOTHER_GRAPH = (
    b"<https://example.org/a> <https://example.org/b> <https://example.org/c> <https://example.org/other> .\n"
)


def test_graphs_loaded_together_may_be_written_in_any_way(tmp_path: Path) -> None:
    """N-Triples in another form than the canonical one say the same when they are loaded with many others."""
    names = [f"{NEW}/{number}" for number in range(8)]
    with open_store(tmp_path / "store", write=True) as store:
        store.replace({**{name: triples(name[-1], COUNT // 8) for name in names}, SMALL: ODD})
        assert store.triples(SMALL).decode().splitlines() == [
            '<https://example.org/a> <https://example.org/says> "1 ." .',
            '<https://example.org/b> <https://example.org/says> "2" .',
            "<https://example.org/c> <https://example.org/says> <https://example.org/d> .",
        ]
        assert (
            store.query("SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }", accept="text/csv")
            == b"s\r\n"
        )
        assert store.graphs() == sorted([*names, SMALL])
    assert sizes(tmp_path / "store") == {**dict.fromkeys(names, COUNT // 8), SMALL: 3}


@pytest.mark.parametrize("wrong", [TWO_IN_A_LINE, ANOTHER_GRAPH, b"<https://example.org/a> .\n"])
def test_what_is_no_n_triples_is_refused_among_many(tmp_path: Path, wrong: bytes) -> None:
    """One graph among many that are loaded together is no N-Triples: nothing of any is stored."""
    names = [f"{NEW}/{number}" for number in range(8)]
    with open_store(tmp_path / "store", write=True) as store:
        store.replace({OLD: triples("old", 5)})
        with pytest.raises(StoreError, match=f"the graph {SMALL} is not N-Triples"):
            store.replace({**{name: triples(name[-1], COUNT // 8) for name in names}, SMALL: wrong, OLD: None})
        assert (store.graphs(), store.archive().graphs()) == ([OLD], [])
        assert store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", accept="text/csv").split() == [b"n", b"5"]


class Watched:
    """A real Oxigraph store that tells when its files are put in order."""

    def __init__(self, store: pyoxigraph.Store, told: list[str]) -> None:
        self.store, self.told = store, told

    def __getattr__(self, name: str) -> object:
        if name == "optimize":
            self.told.append(name)
        return getattr(self.store, name)

    def __len__(self) -> int:
        return len(self.store)


@pytest.mark.parametrize(
    ("before", "counts", "told"),
    [
        (5, [200, 200], ["optimize"]),
        (5, [200], []),
        (5, [2000], ["optimize"]),
        (5, [20, 20], []),
        (900, [60, 60], []),
    ],
    ids=["several writes", "one", "one that takes several files", "little", "little of what is there"],
)
def test_what_was_stored_in_several_files_is_put_in_order(
    before: int, counts: list[int], told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing a store puts its files in order when much of it was stored in several of them, and changes nothing of what it holds."""
    monkeypatch.setattr(embedded, "_MANY", 100)
    monkeypatch.setattr(embedded, "_ONCE", 1000)
    with open_store(tmp_path / "store", write=True) as store:
        store.replace({OLD: triples("old", before)})
    ordered: list[str] = []
    monkeypatch.setattr(embedded.Oxigraph, "_open", property(lambda self: Watched(self._store, ordered)))
    with open_store(tmp_path / "store", write=True) as store:
        for number, count in enumerate(counts):
            store.replace({f"{NEW}/{number}": triples(str(number), count)})
    assert ordered == told
    held = sizes(tmp_path / "store")
    assert [held[f"{NEW}/{number}"] for number in range(len(counts))] == counts
