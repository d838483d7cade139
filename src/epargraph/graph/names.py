"""The IRIs of things: parts that are stable, readable and valid whatever a document calls a thing."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

import pyoxigraph as ox

from epargraph.errors import UsageError
from epargraph.values import names_told

DEFAULT_BASE = "https://w3id.org/epargraph/"
"""The base of all IRIs of things; the terms and codes stay where they are."""


def base_of(medicine: str) -> str | None:
    """Return the base of a medicine's IRI, None where that is no medicine's.

    >>> base_of("https://example.org/x/medicine/EMEA-H-C-005522")
    'https://example.org/x/'
    """
    match = re.match(r"(.+?)medicine/[^/]+$", medicine)
    return match[1] if match else None


def checked(base: str) -> str:
    """Return the base with a slash at its end; UsageError where it is no absolute IRI.

    >>> checked("https://example.org/medicines")
    'https://example.org/medicines/'
    """
    whole = base if base.endswith(("/", "#")) else f"{base}/"
    try:
        ox.NamedNode(whole)
    except ValueError as error:
        raise UsageError(base, "is no absolute IRI", f"give a base such as {DEFAULT_BASE}") from error
    return whole


_LONGEST = 500
"""Characters of a part of an IRI: what is longer is no name."""


def slug(text: str) -> str:
    """Return the text as one part of an IRI: spaces, slashes and punctuation become hyphens, quotation marks go.

    Other characters than ASCII letters and digits are percent-encoded, so that names that differ in them stay apart.

    >>> [slug(each) for each in ("EMEA/H/C/005522", "KRAS G12C", "Crohn’s disease", "α-1", "HER2+", "HR-")]
    ['EMEA-H-C-005522', 'KRAS-G12C', 'Crohns-disease', '%CE%B1-1', 'HER2%2B', 'HR-minus']
    """
    plain = re.sub(r"['’‘\"“”`]", "", unicodedata.normalize("NFC", text).strip())
    plain = re.sub(r"(?<=\w)[-−]$", " minus", plain)
    plain = re.sub(r"[\s/\\_.,:;()\[\]{}‐‑‒–—-]+", "-", plain).strip("-")
    part = quote(plain, safe="")
    return part if 0 < len(part) <= _LONGEST else digest(text)


def digest(text: str) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of a text.

    >>> digest("Dose")
    '6b942766c4e4'
    """
    return hashlib.sha256(text.encode()).hexdigest()[:12]


_MARKS = re.compile(r"[®™©℠]")
_NUMBER = re.compile(r"(?:\S*/medicine/)?emea[-/]([hv])[-/]c[-/](\d{1,6})")


def sought(text: str) -> str:
    """Return a medicine's name or product number as it is looked up, however it is typed.

    That is in lower case, without trademark signs and quotation marks around it, with one kind of apostrophe and of space; a
    number with its six digits, also from the medicine's IRI.

    >>> [sought(each) for each in (" LUMYKRAS® ", "“Ozempic”", "Dany’s  Bienenwohl", "emea-h-c-5522")]
    ['lumykras', 'ozempic', "dany's bienenwohl", 'emea/h/c/005522']
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFC", text)).lower()
    plain = re.sub(r"[’‘`´]", "'", re.sub(r"[“”„\"]", "", plain))
    plain = " ".join(plain.split())
    number = _NUMBER.fullmatch(plain)
    return f"emea/{number[1]}/c/{int(number[2]):06}" if number else plain


def spellings(name: str) -> tuple[str, ...]:
    """Return all that a medicine of this name is looked up by: the whole, and today's and the former name where both are told.

    >>> spellings("Xyzmed"), spellings("Xyzmed (previously Abcmed)")
    (('xyzmed',), ('xyzmed (previously abcmed)', 'xyzmed', 'abcmed'))
    """
    whole = sought(name)
    return tuple(dict.fromkeys((whole, *names_told(whole))))


def medicine_key(product_number: str | None, name: str | None, otherwise: str = "unknown") -> str:
    """Return the last part of a medicine's IRI: its product number, else its name, else what is given.

    >>> medicine_key("EMEA/H/C/005522", "Lumykras"), medicine_key(None, "Lumykras")
    ('EMEA-H-C-005522', 'name-lumykras')
    """
    if product_number and product_number.strip():
        return slug(product_number)
    return f"name-{slug(name.lower())}" if name and name.strip() else otherwise
