"""Rows for people: a table where there is room, and long texts below their row where there is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_LONG = 40
"""A column with a cell longer than this may be folded, or told below its row."""

_GAP = 2


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of cells under their columns; columns that are empty in all rows are left out by who makes them.

    Where all fits into the width that there is, it is a table with a line for each row. Else the first long column is
    folded if there is room for it, and other long columns stand below their row. Where not even the short ones
    fit, each row is told cell by cell.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[str] = frozenset()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widths = self._widths()
        return Measurement(min(max(widths, default=1), options.max_width), sum(widths) + _GAP * (len(widths) - 1))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        widths, room = self._widths(), options.max_width
        every = range(len(self.columns))
        if sum(widths) + _GAP * (len(widths) - 1) <= room:
            yield from self._told(list(every), widths, [])
            return
        long = [i for i in every if widths[i] > _LONG]
        short = [i for i in every if i not in long]
        left = room - sum(widths[i] + _GAP for i in short)
        if left + _GAP < 0:
            yield from self._one_by_one()
        elif long and left >= _LONG:
            widths[long[0]] = left
            yield from self._told(sorted([*short, long[0]]), widths, long[1:])
        else:
            yield from self._told(short, widths, long)

    def _widths(self) -> list[int]:
        cells = [self.columns, *self.rows]
        return [max(cell_len(row[i]) for row in cells) for i in range(len(self.columns))]

    def _told(self, across: Sequence[int], widths: Sequence[int], below: Sequence[int]) -> Iterator[RenderableType]:
        yield self._line(across, widths, self.columns, "bold")
        for row in self.rows:
            yield self._line(across, widths, row, "")
            for i in below:
                if row[i]:
                    yield Padding(Text(f"{self.columns[i]}: {row[i]}"), (0, 0, 0, 4), expand=False)

    def _line(self, across: Sequence[int], widths: Sequence[int], row: Sequence[str], style: str) -> Table:
        line = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
        for i in across:
            right = self.columns[i] in self.right
            line.add_column(width=widths[i], justify="right" if right else "left", overflow="fold", style=style)
        line.add_row(*(Text(row[i]) for i in across))
        return line

    def _one_by_one(self) -> Iterator[RenderableType]:
        name = max(cell_len(column) for column in self.columns)
        for number, row in enumerate(self.rows):
            if number:
                yield ""
            for column, cell in zip(self.columns, row, strict=True):
                if cell:
                    line = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
                    line.add_column(width=name, style="bold")
                    line.add_column(overflow="fold")
                    line.add_row(Text(column), Text(cell))
                    yield line
