"""What servers answered, kept on disk: each name's answer with the day it was got, so that it is asked for once."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from epargraph.errors import StoreError

_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
  question TEXT NOT NULL, name TEXT NOT NULL, retrieved TEXT NOT NULL, rows TEXT NOT NULL, PRIMARY KEY (question, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rests (server TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
"""

Row = tuple[str, str, str]
"""What is said of a term: its IRI, as what, and the value."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server has for a name, sorted (nothing, where it has none), and the day on which it said so."""

    retrieved: str
    rows: tuple[Row, ...]


class Answers:
    """The answers kept in a file, made when it is missing; what was put in stays whatever happens afterwards.

    StoreError where the file can't be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, timeout=30)
            self._file.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def get(self, question: str, names: Iterable[str], since: str = "") -> dict[str, Answer]:
        """Return the answers that are there, by name, without those from before the day `since`."""
        query = "SELECT retrieved, rows FROM answers WHERE question = ? AND name = ? AND retrieved >= ?"
        found: dict[str, Answer] = {}
        with self._told():
            for name in names:
                if row := self._file.execute(query, (question, name, since)).fetchone():
                    found[name] = Answer(
                        row[0], tuple(sorted((str(a), str(b), str(c)) for a, b, c in json.loads(row[1])))
                    )
        return found

    def put(self, question: str, retrieved: str, rows: Mapping[str, Iterable[Row]]) -> None:
        """Keep the answers for some names, all or none of them."""
        with self._told(), self._file:
            self._file.executemany(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                [
                    (question, name, retrieved, json.dumps(sorted(told), ensure_ascii=False))
                    for name, told in rows.items()
                ],
            )

    def rest(self, server: str, seconds: float) -> None:
        """Note that a server wants to be left alone for so long."""
        with self._told(), self._file:
            self._file.execute("INSERT OR REPLACE INTO rests VALUES (?, ?)", (server, time.time() + seconds))

    def resting(self, server: str) -> float:
        """Return how many seconds a server still wants to be left alone."""
        with self._told():
            row = self._file.execute("SELECT until FROM rests WHERE server = ?", (server,)).fetchone()
        return max(0.0, float(row[0]) - time.time()) if row else 0.0

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            reason = f"the answers kept there can't be used ({error})"
            raise StoreError(str(self._path), reason, "name another file with --answers, or delete it") from error
