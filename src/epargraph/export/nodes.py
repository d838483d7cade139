"""What is said of each node, looked up by its name, in a temporary file: memory holds a few of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from types import TracebackType
from typing import Self

from epargraph.stores.sparql import PREFIXES

_TABLE = """CREATE TABLE node (
  name TEXT PRIMARY KEY, medicine INTEGER, told INTEGER DEFAULT 0, pointed INTEGER DEFAULT 0, lines TEXT
) WITHOUT ROWID"""
_ADD = """INSERT INTO node (name, medicine, lines) VALUES (?, ?, ?) ON CONFLICT (name)
  DO UPDATE SET medicine = max(medicine, excluded.medicine), lines = lines || excluded.lines"""
_FIND = "SELECT name, medicine, told, lines FROM node WHERE name = ?"
_NEXT = "SELECT name FROM node WHERE name > ? AND %s ORDER BY name LIMIT 1"
_CACHE = -4000
"""Kilobytes of the file that SQLite holds in memory, as its pragma takes them."""
_A_MEDICINE = f"<{PREFIXES['rdf']}type> <{PREFIXES['epar']}Medicine> ."


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its IRI (or blank node's label), whether it is a medicine and was told of, its triples as N-Triples."""

    name: str
    is_medicine: bool
    told: bool
    lines: str


class Nodes:
    """The nodes that N-Triples tell of, and which of them were told on."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Take canonical N-Triples over, without their line ends; those of a subject may stand in several places."""
        self._file = sqlite3.connect("", isolation_level=None)  # a file without a name, gone when it is closed
        for each in ("PRAGMA journal_mode = off", "PRAGMA synchronous = off", f"PRAGMA cache_size = {_CACHE}", _TABLE):
            self._file.execute(each)
        self._file.execute("BEGIN")
        self._file.executemany(_ADD, _rows(lines))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def find(self, name: str) -> Node | None:
        """Return the node of this name, None where nothing is said of it."""
        row = self._file.execute(_FIND, (name,)).fetchone()
        return Node(row[0], bool(row[1]), bool(row[2]), row[3]) if row else None

    def medicines(self) -> Iterator[Node]:
        """Yield the medicines by name."""
        return self._each("medicine")

    def untold(self) -> Iterator[Node]:
        """Yield by name the nodes that are not told of, when it is their turn."""
        return self._each("NOT told")

    def unpointed(self) -> Iterator[Node]:
        """Yield those of the untold nodes that `point` was not called with."""
        return self._each("NOT told AND NOT pointed")

    def tell(self, names: Iterable[str]) -> None:
        """Keep that nodes are told of."""
        self._file.executemany("UPDATE node SET told = 1 WHERE name = ?", ((name,) for name in names))

    def point(self, names: Iterable[str]) -> None:
        """Keep that an untold node points at these."""
        self._file.executemany("UPDATE node SET pointed = 1 WHERE name = ?", ((name,) for name in names))

    def _each(self, condition: str) -> Iterator[Node]:
        last = ""
        while row := self._file.execute(_NEXT % condition, (last,)).fetchone():
            last = row[0]
            if node := self.find(last):
                yield node


def _rows(lines: Iterable[str]) -> Iterator[tuple[str, bool, str]]:
    for subject, some in groupby(lines, key=lambda line: line.partition(" ")[0]):
        told = list(some)
        name = subject[1:-1] if subject[0] == "<" else subject
        yield name, f"{subject} {_A_MEDICINE}" in told, "\n".join(told) + "\n"
