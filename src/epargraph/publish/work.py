"""What a release says of one medicine, in all its forms: made in any process, written in one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

from pyoxigraph import NamedNode, Triple

from epargraph.export import jsonld
from epargraph.export.turtle import graph_piece, head, piece
from epargraph.graph.names import digest
from epargraph.publish import nanopubs, pages, tables
from epargraph.publish.about import About
from epargraph.publish.describe import Counts
from epargraph.publish.parts import Part
from epargraph.publish.told import LABEL, TYPE, medicine, parsed, plain

Json: TypeAlias = jsonld.Json
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Written:
    """What becomes of a medicine: pieces of the files of all medicines, and files of its own by their paths."""

    key: str
    name: str
    turtle: str = field(repr=False)
    trig: str = field(repr=False)
    jsonld: str = field(repr=False)
    rows: dict[str, str] = field(repr=False)
    nanopubs: str = field(repr=False)
    addresses: str = field(repr=False)
    files: dict[str, str] = field(repr=False)
    things: tuple[tuple[str, str], ...] = field(repr=False)
    counts: Counts = field(repr=False)


def stem(key: str) -> str:
    """Return the name of the files of a thing: what a host looks for when the last part of its IRI is asked for.

    >>> stem("EMEA-H-C-005522"), stem("name-%CE%B1-one")
    ('EMEA-H-C-005522', 'name-α-one')
    """
    name = unquote(key)
    return name if len(name.encode()) <= _LONGEST else digest(name)


def written(part: Part, about: About) -> Written:
    """Return what becomes of a medicine."""
    told = medicine(part)
    own = _each_once(line for each in part.pieces for line in each.own)
    every = [triple for triples in told.triples.values() for triple in triples]
    whole = document(every)
    made = list(nanopubs.nanopubs(told, about))
    counts = count(own)
    counts.medicines = 1
    for fact in told.facts:
        counts.facts[fact.kind] = counts.facts.get(fact.kind, 0) + 1
    trig = "".join(each.trig for each in made)
    turtle = piece(every, about.base)
    path = f"medicine/{stem(told.key)}"
    return Written(
        told.key,
        told.name,
        turtle if len(every) == len(own) else piece(own, about.base),
        "".join(graph_piece(each.graph, parsed(each.own), about.base) for each in part.pieces if each.own),
        lines(whole),
        tables.rows(told),
        trig,
        "".join(f"{each.fact}\t{each.iri}\n" for each in made),
        {
            f"{path}.html": pages.medicine_page(told, part.links, about),
            f"{path}.ttl": head(about.base) + turtle,
            f"{path}.jsonld": json.dumps(whole, ensure_ascii=False, indent=1) + "\n",
            f"{path}.trig": nanopubs.HEAD + trig,
        },
        _things(every, about.base),
        counts,
    )


def _each_once(some: Iterable[str]) -> list[Triple]:
    return parsed(sorted(set(some)))


def document(triples: Iterable[Triple]) -> dict[str, Json]:
    """Return triples as JSON-LD with the nodes in a list."""
    made = jsonld.document(triples)
    assert isinstance(made, dict)
    return made


def lines(whole: dict[str, Json]) -> str:
    """Return the nodes of a document, a line each, with a comma behind each."""
    nodes = whole.get("@graph", [])
    assert isinstance(nodes, list)
    return "".join(f"{json.dumps(node, ensure_ascii=False, separators=(',', ':'))},\n" for node in nodes)


def count(triples: Iterable[Triple]) -> Counts:
    """Return the counts of triples that no other count has."""
    counts = Counts()
    subjects: set[str] = set()
    for each in triples:
        counts.triples += 1
        subjects.add(plain(each.subject))
        property_ = each.predicate.value
        counts.properties[property_] = counts.properties.get(property_, 0) + 1
        if property_ == TYPE:
            class_ = plain(each.object)
            counts.classes[class_] = counts.classes.get(class_, 0) + 1
    counts.subjects = len(subjects)
    return counts


def _things(triples: Iterable[Triple], base: str) -> tuple[tuple[str, str], ...]:
    """Return what is named that several medicines share, each with its label."""
    starts = tuple(f"{base}{folder}/" for folder in pages.THINGS)
    found = {
        each.subject.value: plain(each.object)
        for each in triples
        if isinstance(each.subject, NamedNode)
        and each.predicate.value == LABEL
        and each.subject.value.startswith(starts)
    }
    return tuple(sorted(found.items()))
