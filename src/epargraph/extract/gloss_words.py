"""Glosses in brackets: whether a bracket explains what stands before it, and how it is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epargraph.patterns import compiled
from epargraph.values import plain

_NO_GLOSS = re.compile(
    r"^(?:see|e\.g|for|such\sas|including|include|with(?!\s(?:large|high|low|some|too|more|many|few|no)\b)|without|in|at|on|by|given|taken|used(?!\s(?:to\s(?:treat|prevent|relieve|control|diagnose|lower|boost|help)|for\s(?:treating|the\streatment)|in\sthe\streatment)\b)|using|up\sto|more|less|about|around|"
    r"approximately|over|under\s\d|at\sleast|after|before|during|from(?!\s.{3,40}\sonwards$)|between|to\s|as\s|and\s|or|but\s|if\s|also\sin|either|both|not\s|"
    r"only|mainly|mostly|usually|generally|calculated(?!\s(?:using|from)\s(?:the\s|a\s)?(?:patient|person|child|height))|measured|based|assessed|compared|seen|reported|recorded|available|"
    r"marketed|previously|formerly|originally|excluding|depending|equivalent|corresponding|according|which|who|whose|"
    r"aged|where\s(?:appropriate|possible|needed|necessary|available|applicable)|range|ranging|average|median|mean|per|each|one|two|three|four|five|six|half|all(?!\sat\sonce)|most|some|many|together|"
    r"especially|particularly|particular|defined|since|because|although|while|out\sof|part\sof\sthe\s(?:EPAR|European)|n\s?=|"
    r"administered|injected|containing|made\sby|recommended|lowest|highest|no\slonger|even|every|once|twice|of\s(?!unknown|no\s)|than|until|"
    r"an?\s(?:median|mean|average|total|difference|rate|ratio|reduction|fall|drop|rise|increase|decrease|improvement)\sof(?=\s\d)|then|they|it\s|this\s(?!is\sknown)|these|there|that\s(?!is)|when\s(?:used|given|taken|the\smedicine|combined|treat)|his|her|their)\b",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"\d\s?%|\bout\sof\s\d|\d\s?(?:mg|g|ml|kg|micrograms?|IU|units?|mmol|mcg|µg|MBq|months?|weeks?|days?|hours?|tablets?|doses?)\b|"
    r"^\d|\d$|\b\d+\sin\s\d|[=≥≤<>]"
)
_FIGURES_TOLD = re.compile(r"^(?:an?|the|no|babies|children|people|high|low|blood|when|having)\b.*\s\S+\s\S+\s")
_ABBREVIATION = re.compile(
    r"^(?:the\s)?[‘'“\"]?(?=[^\s]*[A-Z0-9])(?:[A-Za-z]{0,4}[A-Z][\w/+.-]*|[\d]+[A-Z]\w*)(?:\s[A-Z0-9][\w/+-]*)?(?:\sand\s[A-Z][\w/+-]*)?[’'”\"]?(?:\sfor\sshort)?s?$"
)
_ALSO = re.compile(
    r"^(?:this\sis\s|(?:more\s)?(?:also|commonly|otherwise|sometimes)\s|previously\s|better\s|an?\s(?:process|condition|disease|disorder|reaction|complication|phenomenon)\s)?(?:known|called|referred\sto)\s(?:as\s)?(?P<name>.+)$"
)
_IN_RESPONSE = re.compile(
    r"^(?:an?\s)?(?:proteins?|antibod(?:y|ies)|substances?|cells)\s[^\ue000]{8,80}\s(?:to|against|with|by)\s\ue000+$"
)
"""What forms in response to the medicine: the gloss names it last."""
_THAT_IS = re.compile(r"^(?:(?:this|which)\smeans(?:\sthat)?|i\.e\.,?|that\sis,?|meaning|in\sother\swords,?|=)\s")
_SHORT_FOR = re.compile(r"^[A-Z][\w/-]{1,9}\s?[:;,]\s(?P<gloss>[a-z].{6,})$")

ADJECTIVE = re.compile(r"(?:al|ic|ary|ous|ive|ed|ar|ant|(?<!m)ent|oid|tory|genic|able|ible|ian|ese|ory|onic|ute|gent)$")


def meaning_of(inside: str) -> str | None:
    """Return the meaning that a bracket gives, None where it gives none.

    >>> meaning_of("feeling sick"), meaning_of("also called serotonin"), meaning_of("i.e. the time without symptoms")
    ('feeling sick', 'serotonin', 'the time without symptoms')
    >>> [meaning_of(each) for each in ("46 out of 124", "NSCLC", "5 and 20 mg", "given on its own", "KRAS G12C")]
    [None, None, None, None, None]
    """
    inside = " ".join(inside.split()).strip(" .;,:")
    if found := _SHORT_FOR.match(inside):
        return found["gloss"]
    if found := _ALSO.match(inside):
        name = compiled(r"^[‘'“\"]([^‘’“”\"]+)[’'”\"]$").sub(r"\1", found["name"].strip())
        return None if _ABBREVIATION.match(name) else name
    explained = _THAT_IS.sub("", inside)
    meant = explained != inside and not _FIGURES.search(explained) and len(explained.split()) > 3
    if meant and "\ue000" not in explained and compiled(r"(?:they|it|there)\s").match(explained):
        return explained
    inside = compiled(r"^(?:is|are|was|were)\s(?=[\w-]+$)").sub("", explained)
    if inside in ("DNA", "RNA"):
        return inside
    if (
        len(inside) < 3
        or ("\ue000" in inside and not _IN_RESPONSE.match(inside))
        or ("\ue001" in inside and (inside[0] == "\ue001" or len(inside.split()) < 6))
        or _ABBREVIATION.match(inside)
        or _NO_GLOSS.match(inside)
    ):
        return None
    if _FIGURES.search(inside) and not _FIGURES_TOLD.match(inside):
        return None
    if compiled(r"www\.|https?:|\.eu\b|@|[\[\]{}]").search(inside):
        return None
    if inside[0].isupper() and not compiled(r"[A-Z]\S*\s[a-z]+\s").match(inside):
        return None
    return inside if inside[0].isalpha() or inside[0] in "‘'“\"" else None


def brackets(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each outermost bracket opens and closes.

    >>> list(brackets("a (b (c)) d (e)"))
    [(2, 8), (12, 14)]
    """
    depth = start = 0
    for found in _ROUND.finditer(text) if "(" in text else ():
        if found[0] == "(":
            if depth == 0:
                start = found.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield start, found.start()


_ROUND = re.compile(r"[()]")


def lowered(term: str) -> str:
    """Return a term as it stands within a sentence: names and abbreviations keep their capital.

    >>> lowered("Cystic fibrosis"), lowered("Farber disease"), lowered("Wilson’s disease"), lowered("HIV infection")
    ('cystic fibrosis', 'Farber disease', 'Wilson’s disease', 'HIV infection')
    >>> lowered("Disability Status Scale")
    'Disability Status Scale'
    """
    first, *rest = term.split()
    eponym = compiled(r"[’']s$").search(first) or (
        rest[:1] in (["disease"], ["syndrome"]) and not ADJECTIVE.search(first)
    )
    titled = bool(rest) and len(rest) > 1 and all(word[:1].isupper() for word in rest)
    return term if eponym or titled or first == "St" or not first[1:].islower() else term[0].lower() + term[1:]


def expands(term: str, meaning: str) -> bool:
    """Whether the meaning only spells out the letters of an abbreviation.

    >>> expands("NSCLC", "non-small cell lung cancer"), expands("PSA", "prostate-specific antigen, a protein")
    (True, False)
    """
    letters = compiled(r"[^A-Z]").sub("", term)
    if len(letters) < 2 or " " in term or "," in meaning:
        return False
    initials = "".join(word[0].upper() for word in compiled(r"[A-Za-z]+").findall(meaning))
    return len(initials) <= len(letters) + 2 and re.search(".*".join(letters), initials) is not None


def enumerates(term: str, meaning: str) -> bool:
    """Whether the bracket lists examples or names rather than explain the term.

    >>> enumerates("other cancer medicines", "docetaxel and pemetrexed"), enumerates("nausea", "feeling sick")
    (True, False)
    """
    if compiled(
        r"^(?:adults|children|men|women|males|females)\b|^(?:groups?|types?|strains?|serotypes?)\s[A-Z\d]"
    ).search(meaning):
        return True
    if compiled(r"^[A-Z][a-z]+$").search(term.split()[-1]) and compiled(r"[a-z]+(?: alfa| beta)?").fullmatch(meaning):
        return True
    plural = term.split()[-1].endswith("s") and not term.endswith(("ss", "is", "us"))
    medicines = compiled(
        r"\b(?:medicines?|treatments?|antibiotics?|drugs?|substances|vaccines?|products|agents|inhibitors|doses?|groups?|arms?|strengths?|types?|forms?)$"
    ).search(term)
    return bool(
        plural and medicines and compiled(r"[\w-]+(?:, [\w-]+)*(?: (?:and|or) [\w-]+)").fullmatch(plain(meaning))
    )
