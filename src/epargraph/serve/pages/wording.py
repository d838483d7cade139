"""How a fact is told on a page: a title, a text or what stands beside it, and all its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from epargraph import kinds, vocabulary
from epargraph.serve.pages import copies
from epargraph.serve.pages.told import Fact, Source, Value, Words
from epargraph.serve.pages.words import day, number, sentence


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a fact, with where they stand."""

    words: Words
    place: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact as it is shown; `best` are the words that say most of it, empty where its text says the same."""

    fact: Fact
    title: str
    text: str
    beside: tuple[str, ...]
    fields: tuple[tuple[str, tuple[Value, ...]], ...]
    quotes: tuple[Quoted, ...]
    best: str
    origins: tuple[str, ...]
    citation: str
    query: str


_PREFIXES = {
    "Supply": "supply: ",
    "Prescriber": "prescriber: ",
    "Route": "route: ",
    "TreatmentDuration": "treatment duration: ",
    "StopRule": "stop rule: ",
    "Mechanism": "mechanism: ",
    "Rationale": "reason: ",
    "SafetyMeasure": "safety measure: ",
    "Precaution": "precaution: ",
    "Obligation": "awaited: ",
    "ReferenceMedicine": "reference medicine: ",
}
"""What the label of a kind begins with, where the page says it otherwise."""

_LEADS = {
    "Indication": "Use",
    "Rationale": "Reason",
    "Supply": "Supplied on",
    "Prescriber": "Prescriber",
    "TestRequirement": "Test",
    "Form": "Form",
    "Route": "Route",
    "Dose": "Dose",
    "TreatmentDuration": "Goes on until",
    "StopRule": "Stop when",
    "Precaution": "Precaution",
    "Biomarker": "Biomarker",
    "ReferenceMedicine": "Reference medicine",
    "Conclusion": "Conclusion",
    "Designation": "Designation",
    "Authorisation": "Authorisation",
    "Review": "Review",
    "Obligation": "Awaited",
    "Contraindication": "Must not be used",
    "Mechanism": "Mechanism",
    "Medicine": "Medicine",
    "Document": "Document",
}
"""The word ahead of a fact of a kind, where a section holds several kinds."""

_BESIDE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Indication": (
        ("prior_treatment", "after: {}"),
        ("combined_with", "together with {}"),
        ("monotherapy", "on its own"),
        ("excluded", "not for: {}"),
        ("species", "{}"),
        ("weight_from_kg", "from {} kg"),
    ),
    "Dose": (("cycle", "{}"), ("infusion_time", "over {}")),
    "Study": (("population", "{}"),),
    "Outcome": (("assessment", "assessed by {}"),),
    "Obligation": (("population", "in {}"), ("due", "due {}"), ("responsible", "owed by the {}")),
    "Authorisation": (
        ("territory", "valid in the {}"),
        ("holder", "holder: {}"),
        ("converted_on", "standard since {}"),
        ("ended_on", "ended {}"),
    ),
    "Medicine": (("substance", "active substance: {}"), ("medicine_class", "{}"), ("medicine_type", "{}")),
    "Document": (("reference", "{}"), ("last_updated", "last updated {}")),
    "Review": (("scope", "{}"),),
}
"""The fields that the label of a kind does not tell, each with its words."""

_TEXTS = ("Rationale", "SafetyMeasure", "Precaution", "Contraindication", "Mechanism")
_PLAIN = frozenset({"copyright_year", "order", "number"})
_DAYS = frozenset({"date", "converted_on", "ended_on", "last_updated", "due"})


def shown(fact: Fact, sources: Mapping[str, Source], medicine: str) -> Shown:
    """Return a fact as it is shown on the page of a medicine."""
    text = fact.one("meaning") if fact.kind == "Definition" else ""
    text = sentence(fact.one("text")) if fact.kind in _TEXTS else text
    return Shown(
        fact,
        _title(fact),
        text,
        _beside(fact),
        tuple(
            (_field(fact.kind, name), tuple(_value(fact.kind, name, each) for each in values))
            for name, values in fact.fields.items()
        ),
        tuple(Quoted(words, copies.place(words)) for words in fact.words),
        _best(fact, text),
        _origins(fact, sources),
        copies.citation(fact, sources),
        copies.query(fact),
    )


def _origins(fact: Fact, sources: Mapping[str, Source]) -> tuple[str, ...]:
    """Return which sorts of sources tell a fact, nothing where that is the overview alone or there is but one sort."""
    told = tuple(dict.fromkeys("register" if words.column else "overview" for words in fact.words))
    return told if told != ("overview",) and len({source.is_register for source in sources.values()}) > 1 else ()


def lead(kind: str) -> str:
    """Return the word ahead of a fact of a kind, empty where its title says it."""
    return _LEADS.get(kind, "")


def _title(fact: Fact) -> str:
    if fact.kind == "Definition":
        return fact.one("term")
    if fact.kind in ("Medicine", "Document"):
        return fact.one("name") or fact.one("title") or fact.label
    if fact.kind == "AdverseEffect":
        lay = fact.one("lay_term")
        return sentence(fact.one("effect")) + (f" ({lay})" if lay else "")
    if fact.kind == "Prescriber" and (experience := fact.one("experience")):
        done = " or ".join(fact.every("action"))
        return sentence(f"{done} by someone experienced in {experience}" if done else f"experienced in {experience}")
    label = fact.label.removeprefix(_PREFIXES.get(fact.kind, ""))
    if fact.kind == "Authorisation" and (date := fact.one("date")):
        label = label.replace(date, day(date))
    return sentence(label)


def _best(fact: Fact, text: str) -> str:
    """Return the words that say most of a fact: a quote, or the cells of a record with their columns."""
    best = max(fact.words, key=lambda each: _said(fact, each.quote))
    if best.column:
        cells = [each for each in fact.words if each.source == best.source]
        return " · ".join(f"{each.column} “{each.quote}”" for each in cells)
    said = text.casefold().rstrip(".")
    same = said and fact.kind != "Definition" and said in best.quote.casefold() and len(best.quote) < len(said) + 40
    return "" if same else f"“{best.quote}”"


def _said(fact: Fact, quote: str) -> int:
    """Return how many values of the fact stand in the quote."""
    said = quote.casefold()
    return sum(number(each.text).casefold() in said for values in fact.fields.values() for each in values)


def _beside(fact: Fact) -> tuple[str, ...]:
    told = []
    for name, words in _BESIDE.get(fact.kind, ()):
        values = [_value(fact.kind, name, each).text for each in fact.fields.get(name, ())]
        if name == "monotherapy":
            told += [words] * (values == ["yes"])
        elif values:
            told.append(words.format(", ".join(values)))
    return tuple(told)


def _field(kind: str, name: str) -> str:
    return vocabulary.label(vocabulary.FIELDS[kind, name].property.rpartition("#")[2])


def _value(kind: str, name: str, value: Value) -> Value:
    if value.thing:
        return value
    if name in _DAYS:
        return Value(day(value.text), raw=value.raw)
    if name in kinds.number_fields(kind) and name not in _PLAIN:
        return Value(number(value.text), raw=value.raw)
    return value
