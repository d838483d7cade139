"""The two charts of a medicine: results of its studies as bars, and how often side effects occur as ranges.

A chart is numbers alone: shares of a scale's length in per cent. The template draws them as SVG beside the words, and
writes the same as a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log10

from epargraph import vocabulary
from epargraph.serve.pages.told import Fact
from epargraph.serve.pages.words import number

_LEAST = -5.0
"""The left end of the scale of frequencies, as a power of ten: 1 in 100,000."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A result of one arm: its bar from `start` over `length` per cent of the scale; no `length` where it has no value.

    `own` says whether the arm is that of the medicine; `value` the figure as the source words it; `counts` is n of N.
    """

    fact: Fact
    arm: str
    own: bool
    value: str
    counts: str = ""
    start: float = 0.0
    length: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Results that can be compared: one measure, in one group and after one time, the medicine's arms first."""

    name: str
    beside: str
    unit: str
    most: float
    bars: tuple[Bar, ...]

    @property
    def drawn(self) -> bool:
        """Whether bars tell more than the figures: shares, or values that can be compared."""
        lengths = [bar.length for bar in self.bars if bar.length is not None]
        return len(lengths) > 1 or (bool(lengths) and self.unit == "%")


@dataclass(frozen=True, slots=True)
class Range:
    """How often some side effects occur, as one statement tells it; `start` and `length` are per cent of the scale."""

    told: str
    severity: str
    effects: tuple[Fact, ...]
    start: float | None = None
    length: float = 0.0
    open: bool = False

    @property
    def quote(self) -> str:
        """The words that all of the effects were read from, empty where they were read from several."""
        quotes = {each.words[-1].quote for each in self.effects}
        return quotes.pop() if len(quotes) == 1 else ""


@dataclass(frozen=True, slots=True)
class Band:
    """A frequency band on the scale."""

    name: str
    start: float
    length: float


def measures(outcomes: Sequence[Fact], medicine: str) -> tuple[Measure, ...]:
    """Return the results of a study measure by measure, in the order told; `medicine` is its name."""
    groups: dict[tuple[str, ...], list[Fact]] = {}
    for fact in outcomes:
        key = tuple(fact.one(name) for name in ("measure", "subgroup", "after", "unit", "statistic", "direction"))
        groups.setdefault(key, []).append(fact)
    return tuple(_measure(key, facts, medicine) for key, facts in groups.items())


def _measure(key: tuple[str, ...], facts: Sequence[Fact], medicine: str) -> Measure:
    name, subgroup, after, unit, statistic, direction = key
    ends = [abs(end) for fact in facts for end in _ends(fact)]
    most = 100.0 if unit == "%" and max(ends, default=0) <= 100 else max(ends, default=0.0)
    beside = [
        subgroup,
        f"after {after}" if after else "",
        statistic if statistic not in ("", "proportion") else "",
        direction,
    ]
    return Measure(
        name or "result",
        " · ".join(each for each in beside if each),
        unit,
        most,
        tuple(sorted((_bar(fact, medicine, most) for fact in facts), key=lambda bar: not bar.own)),
    )


def _ends(fact: Fact) -> tuple[float, ...]:
    """Return the value, or both ends of a range of values; nothing where no number is told."""
    values = [_float(fact.one(name)) for name in ("value", "value_to")]
    told = tuple(each for each in values if each is not None)
    share = _share(fact)
    return told or ((share,) if share is not None and fact.one("unit") in ("", "%") else ())


def _share(fact: Fact) -> float | None:
    top, bottom = _float(fact.one("numerator")), _float(fact.one("denominator"))
    return None if top is None or not bottom else 100 * top / bottom


def _bar(fact: Fact, medicine: str, most: float) -> Bar:
    arm = fact.one("arm")
    ends = sorted(abs(each) for each in _ends(fact))
    value, value_to, unit = fact.one("value"), fact.one("value_to"), fact.one("unit")
    figure = number(value) + (f" to {number(value_to)}" if value_to else "") if value else ""
    told = " ".join(each for each in (fact.one("qualifier"), figure, "" if unit == "%" else unit) if each)
    told += "%" if unit == "%" and figure else ""
    top, bottom = fact.one("numerator"), fact.one("denominator")
    counts = f"{number(top)} of {number(bottom)}" if top and bottom else ""
    start = 100 * ends[0] / most if len(ends) == 2 and most else 0.0
    length = 100 * ends[-1] / most - start if ends and most else None
    return Bar(
        fact,
        arm or "difference or all",
        bool(arm) and medicine.casefold() in arm.casefold(),
        told if figure else counts,
        counts if figure else "",
        round(start, 2),
        None if length is None else round(length, 2),
    )


def ranges(effects: Iterable[Fact]) -> tuple[Range, ...]:
    """Return how often side effects occur: severe and serious ones apart, from the most common to the rarest."""
    groups: dict[tuple[str, ...], list[Fact]] = {}
    for fact in effects:
        key = tuple(fact.one(name) for name in ("severity", "bound", "numerator", "numerator_to", "denominator"))
        groups.setdefault(key, []).append(fact)
    found = [_range(key, facts) for key, facts in groups.items()]
    rank = {"any": 0, "": 0, "severe": 1, "serious": 2}
    return tuple(
        sorted(
            found,
            key=lambda each: (rank.get(each.severity, 3), each.start is None, -((each.start or 0) + each.length)),
        )
    )


def _range(key: tuple[str, ...], facts: Sequence[Fact]) -> Range:
    severity, bound, top, top_to, bottom = key
    low, high = (
        _float(top),
        _float(top_to),
    )
    of = _float(bottom)
    kind = "" if severity == "any" else severity
    if low is None or not of:
        return Range("how often is not told", kind, tuple(facts))
    told = " ".join(
        each
        for each in (
            bound,
            number(top),
            f"{'and' if bound == 'between' else 'to'} {number(top_to)}" if top_to else "",
            "in",
            number(bottom),
        )
        if each
    )
    share = low / of
    first, last, is_open = share, share, False
    if high is not None:
        last = high / of
    elif bound == "more than":
        last, is_open = 1.0, True
    elif bound == "up to":
        first, is_open = 0.0, True
    start = _at(first)
    return Range(told, kind, tuple(facts), start, round(_at(last) - start, 2), is_open)


def _at(share: float) -> float:
    """Return where a share of people lies on the scale, in per cent of its length.

    >>> _at(1), _at(0.1), _at(0)
    (100.0, 80.0, 0.0)
    """
    power = log10(share) if share > 0 else _LEAST
    return round(100 * (1 - min(max(power, _LEAST), 0.0) / _LEAST), 2)


def bands() -> Iterator[Band]:
    """Yield the frequency bands on the scale, the most common first.

    >>> [(band.name, band.start, band.length) for band in bands()][:2]
    [('very common', 80.0, 20.0), ('common', 60.0, 20.0)]
    """
    for band in vocabulary.bands():
        start = _at(float(band.at_least)) if band.at_least is not None else 0.0
        end = _at(float(band.less_than)) if band.less_than is not None else 100.0
        yield Band(band.notation, start, round(end - start, 2))


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
