"""Statements as Turtle, sorted and with prefixes: what a release says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from epargraph.stores.sparql import PREFIXES

Statement: TypeAlias = tuple[NamedNode, NamedNode, NamedNode | Literal]

NAMESPACES = {
    **PREFIXES,
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "formats": "http://www.w3.org/ns/formats/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "schema": "https://schema.org/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
}


def turtle(statements: Iterable[Statement]) -> str:
    """Return statements as Turtle; the same statements give the same text."""
    triples = sorted({Triple(*each) for each in statements}, key=str)
    text = "\n".join(str(each) for each in triples)
    used = {name: iri for name, iri in NAMESPACES.items() if f"<{iri}" in text}
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=used) or b"").decode()
