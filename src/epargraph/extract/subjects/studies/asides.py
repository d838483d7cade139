"""Results told in brackets: 'lived longer than those given it alone (8.6 months compared with 8.0 months)'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from epargraph.extract.engine import Fields
from epargraph.extract.subjects.studies.clauses import CONTRAST, PEOPLE, Line, Segment
from epargraph.extract.subjects.studies.endpoints import did, happened
from epargraph.extract.subjects.studies.mentions import Mention, apart
from epargraph.extract.subjects.studies.told_arms import name_of
from epargraph.patterns import compiled

_MORE = r"(?:more|less|fewer|greater|larger|bigger|smaller|higher|lower|longer|shorter|better|worse|common|frequent|often|similar|comparable)"
_CHANGE = r"(?:reductions?|falls?|decreases?|increases?|improvements?|drops?|rises?|gains?|changes?)"
_MEASURES = (
    rf"\b(?:greater|larger|bigger|smaller|similar|lower|higher|better) {_CHANGE} in (?P<what>[^,;()]+?)(?: over | after | at | than | with | in (?:the|those|patients) |,|$)",
    r"[Tt]he (?:number|proportion|percentage) of \w+ (?:whose|who|with) (?P<what>[^,;()]+?) (?:was|were) (?:small|low|high|similar|higher|lower|comparable)",
    rf"^(?!There\b)(?P<what>(?:[Tt]he |[Aa]verage |[Mm]ean |[Mm]edian )*[^,;()]{{3,70}}?) (?:was|were) (?:also |significantly |slightly |much )*(?:seen )?{_MORE}\b",
    rf"(?:^|, )(?P<what>[Tt]he (?:number|rate|frequency) of [^,;()]{{3,50}}?) (?:in|with|among|for) [^,;()]{{3,70}}? (?:was|were) (?:also |significantly |slightly |much )*{_MORE}\b",
    rf"^(?P<what>[^,;()]{{3,70}}?) (?:fell|rose|improved|decreased|increased|was reduced|were reduced) (?:\w+ )?{_MORE}\b",
    r"\b(?:[Ff]ewer|[Mm]ore|[Ll]ess) (?:of (?:the )?)?(?:patients|people|women|men|adults|children|babies|animals)\b[^,;()]*? (?:had|developed|experienced|achieved|reported|reached) (?P<what>[^,;()]+)$",
    r"\b(?:[Ff]ewer|[Mm]ore|[Ll]ess) (?:of (?:the )?)?(?:patients|people|women|men|adults|children|babies|animals|horses|dogs|cats|pigs)\b[^,;()]*? (?P<what>(?:needed|required|died|recovered|relapsed|stopped)\b[^,;()]*)$",
    rf"^(?P<what>[^,;()]{{3,60}}? (?:was|were) [a-z]+) (?:in|for) (?:also |significantly )?(?:more|fewer) {PEOPLE}\b",
    r"[Tt]here (?:was|were) (?:more|fewer|less) (?P<what>[^,;()]+?) (?:with|in|among) ",
    r"\b(?:put on|lost|gained) (?:more|less) (?P<what>weight)\b",
)
_BETTER = re.compile(
    rf"\b(?:greater|larger|bigger|smaller|similar) {_CHANGE}(?: (?:in|with|among|for) (?:the |those |patients|people|adults|children|women|men|[\ue000\ue001]|both|either)|$|\s?$)"
)
_SAME = ("response", "complete response", "overall survival", "progression-free survival", "disease-free survival")


def in_brackets(line: Line, mentions: Sequence[Mention]) -> list[Segment]:
    """Return the values of a sentence that tells results in brackets alone, each with its arm and its measure.

    Two values stand in one bracket, for the arms in the order told, or each in one of its own behind its arm. Empty where
    arms and values don't match one to one.
    """
    spans = [found.span() for found in compiled(r"(?<!\w)\([^()]+\)").finditer(line.masked)]
    inside = [each for each in mentions if each.sort == "value" and _within(each, spans)]
    values = apart([each for each in inside if each.rule in _ORDER], _ORDER)
    held = [[each for each in values if start <= each.start and each.end <= end] for start, end in spans]
    held = [each for each in held if each]
    if len(values) < 2 or len(values) > 4:
        return []
    what = _measure(line.masked[: spans[0][0]], spans, line, mentions) or did(line.text[spans[-1][1] :])
    if what is None and line.scene.shared and alike_results(line.masked):
        what = line.scene.measure
    if what is None and _BETTER.search(line.masked[: spans[0][0]]):
        what = line.scene.measure  # 'showed a greater improvement': of what the sentence before told
    if what is None:
        return []
    if len(held) == 1 and len(values) == 2:
        gap = line.masked[values[0].end : values[1].start]
        if not (CONTRAST.search(gap) or compiled(r",?\s(?:and|against)\s").fullmatch(gap)):
            return []
        average = [each for each in mentions if each.sort == "statistic"]
        average = average if len({each.words("statistic") for each in average}) == 1 else []
        return _made(values, [], what, average)
    if len(held) == len(values):
        arms = [each for each in mentions if each.sort == "arm" and not each.has("x_both")]
        behind = [_just_before(each, arms, line.masked) for each in values]
        if len(values) == 2 and not all(behind):
            ahead = [each for each in arms if each.end <= values[0].start]
            between = [each for each in arms if values[0].end <= each.start and each.end <= values[1].start]
            behind = [ahead[0], between[0]] if len(ahead) == len(between) == 1 else behind
        than = [
            compiled(r"\bthan (?P<arm>placebo|no treatment) \(?$").search(line.masked[: each.start]) for each in values
        ]
        if all(one or other for one, other in zip(behind, than, strict=True)):
            segments = _made(values, [], what)
            for segment, one, other in zip(segments, behind, than, strict=True):
                segment.named, segment.arm = one, other["arm"] if other and not one else None
            return segments
        if len(values) == 2:
            return _made(values, [], what)
    return []


_ALIKE = re.compile(r"\b(?:similar|comparable) results\b|\bresults (?:were|was) (?:similar|comparable)\b")
_ORDER = ("value-count", "value-percent", "value-incidence", "value-rate", "value-amount", "value-aside", "value-bare")


def _just_before(value: Mention, arms: Sequence[Mention], masked: str) -> Mention | None:
    near = [each for each in arms if each.end <= value.start and not masked[each.end : value.start].strip(" (")]
    return near[-1] if near else None


def _within(value: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= value.start and value.end <= end for start, end in spans)


def _measure(before: str, spans: Sequence[tuple[int, int]], line: Line, mentions: Sequence[Mention]) -> str | None:
    closed = {each.words("measure") for each in mentions if each.sort == "measure" and not _within(each, spans)}
    if len(closed) == 1 and (known := closed.pop()) in _SAME:
        return known
    clause = (
        compiled(r"[;:]\s|\b(?:showed|found|shown)\sthat\s|,\s(?:but|and|while|although)\s").split(before)[-1].strip()
    )
    clause = compiled(r"^Looking at [^,]{3,60}, ").sub("", clause)
    for pattern in _MEASURES:
        if (found := re.search(pattern, clause)) and not compiled(r"(?:patients|people|it|this|these|those)\b").match(
            found["what"]
        ):
            words = line.text[line.masked.rindex(clause) + found.start("what") :][: len(found["what"])]
            return happened(
                compiled(
                    r" (?:in|among) (?:the |those |all )*(?:patients|people|those|women|men|adults|children)\b"
                ).split(words)[0]
            )
    return None


def _made(
    values: Sequence[Mention], arms: Sequence[Mention], what: str, average: Sequence[Mention] = ()
) -> list[Segment]:
    segments = [Segment(each, max(0, each.start - 1), each.end + 1) for each in values]
    for segment in segments:
        segment.measure = what
        segment.closed = what in _SAME
        segment.share = segment.value.fields.get("unit") == "%"
        segment.told_behind = True
        segment.statistic = average[0].words("statistic") if average else None
    for before, segment in pairwise(segments):
        segment.start = before.end
    for segment, arm in zip(segments, arms, strict=False):
        segment.named = arm
    return segments


def other_things(line: Line, values: Sequence[Mention], mentions: Sequence[Mention]) -> bool:
    """Return whether a bracket at the end tells amounts of another thing: ', but patients put on less weight (1 kg versus 3 kg)'."""
    end = values[-1].end
    units = {each.words("unit") for each in values}
    last = [each for each in mentions if each.rule == "value-amount" and each.start > end]
    ahead = line.masked[end : last[0].start] if last else ""
    return (
        len(last) == 2
        and not units & {each.words("unit") for each in last}
        and bool(compiled(r",\s.+\($").search(ahead))
    )


def alike_results(masked: str) -> bool:
    """Return whether the sentence says that its results are like those told before: 'gave similar results (75% and 5%)'."""
    return _ALIKE.search(masked) is not None


def cases(line: Line, mentions: Sequence[Mention]) -> list[tuple[Fields, Mention]]:
    """Return the cases told in brackets behind their people: 'those given it (11 out of 14,134 got the disease)'."""
    rows: list[tuple[Fields, Mention]] = []
    arms = [each for each in mentions if each.sort == "arm"]
    for each in mentions:
        if each.sort != "cases":
            continue
        who = [arm for arm in arms if each.start <= arm.start and arm.end <= each.end]
        ahead = [arm for arm in arms if arm.end <= each.start and not line.masked[arm.end : each.start].strip(" (")]
        arm = next((name for one in [*who, *ahead[-1:]] if (name := name_of(line, one))), None)
        what = happened(each.words("x_what"))
        if what and arm:
            counts = {k: v for k, v in each.fields.items() if k in ("numerator", "denominator") and isinstance(v, int)}
            rows.append(({**counts, "measure": what, "arm": arm, "statistic": "proportion"}, each))
    return rows
