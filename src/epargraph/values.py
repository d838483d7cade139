"""Text to value: numbers, dates, lists and phrases as overviews write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from epargraph.kinds import Number

NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"once": 1, "twice": 2, "thrice": 3, "single": 1, "a": 1, "an": 1}
"""The numbers that overviews write as words."""

MONTHS = {
    month: index
    for index, month in enumerate(
        "january february march april may june july august september october november december".split(), 1
    )
}

_THOUSANDS = re.compile(r"[, \u00a0\u202f]")
_DIGITS = re.compile(r"-?\d{1,3}(?:[, \u00a0\u202f]\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")


_FORMERLY = re.compile(r"(.+?)\s*\((?:previously|formerly|prev\.)\s+(?:known\s+as\s+)?([^()]+)\)\s*")


def names_told(name: str) -> tuple[str, ...]:
    """Return what a register writes as a medicine's name as today's and the former name, where it tells both.

    >>> names_told("Xyzmed (previously Abcmed)"), names_told("Xyzmed")
    (('Xyzmed', 'Abcmed'), ('Xyzmed',))
    """
    told = _FORMERLY.fullmatch(name)
    return (told[1].strip(), told[2].strip()) if told else (name.strip(),)


def number(text: str) -> Number | None:
    """Return the number that the text is, None where it is none.

    >>> [number(each) for each in ("1,203", "1 203", "0.5", "37", "three", "once", "some")]
    [1203, 1203, 0.5, 37, 3, 1, None]
    """
    text = text.strip().lower()
    if text in NUMBER_WORDS:
        return NUMBER_WORDS[text]
    if not text[-1:].isdecimal() or not _DIGITS.fullmatch(text):
        return None
    digits = _THOUSANDS.sub("", text)
    return float(digits) if "." in digits else int(digits)


_DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]+),? (\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH_NUMBER = re.compile(r"(\d{1,2})[-/](\d{4})")
_MONTH_NAME = re.compile(r"([A-Za-z]+),? (\d{4})")
_YEAR = re.compile(r"(?:19|20)\d\d")


def date(text: str) -> str | None:
    """Return the date as ISO 8601, as precise as the text; None where the text is no date or an impossible one.

    >>> [date(each) for each in ("06 January 2022", "17 May 2022", "01-2021", "02/08/2023", "May 2020", "2019")]
    ['2022-01-06', '2022-05-17', '2021-01', '2023-08-02', '2020-05', '2019']
    >>> date("31 February 2020") is None
    True
    """
    text = " ".join(text.split()).strip(" .,;")
    if found := _DAY_OF_MONTH.fullmatch(text):
        day, month, year = int(found[1]), MONTHS.get(found[2].lower(), 0), int(found[3])
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), int(found[2]), int(found[3])
    elif found := _YEAR_FIRST.fullmatch(text):
        day, month, year = int(found[3]), int(found[2]), int(found[1])
    elif found := _MONTH_NUMBER.fullmatch(text):
        return f"{found[2]}-{int(found[1]):02}" if 1 <= int(found[1]) <= 12 else None
    elif found := _MONTH_NAME.fullmatch(text):
        return f"{found[2]}-{MONTHS[found[1].lower()]:02}" if found[1].lower() in MONTHS else None
    else:
        return text if _YEAR.fullmatch(text) else None
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not 1 <= month <= 12 or not 1 <= day <= days[month - 1]:
        return None
    return f"{year:04}-{month:02}-{day:02}"


_BRACKET = re.compile(r"[()\[\]]")


def top_level(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each stretch of the text begins and ends that stands outside brackets.

    >>> ["a (b, c) d"[start:end] for start, end in top_level("a (b, c) d")]
    ['a ', ' d']
    """
    depth = start = 0
    for found in _BRACKET.finditer(text) if "(" in text or "[" in text or ")" in text or "]" in text else ():
        if depth == 0 and start < found.start():
            yield start, found.start()
        depth = depth + 1 if found[0] in "([" else max(0, depth - 1)
        start = found.end()
    if depth == 0 and start < len(text):
        yield start, len(text)


def covered(text: str) -> str:
    """Return the text with each character that stands in brackets, and the brackets, replaced by a mark.

    >>> ascii(covered("a (b) c")).replace(chr(92), "/")
    "'a /ue011/ue011/ue011 c'"
    """
    if "(" not in text and "[" not in text and ")" not in text and "]" not in text:
        return text
    parts, place = [], 0
    for start, end in top_level(text):
        parts += ["\ue011" * (start - place), text[start:end]]
        place = end
    return "".join(parts) + "\ue011" * (len(text) - place)


_AND = re.compile(r"^(?:and|or|as well as)\s+", re.IGNORECASE)


@cache
def _parted_by(conjunctions: str) -> re.Pattern[str]:
    return re.compile(rf"\s*[,;]\s*(?:(?:{conjunctions})\s+)?|\s+(?:{conjunctions})\s+")


def split_list(text: str, *, conjunctions: str = "and|or|as well as") -> list[str]:
    """Split a list at the commas, semicolons and conjunctions that stand outside brackets.

    >>> split_list("diarrhoea, nausea (feeling sick) and tiredness")
    ['diarrhoea', 'nausea (feeling sick)', 'tiredness']
    >>> split_list("stomatitis (sores, ulcers and pain), rash")
    ['stomatitis (sores, ulcers and pain)', 'rash']
    """
    cuts = [
        match.span()
        for match in _parted_by(conjunctions).finditer(covered(text))
        if text[match.start() : match.end()].strip()
    ]
    parts, start = [], 0
    for cut_start, cut_end in cuts:
        parts.append(text[start:cut_start])
        start = cut_end
    parts.append(text[start:])
    return [cleaned for part in parts if (cleaned := _AND.sub("", part.strip(" .;,")))]


_BRACKETED = re.compile(r"(.*?)\s*\(((?:[^()]|\([^()]*\))*)\)(.*)", re.DOTALL)


def bracketed(text: str) -> tuple[str, str | None]:
    """Split a term from the bracket that follows it.

    >>> bracketed("nausea (feeling sick)")
    ('nausea', 'feeling sick')
    >>> bracketed("tiredness")
    ('tiredness', None)
    """
    if "(" in text and (found := _BRACKETED.fullmatch(text.strip())):
        return f"{found[1]}{found[3]}".strip(), found[2].strip()
    return text.strip(), None


_SPACE_BEFORE = re.compile(" (?=[,.;:])")


def without_brackets(text: str) -> str:
    """Return the text without what stands in brackets.

    >>> without_brackets("non-small cell lung cancer (NSCLC) of adults")
    'non-small cell lung cancer of adults'
    """
    kept = "".join(text[start:end] for start, end in top_level(text))
    return _SPACE_BEFORE.sub("", " ".join(kept.split()))


_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_CAPITALISED = re.compile(r"[A-Z][a-z]+(?=[ ,]|$)")


def plain(text: str) -> str:
    """Return free text as facts hold it: one space, no leading article, lower case but for names and abbreviations.

    >>> plain("The  disease gets worse.")
    'disease gets worse'
    >>> plain("HIV-1 infection")
    'HIV-1 infection'
    """
    text = " ".join(text.split()).strip(" .;,:‘’“”\"'")
    if text[:1] in "TtAa" and (article := _ARTICLE.match(text)):
        text = text[article.end() :]
    if text[:1].isupper() and (first := _CAPITALISED.match(text)) and first[0].lower() in ORDINARY:
        text = text[0].lower() + text[1:]
    return text


ORDINARY = frozenset(
    "after all any as at before certain conditions diabetes dry each enlarged fever headache heart high if in increased "
    "infections inflammation kidney liver low lung mild moderate more most nausea no other pain patients people raised "
    "reactions reduced serious severe side skin some tiredness treatment vomiting when women men children adults".split()
)
"""Words that are in lower case within a sentence: at its beginning their capital says nothing."""
