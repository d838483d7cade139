"""The mapping sets of the graph, written as SSSOM again."""

from __future__ import annotations

from collections.abc import Iterable

from epargraph.link.mapping import Mapping
from epargraph.link.sssom import written
from epargraph.publish.told import parsed, plain
from epargraph.stores.sparql import PREFIXES

_SSSOM = "https://w3id.org/sssom/"
_OWL = "http://www.w3.org/2002/07/owl#"
_TYPE = PREFIXES["rdf"] + "type"
_MARK = f"<{_SSSOM}MappingSet>"


def is_set(lines: Iterable[str]) -> bool:
    """Tell whether a graph's lines of N-Triples are a mapping set."""
    return any(_MARK in line for line in lines)


def mappings(lines: Iterable[str]) -> list[Mapping]:
    """Return the mappings that a mapping set's graph holds, with their reasons."""
    nodes: dict[str, dict[str, str]] = {}
    for each in parsed(lines):
        nodes.setdefault(plain(each.subject), {})[each.predicate.value] = plain(each.object)
    return sorted(_mapping(told) for told in nodes.values() if told.get(_TYPE) == f"{_SSSOM}Mapping")


def _mapping(told: dict[str, str]) -> Mapping:
    def slot(name: str) -> str:
        return told.get(_SSSOM + name, "")

    return Mapping(
        subject=told[f"{_OWL}annotatedSource"],
        predicate=told[f"{_OWL}annotatedProperty"].removeprefix(PREFIXES["skos"]),
        object=slot("object_id"),
        justification=slot("mapping_justification").rpartition("/")[2],
        negative=slot("predicate_modifier") == "Not",
        subject_label=slot("subject_label"),
        object_label=slot("object_label"),
        confidence=float(slot("confidence")) if slot("confidence") else None,
        source=slot("object_source"),
        version=slot("object_source_version"),
        matched=slot("match_string"),
        tool=slot("mapping_tool"),
        tool_version=slot("mapping_tool_version"),
        comment=slot("comment"),
    )


def sssom(graph: str, lines: Iterable[str], base: str) -> tuple[str, str]:
    """Return the name of a mapping set, which its graph's IRI holds, and the set as SSSOM TSV."""
    name = graph.removeprefix(f"{base}graph/links/").partition("/")[0]
    return name, written(mappings(lines), name, base=base)
