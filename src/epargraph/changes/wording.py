"""How a text changed: the words that were added and those that were removed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from epargraph.changes.notation import essence

_SENTENCE = re.compile(r"\n+|(?<=[.;:])\s+(?=[A-Z•-])")
_WORD = re.compile(r"\S+")
_BRIDGE = 2
"""So many words that stayed between two changes are told with them."""


def difference(before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words added and the words removed, each run of words as it is written; none where only notation differs.

    Sentences that only changed places are no difference.

    >>> difference("Treatment of adults with asthma.", "Treatment of adults and adolescents with asthma.")
    (('and adolescents',), ())
    """
    if before == after or essence(before) == essence(after):
        return (), ()
    old, new = sentences(before), sentences(after)
    stayed = Counter(map(essence, old)) & Counter(map(essence, new))
    old_words = _WORD.findall(" ".join(_without(old, stayed)))
    new_words = _WORD.findall(" ".join(_without(new, stayed)))
    matcher = SequenceMatcher(None, [essence(each) for each in old_words], [essence(each) for each in new_words], False)
    added: list[str] = []
    removed: list[str] = []
    for old_from, old_to, new_from, new_to in _runs(matcher.get_opcodes()):
        gone, come = " ".join(old_words[old_from:old_to]), " ".join(new_words[new_from:new_to])
        if essence(gone) != essence(come):
            removed += [gone] if essence(gone) else []
            added += [come] if essence(come) else []
    return tuple(added), tuple(removed)


def sentences(text: str) -> list[str]:
    """Return the sentences, bullets and headings of a text."""
    return [each for each in _SENTENCE.split(text) if essence(each)]


def _without(sentences: Sequence[str], stayed: Counter[str]) -> list[str]:
    """Return the sentences but for those that stayed."""
    left = Counter(stayed)
    kept: list[str] = []
    for each in sentences:
        if left[essence(each)]:
            left[essence(each)] -= 1
        else:
            kept.append(each)
    return kept


def _runs(codes: Sequence[tuple[str, int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Return the stretches that differ, those with few words between them joined."""
    runs: list[tuple[int, int, int, int]] = []
    for tag, old_from, old_to, new_from, new_to in codes:
        if tag == "equal":
            continue
        run = (old_from, old_to, new_from, new_to)
        if runs and old_from - runs[-1][1] <= _BRIDGE and _replaces(runs[-1]) and _replaces(run):
            runs[-1] = (runs[-1][0], old_to, runs[-1][2], new_to)
        else:
            runs.append(run)
    return runs


def _replaces(run: tuple[int, int, int, int]) -> bool:
    """Tell whether words stand in the place of others."""
    return run[1] > run[0] and run[3] > run[2]
