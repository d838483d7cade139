"""More records than memory should hold, in order: sorted some at a time, put into files, and merged."""

from __future__ import annotations

import heapq
import marshal
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeVar

Record = TypeVar("Record", bound=bytes | str | tuple[object, ...])
"""What `marshal` writes: bytes, text, and tuples of those and of numbers."""

_TOGETHER = 40
"""Records that are written and read in one go."""
_MOST_RUNS = 200
"""Files that are merged at a time: each is open, and some of its records are in memory."""


class Kept(Generic[Record]):
    """Records in a file that is gone when it is closed, to be read in the order in which they came."""

    def __init__(self) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile(prefix="epargraph-")  # noqa: SIM115 -- closed by __exit__
        self._some: list[Record] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def add(self, record: Record) -> None:
        """Keep a record."""
        self._some.append(record)
        if len(self._some) == _TOGETHER:
            self._write()

    def _write(self) -> None:
        marshal.dump(self._some, self._file, 2)  # 2: without a table of what was written before, which takes longer
        self._some = []

    def __iter__(self) -> Iterator[Record]:
        """Yield the records; none is added from then on."""
        self._write()
        self._file.seek(0)
        while True:
            try:
                some: list[Record] = marshal.load(self._file)  # written by this process alone
            except EOFError:
                return
            yield from some


def in_order(records: Iterable[Record], most: int) -> Iterator[Record]:
    """Yield the records sorted, with at most so many of them in memory.

    >>> list(in_order([b"c", b"a", b"d", b"b"], most=2))
    [b'a', b'b', b'c', b'd']
    """
    levels: list[list[Kept[Record]]] = [[]]
    """Sorted files: first those of so many records, then those merged of _MOST_RUNS of the level before, and so on."""
    try:
        some: list[Record] = []
        for record in records:
            some.append(record)
            if len(some) == most:
                some.sort()
                levels[0].append(_kept(some))
                some = []
                _merge(levels)
        some.sort()
        yield from heapq.merge(*chain.from_iterable(levels), some) if levels[0] or levels[1:] else some
    finally:
        for each in chain.from_iterable(levels):
            each.close()


def _merge(levels: list[list[Kept[Record]]]) -> None:
    """Merge the files of each level that has enough of them into one of the next level."""
    for level, runs in enumerate(levels):
        if len(runs) < _MOST_RUNS:
            return
        if level + 1 == len(levels):
            levels.append([])
        levels[level + 1].append(_kept(heapq.merge(*runs)))
        for each in runs:
            each.close()
        runs.clear()


def _kept(records: Iterable[Record]) -> Kept[Record]:
    kept: Kept[Record] = Kept()
    for record in records:
        kept.add(record)
    return kept
