"""What is still awaited, and what is done for safe use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from epargraph.extract.awaited_words import awaited_things, details, told_people, topics
from epargraph.extract.engine import Context, Fields, Found, Match, reader
from epargraph.values import plain

KINDS = ("Obligation", "Review", "SafetyMeasure")

_MATERIAL = re.compile(
    r"\b(?:pack|kit|brochure|booklet|leaflet|card|material|materials|guide|checklist|video|training|instructions|letter)\b|"
    r"^(?:(?:all|the|their)\s)*(?:healthcare\s(?:professionals|workers|staff)|doctors|patients|prescribers)\s(?:[\w-]+\s){0,6}?with\b"
)
_COMPANY_WILL = re.compile(
    r"\bcompany\b[^:]{0,120}\b(?:will|must|should|is\srequired\sto|has\sto)\b[^:]{0,80}:$|\b(?:will\sbe\sprovided|awaited)[^:]{0,40}:$"
)
_OF_THE_MEDICINE = re.compile(
    r"^(?:further\s)?(?:its|the)\s(?:long-term\s)?(?:safety|effectiveness|efficacy|effects?|benefits)\b(?![^.;]{0,80}\bpatients[’']?\s(?:lung|heart|liver|blood))"
)
_THIS_GROUP = re.compile(
    r"\bin\s(?:this|these)\s(?:[\w-]+\s){0,2}?(?:groups?|patients|people|children|women|populations?)\b"
)
_PURPOSE = re.compile(r"^(?:In\sorder\s)?[Tt]o\s[^.;:]{5,200}$")


def _obligations(words: str, masked: str, section: str) -> Iterator[Fields]:
    """Yield each thing that is awaited; measures tell of registries and data for safe use, which are none."""
    for each in awaited_things(words, masked):
        if each.type in ("data", "registry") and section == "measures":
            continue
        if _MATERIAL.search(each.words) and each.type != "study":
            continue
        yield {"type": each.type, **each.details, "responsible": "company"}


@reader
def awaited(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what a sentence says is still to be provided."""
    start, end = match.starts["x_object"], match.end
    verb = match.groups["x_verb"]
    passive = "x_rest" in match.groups
    words, masked = match.sentence.text[start:end], told.masked[match.sentence][start:end]
    if not passive and verb in ("monitor", "report", "send") and "registr" not in words:
        return
    looks = _looks(verb) and not (verb == "study" and "registr" in words)
    if looks and match.sentence.section != "awaited" and not _OF_THE_MEDICINE.match(masked):
        return
    if looks:
        words, masked = f"{verb} {words}", f"{verb} {masked}"
    purpose = _PURPOSE.match(match.sentence.text[: match.start].rstrip(", "))
    for row in _obligations(words, masked, match.sentence.section):
        if passive:
            row.pop("responsible", None)
        if _THIS_GROUP.search(words) and (people := told_people(match.sentence.text[: match.start])):
            row["population"] = people
        if purpose and (more := topics(purpose[0])):
            row["topic"] = tuple(dict.fromkeys([*row.get("topic", ()), *more]))  # type: ignore[misc]
        yield row


def _looks(verb: str) -> bool:
    """Whether the verb itself says that something is studied."""
    return verb.split()[0] in ("look", "investigate", "assess", "evaluate", "examine", "study")


@reader
def awaited_in_bullet(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what a bullet says is still to be provided, under a sentence on what the company will do."""
    lead = match.sentence.lead
    if lead is not None and _COMPANY_WILL.search(lead.text):
        yield from _obligations(match.sentence.text, told.masked[match.sentence], match.sentence.section)


@reader
def awaited_more(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what a further sentence says of the data that the one before it awaits."""
    yield details(match.sentence.text, told.masked[match.sentence])


@reader
def reviewed(match: Match, told: Context) -> Iterator[Fields]:
    """Yield who reviews new information every year."""
    who = " ".join((match.groups.get("reviewer") or match.groups.get("reviewer_2") or "").split())
    agency = "European Medicines Agency"
    scope = match.groups.get("scope") or match.groups.get("scope_2") or ""
    row: Fields = {"frequency": "annual", "reviewer": agency if who in ("Agency", "EMA") else who}
    if plain(scope):
        row["scope"] = plain(scope)
    yield row


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield what is awaited with all that is said of it, the review and the measures."""
    yield from _joined(found["Obligation"])
    yield from found["Review"]
    yield from found["SafetyMeasure"]


_ONLY_DUE = {"type", "due"}
_RESULTS = re.compile(r"(?:The\s|These\s|Final\s|The\sfinal\s)?(?:results|data)\s(?:are|will\sbe)\s", re.IGNORECASE)


def _joined(found: Sequence[Found]) -> Iterator[Found]:
    """Join each further sentence to what it speaks of, the last that was told to be awaited."""
    joined: list[Found] = []
    for each in sorted(found, key=lambda one: (one.at, "type" not in one.fields)):
        if (
            joined
            and set(each.fields) <= _ONLY_DUE
            and each.fields.get("type") == "data"
            and _RESULTS.match(each.sentences[0].text)
        ):
            continue  # “The results are expected by ...”: those of what was told before
        if "type" in each.fields:
            if not any(each.sentences == other.sentences and each.rule != other.rule for other in joined):
                joined.append(each)
        elif joined and each.fields:
            last = joined[-1]
            if each.sentences == last.sentences:
                continue
            joined[-1] = last.having(**{k: v for k, v in each.fields.items() if k not in last.fields}).also(
                *each.sentences
            )
    yield from joined
