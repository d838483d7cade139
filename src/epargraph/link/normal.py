"""Names made comparable: case, Unicode, spelling, hyphens, inverted headings, plurals, salts."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).with_name("words.toml")

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi "
        "chi psi omega".split(),
        strict=True,
    )
)
_TABLE = str.maketrans(
    {
        **{sign: f" {name} " for sign, name in _GREEK.items()},
        "ς": " sigma ",
        **dict.fromkeys("'’‘`´\"“”®™", ""),
        **dict.fromkeys("-‐‑‒–—−_/,;:.()[]{}*", " "),
        "ß": "ss",
        "ø": "o",
        "æ": "e",
        "œ": "e",
    }
)
_AS = re.compile(r"\s*\((?:as|in the form of)\s[^)]*\)|,?\sas\s(?:an?\s)?[a-z]+(?:\s[a-z]+)?$", re.IGNORECASE)


def key(name: str) -> str:
    """Return a name without what spellings differ in: case, accents, hyphens, punctuation, British and American, Greek.

    >>> key("Non-Small-Cell Lung Carcinoma"), key("Crohn’s disease"), key("oesophageal TUMOURS"), key("β-thalassaemia")
    ('non small cell lung carcinoma', 'crohns disease', 'esofageal tumors', 'beta thalassemia')
    >>> key("epoetin alpha") == key("epoetin alfa"), key("osimertinib mesylate") == key("osimertinib mesilate")
    (True, True)
    """
    text = name
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    text = f" {text.casefold().translate(_TABLE)} ".replace("ae", "e").replace("oe", "e").replace("ph", "f")
    if "sil" in text:
        text = text.replace("silate", "sylate")
    if "our" in text:
        text = text.replace("our ", "or ").replace("ours ", "ors ")
    if "is" in text:
        text = text.replace("ise ", "ize ").replace("ised ", "ized ").replace("isation ", "ization ")
    return " ".join(text.split())


def loose(strict: str) -> str:
    """Return a key without the plurals' s: what is equal so is alike, not yet the same.

    >>> loose("crohns disease"), loose("breast neoplasms"), loose("diabetes mellitus"), loose("injuries")
    ('crohn disease', 'breast neoplasm', 'diabete mellitus', 'injury')
    """
    return " ".join(map(_singular, strict.split()))


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 5 else word[:-1]


def natural(name: str) -> str | None:
    """Return an inverted heading in natural order; None where the name is not inverted.

    >>> natural("Carcinoma, Non-Small-Cell Lung"), natural("Leukemia, Lymphocytic, Chronic, B-Cell"), natural("Asthma")
    ('Non-Small-Cell Lung Carcinoma', 'B-Cell Chronic Lymphocytic Leukemia', None)
    """
    parts = name.split(", ")
    return " ".join(reversed(parts)) if 1 < len(parts) < 6 else None


def _salt_at_end(left: list[str]) -> int:
    """Return how many words at the end name a salt, a hydrate or how the substance is prepared."""
    if left[-1] in words("salts") or left[-1] in words("preparations"):
        return 2 if len(left) > 2 and len(left[-2]) == 1 and left[-2].isalpha() else 1  # (S)-malate
    if len(left) > 2 and left[-1] == "acid" and left[-2] in words("acids"):
        return 3 if len(left) > 3 and len(left[-3]) == 1 else 2
    return 0


@cache
def words(group: str) -> frozenset[str]:
    """Return a group of words.toml, as keys."""
    return frozenset(key(word) for word in tomllib.loads(_WORDS.read_text("utf-8"))[group])


def salts(strict: str) -> frozenset[str]:
    """Return the words of a key that name salts and hydrates.

    >>> sorted(salts("fingolimod hydrochloride")), salts("certolizumab pegol")
    (['hydrochloride'], frozenset())
    """
    return words("salts") & frozenset(strict.split())


def is_bracketed_salt(name: str) -> bool:
    """Tell whether a name has its salt in brackets, so that the substance or the salt may be meant.

    >>> is_bracketed_salt("formoterol (fumarate)"), is_bracketed_salt("fluciclovine (18F)")
    (True, False)
    """
    found = re.search(r"\(([^()]*)\)$", name)
    return found is not None and bool(salts(key(found[1])))


def without_salt(name: str) -> str | None:
    """Return the key of a substance's name without salt and hydrate at its end; None where there is none, or nothing else.

    >>> without_salt("osimertinib mesilate"), without_salt("atazanavir (as sulfate)"), without_salt("sodium chloride")
    ('osimertinib', 'atazanavir', None)
    >>> without_salt("dabigatran etexilate mesilate"), without_salt("tenofovir disoproxil"), without_salt("tenofovir disoproxil fumarate")
    ('dabigatran etexilate', None, 'tenofovir disoproxil')
    >>> without_salt("cabozantinib (S)-malate"), without_salt("siponimod fumaric acid"), without_salt("zoledronic acid monohydrate")
    ('cabozantinib', 'siponimod', 'zoledronic acid')
    """
    told = _AS.sub("", name)
    left = key(told).split()
    while len(left) > 1 and (size := _salt_at_end(left)):
        del left[-size:]
    rest = " ".join(left)
    if not rest or rest == key(name) or all(word in words("salts") for word in left):
        return None
    return rest


def same_words(name: str, other: str) -> bool:
    """Tell whether two names have the same words, in whatever order.

    >>> same_words("Paget's disease of the bone", "bone Paget disease"), same_words("lung cancer", "lung carcinoma")
    (True, False)
    """

    def told(text: str) -> list[str]:
        return sorted(word for word in loose(key(text)).split() if word not in ("of", "the"))

    return told(name) == told(other)


_FORMER = re.compile(r"^(.+?)(?:,\s*formerly|\s*\(formerly\)|\s*\[obs\])$", re.IGNORECASE)


def former(name: str) -> str | None:
    """Return the name that a registry says is one of former times; None where it says no such thing.

    >>> former("Hunt syndrome (formerly)"), former("Hodgkin's disease, lymphocyte predominance [obs]"), former("asthma")
    ('Hunt syndrome', "Hodgkin's disease, lymphocyte predominance", None)
    """
    told = _FORMER.match(name)
    return told[1] if told else None


_ALL = re.compile(
    r"(?<=caused by )all known subtypes of (?:the )?| caused by all known subtypes$| in all age groups$", re.IGNORECASE
)
_CAUSED = re.compile(r"^(infection|disease)s? (?:caused by|due to|with) (.+)$", re.IGNORECASE)


def rephrased(name: str) -> tuple[str, ...]:
    """Return what else a condition is called that says just as much: without what leaves nothing out, and its cause ahead.

    >>> rephrased("disease caused by Ebola virus"), rephrased("primary hyperoxaluria type 1 in all age groups")
    (('Ebola virus disease', 'Ebola virus infection'), ('primary hyperoxaluria type 1',))
    >>> rephrased("infection caused by all known subtypes of hepatitis B virus"), rephrased("asthma")
    (('infection caused by hepatitis B virus', 'hepatitis B virus infection'), ())
    """
    plain = _ALL.sub("", name)
    found = [plain] if plain != name else []
    if told := _CAUSED.match(plain):
        found += [f"{told[2]} {each}" for each in dict.fromkeys((told[1].casefold(), "infection"))]
    return tuple(found)


_AFTER = re.compile(
    r"\s(?:associated with|due to|caused by|secondary to|with|without|in|following|after|of at least)\s|\s\(|,"
)
_FORMS = re.compile(r"^.*\b(?:forms?|types?|variants?|subtypes?) of ", re.IGNORECASE)


def wider(name: str) -> Iterator[str]:
    """Yield the keys of wider conditions, the narrowest first: without what is said after the disease, and ahead of it.

    Words ahead narrow a disease, so that what is left is wider; not after a word that denies it, and not where no more
    than a general word would be left.

    >>> list(wider("insufficiently controlled type 2 diabetes mellitus"))
    ['controlled type 2 diabetes mellitus', 'type 2 diabetes mellitus', '2 diabetes mellitus', 'diabetes mellitus', 'mellitus']
    >>> list(wider("severe hypertension associated with tuberous sclerosis"))
    ['severe hypertension', 'hypertension']
    >>> list(wider("non-Hodgkin lymphoma")), list(wider("rare disease")), list(wider("relapsing forms of multiple sclerosis"))
    ([], [], ['multiple sclerosis', 'sclerosis'])
    >>> list(wider("vertebral and hip fractures"))
    ['and hip fractures', 'fractures']
    """
    seen = {key(name)}
    head = _FORMS.sub("", _AFTER.split(name, maxsplit=1)[0].strip())
    left = key(head).split()
    first, joined = True, False
    while left and not (len(left) == 1 and (len(left[0]) < 6 or loose(left[0]) in words("general"))):
        whole = " ".join(left)
        if whole not in seen and not joined and (first or loose(whole) not in words("general")):
            seen.add(whole)
            yield whole
        if left[0] in words("denying"):
            return
        first, joined = False, left[0] in ("and", "or")  # what is joined is one of several, not what is wider
        left = left[1:]


def is_abbreviation(name: str) -> bool:
    """Tell whether a name is an abbreviation, which may stand for several things.

    >>> is_abbreviation("CHC"), is_abbreviation("Ph+ALL"), is_abbreviation("COVID-19"), is_abbreviation("asthma")
    (True, True, False, False)
    """
    return re.fullmatch(r"[A-Za-z+]{1,7}", name) is not None and sum(c.isupper() for c in name) > 1


def is_biological(name: str) -> bool:
    """Tell whether a name is that of a vaccine, an organism or a mixture from it, which no chemical identifier names.

    >>> is_biological("measles, mumps and rubella vaccine (live)"), is_biological("sotorasib")
    (True, False)
    """
    return not words("biological").isdisjoint(loose(key(name)).split())
