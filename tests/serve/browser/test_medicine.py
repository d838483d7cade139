"""A reader with a medicine's page: search, facts and words, permalinks, copies; by pointer, by keys, without JavaScript."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from tests.serve.browser.conftest import Visiting
    from tests.serve.conftest import Served

LUMYKRAS = "/medicine/EMEA-H-C-005522.html"
BASE = "https://w3id.org/epargraph/"
DOSE = "medicine/EMEA-H-C-005522/dose/54852e140997"
REDUCED = "If certain side effects develop, the doctor may decide to reduce the dose to 480 mg once per day"


def lit(page: Page) -> list[str]:
    """Return the words that are lit in the sources, outermost ones alone."""
    return [
        text
        for text in page.eval_on_selector_all(
            ".sources .words.lit", "all => all.filter(e => !e.parentElement.closest('.lit')).map(e => e.textContent)"
        )
        if text
    ]


def copied(page: Page, button: Locator) -> str:
    """Return what a button copies, which it may have to fetch first."""
    page.evaluate("navigator.clipboard.writeText('nothing yet')")
    button.click()
    for _ in range(200):  # wait_for_function takes a promise for an answer
        text = str(page.evaluate("navigator.clipboard.readText()"))
        if text != "nothing yet":
            return text
        page.wait_for_timeout(50)
    raise AssertionError("nothing was copied")


def test_a_medicine_is_found_as_one_types(visiting: Visiting) -> None:
    """Typing the beginning of a name shows the medicine, and a click opens its page."""
    with visiting() as visit:
        page = visit.go("/")
        page.keyboard.type("lumy")  # the field has the focus
        page.locator("#found a", has_text="Lumykras").click()
        page.wait_for_url(f"**{LUMYKRAS}")
        assert page.locator("h1").text_content() == "Lumykras"
        chips = page.locator(".med-head .chips").inner_text()
        assert "Conditional authorisation" in chips
        assert "Valid" in chips


@pytest.mark.parametrize("typed", ["sotorasib", "KRAS G12C", "lung cancer", "EMEA/H/C/005522", "lumykrass"])
def test_a_medicine_is_found_by_what_belongs_to_it(visiting: Visiting, typed: str) -> None:
    """A substance, a biomarker, a condition, a number, and a name misspelt lead to the medicine, without JavaScript too."""
    with visiting(script=False) as visit:
        page = visit.go("/")
        page.fill("#q", typed)
        page.press("#q", "Enter")
        page.wait_for_url("**/search?q=*")
        assert "Lumykras" in page.locator("#found").inner_text()


def test_pointing_at_a_fact_shows_its_words(visiting: Visiting) -> None:
    """The words of the fact that one points at are lit, and they come into view in the text beside it."""
    with visiting() as visit:
        page = visit.go(LUMYKRAS)
        fact = page.locator(".fact", has_text="Reduced dose: 480 mg")
        fact.hover()
        page.wait_for_function("document.querySelector('.words.lit')?.getBoundingClientRect().top < innerHeight - 50")
        assert lit(page) == [f"{REDUCED} and then, if needed, to 240 mg once per day."]
        page.locator("h1").hover()
        assert lit(page) == []


def test_pointing_at_words_shows_the_facts(visiting: Visiting) -> None:
    """The facts that were read from the words that one points at are lit and named beside the pointer."""
    with visiting() as visit:
        page = visit.go(LUMYKRAS)
        page.locator(".sources .read", has_text=REDUCED).hover()
        named = page.locator("#pointer").inner_text()
        assert "Reduced dose: 480 mg" in named
        assert "Reduced dose: 240 mg" in named
        assert page.locator(".fact.lit").count() == 2
        page.keyboard.press("Escape")
        assert page.locator("#pointer").is_hidden()
        assert page.locator(".fact.lit").count() == 0


def test_facts_and_words_lead_to_each_other_by_keys(visiting: Visiting) -> None:
    """With the keyboard alone one comes past the head, opens a fact, reads its words, and goes to them and back."""
    with visiting() as visit:
        page = visit.go(LUMYKRAS)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        fact = page.locator(".fact", has_text="Recommended dose: 960 mg")
        fact.locator("summary").focus()
        page.keyboard.press("Enter")
        assert lit(page) == ["The recommended dose is 960 mg once per day."]
        fact.get_by_role("link", name="Show in the source").press("Enter")
        words = page.locator(".words:target")
        assert words.text_content() == "The recommended dose is 960 mg once per day."
        words.locator("a").press("Enter")
        assert "Recommended dose: 960 mg" in (page.locator(".fact:target").text_content() or "")


def test_all_works_without_javascript(visiting: Visiting) -> None:
    """Without JavaScript a fact leads to its words and words lead to their fact, each marked where one arrives."""
    with visiting(script=False) as visit:
        page = visit.go(LUMYKRAS)
        fact = page.locator(".fact", has_text="Recommended dose: 960 mg")
        fact.locator("summary").click()
        fact.get_by_role("link", name="Show in the source").click()
        words = page.locator(".words:target")
        assert words.text_content() == "The recommended dose is 960 mg once per day."
        words.locator("a").click()
        assert page.url.endswith("#dose-54852e140997")
        fact.get_by_role("link", name="Turtle").click(trial=True)
        assert (page.request.get(f"{visit.url}/{DOSE}.ttl")).ok


def test_the_address_of_a_fact_leads_to_its_place(visiting: Visiting) -> None:
    """The IRI of a fact, at this server, opens its medicine's page with the fact in view, opened, its words lit."""
    with visiting() as visit:
        page = visit.go(f"/{DOSE}")
        assert page.url.endswith(f"{LUMYKRAS}#dose-54852e140997")
        fact = page.locator(".fact:target")
        top = fact.evaluate("each => each.getBoundingClientRect().top")
        assert 0 <= top < 900
        assert fact.locator("blockquote").inner_text() == "The recommended dose is 960 mg once per day."
        assert lit(page) == ["The recommended dose is 960 mg once per day."]


def test_a_fact_is_copied_as_address_citation_turtle_and_query(visiting: Visiting, site: Served) -> None:
    """What is copied is the fact's permanent address, a citation with its words, Turtle and a query that tells it."""
    with visiting() as visit:
        page = visit.go(f"/{DOSE}")
        fact = page.locator(".fact:target")

        def take(name: str) -> str:
            return copied(page, fact.get_by_role("button", name=f"Copy {name}"))

        assert take("permalink") == BASE + DOSE
        citation = take("citation")
        assert "European Medicines Agency" in citation
        assert "EMA/685702/2021" in citation
        assert "“The recommended dose is 960 mg once per day.”" in citation
        assert BASE + DOSE in citation
        triples = pyoxigraph.parse(take("Turtle").encode(), format=pyoxigraph.RdfFormat.TURTLE)
        assert any(
            str(each.subject) == f"<{BASE}{DOSE}>" and each.object == pyoxigraph.Literal("mg") for each in triples
        )
        told = json.loads(site.sparql(take("SPARQL")).text)["results"]["bindings"]
        assert {row["quote"]["value"] for row in told} == {"The recommended dose is 960 mg once per day."}
        assert "960" in {row["value"]["value"] for row in told}


def test_every_fact_has_its_place_and_every_quote_its_words(visiting: Visiting, site: Served) -> None:
    """All facts of the medicine that the store has stand on the page, and each of their quotes is words of a source."""
    query = f"SELECT DISTINCT ?fact {{ <{BASE}medicine/EMEA-H-C-005522> ?has ?fact . ?fact epar:evidence ?e }}"
    facts = [row["fact"]["value"] for row in json.loads(site.sparql(query).text)["results"]["bindings"]]
    with visiting() as visit:
        page = visit.go(LUMYKRAS)
        shown = set(page.eval_on_selector_all("[data-copy=address]", "all => all.map(each => each.dataset.address)"))
        assert len(facts) > 35
        assert set(facts) <= shown
        lost = page.evaluate(
            """() => [...document.querySelectorAll(".fact a[href^='#w-']")].filter(link => {
              const quote = link.closest(".from").previousElementSibling.textContent;
              const words = [...document.querySelectorAll(`[data-words="${link.hash.slice(1)}"]`)].filter(e => e.matches(".words"));
              return words.map(e => e.textContent).join("") !== quote;
            }).map(link => link.closest(".from").previousElementSibling.textContent)"""
        )
        assert lost == []


def test_charts_draw_what_their_tables_say(visiting: Visiting) -> None:
    """A response of 37% is a bar of 37% of the scale; n of N stands beside it and in the table, and so do side effects."""
    with visiting() as visit:
        page = visit.go(LUMYKRAS)
        row = page.locator(".bar-row", has_text="46 of 124")
        share = row.evaluate(
            "row => row.querySelector('.own').getBoundingClientRect().width / row.querySelector('svg').getBoundingClientRect().width"
        )
        assert share == pytest.approx(0.37, abs=0.005)
        page.get_by_text("Results as a table").click()
        assert page.get_by_role("row", name="response Lumykras around 37% 46 of 124").is_visible()
        page.get_by_text("Side effects as a table").click()
        assert page.get_by_role("row", name="liver injury severe up to 1 in 100").is_visible()


def test_warnings_stand_where_they_belong(visiting: Visiting) -> None:
    """A document older than the authorisation it tells of is pointed out at its head, at that fact, and at the top."""
    message = "Last updated 2021-01, before the authorisation of 2022-01-06."
    with visiting() as visit:
        page = visit.go(LUMYKRAS)
        assert page.locator(".sources .note", has_text=message).count() == 1
        assert page.locator(".fact[id^=authorisation-] .note", has_text=message).count() == 1
        page.locator(".med-head .note a", has_text=message).first.click()
        assert "source-" in page.url or "authorisation-" in page.url


def test_versions_and_links_out(visiting: Visiting) -> None:
    """The versions of its sources and its links to registries stand on the page."""
    with visiting() as visit:
        page = visit.go(LUMYKRAS)
        page.wait_for_function(
            "document.body.innerText.includes('No change between') || document.querySelector('.timeline') || (location.reload(), false)",
            timeout=60_000,
            polling=1000,
        )
        assert page.locator(".editions li", has_text="superseded").count() == 3
        links = page.locator(".registries a").evaluate_all("all => all.map(each => each.href)")
        assert any(each.startswith("http://purl.obolibrary.org/obo/MONDO_") for each in links)


def test_a_printed_page_has_all_words(visiting: Visiting) -> None:
    """On paper the facts have their words and the sources stand whole, without navigation."""
    with visiting() as visit:
        page = visit.go(LUMYKRAS)
        page.emulate_media(media="print")
        assert not page.locator("nav").first.is_visible()
        panel = page.locator(".sources-in")
        assert panel.evaluate("each => each.scrollHeight <= each.clientHeight + 1")
        assert page.locator(".fact", has_text="Recommended dose").locator(".peek").is_visible()


def test_words_with_markup_are_words(visiting: Visiting) -> None:
    """What one searches for is shown as it was typed and never as markup."""
    typed = '"><img src=x onerror=alert(1)>'
    with visiting() as visit:
        page = visit.go(f"/search?q={quote(typed)}")
        assert typed in page.locator("main").inner_text()
        assert page.locator("main img").count() == 0
        assert page.input_value("#q") == typed
