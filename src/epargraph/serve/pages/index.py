"""The index of names: medicines, substances, conditions and biomarkers found as one types.

It is made once, from the store, and kept in memory (SQLite's FTS5); a search of a register takes about a millisecond.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import log
from threading import Lock

KINDS = ("medicine", "substance", "condition", "biomarker")
"""What can be found, in the order in which equally good finds are shown."""

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 12
_SCHEMA = """
CREATE VIRTUAL TABLE names USING fts5(
  name, beside, text, iri UNINDEXED, kind UNINDEXED, told UNINDEXED, plain UNINDEXED,
  weight UNINDEXED,
  tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3 4')
"""
_FIND = """
SELECT name, iri, kind, told, beside FROM names WHERE names MATCH ? {only}
ORDER BY plain = ? DESC, plain LIKE ? ESCAPE '\\' DESC,
  bm25(names, 20.0, 6.0, 1.0) * weight, length(name), name
LIMIT ? OFFSET ?
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be found: by its `name`, the names `beside` it (its substances, say) and a `text` on it.

    `told` is the line that is shown under its name; `weight` says how much hangs on it, such as how many medicines.
    """

    iri: str
    kind: str
    name: str
    beside: tuple[str, ...] = ()
    text: str = ""
    told: str = ""
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Entries that fit what was typed: one page of them, how many there are of each kind, and names that are near."""

    query: str
    kind: str
    entries: tuple[Entry, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    near: tuple[str, ...] = ()
    first: int = 0

    @property
    def total(self) -> int:
        """How many entries fit, of the kind asked for."""
        return self.counts.get(self.kind, 0) if self.kind else sum(self.counts.values())


class Index:
    """All names that can be searched for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        every = list(entries)
        self._lock = Lock()
        self._names = {plain(each.name): each.name for each in every}
        self._open = sqlite3.connect(":memory:", check_same_thread=False)
        self._open.execute(_SCHEMA)
        self._open.executemany(
            "INSERT INTO names VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    each.name,
                    " · ".join(each.beside),
                    each.text,
                    each.iri,
                    each.kind,
                    each.told,
                    plain(each.name),
                    log(2.0 + each.weight),
                )
                for each in every
            ],
        )
        self._open.execute("INSERT INTO names(names) VALUES ('optimize')")
        self.examples = _examples(every)
        """A name of each kind to try the search with."""
        self.counts = {kind: sum(each.kind == kind for each in every) for kind in KINDS}

    def find(self, typed: str, *, kind: str = "", most: int = 20, first: int = 0) -> Found:
        """Return what fits every word that was typed, each word by its beginning; nothing for no words.

        The exact name comes first, then names that begin so, then by how well they fit and how much hangs on them. Where nothing fits, `near` has
        the names that are spelt alike.
        """
        words = _WORD.findall(typed)[:_MOST_WORDS]
        if not words:
            return Found(typed, kind, (), {}, (), first)
        match = " ".join(f'"{word}"*' for word in words)
        wanted = plain(typed)
        begins = re.sub(r"([\\%_])", r"\\\1", wanted) + "%"
        only, chosen = ("AND kind = ?", (kind,)) if kind else ("", ())
        with self._lock:
            rows = self._open.execute(_FIND.format(only=only), (match, *chosen, wanted, begins, most, first)).fetchall()
            counts = dict(
                self._open.execute("SELECT kind, count(*) FROM names WHERE names MATCH ? GROUP BY kind", (match,))
            )
        entries = tuple(Entry(iri, of, name, tuple(_parts(beside)), "", told) for name, iri, of, told, beside in rows)
        return Found(typed, kind, entries, counts, () if counts else self._near(wanted), first)

    def _near(self, wanted: str) -> tuple[str, ...]:
        return tuple(self._names[each] for each in get_close_matches(wanted, self._names, n=5, cutoff=0.7))


def _examples(every: Sequence[Entry]) -> tuple[str, ...]:
    """Return a short name of each kind, that with the greatest weight."""
    best = {
        kind: max(
            (each for each in every if each.kind == kind and len(each.name) < 30),
            key=lambda each: (each.weight, each.name),
            default=None,
        )
        for kind in KINDS
    }
    return tuple(each.name for each in best.values() if each)


def _parts(beside: str) -> Sequence[str]:
    return beside.split(" · ") if beside else ()


def plain(text: str) -> str:
    """Return a text as it is compared: lower case, without accents, single spaces.

    >>> plain("  Crohn’s  Disease"), plain("Sjögren")
    ('crohn’s disease', 'sjogren')
    """
    bare = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join(bare.casefold().split())
