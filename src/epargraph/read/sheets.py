"""A workbook (.xlsx) to rows of values, its sizes looked at before anything is unpacked into memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from epargraph.errors import SourceError

LARGEST_UNPACKED = 500_000_000
"""Bytes that a workbook may unpack to: EMA's tables have 6 million, one of 100,000 records some 220 million."""
MOST_CELLS = 16_000_000
"""Cells from A1 to the last one: so many are held at once. EMA's tables have 0.1 million."""

_CHUNK = 1 << 20
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,10})["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_FAULT = re.compile(rb"""<(?:\w+:)?c\s[^<>]*\bt=["']e["']""")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)

Value = str | bool | int | float | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its rows of values, "" for an empty cell, and what a reader of its data should know."""

    name: str
    rows: list[list[Value]]
    warnings: tuple[str, ...]
    merged_to: int = 0
    """The last row, counted from 1, in which cells are merged: 0 where there is none."""


def sheets(where: str, data: bytes) -> Iterator[Sheet]:
    """Yield the sheets of a workbook; SourceError where it is broken, encrypted or too large to be a register table."""
    from python_calamine import CalamineError, CalamineWorkbook

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(where, "it is an encrypted or an old workbook (.xls)", "save it as .xlsx without a password")
    formulas, faults = _look(where, data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        for name in names:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            merged_to = max((end[0] + 1 for _, end in sheet.merged_cell_ranges or []), default=0)
            warnings = []
            if formulas:
                warnings.append(f"{formulas} cells hold formulas: what they came to when the file was saved is read")
            if faults:
                warnings.append(f"{faults} cells hold errors (such as #REF!): they are read as empty")
            yield Sheet(name, rows, tuple(warnings), merged_to)
    except (CalamineError, OSError, ValueError) as error:
        raise SourceError(where, f"it is no whole workbook ({error})", "get the file again") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a fault in calamine, which is no Exception
            raise
        raise SourceError(where, "it is no well formed workbook", "get the file again") from None


def _look(where: str, data: bytes) -> tuple[int, int]:
    """Return the numbers of formulas and of errors in cells; SourceError where the parts are broken or too large, whatever sizes they claim."""
    formulas = faults = total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if info.flag_bits & 1:
                    raise SourceError(where, "it is encrypted", "save it without a password")
                if total + info.file_size > LARGEST_UNPACKED:
                    raise _too_large(where)
                whole = bytearray()
                keep = bool(_SHEET.search(info.filename))
                for chunk in _unpacked(archive, info):
                    total += len(chunk)
                    if total > LARGEST_UNPACKED:
                        raise _too_large(where)
                    if keep:
                        whole += chunk
                if keep:
                    _measure(where, bytes(whole))
                    formulas += len(_FORMULA.findall(whole))
                    faults += len(_FAULT.findall(whole))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise SourceError(where, f"it is no whole workbook ({error})", "get the file again") from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise SourceError(where, f"it is no whole workbook ({error})", "get the file again") from error
        raise
    return formulas, faults


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a part unpacks to, to its true end and not to the size that it claims."""
    claimed, info.file_size = info.file_size, 2 * LARGEST_UNPACKED
    checked, info.CRC = info.CRC, None  # type: ignore[assignment]
    try:
        with archive.open(info) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    finally:
        info.file_size, info.CRC = claimed, checked


def _measure(where: str, sheet: bytes) -> None:
    """Raise SourceError where a sheet's cells lie so far apart that all between them would fill the memory."""
    if sheet[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in sheet[:64]:
        raise SourceError(where, "a sheet is not in UTF-8", "save the workbook again")
    across = down = 0
    for letters, digits in _PLACE.findall(sheet):
        column = 0
        for letter in letters.upper():
            column = 26 * column + letter - 64
        across, down = max(across, column), max(down, int(digits))
    if across * down > MOST_CELLS:
        raise SourceError(
            where,
            f"its cells reach over {down:,} rows and {across:,} columns, more than a register table",
            "delete what stands far from the table",
        )


def _too_large(where: str) -> SourceError:
    return SourceError(
        where, f"it unpacks to more than {LARGEST_UNPACKED:,} bytes, more than a register table", "get the file again"
    )
