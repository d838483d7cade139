"""Registry files: every form gives the same terms, and what is bad in one is told with its line while the rest is used."""

from __future__ import annotations

import gzip
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from epargraph.errors import SourceError, UsageError
from epargraph.link.index import index
from epargraph.link.mapping import Fault
from epargraph.link.names import Name
from epargraph.link.propose import propose
from epargraph.link.registries import layouts, read_terms
from epargraph.link.terms import Term

OBO = """format-version: 1.2

[Term]
id: MONDO:0005233
name: non-small cell lung carcinoma
synonym: "non-small cell lung cancer" EXACT []
xref: MESH:D002289
is_a: MONDO:0005138 ! lung carcinoma

[Typedef]
id: part_of
"""
TURTLE = """@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix o: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
obo:MONDO_0005233 rdfs:label "non-small cell lung carcinoma" ; rdfs:subClassOf obo:MONDO_0005138 ;
  o:hasExactSynonym "non-small cell lung cancer" ; o:hasDbXref "MESH:D002289" .
"""
XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
  xmlns:o="http://www.geneontology.org/formats/oboInOwl#" xmlns:owl="http://www.w3.org/2002/07/owl#">
<owl:Class rdf:about="http://purl.obolibrary.org/obo/MONDO_0005233"><rdfs:label>non-small cell lung carcinoma</rdfs:label>
<o:hasExactSynonym>non-small cell lung cancer</o:hasExactSynonym><o:hasDbXref>MESH:D002289</o:hasDbXref></owl:Class></rdf:RDF>
"""
TABLE = "mondo_id\tlabel\tsynonyms\tis_a\txrefs\nMONDO:0005233\tnon-small cell lung carcinoma\tnon-small cell lung cancer\t\tMESH:D002289\n"
NAME = Name("condition", "https://w3id.org/epargraph/condition/nsclc", "non-small cell lung cancers")


def terms(path: Path) -> tuple[list[Term], list[Fault]]:
    told = list(read_terms(path, lambda name: True))
    return [each for each in told if isinstance(each, Term)], [each for each in told if isinstance(each, Fault)]


@pytest.mark.parametrize(
    ("name", "text"), [("m.obo", OBO), ("m.ttl", TURTLE), ("m.owl", XML), ("m.tsv", TABLE), ("m.tsv.gz", TABLE)]
)
def test_each_form_gives_the_same_term(tmp_path: Path, name: str, text: str) -> None:
    """OBO, Turtle, RDF/XML and a table, packed too, tell the same identifier, names and cross-reference."""
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    found, faults = terms(path)
    assert [(each.id, each.label, each.exact, each.xrefs) for each in found] == [
        ("mondo:0005233", "non-small cell lung carcinoma", ("non-small cell lung cancer",), ("mesh:D002289",))
    ]
    assert not faults


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.obo", OBO + "\n[Term]\nid: MONDO:bad\nname: x\n\n[Term]\nid: MONDO:0000002\nname: y\n", 13),
        (
            "a.nt",
            '<http://purl.obolibrary.org/obo/MONDO_0005233> <x y> .\n<http://purl.obolibrary.org/obo/MONDO_0000002> <http://www.w3.org/2000/01/rdf-schema#label> "y" .\n',
            1,
        ),
        ("a.tsv", TABLE + "MONDO:0000\t<>\"'\t\t\t\nMONDO:0000002\ty\t\t\t\n", 3),
        ("b.tsv", TABLE + "MONDO:0000001\nMONDO:0000002\ty\t\t\t\n", 3),
        ("c.tsv", TABLE + 'MONDO:0000001\t"x\t\t\t\nMONDO:0000002\ty\t\t\t\n', 3),
        ("d.tsv", TABLE + 'MONDO:0000001\t"x\t\t\t\nMONDO:0000002\t"y"\t\t\t\n', 3),
        ("e.csv", TABLE.replace("\t", ",") + 'MONDO:0000001,"x,,,\n' + "MONDO:0000002,y,,,\n" * 50, 3),
    ],
)
def test_a_broken_line_is_told_and_the_rest_is_used(tmp_path: Path, name: str, text: str, line: int) -> None:
    """The line of a broken term is named, and the term after it is there."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    found, faults = terms(path)
    assert found[-1].id == "mondo:0000002"
    assert [(each.file, each.line) for each in faults] == [(name, line)]


def test_a_cell_may_go_on_over_lines(tmp_path: Path) -> None:
    """A cell in quotes with a line end in it is one cell, and the lines after it are counted as they are."""
    path = tmp_path / "m.tsv"
    path.write_text(TABLE + 'MONDO:0000001\t"of two\nlines"\t\t\t\nMONDO:0000002\nMONDO:0000003\tz\t\t\t\n', "utf-8")
    found, faults = terms(path)
    assert [each.label for each in found[1:]] == ["of two\nlines", "z"]
    assert [each.line for each in faults] == [5]


def test_turtle_that_breaks_off_is_used_up_to_there(tmp_path: Path) -> None:
    """Of a Turtle file with an error the terms ahead of it are used, and the line is told."""
    path = tmp_path / "m.ttl"
    path.write_text(TURTLE + "obo:MONDO_0000002 rdfs:label \n", "utf-8")
    found, faults = terms(path)
    assert [each.id for each in found] == ["mondo:0005233"]
    assert [each.line > 0 for each in faults] == [True]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("x.owl", '<!DOCTYPE rdf:RDF [<!ENTITY a "b">]>' + XML, "DOCTYPE"),
        ("x.tsv", "one\ttwo\n1\t2\n", "no known table has the columns one, two"),
        ("x.pdf", "%PDF", "its form is not known"),
        ("x.csv", "", "it is empty"),
        ("x.tsv", "\0".join(TABLE), "it is not UTF-8 text"),
        ("x.obo.gz", "format-version: 1.2", "it is not packed by gzip"),
    ],
)
def test_what_is_no_registry_is_refused(tmp_path: Path, name: str, text: str, reason: str) -> None:
    """A document type with entities, a table that nobody told of and another kind of file are errors."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError, match=reason):
        terms(path)


def test_a_folder_is_no_registry(tmp_path: Path) -> None:
    """A folder in a file's place is told to be one."""
    with pytest.raises(SourceError, match="it is a folder"):
        terms(tmp_path)


@pytest.mark.parametrize(("name", "text"), [("a.obo", ""), ("b.ttl", TURTLE.replace("cancer", "tumour"))])
def test_a_file_of_no_use_is_told(tmp_path: Path, name: str, text: str) -> None:
    """A registry of which nothing bears a name of the graph is named, so that a wrong file does not go unseen."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert [str(each) for each in index([NAME], [path]).faults] == [f"{name}: no term in it bears a name of the graph"]


def test_parents_that_go_round_in_a_circle_do_no_harm(tmp_path: Path) -> None:
    """Two terms that are each other's parent are read and linked as others are."""
    path = tmp_path / "m.ttl"
    path.write_text(TURTLE + 'obo:MONDO_0005138 rdfs:subClassOf obo:MONDO_0005233 ; rdfs:label "x" .\n', "utf-8")
    linked = propose([NAME], index([NAME], [path])).mappings
    assert [each.object for each in linked] == ["mondo:0005233"]


def test_a_table_is_read_by_a_map(tmp_path: Path) -> None:
    """A TOML file tells the columns of a table that is not known; a key that is not known is refused."""
    told = tmp_path / "map.toml"
    told.write_text(
        '[[table]]\nheader = ["code", "term"]\nid = "code"\nprefix = "mondo"\nlabel = "term"\nkinds = ["condition"]\n',
        "utf-8",
    )
    path = tmp_path / "own.csv"
    path.write_text('code,term\n0005233,"non-small cell, lung cancer"\n', "utf-8")
    assert [each.object for each in propose([NAME], index([NAME], [path], layouts(told))).mappings] == ["mondo:0005233"]
    whole = told.read_text("utf-8")
    told.write_text(whole.replace('id = "code"', 'id = "cod"'), "utf-8")
    with pytest.raises(SourceError, match=r"own.csv: it has no column cod, which the map names"):
        index([NAME], [path], layouts(told))
    told.write_text(whole.replace('"condition"', '"conditions"'), "utf-8")
    with pytest.raises(UsageError, match="conditions is no kind of name"):
        layouts(told)
    told.write_text(whole + 'colour = "red"\n', "utf-8")
    with pytest.raises(UsageError, match="the key colour is not known"):
        layouts(told)


def test_memory_does_not_grow_with_the_registry(tmp_path: Path) -> None:
    """Ten times the terms take no more memory: only those that bear a name are held."""
    peaks = []
    for size in (2_000, 20_000):
        path = tmp_path / f"{size}.tsv"
        rows = (f"MONDO:{number:07}\tdisease {number}\t\t\t\n" for number in range(1_000_000, 1_000_000 + size))
        path.write_text(TABLE + "".join(rows), "utf-8")
        tracemalloc.start()
        assert index([NAME], [path]).read == size + 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


def test_nothing_is_concluded_from_what_is_denied(tmp_path: Path) -> None:
    """Where a link is denied, the identifiers that its term gives elsewhere are no links either."""
    path = tmp_path / "genes.tsv"
    path.write_text("HGNC ID\tApproved symbol\tEnsembl gene ID\nHGNC:6407\tKRAS\tENSG00000133703\n", "utf-8")
    gene = Name("gene", "https://w3id.org/epargraph/gene/KRAS", "KRAS")
    told = index([gene], [path])
    (first, *more) = sorted(propose([gene], told).mappings, key=lambda each: each.source != "hgnc")
    assert first.object == "hgnc:6407"
    assert more
    proposal = propose([gene], told, [replace(first, negative=True)])
    assert not proposal.mappings
    assert proposal.unlinked[0].reason == "a mapping set denies the link"


def test_an_ambiguous_name_gives_candidates(tmp_path: Path) -> None:
    """A name of two terms of a registry is no link: both are told as candidates."""
    path = tmp_path / "m.tsv"
    path.write_text(TABLE + "MONDO:0000002\tother\tnon-small cell lung cancer\t\t\n", "utf-8")
    told = propose([NAME], index([NAME], [path]))
    assert not told.mappings
    assert told.unlinked[0].candidates == ("mondo:0000002", "mondo:0005233")
    assert "several terms" in told.unlinked[0].reason
