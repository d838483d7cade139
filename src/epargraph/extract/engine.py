"""Running rules over sentences: what each rule finds, before the subjects put it together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from epargraph import kinds, vocabulary
from epargraph.extract.names import Names
from epargraph.extract.sentences import Sentence
from epargraph.kinds import Value
from epargraph.model import Document, Evidence
from epargraph.rules import Rule, field_of
from epargraph.values import date, number, plain, split_list

Fields = dict[str, Value | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Context:
    """A document in the making: its sentences, its names and what has been told before."""

    document: Document
    names: Names
    sentences: tuple[Sentence, ...]
    masked: Mapping[Sentence, str] = field(repr=False)

    def section(self, *wanted: str) -> Iterator[Sentence]:
        """Yield the sentences of the named sections in the order of the text."""
        return (each for each in self.sentences if each.section in wanted)


class Match(NamedTuple):
    """Where a rule matched: the words of each group, as the document writes them, and where they stand in it."""

    rule: Rule
    sentence: Sentence
    groups: Mapping[str, str]
    starts: Mapping[str, int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """A fact in the making: its fields, the sentences that state it, the rule that read it and where its words stand."""

    kind: str
    fields: Fields
    sentences: tuple[Sentence, ...]
    rule: str
    at: int = 0
    end: int = 0

    def having(self, **fields: Value | tuple[str, ...]) -> Found:
        """Return the same with these fields stated too."""
        return Found(self.kind, {**self.fields, **fields}, self.sentences, self.rule, self.at, self.end)

    def also(self, *sentences: Sentence) -> Found:
        """Return the same with more sentences as its evidence."""
        more = tuple(each for each in sentences if each not in self.sentences)
        return Found(self.kind, self.fields, (*self.sentences, *more), self.rule, self.at, self.end)


Reader = Callable[[Match, Context], Iterable[Fields]]
READERS: dict[str, Reader] = {}
"""The functions that rules name with `reader`: from a match to the fields of the facts that it states."""


def reader(function: Reader) -> Reader:
    """Register a function under its own name, for rules to name."""
    READERS[function.__name__] = function
    return function


def run(rules: Iterable[Rule], sentence: Sentence, context: Context) -> Iterator[Found]:
    """Yield what the rules find in a sentence that they may read."""
    masked, sentences = context.masked[sentence], _with_leads(sentence)
    for rule in rules:
        for found in rule.pattern.finditer(masked):
            match = _match(rule, sentence, found)
            rows = READERS[rule.reader](match, context) if rule.reader else (fields_of(match),)
            for row in rows:
                if fields := {**rule.fields, **row}:
                    at, end = sentence.start + match.start, sentence.start + match.end
                    yield Found(rule.kind, fields, sentences, rule.id, at, end)


def _with_leads(sentence: Sentence) -> tuple[Sentence, ...]:
    """Return the sentence, its lead-in, and the lead-in of that."""
    if sentence.lead is None:
        return (sentence,)
    return (sentence, *_with_leads(sentence.lead))


def _match(rule: Rule, sentence: Sentence, found: re.Match[str]) -> Match:
    groups: dict[str, str] = {}
    starts: dict[str, int] = {}
    spans, text = found.regs, sentence.text
    for name, place in rule.pattern.groupindex.items():
        start, end = spans[place]
        if start >= 0:
            groups[name], starts[name] = text[start:end], start
    return Match(rule, sentence, groups, starts, *spans[0])


def fields_of(match: Match) -> Fields:
    """Return the fields that a match's groups state, each converted for its type.

    Words of a closed list become the notation of their concept; a group whose words fit no concept is left out. The words of
    groups that begin with `x_` are handed on under that name, for whoever puts the subject together.
    """
    kind = match.rule.kind
    fields: Fields = {}
    for group, words in match.groups.items():
        name = field_of(group)
        if not words or words.isspace():
            continue
        if group.startswith("x_"):
            fields[group] = words
            continue
        value = convert(kind, name, words)
        if value is None:
            continue
        if isinstance(value, tuple):
            before = fields.get(name, ())
            fields[name] = (*(before if isinstance(before, tuple) else ()), *(v for v in value))
        else:
            fields.setdefault(name, value)
    return fields


def convert(kind: str, name: str, words: str) -> Value | tuple[str, ...] | None:
    """Return the words as the value of a field of a kind; None where they are none."""
    sort = _sort(kind, name)
    if sort == "number":
        return number(words)
    if sort == "date":
        return date(words)
    if sort == "list":
        parts = [closed(kind, name, part) for part in split_list(words)]
        return tuple(dict.fromkeys(part for part in parts if part)) or None
    return closed(kind, name, words)


@cache
def _sort(kind: str, name: str) -> str:
    """Return what a field holds: a number, a date, a list or words."""
    if name in kinds.number_fields(kind):
        return "number"
    if name in DATES:
        return "date"
    return "list" if name in kinds.list_fields(kind) else "words"


DATES = {"date", "last_updated", "converted_on", "ended_on"}


@cache
def closed_words(kind: str, name: str) -> Mapping[str, str] | None:
    """Return the notation for each label, in lower case, of a field's closed list; None for a field of open words."""
    field = vocabulary.FIELDS.get((kind, name))
    if field is None or field.scheme is None:
        return None
    return {label.lower(): notation for label, notation in vocabulary.labels(field.scheme).items()}


_ARTICLE = re.compile(r"^(?:the|a|an)\s")


def closed(kind: str, name: str, words: str) -> str | None:
    """Return the notation for words of a closed list (None for words it doesn't know), other words as plain text."""
    known = closed_words(kind, name)
    if known is None:
        return plain(words) or None
    level = " ".join(words.lower().split()).strip(" .;,‘’'\"“”")
    for form in (level, _ARTICLE.sub("", level), level.removesuffix("s"), level.replace("-", " ")):
        if form in known:
            return known[form]
    return None


LONGEST_QUOTE = 600
"""A quote is a sentence or a bullet, not a page: of a longer one the clauses around the rule's words are quoted."""


def evidence(found: Found, document: Document) -> Iterator[Evidence]:
    """Yield the quotes of what was found, split where layout was cut out of the text."""
    for sentence in found.sentences:
        for start, stop in _quoted(sentence, found, document):
            quote = document.text[start:stop]
            yield Evidence(quote, start, stop, sentence.section, found.rule, document.page_at(start))


def _quoted(sentence: Sentence, found: Found, document: Document) -> Iterator[tuple[int, int]]:
    """Yield where the quotes from a sentence begin and end."""
    first, last = sentence.start, sentence.end
    if last - first > LONGEST_QUOTE:
        first, last = _clauses(sentence, found)
    breaks = [place for place in document.breaks if first < place < last] if document.breaks else ()
    for begin, end in pairwise((first, *breaks, last)):
        words = document.text[begin:end]
        start, stop = begin + len(words) - len(words.lstrip()), begin + len(words.rstrip())
        if start < stop:
            yield start, stop


_PAUSE = re.compile(r"[,;:.]\s")


def _clauses(sentence: Sentence, found: Found) -> tuple[int, int]:
    """Return where the clauses around the words of the rule lie, within the length of a quote."""
    at, end = max(sentence.start, found.at), min(sentence.end, found.end)
    if not sentence.start <= at < end <= sentence.end:
        at, end = sentence.start, sentence.start + 1
    end = min(end, at + LONGEST_QUOTE)
    room = LONGEST_QUOTE - (end - at)
    first = max(sentence.start, at - room // 2)
    last = min(sentence.end, first + LONGEST_QUOTE)
    text = sentence.text
    if first > sentence.start:
        comma = _PAUSE.search(text[first - sentence.start : at - sentence.start])
        first = first + comma.end() if comma else at
    if last < sentence.end:
        tail = text[end - sentence.start : last - sentence.start]
        last = end + max((each.end() - 1 for each in _PAUSE.finditer(tail)), default=0)
    return first, last
