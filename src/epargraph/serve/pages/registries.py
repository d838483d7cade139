"""What other registries call a medicine and what it names: links out, each with how close it is and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from epargraph.extract.cell_lists import in_lower_case, substances
from epargraph.graph.names import slug
from epargraph.queries import Cell
from epargraph.serve.answers import Answers, iri
from epargraph.serve.pages.told import Told
from epargraph.vocabulary import CODE

_BY = {
    "ManualMappingCuration": "by hand",
    "LexicalMatching": "by name",
    "DatabaseCrossReference": "cross-reference",
}
_RELATIONS = {
    "exactMatch": "the same",
    "closeMatch": "close",
    "broadMatch": "broader",
    "narrowMatch": "narrower",
    "relatedMatch": "related",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A thing in another registry."""

    identifier: str
    address: str
    label: str
    relation: str
    because: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A thing that the medicine's facts name, with its links."""

    kind: str
    name: str
    links: tuple[Link, ...]


_LINKS = """PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX sssom: <https://w3id.org/sssom/>
SELECT DISTINCT ?subject ?subject_label ?property ?target ?identifier ?label ?justification WHERE {{
  VALUES ?subject {{ {things} }}
  ?mapping owl:annotatedSource ?subject ; a sssom:Mapping ; owl:annotatedProperty ?property ; owl:annotatedTarget ?target ;
    sssom:object_id ?identifier ; sssom:mapping_justification ?justification .
  FILTER NOT EXISTS {{ ?mapping sssom:predicate_modifier "Not" }}
  OPTIONAL {{ ?mapping sssom:subject_label ?subject_label }} OPTIONAL {{ ?mapping sssom:object_label ?label }}
}} ORDER BY ?identifier ?justification"""


async def linked(answers: Answers, told: Told) -> tuple[Linked, ...]:
    """Return what the medicine and the things that its facts name are in other registries, in the order of the facts."""
    things = _things(told, answers.base)
    rows = await answers.rows(_LINKS.format(things=" ".join(map(iri, things))))
    found: dict[str, dict[tuple[str, str], list[dict[str, Cell]]]] = {}
    for row in rows:
        key = (str(row["identifier"]), str(row["property"]))
        found.setdefault(str(row["subject"]), {}).setdefault(key, []).append(row)
    return tuple(
        Linked(_kind(thing, answers.base), name, tuple(sorted(map(_link, found[thing].values()), key=_order)))
        for thing, name in things.items()
        if thing in found
    )


def _things(told: Told, base: str) -> dict[str, str]:
    """Return the names of all that the facts name, by IRI."""
    things = {told.medicine: told.name}
    for fact in told.facts:
        for value in (each for values in fact.fields.values() for each in values):
            if value.raw.startswith(("http://", "https://")):
                things.setdefault(value.raw, value.text)
        if fact.kind in ("Biomarker", "Study"):
            things.setdefault(fact.iri, fact.label)
        for effect in fact.every("effect"):
            things.setdefault(f"{base}effect/{slug(effect)}", effect)
    for source in told.sources:
        for value in (each for _, values in source.cells for each in values):
            if value.thing:
                things.setdefault(value.thing, value.text)
        common = source.cell("common_name")
        for span in substances(common):
            name = in_lower_case(common[span.start : span.end])
            things.setdefault(f"{base}substance/{slug(name)}", name)
    return {thing: name for thing, name in things.items() if thing.startswith((base, CODE))}


def _kind(thing: str, base: str) -> str:
    part = thing.removeprefix(CODE).partition("/")[0] if thing.startswith(CODE) else ""
    part = part or thing.removeprefix(base).partition("/")[0]
    if part == "medicine" and "/study/" in thing:
        return "study"
    return {"effect": "side effect"}.get(part, part.replace("-", " "))


def _link(rows: Sequence[Mapping[str, Cell]]) -> Link:
    first = rows[0]
    because = [str(row["justification"]).rpartition("/")[2] for row in rows]
    return Link(
        str(first["identifier"]),
        str(first["target"]),
        next((str(row["label"]) for row in rows if row["label"]), ""),
        _RELATIONS.get(relation := str(first["property"]).rpartition("#")[2], relation),
        ", ".join(dict.fromkeys(_BY.get(each, _spaced(each)) for each in because)),
    )


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _order(link: Link) -> tuple[int, str]:
    ranked = list(_RELATIONS.values())
    return ranked.index(link.relation) if link.relation in ranked else len(ranked), link.identifier
