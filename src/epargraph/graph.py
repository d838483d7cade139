"""Facts to RDF: one named graph for each version of a source, with stable IRIs, no blank nodes and no clock."""

from __future__ import annotations

import calendar
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol
from urllib.parse import quote

import pyoxigraph as ox

from epargraph import kinds, vocabulary
from epargraph.frequency import bands
from epargraph.kinds import Fact, Value
from epargraph.model import Document, Evidence, SourceGraph
from epargraph.vocabulary import CODE, EPAR

DEFAULT_BASE = "https://w3id.org/epargraph/"
"""The base of all IRIs of things; the terms and codes stay where they are."""

EMA = ox.NamedNode("http://publications.europa.eu/resource/authority/corporate-body/EMA")

_XSD = "http://www.w3.org/2001/XMLSchema#"
_OA = "http://www.w3.org/ns/oa#"
_PROV = "http://www.w3.org/ns/prov#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
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


def slug(text: str) -> str:
    """Return the text as a part of an IRI: letters, digits and hyphens; other letters percent-encoded.

    >>> [slug(each) for each in ("EMEA/H/C/005522", "KRAS G12C", "Crohn’s disease", "α-1")]
    ['EMEA-H-C-005522', 'KRAS-G12C', 'Crohns-disease', '%CE%B1-1']
    """
    text = re.sub(r"['’‘\"“”]", "", unicodedata.normalize("NFC", text))
    text = re.sub(r"[\W_]+", "-", text).strip("-")
    return quote(text, safe="") or hashlib.sha256(text.encode()).hexdigest()[:12]


def medicine_key(product_number: str | None, name: str | None) -> str:
    """Return the last part of a medicine's IRI: its product number, else its name.

    >>> medicine_key("EMEA/H/C/005522", "Lumykras"), medicine_key(None, "Lumykras")
    ('EMEA-H-C-005522', 'name-lumykras')
    """
    return slug(product_number) if product_number else f"name-{slug((name or 'unknown').lower())}"


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _epar(name: str) -> ox.NamedNode:
    return ox.NamedNode(EPAR + name)


def _string(text: str) -> ox.Literal:
    return ox.Literal(text)


def _number(value: float, datatype: str) -> ox.Literal:
    exact = Decimal(str(value))
    text = format(exact.to_integral_value() if exact == exact.to_integral_value() else exact.normalize(), "f")
    return ox.Literal(text, datatype=_node(datatype))


def _days(text: str) -> tuple[str, str, str]:
    """Return the datatype, first and last day of an ISO 8601 date of any precision.

    >>> _days("2021-02")[1:]
    ('2021-02-01', '2021-02-28')
    """
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return f"{_XSD}date", text, text
    if len(parts) == 2:
        last = calendar.monthrange(parts[0], parts[1])[1]
        return f"{_XSD}gYearMonth", f"{text}-01", f"{text}-{last:02}"
    return f"{_XSD}gYear", f"{text}-01-01", f"{text}-12-31"


_DATES = {"date", "lastUpdated", "convertedOn", "endedOn"}
_ENTITIES = {"Substance": "substance", "Condition": "condition", "Gene": "gene", "Biomarker": "biomarker"}


class _Writer:
    """Writes one source graph; kept for the length of one call."""

    def __init__(self, extraction: Readable, base: str) -> None:
        self.document = extraction.document
        self.facts = extraction.facts
        self.base = base
        self.lines: set[str] = set()
        told = next((fact for fact in self.facts if isinstance(fact, kinds.Document)), kinds.Document())
        named = next((fact.name for fact in self.facts if isinstance(fact, kinds.Medicine)), None)
        self.name = named or told.medicine
        key = medicine_key(told.product_number, self.name)
        self.medicine = _node(f"{base}medicine/{key}")
        source = slug(told.reference) if told.reference else key
        self.source = _node(f"{base}document/{source}")
        self.graph_iri = f"{base}graph/{source}/{self.document.sha256[:12]}"
        self.product_number = told.product_number
        self.studies: dict[int, str] = {}

    def add(self, subject: ox.NamedNode, predicate: ox.NamedNode, value: Node) -> None:
        self.lines.add(f"{subject} {predicate} {value} .")

    def graph(self) -> SourceGraph:
        self._source()
        for node, fact, label in self._nodes():
            self._fact(node, fact, label)
        triples = "".join(f"{line}\n" for line in sorted(self.lines)).encode()
        return SourceGraph(self.graph_iri, self.source.value, self.medicine.value, self.document.sha256, triples)

    def _source(self) -> None:
        graph, text, file = (_node(self.graph_iri + part) for part in ("", "/text", "/file"))
        self.add(graph, _TYPE, _epar("SourceGraph"))
        self.add(graph, _epar("describes"), self.source)
        self.add(graph, _epar("about"), self.medicine)
        self.add(graph, _epar("software"), _string(software()))
        if self.document.retrieved:
            self.add(graph, _epar("retrieved"), ox.Literal(self.document.retrieved, datatype=_node(f"{_XSD}date")))
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

    def _nodes(self) -> Iterator[tuple[ox.NamedNode, Fact, str]]:
        """Yield each fact with its node and label, studies ahead of the outcomes that point at them."""
        seen: dict[str, int] = {}
        facts = sorted(self.facts, key=lambda fact: isinstance(fact, kinds.Outcome))
        for fact in facts:
            kind = type(fact).__name__
            if isinstance(fact, kinds.Document):
                yield self.source, fact, ""
            elif isinstance(fact, kinds.Medicine):
                yield self.medicine, fact, ""
            elif isinstance(fact, kinds.Biomarker):
                words = " ".join(part for part in (fact.gene, fact.alteration, fact.status) if part)
                yield _node(f"{self.base}biomarker/{slug(words)}"), fact, words
            else:
                identity = self._identity(fact)
                seen[identity] = seen.get(identity, 0) + 1
                again = f"#{seen[identity]}" if seen[identity] > 1 else ""
                digest = hashlib.sha256((identity + again).encode()).hexdigest()[:12]
                iri = f"{self.medicine.value}/{_kebab(kind)}/{digest}"
                if isinstance(fact, kinds.Study) and fact.number is not None:
                    self.studies[fact.number] = iri
                yield _node(iri), fact, _told(fact)

    def _identity(self, fact: Fact) -> str:
        """Return what makes a fact itself: its kind and fields, ordinals left out."""
        kind = type(fact).__name__
        stated: dict[str, object] = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in kinds.values(fact).items()
            if (kind, name) not in kinds.ORDINALS
        }
        if isinstance(fact, kinds.Outcome) and fact.study in self.studies:
            stated["study"] = self.studies[fact.study].rsplit("/", 1)[1]
        return json.dumps([kind, stated], ensure_ascii=False, sort_keys=True)

    def _fact(self, node: ox.NamedNode, fact: Fact, label: str) -> None:
        kind = type(fact).__name__
        self.add(node, _TYPE, _epar(kind))
        if label:
            self.add(node, _LABEL, ox.Literal(label, language="en"))
        if not isinstance(fact, kinds.Document | kinds.Medicine):
            self.add(self.medicine, _epar(f"has{kind}"), node)
        for name, value in kinds.values(fact).items():
            for each in value if isinstance(value, tuple) else (value,):
                self._field(node, kind, name, each)
        if isinstance(fact, kinds.Study) and fact.comparator:
            compared = "false" if fact.comparator == ("none",) else "true"
            self.add(node, _epar("compared"), ox.Literal(compared, datatype=_node(f"{_XSD}boolean")))
        if isinstance(fact, kinds.AdverseEffect):
            self._bands(node, fact)
        if isinstance(fact, kinds.Obligation) and fact.type == "study":
            self._awaited(node, fact)
        for evidence in fact.evidence:
            self._evidence(node, evidence)

    def _field(self, node: ox.NamedNode, kind: str, name: str, value: Value) -> None:
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
            self.add(node, predicate, self._entity(field.range.removeprefix(EPAR), str(value)))
        elif field.property.removeprefix(EPAR) in _DATES:
            self._date(node, field.property, str(value))
        elif isinstance(value, bool):
            self.add(node, predicate, ox.Literal("true" if value else "false", datatype=_node(f"{_XSD}boolean")))
        elif isinstance(value, int | float):
            self.add(node, predicate, _number(value, field.range or f"{_XSD}decimal"))
        else:
            self.add(node, predicate, _string(value))
            self._known(node, name, value)

    def _known(self, node: ox.NamedNode, name: str, value: str) -> None:
        """Say in the graph's own terms what a literal names: a unit, the Agency."""
        if name == "unit" and (concept := vocabulary.concept(f"{CODE}unit", value)):
            self.add(node, _epar("unitConcept"), _node(concept))
        if name in ("publisher", "reviewer") and value == "European Medicines Agency":
            self.add(node, _epar("agency"), EMA)

    def _date(self, node: ox.NamedNode, iri: str, text: str) -> None:
        datatype, first, last = _days(text)
        self.add(node, _node(iri), ox.Literal(text, datatype=_node(datatype)))
        for suffix, day in (("First", first), ("Last", last)):
            self.add(node, _node(iri + suffix), ox.Literal(day, datatype=_node(f"{_XSD}date")))

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
        digest = hashlib.sha256(f"awaited {node.value}".encode()).hexdigest()[:12]
        iri = _node(f"{self.medicine.value}/study/{digest}")
        self.add(node, _epar("awaitedStudy"), iri)
        self._fact(iri, study, f"Awaited study{_versus(obligation.comparator)}")

    def _evidence(self, node: ox.NamedNode, evidence: Evidence) -> None:
        key = f"{evidence.start} {evidence.end} {evidence.rule}"
        iri = f"{self.graph_iri}/evidence/{hashlib.sha256(key.encode()).hexdigest()[:12]}"
        place, words, position = _node(iri), _node(f"{iri}/quote"), _node(f"{iri}/position")
        self.add(node, _epar("evidence"), place)
        self.add(place, _TYPE, _node(f"{_OA}SpecificResource"))
        self.add(place, _node(f"{_OA}hasSource"), _node(f"{self.graph_iri}/text"))
        self.add(place, _node(f"{_OA}hasSelector"), words)
        self.add(place, _node(f"{_OA}hasSelector"), position)
        self.add(place, _epar("section"), _node(f"{CODE}section/{evidence.section}"))
        self.add(place, _epar("rule"), _string(evidence.rule))
        if evidence.page is not None:
            self.add(place, _epar("page"), _number(evidence.page, f"{_XSD}integer"))
        text = self.document.text
        self.add(words, _TYPE, _node(f"{_OA}TextQuoteSelector"))
        self.add(words, _node(f"{_OA}exact"), _string(evidence.quote))
        self.add(words, _node(f"{_OA}prefix"), _string(text[max(0, evidence.start - _CONTEXT) : evidence.start]))
        self.add(words, _node(f"{_OA}suffix"), _string(text[evidence.end : evidence.end + _CONTEXT]))
        self.add(position, _TYPE, _node(f"{_OA}TextPositionSelector"))
        self.add(position, _node(f"{_OA}start"), _number(evidence.start, f"{_XSD}integer"))
        self.add(position, _node(f"{_OA}end"), _number(evidence.end, f"{_XSD}integer"))


def _kebab(kind: str) -> str:
    """Return the name of a kind in lower case with hyphens.

    >>> _kebab("AdverseEffect")
    'adverse-effect'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind).lower()


def _versus(comparators: Iterable[str]) -> str:
    named = [each for each in comparators if each != "none"]
    return f" compared with {' and '.join(named)}" if named else ""


_LONG = {"text", "order", "number", "study", "evidence"}


def _told(fact: Fact) -> str:
    """Return a label for a fact: its kind and what it says, in the order of its fields.

    >>> _told(kinds.Dose(role="recommended", amount=960, unit="mg", times=1, every=1, every_unit="day"))
    'Dose: recommended, 960, mg, 1, 1, day'
    """
    parts = [
        " and ".join(value) if isinstance(value, tuple) else str(value)
        for name, value in kinds.values(fact).items()
        if name not in _LONG
    ]
    name = _kebab(type(fact).__name__).replace("-", " ").capitalize()
    return f"{name}: {', '.join(parts)}" if parts else name
