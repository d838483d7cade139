"""A register's graph to the pieces in which it is validated: the table itself, and each medicine with its records."""

from __future__ import annotations

from collections.abc import Iterable

from epargraph.vocabulary import EPAR

_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_ENTRY = f"<{EPAR}RegisterEntry>".encode()
_ABOUT = f"<{EPAR}about>".encode()

_Parts = tuple[bytes, bytes, bytes]


def is_register(triples: bytes) -> bool:
    """Tell whether a graph holds records of a register."""
    return b" %b %b ." % (_TYPE, _ENTRY) in triples


def apart(graph: str, triples: bytes) -> tuple[bytes, list[bytes]]:
    """Return what a register's graph (N-Triples) says of the table itself, and what it says of each medicine.

    A piece holds the medicine's records with their cells and all that is named from there: what several medicines share
    (a condition) is in the piece of each.
    """
    lines = [(*_parted(line), line) for line in triples.split(b"\n") if line]
    entries = {subject for subject, predicate, value, _ in lines if predicate == _TYPE and value == _ENTRY}
    medicine = {subject: value for subject, predicate, value, _ in lines if predicate == _ABOUT and subject in entries}
    folders = tuple({entry.rpartition(b"/")[0] for entry in medicine})

    def of(node: bytes) -> bytes | None:
        """Return the medicine of the record that a node is, or that it is below."""
        while node.startswith(folders):
            if node in medicine:
                return medicine[node]
            node = node.rpartition(b"/")[0] + b">"
        return None

    own: dict[bytes, set[bytes]] = {each: set() for each in medicine.values()}
    named: dict[bytes, set[bytes]] = {each: {each} for each in own}
    left: dict[
        bytes, list[tuple[bytes, bytes]]
    ] = {}  # what is in no record, by its subject: what it names, and the line
    whole = f"<{graph}>".encode()
    of_table = (whole, f"<{graph}/".encode())
    for subject, predicate, value, line in lines:
        home = of(subject) or of(value)
        if home is None and subject == whole and predicate == _ABOUT and value in own:
            home = value
        if home is None:
            left.setdefault(subject, []).append((value, line))
        else:
            own[home].add(line)
            named[home].add(value)
    seen: set[bytes] = set()
    for each, nodes in named.items():
        todo = [node for node in nodes if node in left and not node.startswith(of_table)]
        nodes = set(todo)
        for node in todo:
            for value, line in left[node]:
                own[each].add(line)
                if value in left and value not in nodes and not value.startswith(of_table):
                    nodes.add(value)
                    todo.append(value)
        seen |= nodes
    common = [line for subject, told in left.items() if subject not in seen for _, line in told]
    return _joined(common), [_joined(told) for told in own.values()]


def _parted(line: bytes) -> _Parts:
    subject, predicate, value = line.split(b" ", 2)
    return subject, predicate, value.removesuffix(b".").rstrip(b" ")


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in sorted(lines))
