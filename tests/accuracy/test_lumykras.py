"""The real overview: every fact that people found in it, and no other, each in its words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from epargraph.extract import extract
from epargraph.read import read


@pytest.mark.parametrize("source", [False, True], ids=["text as read", "source"])
def test_lumykras_is_read_whole(shared: Callable[[str], Path], tmp_path: Path, lumykras: Path, source: bool) -> None:
    """The scorer counts an F1 of at least 0.99, and every fact grounded in the text as read and in the source."""
    predicted = tmp_path / "lumykras.json"
    predicted.write_text(json.dumps(extract(read(lumykras)).to_json()), "utf-8")
    command = [
        sys.executable,
        str(shared("score.py")),
        str(shared("gold/lumykras.json")),
        str(predicted),
        "--worst",
        "20",
    ]
    if source:
        command += ["--source", str(lumykras)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    f1 = next(line.split()[-1] for line in told.splitlines() if line.startswith("all "))
    assert float(f1) >= 0.99, told
    good, facts = next(line for line in told.splitlines() if "grounded" in line).rsplit("grounded ", 1)[1].split(" of ")
    assert good == facts, told


def test_the_bundled_overview_is_the_one_of_the_gold(shared: Callable[[str], Path], lumykras: Path) -> None:
    """The overview in data/ is byte for byte the document that the gold was made from."""
    assert lumykras.read_bytes() == shared(f"gold/{lumykras.name}").read_bytes()
