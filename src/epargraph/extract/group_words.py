"""Who must not use a medicine: the groups that one sentence tells apart."""

from __future__ import annotations

import re

from epargraph.patterns import compiled
from epargraph.values import bracketed, covered, plain

_PEOPLE = (
    r"(?:(?:adult|male|female|elderly|older|younger|pregnant|breastfeeding|breast-feeding|animals?)\s)*"
    r"(?:patients?|people|persons?|individuals|adults|adolescents|children|infants|newborns|babies|women|men|those|"
    r"anyone|animals|dogs|cats|horses|cattle|pigs|females|males|mothers)"
)
_SINCE = re.compile(
    r"(?:\s(?:unless|except)\b|\sor\sas\san?\s(?!result)|,\s(?:which|as|because|since|if|unless|except|so|although|even|due\sto|where)\b|\s(?:because|since|as\s(?:it|this|they|these|there|"
    r"the)|due\sto\sthe\srisk|so\sthat|in\sorder\sto)\b|,\sand\s(?:its|it|this|the\smedicine|must\snot|should\snot)\b|\sor\swithin\s|\.\s|;\s(?:it|this|the\smedicine)\b).*$"
)
_EXAMPLES = re.compile(r",?\s(?:such\sas|including|e\.g\.|for\sexample|for\sinstance)\s.*$")
_APART = re.compile(
    rf";\s(?:(?:and|or)\s)?(?:in\s|with\s)?|"
    rf",?\s(?:or|and|nor)\s(?:also\s)?(?:in|with|by|to|for)\s(?={_PEOPLE}\b)|"
    rf",?\s(?:or|nor)\s(?={_PEOPLE}\b|who\b|whose\b|with\s|in\s(?:pregnan|women|case))|"
    rf",?\sand\s(?={_PEOPLE}\b|with\s|in\s(?:pregnan|women|case))|"
    r",\s(?:or|nor|and)\s(?!(?:to\s)?(?:any|one)\sof\s(?:the\s|its\s)?(?:other\s)?(?:ingredients|excipients|components))|"
    rf",\s(?:(?:in|to|by)\s)?(?={_PEOPLE}\b)|,\s(?=who\s|with\s)"
)
_ALLERGIC = re.compile(r"\b(?:hypersensitiv\w*|allerg\w*|anaphyla\w*|intoleran\w*)\b")
_APPOSITION = re.compile(
    r"^(?:an?|the|another|also)\s.*\b(?:medicines?|treatments?|conditions?|diseases?|types?\sof|used|that|which|called|known)\b"
)
_SEVERE_TOO = re.compile(
    r"\sor\s(?=(?:severe|active|uncontrolled|acute|serious|untreated|certain|unstable|recent|a\shistory|"
    r"problems|moderate\sto|other|end-stage|significant|have\shad|at\srisk)\b|[a-z]{3,}(?:asis|itis|osis|oma|aemia|uria)(?:\s\ue011|$))"
)
_TAKING = re.compile(r"\b(?:taking|using|receiving|take|treated with)\b")
_OTHERS_APART = re.compile(_SEVERE_TOO.pattern.replace("|other|", "|"))
_HALF_TOLD = re.compile(
    r"\b(?:mild|moderate|severe|uncontrolled|untreated|unstable|serious|active|acute|chronic|previous|current|known|suspected|have|had|are|of|a|(?:impaired|reduced|poor)\s(?:liver|kidney|heart|lung|bone\smarrow)|(?<!with\s)(?<!of\s)\b(?:liver|kidney|heart|lung)|certain|other|an?\s[\w-]+(?:ous|ic|al|ive|ed|ary))$"
)
_ADJECTIVES = re.compile(r"(?:pregnant|breast[- ]?feeding|lactating|young|elderly|newborn|male|female|breeding)")
_TOGETHER = re.compile(r"^(?:in\scombination\swith|together\swith|at\sthe\ssame\stime\sas|alongside|during)\s")
_WHO = re.compile(
    rf"^(?P<people>{_PEOPLE})(?P<link>\s(?:who\s(?:have\shad|have\sor\sare|have|had|are\staking|take|are|suffer\sfrom)|with|"
    r"taking|receiving|treated\swith|that\s(?:have|are))(?:\s(?:a|an))?\b)?"
)


_ALSO_TO = re.compile(r"(\b(?:hypersensitiv|allerg)[^;]*?,\sto\s[^,;]+),\s(or\sto\s)")
"""One list of what somebody is allergic to, its last member after a comma."""


_ANYBODY = re.compile(r"(?:any(?:body|one)|people|patients|persons) (?:else|other than .+)|others")
"""Who is not named but left over: the sentence before says who may use the medicine."""


def groups(text: str, *, bullet: bool = False) -> list[str]:
    """Return the groups in the document's words, the people named again where one sentence names them for several.

    >>> groups("patients who have an infection of the eye, or inflammation inside the eye")
    ['patients who have an infection of the eye', 'patients who have inflammation inside the eye']
    >>> groups("patients who are breast feeding or who have low levels of neutrophils")
    ['patients who are breast feeding', 'patients who have low levels of neutrophils']
    >>> groups("people who are hypersensitive (allergic) to defol, to other defs or to any of the other ingredients")
    ['people who are hypersensitive (allergic) to defol, to other defs or to any of the other ingredients']
    >>> groups("patients who are hypersensitive to defol, or to any macrolide")
    ['patients who are hypersensitive to defol', 'patients who are hypersensitive to any macrolide']
    >>> groups("children who are hypersensitive to the active substances, to any other ingredient, or to neomycin")
    ['children who are hypersensitive to the active substances, to any other ingredient or to neomycin']
    >>> groups("patients with severe liver disease, stroke or bleeding")
    ['patients with severe liver disease', 'patients with stroke', 'patients with bleeding']
    >>> groups("St John’s wort, a herbal medicine used to treat depression")
    ['St John’s wort']
    >>> groups("pregnant or breast-feeding women unless they take part in a programme")
    ['pregnant women', 'breast-feeding women']
    >>> groups("patients with severe liver problems or cholestasis (problems with bile)")
    ['patients with severe liver problems', 'patients with cholestasis']
    >>> groups("horses with impaired liver, heart or kidney function")
    ['horses with impaired liver, heart or kidney function']
    >>> groups("breeding, pregnant or lactating animals")
    ['breeding animals', 'pregnant animals', 'lactating animals']
    >>> groups("patients with moderate or severe heart failure either")
    ['patients with moderate or severe heart failure']
    """
    text = compiled(r"^(?:in|to|by|for|with)\s").sub("", " ".join(text.split()).rstrip(" .;,:"))
    if compiled(rf"[A-Z][a-z]+\s(?:{_PEOPLE}\b|with\b|who\b|taking\b)").match(text):
        text = text[0].lower() + text[1:]
    text = _ALSO_TO.sub(r"\1 \2", text)
    text = compiled(r",\s(?:except|unless|if)\b[^,;()]*(?=[,;]|$)").sub("", text)
    text = compiled(r"(?:,?\s(?:and|or))$").sub("", text)
    text = _outside(_EXAMPLES, _outside(_SINCE, text))
    text = compiled(r"\s(?:either|too|as well)$").sub("", text)
    if _ANYBODY.fullmatch(text):
        return []
    if bullet:
        return [cleaned] if (cleaned := _clean(text)) else []
    told: list[str] = []
    taken_with: set[str] = set()
    for piece in _split(_APART, text):
        together = _TOGETHER.sub("", piece)
        if together != piece:
            taken_with.add(together)
        told += [together] if bullet or together != piece or _ALLERGIC.search(piece) else _listed(piece)
    for index in range(len(told) - 2, -1, -1):
        if _ADJECTIVES.fullmatch(told[index]):
            told[index] = f"{told[index]} {told[index + 1].split()[-1]}"
    first = _WHO.match(told[0]) if told else None
    found = []
    for index, piece in enumerate(told):
        whole = index == 0 or piece in taken_with
        group = piece if whole else _completed(piece, told[index - 1], first)
        first = _WHO.match(piece) or first
        if cleaned := _clean(group):
            found.append(cleaned)
    return found


def _outside(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(covered(text))
    return text[: found.start()] if found else text


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    parts, place = [], 0
    for found in pattern.finditer(covered(text)):
        parts.append(text[place : found.start()])
        place = found.end()
    return [part.strip(" ,") for part in [*parts, text[place:]] if part.strip(" ,")]


def _listed(piece: str) -> list[str]:
    """Return the members of a list with commas; explanations set off by commas are dropped."""
    parts: list[str] = []
    for part in _split(re.compile(r",\s(?:(?:or|and)\s)?"), piece):
        if parts and _HALF_TOLD.search(parts[-1]):
            parts[-1] = f"{parts[-1]}, {part}"
        elif not _APPOSITION.match(part):
            parts.append(part)
    if len(parts) > 1 or (len(parts) == 1 and parts[0] != piece and "," in piece):
        last = _split(re.compile(r"\s(?:or|and)\s"), parts[-1]) if len(parts) > 1 else [parts[-1]]
        if any(_HALF_TOLD.search(half) for half in last[:-1]):
            last = [parts[-1]]
        parts = [*parts[:-1], *last]
        if all(len(part.split()) <= 12 for part in parts):
            return parts
        return [piece]
    halves = _split(
        _OTHERS_APART if _TAKING.search(piece) or not compiled(_PEOPLE).match(piece) else _SEVERE_TOO, piece
    )
    return halves if len(halves) > 1 and not any(_HALF_TOLD.search(half) for half in halves[:-1]) else [piece]


def _completed(piece: str, before: str, first: re.Match[str] | None) -> str:
    """Return a later group with the people that the sentence named before it."""
    if compiled(_PEOPLE).match(piece) or first is None:
        return piece
    people, link = first["people"], first["link"] or ""
    if compiled(r"who\b|with\b|whose\b|taking\b|aged\b|under\b|receiving\b").match(piece):
        return f"{people} {piece}"
    if compiled(r"have\b|had\b|are\b").match(piece):
        return f"{people} who {piece}"
    if compiled(r"to\s").match(piece) and (
        allergic := compiled(r"(.*?\b(?:hypersensitiv\w+|allerg\w+(?:\sreactions?)?))\b").match(before)
    ):
        return f"{allergic[1]} {piece}"
    return f"{people}{compiled(r' (?:a|an)$').sub('', link)} {piece}" if link else piece


def _clean(group: str) -> str:
    name, gloss = bracketed(group)
    while gloss and len(gloss.split()) > 2:
        group = name
        name, gloss = bracketed(group)
    return plain(group)
