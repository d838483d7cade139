"""What pages read off the rows of an answer: texts, lists and groups, each checked to be what it should."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeAlias

from epargraph.queries import Cell

Row: TypeAlias = Mapping[str, Cell]
"""A row of an answer, from column to value; None where it binds nothing."""

SEPARATOR = "\x1f"
"""What GROUP_CONCAT of a page's query puts between values, since no text has it."""


def told(row: Row, column: str) -> str:
    """Return a value as text, a date as ISO 8601 writes it; empty where there is none.

    >>> told({"day": date(2022, 1, 6)}, "day"), told({"day": None}, "day")
    ('2022-01-06', '')
    """
    value = row.get(column)
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def listed(row: Row, column: str) -> tuple[str, ...]:
    r"""Return the values that GROUP_CONCAT joined, in their order, each once.

    >>> listed({"names": "b\x1fa\x1f\x1fb"}, "names")
    ('b', 'a')
    """
    return tuple(each for each in dict.fromkeys(told(row, column).split(SEPARATOR)) if each)


def number(row: Row, column: str) -> int:
    """Return a count, 0 where there is none."""
    value = row.get(column)
    return value if isinstance(value, int) else 0


def values(rows: Iterable[Row], column: str) -> tuple[str, ...]:
    """Return the different values of a column, in the order in which they come.

    >>> values([{"n": "b"}, {"n": None}, {"n": "a"}, {"n": "b"}], "n")
    ('b', 'a')
    """
    return tuple(dict.fromkeys(text for row in rows if (text := told(row, column))))


def grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Return the rows of each value of a column, in the order in which they come."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(told(row, column), []).append(row)
    return found
