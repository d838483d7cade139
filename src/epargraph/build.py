"""The main job: files to facts to a validated graph in a store, whole documents at a time."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import pyoxigraph

from epargraph import kinds, vocabulary
from epargraph.errors import SourceError, UsageError
from epargraph.extract import extract
from epargraph.graph import DEFAULT_BASE, software, to_graph
from epargraph.model import SourceGraph
from epargraph.queries import run
from epargraph.read import read
from epargraph.resources import DATA
from epargraph.stores import Dataset, Store, open_store
from epargraph.stores.base import canonical
from epargraph.validate import Report, Result, validate, validate_file

OVERVIEWS = DATA / "overviews"
"""The overviews that come with epargraph."""

SUFFIXES = (".txt", ".pdf", ".html", ".htm")
"""The files of a folder that are read."""

_BATCH = 25
"""Documents that are stored in one transaction."""

_FEW = 8
"""Up to so many files are read in this process: starting others takes longer."""

_AHEAD = 64
"""Files that are read ahead of the one whose turn it is to be stored."""

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
    reference: str | None
    graph: SourceGraph = field(repr=False)
    report: bytes = field(repr=False)
    results: tuple[Result, ...]
    facts: int
    reading_warnings: tuple[str, ...]
    sentences: int
    unread: int
    retrieved: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """A document in the store after the build, and what became of its file.

    `state` is new, unchanged, read again, replaces an older version, or (not the current version) superseded.
    """

    file: str
    medicine: str
    document: str
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
    kinds: Mapping[str, int]
    failures: tuple[Failure, ...]
    share_read: float | None

    @property
    def violations(self) -> int:
        """How many violations the documents' reports hold."""
        return sum(r.severity == "violation" for source in self.sources for r in source.results)


def build(
    paths: Sequence[Path],
    where: str | Path,
    *,
    base: str = DEFAULT_BASE,
    retrieved: str | None = None,
    again: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Read the files (folders are walked), and put what they say into the store with a validation report on each.

    A file that can't be read is reported while the rest goes on. A file that the store holds already, read by this
    version of the software with this base, is left as it is, unless `again` is given. `retrieved` is the date (ISO
    8601) on which the files were got; of two versions of a document the one retrieved later is kept, and where a date
    is missing the one that comes later in the build. The files are read in `executor`, by default in processes on all
    cores when they are many. Raises StoreError where the store can't be written, UsageError for a folder without files,
    a base that is no IRI, or a date that is none.
    """
    _check(base, retrieved)
    todo = files(paths)
    told = progress or (lambda done, total, name: None)
    read_one = partial(read_file, base=base, retrieved=retrieved)
    sources: list[Source] = []
    failures: list[Failure] = []
    batch: list[Built] = []
    sentences = unread = 0
    with _pool(executor, len(todo)) as pool, _Shelf(where, base, retrieved, again) as shelf:
        for done, (path, outcome) in enumerate(_outcomes(todo, shelf, read_one, pool), 1):
            if isinstance(outcome, _Held):
                if any(each.graph.source == outcome.source for each in batch):
                    sources, batch = sources + shelf.put(batch), []
                if shelf.holds(outcome):
                    sources.append(shelf.unchanged(path, outcome))
                else:  # another file of this build took its place: what comes later in the build is kept
                    outcome = read_one(path)
            if isinstance(outcome, Failure):
                failures.append(outcome)
            elif isinstance(outcome, Built):
                sentences, unread = sentences + outcome.sentences, unread + outcome.unread
                if len(batch) == _BATCH or any(each.graph.source == outcome.graph.source for each in batch):
                    sources, batch = sources + shelf.put(batch), []
                batch.append(outcome)
            told(done, len(todo), path.name)
        sources += shelf.put(batch)
        current = shelf.current()
        sources = [each if each.graph in current else replace(each, state="superseded") for each in sources]
        by_kind = shelf.by_kind({each.graph for each in sources}) if sources else {}
    return Summary(str(where), tuple(sources), by_kind, tuple(failures), 1 - unread / sentences if sentences else None)


def files(paths: Sequence[Path]) -> list[Path]:
    """Return the files to read, each once, folders walked in order of names; UsageError for a folder with none.

    >>> [path.name for path in files([OVERVIEWS])]
    ['lumykras-epar-medicine-overview_en.txt']
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = [each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES and not each.name.startswith(".")]
        if not inside:
            raise UsageError(str(path), "the folder holds no overview", f"name one with {', '.join(SUFFIXES)} files")
        found += sorted(each for each in inside if each.is_file())
    return list(dict.fromkeys(found))


def read_file(path: Path, *, base: str = DEFAULT_BASE, retrieved: str | None = None) -> Built | Failure:
    """Return the graph and the report that a file becomes, or why it became none."""
    try:
        return _read(path, base, retrieved)
    except SourceError as error:
        return Failure(str(path), error.reason, error.remedy)
    except Exception as error:  # a fault of ours in one document of thousands is told like a fault of the file
        if os.environ.get("EPARGRAPH_DEBUG"):
            raise
        reason = f"reading it failed ({type(error).__name__}: {error})"
        return Failure(str(path), reason, "please report this with the file; EPARGRAPH_DEBUG=1 shows where it failed")


def _read(path: Path, base: str, retrieved: str | None) -> Built:
    document = read(path, retrieved=retrieved)
    extraction = extract(document)
    graph = to_graph(extraction, base=base)
    report = validate(graph.triples)
    told = next((fact for fact in extraction.facts if isinstance(fact, kinds.Document)), kinds.Document())
    named = next((fact.name for fact in extraction.facts if isinstance(fact, kinds.Medicine)), None)
    return Built(
        file=str(path),
        medicine=named or told.medicine or "",
        reference=told.reference,
        graph=graph,
        report=report.to_triples(report_name(graph.name)),
        results=report.results,
        facts=len(extraction.facts),
        reading_warnings=document.warnings,
        sentences=extraction.sentences,
        unread=len(extraction.unread),
        retrieved=retrieved,
    )


def check(path: Path) -> Report:
    """Return the validation report on an overview, or on a file of RDF (told by the ending of its name)."""
    if pyoxigraph.RdfFormat.from_extension(path.suffix.removeprefix(".").lower()):
        return validate_file(path)
    return validate(to_graph(extract(read(path))).triples)


def report_name(graph: str) -> str:
    """Return the name of the graph that holds the validation report on a source graph.

    >>> report_name("https://w3id.org/epargraph/graph/EMA-1-2022/0123456789ab")
    'https://w3id.org/epargraph/report/EMA-1-2022/0123456789ab'
    """
    head, _, tail = graph.rpartition("/graph/")
    return f"{head}/report/{tail}"


def _check(base: str, retrieved: str | None) -> None:
    """Raise UsageError for a base or a date that would make a wrong graph."""
    if not urlsplit(base).scheme or not base.endswith(("/", "#")) or any(c in base for c in ' <>"{}|\\^`'):
        raise UsageError(
            f"base {base}", "it is not an absolute IRI that ends in / or #", f"give one like {DEFAULT_BASE}"
        )
    try:
        if retrieved is not None and date.fromisoformat(retrieved).isoformat() != retrieved:
            raise ValueError
    except ValueError:
        raise UsageError(f"retrieved {retrieved}", "it is not a date", "write it like 2022-01-31") from None


@contextmanager
def _pool(executor: Executor | None, count: int) -> Iterator[Executor | None]:
    """Give the executor to read in: the caller's, processes of our own for many files, or none."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if executor is not None or count <= _FEW or cores < 2:
        yield executor
        return
    # Spawned, not forked: a copy of a process in which the store's threads run can hang.
    pool = ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), initializer=_leave_interrupts)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _outcomes(
    todo: Sequence[Path], shelf: _Shelf, read_one: Callable[[Path], Built | Failure], pool: Executor | None
) -> Iterator[tuple[Path, Built | _Held | Failure]]:
    """Yield what each file became, in the order of the files, with only some read ahead."""

    def start(path: Path) -> Future[Built | Failure] | _Held | None:
        held = shelf.known(path)
        return held or (pool.submit(read_one, path) if pool is not None else None)

    rest = iter(todo)
    waiting = deque((path, start(path)) for path in islice(rest, _AHEAD if pool is not None else 1))
    while waiting:
        path, outcome = waiting.popleft()
        if isinstance(outcome, Future):
            try:
                yield path, outcome.result()
            except BrokenProcessPool:  # the system ended one of the processes: go on in this one
                pool = None
                yield path, read_one(path)
        else:
            yield path, outcome or read_one(path)
        waiting.extend((path, start(path)) for path in islice(rest, 1))


_GRAPHS = """SELECT ?graph ?source ?sha ?software ?retrieved ?name ?medicine ?reference WHERE {
  GRAPH ?graph {
    ?graph a epar:SourceGraph ; epar:describes ?source ; epar:about ?about ; epar:software ?software .
    ?about rdfs:label ?medicine .
    ?file a epar:File ; epar:sha256 ?sha .
    OPTIONAL { ?source epar:reference ?reference }
    OPTIONAL { ?graph epar:retrieved ?retrieved }
  }
} ORDER BY ?graph"""
_KINDS = """SELECT ?graph ?kind (COUNT(DISTINCT ?fact) AS ?facts) WHERE {
  GRAPH ?graph {
    ?graph a epar:SourceGraph .
    ?fact epar:evidence ?evidence ; a ?kind .
    FILTER NOT EXISTS { ?obligation epar:awaitedStudy ?fact }
  }
} GROUP BY ?graph ?kind"""
_REPORTS = """SELECT DISTINCT ?graph ?document ?result ?severity ?focus ?path ?value ?message ?shape ?quote WHERE {
  GRAPH ?graph {
    ?report a sh:ValidationReport ; epar:describes ?document .
    OPTIONAL {
      ?report sh:result ?result .
      ?result sh:resultSeverity ?severity ; sh:focusNode ?focus ; sh:resultMessage ?message ; sh:sourceShape ?shape .
      OPTIONAL { ?result sh:resultPath ?path }
      OPTIONAL { ?result sh:value ?value }
      OPTIONAL { ?result epar:quote ?quote }
    }
  }
} ORDER BY ?graph ?result ?quote"""


@dataclass(frozen=True, slots=True)
class _Held:
    """A version of a document that the store holds."""

    graph: str
    source: str
    software: str
    retrieved: str | None
    medicine: str
    reference: str | None


class _Shelf:
    """The store's documents during a build: which versions it holds, and what takes their place.

    A store that is not there yet is made when there is something to put into it.
    """

    def __init__(self, where: str | Path, base: str, retrieved: str | None, again: bool) -> None:
        self.where = where
        self.base = base
        self.retrieved = retrieved
        self.again = again
        self.by_sha: dict[str, _Held] = {}
        self.by_source: dict[str, _Held] = {}
        self._opened: Store | None = None
        self._told: tuple[Mapping[str, Report], Mapping[str, Counter[str]]] | None = None
        self._has_vocabulary = False

    def __enter__(self) -> Self:
        if str(self.where).startswith(("http://", "https://")) or Path(self.where).exists():
            self._look(self.store)
        return self

    def __exit__(self, *error: object) -> None:
        if self._opened is not None:
            self._opened.close()

    @property
    def store(self) -> Store:
        """The store, opened for writing when it is first needed."""
        if self._opened is None:
            self._opened = open_store(self.where, write=True)
        return self._opened

    def _look(self, store: Store) -> None:
        for row in run(store, _GRAPHS).to_dicts():
            held = _Held(
                graph=str(row["graph"]),
                source=str(row["source"]),
                software=str(row["software"]),
                retrieved=str(row["retrieved"]) if row["retrieved"] else None,
                medicine=str(row["medicine"]),
                reference=str(row["reference"]) if row["reference"] else None,
            )
            self.by_source[held.source] = held
            if held.graph.startswith(f"{self.base}graph/"):
                self.by_sha[str(row["sha"])] = held

    def _put_vocabulary(self) -> None:
        """Store the ontology and the closed lists, where they are not there as they are now."""
        if self._has_vocabulary:
            return
        for name, file in ((vocabulary.ONTOLOGY_GRAPH, "epargraph.ttl"), (vocabulary.CODES_GRAPH, "codes.ttl")):
            triples = "".join(f"{each} .\n" for each in vocabulary.triples(file)).encode()
            if canonical(self.store.triples(name)) != canonical(triples):
                self.store.replace({name: triples})
        self._has_vocabulary = True

    def known(self, path: Path) -> _Held | None:
        """Return the version that the store holds of this very file, None where the file must be read."""
        try:
            sha = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not self.again else ""
        except OSError:
            return None  # read says what is wrong with it
        held = self.by_sha.get(sha)
        if held is None or held.software != software() or (self.retrieved or held.retrieved) != held.retrieved:
            return None
        return held

    def holds(self, held: _Held) -> bool:
        """Tell whether this version is still the current one of its document."""
        return self.by_source[held.source].graph == held.graph

    def unchanged(self, path: Path, held: _Held) -> Source:
        """Return what the store says of a file that was not read again."""
        self._put_vocabulary()
        if self._told is None:
            self._told = reports(self.store), self._by_graph()
        stored, counted = self._told
        report = stored.get(report_name(held.graph))
        return Source(
            file=str(path),
            medicine=held.medicine,
            document=held.reference or "",
            graph=held.graph,
            state="unchanged",
            facts=counted.get(held.graph, Counter()).total(),
            results=report.results if report else (),
        )

    def put(self, batch: Sequence[Built]) -> list[Source]:
        """Store documents in one transaction, each in the place of its older version; return what became of them."""
        if batch:
            self._put_vocabulary()
        graphs: dict[str, bytes | None] = {}
        late: dict[str, bytes | None] = {}
        sources: list[Source] = []
        for each in batch:
            held = self.by_source.get(each.graph.source)
            state = "new" if held is None else "read again"
            if held is not None and held.graph != each.graph.name:
                if held.retrieved and each.retrieved and held.retrieved > each.retrieved:
                    late[each.graph.name] = each.graph.triples
                    sources.append(_source(each, "superseded"))
                    continue
                graphs |= {held.graph: None, report_name(held.graph): None}
                state = "replaces an older version"
            graphs |= {each.graph.name: each.graph.triples, report_name(each.graph.name): each.report}
            self.by_source[each.graph.source] = _Held(
                each.graph.name, each.graph.source, software(), each.retrieved, each.medicine, each.reference
            )
            sources.append(_source(each, state))
        if late:  # by way of the current graphs into the archive
            self.store.replace(late)
            self.store.replace(dict.fromkeys(late))
        if graphs:
            self.store.replace(graphs)
        return sources

    def current(self) -> set[str]:
        """Return the graphs of the current versions."""
        return {held.graph for held in self.by_source.values()}

    def by_kind(self, graphs: Iterable[str]) -> dict[str, int]:
        """Return how many facts of each kind the graphs hold, in the catalogue's order."""
        by_graph = self._by_graph()
        counted = sum((by_graph.get(graph, Counter()) for graph in graphs), Counter[str]())
        return {kind: counted[kind] for kind in kinds.KINDS if counted[kind]}

    def _by_graph(self) -> Mapping[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for graph, kind, number in run(self.store, _KINDS).rows:
            found.setdefault(str(graph), Counter())[str(kind).rpartition("#")[2]] = int(str(number))
        return found


def reports(store: Dataset) -> dict[str, Report]:
    """Return the validation reports that the store holds, by the names of their graphs."""
    rows: dict[str, dict[str, Result]] = {}
    documents: dict[str, str] = {}
    for row in run(store, _REPORTS).to_dicts():
        graph, name = str(row["graph"]), str(row["result"])
        told = rows.setdefault(graph, {})
        documents[graph] = str(row["document"])
        if row["result"] is None:
            continue
        quotes = (str(row["quote"]),) if row["quote"] else ()
        if name in told:
            told[name] = replace(told[name], quotes=told[name].quotes + quotes)
            continue
        told[name] = Result(
            severity="violation" if str(row["severity"]).endswith("#Violation") else "warning",
            focus=str(row["focus"]),
            path=None if row["path"] is None else str(row["path"]),
            value=None if row["value"] is None else str(row["value"]),
            message=str(row["message"]),
            shape=str(row["shape"]),
            quotes=quotes,
        )
    return {
        graph: Report(tuple(sorted(told.values(), key=Result.key)), (documents[graph],)) for graph, told in rows.items()
    }


def _source(built: Built, state: str) -> Source:
    return Source(
        file=built.file,
        medicine=built.medicine,
        document=built.reference or "",
        graph=built.graph.name,
        state=state,
        facts=built.facts,
        results=built.results,
        reading_warnings=built.reading_warnings,
    )
