"""The results that a sentence tells: each value with its arm, its measure, its time and its statistic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from epargraph.extract.engine import Fields
from epargraph.extract.subjects.studies.asides import alike_results, cases, in_brackets, other_things
from epargraph.extract.subjects.studies.clauses import (
    PEOPLE,
    Line,
    Scene,
    Segment,
    kept_mentions,
    line_of,
    paired,
    rate_unit,
    segments_of,
)
from epargraph.extract.subjects.studies.directions import directed
from epargraph.extract.subjects.studies.endpoints import ARM, STATISTIC, TIME, VALUE, happened, measure
from epargraph.extract.subjects.studies.groups import read_groups
from epargraph.extract.subjects.studies.last_resort import last_resort
from epargraph.extract.subjects.studies.mentions import Mention
from epargraph.extract.subjects.studies.places import read_places
from epargraph.extract.subjects.studies.told_arms import in_order, name_of, read_arms
from epargraph.patterns import compiled

_FOLLOWED_BY_PEOPLE = re.compile(
    rf"(?:(?:,|\sand)\s\d[\d.]*\s?%){{0,4}}\s?(?:\([^()]{{1,80}}\)\s)?(?:of|in|among)\s(?:(?!(?:and|compared)\b)[\w-]+\s){{0,4}}?{PEOPLE}\b|\s(?:(?!(?:and|compared|of|in)\b)[\w-]+\s){{0,4}}?{PEOPLE}\b|\s?of\s(?:the\s)?\d|"
    r"\s?of\s(?:all\s|the\s)?(?:[\w-]+\s){0,2}?(?:cases|episodes|procedures|operations|pregnancies|infections|samples|scans)\b"
)
_NO_RESULT = re.compile(
    r"\bmain\smeasures?\b|^[^,;]{0,60}\blooked\sat\s(?:whether|if)\b(?!.*\b(?:showed|found)\b)|\b(?:was|were|is|are)\sdefined\sas\b|\bprimary\s(?:measure|endpoint)|\bmeasures?\sof\seffectiveness\s(?:was|were)\b|"
    r"^[^,]{0,60}\bat\s(?:the\sstart\sof\s(?:the\s)?(?:study|studies|treatment)|baseline)\s(?:was|were)\b|\bside\seffects?\b|\b(?:is|are)\s(?:\w+\s)?expected\sto\b|\bwill\sbe\b|(?<!than\s)(?<!with\s)(?<!from\s)\bat\sthe\sstart(?:\sof\s(?:the\s)?(?:study|treatment))?\.$|\bis\snot\syet\sknown\b|^(?:At\s(?:the\s(?:start|beginning)|baseline)|Before\s(?:the\sstart|treatment|the\sstudy))\b(?:[^,]{0,40},|(?!.*\b(?:after|fell|rose|fallen|risen|by\sthe\send|compared)\b))|^An?\s[\w-]+\s(?:to\streatment\s)?(?:meant|was\sdefined)\b"
)
_GOES_ON = re.compile(
    r"^(?:[^,]{3,60}, )?(?:[Tt]h(?:is|ese)(?:\s(?:distance|score|level|number|rate|value|figure|amount|time|proportion)s?)?|[Ii]t|[Tt]hey)\s(?:had\s)?(?:increased|risen|rose|fallen|fell|improved|decreased|dropped|declined|went|gone|grew|grown)\b|^(?:(?:In|By)\s(?:comparison|contrast)|This\s(?:was\s)?compare[sd]\s(?:with|to)|The\scorresponding)|\b(?i:these|the)\s(?:corresponding\s)?(?:figures|results|rates|values|percentages|proportions|figure|result|rate|percentage|proportion)\s(?:was|were|among|with|for)\b|"
    r"\b(?:falls?|reductions?|decreases?|increases?|rises?|improvements?)\sof\s[^,;]{0,40}\d|\d\s?(?:%|points?)\s(?:fall|reduction|decrease|increase|rise|improvement)s?\s(?=with\b|in\s(?:those|patients)\b)|, (?:it|this) was (?=[\ue000-\uf8ff\d]|an? (?:average|mean))|(?:^|,\s|\s(?:weeks|months|years?)\s)[Tt]he\s(?:average\s|mean\s)?(?:fall|decrease|reduction|increase|rise|improvement|change|drop)s?\s(?:was|were|at|after|with)\b"
)
_TAKES_UP = re.compile(
    r"\bmet\s(?:this|the)\s(?:target|goal|criteri|endpoint)|^(?:[^,]{3,60}, )?(?:[Tt]his|[Tt]hat|[Ii]t)\s(?:was\s(?:the\scase|achieved|seen|reached)|happened|occurred|had\s(?:increased|risen|fallen|improved|decreased))\b|^(?:[^,]{3,60}(?:, |\s))?[Tt]he\s(?:rate|level|number|score|proportion|percentage|figure|result|reduction|change|improvement|increase|decrease)s?\s(?:was|were|among|with)\b"
)
_LASTS = re.compile(r"(?:This|The|These) (?:effect|improvement|benefit|result)s?\b")
_DOSE_UNITS = frozenset("mg g kg micrograms microgram ml IU units MBq".split())
_TIME_UNIT = re.compile(r"(?:second|minute|hour|day|week|month|year)s?$")


_MAY_TELL_NONE = (
    "easure",
    "defined",
    "primary",
    "side",
    "start",
    "aseline",
    "expected",
    "will",
    "known",
    "Before",
    "meant",
    "looked at",
)
"""What a sentence that tells no result can't do without: looked for first, since most tell one."""


def tells_no_result(masked: str) -> bool:
    """Return whether the sentence tells of what was to be measured, of how things stood before, or of side effects."""
    return any(word in masked for word in _MAY_TELL_NONE) and _NO_RESULT.search(masked) is not None


_MOST = 60
"""Numbers that a sentence of results can hold: one with more is a table that lost its lines, and is left unread."""


def results(text: str, masked: str, mentions: Sequence[Mention], scene: Scene) -> list[tuple[Fields, Mention]]:
    """Return the results that a sentence tells, as the fields of outcomes, each with the mention of its value.

    `masked` is the sentence with the document's own names masked. A value whose measure is not clear yields nothing.
    """
    if not any(each.sort == "value" for each in mentions) or tells_no_result(masked):
        return []
    if sum(each.sort == "value" for each in mentions) > _MOST:
        return []
    kept = kept_mentions(masked, mentions)
    values = [each for each in kept if each.sort == "value" and not _is_dose(each, masked)]
    line = line_of(text, masked, kept, scene)
    if not values:
        return _in_brackets(line, in_brackets(line, mentions), [each for each in mentions if each.sort == "arm"])
    if len(values) > 12:
        return []
    segments = segments_of(line, values)
    read_arms(line, segments)
    read_places(line, segments)
    _read_units(line.text, segments)
    _read_measures(line, segments, [each for each in mentions if each.sort == "measure"])
    _read_times(line, segments)
    read_groups(line, segments)
    assessed = next((each.words("assessment") for each in mentions if each.sort == "assessed"), None)
    for before, segment in pairwise(segments):
        if segment.link == "join":
            segment.led = text[before.start : before.end] + before.led
    rows = [row for segment in segments for row in _rows(segment, scene, assessed, text)]
    if all(each.apart for each in segments):  # a difference: the values behind it may stand in brackets
        rows += _in_brackets(line, in_brackets(line, mentions), [each for each in mentions if each.sort == "arm"])
    elif other_things(line, values, mentions):
        more = _in_brackets(line, in_brackets(line, mentions), [each for each in mentions if each.sort == "arm"])
        rows += [({k: v for k, v in fields.items() if k != "statistic"}, value) for fields, value in more]
    return rows + cases(line, mentions)


def _in_brackets(line: Line, segments: list[Segment], arms: Sequence[Mention]) -> list[tuple[Fields, Mention]]:
    """Return the results told in brackets alone, where each has an arm."""
    if not segments:
        return []
    names: list[str | None] = [each.arm or (name_of(line, each.named) if each.named else None) for each in segments]
    if not any(names):
        names = [*in_order(line, segments[0].value.start, arms)]
        names = names or ([*line.scene.arms] if alike_results(line.masked) else [])
        names = names or _ahead_and_inside(line, segments, arms) or [*in_order(line, segments[-1].value.start, arms)]
        if not names and "both" in line.masked:
            scene = line.scene
            known = [scene.medicine, *scene.comparators] if len(scene.comparators) == 1 else []
            names = [*scene.arms] if scene.same and len(scene.arms) == 2 else [*known]
    if len(names) != len(segments) or not all(names) or len(set(names)) < len(names):
        return []
    for segment, name in zip(segments, names, strict=True):
        segment.arm = name
    average = segments[0].statistic
    _read_units(line.text, segments)
    _read_times(line, segments)
    first = segments[0].value.start
    opening = [each for each in line.mentions if each.sort == "time" and each.has("after") and each.end <= first]
    opening = [
        each for each in opening if not compiled(r",\s(?:but|and|while)\s|;").search(line.masked[each.end : first])
    ]
    for segment in segments:
        if not segment.after and len(opening) == 1:
            segment.after = opening[0].words("after")
        segment.statistic = segment.statistic or average
    rows = [row for each in segments for row in _rows(each, line.scene, None, line.text)]
    return [({k: v for k, v in fields.items() if k != "direction"}, value) for fields, value in rows]


def _ahead_and_inside(line: Line, segments: list[Segment], arms: Sequence[Mention]) -> list[str | None]:
    """Return the arm told ahead of a bracket and the one told inside it: 'with the one (25 points versus 19 for the other)'."""
    start, end = segments[0].value.start, segments[-1].value.end
    ahead = [each for each in arms if each.end <= start]
    inside = [each for each in arms if each.start >= end and ")" not in line.masked[end : each.start]]
    if len(ahead) == 1 and len(inside) == 1 and len(segments) == 2:
        return [name_of(line, ahead[0]), name_of(line, inside[0])]
    return []


def _is_dose(value: Mention, masked: str) -> bool:
    """Return whether an amount is the dose of an arm: 'with 2 mg', 'the 1 mg dose'."""
    ahead = compiled(
        r"(?:\b(?:(?<!compared )(?<!comparison )with|on|given|taking|receiving|the|at|of)|[\ue000\ue001])\s$"
    ).search(masked[: value.start])
    unit = str(value.fields.get("unit", "")).split(" ")
    scheduled = len(unit) > 1 and unit[1] in ("once", "twice", "three", "every")
    return unit[0] in _DOSE_UNITS and (
        scheduled or (bool(ahead) and len(unit) == 1 and not compiled(r"\bof\s$").search(masked[: value.start]))
    )


_CLOSED = (
    "measure-progression-free-survival", "measure-disease-free-survival", "measure-response-duration", "measure-complete-response",
    "measure-partial-response", "measure-response", "measure-overall-survival",
)  # fmt: skip


def _read_measures(line: Line, segments: list[Segment], closed: Sequence[Mention]) -> None:
    """Give each segment what it measures; one that doesn't say measures what the one before it does."""
    covered = line.covered
    for index, segment in enumerate(segments):
        value = segment.value
        unit = segment.unit
        if index and not value.has("unit") and not value.has("numerator"):
            unit = str(segments[index - 1].value.fields.get("unit", ""))
        raised = _CHANGED_BY.search(covered[segment.start : value.start])
        counted = not (raised and not value.has("denominator")) and (
            value.has("denominator")
            or value.rule in ("value-share", "value-people", "value-of-these", "value-half")
            or (
                unit == "%"
                and (
                    bool(_FOLLOWED_BY_PEOPLE.match(line.masked[value.end :]))
                    or _arm_follows(covered, line.masked, value)
                    or bool(_SEEN_IN.search(covered[segment.start : value.start]))
                    or bool(_FOLLOWED_BY_DOING.match(line.masked[value.end :]))
                )
            )
        )
        fitting = [
            each
            for each in closed
            if each.start < segment.end
            and segment.start < each.end
            and _fits(each, unit, counted)
            and not _aside(line.masked, each)
        ]
        told = min(fitting, key=lambda each: _CLOSED.index(each.rule), default=None)
        if told and told.end <= value.start and compiled(r"(?:,|\band)\s").search(covered[told.end : value.start]):
            own = measure("", _marked(covered[value.end : segment.end]), unit, counted, False) if counted else None
            if own:
                segment.measure, segment.share = own
                continue
        if told and not (index and _only_repeats(told, segments[index - 1])):
            segment.measure, segment.closed = str(told.fields["measure"]), True
            segment.share = counted or unit == "%"
        else:
            before = covered[segment.start : value.start]
            after = covered[value.end : segment.end]
            if (
                index
                and _AS_DID.search(covered[segments[index - 1].value.end : segment.start])
                and segments[index - 1].measure
            ):
                segment.measure, segment.share = segments[index - 1].measure, segments[index - 1].share
                segment.closed = segments[index - 1].closed
                continue
            leads = not index or segments[index - 1].measure is None
            shared = bool(index) and unit == "%" and segments[index - 1].share
            own_words = _OWN_IN.fullmatch(_marked(before)) if shared else None
            if own_words and (what := happened(own_words["what"])):
                segment.measure, segment.share = what, True
                continue
            found = measure(_marked(before), _marked(after), unit, counted, leads)
            if found is None and (leads or value.has("x_what")):
                found = last_resort(_marked(before), _marked(after), unit, _counted_words(value))
            if found and not (index and segment.link == "contrast" and not found[1] and segments[index - 1].closed):
                segment.measure, segment.share = found
        alike = bool(index) and _alike(unit, segments[index - 1])
        if segment.measure is None and alike and not _shares_next(covered, segments, index):
            before_it = segments[index - 1]
            segment.measure, segment.closed = before_it.measure, before_it.closed
            segment.share = before_it.share if before_it.unit == unit or not unit else counted
            if value.has("denominator") or _SEEN_IN.search(covered[segment.start : value.start]):
                segment.share = True
    _fill_from_next(segments)
    first = segments[0]
    aim = line.scene.aim
    if (
        first.measure is None
        and aim
        and not _LASTS.match(line.masked)
        and (_TAKES_UP.search(line.masked) or (first.unit not in ("", "%") and not line.scene.share))
    ):
        first.measure, first.share = aim, line.scene.share
        for segment in segments[1:]:
            if segment.measure is None:
                segment.measure, segment.share = first.measure, first.share
    if first.measure is None and line.scene.measure and _GOES_ON.search(line.masked):
        if line.scene.neither and len(segments) == 1 and not first.told_behind:
            first.arm, first.apart = None, True
        first.measure, first.share = line.scene.measure, first.unit == "%" and line.scene.shared
        for segment in segments[1:]:
            if segment.measure is None:
                segment.measure, segment.share = segments[0].measure, segments[0].share
    for index in range(len(segments) - 2, -1, -1):
        alike = segments[index].unit in ("", segments[index + 1].unit) and not _says_more(covered, segments[index])
        if segments[index].measure is None and segments[index + 1].measure and alike:
            segments[index].measure = segments[index + 1].measure
            segments[index].share = segments[index + 1].share


_AS_DID = re.compile(r"\bas (?:did|had|was|were)\s?$")
_OWN_IN = re.compile(
    r"\s?(?:(?:with|while|and) )?(?P<what>(?!(?:those|patients|it|this|that|correctly)\b)[a-z][a-z -]{2,40}?) in\s?"
)


def _counted_words(value: Mention) -> str:
    """Return the words for the cases or things that a value counts; empty where it counts none."""
    return value.words("x_what") or (value.words("unit") if value.rule in ("value-things", "value-counted") else "")


def _alike(unit: str, before: Segment) -> bool:
    """Return whether a value may measure what the one before it does: shares and amounts don't."""
    amount = unit not in ("%", "") and not unit.startswith("percentage point")
    return not (amount and before.share and before.unit in ("%", "")) and not (
        unit == "%" and before.unit in ("g", "kg", "cm")
    )


def _shares_next(covered: str, segments: list[Segment], index: int) -> bool:
    """Return whether a value stands in one breath with the next: '96% and 95% respectively still had ...'."""
    following = segments[index + 1 : index + 2]
    gap = covered[segments[index].value.end : following[0].value.start].strip() if following else ""
    said = covered[following[0].value.end : following[0].end] if following else ""
    return gap in ("and", "versus") and bool(_FOLLOWED_BY_DOING.match(said))


def _fill_from_next(segments: list[Segment]) -> None:
    """Give a value that stands in one breath with the next what that one measures."""
    for segment, following in pairwise(segments):
        if segment.measure is None and following.measure is not None and segment is not segments[0]:
            segment.measure, segment.share, segment.closed = following.measure, following.share, following.closed


def _says_more(covered: str, segment: Segment) -> bool:
    """Return whether words of its own stand behind a value, so that it doesn't share what the next one tells."""
    return len(compiled(r"[a-z]{2,}").findall(covered[segment.value.end : segment.end])) > 4


_FOLLOWED_BY_DOING = re.compile(
    r"(?:,?\srespectively,?)?\s(?:(?:still|also|then|had|no\slonger)\s)?(?:had|did|were|became|[a-z]{3,}ed)\b(?! (?:by|to|from|with)\b)"
)
_CHANGED_BY = re.compile(
    r"\b(?:fell|fallen|dropped|decreased|declined|rose|risen|increased|improved|reduced|lowered|raised|cut|grew|changed|gone (?:up|down)|went (?:up|down)|falling|rising) (?:by|(?:from\s[^,;]{1,40}?\s)?to)\s(?:an?\s|more than\s|at least\s|around\s|about\s|[\ue010-\ue015\s])*$"
)
_SEEN_IN = re.compile(r"\b(?:occurred|seen|reported|observed|achieved|noted|happened|confirmed) in\s$")


def _only_repeats(told: Mention, before: Segment) -> bool:
    """Return whether the words of a measure stood before this segment already."""
    return told.end <= before.end


def _aside(masked: str, told: Mention) -> bool:
    """Return whether a measure is named only in a clause on who the people are."""
    return bool(
        compiled(r"\b(?:who|which|whose\s\w+)\s(?:had|have|has)?\s?(?:not\s)?(?:previously\s)?$").search(
            masked[max(0, told.start - 40) : told.start]
        )
    )


def _fits(told: Mention, unit: str, counted: bool) -> bool:
    long = bool(_TIME_UNIT.search(unit))
    if told.rule == "measure-response-duration":
        return long
    if told.rule in ("measure-response", "measure-complete-response", "measure-partial-response"):
        return counted or unit == "%"
    return long or counted or unit == "%"


def _arm_follows(covered: str, masked: str, value: Mention) -> bool:
    behind = covered[value.end :].lstrip()
    return behind.startswith(ARM) and bool(compiled(r"\s?(?:of|in|among)\b").match(masked[value.end :]))


def _marked(text: str) -> str:
    """Return the text with each stretch of marks as one mark, and what stood in brackets left out."""
    if "\ue015" in text:
        text = compiled(r"\s?\ue015+").sub("", text)
    for mark in (ARM, TIME, STATISTIC, VALUE):
        while mark * 2 in text:
            text = text.replace(mark * 2, mark)
    return text


def _read_times(line: Line, segments: list[Segment]) -> None:
    times = [each for each in line.mentions if each.sort == "time" and each.has("after")]
    statistics = [each for each in line.mentions if each.sort == "statistic"]
    for index, segment in enumerate(segments):
        inside = [each for each in times if segment.start <= each.start < segment.end]
        inside.sort(key=lambda each: each.rule == "time-study")
        segment.after = inside[0].words("after") if inside else None
        near = [
            each
            for each in statistics
            if segment.start <= each.start < segment.end and not _of_time(line.masked, each, times)
        ]
        segment.statistic = near[-1].words("statistic") if near else None
        if index:
            segment.after = segment.after or segments[index - 1].after
            before = segments[index - 1]
            same = (not segment.unit or segment.unit == before.unit) and segment.measure == before.measure
            segment.statistic = segment.statistic or (segments[index - 1].statistic if same else None)
    last = segments[-1]
    if last.after and not any(each.after for each in segments[:-1]):
        for segment in segments:
            segment.after = last.after
    for segment in segments:
        if segment.after:
            after = _START.sub("", segment.after)
            segment.after = after[0].lower() + after[1:]


_START = re.compile(
    r"\s(?:into the (?:study|trial|treatment)|after (?:the start of|starting) (?:the )?(?:study|treatment))$"
)
"""What only says that a time is counted from the start."""


def _of_time(masked: str, statistic: Mention, times: Sequence[Mention]) -> bool:
    """Return whether an average is that of a time told before it: 'after 23 months on average, ...'."""
    return any(
        0 <= statistic.start - each.end <= 1 and masked[statistic.end : statistic.end + 1] == "," for each in times
    )


def _read_units(text: str, segments: list[Segment]) -> None:
    """Give a bare number the unit of the value before it."""
    unit: object = None
    for segment in segments:
        own = segment.value.fields.get("unit")
        if own is None and unit is None and segment.value.rule == "value-bare":
            unit = rate_unit(text, segment.value)
        if own is None and segment.value.rule in ("value-bare", "value-counted") and unit:
            segment.fields["unit"] = str(unit)
        unit = own or unit
    for segment, following in zip(reversed(segments[:-1]), reversed(segments[1:]), strict=True):
        if segment.value.rule == "value-bare" and "unit" not in segment.fields and paired(text, segment.value):
            unit = following.value.fields.get("unit") or following.fields.get("unit")
            if unit:
                segment.fields["unit"] = str(unit)


_BACKGROUND = re.compile(
    r"(?:(?:also |already |previously )*(?:taken|received|been treated|been given)|(?:over|under|aged|at least) \d+|women|men|female|male|(?:starting )?doses?$)\b"
)
"""Who the people were and what they had before: told in the words of a result, but none where no arm is named."""


def _rows(segment: Segment, scene: Scene, assessed: str | None, text: str) -> list[tuple[Fields, Mention]]:
    value = segment.value
    background = segment.measure is not None and (
        _BACKGROUND.match(segment.measure) or value.rule in ("value-half", "value-in-ten")
    )
    if segment.measure is None or (background and not segment.told_behind):
        return []
    words = text[segment.start : segment.end]
    clause = compiled(r",\s").split(text[value.end :])[0]
    if compiled(r"\bin the literature\b|\bwould (?:be|have been) expected\b|\bhistorical\b").search(clause):
        return []
    names = ("value", "value_to", "unit", "qualifier", "numerator", "denominator")
    fields: Fields = {k: v for k, v in value.fields.items() if k in names and isinstance(v, (str, int, float))}
    fields |= segment.fields
    if isinstance(said := fields.get("qualifier"), str):
        fields["qualifier"] = said.lower()
    if segment.all_of and value.has("numerator") and not value.has("denominator"):
        fields["denominator"] = segment.all_of
    if (
        "value" in fields
        and "unit" not in fields
        and not compiled(r"\b(?:[Ss]cores?|[Ii]ndex|ratio)\b").search(segment.measure)
    ):
        return []
    if value.has("x_more") and not segment.closed:
        fields["direction"] = "increase" if value.words("x_more") in ("more", "additional") else "decrease"
    fields["measure"] = segment.measure
    if segment.statistic and not value.has("numerator"):
        fields["statistic"] = segment.statistic
    elif segment.apart:
        pass  # a difference is no share of people
    elif text.startswith("Half of") and _TIME_UNIT.search(str(fields.get("unit", ""))):
        fields["statistic"] = "median"
    elif (
        value.rule == "value-half"
        or value.has("numerator")
        or (
            segment.share
            and fields.get("unit") == "%"
            and not compiled(r"(?:\s(?:versus|and|compared with)\s\d[\d.]*\s?%)?\s(?:per|a|each) year\b").match(
                text[value.end :]
            )
        )
    ):
        fields["statistic"] = "proportion"
    if (
        "statistic" not in fields
        and fields.get("unit") == "%"
        and compiled(r"sensitivity|specificity").match(segment.measure)
    ):
        fields["statistic"] = "proportion"
    if segment.after and not (_TIME_UNIT.search(str(fields.get("unit", ""))) and segment.closed):
        fields["after"] = segment.after
    if segment.place:
        fields["x_place"] = segment.place
    if segment.subgroup:
        fields["subgroup"] = segment.subgroup
    if assessed and segment.measure in ("response", "complete response"):
        fields["assessment"] = assessed
    if segment.both and len(scene.comparators) == 1:
        return [
            (directed({**fields, "arm": arm}, words, segment.led, text), value)
            for arm in (scene.medicine, scene.comparators[0])
        ]
    of_both = (
        compiled(r"(?:risk|reduction in (?:the )?risk)\b").match(segment.measure)
        and fields.get("statistic") != "proportion"
    )
    if (
        segment.measure.endswith("efficacy")
        and segment.arm in ("placebo", *scene.comparators)
        and not segment.told_behind
    ):
        segment.arm = scene.medicine
    if segment.arm and not (of_both and not segment.told_behind):
        fields["arm"] = segment.arm
    return [(directed(fields, words, segment.led, text), value)]
