"""Registry files to terms, one after another: OBO, RDF in any syntax, tables; what is bad in a line is told, the rest is used."""

from __future__ import annotations

import csv
import gzip
import io
import re
import tomllib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from epargraph.errors import SourceError, UsageError
from epargraph.link.mapping import Fault
from epargraph.link.prefixes import curie, prefix_of
from epargraph.link.sssom import is_sssom, rows
from epargraph.link.terms import KINDS, PREFIX_KINDS, Term, mesh_kinds

_LONGEST = 2_000_000
"""Characters of a line: what is longer is no line of a registry."""

_SPAN = 20
"""Lines over which a cell in quotes may go on."""

_KEYS = frozenset(
    "name header columns first second prefix id label synonyms separator xrefs trees kind kinds witness delimiter".split()
)
_BUNDLED = Path(__file__).with_name("tables.toml")

Names = Callable[[str], bool]
"""Tells whether a name is one of those that are looked for."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of identifiers elsewhere, of the prefix given; `{NAME}` takes it from another column, none from the cell."""

    name: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is read: see tables.toml."""

    name: str
    id: str
    prefix: str = ""
    header: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    first: str = ""
    second: str = ""
    label: str = ""
    synonyms: tuple[str, ...] = ()
    separator: str = "|"
    xrefs: tuple[Column, ...] = ()
    trees: str = ""
    kind: str = ""
    kinds: frozenset[str] = frozenset()
    witness: bool = False


def layouts(path: Path = _BUNDLED) -> tuple[Layout, ...]:
    """Return the layouts of tables that a TOML file tells; UsageError, naming table and key, for one that is not well formed."""
    try:
        told = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise UsageError(str(path), error.strerror or str(error), "name a readable file") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(str(path), f"it is no TOML ({error})", "see link/tables.toml for examples") from error
    tables = told.get("table")
    if not isinstance(tables, list) or not tables:
        raise UsageError(str(path), "it has no [[table]]", "see link/tables.toml for examples")
    return tuple(_layout(path, number, each) for number, each in enumerate(tables, 1))


def _layout(path: Path, number: int, told: dict[str, object]) -> Layout:
    where = f"{path}, table {number}"
    for key in told.keys() - _KEYS:
        raise UsageError(where, f"the key {key} is not known", f"use {', '.join(sorted(_KEYS))}")
    if not isinstance(told.get("id"), str) or not (told.get("header") or told.get("columns")):
        raise UsageError(where, "it lacks id, or both header and columns", "see link/tables.toml for examples")
    xrefs = told.get("xrefs", [])
    try:
        for kind in sorted(set(_texts(told, "kinds")) - set(KINDS)):
            raise UsageError(where, f"{kind} is no kind of name", f"use {', '.join(KINDS)}")
        assert isinstance(xrefs, list)
        return Layout(
            name=str(told.get("name", path.stem)),
            id=str(told["id"]),
            prefix=str(told.get("prefix", "")),
            header=_texts(told, "header"),
            columns=_texts(told, "columns"),
            first=str(told.get("first", "")),
            second=str(told.get("second", "")),
            label=str(told.get("label", "")),
            synonyms=_texts(told, "synonyms"),
            separator=str(told.get("separator", "|")),
            xrefs=tuple(Column(str(each["column"]), str(each.get("prefix", ""))) for each in xrefs),
            trees=str(told.get("trees", "")),
            kind=str(told.get("kind", "")),
            kinds=frozenset(_texts(told, "kinds")),
            witness=told.get("witness") is True,
        )
    except (AssertionError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(where, "a value is not of its key's type", "see link/tables.toml for examples") from error


def _texts(told: dict[str, object], key: str) -> tuple[str, ...]:
    value = told.get(key, [])
    assert isinstance(value, list)
    return tuple(str(each) for each in value)


@cache
def _bundled() -> tuple[Layout, ...]:
    return layouts()


def read_terms(path: Path, wanted: Names, more: Sequence[Layout] = ()) -> Iterator[Term | Fault]:
    """Yield the terms of a registry file, or what is bad in a line of it; SourceError for a file that can't be read at all.

    RDF yields only terms with a wanted name (and whatever bears no name); the other forms yield all.
    """
    name = path.name.lower().removesuffix(".gz")
    if not path.is_file():
        reason = "it is a folder" if path.is_dir() else "there is no such file"
        raise SourceError(str(path), reason, "name a registry's file")
    try:
        if is_sssom(path):
            yield from _sssom(path)
        elif name.endswith(".obo"):
            yield from _obo(path)
        elif name.endswith((".tsv", ".csv", ".txt")):
            yield from _table(path, (*more, *_bundled()))
        else:
            from epargraph.link.rdf import read_rdf

            yield from read_rdf(path, wanted)
    except gzip.BadGzipFile as error:
        raise SourceError(str(path), f"it is not packed by gzip, as its name says ({error})", "rename it") from error
    except (OSError, EOFError) as error:
        raise SourceError(str(path), getattr(error, "strerror", None) or str(error), "name a readable file") from error


def _sssom(path: Path) -> Iterator[Term | Fault]:
    """Yield what people curated: exact matches as cross-references, what they deny with a `not` ahead.

    A prediction agrees with names because it was made from them.
    """
    for row in rows(path, curated=True):
        if isinstance(row, Fault):
            yield row
            continue
        one, other = curie(row.subject), curie(row.object)
        if one is None or other is None:
            continue
        denied = "not " if row.mapping.negative else ""
        yield Term(one, xrefs=(denied + other,), origin=path.name)
        yield Term(other, xrefs=(denied + one,), origin=path.name)


@contextmanager
def lines(path: Path) -> Iterator[TextIO]:
    """Open a text, packed or not; what is not UTF-8 becomes a replacement character."""
    raw = gzip.GzipFile(path) if path.suffix == ".gz" else path.open("rb")
    with io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="") as text:
        yield text


def _obo(path: Path) -> Iterator[Term | Fault]:
    """Yield the terms of an OBO file; stanzas without an identifier and lines that are none are faults."""
    stanza: dict[str, list[str]] = {}
    begun = 0
    kind = ""
    with lines(path) as text:
        for number, line in enumerate(iter(lambda: text.readline(_LONGEST), ""), 1):
            line = line.strip()
            if line.startswith("["):
                yield from _stanza(path, begun, kind, stanza)
                stanza, begun, kind = {}, number, line
            elif line and not line.startswith("!"):
                tag, colon, value = line.partition(": ")
                if colon:
                    stanza.setdefault(tag, []).append(value)
                elif not line.endswith(":"):
                    yield Fault(path.name, number, f"no tag in “{line[:60]}”")
    yield from _stanza(path, begun, kind, stanza)


_SYNONYM = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(\w*)')


def _stanza(path: Path, line: int, kind: str, told: dict[str, list[str]]) -> Iterator[Term | Fault]:
    if kind != "[Term]" or told.get("is_obsolete") == ["true"]:
        return
    identifier = curie(told.get("id", [""])[0])
    if identifier is None:
        yield Fault(path.name, line, f"“{told.get('id', [''])[0][:60]}” is no identifier of a known registry")
        return
    exact: list[str] = []
    other: list[str] = []
    for each in told.get("synonym", ()):
        told_so = _SYNONYM.match(each)
        if told_so is None:
            yield Fault(path.name, line, f"the synonym {each[:60]} can't be read")
        else:
            (exact if told_so[2] == "EXACT" else other).append(told_so[1].replace('\\"', '"'))
    xrefs = [found for each in told.get("xref", ()) if (found := curie(each.split(" ")[0]))]
    label = told.get("name", [""])[0]
    kinds = PREFIX_KINDS.get(prefix_of(identifier), frozenset())
    yield Term(identifier, label, tuple(exact), tuple(other), tuple(xrefs), kinds, path.name, scoped=True)


def _table(path: Path, known: Sequence[Layout]) -> Iterator[Term | Fault]:
    """Yield the rows of a table that one of the layouts fits; SourceError where none does."""
    delimiter = "," if ".csv" in path.name.lower() else "\t"
    with lines(path) as text:
        first = text.readline(_LONGEST)
        if not first:
            raise SourceError(str(path), "it is empty", "name a registry's file")
        if "\0" in first:
            raise SourceError(str(path), "it is not UTF-8 text", "save it as UTF-8")
        cells = next(csv.reader([first], delimiter=delimiter), [])
        layout = _fitting(cells, known)
        if layout is None:
            raise SourceError(
                str(path),
                f"no known table has the columns {', '.join(cells[:6])[:200]}",
                "tell them with --map MAP.toml",
            )
        names = list(layout.columns) or [cell.strip() for cell in cells]
        for column in (layout.id, layout.label):
            if column and "{" not in column and column not in names:
                raise SourceError(str(path), f"it has no column {column}, which the map names", "mend the map")
        offset = 1 if layout.header else 0
        for number, row in _rows(_bounded(text, "" if layout.header else first), len(cells), delimiter):
            if isinstance(row, str):
                yield Fault(path.name, number + offset, row)
            elif any(row):
                yield _term(path, number + offset, layout, names, row)


def _rows(lines: Iterator[str], width: int, delimiter: str) -> Iterator[tuple[int, Sequence[str] | str]]:
    """Yield each row with the number of its line, or what is wrong with it.

    A cell in quotes may go on over some lines, where the row then has its width; else the quote was never closed, and the
    next line is a row again.
    """
    ahead: deque[str] = deque()
    number = 0
    while line := ahead.popleft() if ahead else next(lines, ""):
        number += 1
        if '"' not in line:
            yield number, line.rstrip("\r\n").split(delimiter)
            continue
        ahead.extend(islice(lines, _SPAN - len(ahead)))
        try:
            reader = csv.reader(chain([line], ahead), delimiter=delimiter)
            row = next(reader)
            if more := reader.line_num - 1:
                row = next(csv.reader(chain([line], ahead), delimiter=delimiter, strict=True))
        except csv.Error:
            row, more = [], 1
        if more and len(row) != width:
            yield number, "a quote in it is not closed"
            continue
        yield number, row
        number += more
        for _ in range(more):
            ahead.popleft()


def _bounded(text: TextIO, first: str) -> Iterator[str]:
    if first:
        yield first
    while line := text.readline(_LONGEST):
        yield line.replace("\0", "")


def _fitting(cells: Sequence[str], known: Iterable[Layout]) -> Layout | None:
    have = {cell.strip() for cell in cells}
    for each in known:
        if each.header and have.issuperset(each.header):
            return each
        if each.columns and 1 < len(cells) >= len(each.columns):
            patterns = (each.first or ".*", each.second or ".*")
            if all(re.fullmatch(pattern, cell) for pattern, cell in zip(patterns, cells, strict=False)):
                return each
    return None


def _term(path: Path, line: int, layout: Layout, names: Sequence[str], row: Sequence[str]) -> Term | Fault:
    if len(row) < 2 or (len(row) < len(names) - 1 and layout.header):
        return Fault(path.name, line, f"has {len(row)} cells where there are {len(names)} columns")
    cells = dict(zip(names, row, strict=False))
    told = layout.id.format_map(cells) if "{" in layout.id else cells.get(layout.id, "")
    identifier = curie(told, layout.prefix or None)
    if identifier is None and not layout.witness:
        return Fault(path.name, line, f"“{told[:60]}” is no identifier of {layout.prefix or 'a known registry'}")
    xrefs: list[str] = []
    for column in layout.xrefs:
        prefix = column.prefix.format_map(cells) if "{" in column.prefix else column.prefix
        cell = column.name.format_map(cells) if "{" in column.name else cells.get(column.name, "")
        parts = cell.split("|")
        xrefs += [found for each in parts if each and (found := curie(each, prefix or None))]
    synonyms = [part.strip() for name in layout.synonyms for part in cells.get(name, "").split(layout.separator)]
    kinds = layout.kinds
    if layout.trees and cells.get(layout.trees):
        kinds = kinds & mesh_kinds(cells[layout.trees])
    if layout.kind:
        kinds = kinds & {cells.get(layout.kind, "")}
    return Term(
        identifier or "",
        cells.get(layout.label, "").strip() if layout.label else "",
        tuple(each for each in synonyms if each),
        (),
        tuple(xrefs),
        kinds,
        f"{layout.name} ({path.name})",
        witness=layout.witness,
    )
