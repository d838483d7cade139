"""Measure epargraph: `python -m tests.benchmarks [PART...]`, from the folder of the repository."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import register, release, scale, serving, speed
from tests.benchmarks.texts import originals

PARTS: dict[str, Callable[[Path], Iterator[speed.Row]]] = {
    "steps": speed.steps,
    "spacy": speed.against_spacy,
    "number": speed.by_number,
    "length": speed.by_length,
    "processes": speed.processes,
    "memory": speed.memory,
    "register": register.reading,
    "validation": register.validating,
    "questions": register.asking,
    "release": release.releasing,
    "serving": serving.serving,
    "scale": scale.scaling,
}


def main() -> int:
    """Print the table of the parts asked for, all by default; 1 with --check where a goal is missed."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    options.add_argument("part", nargs="*", choices=[[], *PARTS], help="what to measure (default: all)")
    options.add_argument("--check", action="store_true", help="exit with 1 where a goal is missed")
    chosen = options.parse_args()
    texts = originals()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}, Python {platform.python_version()}, {len(texts)} overviews\n")
    print(f"| {'what':50} | {'measured':>16} | {'beside it':20} | {'goal':12} |")
    print(f"|{'-' * 52}|{'-' * 17}:|{'-' * 22}|{'-' * 14}|")
    missed = 0
    for part in chosen.part or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            for row in PARTS[part](Path(folder) / part):
                missed += not row.met
                goal = row.goal if row.met else f"{row.goal} (missed)"
                print(f"| {row.what:50} | {row.figure:>16} | {row.baseline:20} | {goal:12} |", flush=True)
    return 1 if chosen.check and missed else 0


def _machine() -> str:
    """Return what the machine is: its processor, how many cores this process may use, and how busy they are."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{model}, {cores} cores{busy}"


if __name__ == "__main__":
    sys.exit(main())
