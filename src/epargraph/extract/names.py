"""The names of the document's own medicine and active substances, and the text in which they are masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from epargraph.model import Document
from epargraph.patterns import compiled
from epargraph.rules import MEDICINE, SUBSTANCE
from epargraph.values import split_list

_MAY_NAME = ("What ", "How ", "Why ", "Other ")
_HEADINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"An overview of (.+?)\s+and why (?:it|its)\b",
        r"^What (?:is|are) (.+?)(?: and what (?:is it|are they) used for)?\?",
        r"^How (?:is|does) (.+?) (?:used|work)\?",
        r"^What (?:benefits?|information|measures).*? (?:of|for|with|has) (.+?) (?:have|been|shown)",
        r"^What (?:are|is) the risks? associated with (.+?)\?",
        r"^Why (?:is|has|was) (.+?) (?:been )?(?:authorised|approved|refused)",
        r"^Other information about (.+?):?$",
    )
)
_TITLE = re.compile(r"^(?P<name>[^\s(][^(\n]{0,60}?) \((?P<substance>[^\n]+)\)$", re.MULTILINE)
_CONTAINS = re.compile(
    r"(?:(?:contains?|containing|in [^.;:]{2,40}?,|of|with|containing [^.]{3,60} of) "
    r"(?:the|two|three|four|five|six) active (?:substances?|ingredients?|components?)(?: called)?[,:]?|"
    r"\b(?:Its|[Tt]he) active (?:substance is|substances (?:(?:in|of) [^.,;]{2,60}? )?are)(?: the)?) ([^.:;]+?)"
    r"(?= and is (?:a|an|the)\b| and (?:belongs|works)|, which|, (?:both|all|each|none) of which|, and is\b| \(|[.;:]|\bthat\b(?! causes?\b)|\bused\b|$)"
)
_IN = re.compile(
    r"active substances? (?:in|of) [^.,;]{2,60}?(?:, | (?:is|are) )([^.,;()]{3,80}?)(?:, | is | are |\.| \()"
)
_AS_ACTIVE = re.compile(r"\bcontains? ([^.:;]{3,200}?),? as (?:the |its )?active substances?\b")
_FIRST = re.compile(
    r"^(?P<name>[A-Z][\w’'+-]*(?: [A-Z][\w’'+-]*){0,4}) (?:is an? |is (?:used|indicated|given) |contains )",
    re.MULTILINE,
)
_BRACKET = re.compile(r"\s?\([^()]*\)")
_NOT_NAMES = {"it", "the medicine", "this medicine", "this", "the vaccine", "the product"}


@dataclass(frozen=True, slots=True)
class Names:
    """The medicine's name and its active substances, as the document gives them; empty where it gives none."""

    medicine: str = ""
    substances: tuple[str, ...] = ()

    def mask(self, text: str) -> str:
        """Return the text with each character of the names replaced by a mark: offsets stay as they are.

        >>> ascii(Names("Abc", ("def",)).mask("Abc is def.")).replace(chr(92), "/")
        "'/ue000/ue000/ue000 is /ue001/ue001/ue001.'"
        """
        marks = dict.fromkeys(self.substances, SUBSTANCE) | {self.medicine: MEDICINE}
        for name in sorted(marks, key=len, reverse=True):
            text = _replace(text, name, marks[name])
        return text


def _replace(text: str, name: str, mark: str) -> str:
    if len(name) < 2:
        return text
    parts, done = [], 0
    for place in places(lower_as_long(name), lower_as_long(text)):  # a pattern would be compiled for each document
        parts += [text[done:place], mark * len(name)]
        done = place + len(name)
    return "".join((*parts, text[done:])) if parts else text


def lower_as_long(text: str) -> str:
    """Return the text in lower case, of the same length: a letter that would become two stays as it is."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(low if len(low := c.lower()) == 1 else c for c in text)


def places(words: str, text: str) -> Iterator[int]:
    """Yield where the words stand in the text, and not as parts of longer words.

    >>> list(places("ab", "ab cab abab, ab"))
    [0, 13]
    """
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        alone = not (at and _in_word(text[at - 1])) and not (end < len(text) and _in_word(text[end]))
        if alone:
            yield at
        at = text.find(words, end if alone else at + 1)


def stand_in(words: str, text: str) -> bool:
    """Return whether the words stand in the text, and not as parts of longer words."""
    return next(places(words, text), None) is not None


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def names(document: Document) -> Names:
    """Return the names of the medicine and of its active substances that the document gives."""
    medicine = _medicine(document)
    return Names(medicine, _substances(document, medicine))


def _medicine(document: Document) -> str:
    """Return the name that the headings agree on, else the subject of the first sentence that tells what it is."""
    counts: dict[str, int] = {}
    lines = document.text.split("\n")
    for line in lines:
        if len(line) > 200 or not (line.startswith(_MAY_NAME) or " An overview of " in f" {line}"):
            continue
        for pattern in _HEADINGS:
            if (found := pattern.search(line)) and found[1].lower() not in _NOT_NAMES and len(found[1]) < 80:
                counts[found[1].strip()] = counts.get(found[1].strip(), 0) + 1
    if counts:
        return max(counts, key=lambda name: (counts[name], -len(name)))
    for found in _FIRST.finditer(document.text):
        if found["name"].lower() not in _NOT_NAMES and document.text.count(found["name"]) > 2:
            return found["name"]
    return ""


def _substances(document: Document, medicine: str) -> tuple[str, ...]:
    """Return the active substances: those of "contains the active substance", else those in the title's brackets."""
    told: list[str] = []
    for section in ("what", "use", "work", "header"):
        text = document.section(section)
        if "active " not in text:
            continue
        text = _BRACKET.sub("", _BRACKET.sub("", text))
        for found in (*_CONTAINS.finditer(text), *_IN.finditer(text), *_AS_ACTIVE.finditer(text)):
            parts = [
                compiled(r"^(?:an?|the) (?=.*\b(?:strains?|virus|bacteri|toxoids?|antigens?|cells))").sub("", part)
                for part in _parts(compiled(r",\san?\s[^,]*(?=,|$)").sub("", found[1]))
            ]
            told = [part for part in parts if _is_substance(part)]
            if told:
                break
        if told:
            break
    titled = _title_substances(document, medicine)
    if not told:
        return titled
    if len(titled) == len(told) and all(_goes_on(long, short) for long, short in zip(titled, told, strict=True)):
        return titled
    told = [
        next((full for full in titled if full.casefold().startswith(f"{part.casefold()} (")), part) for part in told
    ]
    whole = " ".join(titled).casefold()
    if len(titled) == 1 and len(told) > 1 and " and " in titled[0] and titled[0].casefold() in document.text.casefold():
        return titled if "vaccine" in whole else tuple(told)
    return tuple(told)


def _parts(words: str) -> list[str]:
    """Return the members of a list of substances; where a comma stands before the last, 'and' joins words of one.

    >>> _parts("toxoids of diphtheria and tetanus, parts of a virus, and killed polioviruses")
    ['toxoids of diphtheria and tetanus', 'parts of a virus', 'killed polioviruses']
    >>> _parts("defol and cisol")
    ['defol', 'cisol']
    """
    words = compiled(r"\b(live|killed|inactivated|purified|modified|weakened), ").sub(r"\1 ", words)
    if words.count(",") > 1 and compiled(r",\sand\s").search(words):
        return compiled(r",\s(?:and\s)?").split(words)
    return split_list(words)


def _goes_on(long: str, short: str) -> bool:
    """Whether a name is the other with a bracket that belongs to it, such as an isotope.

    >>> _goes_on("defolastat (18F)", "defolastat"), _goes_on("defol sodium", "defol")
    (True, False)
    """
    return long == short or bool(re.fullmatch(rf"{re.escape(short)} \([^()]+\)", long))


def _is_substance(text: str) -> bool:
    return bool(compiled(r"[\w(][\w\s().,’'/+-]{1,90}").fullmatch(text)) and not compiled(
        r"(?:which|a|an|the|that|is|it|made|produced|thought|being|known|present|found|also|believed|similar|not|obtained|extracted|derived|released|absorbed|injected|given|formed|converted|able|designed)\b"
    ).match(text)


_BELOW = re.compile(r"^(?P<name>[^\n]+)\n(?=\s*(?P<substance>[A-Za-z][^\n.:?]{3,90}?)[ \t]*\n)", re.MULTILINE)
"""A line, and what stands on the next one that is not empty."""


def _title_substances(document: Document, medicine: str) -> tuple[str, ...]:
    head = document.text[:1500]
    named = (found for found in _BELOW.finditer(head) if found["name"].rstrip(" \t").casefold() == medicine.casefold())
    if medicine and (below := next(named, None)):
        inner = below["substance"].strip()
        if _is_substance(inner) and "(" not in inner:
            return _apart(inner)
    for found in _TITLE.finditer(head):
        if found["name"].strip().casefold() == medicine.casefold():
            return _apart(found["substance"].strip())
    return ()


def _apart(names: str) -> tuple[str, ...]:
    """Return the substances that a title names; a vaccine is one, whatever it is made of."""
    if "vaccine" in names.lower():
        return (names,)
    return tuple(part.strip() for part in compiled(r"\s*/\s*|,\s(?=[a-z])|\s(?:and|\+)\s").split(names) if part.strip())
