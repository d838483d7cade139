"""Building from register tables: each day a graph, the newest one current, on the command line like any overview."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from epargraph.build import build, files
from epargraph.queries import run
from epargraph.stores import open_store

HEADER = "Category,Name of medicine,EMA product number,Medicine status,Conditional approval,Exceptional circumstances"
GRAPHS = "SELECT ?day WHERE { GRAPH ?graph { ?graph epar:registerDate ?day } } ORDER BY ?day"


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes the table of a day, with one medicine of the given status."""

    def write(day: str, status: str = "Authorised", name: str = "medicines_{}.csv") -> Path:
        folder = tmp_path / "tables"
        folder.mkdir(exist_ok=True)
        path = folder / name.format(day)
        path.write_text(f"{HEADER}\nHuman,Abcmed,EMEA/H/C/009999,{status},Yes,No\n", "utf-8")
        return path

    return write


def days(where: Path) -> list[str]:
    with open_store(where) as store:
        return [str(row[0]) for row in run(store, GRAPHS).rows]


def test_the_newest_day_is_current(table: Callable[..., Path], tmp_path: Path) -> None:
    """Of the tables of several days the newest is current, whatever the order, and the others are in the archive."""
    paths = [table(day) for day in ("2024-08-22", "2026-03-14", "2025-03-24")]
    summary = build(paths, tmp_path / "store")
    assert [source.state for source in summary.sources] == ["superseded", "new", "superseded"]
    assert [source.document for source in summary.sources][1] == "register of 2026-03-14"
    assert days(tmp_path / "store") == ["2026-03-14"]
    with open_store(tmp_path / "store") as store:
        assert [str(row[0]) for row in run(store.archive(), GRAPHS).rows] == ["2024-08-22", "2025-03-24"]
    build([table("2025-12-31")], tmp_path / "store")
    assert days(tmp_path / "store") == ["2026-03-14"]


def test_a_table_that_is_held_is_not_read_again(table: Callable[..., Path], tmp_path: Path) -> None:
    """Building from the same table again changes nothing."""
    build([table("2026-03-14")], tmp_path / "store")
    (source,) = build([table("2026-03-14")], tmp_path / "store").sources
    assert (source.state, source.document, source.facts) == ("unchanged", "register of 2026-03-14", 2)


def test_an_excerpt_replaces_no_register(table: Callable[..., Path], tmp_path: Path) -> None:
    """A table whose file is called an excerpt is a source of its own beside the whole register."""
    paths = [table("2024-08-22"), table("2026-03-14", name="excerpt_{}.csv")]
    build(paths, tmp_path / "store")
    assert days(tmp_path / "store") == ["2024-08-22", "2026-03-14"]


def test_overview_and_register_speak_of_one_medicine(
    lumykras: Path, table: Callable[..., Path], tmp_path: Path
) -> None:
    """An overview and a register's record of the same product number are about the same medicine."""
    path = table("2026-03-14")
    path.write_text(path.read_text("utf-8").replace("009999", "005522").replace("Abcmed", "Lumykras"), "utf-8")
    build([lumykras, path], tmp_path / "store")
    with open_store(tmp_path / "store") as store:
        asked = "SELECT DISTINCT ?medicine { ?medicine a epar:Medicine . ?any epar:about ?medicine }"
        assert run(store, asked).rows == (("https://w3id.org/epargraph/medicine/EMEA-H-C-005522",),)
        asked = """SELECT DISTINCT ?date ?source {
  ?medicine epar:hasAuthorisation ?fact . ?fact epar:type code:authorisation-type\\/conditional ; epar:date ?date .
  ?fact epar:evidence/oa:hasSource ?source }"""
        assert len(run(store, asked).rows) == 1


def test_a_folder_gives_its_tables_and_leaves_other_data(table: Callable[..., Path], tmp_path: Path) -> None:
    """In a folder a CSV or JSON file counts when it begins as a register does, and others are left alone."""
    path = table("2026-03-14")
    (path.parent / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    (path.parent / "facts.json").write_text('{"text": "", "facts": []}', "utf-8")
    (path.parent / "~$medicines.xlsx").write_bytes(b"")
    assert files([path.parent]) == [path]


def test_a_bad_table_is_reported_while_the_rest_goes_on(table: Callable[..., Path], tmp_path: Path) -> None:
    """A table that can't be read is a failure with its reason, and the others are built."""
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 cut off")
    summary = build([bad, table("2026-03-14")], tmp_path / "store")
    (failure,) = summary.failures
    assert "no whole workbook" in failure.reason
    assert len(summary.sources) == 1


def command(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200", "EPARGRAPH_STORE": str(cwd / "store")}
    return subprocess.run(
        [sys.executable, "-c", "from epargraph.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
    )


def test_the_command_line_reads_tables(table: Callable[..., Path], tmp_path: Path) -> None:
    """Build and extract take a register table where they take an overview, in all formats."""
    path = table("2026-03-14")
    built = command("build", path, cwd=tmp_path)
    assert (built.returncode, built.stderr) == (0, "")
    assert "register of 2026-03-14" in built.stdout
    told = json.loads(command("extract", path, "--format", "json", "--unread", cwd=tmp_path).stdout)
    assert [fact["kind"] for fact in told["facts"]] == ["Medicine", "Authorisation"]
    assert told["facts"][1]["evidence"][0] == {
        "table": "medicines_2026-03-14.csv",
        "sha256": told["sha256"],
        "record": "EMEA/H/C/009999",
        "column": "Conditional approval",
        "quote": "Yes",
        "start": 0,
        "end": 3,
        "rule": "register-conditional_approval",
    }
    assert told["unread"] == []
    assert "epar:RegisterEntry" in command("extract", path, "--format", "ttl", cwd=tmp_path).stdout
    assert "type conditional, status valid" in command("extract", path, cwd=tmp_path).stdout
    assert "record" in command("extract", path, "--unread", cwd=tmp_path).stdout
