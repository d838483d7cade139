"""Write the graphs of a store in W3C formats: sorted, the same store the same bytes."""

from __future__ import annotations

import difflib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO, Literal, get_args

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from epargraph.errors import StoreError, UsageError
from epargraph.export import streamed
from epargraph.graph.names import sought
from epargraph.stores import Dataset
from epargraph.stores.sparql import PREFIXES

Format = Literal["ttl", "trig", "nq", "nt", "jsonld", "rdfxml"]
FORMATS: tuple[Format, ...] = get_args(Format)

_EPAR = PREFIXES["epar"]
_NOT_SOURCES = frozenset({"https://w3id.org/epargraph/ontology", "https://w3id.org/epargraph/codes"})
_REPORTS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?report a sh:ValidationReport } }"
_MEDICINES = """SELECT DISTINCT ?medicine ?word WHERE {
  GRAPH ?g { ?medicine a epar:Medicine . ?medicine rdfs:label|epar:name|epar:productNumber ?word }
}"""
_NAMED = """SELECT DISTINCT ?medicine WHERE {
  VALUES ?word { %s }
  GRAPH ?g { ?medicine rdfs:label|epar:name|epar:productNumber ?word . ?medicine a epar:Medicine }
}"""
"""Oxigraph begins with what VALUES holds; with the word in its place it begins with all medicines."""
_SOUGHT = "SELECT DISTINCT ?medicine WHERE { GRAPH ?g { ?medicine skos:hiddenLabel %s ; a epar:Medicine } }"
_ITSELF = "SELECT DISTINCT ?g WHERE { GRAPH ?g { %s a epar:Medicine } }"
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
    reports = {row[0] for row in _rows(store, _REPORTS)}
    return [name for name in store.graphs() if name not in _NOT_SOURCES and name not in reports]


def _triples(data: bytes) -> list[Triple]:
    return [quad.triple for quad in pyoxigraph.parse(data, format=RdfFormat.N_TRIPLES)]


def _rows(store: Dataset, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a SELECT query, each term as its plain value."""
    answer = json.loads(store.query(query, accept="application/sparql-results+json"))
    names = answer["head"]["vars"]
    return [tuple(str(row[name]["value"]) for name in names if name in row) for row in answer["results"]["bindings"]]


def medicine_named(datasets: Sequence[Dataset], given: str) -> str:
    """Return the IRI of the medicine that is meant. Raises UsageError, naming similar ones, where there is none.

    One that is spelt exactly so is looked up, else one that is looked up by such a name; only else are the names of all compared.
    """
    given = given.strip()
    exact = set().union(*(_exactly(dataset, given.strip("<>")) for dataset in datasets))
    if len(exact) == 1:
        return exact.pop()
    key = pyoxigraph.Literal(sought(given))
    spelt = exact or {row[0] for dataset in datasets for row in _rows(dataset, _SOUGHT % key)}
    if len(spelt) == 1:
        return spelt.pop()
    words: dict[str, set[str]] = defaultdict(set)
    shown: dict[str, str] = {}
    for iri, word in (row for dataset in datasets for row in _rows(dataset, _MEDICINES)):
        for each in (word, iri):
            words[each.casefold()].add(iri)
            shown[each.casefold()] = each
    found = words.get(given.strip("<>").casefold(), set())
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise UsageError(f"medicine {given}", "several have this name", f"give one of {', '.join(sorted(found))}")
    near = [shown[each] for each in difflib.get_close_matches(given.casefold(), sorted(words), n=3, cutoff=0.5)]
    remedy = f"did you mean {' or '.join(near)}?" if near else "build the store with its overview first"
    raise UsageError(f"medicine {given}", "the store has no medicine of this name", remedy)


def looked_up(store: Dataset, given: str) -> str:
    """Return the IRI of the medicine that is meant, as a question looks it up.

    Raises UsageError where there is none, and StoreError where the store was built before medicines were looked up so.
    """
    medicine = medicine_named((store,), given)
    if not _rows(store, f"SELECT ?word WHERE {{ {NamedNode(medicine)} skos:hiddenLabel ?word }} LIMIT 1"):
        reason = "the store was built by an earlier version, in whose graphs no question finds a medicine"
        raise StoreError(f"medicine {given}", reason, "run `epargraph build --again` with its files")
    return medicine


def _exactly(store: Dataset, given: str) -> set[str]:
    """Return the medicines that have this name, product number or IRI."""
    found: set[str] = set()
    with suppress(ValueError):  # where it is no text, or no IRI
        words = f"{pyoxigraph.Literal(given)} {pyoxigraph.Literal(given, language='en')}"
        found.update(row[0] for row in _rows(store, _NAMED % words))
        if _rows(store, _ITSELF % NamedNode(given)):
            found.add(given)
    return found


def _about_medicine(store: Dataset, names: Sequence[str], medicine: NamedNode) -> list[tuple[str, bytes]]:
    """Return what each graph says of the medicine: in sources what leads from and to it, in links what is said of that."""
    found: dict[str, list[Triple]] = {}
    nodes: set[object] = {medicine}
    sources = {row[0] for row in _rows(store, _SOURCES)}
    mention = {row[0] for row in _rows(store, _MENTION % (medicine, medicine))}
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
