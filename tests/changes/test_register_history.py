"""What changed between the real registers, against lists drawn up from the files by hand and counted by other code."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from epargraph.changes.change import Change
from epargraph.changes.register import between
from epargraph.extract.register import extract_table, medicine_number
from epargraph.graph.register import register_graph
from epargraph.read.register import read_table
from epargraph.sources import Version
from epargraph.stores.embedded import Oxigraph
from epargraph.tables import Table

FILES = {
    "2018-12-23": "ema_epar_register_2018-12-23.xlsx",
    "2022-11-17": "ema_epar_register_2022-11-17.xlsx",
    "2024-08-22": "ema_medicines_2024-08-22.xlsx",
    "2025-03-24": "ema_medicines_2025-03-24.xlsx",
    "2026-03-14": "ema_medicines_2026-03-14.xlsx",
}
HERE = Path(__file__).parent
Pair = tuple[str, str]


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


HAND_CHECKED = rows("hand_checked.tsv")
NOTATION = rows("notation.tsv")
PAIRS = sorted({(row["from"], row["to"]) for row in HAND_CHECKED + NOTATION})


@pytest.fixture(scope="module")
def table(shared: Callable[[str], Path]) -> Callable[[str], Table]:
    """Return a function that reads the real register of a day, once."""

    @cache
    def read(day: str) -> Table:
        return read_table(shared(f"register/{FILES[day]}"))

    return read


def side(table: Table) -> tuple[Version, Oxigraph]:
    graph = register_graph(extract_table(table))
    data = Oxigraph()
    data.write({graph.name: graph.triples})
    return Version(graph.name, graph.source, table.source, table.sha256, True, table.date), data


@pytest.fixture(scope="module")
def listed(table: Callable[[str], Table]) -> Callable[[str, str], list[Change]]:
    """Return a function that tells the changes between two days of the medicines that the lists name."""

    @cache
    def changes(start: str, end: str) -> list[Change]:
        wanted = {row["number"] for row in HAND_CHECKED + NOTATION if (row["from"], row["to"]) == (start, end)}

        def some(day: str) -> Table:
            whole = table(day)
            column = whole.names()["product_number"]
            return replace(
                whole, records=tuple(r for r in whole.records if medicine_number(r.cells.get(column, "")) in wanted)
            )

        return list(between(side(some(start)), side(some(end))))

    return changes


@pytest.fixture(scope="module")
def whole(table: Callable[[str], Table]) -> Callable[[str, str], list[Change]]:
    """Return a function that tells the changes between two whole days, but for the texts on uses."""

    @cache
    def plain(day: str) -> tuple[Version, Oxigraph]:
        told = table(day)
        column = told.names()["indication"]
        records = tuple(replace(r, cells={k: v for k, v in r.cells.items() if k != column}) for r in told.records)
        return side(replace(told, records=records))

    @cache
    def changes(start: str, end: str) -> list[Change]:
        return list(between(plain(start), plain(end)))

    return changes


def key(number: str) -> str:
    return f"https://w3id.org/epargraph/medicine/{number.replace('/', '-')}"


@pytest.mark.parametrize("row", HAND_CHECKED, ids=lambda row: f"{row['number']} {row['type']} {row['to']}")
def test_a_change_found_by_hand_is_told(row: dict[str, str], listed: Callable[[str, str], list[Change]]) -> None:
    """Each change of the list, which was read from the files with another tool, is told with what was and what is."""
    (change,) = [
        each
        for each in listed(row["from"], row["to"])
        if each.medicine == key(row["number"]) and each.type == row["type"]
    ]
    if row["type"].startswith("indication"):
        assert (" … ".join(change.removed), " … ".join(change.added)) == (row["before"], row["after"])
    else:
        assert (change.before or "", change.after or "", change.date or "") == (
            row["before"],
            row["after"],
            row["since"],
        )


@pytest.mark.parametrize("row", NOTATION, ids=lambda row: f"{row['number']} {row['before']}")
def test_a_change_of_notation_is_no_change(row: dict[str, str], listed: Callable[[str, str], list[Change]]) -> None:
    """What is only written otherwise is told neither as a change nor as a detail."""
    found = [each for each in listed(row["from"], row["to"]) if each.medicine == key(row["number"])]
    types = {
        "holder changed",
        "renamed",
        "active substance told otherwise",
        "new medicine",
        "removed from the register",
    }
    if row["number"] == "EMEA/H/C/002776":
        types -= {"holder changed"}  # the medicine passed to another company in the same months
    assert [each.sentence() for each in found if each.type in types or "substance" in each.subject] == []


# The whole tables, counted by code that shares nothing with the project's


@cache
def cells(path: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the records of a workbook by product number, each cell by the first word or two of its column."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    head = next(i for i, row in enumerate(rows) if any("roduct number" in str(cell) for cell in row))
    names = [
        re.sub(r"^(EMA |Medicine |Authorisation )(?=product|status|number)", "", str(n)).lower() for n in rows[head]
    ]
    found = [dict(zip(names, map(str, row), strict=True)) for row in rows[head + 1 :] if any(row)]
    return {re.sub(r"^(EMEA/)?([HV]/C)/?", r"EMEA/\2/", row["product number"].strip()): row for row in found}


def differing(before: Path, after: Path, column: str) -> dict[str, Pair]:
    """Return what a column was and is, in small letters, for the records of both files that have it differently."""
    one, other = cells(before), cells(after)
    pairs = {
        number: (one[number][column].strip().lower(), other[number][column].strip().lower())
        for number in one.keys() & other.keys()
    }
    return {number: pair for number, pair in pairs.items() if pair[0] != pair[1]}


def told(changes: list[Change], *types: str) -> Iterator[tuple[str, Change]]:
    for each in changes:
        if each.type in types:
            yield each.medicine.rpartition("/")[2].replace("-", "/"), each


WHOLE = [("2018-12-23", "2022-11-17"), ("2025-03-24", "2026-03-14")]


@pytest.fixture(scope="module", params=WHOLE, ids=lambda pair: f"{pair[0]} to {pair[1]}")
def days(request: pytest.FixtureRequest) -> Pair:
    """Return two days whose whole tables are compared."""
    return (str(request.param[0]), str(request.param[1]))


@pytest.fixture
def both(
    days: Pair, whole: Callable[[str, str], list[Change]], shared: Callable[[str], Path]
) -> tuple[list[Change], Path, Path]:
    """Return the changes between two days, and the two files."""
    before, after = (shared(f"register/{FILES[day]}") for day in days)
    return whole(*days), before, after


def test_every_status_that_changed_is_told(both: tuple[list[Change], Path, Path]) -> None:
    """The changes of status are those of the files, none missed and none made up."""
    changes, before, after = both
    wanted = {number: pair for number, pair in differing(before, after, "status").items() if all(pair)}
    assert {number: (each.before, each.after) for number, each in told(changes, "status changed")} == wanted
    assert len(wanted) > 50


def test_every_new_and_removed_medicine_is_told(both: tuple[list[Change], Path, Path]) -> None:
    """The medicines that are new or gone are those of the files."""
    changes, before, after = both
    one, other = cells(before).keys(), cells(after).keys()
    assert {number for number, _ in told(changes, "new medicine")} == other - one
    assert {number for number, _ in told(changes, "removed from the register")} == one - other


@pytest.mark.parametrize(
    ("column", "yes", "no"),
    [
        ("orphan medicine", "orphan status gained", "orphan status lost"),
        ("additional monitoring", "additional monitoring started", "additional monitoring ended"),
    ],
)
def test_every_flag_that_changed_is_told(both: tuple[list[Change], Path, Path], column: str, yes: str, no: str) -> None:
    """Orphan status and additional monitoring change in the graph's history where they change in the files."""
    changes, before, after = both
    wanted = differing(before, after, column)
    assert {number for number, _ in told(changes, yes)} == {n for n, pair in wanted.items() if pair == ("no", "yes")}
    assert {number for number, _ in told(changes, no)} == {n for n, pair in wanted.items() if pair == ("yes", "no")}


def test_every_conditional_authorisation_that_changed_is_told(both: tuple[list[Change], Path, Path]) -> None:
    """A conditional authorisation that became standard is told so where the medicine is authorised, else as a change."""
    changes, before, after = both
    no_more = {n for n, pair in differing(before, after, "conditional approval").items() if pair == ("yes", "no")}
    present = cells(after)
    became = {
        n
        for n in no_more
        if present[n]["status"] == "Authorised" and present[n]["exceptional circumstances"].lower() == "no"
    }
    assert {number for number, _ in told(changes, "conditional became standard")} == became
    assert no_more - became <= {number for number, _ in told(changes, "authorisation type changed")}


def test_every_holder_that_changed_is_told(both: tuple[list[Change], Path, Path]) -> None:
    """A holder that is told as changed is another one in the files, and one that is not told has the same first letters."""
    changes, before, after = both
    column = next(name for name in next(iter(cells(after).values())) if "holder" in name)
    other = next(name for name in next(iter(cells(before).values())) if "holder" in name)
    one, two = cells(before), cells(after)
    raw = {n: (one[n][other].strip(), two[n][column].strip()) for n in one.keys() & two.keys()}
    raw = {n: pair for n, pair in raw.items() if all(pair) and pair[0] != pair[1]}
    found = {number for number, _ in told(changes, "holder changed")}
    assert found <= raw.keys()
    for number in raw.keys() - found:
        first, second = (re.sub(r"\W", "", each.casefold())[:5] for each in raw[number])
        assert first == second or sorted(raw[number][0].split()) == sorted(raw[number][1].split()), raw[number]
