"""Where output goes: a terminal, a pipe, or a file that appears only when it is whole."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

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
    try:
        if to.exists() and not to.is_file():  # a device or a pipe can't be replaced; a folder is refused here
            to.write_bytes(data)
            return
        target = to.resolve()  # what a link points at is replaced, not the link
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            whole = Path(folder) / "whole"
            whole.write_bytes(data)
            whole.replace(target)
    except OSError as error:
        raise UsageError(f"output {to}", error.strerror or str(error), "name a file that can be written") from error


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
