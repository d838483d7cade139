"""The words that name a study: which take up one told before, which name none at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from epargraph.extract.subjects.studies.matching import study_named
from epargraph.extract.subjects.studies.mentions import Mention
from epargraph.extract.subjects.studies.study import Study, words_of
from epargraph.patterns import compiled

ORDINALS = {
    word: place
    for place, words in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), 1
    )
    for word in (words,)
}
DEFINITE = frozenset("the this that these those both all each either its".split())
NOT_CLINICAL = frozenset(
    "laboratory animal experimental previous published earlier literature quality non-clinical preclinical pharmacokinetic "
    "observational planned future".split()
)
NOT_ABOUT_PATIENTS = re.compile(
    r"^\s(?:on the quality|on quality|looking at (?:the|how)[^.;]{0,30}\b(?:absorption|absorbed|amount|levels)|of (?:the )?(?:absorption|quality)|"
    r"in (?:the )?laboratory|to (?:show|investigate|look at) how|published|already|that (?:have|had) already|will\b|is (?:planned|needed)|are needed)"
)
PART_OF = re.compile(
    r"\b(?P<part>one|two|three|four|some|most|all|each|none|several|both|results?|end|start|part) (?:of|from|in|to) $",
    re.IGNORECASE,
)
GOES_ON = re.compile(
    r"(?:In|By) (?:comparison|contrast)\b|This (?:was |is )?compare[sd]\b|Th(?:is|ese) (?:effects?|results?|improvements?)\b"
)
FIGURES = re.compile(
    r"^For [^,]{2,60}, the (?:corresponding )?(?:figures?|rates?|results?|percentages?|values?) (?:was|were)\b"
)
HEADS = ("study-head", "study-ordinal", "study-member", "study-part")


def says_what(head: Mention, text: str) -> bool:
    """Return whether the words only say what the study just named is: 'the main study was a retrospective study'."""
    return head.rule == "study-head" and bool(
        compiled(r"\bstudy (?:was|is) $").search(text[: head.start]) and head.words("x_det").lower() in ("a", "an")
    )


def ends_without_study(head: Mention, text: str) -> bool:
    """Return whether 'the second' ends a clause and no study was named before it, so that it may be anything."""
    ends = head.rule == "study-ordinal" and compiled(r"\s?(?:[.;]|$|and\b)").match(text[head.end :])
    return bool(ends) and not compiled(r"\b[Tt]he first (?:study|trial)\b").search(text[: head.start])


def retold(words: str, members: Sequence[Study]) -> bool:
    """Return whether 'the study of ...' takes up one of those told already: by its words, or by all of them where it is one."""
    about = words[:60]
    if len(members) == 1:
        return words_of(about.split(",")[0]) <= members[0].words
    return bool(members and study_named(about, members))


def role_told(words: Sequence[str]) -> bool:
    """Return whether the words say which role a study has."""
    return bool({"main", "pivotal", "supporting", "supportive"} & set(words))
