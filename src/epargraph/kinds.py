"""The kinds of facts that an overview states, field by field (the catalogue of the documentation's facts table).

A field that the text does not state is None or empty. Values of closed lists are the notations of the concepts in
ontology/codes.ttl; numbers are numbers; dates are ISO 8601, as precise as the text.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import TypeAlias

from epargraph.model import Evidence

Number: TypeAlias = int | float
Value: TypeAlias = str | int | float | bool
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact of a medicine, with the words it was read from."""

    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Fact):
    """What the document says of itself."""

    reference: str | None = None
    product_number: str | None = None
    medicine: str | None = None
    title: str | None = None
    publisher: str | None = None
    language: str | None = None
    last_updated: str | None = None
    url: str | None = None
    copyright_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine(Fact):
    """A medicine (drug): its name, its active substances and what sort of medicine it is."""

    name: str | None = None
    substance: tuple[str, ...] = ()
    domain: str | None = None
    medicine_class: tuple[str, ...] = ()
    medicine_type: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication(Fact):
    """One use of the medicine: for what, in whom, after and with what."""

    purpose: str | None = None
    condition: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    biomarker: tuple[str, ...] = ()
    population: tuple[str, ...] = ()
    age_from: Number | None = None
    age_to: Number | None = None
    age_unit: str | None = None
    weight_from_kg: Number | None = None
    prior_treatment: str | None = None
    combined_with: tuple[str, ...] = ()
    monotherapy: bool | None = None
    species: tuple[str, ...] = ()
    excluded: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Biomarker(Fact):
    """A gene or protein, with the change or the status that matters for the medicine's use."""

    gene: str | None = None
    alteration: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply(Fact):
    """How the medicine may be obtained."""

    legal_status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescriber(Fact):
    """Who may prescribe, start, supervise or give the treatment."""

    experience: str | None = None
    action: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRequirement(Fact):
    """A biomarker test that must come first."""

    __test__ = False  # not a pytest class

    biomarker: str | None = None
    timing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Fact):
    """A pharmaceutical form and its strengths."""

    dose_form: str | None = None
    strength: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Fact):
    """A route of administration that the text states."""

    route: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose(Fact):
    """A dose of this medicine: amount, schedule and when it applies."""

    role: str | None = None
    when: str | None = None
    amount: Number | None = None
    amount_to: Number | None = None
    unit: str | None = None
    per: str | None = None
    times: Number | None = None
    every: Number | None = None
    every_unit: str | None = None
    order: int | None = None
    population: str | None = None
    doses: int | None = None
    interval: str | None = None
    cycle: str | None = None
    infusion_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentDuration(Fact):
    """How long the treatment goes on."""

    until: tuple[str, ...] = ()
    lasts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRule(Fact):
    """When the treatment must be stopped."""

    when: str | None = None
    at_dose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism(Fact):
    """What the active substance acts on, and how."""

    target: str | None = None
    action: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study(Fact):
    """A study, or a group of studies told together."""

    number: int | None = None
    studies: int | None = None
    role: str | None = None
    participants: int | None = None
    participants_qualifier: str | None = None
    population: str | None = None
    comparator: tuple[str, ...] = ()
    design: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Fact):
    """A result of a study: one for each arm and measure."""

    study: int | None = None
    measure: str | None = None
    arm: str | None = None
    subgroup: str | None = None
    value: Number | None = None
    value_to: Number | None = None
    unit: str | None = None
    qualifier: str | None = None
    statistic: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    assessment: str | None = None
    after: str | None = None
    direction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEffect(Fact):
    """A side effect, with how often it may occur."""

    effect: str | None = None
    lay_term: str | None = None
    severity: str | None = None
    bound: str | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    numerator_to: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contraindication(Fact):
    """Who must not use the medicine."""

    text: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion(Fact):
    """The Agency's conclusion on benefits and risks."""

    benefit_risk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rationale(Fact):
    """Why the Agency decided so, one for each aspect."""

    aspect: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation(Fact):
    """A marketing authorisation: its type, date and fate."""

    type: str | None = None
    date: str | None = None
    territory: str | None = None
    status: str | None = None
    converted_on: str | None = None
    ended_on: str | None = None
    holder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation(Fact):
    """A designation such as orphan medicine, PRIME or additional monitoring."""

    type: str | None = None
    date: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation(Fact):
    """Evidence that is still owed."""

    type: str | None = None
    study_status: str | None = None
    comparator: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    population: str | None = None
    due: str | None = None
    responsible: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Fact):
    """A recurring review of new information."""

    frequency: str | None = None
    reviewer: str | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyMeasure(Fact):
    """A measure for safe and effective use."""

    type: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceMedicine(Fact):
    """The reference medicine of a generic, hybrid or biosimilar medicine."""

    name: str | None = None
    relation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Precaution(Fact):
    """A precaution in giving the medicine: premedication, monitoring, setting, self-administration."""

    type: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Fact):
    """A lay gloss of a term."""

    term: str | None = None
    meaning: str | None = None


KINDS: dict[str, type[Fact]] = {kind.__name__: kind for kind in Fact.__subclasses__()}
"""Each kind of fact by its name, in the catalogue's order."""

ORDINALS = {("Dose", "order"), ("Study", "number"), ("Outcome", "study")}
"""Fields that count places in the document: no part of what the fact says, left out of its identity."""


@cache
def field_names(kind: str) -> tuple[str, ...]:
    """Return the names of a kind's fields, in the catalogue's order; KeyError for an unknown kind."""
    return tuple(f.name for f in fields(KINDS[kind]) if f.name != "evidence")


@cache
def list_fields(kind: str) -> frozenset[str]:
    """Return the names of the fields of a kind that hold lists; KeyError for an unknown kind."""
    return frozenset(f.name for f in fields(KINDS[kind]) if f.default == () and f.name != "evidence")


@cache
def number_fields(kind: str) -> frozenset[str]:
    """Return the names of the fields of a kind that hold numbers; KeyError for an unknown kind."""
    return frozenset(
        f.name for f in fields(KINDS[kind]) if f.default is not MISSING and str(f.type).startswith(("int", "Number"))
    )


def values(fact: Fact) -> dict[str, Value | tuple[str, ...]]:
    """Return the fields that the fact states, in the catalogue's order.

    >>> values(Form(dose_form="tablet"))
    {'dose_form': 'tablet'}
    """
    stated = ((name, getattr(fact, name)) for name in field_names(type(fact).__name__))
    return {name: value for name, value in stated if value is not None and value != ()}


def to_json(fact: Fact) -> dict[str, Json]:
    """Return the fact in the JSON form of the catalogue."""
    row: dict[str, Json] = {"kind": type(fact).__name__}
    for name, value in values(fact).items():
        row[name] = list(value) if isinstance(value, tuple) else value
    row["evidence"] = [_evidence_to_json(each) for each in fact.evidence]
    return row


def _evidence_to_json(evidence: Evidence) -> dict[str, Json]:
    row: dict[str, Json] = {
        "quote": evidence.quote,
        "start": evidence.start,
        "end": evidence.end,
        "section": evidence.section,
        "rule": evidence.rule,
    }
    if evidence.page is not None:
        row["page"] = evidence.page
    return row


def make(kind: str, evidence: tuple[Evidence, ...] = (), **stated: Value | tuple[str, ...] | None) -> Fact:
    """Make a fact of the named kind.

    KeyError for an unknown kind, TypeError for an unknown field.

    >>> make("Supply", legal_status="prescription").legal_status
    'prescription'
    """
    return KINDS[kind](evidence=evidence, **stated)
