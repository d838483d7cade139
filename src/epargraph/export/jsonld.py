"""JSON-LD for web developers: the ontology's context, one tree for each medicine, nothing fetched."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NoReturn, TypeAlias

from pyld import jsonld
from pyoxigraph import Literal, NamedNode, Triple

from epargraph import resources
from epargraph.stores.sparql import PREFIXES

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Node: TypeAlias = dict[str, Json]

_TYPE = PREFIXES["rdf"] + "type"
_STRING = PREFIXES["xsd"] + "string"
_INTEGERS = frozenset(PREFIXES["xsd"] + name for name in ("integer", "nonNegativeInteger", "positiveInteger"))
_BOOLEAN = PREFIXES["xsd"] + "boolean"
_PLAIN = frozenset(["xsd:integer", "xsd:boolean"])
_MEDICINE = PREFIXES["epar"] + "Medicine"


@cache
def context() -> dict[str, Json]:
    """Return the project's JSON-LD context."""
    given: dict[str, dict[str, Json]] = json.loads((resources.ONTOLOGY / "context.jsonld").read_text("utf-8"))
    return given["@context"]


def document(triples: Iterable[Triple]) -> Json:
    """Return the triples as compacted JSON-LD: a tree for each medicine, then what no tree holds.

    A node that is told of in several places is told whole at the first one in each tree.
    """
    nodes = _nodes(triples)
    medicines = sorted(iri for iri, node in nodes.items() if _MEDICINE in _types(node))
    told: set[str] = set()
    trees = [_tree(iri, nodes, told, stop=frozenset(medicines) - {iri}) for iri in medicines]
    rest = [iri for iri in sorted(nodes) if iri not in told]
    pointed = {each for iri in rest for each in _pointed(nodes[iri])}
    for iri in [*(each for each in rest if each not in pointed), *rest]:
        if iri not in told:
            trees.append(_tree(iri, nodes, told, stop=frozenset(told)))
    compacted: dict[str, Json] = jsonld.compact(
        trees, {"@context": context()}, {"documentLoader": _refuse, "graph": True, "compactArrays": True}
    )
    return _plain(compacted)


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


def _nodes(triples: Iterable[Triple]) -> dict[str, Node]:
    """Return the nodes in expanded form, by IRI."""
    found: dict[str, dict[str, list[Json]]] = defaultdict(dict)
    for t in triples:
        node = found[_id(t.subject)]
        if t.predicate.value == _TYPE and isinstance(t.object, NamedNode):
            node.setdefault("@type", []).append(t.object.value)
        else:
            node.setdefault(t.predicate.value, []).append(_value(t.object))
    return {iri: {"@id": iri, **{key: list(values) for key, values in node.items()}} for iri, node in found.items()}


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
    if datatype in _INTEGERS and str(int(term.value)) == term.value:
        return {"@value": int(term.value), "@type": datatype}
    if datatype == _BOOLEAN and term.value in ("true", "false"):
        return {"@value": term.value == "true", "@type": datatype}
    return {"@value": term.value, "@type": datatype}


def _types(node: Mapping[str, Json]) -> list[Json]:
    types = node.get("@type", [])
    return types if isinstance(types, list) else [types]


def _pointed(node: Node) -> set[str]:
    """Return the IRIs that a node's properties point at, itself aside."""
    return {
        str(value["@id"])
        for key, values in node.items()
        if not key.startswith("@") and isinstance(values, list)
        for value in values
        if isinstance(value, dict) and "@id" in value and value["@id"] != node["@id"]
    }


def _tree(root: str, nodes: Mapping[str, Node], told: set[str], *, stop: frozenset[str]) -> Node:
    """Return a node with all that it leads to set into it, each node once, breadth first so that trees stay flat."""
    tree = dict(nodes[root])
    seen = {root}
    queue = [tree]
    for node in queue:
        for key, values in node.items():
            if key.startswith("@") or not isinstance(values, list):
                continue
            whole: list[Json] = []
            for value in values:
                iri = value.get("@id") if isinstance(value, dict) else None
                if isinstance(iri, str) and iri in nodes and iri not in seen and iri not in stop:
                    seen.add(iri)
                    child = dict(nodes[iri])
                    queue.append(child)
                    whole.append(child)
                else:
                    whole.append(value)
            node[key] = whole
    told |= seen
    return tree
