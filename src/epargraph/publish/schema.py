"""A medicine in the terms of schema.org, for search engines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from epargraph.publish.told import Medicine, Told
from epargraph.vocabulary import EPAR

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

CONTEXT = "https://schema.org"


def drug(medicine: Medicine, links: Iterable[tuple[str, str, str]] = ()) -> dict[str, Json]:
    """Return a medicine as a schema.org Drug: what the sources state and no more."""
    told: dict[str, Json] = {"@context": CONTEXT, "@type": "Drug", "@id": medicine.iri, "name": medicine.name}
    if medicine.number:
        told["identifier"] = {
            "@type": "PropertyValue",
            "propertyID": "EMA product number",
            "value": medicine.number,
        }
    texts: dict[str, list[str]] = {
        "activeIngredient": _values(medicine.of("Medicine"), "substance"),
        "nonProprietaryName": _own(medicine, "commonName"),
        "administrationRoute": _values(medicine.of("Route"), "route"),
        "dosageForm": _values(medicine.of("Form"), "dose_form"),
        "mechanismOfAction": _values(medicine.of("Mechanism"), "text"),
        "prescriptionStatus": _values(medicine.of("Supply"), "legal_status"),
        "sameAs": sorted(
            {thing for subject, relation, thing in links if (subject, relation) == (medicine.iri, "exactMatch")}
        ),
    }
    told |= {name: _one_or_all(values) for name, values in texts.items() if values}
    classes = _values(medicine.of("Medicine"), "medicine_class")
    nested: dict[str, list[Json]] = {
        "drugClass": [{"@type": "DrugClass", "name": each} for each in classes],
        "manufacturer": [
            {"@type": "Organization", "name": each} for each in _values(medicine.of("Authorisation"), "holder")
        ],
        "availableStrength": [
            {"@type": "DrugStrength", "name": each} for each in _values(medicine.of("Form"), "strength")
        ],
        "doseSchedule": [_schedule(each) for each in medicine.of("Dose") if each.one("amount")],
        "study": [{"@type": "MedicalStudy", "@id": each.iri, "name": each.label} for each in medicine.of("Study")],
        "subjectOf": [_document(each) for each in medicine.of("Document")],
    }
    told |= {name: values for name, values in nested.items() if values}
    return told


def _values(facts: Iterable[Told], field: str) -> list[str]:
    return list(dict.fromkeys(value for fact in facts for value in fact.fields.get(field, ())))


def _own(medicine: Medicine, property_: str) -> list[str]:
    """Return what the register's entries of the medicine have in a column."""
    return sorted(
        {
            each.object.value
            for triples in medicine.triples.values()
            for each in triples
            if each.predicate.value == EPAR + property_ and hasattr(each.object, "value")
        }
    )


def _one_or_all(values: list[str]) -> Json:
    return values[0] if len(values) == 1 else [*values]


def _schedule(dose: Told) -> Json:
    kinds = {"recommended": "RecommendedDoseSchedule", "maximum": "MaximumDoseSchedule"}
    amount = f"{dose.one('amount')} to {dose.one('amount_to')}" if dose.one("amount_to") else dose.one("amount")
    told: dict[str, Json] = {
        "@type": kinds.get(dose.one("role"), "DoseSchedule"),
        "@id": dose.iri,
        "name": dose.label,
        "doseValue": amount,
    }
    if dose.one("unit"):
        told["doseUnit"] = f"{dose.one('unit')}/{dose.one('per')}" if dose.one("per") else dose.one("unit")
    if dose.one("every_unit"):
        every = "" if dose.one("every") in ("", "1") else f"{dose.one('every')} "
        told["frequency"] = f"{dose.one('times') or '1'} per {every}{dose.one('every_unit')}"
    if dose.one("population"):
        told["targetPopulation"] = dose.one("population")
    return told


def _document(document: Told) -> Json:
    told: dict[str, Json] = {
        "@type": "DigitalDocument",
        "@id": document.iri,
        "name": document.one("title") or document.label,
        "publisher": {"@type": "Organization", "name": document.one("publisher") or "European Medicines Agency"},
    }
    for name, field in (("identifier", "reference"), ("inLanguage", "language"), ("dateModified", "last_updated")):
        if document.one(field):
            told[name] = document.one(field)
    return told
