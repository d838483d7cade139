"""What is still awaited, and what is done for safe use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from epargraph.extract.engine import Context, Fields, Found, Match, reader
from epargraph.values import plain

KINDS = ("Obligation", "Review", "SafetyMeasure")

_NOUNS = (
    ("registry", re.compile(r"\bregistr(?:y|ies)\b(?!-based)(?!\sstud)")),
    ("study", re.compile(r"(?<!\bto\s)\bstud(?:y|ies)\b|\btrials?\b")),
    ("analysis", re.compile(r"\banalys[ei]s\b")),
    (
        "data",
        re.compile(
            r"\b(?:data|results?|evidence|updates|(?:further|additional|more|new|any|annual|yearly|long-term)\s(?:\w+\s)?information|"
            r"information\s(?:on|from|about)\s(?:the\s)?(?:\w+[-\s])?(?:safety|effic|effect|benefit|use|qualit))\b"
        ),
    ),
)
_MATERIAL = re.compile(
    r"\b(?:pack|kit|brochure|booklet|leaflet|card|material|materials|guide|checklist|video|training|instructions|letter|healthcare\sprofessionals\swith|"
    r"patients\swith)\b"
)
_TOPICS = (
    ("efficacy", re.compile(r"\b(?:efficacy|effective(?:ness)?|benefits?)\b|\bhow\swell\b", re.IGNORECASE)),
    ("safety", re.compile(r"\b(?:safety|side\seffects|risks?|safe)\b", re.IGNORECASE)),
    ("quality", re.compile(r"\bquality\b(?!\sof\slife)|\bmanufactur|\bpurity\b", re.IGNORECASE)),
    ("long-term effects", re.compile(r"\blong(?:er)?[-\s]term\b|\bin\sthe\slong\sterm\b", re.IGNORECASE)),
)
_STATUS = (
    ("ongoing", re.compile(r"\bongoing\b|\bunder\s?way\b|\bin\sprogress\b|\bcurrently\sbeing\b")),
    ("completed", re.compile(r"(?<!to\sbe\s)(?<!be\s)\bcompleted\b")),
    ("planned", re.compile(r"\bplanned\b")),
)
_NAME_END = r"(?=\s(?:in|for|when|by|as|among|on|to|over|after|at)\s|[,.;:()]|\s(?:and\s(?:to|the|its|will|a)|which|who|that|whose)\b|$)"
_COMPARED = (
    re.compile(
        r"\bcompar\w+\b[^.;]{0,240}?\s(?:with|to)\s(?:those|that|the\s(?:effects?|safety|efficacy|results))\s(?:of|seen\swith|with|for)\s(?P<what>[^.;()]{2,90}?)(?=\sin\s|[.;]|$)"
    ),
    re.compile(
        rf"\bcompar\w+\b[^.;]{{0,30}}?\ue000+(?:[^.;]{{0,60}}?)?\s(?:with|to|versus|against)\s(?P<what>[^.;()]{{2,70}}?){_NAME_END}"
    ),
    re.compile(
        rf"\ue000+[^.;]{{0,80}}?\s(?:compared\s(?:with|to)|versus|against)\s(?P<what>[^.;()]{{2,70}}?){_NAME_END}"
    ),
    re.compile(
        rf"\bcompar(?:ing|es?)\s(?:it|the\smedicine|this\smedicine)\s(?:with|to)\s(?P<what>[^.;()]{{2,70}}?){_NAME_END}"
    ),
)
_OTHER_CALLED = re.compile(r"^(?:an)?other\s[^,]{2,60}(?:,|\scalled|\sknown\sas)\s(?P<name>[^,]{2,60})$")
_POPULATION = (
    re.compile(r"\bin\streating\s(?P<who>[^.;,]{3,160}?)(?=\swith\s(?:those|that)\b|[.;,]|\scompared|$)"),
    re.compile(
        r"\bin\s(?P<who>(?:(?:adult|adolescent|young|younger|older|elderly|female|male|pregnant|newly\sdiagnosed)\s)*"
        r"(?:patients|people|adults|children|adolescents|infants|women|men)\b[^.;,]{0,160}?)"
        r"(?=\s(?:by|before)\s(?:the\s)?(?:end|\w+\s)?(?:of\s)?\d|[.;,]|\sto\s(?:confirm|assess|look|evaluate|investigate|determine|see)\b|\sand\s(?:the|will|to|a)\b|\scompared|$)"
    ),
)
_DUE = re.compile(
    r"\b(?:by|before|in|until|during|for)\s(?P<due>(?:the\s)?(?:end\sof\s|early\s|late\s|mid-|mid\s|beginning\sof\s|(?:first|second|third|fourth)\s(?:quarter|half)\sof\s)?"
    r"(?:\d{1,2}\s)?(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)\s)?20\d\d)\b"
)
_COMPANY_WILL = re.compile(
    r"\bcompany\b[^:]{0,120}\b(?:will|must|should|is\srequired\sto|has\sto)\b[^:]{0,80}:$|\b(?:will\sbe\sprovided|awaited)[^:]{0,40}:$"
)
_NEXT_DATA = re.compile(
    r"(?:,|;)?\s(?:and|as\swell\sas)\s(?:also\s)?(?:to\s)?(?:provide\s|submit\s|carry\sout\s|conduct\s|set\sup\s|perform\s|complete\s)?"
    r"(?=(?:the\s|an?\s|further\s|additional\s|final\s|two\s|new\s|long-term\s)*(?:(?:results?|data|information)\s(?:from|of)\s(?:an?|another|the|two|one|further|ongoing)\b"
    r"|(?:[\w-]+\s)?(?:stud(?:y|ies)|registry)\s(?:on|in|to|of|comparing|looking|with|that|which|,)))"
)


def _details(words: str, masked: str) -> Fields:
    """Return what the words say of awaited data: on what, in whom, compared with what, by when."""
    row: Fields = {}
    for status, pattern in _STATUS:
        if pattern.search(words):
            row["study_status"] = status
            break
    if compared := _comparator(words, masked):
        row["comparator"] = (compared,)
    if topics := tuple(topic for topic, pattern in _TOPICS if pattern.search(words)):
        row["topic"] = topics
    for pattern in _POPULATION:
        if found := pattern.search(words):
            row["population"] = plain(found["who"])
            break
    if due := _DUE.search(words):
        row["due"] = plain(due["due"])
    return row


def _comparator(words: str, masked: str) -> str | None:
    for pattern in _COMPARED:
        if found := pattern.search(masked):
            what = plain(words[found.start("what") : found.end("what")])
            if called := _OTHER_CALLED.match(what):
                what = plain(called["name"])
            what = re.sub(r"^(?:that|those)\sof\s", "", what)
            return what if what and not re.match(r"(?:other|another|existing|it|them|an)\b", what) else None
    return "placebo" if re.search(r"\bplacebo-controlled\b|\bwith\splacebo\b", words) else None


def _type(words: str) -> str | None:
    """Return what is awaited: the first study, registry or analysis told, else data."""
    places = sorted((found.start(), name) for name, pattern in _NOUNS if (found := pattern.search(words)))
    told = [name for _, name in places if name != "data"] or [name for _, name in places]
    return told[0] if told else None


def _obligations(words: str, masked: str, section: str) -> Iterator[Fields]:
    cuts = [(found.start(), found.end()) for found in _NEXT_DATA.finditer(words)]
    begin = 0
    for start, end in [*cuts, (len(words), len(words))]:
        part, hidden = words[begin:start], masked[begin:start]
        kind = _type(part)
        begin = end
        if kind is None or (kind in ("data", "registry") and section == "measures"):
            continue
        if _MATERIAL.search(part) and kind != "study":
            continue
        yield {"type": kind, **_details(part, hidden), "responsible": "company"}


@reader
def awaited(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what a sentence says is still to be provided."""
    start = match.starts["x_object"]
    end = match.end
    masked = told.masked[match.sentence]
    passive = "x_rest" in match.groups
    words = match.sentence.text[start:end]
    if match.groups["x_verb"] in ("study", "monitor", "report", "send") and not passive:
        return
    for row in _obligations(words, masked[start:end], match.sentence.section):
        if passive and row["type"] not in ("study", "registry", "data", "analysis"):
            continue
        if passive:
            row.pop("responsible", None)
        yield row


@reader
def awaited_in_bullet(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what a bullet says is still to be provided, under a sentence on what the company will do."""
    lead = match.sentence.lead
    if lead is not None and _COMPANY_WILL.search(lead.text):
        yield from _obligations(match.sentence.text, told.masked[match.sentence], match.sentence.section)


@reader
def awaited_more(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what a further sentence says of the data that the one before it awaits."""
    yield _details(match.sentence.text, told.masked[match.sentence])


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


def _joined(found: Sequence[Found]) -> Iterator[Found]:
    """Join each further sentence to what it speaks of, the last that was told to be awaited."""
    joined: list[Found] = []
    for each in sorted(found, key=lambda one: (one.at, "type" not in one.fields)):
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
