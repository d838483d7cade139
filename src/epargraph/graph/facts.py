"""Facts as triples: the node of a fact, what its fields say, the things that it names. The same for all sources."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pyoxigraph as ox

from epargraph import kinds, vocabulary
from epargraph.frequency import bands
from epargraph.graph.labels import kebab, label
from epargraph.graph.names import digest, slug, sought, spellings
from epargraph.kinds import Fact, Value
from epargraph.model import Evidence
from epargraph.vocabulary import CODE, EPAR

EMA = ox.NamedNode("http://publications.europa.eu/resource/authority/corporate-body/EMA")

XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_SOUGHT = ox.NamedNode("http://www.w3.org/2004/02/skos/core#hiddenLabel")
BOOLEAN = ox.NamedNode(f"{XSD}boolean")
DECIMAL = ox.NamedNode(f"{XSD}decimal")
INTEGER = ox.NamedNode(f"{XSD}integer")

Node = ox.NamedNode | ox.Literal


def term(iri: str) -> ox.NamedNode:
    """Return the node of an IRI."""
    return ox.NamedNode(iri)


@cache
def epar(name: str) -> ox.NamedNode:
    """Return the node of a term of the ontology."""
    return ox.NamedNode(EPAR + name)


def string(text: str) -> ox.Literal:
    """Return a plain literal."""
    return ox.Literal(text)


def plain(value: Value) -> Value:
    """Return a whole number as an integer, so that 37 and 37.0 are the same."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def number(value: float, datatype: ox.NamedNode) -> ox.Literal:
    """Return a number as a literal: an integer that is none becomes a decimal."""
    exact = Decimal(str(plain(value)))
    if datatype == INTEGER and exact != exact.to_integral_value():
        datatype = DECIMAL
    return ox.Literal(format(exact, "f"), datatype=datatype)


def days(text: str) -> tuple[str, str, str] | None:
    """Return the datatype, first and last day of an ISO 8601 date of any precision; None where it is no date.

    >>> days("2024-02")[1:]
    ('2024-02-01', '2024-02-29')
    >>> days("2014-09-31") is days("spring") is None
    True
    """
    try:
        parts = [int(part) for part in text.split("-")]
        if text != "-".join(f"{part:0{size}}" for part, size in zip(parts, (4, 2, 2), strict=False)):
            return None
        year, month, day = [*parts, 1, 1][:3]
        first = date(year, month, day)
        if len(parts) == 1:
            return f"{XSD}gYear", first.isoformat(), date(first.year, 12, 31).isoformat()
        if len(parts) == 2:
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            return f"{XSD}gYearMonth", first.isoformat(), last.isoformat()
    except (ValueError, TypeError, OverflowError):
        return None
    return f"{XSD}date", text, text


_ENTITIES = {
    "Substance": "substance",
    "Condition": "condition",
    "Gene": "gene",
    "Biomarker": "biomarker",
    "TherapeuticArea": "therapeutic-area",
}
"""The folder of the IRIs of each class of things that several medicines share."""


class FactWriter:
    """Collects the triples of facts, as lines of N-Triples; each source says itself what evidence is."""

    def __init__(self, base: str, medicine: ox.NamedNode) -> None:
        self.base = base
        self.medicine = medicine
        self.lines: set[str] = set()
        self.studies: dict[int, str] = {}
        self.biomarkers: dict[ox.NamedNode, list[Fact]] = {}

    def add(self, subject: ox.NamedNode, predicate: ox.NamedNode, value: Node) -> None:
        """Say something of a subject."""
        self.lines.add(f"{subject} {predicate} {value} .")

    def evidence(self, fact: ox.NamedNode, evidence: Evidence) -> None:
        """Say which words a fact was read from."""
        raise NotImplementedError

    def node(self, fact: Fact, again: str = "") -> ox.NamedNode:
        """Return the node of a fact, the same in all sources; `again` tells equal facts of one source apart."""
        kind = type(fact).__name__
        if isinstance(fact, kinds.Medicine):
            return self.medicine
        if isinstance(fact, kinds.Biomarker):
            return term(f"{self.base}biomarker/{slug(label(fact))}")
        return term(f"{self.medicine.value}/{kebab(kind)}/{digest(self.identity(fact) + again)}")

    def identity(self, fact: Fact) -> str:
        """Return what makes a fact itself: its kind and fields, ordinals left out."""
        kind = type(fact).__name__
        stated: dict[str, object] = {
            name: list(value) if isinstance(value, tuple) else plain(value)
            for name, value in kinds.values(fact).items()
            if (kind, name) not in kinds.ORDINALS
        }
        if isinstance(fact, kinds.Outcome) and fact.study in self.studies:
            stated["study"] = self.studies[fact.study].rsplit("/", 1)[1]
        return json.dumps([kind, stated], ensure_ascii=False, sort_keys=True)

    def fact(self, node: ox.NamedNode, fact: Fact, *, named: str | None = None) -> None:
        """Say what a fact states, and of which medicine."""
        kind = type(fact).__name__
        self.add(node, TYPE, epar(kind))
        if not isinstance(fact, kinds.Document | kinds.Medicine):
            self.add(node, LABEL, ox.Literal(named or label(fact), language="en"))
            self.add(self.medicine, epar(f"has{kind}"), node)
        for name, value in kinds.values(fact).items():
            for each in value if isinstance(value, tuple) else (value,):
                self.field(node, fact, name, each)
        if isinstance(fact, kinds.Study) and fact.comparator:
            compared = "false" if fact.comparator == ("none",) else "true"
            self.add(node, epar("compared"), ox.Literal(compared, datatype=term(f"{XSD}boolean")))
        if isinstance(fact, kinds.AdverseEffect):
            self._bands(node, fact)
        if isinstance(fact, kinds.Obligation) and fact.type == "study":
            self._awaited(node, fact)
        for evidence in fact.evidence:
            self.evidence(node, evidence)

    def field(self, node: ox.NamedNode, fact: Fact, name: str, value: Value) -> None:
        """Say one value of a field."""
        kind = type(fact).__name__
        field = vocabulary.FIELDS[kind, name]
        predicate = term(field.property)
        if (kind, name, value) == ("Study", "comparator", "none"):
            return
        if (kind, name) == ("Outcome", "study"):
            if isinstance(value, int) and value in self.studies:
                self.add(node, predicate, term(self.studies[value]))
            return
        if field.scheme is not None:
            concept = vocabulary.concept(field.scheme, str(value))
            self.add(node, predicate, term(concept) if concept else string(str(value)))
        elif field.kind == "object" and field.range is not None:
            thing = self.entity(field.range.removeprefix(EPAR), str(value))
            if field.range == vocabulary.CLASS["Biomarker"]:
                self.biomarkers.setdefault(thing, []).append(fact)
            self.add(node, predicate, thing)
        elif field.range is None:
            self.date(node, predicate, str(value))
        elif isinstance(value, bool):
            self.add(node, predicate, ox.Literal("true" if value else "false", datatype=BOOLEAN))
        elif isinstance(value, int | float):
            self.add(node, predicate, number(value, INTEGER if field.range == INTEGER.value else DECIMAL))
        else:
            self.add(node, predicate, string(value))
            self._known(node, name, value)
            if (kind, name) == ("Medicine", "name"):
                self._sought(node, *spellings(value))

    def numbered(self, number: str) -> None:
        """Say the medicine's product number."""
        self.add(self.medicine, epar("productNumber"), string(number))
        self._sought(self.medicine, sought(number))

    def _sought(self, medicine: ox.NamedNode, *words: str) -> None:
        """Say what a medicine is looked up by: an index finds it at once, where comparing names takes all of them."""
        for word in words:
            self.add(medicine, _SOUGHT, string(word))

    def _known(self, node: ox.NamedNode, name: str, value: str) -> None:
        """Say in the graph's own terms what a literal names: a unit, the Agency."""
        if name == "unit" and (concept := vocabulary.unit(value)):
            self.add(node, epar("unitConcept"), term(concept))
        if name in ("publisher", "reviewer") and value == "European Medicines Agency":
            self.add(node, epar("agency"), EMA)

    def date(self, node: ox.NamedNode, predicate: ox.NamedNode, text: str) -> None:
        """Tell a date as precise as it is, with its first and last day; what is no date stays as it was written."""
        told = days(text)
        if told is None:
            self.add(node, predicate, string(text))
            return
        datatype, first, last = told
        self.add(node, predicate, ox.Literal(text, datatype=term(datatype)))
        if predicate.value != f"{EPAR}retrieved":
            for suffix, day in (("First", first), ("Last", last)):
                self.add(node, term(predicate.value + suffix), ox.Literal(day, datatype=term(f"{XSD}date")))

    def entity(self, kind: str, name: str) -> ox.NamedNode:
        """Return the node of a shared thing, told in this graph with its name."""
        node = term(f"{self.base}{_ENTITIES[kind]}/{slug(name)}")
        self.add(node, TYPE, epar(kind))
        self.add(node, LABEL, ox.Literal(name, language="en"))
        if kind != "Biomarker":
            self.add(node, epar("name"), string(name))
        return node

    def _bands(self, node: ox.NamedNode, effect: kinds.AdverseEffect) -> None:
        if effect.bound is None or effect.numerator is None or effect.denominator is None:
            return
        to = Decimal(str(effect.numerator_to)) if effect.numerator_to is not None else None
        named = bands(effect.bound, Decimal(str(effect.numerator)), Decimal(str(effect.denominator)), to)
        for band in named:
            self.add(node, epar("band"), term(f"{CODE}frequency-band/{slug(band)}"))

    def _awaited(self, node: ox.NamedNode, obligation: kinds.Obligation) -> None:
        """Make a node of the study that is awaited, so that a registry's number can be linked with it."""
        study = kinds.Study(
            status=obligation.study_status,
            comparator=obligation.comparator,
            population=obligation.population,
            evidence=obligation.evidence,
        )
        iri = term(f"{self.medicine.value}/study/{digest(f'awaited {node.value}')}")
        self.add(node, epar("awaitedStudy"), iri)
        self.fact(iri, study, named=f"awaited {label(study)}")
