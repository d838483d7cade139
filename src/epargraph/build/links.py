"""Mapping sets in the store: each in a graph of its own, in the place of its older version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from epargraph.build.documents import Failure
from epargraph.errors import SourceError
from epargraph.link.graph import graph_prefix, mapping_graph
from epargraph.link.mapping import Fault, Mapping
from epargraph.link.sssom import read_set
from epargraph.stores import Store


@dataclass(frozen=True, slots=True)
class Linked:
    """A mapping set in the store: how many mappings it holds, and which lines of its file were left out."""

    file: str
    name: str
    mappings: int
    faults: tuple[Fault, ...] = ()


def put_links(
    paths: Sequence[Path], store: Callable[[], Store], base: str
) -> tuple[tuple[Linked, ...], tuple[Failure, ...]]:
    """Put the mapping sets of the files into the store; return what became of them, and the files that could not be read."""
    linked: list[Linked] = []
    failures: list[Failure] = []
    for path in paths:
        try:
            told = read_set(path, base=base)
        except SourceError as error:
            failures.append(Failure(str(path), error.reason, error.remedy))
            continue
        put_set(store(), told.name, told.mappings, base)
        linked.append(Linked(str(path), told.name, len(told.mappings), told.faults))
    return tuple(linked), tuple(failures)


def put_set(store: Store, name: str, mappings: Sequence[Mapping], base: str) -> None:
    """Put a mapping set into the store in the place of its older version; one that is there already stays."""
    graphs: dict[str, bytes | None] = dict(mapping_graph(mappings, name, base=base))
    begins = graph_prefix(name, base=base)
    held = {each for each in store.graphs() if each.startswith(begins)}
    if held != graphs.keys():
        store.replace({**dict.fromkeys(held), **graphs})
