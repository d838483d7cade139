"""What the shapes look at beside the data: the ontology and the closed lists, as far as the data use them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox

from epargraph.validate.report import Term
from epargraph.vocabulary import EPAR, triples

SHAPES = ("shapes.ttl", "advice.ttl")
_BACKGROUND = ("epargraph.ttl", "codes.ttl")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"


@cache
def background() -> dict[Term, tuple[ox.Triple, ...]]:
    """Return the triples of the ontology and the codes by their subject."""
    told: dict[Term, list[ox.Triple]] = {}
    for file in _BACKGROUND:
        for triple in triples(file):
            if not isinstance(triple.subject, ox.Triple):
                told.setdefault(triple.subject, []).append(triple)
    return {subject: tuple(each) for subject, each in told.items()}


_NEEDED = {
    f"{_RDF}type",
    f"{_RDFS}subClassOf",
    f"{_RDFS}subPropertyOf",
    f"{_RDFS}domain",
    "https://schema.org/domainIncludes",
    "http://www.w3.org/2004/02/skos/core#inScheme",
    f"{EPAR}field",
    f"{EPAR}valuesOf",
}
"""The predicates of the ontology and the codes that the shapes look at."""


def context(data: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return what the shapes look at in the ontology and the codes of the terms that the data use."""
    told = background()
    wanted: set[Term] = set(_schemes())
    for triple in data:
        wanted.add(triple.predicate)
        if isinstance(triple.object, ox.NamedNode):
            wanted.add(triple.object)
    return [t for term in wanted for t in told.get(term, ()) if t.predicate.value in _NEEDED]


@cache
def _schemes() -> tuple[Term, ...]:
    told = background().items()
    return tuple(term for term, facts in told if any(t.predicate.value == f"{EPAR}valuesOf" for t in facts))
