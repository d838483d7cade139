"""How the medicine is supplied, by whom and how it is given, and when it stops."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from epargraph.extract.engine import Context, Fields, Found, Match, fields_of, reader
from epargraph.values import plain

KINDS = ("Supply", "Prescriber", "Route", "TreatmentDuration", "StopRule", "Precaution")

_ACTIONS = {
    "prescribed": r"\bprescribed\b",
    "started": r"\b(?:started|initiated|begun)\b",
    "supervised": r"\b(?:supervised|monitored|overseen|followed up|supervision)\b",
    "given": r"\b(?:given|administered|carried out|performed|injected|implanted|applied)\b",
}


@reader
def prescriber(match: Match, told: Context) -> Iterator[Fields]:
    """Yield who may do what: the verbs ahead of the doctor, and in what the doctor must be experienced."""
    fields = fields_of(match)
    said = re.split(r"[.;:]|\bprescription\b", match.sentence.text[: match.end])[-1]
    said = said[: len(said) - len(match.groups.get("experience", ""))]
    actions = tuple(word for word, pattern in _ACTIONS.items() if re.search(pattern, said))
    if "experience" in fields:
        words = re.split(r"\b(?:experienced?|expertise) (?:in|with|of) (?:the )?", str(fields["experience"]))[-1]
        fields["experience"] = re.split(r"(?<![’'”])\s\(", words)[0].strip()
    if actions:
        fields["action"] = actions
    if actions or "experience" in fields:
        yield fields


@reader
def duration_until(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what treatment goes on until, one by one."""
    parts = re.split(
        r",?\s(?:or|and)\s(?=(?:the|side|if|it|they|unacceptable|a|until|as long as|for as long as|does|do|is|has)\b|\w+\s(?:side|becomes?|develops?|is|are)\b)",
        match.groups["x_until"],
    )
    cleaned = [re.sub(r"^(?:until|(?:for )?as long as)\s", "", part.strip(" ,")) for part in parts]
    until = tuple(part for part in cleaned if part and not re.search(r"\bdose\b.*\b(?:reached|tolerated)", part))
    if until:
        yield {"until": until}


@reader
def duration_schedule(match: Match, told: Context) -> Iterator[Fields]:
    """Yield how long a schedule is kept up, each length by itself."""
    if re.search(r"\b(?:starting|initial|first|loading|after which|then)\b", match.sentence.text):
        return
    for group, words in match.groups.items():
        if group.startswith("x_lasts"):
            yield {"lasts": words}


@reader
def stop_rule(match: Match, told: Context) -> Iterator[Fields]:
    """Yield when treatment must be stopped, and at which dose where one is named."""
    when = match.groups["when"].strip(" ,")
    fields: Fields = {"when": plain(when) if not when.lower().startswith(("the ", "a ")) else " ".join(when.split())}
    if found := re.search(
        r"\d[\d.,]*\s(?:mg|g|micrograms?|ml|IU|units|tablets?)(?:\s?/\s?\w+)?(?:\s(?:a|per|once a|twice a)\s(?:day|week))?",
        when,
    ):
        fields["at_dose"] = found[0]
    yield fields
    other = re.match(r",?\sor\s(?:if|when)\s(?P<when>[^.;:]{4,160})", match.sentence.text[match.end :])
    if other:
        yield {"when": other["when"].strip(" ,")}


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield what the rules found, each stop rule once."""
    yield from found["Supply"]
    yield from _prescribers(found["Prescriber"])
    yield from found["Route"]
    yield from found["TreatmentDuration"]
    yield from _once(found["StopRule"])
    yield from found["Precaution"]


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
