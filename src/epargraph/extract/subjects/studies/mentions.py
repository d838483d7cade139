"""What a sentence mentions of studies and results: values, arms, times and the like, each with its place in the sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from epargraph.extract.engine import Context, Fields, Found, Match, fields_of, reader
from epargraph.extract.sentences import Sentence
from epargraph.patterns import compiled
from epargraph.values import number


@reader
def result_value(match: Match, told: Context) -> Iterator[Fields]:
    """Yield a value with its unit, how exact it is said to be and the counts behind it."""
    yield _levelled(fields_of(match))


def _levelled(fields: Fields) -> Fields:
    levelled = {k: v.lower() if k == "qualifier" and isinstance(v, str) else v for k, v in fields.items()}
    if "unit" in levelled:
        levelled["unit"] = compiled(r"\s?/\s?").sub("/", str(levelled["unit"]))
    return levelled


@reader
def result_all(match: Match, told: Context) -> Iterator[Fields]:
    """Yield all or none of so many people as a count."""
    fields = fields_of(match)
    many = fields.get("denominator")
    if isinstance(many, int):
        yield {"numerator": many if "x_all" in fields else 0, "denominator": many}


@reader
def result_half(match: Match, told: Context) -> Iterator[Fields]:
    """Yield a half of the people as a proportion."""
    yield {**_levelled(fields_of(match)), "value": 0.5, "unit": "proportion"}


@reader
def result_count(match: Match, told: Context) -> Iterator[Fields]:
    """Yield so many out of so many, with the percentage that stands between the two."""
    fields = _levelled(fields_of(match))
    if "value" in fields:
        fields["unit"] = "%"
    top, bottom = fields.get("numerator"), fields.get("denominator")
    if isinstance(top, int) and isinstance(bottom, int) and top <= bottom:
        yield fields


@reader
def result_among(match: Match, told: Context) -> Iterator[Fields]:
    """Yield so many cases among so many people, with the words that say what they are cases of."""
    for fields in result_count(match, told):
        yield {**fields, "x_what": match.groups["x_what"]} if "x_what" in match.groups else fields


@reader
def result_cases(match: Match, told: Context) -> Iterator[Fields]:
    """Yield so many cases out of so many people, with the words that say what happened to them."""
    for fields in result_count(match, told):
        yield {**fields, "x_what": match.groups["x_what"]}


@reader
def time_numbered(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the time that a numbered week or month stands for."""
    yield {"after": f"{match.groups['x_number']} {match.groups['x_unit']}s"}


@reader
def arm_of_medicine(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the medicine as an arm, with its schedule where that is told."""
    if told.names.medicine:
        yield {"arm": f"{told.names.medicine} {match.groups.get('x_how', '')}".strip(), "x_medicine": "yes"}


_SINGULAR = ("a", "an", "one", "another", "this", "that", "each", "either")


@reader
def study_head(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the words that name a study or studies: how many there are, and whether they are main or supporting ones."""
    fields = fields_of(match)
    counted = [number(word) for word in match.groups.get("x_words", "").split()]
    several = any(isinstance(each, int) and each > 1 for each in counted)
    if not several and match.groups["x_noun"].endswith("s") and match.groups.get("x_det", "").lower() in _SINGULAR:
        return  # 'a generic medicine, studies ...'
    words = f"{match.groups.get('x_det', '')} {match.groups.get('x_words', '')}".lower().split()
    if {"main", "pivotal"} & set(words):
        fields["role"] = "main"
    elif {"supporting", "supportive"} & set(words):
        fields["role"] = "supporting"
    counts = [number(word) for word in words if word not in ("a", "an", "once", "single")]
    many = [each for each in counts if isinstance(each, int) and each > 1]
    if many and match.groups["x_noun"].endswith("s"):
        fields["studies"] = many[-1]
    yield fields


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention in a sentence: its sort (the first word of its rule's id), the rule, its fields and its place."""

    sort: str
    rule: str
    fields: Mapping[str, object]
    start: int
    end: int
    found: Found

    def has(self, name: str) -> bool:
        """Return whether the field is stated."""
        return name in self.fields

    def words(self, name: str) -> str:
        """Return the field as words; empty where it is not stated."""
        return str(self.fields.get(name, ""))


def by_sentence(found: Iterable[Found]) -> dict[Sentence, list[Mention]]:
    """Return the mentions of each sentence in the order of its words."""
    mentions: dict[Sentence, list[Mention]] = {}
    for each in sorted(found, key=lambda one: (one.at, -one.end)):
        sentence = each.sentences[0]
        place = Mention(
            each.rule.split("-")[0], each.rule, each.fields, each.at - sentence.start, each.end - sentence.start, each
        )
        mentions.setdefault(sentence, []).append(place)
    return mentions


def apart(mentions: Sequence[Mention], order: Sequence[str]) -> list[Mention]:
    """Return mentions that don't overlap, in the order of the sentence.

    Where two overlap, the one whose rule stands first in `order` stays, then the longer one.
    """
    rank = {rule: place for place, rule in enumerate(order)}
    kept: list[Mention] = []
    for each in sorted(mentions, key=lambda one: (rank.get(one.rule, len(rank)), one.start - one.end, one.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda one: one.start)
