"""The pharmaceutical forms that the medicine comes in, with their strengths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from epargraph.extract.engine import Context, Fields, Found, Match, closed_words, reader
from epargraph.patterns import compiled
from epargraph.rules import MEDICINE, SUBSTANCE
from epargraph.values import covered, without_brackets

KINDS = ("Form",)


@cache
def _form_pattern() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return a pattern of all names of dose forms in lower case, the longest first, and the notation for each name."""
    known = dict(closed_words("Form", "dose_form") or {})
    plural = {f"{name}s": notation for name, notation in known.items() if not name.endswith("s")}
    known = plural | known
    by_beginning: dict[str, list[str]] = {}
    for name in sorted(known, key=len, reverse=True):
        by_beginning.setdefault(name[:3], []).append(re.escape(name[3:]))
    letters = "".join(sorted({name[0] for name in known}))  # looked at first: most words end there
    names = "|".join(f"{re.escape(each)}(?:{'|'.join(rest)})" for each, rest in by_beginning.items())
    return re.compile(rf"(?<![\w-])(?=[{letters}])(?:{names})(?!\w)"), known


_UNIT = r"(?:mg|kg|g|micrograms?|nanograms?|ml|mmol|million\s(?:IU|units)|(?:international\s)?units?|IU|MBq|GBq|kBq|%)"
_NUMBER = r"\d[\d.,]*"
_AMOUNT = rf"{_NUMBER}(?:\s?/\s?{_NUMBER})*"
_STRENGTH = re.compile(
    rf"(?<![\w.,/])(?:(?P<whole>{_AMOUNT}\s?{_UNIT}(?:\s?/\s?{_NUMBER}\s?{_UNIT})+|between\s{_NUMBER}\sand\s{_NUMBER}\s{_UNIT}"
    rf"|{_NUMBER}\sto\s{_NUMBER}\s{_UNIT})(?![\w/])"
    rf"|(?P<list>{_AMOUNT}(?:,?\s(?:(?:and|or)\s)?{_AMOUNT})*)(?:[\s-]|(?=%))(?P<unit>{_UNIT})"
    r"(?P<per>\s?/\s?(?:ml|dose|g|actuation|hour|\d+\shours))?(?!\w))"
)
_SPLIT_FORMS = re.compile(
    r"(?:,|;)?\s(?:and|or)\s(?:also\s)?(?:as|in)\s|,\sas\s|\sand\s(?=an?\s(?!solvent|liquid|diluent))"
)
_CONTAINER = {"pre-filled syringe", "pre-filled pen", "vial", "cartridge", "kit"}
_LIQUID = re.compile(r"solution|suspension|concentrate|emulsion|dispersion|injection|infusion|drops|spray")
_MADE_UP = re.compile(
    r"\b(?P<what>powder|lyophilisate|concentrate|granules)\b.*?\b(?:for|to\s(?:be\s)?(?:ma(?:k|d)e|prepare|dilute)|making|(?:made|mixed|diluted|"
    r"dissolved|prepared|reconstituted)(?:\s(?:up|with|in))?)\b(?P<into>.*)",
    re.DOTALL,
)
"""What a medicine comes as, and what is made of it before it is given."""


@reader
def dose_forms(match: Match, told: Context) -> Iterator[Fields]:
    """Yield each pharmaceutical form with the strengths told beside it."""
    ahead = told.masked[match.sentence][: match.starts["x_forms"]]
    if compiled(rf"\breference medicine\b[^.;{MEDICINE}]{{0,60}}$").search(ahead):
        return
    if not _form_pattern()[0].search(match.groups["x_forms"].lower()):
        return
    told_forms: dict[str, tuple[str, ...]] = {}
    for part in _told_apart(match.groups["x_forms"]):
        words = compiled(r"\b(?:to treat|used to|that treats|once|twice|every|in combination|together)\b").split(part)[
            0
        ]
        form = _one_form(words, _named(words))
        if form is not None and (form not in told_forms or told_forms[form]):
            told_forms[form] = tuple(dict.fromkeys((*told_forms.get(form, ()), *_strengths(words, told))))
    for form, strengths in told_forms.items():
        yield {"dose_form": form, **({"strength": strengths} if strengths else {})}


@reader
def form_strength(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the strengths that a sentence tells by themselves, with the name of what has them, for the form told before."""
    if strengths := tuple(
        dict.fromkeys(_strengths(" ".join(v for k, v in match.groups.items() if k.startswith("x_strengths")), told))
    ):
        yield {"strength": strengths, "x_of": (match.groups.get("x_of") or match.groups.get("x_of_2", "")).lower()}


def _named(words: str) -> list[str]:
    pattern, known = _form_pattern()
    return [known[found[0]] for found in pattern.finditer(without_brackets(words).lower())]


def _told_apart(words: str) -> Iterator[str]:
    """Yield the words on each form: “tablets (5 mg) and capsules (10 mg)” are two, “a powder and solvent” is one.

    >>> list(_told_apart("tablets (5 mg), capsules (10 mg) and an oral solution"))
    ['tablets (5 mg)', 'capsules (10 mg)', 'an oral solution']
    >>> list(_told_apart("a powder and solvent for solution for injection in vials and pre-filled pens"))
    ['a powder and solvent for solution for injection in vials and pre-filled pens']
    """
    pattern, known = _form_pattern()
    for part in _SPLIT_FORMS.split(words):
        begin = 0
        lower = part.lower() if len(part.lower()) == len(part) else part
        for cut in _NEXT_FORM.finditer(covered(part)):
            form = pattern.match(lower, cut.end())
            if form is None or known[form[0]] in _CONTAINER:
                continue
            if any(found.start() < cut.start() < found.end() for found in pattern.finditer(lower)):
                continue  # “eye drops, solution” is one name
            before = [each for each in _named(part[begin : cut.start()]) if each not in _CONTAINER]
            if before and before[-1] not in _HALF_NAMED:
                yield part[begin : cut.start()]
                begin = cut.start("next")
        yield part[begin:]


_HALF_NAMED = {"powder", "concentrate"}
_NEXT_FORM = re.compile(
    rf"(?:,|,?\s(?:and|or))\s(?P<next>(?:{_AMOUNT}[\s-]{_UNIT}\s)?(?:(?:hard|soft|film-coated)\s)?)"
)


def _one_form(words: str, named: list[str]) -> str | None:
    """Return the form that the words are about: what is given, not what it is packed in."""
    lower = words.lower()
    if compiled(
        r"\s*(?:an?\s(?:course|series|total)\sof\s)?(?:an?|one|two|three|four|five|six|\d+|several|slow)\s(?:(?!for\b)[\w-]+\s){0,2}?(?:injections?|infusions?)\b"
    ).match(lower):
        return None  # how it is given, not what it is
    if (made := _MADE_UP.search(lower)) and (form := _made_up(made["what"], made["into"])):
        return form
    plain_forms = [form for form in named if form not in _CONTAINER]
    if not plain_forms and named and compiled(r"\binjec|\bsolution\b").search(lower):
        return "solution for injection" if "suspension" not in lower else "suspension for injection"
    if plain_forms and plain_forms[0] == "solution" and compiled(r"\binjected\b|\binjection\b").search(lower):
        return "solution for injection"
    if plain_forms and (into := re.search(rf"\b{plain_forms[0]} of [a-z ]+ for (?:infusion|injection)\b", lower)):
        return f"{plain_forms[0]} for {into[0].split()[-1]}"
    if plain_forms:
        return plain_forms[0]
    return named[0] if named else None


def _made_up(what: str, into: str) -> str | None:
    """Return the form of a powder or the like that is made up into what is given; None where its own name tells it.

    >>> _made_up("powder", " made up into a suspension for infusion"), _made_up("lyophilisate", " a nasal spray")
    ('powder for infusion', 'nasal spray')
    """
    if compiled(r"\bnasal spray\b").search(into):
        return "nasal spray"
    if what == "concentrate":
        if compiled(r"\b(?:solution|suspension|dispersion) for infusion\b|\binfusion\b").search(into):
            return "concentrate for solution for infusion"
        return "solution for injection" if compiled(r"\bsolution for injection\b").search(into) else None
    if compiled(r"\binfusion\b").search(into):
        return "powder for infusion" if what != "granules" else None
    if compiled(r"\binjection\b|\binjected\b").search(into):
        return {"powder": "powder for injection", "lyophilisate": "lyophilisate for injection"}.get(what)
    if what == "powder" and compiled(r"\boral\b|\bmouth\b|\bdrink").search(into):
        return "oral powder"
    return None


_OF_SUBSTANCE = re.compile(rf"(\d[\d.,]*\s?(?:mg|g|micrograms?|IU|units))\s(?:of\s)?{SUBSTANCE}+")


def _strengths(words: str, told: Context) -> Iterator[str]:
    """Yield the strengths as written; those of the substances of a combination are one strength."""
    if len(told.names.substances) > 1:
        each_substance = _OF_SUBSTANCE.findall(told.names.mask(words))
        if len(each_substance) == len(told.names.substances):
            yield "/".join(each_substance)
            return
    for found in _STRENGTH.finditer(words):
        if found["whole"]:
            yield found["whole"]
            continue
        unit = found["unit"] + compiled(r"\s?/\s?").sub("/", found["per"] or "")
        for each in compiled(r"(?:,\s|\sand\s|\sor\s)+").split(found["list"]):
            yield f"{each.strip(' ,.')}{'' if unit == '%' else ' '}{unit}"


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield each form once, with all its strengths, also those that another sentence tells."""
    forms: dict[str, Found] = {}
    for each in found["Form"]:
        if "dose_form" not in each.fields:
            _give(forms, each, str(each.fields["x_of"]))
        elif each.fields["dose_form"] in _CONTAINER and len(forms) == 1 and _LIQUID.search(next(iter(forms))):
            _give(forms, each, "")
        else:
            form = str(each.fields["dose_form"])
            before = forms.setdefault(form, each)
            if "strength" not in before.fields and "strength" in each.fields:
                forms[form] = before.having(strength=each.fields["strength"]).also(*each.sentences)
    yield from forms.values()


def _give(forms: dict[str, Found], told: Found, of: str) -> None:
    """Give the strengths to the one form that is meant: the form named, else the only one, else the only liquid."""
    strengths = told.fields.get("strength")
    if not isinstance(strengths, tuple):
        return
    word = of.rstrip("s")
    meant = [form for form in forms if word and word in form] or list(forms)
    if len(meant) > 1 and all("/ml" in each for each in strengths):
        meant = [form for form in meant if _LIQUID.search(form)]
    if len(meant) == 1 and "strength" not in forms[meant[0]].fields:
        forms[meant[0]] = forms[meant[0]].having(strength=strengths).also(*told.sentences)
