"""The validation of a whole store, killed when half of it is done and begun again: speed, and the memory of each process."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.speed import Row

from epargraph import processes

_COMMAND = "from epargraph.cli import main; main()"
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of `epargraph validate --again`: seconds, outcomes kept at its end, and the most megabytes a process had."""

    seconds: float
    kept: int
    parent: int
    child: int


def validated(count: int, store: Path) -> Iterator[Row]:
    """Yield what validating a store of so many medicines takes on all cores, by the command itself."""
    keeping = store / "validated.sqlite"
    keeping.unlink(missing_ok=True)
    cores = processes.cores()
    first = _run(store, keeping, count // 2)
    yield _row(f"  validation, {cores} cores, killed half-way", first, first.kept)
    second = _run(store, keeping, None)
    yield _row("    the rest, after that", second, second.kept - first.kept)
    third = _run(store, keeping, None)
    yield Row("    once more: nothing to do", f"{third.seconds:.1f} s", f"{count / third.seconds:,.0f} medicines/s")


def _row(what: str, run: _Run, done: int) -> Row:
    memory = f"at most {run.parent} MB, {run.child} MB each process of the pool"
    return Row(what, f"{done / run.seconds:.0f} medicines/s", f"{done:,} in {run.seconds:.1f} s, {memory}")


def _run(store: Path, keeping: Path, until: int | None) -> _Run:
    """Run the command to its end, or kill it as soon as so many outcomes are kept."""
    command = [sys.executable, "-c", _COMMAND, "validate", "--again", "--store", str(store), "--format", "json"]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    parent = child = 0
    while process.poll() is None:
        parent = max(parent, _memory(process.pid))
        child = max([child, *map(_memory, _children(process.pid))])
        if until is not None and _kept(keeping) >= until:
            process.kill()
        time.sleep(_PAUSE)
    seconds = time.perf_counter() - start
    if until is None and process.returncode not in (0, 1):
        raise RuntimeError(f"validate ended with {process.returncode}")
    return _Run(seconds, _kept(keeping), parent, child)


def _kept(keeping: Path) -> int:
    if not keeping.exists():
        return 0
    with closing(sqlite3.connect(f"{keeping.as_uri()}?mode=ro", uri=True)) as opened:
        try:
            return int(opened.execute("SELECT count(*) FROM kept").fetchone()[0])
        except sqlite3.OperationalError:  # it is being made, or written
            return 0


def _memory(process: int) -> int:
    """Return the most megabytes that a process had, 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return int(told.partition("VmHWM:")[2].split()[0]) // 1024 if "VmHWM:" in told else 0


def _children(process: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []
