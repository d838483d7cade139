"""How a registry may write a name, for servers that compare letter by letter; which of them is meant is judged afterwards."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from epargraph.link.index import texts
from epargraph.link.names import Name
from epargraph.link.normal import is_abbreviation, is_biological, key, natural, wider, without_salt

_LONGEST = 250
"""Characters of a name, and letters enough for any registry's."""

_WORDS = 15
"""Words of a name within which wider names are looked for."""

_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa", "λ": "lambda", "μ": "mu"}
_AMERICAN = (
    (re.compile("ae|oe"), "e"),
    (re.compile(r"our(?=s?\b)"), "or"),
    (re.compile(r"is(?=(?:e|ed|ation)\b)"), "iz"),
    (re.compile("sulph"), "sulf"),
    (re.compile("silate"), "sylate"),
)
_SMALL = frozenset("a an and by due for from in of on or the to with".split())
_SAME = frozenset({"gene", "medicine", "dose_form", "route"})
"""The kinds whose names are written in one way."""


def spellings(name: Name) -> tuple[str, ...]:
    """Return the texts under which a server may know a name, and what is wider than it, sorted; none for what is never linked.

    >>> spellings(Name("substance", "", "sotorasib")), spellings(Name("medicine", "", "EMEA/H/C/005522"))
    (('Sotorasib', 'sotorasib'), ('EMEA/H/C/005522',))
    >>> [each for each in spellings(Name("condition", "", "leukaemias")) if each.islower()]
    ['leukaemia', 'leukaemias', 'leukemia', 'leukemias']
    >>> {"Chronic hepatitis B", "chronic Hepatitis B"} <= {*spellings(Name("condition", "", "Chronic Hepatitis B"))}
    True
    >>> "Crohn's Disease" in spellings(Name("condition", "", "severe Crohn’s disease"))
    True
    """
    if name.kind == "substance" and is_biological(name.text):
        return ()
    told = texts(name)
    found: set[str] = set()
    for each in (*told, *(base for text in told for base in _wider(name.kind, text))):
        text = " ".join(each.split())
        if not text or len(text) > _LONGEST:
            continue
        found.add(text)
        if name.kind not in _SAME and not is_abbreviation(text):
            for form in _written(text, name.kind != "substance"):
                found |= _cases(form)
        elif name.kind == "gene":
            found.add(re.sub(r"[-\s]", "", text))
    return tuple(sorted(found))


def _written(text: str, plurals: bool) -> Iterator[str]:
    """Yield a text in British and American spelling, without accents, Greek letters, hyphens and 's, as one and as many."""
    plain = re.sub("[‘’`´]", "'", re.sub("[‐‑‒–—−]", "-", text))
    forms = {plain, natural(plain) or plain}
    forms |= {re.sub(r"'s\b", "", each) for each in forms}
    forms |= {"".join(c for c in unicodedata.normalize("NFKD", each) if not unicodedata.combining(c)) for each in forms}
    forms |= {re.sub(r"(?<=[^\W\d_])-(?=[A-Z])", "–", each) for each in forms}  # of two people
    forms |= {re.sub("[α-ω]", lambda found: _GREEK.get(found[0], found[0]), each) for each in forms}
    for pattern, other in _AMERICAN:
        forms |= {pattern.sub(other, each) for each in forms}
    if plurals:
        forms |= {each.replace("-", " ") for each in forms} | {
            re.sub(r"(?<=\w) (?=cell\b)", "-", each) for each in forms
        }
        forms |= {_other_number(each) for each in forms}
    yield from forms


def _other_number(text: str) -> str:
    """Return one for many and many for one; the text itself where its end is neither's."""
    if text.endswith(("ss", "us", "is", "ed", "ing")) or text[-1:].isupper():
        return text
    return text[:-1] if text.endswith("s") else f"{text}s"


def _cases(text: str) -> set[str]:
    """Return a text in lower case, with a capital at its beginning or one for each word, and as it is."""
    small, title = _small(text), _title(text)
    found = {text, text.lower(), small, small[:1].upper() + small[1:], text[:1].upper() + text[1:], title}
    return found if small.islower() else found | {text[:1].lower() + title[1:]}


def _small(text: str) -> str:
    """Return a text in lower case, but for numerals and single letters: chronic hepatitis B."""
    return " ".join(word if word.isupper() else word.lower() for word in text.split())


def _title(text: str) -> str:
    words = re.split(r"(?<=[\s-])", text)
    return "".join(word if word.strip() in _SMALL else word[:1].upper() + word[1:] for word in words)


def _wider(kind: str, text: str) -> Iterator[str]:
    """Yield the pieces of a text that are wider than it: the substance without its salt, the condition without its stage."""
    if kind == "substance":
        wanted = {base} if (base := without_salt(text)) else set()
    elif kind in ("condition", "effect"):
        wanted = set(wider(text))
    else:
        return
    words = text.split()[:_WORDS]
    for start in range(len(words)) if wanted else ():
        for end in range(start + 1, len(words) + 1):
            piece = " ".join(words[start:end]).strip(",;:()")
            if key(piece) in wanted:
                yield piece
