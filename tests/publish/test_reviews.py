"""What reviewers say of facts, in a release."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from lxml import html
from pyoxigraph import RdfFormat, parse

from epargraph.build import OVERVIEWS, build
from epargraph.publish import imprint, publish
from epargraph.stores import open_store

MEDICINE = "https://w3id.org/epargraph/medicine/EMEA-H-C-005522"
READ, CORRECTED = "54852e140997", "6be9e180d676"
REVIEWER = "https://orcid.org/0000-0002-1825-0097"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("reviewed")
    verdict = {
        "fact": f"{MEDICINE}/dose/{READ}", "verdict": "correct", "fields": {"amount": 480}, "date": "2026-03-01",
        "quotes": ["The recommended dose is 960 mg once per day."], "reviewer": REVIEWER, "reason": "an example",
    }  # fmt: skip
    (where / "ann.review.json").write_text(json.dumps({"reviews": [verdict]}), "utf-8")
    assert not build([OVERVIEWS, where / "ann.review.json"], where / "store").failures
    with open_store(where / "store") as store:
        publish(store, where / "release", imprint(store))
    return where / "release"


def test_the_table_tells_what_was_set_aside(release: Path) -> None:
    """The fact that was read and the one that takes its place have a row each, with what the reviewer made of them."""
    with (release / "tables/Dose.csv").open(newline="", encoding="utf-8") as file:
        told = {row["fact"].rpartition("/")[2]: row for row in csv.DictReader(file)}
    assert told[READ]["review"].startswith("set aside (correct: ")
    assert told[CORRECTED]["review"].startswith("corrected (correct: ")
    assert (told[CORRECTED]["amount"], told[CORRECTED]["quote"]) == ("480", told[READ]["quote"])


def test_the_page_shows_both(release: Path) -> None:
    """The page shows the machine's reading and the correction; the terms of schema.org have the correction alone."""
    tree = html.document_fromstring((release / "medicine/EMEA-H-C-005522.html").read_text("utf-8"))
    assert "set aside" in tree.get_element_by_id(f"dose-{READ}").text_content()
    assert "corrected" in tree.get_element_by_id(f"dose-{CORRECTED}").text_content()
    schedules = json.loads(tree.xpath("//script")[0].text)["doseSchedule"]
    assert [each["doseValue"] for each in schedules].count("480") == 2
    assert "960" not in [each["doseValue"] for each in schedules]


def test_what_was_set_aside_is_no_nanopublication(release: Path) -> None:
    """The correction is a nanopublication attributed to the reviewer, with the verdict; what it corrects is none."""
    quads = list(parse(path=release / "medicine/EMEA-H-C-005522.trig", format=RdfFormat.TRIG))
    subjects = {each.object.value for each in quads if each.predicate.value.endswith("/terms/subject")}
    assert f"{MEDICINE}/dose/{CORRECTED}" in subjects
    assert f"{MEDICINE}/dose/{READ}" not in subjects
    by = [each.object.value for each in quads if each.predicate.value.endswith("#wasAttributedTo")]
    assert by.count(REVIEWER) == 1
    assert any(each.predicate.value.endswith("#reason") for each in quads)
