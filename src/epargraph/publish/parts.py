"""The store's graphs taken apart by medicine, kept on disk: so a release of any size is written in little memory."""

from __future__ import annotations

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from epargraph.vocabulary import EPAR

_ABOUT = f"<{EPAR}about>"
_EVIDENCE = f"<{EPAR}evidence>"
_DERIVED = "<http://www.w3.org/ns/prov#wasDerivedFrom>"  # leads to a file with all its columns
_SKOS = "<http://www.w3.org/2004/02/skos/core#"
_SCHEMA = """
CREATE TABLE part (medicine TEXT, graph TEXT, own BLOB, beside BLOB, PRIMARY KEY (medicine, graph)) WITHOUT ROWID;
CREATE TABLE link (subject TEXT, relation TEXT, object TEXT, PRIMARY KEY (subject, relation, object)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a graph says of one medicine, as lines of N-Triples.

    `own` are of the medicine, its facts and their evidence, and in no other medicine's piece; `beside` tells of what they
    name and several medicines share, and of the graph itself.
    """

    graph: str
    own: tuple[str, ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What all graphs say of one medicine, with the links of what is named there (subject, relation, object)."""

    medicine: str
    pieces: tuple[Piece, ...] = field(repr=False)
    links: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)


class Shelf:
    """The graphs taken apart, in a database in a folder for the time of a release."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "parts.sqlite", isolation_level=None)
        self._database.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")

    def put(self, graph: str, lines: Iterable[str], base: str) -> None:
        """Take a graph's sorted lines apart and keep them."""
        pieces, rest = taken_apart(graph, lines, base)
        with self._database:
            self._database.execute("BEGIN")
            for medicine, piece in [*pieces.items(), ("", Piece(graph, tuple(rest)))]:
                row = (medicine, graph, _packed(piece.own), _packed(piece.beside))
                self._database.execute("INSERT INTO part VALUES (?, ?, ?, ?)", row)
            for line in (line for some in (rest, *(piece.own for piece in pieces.values())) for line in some):
                subject, predicate, value = triple(line)
                if predicate.startswith(_SKOS) and predicate.endswith("Match>"):
                    row_ = (subject[1:-1], predicate[len(_SKOS) : -1], value[1:-1])
                    self._database.execute("INSERT OR IGNORE INTO link VALUES (?, ?, ?)", row_)

    def medicines(self) -> list[str]:
        """Return the IRIs of the medicines, sorted."""
        rows = self._database.execute("SELECT DISTINCT medicine FROM part WHERE medicine != '' ORDER BY medicine")
        return [medicine for (medicine,) in rows]

    def part(self, medicine: str) -> Part:
        """Return what is kept of a medicine."""
        rows = self._database.execute(
            "SELECT graph, own, beside FROM part WHERE medicine = ? ORDER BY graph", (medicine,)
        )
        pieces = tuple(Piece(graph, _unpacked(own), _unpacked(beside)) for graph, own, beside in rows)
        named = {triple(line)[0][1:-1] for piece in pieces for line in (*piece.own, *piece.beside)}
        return Part(medicine, pieces, tuple(link for each in sorted(named) for link in self._links(each)))

    def _links(self, subject: str) -> Iterator[tuple[str, str, str]]:
        yield from self._database.execute("SELECT * FROM link WHERE subject = ? ORDER BY 1, 2, 3", (subject,))

    def shared(self) -> Iterator[Piece]:
        """Yield what each graph says that is of no single medicine, in the order of the graphs."""
        for graph, own in self._database.execute("SELECT graph, own FROM part WHERE medicine = '' ORDER BY graph"):
            yield Piece(graph, _unpacked(own))

    def link_counts(self) -> dict[tuple[str, str], int]:
        """Return how many links there are by relation and namespace (all of the object's IRI but its last part)."""
        found: dict[tuple[str, str], int] = {}
        for relation, value in self._database.execute("SELECT relation, object FROM link ORDER BY relation, object"):
            space = value[: max(value.rfind(each) for each in "/#:_") + 1]
            found[relation, space] = found.get((relation, space), 0) + 1
        return found

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


def lines_of(triples: bytes) -> list[str]:
    """Return the lines of N-Triples; other ends of lines than a line feed stand in literals."""
    return [line for line in triples.decode().split("\n") if line]


def triple(line: str) -> tuple[str, str, str]:
    """Return the terms of a line of N-Triples.

    >>> triple('<a:s> <a:p> "a b ." .')
    ('<a:s>', '<a:p>', '"a b ."')
    """
    subject, predicate, value = line.split(" ", 2)
    return subject, predicate, value.rstrip().removesuffix(" .")


def taken_apart(graph: str, lines: Iterable[str], base: str) -> tuple[dict[str, Piece], list[str]]:
    """Return what a graph's sorted lines say of each medicine (by IRI), and the lines that are of no single one."""
    subjects: dict[str, list[str]] = {}
    for line in lines:
        subjects.setdefault(line.partition(" ")[0], []).append(line)
    owner = _Owners(graph, subjects, base)
    own: dict[str, list[str]] = defaultdict(list)
    shared: dict[str, list[str]] = {}
    for subject, told in subjects.items():
        medicine = owner.of(subject)
        if medicine:
            own[medicine] += told
        else:
            shared[subject] = told
    pieces = {
        each: Piece(graph, tuple(own[each]), tuple(_beside(each, own[each], shared, owner))) for each in sorted(own)
    }
    return pieces, [line for told in shared.values() for line in told]


class _Owners:
    """Tells of which medicine a subject of a graph is."""

    def __init__(self, graph: str, subjects: dict[str, list[str]], base: str) -> None:
        self.medicine = f"<{base}medicine/"
        self.iri = graph
        self.graph = f"<{graph}"
        self.records = f"<{graph}/record/"
        self.reviews = f"<{base}reviews/"  # a set of reviews holds its whole file
        self.about = {
            subject: [value[1:-1] for _, predicate, value in map(triple, told) if predicate == _ABOUT]
            for subject, told in subjects.items()
            if not subject.startswith(self.medicine)
        }
        abouts = self.about.get(f"<{graph}>", [])
        self.only = abouts[0] if len(abouts) == 1 else ""

    def of(self, subject: str) -> str:
        """Return the IRI of the medicine, empty for what several share."""
        if subject.startswith(self.medicine):
            return (self.medicine + subject[len(self.medicine) : -1].partition("/")[0])[1:]
        if subject.startswith(self.records):
            record = self.records + subject[len(self.records) : -1].partition("/")[0] + ">"
            return next(iter(self.about.get(record, [])), "")
        if subject.startswith(self.graph):
            return self.only
        abouts = self.about.get(subject, [])
        return abouts[0] if len(abouts) == 1 else ""


def _beside(medicine: str, own: Iterable[str], shared: dict[str, list[str]], owner: _Owners) -> Iterator[str]:
    """Yield what is told of the shared things that a medicine's lines name, of what those name, and of the graph itself."""
    of_graph = [line for line in shared.get(f"<{owner.iri}>", ()) if triple(line)[1] not in (_ABOUT, _DERIVED)]
    yield from of_graph
    todo, seen = [*own, *of_graph], {f"<{owner.iri}>"}
    for line in todo:
        value = triple(line)[2]
        if value not in shared or value in seen or value.startswith(owner.reviews):
            continue
        seen.add(value)
        for told in shared[value]:
            _, predicate, told_of = triple(told)
            if predicate != _EVIDENCE or owner.of(told_of) == medicine:
                todo.append(told)
                yield told


def _packed(lines: Iterable[str]) -> bytes:
    return zlib.compress("\n".join(lines).encode(), 1)


def _unpacked(data: bytes) -> tuple[str, ...]:
    text = zlib.decompress(data).decode()
    return tuple(text.split("\n")) if text else ()
