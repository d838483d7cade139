"""A mapping set as a named graph: the SKOS relation, and a node with the reason why for each mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table

import pyoxigraph as ox

from epargraph.graph import DEFAULT_BASE, slug
from epargraph.graph.facts import DECIMAL, LABEL, TYPE, epar, number, string, term
from epargraph.graph.names import checked, digest
from epargraph.link.mapping import Mapping
from epargraph.link.prefixes import iri, prefix_of, table

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SSSOM = "https://w3id.org/sssom/"
_SEMAPV = "https://w3id.org/semapv/vocab/"
_OWL = "http://www.w3.org/2002/07/owl#"
_SOURCE, _PROPERTY, _TARGET = (term(f"{_OWL}annotated{part}") for part in ("Source", "Property", "Target"))


def set_iri(name: str, *, base: str = DEFAULT_BASE) -> str:
    """Return the IRI of a mapping set.

    >>> set_iri("lumykras")
    'https://w3id.org/epargraph/links/lumykras'
    """
    return f"{checked(base)}links/{slug(name)}"


def graph_prefix(name: str, *, base: str = DEFAULT_BASE) -> str:
    """Return how the names of a mapping set's graphs begin, whatever its version."""
    return f"{checked(base)}graph/links/{slug(name)}/"


def mapping_graph(mappings: Iterable[Mapping], name: str, *, base: str = DEFAULT_BASE) -> Table[str, bytes]:
    """Return a mapping set as sorted N-Triples, under the IRI of its graph: the same mappings give the same bytes.

    A mapping that the set itself denies is not stated as a relation; its node is there, as is that of the denial.
    """
    told = sorted(set(mappings))
    sha = hashlib.sha256(repr(told).encode()).hexdigest()[:12]
    graph = graph_prefix(name, base=base) + sha
    denied = {each.claim for each in told if each.negative}
    lines = set(_set(graph, set_iri(name, base=base), name, {prefix_of(each.object) for each in told}))
    words = f"{checked(base)}effect/"
    for each in told:
        lines.update(_node(each, graph))
        if each.subject.startswith(words):  # the facts have the word, and no node for it
            lines.add(_line(term(each.subject), epar("name"), string(each.subject_label)))
            lines.add(_line(term(each.subject), LABEL, ox.Literal(each.subject_label, language="en")))
        if not each.negative and each.claim not in denied:
            lines.add(_line(term(each.subject), term(_SKOS + each.predicate), term(iri(each.object))))
    return {graph: "".join(f"{line}\n" for line in sorted(lines)).encode()}


def _set(graph: str, mapping_set: str, name: str, prefixes: Iterable[str]) -> Iterator[str]:
    node = term(mapping_set)
    yield _line(node, TYPE, term(f"{_SSSOM}MappingSet"))
    yield _line(node, LABEL, ox.Literal(f"Mapping set {name}", language="en"))
    yield _line(term(graph), epar("describes"), node)
    for each in prefixes:
        yield _line(node, term("http://rdfs.org/ns/void#uriSpace"), string(table()[each].iri))


def _node(each: Mapping, graph: str) -> Iterator[str]:
    """Yield what is said of a mapping: what it relates, and why."""
    node = term(f"{graph}/mapping/{digest(repr(each))}")
    yield _line(node, TYPE, term(f"{_SSSOM}Mapping"))
    yield _line(node, _SOURCE, term(each.subject))
    yield _line(node, _PROPERTY, term(_SKOS + each.predicate))
    yield _line(node, _TARGET, term(iri(each.object)))
    yield _line(node, term(f"{_SSSOM}object_id"), string(each.object))
    yield _line(node, term(f"{_SSSOM}mapping_justification"), term(_SEMAPV + each.justification))
    if each.negative:
        yield _line(node, term(f"{_SSSOM}predicate_modifier"), string("Not"))
    if each.confidence is not None:
        yield _line(node, term(f"{_SSSOM}confidence"), number(each.confidence, DECIMAL))
    texts = {
        "subject_label": each.subject_label,
        "object_label": each.object_label,
        "object_source": each.source,
        "object_source_version": each.version,
        "match_string": each.matched,
        "mapping_tool": each.tool,
        "mapping_tool_version": each.tool_version,
        "comment": each.comment,
    }
    for slot, text in texts.items():
        if text:
            yield _line(node, term(_SSSOM + slot), string(text))


def _line(subject: ox.NamedNode, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> str:
    return f"{subject} {predicate} {value} ."
