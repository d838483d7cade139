"""The questions as RDF: sh:SPARQLExecutable, in the form in which SIB publishes its examples."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from pyoxigraph import Literal, NamedNode

from epargraph import vocabulary
from epargraph.graph.facts import TYPE, term
from epargraph.publish.about import About
from epargraph.publish.turtle import Statement, turtle
from epargraph.queries import Question
from epargraph.stores.sparql import PREFIXES, form, words

_SH, _RDFS, _XSD, _OWL = PREFIXES["sh"], PREFIXES["rdfs"], PREFIXES["xsd"], "http://www.w3.org/2002/07/owl#"
_SCHEMA = "https://schema.org/"
_SPEX = "https://purl.expasy.org/sparql-examples/ontology#"
_FORMS = {
    "SELECT": (f"{_SH}SPARQLSelectExecutable", f"{_SH}select"),
    "ASK": (f"{_SH}SPARQLAskExecutable", f"{_SH}ask"),
    "CONSTRUCT": (f"{_SH}SPARQLConstructExecutable", f"{_SH}construct"),
    "DESCRIBE": (f"{_SPEX}SPARQLDescribeExecutable", f"{_SPEX}describe"),
}


def executables(questions: Iterable[Question], about: About) -> str:
    """Return questions as Turtle: each with its words, its keywords, its text and the endpoint that it is for."""
    return turtle(statement for each in questions for statement in _executable(each, about))


def prefixes(questions: Iterable[Question], about: About) -> str:
    """Return the prefixes that the questions use, as Turtle."""
    node = term(_prefixes(about))
    told: list[Statement] = [
        (node, TYPE, term(f"{_OWL}Ontology")),
        (node, term(f"{_OWL}imports"), term(_SH.rstrip("#"))),
    ]
    for name, iri in sorted({pair for each in questions for pair in declared(each.text)}):
        prefix = term(f"{_prefixes(about)}/{name}")
        told += [
            (node, term(f"{_SH}declare"), prefix),
            (prefix, term(f"{_SH}prefix"), Literal(name)),
            (prefix, term(f"{_SH}namespace"), Literal(iri, datatype=term(f"{_XSD}anyURI"))),
        ]
    return turtle(told)


def declared(text: str) -> set[tuple[str, str]]:
    """Return the prefixes that a query declares, each with its namespace.

    >>> declared("PREFIX epar: <https://w3id.org/epargraph/ontology#> ASK { ?s a epar:Dose }")
    {('epar', 'https://w3id.org/epargraph/ontology#')}
    """
    names = [after for before, after in pairwise(word for word, _ in words(text)) if before.upper() == "PREFIX"]
    found = set()
    for name in names:
        at = text.index("<", text.index(name, text.upper().index("PREFIX")))
        found.add((name.rstrip(":"), text[at + 1 : text.index(">", at)]))
    return found


def _prefixes(about: About) -> str:
    return f"{about.base}queries/prefixes"


def _executable(question: Question, about: About) -> Iterable[Statement]:
    node = term(f"{about.base}queries/{question.name}")
    kind, property_ = _FORMS[form(question.text)]
    yield node, TYPE, term(f"{_SH}SPARQLExecutable")
    yield node, TYPE, term(kind)
    yield node, term(f"{_SH}prefixes"), term(_prefixes(about))
    yield node, term(f"{_RDFS}label"), Literal(question.title, language="en")
    yield node, term(f"{_RDFS}comment"), Literal(question.question, language="en")
    yield node, term(property_), Literal(question.text)
    yield node, term(f"{_SCHEMA}target"), NamedNode(about.sparql)
    for word in sorted(_kinds(question.text)):
        yield node, term(f"{_SCHEMA}keywords"), Literal(word)


def _kinds(text: str) -> set[str]:
    """Return the labels of the classes that a query speaks of.

    >>> sorted(_kinds("ASK { ?medicine a epar:Medicine ; epar:hasDose ?dose }"))
    ['dose', 'medicine']
    """
    names = {word.removeprefix("epar:").removeprefix("has") for word, _ in words(text) if word.startswith("epar:")}
    return {vocabulary.label(name) for name in names & vocabulary.CLASS.keys()}
