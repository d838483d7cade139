"""A fact in plain words, for people who look at the graph."""

from __future__ import annotations

import re
from collections.abc import Mapping

from epargraph import kinds
from epargraph.kinds import Fact, Value

_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "Indication": (
        "{purpose}: ",
        "{stage} ",
        "{condition}",
        " with {biomarker}",
        " in {population}",
        " from {age_from} {age_unit}",
    ),
    "Biomarker": ("{gene} ", "{alteration} ", "{status}"),
    "Supply": ("supply: {legal_status}",),
    "Prescriber": ("prescriber: ", "{action}", ", experienced in {experience}"),
    "TestRequirement": ("test", " for {biomarker}", " {timing}"),
    "Form": ("{dose_form}", " of {strength}"),
    "Route": ("route: {route}",),
    "Dose": (
        "{role} ",
        "dose",
        ": {amount}",
        " to {amount_to}",
        " {unit}",
        " per {per}",
        ", {schedule}",
        ", {doses} doses",
        ", {interval} apart",
        ", {population}",
        " ({when})",
    ),
    "TreatmentDuration": ("treatment duration: ", "{until}", ", {lasts}"),
    "StopRule": ("stop rule: ", "{when}", " at {at_dose}"),
    "Mechanism": ("mechanism: ", "{action} ", "{target}"),
    "Study": ("{role} ", "{told}", " in {people} people", ", {design}", ", compared with {against}", ", {status}"),
    "Outcome": (
        "{measure}: ",
        "{qualifier} ",
        "{value}",
        " to {value_to}",
        " {unit}",
        " ({numerator} of {denominator})",
        ", {arm}",
        ", {subgroup}",
        ", after {after}",
    ),
    "AdverseEffect": ("{effect}", " ({lay_term})", ", {severe}", ": {frequency}"),
    "Contraindication": ("must not be used", " in {group}"),
    "Conclusion": ("benefit-risk balance: {benefit_risk}",),
    "Rationale": ("reason: {aspect}",),
    "Authorisation": ("{type} ", "authorisation", " of {date}", ", {status}"),
    "Designation": ("{type} designation", " of {date}", " for {condition}"),
    "Obligation": ("awaited: {type}", " on {topic}", ", compared with {against}", ", {study_status}"),
    "Review": ("{frequency} review", " by the {reviewer}"),
    "SafetyMeasure": ("safety measure: {type}",),
    "ReferenceMedicine": ("reference medicine: {name}", " ({relation})"),
    "Precaution": ("precaution: {type}",),
    "Definition": ("{term}: ", "{meaning}"),
}
"""How each kind is told: pieces, of which one that names an absent field is left out."""

_FIELD = re.compile(r"\{(\w+)\}")


def label(fact: Fact) -> str:
    """Return the fact in a few plain words; at least the name of its kind.

    >>> label(kinds.Dose(role="reduced", amount=240, unit="mg", times=1, every=1, every_unit="day", when="needed"))
    'reduced dose: 240 mg, once a day (needed)'
    >>> label(kinds.Outcome(measure="response", value=37, unit="%", numerator=46, denominator=124))
    'response: 37% (46 of 124)'
    >>> label(kinds.Supply())
    'supply'
    """
    kind = type(fact).__name__
    stated = {name: _words(value) for name, value in {**kinds.values(fact), **_derived(fact)}.items()}
    pieces = [
        _FIELD.sub(lambda found: stated[found[1]], piece)
        for piece in _PATTERNS.get(kind, ())
        if all(name in stated for name in _FIELD.findall(piece))
    ]
    text = "".join(pieces).replace(" %", "%").strip(" :,")
    return text or kebab(kind).replace("-", " ")


def kebab(kind: str) -> str:
    """Return the name of a kind in lower case with hyphens.

    >>> kebab("AdverseEffect")
    'adverse-effect'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind).lower()


def _words(value: Value | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)  # whether it is "and" or "or" stands in the quote
    return f"{value:g}" if isinstance(value, float) else str(value)


def _derived(fact: Fact) -> dict[str, Value]:
    """Return what several fields say together."""
    found: dict[str, Value | None] = {}
    if isinstance(fact, kinds.Dose):
        found["schedule"] = schedule(fact)
    elif isinstance(fact, kinds.Study):
        found["told"] = f"{fact.studies} studies" if fact.studies else "study"
        if fact.participants is not None:
            found["people"] = f"{fact.participants_qualifier or ''} {fact.participants}".strip()
    elif isinstance(fact, kinds.AdverseEffect):
        found["severe"] = None if fact.severity == "any" else fact.severity
        found["frequency"] = _frequency(fact)
    if isinstance(fact, kinds.Study | kinds.Obligation):
        found["against"] = " and ".join(each for each in fact.comparator if each != "none") or None
    return {name: value for name, value in found.items() if value is not None}


def schedule(dose: kinds.Dose) -> str | None:
    """Return how often a dose is given, None where it is not told.

    >>> schedule(kinds.Dose(times=2, every=3, every_unit="week")), schedule(kinds.Dose(times=1))
    ('twice every 3 weeks', 'once')
    """
    if dose.times is None:
        return None
    often = "once" if dose.times == 1 else "twice" if dose.times == 2 else f"{_words(dose.times)} times"
    if dose.every is None or dose.every_unit is None:
        return often
    return (
        f"{often} a {dose.every_unit}" if dose.every == 1 else f"{often} every {_words(dose.every)} {dose.every_unit}s"
    )


def _frequency(effect: kinds.AdverseEffect) -> str | None:
    if effect.numerator is None or effect.denominator is None:
        return None
    to = "" if effect.numerator_to is None else f" and {_words(effect.numerator_to)}"
    return f"{effect.bound or ''} {_words(effect.numerator)}{to} in {_words(effect.denominator)}".strip()
