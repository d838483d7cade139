"""Every page in a real browser: as a picture, without a fault of accessibility, asking nothing of other machines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize
    from tests.serve.browser.conftest import Visiting

PAGES = {
    "home": "/",
    "search": "/search?q=sotorasib",
    "search-nothing": "/search?q=sotorasip",
    "medicine": "/medicine/EMEA-H-C-005522.html",
    "medicine-fact": "/medicine/EMEA-H-C-005522/dose/54852e140997",
    "substance": "/substance/sotorasib.html",
    "condition": "/condition/non-small-cell-lung-cancer.html",
    "biomarker": "/biomarker/KRAS-G12C.html",
    "study": "/medicine/EMEA-H-C-005522/study/233bba6fbe98.html",
    "review": "/review/EMEA-H-C-005522.html",
    "still-owed": "/conditional",
    "by-year": "/by-year",
    "glossary": "/glossary",
    "model": "/model",
    "ontology": "/ontology.html",
    "gene": "/gene/KRAS.html",
    "editor": "/query",
    "query": "/query?query=SELECT+%2A+%7B+%3Fmedicine+a+epar%3AMedicine+%3B+epar%3Aname+%3Fname+%7D",
    "questions": "/queries?format=html",
    "question": "/queries/dose_ladder_and_stop_rule?format=html",
    "not-found": "/medicine/EMEA-H-C-999999.html",
}
LONG = {"ontology": ".documentation .entity:nth-child(n+6), .contents .second li:nth-child(n+6)"}
"""What is left out of a long page once its picture is taken: hundreds of pieces that are made alike."""
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
TOLERATED = ("minor", "moderate")
"""The impacts of axe-core's findings that are no serious fault."""


def faults(page: Page, *rules: str) -> list[str]:
    """Return the serious faults that axe-core finds on a page, by some rules or by all."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe: pip install '.[test]'")
    found = (
        axe.Axe()
        .run(page, options={"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})})
        .response["violations"]
    )
    return [
        f"{each['id']} ({each['impact']}): {node['target']} {node['failureSummary']}"
        for each in found
        if each["impact"] not in TOLERATED
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_fit_to_be_seen(visiting: Visiting, name: str) -> None:
    """On a desk, in the dark and on a phone a page has no serious accessibility fault and fits its window."""
    from tests.serve.browser.conftest import SHOTS

    SHOTS.mkdir(parents=True, exist_ok=True)
    with visiting() as visit:
        page = visit.go(PAGES[name])
        for look, size in (("desktop", DESK), ("dark", DESK), ("phone", PHONE)):
            page.emulate_media(color_scheme="dark" if look == "dark" else "light")
            page.set_viewport_size(size)
            page.screenshot(path=SHOTS / f"{name}-{look}.png", full_page=look != "dark" and name not in LONG)
            page.locator(LONG.get(name, ".nothing")).evaluate_all("all => all.forEach(each => each.remove())")
            assert faults(page, *(["color-contrast"] if look == "dark" else [])) == [], look
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{wide} px wider than the window of a {look}"
        assert page.locator("h1").count() == 1
        assert visit.asked
        if name == "not-found":  # the browser says so too
            visit.complaints[:] = [each for each in visit.complaints if not re.search(r"\b404\b", each)]


def test_a_fault_of_accessibility_is_found(visiting: Visiting) -> None:
    """The finder of faults does find a picture without words and a text that is too pale."""
    with visiting() as visit:
        page = visit.go("/")
        page.evaluate(
            """() => { const main = document.querySelector("main");
              main.appendChild(document.createElement("img")).src = "/static/icon.svg";
              const pale = main.appendChild(document.createElement("p"));
              pale.textContent = "pale"; pale.style.color = "#ddd"; pale.style.background = "#eee"; }"""
        )
        assert {each.partition(" ")[0] for each in faults(page)} == {"color-contrast", "image-alt"}


def test_what_is_asked_elsewhere_is_seen(visiting: Visiting) -> None:
    """A page that asks another machine for something is caught (and the Content-Security-Policy forbids it)."""
    with visiting() as visit:
        page = visit.go("/")
        page.evaluate("fetch('http://epargraph.invalid/x').catch(() => 0)")
        blocked = [each for each in visit.complaints if "Content Security Policy" in each]
        assert blocked or visit.elsewhere == ["http://epargraph.invalid/x"]
        visit.complaints.clear()
        visit.asked.clear()
