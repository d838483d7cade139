"""Authorisations by year and type, and the plot of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from epargraph import vocabulary
from epargraph.serve.pages.cells import Row, number, told
from epargraph.serve.pages.svg import element, text

_WIDTH, _HEIGHT = 960, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 16, 36
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Year:
    """A year, with the number of medicines for each type of authorisation, in the order of `ByYear.types`."""

    year: int
    medicines: tuple[int, ...]

    @property
    def total(self) -> int:
        """The medicines of all types."""
        return sum(self.medicines)


@dataclass(frozen=True, slots=True)
class ByYear:
    """The years from the first authorisation to the last, none left out, and the types that occur."""

    types: tuple[str, ...]
    years: tuple[Year, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """The medicines of each type in all years."""
        return tuple(sum(year.medicines[each] for year in self.years) for each in range(len(self.types)))


def by_year(rows: Iterable[Row]) -> ByYear:
    """Return what the question authorisations_by_year answers, a year without authorisations in its place too.

    Types come in the order of the closed list.
    """
    counts = {(number(row, "year"), told(row, "type")): number(row, "medicines") for row in rows}
    known = tuple(dict.fromkeys(vocabulary.labels(vocabulary.CODE + "authorisation-type").values()))
    types = tuple(each for each in known if any(each == kind for _, kind in counts))
    years = sorted(year for year, _ in counts)
    every = range(years[0], years[-1] + 1) if years else range(0)
    return ByYear(types, tuple(Year(year, tuple(counts.get((year, each), 0) for each in types)) for year in every))


def svg(told_years: ByYear) -> str:
    """Return the plot: a bar for each year, its parts the types, the first one lowest; for the eye alone, beside a table."""
    step, top = _scale(max((year.total for year in told_years.years), default=0))
    inner = _HEIGHT - _TOP - _BOTTOM
    slot = (_WIDTH - _LEFT - _RIGHT) / max(len(told_years.years), 1)
    parts = [element("title", (), [text("Authorisations by year and type")], id="by-year-title")]
    for value in range(0, top + 1, step):
        y = _HEIGHT - _BOTTOM - inner * value / top
        line = ("x1", str(_LEFT), "x2", str(_WIDTH - _RIGHT), "y1", f"{y:.1f}", "y2", f"{y:.1f}")
        parts.append(element("line", line, [], class_="grid"))
        at = ("x", str(_LEFT - 8), "y", f"{y + 4:.1f}", "text-anchor", "end")
        parts.append(element("text", at, [text(str(value))], class_="axis"))
    every = max(1, round(34 / slot + 0.49))  # so many years share a label that labels do not meet
    for place, year in enumerate(told_years.years):
        parts.append(_bar(year, told_years.types, _LEFT + place * slot, slot, inner / top))
        if place % every == 0:
            at = ("x", f"{_LEFT + (place + 0.5) * slot:.1f}", "y", str(_HEIGHT - 14), "text-anchor", "middle")
            parts.append(element("text", at, [text(str(year.year))], class_="axis"))
    return element(
        "svg",
        ("xmlns", "http://www.w3.org/2000/svg"),
        parts,
        class_="by-year",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_labelledby="by-year-title",
    )


def _bar(year: Year, types: Sequence[str], x: float, slot: float, scale: float) -> str:
    wide = min(slot * 0.78, 36)
    y = float(_HEIGHT - _BOTTOM)
    words = ", ".join(f"{count} {kind}" for kind, count in zip(types, year.medicines, strict=True) if count)
    parts = [element("title", (), [text(f"{year.year}: {words or 'none'}")])]
    for place, count in enumerate(year.medicines):
        if count:
            y -= count * scale
            at = (
                "x",
                f"{x + (slot - wide) / 2:.1f}",
                "y",
                f"{y:.1f}",
                "width",
                f"{wide:.1f}",
                "height",
                f"{count * scale:.1f}",
            )
            parts.append(element("rect", at, [], class_=f"type-{place}"))
    return element("g", (), parts)


def _scale(most: int) -> tuple[int, int]:
    """Return the step between lines of the grid and the value of the topmost.

    >>> _scale(120), _scale(3), _scale(0)
    ((20, 120), (1, 3), (1, 1))
    """
    step = next((each for each in _STEPS if most <= each * 6), 5000)
    return step, max(step, -(-most // step) * step)
