"""Validating all graphs of a store again: the reports that a build makes, also after kill -9 and Ctrl-C, in a folder and on a server."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.benchmarks.medicines import medicines
from tests.test_validate_register import HEADER, ROWS

from epargraph import processes
from epargraph.build import Validation, build, report_name, reports, validate_store
from epargraph.build import validation as module
from epargraph.errors import StoreError
from epargraph.resources import DATA
from epargraph.stores import open_store

MANY = 120
AGAIN = """
import sys
from epargraph.build import validation
from epargraph.cli import main
validation._TOGETHER = 8
validation._BATCH = 20
main()
"""


def contents(where: str | Path) -> dict[str, bytes]:
    with open_store(where) as store:
        return {name: store.triples(name) for name in store.graphs()}


def replace(where: str | Path, graphs: dict[str, bytes | None]) -> None:
    with open_store(where, write=True) as store:
        store.replace(graphs)


def again(where: str | Path, *options: str) -> subprocess.Popen[str]:
    """Return `epargraph validate --again`, started on a store."""
    command = [sys.executable, "-c", AGAIN, "validate", "--again", "--store", str(where), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def known(keeping: Path) -> int:
    """Return how many outcomes are kept."""
    if not keeping.is_file():
        return 0
    with closing(sqlite3.connect(f"{keeping.as_uri()}?mode=ro", uri=True)) as opened:
        try:
            return int(opened.execute("SELECT count(*) FROM kept").fetchone()[0])
        except sqlite3.OperationalError:  # being made
            return 0


@pytest.fixture
def built(tmp_path: Path, variants: Callable[[int], list[Path]]) -> Path:
    """Return a store of overviews and of registers that say otherwise and are full of errors."""
    start = "Human,Xyzmed{0},EMEA/H/C/00{1},Authorised,abcstat,10/03/2020,30/01/2020,L01XX73"
    used = f"{start},Xyzmed{{0}} is indicated in adults with anti-aquaporin{{2}}4 (AQP4) antibody positive type{{2}}2 diabetes.,Abc Ltd"
    twice = [used.format("a", "1000", "-"), used.format("y", "9001", " ")]  # what both name is written in two ways
    rows = [*twice, *ROWS]
    register = tmp_path / "medicines_2026-03-14.csv"
    register.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    assert not build([*variants(4), register, DATA / "register"], tmp_path / "store").failures
    return tmp_path / "store"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """Return a store of invented medicines without any report, one of them without a label."""
    graphs: dict[str, bytes | None] = {each.name: each.triples for each in medicines(MANY)}
    name, triples = next(iter(graphs.items()))
    lines = (triples or b"").splitlines(keepends=True)
    label = b"<http://www.w3.org/2000/01/rdf-schema#label>"
    graphs[name] = b"".join(each for each in lines if not (b"/dose/" in each.split()[0] and label in each))
    assert graphs[name] != triples
    replace(tmp_path / "invented", graphs)
    return tmp_path / "invented"


def test_a_build_leaves_nothing_to_do(built: Path) -> None:
    """Validating a store again that was just built finds the reports as they are, and looks at registers' shared things alone."""
    before = contents(built)
    labels = re.findall(rb'biomarker/(\S+)> <\S+#label> "', b"".join(before.values()))
    assert len(labels) > len(set(labels))
    first = validate_store(built)
    assert first.replaced == 0
    assert validate_store(built) == Validation(first.graphs, 0, 0)
    assert contents(built) == before


def test_reports_that_are_gone_or_say_otherwise_are_made_as_a_build_makes_them(built: Path) -> None:
    """Without its reports and without what was kept, a store gets every report back, byte for byte."""
    before = contents(built)
    with open_store(built) as store:
        stored = reports(store)
    assert sum(len(each.results) for each in stored.values()) > 10
    assert any(name.endswith("/register") for name in stored)
    gone, odd, *_ = sorted(stored)
    wrong = before[odd] + b"<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"
    replace(built, {gone: None, odd: wrong})
    (built / "validated.sqlite").unlink()
    done = validate_store(built)
    assert done.looked_at == done.graphs == len(before) - 2 - len(stored)
    assert done.replaced == 2
    assert contents(built) == before
    replace(built, dict.fromkeys(stored))
    assert validate_store(built).looked_at == 0
    assert contents(built) == before


def test_many_processes_find_what_one_finds(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reports of a store that is validated in several processes, few graphs at a time, are those of one process."""
    monkeypatch.setattr(processes, "cores", lambda: 1)
    assert validate_store(stored) == Validation(MANY, MANY, MANY)
    alone = contents(stored)
    replace(stored, {name: None for name in alone if "/report/" in name})
    (stored / "validated.sqlite").unlink()
    monkeypatch.setattr(processes, "cores", lambda: 2)
    monkeypatch.setattr(module, "_TOGETHER", 16)
    seen: list[int] = []
    assert validate_store(stored, progress=lambda done, total, name: seen.append(done)) == Validation(MANY, MANY, MANY)
    assert seen == list(range(1, MANY + 1))
    assert contents(stored) == alone


@pytest.mark.parametrize("make", ["folder", "oxigraph"])
def test_a_killed_run_goes_on_with_the_rest(
    make: str, stored: Path, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After kill -9 the same command looks only at what was not kept yet, and the store is as if nothing had happened."""
    monkeypatch.setenv("EPARGRAPH_ARCHIVE", str(tmp_path / "archive"))
    where: str | Path = stored if make == "folder" else server
    keeping = (stored if make == "folder" else tmp_path / "archive") / "validated.sqlite"
    graphs = contents(stored)
    if make == "oxigraph":
        replace(where, dict(graphs))
    process = again(where)
    while known(keeping) < MANY / 4 and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    process.communicate()
    held = known(keeping)
    assert MANY / 4 <= held < MANY
    assert all(triples == graphs.get(name, triples) for name, triples in contents(where).items())
    second = again(where)
    _, told = second.communicate()
    assert second.returncode == 1
    assert told.startswith(f"{MANY} graphs: {MANY - held} looked at, the others known;")
    after = contents(where)
    assert {name: triples for name, triples in after.items() if "/report/" not in name} == graphs
    assert sorted(set(after) - set(graphs)) == sorted(map(report_name, graphs))
    with open_store(where) as store:
        assert [r.shape.rpartition("/")[2] for each in reports(store).values() for r in each.results] == ["Fact-label"]
    third = again(where, "--format", "json")
    printed, told = third.communicate()
    assert told == f"{MANY} graphs: 0 looked at, the others known; no reports replaced\n"
    assert '"conforms": false' in printed


def test_an_interrupted_run_says_that_it_goes_on(stored: Path) -> None:
    """Ctrl-C ends the run and its processes with status 130 and one line, and what was found by then is kept."""
    process = again(stored)
    while known(stored / "validated.sqlite") < MANY / 4 and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told.count("\n")) == (130, 1)
    assert "the same command goes on" in told
    held = known(stored / "validated.sqlite")
    assert validate_store(stored).looked_at == MANY - held < MANY


def test_one_graph_that_can_not_be_validated_is_told_while_the_others_are(stored: Path) -> None:
    """A graph with a triple about a triple gets no report; the others do, and the exit status is 2."""
    name, triples = next((name, triples) for name, triples in contents(stored).items() if "/graph/" in name)
    about = b'<<( <https://example.org/a> <https://example.org/b> "c" )>>'
    odd = b"<https://example.org/a> <https://w3id.org/epargraph/ontology#date> %b .\n" % about
    replace(stored, {name: triples + odd})
    process = again(stored)
    _, told = process.communicate()
    assert process.returncode == 2
    assert told.splitlines()[0].startswith(f"{MANY} graphs: {MANY - 1} looked at")
    assert told.splitlines()[1].startswith(f"epargraph: {name}: not N-Triples")
    assert len([each for each in contents(stored) if "/report/" in each]) == MANY - 1


def test_a_graph_of_another_program_has_a_report_too(tmp_path: Path) -> None:
    """A source graph whose name is not of ours, and which does not say what it describes, is reported on by its own name."""
    triples = b"<urn:x:one> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/epargraph/ontology#SourceGraph> .\n"
    replace(tmp_path / "store", {"urn:x:one": triples})
    assert validate_store(tmp_path / "store") == Validation(1, 1, 1)
    with open_store(tmp_path / "store") as store:
        (report,) = reports(store).values()
    assert report.documents == ("urn:x:one",)
    assert {each.shape.rpartition("/")[2] for each in report.violations} == {
        "SourceGraph-about",
        "SourceGraph-describes",
        "SourceGraph-software",
    }


def test_a_folder_without_a_store_stays_as_it_is(tmp_path: Path) -> None:
    """Where there is no store an error says so, and none is made; a file can't be validated again."""
    with pytest.raises(StoreError, match="there is no store here"):
        validate_store(tmp_path / "none")
    assert not list(tmp_path.iterdir())
    process = again(tmp_path / "none", "some.ttl")
    _, told = process.communicate()
    assert (process.returncode, told.count("\n")) == (2, 1)
    assert told.startswith("epargraph: --again some.ttl: ")
