"""The names of the store that are to be linked, each with its kind and the IRI of the thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from epargraph.extract.cell_lists import in_lower_case, substances
from epargraph.graph import DEFAULT_BASE, slug
from epargraph.graph.names import checked
from epargraph.link.mapping import Mapping

_PREFIX = "PREFIX epar: <https://w3id.org/epargraph/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
_THINGS = {
    "substance": "Substance",
    "condition": "Condition",
    "area": "TherapeuticArea",
    "gene": "Gene",
    "biomarker": "Biomarker",
}
_SCHEMES = {"dose_form": "dose-form", "route": "route"}


class Asked(Protocol):
    """A store that can be asked."""

    def query(self, text: str, *, accept: str | None = None) -> bytes:
        """Return the answer of a SPARQL query."""


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A name to link: its kind, the thing's IRI, and what the sources' own definitions call it otherwise."""

    kind: str
    iri: str
    text: str
    otherwise: tuple[str, ...] = ()


def names(store: Asked, *, base: str = DEFAULT_BASE, medicines: bool = False) -> tuple[Name, ...]:
    """Return all names of the store that are to be linked, sorted; the components of the register's common names too.

    With `medicines` also the medicines, by their product numbers.
    """
    found = set(_names(store, checked(base)))
    if medicines:
        query = "SELECT DISTINCT ?s ?n { GRAPH ?g { ?s a epar:Medicine ; epar:productNumber ?n } }"
        found.update(Name("medicine", iri, number) for iri, number in _rows(store, query, "s", "n"))
    return tuple(sorted(found))


def _names(store: Asked, base: str) -> Iterator[Name]:
    for kind, type_ in _THINGS.items():
        say = "rdfs:label" if kind == "biomarker" else "epar:name"
        for iri, text in _rows(
            store, f"SELECT DISTINCT ?s ?n {{ GRAPH ?g {{ ?s a epar:{type_} ; {say} ?n }} }}", "s", "n"
        ):
            yield Name(kind, iri, text)
    for (common,) in _rows(store, "SELECT DISTINCT ?n { ?entry epar:commonName ?n }", "n"):
        for span in substances(common):
            text = in_lower_case(common[span.start : span.end])
            yield Name("substance", f"{base}substance/{slug(text)}", text)
    lay: dict[str, set[str]] = {}
    for term, meaning in _rows(
        store, "SELECT DISTINCT ?t ?m { ?d a epar:Definition ; epar:term ?t ; epar:meaning ?m }", "t", "m"
    ):
        lay.setdefault(meaning.casefold(), set()).add(term)
    for (effect,) in _rows(store, "SELECT DISTINCT ?e { ?fact a epar:AdverseEffect ; epar:effect ?e }", "e"):
        otherwise = tuple(sorted(lay.get(effect.casefold(), ())))
        yield Name("effect", f"{base}effect/{slug(effect)}", effect, otherwise)
    for kind, scheme in _SCHEMES.items():
        query = f"SELECT DISTINCT ?c ?n {{ ?c skos:inScheme <https://w3id.org/epargraph/codes/{scheme}> ; skos:notation ?n }}"
        for iri, text in _rows(store, query, "c", "n"):
            yield Name(kind, iri, text, (f"{text} use",) if kind == "route" else ())


def denied(store: Asked) -> tuple[Mapping, ...]:
    """Return what the mapping sets in the store say does not hold."""
    query = """SELECT DISTINCT ?s ?p ?o { ?m sssom:predicate_modifier "Not" ; owl:annotatedSource ?s ;
      owl:annotatedProperty ?p ; sssom:object_id ?o }"""
    prefixes = "PREFIX sssom: <https://w3id.org/sssom/> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
    return tuple(
        Mapping(subject, relation.rpartition("#")[2], identifier, "", negative=True)
        for subject, relation, identifier in _rows(store, prefixes + query, "s", "p", "o")
    )


def _rows(store: Asked, query: str, *columns: str) -> Iterator[tuple[str, ...]]:
    told = json.loads(store.query(_PREFIX + query, accept="application/sparql-results+json"))
    for row in told["results"]["bindings"]:
        yield tuple(str(row[column]["value"]) for column in columns)
