"""The measurements on EMA's whole register: reading, storing, validating and asking it, each against a baseline."""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from tests.benchmarks.speed import Row

from epargraph import queries, vocabulary
from epargraph.build.register import parts, read_part, whole
from epargraph.extract.register import extract_table
from epargraph.graph.register import entry_triples, graph_name, register_graph, table_triples
from epargraph.read.register import read_table
from epargraph.resources import ONTOLOGY
from epargraph.stores import open_store, sparql
from epargraph.tables import Table
from epargraph.validate import Outcomes, keep, validate_pieces

REGISTER = Path(__file__).parents[3] / "shared" / "register"
"""EMA's tables of several days, beside a developer's checkout."""

CORES = 2
SAMPLE = 10
"""Records that plain pySHACL is given: all would take it hours."""
LIMIT = 10
"""Seconds that rdflib may take for a question."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, and of processor time of this process and of those that it waited for."""

    clock: float
    processor: float


def reading(folder: Path) -> Iterator[Row]:
    """Yield how long the newest table takes until it can be asked, and all days together, without validation."""
    every = days()
    newest, all_days = _spent(partial(stored, every[-1:], folder / "one")), None
    yield _row("register of one day, read to queryable", newest, 20)
    all_days = _spent(partial(stored, list(reversed(every)), folder / "all"))
    records = [len(read_table(day).records) for day in every]
    goal = 20 * sum(records) / records[-1]
    yield _row(f"registers of {len(every)} days, read to queryable", all_days, goal)


def validating(folder: Path) -> Iterator[Row]:
    """Yield how long the whole register takes to validate, from nothing and after one record changed."""
    table = read_table(days()[-1])
    tasks = [_pieces(part) for part in parts(table)]
    keeping = folder / "kept.sqlite"
    folder.mkdir(parents=True)
    with ProcessPoolExecutor(CORES, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_warmed, range(CORES)))
        first, outcomes = _timed(lambda: list(pool.map(partial(_validated, keeping), tasks)))
        for fresh, _ in outcomes:
            keep(keeping, fresh)
        name, common, pieces = tasks[0]
        changed = [(name, common, [pieces[0].replace(b"Authorised", b"Refused"), *pieces[1:]]), *tasks[1:]]
        again, _ = _timed(lambda: list(pool.map(partial(_validated, keeping), changed)))
    yield _row("register validated from nothing", first, 15)
    yield _row("register validated after one record changed", again, 1)
    yield from _against_plain(tasks)


def _against_plain(tasks: Sequence[tuple[str, bytes, list[bytes]]]) -> Iterator[Row]:
    name, common, pieces = tasks[0]
    some = pieces[:SAMPLE]
    own = _spent(lambda: validate_pieces(name, common, some)).processor
    data = rdflib.Graph().parse(data=common + b"".join(some), format="nt")
    shapes = rdflib.Graph()
    for graph, files in ((data, ("epargraph.ttl", "codes.ttl")), (shapes, ("shapes.ttl", "advice.ttl"))):
        for file in files:
            graph.parse(ONTOLOGY / file)
    plain = _spent(lambda: pyshacl.validate(data, shacl_graph=shapes, inference="none", do_owl_imports=False)).processor
    yield Row(
        f"  against plain pySHACL, {SAMPLE} records", f"{plain / own:.0f} times faster", f"{own:.2f} s, {plain:.1f} s"
    )


def asking(folder: Path) -> Iterator[Row]:
    """Yield the median of every question on the whole register, from Oxigraph in memory beside rdflib's own engine."""
    triples = register_graph(extract_table(read_table(days()[-1]))).triples
    for file in ("epargraph.ttl", "codes.ttl"):
        triples += "".join(f"{each} .\n" for each in vocabulary.triples(file)).encode()
    store = ox.Store()
    store.bulk_load(triples, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode("https://example.org/register"))
    graph = rdflib.Dataset(default_union=True)
    graph.graph("https://example.org/register").parse(data=triples, format="nt")
    medians: list[float] = []
    for question in queries.load().values():
        text = question.bind(**{p.name: "Ozempic" for p in question.parameters if p.type == "medicine"})
        medians.append(statistics.median(_asked(store, text) for _ in range(5)))
        yield Row(
            question.name, f"{medians[-1] * 1000:.1f} ms", _by_rdflib(graph, text), "at most 100 ms", medians[-1] <= 0.1
        )
    yield Row("median of all questions", f"{statistics.median(medians) * 1000:.1f} ms")


def _asked(store: ox.Store, text: str) -> float:
    start = time.perf_counter()
    answer = store.query(text, prefixes=sparql.PREFIXES, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    answer.serialize(format=ox.QueryResultsFormat.CSV)
    return time.perf_counter() - start


def _by_rdflib(graph: rdflib.Dataset, text: str) -> str:
    """Return how long rdflib takes, in a copy of this process that ends when its time is over."""
    ours, theirs = multiprocessing.get_context("fork").Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_ask_rdflib, args=(graph, text, theirs))
    process.start()
    told = ours.recv() if ours.poll(LIMIT) else f"over {LIMIT} s"
    process.kill()
    process.join()
    return f"rdflib {told}"


def _ask_rdflib(graph: rdflib.Dataset, text: str, to: multiprocessing.connection.Connection) -> None:
    start = time.perf_counter()
    try:
        list(graph.query(text))
    except Exception:  # whatever rdflib raises for a question, it is told as a refusal
        to.send("refuses it")
    else:
        to.send(f"{(time.perf_counter() - start) * 1000:.0f} ms")


def stored(tables: Sequence[Path], where: Path) -> None:
    """Read tables in two processes and store them, as a build does, without validation; the first is the current one."""
    with (
        ProcessPoolExecutor(CORES, multiprocessing.get_context("spawn")) as pool,
        open_store(where, write=True) as store,
    ):
        for number, day in enumerate(tables):
            table = read_table(day)
            graph, _ = whole(table, list(pool.map(partial(read_part, checking=False), parts(table))))
            if number:
                store.shelve({graph.name: graph.triples})
            else:
                store.replace({graph.name: graph.triples})


def newest_graph() -> tuple[str, bytes]:
    """Return the name of the newest table's graph and its triples."""
    table = read_table(days()[-1])
    return graph_name(table), register_graph(extract_table(table)).triples


def _pieces(table: Table) -> tuple[str, bytes, list[bytes]]:
    reading = extract_table(table)
    return graph_name(table), table_triples(table), [triples for _, triples in entry_triples(reading)]


def _validated(keeping: Path, task: tuple[str, bytes, list[bytes]]) -> tuple[Outcomes, float]:
    start = time.process_time()
    return validate_pieces(*task, keeping).fresh, time.process_time() - start


def _timed(task: Callable[[], list[tuple[Outcomes, float]]]) -> tuple[Spent, list[tuple[Outcomes, float]]]:
    clock, processor = time.perf_counter(), time.process_time()
    found = task()
    in_pool = sum(seconds for _, seconds in found)
    return Spent(time.perf_counter() - clock, time.process_time() - processor + in_pool), found


def _warmed(number: int) -> None:
    validate_pieces(
        "https://example.org/", b"", [b"<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"]
    )


def _spent(task: Callable[[], object]) -> Spent:
    clock, processor = time.perf_counter(), _processor()
    task()
    return Spent(time.perf_counter() - clock, _processor() - processor)


def _processor() -> float:
    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _row(what: str, spent: Spent, goal: float) -> Row:
    beside = f"{spent.processor:.1f} s of processor, load {os.getloadavg()[0]:.1f}"
    return Row(what, f"{spent.clock:.1f} s", beside, f"at most {goal:.0f} s", spent.clock <= goal)


def days() -> list[Path]:
    """Return the tables, from the oldest to the newest."""
    return sorted(REGISTER.glob("*.xlsx"), key=lambda path: path.stem[-10:])
