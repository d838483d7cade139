"""The store's documents during a build: which versions it holds, and what takes their place."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from epargraph import kinds, vocabulary
from epargraph.build.documents import Built, report_name
from epargraph.graph import software
from epargraph.queries import plain_rows, run
from epargraph.stores import Dataset, Store, archive_folder, open_store
from epargraph.stores.base import canonical
from epargraph.validate import Report, Result, keep

_GRAPHS = """SELECT ?graph ?source ?sha ?software ?retrieved ?day ?medicine ?reference WHERE {
  GRAPH ?graph {
    ?graph a epar:SourceGraph ; epar:describes ?source ; epar:software ?software .
    ?file a epar:File ; epar:sha256 ?sha .
    OPTIONAL { ?source a epar:Document . ?graph epar:about ?about . ?about epar:name ?medicine }
    OPTIONAL { ?graph epar:registerDate ?day }
    OPTIONAL { ?source epar:reference ?reference }
    OPTIONAL { ?graph epar:retrieved ?retrieved }
  }
} ORDER BY ?graph"""
_KINDS = """SELECT ?graph ?kind (COUNT(DISTINCT ?fact) AS ?facts) WHERE {
  VALUES ?graph { %s }
  GRAPH ?graph {
    ?graph a epar:SourceGraph .
    ?fact epar:evidence ?evidence ; a ?kind .
    FILTER NOT EXISTS { ?obligation epar:awaitedStudy ?fact }
  }
} GROUP BY ?graph ?kind"""
_REPORTED = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?report a sh:ValidationReport } }"
_REPORTS = """SELECT DISTINCT ?graph ?document ?result ?severity ?focus ?path ?value ?message ?shape ?quote WHERE {
  VALUES ?graph { %s }
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

_SOME = 500
"""Graphs that are asked about in one go: an answer about all may be larger than the store."""


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
class Held:
    """A version of a document that the store holds."""

    graph: str
    source: str
    software: str
    retrieved: str | None
    medicine: str
    reference: str | None
    day: str | None = None

    @property
    def age(self) -> str | None:
        """What tells which of two versions is newer: a register's day, another source's day of retrieval."""
        return self.day or self.retrieved


class Shelf:
    """The store's documents during a build: which versions it holds, and what takes their place.

    A store that is not there yet is made when there is something to put into it. `day` tells when a file was got.
    """

    def __init__(
        self,
        where: str | Path,
        base: str,
        day: Callable[[Path], str | None],
        again: bool,
        sending: Callable[[int, int], None] = lambda sent, total: None,
    ) -> None:
        self.where = where
        self.sending = sending
        self.base = base
        self.day = day
        self.again = again
        self.by_sha: dict[str, Held] = {}
        self.by_source: dict[str, Held] = {}
        self._opened: Store | None = None
        self._told: tuple[Mapping[str, Report], Mapping[str, int]] | None = None
        self._has_vocabulary = False

    def __enter__(self) -> Self:
        if str(self.where).startswith(("http://", "https://")) or Path(self.where).exists():
            try:
                self._look(self.store)
            except BaseException:
                self.__exit__()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        if self._opened is not None:
            self._opened.__exit__(kind, error, trace)

    @property
    def store(self) -> Store:
        """The store, opened for writing when it is first needed."""
        if self._opened is None:
            self._opened = open_store(self.where, write=True)
            self._opened.watch(self.sending)
        return self._opened

    @property
    def caution(self) -> str:
        """What should be known of the way in which the store replaced graphs."""
        return "" if self._opened is None else self._opened.caution

    def _look(self, store: Store) -> None:
        for row in plain_rows(store, _GRAPHS):
            graph, source, sha, software, retrieved, day, medicine, reference = row
            held = Held(graph, source, software, retrieved or None, medicine, reference or None, day or None)
            self.by_source[held.source] = held
            if held.graph.startswith(f"{self.base}graph/"):
                self.by_sha[sha] = held

    def _put_vocabulary(self) -> None:
        """Store the ontology and the closed lists, where they are not there as they are now."""
        if self._has_vocabulary:
            return
        for name, file in ((vocabulary.ONTOLOGY_GRAPH, "epargraph.ttl"), (vocabulary.CODES_GRAPH, "codes.ttl")):
            triples = "".join(f"{each} .\n" for each in vocabulary.triples(file)).encode()
            if canonical(self.store.triples(name)) != canonical(triples):
                self.store.replace({name: triples})
        self._has_vocabulary = True

    def known(self, path: Path) -> Held | None:
        """Return the version that the store holds of this very file, None where the file must be read."""
        try:
            sha = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not self.again else ""
        except OSError:
            return None  # read says what is wrong with it
        held = self.by_sha.get(sha)
        if held is None or held.software != software() or (self.day(path) or held.retrieved) != held.retrieved:
            return None
        return held

    def holds(self, held: Held) -> bool:
        """Tell whether this version is still the current one of its document."""
        return self.by_source[held.source].graph == held.graph

    def unchanged(self, path: Path, held: Held) -> Source:
        """Return what the store says of a file that was not read again."""
        self._put_vocabulary()
        if self._told is None:
            facts = Counter[str]()
            for graph, _, number in _kinds(self.store, self.current()):
                facts[graph] += number
            self._told = reports(self.store), facts
        stored, counted = self._told
        report = stored.get(report_name(held.graph))
        return Source(
            file=str(path),
            medicine=held.medicine,
            document=held.reference or (f"register of {held.day}" if held.day else ""),
            graph=held.graph,
            state="unchanged",
            facts=counted.get(held.graph, 0),
            results=report.results if report else (),
        )

    def put(self, batch: Sequence[Built]) -> list[Source]:
        """Store documents in one transaction, each in the place of its older version; return what became of them."""
        if batch:
            self._put_vocabulary()
        graphs: dict[str, bytes | None] = {}
        late: dict[str, bytes] = {}
        sources: list[Source] = []
        for each in batch:
            held = self.by_source.get(each.graph.source)
            state = "new" if held is None else "read again"
            if held is not None and held.graph != each.graph.name:
                age = each.day or each.retrieved
                if held.age and age and held.age > age:
                    late[each.graph.name] = each.graph.triples
                    sources.append(_source(each, "superseded"))
                    continue
                graphs |= {held.graph: None, report_name(held.graph): None}
                state = "replaces an older version"
            graphs |= {each.graph.name: each.graph.triples, report_name(each.graph.name): each.report or None}
            self.by_source[each.graph.source] = Held(
                each.graph.name, each.graph.source, software(), each.retrieved, each.medicine, each.reference, each.day
            )
            sources.append(_source(each, state))
        if late:
            self.store.shelve(late)
        if graphs:
            self.store.replace(graphs)
        keep(keeping_of(self.where), {key: found for each in batch for key, found in each.fresh.items()})
        return sources

    def current(self) -> set[str]:
        """Return the graphs of the current versions."""
        return {held.graph for held in self.by_source.values()}

    def by_kind(self, graphs: Iterable[str]) -> dict[str, int]:
        """Return how many facts of each kind the graphs hold, in the catalogue's order."""
        counted = Counter[str]()
        for _, kind, number in _kinds(self.store, graphs):
            counted[kind] += number
        return {kind: counted[kind] for kind in kinds.KINDS if counted[kind]}


def _kinds(store: Dataset, graphs: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    """Yield how many facts of each kind each graph holds."""
    for some in _batches(graphs):
        for graph, kind, number in plain_rows(store, _KINDS % some):
            yield graph, kind.rpartition("#")[2], int(number)


def _batches(graphs: Iterable[str]) -> Iterator[str]:
    """Yield the names of some graphs at a time, as they stand in VALUES."""
    names = iter(sorted(graphs))
    while some := list(islice(names, _SOME)):
        yield " ".join(f"<{each}>" for each in some)


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


def keeping_of(where: str | Path) -> Path:
    """Return the file with the outcomes of former validations: in the store's folder, or in that of a server's archive."""
    is_server = str(where).startswith(("http://", "https://"))
    return (archive_folder() if is_server else Path(where)) / "validated.sqlite"


def reports(store: Dataset) -> dict[str, Report]:
    """Return the validation reports that the store holds, by the names of their graphs."""
    rows: dict[str, dict[str, Result]] = {}
    documents: dict[str, str] = {}
    names = (graph for (graph,) in plain_rows(store, _REPORTED))
    for row in (row for some in _batches(names) for row in run(store, _REPORTS % some).to_dicts()):
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
