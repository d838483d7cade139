"""A release of what no source is likely to hold: odd names, ends of lines in words, another base."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from lxml import html
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from epargraph.publish import imprint, publish
from epargraph.stores import open_store

BASE = "https://example.org/medicines/"
EPAR = "https://w3id.org/epargraph/ontology#"
OA = "http://www.w3.org/ns/oa#"
NAME = 'α-one </script> | "x" \\ \u2028 \u0085 \x0b end'
QUOTE = "One\ttab,\r\na line,\u2028another \x1c and \x85 “so” on | <b>&amp;</b> \\n"


def odd() -> bytes:
    """Return a source's graph about a medicine of a very odd name."""
    medicine, graph = f"{BASE}medicine/name-%CE%B1-one", f"{BASE}graph/odd/0123456789ab"
    fact, place = f"{medicine}/supply/0123456789ab", f"{graph}/evidence/0123456789ab"
    type_, label = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://www.w3.org/2000/01/rdf-schema#label"
    told: list[tuple[str, str, NamedNode | Literal]] = [
        (graph, type_, NamedNode(f"{EPAR}SourceGraph")),
        (graph, f"{EPAR}about", NamedNode(medicine)),
        (graph, f"{EPAR}describes", NamedNode(f"{BASE}document/odd")),
        (medicine, type_, NamedNode(f"{EPAR}Medicine")),
        (medicine, f"{EPAR}name", Literal(NAME)),
        (medicine, f"{EPAR}substance", NamedNode(f"{BASE}substance/HER2%2B")),
        (medicine, f"{EPAR}evidence", NamedNode(place)),
        (medicine, f"{EPAR}hasSupply", NamedNode(fact)),
        (f"{BASE}substance/HER2%2B", type_, NamedNode(f"{EPAR}Substance")),
        (f"{BASE}substance/HER2%2B", label, Literal("HER2+ <i>", language="en")),
        (fact, type_, NamedNode(f"{EPAR}Supply")),
        (fact, f"{EPAR}evidence", NamedNode(place)),
        (place, f"{OA}hasSelector", NamedNode(f"{place}/quote")),
        (f"{place}/quote", f"{OA}exact", Literal(QUOTE)),
    ]
    return "".join(f"{NamedNode(s)} {NamedNode(p)} {o} .\n" for s, p, o in told).encode()


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("odd")
    with open_store(where / "store", write=True) as store:
        store.replace({f"{BASE}graph/odd/0123456789ab": odd()})
        publish(store, where / "release", imprint(store, base=BASE.rstrip("/"), site="https://example.org/here"))
    return where / "release"


def test_all_formats_keep_odd_words(release: Path) -> None:
    """Each format has the words as they are, whatever ends of lines and quotation marks they hold."""
    wanted = {each.triple for each in parse(odd(), format=RdfFormat.N_TRIPLES)}
    for name, form in (
        ("ttl", RdfFormat.TURTLE),
        ("trig", RdfFormat.TRIG),
        ("nq", RdfFormat.N_QUADS),
        ("jsonld", RdfFormat.JSON_LD),
    ):
        data = gzip.decompress((release / f"data/epargraph.{name}.gz").read_bytes())
        assert {each.triple for each in parse(data, format=form)} == wanted, name
    with (release / "tables/Supply.csv").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["quote"] == QUOTE.replace("|", "¦")
    assert row["medicine_name"] == NAME


def test_files_are_called_as_hosts_look_for_them(release: Path) -> None:
    """A name with other letters than ASCII is a file of that name, and the list of medicines leads there."""
    assert {each.name for each in (release / "medicine").iterdir()} == {
        "index.html", *(f"name-α-one.{suffix}" for suffix in ("html", "ttl", "jsonld", "trig")),
    }  # fmt: skip
    tree = html.document_fromstring((release / "medicine/index.html").read_text("utf-8"))
    assert "name-%CE%B1-one.html" in tree.xpath("//main//a/@href")
    assert tree.xpath("//main//li/a/text()")[0].startswith("α-one </script> |")


def test_all_that_is_said_has_the_base(release: Path) -> None:
    """With another base the dataset, its files, the questions and the nanopublications have it; the terms stay."""
    for path in ("dcat.ttl", "void.ttl", "queries/queries.ttl", "medicine/name-α-one.trig"):
        text = (release / path).read_text("utf-8")
        assert BASE in text, path
        assert "<https://w3id.org/epargraph/medicine" not in text
        assert "<https://w3id.org/epargraph/dataset" not in text
    assert "https://example.org/here/medicine/$1.ttl" in (release / "w3id/.htaccess").read_text("utf-8")


def test_its_nanopublications_are_trusty(release: Path) -> None:
    """The address of a nanopublication of odd words is their hash, by the package's reckoning."""
    import warnings

    quads = list(parse(path=release / "medicine/name-α-one.trig", format=RdfFormat.TRIG))
    addresses = {each.subject.value for each in quads if each.predicate.value.endswith("#hasAssertion")}
    assert len(addresses) == 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nanopub.sign_utils import verify_trusty
        from rdflib import ConjunctiveGraph, Namespace

        for iri in addresses:
            graph = ConjunctiveGraph()
            graph.parse(
                data="".join(f"{Quad(*each)} .\n" for each in quads if each.graph_name.value.startswith(iri)),
                format="nquads",
            )
            assert verify_trusty(graph, iri, Namespace(f"{iri}#"))
