"""A store copied into another one: every graph arrives, on every make of server, and that is proved."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest

from epargraph import queries
from epargraph.build import LINKS, OVERVIEWS, build
from epargraph.cli import main
from epargraph.errors import QueryError, StoreError
from epargraph.stores import open_store
from epargraph.stores.copy import copy, proof

G, OLD = "https://example.org/graph/1", "https://example.org/graph/0"
ONE = b'<https://example.org/a> <https://example.org/p> "one" .\n'
BLANK = b'_:x <https://example.org/p> _:y .\n_:y <https://example.org/p> "one" .\n'


class Served(Protocol):
    url: str


Run = Callable[..., AbstractContextManager[Served]]


Ended = Callable[..., tuple[object, str, str]]


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ended:
    """Return a function that runs the command line to its end, and gives status, output and errors."""

    def command(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["epargraph", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code, *capsys.readouterr()

    return command


@pytest.mark.parametrize("make", ["oxigraph", "virtuoso"])
def test_a_built_store_goes_to_a_server_and_back(
    make: str, tmp_path: Path, serve: Run, as_dba: None, built_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was built in a folder is the same on a server, a second copy sends nothing, and the way back loses nothing."""
    for what in ("USER", "PASSWORD"):
        monkeypatch.setenv(f"EPARGRAPH_FROM_{what}", "dba")
    with serve(make) as served:
        with open_store(built_store) as old, open_store(served.url, write=True, archive=tmp_path / "a") as new:
            there = copy(old, new)
            again = copy(old, new)
            assert sorted(new.graphs()) == sorted(old.graphs())
        with open_store(served.url, archive=tmp_path / "a") as old, open_store(tmp_path / "b", write=True) as new:
            back = copy(old, new)
    assert there
    assert [each for each in (*there, *again, *back) if not each.proved] == []
    assert all(each.was_there for each in again)
    assert {(each.graph, each.hash) for each in back} == {(each.graph, each.hash) for each in there}


@pytest.mark.parametrize("make", ["oxigraph", "virtuoso", "rdflib_endpoint"])
def test_the_questions_have_the_same_answers_on_a_server(
    make: str, tmp_path: Path, serve: Run, as_dba: None, built_store: Path
) -> None:
    """Each question of the library answers on each server as in the folder, but for the five that rdflib refuses."""
    refused: set[str] = set()
    with open_store(built_store) as old:
        lines = tmp_path / "all.nq"
        lines.write_bytes(
            b"".join(
                line.removesuffix(b" .\n") + f" <{graph}> .\n".encode()
                for graph in old.graphs()
                for line in old.triples(graph).splitlines(keepends=True)
            )
        )
        with serve(make, *([lines] if make == "rdflib_endpoint" else [])) as served:
            if make != "rdflib_endpoint":
                with open_store(served.url, write=True, archive=tmp_path / "a") as new:
                    new.replace({graph: old.triples(graph) for graph in old.graphs()})
            with open_store(served.url, archive=tmp_path / "a") as new:
                for question in queries.load().values():
                    try:
                        told = queries.run(new, question)
                    except QueryError:
                        refused.add(question.name)
                        continue
                    assert said(told) == said(queries.run(old, question)), question.name
    by_rdflib = {"indications", "medicines", "prescriber_and_supply", "routes_and_forms", "studies_of_a_medicine"}
    assert refused == (by_rdflib if make == "rdflib_endpoint" else set())


def said(answer: queries.Answer) -> list[str]:
    """Return the rows without what the standard leaves open or a make does its own way.

    That is the order of joined values, the letter … between them (Virtuoso writes ?), nothing or an empty text for what
    there is none of, and a row of nothings where there are no groups (rdflib).
    """
    rows = [["+".join(sorted(re.split(r" [?…] |, ", str(value or "")))) for value in row] for row in answer.rows]
    return sorted(str(row) for row in rows if any(row))


def test_blank_nodes_arrive_as_what_is_said_of_them(tmp_path: Path, serve: Run) -> None:
    """A graph with blank nodes has the same proof there, whatever they are called, and is not doubled by a second copy."""
    with (
        serve("oxigraph") as served,
        open_store(tmp_path / "s", write=True) as old,
        open_store(served.url, write=True, archive=tmp_path / "a") as new,
    ):
        old.replace({G: BLANK, OLD: ONE})
        old.replace({OLD: None})
        for _ in range(2):
            found = copy(old, new)
            assert [(each.graph, each.archived, each.arrived, each.proved) for each in found] == [
                (OLD, True, 1, True),
                (G, False, 2, True),
            ]


def test_what_is_lost_is_told(tmp_path: Path) -> None:
    """A graph that differs there has another hash, and equal ones have the same."""
    assert proof(ONE) == proof(ONE + ONE)
    assert proof(ONE) != proof(ONE.replace(b"one", b"two"))
    assert proof(BLANK) == proof(BLANK.replace(b"_:x", b"_:z"))


def test_the_command_prints_the_proof(tmp_path: Path, built_store: Path, ended: Ended) -> None:
    """`epargraph copy FROM TO` tells counts and hashes, and ends with status 0."""
    status, out, _ = ended("copy", str(built_store), str(tmp_path / "t"))
    assert status == 0
    here, there = (line.split()[-1] for line in out.splitlines() if line.startswith("SHA-256"))
    assert here == there
    with open_store(built_store) as store:
        assert f"Read back from there and the same: {len(store.graphs())} of {len(store.graphs())} graphs" in out


@pytest.mark.parametrize("make", ["oxigraph", "virtuoso"])
def test_a_build_on_a_server_says_what_it_can_not_promise(
    make: str, tmp_path: Path, serve: Run, as_dba: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that does not undo what fails half-way is told of; the others are not, and both hold what a folder would."""
    monkeypatch.setenv("EPARGRAPH_ARCHIVE", str(tmp_path / "archive"))
    with serve(make) as served:
        summary = build([OVERVIEWS, LINKS], served.url)
        assert ("does not undo" in summary.caution) is (make == "virtuoso")
        assert [each.state for each in build([OVERVIEWS], served.url).sources] == ["unchanged"]


def source(version: str, source: str = "document/x") -> tuple[str, bytes]:
    """Return the name and the triples of the graph of a version of a source."""
    epar, name = "https://w3id.org/epargraph/ontology#", f"https://example.org/graph/{version}"
    of_class = f"<{name}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{epar}SourceGraph> .\n"
    return name, f"{of_class}<{name}> <{epar}describes> <https://example.org/{source}> .\n".encode()


def test_another_version_of_a_source_is_not_put_beside_the_one_that_is_there(tmp_path: Path) -> None:
    """A copy that would make two versions of a source current is refused, and nothing is copied."""
    old, new = dict([source("1"), source("3", "document/y")]), dict([source("2")])
    with open_store(tmp_path / "a", write=True) as here, open_store(tmp_path / "b", write=True) as there:
        here.replace(old)
        there.replace(new)
        with pytest.raises(StoreError, match=r"another version of 1 sources as current, such as .*document/x"):
            copy(here, there)
        assert there.graphs() == list(new)


def test_a_store_that_cannot_be_read_leaves_none_behind(tmp_path: Path, ended: Ended) -> None:
    """Where FROM does not answer, TO is not made."""
    assert ended("copy", "http://localhost:1", str(tmp_path / "t"))[0] == 2
    assert not (tmp_path / "t").exists()


def test_a_folder_is_the_same_however_it_is_named(tmp_path: Path, built_store: Path, ended: Ended) -> None:
    """A store is not copied onto itself by another name of it."""
    (tmp_path / "link").symlink_to(built_store)
    status, _, err = ended("copy", str(tmp_path / "link"), str(built_store))
    assert (status, "are the same store" in err) == (2, True)


def test_servers_are_copied_with_the_archive_that_is_named(
    tmp_path: Path,
    sparql_server: Callable[..., AbstractContextManager[str]],
    ended: Ended,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From server to server the archive of FROM goes too where it is another one; where there is none, that is told."""
    monkeypatch.chdir(tmp_path)
    one_, other_, third_ = (sparql_server(tmp_path / name) for name in ("one", "other", "third"))
    with one_ as one, other_ as other, third_ as third:
        with open_store(one, write=True) as store:
            store.replace({OLD: ONE})
            store.replace({OLD: None, G: ONE})
        status, out, err = ended("copy", one, other)
        assert (status, "is that of both servers" in err) == (0, True)
        assert "the same: 1 of 1 graphs" in out
        monkeypatch.setenv("EPARGRAPH_ARCHIVE", "mine")
        monkeypatch.setenv("EPARGRAPH_FROM_ARCHIVE", "nowhere")
        assert "FROM has no archive here" in ended("copy", one, other)[2]
        monkeypatch.setenv("EPARGRAPH_FROM_ARCHIVE", "epargraph-archive")
        status, out, err = ended("copy", one, third)
        assert (status, err) == (0, "")
        assert "the same: 2 of 2 graphs" in out
