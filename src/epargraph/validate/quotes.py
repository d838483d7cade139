"""The words of the source that a result is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox

from epargraph.validate.report import Result


class Quotes:
    """Finds the words that the facts of a graph were read from."""

    def __init__(self, data: Iterable[ox.Triple]) -> None:
        self.evidence: dict[str, list[str]] = {}
        self.selectors: dict[str, list[str]] = {}
        self.exact: dict[str, str] = {}
        self.start: dict[str, int] = {}
        self.names: dict[str, str] = {}
        for t in data:
            if isinstance(t.subject, ox.Triple) or isinstance(t.object, ox.Triple):
                continue
            subject, value = t.subject.value, t.object.value
            match t.predicate.value:
                case "https://w3id.org/epargraph/ontology#evidence":
                    self.evidence.setdefault(subject, []).append(value)
                case "http://www.w3.org/ns/oa#hasSelector":
                    self.selectors.setdefault(subject, []).append(value)
                case "https://w3id.org/epargraph/ontology#entryName":
                    self.names[subject] = value
                case "http://www.w3.org/ns/oa#exact":
                    self.exact[subject] = value
                case "http://www.w3.org/ns/oa#start" if value.isdecimal():
                    self.start[subject] = int(value)

    def added(self, result: Result) -> Result:
        """Return the result with the words of its focus and its value."""
        found: dict[tuple[int, str], None] = {}
        for node in dict.fromkeys((result.focus, result.value or "")):
            found |= dict.fromkeys(_telling(self.of(node), result.message))
        return replace(result, quotes=tuple(dict.fromkeys(quote for _, quote in sorted(found))))

    def of(self, node: str) -> list[tuple[int, str]]:
        """Return the quotes of a fact or of a piece of evidence, each with its place; of a register entry, its name."""
        if node in self.names:
            return [(0, self.names[node])]
        quotes: list[tuple[int, str]] = []
        for evidence in self.evidence.get(node, [node]):
            selectors = self.selectors.get(evidence, [])
            start = min((self.start[each] for each in selectors if each in self.start), default=0)
            quotes += [(start, self.exact[each]) for each in selectors if each in self.exact]
        return quotes


def _telling(quotes: list[tuple[int, str]], message: str) -> list[tuple[int, str]]:
    """Return the quotes that share the most numbers with the message, all of them where none does.

    >>> _telling([(0, "EMA/685702/2021"), (9, "last updated in 01-2021"), (5, "a quote")], "Last updated 2021-01.")
    [(9, 'last updated in 01-2021')]
    """
    wanted = _numbers(message)
    shared = [len(wanted & _numbers(quote)) for _, quote in quotes]
    most = max(shared, default=0)
    return [quote for quote, count in zip(quotes, shared, strict=True) if count == most]


def _numbers(text: str) -> set[str]:
    return {digits.lstrip("0") or "0" for digits in re.findall(r"\d+", text)}
