"""Statements as Turtle, sorted and with prefixes: what a release says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from epargraph.export.turtle import by_subject
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
    return by_subject({Triple(*each) for each in statements}, NAMESPACES)
