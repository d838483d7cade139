"""History on the command line and in a store: registers and overviews, as table, JSON, RDF and Atom feed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from epargraph.build import build
from epargraph.changes import atom, history, to_triples, whole_history
from epargraph.errors import UsageError
from epargraph.reconcile import reconcile
from epargraph.stores import open_store
from epargraph.validate import validate

HEADER = (
    "Category,Name of medicine,EMA product number,Medicine status,Conditional approval,Exceptional circumstances,"
    "Orphan medicine,Marketing authorisation developer / applicant / holder,Marketing authorisation date,Revision number"
)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def tables(tmp_path: Path) -> list[Path]:
    """Return the tables of two days: one medicine changed, one came, one was only written otherwise."""
    rows = {
        "2024-08-22": [
            "Human,Abcmed,EMEA/H/C/009999,Authorised,Yes,No,Yes,Abc BV,06/01/2022,3",
            "Human,Defmed,EMEA/H/C/009998,Authorised,No,No,No,Def Ltd,06/01/2020,1",
        ],
        "2026-03-14": [
            "Human,Abcmed,EMEA/H/C/009999,Authorised,No,No,No,Xyz GmbH,06/01/2022,4",
            "human,DEFMED,H/C/009998,authorised,no,no,no,Def Limited,06/01/2020,1",
            "Human,Ghimed,EMEA/H/C/009997,Opinion,No,No,No,Ghi SA,,",
        ],
    }
    paths = []
    for day, lines in rows.items():
        path = tmp_path / f"medicines_{day}.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
        paths.append(path)
    return paths


def command(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200", "EPARGRAPH_STORE": str(cwd / "store")}
    return subprocess.run(
        [sys.executable, "-c", "from epargraph.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
    )


def sentences(where: Path, **options: str | bool) -> list[str]:
    with open_store(where) as store:
        return [each.sentence() for each in history(store, **options).changes]  # type: ignore[arg-type]


def test_two_days_are_compared_in_words_of_the_domain(tables: list[Path], tmp_path: Path) -> None:
    """What changed is told, what is only written otherwise is not, and details come when they are asked for."""
    build(tables, tmp_path / "store")
    told = [
        "Abcmed: conditional became standard from conditional to standard",
        "Abcmed: holder changed from Abc BV to Xyz GmbH",
        "Abcmed: orphan status lost",
        "Ghimed: new medicine (opinion)",
    ]
    assert sentences(tmp_path / "store") == told
    assert sentences(tmp_path / "store", start="2024-12-31", end="2026-12-31") == told
    assert sentences(tmp_path / "store", medicine="abcmed") == told[:3]
    assert sentences(tmp_path / "store", medicine="EMEA/H/C/009999", details=True) == [
        *told[:2],
        "Abcmed: new revision from revision number 3 to revision number 4",
        told[2],
    ]


def test_a_text_that_kept_the_former_name_has_not_changed(tmp_path: Path) -> None:
    """Of a medicine that was renamed, while the text on its uses is but written otherwise, the new name alone is told."""
    lines = {
        "2024-08-22": "Human,Oldmed,EMEA/H/C/009999,Authorised,No,No,No,Abc BV,06/01/2022,3,Oldmed is indicated for asthma.",
        "2026-03-14": "Human,Newmed,EMEA/H/C/009999,Authorised,No,No,No,Abc BV,06/01/2022,3,Oldmed is  indicated for asthma",
    }
    for day, line in lines.items():
        (tmp_path / f"medicines_{day}.csv").write_text(f"{HEADER},Therapeutic indication\n{line}\n", "utf-8")
    build(sorted(tmp_path.glob("*.csv")), tmp_path / "store")
    assert sentences(tmp_path / "store") == ["Newmed: renamed from Oldmed to Newmed"]


def test_all_of_history_is_told_from_each_version_to_the_next(tables: list[Path], tmp_path: Path) -> None:
    """Of three days the changes from the first to the second and from the second to the third are told, the details not."""
    third = tmp_path / "medicines_2026-10-01.csv"
    third.write_text(tables[1].read_text("utf-8").replace("Xyz GmbH", "Uvw SA"), "utf-8")
    build([*tables, third], tmp_path / "store")
    with open_store(tmp_path / "store") as store:
        told = whole_history(store)
    assert [(old.day, new.day) for old, new in told.compared] == [
        ("2024-08-22", "2026-03-14"),
        ("2026-03-14", "2026-10-01"),
    ]
    assert [(each.new.day, each.title) for each in told.changes if each.type == "holder changed"] == [
        ("2026-03-14", "holder changed"),
        ("2026-10-01", "holder changed"),
    ]
    assert not any(each.is_detail for each in told.changes)


def test_the_reverse_order_is_refused_and_days_without_a_table_are_told(tables: list[Path], tmp_path: Path) -> None:
    """A wrong day, days in the wrong order, days with nothing to compare and an unknown medicine are errors."""
    build(tables, tmp_path / "store")
    for options, reason in (
        ({"start": "22/08/2024"}, "it is not a day"),
        ({"start": "2026-03-14", "end": "2024-08-22"}, "the first day is not before the second"),
        ({"start": "2020-01-01"}, "the store has versions of 2024-08-22, 2026-03-14"),
        ({"medicine": "Nomed"}, "the store has no medicine of this name"),
    ):
        with pytest.raises(UsageError, match=reason):
            sentences(tmp_path / "store", **options)


def test_changes_are_rdf_that_keeps_its_shapes(tables: list[Path], tmp_path: Path) -> None:
    """The nodes of changes keep the shapes, name both sources, and are the same bytes each time."""
    build(tables, tmp_path / "store")
    with open_store(tmp_path / "store") as store:
        triples = to_triples(history(store, details=True).changes)
        assert triples == to_triples(history(store, details=True).changes)
    assert validate(triples).results == ()
    lines = triples.decode().splitlines()
    assert sum("ontology#Change>" in line for line in lines) == 5
    assert sum("prov#wasDerivedFrom>" in line for line in lines) == 10


def test_the_feed_is_valid_atom_with_the_days_of_the_tables(tables: list[Path], tmp_path: Path) -> None:
    """The feed and each entry have what RFC 4287 asks for: one id, title and day, an author, a link or content."""
    build(tables, tmp_path / "store")
    with open_store(tmp_path / "store") as store:
        feed = ElementTree.fromstring(atom(history(store)))
    assert feed.tag == f"{ATOM}feed"
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            (one,) = element.findall(f"{ATOM}{name}")
            assert one.text
        assert element.findtext(f"{ATOM}updated") == "2026-03-14T00:00:00Z"
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) == 4
    assert all(str(entry.findtext(f"{ATOM}id")).startswith("https://") for entry in entries)
    assert all(entry.findtext(f"{ATOM}content") for entry in entries)


def test_two_versions_of_an_overview_are_compared_fact_by_fact(lumykras: Path, tmp_path: Path) -> None:
    """A dose that changed, a fact that came and one that went are told with the words they were read from."""
    text = lumykras.read_text("utf-8")
    newer = re.sub(r"dose\s+is\s+960\s+mg", "dose is 240 mg", text)
    assert newer != text
    later = tmp_path / "later.txt"
    later.write_text(newer, "utf-8")
    build([lumykras], tmp_path / "store", retrieved="2022-02-01")
    build([later], tmp_path / "store", retrieved="2024-02-01")
    with open_store(tmp_path / "store") as store:
        (change,) = history(store).changes
    assert (change.type, change.subject) == ("fact changed", "dose")
    assert "960" in (change.before or "")
    assert "240" in (change.after or "")
    assert change.quotes_before == ("The recommended dose is 960 mg once per day.",)
    assert change.quotes_after == ("The recommended dose is 240 mg once per day.",)
    assert (change.old.age, change.new.age) == ("2022-02-01", "2024-02-01")


def test_an_obligation_is_fulfilled_when_the_authorisation_becomes_standard(lumykras: Path, tmp_path: Path) -> None:
    """Evidence that is owed no more counts as brought only where the authorisation was converted."""
    text = lumykras.read_text("utf-8")
    shorter = re.sub(r"Since Lumykras has been given conditional.*?(?=What\s+measures)", "", text, flags=re.DOTALL)
    assert shorter != text
    converted = "on 06 January 2022. This was switched to a full marketing authorisation on 11 April 2024."
    standard = re.sub(r"on 06 January 2022\s*\.?", f"{converted}\n", shorter)
    assert standard != shorter
    found = []
    for name, later in (("shorter", shorter), ("standard", standard)):
        store = tmp_path / name
        for day, words in (("2022-02-01", text), ("2024-06-01", later)):
            path = tmp_path / f"{name} {day}.txt"
            path.write_text(words, "utf-8")
            build([path], store, retrieved=day)
        with open_store(store) as opened:
            found.append({(each.type, each.subject) for each in history(opened).changes})
    assert ("fact removed", "obligation") in found[0]
    assert ("obligation fulfilled", "obligation") in found[1]
    assert ("conditional became standard", "authorisation") in found[1]


def test_the_command_line_tells_changes_in_all_formats(tables: list[Path], tmp_path: Path) -> None:
    """The command prints a table, JSON, Turtle and Atom, and errors as one line."""
    build(tables, tmp_path / "store")
    shown = command("changes", "--from", "2024-08-22", "--to", "2026-03-14", cwd=tmp_path).stdout
    assert "Between the register of 2024-08-22 and the register of 2026-03-14" in shown
    assert "4 changes: 1 holder changed" in shown or "4 changes: 1 conditional became standard" in shown
    told = json.loads(command("changes", "--format", "json", cwd=tmp_path).stdout)
    assert [each["type"] for each in told][:2] == ["conditional became standard", "holder changed"]
    assert told[0]["from"]["day"] == "2024-08-22"
    assert "a epar:Change" in command("changes", "--format", "ttl", cwd=tmp_path).stdout
    assert command("changes", "--format", "atom", cwd=tmp_path).stdout.startswith("<?xml")
    failed = command("changes", "--from", "2001-01-01", cwd=tmp_path)
    assert (failed.returncode, failed.stdout, failed.stderr.count("\n")) == (2, "", 1)


def test_overview_and_register_are_reconciled(lumykras: Path, tmp_path: Path) -> None:
    """Agreement, difference (with both quotes) and what only one says are told; the difference is a warning of build too."""
    table = tmp_path / "excerpt_2026-03-14.csv"
    table.write_text(
        f"{HEADER}\nHuman,Lumykras,EMEA/H/C/005522,Authorised,Yes,No,No,Amgen Europe B.V.,07/01/2022,6\n", "utf-8"
    )
    summary = build([lumykras, table], tmp_path / "store")
    with open_store(tmp_path / "store") as store:
        found = {each.subject: each for each in reconcile(store, "Lumykras")}
    verdicts = {subject: each.verdict for subject, each in found.items()}
    assert verdicts["authorisation type"] == verdicts["name"] == "agree"
    assert verdicts["holder"] == "only in the register"
    date = found["authorisation date"]
    assert (date.verdict, date.overview, date.register) == ("differ", ("2022-01-06",), ("2022-01-07",))
    assert "06 January 2022" in date.overview_quotes[0]
    assert date.register_quotes == ("Marketing authorisation date: 07/01/2022",)
    messages = [result.message for source in summary.sources for result in source.results]
    wanted = (
        "The overview and the register differ in the date of the authorisation: "
        "2022-01-06 in the overview, 2022-01-07 in the register."
    )
    assert wanted in messages
    assert wanted in command("validate", cwd=tmp_path).stdout
    table.write_text(table.read_text("utf-8").replace("07/01/2022", "06/01/2022"), "utf-8")
    build([table], tmp_path / "store")
    assert wanted not in command("validate", cwd=tmp_path).stdout
    assert "1 differ" not in command("reconcile", cwd=tmp_path).stdout
