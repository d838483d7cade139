"""The text of an overview as paragraphs, in which the words of facts are told apart from the rest.

Words that facts were read from may stand within other such words (a bullet in its sentence) or reach over them. Each
paragraph becomes a tree: a stretch with its words holds the stretches within it. Words that reach over the end of others
are parted there; the part that comes first has their name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from epargraph.read.headings import heading_at
from epargraph.serve.pages.told import Fact, Words

_BULLET = "• "


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a paragraph: plain text, or words with what stands within them.

    `anchor` names the place of the words, empty where they began before; `words` is that name in any case. `facts` are
    the anchors of the facts that were read from them.
    """

    text: str = ""
    words: str = ""
    anchor: str = ""
    facts: tuple[str, ...] = ()
    within: tuple[Stretch, ...] = ()

    @property
    def link(self) -> str:
        """Where a reader of the words is led: the first fact that was read from them."""
        return self.facts[0] if self.facts else ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the text: a heading with its `section`, a bullet, or plain text."""

    form: str
    stretches: tuple[Stretch, ...]
    section: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    words: str
    facts: tuple[str, ...]


def facts_by_words(facts: Sequence[Fact]) -> dict[str, tuple[str, ...]]:
    """Return the anchors of the facts that were read from each words, by the words' anchor."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        for each in fact.words:
            found.setdefault(each.anchor, []).append(fact.anchor)
    return {words: tuple(dict.fromkeys(read)) for words, read in found.items()}


def paragraphs(text: str, words: Sequence[Words], facts: Mapping[str, tuple[str, ...]]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a text; `facts` has the anchors of the facts by the anchor of their words."""
    pieces = sorted(
        {
            _Piece(each.start, each.end, each.anchor, facts.get(each.anchor, ()))
            for each in words
            if each.start is not None and each.end is not None and each.start < each.end
        },
        key=lambda piece: (piece.start, -piece.end, piece.words),
    )
    named: set[str] = set()
    found: list[Paragraph] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line:
            found.append(_paragraph(text, start, end, pieces, named))
        start = end + 1
    return tuple(found)


def _paragraph(text: str, start: int, end: int, pieces: Sequence[_Piece], named: set[str]) -> Paragraph:
    line = text[start:end]
    told = heading_at([line])
    bullet = line.startswith(_BULLET)
    first = start + len(_BULLET) * bullet
    inside = [
        _Piece(max(piece.start, first), min(piece.end, end), piece.words, piece.facts)
        for piece in pieces
        if piece.start < end and piece.end > first
    ]
    stretches = tuple(_stretches(text, first, end, inside, named))
    form = "heading" if told else "bullet" if bullet else "text"
    return Paragraph(form, stretches, told[3] if told else "")


def _stretches(text: str, start: int, end: int, pieces: Sequence[_Piece], named: set[str]) -> Iterator[Stretch]:
    """Yield what stands between two offsets; `pieces` lie there, in order, the longer of two that begin together first."""
    waiting = sorted(pieces, key=lambda piece: (piece.start, -piece.end, piece.words))
    at = start
    while waiting:
        piece = waiting.pop(0)
        if piece.start > at:
            yield Stretch(text[at : piece.start])
        within: list[_Piece] = []
        beyond: list[_Piece] = []
        for each in waiting:
            if each.start >= piece.end:
                beyond.append(each)
            elif each.end <= piece.end:
                within.append(each)
            else:
                within.append(_Piece(each.start, piece.end, each.words, each.facts))
                beyond.append(_Piece(piece.end, each.end, each.words, each.facts))
        anchor = "" if piece.words in named else piece.words
        named.add(piece.words)
        yield Stretch(
            words=piece.words,
            anchor=anchor,
            facts=piece.facts,
            within=tuple(_stretches(text, piece.start, piece.end, within, named)),
        )
        waiting = sorted(beyond, key=lambda each: (each.start, -each.end, each.words))
        at = piece.end
    if at < end:
        yield Stretch(text[at:end])
