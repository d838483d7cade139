"""What became of a medicine's uses: extended, restricted, changed otherwise, or only reworded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from epargraph.changes.notation import essence
from epargraph.changes.wording import sentences
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
_REFERENCE = re.compile(r"\(?\bsee (?:also )?sections?\s*[\d.]+(?:(?:,| and| or)\s*[\d.]+)*[^().]*\)?", re.IGNORECASE)
_LIGHT = frozenset("indicated indication treatment with patients this that these which those from have been".split())
_UNITS = {"day": 1 / 365.25, "week": 7 / 365.25, "month": 1 / 12, "year": 1.0}


@dataclass(frozen=True, slots=True)
class Told:
    """A text on uses, and the uses that were read from it."""

    text: str
    uses: Sequence[Stated]


def became(before: Told, after: Told, added: Iterable[str], removed: Iterable[str]) -> str:
    """Return the type of the change of a text on uses, judged by the uses that were read from it before and after.

    Extended: each earlier use is among the present ones, at least as wide, and one of these is new; and words were added
    where that one stands. Restricted is the reverse, where a disease is told no more or a use is narrower. Where neither
    holds, the indication is changed; but it is only reworded where the same uses were read and no word of weight is there
    that the other text does not have. A use whose sentences stand in both texts is neither new nor lost, even if it was
    read from one of them only.
    """
    if not before.uses or not after.uses:
        return "indication changed"
    lost = [each for each in before.uses if not _stands(each, before, after)]
    new = [each for each in after.uses if not _stands(each, after, before)]
    if new and not lost:
        return "indication extended" if _told_in(new, added) else "indication changed"
    if lost and not new:
        replaced = _weight(added) or not _weight(removed) - _weight([after.text])  # a limit that only went is no limit
        gone = all(not _same_disease(each, after.uses) or (replaced and _narrowed(each, after.uses)) for each in lost)
        return "indication restricted" if gone and _told_in(lost, removed) else "indication changed"
    weighty = _weight(added) - _weight([before.text]) | _weight(removed) - _weight([after.text])
    return "indication changed" if new or lost or weighty else "indication reworded"


def _weight(texts: Iterable[str]) -> set[str]:
    """Return the words that carry weight: numbers, and words that neither lead in nor refer to other sections."""
    plain = " ".join(_REFERENCE.sub("", each) for each in texts).casefold()
    return {word for word in re.findall(r"[^\W_]+", plain) if word.isdigit() or (len(word) > 3 and word not in _LIGHT)}


def _stands(use: Stated, other: Told, told: Told) -> bool:
    """Tell whether a text tells a use: in the same sentences, or as a use that is as wide."""
    if any(covers(each, use) for each in told.uses):
        return True
    there = {essence(each) for each in sentences(told.text)}
    own = [essence(each) for each in sentences(other.text)]
    quotes = [essence(_words(quote)) for quote in use.quotes]
    return all(each in there for each in own if any(each in quote or quote in each for quote in quotes))


def _words(quote: str) -> str:
    """Return a quote without the name of its column."""
    return quote.partition(": ")[2]


def _same_disease(use: Stated, among: Sequence[Stated]) -> list[Stated]:
    """Return the uses that are of the same disease, for the same purpose."""
    return [each for each in among if all(each.fields.get(n) == use.fields.get(n) for n in ("purpose", "condition"))]


def _narrowed(use: Stated, among: Sequence[Stated]) -> bool:
    """Tell whether one of the uses is a narrower form of a use."""
    return any(covers(use, each) for each in _same_disease(use, among))


def _told_in(uses: Iterable[Stated], words: Iterable[str]) -> bool:
    """Tell whether every one of the uses stands in words that changed, or has some of them."""
    runs = [essence(each) for each in words]
    texts = [[essence(_words(quote)) for quote in use.quotes] for use in uses]
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
