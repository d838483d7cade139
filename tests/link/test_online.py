"""Links from live servers, each over a real socket: what slices of real registries give, and that nothing is injected either way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode
from urllib.request import Request, urlopen

from epargraph.link.index import index
from epargraph.link.names import Name
from epargraph.link.propose import propose

if TYPE_CHECKING:
    from tests.link.conftest import Ask, Registry

DAY = "2026-11-26"
CONDITIONS = (
    "asthma",
    "hyperphosphataemia",
    "Crohn’s disease",
    "acute myeloid leukaemia",
    "non-small cell lung cancer",
    "severe psoriasis",
    "multiple sclerosis",
    "type 2 diabetes mellitus",
)
NAMES = tuple(Name("condition", f"https://w3id.org/epargraph/condition/{n}", text) for n, text in enumerate(CONDITIONS))

QueryFile = Callable[..., Path]


def test_a_server_gives_the_links_that_its_file_gives(
    registry_server: Callable[[str], str], registry_files: Callable[[str], list[Path]], query_file: QueryFile, ask: Ask
) -> None:
    """Asked of a server or read from its file, a registry gives the same links, for the same reasons."""
    told = ask(query_file("any", registry_server("mondo")), NAMES)
    online, offline = (
        propose(NAMES, each).mappings
        for each in (index(NAMES, [], terms=told.terms), index(NAMES, registry_files("mondo")))
    )
    reasons = [
        [(m.claim, m.justification, m.confidence, m.matched, m.comment) for m in each] for each in (online, offline)
    ]
    assert reasons[0] == reasons[1]
    found = {(each.subject_label, each.predicate, each.object) for each in online}
    assert ("acute myeloid leukaemia", "exactMatch", "mondo:0018874") in found
    assert ("severe psoriasis", "broadMatch", "mondo:0005083") in found
    assert {each.version for each in online} == {f"any ({registry_server('mondo')[7:-6]}), retrieved {DAY}"}


def test_mesh_is_asked_in_its_own_shape(
    registry_server: Callable[[str], str], query_file: QueryFile, tmp_path: Path, ask: Ask
) -> None:
    """Headings, entry terms and supplementary records are found; tree numbers tell what they may name."""
    names = (
        Name("area", "a:1", "Carcinoma, Non-Small-Cell Lung"),
        Name("condition", "a:2", "non-small cell lung carcinoma"),
        Name("substance", "a:3", "non-small cell lung carcinoma"),
    )
    told = ask(query_file("mesh", registry_server("mesh")), names)
    found = {
        (each.subject, each.predicate, each.object)
        for each in propose(names, index(names, [], terms=told.terms)).mappings
    }
    assert found == {("a:1", "exactMatch", "mesh:D002289"), ("a:2", "closeMatch", "mesh:D002289")}


def test_wikidata_is_asked_for_substances_and_conditions(
    registry_server: Callable[[str], str], query_file: QueryFile, tmp_path: Path, ask: Ask
) -> None:
    """What an item may name is told by its class and by what it treats; a name alone is close."""
    names = (
        Name("substance", "a:1", "docetaxel"),
        Name("condition", "a:2", "non-small-cell lung carcinoma"),
        Name("condition", "a:3", "docetaxel"),
    )
    told = ask(query_file("wikidata", registry_server("wikidata")), names)
    found = {
        (each.subject, each.predicate, each.object)
        for each in propose(names, index(names, [], terms=told.terms)).mappings
    }
    assert found == {("a:1", "closeMatch", "wikidata:Q420436"), ("a:2", "closeMatch", "wikidata:Q3658562")}


def test_a_second_registry_makes_a_link_exact(
    registry_server: Callable[[str], str], query_file: QueryFile, tmp_path: Path, ask: Ask
) -> None:
    """A file and a server that both have a substance's name as their own bear each other out."""
    drugs = tmp_path / "drugs.csv"
    drugs.write_text(
        "DrugBank ID,Common name,CAS,UNII,Synonyms,Standard InChI Key\nDB01248,Docetaxel,,699121PHCA,,\n", "utf-8"
    )
    names = (Name("substance", "a:1", "docetaxel"),)
    told = ask(query_file("wikidata", registry_server("wikidata")), names)
    found = propose(names, index(names, [drugs], terms=told.terms)).mappings
    assert {(each.predicate, each.object) for each in found} == {
        ("exactMatch", "wikidata:Q420436"),
        ("exactMatch", "drugbank:DB01248"),
    }


MEDICINES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
INSERT DATA {
  wd:Q1 rdfs:label "Inventa"@en ; wdt:P3637 "EMEA/H/C/999001" ; wdt:P3781 wd:Q2 .
  wd:Q2 rdfs:label "inventinib"@en ; wdt:P652 "AAAAAAAAA1" ; wdt:P715 "DB99901" ; wdt:P5270 "MONDO_9" .
  wd:Q3 rdfs:label "no medicine"@en ; wdt:P3637 "EMEA/H/C/999002" .
}"""
"""Invented items in Wikidata's shape, since the slice has no product numbers and no identifiers."""


def test_a_medicine_is_found_by_its_product_number(
    server: str, query_file: QueryFile, tmp_path: Path, ask: Ask
) -> None:
    """An item with the product number and an active ingredient is the medicine; a UNII that two registries have makes a substance exact."""
    body = urlencode({"update": MEDICINES}).encode()
    with urlopen(Request(f"{server}/update", body)):
        pass
    names = (
        Name("medicine", "a:1", "EMEA/H/C/999001"),
        Name("medicine", "a:2", "EMEA/H/C/999002"),
        Name("substance", "a:3", "inventinib"),
    )
    told = [ask(query_file(name, f"{server}/query"), names) for name in ("wikidata-medicines", "wikidata")]
    drugs = tmp_path / "drugs.csv"
    header = "DrugBank ID,Common name,CAS,UNII,Synonyms,Standard InChI Key"
    drugs.write_text(f"{header}\nDB99902,Inventinibum,,AAAAAAAAA1,inventinib,\n", "utf-8")
    found = propose(names, index(names, [drugs], terms=[*told[0].terms, *told[1].terms])).mappings
    assert {(each.subject, each.predicate, each.object) for each in found} >= {
        ("a:1", "exactMatch", "wikidata:Q1"),
        ("a:3", "exactMatch", "wikidata:Q2"),
    }
    assert "a:2" not in {each.subject for each in found}


def test_names_inject_nothing(registry: Registry, query_file: QueryFile, ask: Ask) -> None:
    """Quotes, brackets, backslashes and line ends in a name reach the server as letters of a name."""
    nasty = (
        'x" } ; DROP ALL #',
        "a> <b",
        "back\\slash \\u0022 }",
        "two\nlines",
        "{} UNION { ?s ?p ?o }",
        'asthma"@en } #',
        "'''",
        "é\u0000",
    )
    names = tuple(Name("condition", f"a:{n}", text) for n, text in enumerate(nasty))
    told = ask(query_file("any", registry.url), names)
    assert told.terms == []
    assert told.unanswered == {}
    sent = {name for batch in registry.asked for name in batch}
    assert {'x" } ; DROP ALL #', "a> <b", "back\\slash \\u0022 }", "two lines", 'asthma"@en } #'} <= sent


def test_hostile_answers_do_no_harm(registry: Registry, query_file: QueryFile, ask: Ask) -> None:
    """Identifiers with brackets, of other registries' form, or none, and values without end make no terms."""
    good = {"name": "asthma", "term": "http://purl.obolibrary.org/obo/MONDO_0004979", "is": "label", "value": "asthma"}
    bad: list[dict[str, object]] = [
        {**good, "term": "http://purl.obolibrary.org/obo/MONDO_0004979> <x"},
        {**good, "term": "javascript:alert(1)"},
        {**good, "term": "http://www.wikidata.org/entity/Q35869"},
        {**good, "is": "xref", "value": 'drugbank:DB1"> <x'},
        {**good, "is": "shell", "value": "rm"},
        {**good, "value": "x" * 5000},
        {**good, "name": "not asked"},
        {"term": 5, "value": None},
    ]
    told_rows: list[dict[str, object]] = [{**good}, *bad]
    rows = [{key: {"type": "literal", "value": value} for key, value in row.items()} for row in told_rows]
    body = json.dumps(
        {"head": {}, "results": {"bindings": [*rows, {"end": {"type": "literal", "value": "1"}}]}}
    ).encode()
    registry.trick = lambda handler, *_: handler.send(200, body)
    told = ask(query_file("any", registry.url, prefix="mondo"), (Name("condition", "a:1", "asthma"),))
    assert [(each.id, each.label, each.xrefs) for each in told.terms] == [("mondo:0004979", "asthma", ())]


def test_a_file_s_parameters_are_sent_along(registry: Registry, query_file: QueryFile, ask: Ask) -> None:
    """MeSH, which answers with web pages where no format is asked for, gets its parameter, and names by POST."""
    ask(query_file("mesh", registry.url), NAMES[2:4])
    assert {tuple(parse_qs(body)["format"]) for body in registry.bodies} == {("JSON",)}
