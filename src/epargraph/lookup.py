"""Which medicine of a store is meant by a name, a product number or an IRI."""

from __future__ import annotations

import difflib
import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

import pyoxigraph
from pyoxigraph import NamedNode

from epargraph.errors import StoreError, UsageError
from epargraph.graph.names import sought
from epargraph.stores import Dataset

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


def rows(store: Dataset, query: str) -> list[tuple[str, ...]]:
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
    spelt = exact or {row[0] for dataset in datasets for row in rows(dataset, _SOUGHT % key)}
    if len(spelt) == 1:
        return spelt.pop()
    words: dict[str, set[str]] = defaultdict(set)
    shown: dict[str, str] = {}
    for iri, word in (row for dataset in datasets for row in rows(dataset, _MEDICINES)):
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
    if not rows(store, f"SELECT ?word WHERE {{ {NamedNode(medicine)} skos:hiddenLabel ?word }} LIMIT 1"):
        reason = "the store was built by an earlier version, in whose graphs no question finds a medicine"
        raise StoreError(f"medicine {given}", reason, "run `epargraph build --again` with its files")
    return medicine


def _exactly(store: Dataset, given: str) -> set[str]:
    """Return the medicines that have this name, product number or IRI."""
    found: set[str] = set()
    with suppress(ValueError):  # where it is no text, or no IRI
        words = f"{pyoxigraph.Literal(given)} {pyoxigraph.Literal(given, language='en')}"
        found.update(row[0] for row in rows(store, _NAMED % words))
        if rows(store, _ITSELF % NamedNode(given)):
            found.add(given)
    return found
