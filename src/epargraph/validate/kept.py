"""Results that are kept from one validation to the next, by the SHA-256 of data and shapes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import cache
from importlib.metadata import version
from pathlib import Path

from epargraph.resources import ONTOLOGY
from epargraph.validate.report import Result

_MOST = 500_000
"""How many outcomes a file keeps; then the oldest go."""

_SOME = 500
"""How many keys are asked for at once."""

Outcomes = Mapping[str, tuple[Result, ...]]
"""What was found, by the key of what it was found in."""


def key_of(triples: bytes) -> str:
    """Return the key of a graph: the SHA-256 of its N-Triples and of all that decides what is found in them."""
    return hashlib.sha256(_shapes() + triples).hexdigest()


@cache
def _shapes() -> bytes:
    """Return the fingerprint of the shapes, the ontology, the closed lists and the software that applies them."""
    told = hashlib.sha256()
    for file in sorted(ONTOLOGY.glob("*.ttl")):
        told.update(file.read_bytes())
    told.update(" ".join(version(each) for each in ("epargraph", "pyshacl", "pyoxigraph")).encode())
    return told.digest()


def kept(file: Path | None, keys: Iterable[str]) -> dict[str, tuple[Result, ...]]:
    """Return what the file keeps of these keys: nothing where there is no such file, or one that can't be read."""
    if file is None or not file.is_file():
        return {}
    wanted, found = list(keys), {}
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            for start in range(0, len(wanted), _SOME):
                some = wanted[start : start + _SOME]
                marks = ",".join("?" * len(some))
                for key, told in opened.execute(f"SELECT key, results FROM kept WHERE key IN ({marks})", some):
                    found[key] = _results(told)
    except (sqlite3.Error, ValueError, TypeError):  # what is kept only saves time
        return {}
    return found


def keep(file: Path, outcomes: Outcomes) -> None:
    """Keep outcomes in the file; where that fails, they are found again the next time."""
    if not outcomes:
        return
    rows = [(key, json.dumps([_told(each) for each in results])) for key, results in outcomes.items()]
    try:
        with closing(sqlite3.connect(file)) as opened, opened:
            opened.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, results TEXT NOT NULL)")
            opened.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", rows)
            opened.execute("DELETE FROM kept WHERE rowid <= (SELECT max(rowid) FROM kept) - ?", (_MOST,))
    except sqlite3.DatabaseError:
        file.unlink(missing_ok=True)


def _told(result: Result) -> list[object]:
    place = [result.severity, result.focus, result.path, result.value, result.message, result.shape]
    return [*place, list(result.quotes)]


def _results(told: str) -> tuple[Result, ...]:
    return tuple(
        Result(severity, focus, path, value, message, shape, tuple(quotes))
        for severity, focus, path, value, message, shape, quotes in json.loads(told)
    )
