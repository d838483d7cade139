"""Which literals a text must hold for a pattern to match it: the texts without them need not be tried.

A pattern is read as Python's own parser of patterns reads it, without guessing: what can't be told for sure asks for
nothing, so that no match is ever missed. Literals are parts of words, in lower case, since white space is written in many
ways and patterns look at both cases.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")

Choice = frozenset[str]
"""Literals of which one must stand in the text."""

DIGIT = "\x00"
"""Stands for any digit."""

_MOST = 64
"""Literals in a choice: with more, looking for them costs more than it saves."""
_STRONGEST = 4
"""Choices that are kept of a pattern."""
_NOTHING: Choice = frozenset({""})
_PARSER = importlib.import_module("re._parser")


def choices(pattern: re.Pattern[str]) -> tuple[Choice, ...]:
    r"""Return choices of literals; a text that lacks all literals of one of them has no match.

    >>> [sorted(each) for each in choices(re.compile(r"\b[Tt]reat(?:ed|ment)\b.{0,9}\b(?:by|with)\s(?:a\s)?(?:doctor|nurse)"))]
    [['treated', 'treatment'], ['doctor', 'nurse'], ['by', 'with']]
    >>> choices(re.compile("(?!no).*")), [sorted(each) for each in choices(re.compile(r"\d+ ?%"))]
    ((), [['%'], ['\x00']])
    """
    asked = _sequence(_PARSER.parse(pattern.pattern, pattern.flags))[1]
    told = sorted({each for each in asked if "" not in each}, key=_strength, reverse=True)
    return tuple(told[:_STRONGEST])


def _strength(choice: Choice) -> tuple[int, int, list[str]]:
    return min(map(len, choice)), -len(choice), sorted(choice)


def _sequence(items: Iterable[tuple[Any, Any]]) -> tuple[Choice | None, list[Choice]]:
    """Return all strings that the items can match, None where they are too many, and what they ask for."""
    asked: list[Choice] = []
    whole: Choice | None = _NOTHING  # all strings that the items so far can match
    last = _NOTHING  # those that the items since the last gap can match
    for name, value in items:
        exact, more = _item(str(name), value)
        asked += more
        if exact is not None and len(last) * len(exact) <= _MOST:
            last = frozenset(a + b for a in last for b in exact)
        else:
            asked.append(last)
            whole, last = None, _NOTHING if exact is None else exact
    asked.append(last)
    return (last if whole is not None else None), asked


def _item(name: str, value: Any) -> tuple[Choice | None, list[Choice]]:
    """Return the strings that an item can match, None where they are too many, and what it asks for beside."""
    match name:
        case "LITERAL":
            letter = chr(value).lower()
            return (None, []) if letter.isspace() else (frozenset({letter}), [])
        case "IN":
            return _one_of(value)
        case "SUBPATTERN":
            return _sequence(value[3])
        case "ATOMIC_GROUP":
            return _sequence(value)
        case "BRANCH":
            return _branch([_sequence(each) for each in value[1]])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, inner = value
            exact, asked = _sequence(inner)
            if (least, most) == (1, 1):
                return exact, asked
            if (least, most) == (0, 1) and exact is not None:
                return exact | _NOTHING, []
            return None, asked if least else []
        case "ASSERT":
            return _NOTHING, _sequence(value[1])[1]
        case "ASSERT_NOT" | "AT":
            return _NOTHING, []
        case _:
            return None, []


def _one_of(members: Sequence[tuple[Any, Any]]) -> tuple[Choice | None, list[Choice]]:
    if all(str(name) == "LITERAL" for name, _ in members):
        letters = frozenset(chr(value).lower() for _, value in members)
        return (letters, []) if not any(map(str.isspace, letters)) else (None, [])
    digits = all(str(name) == "CATEGORY" and str(value) == "CATEGORY_DIGIT" for name, value in members)
    return None, [frozenset({DIGIT})] if digits else []


def _branch(parts: Sequence[tuple[Choice | None, list[Choice]]]) -> tuple[Choice | None, list[Choice]]:
    """Return what a choice of parts can match and asks for: of each part its strongest choice, if every one has one."""
    exact: Choice = frozenset().union(*(each for each, _ in parts if each is not None))
    if all(each is not None for each, _ in parts) and len(exact) <= _MOST:
        return exact, []
    strongest = [max((each for each in asked if "" not in each), key=_strength, default=None) for _, asked in parts]
    if any(each is None for each in strongest):
        return None, []
    return None, [frozenset().union(*(each for each in strongest if each is not None))]


class Scanner(Generic[Item]):
    """Tells which of many things, each with choices of literals, a text may hold: one pass over its words.

    Each thing has a row of bits, one for each of its choices and a last one that no word sets. Where the text fulfils all
    its choices, 1 added to the first of the row carries over into the last: so one addition answers for all things.
    What a word fulfils is kept.
    """

    def __init__(self, wanted: Sequence[tuple[Item, Sequence[Choice]]]) -> None:
        """Take the things with their choices."""
        bits: dict[str, int] = {}
        self._first = 0
        self._things: dict[int, Item] = {}
        place = 0
        for thing, asked in wanted:
            self._first |= 1 << place
            for choice in asked:
                for literal in choice:
                    bits[literal] = bits.get(literal, 0) | 1 << place
                place += 1
            self._things[1 << place] = thing
            place += 1
        self._digit = bits.pop(DIGIT, 0)
        self._starts: dict[str, list[tuple[str, int]]] = {}
        for literal, told in sorted(bits.items()):
            self._starts.setdefault(literal[:2], []).append((literal, told))
        self._known: dict[str, int] = {}

    def among(self, wanted: Callable[[Item], bool]) -> int:
        """Return what stands for the things wanted in `left`."""
        return sum(last for last, thing in self._things.items() if wanted(thing))

    def left(self, lower: str, among: int) -> list[Item]:
        """Return those things of which the text, given in lower case, fulfils all choices, in their order."""
        words = lower.split()
        try:
            told = reduce(or_, map(self._known.__getitem__, words), 0)
        except KeyError:
            told = reduce(or_, map(self._read, words), 0)
        found, left = [], (told + self._first) & among
        while left:
            last = left & -left
            found.append(self._things[last])
            left ^= last
        return found

    def _read(self, word: str) -> int:
        if word not in self._known:
            if len(self._known) >= 1 << 15:
                self._known.clear()
            self._known[word] = reduce(or_, self._found(word), 0)
        return self._known[word]

    def _found(self, word: str) -> Iterator[int]:
        if re.search(r"\d", word):
            yield self._digit
        for place in range(len(word)):
            yield from (told for _, told in self._starts.get(word[place], ()))
            for literal, told in self._starts.get(word[place : place + 2], ()):
                if len(literal) > 1 and word.startswith(literal, place):
                    yield told


class Sieve:
    """Patterns of which a text is asked one after another: those that can't match it are passed over.

    >>> sieve = Sieve({"old": re.compile("aged?"), "young": re.compile("(?i:child|baby)"), "any": re.compile(".")})
    >>> list(sieve.left("Children from 2 years of age")), list(sieve.left("adults"))
    (['old', 'young', 'any'], ['any'])
    """

    def __init__(self, patterns: Mapping[str, re.Pattern[str]]) -> None:
        """Take the patterns by their names."""
        self._scanner = Scanner([((name, pattern), choices(pattern)) for name, pattern in patterns.items()])
        self._all = self._scanner.among(lambda _: True)

    def left(self, text: str) -> dict[str, re.Pattern[str]]:
        """Return the patterns that may match the text, in their order."""
        return dict(self._scanner.left(text.lower(), self._all))
