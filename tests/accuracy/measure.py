"""Score the extraction: the real overview, and the practice overviews beside the checkout.

    python tests/accuracy/measure.py SHARED [--worst N]

SHARED is the folder with score.py, gold/ and corpus/. Documents that are kept aside are left out: no rule was written with a
look at them, so what they say of accuracy is worth more, and is measured only before a release.
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


def predict(file: Path, gold: Path, folder: Path) -> None:
    """Put the gold and what is read from the file side by side, under the gold's name."""
    for name in ("gold", "predicted"):
        (folder / name).mkdir(exist_ok=True)
    shutil.copy(gold, folder / "gold" / gold.name)
    (folder / "predicted" / gold.name).write_text(json.dumps(extract(read(file)).to_json()), "utf-8")


def main() -> int:
    """Print the scorer's table for the real overview and for the practice overviews."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("shared", type=Path)
    args.add_argument("--worst", default="0")
    given = args.parse_args()
    practice = [gold for gold in sorted(given.shared.glob("corpus/*.json")) if gold.stem not in KEPT_ASIDE]
    real = OVERVIEWS / "lumykras-epar-medicine-overview_en.txt"
    for title, pairs in (
        ("Lumykras (real)", [(real, given.shared / "gold/lumykras.json")]),
        (f"{len(practice)} practice overviews", [(gold.with_suffix(".txt"), gold) for gold in practice]),
    ):
        if not pairs:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for file, gold in pairs:
                predict(file, gold, folder)
            scorer = [sys.executable, str(given.shared / "score.py"), "--all", "--worst", given.worst]
            sys.stdout.write(f"{title}\n")
            sys.stdout.flush()
            subprocess.run([*scorer, str(folder / "gold"), str(folder / "predicted")], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
