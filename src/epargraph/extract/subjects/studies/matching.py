"""Which study a sentence is about: the one whose own words, people or comparators it takes up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from epargraph.extract.subjects.studies.arms import same_arm
from epargraph.extract.subjects.studies.study import Study, words_of

_LEAD = re.compile(
    r"^(?:(?:Finally|Similarly|However|In addition|Overall),\s)?(?:In|For|Among|When|Used|Taken|Given|As|Adding|On its own|Of)\b[^,;]{3,140}(?:,|$)|^The (?:corresponding )?(?:figures?|rates?|results?) (?:after|for|in|among|with) [^,;]{3,60}?(?= were| was)|^Adding\b[^,;]{3,90}?(?=\s(?:led|reduced|lowered|increased|improved|produced|brought)\b)"
)
_ALONE = re.compile(r"\b(?:on its own|alone|as monotherapy|without (?:other|any other) \w+)\b")
_ADDED = re.compile(r"\b(?:add(?:ed|ing|-on|ition)|combination|together with|on top of|either \S+ or placebo to)\b")


def study_named(text: str, studies: Sequence[Study], compared: Sequence[str] = ()) -> list[Study]:
    """Return the studies that the text speaks of, by its words; empty where none stands out.

    Words count the more, the fewer studies have them; words that all studies have count nothing. `compared` are the
    comparators that the text names.
    """
    if len(studies) < 2:
        return list(studies)
    plain = [each for each in studies if not any(_ADDED.search(told.text) for told in each.sentences)]
    if _ALONE.search(text) and len(plain) == 1:
        return plain
    scores = _scores(text, studies, compared)
    best = max(scores)
    return [] if best < 0.45 else [study for study, score in zip(studies, scores, strict=True) if score > best - 0.2]


def clearly_named(text: str, studies: Sequence[Study], current: Study, compared: Sequence[str] = ()) -> Study | None:
    """Return the study that the text names far rather than the current one; None where there is none."""
    scores = dict(zip((id(each) for each in studies), _scores(text, studies, compared), strict=True))
    named = study_named(text, studies, compared)
    if (
        len(named) == 1
        and id(current) in scores
        and scores[id(named[0])] - scores[id(current)] > 0.95
        and len(words_of(text) & named[0].words - current.words) > 1
    ):
        return named[0]
    return None


def _scores(text: str, studies: Sequence[Study], compared: Sequence[str]) -> list[float]:
    mine = words_of(text)
    having = Counter(word for study in studies for word in study.words)
    scores = []
    for study in studies:
        score = sum(1 / having[word] for word in mine & study.words if having[word] < len(studies))
        if compared and study.compared:
            known = [name for name in compared if any(same_arm(name, each) for each in study.compared)]
            score += 0.5 if known else -0.5
        elif compared:
            score -= 0.25
        scores.append(score)
    return scores


def lead_of(text: str) -> str | None:
    """Return the words with which a sentence says what it is about: 'In patients with asthma, ...'."""
    found = _LEAD.match(text)
    return found[0] if found else None
