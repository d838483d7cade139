"""What the query editor completes: the prefixes, and the terms of the ontology with their definitions."""

from __future__ import annotations

import json
from functools import cache

import pyoxigraph as ox

from epargraph import vocabulary
from epargraph.serve.pages.model import model
from epargraph.stores.sparql import PREFIXES

_WORDS = (
    "SELECT DISTINCT CONSTRUCT DESCRIBE ASK WHERE FILTER OPTIONAL UNION GRAPH VALUES BIND MINUS EXISTS GROUP ORDER LIMIT OFFSET "
    "HAVING COUNT GROUP_CONCAT SAMPLE CONTAINS LCASE REGEX BOUND COALESCE YEAR PREFIX"
).split()
_OTHERS = (
    *(
        "rdf:type",
        "rdfs:label",
        "skos:notation",
        "skos:prefLabel",
        "skos:exactMatch",
        "skos:closeMatch",
        "skos:broadMatch",
    ),
    *("oa:hasSelector", "oa:hasSource", "oa:exact", "oa:prefix", "oa:suffix", "oa:start", "oa:end"),
    *("prov:wasDerivedFrom", "dcterms:title"),
)


@cache
def completion() -> bytes:
    """Return JSON of the prefixes and of what can be completed, each with its name, what it is and what it means."""
    facts = {box.iri for box in model().boxes if box.fact}
    terms = [
        {"name": f"epar:{name}", "what": _what(name, facts), "means": meaning}
        for name, meaning in sorted(_definitions().items(), key=lambda pair: pair[0].lower())
    ]
    others = [{"name": name, "what": "", "means": ""} for name in _OTHERS]
    words = [{"name": word, "what": "keyword", "means": ""} for word in _WORDS]
    return json.dumps({"prefixes": PREFIXES, "terms": [*terms, *others, *words]}, ensure_ascii=False).encode()


def _definitions() -> dict[str, str]:
    definition = "http://www.w3.org/2004/02/skos/core#definition"
    return {
        each.subject.value.removeprefix(vocabulary.EPAR): each.object.value
        for each in vocabulary.triples("epargraph.ttl")
        if isinstance(each.subject, ox.NamedNode) and isinstance(each.object, ox.Literal)
        if each.predicate.value == definition and each.subject.value in vocabulary.terms()
    }


def _what(name: str, facts: set[str]) -> str:
    if name[0].isupper():
        return "kind of fact" if vocabulary.EPAR + name in facts else "class"
    return "property"
