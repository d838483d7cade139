"""The pages of home, search and medicines as a client without JavaScript gets them, hostile words among them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph
import pytest
from lxml import html

from epargraph.build import build

if TYPE_CHECKING:
    from tests.serve.conftest import Served, Serving

LUMYKRAS = "/medicine/EMEA-H-C-005522.html"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
COLUMNS = {
    "Category": "Human",
    "Name of medicine": HOSTILE,
    "EMA product number": "EMEA/H/C/009999",
    "Medicine status": "Authorised",
    "Active substance": f"abcd {HOSTILE}",
    "International non-proprietary name (INN) / common name": HOSTILE,
    "Marketing authorisation developer / applicant / holder": f"Abc {HOSTILE}",
    "Marketing authorisation date": "06/01/2022",
    "Therapeutic area (MeSH)": f"Asthma {HOSTILE}",
    "Therapeutic indication": f"Treatment of adults with asthma {HOSTILE}.",
    "Medicine URL": "javascript:alert(3)",
}


def seen(served: Served, path: str, status: int = 200) -> html.HtmlElement:
    reply = served.get(path, "text/html")
    assert (reply.status, reply.media) == (status, "text/html"), reply.text[:500]
    return html.document_fromstring(reply.text)


@pytest.fixture(scope="module")
def hostile(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Yield a server of a register in which every cell holds markup."""
    folder = tmp_path_factory.mktemp("hostile")
    table = folder / "medicines_2026-03-14.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(COLUMNS), list(COLUMNS.values())])
    assert not build([table], folder / "store").failures
    with serving(folder / "store") as server:
        yield server


@pytest.mark.parametrize(
    "path", ["/", LUMYKRAS, "/search?q=lumykras", "/search?q=lumycras", "/search", "/search?q=%00%ff"]
)
def test_a_page_is_whole_and_asks_for_nothing_from_elsewhere(served: Served, path: str) -> None:
    """Each page has a title, one heading of the first rank, no inline script or style, files of this server, each name once."""
    tree = seen(served, path)
    assert "epargraph" in tree.findtext("head/title", "")
    assert len(tree.xpath("//h1")) == 1
    assert not tree.xpath("//style | //@style | //@onclick | //script[not(@src)] | //img | //iframe")
    files = tree.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
    assert all(each.startswith("/static/") for each in files)
    assert {served.get(each).status for each in files} == {200}
    assert {"immutable" in served.get(each).headers["cache-control"] for each in files} == {True}
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_no_link_within_a_medicine_is_broken(served: Served) -> None:
    """Each link to a place on the page has its place, and each link to another page of the server finds it."""
    tree = seen(served, LUMYKRAS)
    links = set(tree.xpath("//a/@href"))
    places = set(tree.xpath("//@id"))
    assert {each for each in links if each.startswith("#") and each[1:] not in places} == set()
    pages = {each.partition("#")[0] for each in links if each.startswith("/") and not each.startswith("/query")}
    assert len(pages) > 40
    assert {each for each in pages if served.get(each).status not in (200, 303)} == set()


def test_a_fact_is_at_its_address(served: Served) -> None:
    """The page of a fact is its place on the medicine's page, and its Turtle is what the page offers."""
    reply = served.get("/medicine/EMEA-H-C-005522/dose/54852e140997.html", "text/html")
    assert (reply.status, reply.headers["location"]) == (303, f"{LUMYKRAS}#dose-54852e140997")
    turtle = served.get("/medicine/EMEA-H-C-005522/dose/54852e140997.ttl")
    assert any(
        each.object == pyoxigraph.Literal("mg")
        for each in pyoxigraph.parse(turtle.body, format=pyoxigraph.RdfFormat.TURTLE)
    )


@pytest.mark.parametrize("key", ["EMEA-H-C-999999", "a%20b", "%3E%3Cb%3E", "..%2F..%2Fetc%2Fpasswd", "x" * 2000])
def test_an_unknown_medicine_is_not_found(served: Served, key: str) -> None:
    """A medicine that no source tells of, and what is no address, is answered by a page that says so."""
    tree = seen(served, f"/medicine/{key}.html", 404)
    assert tree.findtext(".//h1") == "Not found"


@pytest.mark.parametrize(
    "path", ["/static/../site.py", "/static/%2e%2e/site.py", "/static/..%2fsite.py", "/static//etc/passwd"]
)
def test_only_static_files_are_served(served: Served, path: str) -> None:
    """No path leads out of the folder of static files."""
    assert served.get(path).status in (400, 404)


def test_a_search_as_one_types_is_the_list_alone(served: Served) -> None:
    """The part of the page that a script asks for is the list, not a page."""
    part = served.get("/search", None, q="lumy", part="1").text
    assert "<html" not in part
    assert LUMYKRAS in part


@pytest.mark.parametrize(
    "path", ["/", LUMYKRAS.replace("005522", "009999"), "/search?q=alert", f"/search?q={quote(HOSTILE)}"]
)
def test_hostile_words_stay_words(hostile: Served, path: str) -> None:
    """Markup in the cells of a source or in what is searched for is shown as it is written, and is no markup."""
    tree = seen(hostile, path)
    assert not tree.xpath("//script[not(@src)] | //img | //@onerror | //@href[starts-with(., 'javascript:')]")
    assert tree.xpath("//script[not(starts-with(@src, '/static/'))]") == []
    text = " ".join(tree.text_content().split())
    if path != "/":
        assert "<script>alert(1)</script>" in text
        assert "{{7*7}}" in text
    assert re.search(r"\b49\b", text) is None


def test_what_is_denied_is_not_claimed(hostile: Served) -> None:
    """A medicine of the register alone is shown with what the register says, without sections that it says nothing of."""
    tree = seen(hostile, LUMYKRAS.replace("005522", "009999"))
    titles = [each.text_content() for each in tree.xpath("//main//h2")]
    assert titles == ["On what terms", "The medicine and its documents", "Versions and changes"]
    assert "Additional monitoring" not in tree.text_content()


def test_the_day_of_an_authorisation_is_told_at_the_head(served: Served) -> None:
    """The day of an authorisation stands in words at the head of the page, with a link to the fact that tells it."""
    tree = seen(served, LUMYKRAS)
    (link,) = tree.xpath("//dl[contains(@class, 'key')]//a[text()='6 January 2022']/@href")
    assert tree.xpath(f"//li[@id='{link[1:]}']")
