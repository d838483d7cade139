"""Whether a downloaded file is what was asked for: a whole PDF, or a register table."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from epargraph.errors import FetchError, SourceError
from epargraph.read import LARGEST as LARGEST_OVERVIEW
from epargraph.read.html import looks_like_html
from epargraph.read.register import LARGEST as LARGEST_REGISTER
from epargraph.read.register import read_table

Kind = Literal["overview", "register"]

LARGEST = {"overview": LARGEST_OVERVIEW, "register": LARGEST_REGISTER}
"""Bytes: what the reading would refuse is not downloaded."""

_EDGE = 2048
_REMEDY = "open the address in a browser to see what is there, or try again later"


def check(url: str, path: Path, kind: Kind) -> None:
    """Raise FetchError for a file that is not of its kind, or not whole."""
    if kind == "register":
        try:
            read_table(path)
        except SourceError as error:
            raise FetchError(url, f"what came is no register table: {error.reason}", _REMEDY) from error
        return
    with path.open("rb") as file:
        head = file.read(_EDGE)
        file.seek(-min(_EDGE, path.stat().st_size), 2)
        tail = file.read()
    if looks_like_html(head) or b"%PDF-" not in head[:1024]:
        what = "a web page came back, not a PDF" if looks_like_html(head) else "what came is no PDF"
        raise FetchError(url, what, _REMEDY)
    if b"%%EOF" not in tail:
        raise FetchError(url, "the PDF that came lacks its end", "try again later")
