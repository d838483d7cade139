"""How a medicine stands, for the head of its page: type, status and day of its authorisation, and what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from epargraph.serve.pages.told import Fact, Told, Value
from epargraph.serve.pages.words import day, sentence


@dataclass(frozen=True, slots=True)
class Sign:
    """A word on how the medicine stands, how it is to be taken (good, warn, bad, plain), and the fact that says it."""

    text: str
    tone: str
    fact: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The head of a medicine's page; each value once, whichever sources say it."""

    signs: tuple[Sign, ...]
    substances: tuple[Value, ...]
    conditions: tuple[Value, ...]
    biomarkers: tuple[Value, ...]
    classes: tuple[str, ...]
    authorised: tuple[Sign, ...]
    holders: tuple[Sign, ...]
    number: str
    atc: str
    address: str


_TONES = {
    "conditional": "warn",
    "exceptional circumstances": "warn",
    "standard": "plain",
    "valid": "good",
    "authorised": "good",
    "opinion": "plain",
}
_BAD = "bad"
_MEANINGS = {
    "conditional": "authorised on less complete data than usual, with evidence still owed",
    "exceptional circumstances": "authorised where complete data cannot be expected",
    "additional monitoring": "black triangle: side effects are watched more closely",
    "orphan": "for a rare disease",
    "PRIME": "priority medicine",
}
_MANY = 12
"""So many conditions stand in the head; the others in their section."""


def standing(told: Told) -> Standing:
    """Return how the medicine stands, as its sources say."""
    authorisations = told.of("Authorisation")
    indications = told.of("Indication")
    register = [source for source in told.sources if source.is_register]
    medicine = told.of("Medicine")
    return Standing(
        signs=tuple(_signs(told, authorisations)),
        substances=_once(medicine, "substance"),
        conditions=_once(indications, "condition")[:_MANY],
        biomarkers=_once(indications, "biomarker")
        or tuple(Value(fact.label, fact.iri, fact.iri) for fact in told.of("Biomarker")),
        classes=tuple(dict.fromkeys(word for fact in medicine for word in fact.every("medicine_class"))),
        authorised=_dated(authorisations, "date"),
        holders=tuple(
            {
                word: Sign(word, "plain", fact.anchor) for fact in authorisations for word in fact.every("holder")
            }.values()
        ),
        number=next((fact.one("product_number") for fact in told.of("Document") if fact.one("product_number")), "")
        or next((cell for source in register if (cell := source.cell("product_number"))), ""),
        atc=next((cell for source in register if (cell := source.cell("atc_code") or source.cell("atcvet_code"))), ""),
        address=next((cell for source in register if (cell := source.cell("page_address"))), ""),
    )


def _signs(told: Told, authorisations: Iterable[Fact]) -> Iterable[Sign]:
    seen: dict[str, Sign] = {}
    facts = list(authorisations)
    for name in ("type", "status"):
        for fact in facts:
            for word in fact.every(name):
                text = sentence(f"{word} authorisation" if name == "type" else word)
                seen.setdefault(word, Sign(text, _TONES.get(word, _BAD), fact.anchor, _MEANINGS.get(word, "")))
    for source in told.sources:
        status = source.cell("status")
        if status and not (status == "authorised" and facts) and status not in seen:
            seen[status] = Sign(sentence(f"{status} (register)"), _TONES.get(status, _BAD))
    for fact in told.of("Designation"):
        word = fact.one("type")
        if word:
            mark = "▼ " if word == "additional monitoring" else ""
            seen.setdefault(word, Sign(mark + sentence(word), "plain", fact.anchor, _MEANINGS.get(word, "")))
    for fact in told.of("Medicine"):
        for word in fact.every("medicine_type"):
            seen.setdefault(word, Sign(sentence(word), "plain", fact.anchor))
        if fact.one("domain") == "veterinary":
            seen.setdefault("veterinary", Sign("Veterinary", "plain", fact.anchor))
    return seen.values()


def _dated(facts: Iterable[Fact], name: str) -> tuple[Sign, ...]:
    return tuple({word: Sign(day(word), "plain", fact.anchor) for fact in facts for word in fact.every(name)}.values())


def _once(facts: Iterable[Fact], name: str) -> tuple[Value, ...]:
    """Return the values of a field, those once that differ only in case, spaces and hyphens."""
    found: dict[str, Value] = {}
    for value in (each for fact in facts for each in fact.fields.get(name, ())):
        found.setdefault("".join(each for each in value.text.casefold() if each.isalnum()) or value.raw, value)
    return tuple(found.values())
