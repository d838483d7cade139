"""The main job: files to facts to a validated graph in a store, whole documents at a time."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from epargraph import vocabulary
from epargraph.errors import SourceError, UsageError
from epargraph.extract import extract
from epargraph.graph import DEFAULT_BASE, software, to_graph
from epargraph.model import SourceGraph
from epargraph.queries import run
from epargraph.read import read
from epargraph.stores import Store, open_store
from epargraph.stores.base import canonical
from epargraph.validate import Result, validate

SUFFIXES = (".txt", ".pdf", ".html", ".htm")
"""The files of a folder that are read."""

_BATCH = 25
"""Documents that are stored in one transaction."""

_FEW = 8
"""Up to so many files are read in this process: starting others takes longer."""

Progress = Callable[[int, int, str], None]
"""Called with the number of files done, their total and the name of the last one."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read: why, and what to do."""

    file: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Built:
    """What one file became; `sentences` and `unread` count what the rules had before them and what they left."""

    file: str
    medicine: str
    graph: SourceGraph = field(repr=False)
    report: bytes = field(repr=False)
    results: tuple[Result, ...]
    kinds: tuple[str, ...] = field(repr=False)
    reading_warnings: tuple[str, ...]
    sentences: int
    unread: int
    retrieved: str | None

    @property
    def report_graph(self) -> str:
        """The IRI of the graph of the validation report."""
        return report_name(self.graph.name)


@dataclass(frozen=True, slots=True)
class Source:
    """A document in the store after the build, and what became of its file."""

    file: str
    medicine: str
    graph: str
    state: str
    facts: int
    results: tuple[Result, ...] = ()
    reading_warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did: documents, facts by kind, failures, and the share of sentences read (None when none was)."""

    store: str
    sources: tuple[Source, ...]
    kinds: Counter[str]
    failures: tuple[Failure, ...]
    share_read: float | None

    @property
    def violations(self) -> int:
        """How many violations the documents' reports hold."""
        return sum(r.severity == "violation" for source in self.sources for r in source.results)


def report_name(graph: str) -> str:
    """Return the name of the report on a source graph.

    >>> report_name("https://w3id.org/epargraph/graph/EMA-1-2022/0123456789ab")
    'https://w3id.org/epargraph/report/EMA-1-2022/0123456789ab'
    """
    head, _, tail = graph.rpartition("/graph/")
    return f"{head}/report/{tail}"


def files(paths: Sequence[Path]) -> list[Path]:
    """Return the files to read, folders walked in order of names; UsageError for a folder with none."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(
            each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES and each.is_file() and not _hidden(each)
        )
        if not inside:
            raise UsageError(str(path), "the folder holds no overview", f"give one with {', '.join(SUFFIXES)} files")
        found += inside
    return list(dict.fromkeys(found))


def _hidden(path: Path) -> bool:
    return path.name.startswith(".")


def build(
    paths: Sequence[Path],
    where: str | Path,
    *,
    base: str = DEFAULT_BASE,
    retrieved: str | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Read the files (folders are walked), and put what they say into the store with a validation report on each.

    A file that can't be read is reported while the rest goes on. A file that the store holds already, read by this
    software with this base, is left as it is. `retrieved` is the date (ISO 8601) on which the files were got. The files
    are read in `executor`, by default in processes on all cores when they are many.
    Raises StoreError where the store can't be written, UsageError for a folder without files.
    """
    todo = files(paths)
    told = progress or (lambda done, total, name: None)
    with open_store(where, write=True) as store:
        _put_vocabulary(store)
        current = _Current(store, base, retrieved)
        sources: list[Source] = []
        failures: list[Failure] = []
        batch: list[Built] = []
        sentences = unread = 0
        with _pool(executor, len(todo)) as pool:
            for done, outcome in enumerate(_outcomes(todo, current, base, retrieved, pool), 1):
                if isinstance(outcome, Failure):
                    failures.append(outcome)
                elif isinstance(outcome, Source):
                    sources.append(outcome)
                else:
                    sentences, unread = sentences + outcome.sentences, unread + outcome.unread
                    if len(batch) == _BATCH or any(each.graph.source == outcome.graph.source for each in batch):
                        sources += current.put(batch)
                        batch = []
                    batch.append(outcome)
                told(done, len(todo), todo[done - 1].name)
        sources += current.put(batch)
        kinds = current.kinds([each.graph for each in sources])
    share = 1 - unread / sentences if sentences else None
    return Summary(str(where), tuple(sources), kinds, tuple(failures), share)


def read_file(path: Path, base: str = DEFAULT_BASE, retrieved: str | None = None) -> Built | Failure:
    """Return the graph and the report that a file becomes, or why it can't be read."""
    try:
        document = read(path, retrieved=retrieved)
    except SourceError as error:
        return Failure(str(path), error.reason, error.remedy)
    extraction = extract(document)
    graph = to_graph(extraction, base=base)
    report = validate(graph.triples)
    name = next((getattr(f, "name", None) or "" for f in extraction.facts if type(f).__name__ == "Medicine"), "")
    return Built(
        file=str(path),
        medicine=name,
        graph=graph,
        report=report.to_triples(report_name(graph.name), graph.source),
        results=report.results,
        kinds=tuple(type(fact).__name__ for fact in extraction.facts),
        reading_warnings=document.warnings,
        sentences=extraction.sentences,
        unread=len(extraction.unread),
        retrieved=retrieved,
    )


@contextmanager
def _pool(executor: Executor | None, count: int) -> Iterator[Executor | None]:
    """Give the executor to read in: the caller's, processes of our own for many files, or none."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if executor is not None or count <= _FEW or cores < 2:
        yield executor
        return
    pool = ProcessPoolExecutor(cores)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _outcomes(
    todo: Sequence[Path], current: _Current, base: str, retrieved: str | None, pool: Executor | None
) -> Iterator[Built | Source | Failure]:
    """Yield what each file became, in the order of the files; never more in flight than the pool can chew."""
    waiting: list[Future[Built | Failure] | Source | Failure] = []
    rest = iter(todo)

    def start(path: Path) -> Future[Built | Failure] | Source | Failure:
        known = current.known(path)
        if known is not None:
            return known
        if pool is not None:
            return pool.submit(read_file, path, base, retrieved)
        future: Future[Built | Failure] = Future()
        future.set_result(read_file(path, base, retrieved))
        return future

    ahead = 1 if pool is None else 64
    waiting = [start(path) for path in islice(rest, ahead)]
    while waiting:
        first = waiting.pop(0)
        yield first.result() if isinstance(first, Future) else first
        waiting += [start(path) for path in islice(rest, 1)]


_GRAPHS = """SELECT ?graph ?source ?sha ?software ?retrieved ?medicine WHERE {
  GRAPH ?graph { ?graph a epar:SourceGraph ; epar:describes ?source ; epar:about/rdfs:label ?medicine ;
    epar:software ?software . ?file a epar:File ; epar:sha256 ?sha . OPTIONAL { ?graph epar:retrieved ?retrieved } }
}"""
_KINDS = """SELECT ?graph ?kind (COUNT(DISTINCT ?fact) AS ?facts) WHERE {
  GRAPH ?graph { ?fact a ?kind ; epar:evidence ?evidence . FILTER EXISTS { ?graph a epar:SourceGraph } }
} GROUP BY ?graph ?kind"""
_RESULTS = """SELECT ?graph ?severity ?focus ?path ?value ?message ?shape ?quote WHERE {
  GRAPH ?graph { ?result a sh:ValidationResult ; sh:resultSeverity ?severity ; sh:focusNode ?focus ;
    sh:resultMessage ?message ; sh:sourceShape ?shape .
    OPTIONAL { ?result sh:resultPath ?path } OPTIONAL { ?result sh:value ?value } OPTIONAL { ?result epar:quote ?quote } }
} ORDER BY ?graph ?result ?quote"""


@dataclass(frozen=True, slots=True)
class _Held:
    graph: str
    software: str
    retrieved: str | None
    medicine: str


class _Current:
    """What the store holds now, by file and by document."""

    def __init__(self, store: Store, base: str, retrieved: str | None) -> None:
        self.store = store
        self.retrieved = retrieved
        self.by_sha: dict[str, _Held] = {}
        self.by_source: dict[str, _Held] = {}
        for graph, source, sha, by, when, medicine in run(store, _GRAPHS).rows:
            held = _Held(str(graph), str(by), str(when) if when else None, str(medicine))
            self.by_source[str(source)] = held
            if str(graph).startswith(f"{base}graph/"):
                self.by_sha[str(sha)] = held

    def known(self, path: Path) -> Source | Failure | None:
        """Return the document that the store holds of this very file, None where it must be read."""
        try:
            sha = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            return None  # read says what is wrong with it
        held = self.by_sha.get(sha)
        if held is None or held.software != software() or (self.retrieved or held.retrieved) != held.retrieved:
            return None
        results = self._results.get(report_name(held.graph), ())
        facts = sum(self._kinds.get(held.graph, Counter()).values())
        return Source(str(path), held.medicine, held.graph, "unchanged", facts, results)

    def put(self, batch: Sequence[Built]) -> list[Source]:
        """Store documents in one transaction, each in the place of its older version; return what became of them."""
        graphs: dict[str, bytes | None] = {}
        late: dict[str, bytes | None] = {}
        sources: list[Source] = []
        for each in batch:
            held = self.by_source.get(each.graph.source)
            state = "new"
            if held is not None and held.graph != each.graph.name:
                if held.retrieved and each.retrieved and held.retrieved > each.retrieved:
                    late |= {each.graph.name: each.graph.triples}
                    sources.append(_source(each, "older than the one stored: kept in the archive"))
                    continue
                graphs |= {held.graph: None, report_name(held.graph): None}
                state = "replaces an older version"
            elif held is not None:
                state = "read again"
            graphs |= {each.graph.name: each.graph.triples, each.report_graph: each.report}
            self.by_source[each.graph.source] = _Held(each.graph.name, software(), each.retrieved, each.medicine)
            sources.append(_source(each, state))
        if late:
            self.store.replace(late)
            self.store.replace(dict.fromkeys(late))
        if graphs:
            self.store.replace(graphs)
        return sources

    def kinds(self, graphs: Iterable[str]) -> Counter[str]:
        """Return how many facts of each kind the graphs hold."""
        counted = _kinds(self.store)
        return sum((counted[graph] for graph in set(graphs) if graph in counted), Counter())

    @cached_property
    def _kinds(self) -> dict[str, Counter[str]]:
        return _kinds(self.store)

    @cached_property
    def _results(self) -> dict[str, tuple[Result, ...]]:
        """The validation results of each report graph, as they were before the build."""
        found: dict[str, dict[tuple[str, ...], list[str]]] = {}
        for graph, severity, focus, path, value, message, shape, quote in run(self.store, _RESULTS).rows:
            key = (str(severity), str(focus), str(path or ""), str(value or ""), str(message), str(shape))
            quotes = found.setdefault(str(graph), {}).setdefault(key, [])
            if quote:
                quotes.append(str(quote))
        return {
            graph: tuple(
                Result(
                    "violation" if severity.endswith("#Violation") else "warning",
                    focus, path or None, value or None, message, shape, tuple(quotes),
                )
                for (severity, focus, path, value, message, shape), quotes in rows.items()
            )
            for graph, rows in found.items()
        }  # fmt: skip


def _kinds(store: Store) -> dict[str, Counter[str]]:
    """Return how many facts of each kind each source graph of the store holds."""
    counted: dict[str, Counter[str]] = {}
    for graph, kind, number in run(store, _KINDS).rows:
        if isinstance(number, int):
            counted.setdefault(str(graph), Counter())[str(kind).rpartition("#")[2]] += number
    return counted


def _source(built: Built, state: str) -> Source:
    return Source(
        built.file, built.medicine, built.graph.name, state, len(built.kinds), built.results, built.reading_warnings
    )


def _put_vocabulary(store: Store) -> None:
    """Store the ontology and the closed lists, where they are not there as they are now."""
    for name, file in ((vocabulary.ONTOLOGY_GRAPH, "epargraph.ttl"), (vocabulary.CODES_GRAPH, "codes.ttl")):
        triples = "".join(f"{each} .\n" for each in vocabulary.triples(file)).encode()
        if canonical(store.triples(name)) != canonical(triples):
            store.replace({name: triples})
