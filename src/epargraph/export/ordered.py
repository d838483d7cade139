"""More records than memory should hold, in order: sorted some at a time, put into files, and merged."""

from __future__ import annotations

import heapq
import marshal
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeVar

Record = TypeVar("Record", bound=bytes | str | tuple[object, ...])
"""What `marshal` writes: bytes, text, and tuples of those and of numbers."""

_TOGETHER = 500
"""Records that are written and read in one go."""


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
    with ExitStack() as files:
        runs: list[Kept[Record]] = []
        some: list[Record] = []
        for record in records:
            some.append(record)
            if len(some) == most:
                runs.append(files.enter_context(_run(some)))
                some = []
        some.sort()
        yield from heapq.merge(*runs, some) if runs else some


def _run(records: list[Record]) -> Kept[Record]:
    records.sort()
    kept: Kept[Record] = Kept()
    for record in records:
        kept.add(record)
    return kept
