"""What the files of ontology/ say of things that the store only points at: the shapes behind its reports."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, serialize

from epargraph import vocabulary
from epargraph.stores.base import GRAPHS
from epargraph.stores.sparql import PREFIXES

Node = NamedNode | BlankNode | Triple


@cache
def _statements() -> dict[object, list[Triple]]:
    found: dict[object, list[Triple]] = defaultdict(list)
    for file in ("shapes.ttl", "advice.ttl"):
        for triple in vocabulary.triples(file):
            found[triple.subject].append(triple)
    return dict(found)


def tells_of(iri: str) -> bool:
    """Tell whether the shapes' files say anything of a thing."""
    return NamedNode(iri) in _statements()


def description(iri: str, media: str) -> bytes:
    """Return what they say of it, with the nodes that have no name of their own, in a media type of triples."""
    found: list[Triple] = []
    seen: set[object] = set()
    queue: list[object] = [NamedNode(iri)]
    while queue:
        node = queue.pop()
        if node not in seen:
            seen.add(node)
            told = _statements().get(node, [])
            found += told
            queue += [triple.object for triple in told if isinstance(triple.object, BlankNode)]
    form: RdfFormat = GRAPHS[media]
    return serialize(found, format=form, prefixes=PREFIXES) or b""
