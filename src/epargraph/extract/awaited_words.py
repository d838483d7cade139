"""Data still awaited: the studies, registries and data that one sentence names, and what it says of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from epargraph.extract.engine import Fields
from epargraph.patterns import compiled
from epargraph.values import plain

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
_INVESTIGATES = re.compile(
    r"^(?:look(?:ing)?\s(?:at|into)|investigate|assess|evaluate|examine|study|one\b|the\sother|another\b)"
)
_TOPICS = (
    ("efficacy", re.compile(r"\b(?:efficacy|effective(?:ness)?|benefits?)\b|\bhow\swell\b", re.IGNORECASE)),
    (
        "safety",
        re.compile(
            r"\b(?:safety|side\seffects|risks?(?!\sof\s[^,.;]{3,60}\b(?:com(?:es?|ing)\sback|relapse|recurrence|death|dying))|safe)\b",
            re.IGNORECASE,
        ),
    ),
    ("quality", re.compile(r"\bquality\b(?!\sof\slife)|\bmanufactur|\bpurity\b", re.IGNORECASE)),
    ("long-term effects", re.compile(r"\blong(?:er)?[-\s]term\b|\bin\sthe\slong\sterm\b", re.IGNORECASE)),
)
_STATUS = (
    ("ongoing", re.compile(r"\bongoing\b|\bunder\s?way\b|\bin\sprogress\b|\bcurrently\sbeing\b")),
    ("completed", re.compile(r"(?<!to\sbe\s)(?<!be\s)\bcompleted\b")),
    ("planned", re.compile(r"\bplanned\b")),
)
_NAME_END = (
    r"(?=\s(?:in|for|when|by|as|among|on|to|over|after|at|is|are|was|were|will|from)\s|[,.;:()]|"
    r"\s(?:and\s(?:to|the|its|it|will|a)|which|who|that|whose)\b|$)"
)
_COMPARED = (
    re.compile(
        r"\bcompar\w+\b[^.;]{0,240}?\s(?:with|to)\s(?:those|that|the\s(?:effects?|safety|efficacy|results))\s(?:of|seen\swith|with|for)\s(?P<what>[^.;()]{2,90}?)(?=\sin\s|[.;()]|$)"
    ),
    re.compile(
        rf"\bcompar\w+\b[^.;]{{0,30}}?\ue000+(?:[^.;]{{0,60}}?)?\s(?:with|to|versus|against)\s(?P<what>[^.;()]{{2,70}}?){_NAME_END}"
    ),
    re.compile(
        rf"\ue000+[^.;]{{0,80}}?\s(?:compared\s(?:with|to)|versus|against)\s(?P<what>[^.;()]{{2,70}}?){_NAME_END}"
    ),
    re.compile(
        rf"\b(?:the|this)\s(?:medicine|vaccine)\b[^.;]{{0,120}}?\scompared\s(?:with|to)\s(?P<what>[^.;()]{{2,70}}?){_NAME_END}"
    ),
    re.compile(
        rf"\b(?:its\s|the\s)?(?:safety|effectiveness|efficacy)\s(?:as\s)?compared\s(?:with|to)\s(?P<what>[^.;()]{{2,70}}?){_NAME_END}"
    ),
    re.compile(
        rf"\bcompar(?:e|ing|es?)\s(?:it|the\smedicine|this\smedicine)\s(?:with|to)\s(?P<what>[^.;()]{{2,70}}?){_NAME_END}"
    ),
)
_OTHER_CALLED = re.compile(r"^(?:an)?other\s[^,]{2,60}(?:,|\scalled|\sknown\sas)\s(?P<name>[^,]{2,60})$")
_END_OF_PEOPLE = (
    r"(?=\sin\sorder\b|\s(?:by|before(?!\s(?:the\sage\sof\s)?\d+\s(?:months|years|weeks)))\s(?:the\s)?(?:end|\w+\s)?(?:of\s)?\d|\swith\sthose\sof\b|\sas\scompared|[.;,:]|\s(?:and\s)?to\s(?:confirm|assess|look|evaluate|investigate|determine|see|provide|collect|gather|obtain|study|measure|monitor|show|learn)\b|"
    r"\sand\s(?:the|will|to|a|it|at|on)\b|\scompared|\sversus|\swhich\s(?:is|are|will)|\s(?:is|are|will\sbe)\s(?:awaited|expected|ongoing|also|being|to\sbe|required|under\sway)|$)"
)
_POPULATION = (
    re.compile(
        r"\bregistr(?:y|ies)\sof\s(?P<who>(?:patients|people|children|women)\s(?:treated|given|taking|receiving)\b[^.;,]{2,80}?)"
        r"(?=\s(?:and\s)?to\s|[.;,]|$)"
    ),
    re.compile(r"\b(?:stud(?:y|ies)|trials?)\sin\s(?P<who>[A-Z]{2,6})(?=[.,;]|\sand\b|$)"),
    re.compile(r"\bin\streating\s(?P<who>[^.;,]{3,160}?)(?=\swith\s(?:those|that)\b|[.;,]|\scompared|$)"),
    re.compile(
        r"\b(?:in|of|for)\s(?:the\streatment\sof\s)?(?P<who>(?:(?:adult|adolescent|young|younger|older|elderly|female|male|pregnant|newly\sdiagnosed)\s)*"
        rf"(?:patients|people|adults|children|adolescents|infants|women|men)\s(?:with|who|whose|aged|under|over|below|above|from|of)\b[^.;,]{{1,160}}?){_END_OF_PEOPLE}"
    ),
    re.compile(
        r"\bin\s(?P<who>(?:(?:adult|adolescent|young|younger|older|elderly|female|male|pregnant|newly\sdiagnosed)\s)*"
        rf"(?:patients|people|adults|children|adolescents|infants|women|men)\b[^.;,]{{0,160}}?){_END_OF_PEOPLE}"
    ),
    re.compile(
        r"\b(?:stud(?:y|ies)|trials?|data|medicine|safety|effectiveness|efficacy|\ue000)\sin\s"
        r"(?P<who>(?!the\b|order\b|which\b|whom\b|this\b|that\b|these\b|its?\b|each\b|an?\b|addition\b|comb|compar|clinical\b|real\b|routine\b|"
        rf"practice\b|terms\b|Europe|EU\b|Member\b|both\b|humans?\b|pregnancy\b|vitro|animals|[A-Z]\w+\s20\d\d)[a-zA-Z][^.;,:\d]{{3,70}}?){_END_OF_PEOPLE}"
    ),
)
_PEOPLE_TOLD = _POPULATION[3:5]
_DUE = re.compile(
    r"\b(?:by|before|in|until|during|for)\s(?P<due>(?:the\s)?(?:end\sof\s|early\s|late\s|mid-|mid\s|beginning\sof\s|(?:first|second|third|fourth)\s(?:quarter|half)\sof\s)?"
    r"(?:\d{1,2}\s)?(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)\s)?20\d\d)\b"
)
_VERBS = (
    r"(?:provide|submit|carry\sout|conduct|complete|set\sup|establish|perform|collect|keep|supply|undertake|present|run|"
    r"do|create|continue|update|make\savailable)"
)
_DATA = (
    r"(?=(?:the\s|an?\s|further\s|additional\s|final\s|two\s|new\s|long-term\s|another\s|more\s|other\s|follow-up\s)*"
    r"(?:(?:results?|data|information)\s(?:from|of|on)\b"
    r"|(?:[\w-]+\s)?(?:stud(?:y|ies)|registry)\b(?:\s(?:on|in|to|of|comparing|looking|with|that|which|based)\b|,|;|\.|$)))"
)
_NEXT = re.compile(
    rf"(?:,|;)?\s(?:and|as\swell\sas)\s(?:(?:it|the\scompany|they)\s)?(?:will|must|should|is\sto)\s(?:also\s|then\s)*{_VERBS}\s"
    rf"|(?:,|;)?\s(?:and|as\swell\sas)\s(?:also\s)?(?:to\s)?(?:{_VERBS}\s)?(?P<from>from\s|of\s)?{_DATA}"
    r"|(?:,|;)?\s(?:and|while)\s(?=(?:the\sother|another|one|a\ssecond|the\ssecond)\s(?:one\s)?(?:will|compar|look|is|in\b|on\b|at\b|stud))"
)
_LISTED = re.compile(r"\b(?:stud(?:y|ies)|trials|data|results|following)\b[^.:]{0,40}:\s")


@dataclass(frozen=True, slots=True)
class Awaited:
    """One thing that is awaited: its type and what its words say of it."""

    type: str
    words: str
    details: Fields


def awaited_things(words: str, masked: str) -> Iterator[Awaited]:
    """Yield each study, registry, analysis or other data that the words name; `masked` are the words, names masked.

    >>> text = "data on its safety from an ongoing study and from a registry of patients, and will set up a trial in boys"
    >>> [(each.type, each.details) for each in awaited_things(text, text)]
    [('study', {'study_status': 'ongoing', 'topic': ('safety',)}), ('registry', {'topic': ('safety',)}), ('study', {'population': 'boys'})]
    >>> text = "results of two ongoing studies: the main study and another study in adults"
    >>> [(each.type, each.details) for each in awaited_things(text, text)]
    [('study', {'study_status': 'ongoing'}), ('study', {'study_status': 'ongoing', 'population': 'adults'})]
    """
    shared: Fields = {}
    begin = 0
    listed = _LISTED.search(words)
    if listed:
        shared = {k: v for k, v in details(words[: listed.end()], masked[: listed.end()]).items() if k != "population"}
        begin = listed.end()
    cuts = [found for found in _NEXT.finditer(words) if found.start() > begin]
    last: Fields = {}
    goes_on = False
    for cut in [*cuts, None]:
        end = cut.start() if cut else len(words)
        part = words[begin:end]
        stated = {**shared, **details(part, masked[begin:end])}
        if goes_on and "topic" not in stated and "topic" in last:
            stated["topic"] = last["topic"]
        if kind := type_of(part, investigated=listed is not None):
            yield Awaited(kind, part, stated)
            last = stated
        begin, goes_on = (cut.end(), bool(cut.groupdict().get("from"))) if cut else (end, False)


def type_of(words: str, *, investigated: bool = False) -> str | None:
    """Return what is awaited: the first study, registry or analysis told, else data; None where nothing is.

    >>> [type_of(each) for each in ("data from a registry", "results of the main study", "new evidence", "a card")]
    ['registry', 'study', 'data', None]
    """
    places = sorted((found.start(), name) for name, pattern in _NOUNS if (found := pattern.search(words)))
    told = [name for _, name in places if name != "data"] or [name for _, name in places]
    return told[0] if told else "study" if investigated or _INVESTIGATES.match(words) else None


def topics(words: str) -> tuple[str, ...]:
    """Return on what the awaited data are.

    >>> topics("the long-term safety and how well it works"), topics("the patients’ quality of life")
    (('efficacy', 'safety', 'long-term effects'), ())
    """
    return tuple(topic for topic, pattern in _TOPICS if pattern.search(words))


def details(words: str, masked: str) -> Fields:
    """Return what the words say of awaited data: on what, in whom, compared with what, by when.

    >>> details("a study comparing it with defol in children by 2030", "a study comparing it with defol in children by 2030")
    {'comparator': ('defol',), 'population': 'children', 'due': '2030'}
    """
    row: Fields = {}
    for status, pattern in _STATUS:
        if pattern.search(words):
            row["study_status"] = status
            break
    if compared := _comparator(words, masked):
        row["comparator"] = (compared,)
    if told := topics(words):
        row["topic"] = told
    for pattern in _POPULATION:
        if found := pattern.search(masked):
            row["population"] = plain(words[found.start("who") : found.end("who")])
            break
    if due := _DUE.search(words):
        row["due"] = plain(due["due"])
    return row


def told_people(words: str) -> str | None:
    """Return the last people that the words speak of, for what comes after to call them 'this group'.

    >>> told_people("There are no data in people over 65 years of age, and the company")
    'people over 65 years of age'
    """
    found = [each for pattern in _PEOPLE_TOLD for each in pattern.finditer(words)]
    last = max(found, key=lambda each: each.start("who"), default=None)
    return plain(last["who"]) if last else None


def _comparator(words: str, masked: str) -> str | None:
    for pattern in _COMPARED:
        if found := pattern.search(masked):
            what = plain(words[found.start("what") : found.end("what")])
            if called := _OTHER_CALLED.match(what):
                what = plain(called["name"])
            what = compiled(r"^(?:that|those)\sof\s").sub("", what)
            return (
                what
                if what and not compiled(r"(?:other|another|existing|it|them|an|each|different)\b").match(what)
                else None
            )
    return "placebo" if compiled(r"\bplacebo-controlled\b|\bwith\splacebo\b").search(words) else None
