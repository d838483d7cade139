"""Extraction as a whole: what holds for every document."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epargraph import kinds
from epargraph.extract import extract
from epargraph.extract.doubt import settled
from epargraph.extract.engine import Found
from epargraph.extract.sentences import Sentence, sentences
from epargraph.kinds import Value
from epargraph.model import Document, Section
from epargraph.read import read
from epargraph.resources import DATA

LUMYKRAS = DATA / "overviews" / "lumykras-epar-medicine-overview_en.txt"


def document(text: str, section: str = "use") -> Document:
    return Document(text, (Section(section, 0, len(text)),), "example", "0" * 64, "text/plain")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def texts(shared: Callable[[str], Path]) -> list[Document]:
    return [read(path) for path in sorted(shared("corpus").glob("*.txt"))]


def check(read_document: Document) -> None:
    for fact in extract(read_document).facts:
        assert fact.evidence, fact
        for each in fact.evidence:
            assert read_document.text[each.start : each.end] == each.quote
            assert 0 < len(each.quote) <= 600
            assert each.quote == each.quote.strip()
            assert not any(each.start < cut < each.end for cut in read_document.breaks)


def test_every_fact_of_the_real_overview_has_its_words() -> None:
    """Each fact has quotes that stand at their offsets, none over a place where layout was cut out."""
    check(read(LUMYKRAS))


def test_every_fact_of_the_practice_overviews_has_its_words(texts: list[Document]) -> None:
    """What holds for one document holds for all layouts and subjects."""
    for each in texts:
        check(each)


def test_the_same_document_gives_the_same_facts() -> None:
    """Extraction has no clock and no chance."""
    assert extract(read(LUMYKRAS)).to_json() == extract(read(LUMYKRAS)).to_json()


WORDS = (
    "the recommended dose is 20 mg once a day every two weeks in adults ( ) , . ; : • 1 in 10 people may affect up to more "
    "than side effects are study of 124 patients compared with placebo 37% (46 out of 124) used to treat cancer until"
).split(" ")


@given(
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.sampled_from(["what", "use", "benefits", "risks", "why", "other"]),
)
@settings(max_examples=150, deadline=None)
def test_any_text_gives_only_quoted_facts(text: str, section: str) -> None:
    """No arrangement of the words of overviews makes extraction fail or quote what is not there."""
    check(document(text, section))


def test_what_was_not_read_is_listed() -> None:
    """A sentence that no rule reads is listed as unread; what every overview repeats is not."""
    text = "The moon is made of green cheese. For more information about using Xyzmed, see the package leaflet."
    extraction = extract(document(text))
    assert [text[each.start : each.end] for each in extraction.unread] == ["The moon is made of green cheese."]


def test_contradicting_readings_are_dropped_and_listed() -> None:
    """Where two rules read the same words in contradicting ways, neither reading stands, and the sentence is listed."""
    text = "Xyzmed can only be obtained with a prescription and is available without a prescription."
    extraction = extract(document(text))
    assert [type(fact).__name__ for fact in extraction.facts] == []
    assert [text[each.start : each.end] for each in extraction.doubtful] == [text]
    assert extraction.doubtful == extraction.unread


def reading(rule: str, at: int, end: int, kind: str = "Dose", **fields: Value) -> Found:
    sentence = Sentence("The dose is 20 mg or 40 mg.", 0, 27, "use")
    return Found(kind, dict(fields), (sentence,), rule, at, end)


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        (reading("a", 12, 17, amount=20), reading("b", 12, 17, amount=20, unit="mg"), 2),
        (reading("a", 12, 17, amount=20), reading("b", 12, 26, amount=40), 0),
        (reading("a", 12, 17, amount=20), reading("b", 21, 26, amount=40), 2),
        (reading("a", 12, 26, amount=20), reading("a", 12, 26, amount=40), 2),
        (reading("a", 0, 9, "Rationale", aspect="safety"), reading("b", 0, 9, "Rationale", aspect="efficacy"), 2),
    ],
    ids=["agree", "contradict", "of other words", "of one rule", "two aspects"],
)
def test_what_contradicts(one: Found, other: Found, kept: int) -> None:
    """Readings contradict each other where different rules give one field different values from the same words."""
    readings, doubtful = settled([one, other])
    assert len(readings) == kept
    assert bool(doubtful) == (kept == 0)


NASTY = {
    "spaces": " ",
    "letters": "a",
    "digits": "1",
    "amounts": "1 mg ",
    "brackets": "(",
    "nested": "(a, ",
    "commas": "rash, ",
    "shares": "37% (46 out of 124) ",
    "times": "once a day every ",
    "people": "adults with and ",
    "and": "and ",
}


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_time_grows_with_length_alone(nasty: str) -> None:
    """Ten times the nasty text takes no more than about ten times the time: no rule backtracks without bound.

    The longer text is 1 MB; the bound is wide, since a pattern that explodes takes hours.
    """
    lead = "The recommended dose of the medicine used to treat adults in the study is "
    piece = lead + nasty * (3800 // len(nasty)) + ". "

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        for section in ("use", "benefits", "risks"):
            extract(document(text[: size // 3], section))
        return time.process_time() - start

    seconds(10_000)
    short = max(seconds(100_000), 0.05)
    assert seconds(1_000_000) < 30 * short


def test_every_kind_is_made_by_some_rule_or_subject(texts: list[Document]) -> None:
    """Together the practice overviews show each kind of fact at least once."""
    seen = {type(fact).__name__ for each in texts for fact in extract(each).facts}
    assert seen == set(kinds.KINDS)


def test_a_list_without_signs_is_a_list() -> None:
    """Lines in lower case below a colon are the items of a list, as on web pages that lost their bullets."""
    text = "Xyzmed is used to treat:\nasthma in adults;\nchronic hives in children.\nXyzmed contains abc."
    told = list(sentences(document(text, "what")))
    assert [(each.text, each.bullet) for each in told] == [
        ("Xyzmed is used to treat:", False),
        ("asthma in adults;", True),
        ("chronic hives in children.", True),
        ("Xyzmed contains abc.", False),
    ]
