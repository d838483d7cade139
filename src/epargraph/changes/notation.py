"""Whether two cells say the same in other letters: a change of notation is no change of fact."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache

Values = tuple[str, ...]

_LEGAL_FORMS = {
    *(
        "ab",
        "ag",
        "aps",
        "as",
        "bv",
        "bvba",
        "co",
        "dac",
        "dd",
        "doo",
        "eeig",
        "ehf",
        "eurl",
        "gmbh",
        "hf",
        "inc",
        "kft",
    ),
    *("kg", "kgaa", "limited", "llc", "nv", "oy", "oyj", "plc", "publ", "pte", "sa", "sarl", "sas", "sca", "se", "sl"),
    *("slu", "spa", "spz", "srl", "sro", "unlimitedcompany", "zrt"),
}
"""The legal forms of companies, as `_words` writes them."""

_LONG_FORMS = {
    "ltd": "limited",
    "designated activity company": "dac",
    "unlimited company": "unlimitedcompany",
    "incorporated": "inc",
}
_FORMER_NAME = re.compile(r"\s*\((?:previously|formerly)(?: known as| called)?\b.*?\)?\s*$", re.IGNORECASE | re.DOTALL)
_ATC = re.compile(r"Q?[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?")


def same(key: str, before: Values, after: Values) -> bool:
    """Tell whether the values that a column had and has say the same, however they are written.

    >>> same("company", ("Amgen Europe BV",), ("Amgen Europe B.V.",))
    True
    >>> same("company", ("Eisai GmbH",), ("Eisai Ltd",))
    False
    """
    return before == after or _SAME.get(key, _same_words)(before, after)


def plain(text: str) -> str:
    """Return a text in small letters without accents.

    >>> plain("Laboratórios THÉA")
    'laboratorios thea'
    """
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@cache
def _words(text: str) -> Values:
    """Return the words of a text in plain letters, initials joined, in the order of the alphabet.

    >>> _words("N.V. Organon") == _words("Organon NV")
    True
    """
    found: list[str] = []
    initials = ""
    for word in re.findall(r"[a-z0-9]+", plain(text)):
        if len(word) == 1 and word.isalpha():
            initials += word
            continue
        found += [initials] if initials else []
        initials = ""
        if word != "and":
            found.append(word)
    return tuple(sorted([*found, *([initials] if initials else [])]))


def _same_words(before: Values, after: Values) -> bool:
    return sorted(word for each in before for word in _words(each)) == sorted(
        word for each in after for word in _words(each)
    )


def _same_company(before: Values, after: Values) -> bool:
    """Compare companies: a legal form that only one side names is a way of writing, two that differ are two companies."""
    (one, one_forms), (other, other_forms) = _company(before), _company(after)
    return one == other and (one_forms <= other_forms or other_forms <= one_forms)


def _company(values: Values) -> tuple[list[str], set[str]]:
    text = " ".join(re.findall(r"[a-z0-9.]+", plain(" ".join(values))))
    for long, short in _LONG_FORMS.items():
        text = re.sub(rf"\b{long}\b", short, text)
    words = _words(text)
    return [word for word in words if word not in _LEGAL_FORMS], {word for word in words if word in _LEGAL_FORMS}


def _same_name(before: Values, after: Values) -> bool:
    """Compare names without what stands in brackets about a former name."""
    return _words(present_name(" ".join(before))) == _words(present_name(" ".join(after)))


def present_name(name: str) -> str:
    """Return a medicine's name without what the register adds about a former one.

    >>> present_name("Xyzmed (previously known as Abcmed)")
    'Xyzmed'
    """
    return _FORMER_NAME.sub("", name)


def _same_codes(before: Values, after: Values) -> bool:
    return {re.sub(r"\s", "", each).upper() for each in before} == {re.sub(r"\s", "", each).upper() for each in after}


def _same_groups(before: Values, after: Values) -> bool:
    """Compare groups; one told by its ATC code and one told in words are two ways of writing."""
    if any(_is_code(one) != _is_code(other) for one in before[:1] for other in after[:1]):
        return True
    return _same_words(before, after)


def _is_code(text: str) -> bool:
    return _ATC.fullmatch(re.sub(r"\s", "", text)) is not None


def _same_text(before: Values, after: Values) -> bool:
    """Letters, digits and the signs that say something, in order; spaces, bullets and punctuation say nothing."""
    return essence(" ".join(before)) == essence(" ".join(after))


def essence(text: str) -> str:
    r"""Return a text without what makes no difference to it: capitals, spaces, bullets and punctuation.

    >>> essence("Adults: 18 years\n- and  older.") == essence("adults 18 years and older")
    True
    >>> essence("≥ 18 years") == essence("< 18 years")
    False
    """
    return "".join(re.findall(r"[^\W_]+|[<>≤≥=%+±]|(?<=\d)[.,/](?=\d)", plain(text)))


def _same_value(before: Values, after: Values) -> bool:
    return False


_SAME: Mapping[str, Callable[[Values, Values], bool]] = {
    "company": _same_company,
    "name": _same_name,
    "atc_code": _same_codes,
    "atcvet_code": _same_codes,
    "pharmacotherapeutic_group": _same_groups,
    "vet_pharmacotherapeutic_group": _same_groups,
    "indication": _same_text,
    "page_address": _same_value,
}
