"""Abstention: where two rules read the same words in contradicting ways, neither reading stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from epargraph.extract.engine import Found
from epargraph.extract.sentences import Sentence

SEVERAL: Mapping[str, frozenset[str]] = {
    "Rationale": frozenset({"aspect"}),
    "SafetyMeasure": frozenset({"type"}),
    "Precaution": frozenset({"type"}),
    "Route": frozenset({"route"}),
}
"""Fields of which the same words may state several values at once: one sentence gives two reasons, one pack is two measures,
and a medicine is injected or infused into the same vein."""

ONE_A_SENTENCE = frozenset({"Supply", "Conclusion"})
"""Kinds of which a sentence states one value, wherever in it the words stand."""


def settled(found: Iterable[Found]) -> tuple[list[Found], frozenset[Sentence]]:
    """Return the readings that no other one contradicts, and the sentences that were read in contradicting ways.

    Two readings contradict each other where they are of one kind, by different rules, from words that overlap, and give
    one field different values. Lists may differ: one rule may read more items than another.
    """
    readings = list(found)
    by_sentence: dict[tuple[str, Sentence], list[int]] = {}
    for number, each in enumerate(readings):
        if each.sentences:
            by_sentence.setdefault((each.kind, each.sentences[0]), []).append(number)
    doubted: set[int] = set()
    for numbers in by_sentence.values():
        for place, one in enumerate(numbers):
            for other in numbers[place + 1 :]:
                if _contradict(readings[one], readings[other]):
                    doubted |= {one, other}
    kept = [each for number, each in enumerate(readings) if number not in doubted]
    return kept, frozenset(readings[number].sentences[0] for number in doubted)


def _contradict(one: Found, other: Found) -> bool:
    if one.rule == other.rule:
        return False
    if one.kind not in ONE_A_SENTENCE and not (one.at < other.end and other.at < one.end):
        return False
    several = SEVERAL.get(one.kind, frozenset())
    return any(
        name in other.fields and other.fields[name] != value
        for name, value in one.fields.items()
        if not name.startswith("x_") and name not in several and not isinstance(value, tuple)
    )
