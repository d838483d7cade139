"""Document and rules to facts, each with the words it was read from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from epargraph import kinds, rules
from epargraph.extract import subjects
from epargraph.extract.doubt import settled
from epargraph.extract.engine import Context, Fields, Found, evidence, run
from epargraph.extract.names import Names, names
from epargraph.extract.sentences import Sentence, sentences
from epargraph.extract.subjects import boilerplate
from epargraph.kinds import Fact, Json
from epargraph.model import Document, Evidence, Span

__all__ = ["Extraction", "extract"]

LONGEST_SENTENCE = 4000
"""Characters: a longer stretch is no sentence but a table or a broken text, and is left unread. Since no rule sees more at
once, the time of extraction grows with the length of a document and no faster."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """The facts of a document, and the sentences from which nothing was read (boilerplate known as such left out).

    Among the unread are the doubtful ones, that two rules read in contradicting ways: neither reading stands.
    """

    document: Document
    facts: tuple[Fact, ...]
    unread: tuple[Span, ...] = ()
    sentences: int = 0
    doubtful: tuple[Span, ...] = ()

    @property
    def share_read(self) -> float:
        """The share of the document's sentences, from 0 to 1, from which a fact was read or that are boilerplate."""
        return 1 - len(self.unread) / self.sentences if self.sentences else 1.0

    def to_json(self) -> dict[str, Json]:
        """Return the text and the facts in the JSON form of the catalogue."""
        return {"text": self.document.text, "facts": [kinds.to_json(fact) for fact in self.facts]}


def extract(document: Document) -> Extraction:
    """Return the facts that the document states, in the order of the catalogue's kinds and then of the text."""
    return extract_named(document, names(document))


def extract_named(document: Document, named: Names) -> Extraction:
    """Return the facts that the document states of a medicine whose names are known."""
    told = context(document, named)
    found, doubtful = settled(read(told))
    facts = list(_facts(found, document))
    starts = [each.start for each in told.sentences]
    said = {told.sentences[bisect_right(starts, each.start) - 1] for one in found for each in one.sentences}
    prose = [each for each in told.sentences if each.section != "header"]
    unread = [
        each for each in prose if each in doubtful or (each not in said and not boilerplate.known(told.masked[each]))
    ]
    spans, doubted = (
        tuple(Span(each.start, each.end) for each in some)
        for some in (unread, sorted(doubtful, key=lambda each: each.start))
    )
    return Extraction(document, tuple(facts), spans, len(prose), doubted)


def context(document: Document, named: Names) -> Context:
    """Return the document's sentences, with the text in which its own names are masked."""
    told = tuple(sentences(document))
    masked = named.mask(document.text)
    return Context(document, named, told, {each: masked[each.start : each.end] for each in told})


def read(told: Context) -> Iterator[Found]:
    """Yield what the rules find, put together subject by subject."""
    by_kind: dict[str, list[Found]] = {kind: [] for kind in kinds.KINDS}
    for sentence in told.sentences:
        if len(sentence.text) > LONGEST_SENTENCE:
            continue
        asked = rules.of_sentence(sentence.section, told.masked[sentence].lower())
        for found in run(asked, sentence, told):
            by_kind[found.kind].append(found)
    for subject in subjects.ALL:
        composed = list(subject.compose({kind: by_kind[kind] for kind in subject.KINDS}, told))
        for kind in subject.KINDS:
            by_kind[kind] = [each for each in composed if each.kind == kind]
    for kind in by_kind:
        yield from by_kind[kind]


def _facts(found: Iterable[Found], document: Document) -> Iterator[Fact]:
    """Yield the facts; those that say the same are one, with all their evidence."""
    seen: dict[tuple[str, frozenset[tuple[str, object]]], tuple[Fields, list[Found]]] = {}
    for each in found:
        stated: Fields = {k: v for k, v in each.fields.items() if v is not None and v != () and k[:2] != "x_"}
        if stated:
            seen.setdefault((each.kind, frozenset(stated.items())), (stated, []))[1].append(each)
    for (kind, _), (stated, group) in seen.items():
        quotes: dict[tuple[int, int], Evidence] = {}
        for each in group:
            for quote in evidence(each, document):
                place = quote.start, -quote.end
                if place not in quotes or quote.rule < quotes[place].rule:
                    quotes[place] = quote
        yield kinds.make(kind, tuple(quotes[place] for place in sorted(quotes)), **stated)


def read_alone(rule: rules.Rule, sentence: Sentence, told: Context) -> list[Found]:
    """Return what one rule by itself finds in a sentence, as the tests of its examples do."""
    read_here = not rule.sections or sentence.section in rule.sections
    return list(run([rule], sentence, told)) if read_here and rule.may_read(told.masked[sentence].lower()) else []
