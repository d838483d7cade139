"""A release: all of the graph for any static host, in the formats that others harvest; the same store the same bytes."""

from __future__ import annotations

import json
import re
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from epargraph import documentation, processes, queries, vocabulary
from epargraph.errors import UsageError
from epargraph.export import exported_graphs, jsonld
from epargraph.graph import software
from epargraph.graph.names import base_of, checked
from epargraph.kinds import KINDS
from epargraph.publish import describe, links, nanopubs, pages, questions, redirects, tables
from epargraph.publish.about import ACKNOWLEDGEMENT, ADVICE, LINKS, SOFTWARE, About
from epargraph.publish.describe import Counts
from epargraph.publish.dumps import Dumps
from epargraph.publish.folder import MARKER, Folder, copy, release
from epargraph.publish.parts import Part, Shelf, lines_of
from epargraph.publish.work import Written, written
from epargraph.resources import ONTOLOGY, QUERIES
from epargraph.stores import Dataset

__all__ = ["About", "Released", "imprint", "publish"]

Progress: TypeAlias = Callable[[int, int, str], None]
"""What is told how many of how many are done, and of which medicine or graph."""

_FEW = 20
"""Medicines up to which it does not pay to start processes."""

_MEDICINE = "SELECT ?medicine { GRAPH ?graph { ?medicine a epar:Medicine } } LIMIT 1"
_ONTOLOGY = ("epargraph.ttl", "codes.ttl", "shapes.ttl", "advice.ttl", "context.jsonld")


@dataclass(frozen=True, slots=True)
class Released:
    """What was released: how much, and in how many files of how many bytes."""

    counts: Counts
    files: int
    size: int


def imprint(
    store: Dataset,
    *,
    base: str | None = None,
    issued: str = "",
    publisher: str = "",
    site: str = "",
    endpoint: str = "",
    key: str = "",
) -> About:
    """Return what a release of a store says of itself; UsageError for what does not fit, or a store without medicines.

    Without `base` it is that of the store's medicines. `key` is an RSA private key in PEM that signs nanopublications.
    """
    found = [str(row[0]) for row in queries.run(store, _MEDICINE).rows]
    own = base_of(found[0]) if found else None
    if own is None:
        raise UsageError("publish", "the store has no medicine", "run epargraph build first")
    if base is not None and checked(base) != own:
        raise UsageError(f"base {base}", f"the store's medicines have the base {own}", "build the store with this base")
    if issued:
        try:
            if date.fromisoformat(issued).isoformat() != issued:
                raise ValueError
        except ValueError:
            raise UsageError(f"issued {issued}", "it is not a date", "write it like 2022-01-31") from None
    for name, value in (("site", site), ("endpoint", endpoint)):
        if value and not re.fullmatch(r"https?://[^\s<>\"'\\^`{}|$%#]+", value):
            raise UsageError(f"{name} {value}", "it is no web address", "give one like https://example.org/")
    told = About(own, software().split()[-1], issued=issued, endpoint=endpoint, key=key)
    if key:
        nanopubs.signer(key)
    if site:
        told = replace(told, site=site if site.endswith("/") else f"{site}/")
    return replace(told, publisher=publisher) if publisher else told


def publish(store: Dataset, target: Path, told: About, *, progress: Progress | None = None) -> Released:
    """Write a release of the store into a folder, which appears whole; one of an older release is replaced.

    The same store, and the same words on it, give the same bytes. UsageError for a folder that holds something else.
    """
    with release(target) as folder, tempfile.TemporaryDirectory(prefix="epargraph-") as aside, ExitStack() as stack:
        shelf = Shelf(Path(aside))
        stack.callback(shelf.close)
        counts = _graphs(store, shelf, folder, told, progress)
        _medicines(shelf, folder, told, counts, progress)
        _ontology(folder, told)
        _questions(folder, told)
        _about(folder, told, counts, shelf)
        folder.sum()
        files = folder.files()
    return Released(counts, len(files), sum(each.size for each in files))


def _graphs(store: Dataset, shelf: Shelf, folder: Folder, told: About, progress: Progress | None) -> Counts:
    """Write the N-Quads and the mapping sets, and take the graphs apart."""
    counts = Counts()
    with folder.stream("data/epargraph.nq.gz") as quads:
        graphs = exported_graphs(store)
        for done, graph in enumerate(graphs):
            if progress is not None:
                progress(done, len(graphs), graph)
            found = lines_of(store.triples(graph))
            ending = f" <{graph}> .\n"
            for line in found:
                quads.write((line.removesuffix(" .") + ending).encode())
            shelf.put(graph, found, told.base)
            counts.graphs += 1
            counts.quads += len(found)
            if links.is_set(found):
                name, text = links.sssom(graph, found, told.base)
                folder.write(f"links/{name}.sssom.tsv", text)
    return counts


def _medicines(shelf: Shelf, folder: Folder, told: About, counts: Counts, progress: Progress | None) -> None:
    """Write all that is written medicine by medicine, and then what several of them share."""
    everyone: list[tuple[str, str, int]] = []
    things: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    with ExitStack() as stack:
        dumps = Dumps(folder, told, stack)
        many = len(shelf.medicines())
        for done, each in enumerate(_worked(shelf, told)):
            if progress is not None:
                progress(done, many, each.name)
            dumps.add(each)
            for path, text in each.files.items():
                folder.write(path, text)
            everyone.append((each.key, each.name, sum(each.counts.facts.values())))
            for iri, label in each.things:
                things.setdefault(iri, (label, []))[1].append((each.key, each.name))
            counts.add(each.counts)
        counts.add(dumps.finish(shelf))
    folder.write("medicine/index.html", pages.medicines_page(everyone, told))
    for name in pages.THINGS:
        some = [
            pages.Thing(iri, label, tuple(sorted(medicines, key=lambda each: (each[1].casefold(), each[0]))))
            for iri, (label, medicines) in things.items()
            if iri.startswith(f"{told.base}{name}/")
        ]
        folder.write(f"things/{name}.html", pages.things_page(name, some, told))
    folder.write("tables/tables.json", tables.description(KINDS, told))


def _worked(shelf: Shelf, told: About) -> Iterator[Written]:
    """Yield what becomes of each medicine, in the order of their IRIs, made in several processes where there are many."""
    parts = map(shelf.part, shelf.medicines())
    if len(shelf.medicines()) <= _FEW or processes.cores() < 2:
        yield from (written(part, told) for part in parts)
        return
    pool = processes.pool(processes.cores())
    try:
        yield from _in_pool(pool, parts, told)
    finally:
        pool.shutdown(cancel_futures=True)


def _in_pool(pool: Executor, parts: Iterator[Part], told: About) -> Iterator[Written]:
    def start(part: Part) -> tuple[Part, Future[Written] | None]:
        try:
            return part, pool.submit(written, part, told)
        except BrokenExecutor:
            return part, None

    waiting = deque(map(start, islice(parts, 4 * processes.cores())))
    while waiting:
        part, outcome = waiting.popleft()
        try:
            yield outcome.result() if outcome is not None else written(part, told)
        except BrokenExecutor:  # the system ended one of the processes: go on in this one
            yield written(part, told)
        waiting.extend(map(start, islice(parts, 1)))


def _ontology(folder: Folder, told: About) -> None:
    """Write the ontology, the closed lists and the shapes, with their documentation."""
    copy(folder, ONTOLOGY, _ONTOLOGY, "ontology")
    for name in ("epargraph", "codes"):
        triples = list(vocabulary.triples(f"{name}.ttl"))
        folder.write(f"ontology/{name}.jsonld", ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"")
    frame = {"@context": jsonld.context(), "@type": "Medicine"}
    folder.write("ontology/frame.jsonld", json.dumps(frame, ensure_ascii=False, indent=2) + "\n")
    page = documentation.ontology_page()
    folder.write("ontology/index.html", page.html)
    folder.write(f"ontology/{documentation.STYLE}", page.css)
    folder.write("ontology/codes.html", pages.codes_page(told))


def _questions(folder: Folder, told: About) -> None:
    """Write the questions, each as SPARQL and as RDF."""
    library = queries.load()
    copy(folder, QUERIES, (f"{name}.rq" for name in library), "queries")
    for name, question in library.items():
        folder.write(f"queries/{name}.ttl", questions.executables([question], told))
    folder.write("queries/queries.ttl", questions.executables(library.values(), told))
    folder.write("queries/prefixes.ttl", questions.prefixes(library.values(), told))
    folder.write("queries/index.html", pages.queries_page(library.values(), told))


def _about(folder: Folder, told: About, counts: Counts, shelf: Shelf) -> None:
    """Write what describes the release, and its first page."""
    counts.links = sum(shelf.link_counts().values())
    counts.facts = {kind: counts.facts[kind] for kind in KINDS if kind in counts.facts}
    folder.write("style.css", pages.style())
    folder.write("w3id/.htaccess", redirects.rules(told.site))
    folder.write("w3id/README.md", redirects.readme(told.site))
    folder.write("LICENCE.txt", "".join(f"{each}\n\n" for each in (ACKNOWLEDGEMENT, SOFTWARE, LINKS, ADVICE)))
    folder.write("dcat.ttl", describe.dcat(folder.files(), told))
    folder.write("void.ttl", describe.void(counts, told, shelf.medicines()[0], shelf.link_counts()))
    known = {
        "software": software(),
        "base": told.base,
        "issued": told.issued or None,
        "publisher": told.publisher,
        "medicines": counts.medicines,
        "facts": sum(counts.facts.values()),
        "triples": counts.triples,
        "quads": counts.quads,
        "graphs": counts.graphs,
        "citation": told.citation,
    }
    folder.write(MARKER, json.dumps(known, ensure_ascii=False, indent=2) + "\n")
    folder.write("index.html", pages.index_page(folder.files(), counts, len(queries.load()), pages.THINGS, told))
