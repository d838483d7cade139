"""Which generic or biosimilar medicines are the first of their substance."""

from __future__ import annotations

import re
from collections.abc import Sequence

from epargraph.changes.notation import plain
from epargraph.sources import Entry

_SORTS = {"biosimilar": "biosimilar", "generic": "generic", "generic_or_hybrid": "generic or hybrid"}
_NEVER = frozenset({"", "application withdrawn", "withdrawn from rolling review", "refused", "opinion"}) | {
    "opinion under re-examination"
}
"""The statuses of medicines that were never authorised."""

Substance = frozenset[frozenset[str]]
"""A medicine's active substances, each as the set of its words."""


class Generics:
    """The generics and biosimilars of one day, for asking whether another day's are the first of their substance."""

    def __init__(self, before: Sequence[Entry]) -> None:
        self._before = [told for each in before if _sort(each) and _was_authorised(each) for told in _substances(each)]

    def entered(self, was: Entry | None, now: Entry) -> str | None:
        """Return what the medicine is the first of, None where it is not newly authorised or not the first.

        A salt or an ester counts as its substance: where one name has all the words of the other, they are the same.
        """
        sort = _sort(now)
        if not sort or now.one("status") != "authorised" or (was is not None and _was_authorised(was)):
            return None
        told = _substances(now)
        if not told or any(_same(one, other) for one in told for other in self._before):
            return None
        return f"{sort} of {now.one('common_name') or now.one('active_substance')}"


def _sort(entry: Entry) -> str:
    return next((name for key, name in _SORTS.items() if entry.says(key)), "")


def _was_authorised(entry: Entry) -> bool:
    return entry.one("status") not in _NEVER


def _substances(entry: Entry) -> list[Substance]:
    """Return the substances as the common name and as the active substance tell them."""
    found: list[Substance] = []
    for key in ("common_name", "active_substance"):
        parts = [part for value in entry.values.get(key, ()) for part in re.split(r"[;/+]|,(?!\d)", plain(value))]
        words = frozenset(frozenset(re.findall(r"\w+", part)) for part in parts) - {frozenset()}
        if words:
            found.append(words)
    return found


def same_substances(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two sources name the same active substances; a salt or an ester counts as its substance.

    >>> same_substances(["sotorasib"], ["Sotorasib"]), same_substances(["topotecan hydrochloride"], ["topotecan"])
    (True, True)
    """
    first, second = (frozenset(frozenset(re.findall(r"\w+", plain(each))) for each in some) for some in (one, other))
    return _same(first, second) and _same(second, first)


def _same(one: Substance, other: Substance) -> bool:
    return len(one) == len(other) and all(any(a <= b or b <= a for b in other) for a in one)
