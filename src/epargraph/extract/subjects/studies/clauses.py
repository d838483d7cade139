"""The clauses of a sentence that tells results: one for each value, with what is mentioned around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from epargraph.extract.engine import Fields
from epargraph.extract.subjects.studies.endpoints import ARM, STATISTIC, TIME, VALUE
from epargraph.extract.subjects.studies.mentions import Mention, apart
from epargraph.patterns import compiled
from epargraph.rules import MEDICINE

_ORDER = (
    "time-since", "time-study", "time-age", "time-duration", "time-week", "time-first", "value-share", "value-count", "value-percent", "value-tally", "value-aside",
    "value-incidence", "value-part", "value-people", "value-of-these", "value-among", "value-of-many", "value-fraction", "value-half", "value-all", "value-in-ten", "value-counted", "value-rate", "value-more", "value-things", "value-amount", "value-bare", "arm-untreated", "arm-both", "arm-dose",
    "arm-medicine", "arm-control", "arm-by", "arm-when", "arm-group",
    "arm-treated", "arm-on", "arm-with", "arm-with-many", "arm-with-other", "statistic-average", "statistic-mean", "statistic-median",
)  # fmt: skip
"""Of two mentions that overlap, the one that stands first here is right."""

_LOOSE = ("value-amount", "value-bare", "value-rate")
"""A number in the name of an arm is a dose or a schedule: 'given 5 mg every 4 weeks'."""

PEOPLE = (
    r"(?:patients|people|persons|adults|children|adolescents|teenagers|women|men|girls|boys|infants|babies|newborns|toddlers|"
    r"participants|volunteers|subjects|recipients|individuals|smokers|travellers|mothers|couples|owners|eyes|dogs|puppies|cats|kittens|horses|stallions|mares|foals|hens|ewes|sows|goats|cattle|cows|calves|pigs|piglets|"
    r"sheep|lambs|chickens|rabbits|animals|those|them)"
)
_OF_PEOPLE = re.compile(
    rf"(?<![\w-])(?:\b(?:of|in|for|among|to)\s)?(?:\b(?:all|the|those|these|other|treated)\s|\b\d[\d,]*\s)*(?:(?!(?:and|or|of|in|than|with|while|whereas|had|were|was|that|by|to)\b)[\w-]+\s){{0,2}}?\b{PEOPLE}\s(?:\([^()]{{1,60}}\)\s)?$"
)
_NUMBER_OF_PEOPLE = re.compile(rf"\b[Nn]umber of {PEOPLE} (?:who|with|whose|in whom)\b(?:[^.;]|\.\d)*$")
"""What a bare number counts people after: 'the number of patients who died was 42'."""
_BEGINS_WITH_PEOPLE = re.compile(rf"(?:(?:[Uu]n)?(?:treated|vaccinated)\s)?{PEOPLE}\s")
CONTRAST = re.compile(
    r"\b(?:(?:when\s)?compared\s(?:with|to)|in\scomparison\s(?:with|to|,)|as\sopposed\sto|as\s(?:many|much|high|low|often|long|frequent)\sas|against|versus|vs\b\.?|while|whereas|as\sdid|as\swere|as\swas|as\shad|but|"
    r"than|relative\sto|similar\sto\b(?!\s(?:that|those)\sin))\b|;|\bcompared,"
)
_JOIN = re.compile(r",\sand\s|\sand\s|,\s|\sor\s")
_LIVED = re.compile(
    r"\b(?:liv(?:e|ed|ing)|surviv(?:e|ed|ing)|last(?:s|ed|ing)?|maintained|sustained|alive|stayed|remained|continued|delayed|prolonged|extended|shortened|"
    r"longer|increased|reduced|improved|did so|shed|healed)(?:\s[a-z]+){0,3}$"
)

_NAMED = re.compile(f"{MEDICINE}+")
_BRACKET = re.compile(r"(?<!\w)\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known when a sentence is read: the medicine and what the study compares it with."""

    medicine: str
    substances: tuple[str, ...] = ()
    comparators: tuple[str, ...] = ()
    single: bool = False
    measure: str | None = None
    """What the sentence before measured, for one that goes on from it."""
    arms: tuple[str, ...] = ()
    """The arms of the sentence before, in its order."""
    same: bool = True
    """Whether the sentence before told of the same study."""
    shared: bool = True
    """Whether the sentence before told shares of people."""
    neither: bool = False
    """Whether what the sentence before told was of the arms against each other."""
    aim: str | None = None
    """What the study set out to measure, where the sentence before says so."""
    share: bool = False
    """Whether that is a share of people."""
    studies: int = 0
    """How many studies are told together, each by itself."""
    placed: bool = False
    """Whether the sentence before told its values study by study."""


@dataclass(slots=True)
class Segment:
    """The stretch of a sentence around one value."""

    value: Mention
    start: int
    end: int
    link: str = ""
    arm: str | None = None
    both: bool = False
    relative: bool = False
    told_behind: bool = False
    named: Mention | None = None
    """The mention of its arm, where that is known before names are read."""
    apart: bool = False
    """Whether it is told of the arms against each other, so that it is none's."""
    unnamed: bool = False
    """Whether an arm is told that can't be named: 'those given another vaccine'."""
    measure: str | None = None
    closed: bool = False
    share: bool = False
    statistic: str | None = None
    after: str | None = None
    subgroup: str | None = None
    place: int | None = None
    """The place of its study among those told together, where the sentence tells of several."""
    led: str = ""
    """The words of the value that it is joined to, for what it leaves unsaid: 'rose by 4 with one and by 3 with the other'."""
    all_of: int | None = None
    """How many people the value is a part of, where that is told ahead of it: 'Of the 108 patients ..., 64% (69)'."""
    fields: Fields = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """The unit of the value, its own or that of its neighbour; empty where there is none."""
        return str(self.value.fields.get("unit") or self.fields.get("unit") or "")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in which what has been read is covered by marks."""

    text: str
    masked: str
    mentions: list[Mention]
    scene: Scene
    covered: str
    """The text with each arm, time, statistic and bracket blanked character by character, the medicine's name as an arm."""


def line_of(text: str, masked: str, mentions: list[Mention], scene: Scene) -> Line:
    """Return the sentence with what has been read covered."""
    line = list(text)
    for named in _NAMED.finditer(masked):
        line[named.start() : named.end()] = ARM * (named.end() - named.start())
    for each in mentions:
        mark = {"arm": ARM, "time": TIME, "statistic": STATISTIC, "value": VALUE}.get(each.sort)
        if mark:
            line[each.start : each.end] = mark * (each.end - each.start)
    for found in _BRACKET.finditer(masked):
        if not any(each.sort == "value" and each.start < found.end() and found.start() < each.end for each in mentions):
            line[found.start() : found.end()] = "\ue015" * (found.end() - found.start())
    return Line(text, masked, mentions, scene, "".join(line))


def kept_mentions(masked: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that count, apart from each other, arms with the people that they are told of."""
    brackets = [found.span() for found in _BRACKET.finditer(masked)]
    told = [each for each in mentions if each.sort in ("value", "time", "arm", "statistic")]
    told = [
        each
        for each in told
        if each.rule in ("value-aside", "value-tally")
        or not any(start <= each.start and each.end <= end for start, end in brackets)
        or _alone_behind_arm(masked, each, told, brackets)
    ]
    told = [
        each
        for each in told
        if not (
            each.sort == "time" and re.match(r"(?i:for)\b.*(?:second|minute)s?$", masked[each.start : each.end].strip())
        )
    ]
    told = _without_results(masked, told)
    arms = [each for each in told if each.sort == "arm" and each.rule != "arm-with-other"]
    told = [
        each
        for each in told
        if not (each.rule in _LOOSE and any(a.start < each.start and each.end <= a.end for a in arms))
    ]
    told = [each if (end := _trimmed(masked, each)) == each.end else replace(each, end=end) for each in told]
    told = [
        replace(each, rule="value-people", fields={"numerator": each.fields["value"]})
        if each.rule == "value-bare" and _NUMBER_OF_PEOPLE.search(masked[: each.start])
        else each
        for each in told
    ]
    told = [
        _end_of_change(masked, each)
        for each in told
        if each.sort != "value" or not _HAD_BEFORE.search(masked[max(0, each.start - 100) : each.start])
    ]
    bars = [each for each in mentions if each.rule == "not-a-value"]
    ages = [each for each in bars if compiled(r"\bage\b|\baged\b|\bold\b").search(masked[each.start : each.end])]
    told = [
        each
        for each in told
        if not (each.sort == "value" and each.rule != "value-part" and _within(each, bars))
        and not (each.sort == "time" and each.rule != "time-age" and _within(each, ages))
    ]
    kept = _with_counts(masked, apart(told, _ORDER))
    barred = [each for each in mentions if each.rule == "threshold"]
    values = [each for each in kept if each.sort == "value"]
    kept = [
        each
        for each in kept
        if not any(each is one and _is_threshold(masked, one, two) for one, two in pairwise(values))
    ]
    values = [each for each in kept if each.sort == "value"]
    free = [each for each in values if not _within(each, barred)]
    if values and not free and _SHARE_IN_WORDS.search(masked):
        kept = [each for each in kept if each.sort != "value"]  # 'shrank by at least 20% in two thirds of them'
    if free:
        kept = [each for each in kept if each.sort != "value" or each in free]
    whose = [each for each in bars if masked.startswith("who", each.start)]
    kept = [each for each in kept if not (each.sort == "statistic" and _within(each, whose))]
    first = next((each.start for each in kept if each.sort == "value"), 0)
    kept = [each for each in kept if each.rule != "arm-with-other" or _follows_value(masked, each, kept)]
    kept = [
        each
        for each in kept
        if each.rule != "value-bare"
        or each.start > first
        or _scored(masked, each)
        or paired(masked, each)
        or _reached(masked, each)
    ]
    return sorted(
        (_with_people(masked, each, kept) if each.sort == "arm" else each for each in kept), key=lambda one: one.start
    )


_FROM = re.compile(
    r"\b(?:fell|fallen|dropped|decreased|declined|rose|risen|increased|improved|reduced|lowered|raised|went|gone|grew|cut|brought)\b[^;]*\bfrom (?:about |around |an average of )?$"
)


def _end_of_change(masked: str, value: Mention) -> Mention:
    """Return a value that is told from where it began as where it ended: 'fell from 8.4% to 7.1%'."""
    if value.sort != "value" or not value.has("value_to") or not _FROM.search(masked[: value.start]):
        return value
    to = masked.rfind("to ", value.start, value.end)
    fields = {k: v for k, v in value.fields.items() if k != "value_to"} | {"value": value.fields["value_to"]}
    return replace(value, start=to + 3, fields=fields) if to > 0 else value


_HAD_BEFORE = re.compile(
    rf"(?:\bwho (?:had had|had|were having|were experiencing|have)|\b{PEOPLE} (?:with|having)) (?:on average |an average of |a median of |around |about )*$"
)
"""What people had when they were chosen, so that a number behind it is no result: 'patients who had on average 3.4 relapses'."""


def _is_threshold(masked: str, value: Mention, following: Mention) -> bool:
    """Return whether an amount is what a share of people reached: 'levels were at least 11 g/dl in 34 of the children'."""
    counted = following.has("numerator") or following.words("unit") == "%"
    limit = value.words("qualifier").lower() in (
        "at least",
        "more than",
        "less than",
        "above",
        "below",
        "over",
        "under",
    )
    gap = masked[value.end : following.start]
    return value.rule in _LOOSE and limit and counted and bool(compiled(r"\s(?:in|for)\s(?:\w+\s)?").fullmatch(gap))


def _alone_behind_arm(
    masked: str, value: Mention, told: Sequence[Mention], brackets: Sequence[tuple[int, int]]
) -> bool:
    """Return whether a value fills a bracket behind its arm, and one of the same unit stands outside: '... as placebo (0.4 falls per year)'."""
    if value.rule != "value-rate" or (value.start - 1, value.end + 1) not in brackets:
        return False
    outside = [
        each
        for each in told
        if each.has("unit") and not any(start <= each.start and each.end <= end for start, end in brackets)
    ]
    arm = any(
        each.sort == "arm" and not masked[each.end : value.start].strip(" (") for each in told if each.end < value.start
    )
    return arm and any(each.words("unit") == value.words("unit") for each in outside)


_SHARE_IN_WORDS = re.compile(
    r"\b(?:in|for) (?:around |about |over |almost |nearly )?(?:half|an? (?:third|quarter)|two[ -]thirds|three[ -]quarters|most|many|some|all) of (?:them|these|those|the)\b"
)


def _trimmed(masked: str, each: Mention) -> int:
    """Return where a mention ends without the space, and an arm without the word that leads on, behind it."""
    words = masked[each.start : each.end].rstrip()
    return each.start + len(_LEADS_ON.sub("", words) if words.endswith(("and", "or")) and each.sort == "arm" else words)


_LEADS_ON = re.compile(r"\s(?:and|or)$")


def _without_results(masked: str, told: Sequence[Mention]) -> list[Mention]:
    """Return the mentions without the times that are results: one that stands beside such a one in its sentence is one too."""
    kept: list[Mention] = []
    units: set[str] = set()
    since = [each for each in told if each.rule == "time-since"]
    spans = [each for each in told if each.rule == "time-duration"] if since else []
    wholly = [one for one in since if any(_within(one, [each]) and _is_value(masked, each) for each in spans)]
    for each in told:
        if each in wholly:
            continue
        if each.sort == "time" and each.rule != "time-week":
            words = masked[each.start : each.end].lower()
            unit = words.split()[-1].rstrip("s")
            goes_on = unit in units and re.search(
                r"(?:[\ue000\ue001]|\band|\balone|\bso|\bplacebo|\bgroup)\s$|[a-z]\s$"
                if words.startswith("for ")
                else r"$^",
                masked[: each.start],
            )
            by_as_well = words.startswith("by ") and unit in units
            if goes_on or by_as_well or _is_value(masked, each):
                units.add(unit)
                continue
        kept.append(each)
    return kept


def _reached(masked: str, value: Mention) -> bool:
    """Return whether a bare number is what something changed to: 'fell from 7.1 to 3.2'."""
    ahead = masked[max(0, value.start - 70) : value.start]
    return bool(compiled(r"\b[Ii]t was $|\bfrom [^,;]{1,40}? to (?:an? (?:average|mean|median) of )?$").search(ahead))


def paired(masked: str, value: Mention) -> bool:
    """Return whether a bare number shares the unit of the one it is joined to: '8.1 and 6.7 months'."""
    return bool(re.match(r"\s(?:and|versus|vs\.?|compared with|or)\s\d[\d.,]*\s?(?:%|[a-z])", masked[value.end :]))


_COUNTED = re.compile(
    r"\b(?:number|rate|frequency) of (?P<what>(?:(?!(?:was|were|fell|rose|dropped|from|decreased|increased|declined|went)\b)[^,;()]){3,60}?)(?: (?:fell|rose|dropped|decreased|increased|declined|went down|went up) from (?:[a-z]+ )*\d[\d.]*)? (?:per|a|each) (?:patient |person )?(?:per )?(?P<per>day|week|month|year)\b|"
    r"\b(?P<yearly>annual(?:ised)?|yearly) (?:[a-z-]+ )?rate\b|"
    r"\b(?:number|rate) of (?P<each>[^,;()]{3,40}? per (?:patient|person|woman|child|eye|animal)) (?:was|were|fell|rose)\b|"
    r"\b[Nn]umber of (?P<counted>(?:(?!(?:patients|people|the|that|which|of|in|with|\w+ed)\b)[a-z-]+ ){0,2}?(?!\w+ed\b)[a-z-]+) (?=(?:that |which )?(?:the )?(?:patients|people|adults|children|they)\s|(?:\w+ed |also |then |only |first )?(?:had|was|were|rose|fell|increased|climbed|read)\s)|"
    r"\b(?P<often>yearly|annual|annualised|monthly|weekly|daily) (?:number|rate|frequency) of (?P<things>[^,;()]{3,60}?) (?:was|were|fell|decreased)\b"
)
_PER = {"yearly": "year", "annual": "year", "annualised": "year", "monthly": "month", "weekly": "week", "daily": "day"}


def _scored(masked: str, value: Mention) -> bool:
    """Return whether a bare number is the result of what was counted or scored ahead of it."""
    return bool(
        _COUNTED.search(masked, 0, value.start)
        or compiled(r"\b(?:[Ss]cores?|[Ii]ndex|ratio)\b[^.;]{0,80}$").search(masked[: value.start])
    )


def rate_unit(text: str, value: Mention) -> str | None:
    """Return the unit of a bare number, where what is counted, and how often, is told ahead of it."""
    if found := _COUNTED.search(text, 0, value.start):
        if found["yearly"]:
            return "per year"
        if found["each"]:
            return str(found["each"])
        if found["counted"]:
            return str(found["counted"])
        return f"{(found['what'] or found['things']).removesuffix(' in')} per {found['per'] or _PER[found['often']]}".strip()
    return None


def _within(value: Mention, barred: Sequence[Mention]) -> bool:
    return any(each.start < value.end and value.start < each.end for each in barred)


_FOLLOWED = re.compile(
    r"\b(?:follow|treat|given|receiv|took|tak|us|study|studied|last)\w*(?:\s(?:up|with|them|it|on)){0,2}(?:\s[\w\ue000\ue001-]+){0,2}\s$"
)


_BROUGHT_ABOUT = re.compile(
    r"\b(?:(?:was|were|be|been|had) \w+(?:ed|en|t|d|ne)|healed|recovered|relapsed|returned|stopped|closed|settled|resolved|cleared|occurred|came back|disappeared)\s(?:\w+\s){0,2}$"
)
"""What happened after a time, so that the time is the result: 'the tube could be removed after a median of 30 hours'."""


def _is_value(masked: str, time: Mention) -> bool:
    """Return whether what looks like a time is a result: 'lived for 7 months', 'delayed by 3 months'."""
    words = masked[time.start : time.end].lower()
    if words.startswith("in ") and compiled(r"(?:minute|second)s?$").search(words):
        return True
    if words.startswith("for "):
        ahead = re.sub(
            r"\b(?:on average|a median of|an average of)\b,?", "", masked[max(0, time.start - 70) : time.start]
        ).rstrip(" ,")
        if _LIVED.search(ahead):
            return True
        about = re.search(r"\b(?:average|median|mean) of\b", words) or re.match(r"\s?on average\b", masked[time.end :])
        return bool(about) and not _FOLLOWED.search(masked[: time.start])
    if masked.startswith("Half of") and compiled(r"(?:after|for) ").match(words):
        return True  # what half of them reached is a median
    if words.startswith("after ") and compiled(r"\son average\b").match(masked[time.end :]):
        return bool(_BROUGHT_ABOUT.search(masked[: time.start]))
    if words.startswith(("after ", "in ")) and compiled(r"\b(?:average|median|mean) of\b").search(words):
        ahead = masked[: time.start]
        return bool(_BROUGHT_ABOUT.search(ahead)) and bool(re.match(r"\s(?:in|for|with|among)\b", masked[time.end :]))
    if words.startswith("over "):
        return bool(compiled(r"\b(?:was|were|is|of|lasted)\s$").search(masked[: time.start]))
    if words.startswith("by ") and not compiled(r"by the (?:last|final|first|end)\b").match(words):
        return bool(
            re.search(r"\b(?:[a-z]+(?:ed|ing|er)|fell|rose|fallen|risen|cut)\s(?:[a-z]+\s){0,3}$", masked[: time.start])
        )
    return False


_MOST = re.compile(rf"\b(?i:most|many|the majority of|almost all|nearly all)(?: of)?(?: the)? (?:[\w-]+ )?{PEOPLE}\s$")
"""People whose share stands in brackets: 'most patients (86%)'."""


_OF_CHANGE = re.compile(r"\s?(?:reduction|increase|decrease|fall|lower|fewer|higher|difference)\b")


def _with_counts(masked: str, kept: list[Mention]) -> list[Mention]:
    """Join a count and its percentage where people and arm stand between the two: '34 of the 178 given it (19%)'."""
    joined: list[Mention] = []
    for each in kept:
        if each.rule in ("value-aside", "value-tally"):
            last = max((i for i, one in enumerate(joined) if one.sort == "value"), default=None)
            if last is None or (
                each.rule == "value-tally" and (each.start - joined[last].end >= 160 or joined[last].has("numerator"))
            ):
                if each.rule == "value-aside" and last is None and _MOST.search(masked[: each.start]):
                    joined.append(replace(each, rule="value-share"))
                did = compiled(r"\s(?:were|had|did|achieved|responded|reached)\b").match(masked[each.end :])
                behind_arm = bool(did) and any(one.sort == "arm" and 0 <= each.start - one.end <= 1 for one in joined)
                if each.rule == "value-tally" and (behind_arm or re.search(rf"\b{PEOPLE}\s$", masked[: each.start])):
                    joined.append(replace(each, rule="value-count"))
                continue
            before = joined[last]
            lacking = "value" if each.rule == "value-aside" else "numerator"
            if (
                each.start - before.end < 160
                and not before.has(lacking)
                and before.rule in ("value-count", "value-people", "value-percent", "value-fraction")
                and not (each.rule == "value-tally" and _OF_CHANGE.match(masked[before.end :]))
            ):
                own = (
                    {}
                    if before.rule == "value-fraction" and (each.has("qualifier") or each.has("value"))
                    else _qualified(before)
                )
                joined[last] = replace(before, fields={**before.fields, **each.fields, **own})
            continue
        joined.append(each)
    return [each for each in joined if each.rule != "value-fraction" or each.has("numerator") or each.has("value")]


def _qualified(value: Mention) -> dict[str, object]:
    return {"qualifier": value.fields["qualifier"]} if value.has("qualifier") else {}


def _follows_value(masked: str, arm: Mention, kept: Sequence[Mention]) -> bool:
    before = [each for each in kept if each.sort in ("value", "time", "statistic") and each.end <= arm.start]
    if not any(each.sort == "value" for each in before):
        return False
    gap = masked[before[-1].end : arm.start]
    return not gap.strip() or bool(
        re.fullmatch(r"\s?(?:seen|observed|reported|achieved|found|(?:per|a|each) (?:year|month|week|day))\s", gap)
    )


def _with_people(masked: str, arm: Mention, kept: Sequence[Mention]) -> Mention:
    before = max((each.end for each in kept if each.end <= arm.start), default=0)
    floor = max(before, arm.start - 90)
    own = _BEGINS_WITH_PEOPLE.match(masked, arm.start)
    if arm.rule.startswith("arm-with") and re.search(r"\b(?:[Cc]ompared|comparison)\s$", masked[floor : arm.start]):
        return replace(arm, start=arm.start + masked[arm.start : arm.end].index(" ") + 1)
    found = _OF_PEOPLE.search(masked[floor : own.end() if own else arm.start])
    return replace(arm, start=floor + found.start()) if found else arm


def segments_of(line: Line, values: Sequence[Mention]) -> list[Segment]:
    """Return the stretch of each value, cut at the words that contrast or join them."""
    covered = line.covered
    segments = [Segment(values[0], 0, len(covered))]
    for before, value in pairwise(values):
        gap = covered[before.end : value.start]
        contrasts = [
            each
            for each in CONTRAST.finditer(gap)
            if each[0] != "than"
            and not compiled(r"\s(?:the period )?(?:before|baseline|the start)\b").match(gap[each.end() :])
        ]
        joins = list(_JOIN.finditer(gap))
        ands = [each for each in joins if "and" in each[0]] or joins
        colon = list(re.finditer(r":\s", gap))
        joins_at = colon or ands
        cut, link = (contrasts[-1], "contrast") if contrasts else (joins_at[-1], "join") if joins_at else (None, "join")
        if cut and link == "contrast" and cut[0] == ";":
            link = "join"
        end = before.end + (cut.start() if cut else len(gap))
        start = before.end + (cut.end() if cut else len(gap))
        segments[-1].end = _closed(covered, before.end, end)
        segments.append(Segment(value, start, len(covered), link))
    segments[-1].end = _closed(covered, segments[-1].value.end, segments[-1].end)
    return segments


def _closed(covered: str, start: int, end: int) -> int:
    """Return where the clause ends that goes on at `start`: a semicolon closes it."""
    stop = covered.find(";", start, end)
    return end if stop < 0 else stop
