"""The pharmaceutical forms that the medicine comes in, with their strengths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from epargraph.extract.engine import Context, Fields, Found, Match, closed_words, reader
from epargraph.rules import MEDICINE, SUBSTANCE
from epargraph.values import without_brackets

KINDS = ("Form",)


@cache
def _form_pattern() -> tuple[re.Pattern[str], Mapping[str, str], tuple[str, ...]]:
    """Return a pattern of all names of dose forms, the longest first, the notation for each name, and their beginnings."""
    known = dict(closed_words("Form", "dose_form") or {})
    plural = {f"{name}s": notation for name, notation in known.items() if not name.endswith("s")}
    known = plural | known
    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    begin = {name[:4] for name in known}
    return re.compile(rf"(?<![\w-])(?:{names})(?!\w)", re.IGNORECASE), known, tuple(sorted(begin))


_STRENGTH = re.compile(
    r"(?P<list>\d[\d.,]*(?:(?:,|\sand|\sor)\s\d[\d.,]*)*)[\s-](?P<unit>mg|g|micrograms?|ml|IU|million IU|units|MBq|%)(?P<per>\s?/\s?(?:ml|dose|g|actuation|hour|\d+\shours))?(?![\w])"
)
_SPLIT_FORMS = re.compile(
    r"(?:,|;)?\s(?:and|or)\s(?:also\s)?(?:as|in)\s|,\sas\s|\sand\s(?=an?\s(?!solvent|liquid|diluent))"
)
_CONTAINER = {"pre-filled syringe", "pre-filled pen", "vial", "cartridge", "kit"}


@reader
def dose_forms(match: Match, told: Context) -> Iterator[Fields]:
    """Yield each pharmaceutical form with the strengths told beside it."""
    ahead = told.masked[match.sentence][: match.starts["x_forms"]]
    if re.search(rf"\breference medicine\b[^.;{MEDICINE}]{{0,60}}$", ahead):
        return
    pattern, known, beginnings = _form_pattern()
    lower = match.groups["x_forms"].lower()
    if not any(beginning in lower for beginning in beginnings) and "powder" not in lower and "concentrate" not in lower:
        return
    told_forms: set[str] = set()
    for part in _SPLIT_FORMS.split(match.groups["x_forms"]):
        words = re.split(r"\b(?:to treat|used to|that treats|once|twice|every|in combination|together)\b", part)[0]
        named = [known[found[0].lower()] for found in pattern.finditer(without_brackets(words))]
        form = _one_form(words, named)
        if form is None or form in told_forms:
            continue
        told_forms.add(form)
        strengths = tuple(dict.fromkeys(_strengths(words, told)))
        yield {"dose_form": form, **({"strength": strengths} if strengths else {})}


def _one_form(words: str, named: list[str]) -> str | None:
    """Return the form that the words are about: what is given, not what it is packed in."""
    lower = words.lower()
    if re.match(
        r"\s*(?:an?\s(?:course|series|total)\sof\s)?(?:an?|one|two|three|four|five|six|\d+|several|slow)\s(?:(?!for\b)[\w-]+\s){0,2}?(?:injections?|infusions?)\b",
        lower,
    ):
        return None  # how it is given, not what it is
    if re.search(r"\bpowder\b", lower) and re.search(
        r"\bto (?:be )?ma(?:k|d)e|\bmade (?:up )?into|\bmixed|\bfor\b|\bdissolved", lower
    ):
        if "infusion" in lower:
            return "powder for infusion"
        if "injection" in lower:
            return "powder for injection"
    if re.search(r"\bconcentrate\b", lower) and re.search(r"solution for (infusion|injection)", lower):
        return "concentrate for solution for infusion" if "for infusion" in lower else "solution for injection"
    plain_forms = [form for form in named if form not in _CONTAINER]
    if not plain_forms and named and re.search(r"\binjec|\bsolution\b", lower):
        return "solution for injection" if "suspension" not in lower else "suspension for injection"
    if plain_forms and plain_forms[0] == "solution" and re.search(r"\binjected\b|\binjection\b", lower):
        return "solution for injection"
    if plain_forms:
        return plain_forms[0]
    return named[0] if named else None


def _strengths(words: str, told: Context) -> Iterator[str]:
    """Yield the strengths as written; those of the substances of a combination are one strength."""
    each_substance = re.findall(
        rf"(\d[\d.,]*\s?(?:mg|g|micrograms?|IU|units))\s(?:of\s)?{SUBSTANCE}+", told.names.mask(words)
    )
    if len(each_substance) == len(told.names.substances) > 1:
        yield "/".join(each_substance)
        return
    for found in _STRENGTH.finditer(words):
        unit = found["unit"] + (found["per"] or "").replace(" ", "")
        for each in re.split(r"(?:,\s|\sand\s|\sor\s)+", found["list"]):
            yield f"{each.strip(' ,.')} {unit}"


def _forms(found: list[Found]) -> Iterator[Found]:
    """Yield each form once, with all its strengths."""
    forms: dict[str, Found] = {}
    for each in found:
        form = str(each.fields["dose_form"])
        if form not in forms:
            forms[form] = each
        elif "strength" not in forms[form].fields and "strength" in each.fields:
            forms[form] = forms[form].having(strength=each.fields["strength"]).also(*each.sentences)
    yield from forms.values()


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield each form once."""
    yield from _forms(found["Form"])
