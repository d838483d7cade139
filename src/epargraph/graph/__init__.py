"""Facts to RDF: one named graph for each version of a source, with stable IRIs, no blank nodes and no clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

import pyoxigraph as ox

from epargraph import kinds, vocabulary
from epargraph.frequency import bands
from epargraph.graph.labels import kebab, label
from epargraph.graph.names import DEFAULT_BASE, checked, digest, medicine_key, slug
from epargraph.kinds import Fact, Value
from epargraph.model import Document, Evidence, SourceGraph
from epargraph.vocabulary import CODE, EPAR

__all__ = ["DEFAULT_BASE", "EMA", "Readable", "medicine_key", "slug", "software", "to_graph"]

EMA = ox.NamedNode("http://publications.europa.eu/resource/authority/corporate-body/EMA")

_XSD = "http://www.w3.org/2001/XMLSchema#"
_OA = "http://www.w3.org/ns/oa#"
_PROV = "http://www.w3.org/ns/prov#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_BOOLEAN = ox.NamedNode(f"{_XSD}boolean")
_DECIMAL = ox.NamedNode(f"{_XSD}decimal")
_INTEGER = ox.NamedNode(f"{_XSD}integer")
_FORMAT = ox.NamedNode("http://purl.org/dc/terms/format")
_CONTEXT = 32
"""How many code points of prefix and suffix a quote has (Web Annotation, Text Quote Selector)."""

Node = ox.NamedNode | ox.Literal


class Readable(Protocol):
    """A document with the facts read from it."""

    @property
    def document(self) -> Document:
        """The document as it was read."""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts in the order of the document."""


def software() -> str:
    """Return the name and version of this software.

    >>> software().split()[0]
    'epargraph'
    """
    try:
        return f"epargraph {version('epargraph')}"
    except PackageNotFoundError:
        return "epargraph 0"


def to_graph(extraction: Readable, *, base: str = DEFAULT_BASE) -> SourceGraph:
    """Return what the document states as the named graph of this version of it.

    The same document, facts and base give the same bytes.
    """
    return _Writer(extraction, base).graph()


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


@cache
def _epar(name: str) -> ox.NamedNode:
    return ox.NamedNode(EPAR + name)


def _string(text: str) -> ox.Literal:
    return ox.Literal(text)


def _plain(value: Value) -> Value:
    """Return a whole number as an integer, so that 37 and 37.0 are the same."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _number(value: float, datatype: ox.NamedNode) -> ox.Literal:
    exact = Decimal(str(_plain(value)))
    if datatype == _INTEGER and exact != exact.to_integral_value():
        datatype = _DECIMAL
    return ox.Literal(format(exact, "f"), datatype=datatype)


def _days(text: str) -> tuple[str, str, str] | None:
    """Return the datatype, first and last day of an ISO 8601 date of any precision; None where it is no date.

    >>> _days("2024-02")[1:]
    ('2024-02-01', '2024-02-29')
    >>> _days("2014-09-31") is _days("spring") is None
    True
    """
    try:
        parts = [int(part) for part in text.split("-")]
        if text != "-".join(f"{part:0{size}}" for part, size in zip(parts, (4, 2, 2), strict=False)):
            return None
        year, month, day = [*parts, 1, 1][:3]
        first = date(year, month, day)
        if len(parts) == 1:
            return f"{_XSD}gYear", first.isoformat(), date(first.year, 12, 31).isoformat()
        if len(parts) == 2:
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            return f"{_XSD}gYearMonth", first.isoformat(), last.isoformat()
    except (ValueError, TypeError, OverflowError):
        return None
    return f"{_XSD}date", text, text


_ENTITIES = {"Substance": "substance", "Condition": "condition", "Gene": "gene", "Biomarker": "biomarker"}
"""The folder of the IRIs of each class of things that several medicines share."""


class _Writer:
    """Writes one source graph; kept for the length of one call."""

    def __init__(self, extraction: Readable, base: str) -> None:
        self.document = extraction.document
        self.facts = extraction.facts
        self.base = checked(base)
        self.lines: set[str] = set()
        told = next((fact for fact in self.facts if isinstance(fact, kinds.Document)), kinds.Document())
        named = next((fact.name for fact in self.facts if isinstance(fact, kinds.Medicine)), None)
        self.name = named or told.medicine
        key = medicine_key(told.product_number, self.name, f"file-{self.document.sha256[:12]}")
        self.medicine = _node(f"{self.base}medicine/{key}")
        source = slug(told.reference) if told.reference else key
        self.source = _node(f"{self.base}document/{source}")
        self.graph_iri = f"{self.base}graph/{source}/{self.document.sha256[:12]}"
        self.product_number = told.product_number
        self.studies: dict[int, str] = {}
        self.biomarkers: dict[ox.NamedNode, list[Fact]] = {}
        self.places: set[str] = set()

    def add(self, subject: ox.NamedNode, predicate: ox.NamedNode, value: Node) -> None:
        self.lines.add(f"{subject} {predicate} {value} .")

    def graph(self) -> SourceGraph:
        self._source()
        facts = list(self._nodes())
        for node, fact in facts:
            self._fact(node, fact)
        for node in self.biomarkers.keys() - {node for node, _ in facts}:
            for evidence in (each for fact in self.biomarkers[node] for each in fact.evidence):
                self._evidence(node, evidence)
        triples = "".join(f"{line}\n" for line in sorted(self.lines)).encode()
        return SourceGraph(self.graph_iri, self.source.value, self.medicine.value, self.document.sha256, triples)

    def _source(self) -> None:
        graph, text, file = (_node(self.graph_iri + part) for part in ("", "/text", "/file"))
        self.add(graph, _TYPE, _epar("SourceGraph"))
        self.add(graph, _epar("describes"), self.source)
        self.add(graph, _epar("about"), self.medicine)
        self.add(graph, _epar("software"), _string(software()))
        if self.document.retrieved:
            self._date(graph, _epar("retrieved"), self.document.retrieved)
        self.add(text, _TYPE, _epar("Text"))
        self.add(text, _epar("content"), _string(self.document.text))
        self.add(text, _epar("sha256"), _string(hashlib.sha256(self.document.text.encode()).hexdigest()))
        for section in self.document.sections:
            self.add(text, _epar("hasSection"), _node(f"{CODE}section/{section.name}"))
        self.add(text, _node(f"{_PROV}wasDerivedFrom"), file)
        self.add(file, _TYPE, _epar("File"))
        self.add(file, _epar("fileName"), _string(self.document.source))
        self.add(file, _epar("sha256"), _string(self.document.sha256))
        self.add(file, _FORMAT, _string(self.document.media_type))
        self.add(self.source, _TYPE, _epar("Document"))
        self.add(self.source, _LABEL, ox.Literal(f"Overview of {self.name or 'a medicine'}", language="en"))
        self.add(self.source, _epar("about"), self.medicine)
        self.add(self.medicine, _TYPE, _epar("Medicine"))
        self.add(self.medicine, _LABEL, ox.Literal(self.name or self.medicine.value.rsplit("/", 1)[1], language="en"))
        if self.product_number:
            self.add(self.medicine, _epar("productNumber"), _string(self.product_number))

    def _nodes(self) -> Iterator[tuple[ox.NamedNode, Fact]]:
        """Yield each fact with its node, studies ahead of the outcomes that point at them."""
        seen: dict[str, int] = {}
        facts = sorted(self.facts, key=lambda fact: isinstance(fact, kinds.Outcome))
        for fact in facts:
            kind = type(fact).__name__
            if isinstance(fact, kinds.Document):
                yield self.source, fact
            elif isinstance(fact, kinds.Medicine):
                yield self.medicine, fact
            elif isinstance(fact, kinds.Biomarker):
                yield _node(f"{self.base}biomarker/{slug(label(fact))}"), fact
            else:
                identity = self._identity(fact)
                seen[identity] = seen.get(identity, 0) + 1
                again = f"#{seen[identity]}" if seen[identity] > 1 else ""
                iri = f"{self.medicine.value}/{kebab(kind)}/{digest(identity + again)}"
                if isinstance(fact, kinds.Study) and fact.number is not None:
                    self.studies[fact.number] = iri
                yield _node(iri), fact

    def _identity(self, fact: Fact) -> str:
        """Return what makes a fact itself: its kind and fields, ordinals left out."""
        kind = type(fact).__name__
        stated: dict[str, object] = {
            name: list(value) if isinstance(value, tuple) else _plain(value)
            for name, value in kinds.values(fact).items()
            if (kind, name) not in kinds.ORDINALS
        }
        if isinstance(fact, kinds.Outcome) and fact.study in self.studies:
            stated["study"] = self.studies[fact.study].rsplit("/", 1)[1]
        return json.dumps([kind, stated], ensure_ascii=False, sort_keys=True)

    def _fact(self, node: ox.NamedNode, fact: Fact, *, named: str | None = None) -> None:
        kind = type(fact).__name__
        self.add(node, _TYPE, _epar(kind))
        if not isinstance(fact, kinds.Document | kinds.Medicine):
            self.add(node, _LABEL, ox.Literal(named or label(fact), language="en"))
            self.add(self.medicine, _epar(f"has{kind}"), node)
        for name, value in kinds.values(fact).items():
            for each in value if isinstance(value, tuple) else (value,):
                self._field(node, fact, name, each)
        if isinstance(fact, kinds.Study) and fact.comparator:
            compared = "false" if fact.comparator == ("none",) else "true"
            self.add(node, _epar("compared"), ox.Literal(compared, datatype=_node(f"{_XSD}boolean")))
        if isinstance(fact, kinds.AdverseEffect):
            self._bands(node, fact)
        if isinstance(fact, kinds.Obligation) and fact.type == "study":
            self._awaited(node, fact)
        for evidence in fact.evidence:
            self._evidence(node, evidence)

    def _field(self, node: ox.NamedNode, fact: Fact, name: str, value: Value) -> None:
        kind = type(fact).__name__
        field = vocabulary.FIELDS[kind, name]
        predicate = _node(field.property)
        if (kind, name, value) == ("Study", "comparator", "none"):
            return
        if (kind, name) == ("Outcome", "study"):
            if isinstance(value, int) and value in self.studies:
                self.add(node, predicate, _node(self.studies[value]))
            return
        if field.scheme is not None:
            concept = vocabulary.concept(field.scheme, str(value))
            self.add(node, predicate, _node(concept) if concept else _string(str(value)))
        elif field.kind == "object" and field.range is not None:
            thing = self._entity(field.range.removeprefix(EPAR), str(value))
            if field.range == vocabulary.CLASS["Biomarker"]:
                self.biomarkers.setdefault(thing, []).append(fact)
            self.add(node, predicate, thing)
        elif field.range is None:
            self._date(node, predicate, str(value))
        elif isinstance(value, bool):
            self.add(node, predicate, ox.Literal("true" if value else "false", datatype=_BOOLEAN))
        elif isinstance(value, int | float):
            self.add(node, predicate, _number(value, _INTEGER if field.range == _INTEGER.value else _DECIMAL))
        else:
            self.add(node, predicate, _string(value))
            self._known(node, name, value)

    def _known(self, node: ox.NamedNode, name: str, value: str) -> None:
        """Say in the graph's own terms what a literal names: a unit, the Agency."""
        if name == "unit" and (concept := vocabulary.unit(value)):
            self.add(node, _epar("unitConcept"), _node(concept))
        if name in ("publisher", "reviewer") and value == "European Medicines Agency":
            self.add(node, _epar("agency"), EMA)

    def _date(self, node: ox.NamedNode, predicate: ox.NamedNode, text: str) -> None:
        """Tell a date as precise as it is, with its first and last day; what is no date stays as it was written."""
        days = _days(text)
        if days is None:
            self.add(node, predicate, _string(text))
            return
        datatype, first, last = days
        self.add(node, predicate, ox.Literal(text, datatype=_node(datatype)))
        if predicate.value != f"{EPAR}retrieved":
            for suffix, day in (("First", first), ("Last", last)):
                self.add(node, _node(predicate.value + suffix), ox.Literal(day, datatype=_node(f"{_XSD}date")))

    def _entity(self, kind: str, name: str) -> ox.NamedNode:
        """Return the node of a shared thing, told in this graph with its name."""
        node = _node(f"{self.base}{_ENTITIES[kind]}/{slug(name)}")
        self.add(node, _TYPE, _epar(kind))
        self.add(node, _LABEL, ox.Literal(name, language="en"))
        if kind != "Biomarker":
            self.add(node, _epar("name"), _string(name))
        return node

    def _bands(self, node: ox.NamedNode, effect: kinds.AdverseEffect) -> None:
        if effect.bound is None or effect.numerator is None or effect.denominator is None:
            return
        to = Decimal(str(effect.numerator_to)) if effect.numerator_to is not None else None
        named = bands(effect.bound, Decimal(str(effect.numerator)), Decimal(str(effect.denominator)), to)
        for band in named:
            self.add(node, _epar("band"), _node(f"{CODE}frequency-band/{slug(band)}"))

    def _awaited(self, node: ox.NamedNode, obligation: kinds.Obligation) -> None:
        """Make a node of the study that is awaited, so that a registry's number can be linked with it."""
        study = kinds.Study(
            status=obligation.study_status,
            comparator=obligation.comparator,
            population=obligation.population,
            evidence=obligation.evidence,
        )
        iri = _node(f"{self.medicine.value}/study/{digest(f'awaited {node.value}')}")
        self.add(node, _epar("awaitedStudy"), iri)
        self._fact(iri, study, named=f"awaited {label(study)}")

    def _evidence(self, node: ox.NamedNode, evidence: Evidence) -> None:
        key = f"{evidence.start} {evidence.end} {evidence.rule}"
        iri = f"{self.graph_iri}/evidence/{digest(key)}"
        place, words, position = _node(iri), _node(f"{iri}/quote"), _node(f"{iri}/position")
        self.add(node, _epar("evidence"), place)
        if iri in self.places:
            return
        self.places.add(iri)
        self.add(place, _TYPE, _node(f"{_OA}SpecificResource"))
        self.add(place, _node(f"{_OA}hasSource"), _node(f"{self.graph_iri}/text"))
        self.add(place, _node(f"{_OA}hasSelector"), words)
        self.add(place, _node(f"{_OA}hasSelector"), position)
        self.add(place, _epar("section"), _node(f"{CODE}section/{evidence.section}"))
        self.add(place, _epar("rule"), _string(evidence.rule))
        if evidence.page is not None:
            self.add(place, _epar("page"), _number(evidence.page, _INTEGER))
        text = self.document.text
        self.add(words, _TYPE, _node(f"{_OA}TextQuoteSelector"))
        self.add(words, _node(f"{_OA}exact"), _string(evidence.quote))
        self.add(words, _node(f"{_OA}prefix"), _string(text[max(0, evidence.start - _CONTEXT) : evidence.start]))
        self.add(words, _node(f"{_OA}suffix"), _string(text[evidence.end : evidence.end + _CONTEXT]))
        self.add(position, _TYPE, _node(f"{_OA}TextPositionSelector"))
        self.add(position, _node(f"{_OA}start"), _number(evidence.start, _INTEGER))
        self.add(position, _node(f"{_OA}end"), _number(evidence.end, _INTEGER))
