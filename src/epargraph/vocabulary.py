"""The ontology's terms and closed lists as Python values, read from ontology/ and not copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pyoxigraph as ox

from epargraph.errors import RuleError
from epargraph.resources import ONTOLOGY

EPAR = "https://w3id.org/epargraph/ontology#"
CODE = "https://w3id.org/epargraph/codes/"
ONTOLOGY_GRAPH = "https://w3id.org/epargraph/ontology"
CODES_GRAPH = "https://w3id.org/epargraph/codes"

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"


@dataclass(frozen=True, slots=True)
class Field:
    """The property of a field: its IRI, whether it points at things or holds values, its range and its closed list.

    `range` is the IRI of a datatype or class, None where the value's precision decides (dates); `scheme` is the IRI of the
    SKOS scheme whose notations are the field's values, None for open words.
    """

    property: str
    kind: Literal["object", "datatype"]
    range: str | None
    scheme: str | None


@dataclass(frozen=True, slots=True)
class _Concept:
    iri: str
    notation: str
    labels: tuple[str, ...]


@cache
def triples(file: str) -> tuple[ox.Triple, ...]:
    """Return the triples of a file of ontology/; RuleError where it is missing or not well formed."""
    try:
        return tuple(quad.triple for quad in ox.parse(path=ONTOLOGY / file, format=ox.RdfFormat.TURTLE))
    except (OSError, SyntaxError) as error:
        raise RuleError(file, f"can't be read ({error})", "install epargraph again") from error


def _objects(file: str, predicate: str) -> list[tuple[str, str]]:
    return [
        (t.subject.value, t.object.value)
        for t in triples(file)
        if t.predicate.value == predicate and not isinstance(t.subject, ox.Triple) and not isinstance(t.object, ox.Triple)
    ]


@cache
def _schemes() -> Mapping[tuple[str, str], str]:
    """Return the scheme of each kind's field that has a closed list."""
    return {_pair(field): scheme for scheme, field in _objects("codes.ttl", f"{EPAR}valuesOf")}


def _pair(field: str) -> tuple[str, str]:
    kind, _, name = field.partition(".")
    return kind, name


@cache
def _fields() -> Mapping[tuple[str, str], Field]:
    ranges = dict(_objects("epargraph.ttl", f"{_RDFS}range"))
    objects = {s for s, o in _objects("epargraph.ttl", f"{_RDF}type") if o == f"{_OWL}ObjectProperty"}
    return {
        _pair(field): Field(
            term, "object" if term in objects else "datatype", ranges.get(term), _schemes().get(_pair(field))
        )
        for term, field in _objects("epargraph.ttl", f"{EPAR}field")
    }


@cache
def _concepts() -> Mapping[str, tuple[_Concept, ...]]:
    """Return the concepts of each scheme, in the order of the file."""
    notation = dict(_objects("codes.ttl", f"{_SKOS}notation"))
    labels: dict[str, list[str]] = {}
    for predicate in ("prefLabel", "altLabel", "hiddenLabel"):
        for iri, label in _objects("codes.ttl", f"{_SKOS}{predicate}"):
            labels.setdefault(iri, []).append(label)
    found: dict[str, list[_Concept]] = {}
    for iri, scheme in _objects("codes.ttl", f"{_SKOS}inScheme"):
        found.setdefault(scheme, []).append(_Concept(iri, notation[iri], (notation[iri], *labels.get(iri, ()))))
    return {scheme: tuple(each) for scheme, each in found.items()}


FIELDS: Mapping[tuple[str, str], Field] = _fields()
"""The property of each field, by kind and field name."""


@cache
def concept(scheme: str, notation: str) -> str | None:
    """Return the IRI of the concept with this notation, None where the scheme has none.

    >>> concept(CODE + "domain", "human")
    'https://w3id.org/epargraph/codes/domain/human'
    """
    return next((each.iri for each in _concepts().get(scheme, ()) if each.notation == notation), None)


@cache
def labels(scheme: str) -> Mapping[str, str]:
    """Return the notation for each label of the scheme's concepts.

    >>> labels(CODE + "route")["by mouth"]
    'oral'
    """
    return {label: each.notation for each in _concepts().get(scheme, ()) for label in each.labels}


def term(name: str) -> str:
    """Return the IRI of a term of the ontology; KeyError where there is none.

    >>> term("Dose")
    'https://w3id.org/epargraph/ontology#Dose'
    """
    iri = EPAR + name
    if iri not in _terms():
        raise KeyError(name)
    return iri


@cache
def _terms() -> frozenset[str]:
    return frozenset(s for s, _ in _objects("epargraph.ttl", f"{_RDFS}label") if s.startswith(EPAR))
