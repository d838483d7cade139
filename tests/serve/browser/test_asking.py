"""Asking in a real browser: tables that are filtered at once, the query editor, downloads, permalinks, faults and forms."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.serve.browser.conftest import Visiting

DOSES = "SELECT ?dose ?amount WHERE {\n  ?dose a epar:Dose ; epar:amount ?amount\n}\nORDER BY ?amount"


def offered(page: Page) -> list[str]:
    return page.locator("#completions .name").all_inner_texts()


def amounts(page: Page) -> list[str]:
    return page.locator("table.answer td:nth-child(2)").all_inner_texts()


def downloaded(page: Page, name: str) -> str:
    with page.expect_download() as told:
        page.locator(".download").get_by_role("link", name=name, exact=True).click()
    return Path(told.value.path()).read_text("utf-8")


def test_a_table_is_filtered_as_one_types(visiting: Visiting) -> None:
    """Words and choices change the table and the address at once; the address alone gives the same table again."""
    with visiting() as visit:
        page = visit.go("/conditional")
        page.get_by_label("Words").press_sequentially("docetaxel")
        page.wait_for_url("**/conditional?*q=docetaxel*")
        assert page.locator("tbody tr").count() == 1
        page.get_by_label("Authorisations", exact=True).select_option("Converted or ended")
        page.wait_for_url("**show=over*")
        assert "No medicine fits" in page.locator("#found").inner_text()
        page.reload()
        assert page.get_by_label("Words").input_value() == "docetaxel"
        assert "0 of 1 medicine" in page.locator("#found").inner_text()


def test_a_table_is_sorted_and_filtered_without_javascript(visiting: Visiting) -> None:
    """Without JavaScript the button shows what was chosen, and a heading sorts."""
    with visiting(script=False) as visit:
        page = visit.go("/conditional")
        page.get_by_label("Words").fill("no such word")
        page.get_by_role("button", name="Show").click()
        assert "No medicine fits" in page.locator("#found").inner_text()
        page.get_by_label("Words").fill("lumykras")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="Still owed").last.click()
        assert page.locator("th[aria-sort=descending]").inner_text().startswith("Still owed")
        assert page.locator("tbody tr").count() == 1


def test_a_table_is_downloaded(visiting: Visiting) -> None:
    """The CSV beside the table has its rows."""
    with visiting() as visit:
        page = visit.go("/conditional?q=sotorasib")
        with page.expect_download() as told:
            page.get_by_role("link", name="CSV").click()
        assert told.value.suggested_filename == "conditional-authorisations.csv"
        rows = list(csv.DictReader(Path(told.value.path()).read_text("utf-8").splitlines()))
        assert [row["medicine"] for row in rows] == ["Lumykras"]


def test_the_glossary_is_filtered_as_one_types(visiting: Visiting) -> None:
    """What one types leaves the terms that have it, in themselves or in their meaning."""
    with visiting() as visit:
        page = visit.go("/glossary")
        page.get_by_label("Words of the term").press_sequentially("dummy")
        page.wait_for_url("**q=dummy*")
        assert page.locator("dt").all_inner_texts() == ["placebo"]


def test_a_query_is_asked_and_its_things_are_opened(visiting: Visiting) -> None:
    """Ctrl+Enter asks; a thing of the answer leads to its place on the page of its medicine."""
    with visiting() as visit:
        page = visit.go("/query")
        page.get_by_label("SPARQL").fill(DOSES)
        page.get_by_label("SPARQL").press("Control+Enter")
        page.wait_for_url("**/query?query=*")
        assert amounts(page) == ["240", "480", "960"]
        page.locator("table.answer a").last.click()
        page.wait_for_url("**/medicine/EMEA-H-C-005522.html#dose-54852e140997")


def test_an_answer_is_downloaded_whole(visiting: Visiting) -> None:
    """Rows come as CSV and JSON, triples as Turtle."""
    with visiting() as visit:
        page = visit.go(f"/query?query={quote(DOSES)}")
        rows = list(csv.reader(downloaded(page, "CSV").splitlines()))
        assert [row[1] for row in rows] == ["amount", "240", "480", "960"]
        told = json.loads(downloaded(page, "JSON"))["results"]["bindings"]
        assert [row["amount"]["value"] for row in told] == ["240", "480", "960"]
        construct = "CONSTRUCT { ?m epar:name ?n } WHERE { ?m a epar:Medicine ; epar:name ?n }"
        visit.go(f"/query?query={quote(construct)}")
        assert 'epar:name "Lumykras"' in downloaded(page, "Turtle")


def test_a_permalink_gives_query_and_answer_again(visiting: Visiting) -> None:
    """The permalink is copied by a click; opened, it has the same query in the editor and the same answer."""
    with visiting() as visit:
        page = visit.go(f"/query?query={quote(DOSES)}")
        page.get_by_role("link", name="Permalink").click()
        page.get_by_text("Copied").wait_for()
        link = str(page.evaluate("navigator.clipboard.readText()"))
        page.goto(link)
        assert page.get_by_label("SPARQL").input_value() == DOSES
        assert amounts(page) == ["240", "480", "960"]


def test_a_fault_is_shown_at_its_line(visiting: Visiting) -> None:
    """A fault is told with its line, marked in the margin, and the caret stands at it; mending takes the mark away."""
    with visiting() as visit:
        page = visit.go("/query")
        page.get_by_label("SPARQL").fill("SELECT * WHERE {\n  ?dose a epar:Dose .\n  ?dose epar:amount amount\n}")
        page.get_by_role("button", name="Run").click()
        fault = page.get_by_role("alert")
        fault.wait_for()
        assert "line 3" in fault.inner_text()
        assert page.locator(".lines .at").inner_text().strip() == "3"
        caret = "document.activeElement.value.slice(0, document.activeElement.selectionStart).split('\\n').length"
        assert page.evaluate(caret) == 3
        page.keyboard.type("x")
        assert page.locator(".lines .at").count() == 0
        visit.complaints[:] = [each for each in visit.complaints if "400" not in each]  # the browser says so too


def test_terms_and_prefixes_are_completed(visiting: Visiting) -> None:
    """Terms of the ontology are offered with their meaning and put in by a key, with the declaration of their prefix."""
    with visiting() as visit:
        page = visit.go("/query")
        editor = page.get_by_label("SPARQL")
        editor.fill("")
        editor.press_sequentially("SELECT * WHERE { ?m epar:hasDo")
        page.locator("#completions .name").get_by_text("epar:hasDose", exact=True).wait_for()
        assert offered(page)[0] == "epar:hasDose"
        assert "A dose that a source states" in page.locator("#completions li[aria-selected=true]").inner_text()
        assert editor.get_attribute("aria-activedescendant") == "completion-0"
        editor.press("Tab")
        declared = "PREFIX epar: <https://w3id.org/epargraph/ontology#>\nSELECT * WHERE { ?m epar:hasDose"
        assert editor.input_value() == declared
        editor.press_sequentially(" ?d ; epar:na")
        page.locator("#completions li").first.wait_for()
        editor.press("Escape")
        assert page.locator("#completions").is_hidden()
        editor.fill("")
        editor.press_sequentially("PREFIX sk")
        page.locator("#completions .name").get_by_text("skos:", exact=True).wait_for()
        editor.press("Enter")
        assert editor.input_value() == "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"


@pytest.mark.parametrize("typed", ["# epar:hasDo", '"epar:hasDo', "?epar", "<https"])
def test_what_is_no_term_is_not_completed(visiting: Visiting, typed: str) -> None:
    """In comments, texts, variables and IRIs nothing is offered."""
    with visiting() as visit:
        page = visit.go("/query")
        editor = page.get_by_label("SPARQL")
        editor.fill("")
        with page.expect_response("**/terms.json"):
            editor.press_sequentially("epar:hasDo")  # here there is something
        page.locator("#completions li").first.wait_for()
        editor.fill("")
        editor.press_sequentially(typed)
        page.wait_for_timeout(50)
        assert offered(page) == [] or page.locator("#completions").is_hidden()


def test_an_example_is_put_into_the_editor(visiting: Visiting) -> None:
    """A question of the library is loaded with its text, unasked, and answers when it is run."""
    with visiting() as visit:
        page = visit.go("/query")
        page.get_by_role("link", name="Glossary of lay definitions").click()
        page.wait_for_url("**example=glossary")
        assert "#+ title: Glossary of lay definitions" in page.get_by_label("SPARQL").input_value()
        page.get_by_role("button", name="Run").click()
        page.wait_for_url("**/query?query=*")
        assert page.locator("table.answer tbody tr").count() == 5


def test_a_question_is_asked_by_its_form(visiting: Visiting) -> None:
    """A form for the parameters asks the question, without JavaScript too, and leads to the editor."""
    with visiting(script=False) as visit:
        page = visit.go("/queries/glossary")
        page.get_by_label("Word").fill("placebo")
        page.get_by_role("button", name="Ask").click()
        page.wait_for_url("**/queries/glossary?word=placebo*")
        assert page.locator("table.answer tbody td:first-child").all_inner_texts() == ["placebo"]
        page.get_by_role("link", name="Open in the editor").click()
        page.wait_for_url("**/query?query=*")
        assert page.locator("table.answer tbody td:first-child").all_inner_texts() == ["placebo"]


def test_the_picture_of_the_model_leads_to_the_ontology(visiting: Visiting) -> None:
    """A class in the picture opens the documentation at its place, which says what it means."""
    with visiting() as visit:
        page = visit.go("/model")
        page.locator("svg.model a", has_text="TestRequirement").click()
        page.wait_for_url("**/ontology.html#TestRequirement", timeout=60_000)
        entity = page.locator(".entity#TestRequirement, .entity:has(> #TestRequirement)")
        assert "A biomarker test that must come before or during treatment." in entity.inner_text()
        assert 0 <= entity.evaluate("each => each.getBoundingClientRect().top") < 900
