"""Each store with the same invented medicines: load, look-up, every question, export and validation, as a table of Markdown.

`python -m tests.benchmarks.stores [MEDICINES...] [--stores STORE...]`, by default 100 and 2,700 medicines and every store.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import rdflib
from tests.benchmarks.measure import seconds
from tests.benchmarks.medicines import medicines, name_of
from tests.benchmarks.scale import LOOKUP, store_in, vocabulary_quads
from tests.stores.conftest import Served, oxigraph, rdflib_endpoint, running, virtuoso

from epargraph import queries
from epargraph.build import validate_store
from epargraph.errors import EparGraphError
from epargraph.export import write
from epargraph.stores import Store, open_store, sparql
from epargraph.stores.endpoint import UNION, Endpoint

LIMIT = 10.0
"""Seconds that a question may take."""
SOME = 0.3
"""Seconds in which a question is asked again and again, at most TIMES times; the least counts."""
TIMES = 20
STORES = ("folder", "pyoxigraph", "oxigraph", "virtuoso", "rdflib-endpoint", "rdflib")
"""The stores in the order of the columns."""
BATCH = 200
"""Graphs that are sent to a server in one go: what it takes in one request, some megabytes."""

Ask = Callable[[str], object]
Figure = float | str
"""Seconds, or why there are none."""


@dataclass
class Column:
    """What one store took: seconds, or words where it has none."""

    title: str
    figures: dict[str, Figure] = field(default_factory=dict)

    def tell(self, name: str, figure: Figure) -> None:
        """Take a figure over, and say it at once: some stores take an hour."""
        self.figures[name] = figure
        print(f"{self.title}: {name}: {_cell(figure)}", file=sys.stderr, flush=True)


def texts() -> dict[str, str]:
    """Return the questions as they are asked: of the first medicine where they are of one."""
    return {
        each.name: each.bind(**{p.name: name_of(0) for p in each.parameters if p.type == "medicine"})
        for each in queries.load().values()
    }


def least(ask: Ask, text: str) -> Figure:
    """Return the least time that a question takes, over the limit as words, and so what the store refuses."""
    took: list[float] = []
    while not took or (sum(took) < SOME and len(took) < TIMES):
        start = time.perf_counter()
        try:
            ask(text)
        except EparGraphError:
            spent = time.perf_counter() - start
            return f"over {LIMIT:.0f} s" if spent >= LIMIT - 0.5 else "refused"
        took.append(time.perf_counter() - start)
    return min(took)


def in_folder(count: int, folder: Path) -> Column:
    """Measure the store in a folder."""
    column, where = Column("folder"), folder / "store"
    column.tell("load", seconds(lambda: store_in(folder / "all.nq", where)))
    with open_store(where) as store:
        _ask_all(column, partial(store.query, accept="text/csv"), count)
        column.tell("export as N-Quads", _exported(store, folder))
    column.tell("validation", seconds(lambda: validate_store(where)))
    return column


def in_process(count: int, folder: Path) -> Column:
    """Measure pyoxigraph on the same quads, asked without epargraph."""
    column = Column("pyoxigraph")
    store = ox.Store(str(folder / "plain"))
    quads = folder / "all.nq"
    load = seconds(lambda: store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS))
    column.tell("load", load + seconds(store.optimize))  # as the store in a folder does when it is closed

    def ask(text: str) -> None:
        answer = store.query(text, prefixes=sparql.PREFIXES, use_default_graph_as_union=True)
        assert isinstance(answer, ox.QuerySolutions)
        answer.serialize(format=ox.QueryResultsFormat.CSV)

    _ask_all(column, ask, count)
    with (folder / "dumped.nq").open("wb") as file:
        column.tell("export as N-Quads", seconds(lambda: store.dump(file, format=ox.RdfFormat.N_QUADS)))
    return column


def on_server(title: str, served: Served, count: int, folder: Path) -> Column:
    """Measure a server that is written to, its default graph being the union."""
    column = Column(title)
    with running(served), _told(EPARGRAPH_DEFAULT_GRAPH=UNION):
        column.tell("load", seconds(lambda: store_in(folder / "all.nq", served.url, BATCH)))
        _ask_all(column, _at(served), count)
        with open_store(served.url) as store:
            column.tell("export as N-Quads", _exported(store, folder))
        column.tell("validation", seconds(lambda: validate_store(served.url)))
    return column


def on_rdflib_endpoint(count: int, folder: Path) -> Column:
    """Measure rdflib-endpoint, which loads the quads when it starts and is not written to."""
    column = Column("rdflib-endpoint")
    served = rdflib_endpoint(folder / "endpoint", folder / "all.nq")
    column.tell("load", seconds(served.start))
    try:
        _ask_all(column, _at(served), count)
    finally:
        served.kill()
    return column


def by_rdflib(count: int, folder: Path) -> Column:
    """Measure rdflib's own engine in this process, each question in a copy of it that ends when its time is over."""
    column = Column("rdflib")
    graph = rdflib.Dataset(default_union=True)
    column.tell("load", seconds(lambda: graph.parse(folder / "all.nq", format="nquads")))
    for name, text in {"look-up by medicine": LOOKUP % 0, **texts()}.items():
        column.tell(name, _forked(partial(_ask_rdflib, graph, text)))
    column.tell("export as N-Quads", seconds(lambda: graph.serialize(folder / "rdflib.nq", format="nquads")))
    return column


def _at(served: Served) -> Ask:
    """Return what asks a server; one that did not answer in time is started anew, since it goes on with what nobody waits for."""

    def ask(text: str) -> None:
        try:
            with Endpoint(served.url, default_graph=UNION, deadline=LIMIT) as store:
                store.query(text, accept="text/csv")
        except EparGraphError:
            served.kill()
            served.start()
            raise

    return ask


def _ask_all(column: Column, ask: Ask, count: int) -> None:
    spread = [least(ask, LOOKUP % (number * count // 20)) for number in range(20)]
    told = [each for each in spread if isinstance(each, float)]
    column.tell("look-up by medicine", statistics.median(told) if len(told) == len(spread) else str(spread[-1]))
    for name, text in texts().items():
        column.tell(name, least(ask, text))


def _exported(store: Store, folder: Path) -> float:
    with (folder / "exported").open("wb") as file:
        return seconds(partial(write, store, "nq", file))


def _forked(task: Callable[[], object]) -> Figure:
    """Return how long a task takes in a copy of this process, which ends when its time is over."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)

    def timed() -> None:
        try:
            theirs.send(least(lambda _: task(), ""))
        except Exception:  # whatever rdflib raises for a question, it is told as a refusal
            theirs.send("refused")

    process = context.Process(target=timed)
    process.start()
    told: Figure = ours.recv() if ours.poll(LIMIT) else f"over {LIMIT:.0f} s"
    process.kill()
    process.join()
    return told


def _ask_rdflib(graph: rdflib.Dataset, text: str) -> None:
    list(graph.query(sparql.with_prefixes(text)))


@contextmanager
def _told(**environment: str) -> Iterator[None]:
    """Set variables of the environment for a while."""
    os.environ |= environment
    try:
        yield
    finally:
        for name in environment:
            del os.environ[name]


def columns(count: int, folder: Path, stores: Sequence[str]) -> Iterator[Column]:
    """Yield what each of these stores took with so many medicines."""
    with (folder / "all.nq").open("wb") as file:
        for graph in medicines(count):
            file.write(graph.quads())
        file.writelines(vocabulary_quads())
    if "folder" in stores:
        yield in_folder(count, folder)
    if "pyoxigraph" in stores:
        yield in_process(count, folder)
    if "oxigraph" in stores:
        yield on_server("Oxigraph's server", oxigraph(folder / "server", "--union-default-graph"), count, folder)
    if "virtuoso" in stores:
        with _told(EPARGRAPH_USER="dba", EPARGRAPH_PASSWORD="dba"):  # the password that it comes with
            yield on_server("Virtuoso", virtuoso(folder / "virtuoso", buffers=200_000), count, folder)
    if "rdflib-endpoint" in stores:
        yield on_rdflib_endpoint(count, folder)
    if "rdflib" in stores:
        yield by_rdflib(count, folder)


def rows(of: Sequence[Column]) -> Iterator[str]:
    """Yield the lines of the table, and how the questions of its first store stand beside those of each other."""
    titles = [each.title for each in of]
    yield f"| | {' | '.join(titles)} |"
    yield f"|---|{'---:|' * len(titles)}"
    for name in of[0].figures:
        yield f"| {name} | {' | '.join(_cell(each.figures.get(name, '')) for each in of)} |"
    ours = of[0].figures
    for other in of[1:]:
        both = [
            theirs / mine
            for name in texts()
            if isinstance(mine := ours[name], float) and isinstance(theirs := other.figures[name], float)
        ]
        far = sum(each >= 20 for each in both)
        long = sum(other.figures[name] == f"over {LIMIT:.0f} s" for name in texts())
        if both:
            yield (
                f"\nAgainst {of[0].title} {other.title} takes {min(both):.2f} to {max(both):.1f} times as long for a question, "
                f"{statistics.median(both):.2f} in the median of {len(both)}, {far} of them at least 20 times; {long} more took "
                f"over {LIMIT:.0f} s."
            )


def _cell(figure: Figure) -> str:
    if isinstance(figure, str):
        return figure
    return f"{figure:.1f} s" if figure >= 1 else f"{figure * 1000:.1f} ms"


def main() -> None:
    """Print a table for each number of medicines."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.stores", description=main.__doc__)
    options.add_argument("medicines", nargs="*", type=int, default=[100, 2700], help="how many (default: 100 2700)")
    options.add_argument("--stores", nargs="+", choices=STORES, default=STORES, help="which ones (default: all)")
    chosen = options.parse_args()
    for count in chosen.medicines:
        with tempfile.TemporaryDirectory() as folder, _told(EPARGRAPH_ARCHIVE=str(Path(folder) / "archive")):
            found = list(columns(count, Path(folder), chosen.stores))
            print(f"\n{count:,} medicines, load {os.getloadavg()[0]:.1f}:\n")
            print("\n".join(rows(found)), flush=True)


if __name__ == "__main__":
    main()
