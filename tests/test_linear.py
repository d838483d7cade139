"""Nasty texts: no rule, and no reader of files, takes more than a bounded time for a sentence, whatever stands in it."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from epargraph.errors import SourceError
from epargraph.extract import LONGEST_SENTENCE, extract
from epargraph.model import Document, Section
from epargraph.read import html, read
from epargraph.resources import DATA
from epargraph.rules import MEDICINE, SUBSTANCE, Rule, load

BUDGET = 1.0
"""Seconds of processor time for the longest sentence: a hundred times what most rules need, far less than backtracking takes."""

LENGTHS = (*range(16, 34, 2), 48, 64, 128, 256, 512, 1024, 2048, LONGEST_SENTENCE)
"""Characters, short ones first and few more at a time: what explodes is found out while it takes a little over the budget."""

REPEATED = (
    *("(", ")", "()", "a (b) ", "((", "( ", "[", "‘", "’", "“a” ", "'a' ", '"', "(" + "a " * 30),
    *(",", ", ", "a, ", "a,", ";", ": ", "; a", ". ", "a.b", "-", "a-", " - ", "/", "a/"),
    *(
        "a",
        "a ",
        "A",
        "A ",
        "Aa ",
        "aB",
        "e",
        "s ",
        "and ",
        "or ",
        "a and ",
        "a or b, ",
        "of ",
        "in the ",
        "to the ",
        "with ",
    ),
    *(
        "1",
        "1 ",
        "1,",
        "1, ",
        "1.",
        "1. ",
        "1 000 ",
        "1,000",
        "1-",
        "1 to ",
        "1% ",
        "1 mg ",
        "1 in 10 ",
        "1 (2) ",
        "one ",
    ),
    *(
        MEDICINE,
        f"{MEDICINE} ",
        f"{MEDICINE}, ",
        SUBSTANCE,
        f"{SUBSTANCE} and ",
        f"{MEDICINE}{SUBSTANCE}",
        "•",
        "\u00a0",
    ),
)
"""Stretches that patterns meet again and again when they are repeated."""


def texts(pattern: str) -> Iterator[str]:
    """What is repeated to be nasty for a pattern: stretches of all kinds, and the words that it looks for itself."""
    bare = re.sub(r"\(\?P<\w+>|\\b|\(\?[:=!i]+|\(\?<[=!]", "(", pattern.replace(r"\s", " "))
    words = list(dict.fromkeys(re.findall(r"[A-Za-z][A-Za-z -]{2,}", bare)))
    yield from REPEATED
    yield from (f"{word} " for word in words)
    yield from (" ".join(some) + " " for some in (words, words[::-1], words[::2], words[1::2]) if some)


def seconds(task: Callable[[], object]) -> float:
    """The processor time that a task takes, the better one of two where the first is long."""
    took = []
    for _ in range(2):
        start = time.process_time()
        task()
        took.append(time.process_time() - start)
        if took[0] < BUDGET / 2:
            break
    return min(took)


def too_long(pattern: re.Pattern[str]) -> str:
    """What the pattern takes too long for; empty where it keeps within the time for all nasty texts."""
    for repeated in texts(pattern.pattern):
        for length in LENGTHS:
            text = (repeated * (length // len(repeated) + 1))[:length]
            if (took := seconds(lambda text=text: pattern.findall(text))) > BUDGET:  # type: ignore[misc]
                return f"{took:.1f} s for {length} characters of {repeated[:60]!r}"
    return ""


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.id)
def test_no_pattern_backtracks_for_long(rule: Rule) -> None:
    """A rule's pattern goes through the longest sentence within the time, whatever is repeated in it."""
    assert not too_long(rule.pattern)


@pytest.mark.parametrize(
    "pattern", [r"(?:[a-z]+\s?)+:", r"\b(?P<text>(?:\w|\s)+)+%", r"(?:[^.]*,)*[^.]*;", r"\(.*\s.*\s.*\s.*\)\sare"]
)
def test_a_pattern_that_backtracks_is_found(pattern: str) -> None:
    """A pattern that tries the same words again and again is found out."""
    assert too_long(re.compile(pattern))


LONG = 1_000_000
GROWTH = 9
"""Times as long a text four times as long may take: linear is 4, quadratic 16."""


def grows(task: Callable[[str], object], repeated: str, length: int = LONG) -> str:
    """How much longer the task takes for a long text of the repeated words than for a quarter of it; empty where linear."""
    long = (repeated * (length // len(repeated) + 1))[:length]
    quarter = long[: length // 4]
    few, many = (seconds(lambda text=text: task(text)) for text in (quarter, long))  # type: ignore[misc]
    return f"{few:.2f} s, four times as much {many:.2f} s" if many > max(GROWTH * few, 1.0) else ""


LINES = (
    "What is Abc and what is it used for? ",
    "How is Abc used\n",
    "What " * 30,
    "Other information about Abc: ",
    "EMA/1/2020 ",
    "Page 1/2 ",
    "1/2\n",
    "• a\n",
    "a\n\n",
    "a-\n",
    "The European Medicines Agency decided that ",
    "Abc is a medicine used to treat (a) b, c and d. ",
    "An agency of the European Union ",
    "© European Medicines Agency, 2020. ",
)


@pytest.mark.parametrize("repeated", [*REPEATED[::4], *LINES], ids=repr)
def test_reading_is_linear(repeated: str, tmp_path: Path) -> None:
    """A text of a megabyte is read in a time that grows with its length and no faster."""
    file = tmp_path / "nasty.txt"

    def task(text: str) -> None:
        file.write_text(f"An overview of Abc and why it is authorised in the EU\n{text}", encoding="utf-8")
        with contextlib.suppress(SourceError):
            read(file)

    assert not grows(task, repeated)


TAGS = (
    "<div>",
    "<b>",
    "<p>a",
    "<li>a ",
    "<!--",
    "<",
    "</div>",
    "<a href='",
    "<td>a",
    "<br>",
    "&amp;",
    '<i class="cookie">a',
)


@pytest.mark.parametrize("repeated", TAGS)
def test_reading_web_pages_is_linear(repeated: str) -> None:
    """A page of a megabyte of the same tag is read in a time that grows with its length and no faster."""
    assert not grows(lambda text: html.visible(f"<html><body><main>{text}"), repeated)


OVERVIEW = read(DATA / "overviews" / "lumykras-epar-medicine-overview_en.txt")


@pytest.mark.parametrize("section", OVERVIEW.sections, ids=lambda section: section.name)
def test_extraction_is_linear(section: Section) -> None:
    """A section that says the same again and again is extracted in a time that grows with its length and no faster."""

    def task(text: str) -> None:
        extract(Document(text, (Section(section.name, 0, len(text)),), "long.txt", "0" * 64, "text/plain"))

    body = OVERVIEW.text[section.start : section.end].strip("\n")
    assert not grows(task, f"{body}\n", 200_000)
