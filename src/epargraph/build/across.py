"""Where overviews and register differ: asked over the whole store after a build, and kept there as a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyoxigraph as ox

from epargraph.build.documents import report_name
from epargraph.queries import plain_rows, run
from epargraph.read.columns import key_of, meanings
from epargraph.reconcile import telling
from epargraph.stores import Store
from epargraph.stores.copy import is_same
from epargraph.validate import Report, Result, queries
from epargraph.validate.queried import result, rows
from epargraph.vocabulary import EPAR

_SHAPE = "https://w3id.org/epargraph/shapes/RegisterDiffers"
_DOCUMENTS = """SELECT ?document ?graph ?medicine {
  GRAPH ?graph { ?document a epar:Document . ?document epar:about ?medicine . ?graph a epar:SourceGraph }
} ORDER BY ?document"""
_ENTRIES = """CONSTRUCT { ?entry ?property ?value } WHERE {
  VALUES ?medicine { %s } ?entry epar:about ?medicine . ?entry a epar:RegisterEntry . ?entry ?property ?value
}"""
_KEPT = """SELECT DISTINCT ?graph {
  GRAPH ?graph { ?report a sh:ValidationReport } FILTER (STRENDS(STR(?graph), "/register"))
}"""
_MOST = 100
"""Overviews that are looked at in one go, each with its medicine's entries alone: the whole store takes minutes."""

_WORDS = """SELECT DISTINCT ?fact ?quote {
  VALUES ?fact { %s } ?fact epar:evidence ?place . ?place epar:section ?section ; oa:hasSelector ?words . ?words oa:exact ?quote
}"""
_CELLS = """SELECT DISTINCT ?entry ?column ?quote {
  VALUES ?entry { %s } ?cell oa:hasSource ?entry ; epar:column ?column ; oa:hasSelector ?words . ?words oa:exact ?quote
}"""


def differences(store: Store) -> tuple[Mapping[str, tuple[Result, ...]], int]:
    """Return what overviews say otherwise than the register, by the graphs of the overviews, and keep it as reports.

    Reports that say so already are left as they are; how many are not is returned beside.
    """
    documents = list(plain_rows(store, _DOCUMENTS))
    quoted: dict[str, tuple[Result, ...]] = {}
    kept: dict[str, bytes | None] = dict.fromkeys(name for (name,) in plain_rows(store, _KEPT))
    for first in range(0, len(documents), _MOST):
        some = documents[first : first + _MOST]
        graphs = {document: graph for document, graph, _ in some}
        for document, results in _differing(store, some).items():
            graph = graphs[document]
            quoted[graph] = _quoted(store, results)
            name = f"{report_name(graph)}/register"
            kept[name] = Report(quoted[graph], (document,)).to_triples(name)
    changed = {
        name: report for name, report in kept.items() if report is None or not is_same(store.triples(name), report)
    }
    if changed:
        store.replace(changed)
    return quoted, len(changed)


def _differing(store: Store, documents: Sequence[Sequence[str]]) -> dict[str, set[Result]]:
    """Return the differences by the overviews concerned, without quotes."""
    entries = store.query(_ENTRIES % " ".join(f"<{medicine}>" for _, _, medicine in documents))
    if not entries:
        return {}
    beside = ox.Store()
    for triples in (entries, *(store.triples(graph) for _, graph, _ in documents)):
        beside.extend(ox.Quad(*quad.triple) for quad in ox.parse(triples, format=ox.RdfFormat.N_TRIPLES))
    found: dict[str, set[Result]] = {}
    for query in (each for each in queries() if each.shape == _SHAPE):
        for told in rows(beside, query):
            found.setdefault(told["document"], set()).add(result(query, told))
    return found


def _quoted(store: Store, results: set[Result]) -> tuple[Result, ...]:
    """Return results with the words of the overview and the cell of the register."""
    facts = " ".join(sorted({f"<{each.value}>" for each in results}))
    entries = " ".join(sorted({f"<{each.focus}>" for each in results}))
    words: dict[str, list[str]] = {}
    for fact, quote in run(store, _WORDS % facts).rows:
        words.setdefault(str(fact), []).append(str(quote))
    cells: dict[tuple[str, str], list[str]] = {}
    for entry, column, quote in run(store, _CELLS % entries).rows:
        if (key := key_of(str(column))) is not None:
            path = EPAR + meanings()[key].property.removeprefix("epar:")
            cells.setdefault((str(entry), path), []).append(f"{column}: {quote}")
    return tuple(
        replace(
            each,
            quotes=(
                *telling([each.message.partition(": ")[2]], tuple(sorted(words.get(each.value or "", ())))),
                *sorted(cells.get((each.focus, each.path or ""), ())),
            ),
        )
        for each in sorted(results, key=Result.key)
    )
