"""The ontology's documentation as a web page."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

from lxml import html

from epargraph import vocabulary
from epargraph.documentation import STYLE, ontology_page

_DIGEST = "import hashlib; from epargraph.documentation import ontology_page as p; print(hashlib.sha256(repr(p()).encode()).hexdigest())"


def test_each_term_has_its_anchor() -> None:
    """The page has an anchor for each class and property of the ontology, with its definition beside it."""
    tree = html.document_fromstring(ontology_page().html)
    ids = tree.xpath("//@id")
    missing = {iri.removeprefix(vocabulary.EPAR) for iri in vocabulary.terms()} - set(ids)
    assert not missing
    assert len(ids) == len(set(ids))
    dose = tree.get_element_by_id("Dose").getparent()
    assert "A dose of a medicine" in " ".join(dose.text_content().split())


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    """The page has no script that runs, no style of its own, no picture; it asks for its style sheet alone."""
    tree = html.document_fromstring(ontology_page().html)
    assert tree.xpath("//link/@href") == [STYLE]
    assert {each.get("type") for each in tree.iter("script")} <= {"application/ld+json"}
    assert not tree.xpath("//style | //@style | //img | //iframe | //@onclick")
    assert "url(" not in ontology_page().css
    assert "@import" not in ontology_page().css


def test_the_page_is_the_same_each_time() -> None:
    """Another process with another order of sets and another locale makes the same page."""
    env = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    told = subprocess.run([sys.executable, "-c", _DIGEST], env=env, capture_output=True, check=True, text=True)
    assert told.stdout.strip() == hashlib.sha256(repr(ontology_page()).encode()).hexdigest()
