"""The steps of a treatment: doses that follow one another, numbered from 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from epargraph.extract.engine import Found
from epargraph.extract.sentences import Sentence
from epargraph.kinds import Value
from epargraph.patterns import compiled

_FAR = 4


@dataclass(frozen=True, slots=True)
class Step:
    """A dose in the making, with the place of its amount in the text."""

    found: Found
    start: int
    end: int

    def stating(self, fields: Mapping[str, Value | tuple[str, ...]]) -> Step:
        """Return the same dose with the fields that it did not state yet."""
        return replace(self, found=self.found.having(**{k: v for k, v in fields.items() if k not in self.found.fields}))


def _for_some(step: Step) -> bool:
    """Whether the lower dose is one for some people alone, and no step that others come to."""
    sentence = step.found.sentences[0]
    ahead = sentence.text[: step.start - sentence.start]
    return "population" in step.found.fields or bool(
        compiled(r"\b(?:[Ss]ome|[Cc]ertain|[Oo]ther)\s(?:patients|people|adults|children)\b[^.;]*$").search(ahead)
    )


def _goes_on(before: Step, step: Step) -> bool:
    """Whether the sentence tells the dose as the one that comes after the one before."""
    sentence = step.found.sentences[0]
    if before.found.sentences[0] != sentence:
        return False
    between = sentence.text[before.end - sentence.start : step.start - sentence.start]
    return bool(compiled(r"\b(?:then|followed\sby|after\swhich|continu(?:es|ed|ing)\swith)\b").search(between))


def _kept_on(before: Step | None, step: Step) -> str | None:
    """Return the role that both doses have where the sentence tells one dose as followed by the other."""
    sentence = step.found.sentences[0]
    if before is None or before.found.sentences[0] != sentence:
        return None
    followed = "followed by" in sentence.text[before.end - sentence.start : step.start - sentence.start]
    return "recommended" if followed and before.found.fields.get("role") == "recommended" else None


def _is_booster(step: Step, course: Step) -> bool:
    """Whether the dose is a booster given after a course of several."""
    sentence = step.found.sentences[0]
    times = course.found.fields.get("times")
    return isinstance(times, int) and times > 1 and bool(compiled(r"\b[Bb]ooster\b").search(sentence.text))


def _alternative(before: Step, step: Step) -> bool:
    """Whether the two doses are the choices of one step: “10 or 15 mg”, “as one of 200 mg or as two of 100 mg”."""
    sentence = step.found.sentences[0]
    if before.found.sentences[0] != sentence or before.found.fields.get("role") != step.found.fields.get("role"):
        return False
    between = sentence.text[before.end - sentence.start : step.start - sentence.start]
    return before.start == step.start or bool(compiled(r"\bor (?:as )?(?:\w+ \w+ of )?$").search(between))


def _second(step: Step, before: Step) -> bool:
    """Whether the dose is told as the second one, after a first of the same unit."""
    sentence = step.found.sentences[0]
    ahead = sentence.text[: step.start - sentence.start]
    same = step.found.fields.get("unit") == before.found.fields.get("unit")
    return same and bool(compiled(r"\b(?:second|another|further) (?:dose|injection|infusion)\b[^.;]*$").search(ahead))


def ordered(steps: list[Step], place_of: Mapping[Sentence, int]) -> list[Step]:
    """Give the steps of each ladder numbers from 1: a first dose, then what it is raised, lowered or kept at.

    A maximum told `_FAR` sentences later or more holds for all that went before, and is no step.
    """
    ladder: list[list[int]] = []
    numbered = list(steps)

    def close() -> None:
        if len(ladder) > 1:
            for order, rung in enumerate(ladder, 1):
                for place in rung:
                    numbered[place] = numbered[place].stating({"order": order})
        ladder.clear()

    for place, step in enumerate(steps):
        role = step.found.fields.get("role")
        before = steps[place - 1] if place else None
        if ladder and before and place - 1 in ladder[-1] and _alternative(before, step):
            ladder[-1].append(place)
        elif ladder and role == "reduced" and _for_some(step):
            continue
        elif (
            role in (None, _kept_on(before, step))
            and before
            and (_goes_on(before, step) or _second(step, before) or _is_booster(step, before))
        ):
            if not ladder or place - 1 not in ladder[-1]:
                close()
                ladder.append([place - 1])
            ladder.append([place])
        elif role == "recommended" and ladder and before and _follows_start(before, step):
            ladder.append([place])
        elif role in ("recommended", "starting", "loading"):
            close()
            ladder.append([place])
        elif ladder and before and role == "maximum" and place_of[_of(step)] - place_of[_of(before)] >= _FAR:
            close()
        elif role in ("reduced", "increased", "maintenance", "maximum") and ladder:
            ladder.append([place])
        else:
            close()
    close()
    return numbered


def _of(step: Step) -> Sentence:
    return step.found.sentences[0]


def _follows_start(before: Step, step: Step) -> bool:
    """Whether a recommended dose is the one that follows a starting or loading dose, not one for another use."""
    text = step.found.sentences[0].text
    return before.found.fields.get("role") in ("starting", "loading") and not compiled(r"(?:For|In|To)\s").match(text)
