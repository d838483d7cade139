"""Where overviews and register differ: asked over the whole store after a build, and kept there as a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from epargraph.queries import run
from epargraph.read.columns import key_of, meanings
from epargraph.reconcile import telling
from epargraph.stores import Store
from epargraph.validate import Report, Result, queries
from epargraph.validate.queried import result
from epargraph.vocabulary import EPAR

_SHAPE = "https://w3id.org/epargraph/shapes/RegisterDiffers"
_BOTH = "ASK { ?document a epar:Document . ?entry a epar:RegisterEntry ; epar:about ?medicine . ?document epar:about ?medicine }"
_GRAPHS = "SELECT ?document ?graph { GRAPH ?graph { ?graph a epar:SourceGraph ; epar:describes ?document } }"
_WORDS = """SELECT DISTINCT ?fact ?quote {
  VALUES ?fact { %s } ?fact epar:evidence ?place . ?place epar:section ?section ; oa:hasSelector ?words . ?words oa:exact ?quote
}"""
_CELLS = """SELECT DISTINCT ?entry ?column ?quote {
  VALUES ?entry { %s } ?cell oa:hasSource ?entry ; epar:column ?column ; oa:hasSelector ?words . ?words oa:exact ?quote
}"""


def differences(store: Store, base: str) -> Mapping[str, tuple[Result, ...]]:
    """Return what overviews say otherwise than the register, by the graphs of the overviews, and keep it as a report."""
    name = f"{base}report/overviews-and-register"
    found: dict[str, set[Result]] = {}
    if run(store, _BOTH).rows == ((True,),):
        for query in (each for each in queries() if each.shape == _SHAPE):
            for row in run(store, query.text).to_dicts():
                told = {key: str(value) for key, value in row.items() if value is not None}
                found.setdefault(told["document"], set()).add(result(query, told))
    quoted = {document: _quoted(store, results) for document, results in found.items()}
    every = tuple(sorted((each for results in quoted.values() for each in results), key=Result.key))
    report = Report(every, tuple(sorted(quoted))).to_triples(name) if every else None
    if report is not None or name in store.graphs():
        store.replace({name: report})
    graphs = {str(document): str(graph) for document, graph in run(store, _GRAPHS).rows}
    return {graphs[document]: results for document, results in quoted.items()}


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
