"""How good links are: compared with a table of names whose identifiers people told."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from epargraph.errors import SourceError
from epargraph.graph import DEFAULT_BASE, slug
from epargraph.link.mapping import PREDICATES, Mapping
from epargraph.link.names import Name
from epargraph.link.prefixes import curie, prefix_of, registry
from epargraph.link.terms import KINDS

COLUMNS = ("kind", "name", "object_id", "predicate")


@dataclass(frozen=True, slots=True)
class Gold:
    """A row: a name, the identifiers any of which is right, the registries that have none, and how close, where that is told.

    Without identifiers and registries, no registry has it. `predicates` are the relations that are right (empty: any); a link
    of another one is not judged, but that one of exactMatch always is.
    """

    name: Name
    right: tuple[str, ...]
    lacking: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()

    def judged(self, links: Iterable[Mapping], prefix: str) -> list[Mapping]:
        """Return the links to a registry that the row judges."""
        return [
            each
            for each in links
            if prefix in ("", prefix_of(each.object))
            and (not self.predicates or each.predicate in (*self.predicates, "exactMatch"))
        ]

    def is_right(self, link: Mapping) -> bool:
        """Tell whether a link says what the row says."""
        return link.object in self.right and (not self.predicates or link.predicate in self.predicates)


@dataclass(frozen=True, slots=True)
class Score:
    """Links of a kind of names to a registry: rows with an identifier there, those linked, those linked rightly, false exact links.

    `stray` counts the rows of which the table says that the registry has none, and that were linked nevertheless.
    """

    kind: str
    prefix: str
    rows: int
    found: int
    right: int
    stray: int
    false_exact: tuple[str, ...]

    @property
    def precision(self) -> float:
        """The share of the links found that are right; 1 where none was found."""
        links = self.found + self.stray
        return self.right / links if links else 1.0

    @property
    def recall(self) -> float:
        """The share of the rows that were linked rightly; 1 where there are none."""
        return self.right / self.rows if self.rows else 1.0

    @property
    def coverage(self) -> float:
        """The share of the rows that were linked at all."""
        return self.found / self.rows if self.rows else 1.0


def read_gold(path: Path) -> tuple[Gold, ...]:
    """Return the rows of a table with the columns kind, name, object_id and predicate, which both may be empty or hold several between bars.

    An object_id such as `mondo:` says that Mondo has no such term. SourceError, naming the line, for what is none.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
            if missing := [name for name in COLUMNS[:3] if name not in (reader.fieldnames or ())]:
                raise SourceError(str(path), f"lacks the column {missing[0]}", f"give the columns {', '.join(COLUMNS)}")
            return tuple(_gold(path, reader.line_num, row) for row in reader)
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error), "name a readable file") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(str(path), f"it is no table ({error})", "give a TSV file in UTF-8") from error


def _gold(path: Path, line: int, row: dict[str, str | None]) -> Gold:
    kind, name = (row.get(column) or "" for column in ("kind", "name"))
    told = _several(row, "object_id")
    lacking = [prefix for each in told if each.endswith(":") and (prefix := registry(each[:-1]))]
    right = [found for each in told if (found := curie(each))]
    predicates = _several(row, "predicate")
    where = f"{path}, row at line {line}"
    if kind not in KINDS:
        raise SourceError(where, f"{kind} is no kind of name", f"use one of {', '.join(KINDS)}")
    if len(right) + len(lacking) < len(told) or not set(predicates).issubset(PREDICATES):
        raise SourceError(where, "an identifier or relation is none", "write for example mondo:0005233 and exactMatch")
    return Gold(Name(kind, f"{DEFAULT_BASE}{kind}/{slug(name)}", name), tuple(right), tuple(lacking), tuple(predicates))


def _several(row: dict[str, str | None], column: str) -> list[str]:
    return [each for each in (row.get(column) or "").split("|") if each]


def scores(gold: Sequence[Gold], mappings: Iterable[Mapping]) -> tuple[Score, ...]:
    """Return how good the links are, by kind and registry; only registries that the table names are judged."""
    by: dict[str, list[Mapping]] = {}
    for each in mappings:
        by.setdefault(each.subject, []).append(each)
    groups: dict[tuple[str, str], list[Gold]] = {}
    for row in gold:
        for prefix in sorted({prefix_of(each) for each in row.right} | {*row.lacking} or {""}):
            groups.setdefault((row.name.kind, prefix), []).append(row)
    return tuple(_score(kind, prefix, rows, by) for (kind, prefix), rows in sorted(groups.items()))


def _score(kind: str, prefix: str, rows: Sequence[Gold], by: dict[str, list[Mapping]]) -> Score:
    total = found = right = stray = 0
    wrong: list[str] = []
    for row in rows:
        links = row.judged(by.get(row.name.iri, ()), prefix)
        good = [each for each in links if row.is_right(each)]
        if prefix and prefix not in row.lacking:
            total += 1
            found += bool(links)
            right += bool(links) and len(good) == len(links)
        else:
            stray += bool(links)
        wrong += [
            f"{row.name.text} -> {each.object} ({each.object_label})"
            for each in links
            if each.predicate == "exactMatch" and each not in good
        ]
    return Score(kind, prefix, total, found, right, stray, tuple(wrong))
