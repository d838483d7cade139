"""The pages across medicines, of things, of the model and of questions, as a client without JavaScript gets them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from lxml import html

from epargraph.build import OVERVIEWS, build
from epargraph.graph import DEFAULT_BASE
from epargraph.queries import load
from epargraph.serve.negotiation import ROWS
from epargraph.serve.pages.conditional import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.serve.conftest import Served, Serving

MEDICINE = "/medicine/EMEA-H-C-005522"
PAGES = (
    *("/conditional", "/by-year", "/glossary", "/model", "/ontology.html", "/query", "/queries?format=html"),
    *("/substance/sotorasib.html", "/condition/non-small-cell-lung-cancer.html", "/biomarker/KRAS-G12C.html"),
    *("/gene/KRAS.html", f"{MEDICINE}/study/233bba6fbe98.html", f"{MEDICINE}/study/6e8c69d29e5f.html"),
    "/queries/dose_ladder_and_stop_rule?format=html",
)


def seen(served: Served, path: str, status: int = 200) -> html.HtmlElement:
    reply = served.get(path, "text/html")
    assert (reply.status, reply.media) == (status, "text/html"), reply.text[:500]
    return html.document_fromstring(reply.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def answer(tree: html.HtmlElement) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in tree.xpath("//table[contains(@class, 'answer')]//tr")]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_asks_for_nothing_from_elsewhere(served: Served, path: str) -> None:
    """Each page has a title and one heading of the first rank, no inline script or style, and files of this server alone."""
    tree = seen(served, path)
    assert "epargraph" in tree.findtext("head/title", "")
    assert len(tree.xpath("//h1")) == 1
    assert not tree.xpath("//style | //@style | //@onclick | //script[not(@src)] | //img | //iframe")
    files = tree.xpath("//script/@src | //link/@href")
    assert all(each.startswith("/static/") for each in files)
    assert {served.get(each).status for each in files} == {200}
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_no_link_of_a_page_is_broken(served: Served, path: str) -> None:
    """What a page links to on this server is there, but for the pages of medicines that others make."""
    tree = seen(served, path)
    within = {each.partition("#")[0] for each in tree.xpath("//a/@href") if each.startswith("/")}
    sample = sorted(within)[:: max(1, len(within) // 12)]
    assert {each: status for each in sample if (status := served.get(each, "text/html").status) not in (200, 303)} == {}
    ids = set(tree.xpath("//@id"))
    assert {each for each in tree.xpath("//a/@href") if each.startswith("#") and each[1:] not in ids} == set()


def test_what_is_still_owed_is_told_with_its_words(served: Served) -> None:
    """The table has the medicine, its date, what it owes, the study awaited, and the words that say so."""
    (row,) = seen(served, "/conditional").xpath("//tbody/tr")
    assert "Lumykras" in words(row)
    assert "6 January 2022" in words(row)
    assert "study on efficacy, safety, compared with docetaxel" in words(row)
    first, second = (words(each) for each in row.find_class("said"))
    assert first.startswith("Since Lumykras has been given conditional authorisation")
    assert second.endswith("another cancer medicine, docetaxel.")
    assert f"{MEDICINE}/study/6e8c69d29e5f.html" in row.xpath(".//a/@href")


def test_the_table_is_filtered_and_sorted_without_javascript(served: Served) -> None:
    """Words, choices and columns are parts of the address; each heading says how the table is sorted."""
    tree = seen(served, "/conditional?q=nothing+fits&sort=owed&order=desc")
    assert not tree.xpath("//tbody/tr")
    assert tree.xpath("//input[@name='q']/@value") == ["nothing fits"]
    tree = seen(served, "/conditional?q=sotorasib&sort=owed&order=desc")
    assert len(tree.xpath("//tbody/tr")) == 1
    assert tree.xpath("//th/@aria-sort") == ["none", "none", "descending"]
    assert "/conditional?q=sotorasib&sort=owed" in tree.xpath("//th/a/@href")


def test_the_table_is_also_csv(served: Served) -> None:
    """The CSV has the same medicines, a row for each thing owed, under the same choice."""
    reply = served.get("/conditional.csv", q="lumykras")
    assert reply.media == "text/csv"
    header, row = csv.reader(io.StringIO(reply.text))
    assert header == list(COLUMNS)
    told = dict(zip(header, row, strict=True))
    assert (told["medicine"], told["product_number"], told["authorised"]) == (
        "Lumykras",
        "EMEA/H/C/005522",
        "2022-01-06",
    )
    assert "docetaxel" in told["quote"]
    assert len(served.get("/conditional.csv", q="nothing fits").text.splitlines()) == 1


def test_the_plot_has_a_table_beside_it(served: Served) -> None:
    """The numbers of the plot stand in a table and in a CSV too."""
    tree = seen(served, "/by-year")
    assert tree.xpath("//figure/svg/@role") == ["img"]
    assert [words(cell) for cell in tree.xpath("//tbody/tr/*")] == ["2022", "1", "1"]
    assert served.get("/by-year.csv").text.split() == ["year,conditional,all", "2022,1,1"]


def test_the_glossary_is_filtered_without_javascript(served: Served) -> None:
    """A word of a term or of its meaning finds it; each meaning leads to the fact on its medicine's page."""
    tree = seen(served, "/glossary")
    assert [words(each) for each in tree.xpath("//dt")] == [
        *(
            "increased levels of certain liver enzymes",
            "nausea",
            "placebo",
            "response to treatment",
            "systemic treatment",
        ),
    ]
    tree = seen(served, "/glossary?q=DUMMY")
    assert [words(each) for each in tree.xpath("//dt")] == ["placebo"]
    assert tree.xpath("//dd//a/@href") == [f"{MEDICINE}.html#definition-678b122b5338"]


def test_a_part_of_a_page_is_the_part_alone(served: Served) -> None:
    """With `part` the list comes without the page around it, for the script that shows it at once."""
    for path in ("/glossary", "/conditional"):
        part = served.get(path, part="1").text
        assert "<html" not in part
        assert part.strip() in served.get(path).text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/substance/sotorasib.html", ("Sotorasib", "1 medicine", "Lumykras", "chebi:178199", "exact match")),
        (
            "/condition/non-small-cell-lung-cancer.html",
            ("Non-small cell lung cancer", "Treatment: advanced", "Lumykras"),
        ),
        ("/biomarker/KRAS-G12C.html", ("KRAS G12C", "Test for KRAS G12C before treatment", "gene KRAS")),
        ("/gene/KRAS.html", ("KRAS", "biomarker KRAS G12C", "Lumykras")),
        (f"{MEDICINE}/study/233bba6fbe98.html", ("Main study in 124 people", "around 37% (46 of 124)", "NCT03600883")),
        (f"{MEDICINE}/study/6e8c69d29e5f.html", ("Awaited study", "Still owed of it", "docetaxel", "NCT04303780")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_thing_is_told_with_its_medicines(served: Served, path: str, told: tuple[str, ...]) -> None:
    """The page of a thing has its name, its medicines and what ties them to it, and its identifiers elsewhere."""
    page = words(seen(served, path).find("body/main"))
    assert [each for each in told if each.lower() not in page.lower()] == []


@pytest.mark.parametrize(
    "kind", ["substance", "condition", "biomarker", "gene", "therapeutic-area", "medicine/x/study"]
)
def test_an_unknown_thing_is_not_found(served: Served, kind: str) -> None:
    """What the graph does not have is answered by 404, also where its name is no name at all."""
    assert seen(served, f"/{kind}/none-such.html", 404) is not None
    assert served.get(f"/{kind}/{quote('<x>')}.html", "text/html").status == 404
    assert served.get(f"/{kind}/a%20b%22.html", "text/html").status == 404


def test_the_ontology_is_documented_at_its_iri(served: Served) -> None:
    """The ontology's address leads a browser to its documentation, where each term of the model has its place."""
    reply = served.get("/ontology", "text/html")
    assert (reply.status, reply.headers["location"]) == (303, "/ontology.html")
    tree = seen(served, "/ontology.html")
    places = {each.partition("#")[2] for each in seen(served, "/model").xpath("//a/@href") if "/ontology.html#" in each}
    assert len(places) > 40
    assert places - set(tree.xpath("//@id")) == set()
    assert "A dose of a medicine" in words(tree.get_element_by_id("Dose").getparent())


def test_the_editor_completes_what_the_ontology_defines(served: Served) -> None:
    """The terms that the editor completes are those of the ontology, with their definitions, and the known prefixes."""
    told = json.loads(served.get("/terms.json").body)
    terms = {each["name"]: each for each in told["terms"]}
    assert terms["epar:hasDose"]["means"] == "A dose that a source states for the medicine."
    assert terms["epar:Dose"]["what"] == "kind of fact"
    assert told["prefixes"]["epar"] == "https://w3id.org/epargraph/ontology#"


def test_a_query_is_answered_by_a_table_with_links(served: Served) -> None:
    """Things lead to their pages, numbers stand as they are, and the downloads and the permalink ask the same."""
    query = "SELECT ?dose ?amount WHERE { ?dose a epar:Dose ; epar:amount ?amount } ORDER BY DESC(?amount)"
    tree = seen(served, f"/query?query={quote(query)}")
    assert answer(tree) == [
        ["dose", "amount"],
        ["medicine/EMEA-H-C-005522/dose/54852e140997", "960"],
        ["medicine/EMEA-H-C-005522/dose/f8fd8dbe7bd3", "480"],
        ["medicine/EMEA-H-C-005522/dose/4a4d58034837", "240"],
    ]
    assert f"{MEDICINE}.html#dose-54852e140997" in tree.xpath("//td/a/@href")
    downloads = {words(each): each.get("href") for each in tree.xpath("//p[@class='download']/a")}
    assert served.get(downloads["CSV"]).text.splitlines()[0] == "dose,amount"
    assert len(json.loads(served.get(downloads["JSON"]).body)["results"]["bindings"]) == 3
    permalink = tree.xpath("//a[@data-copy]/@href")[0]
    assert answer(seen(served, permalink)) == answer(tree)
    assert seen(served, permalink).get_element_by_id("query").text_content().strip() == query


def test_a_graph_is_answered_by_triples_and_turtle(served: Served) -> None:
    """CONSTRUCT shows subject, predicate, object, and can be had as Turtle."""
    query = "CONSTRUCT { ?m epar:name ?n } WHERE { ?m a epar:Medicine ; epar:name ?n }"
    tree = seen(served, f"/query?query={quote(query)}")
    assert answer(tree)[1:] == [["medicine/EMEA-H-C-005522", "epar:name", "Lumykras"]]
    downloads = {words(each): each.get("href") for each in tree.xpath("//p[@class='download']/a")}
    reply = served.get(downloads["Turtle"])
    assert reply.media == "text/turtle"
    assert 'epar:name "Lumykras"' in reply.text


@pytest.mark.parametrize(("query", "told"), [("ASK { ?m a epar:Medicine }", "yes"), ("ASK { ?m a epar:None }", "no")])
def test_a_yes_or_no_is_told(served: Served, query: str, told: str) -> None:
    """ASK is answered by a word."""
    assert words(seen(served, f"/query?query={quote(query)}").find_class("verdict")[0]) == told


def test_a_fault_is_told_with_its_line(served: Served) -> None:
    """A query with a fault comes back with the line and the column, and stays in the editor."""
    query = "SELECT * WHERE {\n  ?dose a epar:Dose .\n  ?dose epar:amount amount\n}"
    tree = seen(served, f"/query?query={quote(query)}", 400)
    fault = tree.get_element_by_id("fault")
    assert (fault.get("role"), fault.get("data-line")) == ("alert", "3")
    assert "line 3" in words(fault)
    assert words(tree.get_element_by_id("query")) == " ".join(query.split())


@pytest.mark.parametrize(
    "query", ["SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }", "INSERT DATA { <a:a> <a:b> <a:c> }", "{" * 5000]
)
def test_what_is_refused_is_refused_here_too(served: Served, query: str) -> None:
    """The query page is under the same guard as the endpoint."""
    assert seen(served, f"/query?query={quote(query)}", 400).get_element_by_id("fault") is not None


def test_everything_that_is_shown_is_escaped(served: Served) -> None:
    """Markup in a query, its answer, a parameter or words sought is shown as text."""
    evil = "<script>alert(1)</script>"
    for path in (
        f"/query?query={quote(f'SELECT ?x {{ BIND ({chr(34)}{evil}{chr(34)} AS ?x) }}')}",
        f"/query?query={quote(evil)}",
        f"/conditional?q={quote(evil)}",
        f"/glossary?q={quote(evil)}",
        f"/queries/glossary?format=html&word={quote(evil)}",
    ):
        text = served.get(path, "text/html").text
        assert evil not in text
        assert "&lt;script&gt;" in text


def test_a_question_is_asked_by_a_form(served: Served) -> None:
    """The form has an input for each parameter, answers for the examples at first, and for what is given then."""
    assert served.get("/queries/glossary", "text/html").headers["vary"] == served.get("/queries").headers["vary"]
    tree = seen(served, "/queries/dose_ladder_and_stop_rule")
    assert tree.xpath("//input[@name='medicine']/@value") == ["lumykras"]
    assert [row[1] for row in answer(tree)[1:]] == ["1", "2", "3", ""]
    tree = seen(served, "/queries/dose_ladder_and_stop_rule?format=html&medicine=none")
    assert answer(tree) == []
    assert "0 rows" in words(tree)
    tree = seen(served, "/queries/glossary?format=html&word=placebo")
    assert [row[0] for row in answer(tree)[1:]] == ["placebo"]
    editor = next(each for each in tree.xpath("//a/@href") if each.startswith("/query?query="))
    assert answer(seen(served, editor)) == answer(tree)


def test_a_value_that_does_not_fit_is_told(served: Served) -> None:
    """A wrong value is answered by what would fit, on the page with the form."""
    name, parameter = next(
        (each.name, one.name) for each in load().values() for one in each.parameters if one.type == "code"
    )
    tree = seen(served, f"/queries/{name}?format=html&{parameter}=no-such-word", 400)
    assert "does not fit" in words(tree.get_element_by_id("fault"))
    assert tree.xpath(f"//select[@name='{parameter}']/option")


def test_every_question_is_listed(served: Served) -> None:
    """The list of questions links to each of the library's, and the editor has each as an example."""
    listed = seen(served, "/queries?format=html").xpath("//ul[@class='questions']//a/@href")
    assert listed == [f"/queries/{name}" for name in load()]
    examples = seen(served, "/query").xpath("//nav[@class='examples']//li/a/@href")
    assert examples == [f"/query?example={name}" for name in load()]
    tree = seen(served, examples[3])
    assert tree.get_element_by_id("query").text_content().strip() == list(load().values())[3].text.strip()
    assert not tree.xpath("//table")


def test_what_a_reviewer_set_aside_is_not_told(served: Served, serving: Serving, tmp_path: Path) -> None:
    """A rejected fact is gone from what is owed, from the glossary and from a thing; the page of a rejected study says so."""
    rejected = (
        "obligation/762212356536",
        "definition/678b122b5338",
        "test-requirement/488348c67134",
        "study/233bba6fbe98",
    )
    reviews = []
    for fact in (f"{DEFAULT_BASE}{MEDICINE[1:]}/{each}" for each in rejected):
        quotes = served.sparql(
            f"SELECT DISTINCT ?q {{ <{fact}> epar:evidence/oa:hasSelector/oa:exact ?q }}", ROWS["json"]
        )
        told = [each["q"]["value"] for each in json.loads(quotes.body)["results"]["bindings"]]
        usual = {"verdict": "reject", "reviewer": "https://example.org/a", "date": "2026-03-01", "reason": "a test"}
        reviews.append({"fact": fact, "quotes": told, **usual})
    (tmp_path / "a.review.json").write_text(json.dumps({"reviews": reviews}), "utf-8")
    assert not build([OVERVIEWS, tmp_path / "a.review.json"], tmp_path / "store").failures
    with serving(tmp_path / "store") as reviewed:
        assert "the overview tells of none" in words(seen(reviewed, "/conditional").find("body/main"))
        assert "placebo" not in words(seen(reviewed, "/glossary").find("body/main"))
        marker = words(seen(reviewed, "/biomarker/KRAS-G12C.html").find("body/main"))
        assert "Treatment: advanced" in marker
        assert "Test for" not in marker
        assert "A reviewer set aside" in words(seen(reviewed, f"{MEDICINE}/study/233bba6fbe98.html"))
        assert "A reviewer set aside" not in words(seen(reviewed, f"{MEDICINE}/study/6e8c69d29e5f.html"))
