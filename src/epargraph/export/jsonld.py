"""JSON-LD for web developers: the ontology's context, one tree for each medicine, nothing fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain, islice
from typing import BinaryIO, NoReturn, TypeAlias

import pyoxigraph
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, Triple

from epargraph import resources
from epargraph.export.nodes import Node, Nodes
from epargraph.stores.sparql import PREFIXES

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Tree: TypeAlias = dict[str, Json]
"""A node in expanded form, with those that it leads to set into it."""

_TYPE = PREFIXES["rdf"] + "type"
_STRING = PREFIXES["xsd"] + "string"
_INTEGERS = frozenset(PREFIXES["xsd"] + name for name in ("integer", "nonNegativeInteger", "positiveInteger"))
_INTEGER = re.compile("0|-?[1-9][0-9]{0,14}")
"""Whole numbers that every reader of JSON takes as they stand: below 2 to the power of 53, in canonical form."""
_TOGETHER = 10
"""Trees that are compacted in one go, which spares reading the context for each."""
_BOOLEAN = PREFIXES["xsd"] + "boolean"
_PLAIN = frozenset(["xsd:integer", "xsd:boolean"])


@cache
def context() -> dict[str, Json]:
    """Return the project's JSON-LD context."""
    given: dict[str, dict[str, Json]] = json.loads((resources.ONTOLOGY / "context.jsonld").read_text("utf-8"))
    return given["@context"]


def document(triples: Iterable[Triple]) -> Json:
    """Return the triples as compacted JSON-LD: a tree for each medicine, then what no tree holds.

    A node that is told of in several places is told whole at the first one in each tree.
    """
    members: list[Json] = list(_members(f"{each} ." for each in triples))
    return {"@context": context(), "@graph": members}


def write(lines: Iterable[str], to: BinaryIO) -> None:
    """Write canonical N-Triples as the JSON-LD that `document` gives, one tree after the other.

    Memory holds a tree at a time; the nodes are looked up in a temporary file.
    """
    head, _, tail = json.dumps({"@context": context(), "@graph": [0]}, ensure_ascii=False, indent=2).rpartition(
        "\n    0"
    )
    empty = True
    for member in _members(lines):
        text = json.dumps(member, ensure_ascii=False, indent=2).replace("\n", "\n    ")
        to.write(f"{head if empty else ','}\n    {text}".encode())
        empty = False
    to.write((json.dumps(document(()), ensure_ascii=False, indent=2) if empty else tail).encode() + b"\n")


def _members(lines: Iterable[str]) -> Iterator[Json]:
    """Yield the trees, compacted."""
    trees = _trees(lines)
    while some := list(islice(trees, _TOGETHER)):
        compacted: dict[str, list[Json]] = jsonld.compact(
            some, {"@context": context()}, {"documentLoader": _refuse, "graph": True, "compactArrays": True}
        )
        yield from map(_plain, compacted["@graph"])


def _trees(lines: Iterable[str]) -> Iterator[Tree]:
    """Yield a tree for each medicine, and then of what is left first what nothing else of it points at."""
    with Nodes(lines) as nodes:
        for medicine in nodes.medicines():
            yield _tree(medicine, nodes, lambda other: other.is_medicine)
        for left in nodes.untold():
            nodes.point(_pointed(_expanded(left)))
        for left in chain(nodes.unpointed(), nodes.untold()):
            yield _tree(left, nodes, lambda other: other.told)


def _plain(value: Json) -> Json:
    """Return the JSON with whole numbers and truth values plain where no term's type is needed to tell what they are."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 2 and "@value" in value and not _PLAIN.isdisjoint(str(each) for each in value.values()):
        return value["@value"] if isinstance(value["@value"], int) else value
    return {key: each if key == "@context" else _plain(each) for key, each in value.items()}


def _refuse(url: str, _options: object) -> NoReturn:
    raise jsonld.JsonLdError(f"{url} is not fetched", "loading document failed")


def _expanded(node: Node) -> Tree:
    """Return a node in expanded form."""
    values: dict[str, list[Json]] = {}
    for quad in pyoxigraph.parse(node.lines, format=pyoxigraph.RdfFormat.N_TRIPLES):
        predicate, value = quad.predicate.value, quad.object
        if predicate == _TYPE and isinstance(value, NamedNode):
            values.setdefault("@type", []).append(value.value)
        else:
            values.setdefault(predicate, []).append(_value(value))
    return {"@id": node.name, **values}


def _id(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _value(term: object) -> Json:
    if not isinstance(term, Literal):
        return {"@id": _id(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    datatype = term.datatype.value
    if datatype == _STRING:
        return {"@value": term.value}
    # A decimal stays a string: as a JSON number it would come back as 3.75E1, which is no decimal.
    if datatype in _INTEGERS and _INTEGER.fullmatch(term.value):
        return {"@value": int(term.value), "@type": datatype}
    if datatype == _BOOLEAN and term.value in ("true", "false"):
        return {"@value": term.value == "true", "@type": datatype}
    return {"@value": term.value, "@type": datatype}


def _pointed(node: Tree) -> set[str]:
    """Return the IRIs that a node's properties point at, itself aside."""
    return {
        str(value["@id"])
        for key, values in node.items()
        if not key.startswith("@") and isinstance(values, list)
        for value in values
        if isinstance(value, dict) and "@id" in value and value["@id"] != node["@id"]
    }


def _tree(root: Node, nodes: Nodes, stop: Callable[[Node], bool]) -> Tree:
    """Return a node with all that it leads to set into it, each node once, breadth first so that trees stay flat."""
    tree = _expanded(root)
    seen = {root.name}
    queue = [tree]
    for node in queue:
        for key, values in node.items():
            if key.startswith("@") or not isinstance(values, list):
                continue
            for place, value in enumerate(values):
                name = value.get("@id") if isinstance(value, dict) else None
                if not isinstance(name, str) or name in seen:
                    continue
                found = nodes.find(name)
                if found is not None and not stop(found):
                    seen.add(name)
                    values[place] = child = _expanded(found)
                    queue.append(child)
    nodes.tell(seen)
    return tree
