"""What the pages of a substance, a condition and a biomarker tell: the medicines, and the thing in other registries."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from epargraph.serve.answers import Answers, iri
from epargraph.serve.pages.cells import SEPARATOR, Row, grouped, listed, told, values


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier of a thing in another registry: how close (`exactMatch`, ...), and why each justification says so."""

    iri: str
    identifier: str
    label: str
    relation: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine, with the types, first dates and statuses of its authorisations."""

    iri: str
    name: str
    number: str
    types: tuple[str, ...]
    dates: tuple[str, ...]
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A fact by which a medicine is tied to a thing, with its words: an indication, a required test, a designation.

    `others` are the facts of the same medicine that read the same in short.
    """

    iri: str
    others: tuple[str, ...]
    kind: str
    label: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """A substance, condition or biomarker: what it is called, and the medicines with what ties them to it.

    `spellings` are the other ways in which sources write its name.
    `beside` has the things next to it, as (what, IRI, name): the gene of a biomarker, the biomarkers of a gene.
    """

    iri: str
    name: str
    spellings: tuple[str, ...]
    identifiers: tuple[Identifier, ...]
    beside: tuple[tuple[str, str, str], ...]
    medicines: tuple[tuple[Medicine, tuple[Mention, ...]], ...]


_NAMES = "SELECT DISTINCT ?name WHERE {{ {thing} rdfs:label ?name }} ORDER BY ?name"

_IDENTIFIERS = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX sssom: <https://w3id.org/sssom/>
SELECT DISTINCT ?target ?identifier ?label ?property ?justification WHERE {{
  ?mapping owl:annotatedSource {thing} ; a sssom:Mapping ; owl:annotatedProperty ?property ; owl:annotatedTarget ?target ;
    sssom:object_id ?identifier ; sssom:mapping_justification ?justification .
  FILTER NOT EXISTS {{ ?mapping sssom:predicate_modifier "Not" }}
  OPTIONAL {{ ?mapping sssom:object_label ?label }}
}}
ORDER BY ?property ?identifier ?justification"""

_MEDICINES = """
SELECT ?product ?name ?number ?type ?date ?status WHERE {{
  {{ SELECT DISTINCT ?product WHERE {{ {tie} FILTER (!BOUND(?fact) || NOT EXISTS {{ ?fact epar:setAsideBy ?verdict }}) }} }}
  ?product epar:name ?name .
  OPTIONAL {{ ?product epar:productNumber ?number }}
  OPTIONAL {{
    ?product epar:hasAuthorisation ?authorisation .
    FILTER NOT EXISTS {{ ?authorisation epar:setAsideBy ?verdict }}
    OPTIONAL {{ ?authorisation epar:type/skos:notation ?type }}
    OPTIONAL {{ ?authorisation epar:date ?date }}
    OPTIONAL {{ ?authorisation epar:status/skos:notation ?status }}
  }}
}}
ORDER BY LCASE(?name) ?product ?date ?type"""

# Oxigraph follows OPTIONAL row by row, but reads all labels and quotes of the store to join them with a subquery.
_MENTIONS = """
SELECT ?product ?fact ?kind ?label (GROUP_CONCAT(DISTINCT COALESCE(?exact, ""); separator="{separator}") AS ?quotes) WHERE {{
  {{ SELECT * WHERE {{
    {{ SELECT DISTINCT ?product ?fact ?kind WHERE {{ {tie} FILTER NOT EXISTS {{ ?fact epar:setAsideBy ?verdict }} }} }}
    OPTIONAL {{ ?fact rdfs:label ?label }}
    OPTIONAL {{
      ?fact epar:evidence ?evidence
      OPTIONAL {{ ?evidence oa:hasSelector ?words . ?words oa:exact ?exact }}
      OPTIONAL {{ ?evidence oa:hasSelector ?place . ?place oa:start ?begin }}
    }}
  }} ORDER BY ?begin }}
}}
GROUP BY ?product ?fact ?kind ?label
ORDER BY ?product ?kind ?label"""

_NOTHING = "SELECT ?product WHERE {{}} LIMIT 0"
_SUBSTANCE = "?product epar:substance {thing}"
_CONDITION = """
  {{ ?fact epar:condition {thing} . ?product epar:hasIndication ?fact BIND ("indication" AS ?kind) }}
  UNION {{ ?fact epar:condition {thing} . ?product epar:hasDesignation ?fact BIND ("designation" AS ?kind) }}"""
_BIOMARKER = """
  {{ ?fact epar:biomarker {thing} . ?product epar:hasIndication ?fact BIND ("indication" AS ?kind) }}
  UNION {{ ?fact epar:biomarker {thing} . ?product epar:hasTestRequirement ?fact BIND ("test" AS ?kind) }}"""
_DESCRIBED = "{{ ?product epar:hasBiomarker {thing} }}"
_GENE = """
  {{ ?fact epar:biomarker/epar:gene {thing} . ?product epar:hasIndication ?fact BIND ("indication" AS ?kind) }}
  UNION {{ ?fact epar:biomarker/epar:gene {thing} . ?product epar:hasTestRequirement ?fact BIND ("test" AS ?kind) }}"""
_AREA = "?entry epar:therapeuticArea {thing} ; epar:about ?product"

_TIES: Mapping[str, tuple[str, str]] = {
    "substance": (_SUBSTANCE, ""),
    "condition": (_CONDITION, _CONDITION),
    "biomarker": (f"{_BIOMARKER} UNION {_DESCRIBED}", _BIOMARKER),
    "gene": (f"{_GENE} UNION {{{{ ?product epar:hasBiomarker/epar:gene {{thing}} }}}}", _GENE),
    "therapeutic-area": (_AREA, ""),
}
"""By the first part of a thing's IRI: the pattern of its medicines, and that of the facts that tie them to it."""

_BESIDE: Mapping[str, str] = {
    "biomarker": 'SELECT DISTINCT ("gene" AS ?what) ?other ?name WHERE {{ {thing} epar:gene ?other . ?other rdfs:label ?name }}',
    "gene": 'SELECT DISTINCT ("biomarker" AS ?what) ?other ?name WHERE {{ ?other epar:gene {thing} ; rdfs:label ?name }} ORDER BY ?name',
}

KINDS: Mapping[str, str] = {
    "substance": "Active substance",
    "condition": "Condition",
    "biomarker": "Biomarker",
    "gene": "Gene or protein",
    "therapeutic-area": "Therapeutic area",
}
"""The kinds of things that have such a page, by the first part of their IRIs, with what they are called."""


async def thing(answers: Answers, kind: str, address: str) -> Thing | None:
    """Return what the store tells of a thing of a kind of KINDS, None where it does not have it."""
    try:
        name = iri(address)
    except ValueError:
        return None
    medicines, mentions = (query.format(thing=name) for query in _TIES[kind])
    names = await answers.rows(_NAMES.format(thing=name))
    if not names:
        return None
    found = await asyncio.gather(
        answers.rows(_IDENTIFIERS.format(thing=name)),
        answers.rows(_BESIDE.get(kind, _NOTHING).format(thing=name)),
        answers.rows(_MEDICINES.format(tie=medicines)),
        answers.rows(_MENTIONS.format(tie=mentions, separator=SEPARATOR) if mentions else _NOTHING.format()),
    )
    return told_by(address, values(names, "name"), *found)


def told_by(
    address: str,
    names: Sequence[str],
    identifiers_rows: Sequence[Row],
    beside: Sequence[Row],
    medicines: Sequence[Row],
    mentions: Sequence[Row],
) -> Thing:
    """Return the thing that the rows of its queries tell of; of its names the first is that of most facts."""
    ties = grouped(mentions, "product")
    facts = [told(row, "label") for row in mentions]
    name, *others = sorted(names, key=lambda each: -sum(each in fact for fact in facts))
    return Thing(
        address,
        name,
        tuple(others),
        identifiers(identifiers_rows),
        tuple((told(row, "what"), told(row, "other"), told(row, "name")) for row in beside),
        tuple(
            (_medicine(product, rows), _mentions(ties.get(product, ())))
            for product, rows in grouped(medicines, "product").items()
        ),
    )


async def identifiers_of(answers: Answers, address: str) -> tuple[Identifier, ...]:
    """Return the identifiers of any thing in other registries."""
    return identifiers(await answers.rows(_IDENTIFIERS.format(thing=iri(address))))


def identifiers(rows: Sequence[Row]) -> tuple[Identifier, ...]:
    """Return the identifiers that mappings tell of: exact ones first, each once with all its reasons."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((told(row, "property"), told(row, "target")), []).append(row)
    made = [
        Identifier(
            target,
            told(rows[0], "identifier"),
            next(iter(values(rows, "label")), ""),
            relation.rpartition("#")[2],
            tuple(each.rpartition("/")[2].rpartition("#")[2] for each in values(rows, "justification")),
        )
        for (relation, target), rows in found.items()
    ]
    return tuple(sorted(made, key=lambda each: (each.relation != "exactMatch", each.relation, each.identifier)))


def _medicine(address: str, rows: Sequence[Row]) -> Medicine:
    return Medicine(
        address,
        told(rows[0], "name"),
        next(iter(values(rows, "number")), ""),
        values(rows, "type"),
        values(rows, "date"),
        values(rows, "status"),
    )


def _mentions(rows: Sequence[Row]) -> tuple[Mention, ...]:
    same: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        same.setdefault((told(row, "kind"), told(row, "label")), []).append(row)
    return tuple(
        Mention(
            told(every[0], "fact"),
            tuple(told(row, "fact") for row in every[1:]),
            kind,
            label,
            tuple(dict.fromkeys(quote for row in every for quote in listed(row, "quotes"))),
        )
        for (kind, label), every in same.items()
    )
