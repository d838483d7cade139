"""What exports take: time beside pyoxigraph's unsorted dump and rdflib's Turtle, and the memory of each format."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import rdflib
from tests.benchmarks.measure import cpu
from tests.benchmarks.medicines import medicines, name_of
from tests.benchmarks.speed import Row

from epargraph.export import FORMATS, Format, write
from epargraph.stores import Store, open_store

TO_RDFLIB = 500
"""Medicines that rdflib is given, which is slower the more it has."""
ALL_FORMATS = 10_000
"""More medicines than are exported in every format: PyLD takes minutes for the JSON-LD of 10,000."""
ROUNDS = 3
"""What takes less than a second is measured so many times; the least counts."""
MAIN: tuple[Format, ...] = ("nq", "ttl")
_ALONE = """
import sys
from epargraph.export import write
from epargraph.stores import open_store
from tests.benchmarks.measure import most_memory
before = most_memory()
with open_store(sys.argv[1]) as store, open("/dev/null", "wb") as file:
    write(store, sys.argv[2], file)
print(before, most_memory())
"""

_BARE = """
import sys
import pyoxigraph
from tests.benchmarks.measure import most_memory
store = pyoxigraph.Store.read_only(sys.argv[1])
for graph in list(store.named_graphs()):
    for quad in store.quads_for_pattern(None, None, None, graph):
        pass
print(most_memory())
"""
"""What a store takes by itself: every quad is read, a graph at a time, and forgotten."""


def exported(count: int, store: Path, triples: int, plain_dump_seconds: float) -> Iterator[Row]:
    """Yield what exporting a store of so many invented medicines takes, in time and in memory."""
    out = store.parent / "exported"
    with open_store(store) as opened:
        quads = _least(opened, "nq", out)
        met = quads <= 2.5 * plain_dump_seconds
        yield Row("  sorted N-Quads", f"{quads:.2f} s", f"dump {plain_dump_seconds:.2f} s", "at most 2.5 times", met)
        turtle = _least(opened, "ttl", out)
        yield Row("  sorted Turtle", f"{turtle:.2f} s", f"{triples / turtle:,.0f} triples/s")
        few = min(TO_RDFLIB, count)
        given = b"".join(each.triples for each in medicines(few))
        rdflib_rate = given.count(b"\n") / min(cpu(partial(_by_rdflib, given)) for _ in range(ROUNDS))
        faster = triples / turtle / rdflib_rate
        goal = "at least 5 times"
        yield Row(
            f"    beside rdflib on {few}", f"{faster:.1f} times", f"{rdflib_rate:,.0f} triples/s", goal, faster >= 5
        )
        if count <= ALL_FORMATS:
            trees = _least(opened, "jsonld", out)
            yield Row("  JSON-LD", f"{trees:.1f} s", f"{triples / trees:,.0f} triples/s")
        one = min(cpu(partial(_written, opened, "ttl", out, name_of(count // 2))) for _ in range(ROUNDS))
        yield Row("  one medicine, Turtle", f"{one * 1000:.0f} ms")
    for form in FORMATS if count <= ALL_FORMATS else MAIN:
        told = subprocess.run([sys.executable, "-c", _ALONE, store, form], capture_output=True, check=True)
        before, most = map(int, told.stdout.split())
        yield Row(f"    most memory of a process that exports {form}", f"{most} MB", f"{before} MB before it")
    told = subprocess.run([sys.executable, "-c", _BARE, store.parent / "plain"], capture_output=True, check=True)
    yield Row("    of one that reads all with pyoxigraph alone", f"{int(told.stdout)} MB")


def _least(store: Store, form: Format, out: Path) -> float:
    """Return the processor's seconds that an export takes, the least of several where it is short."""
    took = [cpu(partial(_written, store, form, out))]
    while len(took) < ROUNDS and took[0] < 1:
        took.append(cpu(partial(_written, store, form, out)))
    return min(took)


def _written(store: Store, form: Format, out: Path, medicine: str | None = None) -> None:
    with out.open("wb") as file:
        write(store, form, file, medicine=medicine)


def _by_rdflib(triples: bytes) -> None:
    rdflib.Graph().parse(data=triples, format="nt").serialize(format="turtle")
