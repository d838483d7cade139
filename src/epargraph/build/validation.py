"""All source graphs of a store validated again: many together, in several processes, what was found kept on the way."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from epargraph import processes
from epargraph.build.across import differences
from epargraph.build.documents import Failure, report_name
from epargraph.build.pieces import apart
from epargraph.build.shelf import keeping_of
from epargraph.errors import SourceError
from epargraph.queries import plain_rows
from epargraph.stores import Store, open_store
from epargraph.stores.copy import is_same
from epargraph.validate import (
    Checked,
    Report,
    Result,
    keep,
    kept,
    key_in,
    told_of,
    told_of_any,
    validate_graphs,
    validate_pieces,
)
from epargraph.vocabulary import EPAR

_TOGETHER = 50
"""Graphs that are validated as one."""
_BYTES = 4_000_000
"""Bytes of N-Triples from which on no more graphs are added to those that are validated as one."""
_PIECES = 100
"""Medicines of a register that are validated as one."""
_BATCH = 500
"""Reports that are stored in one go."""
_SOURCES = "SELECT ?graph WHERE { GRAPH ?graph { ?graph a epar:SourceGraph } }"
_REGISTERS = "SELECT ?graph WHERE { GRAPH ?graph { ?graph a epar:SourceGraph ; epar:describes ?register . ?register a epar:Register } }"

Progress = Callable[[int, int, str], None]
"""Called with the number of graphs done, their total and the name of the last one."""

_Found = tuple[Mapping[str, tuple[Result, ...]], tuple[Failure, ...]]
"""What was found in each graph, and the graphs that could not be validated."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What validating a store again did.

    `graphs` are its source graphs, `looked_at` those in which not everything had been looked at before as it is now, by
    this software with these shapes; `replaced` counts the reports that said something else before. `caution` is what
    should be known of the way in which the store replaced them.
    """

    graphs: int
    looked_at: int
    replaced: int
    failures: tuple[Failure, ...] = ()
    caution: str = ""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What was found in a graph; `looked` unless all of it was known."""

    graph: str
    documents: tuple[str, ...]
    results: tuple[Result, ...]
    looked: bool


def validate_store(where: str | Path, *, progress: Progress | None = None) -> Validation:
    """Validate each source graph of a store, and put its report in the place of one that says something else.

    The graphs are read a few at a time and validated in processes on all cores, many as one. What was found is kept
    (validated.sqlite in the store's folder, for a server in that of its archive), so that a run that was ended goes on
    with the rest; where overviews and register differ is asked anew. StoreError where there is no store or it can't be
    written.
    """
    told = progress or (lambda done, total, name: None)
    open_store(where).close()  # opened for writing, a folder that is none would be made one
    pool = processes.pool(processes.cores()) if processes.cores() > 1 else None
    try:
        with open_store(where, write=True) as store:
            store.shelve({})  # so the folder of a server's archive, where what was found is kept, is there
            names = {graph for (graph,) in plain_rows(store, _SOURCES)}
            registers = {graph for (graph,) in plain_rows(store, _REGISTERS)}
            failures: list[Failure] = []
            reports: dict[str, bytes | None] = {}
            looked = replaced = 0
            work = _Work(store, keeping_of(where), pool)
            for done, outcome in enumerate(work.outcomes(sorted(names - registers), sorted(registers)), 1):
                if isinstance(outcome, Failure):
                    failures.append(outcome)
                    told(done, len(names), outcome.file)
                    continue
                looked += outcome.looked
                name = report_name(outcome.graph)
                report = Report(outcome.results, outcome.documents).to_triples(name)
                if not is_same(store.triples(name), report):
                    reports[name] = report
                    replaced += 1
                if len(reports) == _BATCH:
                    store.replace(reports)
                    reports = {}
                told(done, len(names), outcome.graph)
            if reports:
                store.replace(reports)
            replaced += differences(store)[1]
            return Validation(len(names), looked, replaced, tuple(failures), store.caution if replaced else "")
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


@dataclass(slots=True)
class _Work:
    """Validates the graphs of a store; `pool` is None where that is done in this process alone."""

    store: Store
    keeping: Path
    pool: Executor | None

    def outcomes(self, overviews: Sequence[str], registers: Sequence[str]) -> Iterator[_Outcome | Failure]:
        """Yield what is found in each graph, with only some read ahead."""
        for name in registers:
            yield self._register(name)
        if len(overviews) <= _TOGETHER:  # starting processes takes longer
            self.pool = None
        some = self._some(overviews)
        waiting = deque(self._begun(graphs) for graphs in islice(some, 2 * processes.cores()))
        while waiting:
            yield from self._ended(waiting.popleft())
            waiting.extend(self._begun(graphs) for graphs in islice(some, 1))

    def _some(self, names: Iterable[str]) -> Iterator[dict[str, bytes]]:
        """Yield the graphs, as many at a time as are validated as one."""
        graphs: dict[str, bytes] = {}
        for name in names:
            graphs[name] = self.store.triples(name)
            if len(graphs) == _TOGETHER or sum(map(len, graphs.values())) > _BYTES:
                yield graphs
                graphs = {}
        if graphs:
            yield graphs

    def _begun(self, graphs: Mapping[str, bytes]) -> _Begun:
        keys = {name: key_in(name, triples) for name, triples in graphs.items()}
        known = kept(self.keeping, keys.values())
        new = {name: triples for name, triples in graphs.items() if keys[name] not in known}
        task = partial(_found, new)
        return _Begun(
            {name: _documents(name, triples) for name, triples in graphs.items()},
            keys,
            {name: told_of(name, known[key]) for name, key in keys.items() if key in known},
            task,
            self._submitted(task) if new else None,
        )

    def _submitted(self, task: Callable[[], _Found]) -> Future[_Found] | None:
        try:
            return None if self.pool is None else self.pool.submit(task)
        except Exception:  # the processes failed: go on in this one
            self.pool = None
            return None

    def _ended(self, begun: _Begun) -> Iterator[_Outcome | Failure]:
        try:
            found, failures = begun.task() if begun.future is None else begun.future.result()
        except Exception:  # validating tells its faults itself: the processes failed, go on in this one
            if begun.future is None:
                raise
            self.pool = None
            found, failures = begun.task()
        keep(self.keeping, {begun.keys[name]: told_of_any(name, results) for name, results in found.items()})
        yield from failures
        for name, documents in begun.documents.items():
            if name in found or name in begun.known:
                results = found[name] if name in found else begun.known[name]
                yield _Outcome(name, documents, results, name in found)

    def _register(self, name: str) -> _Outcome | Failure:
        """Return what is found in the graph of a register, in pieces that each hold all that is said of a medicine."""
        triples = self.store.triples(name)
        documents = _documents(name, triples)
        common, pieces = apart(name, triples)
        del triples
        parts = [pieces[first : first + _PIECES] for first in range(0, len(pieces), _PIECES)] or [[]]
        task = partial(validate_pieces, name, common, keeping=self.keeping)
        results: set[Result] = set()
        looked = False
        try:
            for checked in self._each(task, parts):
                keep(self.keeping, checked.fresh)
                looked = looked or bool(checked.fresh)
                results.update(checked.results)
        except Exception as error:
            return _failure(name, error)
        return _Outcome(name, documents, tuple(sorted(results, key=Result.key)), looked)

    def _each(self, task: Callable[[list[bytes]], Checked], parts: Sequence[list[bytes]]) -> Iterator[Checked]:
        done = 0
        if self.pool is not None and len(parts) > 1:
            try:
                for checked in self.pool.map(task, parts):
                    yield checked
                    done += 1
            except Exception:  # the processes failed; what validating itself raises, it raises here too
                self.pool = None
        yield from (task(part) for part in parts[done:])


@dataclass(frozen=True, slots=True)
class _Begun:
    """Graphs that are being validated: the documents and the key of each, and what is known of some already."""

    documents: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, str]
    known: Mapping[str, tuple[Result, ...]]
    task: Callable[[], _Found]
    future: Future[_Found] | None


def _found(graphs: Mapping[str, bytes]) -> _Found:
    """Return what is found in the graphs, each by itself where that can't be told of all together."""
    try:
        return validate_graphs(graphs), ()
    except Exception as error:
        if len(graphs) == 1:
            return {}, tuple(_failure(name, error) for name in graphs)
    each = [_found({name: triples}) for name, triples in graphs.items()]
    return {name: results for found, _ in each for name, results in found.items()}, tuple(
        f for _, fs in each for f in fs
    )


def _failure(graph: str, error: Exception) -> Failure:
    if os.environ.get("EPARGRAPH_DEBUG"):
        raise error
    if isinstance(error, SourceError):
        return Failure(graph, error.reason, error.remedy)
    reason = f"validating it failed ({type(error).__name__}: {error})"
    return Failure(graph, reason, "please report this with the graph; EPARGRAPH_DEBUG=1 shows where it failed")


def _documents(graph: str, triples: bytes) -> tuple[str, ...]:
    """Return what a graph describes, itself where it does not say."""
    begin = f"<{graph}> <{EPAR}describes> <".encode()
    found = {part.partition(b">")[0] for part in (b"\n" + triples).split(b"\n" + begin)[1:]}
    return tuple(sorted(each.decode() for each in found)) or (graph,)
