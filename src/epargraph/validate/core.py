"""The core constraints of the shapes, checked by pySHACL on graphs of rdflib."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from epargraph.validate.background import SHAPES
from epargraph.validate.plainly import Check, Facts, Term, checks, kept
from epargraph.validate.report import SH, Result
from epargraph.vocabulary import triples

if TYPE_CHECKING:
    import rdflib

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_CLASSES = {ox.NamedNode(f"{_RDF}type"), ox.NamedNode(f"{_RDFS}subClassOf")}


def core(data: Sequence[ox.Triple], context: Iterable[ox.Triple]) -> Iterator[Result]:
    """Yield what pySHACL finds with the core constraints of the shapes, asked only of those that may find something."""
    graph = [*data, *(t for t in context if t.predicate in _CLASSES)]
    facts = Facts.among(graph)
    left = [each.shape for each in _checks() if not kept(each, facts)]
    if not left:
        return
    import pyshacl

    shapes = _of(left)
    looked_at = {t.object for t in shapes} | _CLASSES  # the shapes see no other predicates
    seen = _to_rdflib(t for t in graph if t.predicate in looked_at)
    _, found, _ = pyshacl.validate(seen, shacl_graph=_to_rdflib(shapes), inference="none", do_owl_imports=False)
    yield from _read(found)


@cache
def _core_shapes() -> tuple[ox.Triple, ...]:
    """Return the shapes without their sh:sparql constraints, with the targets of property shapes at hand."""
    core = [t for file in SHAPES for t in triples(file) if t.predicate.value != f"{SH}sparql"]
    return tuple(_with_own_targets(core))


@cache
def _checks() -> tuple[Check, ...]:
    return checks(_core_shapes())


def _of(shapes: Iterable[Term]) -> list[ox.Triple]:
    """Return the triples of the shapes and of all that they name."""
    told = _by_subject()
    wanted: dict[Term, None] = dict.fromkeys(shapes)
    todo = list(wanted)
    for each in todo:
        more = [t.object for t in told.get(each, ()) if t.object in told and t.object not in wanted]
        wanted |= dict.fromkeys(more)
        todo += more
    return [t for each in wanted for t in told.get(each, ())]


@cache
def _by_subject() -> dict[Term, list[ox.Triple]]:
    told: dict[Term, list[ox.Triple]] = {}
    for t in _core_shapes():
        told.setdefault(t.subject, []).append(t)
    return told


def _with_own_targets(shapes: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the shapes, each property shape with the targets of its node shape in place of the link from there.

    The results are the same, but pySHACL checks all focus nodes of a shape with targets at once, those of a linked one
    one by one. Node shapes without targets, used by other shapes or deactivated keep their links.
    """
    found = [t for t in shapes if t.predicate.value.startswith(f"{SH}target")]
    kept = {t.object for t in shapes} | {t.subject for t in shapes if t.predicate.value == f"{SH}deactivated"}
    for t in shapes:
        own = [each for each in found if each.subject == t.subject and t.subject not in kept]
        if own and t.predicate.value == f"{SH}property" and not isinstance(t.object, ox.Literal):
            yield from [ox.Triple(t.object, each.predicate, each.object) for each in own]
        else:
            yield t


def _to_rdflib(data: Iterable[ox.Triple]) -> rdflib.Graph:
    """Return the triples as a graph of rdflib, literals as they are written."""
    import rdflib

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # a wrong literal is the report's to tell
    known: dict[object, rdflib.term.Node] = {}

    def node(term: object) -> rdflib.term.Node:
        if isinstance(term, ox.NamedNode):
            key: object = term.value
            return known.get(key) or known.setdefault(key, rdflib.URIRef(term.value))
        if isinstance(term, ox.BlankNode):
            return rdflib.BNode(term.value)
        if not isinstance(term, ox.Literal):
            raise ValueError("a triple as the subject or object of a triple")
        key = (term.value, term.language or term.datatype.value)
        if key not in known:
            kind = None if term.language else term.datatype.value
            known[key] = rdflib.Literal(term.value, lang=term.language, datatype=kind, normalize=False)
        return known[key]

    graph = rdflib.Graph(bind_namespaces="none")
    for t in data:
        graph.store.add((node(t.subject), node(t.predicate), node(t.object)), graph)
    return graph


def _read(found: rdflib.Graph) -> Iterator[Result]:
    """Yield the results of a validation report, without quotes."""
    import rdflib

    sh = rdflib.Namespace(SH)
    for node in found.objects(None, sh.result):
        path, value = found.value(node, sh.resultPath), found.value(node, sh.value)
        yield Result(
            "warning" if found.value(node, sh.resultSeverity) == sh.Warning else "violation",
            str(found.value(node, sh.focusNode)),
            str(path) if isinstance(path, rdflib.URIRef) else None,
            None if value is None else str(value),
            " ".join(sorted(str(message) for message in found.objects(node, sh.resultMessage))),
            str(found.value(node, sh.sourceShape)),
        )
