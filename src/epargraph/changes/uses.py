"""What became of a medicine's uses: extended, restricted, changed otherwise, or only reworded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from epargraph.changes.notation import essence
from epargraph.sources import Stated

_WIDER_WITH_MORE = ("population", "species", "stage")
_EQUAL = (
    "purpose",
    "condition",
    "biomarker",
    "prior_treatment",
    "combined_with",
    "monotherapy",
    "weight_from_kg",
    "excluded",
)
_UNITS = {"day": 1 / 365.25, "week": 7 / 365.25, "month": 1 / 12, "year": 1.0}


def became(before: Sequence[Stated], after: Sequence[Stated], added: Iterable[str], removed: Iterable[str]) -> str:
    """Return the type of the change of a text on uses, judged by the uses that were read from it before and after.

    Extended: each earlier use is among the present ones, at least as wide, and one of these is new; and words were added
    where that one stands. Restricted is the reverse. Where neither holds but the uses differ, the indication is changed;
    where the same uses were read, it is reworded.
    """
    lost = [each for each in before if not any(covers(other, each) for other in after)]
    new = [each for each in after if not any(covers(other, each) for other in before)]
    if not before or not after:
        return "indication changed"
    if new and not lost:
        return "indication extended" if _told_in(new, added) else "indication changed"
    if lost and not new:
        return "indication restricted" if _told_in(lost, removed) else "indication changed"
    return "indication changed" if new or lost else "indication reworded"


def _told_in(uses: Iterable[Stated], words: Iterable[str]) -> bool:
    """Tell whether every one of the uses stands in words that changed, or has some of them."""
    runs = [essence(each) for each in words]
    texts = [[essence(quote.partition(": ")[2]) for quote in use.quotes] for use in uses]
    return all(any(run in text or text in run for text in quotes for run in runs) for quotes in texts)


def covers(wider: Stated, use: Stated) -> bool:
    """Tell whether a use is the same as another one or wider: for more people, of the same disease in the same place."""
    if any(wider.fields.get(name) != use.fields.get(name) for name in _EQUAL):
        return False
    for name in _WIDER_WITH_MORE:
        told = set(wider.fields.get(name, ()))
        if told and not (use.fields.get(name) and told >= set(use.fields[name])):
            return False
    (from_, to), (use_from, use_to) = _ages(wider), _ages(use)
    return from_ <= use_from and to >= use_to


def _ages(use: Stated) -> tuple[float, float]:
    """Return the ages in years between which a use holds."""
    unit = _UNITS.get(re.sub(r"s$", "", use.one("age_unit")), 1.0)
    low, high = use.one("age_from"), use.one("age_to")
    return (float(low) * unit if low else 0.0, float(high) * unit if high else float("inf"))
