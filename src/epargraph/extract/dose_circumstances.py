"""For whom and when a dose is: the people, the condition and the way of use that its sentence gives it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from epargraph.extract.engine import Found
from epargraph.extract.ladders import Step
from epargraph.extract.sentences import Sentence
from epargraph.patterns import compiled

_CIRCUMSTANCE = re.compile(
    r"^(?:patients|people|adults|women|those) who (?:(?:also|already|have to|are|currently|later) )*(?:tak(?:e|ing)|receiv(?:e|ing)|develop|"
    r"experience|cannot|do not|need)\b"
)
"""People told by what befalls them or what they take with it: so is told when a dose is for them."""


_OF_THE_NEXT = re.compile(r"\b(?:and|or),? $")


def with_condition(step: Step, mentions: Sequence[Found], before: int, after: int, sentence: Sentence) -> Step:
    """Return the dose with the words on when it applies."""
    role = step.found.fields.get("role")
    raised = role == "maintenance" and compiled(r"\bincreased\b").search(sentence.text[: step.start - sentence.start])
    if role not in ("reduced", "increased", "maximum") and not raised:
        return _with_use(step, mentions, before, after, sentence, later=role == "maintenance")
    near = [each for each in mentions if each.rule.startswith("dose-when") and before <= each.at < after]
    near = [
        each
        for each in near
        if each.at < step.start or not _OF_THE_NEXT.search(sentence.text[: each.at - sentence.start])
    ]
    ahead = [each for each in near if each.at < step.start]
    chosen = ahead[-1:] or [each for each in near if each.rule == "dose-when"][:1]
    return step.stating(chosen[0].fields) if chosen else step


_HOW_USED = re.compile(
    r"(?:(?:it|the medicine|they|(?:\w+[’']?\s?){1,3}) (?:is|are) )?(?:used|given|taken|combined|added)\b(?! with food)"
)
_SCHEDULED = re.compile(r"[^.;:,]{0,60}")


def _with_use(
    step: Step, mentions: Sequence[Found], before: int, after: int, sentence: Sentence, *, later: bool
) -> Step:
    """Return the dose with the words on how the medicine must be used for it, or on when it follows the one before."""
    for each in mentions:
        if each.rule == "dose-when-after" and later and each.at < step.start:
            return step.stating(each.fields)
        again = compiled(r"\b(?:restarted|resumed)\b").search(sentence.text[: step.start - sentence.start])
        if each.rule != "dose-when" or not (again or _HOW_USED.match(str(each.fields["when"]))):
            continue
        starts_sentence = each.at == sentence.start and before == sentence.start
        follows = step.end <= each.at < after and _SCHEDULED.fullmatch(
            sentence.text[step.end - sentence.start : each.at - sentence.start]
        )
        if starts_sentence or follows:
            return step.stating(each.fields)
    return step


def with_people(step: Step, mentions: Sequence[Found], sentence: Sentence, before: int, after: int) -> Step:
    """Return the dose with the people whom the sentence gives it to."""
    ahead = [e for e in mentions if e.rule == "dose-population-before" and e.at < step.start]
    ahead = ahead or [
        e
        for e in mentions
        if e.rule == "dose-population-after"
        and before <= e.at < step.start
        and ";" not in sentence.text[e.at - sentence.start : step.start - sentence.start]
    ]
    behind = [e for e in mentions if e.rule == "dose-population-after" and step.end <= e.at < after]
    behind = [
        e
        for e in behind
        if not compiled(r";|,\sbut\b").search(sentence.text[step.end - sentence.start : e.at - sentence.start])
        and not any(o.rule == "dose-population-before" and o.at - 4 <= e.at < o.end for o in mentions)
    ]
    chosen = behind[:1] or ahead[-1:]
    people = chosen[0].fields["population"] if chosen else None
    if not people or people in ("patients", "people", "those"):
        return step
    people = compiled(r"^[A-Z](?=[a-z])").sub(lambda first: first[0].lower(), str(people))
    changed = step.found.fields.get("role") in ("reduced", "increased") and _CIRCUMSTANCE.match(str(people))
    return step.stating({"population": people, **({"when": people} if changed else {})})
