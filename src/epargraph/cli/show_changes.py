"""How changes look to people, and how sources agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from epargraph.cli.show import line, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from epargraph.changes import Change, History
    from epargraph.reconcile import Comparison

_FEW = 5
"""So many pairs of sources are named in the heading."""


def history(told: History) -> Iterator[RenderableType]:
    """Yield what was compared, the changes, and how many there are of each type."""
    for old, new in told.compared[:_FEW]:
        yield line(f"Between the {old.title} and the {new.title}", "bold")
    if len(told.compared) > _FEW:
        yield line(f"and between versions of {len(told.compared) - _FEW:,} more sources", "bold")
    yield ""
    if told.changes:
        rows = [(each.name, each.title, *_sides(each), each.date or "") for each in told.changes]
        yield table(("medicine", "what happened", "before", "after", "since"), rows)
        yield ""
    counted = Counter(each.type for each in told.changes)
    parts = ", ".join(f"{count:,} {type_}" for type_, count in counted.most_common())
    many = "1 change" if len(told.changes) == 1 else f"{len(told.changes):,} changes"
    yield line(f"{many}: {parts}" if parts else many)


def _sides(change: Change) -> tuple[str, str]:
    """Return what was and what is: of a text the words removed and added."""
    if change.added or change.removed:
        return " … ".join(f"“{each}”" for each in change.removed), " … ".join(f"“{each}”" for each in change.added)
    return change.before or "", change.after or ""


def comparisons(told: Sequence[Comparison]) -> Iterator[RenderableType]:
    """Yield how overview and register agree, medicine by medicine, with the words of both where they differ."""
    by_medicine: dict[tuple[str, str], list[Comparison]] = {}
    for each in told:
        by_medicine.setdefault((each.name, each.overview_version.graph), []).append(each)
    for (name, _), some in by_medicine.items():
        first = some[0]
        reference = f" ({first.overview_version.reference})" if first.overview_version.reference else ""
        yield line(f"{name}: overview{reference} and {first.register_version.title}", "bold")
        yield table(
            ("", "verdict", "overview", "register"),
            [(each.subject, each.verdict, "; ".join(each.overview), "; ".join(each.register)) for each in some],
        )
        for each in some:
            if each.verdict == "differ":
                yield line(f"  {each.subject} differs:", "yellow")
                yield from (line(f"    overview: “{quote}”") for quote in each.overview_quotes)
                yield from (line(f"    register: “{quote}”") for quote in each.register_quotes)
        yield ""
    counted = Counter(each.verdict for each in told)
    yield line(", ".join(f"{count:,} {verdict}" for verdict, count in counted.most_common()) or "nothing to compare")
