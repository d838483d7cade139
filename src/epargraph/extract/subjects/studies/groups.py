"""The groups of people within an arm that results are told of, and how many they are."""

from __future__ import annotations

import re

from epargraph.extract.subjects.studies.clauses import PEOPLE, Line, Segment
from epargraph.values import number

_ENDS = r"(?!(?:had|was|were|has|have|who|compared|responded|lived|survived|achieved|given|receiving|treated|taking|on|after|over|at|the|and\s(?:in|by|of)|by|developed|died|showed)\b)"
_SUBGROUP = re.compile(
    rf"\s?(?:of|in|among)\s(?:the\s)?(?P<who>(?:(?!of\b|in\b|the\b)[\w-]+\s){{0,3}}?{PEOPLE}\b(?:\s(?:with|aged|without|from)\s(?:(?!had\b|were\b|was\b|and\b|who\b|compared\b)[\w-]+\s?){{1,6}})?)"
)
_EVERYONE = re.compile(r"(?:patients|people|persons|participants|subjects|those|them|individuals)$")
_AHEAD = re.compile(
    rf"(?:^|[;:]\s|,\s(?:and|while|but)\s|\band\s)(?i:of|in|among|for)\s(?:an?\s(?:sub)?group\sof\s|the\s|all\s)?(?:(?P<all>\d[\d,]*)\s)?(?P<who>(?!study\b|trial\b)(?:[\w-]+\s){{0,2}}?{PEOPLE}(?:\s(?:and|or)\s{PEOPLE})?\s"
    rf"(?:(?:whose|in whom|for whom|who (?:had|have|did|do)(?! (?:been )?(?:given|treated|received|taken|taking)))\s(?:(?!compared)[\w‘’'-]+\s?){{2,14}}|(?:with|without|aged|under|over)\s(?:{_ENDS}[\w‘’'/+-]+\s?){{1,8}}))(?=,|\d)"
)
_BEHIND = re.compile(
    rf"\s?(?:out\s)?(?:\([^()]{{1,60}}\)\s)?(?:of|in|among)?\s?(?:the\s)?(?P<who>{PEOPLE}\s(?:with|without)\s(?!placebo\b|no\streatment\b|[\ue000\ue001])(?:{_ENDS}[\w‘’'/+-]+\s?){{1,8}})(?=\(|,|\.|had\b|responded\b|were\b|was\b)"
)
_WITHIN = re.compile(
    r"\bresponses?\s(?:in|among)\s(?P<who>(?:{_ENDS}[\w-]+\s?){1,5}?)\s(?=lasted|was|were|of)".replace("{_ENDS}", _ENDS)
)


def read_groups(line: Line, segments: list[Segment]) -> None:
    """Give segments the groups of people that they are told of, and how many these are."""
    _by_themselves(line, segments)
    _told_apart(line, segments)


def _by_themselves(line: Line, segments: list[Segment]) -> None:
    """Read 'Among the 75 patients whose cancer had spread, ...' and 'in 66 of the 93 patients with lymphoma'."""
    before: tuple[str, int | None] | None = None
    for segment in segments:
        ahead = list(_AHEAD.finditer(line.text, max(0, segment.start - 1), segment.value.start))
        within = _WITHIN.search(line.text, segment.start, segment.value.start)
        behind = _BEHIND.match(line.masked, segment.value.end)
        if ahead:
            many = number(ahead[-1]["all"]) if ahead[-1]["all"] else None
            before = ahead[-1]["who"].strip(), many if isinstance(many, int) else None
        elif within:
            before = within["who"].strip(), None
        elif behind:
            total = segment.value.fields.get("denominator")
            before = (
                line.text[behind.start("who") : behind.end("who")].strip(),
                total if isinstance(total, int) else None,
            )
        elif segment.link == "contrast" and segment.value.has("denominator") and before and before[1] is not None:
            before = before[0], None
        if before:
            segment.subgroup, segment.all_of = before
    if segments[0].subgroup is None and (whole := _OF_ALL.match(line.text)):
        for segment in segments:
            many = number(whole["all"])
            segment.all_of = many if isinstance(many, int) else None


_OF_ALL = re.compile(rf"Of (?:the |these |all )?(?P<all>\d[\d,]*) (?:[\w-]+ ){{0,3}}?{PEOPLE}\b")


def _told_apart(line: Line, segments: list[Segment]) -> None:
    """Give segments the groups of people that they are told of, where these differ within one arm."""
    told = [_SUBGROUP.match(line.text[each.value.end :]) for each in segments]
    groups = [found["who"].strip() if found else "" for found in told]
    arms = [each.arm for each in segments]
    if len(set(groups)) < 2 or len(segments) != len(groups):
        return
    for segment, group in zip(segments, groups, strict=True):
        others = [g for g, a in zip(groups, arms, strict=True) if a == segment.arm and g]
        if segment.subgroup is None and group and len(set(others)) > 1 and not _EVERYONE.match(group):
            segment.subgroup = group
