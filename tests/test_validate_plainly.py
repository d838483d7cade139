"""Shapes told as kept without pySHACL: what is left out finds nothing."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from epargraph.resources import ONTOLOGY
from epargraph.validate.background import context
from epargraph.validate.core import core

KEPT = Path(__file__).parent / "shapes" / "kept.ttl"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
XSD = "http://www.w3.org/2001/XMLSchema#"
ODD: tuple[ox.NamedNode | ox.BlankNode | ox.Literal, ...] = (
    *(ox.Literal(words, language=tag) for words, tag in (("a", "en"), ("A", "EN"), ("", "en"))),
    *(ox.Literal(each) for each in ("", " ", "none", "a", "0" * 64, "EMEA/H/C/000001")),
    *(
        ox.Literal(each, datatype=ox.NamedNode(f"{XSD}{name}"))
        for name, words in {
            "integer": ("-1", "0", "+1", "01", "1e3", " 1", "999999999999999999999"),
            "decimal": ("-0.5", "0", ".5", "1.", "x"),
            "date": ("2022-02-30", "2022-01-06", "2022-01-06Z", "0000-01-01", "22-01-06"),
            "gYearMonth": ("2022-13", "2022-01", "2022-01Z"),
            "gYear": ("2022", "0", "-5"),
            "boolean": ("true", "1", "yes"),
        }.items()
        for each in words
    ),
    ox.BlankNode("odd"),
    ox.NamedNode("https://example.org/odd"),
)


@cache
def shapes() -> rdflib.Graph:
    """The shapes as they are written, without their queries."""
    graph = rdflib.Graph()
    for file in ("shapes.ttl", "advice.ttl"):
        graph.parse(ONTOLOGY / file)
    graph.remove((None, SH.sparql, None))
    return graph


def found_by_pyshacl(data: list[ox.Triple]) -> set[tuple[str, str]]:
    """What pySHACL finds by itself: shape and focus."""
    graph = rdflib.Graph()
    graph.parse(data="".join(f"{each} .\n" for each in [*data, *context(data)]), format="nt")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes(), inference="none")
    return {
        (str(report.value(node, SH.sourceShape)), str(report.value(node, SH.focusNode)))
        for node in report.objects(None, SH.result)
    }


def damaged(seed: int) -> list[ox.Triple]:
    """The kept document with twelve of its triples taken away, repeated elsewhere or given an odd value."""
    chance = random.Random(seed)
    data = sorted((quad.triple for quad in ox.parse(path=KEPT, format=ox.RdfFormat.TURTLE)), key=str)
    for _ in range(12):
        place, other = chance.randrange(len(data)), chance.choice(data)
        one = data.pop(place)
        match chance.choice(("gone", "odd", "odd", "more", "moved", "other")):
            case "odd":
                data.append(ox.Triple(one.subject, one.predicate, chance.choice(ODD)))
            case "more":
                data += [one, ox.Triple(one.subject, one.predicate, chance.choice(ODD))]
            case "moved":
                data.append(ox.Triple(other.subject, one.predicate, one.object))
            case "other":
                data.append(ox.Triple(one.subject, one.predicate, other.object))
    return list(dict.fromkeys(data))


@pytest.mark.parametrize("seed", range(12))
def test_damage_is_found_as_by_pyshacl_alone(seed: int) -> None:
    """A damaged document gives the same results whether or not the shapes kept for sure are left out."""
    data = damaged(seed)
    found = {(each.shape, each.focus) for each in core(data, context(data))}
    assert found == found_by_pyshacl(data)
    assert found
