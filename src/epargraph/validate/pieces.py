"""Many small parts of a graph validated together, each with what was found in it, and what was found before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from epargraph.validate.kept import Outcomes, kept, key_of
from epargraph.validate.report import Result
from epargraph.validate.whole import validate

_GRAPH = "urn:epargraph:graph"
"""Stands for the name of a graph in keys and in what is kept: the name has the SHA-256 of the whole file in it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, each result once; `fresh` are the outcomes that were not kept yet."""

    results: tuple[Result, ...]
    fresh: Outcomes


def validate_pieces(graph: str, common: bytes, pieces: Sequence[bytes], keeping: Path | None = None) -> Checked:
    """Return what the shapes find in the pieces (N-Triples) of a graph of that name, together with what they share.

    A piece holds all that its source says of its nodes; no constraint looks from one piece into another, so that many
    are validated as one graph, which is several times faster than one by one. What is kept in the file `keeping` of a
    piece that was seen before, in whatever graph, is taken from there.
    """
    keys = [key_in(graph, piece) for piece in pieces]
    known = kept(keeping, keys)
    new = [number for number, key in enumerate(keys) if key not in known]
    found, of_common = _found(common, [pieces[number] for number in new])
    if pieces and not new and common:  # what is common is not whole without a piece
        _, of_common = _found(common, pieces[:1])
    results = {each for key in keys if key in known for each in told_of(graph, known[key])}
    results |= {each for outcome in found for each in outcome} | set(of_common)
    fresh = {keys[n]: told_of_any(graph, outcome) for n, outcome in zip(new, found, strict=True)}
    return Checked(tuple(sorted(results, key=Result.key)), fresh)


def key_in(graph: str, triples: bytes) -> str:
    """Return the key of a graph of that name or a piece of it, the same whatever its name is."""
    return key_of(triples.replace(graph.encode(), _GRAPH.encode()))


def told_of_any(graph: str, results: Iterable[Result]) -> tuple[Result, ...]:
    """Return what was found in a graph of that name as it is kept, whatever the name is."""
    return tuple(_moved(each, graph, _GRAPH) for each in results)


def told_of(graph: str, results: Iterable[Result]) -> tuple[Result, ...]:
    """Return what is kept as what was found in a graph of that name."""
    return tuple(_moved(each, _GRAPH, graph) for each in results)


def _found(common: bytes, pieces: Sequence[bytes]) -> tuple[list[list[Result]], list[Result]]:
    """Return what is found in each piece, and in what is common to them.

    A result belongs to the piece that describes its focus. Where several do (a condition that two medicines are for),
    each of them is looked at alone.
    """
    found: list[list[Result]] = [[] for _ in pieces]
    of_common: list[Result] = []
    shared = _subjects(common)
    owners: dict[str, list[int]] = {}
    for number, piece in enumerate(pieces):
        for subject in _subjects(piece):
            owners.setdefault(subject, []).append(number)
    unclear: dict[int, set[str]] = {}
    for result in validate(common + b"".join(pieces)).results if common or pieces else ():
        holders = owners.get(result.focus) or _naming(result.focus, pieces)
        if result.focus in shared or not holders:
            of_common.append(result)
        elif len(holders) == 1:
            found[holders[0]].append(result)
        else:
            for number in holders:
                unclear.setdefault(number, set()).add(result.focus)
    for number, focuses in unclear.items():
        found[number] += [each for each in validate(common + pieces[number]).results if each.focus in focuses]
    return found, of_common


def _subjects(triples: bytes) -> set[str]:
    return {line[1 : line.index(b"> ")].decode() for line in triples.splitlines() if line.startswith(b"<")}


def _naming(node: str, pieces: Iterable[bytes]) -> list[int]:
    return [number for number, piece in enumerate(pieces) if f"<{node}>".encode() in piece]


def _moved(result: Result, old: str, new: str) -> Result:
    """Return a result in which what is below one IRI is below another."""

    def moved(text: str) -> str:
        return new + text[len(old) :] if text.startswith(old) else text

    return replace(result, focus=moved(result.focus), value=None if result.value is None else moved(result.value))
