"""Which of several studies each value of a sentence is told of: '5 points in the first study and 7 points in the second'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from epargraph.extract.subjects.studies.clauses import Line, Segment
from epargraph.extract.subjects.studies.told_arms import name_of

_PLACE = re.compile(
    r"\b(?:[Ii]n )?[Tt]he (?P<which>first|second|third|fourth)\b(?= (?:study|trial)\b| (?:it was )?\d|(?<=[Ii]n the .....)\s?(?:,|\.|;|$| and\b)|(?<=[Ii]n the ......)\s?(?:,|\.|;|$| and\b))"
)
_WHICH = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def read_places(line: Line, segments: Sequence[Segment]) -> None:
    """Give each segment the place of its study among those told together, where the sentence tells more than one."""
    told = list(_PLACE.finditer(line.masked))
    if len({each["which"] for each in told}) > 1:
        _named(segments, told)
    else:
        _in_order(line, segments)


def _named(segments: Sequence[Segment], told: Sequence[re.Match[str]]) -> None:
    first = segments[0].value.start
    if told[0].start() < first:  # 'in the first study it was 5, in the second it was 7'
        for segment in segments:
            ahead = [each for each in told if each.start() < segment.value.start]
            segment.place = _WHICH[ahead[-1]["which"]]
        return
    for segment in segments:
        behind = [each for each in told if each.start() >= segment.value.end]
        segment.place = _WHICH[(behind or told[-1:])[0]["which"]]


def _in_order(line: Line, segments: Sequence[Segment]) -> None:
    """Read as many values of one arm as there are studies: '16% and 22% of patients, respectively'."""
    many = line.scene.studies
    if many < 2 or len(segments) % many:
        return
    clauses = [segments[at : at + many] for at in range(0, len(segments), many)]
    gaps = [line.masked[one.value.end : two.value.start].strip() for each in clauses for one, two in pairwise(each)]
    joined = len(clauses) > 1 and set(gaps) <= {"and", ","}
    if not (joined or "respectively" in line.masked or line.scene.placed):
        return
    read: list[str | None] = []
    for at, clause in enumerate(clauses):
        start, end = clause[0].start, clause[-1].end
        if not at:
            start = max(0, line.masked.rfind(";", 0, clause[0].value.start))
        named = {each for each in line.scene.comparators if each.lower() in line.text[start:end].lower()}
        if "\ue000" in line.masked[start:end]:
            named.add(line.scene.medicine)
        if len(named) > 1:
            return
        arms = {name_of(line, each) for each in line.mentions if each.sort == "arm" and start <= each.start < end}
        if not arms and "\ue000" in line.masked[start : clause[0].value.start]:
            arms = {line.scene.medicine}
        if len(arms) != 1:
            return
        read.append(next(iter(arms)))
    for clause, arm in zip(clauses, read, strict=True):
        for place, segment in enumerate(clause, 1):
            segment.place, segment.arm, segment.both = place, arm, False
