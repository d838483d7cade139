"""Facts to RDF: one named graph for each version of a source, with stable IRIs, no blank nodes and no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

import pyoxigraph as ox

from epargraph import kinds
from epargraph.graph.facts import EMA, INTEGER, LABEL, TYPE, FactWriter, epar, number, string, term
from epargraph.graph.names import DEFAULT_BASE, checked, digest, medicine_key, slug
from epargraph.kinds import Fact
from epargraph.model import Document, Evidence, SourceGraph
from epargraph.vocabulary import CODE

__all__ = ["CONTEXT", "DEFAULT_BASE", "EMA", "Readable", "medicine_key", "slug", "software", "to_graph"]

_OA = "http://www.w3.org/ns/oa#"
_PROV = "http://www.w3.org/ns/prov#"
_FORMAT = ox.NamedNode("http://purl.org/dc/terms/format")
CONTEXT = 32
"""How many code points of prefix and suffix a quote has (Web Annotation, Text Quote Selector)."""


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


class _Writer(FactWriter):
    """Writes one source graph; kept for the length of one call."""

    def __init__(self, extraction: Readable, base: str) -> None:
        self.document = extraction.document
        self.facts = extraction.facts
        told = next((fact for fact in self.facts if isinstance(fact, kinds.Document)), kinds.Document())
        named = next((fact.name for fact in self.facts if isinstance(fact, kinds.Medicine)), None)
        self.name = named or told.medicine
        key = medicine_key(told.product_number, self.name, f"file-{self.document.sha256[:12]}")
        whole = checked(base)
        super().__init__(whole, term(f"{whole}medicine/{key}"))
        source = slug(told.reference) if told.reference else key
        self.source = term(f"{self.base}document/{source}")
        self.graph_iri = f"{self.base}graph/{source}/{self.document.sha256[:12]}"
        self.product_number = told.product_number
        self.places: set[str] = set()

    def graph(self) -> SourceGraph:
        self._source()
        facts = list(self._nodes())
        for node, fact in facts:
            self.fact(node, fact)
        for node in self.biomarkers.keys() - {node for node, _ in facts}:
            for evidence in (each for fact in self.biomarkers[node] for each in fact.evidence):
                self.evidence(node, evidence)
        triples = "".join(f"{line}\n" for line in sorted(self.lines)).encode()
        return SourceGraph(self.graph_iri, self.source.value, self.medicine.value, self.document.sha256, triples)

    def _source(self) -> None:
        graph, text, file = (term(self.graph_iri + part) for part in ("", "/text", "/file"))
        self.add(graph, TYPE, epar("SourceGraph"))
        self.add(graph, epar("describes"), self.source)
        self.add(graph, epar("about"), self.medicine)
        self.add(graph, epar("software"), string(software()))
        if self.document.retrieved:
            self.date(graph, epar("retrieved"), self.document.retrieved)
        self.add(text, TYPE, epar("Text"))
        self.add(text, epar("content"), string(self.document.text))
        self.add(text, epar("sha256"), string(hashlib.sha256(self.document.text.encode()).hexdigest()))
        for section in self.document.sections:
            self.add(text, epar("hasSection"), term(f"{CODE}section/{section.name}"))
        self.add(text, term(f"{_PROV}wasDerivedFrom"), file)
        self.add(file, TYPE, epar("File"))
        self.add(file, epar("fileName"), string(self.document.source))
        self.add(file, epar("sha256"), string(self.document.sha256))
        self.add(file, _FORMAT, string(self.document.media_type))
        self.add(self.source, TYPE, epar("Document"))
        self.add(self.source, LABEL, ox.Literal(f"Overview of {self.name or 'a medicine'}", language="en"))
        self.add(self.source, epar("about"), self.medicine)
        self.add(self.medicine, TYPE, epar("Medicine"))
        self.add(self.medicine, LABEL, ox.Literal(self.name or self.medicine.value.rsplit("/", 1)[1], language="en"))
        if self.product_number:
            self.numbered(self.product_number)

    def _nodes(self) -> Iterator[tuple[ox.NamedNode, Fact]]:
        """Yield each fact with its node, studies ahead of the outcomes that point at them."""
        seen: dict[str, int] = {}
        facts = sorted(self.facts, key=lambda fact: isinstance(fact, kinds.Outcome))
        for fact in facts:
            if isinstance(fact, kinds.Document):
                yield self.source, fact
            elif isinstance(fact, kinds.Medicine | kinds.Biomarker):
                yield self.node(fact), fact
            else:
                identity = self.identity(fact)
                seen[identity] = seen.get(identity, 0) + 1
                node = self.node(fact, f"#{seen[identity]}" if seen[identity] > 1 else "")
                if isinstance(fact, kinds.Study) and fact.number is not None:
                    self.studies[fact.number] = node.value
                yield node, fact

    def evidence(self, fact: ox.NamedNode, evidence: Evidence) -> None:
        """Say which words of the text a fact was read from, and where they stand."""
        key = f"{evidence.start} {evidence.end} {evidence.rule}"
        iri = f"{self.graph_iri}/evidence/{digest(key)}"
        place, words, position = term(iri), term(f"{iri}/quote"), term(f"{iri}/position")
        self.add(fact, epar("evidence"), place)
        if iri in self.places:
            return
        self.places.add(iri)
        self.add(place, TYPE, term(f"{_OA}SpecificResource"))
        self.add(place, term(f"{_OA}hasSource"), term(f"{self.graph_iri}/text"))
        self.add(place, term(f"{_OA}hasSelector"), words)
        self.add(place, term(f"{_OA}hasSelector"), position)
        self.add(place, epar("section"), term(f"{CODE}section/{evidence.section}"))
        self.add(place, epar("rule"), string(evidence.rule))
        if evidence.page is not None:
            self.add(place, epar("page"), number(evidence.page, INTEGER))
        text = self.document.text
        self.add(words, TYPE, term(f"{_OA}TextQuoteSelector"))
        self.add(words, term(f"{_OA}exact"), string(evidence.quote))
        self.add(words, term(f"{_OA}prefix"), string(text[max(0, evidence.start - CONTEXT) : evidence.start]))
        self.add(words, term(f"{_OA}suffix"), string(text[evidence.end : evidence.end + CONTEXT]))
        self.add(position, TYPE, term(f"{_OA}TextPositionSelector"))
        self.add(position, term(f"{_OA}start"), number(evidence.start, INTEGER))
        self.add(position, term(f"{_OA}end"), number(evidence.end, INTEGER))
