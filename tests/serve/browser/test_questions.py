"""A reader who filters, asks and takes answers along: the tables, the query page, downloads and permalinks."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.serve.browser.conftest import Visiting

NAMES = "SELECT DISTINCT ?name {\n  ?medicine a epar:Medicine ; epar:name ?name\n}"


def test_a_table_is_filtered_as_one_types(visiting: Visiting) -> None:
    """Typing leaves the rows that fit, the address says so, and the table comes as CSV."""
    with visiting() as visit:
        page = visit.go("/conditional")
        assert page.locator("tbody tr", has_text="Lumykras").count() == 1
        page.fill("#words", "no such medicine")
        page.get_by_text("No medicine fits").wait_for()
        page.fill("#words", "sotorasib")
        page.locator("tbody tr", has_text="Lumykras").wait_for()
        page.wait_for_url("**q=sotorasib**")
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
        assert {row["medicine"] for row in rows} == {"Lumykras"}


def test_a_query_is_asked_and_its_answer_downloaded(visiting: Visiting) -> None:
    """A query is run by the keyboard; the answer is a table and a file; the address asks the same again."""
    with visiting() as visit:
        page = visit.go("/query")
        page.fill("#query", NAMES)
        page.press("#query", "Control+Enter")
        page.wait_for_url("**/query?query=**")
        assert page.locator("table.answer tbody tr").all_inner_texts() == ["Lumykras"]
        with page.expect_download() as download:
            page.get_by_role("link", name="JSON", exact=True).click()
        told = json.loads(Path(download.value.path()).read_text("utf-8"))
        assert told["results"]["bindings"][0]["name"]["value"] == "Lumykras"
        again = visit.context.new_page()
        again.goto(page.url)
        assert again.locator("table.answer tbody tr").all_inner_texts() == ["Lumykras"]
        assert again.input_value("#query").strip() == NAMES


def test_an_error_names_its_line(visiting: Visiting) -> None:
    """A query that is wrong is answered by what is wrong and in which line."""
    with visiting() as visit:
        page = visit.go("/query")
        page.fill("#query", "SELECT * {\n  ?s ?p\n}")
        page.get_by_role("button", name="Run").click()
        fault = page.locator("#fault")
        fault.wait_for()
        assert fault.get_attribute("data-line") == "3"
        visit.complaints[:] = [each for each in visit.complaints if "400" not in each]


def test_the_words_of_a_fact_lead_on_to_its_query(visiting: Visiting) -> None:
    """Without JavaScript the link SPARQL of a fact opens the query page with the query that tells the fact."""
    with visiting(script=False) as visit:
        page = visit.go("/medicine/EMEA-H-C-005522.html")
        fact = page.locator(".fact", has_text="Recommended dose: 960 mg")
        fact.locator("summary").click()
        fact.get_by_role("link", name="SPARQL").click()
        page.wait_for_url("**/query?query=**")
        assert "The recommended dose is 960 mg once per day." in page.locator("table.answer").inner_text()
