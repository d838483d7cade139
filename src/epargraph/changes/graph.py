"""Changes as RDF and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from epargraph import vocabulary
from epargraph.changes.change import Change
from epargraph.graph.facts import LABEL, TYPE, Node, days, epar, string, term
from epargraph.graph.names import digest
from epargraph.vocabulary import CODE

_DERIVED = term("http://www.w3.org/ns/prov#wasDerivedFrom")


def iri(change: Change) -> str:
    """Return the IRI of a change: the same whenever the same change is found between the same versions."""
    key = json.dumps([change.type, change.subject, change.old.graph, change.new.graph, change.before, change.after])
    nodes = f"{change.from_node} {change.to_node}"
    return f"{change.medicine}/change/{digest(key + nodes)}"


def to_triples(changes: Iterable[Change]) -> bytes:
    """Return the changes as epar:Change nodes in sorted N-Triples, without blank nodes."""
    lines = {f"{subject} {predicate} {value} .\n" for each in changes for subject, predicate, value in _said(each)}
    return "".join(sorted(lines)).encode()


def _said(change: Change) -> Iterator[tuple[NamedNode, NamedNode, Node]]:
    node = term(iri(change))
    concept = vocabulary.concept(f"{CODE}change-type", change.type)
    yield node, TYPE, epar("Change")
    yield node, LABEL, Literal(change.sentence(), language="en")
    yield node, epar("about"), term(change.medicine)
    yield node, epar("changeType"), term(concept) if concept else string(change.type)
    for version in (change.old, change.new):
        yield node, _DERIVED, term(version.graph)
    yield node, epar("earlierVersion"), term(change.old.graph)
    yield node, epar("laterVersion"), term(change.new.graph)
    if change.subject:
        yield node, epar("changedField"), string(change.subject)
    if change.before is not None:
        yield node, epar("valueBefore"), string(change.before)
    if change.after is not None:
        yield node, epar("valueAfter"), string(change.after)
    yield from ((node, epar("wordsAdded"), string(words)) for words in change.added)
    yield from ((node, epar("wordsRemoved"), string(words)) for words in change.removed)
    if change.from_node:
        yield node, epar("changedFrom"), term(change.from_node)
    if change.to_node:
        yield node, epar("changedTo"), term(change.to_node)
    if change.date:
        told = days(change.date)
        yield node, epar("since"), Literal(change.date, datatype=term(told[0])) if told else string(change.date)


def to_json(change: Change) -> dict[str, object]:
    """Return a change as JSON values, what is absent left out."""
    told: dict[str, object] = {
        "id": iri(change),
        "medicine": change.medicine,
        "name": change.name,
        "type": change.type,
        "subject": change.subject,
        "before": change.before,
        "after": change.after,
        "date": change.date,
        "words_added": list(change.added),
        "words_removed": list(change.removed),
        "quotes_before": list(change.quotes_before),
        "quotes_after": list(change.quotes_after),
        "from": {"graph": change.old.graph, "file": change.old.file, "day": change.old.age, "node": change.from_node},
        "to": {"graph": change.new.graph, "file": change.new.file, "day": change.new.age, "node": change.to_node},
        "page": change.page,
    }
    return {name: value for name, value in told.items() if value not in (None, [], "")}
