"""The ontology's terms and closed lists as Python values, read from ontology/ and not copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
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
class Band:
    """A frequency band: its notation and its ends, the lower one included; None where the band has no such end."""

    notation: str
    at_least: Decimal | None
    less_than: Decimal | None


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


@cache
def _statements(file: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return the subjects and objects of each predicate of a file, in the order of the file."""
    found: dict[str, list[tuple[str, str]]] = {}
    for triple in triples(file):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            found.setdefault(triple.predicate.value, []).append((triple.subject.value, triple.object.value))
    return {predicate: tuple(pairs) for predicate, pairs in found.items()}


def _pairs(file: str, predicate: str) -> tuple[tuple[str, str], ...]:
    return _statements(file).get(predicate, ())


def _field(name: str) -> tuple[str, str]:
    """Return the kind and the field that `Kind.field` names."""
    kind, _, field = name.partition(".")
    return kind, field


def _fields() -> Mapping[tuple[str, str], Field]:
    schemes = {_field(field): scheme for scheme, field in _pairs("codes.ttl", f"{EPAR}valuesOf")}
    ranges: dict[str, str | None] = dict(_pairs("epargraph.ttl", f"{_RDFS}range"))
    ranges = {term: None if given == f"{_RDFS}Literal" else given for term, given in ranges.items()}
    objects = {term for term, type_ in _pairs("epargraph.ttl", f"{_RDF}type") if type_ == f"{_OWL}ObjectProperty"}
    return {
        _field(field): Field(
            term, "object" if term in objects else "datatype", ranges.get(term), schemes.get(_field(field))
        )
        for term, field in _pairs("epargraph.ttl", f"{EPAR}field")
    }


FIELDS: Mapping[tuple[str, str], Field] = _fields()
"""The property of each field, by kind and field name."""

CLASS: Mapping[str, str] = {
    term.removeprefix(EPAR): term
    for term, type_ in _pairs("epargraph.ttl", f"{_RDF}type")
    if type_ == f"{_OWL}Class" and term.startswith(EPAR)
}
"""The IRI of each class of the ontology, by its name: a kind of fact, or what facts are about."""


@cache
def _concepts() -> Mapping[str, tuple[_Concept, ...]]:
    """Return the concepts of each scheme, in the order of the file."""
    notation = dict(_pairs("codes.ttl", f"{_SKOS}notation"))
    labels: dict[str, list[str]] = {}
    for predicate in ("prefLabel", "altLabel", "hiddenLabel"):
        for iri, label in _pairs("codes.ttl", f"{_SKOS}{predicate}"):
            labels.setdefault(iri, []).append(label)
    found: dict[str, list[_Concept]] = {}
    for iri, scheme in _pairs("codes.ttl", f"{_SKOS}inScheme"):
        found.setdefault(scheme, []).append(_Concept(iri, notation[iri], (notation[iri], *labels.get(iri, ()))))
    return {scheme: tuple(each) for scheme, each in found.items()}


@cache
def concept(scheme: str, notation: str) -> str | None:
    """Return the IRI of the concept with this notation, None where the scheme has none.

    >>> concept(CODE + "domain", "human")
    'https://w3id.org/epargraph/codes/domain/human'
    """
    return next((each.iri for each in _concepts().get(scheme, ()) if each.notation == notation), None)


def notation(iri: str) -> str | None:
    """Return the notation of a concept, None where the closed lists have no concept of this IRI.

    >>> notation(CODE + "register-status/application-withdrawn")
    'application withdrawn'
    """
    return _notations().get(iri)


@cache
def _notations() -> Mapping[str, str]:
    return {each.iri: each.notation for told in _concepts().values() for each in told}


@cache
def label(name: str) -> str:
    """Return the label of a term of the ontology; KeyError where there is none.

    >>> label("AdverseEffect"), label("entryUpdated")
    ('adverse effect', 'entry updated')
    """
    return dict(_pairs("epargraph.ttl", f"{_RDFS}label"))[term(name)]


@cache
def labels(scheme: str) -> Mapping[str, str]:
    """Return the notation for each label of the scheme's concepts, notations among the labels.

    >>> labels(CODE + "route")["by mouth"]
    'oral'
    """
    return {label: each.notation for each in _concepts().get(scheme, ()) for label in each.labels}


@cache
def unit(word: str) -> str | None:
    """Return the IRI of the unit that a document writes so, None for a unit that the list does not have.

    >>> unit("micrograms")
    'https://w3id.org/epargraph/codes/unit/microgram'
    """
    notation = labels(f"{CODE}unit").get(word)
    return concept(f"{CODE}unit", notation) if notation else None


@cache
def bands() -> tuple[Band, ...]:
    """Return the frequency bands from the most common to the rarest.

    >>> [band.notation for band in bands()]
    ['very common', 'common', 'uncommon', 'rare', 'very rare']
    """
    least, less, rank = (dict(_pairs("codes.ttl", EPAR + name)) for name in ("atLeast", "lessThan", "rank"))
    ranked = sorted(_concepts()[f"{CODE}frequency-band"], key=lambda each: int(rank[each.iri]))
    return tuple(
        Band(
            each.notation,
            Decimal(least[each.iri]) if each.iri in least else None,
            Decimal(less[each.iri]) if each.iri in less else None,
        )
        for each in ranked
    )


def term(name: str) -> str:
    """Return the IRI of a term of the ontology; KeyError where there is none.

    >>> term("Dose")
    'https://w3id.org/epargraph/ontology#Dose'
    """
    iri = EPAR + name
    if iri not in terms():
        raise KeyError(name)
    return iri


@cache
def terms() -> frozenset[str]:
    """Return the IRIs of all terms of the ontology: classes, properties and annotations."""
    return frozenset(subject for subject, _ in _pairs("epargraph.ttl", f"{_RDFS}label") if subject.startswith(EPAR))
