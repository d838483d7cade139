"""The ontology's documentation as a web page, made by pyLODE."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree, html

from epargraph.errors import RuleError
from epargraph.resources import ONTOLOGY
from epargraph.vocabulary import EPAR

_LONGEST = 120
"""Seconds that pyLODE may take; it takes two."""

_PROGRAM = """
import sys
from pathlib import Path
from pylode import OntPub
Path(sys.argv[2]).write_text(OntPub(Path(sys.argv[1]), sort_subjects=True).make_html(), "utf-8")
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page in HTML, and the style sheet that it links to by the name `STYLE`."""

    html: str
    css: str


STYLE = "documentation.css"
"""The name under which the page asks for its style sheet."""


@cache
def ontology_page() -> Page:
    """Return the documentation of the ontology: no script, no style in it, no request to elsewhere; the same each time.

    Each term has its local name as an anchor, so that the page can stand at the ontology's IRI. RuleError where pyLODE
    fails.
    """
    return _tidied(_made(ONTOLOGY / "epargraph.ttl"))


def _made(ontology: Path) -> str:
    """Return what pyLODE makes of an ontology.

    It runs apart and from a copy: on import it sets up logging, on an error it ends the process, and it keeps pickles in
    its own folder, where a user may not be allowed to write.
    """
    found = find_spec("pylode")
    if found is None or not found.submodule_search_locations:
        raise RuleError("pylode", "it is not installed", "install epargraph again")
    with TemporaryDirectory(prefix="epargraph-") as folder:
        copy, page = Path(folder) / "lib" / "pylode", Path(folder) / "page.html"
        shutil.copytree(
            found.submodule_search_locations[0], copy, ignore=shutil.ignore_patterns("__pycache__", "*.pickle")
        )
        paths = os.pathsep.join([str(copy.parent), *(each for each in sys.path if each)])
        ran = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(ontology), str(page)],
            env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
        if ran.returncode or not page.is_file():
            told = (ran.stdout + ran.stderr).decode(errors="replace").strip().splitlines()
            raise RuleError(ontology.name, f"pyLODE fails ({told[-1] if told else 'without a word'})", "mend the file")
        return page.read_text("utf-8")


def _tidied(made: str) -> Page:
    """Return the page with its style apart, without pictures of pyLODE's, and with an anchor for each term."""
    tree = html.document_fromstring(made)
    head = tree.find("head")
    assert head is not None
    styles = head.findall("style")
    css = "\n".join((each.text or "").strip() for each in styles) + "\n"
    for each in [*styles, *(link for link in head.findall("link") if link.get("href", "").startswith("data:"))]:
        head.remove(each)
    etree.SubElement(head, "link", rel="stylesheet", href=STYLE)
    tree.set("lang", "en")
    ids = {str(each) for each in tree.xpath("//*[contains(concat(' ', @class, ' '), ' entity ')]/@id")}
    for part in tree.xpath("//*[@id]"):  # a part of the page that is called like a term
        if part.get("id") in ids and "entity" not in part.get("class", "").split():
            css = css.replace(f"#{part.get('id')}", f"#page-{part.get('id')}")
            part.set("id", f"page-{part.get('id')}")
    ids.update(tree.xpath("//@id"))
    for entity in tree.find_class("entity"):
        iri = next((text for text in entity.xpath(".//code/text()") if text.startswith(EPAR)), "")
        name = iri.removeprefix(EPAR)
        if name and name not in ids:
            ids.add(name)
            anchor = etree.Element("span", id=name)
            anchor.tail, entity.text = entity.text, None
            entity.insert(0, anchor)
    return Page(html.tostring(tree, doctype="<!DOCTYPE html>", encoding="unicode") + "\n", css)
