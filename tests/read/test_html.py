"""What `read` makes of saved web pages."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from epargraph import kinds
from epargraph.errors import SourceError
from epargraph.extract import extract
from epargraph.model import Document
from epargraph.read import read
from epargraph.read.html import visible

PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>{title} | European Medicines Agency (EMA)</title>
<link rel="canonical" href="https://www.ema.europa.eu/en/medicines/human/EPAR/{title}">
<style>p {{ color: red }}</style><script>document.write("What is Script?")</script></head>
<body><header><nav><ul><li><a href="/">Home</a><li>Medicines</ul></nav></header>
<div class="cookie-consent">We use cookies. <button>Accept</button></div>
<div role="navigation">Breadcrumb &gt; {title}</div>
<main>{body}</main>
<footer>© 1995-2024 European Medicines Agency <p>Official address</p></footer></body></html>"""


def page(title: str, lines: list[str]) -> str:
    """Return a web page with the lines: questions as headings, bullets as lists, the rest as paragraphs."""
    body: list[str] = []
    for line in lines:
        words = html.escape(line).replace("Treatment", "<em>Treat</em>ment")
        if line.endswith("?"):
            body.append(f"<h2>\n{words}\n</h2>")
        elif line.startswith("• "):
            body.append(f"<ul>\n<li><div><p>{words[2:]}</div></ul>")
        else:
            body.append(f"<div><p>{words.replace(' and ', chr(10) + 'and&nbsp;')}<br></div>")
    return PAGE.format(title=title, body="\n".join(body))


@pytest.mark.parametrize("name", ["adravelo", "carbavenza"])
def test_web_page(shared: Callable[[str], Path], tmp_path: Path, name: str) -> None:
    """A saved page gives the same text and sections as its text alone, after the address the page gives itself."""
    plain = read(shared("corpus") / f"{name}.txt")
    path = tmp_path / f"{name}.html"
    path.write_text(page(name, plain.text.split("\n")), "utf-8")
    document = read(path)
    assert document.text == f"https://www.ema.europa.eu/en/medicines/human/EPAR/{name}\n{plain.text}"
    assert [section.name for section in document.sections] == [section.name for section in plain.sections]
    assert (document.media_type, document.pages) == ("text/html", ())


def test_page_without_main_part(overview: Path, tmp_path: Path) -> None:
    """An overview inside another site's page, unclosed tags and all, is read."""
    text = read(overview).text
    path = tmp_path / "saved"
    path.write_text("<html><body><table><tr><td>Menu<td><p>" + "<p>".join(text.split("\n")), "utf-8")
    assert read(path).text == f"Menu\n{text}"


@pytest.mark.parametrize(
    "content",
    ["<html></html>", "<!doctype html><script>What is X?</script>", "<html><p>What is new on this site?</p></html>"],
)
def test_other_pages(tmp_path: Path, content: str) -> None:
    """A page without an overview is refused."""
    path = tmp_path / "page.html"
    path.write_text(content)
    with pytest.raises(SourceError, match=r"it holds no words|it is not a medicine overview"):
        read(path)


def test_deep_page() -> None:
    """A page of 100,000 open tags is read without recursion."""
    assert "deep" in visible("<div>" * 100_000 + "deep") or visible("<div>" * 100_000 + "deep") == ""


FURNITURE_BEFORE = """<h1>{title}</h1><p>sotorasib</p><span>Authorised</span>
<p>This medicine is authorised for use in the European Union</p><ul><li><a>Overview</a><li><a>Product details</a></ul><h2>Overview</h2>"""
FURNITURE_AFTER = """<p>{title} : EPAR - Medicine overview</p><p>English (EN) (121.44 KB - PDF)</p><p>Last updated: 25/05/2023</p>
<ul><li>español (ES) (150 KB - PDF)</ul><h2>Product details</h2><div>Name of medicine</div><div>{title}</div>
<div>Active substance</div><div>sotorasib</div><div>Therapeutic area (MeSH)</div><div>Carcinoma, Non-Small-Cell Lung</div>
<h3>Therapeutic indication</h3><p>{title} as monotherapy is indicated for the treatment of adults with advanced disease who have
progressed after at least one prior line of systemic therapy.</p><h2>Authorisation details</h2><div>EMA product number</div>
<div>EMEA/H/C/005522</div><div>Marketing authorisation holder</div><div>Defol Europe BV</div><div>Opinion adopted</div>
<div>11/11/2021</div><h2>Assessment history</h2><p>Dose: 2 tablets</p><h2>News</h2><p>This page was last updated on 25/03/2025</p>"""


def test_what_stands_around_an_overview_is_not_read_as_part_of_it(overview: Path, tmp_path: Path) -> None:
    """EMA's page with its lists of files and product details gives the facts of the overview, and its own holder, no more."""
    plain = read(overview)
    begin = next(section.start for section in plain.sections if section.name == "what")
    lines = plain.text[begin:].strip("\n").split("\n")
    body = [f"<h3>{html.escape(each)}</h3>" if each.endswith("?") else f"<p>{html.escape(each)}</p>" for each in lines]
    inside = [FURNITURE_BEFORE.format(title="Lumykras"), *body, FURNITURE_AFTER.format(title="Lumykras")]
    path = tmp_path / "lumykras.html"
    path.write_text(PAGE.format(title="Lumykras", body="\n".join(inside)), "utf-8")

    def stated(document: Document) -> set[str]:
        return {str(kinds.to_json(replace(fact, evidence=()))) for fact in extract(document).facts}

    found, expected = stated(read(path)), stated(plain)
    assert {each.split("'")[3] for each in expected - found} <= {"Document", "Authorisation"}
    assert {each.split("'")[3] for each in found - expected} <= {"Document", "Authorisation"}
