"""The ontology as boxes and arrows: its classes with their fields, and what points at what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from epargraph import vocabulary

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_INCLUDES = "https://schema.org/domainIncludes"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a class: its name, what it means, and the class that it points at; None where it holds a value.

    `listed` tells that its values come from a closed list.
    """

    iri: str
    name: str
    meaning: str
    target: str | None
    listed: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A class with its properties; `fact` tells that it is a kind of fact, which its medicine points at."""

    iri: str
    name: str
    label: str
    meaning: str
    fact: bool
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A property that leads from one class to another."""

    source: str
    property: str
    target: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Model:
    """The classes in the order of the ontology, and the arrows between them.

    The properties from a medicine to each kind of fact are in neither: `has_fact` names them.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    has_fact: tuple[Arrow, ...]


@cache
def model() -> Model:
    """Return the model that ontology/epargraph.ttl defines.

    >>> [arrow.target.rpartition("#")[2] for arrow in model().arrows if arrow.property == "condition"]
    ['Condition', 'Condition']
    """
    return of(vocabulary.triples("epargraph.ttl"))


def of(triples: Iterable[ox.Triple]) -> Model:
    """Return the model that an ontology's triples define: its own classes, and those of others that its properties have."""
    found = _Statements(triples)
    fact = vocabulary.EPAR + "Fact"
    has_fact = vocabulary.EPAR + "hasFact"
    facts = set(found.subjects(_RDFS + "subClassOf", fact))
    properties = [
        each for kind in ("ObjectProperty", "DatatypeProperty") for each in found.subjects(_RDF + "type", _OWL + kind)
    ]
    to_facts = {each for each in properties if has_fact in (each, *found.values(each, _RDFS + "subPropertyOf"))}
    having: dict[str, list[str]] = {}
    for each in found.order:
        if each in properties and each not in to_facts:
            for domain in (*found.values(each, _RDFS + "domain"), *found.values(each, _INCLUDES)):
                having.setdefault(domain, []).append(each)
    classes = [each for each in found.order if _is_class(found, each) and (_own(each) or each in having)]
    boxes = tuple(
        Box(
            each,
            _name(each),
            found.text(each, _RDFS + "label") or _name(each),
            found.text(each, _SKOS + "definition"),
            each in facts,
            tuple(_property(found, one) for one in having.get(each, ())),
        )
        for each in classes
    )
    shown = {box.iri for box in boxes}
    arrows = tuple(
        Arrow(box.iri, one.name, one.target, one.meaning)
        for box in boxes
        for one in box.properties
        if one.target in shown and one.target is not None
    )
    has = tuple(
        Arrow(domain, _name(each), target, found.text(each, _SKOS + "definition"))
        for each in properties
        if each in to_facts and each != has_fact
        for target in found.values(each, _RDFS + "range")
        for domain in found.values(each, _RDFS + "domain")
    )
    return Model(boxes, arrows, has)


class _Statements:
    """The triples of an ontology, by subject and by object, subjects in the order of the file."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._by_subject: dict[tuple[str, str], list[str]] = {}
        self._by_object: dict[tuple[str, str], list[str]] = {}
        self.order: dict[str, None] = {}
        for each in triples:
            if isinstance(each.subject, ox.NamedNode) and isinstance(each.object, ox.NamedNode | ox.Literal):
                self.order.setdefault(each.subject.value)
                self._by_subject.setdefault((each.subject.value, each.predicate.value), []).append(each.object.value)
                self._by_object.setdefault((each.predicate.value, each.object.value), []).append(each.subject.value)

    def values(self, subject: str, predicate: str) -> list[str]:
        return self._by_subject.get((subject, predicate), [])

    def subjects(self, predicate: str, object_: str) -> list[str]:
        return self._by_object.get((predicate, object_), [])

    def text(self, subject: str, predicate: str) -> str:
        return next(iter(self.values(subject, predicate)), "")


def _property(found: _Statements, iri: str) -> Property:
    target = next(iter(found.values(iri, _RDFS + "range")), None)
    points = _OWL + "ObjectProperty" in found.values(iri, _RDF + "type")
    listed = target == _SKOS + "Concept"
    return Property(
        iri,
        _name(iri),
        found.text(iri, _SKOS + "definition"),
        target if points and not listed else None,
        listed,
    )


def _is_class(found: _Statements, iri: str) -> bool:
    return _OWL + "Class" in found.values(iri, _RDF + "type")


def _own(iri: str) -> bool:
    return iri.startswith(vocabulary.EPAR)


def _name(iri: str) -> str:
    """Return the last part of an IRI, with the prefix of its vocabulary where it is another's."""
    name = iri.rpartition("#")[2] if "#" in iri else iri.rpartition("/")[2]
    return name if _own(iri) else f"{_PREFIXES.get(iri.removesuffix(name), '')}{name}"


_PREFIXES = {"http://www.w3.org/ns/oa#": "oa:", "http://www.w3.org/2004/02/skos/core#": "skos:"}
