"""What flows between the steps for a table: its columns, its records with their cells, and the evidence in a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name as the table has it, and its meaning.

    `key` is the meaning's name in columns.toml; None for a column that no layout is known to have.
    """

    name: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a table: the cells that hold anything, by the names of their columns, and its row in the file.

    `id` tells the record from the others of its table: the product number, or the place where that is missing or taken.
    The text of a cell is what offsets count in: entities are characters, white space is single, lost line breaks are back.
    """

    id: str
    row: int
    cells: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A register table as it was read; `date` is the day (ISO 8601) that it stands for, None where nothing tells it."""

    source: str
    sha256: str
    media_type: str
    date: str | None
    columns: tuple[Column, ...]
    records: tuple[Record, ...] = field(repr=False)
    warnings: tuple[str, ...] = ()
    retrieved: str | None = None

    @property
    def excerpt(self) -> bool:
        """Whether the table is an excerpt by the name of its file: a source of its own, which replaces no whole register."""
        return "excerpt" in self.source.lower()

    def names(self) -> Mapping[str, str]:
        """Return the name that each meaning's column has in this table, by the meaning's key."""
        return {column.key: column.name for column in self.columns if column.key is not None}


@dataclass(frozen=True, slots=True)
class CellEvidence:
    """The words of a cell that a fact was read from: `record.cells[column][start:end] == quote`."""

    table: Table = field(repr=False)
    record: str
    column: str
    quote: str
    start: int
    end: int
    rule: str

    def to_json(self) -> dict[str, str | int]:
        """Return the evidence in the JSON form of the catalogue."""
        return {
            "table": self.table.source,
            "sha256": self.table.sha256,
            "record": self.record,
            "column": self.column,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "rule": self.rule,
        }
