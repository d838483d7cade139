"""Validation of registers: in pieces, kept from one time to the next, and the same as plain pySHACL's."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
import rdflib

from epargraph.build.register import parts, read_part, whole
from epargraph.extract.register import extract_table
from epargraph.graph.register import entry_triples, graph_name, table_triples
from epargraph.read.register import read_table
from epargraph.resources import ONTOLOGY
from epargraph.tables import Table
from epargraph.validate import Result, keep, validate_pieces

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")

HEADER = (
    "Category,Name of medicine,EMA product number,Medicine status,Active substance,Marketing authorisation date,"
    "Opinion adopted date,ATC code (human),Therapeutic indication,Marketing authorisation developer / applicant / holder"
)
ROWS = (
    "Human,Abcmed,EMEA/H/C/009999,Authorised,abcstat,10/03/2020,30/01/2020,L01XX73,Abcmed is indicated for the treatment "
    "of adults with asthma.,Abc Ltd",
    "Human,Bcdmed,EMEA/H/C/009998,Authorised,bcdstat,,30/01/2020,L01XE3,Treatment of Asthma.,",
    "Veterinary,Cdemed,EMEA/H/C/009997,Refused,cdestat,10/03/2020,11/03/2020,,,Cde Ltd",
    "Human,Defmed,EMEA/H/C/009996,Unheard of,,31/02/2020,01/01/2030,,,",
    "Human,Abcmed,EMEA/H/C/009999,Withdrawn,abcstat,10/03/2020,30/01/2020,L01XX73,,Abc Ltd",
)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    path = tmp_path / "medicines_2026-03-14.csv"
    path.write_text("\n".join((HEADER, *ROWS)) + "\n", "utf-8")
    return read_table(path)


def plainly(triples: bytes) -> set[tuple[str, ...]]:
    """Return what pySHACL alone finds with all shapes, ontology and codes in one graph."""
    data, shapes = rdflib.Graph().parse(data=triples, format="nt"), rdflib.Graph()
    for graph, files in ((data, ("epargraph.ttl", "codes.ttl")), (shapes, ("shapes.ttl", "advice.ttl"))):
        for file in files:
            graph.parse(ONTOLOGY / file)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", do_owl_imports=False)
    names = (SH.sourceShape, SH.focusNode, SH.resultPath, SH.value, SH.resultMessage)
    return {
        tuple("" if (term := report.value(result, name)) is None else str(term) for name in names)
        for result in report.objects(None, SH.result)
    }


def told(result: Result) -> tuple[str, ...]:
    return (result.shape, result.focus, result.path or "", result.value or "", result.message)


def test_a_register_in_parts_is_the_same_to_plain_pyshacl(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table read and validated in parts has the report that pySHACL alone gives on its whole graph."""
    monkeypatch.setattr("epargraph.build.register._PART", 1)
    graph, results = whole(table, [read_part(each) for each in parts(table)])
    assert len(list(parts(table))) == 4
    assert {told(result) for result in results} == plainly(graph.triples)
    assert {result.shape.rpartition("/")[2] for result in results} == {
        "AtcCode",
        "AuthorisedWithoutDate",
        "AuthorisedWithoutHolder",
        "CategoryOfNumber",
        "DomainOfNumber",
        "EntryAfterRegister",
        "EntryDatesInOrder",
        "EntryDay",
        "EntryWord",
        "NotAuthorisedYetDated",
        "TwoEntriesOneMedicine",
    }
    assert {result.severity for result in results} == {"warning"}


def test_what_is_kept_is_found_again_and_only_what_changed_is_looked_at(table: Table, tmp_path: Path) -> None:
    """The second validation finds the same without looking, and after a change looks at the changed record alone."""
    keeping = tmp_path / "kept.sqlite"
    name, common = graph_name(table), table_triples(table)
    pieces = [triples for _, triples in entry_triples(extract_table(table))]
    first = validate_pieces(name, common, pieces, keeping)
    keep(keeping, first.fresh)
    again = validate_pieces(name, common, pieces, keeping)
    assert (len(first.fresh), len(again.fresh)) == (len(pieces), 0)
    assert again.results == first.results
    changed = [pieces[0].replace(b'"Abc Ltd"', b'"Xyz Ltd"'), *pieces[1:]]
    after = validate_pieces(name, common, changed, keeping)
    assert len(after.fresh) == 1
    other = [piece.replace(name.encode(), b"https://example.org/graph/1") for piece in pieces]
    moved = validate_pieces("https://example.org/graph/1", b"", other, keeping)
    assert not moved.fresh
    assert len(moved.results) == len(first.results)
    assert not any(name in result.focus for result in moved.results)


def test_a_broken_file_of_kept_results_does_no_harm(table: Table, tmp_path: Path) -> None:
    """Where what is kept can't be read, it is found anew and kept again."""
    keeping = tmp_path / "kept.sqlite"
    keeping.write_bytes(b"no database")
    pieces = [triples for _, triples in entry_triples(extract_table(table))]
    found = validate_pieces(graph_name(table), table_triples(table), pieces, keeping)
    assert len(found.fresh) == len(pieces)
    keep(keeping, found.fresh)
    keep(keeping, found.fresh)
    assert not validate_pieces(graph_name(table), table_triples(table), pieces, keeping).fresh
