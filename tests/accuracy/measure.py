"""Score the extraction: the real overview, the practice overviews beside the checkout, invented ones, the register's indications.

    python tests/accuracy/measure.py SHARED [--worst N] [--gold FOLDER]

SHARED is the folder with score.py, gold/, corpus/ and register/. Each group of documents (see README.md here) is scored by itself.
--gold scores a folder of one's own instead: overviews (.txt, .pdf, .html) with their gold (.json).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from epargraph.build import OVERVIEWS
from epargraph.extract import extract
from epargraph.extract.register import extract_table
from epargraph.read import read
from epargraph.read.register import read_table

HERE = Path(__file__).parent
REGISTER = "register/ema_medicines_2026-03-14.xlsx"
"""The table whose indications have gold, by product number, in indications/."""


@dataclass(frozen=True, slots=True)
class Case:
    """A document: its name, its gold and what was read from it, both as JSON."""

    name: str
    gold: str
    found: str


Group = Callable[[], Iterator[Case]]


def groups(shared: Path) -> dict[str, Group]:
    """Return the groups of documents by the titles of their tables."""
    real = OVERVIEWS / "lumykras-epar-medicine-overview_en.txt"
    return {
        "Lumykras (real)": lambda: _overviews([real], [shared / "gold/lumykras.json"]),
        "practice overviews": lambda: of_folder(shared / "corpus"),
        "invented overviews": lambda: of_folder(HERE / "overviews"),
        "invented results of studies": lambda: of_folder(HERE / "results"),
        "invented overviews kept aside": lambda: of_folder(HERE / "kept_aside"),
        "indications of the register": lambda: _indications(shared, "read"),
        "indications of the register kept aside": lambda: _indications(shared, "kept_aside"),
    }


def of_folder(folder: Path) -> Iterator[Case]:
    """Yield the documents of a folder that have gold beside them."""
    golds = sorted(folder.glob("*.json"))
    files = [
        next((file for each in (".txt", ".pdf", ".html") if (file := gold.with_suffix(each)).exists()), None)
        for gold in golds
    ]
    found = [(file, gold) for file, gold in zip(files, golds, strict=True) if file is not None]
    return _overviews([file for file, _ in found], [gold for _, gold in found])


def _overviews(files: Sequence[Path], golds: Sequence[Path]) -> Iterator[Case]:
    for file, gold in zip(files, golds, strict=True):
        yield Case(gold.stem, gold.read_text("utf-8"), json.dumps(extract(read(file)).to_json()))


def _indications(shared: Path, name: str) -> Iterator[Case]:
    """Yield the indications of the records that have gold: the cell is the text, as it was read."""
    wanted: Mapping[str, object] = json.loads((HERE / "indications" / f"{name}.json").read_text("utf-8"))
    reading = extract_table(read_table(shared / REGISTER))
    column = reading.table.names()["indication"]
    for entry in reading.entries:
        if entry.number in wanted:
            facts = [each.to_json() for each in entry.facts if each.evidence[0].column == column]
            kinds = {"kinds": ["Indication", "Biomarker"], "facts": wanted[entry.number]}
            found = json.dumps({"text": entry.record.cells[column], "facts": facts})
            yield Case(entry.number.replace("/", "-"), json.dumps(kinds), found)


def table(shared: Path, group: Group, worst: str = "0") -> tuple[int, str]:
    """Return the number of a group's documents and the scorer's table for them."""
    with tempfile.TemporaryDirectory() as name:
        gold, found = Path(name) / "gold", Path(name) / "found"
        gold.mkdir()
        found.mkdir()
        for case in group():
            (gold / f"{case.name}.json").write_text(case.gold, "utf-8")
            (found / f"{case.name}.json").write_text(case.found, "utf-8")
        command = [sys.executable, str(shared / "score.py"), "--all", "--worst", worst, str(gold), str(found)]
        told = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
        return len(list(gold.iterdir())), told


def main() -> int:
    """Print a table for each group of documents."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("shared", type=Path)
    args.add_argument("--worst", default="0")
    args.add_argument("--gold", type=Path)
    given = args.parse_args()
    own: Path | None = given.gold
    chosen = {str(own): lambda: of_folder(own)} if own is not None else groups(given.shared)
    for title, group in chosen.items():
        count, told = table(given.shared, group, given.worst)
        sys.stdout.write(f"{count} {title}\n{told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
