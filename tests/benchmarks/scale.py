"""The measurements at 100, 2,700 and 50,000 invented medicines: load, look-ups, questions, export and validation.

EPARGRAPH_SCALE names other numbers of medicines: `EPARGRAPH_SCALE=50000 python -m tests.benchmarks scale`.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import repeat
from pathlib import Path

import pyoxigraph as ox
import rdflib
from tests.benchmarks.medicines import medicines, name_of
from tests.benchmarks.speed import Row

from epargraph import processes, queries, vocabulary
from epargraph.export import write
from epargraph.stores import open_store, sparql
from epargraph.validate import Outcomes, Result, keep, validate_pieces

SIZES = tuple(int(each) for each in os.environ.get("EPARGRAPH_SCALE", "100 2700").split())
BATCH = 500
"""Graphs that are stored in one go."""
SAMPLE = 100
"""Medicines that are validated on one core."""
TO_RDFLIB = 500
"""Medicines that rdflib is given, which is slower the more it has."""
CHUNK = 100
"""Medicines that a process validates at a time; what was found in them is kept then."""
_EXPORT = """
import sys
from epargraph.export import write
from epargraph.stores import open_store
from tests.benchmarks.scale import most_memory
before = most_memory()
with open_store(sys.argv[1]) as store, open("/dev/null", "wb") as file:
    write(store, sys.argv[2], file)
print(before, most_memory())
"""
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
        for name, source in ((vocabulary.ONTOLOGY_GRAPH, "epargraph.ttl"), (vocabulary.CODES_GRAPH, "codes.ttl")):
            file.writelines(f"{each} <{name}> .\n".encode() for each in vocabulary.triples(source))
    yield Row(f"{count:,} medicines", f"{triples:,} triples", f"{triples // count} each")
    bulk = _seconds(lambda: ox.Store(str(folder / "plain")).bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS))
    plain = ox.Store(str(folder / "plain"))
    stored = _seconds(lambda: _store(count, folder / "store"))
    made = _seconds(lambda: [None for _ in medicines(count)])
    ratio = (stored - made) / bulk
    yield Row("  load", f"{stored - made:.1f} s", f"bulk_load {bulk:.1f} s", "at most 1.2 times", ratio <= 1.2)
    yield Row("  most memory until here", f"{most_memory()} MB")
    with open_store(folder / "store") as store:
        numbers = [number * count // 20 for number in range(20)]
        took = statistics.median(_seconds(partial(store.query, LOOKUP % n)) for _ in range(5) for n in numbers)
        yield Row("  look-up by medicine", f"{took * 1000:.2f} ms", "", "at most 2 ms", took <= 0.002)
        ratios: dict[str, float] = {}
        for question in queries.load().values():
            text = question.bind(**{p.name: name_of(0) for p in question.parameters if p.type == "medicine"})
            ours: list[float] = []
            theirs: list[float] = []
            while len(ours) < 5 or (len(ours) < 25 and sum(ours) < 0.5):
                ours.append(_cpu(partial(store.query, text, accept="text/csv")))
                theirs.append(_cpu(partial(_asked, plain, text)))
            ratios[question.name] = min(ours) / min(theirs)
        slowest = max(ratios, key=lambda name: ratios[name])
        yield Row(
            f"  {len(ratios)} questions, beside the same text in pyoxigraph",
            f"{statistics.median(ratios.values()):.2f} times",
            f"{slowest} {ratios[slowest]:.2f}",
            "at most 1.5 times each",
            ratios[slowest] <= 1.5,
        )
        with (folder / "plain.nq").open("wb") as file:
            dump = _cpu(partial(plain.dump, file, format=ox.RdfFormat.N_QUADS))
        with (folder / "sorted.nq").open("wb") as file:
            took = _cpu(partial(write, store, "nq", file))
        yield Row("  sorted N-Quads", f"{took:.1f} s", f"dump {dump:.1f} s", "at most 2.5 times", took <= 2.5 * dump)
        with (folder / "sorted.ttl").open("wb") as file:
            turtle = _cpu(partial(write, store, "ttl", file))
        yield Row("  sorted Turtle", f"{turtle:.1f} s", f"{triples / turtle:,.0f} triples/s")
    for form in ("nq", "ttl"):
        told = subprocess.run([sys.executable, "-c", _EXPORT, folder / "store", form], capture_output=True, check=True)
        before, most = map(int, told.stdout.split())
        yield Row(f"    most memory of a process that exports {form}", f"{most} MB", f"{before} MB before it")
    some = list(medicines(min(SAMPLE, count)))
    given = b"".join(each.triples for each in medicines(min(TO_RDFLIB, count)))
    rate = given.count(b"\n") / _cpu(partial(_turtle_by_rdflib, given))
    faster = triples / turtle / rate
    yield Row(
        f"    beside rdflib on {min(TO_RDFLIB, count)}",
        f"{faster:.1f} times",
        f"{rate:,.0f} triples/s",
        "at least 5 times",
        faster >= 5,
    )
    took = _seconds(lambda: [validate_pieces(each.name, b"", [each.triples]) for each in some])
    yield Row("  validation, one core", f"{len(some) / took:.0f} medicines/s", f"{took:.1f} s for {len(some)}")
    yield from _validated(count, folder / "validated.sqlite")


def _validated(count: int, keeping: Path) -> Iterator[Row]:
    """Yield what validating all takes on all cores, ended half-way and begun anew: as `build` does it, outcomes kept."""
    cores = processes.cores()
    with processes.pool(cores) as pool:
        for title, end in (("half of all", count // 2), ("all, what was kept left out", count)):
            fresh = most = 0
            start = time.perf_counter()
            for told, memory in pool.map(partial(_some_validated, keeping=keeping), range(0, end, CHUNK), repeat(end)):
                keep(keeping, told)
                fresh, most = fresh + len(told), max(most, memory)
            took = time.perf_counter() - start
            rate = f"{fresh / took:.0f} medicines/s"
            yield Row(f"  validation, {cores} cores: {title}", rate, f"{took:.1f} s, {fresh} found, {most} MB")


def _some_validated(start: int, end: int, *, keeping: Path) -> tuple[Outcomes, int]:
    found: dict[str, tuple[Result, ...]] = {}
    for each in medicines(min(CHUNK, end - start), start):
        found.update(validate_pieces(each.name, b"", [each.triples], keeping).fresh)
    return found, most_memory()


def _store(count: int, where: Path) -> None:
    with open_store(where, write=True) as store:
        graphs = {
            name: "".join(f"{each} .\n" for each in vocabulary.triples(source)).encode()
            for name, source in ((vocabulary.ONTOLOGY_GRAPH, "epargraph.ttl"), (vocabulary.CODES_GRAPH, "codes.ttl"))
        }
        for graph in medicines(count):
            graphs[graph.name] = graph.triples
            if len(graphs) == BATCH:
                store.replace(graphs)
                graphs = {}
        if graphs:
            store.replace(graphs)


def _asked(store: ox.Store, text: str) -> bytes | None:
    answer = store.query(text, prefixes=sparql.PREFIXES, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    return answer.serialize(format=ox.QueryResultsFormat.CSV)


def _turtle_by_rdflib(triples: bytes) -> None:
    rdflib.Graph().parse(data=triples, format="nt").serialize(format="turtle")


def most_memory() -> int:
    """Return the megabytes that this process had at most; elsewhere than on Linux with what it was started from."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _cpu(task: Callable[[], object]) -> float:
    """Return the processor's seconds, which others that use the machine change less than the clock's."""
    start = time.process_time()
    task()
    return time.process_time() - start


def _seconds(task: Callable[[], object]) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start
