"""Mapping sets: read and written as SSSOM, put into the graph, what is wrong in them told with its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from epargraph.build import LINKS, OVERVIEWS, build
from epargraph.errors import SourceError
from epargraph.graph import DEFAULT_BASE
from epargraph.link.graph import mapping_graph
from epargraph.link.mapping import Mapping
from epargraph.link.prefixes import curie, iri, table
from epargraph.link.sssom import read_set, written
from epargraph.queries import run
from epargraph.stores import open_store

CURATED = LINKS / "lumykras.sssom.tsv"
HEAD = """#curie_map:
#  epargraph: https://w3id.org/epargraph/
#mapping_set_id: https://example.org/set
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification
"""


def test_the_bundled_set_holds_only_verified_identifiers(shared: Callable[[str], Path]) -> None:
    """Each bundled identifier stands among the verified ones of the table of identifiers, and has its source."""
    with shared("registries/lumykras/lumykras_identifiers.tsv").open(encoding="utf-8") as file:
        verified = " ".join(
            row["identifier"] for row in csv.DictReader(file, delimiter="\t") if row["status"] == "VERIFIED"
        )
    told = read_set(CURATED)
    assert not told.faults
    for each in told.mappings:
        local = re.split(r"[:/]", each.object)[-1]
        assert re.search(rf"(?<![A-Z0-9]){local}(?![A-Z0-9])", verified), each
        assert each.comment, each


def test_a_set_that_was_read_is_written_as_it_was() -> None:
    """Reading the bundled set and writing it gives the file's own text."""
    told = read_set(CURATED)
    title = "Identifiers of the things that the overview of Lumykras names"
    assert written(told.mappings, told.name, title=title) == CURATED.read_text("utf-8")


def test_each_bundled_link_is_of_a_thing_in_the_graph(built_store: Path) -> None:
    """The subjects of the bundled links are things, closed lists' concepts or effects that the graph names."""
    with open_store(built_store) as store:
        for each in read_set(CURATED).mappings:
            if "/effect/" in each.subject:
                query = f'ASK {{ GRAPH ?g {{ ?fact a epar:AdverseEffect ; epar:effect "{each.subject_label}" }} }}'
            elif each.subject == f"{DEFAULT_BASE}substance/docetaxel":
                query = 'ASK { ?study epar:comparator "docetaxel" }'
            else:
                query = f"ASK {{ {{ <{each.subject}> ?p ?o }} UNION {{ ?s ?p <{each.subject}> }} FILTER (?p != owl:annotatedSource) }}"
                query = "PREFIX owl: <http://www.w3.org/2002/07/owl#> " + query
            assert b"true" in store.query(query), each.subject


def test_a_bad_row_is_told_with_its_line_and_the_rest_is_used(tmp_path: Path) -> None:
    """Unknown relations, identifiers that are none and foreign subjects are faults; the good row is a mapping."""
    path = tmp_path / "some.sssom.tsv"
    rows = [
        "epargraph:gene/KRAS\tskos:exactMatch\t\thgnc:6407\tsemapv:LexicalMatching",
        "epargraph:gene/KRAS\tskos:bestMatch\t\thgnc:6408\tsemapv:LexicalMatching",
        'epargraph:gene/KRAS\tskos:exactMatch\t\thgnc:64"07> <x:y\tsemapv:LexicalMatching',
        "nowhere:KRAS\tskos:exactMatch\t\thgnc:6407\tsemapv:LexicalMatching",
        "mesh:D002289\tskos:exactMatch\t\thgnc:6407\tsemapv:LexicalMatching",
        "",
        "epargraph:gene/KRAS\tskos:exactMatch\t\t\tsemapv:LexicalMatching",
    ]
    path.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    told = read_set(path)
    assert [each.object for each in told.mappings] == ["hgnc:6407"]
    assert [each.line for each in told.faults] == [6, 7, 8, 9, 11]
    assert all(str(each).startswith("some.sssom.tsv, line ") for each in told.faults)


def test_a_set_without_a_name_of_its_own_is_read(tmp_path: Path) -> None:
    """A table without what SSSOM wants above it is read, with its lines counted as they are; an unknown prefix is named."""
    path = tmp_path / "bare set.sssom.tsv"
    path.write_text(
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
        "epargraph:gene/KRAS\tskos:exactMatch\thgnc:6407\tsemapv:LexicalMatching\n"
        "epargraph:gene/KRAS\tfoo:likes\thgnc:6407\tsemapv:LexicalMatching\n",
        "utf-8",
    )
    told = read_set(path)
    assert [each.object for each in told.mappings] == ["hgnc:6407"]
    assert [str(each) for each in told.faults] == [
        "bare set.sssom.tsv, line 3: the prefix foo is not known; name it in the curie_map"
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("subject_id\tpredicate_id\tobject_id\n", "lacks the column mapping_justification"),
        ("", "is no SSSOM table"),
        ("#curie_map: [\n" + HEAD.splitlines()[-1] + "\n", "is no SSSOM table"),
    ],
)
def test_what_is_no_set_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """A file that lacks a column, is empty or has a broken head is an error that names it."""
    path = tmp_path / "none.sssom.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError, match=reason):
        read_set(path)


def test_what_is_denied_is_not_stated() -> None:
    """A mapping that the set denies too has its node and no relation."""
    subject = f"{DEFAULT_BASE}gene/KRAS"
    one = Mapping(subject, "exactMatch", "hgnc:6407", "LexicalMatching")
    two = Mapping(subject, "exactMatch", "hgnc:6407", "ManualMappingCuration", negative=True)
    stated = f"<{subject}> <http://www.w3.org/2004/02/skos/core#exactMatch> <https://identifiers.org/hgnc:6407> .\n"
    assert stated.encode() in next(iter(mapping_graph([one], "genes").values()))
    assert stated.encode() not in next(iter(mapping_graph([one, two], "genes").values()))


def test_a_newer_set_takes_the_place_of_the_older(tmp_path: Path) -> None:
    """Building with another version of a set leaves one graph of it, with the new mappings alone."""
    path = tmp_path / "genes.sssom.tsv"
    for number in (6407, 6408):
        path.write_text(
            f"{HEAD}epargraph:gene/KRAS\tskos:exactMatch\t\thgnc:{number}\tsemapv:LexicalMatching\n", "utf-8"
        )
        assert build([path], tmp_path / "store").linked[0].mappings == 1
    with open_store(tmp_path / "store") as store:
        found = run(store, "SELECT ?o { ?s <http://www.w3.org/2004/02/skos/core#exactMatch> ?o }").to_dicts()
    assert found == [{"o": "https://identifiers.org/hgnc:6408"}]


def test_links_follow_the_base(tmp_path: Path) -> None:
    """With another base the bundled links are of that base's things, and those of closed lists stay."""
    assert not build([OVERVIEWS, LINKS], tmp_path / "store", base="https://example.org/").failures
    query = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?s { ?s skos:exactMatch %s }"
    with open_store(tmp_path / "store") as store:
        drug = run(store, query % f"<{iri('drugbank:DB15569')}>").to_dicts()
        form = run(store, query % f"<{iri('edqm:10219000')}>").to_dicts()
    assert drug == [{"s": "https://example.org/substance/sotorasib"}]
    assert form == [{"s": "https://w3id.org/epargraph/codes/dose-form/tablet"}]


def test_the_prefixes_are_those_of_the_registry_of_prefixes(shared: Callable[[str], Path]) -> None:
    """Each namespace and pattern of the table is one that the Bioregistry knows for the prefix."""
    with shared("registries/prefixes/bioregistry_subset.tsv").open(encoding="utf-8") as file:
        known = {row["prefix"]: row for row in csv.DictReader(file, delimiter="\t")}
    own = {"edqm", "spor.rms"}  # which the Bioregistry does not have
    assert table().keys() - known.keys() == own
    for name, each in table().items():
        if name in own:
            continue
        row = known[name]
        assert each.iri in {row["rdf_uri_prefix"], row["uri_prefix"], *row["uri_prefix_synonyms"].split("|")}, name
        spellings = {other.casefold() for other in (name, *row["prefix_synonyms"].split("|"))}
        assert {other.casefold() for other in each.names} - {"chembl", "orphanet", "ordo"} <= spellings, name
        if name not in ("ensembl", "unii"):  # where ours is narrower
            assert f"^{each.pattern}$" == row["pattern"], name


@pytest.mark.parametrize(
    "spelling",
    [
        "https://spor.ema.europa.eu/v1/lists/200000000004/terms/100000073664",
        "http://spor.ema.europa.eu/v1/lists/200000000004/terms/100000073664",
        "https://spor.ema.europa.eu/rmswi/#/lists/200000000004/terms/100000073664",
        "spor.rms:200000000004/terms/100000073664",
    ],
)
def test_the_spellings_of_spor_are_one(spelling: str) -> None:
    """The many spellings of a term of EMA's referentials give one IRI."""
    told = curie(spelling)
    assert told is not None
    assert iri(told) == "https://spor.ema.europa.eu/v1/lists/200000000004/terms/100000073664"
