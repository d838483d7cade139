"""The measurements of a release of EMA's whole register: how long it takes, and in how much memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.register import days, stored
from tests.benchmarks.speed import Row

_COMMAND = """
import atexit, sys
from epargraph.cli import main
from tests.benchmarks.measure import most_memory
atexit.register(lambda: print(most_memory(), file=sys.stderr))
main()
"""
"""A command that tells its memory itself: what the system tells of it begins with that of the process that started it."""


def releasing(folder: Path) -> Iterator[Row]:
    """Yield how long a release of the newest register takes, and its memory beside that of an export as N-Quads."""
    folder.mkdir(parents=True)
    stored(days()[-1:], folder / "store")
    clock, processor, memory = _ran("publish", str(folder / "release"), "--store", str(folder / "store"))
    files = [each for each in (folder / "release").rglob("*") if each.is_file()]
    size = sum(each.stat().st_size for each in files)
    yield Row(
        f"release of one day's register, {len(files):,} files, {size / 1e6:.0f} MB",
        f"{clock:.1f} s",
        f"{processor:.1f} s of processor, load {os.getloadavg()[0]:.1f}",
        "at most 120 s of processor",
        processor <= 120,
    )
    quads = folder / "register.nq"
    _, _, exported = _ran("export", "--format", "nq", "--output", str(quads), "--store", str(folder / "store"))
    yield Row(
        "  its memory at most",
        f"{memory} MB",
        f"export as N-Quads {exported} MB",
    )


def _ran(*arguments: str) -> tuple[float, float, int]:
    """Return the seconds by the clock and of processor time that a command takes, and its own megabytes at most."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments, stderr=said)
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, int(said.split()[-1])
