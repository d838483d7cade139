"""Write the graphs of a store in W3C formats: sorted, the same store the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import BinaryIO, Literal, get_args

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from epargraph.errors import UsageError
from epargraph.export import streamed
from epargraph.lookup import medicine_named, rows
from epargraph.stores import Dataset
from epargraph.stores.sparql import PREFIXES

Format = Literal["ttl", "trig", "nq", "nt", "jsonld", "rdfxml"]
FORMATS: tuple[Format, ...] = get_args(Format)

_EPAR = PREFIXES["epar"]
_NOT_SOURCES = frozenset({"https://w3id.org/epargraph/ontology", "https://w3id.org/epargraph/codes"})
_REPORTS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?report a sh:ValidationReport } }"
_MENTION = "SELECT DISTINCT ?g WHERE { { GRAPH ?g { %s ?p ?o } } UNION { GRAPH ?g { ?s ?p %s } } }"
_SOURCES = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?medicine a epar:Medicine } }"
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_MEDICINE = NamedNode(_EPAR + "Medicine")


def export(store: Dataset, format: Format, *, medicine: str | None = None) -> bytes:  # noqa: A002 -- the word users know
    """Return what the store's sources say, in UTF-8: source and link graphs, without ontology, codes and reports.

    `trig` and `nq` keep the named graphs, the others give their union. `medicine` (a name, a product number or an IRI)
    limits the output to what concerns that medicine. Raises UsageError for an unknown format or medicine.
    """
    whole = BytesIO()
    write(store, format, whole, medicine=medicine)
    return whole.getvalue()


def write(store: Dataset, format: Format, to: BinaryIO, *, medicine: str | None = None) -> None:  # noqa: A002
    """Write to an open file what `export` returns.

    Memory holds a medicine at a time, and in Turtle and TriG a graph, beside the names of graphs and of medicines (less than
    a kilobyte for each); a server's graph is whole in memory, too. What is sorted or looked up goes through temporary files.
    """
    if format not in FORMATS:
        raise UsageError(f"format {format}", "there is no such format", f"use one of {', '.join(FORMATS)}")
    names = exported_graphs(store)
    if medicine is not None:
        about = _about_medicine(store, names, NamedNode(medicine_named((store,), medicine)))
        if format in _BY_GRAPH:
            _BY_GRAPH[format](about, to)
        else:
            _BY_LINE[format](((name, streamed.lines(text)) for name, text in about), to)
    elif format in _BY_GRAPH:
        _BY_GRAPH[format](((name, store.triples(name)) for name in names), to)
    else:
        _BY_LINE[format](((name, store.lines(name)) for name in names), to)


_BY_GRAPH: dict[str, Callable[[streamed.Graphs, BinaryIO], None]] = {"ttl": streamed.turtle, "trig": streamed.trig}
_BY_LINE: dict[str, Callable[[streamed.Lines, BinaryIO], None]] = {
    "nq": streamed.n_quads,
    "nt": streamed.n_triples,
    "rdfxml": streamed.rdf_xml,
    "jsonld": streamed.json_ld,
}


def exported_graphs(store: Dataset) -> list[str]:
    """Return the graphs of a store that are published: those of sources and links, not the ontology, codes and reports."""
    reports = {row[0] for row in rows(store, _REPORTS)}
    return [name for name in store.graphs() if name not in _NOT_SOURCES and name not in reports]


def _triples(data: bytes) -> list[Triple]:
    return [quad.triple for quad in pyoxigraph.parse(data, format=RdfFormat.N_TRIPLES)]


def _about_medicine(store: Dataset, names: Sequence[str], medicine: NamedNode) -> list[tuple[str, bytes]]:
    """Return what each graph says of the medicine: in sources what leads from and to it, in links what is said of that."""
    found: dict[str, list[Triple]] = {}
    nodes: set[object] = {medicine}
    sources = {row[0] for row in rows(store, _SOURCES)}
    mention = {row[0] for row in rows(store, _MENTION % (medicine, medicine))}
    for name in names:
        if name in sources and name in mention:
            found[name] = _about(_triples(store.triples(name)), medicine)
            nodes.update(node for t in found[name] for node in (t.subject, t.object))
    links = [name for name in names if name not in sources]
    for name in links:
        triples = _triples(store.triples(name))
        told = {t.subject for t in triples if t.subject in nodes or t.object in nodes}
        found[name] = [t for t in triples if t.subject in told]
    return [(name, "".join(f"{t} .\n" for t in found[name]).encode()) for name in sorted(found) if found[name]]


def _medicines(triples: Iterable[Triple]) -> set[object]:
    return {t.subject for t in triples if t.predicate == _TYPE and t.object == _MEDICINE}


def _about(triples: list[Triple], medicine: NamedNode) -> list[Triple]:
    """Return a source's triples that lead from and to the medicine: all of them where it is about that one alone."""
    others = _medicines(triples) - {medicine}
    if not others:
        return triples
    of: dict[object, list[Triple]] = defaultdict(list)
    for t in triples:
        of[t.subject].append(t)
    seen: set[object] = {medicine}
    seen.update(t.subject for t in triples if t.object == medicine and t.subject not in others)
    queue = list(seen)
    while queue:
        for t in of[queue.pop()]:
            if t.object in of and t.object not in seen and t.object not in others:
                seen.add(t.object)
                queue.append(t.object)
    return [t for t in triples if t.subject in seen]
