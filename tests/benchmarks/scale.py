"""The measurements at 100, 2,700 and 50,000 invented medicines: load, look-ups, questions, export and validation.

EPARGRAPH_SCALE names other numbers of medicines: `EPARGRAPH_SCALE=50000 python -m tests.benchmarks scale`.
"""

from __future__ import annotations

import math
import os
import shutil
import statistics
import time
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox
from tests.benchmarks.exports import exported
from tests.benchmarks.measure import cpu as _cpu
from tests.benchmarks.measure import most_memory
from tests.benchmarks.measure import seconds as _seconds
from tests.benchmarks.medicines import medicines, name_of
from tests.benchmarks.speed import Row
from tests.benchmarks.validation import validated

from epargraph import queries, vocabulary
from epargraph.stores import open_store, sparql
from epargraph.validate import validate_pieces

SIZES = tuple(int(each) for each in os.environ.get("EPARGRAPH_SCALE", "100 2700").split())
FEW, ROUNDS = 500, 5
"""So few medicines are loaded so many times."""
SAMPLE = 100
"""Medicines that are validated on one core."""
LOOKUP = """SELECT ?amount ?quote WHERE {
  ?medicine epar:productNumber "EMEA/H/C/%06d" ; epar:hasDose ?dose .
  ?dose epar:amount ?amount ; epar:evidence/oa:hasSelector/oa:exact ?quote
}"""


def scaling(folder: Path) -> Iterator[Row]:
    """Yield what each number of medicines takes, beside pyoxigraph on the same files and rdflib on a few of them."""
    for count in SIZES:
        yield from _at(count, folder / str(count))


def _at(count: int, folder: Path) -> Iterator[Row]:
    folder.mkdir(parents=True)
    quads, triples = folder / "all.nq", 0
    with quads.open("wb") as file:
        for graph in medicines(count):
            file.write(graph.quads())
            triples += graph.triples.count(b"\n")
        file.writelines(vocabulary_quads())
    yield Row(f"{count:,} medicines", f"{triples:,} triples", f"{triples // count} each")
    loads = plain_loads = (math.inf, math.inf)
    for _ in range(1 if count > FEW else ROUNDS):  # a load of a fraction of a second is told by the least of some
        for each in ("plain", "store"):
            shutil.rmtree(folder / each, ignore_errors=True)
        plain_loads = min(plain_loads, _bulk_loaded(quads, folder / "plain"))
        loads = min(loads, _stored(quads, folder / "store"))
    load, bulk, goal = loads[0], plain_loads[0], "at most 1.2 times"
    yield Row("  load", f"{load:.2f} s", f"bulk_load {bulk:.2f} s", goal, load <= 1.2 * bulk)
    yield Row("    files put in order as it is closed", f"{loads[1]:.1f} s", f"optimize {plain_loads[1]:.1f} s")
    plain = ox.Store.read_only(str(folder / "plain"))
    yield Row("  most memory until here", f"{most_memory()} MB")
    with open_store(folder / "store") as store:
        numbers = [number * count // 20 for number in range(20)]
        took = statistics.median(_seconds(partial(store.query, LOOKUP % n)) for _ in range(5) for n in numbers)
        yield Row("  look-up by medicine", f"{took * 1000:.2f} ms", "", "at most 2 ms", took <= 0.002)
        ratios: dict[str, float] = {}
        about: dict[str, float] = {}
        for question in queries.load().values():
            text = question.bind(**{p.name: name_of(0) for p in question.parameters if p.type == "medicine"})
            ours: list[float] = []
            theirs: list[float] = []
            while len(ours) < 3 or (len(ours) < 25 and sum(ours) < 0.5):
                ours.append(_cpu(partial(store.query, text, accept="text/csv")))
                theirs.append(_cpu(partial(_asked, plain, text)))
            ratios[question.name] = min(ours) / min(theirs)
            if any(p.type == "medicine" for p in question.parameters):
                about[question.name] = min(ours)
        slowest = max(ratios, key=lambda name: ratios[name])
        yield Row(
            f"  {len(ratios)} questions, beside the same text in pyoxigraph",
            f"{statistics.median(ratios.values()):.2f} times",
            f"{slowest} {ratios[slowest]:.2f}",
            "at most 1.5 times each",
            ratios[slowest] <= 1.5,
        )
        longest = max(about, key=lambda name: about[name])
        yield Row(
            f"  {len(about)} questions about one medicine",
            f"{statistics.median(about.values()) * 1000:.1f} ms",
            f"{longest} {about[longest] * 1000:.1f} ms",
        )
        with (folder / "plain.nq").open("wb") as file:
            dump = _cpu(partial(plain.dump, file, format=ox.RdfFormat.N_QUADS))
    yield from exported(count, folder / "store", triples, dump)
    some = list(medicines(min(SAMPLE, count)))
    took = _seconds(lambda: [validate_pieces(each.name, b"", [each.triples]) for each in some])
    yield Row("  validation, one core", f"{len(some) / took:.0f} medicines/s", f"{took:.1f} s for {len(some)}")
    yield from validated(count, folder / "store")


def _bulk_loaded(quads: Path, where: Path) -> tuple[float, float]:
    """Return the seconds that pyoxigraph takes to load a file and to put its files in order."""
    store = ox.Store(str(where))
    load = _seconds(partial(store.bulk_load, path=str(quads), format=ox.RdfFormat.N_QUADS))
    return load, _seconds(store.optimize)


def _stored(quads: Path, where: Path) -> tuple[float, float]:
    """Return the seconds that the store takes for the graphs of the same file, and those to be closed."""
    with open_store(where, write=True) as store:
        load = _seconds(lambda: store.replace(dict(_graphs(quads))))
        closing = time.perf_counter()
    return load, time.perf_counter() - closing


def store_in(quads: Path, where: str | Path, batch: int | None = None) -> None:
    """Put the graphs of a file of N-Quads into a store, so many at a time, or all in one go."""
    with open_store(where, write=True) as store:
        graphs: dict[str, bytes | None] = {}
        for name, triples in _graphs(quads):
            graphs[name] = triples
            if len(graphs) == batch:
                store.replace(graphs)
                graphs = {}
        if graphs:
            store.replace(graphs)


def _graphs(quads: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the names and the triples of the graphs of a file in which each graph stands in one piece."""
    with quads.open("rb") as file:
        split = (line.rpartition(b" <") for line in file)
        for end, lines in groupby(split, key=lambda parts: parts[2]):
            yield end[: end.index(b">")].decode(), b" .\n".join(line for line, _, _ in lines) + b" .\n"


def vocabulary_quads() -> Iterator[bytes]:
    """Yield the ontology and the codes as N-Quads, a graph at a time."""
    for name, source in ((vocabulary.ONTOLOGY_GRAPH, "epargraph.ttl"), (vocabulary.CODES_GRAPH, "codes.ttl")):
        yield "".join(f"{each} <{name}> .\n" for each in vocabulary.triples(source)).encode()


def _asked(store: ox.Store, text: str) -> bytes | None:
    answer = store.query(text, prefixes=sparql.PREFIXES, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    return answer.serialize(format=ox.QueryResultsFormat.CSV)
