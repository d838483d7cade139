"""Which arm each value of a sentence is told of: the one named beside it, in order, or by default."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from epargraph.extract.subjects.studies.arms import NO_TREATMENT, arm_name, same_arm
from epargraph.extract.subjects.studies.clauses import CONTRAST, Line, Scene, Segment
from epargraph.extract.subjects.studies.mentions import Mention
from epargraph.patterns import compiled

_RELATIVE = re.compile(
    r"\b(?:compared\s(?:with|to)|in\scomparison\swith|relative\sto|versus)\b|^[^,]*\bthan\b(?!\s(?:before|at\sthe\sstart|baseline))"
)


def name_of(line: Line, arm: Mention) -> str | None:
    """Return the name of the arm that a mention stands for; None where it names none."""
    scene = line.scene
    if arm.has("x_medicine"):
        return arm.words("arm")
    if arm.rule == "arm-untreated":
        return NO_TREATMENT
    words = arm.words("arm")
    masked = line.masked[arm.start : arm.end]
    at = masked.find(words) if words in masked else -1
    inner = masked[at : at + len(words)] if at >= 0 else masked[-len(words) :] if len(words) <= len(masked) else masked
    shown = compiled(r"^.*?(?=[\ue000\ue001])").sub("", inner) if arm.rule == "arm-with" else inner
    name = arm_name(words, shown, scene.medicine, scene.substances)
    if (
        name is None
        and len(scene.comparators) == 1
        and compiled(r"\b(?:compar|control|other\b|standard\b)").search(words)
    ):
        return scene.comparators[0]
    known = next((each for each in scene.comparators if name and same_arm(each, name)), None)
    return known or name


def read_arms(line: Line, segments: list[Segment]) -> None:
    """Give each segment its arm: the one told behind its value, else the one told ahead of it."""
    arms = [each for each in line.mentions if each.sort == "arm"]
    covered = line.covered
    for segment in segments:
        inside = [each for each in arms if segment.start <= each.start < segment.end]
        behind = [each for each in inside if each.start >= segment.value.end]
        ahead = [each for each in inside if each.end <= segment.value.start]
        for each in behind:
            if segment is segments[-1] and CONTRAST.search(covered[segment.value.end : each.start]):
                break
            if segment.arm is None and not segment.both:
                segment.both = each.has("x_both")
                segment.arm = None if segment.both else name_of(line, each)
                segment.told_behind = segment.arm is not None
                segment.unnamed = segment.arm is None and not segment.both
        if (
            segment is segments[-1]
            and segment.arm is None
            and _RELATIVE.search(covered[segment.value.end : segment.end])
        ):
            segment.relative = True
        if segment.arm is None and not segment.both and not segment.relative:
            for each in reversed(ahead):
                near = covered[max(segment.start, each.start - 16) : each.start]
                if (found := CONTRAST.search(near)) and found[0] != ";" and segment.link != "contrast":
                    continue
                name = name_of(line, each)
                if each.has("x_both"):
                    segment.both = True
                elif name and (
                    segment.link or _known(name, line.scene) or _names_medicine(line, arms) or _opens(line, each)
                ):
                    segment.arm = name
                elif name is None and compiled(r"\b(?:comparison|control|other)").search(each.words("arm")):
                    segment.unnamed = True
                elif (
                    name
                    and each.rule in ("arm-treated", "arm-on")
                    and not _BEFORE.search(line.masked[max(segment.start, each.start - 30) : each.end + 12])
                ):
                    segment.unnamed = True  # another arm is told: it isn't the medicine's result by default
                if segment.arm or segment.both:
                    segment.unnamed = False
                    break
    if (
        segments[-1].relative
        and len(segments) > 1
        and segments[-1].value.fields.get("unit") == segments[0].value.fields.get("unit")
    ):
        segments[-1].relative = False
    _relative(line, segments)
    if len(segments) == 1 and not segments[0].told_behind and _COMPARED_AHEAD.match(line.text):
        segments[0].arm, segments[0].both, segments[0].apart = None, False, True
    _after_colon(line, segments)
    _respectively(line, segments, arms)
    _default_arms(line, segments)
    if (
        len(segments) > 3
        and _FIGURES.search(line.masked, segments[-3].value.end)
        and not (segments[-1].told_behind or segments[-2].told_behind)
        and segments[0].arm != segments[1].arm
    ):
        segments[-2].arm, segments[-1].arm = (
            segments[0].arm,
            segments[1].arm,
        )  # '...; in the other, the figures were ...'


_COMPARED_AHEAD = re.compile(r"(?:Compared (?:with|to)|In comparison (?:with|to)|Relative to)\b[^,;]{3,60}, ")
_BEFORE = re.compile(r"\b(?:previous|prior|before|already|earlier|had been|have been|failed|despite|after)\w*\b")


def _opens(line: Line, arm: Mention) -> bool:
    """Return whether the people that the arm was given to are what the sentence is about, and it was not given before."""
    given = arm.rule in ("arm-treated", "arm-on") and not _BEFORE.search(line.masked[arm.start : arm.end + 12])
    return given and bool(
        compiled(r"(?:in|among|for|of|the|those|patients|people)\b", re.IGNORECASE).match(line.masked[arm.start :])
    )


def _known(name: str, scene: Scene) -> bool:
    return (
        name.startswith(scene.medicine)
        if scene.medicine and name.startswith(scene.medicine)
        else (name in ("placebo", NO_TREATMENT) or any(same_arm(name, each) for each in scene.comparators))
    )


def _names_medicine(line: Line, arms: Sequence[Mention]) -> bool:
    return any("\ue000" in line.masked[each.start : each.end] or each.has("x_medicine") for each in arms)


def _respectively(line: Line, segments: list[Segment], arms: Sequence[Mention]) -> None:
    figures = _FIGURES.search(line.masked) is not None and not arms
    if len(segments) < 2 or not ("respectively" in line.masked or figures):
        return
    clause = line.covered.rfind(";", 0, max(0, line.covered.rfind("respectively")))
    end = line.covered.rfind("respectively")
    end = end if end >= 0 else len(line.covered)
    last = [each for each in segments if each.start > clause and each.value.end <= end]
    before = [each.arm for each in segments if each.start <= clause and each.arm]
    names = [name for each in arms if each.start > clause and (name := name_of(line, each))]
    if len(names) == 1 and len(last) == 2 and (both := _both_named(line, clause)):
        names = both
    if len(names) != len(last) and len(last) == 2 and len(line.scene.comparators) == 1:
        names = [line.scene.medicine, line.scene.comparators[0]]
    if not names and len(before) == len(last):
        names = before
    scene = line.scene
    if not names and len(scene.arms) == len(last) and (scene.same or _FIGURES.search(line.masked)):
        names = list(scene.arms)
    colon = line.covered.rfind(":", 0, last[0].value.start) if last else -1
    if not names and len(last) == 2 and colon > 0:
        names = in_order(line, colon)
    tail = last[-len(names) :] if len(names) > 1 else []
    if (
        len(last) > len(names)
        and not any(each.told_behind for each in tail)
        and all(each.arm for each in last[: -len(names)])
    ):
        last = tail  # those told before have their arms beside them: 'and strokes in 1% and 2%, respectively'
    if len(names) == len(last) > 1:
        for segment, name in zip(last, names, strict=True):
            segment.arm = name


def _after_colon(line: Line, segments: list[Segment]) -> None:
    """Give two values behind a colon, without arms of their own, those that the words ahead compare, in their order."""
    last = segments[-2:]
    if len(last) < 2 or any(each.told_behind or each.both or each.apart for each in last) or last[1].link != "contrast":
        return
    colon = line.covered.rfind(":", 0, last[0].value.start)
    if last[1].arm or (last[0].arm and compiled(r"[a-z]").search(line.covered[colon : last[0].value.start])):
        return
    if colon > 0 and len(names := in_order(line, colon)) == 2:
        last[0].arm, last[1].arm = names


_DIFFERENCE = re.compile(
    r"^[\s,]*(?:(?:which|this) (?:is|was|represents|corresponds to) |corresponding to |representing |equivalent to )?an? (?:relative |overall )?(?:reduction|difference|increase|improvement)(?: in [^,]{3,50})? of (?:[a-z]+ ){0,2}$"
)
_FURTHER = re.compile(
    r"^\s?(?:greater|higher|lower|more|less|fewer|further|longer|shorter|better)\b[^,;:]*?\bthan\b(?!\s(?:before|at the start|baseline))"
)


def _relative(line: Line, segments: list[Segment]) -> None:
    """Leave without an arm what is told of both: ', a reduction of 15%' and '94 ml greater with one than with the other'."""
    for index, segment in enumerate(segments):
        ahead = line.masked[segment.start : segment.value.start]
        if (
            index and segment.link == "join" and not segment.told_behind and _DIFFERENCE.match(ahead)
        ) or _FURTHER.match(line.masked[segment.value.end : segment.end]):
            segment.arm, segment.both, segment.apart = None, False, True


_FIGURES = re.compile(
    r"\b(?:the|these)\s(?:corresponding\s)?(?:figures|results|rates|values|percentages|proportions)\s(?:was|were)\b"
)


def _both_named(line: Line, clause: int) -> list[str] | None:
    """Return the medicine and placebo where both are told in one breath: 'Adding Xyzmed and placebo to ...'."""
    found = compiled(r"[\ue000\ue001]+ (?:and|or) (?P<other>placebo)\b").search(line.masked[clause + 1 :])
    return [line.scene.medicine, found["other"]] if found else None


def _any_named(segments: Sequence[Segment]) -> bool:
    """Return whether an arm of any value is known, or the values are told of both or neither."""
    return any(each.arm or each.both or each.apart for each in segments)


def _default_arms(line: Line, segments: list[Segment]) -> None:
    scene = line.scene
    for one, two, three, four in zip(segments, segments[1:], segments[2:], segments[3:], strict=False):
        alike = (three.link, four.link) == ("join", "contrast") or bool(_FIGURES.search(line.masked, two.value.end))
        if two.link == "contrast" and alike and not (three.arm or four.arm):
            three.arm, four.arm = one.arm, two.arm  # the second study's results, in the order of the first's
    if (
        len(segments) == 2
        and not _any_named(segments)
        and line.covered[segments[0].value.end : segments[1].value.start].strip() == "and"
    ):
        if len(scene.comparators) == 1:
            segments[0].arm, segments[1].arm = scene.medicine, scene.comparators[0]
        elif not scene.single:
            segments[0].unnamed = segments[1].unnamed = True  # whose they are isn't told
    for one, two in pairwise(segments):
        if not (one.arm or one.both or one.apart) and line.covered[one.value.end : two.value.start].strip() == "and":
            one.arm = two.arm
    named = [each.arm for each in segments if each.arm]
    for index, segment in enumerate(segments):
        if segment.arm or segment.both or segment.relative or segment.unnamed:
            continue
        if segment.apart:
            continue
        before = segments[index - 1] if index else None
        words = line.text[segment.start : segment.end].lower()
        told = [
            each
            for each in scene.comparators
            if re.search(rf"\b(?:with|on|given|for|in) {re.escape(each.lower())}\b", words)
        ]
        if index and len(told) == 1 and "\ue000" not in line.masked[segment.start : segment.end]:
            segment.arm = told[0]
        elif segment.link == "contrast" and before is not None:
            others = [each for each in scene.comparators if each != before.arm]
            if before.arm and before.arm.startswith(scene.medicine) and len(others) == 1:
                segment.arm = others[0]
        elif before is not None:
            segment.arm = before.arm
            segment.both = before.both
        elif (
            any(not each.startswith(scene.medicine) for each in named)
            and not any(each.startswith(scene.medicine) for each in named)
        ) or (
            not named
            and (scene.single or not scene.comparators or (len(segments) > 1 and segments[1].link == "contrast"))
        ):
            segment.arm = scene.medicine
        elif len(segments) > 1 and segments[1].link == "join" and (segments[1].arm or "").startswith(scene.medicine):
            segment.arm = segments[1].arm
        elif not named and compiled(r"\ue000|\b[Tt]he (?:vaccine|medicine)\b").search(
            line.masked[: segment.value.start]
        ):
            segment.arm = scene.medicine


def in_order(line: Line, end: int, more: Sequence[Mention] = ()) -> list[str]:
    """Return the two arms that the words ahead of a bracket compare, in their order; empty where there are more or fewer."""
    scene = line.scene
    placed = {
        each.start: name
        for each in line.mentions
        if each.sort == "arm" and each.end <= end
        if (name := name_of(line, each))
    }
    if "\ue000" in line.masked[:end]:
        placed[line.masked.index("\ue000")] = scene.medicine
    for each in more:
        if each.end <= end and line.masked[: each.start].endswith("than ") and (name := name_of(line, each)):
            placed[each.start] = name
    for name in scene.comparators:
        if (at := line.text.lower().find(name.lower(), 0, end)) >= 0:
            placed[at] = name
    names = list(dict.fromkeys(name for _, name in sorted(placed.items())))
    if len(names) == 1 and len(scene.comparators) == 1:
        names.append(scene.comparators[0] if names[0] != scene.comparators[0] else scene.medicine)
    return names if len(names) == 2 else []
