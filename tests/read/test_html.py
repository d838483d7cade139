"""What `read` makes of saved web pages."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import pytest

from epargraph.errors import SourceError
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
