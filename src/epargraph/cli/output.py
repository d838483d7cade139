"""Where output goes: a terminal, a pipe, or a file that appears only when it is whole."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from epargraph.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType


def write(data: bytes, to: Path | None) -> None:
    """Write to standard output, or to a file that appears only when it is whole."""
    if to is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    write_by(lambda file: file.writelines([data]), to)


def write_by(writer: Callable[[BinaryIO], None], to: Path | None) -> None:
    """Write what a function writes to a file, as `write` does: nothing where it fails, and never all of it in memory."""
    if to is None:
        with _whole(writer) as whole:
            sys.stdout.flush()
            shutil.copyfileobj(whole, sys.stdout.buffer, _SOME)
            sys.stdout.buffer.flush()
        return
    try:
        if to.exists() and not to.is_file():  # a device or a pipe can't be replaced; a folder is refused here
            with to.open("wb") as device, _whole(writer) as whole:
                shutil.copyfileobj(whole, device, _SOME)
            return
        target = to.resolve()  # what a link points at is replaced, not the link
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            path = Path(folder) / "whole"
            with path.open("wb") as file:
                writer(file)
            path.replace(target)
    except OSError as error:
        raise UsageError(f"output {to}", error.strerror or str(error), "name a file that can be written") from error


@contextmanager
def _whole(writer: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """Give what a function writes, in a file that is gone afterwards."""
    with tempfile.TemporaryFile(prefix="epargraph-") as file:
        writer(file)
        file.seek(0)
        yield file


_SOME = 1 << 20
"""Bytes that are copied at a time."""


def show(to: Path | None, *parts: RenderableType) -> None:
    """Print for people: in colour and folded on a terminal, else plain and as wide as needed (COLUMNS limits it)."""
    from rich.console import Console
    from rich.measure import Measurement

    if to is None and sys.stdout.isatty():
        console = Console(markup=False, emoji=False, highlight=False)
        for part in parts:
            console.print(part)
        return
    plain = StringIO()
    width = int(columns) if (columns := os.environ.get("COLUMNS", "")).isdecimal() and int(columns) > 0 else 0
    console = Console(file=plain, color_system=None, width=width or 100_000, markup=False, emoji=False, highlight=False)
    for part in parts:
        wide = Measurement.get(console, console.options, part).maximum
        console.print(part, width=min(wide, console.width) or 1)
    write("".join(f"{line.rstrip()}\n" for line in plain.getvalue().splitlines()).encode(), to)


def note(text: str) -> None:
    """Write a line to the error stream."""
    sys.stderr.write(f"{printable(text)}\n")


def printable(text: str) -> str:
    r"""Return the text without characters that steer a terminal.

    >>> printable("red \x1b[31m alert")
    'red �[31m alert'
    """
    return "".join("�" if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 else c for c in text)


def json_bytes(value: object) -> bytes:
    """Return a value as JSON in UTF-8, whatever the locale."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def turtle(triples: bytes) -> bytes:
    """Return N-Triples as Turtle for people."""
    import pyoxigraph

    from epargraph.export.turtle import turtle as written

    parsed = pyoxigraph.parse(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return written(sorted({quad.triple for quad in parsed}, key=str)).encode()
