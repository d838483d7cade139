"""Register tables in every form and in every state that files come in: a reading, a report or a clear error."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from epargraph import kinds
from epargraph.errors import SourceError
from epargraph.extract.register import extract_table
from epargraph.graph.register import register_graph
from epargraph.read import sheets
from epargraph.read.cells import clean
from epargraph.read.columns import folded
from epargraph.read.register import read_table

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

ABCMED: Mapping[str, str] = {
    "Category": "Human",
    "Name of medicine": "Abcmed",
    "EMA product number": "EMEA/H/C/009999",
    "Medicine status": "Authorised",
    "Active substance": "Abcutinib mesilate",
    "Therapeutic area (MeSH)": "Carcinoma, Non-Small-Cell Lung;Psoriasis",
    "Patient safety": "No",
    "ATC code (human)": "L01XX99",
    "Therapeutic indication": (
        "Abcmed as monotherapy is indicated for the treatment of adults with advanced&nbsp;defoma with KRAS G12C mutation "
        "(Hb &lt;/= 10 g/dl) who have progressed after at least one prior line of systemic therapy.Treatment of xyzitis in "
        "children from 6 years of age."
    ),
    "Additional monitoring": "Yes",
    "Conditional approval": "Yes",
    "Exceptional circumstances": "No",
    "Orphan medicine": "Yes",
    "Marketing authorisation developer / applicant / holder": "Abc  Pharma B.V.",
    "Marketing authorisation date": "06/01/2022",
    "Revision number": "12",
    "Medicine URL": "https://www.ema.europa.eu/en/medicines/human/EPAR/abcmed",
}
"""An invented medicine, in columns of 2026."""

FEW = "Category,Name of medicine,EMA product number,Medicine status"
"""The essential columns, as CSV has them."""


def row(**changes: str) -> dict[str, str]:
    """Return Abcmed's record with cells changed, each named by what its column begins with."""
    changed = dict(ABCMED)
    for word, cell in changes.items():
        changed[next((column for column in ABCMED if folded(column).startswith(word)), word)] = cell
    return changed


def write_json(path: Path, records: Sequence[Mapping[str, object]]) -> Path:
    """Write the records as EMA does: an object with a list, the columns in snake case."""
    data = [{folded(name): cell for name, cell in record.items()} for record in records]
    path.write_text(json.dumps({"meta": {"timestamp": "2026-03-14T06:00:00Z"}, "data": data}), "utf-8")
    return path


def write_csv(path: Path, records: Sequence[Mapping[str, str]], *, delimiter: str = ",") -> Path:
    """Write the records as CSV, under a header that has all their columns."""
    names = list(dict.fromkeys(name for record in records for name in record))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(
            [names, *([record.get(name, "") for name in names] for record in records)]
        )
    return path


def write_workbook(path: Path, rows: Sequence[Sequence[object]], *, merged: str = "", far: str = "") -> Path:
    """Write rows as the one sheet of a workbook; text that begins with = is a formula, `far` a further cell."""
    lines = [f'<row r="{n}">{"".join(_cell(cell) for cell in cells)}</row>' for n, cells in enumerate(rows, 1)]
    if far:
        lines.append(f'<row r="{"".join(filter(str.isdigit, far))}"><c r="{far}"><v>1</v></c></row>')
    span = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="M" sheetId="1" r:id="r1"/></sheets></workbook>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData>{span}</worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return path


def _relation(kind: str, target: str) -> str:
    inside = f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    if str(value).startswith("#"):
        return f'<c t="e"><v>{escape(str(value))}</v></c>'
    if str(value).startswith("="):
        return f"<c><f>{escape(str(value)[1:])}</f><v>7</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>' if value else "<c/>"


def as_workbook(path: Path, records: Sequence[Mapping[str, object]]) -> Path:
    """Write the records as a workbook with a preamble above its header."""
    above: list[list[object]] = [["Content type:", "Medicine", "Output of:", "14/03/2026 - 06:00"], [], []]
    names = list(dict.fromkeys(name for record in records for name in record))
    return write_workbook(path, [*above, names, *([record.get(name, "") for name in names] for record in records)])


FORMS: Mapping[str, Callable[[Path], Path]] = {
    "json": lambda folder: write_json(folder / "medicines.json", [row()]),
    "csv": lambda folder: write_csv(folder / "medicines_2026-03-14.csv", [row()]),
    "csv with semicolons": lambda folder: write_csv(folder / "medicines_2026-03-14.csv", [row()], delimiter=";"),
    "xlsx": lambda folder: as_workbook(folder / "medicines.xlsx", [row()]),
    "xlsx called csv": lambda folder: as_workbook(folder / "medicines.csv", [row()]),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same(form: str, tmp_path: Path) -> None:
    """The same record says the same in a workbook, CSV and EMA's JSON: day, facts and the values of its columns."""
    reading = extract_table(read_table(FORMS[form](tmp_path)))
    assert (reading.table.date, reading.warnings) == ("2026-03-14", ())
    (entry,) = reading.entries
    assert [told.fact for told in entry.facts] == [
        kinds.Medicine(name="Abcmed", substance=("abcutinib mesilate",), domain="human"),
        kinds.Authorisation(type="conditional", date="2022-01-06", status="valid", holder="Abc Pharma B.V."),
        kinds.Designation(type="orphan"),
        kinds.Designation(type="additional monitoring"),
        kinds.Indication(
            purpose="treatment",
            condition=("defoma",),
            stage=("advanced",),
            biomarker=("KRAS G12C",),
            population=("adults",),
            prior_treatment="have progressed after at least one prior line of systemic therapy",
            monotherapy=True,
        ),
        kinds.Indication(
            purpose="treatment", condition=("xyzitis",), population=("children",), age_from=6, age_unit="years"
        ),
        kinds.Biomarker(gene="KRAS", alteration="G12C"),
    ]
    assert entry.values["therapeutic_area"] == ("Carcinoma, Non-Small-Cell Lung", "Psoriasis")
    assert entry.value("revision") == 12
    assert register_graph(reading).triples.count(b"\n") > 100


def test_json_of_the_facts(tmp_path: Path) -> None:
    """The JSON form has the cells that offsets count in, and each fact names its table, record and column."""
    table = read_table(write_json(tmp_path / "medicines.json", [row()]))
    told = json.loads(json.dumps(extract_table(table).to_json()))
    (record,) = told["records"]
    for fact in told["facts"]:
        for place in fact["evidence"]:
            assert (place["table"], place["sha256"], place["record"]) == (
                "medicines.json",
                table.sha256,
                "EMEA/H/C/009999",
            )
            assert record["cells"][place["column"]][place["start"] : place["end"]] == place["quote"]
    (entry,) = told["entries"]
    assert entry["atc_code"] == ["L01XX99"]
    assert entry["orphan"] is True


def test_the_day_of_a_table(tmp_path: Path) -> None:
    """A table's day is the one given, else the one above its header, else the file name's; what differs is reported."""
    named = write_csv(tmp_path / "medicines_2025-01-31.csv", [row()])
    assert read_table(named).date == "2025-01-31"
    assert read_table(named, date="2024-12-31").date == "2024-12-31"
    assert read_table(named, date="2024-12-31").warnings == (
        "2024-12-31 is taken as the table's day, though 2025-01-31 is told too",
    )
    above = as_workbook(tmp_path / "medicines_2025-01-31.xlsx", [row()])
    assert read_table(above).date == "2026-03-14"
    nameless = write_csv(tmp_path / "medicines.csv", [row()])
    assert (read_table(nameless).date, read_table(nameless).warnings) == (None, ("nothing tells the table's day",))
    assert "/register/undated/" in register_graph(extract_table(read_table(nameless))).name


def test_an_unknown_column_is_reported_and_kept(tmp_path: Path) -> None:
    """A column that no layout had is reported, its cells stay in the record and in the graph."""
    table = read_table(write_json(tmp_path / "t.json", [{**row(), "Shade of the box": "blue"}]))
    assert table.warnings == ("the column shade_of_the_box is not known: its cells are kept as they are",)
    assert table.records[0].cells["shade_of_the_box"] == "blue"
    assert b"otherCell" in register_graph(extract_table(table)).triples
    assert b'"blue"' in register_graph(extract_table(table)).triples


@pytest.mark.parametrize("missing", ["Category", "Name of medicine", "EMA product number", "Medicine status"])
def test_a_missing_essential_column_is_an_error(missing: str, tmp_path: Path) -> None:
    """Without one of its essential columns a table is refused, and the error names the column."""
    record = row()
    del record[missing]
    for path in (write_csv(tmp_path / "t.csv", [record]), write_json(tmp_path / "t.json", [record])):
        with pytest.raises(SourceError, match=f"lacks the column “{missing}”"):
            read_table(path)


ODD: Mapping[str, tuple[dict[str, str], str]] = {
    "impossible date": (row(marketing_authorisation_date="31/02/2020"), "“31/02/2020” is no day (row 2)"),
    "neither yes nor no": (row(orphan="maybe"), "“maybe” is neither yes nor no (row 2)"),
    "no ATC code": (row(atc="Not yet assigned"), "“Not yet assigned” is no ATC code (row 2)"),
    "unknown status": (row(medicine_status="Lost"), "“Lost” is not known (row 2)"),
    "no revision": (row(revision="x"), "“x” is no whole number (row 2)"),
    "no number": (row(ema="", name="Abcmed"), "row 2 has no product number"),
}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_cell_is_reported_and_kept(case: str, tmp_path: Path) -> None:
    """A cell that is not what its column holds is reported with its row, and stays in the graph as it is written."""
    record, report = ODD[case]
    reading = extract_table(read_table(write_csv(tmp_path / "t_2026-03-14.csv", [record])))
    (warning,) = reading.warnings
    assert report in warning
    triples = register_graph(reading).triples
    changed = [cell for name, cell in record.items() if cell and cell != ABCMED[name]]
    assert all(f'"{cell}"'.encode() in triples for cell in changed)


@pytest.mark.parametrize("day", ["31/02/2020", "2020-13-45", "2021-02-29", "00/00/0000", "43890", "01/02/20"])
def test_an_impossible_date_is_no_fact(day: str, tmp_path: Path) -> None:
    """A date that cannot be is reported and kept as it is written, and no fact states it."""
    reading = extract_table(
        read_table(write_csv(tmp_path / "t_2026-03-14.csv", [row(marketing_authorisation_date=day)]))
    )
    assert reading.warnings == (f"Marketing authorisation date: “{day}” is no day (row 2)",)
    (entry,) = reading.entries
    assert [told.fact.date for told in entry.facts if isinstance(told.fact, kinds.Authorisation)] == [None]
    assert f'"{day}"' in register_graph(reading).triples.decode()


def test_two_records_with_one_number(tmp_path: Path) -> None:
    """Two records with one product number are reported, and both are kept, about the same medicine."""
    reading = extract_table(read_table(write_csv(tmp_path / "t_2026-03-14.csv", [row(), row(name="Abcmed Two")])))
    assert reading.warnings == ("row 3 has the product number EMEA/H/C/009999 of row 2: both are kept",)
    triples = register_graph(reading).triples.decode()
    assert triples.count("ontology#RegisterEntry> .") == 2
    assert triples.count("ontology#Medicine> .") == 1


NO_NUMBERS = ("../../etc/passwd", "..", "/", '<https://a> . <b> "c" .', "EMEA/H/C/1\x1b[31m", "ÉMEA", "E1" * 50_000)


@pytest.mark.parametrize("number", NO_NUMBERS, ids=lambda number: number[:16])
def test_what_is_no_product_number(number: str, tmp_path: Path) -> None:
    """What is no product number is reported with its row and kept, and names a medicine by a short IRI all the same."""
    reading = extract_table(read_table(write_csv(tmp_path / "t_2026-03-14.csv", [row(ema=number)])))
    (warning,) = reading.warnings
    assert re.fullmatch(r"EMA product number: “[^\x1b]{1,80}” is no product number \(row 2\)", warning)
    subjects = {line.split(b" ", 1)[0] for line in register_graph(reading).triples.splitlines()}
    assert all(len(subject) < 1000 and b".." not in subject for subject in subjects)
    assert reading.entries[0].record.cells["EMA product number"] == clean(number)


def test_a_number_is_no_path(tmp_path: Path) -> None:
    """A product number with steps to other folders stays one part of an IRI."""
    reading = extract_table(read_table(write_csv(tmp_path / "t.csv", [row(ema="../../etc/passwd")])))
    assert "/medicine/etc-passwd>" in register_graph(reading).triples.decode()
    assert "../" not in register_graph(reading).triples.decode().replace('"../../etc/passwd"', "")


def test_what_workbooks_bring_along(tmp_path: Path) -> None:
    """Numbers where text belongs, formulas, merged cells, a repeated header and rows that are none are reported."""
    head, cells = list(ABCMED), list(ABCMED.values())
    rows: list[Sequence[object]] = [[], head, cells, head, [*cells[:1], 7, "EMEA/H/C/1", "=A1", *cells[4:]], ["a note"]]
    path = write_workbook(tmp_path / "t_2026-03-14.xlsx", [*rows, *[[]] * 30], merged="A30:B31")
    table = read_table(path)
    assert [record.id for record in table.records] == ["EMEA/H/C/009999", "EMEA/H/C/1"]
    assert table.records[1].cells["Name of medicine"] == "7"
    assert sorted(table.warnings) == [
        "1 cells hold formulas: what they came to when the file was saved is read",
        "Medicine status: a number stands where text belongs (row 5)",
        "Name of medicine: a number stands where text belongs (row 5)",
        "cells are merged down to row 31: only the first of each holds the value",
        "row 4 repeats the header and is passed over",
        "row 6 is no record, having neither product number nor name: a note",
    ]


MERGED = {"B3:B4": ("cells are merged down to row 4",), "A2:D2": ("cells are merged down to row 2",), "A1:C1": ()}


@pytest.mark.parametrize("merged", MERGED)
def test_merged_cells_among_the_records(merged: str, tmp_path: Path) -> None:
    """Cells that are merged below the header are reported, those of a preamble or header are not."""
    head, cells = list(ABCMED), list(ABCMED.values())
    table = read_table(write_workbook(tmp_path / "t_2026-03-14.xlsx", [head, cells], merged=merged))
    assert tuple(warning.partition(":")[0] for warning in table.warnings) == MERGED[merged]


def test_errors_in_cells(tmp_path: Path) -> None:
    """What a formula failed on is reported, since its cell reads as empty."""
    head, cells = list(ABCMED), list(ABCMED.values())
    path = write_workbook(tmp_path / "t_2026-03-14.xlsx", [head, [*cells[:4], "#REF!", *cells[5:]]])
    table = read_table(path)
    assert table.warnings == ("1 cells hold errors (such as #REF!): they are read as empty",)
    assert head[4] not in table.records[0].cells


CSV: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "cut off in a row": ("Human,Abcmed,EM", ("fewer cells than the header has: the file may be cut off (row 2)",)),
    "quotes in a cell": (
        'Human,"Abc"med,EMEA/H/C/1,Authorised',
        ("quotation marks stand where none belong: the cells may be divided wrongly",),
    ),
    "whole": ('Human,"Abc ""med""",EMEA/H/C/1,Authorised', ()),
}


@pytest.mark.parametrize("case", CSV)
def test_doubtful_csv_is_reported(case: str, tmp_path: Path) -> None:
    """Rows with too few cells and quotation marks out of place are reported, and what is there is read."""
    line, warnings = CSV[case]
    path = written(tmp_path, "t_2026-03-14.csv", f"{FEW}\n{line}\n".encode())
    table = read_table(path)
    assert tuple(warning for warning in table.warnings if "is no product number" not in warning) == warnings
    assert table.records[0].cells["Category"] == "Human"


def test_a_name_twice_in_a_record(tmp_path: Path) -> None:
    """A record of JSON that has one column twice is reported."""
    text = json.dumps({"data": [{folded(name): cell for name, cell in row().items()}]})
    path = written(
        tmp_path, "t_2026-03-14.json", text.replace('"category"', '"category": "Veterinary", "category"').encode()
    )
    table = read_table(path)
    assert table.warnings == ("a record has category twice: the last is read",)
    assert table.records[0].cells["category"] == "Human"


def test_many_odd_rows_are_told_shortly(tmp_path: Path) -> None:
    """Of very many rows that are odd in one way the first are told, and how many more there are."""
    lines = "Human,Abcmed,EMEA/H/C/1,Authorised\n" * 1000 + "Human,Abcmed,,Authorised\n" * 1000
    table = read_table(written(tmp_path, "t_2026-03-14.csv", f"{FEW}\n{lines}".encode()))
    assert len(table.records) == 2000
    assert len(table.warnings) == 42
    assert table.warnings[20] == "979 more rows have the product number of one before"
    assert table.warnings[41] == "980 more rows have no product number"


def whole_and_cut(folder: Path) -> Path:
    data = as_workbook(folder / "whole.xlsx", [row()]).read_bytes()
    (folder / "cut.xlsx").write_bytes(data[: len(data) // 2])
    return folder / "cut.xlsx"


def bomb(folder: Path) -> Path:
    """Return a workbook of some kilobytes that unpacks to more than a gigabyte, and claims to unpack to ten bytes."""
    path = folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(520):
                part.write(b" " * 1_000_000)
        archive.infolist()[0].file_size = 10
    return path


def with_entities(folder: Path, end: int | None = None) -> Path:
    """Return a workbook whose sheet has entities that would grow to gigabytes, or (`end`) breaks off."""
    grown = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    with zipfile.ZipFile(as_workbook(folder / "whole.xlsx", [row()])) as whole:
        parts = {name: whole.read(name).decode() for name in whole.namelist()}
    with zipfile.ZipFile(folder / "t.xlsx", "w") as archive:
        for name, text in parts.items():
            if name.endswith("sheet1.xml"):
                text = f'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">{grown}]>' + text.partition("?>")[2]
                text = text.replace("Abcmed", "&j;")[:end]
            archive.writestr(name, text)
    return folder / "t.xlsx"


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


BROKEN: Mapping[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda folder: folder / "none.xlsx", "there is no such file"),
    "folder": (lambda folder: folder, "it is a folder"),
    "empty": (lambda folder: written(folder, "t.xlsx", b""), "it is empty"),
    "cut off": (whole_and_cut, "it is no whole workbook"),
    "no workbook": (lambda folder: written(folder, "t.xlsx", b"%PDF-1.7"), "it is no workbook"),
    "web page": (lambda folder: written(folder, "t.xlsx", b"<!DOCTYPE html><html>"), "it is a web page"),
    "encrypted": (
        lambda folder: written(folder, "t.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600)),
        "encrypted or an old workbook",
    ),
    "zip bomb": (bomb, "it unpacks to more than"),
    "far cell": (
        lambda folder: write_workbook(folder / "t.xlsx", [list(ABCMED)], far="XFD1048576"),
        "reach over 1,048,576 rows",
    ),
    "no header": (lambda folder: write_workbook(folder / "t.xlsx", [["a", "b"], ["c", "d"]]), "no row is a header"),
    "no header in csv": (lambda folder: written(folder, "t.csv", b"a,b\nc,d\n"), "no row is a header"),
    "bad json": (lambda folder: written(folder, "t.json", b'{"data": [{"cate'), "no well formed JSON"),
    "deep json": (lambda folder: written(folder, "t.json", b"[" * 100_000), "no well formed JSON"),
    "json without records": (lambda folder: written(folder, "t.json", b'{"data": 1}'), "it holds no list of records"),
    "json of other things": (lambda folder: written(folder, "t.json", b'[{"a": 1}]'), "no row is a header"),
    "quoted cell without end": (
        lambda folder: written(folder, "t.csv", f'{FEW}\nHuman,"Abcmed,EMEA/H/C/1,Authorised\n'.encode()),
        "a quoted cell has no end",
    ),
    "far too wide": (
        lambda folder: written(folder, "t.csv", f"{FEW}{',x' * 100_000}\nHuman,A,1,Authorised\n".encode()),
        "it has 100,004 columns, more than a register table",
    ),
    "far too wide json": (
        lambda folder: written(folder, "t.json", json.dumps([row(), {f"c{n}": 1 for n in range(501)}]).encode()),
        "columns, more than a register table",
    ),
    "half a character": (
        lambda folder: written(folder, "t.json", json.dumps([row(name="A\ud800")]).encode()),
        "no well formed JSON",
    ),
    "entities": (lambda folder: with_entities(folder), "it is no whole workbook"),
    "part of a workbook": (lambda folder: with_entities(folder, end=400), "it is no whole workbook"),
    "bytes": (lambda folder: written(folder, "t.csv", bytes(range(256))), "it is not text in UTF-8"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_a_clear_error(case: str, tmp_path: Path) -> None:
    """A file that is no register table is refused with its name, the reason and a remedy, in one line."""
    make, reason = BROKEN[case]
    path = make(tmp_path)
    with pytest.raises(SourceError, match=reason) as caught:
        read_table(path)
    assert str(path) in str(caught.value)
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


def test_a_hundred_thousand_rows(tmp_path: Path) -> None:
    """A table of 100,000 records is read, and one of more than the most is refused."""
    names = ["Category", "Name of medicine", "EMA product number", "Medicine status"]
    lines = "".join(f"Human,Abcmed {n},EMEA/H/C/{n:06},Authorised\n" for n in range(100_000))
    path = written(tmp_path, "t_2026-03-14.csv", (",".join(names) + "\n" + lines).encode())
    assert len(read_table(path).records) == 100_000


def test_measures_of_a_workbook_are_those_of_its_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook whose cells are more than the most is refused before they are held."""
    path = as_workbook(tmp_path / "t.xlsx", [row()])
    monkeypatch.setattr(sheets, "LARGEST_UNPACKED", 1000)
    with pytest.raises(SourceError, match="it unpacks to more than 1,000 bytes"):
        read_table(path)


@given(st.text())
def test_clean_cells_have_no_entities_nor_double_spaces(text: str) -> None:
    """A cleaned cell has single spaces and no white space at its ends, and cleaning it again changes no word."""
    for lines in (False, True):
        cleaned = clean(text, lines=lines)
        assert "  " not in cleaned
        assert cleaned == cleaned.strip()
        assert clean(cleaned).split() == clean(clean(cleaned)).split()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_indication_is_read_with_its_quotes(tmp_path: Path, words: str) -> None:
    """Whatever stands in a cell, each fact's quote stands at its offsets."""
    path = write_json(tmp_path / "t.json", [row(therapeutic_indication=f"Abcmed is indicated for {words}")])
    (entry,) = extract_table(read_table(path)).entries
    for told in entry.facts:
        for place in told.evidence:
            assert place.quote
            assert entry.record.cells[place.column][place.start : place.end] == place.quote
