"""The measurements: each against a baseline of the same run, in processor time of one core where one core works."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pkgutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from tests.benchmarks.measure import most_memory
from tests.benchmarks.texts import lengthened, originals, write_variants

from epargraph.build import build, read_file
from epargraph.extract import extract
from epargraph.graph import to_graph
from epargraph.model import Document
from epargraph.read import read
from epargraph.stores import open_store
from epargraph.validate import validate

Item = TypeVar("Item")

ROUNDS = 7
"""Each figure is the median of so many rounds, in which what is compared takes turns."""

SIZE = 5000
"""Characters of the overview that times for a text are given for."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was measured, the figure, what it is held against, and whether the goal is met."""

    what: str
    figure: str
    baseline: str = ""
    goal: str = ""
    met: bool = True


def steps(folder: Path) -> Iterator[Row]:
    """Yield how many documents a second of one core reads, extracts, turns into a graph, validates, and all of it."""
    paths = originals()
    documents = [read(path) for path in paths]
    extractions = [extract(each) for each in documents]
    triples = [to_graph(each).triples for each in extractions]
    tasks: dict[str, Callable[[], object]] = {
        "read": lambda: [read(each) for each in paths],
        "extract": lambda: [extract(each) for each in _unseen(documents)],
        "graph": lambda: [to_graph(each) for each in extractions],
        "validate": lambda: [validate(each) for each in triples],
        "whole": lambda: [read_file(each) for each in _unseen(paths)],
    }
    took = _in_turns(tasks)
    whole = statistics.median(took["whole"])
    for name, seconds in took.items():
        middle = statistics.median(seconds)
        yield Row(f"{name}, one core", f"{len(paths) / middle:.0f} documents/s", f"{middle / whole:.0%} of whole")


def against_spacy(folder: Path) -> Iterator[Row]:
    """Yield the time of extraction from 5 kB of text, against a blank spaCy pipeline on the same texts."""
    documents = [read(path) for path in originals()]
    size = sum(len(each.text) for each in documents)
    tasks: dict[str, Callable[[], object]] = {"extract": lambda: [extract(each) for each in _unseen(documents)]}
    try:
        spacy = importlib.import_module("spacy")
    except ImportError:
        yield Row("extract against spaCy", "not measured", "spaCy is not installed")
    else:
        pipeline = spacy.blank("en")
        pipeline.add_pipe("sentencizer")
        tasks["spacy"] = lambda: [pipeline(each.text) for each in documents]
    took = _in_turns(tasks)
    own = statistics.median(took["extract"]) / size * SIZE * 1000
    yield Row("extract, 5 kB, one core", f"{own:.1f} ms", "", "at most 5 ms", own <= 5)
    if "spacy" in took:
        other = statistics.median(took["spacy"]) / size * SIZE * 1000
        ratio = statistics.median(a / b for a, b in zip(took["extract"], took["spacy"], strict=True))
        yield Row("  as a share of blank spaCy", f"{ratio:.2f}", f"spaCy {other:.1f} ms", "at most 1", ratio <= 1)


def processes(folder: Path, count: int = 120) -> Iterator[Row]:
    """Yield how much faster two processes read, extract, graph and validate files than one."""
    files = write_variants(folder, count)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as one, ProcessPoolExecutor(2, spawn) as two:
        for pool in (one, two):
            list(pool.map(read_file, files[:12]))  # started, imported and warm
        took = _in_turns(
            {"one": lambda: list(one.map(read_file, files)), "two": lambda: list(two.map(read_file, files))},
            rounds=3,
            clock=time.perf_counter,
        )
    ratio = statistics.median(a / b for a, b in zip(took["one"], took["two"], strict=True))
    rate = count / statistics.median(took["two"])
    yield Row(
        "whole, two processes against one", f"{ratio:.2f}", f"{rate:.0f} documents/s", "at least 1.7", ratio >= 1.7
    )


def by_number(folder: Path, few: int = 50, many: int = 400) -> Iterator[Row]:
    """Yield the time of extraction for each of many documents against that for each of few."""
    documents = [read(path) for path in write_variants(folder, many)]
    took = _in_turns(
        {
            "few": lambda: [extract(each) for each in _unseen(documents[:few])],
            "many": lambda: [extract(each) for each in _unseen(documents)],
        },
        rounds=3,
    )
    ratio = statistics.median(b / many / (a / few) for a, b in zip(took["few"], took["many"], strict=True))
    yield Row(f"extract, each of {many} against each of {few}", f"{ratio:.2f}", "", "at most 1.15", ratio <= 1.15)


def by_length(folder: Path, short: int = 2, long: int = 32) -> Iterator[Row]:
    """Yield the time of extraction for each character of long texts against that for each of short ones."""
    folder.mkdir(parents=True, exist_ok=True)
    texts: dict[int, Document] = {}
    for times in (short, long):
        file = folder / f"long-{times}.txt"
        file.write_text(lengthened(originals(), times), encoding="utf-8")
        texts[times] = read(file)
    took = _in_turns({str(times): partial(_extracted, text) for times, text in texts.items()})
    length = len(texts[long].text) / len(texts[short].text)
    ratio = statistics.median(b / a / length for a, b in zip(took[str(short)], took[str(long)], strict=True))
    what = f"extract, each character of {len(texts[long].text) // 1000} kB against {len(texts[short].text) // 1000} kB"
    yield Row(what, f"{ratio:.2f}", "", "at most 1.25", ratio <= 1.25)


def memory(folder: Path) -> Iterator[Row]:
    """Yield how much memory a build of many documents takes beyond one of few, and how much the store alone does.

    EPARGRAPH_DOCUMENTS says how many and how few: `EPARGRAPH_DOCUMENTS="50 2700" python -m tests.benchmarks memory`.
    """
    few, many = (int(each) for each in os.environ.get("EPARGRAPH_DOCUMENTS", "50 400").split())
    grown: dict[str, int] = {}
    for name, measured in (("build", _peak_of_build), ("store", _peak_of_store)):
        peaks = []
        for count in (few, many):
            place = folder / str(count)
            write_variants(place / "files", count)
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
                peaks.append(process.submit(measured, place, name).result())
        grown[name] = peaks[1] - peaks[0]
        yield Row(
            f"memory of {'a build' if name == 'build' else 'the store alone'}, {many} documents",
            f"{peaks[1]} MB",
            f"{peaks[0]} MB for {few}",
        )
    beyond = (grown["build"] - grown["store"]) / (many - few) * 1000
    yield Row("  growth beyond the store's, each document", f"{beyond:.0f} kB", "", "at most 40 kB", beyond <= 40)


def _extracted(text: Document) -> None:
    for each in _unseen([text]):
        extract(each)


def _peak_of_build(place: Path, name: str) -> int:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        build([place / "files"], place / name, executor=pool)
        return most_memory()


def _peak_of_store(place: Path, name: str) -> int:
    """Put the graphs of the build into a store of their own, in transactions of the same size."""
    with open_store(place / "build") as built, open_store(place / name, write=True) as store:
        graphs = built.graphs()
        for start in range(0, len(graphs), 50):
            store.replace({graph: built.triples(graph) for graph in graphs[start : start + 50]})
    return most_memory()


def _in_turns(
    tasks: dict[str, Callable[[], object]], *, rounds: int = ROUNDS, clock: Callable[[], float] = time.process_time
) -> dict[str, list[float]]:
    """Return the seconds of each task in each round; a first round, that warms up, is not counted."""
    took: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds + 1):
        for name, task in tasks.items():
            start = clock()
            task()
            if number:
                took[name].append(clock() - start)
    return took


def _unseen(items: Sequence[Item]) -> Iterator[Item]:
    """Yield the items, before each of which what extraction keeps of texts that it has read is forgotten.

    So a text of the round before is read as one never seen. What is kept of single words and of the rules stays: in a
    build of many documents it is there from the first ones on.
    """
    for item in items:
        for forget in _kept_of_texts():
            forget()
        yield item


@cache
def _kept_of_texts() -> tuple[Callable[[], None], ...]:
    """Return what empties the bounded memories of the modules of extraction."""
    forgets: list[Callable[[], None]] = []
    for found in pkgutil.walk_packages(importlib.import_module("epargraph.extract").__path__, "epargraph.extract."):
        for each in vars(importlib.import_module(found.name)).values():
            if hasattr(each, "cache_parameters") and each.cache_parameters()["maxsize"] is not None:
                forgets.append(each.cache_clear)
    return tuple(forgets)
