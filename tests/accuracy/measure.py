"""Score the extraction: the real overview, and the practice overviews beside the checkout.

    python tests/accuracy/measure.py SHARED [--worst N] [--gold FOLDER]

SHARED is the folder with score.py, gold/ and corpus/. Documents that were kept aside while the rules were written are
scored by themselves, and so are the invented ones of overviews/. --gold scores a folder of one's own instead: overviews (.txt, .pdf, .html) with their gold (.json).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from epargraph.build import OVERVIEWS
from epargraph.extract import extract
from epargraph.read import read

KEPT_ASIDE = frozenset({"caniflexa", "ektravia"})
"""Practice documents that nobody looked at while the rules were written."""

Pairs = list[tuple[Path, Path]]


def practice(shared: Path) -> dict[str, Pairs]:
    """Return the documents with their gold, by the title of the table that they are scored in."""
    golds = sorted(shared.glob("corpus/*.json"))
    invented = sorted((Path(__file__).parent / "overviews").glob("*.json"))
    real = OVERVIEWS / "lumykras-epar-medicine-overview_en.txt"
    return {
        "Lumykras (real)": [(real, shared / "gold/lumykras.json")],
        "practice overviews": [(gold.with_suffix(".txt"), gold) for gold in golds if gold.stem not in KEPT_ASIDE],
        "practice overviews kept aside": [
            (gold.with_suffix(".txt"), gold) for gold in golds if gold.stem in KEPT_ASIDE
        ],
        "invented overviews": [(gold.with_suffix(".txt"), gold) for gold in invented],
    }


def own(folder: Path) -> dict[str, Pairs]:
    """Return the documents of a folder with their gold."""
    pairs = [
        (file, gold)
        for gold in sorted(folder.glob("*.json"))
        for file in (gold.with_suffix(suffix) for suffix in (".txt", ".pdf", ".html"))
        if file.exists()
    ]
    return {str(folder): pairs}


def table(shared: Path, pairs: Pairs, worst: str = "0") -> str:
    """Return the scorer's table for the documents."""
    with tempfile.TemporaryDirectory() as name:
        gold_folder, predicted = Path(name) / "gold", Path(name) / "predicted"
        gold_folder.mkdir()
        predicted.mkdir()
        for file, gold in pairs:
            shutil.copy(gold, gold_folder / gold.name)
            (predicted / gold.name).write_text(json.dumps(extract(read(file)).to_json()), "utf-8")
        command = [
            sys.executable,
            str(shared / "score.py"),
            "--all",
            "--worst",
            worst,
            str(gold_folder),
            str(predicted),
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def main() -> int:
    """Print a table for each group of documents."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("shared", type=Path)
    args.add_argument("--worst", default="0")
    args.add_argument("--gold", type=Path)
    given = args.parse_args()
    for title, pairs in (own(given.gold) if given.gold else practice(given.shared)).items():
        if pairs:
            sys.stdout.write(f"{len(pairs)} {title}\n{table(given.shared, pairs, given.worst)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
