"""What describes the release to machines: DCAT, VoID, the questions, the mapping sets."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from epargraph import kinds, queries, vocabulary
from epargraph.build import LINKS
from epargraph.link.sssom import read_set
from epargraph.publish.about import About
from epargraph.publish.describe import dcat, media_type
from epargraph.publish.folder import File

_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_DISTRIBUTIONS = """PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX spdx: <http://spdx.org/rdf/terms#>
SELECT ?url ?size ?sum ?type { ?d dcat:downloadURL ?url ; dcat:byteSize ?size ; dcat:mediaType ?type ; spdx:checksum/spdx:checksumValue ?sum }"""
_VOID = (
    "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?what ?many { <https://w3id.org/epargraph/dataset> ?what ?many }"
)
_PARTS = "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?of ?many { ?part void:%s ?of ; void:%s ?many }"


def asked(path: Path, query: str) -> list[list[str]]:
    store = Store()
    store.load(path=path, format=RdfFormat.TURTLE)
    return [[term.value for term in row] for row in store.query(query)]  # type: ignore[union-attr]


def test_the_catalogue_is_as_dcat_ap_asks(released: Path, shaped: Callable[[Path, str], str]) -> None:
    """PySHACL finds nothing that DCAT-AP asks for and dcat.ttl lacks."""
    assert not shaped(released / "dcat.ttl", "dcat.ttl")


def test_an_endpoint_is_a_service(released: Path, tmp_path: Path, shaped: Callable[[Path, str], str]) -> None:
    """Where an endpoint is named, the catalogue has it as a service, as DCAT-AP asks, and without one it has none."""
    told = About("https://w3id.org/epargraph/", "0.1.0", endpoint="https://example.org/sparql")
    files = [File(f"tables/{name}.csv", 1, "00" * 32) for name in kinds.KINDS]
    files += [File(f"data/epargraph.{name}.gz", 1, "00" * 32) for name in ("ttl", "trig", "nq", "jsonld")]
    (tmp_path / "dcat.ttl").write_text(dcat(files, told), "utf-8")
    query = "PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT ?url { ?catalogue dcat:service/dcat:endpointURL ?url }"
    assert asked(tmp_path / "dcat.ttl", query) == [["https://example.org/sparql"]]
    assert not shaped(tmp_path / "dcat.ttl", "dcat.ttl")
    assert not asked(released / "dcat.ttl", query)


def test_the_shapes_see_what_is_missing(released: Path, tmp_path: Path, shaped: Callable[[Path, str], str]) -> None:
    """A catalogue without a publisher's name, or a size that is no number, is found."""
    text = (released / "dcat.ttl").read_text("utf-8")
    for before, after in ((" foaf:name ", " foaf:nick "), ("^^xsd:nonNegativeInteger", "")):
        assert before in text
        (tmp_path / "dcat.ttl").write_text(text.replace(before, after), "utf-8")
        assert shaped(tmp_path / "dcat.ttl", "dcat.ttl")


def test_each_distribution_is_a_file(released: Path) -> None:
    """Each distribution's size, sum and media type are those of the file, and each file of data is one."""
    found = asked(released / "dcat.ttl", _DISTRIBUTIONS)
    paths = [url.removeprefix("https://w3id.org/epargraph/release/") for url, *_ in found]
    for path, (_, size, digest, type_) in zip(paths, found, strict=True):
        data = (released / path).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (int(size), digest)
        assert type_.endswith(f"/{media_type(path)}")
    files = {
        str(each.relative_to(released))
        for name in ("data", "tables", "links", "nanopubs")
        for each in (released / name).iterdir()
    }
    assert set(paths) == files


def test_the_counts_are_those_of_the_data(released: Path, union: set[Triple]) -> None:
    """VoID's counts are those that the data have: triples, subjects, facts, classes, properties, each part."""
    told = {what.rpartition("#")[2]: many for what, many in asked(released / "void.ttl", _VOID)}
    classes = Counter(each.object.value for each in union if each.predicate == _TYPE)  # type: ignore[union-attr]
    properties = Counter(each.predicate.value for each in union)
    facts = {iri for kind in kinds.KINDS for iri in [vocabulary.term(kind)]}
    assert int(told["triples"]) == len(union)
    assert int(told["distinctSubjects"]) == len({each.subject for each in union})
    assert int(told["entities"]) == sum(many for iri, many in classes.items() if iri in facts)
    assert (int(told["classes"]), int(told["properties"])) == (len(classes), len(properties))
    assert {iri: int(many) for iri, many in asked(released / "void.ttl", _PARTS % ("class", "entities"))} == classes
    assert {
        iri: int(many) for iri, many in asked(released / "void.ttl", _PARTS % ("property", "triples"))
    } == properties


def test_the_linksets_are_those_of_the_data(released: Path, union: set[Triple]) -> None:
    """The links are counted by relation, all of them."""
    told = Counter[str]()
    for relation, many in asked(released / "void.ttl", _PARTS % ("linkPredicate", "triples")):
        told[relation] += int(many)
    links = Counter(each.predicate.value for each in union if each.predicate.value.endswith("Match"))
    assert told == links
    assert sum(links.values()) > 40


def test_the_questions_have_the_form_of_sib(released: Path, shaped: Callable[[Path, str], str]) -> None:
    """Each question is a sh:SPARQLExecutable as SIB's tools ask, its text that of its file; and the one file holds all."""
    found = asked(
        released / "queries/queries.ttl",
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?q ?text { ?q a sh:SPARQLExecutable ; sh:select ?text }",
    )
    library = queries.load()
    assert {iri.rpartition("/")[2]: text for iri, text in found} == {name: each.text for name, each in library.items()}
    assert not shaped(released / "queries/queries.ttl", "queries.ttl")
    alone = {each for name in library for each in parse(path=released / f"queries/{name}.ttl")}
    assert alone == set(parse(path=released / "queries/queries.ttl"))
    for name, question in library.items():
        assert (released / f"queries/{name}.rq").read_text("utf-8") == question.text


def test_the_prefixes_are_those_of_the_questions(released: Path) -> None:
    """The prefixes are declared as SHACL does, each as the questions declare it."""
    told = asked(
        released / "queries/prefixes.ttl",
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?name ?iri { ?p sh:prefix ?name ; sh:namespace ?iri }",
    )
    declared = {
        name
        for text in queries.load().values()
        for line in text.text.splitlines()
        if line.startswith("PREFIX")
        for name in [line.removeprefix("PREFIX ")]
    }
    assert {f"{name}: <{iri}>" for name, iri in told} == declared


def test_a_mapping_set_is_what_it_was(released: Path) -> None:
    """A mapping set that went into the graph comes out as SSSOM with the same mappings and reasons."""
    given, back = (read_set(folder / "lumykras.sssom.tsv") for folder in (LINKS, released / "links"))
    assert not back.faults
    assert sorted(back.mappings) == sorted(given.mappings)


def test_the_ontology_is_that_of_the_project(released: Path) -> None:
    """The ontology and the closed lists say the same in Turtle and JSON-LD."""
    for name in ("epargraph", "codes"):
        turtle, tree = (set(parse(path=released / f"ontology/{name}.{suffix}")) for suffix in ("ttl", "jsonld"))
        assert turtle == tree == {Quad(*each) for each in vocabulary.triples(f"{name}.ttl")}
