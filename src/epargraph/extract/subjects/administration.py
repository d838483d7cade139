"""How the medicine is supplied, by whom and how it is given, and when it stops."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from epargraph.extract.engine import Context, Fields, Found, Match, fields_of, reader
from epargraph.patterns import compiled
from epargraph.rules import field_of
from epargraph.values import number, plain

KINDS = ("Supply", "Prescriber", "Route", "TreatmentDuration", "StopRule", "Precaution")

_ACTIONS = {
    "prescribed": r"\bprescribed\b",
    "started": r"\b(?:started|initiated|begun)\b",
    "supervised": r"\b(?:supervised|monitored|overseen|followed up|supervision)\b",
    "given": r"\b(?:given|administered|carried out|performed|injected|implanted|applied)\b",
}


_NOT_EXPERIENCE = re.compile(
    r"\swho\s(?:has|is)\b|,\s(?:following|according|in\sline|in\saccordance)\b|,?\sor\s(?:by|under)\b|,?\sand\s(?:only\s)?(?:in|at)\s(?:an?\s|the\s)?(?:\w+\s){0,2}?(?:hospitals?|clinics?|cent(?:re|er)s?|facilit)"
)
"""What runs on behind the experience: what else is asked of the doctor, and where the medicine is given."""


_DESCRIBED = re.compile(r"^(?!.*\b(?:must|should|only|has\sto|have\sto)\b).*\b(?:is|are|can\sbe|may\sbe)\b")
"""That a nurse gives it, told in passing, is a setting: it asks nothing of who prescribes."""


@reader
def prescriber(match: Match, told: Context) -> Iterator[Fields]:
    """Yield who may do what: the verbs ahead of the doctor, and in what the doctor must be experienced."""
    fields = fields_of(match)
    said = compiled(r"[.;:]|\bprescription\b").split(match.sentence.text[: match.end])[-1]
    said = said[: len(said) - len(match.groups.get("experience", ""))]
    actions = tuple(word for word, pattern in _ACTIONS.items() if re.search(pattern, said))
    if "experience" in fields:
        words = compiled(r"\b(?:experienced?|expertise) (?:in|with|of) (?:the )?").split(str(fields["experience"]))[-1]
        words = compiled(r"(?<![’'”])\s\(").split(words)[0]
        if compiled(r"\s(?:should|must)\b").match(match.sentence.text[match.end :]):
            words = compiled(r",\sand\s(?=[^,]*$)").split(words)[0]  # what follows is a clause of its own
        fields["experience"] = _NOT_EXPERIENCE.split(words)[0].strip()
        if words.startswith("how to "):
            return
    if actions == ("given",) and "experience" not in fields and _DESCRIBED.search(said):
        return
    if actions:
        fields["action"] = actions
    if actions or "experience" in fields:
        yield fields


_PROVIDED = re.compile(
    r"\bdose\b.*\b(?:reached|tolerated)|^(?:it|they|this|each dose) (?:is|are) (?:always )?(?:at )?(?:the same|taken|given|done|swallowed|used)\b"
)
"""What follows “until” or “as long as” where it tells of the dose, or how the medicine is taken, not of the treatment."""


@reader
def duration_until(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what treatment goes on until, one by one."""
    parts = compiled(
        r",?\sunless\s|,?\s(?:or|and)\s(?=(?:the|side|if|it|they|unacceptable|a|until|as long as|for as long as|does|do|is|has|tolerates?|can)\b|\w+\s(?:side|becomes?|develops?|is|are)\b)"
    ).split(match.groups["x_until"])
    cleaned = [compiled(r"^(?:until|(?:for )?as long as)\s").sub("", part.strip(" ,")) for part in parts]
    cleaned = [compiled(r",\sfor\s(?:up\sto|a\smaximum)\b").split(part)[0] for part in cleaned]
    until = tuple(part for part in cleaned if part and not _PROVIDED.search(part))
    if until:
        yield {"until": until}


_NO_DURATION = re.compile(
    r"\b(?:starting|initial|first|loading|after which|then(?!\sbe\s(?:continued|given))|monitor\w*|observed|checked)\b"
)
_NEXT_DURATION = re.compile(
    r"^(?:\s(?:for|after|in)\b[^.;\d]{3,60}?)?,?\s(?:and|or)\s(?:for\s)?(?P<lasts>(?:(?:at\sleast|up\sto|between|about|around)\s)?"
    r"(?:\d+|[a-z]+)(?:\s(?:to|and)\s(?:\d+|[a-z]+))?\s(?:days?|weeks?|months?|years?))\s(?:for|after|in)\b"
)


@reader
def duration_lasts(match: Match, told: Context) -> Iterator[Fields]:
    """Yield how long treatment goes on, each length by itself where it differs (“10 days for ... and 7 days for ...”)."""
    if match.rule.id == "duration-schedule" and _NO_DURATION.search(match.sentence.text):
        return
    yield {"lasts": match.groups["x_lasts"]}
    end = match.starts["x_lasts"] + len(match.groups["x_lasts"])
    while further := _NEXT_DURATION.match(match.sentence.text[end:]):
        if number(compiled(r"^(?:at least|up to|between|about|around) ").sub("", further["lasts"]).split()[0]) is None:
            return
        yield {"lasts": further["lasts"]}
        end += further.end("lasts")


@reader
def stop_rule(match: Match, told: Context) -> Iterator[Fields]:
    """Yield when treatment must be stopped, and at which dose where one is named."""
    when, *others = compiled(r",?\sor\s(?:if|when)\s").split(
        next(v for k, v in match.groups.items() if field_of(k) == "when").strip(" ,")
    )
    fields: Fields = {"when": plain(when) if not when.lower().startswith(("the ", "a ")) else " ".join(when.split())}
    if found := compiled(
        r"\d[\d.,]*\s(?:mg|g|micrograms?|ml|IU|units|tablets?)(?:\s?/\s?\w+)?(?:\s(?:a|per|once a|twice a)\s(?:day|week))?"
    ).search(when):
        fields["at_dose"] = found[0]
    elif found := compiled(r"\bat\sthe\s((?:lower|lowest|reduced|minimum)\sdose)\b").search(when):
        fields["at_dose"] = found[1]
    yield fields
    for each in others:
        yield {"when": each.strip(" ,")}
    other = compiled(r",?\sor\s(?:if|when)\s(?P<when>[^.;:]{4,160})").match(match.sentence.text[match.end :])
    if other:
        yield {"when": other["when"].strip(" ,")}


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield what the rules found, each stop rule once."""
    yield from found["Supply"]
    yield from _prescribers(found["Prescriber"])
    yield from (each for each in found["Route"] if not _is_no_route(each, told))
    yield from found["TreatmentDuration"]
    yield from _once(found["StopRule"])
    yield from found["Precaution"]


_OF_ANOTHER = re.compile(
    r"(?:\b(?:treatment|therapy|stabilised|controlled|combination|together|combined|used|taken|given|injected|add-on)\s(?:with|on|to)\s"
    r"(?!(?:food|water|an?\s(?:\w+\s)?(?:syringe|pump|needle|device|inhaler|nebuliser|tube|catheter|pen))\b)[^.;:()\ue000]{3,60}?,?\s"
    r"(?:(?:which|that)\s(?:is|are|must\sbe|should\sbe)\s)?(?:also\s)?(?:given|taken|injected|infused)\s"
    r"|\b(?:given|receives?|takes?|taking)\s(?:[a-z]+\s)?(?:antihistamines?|corticosteroids?|steroids|paracetamol|painkillers|antibiotics)\b"
    r"|\((?:another|other|also\san?|an?)\s(?:\w+\s){0,2}?(?:medicines?|treatment)\b)(?:[^.;:()]|\([^()]*\)){0,80}$"
)
"""What stands ahead of a route that is another medicine's: what this one is given with, or what came before it."""
_NOT_GIVEN_SO = re.compile(
    r"\b(?:must|should|can|may)\s?(?:not|never)\sbe\s(?:given|injected|infused|taken|used|swallowed|administered)\b[^.;:,]{0,60}$"
)


def _is_no_route(found: Found, told: Context) -> bool:
    """Whether the words tell how another medicine is given, or how this one must not be."""
    sentence = found.sentences[0]
    told_so_far = told.masked[sentence][: found.end - sentence.start]
    return bool(_OF_ANOTHER.search(told_so_far) or _NOT_GIVEN_SO.search(told_so_far))


def _prescribers(found: list[Found]) -> Iterator[Found]:
    experienced = [each for each in found if "experience" in each.fields]
    yield from experienced or found[:1]


def _once(found: list[Found]) -> Iterator[Found]:
    seen: set[str] = set()
    for each in found:
        when = str(each.fields.get("when"))
        if when not in seen:
            seen.add(when)
            yield each
