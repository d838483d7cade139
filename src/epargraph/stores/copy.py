"""A whole store copied into another one, graph by graph, with a proof that each arrived."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph

from epargraph.errors import StoreError
from epargraph.stores.base import JSON, Dataset, Store
from epargraph.stores.embedded import Oxigraph

_BATCH = 2_000_000
"""Bytes of N-Triples that are put into the other store in one go, unless one graph has more."""

_SOURCES = "SELECT ?source ?g WHERE { GRAPH ?g { ?g a epar:SourceGraph ; epar:describes ?source } }"

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """A graph with the number of its triples and their hash, here and there; `archived` when it is superseded."""

    graph: str
    archived: bool
    triples: int
    arrived: int
    hash: str
    hash_there: str
    was_there: bool = False

    @property
    def proved(self) -> bool:
        """Whether the graph there is the graph here."""
        return (self.triples, self.hash) == (self.arrived, self.hash_there)


def copy(source: Store, target: Store, *, archived: bool = True, progress: Progress | None = None) -> list[Copied]:
    """Put all graphs of a store into another one, those of its archive too; return what arrived, read back from there.

    Graphs that are there already are not sent again, so that a copy that broke off goes on. What else the other store
    holds stays. StoreError where one of them can't be read or written, or where the other one's current version of a
    source is another one: both would be current.
    """
    told = progress or (lambda done, total, name: None)
    if others := _other_versions(source, target):
        raise StoreError(
            "copy",
            f"the store it goes to has another version of {len(others):,} sources as current, such as {others[0]}",
            "copy into an empty store, or build the files there: a build puts one version in the place of another",
        )
    old = source.archive() if archived else Oxigraph()
    new = target.archive()
    jobs = [(name, True) for name in old.graphs()] + [(name, False) for name in source.graphs()]
    there = {(name, True) for name in new.graphs()} | {(name, False) for name in target.graphs()}
    proofs: dict[tuple[str, bool], tuple[int, str]] = {}
    same: set[tuple[str, bool]] = set()
    done = 0
    for batch in _batches(old, source, jobs):
        for job, text in batch.items():
            proofs[job] = proof(text)
            if job in there and proof((target.archive() if job[1] else target).triples(job[0])) == proofs[job]:
                same.add(job)
        send = {job: text for job, text in batch.items() if job not in same}
        if late := {name: text for (name, archived), text in send.items() if archived}:
            target.shelve(late)
        if now := {name: text for (name, archived), text in send.items() if not archived}:
            target.replace(dict(now))
        done += len(batch)
        told(done, len(jobs), "sent")
    found: list[Copied] = []
    for number, job in enumerate(jobs, 1):
        name, archived = job
        arrived = proofs[job] if job in same else proof((target.archive() if archived else target).triples(name))
        found.append(Copied(name, archived, proofs[job][0], arrived[0], proofs[job][1], arrived[1], job in same))
        told(number, len(jobs), "read back")
    return found


def _other_versions(source: Store, target: Store) -> list[str]:
    """Return the sources of which the two stores have different versions."""
    ours, theirs = _versions(source), _versions(target)
    return sorted(each for each in ours.keys() & theirs.keys() if not ours[each] & theirs[each])


def _versions(store: Store) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in json.loads(store.query(_SOURCES, accept=JSON))["results"]["bindings"]:
        found.setdefault(row["source"]["value"], set()).add(row["g"]["value"])
    return found


def _batches(
    old: Dataset, source: Dataset, jobs: Sequence[tuple[str, bool]]
) -> Iterator[dict[tuple[str, bool], bytes]]:
    batch: dict[tuple[str, bool], bytes] = {}
    for name, archived in jobs:
        batch[name, archived] = (old if archived else source).triples(name)
        if sum(map(len, batch.values())) >= _BATCH:
            yield batch
            batch = {}
    if batch:
        yield batch


def proof(triples: bytes) -> tuple[int, str]:
    """Return how many triples a graph (N-Triples) has, and the SHA-256 of its canonical form.

    That is RDFC-1.0, which names blank nodes by what is said of them, with numbers, truth values, days and language tags
    written as Oxigraph keeps them: whether a server writes 37 or 37.0 for a decimal makes no difference.

    >>> one = b'<http://example.org/a> <http://example.org/b> "1.0"^^<http://www.w3.org/2001/XMLSchema#decimal> .'
    >>> proof(one) == proof(one.replace(b"1.0", b"1")), proof(one) == proof(one.replace(b"1.0", b"2"))
    (True, False)
    """
    store = pyoxigraph.Store()
    store.bulk_load(triples, pyoxigraph.RdfFormat.N_TRIPLES)
    if any(isinstance(term, pyoxigraph.BlankNode) for quad in store for term in (quad.subject, quad.object)):
        graph = pyoxigraph.Dataset(store)
        graph.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
        lines = sorted(f"{quad.triple} .\n" for quad in graph)
    else:
        lines = sorted(f"{quad.triple} .\n" for quad in store)
    return len(lines), hashlib.sha256("".join(lines).encode()).hexdigest()


def is_same(one: bytes, other: bytes) -> bool:
    """Tell whether two graphs (N-Triples) are one, however a server writes its literals."""
    return one == other or bool(one and other and proof(one) == proof(other))
