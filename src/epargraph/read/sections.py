"""Find the sections of an overview: by its headings, and where those are missing by tell-tale sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from epargraph.model import Section, SectionName, Span
from epargraph.read.layout import Paragraph

ORDER: tuple[SectionName, ...] = get_args(SectionName)


def _forms(*forms: tuple[SectionName, list[str]]) -> tuple[tuple[SectionName, re.Pattern[str]], ...]:
    return tuple((name, re.compile("|".join(each))) for name, each in forms)


TELL_TALES = _forms(
    ("what", [r"\S.{0,100}? (?:is|are) (?:an? |used )(?!overview\b)", r".{0,300}contains? the active substance"]),
    (
        "use",
        [
            r".{0,300}?(?:can only be obtained with|can be obtained without) a prescription",
            r"\S.{0,100}? is available as ",
        ],
    ),
    (
        "work",
        [
            r"The active substances? (?:in|of) |Vaccines work by |Exactly how ",
            r".{0,150}(?:is|are) (?:thought|expected) to work",
        ],
    ),
    (
        "benefits",
        [
            r".{0,200}?(?:main|field) stud(?:y|ies)",
            r".{0,200}?(?:was compared with|been (?:investigated|studied) in|bioequivalence|were first tested in)",
            r".{0,200}?(?:published literature|[Ss]tudies (?:have |comparing ))",
            r".{0,200}?(?:was|were) (?:shown to be )?(?:more |as )?effective",
        ],
    ),
    (
        "risks",
        [
            r"The (?:most common|most frequent|safety of)",
            r".{0,200}most (?:common|frequent|important) (?:serious )?side effects?",
        ],
    ),
    (
        "why",
        [
            r".{0,400}?(?:Agency|Committee|CHMP|CVMP|EMA)(?:\)|,)?(?:,? therefore,?)? "
            r"(?:noted|decided|considered|concluded|recommended)",
            r".{0,400}?benefits? (?:are|is|outweighs?) (?:greater than|the identified|its risks)",
            r".{0,400}?(?:Agency|CHMP)[’']\s?s view was",
        ],
    ),
    (
        "awaited",
        [
            r"(?:Since|Because|As) .{1,120}? (?:given|granted|authorised under) .{0,30}"
            r"(?:conditional|exceptional circumstances)"
        ],
    ),
    (
        "measures",
        [
            r".{0,300}been included in the summary of product characteristics",
            r"As for all medicines",
            r"The company that (?:markets|makes) .{1,120} (?:will|must)",
        ],
    ),
    (
        "other",
        [
            r".{0,200}?(?:received|granted) an? .{0,40}marketing authorisation valid",
            r"This (?:overview|summary|EPAR) was (?:last|first)",
        ],
    ),
)
"""Forms of the sentences that open a section; the order is that of the template."""
_LEADS_ON: dict[SectionName, re.Pattern[str]] = {
    "work": re.compile(r"For (?:more|further) information about (?:using|the use of) "),
    "why": re.compile(r".{0,2000}For the (?:full|complete) list of (?:all )?(?:side effects|restrictions)"),
}
"""A closing sentence of one section, after which the next paragraph opens the named one."""
_AFTERWARDS = re.compile(
    r"(?:Product details|Product information|Authorisation details|Assessment history|News on|More information on"
    r"|Topics|Share this page|Page contents|\S.{0,100} ?: EPAR - (?:Medicine overview|Summary for the public))\b"
)
"""What a web page shows after the text of the overview."""


def sections(paragraphs: Sequence[Paragraph], starts: Sequence[int]) -> tuple[Section, ...]:
    """Return the sections, in the order of the text; `starts` holds the offset of each paragraph.

    A section that has no heading begins at the first paragraph, in the template's order, that tells it.
    """
    headed = {p.section for p in paragraphs if p.kind == "heading"}
    opened: list[tuple[SectionName, int, Span | None]] = []
    current = 0
    begun: set[SectionName] = set()
    leads: SectionName | None = None
    tail = False
    for paragraph, start in zip(paragraphs, starts, strict=True):
        end = start + len(paragraph.text)
        if paragraph.kind == "heading" and paragraph.section:
            opened.append((paragraph.section, end + 1, Span(start, end)))
            current = ORDER.index(paragraph.section)
            begun.add(paragraph.section)
            leads, tail = None, False
            continue
        if paragraph.kind == "copyright":
            continue
        if _AFTERWARDS.match(paragraph.text) and begun and "other" not in headed:
            tail = True
            if current < len(ORDER) - 1:
                opened.append(("other", start, None))
                current = len(ORDER) - 1
        found = None if tail else _told(paragraph, current, headed - begun, leads)
        if found:
            opened.append((found, start, None))
            current = ORDER.index(found)
            begun.add(found)
        leads = _leads_on(paragraph, current, headed)
    length = starts[-1] + len(paragraphs[-1].text) if paragraphs else 0
    ends = [*((heading.start if heading else begin) - 1 for _, begin, heading in opened[1:]), length]
    return tuple(
        Section(name, min(begin, length), max(min(begin, length), end), heading)
        for (name, begin, heading), end in zip(opened, ends, strict=False)
    )


def _told(
    paragraph: Paragraph, current: int, headed: set[SectionName | None], leads: SectionName | None
) -> SectionName | None:
    """Return the section that the paragraph opens without a heading, if any."""
    text = paragraph.text
    if paragraph.kind == "bullet" or len(text) < 30:
        return None
    if leads:
        told = (name for name, form in TELL_TALES[ORDER.index(leads) - 1 :] if name not in headed and form.match(text))
        return next(told, leads)
    # No section is inferred past one that a heading still announces.
    for name, form in TELL_TALES[current:]:
        if name in headed:
            return None
        if form.match(text):
            return name
    return None


def _leads_on(paragraph: Paragraph, current: int, headed: set[SectionName | None]) -> SectionName | None:
    for name, form in _LEADS_ON.items():
        if name not in headed and ORDER.index(name) > current and form.match(paragraph.text):
            return name
    return None


def told(text: str) -> set[SectionName]:
    """Return the sections that some paragraph of the text tells of, headings aside; each is looked for once."""
    return {name for name, form in _DISTINCT if form.search(text)}


_DISTINCT = _forms(
    ("what", [r"contains? the active substances?\b", r"is a (?:vaccine|cancer medicine|medicine (?:used|that))"]),
    (
        "use",
        [r"(?:can|could) only be obtained with a prescription", r"For (?:more|further) information about using "],
    ),
    ("risks", [r"The most common side effects? ", r"For the full list of (?:all )?(?:side effects|restrictions)"]),
    (
        "why",
        [
            r"decided that .{1,60}benefits are greater than its risks",
            r"can be authorised for use in the EU",
            r"be given marketing authorisation",
        ],
    ),
    (
        "measures",
        [
            r"have (?:also )?been included in the summary of product characteristics and the package leaflet",
            r"As for all medicines, data on the use",
        ],
    ),
    (
        "other",
        [r"marketing authorisation valid throughout the E", r"This (?:overview|summary) was last updated"],
    ),
)
"""Sentences that hardly any document but an overview has."""
