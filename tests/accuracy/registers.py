"""What validation finds in EMA's registers, by kind and day: `python tests/accuracy/registers.py ../shared`."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from epargraph.build.register import parts, read_part
from epargraph.read.register import read_table


def found(path: Path, pool: ProcessPoolExecutor) -> tuple[str, int, Counter[tuple[str, str]]]:
    """Return a table's day, the number of its records, and how many results each shape has."""
    table = read_table(path)
    results = {each for part in pool.map(read_part, parts(table)) for each in part.results}
    return (
        table.date or "",
        len(table.records),
        Counter((each.severity, each.shape.rpartition("/")[2]) for each in results),
    )


def main() -> None:
    """Print the table, one row for each shape that found something."""
    tables = sorted((Path(sys.argv[1]) / "register").glob("*.xlsx"), key=lambda path: path.stem[-10:])
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        days = [found(path, pool) for path in tables]
    print("| severity | shape | " + " | ".join(day for day, _, _ in days) + " |")
    print("|---|---|" + "---:|" * len(days))
    print("| | records | " + " | ".join(f"{records:,}" for _, records, _ in days) + " |")
    for severity, shape in sorted({key for _, _, counts in days for key in counts}):
        told = " | ".join(str(counts[severity, shape]) for _, _, counts in days)
        print(f"| {severity} | `{shape}` | {told} |")
    print("| | all | " + " | ".join(f"{counts.total():,}" for _, _, counts in days) + " |")


if __name__ == "__main__":
    main()
