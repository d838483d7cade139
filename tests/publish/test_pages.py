"""The pages of a release: whole, without anything from elsewhere, with schema.org inside."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from lxml import html
from pyld import jsonld
from pyoxigraph import RdfFormat, parse

from epargraph.publish.about import About
from epargraph.publish.pages import medicine_page
from epargraph.publish.told import Medicine, Passage, Told

SCHEMA = "https://schema.org/"


def pages(released: Path) -> list[Path]:
    return sorted(released.rglob("*.html"))


def drug(page: Path) -> dict[str, object]:
    tree = html.document_fromstring(page.read_text("utf-8"))
    told: dict[str, object] = json.loads(tree.xpath("//script[@type='application/ld+json']")[0].text)
    return told


def test_each_link_within_the_release_leads_somewhere(released: Path) -> None:
    """Each relative address of each page is a file of the release, and its fragment an anchor there."""
    anchors: dict[Path, set[str]] = {}
    for page in pages(released):
        tree = html.document_fromstring(page.read_text("utf-8"))
        for address in tree.xpath("//@href | //@src"):
            if "://" in address:
                continue
            path, fragment = urldefrag(address)
            target = (page.parent / unquote(path)).resolve() if path else page
            assert target.is_file() or (target / "index.html").is_file(), f"{page.name}: {address}"
            if fragment and target.suffix == ".html":
                if target not in anchors:
                    anchors[target] = set(html.document_fromstring(target.read_text("utf-8")).xpath("//@id"))
                assert fragment in anchors[target], f"{page.name}: {address}"


def test_no_page_asks_for_anything_elsewhere(released: Path) -> None:
    """No page loads a script, style, font or picture from another host, nor runs a script at all."""
    for page in pages(released):
        tree = html.document_fromstring(page.read_text("utf-8"))
        assert tree.get("lang") == "en", page
        assert not [each for each in tree.xpath("//link[@rel='stylesheet']/@href | //@src") if "://" in each]
        assert {each.get("type") for each in tree.iter("script")} <= {"application/ld+json"}, page
        assert not tree.xpath("//@style | //style"), page


def test_each_fact_stands_on_the_page_with_its_words(released: Path) -> None:
    """A medicine's page has each fact at an anchor made of its IRI, with its quote and the address as a permalink."""
    tree = html.document_fromstring((released / "medicine/EMEA-H-C-005522.html").read_text("utf-8"))
    article = tree.get_element_by_id("dose-54852e140997")
    assert "The recommended dose is 960 mg once per day." in article.findtext(".//blockquote/p")
    assert article.xpath("p/a/@href") == ["https://w3id.org/epargraph/medicine/EMEA-H-C-005522/dose/54852e140997"]


def test_the_drug_is_in_the_terms_of_schema_org(released: Path) -> None:
    """The page's JSON-LD has only types and properties that schema.org has, and says what the sources say."""
    told = drug(released / "medicine/EMEA-H-C-005522.html")
    assert (told["@type"], told["name"], told["activeIngredient"]) == ("Drug", "Lumykras", "sotorasib")
    given = {"@vocab": SCHEMA, "sameAs": {"@type": "@id"}}
    expanded = jsonld.expand({**told, "@context": given})
    quads = list(parse(json.dumps(expanded), format=RdfFormat.JSON_LD))
    used = {each.predicate.value for each in quads if each.predicate.value.startswith(SCHEMA)}
    used |= {each.object.value for each in quads if each.predicate.value.endswith("#type")}
    spec = importlib.util.find_spec("pylode")
    assert spec is not None
    assert spec.submodule_search_locations
    known = Path(spec.submodule_search_locations[0]) / "rdf" / "sdo-mod.ttl"  # schema.org, as pyLODE has it
    terms = {
        getattr(node, "value", "")
        for each in parse(path=known, format=RdfFormat.TURTLE)
        for node in (each.subject, each.object)
    }
    assert len(used) > 15
    assert used <= terms, used - terms


@pytest.mark.parametrize(
    "nasty", ["</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<!--<script>"]
)
def test_no_word_of_a_source_becomes_markup(nasty: str) -> None:
    """Whatever a source's words are, the page shows them as words."""
    passage = Passage(
        "https://example.org/e", nasty, "https://example.org/g", "https://example.org/d", nasty, nasty, nasty
    )
    fact = Told("https://example.org/m/name/1", "Medicine", nasty, {"name": (nasty,)}, {}, (passage,))
    page = medicine_page(
        Medicine("https://example.org/m", nasty, nasty, (fact,), {}), (), About("https://example.org/", "1")
    )
    tree = html.document_fromstring(page)
    assert len(list(tree.iter("script"))) == 1
    assert not list(tree.iter("img"))
    assert json.loads(tree.xpath("//script")[0].text)["name"] == nasty
    assert tree.findtext(".//h1") == nasty
