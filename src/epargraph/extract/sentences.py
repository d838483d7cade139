"""The sentences of a document: where each stands, in which section, under which lead-in and sub-heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from epargraph.model import Document, SectionName

BULLET = "• "
_DASH = re.compile(r"(?:^|(?<=;)\s)[−–-]\s(?=\w)")

_END = re.compile(
    r"[.?!](?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bNo\.)(?<!\bLtd\.)(?<!\bapprox\.)(?<!\bspp\.)(?<!\bsp\.)(?!(?<=\s[A-Z]\.)\s[A-Z]\.)"
    r"['’”\")]?\s+(?=(?:['‘“\"(]\s?)?(?:[A-Z0-9]|•|[a-z]+[A-Z]))"
)
_LISTED = re.compile(r"[^.;:]{10,250}\b(?:following|used|treat|prevent|against)\b[^.;:]{0,60}:\s(?=[^;]{5,400};\s)")
_ITEM = re.compile(r"(?<=;)\s(?:and\s|or\s)?")
_INLINE_BULLET = re.compile(r"\s*•\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or a bullet: `document.text[start:end] == text`.

    `lead` is the sentence ending in a colon that a bullet belongs to (in "what", of a list within a list, a bullet itself), `heading` the sub-heading in force.
    """

    text: str
    start: int
    end: int
    section: SectionName
    bullet: bool = False
    lead: Sentence | None = None
    heading: str | None = None

    def __hash__(self) -> int:  # sentences are looked up again and again, and no two of a document begin at one place
        return self.start


def _pieces(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a paragraph, never splitting inside brackets."""
    begin, depth, counted = 0, 0, 0
    for cut in _END.finditer(text):
        last = cut.start() + 1
        depth += text.count("(", counted, last) - text.count(")", counted, last)
        counted = last
        if depth > 0 and ")" in text[last : last + 300]:
            continue
        depth = 0
        yield start + begin, start + cut.start() + len(cut[0].rstrip())
        begin = cut.end()
    if text[begin:].strip():
        yield start + begin, start + len(text)


def _is_heading(line: str) -> bool:
    words = line.split()
    return bool(words) and len(words) <= 10 and line[0].isupper() and line[-1] not in ".:;,?!" and " is " not in line


def sentences(document: Document) -> Iterator[Sentence]:
    """Yield the sentences and bullets of each section in the order of the text; section headings are left out."""
    headings = {section.heading.start for section in document.sections if section.heading}
    offset, lead, heading, section = 0, None, None, "header"
    inner: Sentence | None = None
    last: Sentence | None = None
    for line in document.text.split("\n"):
        start, offset = offset, offset + len(line) + 1
        if not line.strip():
            continue
        here = document.section_at(start)
        if here != section:
            section, lead, heading, inner, last = here, None, None, None, None
        if start in headings:
            lead = heading = None
            continue
        nested = here == "what" and inner is not None and _DASH.match(line) is not None
        if (
            line.startswith(BULLET) or nested or (lead is not None and line[0].islower())
        ):  # a web page's lists lose their signs
            sign = len(BULLET) if line.startswith(BULLET) else 0
            for begin, end in _dashes(line, start) if nested else _pieces(line[sign:], start + sign):
                last = Sentence(document.text[begin:end], begin, end, here, True, inner if nested else lead, heading)
                yield last
            if not nested:
                inner = last if here == "what" and last and last.text.rstrip().endswith(":") else None
            continue
        if here not in ("header", "other") and _is_heading(line):
            heading, lead = line, None
            continue
        goes_on = bool(here == "what" and lead and last and last.bullet and line.rstrip().endswith(";"))
        goes_on = goes_on and document.text.startswith(BULLET, offset)
        lead = lead if goes_on else None
        inner = None
        listed = here == "what" and ";" in line and "•" not in line and _LISTED.match(line)
        listed = listed if listed and listed[0].count("(") == listed[0].count(")") else None
        for part in _items(line, start, listed.end()) if listed else _paragraph(line, start):
            begin, end, bullet = part
            bullet = bullet or goes_on
            last = each = Sentence(
                document.text[begin:end], begin, end, here, bullet, lead if bullet else None, heading
            )
            yield each
            if each.text.rstrip().endswith(":"):
                lead = each


def _items(line: str, start: int, begin: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the lead-in of a list that runs on in a line, and the sentences of its items as bullets, cut at semicolons."""
    yield start, start + len(line[:begin].rstrip()), False
    depth = 0
    for cut in [*_ITEM.finditer(line, begin), None]:
        end = cut.start() if cut else len(line)
        depth = line.count("(", begin, end) - line.count(")", begin, end)
        if cut and depth > 0:
            continue
        yield from ((first, last, True) for first, last in _pieces(line[begin:end], start + begin))
        begin = cut.end() if cut else end


def _dashes(line: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a list within a list, of which one line may hold several items."""
    signs = [*_DASH.finditer(line)]
    for sign, following in zip(signs, [*signs[1:], None], strict=True):
        words = line[sign.end() : following.start() if following else len(line)]
        yield from _pieces(words, start + sign.end())


def _paragraph(line: str, start: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the sentences of a paragraph; bullets that run on inside the line are bullets too."""
    if "•" not in line:
        yield from ((begin, end, False) for begin, end in _pieces(line, start))
        return
    begin = 0
    for index, cut in enumerate([*_INLINE_BULLET.finditer(line), None]):
        end = cut.start() if cut else len(line)
        yield from ((b, e, index > 0) for b, e in _pieces(line[begin:end], start + begin))
        begin = cut.end() if cut else end
