"""Read EMA's register of medicines: a workbook, CSV or JSON in any layout to records of clean cells."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from epargraph.errors import SourceError
from epargraph.read import cells, sheets, text
from epargraph.read.columns import Meaning, folded, key_of, meanings
from epargraph.tables import Column, Record, Table
from epargraph.values import date as day_of

SUFFIXES = (".xlsx", ".csv", ".json")
"""The endings of the names of tables."""
LARGEST = 300_000_000
"""Bytes: EMA's tables have one to six million; a larger file is refused unread."""
MOST_RECORDS = 200_000
"""Records: EMA's tables have 2,700."""

MOST_COLUMNS = 500
"""Columns: EMA's tables have up to 39."""

_HEAD = 100
"""The header is looked for in so many rows from the top."""
_SHOWN = 20
"""So many rows of a kind are told one by one."""
_SNIFFED = 16_384
_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9/ -]{1,60}", re.ASCII)
"""What is like a product number: the form of EMEA/H/C/000000 is validation's to judge."""
_NUMBER_COLUMN = re.compile(rb"product[ _]number", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2})(?!\d)")
_FORMS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".json": "application/json",
}


@dataclass(slots=True)
class _Raw:
    """A table as its file has it: what stands above it, its header, its rows with their numbers."""

    above: str
    header: list[str]
    header_row: int
    rows: list[tuple[int, Sequence[object]]]
    warnings: list[str] = field(default_factory=list)


def is_table(path: Path) -> bool:
    """Tell whether the name of the file is that of a register table.

    >>> is_table(Path("ema_medicines_2026-03-14.XLSX")), is_table(Path("overview.pdf"))
    (True, False)
    """
    return path.suffix.lower() in SUFFIXES


def holds_table(path: Path) -> bool:
    """Tell whether a file in a folder is a register table: a workbook, or CSV or JSON that begins as a register does."""
    if not is_table(path) or not path.is_file():
        return False
    if path.suffix.lower() == ".xlsx":
        return not path.name.startswith("~$")
    try:
        with path.open("rb") as file:
            head = file.read(_SNIFFED)
    except OSError:
        return False
    return _NUMBER_COLUMN.search(head) is not None


def read_table(path: Path, *, date: str | None = None, retrieved: str | None = None) -> Table:
    """Return the register table in the file: a workbook (.xlsx), CSV, or the JSON that EMA publishes.

    Its day is `date`, else what stands above the header, else what the file's name says, else the day on which it was
    got. Columns are known by meaning, whatever the layout calls them; an unknown one is kept and reported. Raises
    SourceError where the file holds no such table, or one without its essential columns.
    """
    path = Path(path)
    where = str(path)
    data = _bytes(path)
    ending = _ending(path, data)
    if ending == ".xlsx":
        raw = _from_workbook(where, data)
    else:
        words = text.decode(data)
        if words is None:
            raise SourceError(where, "it is not text in UTF-8", "give the table as .xlsx, or as .csv or .json in UTF-8")
        raw = _from_json(where, words) if ending == ".json" else _from_csv(where, words)
    columns = _columns(where, raw)
    day = _day(date, raw, path.name, retrieved)
    records = tuple(_records(where, raw, columns))
    return Table(
        source=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=_FORMS[ending],
        date=day,
        columns=tuple(columns),
        records=records,
        warnings=tuple(raw.warnings),
        retrieved=retrieved,
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SourceError(str(path), "it is a folder", "name a file in it")
        if path.exists() and not path.is_file():
            raise SourceError(str(path), "it is not a regular file", "name a file")
        if (size := path.stat().st_size) > LARGEST:
            raise SourceError(str(path), f"it has {size:,} bytes, more than any register", "give EMA's own file")
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceError(str(path), "there is no such file", "check the name") from None
    except PermissionError:
        raise SourceError(str(path), "it may not be read", "change its permissions") from None
    except (OSError, ValueError) as error:
        raise SourceError(str(path), f"it can't be read ({error})", "check the name and the disk") from None
    if not data.strip():
        raise SourceError(str(path), "it is empty", "get the file again")
    return data


def _ending(path: Path, data: bytes) -> str:
    """Return the ending that fits what the file holds, whatever its name says."""
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return ".xlsx"
    if re.match(rb"<(?:!doctype|html|\?xml|head|body)", head, re.IGNORECASE):
        raise SourceError(str(path), "it is a web page, not a table", "download the table itself")
    if head.startswith((b"{", b"[")):
        return ".json"
    if path.suffix.lower() == ".xlsx":
        raise SourceError(str(path), "it is no workbook, or only a part of one", "get the file again")
    return ".csv"


def _from_workbook(where: str, data: bytes) -> _Raw:
    for sheet in sheets.sheets(where, data):
        raw = _found(sheet.rows)
        if raw is not None:
            raw.warnings += sheet.warnings
            if sheet.merged_to > raw.header_row:
                raw.warnings.append(
                    f"cells are merged down to row {sheet.merged_to}: only the first of each holds the value"
                )
            return raw
    raise _no_header(where)


def _from_csv(where: str, words: str) -> _Raw:
    known = [
        line
        for line in words.splitlines()[:_HEAD]
        if sum(key_of(cell) is not None for cell in re.split(r"[,;\t]", line)) > 1
    ]
    best = max(known, key=len, default="")
    separator = max(",;\t", key=best.count)
    limit = csv.field_size_limit(10_000_000)
    try:
        rows, quotes = _csv_rows(words, separator)
    except csv.Error as error:
        raise SourceError(where, f"it is no well formed CSV ({error})", "get the file again") from error
    finally:
        csv.field_size_limit(limit)
    raw = _found(rows)
    if raw is None:
        raise _no_header(where)
    if quotes:
        raw.warnings.append("quotation marks stand where none belong: the cells may be divided wrongly")
    short = [row for row, given in raw.rows if given and len(given) < len(raw.header)]
    if short:
        raw.warnings.append(f"fewer cells than the header has: the file may be cut off {_in_rows(short)}")
    return raw


def _csv_rows(words: str, separator: str) -> tuple[list[list[str]], bool]:
    """Return the rows, and whether quotation marks stand where none belong; csv.Error where a quoted cell has no end."""
    try:
        return list(csv.reader(io.StringIO(words, newline=""), delimiter=separator, strict=True)), False
    except csv.Error as error:
        if "end of data" in str(error):
            raise csv.Error("a quoted cell has no end") from error
        return list(csv.reader(io.StringIO(words, newline=""), delimiter=separator)), True


def _from_json(where: str, words: str) -> _Raw:
    twice: list[str] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice.extend(name for name, value in pairs if found[name] is not value)
        return found

    try:
        given = json.loads(words, object_pairs_hook=once)
        if "\\ud" in words.lower():
            json.dumps(given, ensure_ascii=False).encode()  # half a character can't be stored
    except (ValueError, RecursionError) as error:
        raise SourceError(where, f"it is no well formed JSON ({error})", "get the file again") from error
    beside = {}
    if isinstance(given, dict):
        lists = [value for value in given.values() if isinstance(value, list)]
        beside = {name: value for name, value in given.items() if not isinstance(value, list)}
        given = max(lists, key=len, default=None)
    if not isinstance(given, list) or not all(isinstance(record, dict) for record in given):
        raise SourceError(where, "it holds no list of records", "give EMA's JSON: an object with a list of records")
    names = list(dict.fromkeys(name for record in given for name in record))
    _not_too_wide(where, len(names))
    rows: list[tuple[int, Sequence[object]]] = [
        (place, [record.get(name) for name in names]) for place, record in enumerate(given, 1)
    ]
    if sum(key_of(name) is not None for name in names) < 2:
        raise _no_header(where)
    raw = _Raw(json.dumps(beside, ensure_ascii=False), names, 0, rows)
    raw.warnings += [f"a record has {name} twice: the last is read" for name in dict.fromkeys(twice)]
    return raw


def _found(rows: Sequence[Sequence[object]]) -> _Raw | None:
    """Return the rows under the header, which is the row with the most known columns; None where none has two."""
    best, header = 1, -1
    for place, row in enumerate(rows[:_HEAD]):
        known = len({key for cell in row if isinstance(cell, str) and cell and (key := key_of(cell))})
        if known > best:
            best, header = known, place
    if header < 0:
        return None
    above = " ".join(cells.text_of(cell) for row in rows[:header] for cell in row if cell != "")
    names = [cells.clean(cells.text_of(cell)) for cell in rows[header]]
    return _Raw(above, names, header + 1, list(enumerate(rows[header + 1 :], header + 2)))


def _no_header(where: str) -> SourceError:
    wanted = " and ".join(f"“{each.names[0]}”" for each in meanings().values() if each.essential)
    return SourceError(where, f"no row is a header with the columns {wanted}", "give EMA's table of medicines as it is")


def _columns(where: str, raw: _Raw) -> list[Column]:
    """Return the columns by their places; SourceError where an essential one is missing."""
    width = max([len(raw.header), *(len(row) for _, row in raw.rows)])
    _not_too_wide(where, width)
    columns: list[Column] = []
    taken: set[str] = set()
    for place in range(width):
        name = raw.header[place] if place < len(raw.header) else ""
        key = key_of(name) if name else None
        if key in {column.key for column in columns if column.key}:
            raw.warnings.append(f"two columns are {name}: the first is read, the second kept as it is")
            key = None
        name = name or f"column {place + 1}"
        while folded(name) in taken:
            name += " (again)"
        taken.add(folded(name))
        columns.append(Column(name, key))
    known = {column.key for column in columns}
    missing = [each for each in meanings().values() if each.essential and each.key not in known]
    if missing:
        told = ", ".join(" or ".join(f"“{name}”" for name in each.names) for each in missing)
        header = f"the header in row {raw.header_row}" if raw.header_row else "its records"
        raise SourceError(
            where, f"{header} lacks the column {told}", "give EMA's table of medicines with all its columns"
        )
    for place, column in enumerate(columns):
        if column.key is None and any(place < len(row) and row[place] not in ("", None) for _, row in raw.rows):
            raw.warnings.append(f"the column {column.name} is not known: its cells are kept as they are")
    return columns


def _not_too_wide(where: str, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise SourceError(
            where, f"it has {columns:,} columns, more than a register table", "give EMA's table of medicines as it is"
        )


def _day(date: str | None, raw: _Raw, name: str, retrieved: str | None) -> str | None:
    told = [day for found in _DAY.findall(raw.above) if (day := day_of(found))]
    named = [day for found in _DAY.findall(name) if (day := day_of(found))]
    day = date or next(iter([*told, *named]), retrieved)
    for other in (*told[:1], *named[:1]):
        if other != day:
            raw.warnings.append(f"{day} is taken as the table's day, though {other} is told too")
    if day is None:
        raw.warnings.append("nothing tells the table's day")
    return day


def _records(where: str, raw: _Raw, columns: Sequence[Column]) -> Iterator[Record]:
    known = meanings()
    kept = [(place, column.name, known[column.key] if column.key else None) for place, column in enumerate(columns)]
    place_of = {column.key: place for place, column in enumerate(columns) if column.key}
    seen: dict[str, int] = {}
    odd = _Odd()
    count = 0
    for row, given in raw.rows:
        found = dict(_cells(row, given, kept, odd))
        if not found:
            continue
        if _is_header(given, raw.header):
            odd.tell("repeat the header", f"row {row} repeats the header and is passed over")
            continue
        number = found.get(columns[place_of["product_number"]].name, "")
        if not number and columns[place_of["name"]].name not in found:
            odd.tell(
                "are no records",
                f"row {row} is no record, having neither product number nor name: {_short(found.values())}",
            )
            continue
        id_ = number or f"row {row}"
        if not number:
            odd.tell("have no product number", f"row {row} has no product number: {_short(found.values())}")
        elif not _NUMBER.fullmatch(number):
            odd.add(columns[place_of["product_number"]].name, f"“{_short([number])}” is no product number", row)
        if number in seen:
            odd.tell(
                "have the product number of one before",
                f"row {row} has the product number {_short([number])} of row {seen[number]}: both are kept",
            )
            id_ = f"{number} row {row}"
        seen.setdefault(id_, row)
        count += 1
        if count > MOST_RECORDS:
            raise SourceError(where, f"it has more than {MOST_RECORDS:,} records", "give EMA's own file")
        yield Record(id_, row, found)
    raw.warnings += odd.told()
    if not count:
        raw.warnings.append("it holds no records")


def _is_header(given: Sequence[object], header: Sequence[str]) -> bool:
    """Tell whether a row says what the header says; its first cell tells of most that they do not."""
    words = (cells.clean(cells.text_of(value)) for value in given)
    return len(given) == len(header) and all(word == name for word, name in zip(words, header, strict=True))


def _cells(
    row: int, given: Sequence[object], kept: Iterable[tuple[int, str, Meaning | None]], odd: _Odd
) -> Iterator[tuple[str, str]]:
    width = len(given)
    for place, name, meaning in kept:
        value = given[place] if place < width else None
        if value is None or value == "":
            continue
        if isinstance(value, str):
            words = cells.clean(value, lines=meaning is not None and meaning.key == "indication")
        else:
            words = cells.clean(cells.text_of(value))
            if isinstance(value, list | dict):
                odd.add(name, "several values stand where one belongs", row)
            elif meaning is not None and isinstance(value, int | float) and meaning.holds not in ("number", "yes-no"):
                odd.add(name, "a number stands where text belongs", row)
        if words and not (words == "-" and meaning is not None):
            yield name, words


class _Odd:
    """What is odd about cells and rows: once for each column with the rows that have it, and the first rows of a kind."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], list[int]] = {}
        self.kinds: dict[str, list[str]] = {}

    def add(self, column: str, what: str, row: int) -> None:
        self.rows.setdefault((column, what), []).append(row)

    def tell(self, kind: str, what: str) -> None:
        self.kinds.setdefault(kind, []).append(what)

    def told(self) -> Iterator[str]:
        for kind, what in self.kinds.items():
            yield from what[:_SHOWN]
            if len(what) > _SHOWN:
                yield f"{len(what) - _SHOWN:,} more rows {kind}"
        for (column, said), rows in self.rows.items():
            yield f"{column}: {said} {_in_rows(rows)}"


def _in_rows(rows: Sequence[int]) -> str:
    more = f" and {len(rows) - 10:,} more" if len(rows) > 10 else ""
    return f"(row {', '.join(map(str, rows[:10]))}{more})"


def _short(values: Iterable[str]) -> str:
    whole = ", ".join(values)
    return whole if len(whole) <= 80 else f"{whole[:79]}…"
