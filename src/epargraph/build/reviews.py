"""Reviewers' files in the store: each in a graph of its own, applied again whenever the sources may have changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from epargraph.build.documents import Failure
from epargraph.errors import SourceError
from epargraph.graph import slug
from epargraph.queries import run
from epargraph.review.apply import Applied, applied
from epargraph.review.graph import review_graph
from epargraph.review.verdict import ReviewFile, parse, read_review
from epargraph.stores import Store

_SETS = "SELECT ?graph ?name ?content WHERE { GRAPH ?graph { ?name a epar:ReviewSet ; epar:content ?content } }"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A set of verdicts in the store: each beside what is read now, and what is wrong in its file."""

    name: str
    applied: tuple[Applied, ...]
    faults: tuple[str, ...] = ()


def put_reviews(
    paths: Sequence[Path], store: Callable[[], Store], base: str, *, held: bool
) -> tuple[tuple[Reviewed, ...], tuple[Failure, ...]]:
    """Put the reviewers' files into the store, each in the place of its older version, and apply those it holds again.

    `held` says whether the store holds anything; without it and without files nothing is asked of the store.
    Return what became of them, and the files that could not be read.
    """
    files: dict[str, ReviewFile] = {}
    failures: list[Failure] = []
    for path in paths:
        try:
            told = read_review(path, base=base)
        except SourceError as error:
            failures.append(Failure(str(path), error.reason, error.remedy))
        else:
            files[slug(told.name)] = told
    if not files and not held:
        return (), tuple(failures)
    graphs: dict[str, bytes | None] = {}
    for graph, name, content in run(store(), _SETS).rows:
        graphs[str(graph)] = None
        known = str(name).rpartition("/")[2]
        if str(name).startswith(f"{base}reviews/"):
            files.setdefault(known, parse(known, str(content), base=base))
    every = [verdict for told in files.values() for verdict in told.verdicts]
    beside = iter(applied(store(), every)) if every else iter(())
    reviewed: list[Reviewed] = []
    for told in files.values():
        each = tuple(next(beside) for _ in told.verdicts)
        graph, triples = review_graph(told, each, base=base)
        graphs[graph] = triples
        reviewed.append(Reviewed(told.name, each, told.faults))
    changed = {
        graph: triples for graph, triples in graphs.items() if triples is None or store().triples(graph) != triples
    }
    if changed:
        store().replace(changed)
    return tuple(reviewed), tuple(failures)
