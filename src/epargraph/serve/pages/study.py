"""What the page of a study tells: its design and people, its results, and what is owed of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from epargraph.serve.answers import Answers, iri
from epargraph.serve.pages.cells import SEPARATOR, Row, grouped, listed, told, values
from epargraph.serve.pages.things import Identifier, identifiers_of

_STUDY = """
SELECT ?product ?name ?label ?role ?status ?design ?number ?studies ?participants ?qualifier ?population ?compared
  (MAX(?setAside) AS ?aside) (GROUP_CONCAT(DISTINCT COALESCE(?comparator, ""); separator="{separator}") AS ?comparators)
  (GROUP_CONCAT(DISTINCT COALESCE(?exact, ""); separator="{separator}") AS ?quotes) WHERE {{
  {{ SELECT * WHERE {{
    {{ SELECT DISTINCT ?product ?fact WHERE {{ VALUES ?fact {{ {study} }} ?product epar:hasStudy ?fact }} }}
    ?product epar:name ?name . ?fact rdfs:label ?label .
    BIND (EXISTS {{ ?fact epar:setAsideBy ?verdict }} AS ?setAside)
    OPTIONAL {{ ?fact epar:role/skos:notation ?role }}
    OPTIONAL {{ ?fact epar:status/skos:notation ?status }}
    OPTIONAL {{ ?fact epar:design/skos:notation ?design }}
    OPTIONAL {{ ?fact epar:number ?number }}
    OPTIONAL {{ ?fact epar:studies ?studies }}
    OPTIONAL {{ ?fact epar:participants ?participants }}
    OPTIONAL {{ ?fact epar:participantsQualifier ?qualifier }}
    OPTIONAL {{ ?fact epar:populationDescription ?population }}
    OPTIONAL {{ ?fact epar:compared ?compared }}
    OPTIONAL {{ ?fact epar:comparator ?comparator }}
    OPTIONAL {{
      ?fact epar:evidence ?evidence
      OPTIONAL {{ ?evidence oa:hasSelector ?words . ?words oa:exact ?exact }}
      OPTIONAL {{ ?evidence oa:hasSelector ?place . ?place oa:start ?begin }}
    }}
  }} ORDER BY ?begin }}
}}
GROUP BY ?product ?name ?label ?role ?status ?design ?number ?studies ?participants ?qualifier ?population ?compared
ORDER BY ?name"""

_RESULTS = """
SELECT ?fact ?measure ?arm ?subgroup ?qualifier ?value ?to ?unit ?statistic ?numerator ?denominator ?after ?direction
  (GROUP_CONCAT(DISTINCT COALESCE(?exact, ""); separator="{separator}") AS ?quotes) WHERE {{
  {{ SELECT * WHERE {{
    {{ SELECT DISTINCT ?fact WHERE {{ ?fact epar:study {study} ; a epar:Outcome FILTER NOT EXISTS {{ ?fact epar:setAsideBy ?verdict }} }} }}
    OPTIONAL {{ ?fact epar:measure ?measure }}
    OPTIONAL {{ ?fact epar:arm ?arm }}
    OPTIONAL {{ ?fact epar:subgroup ?subgroup }}
    OPTIONAL {{ ?fact epar:qualifier ?qualifier }}
    OPTIONAL {{ ?fact epar:value ?value }}
    OPTIONAL {{ ?fact epar:valueTo ?to }}
    OPTIONAL {{ ?fact epar:unit ?unit }}
    OPTIONAL {{ ?fact epar:statistic/skos:notation ?statistic }}
    OPTIONAL {{ ?fact epar:numerator ?numerator }}
    OPTIONAL {{ ?fact epar:denominator ?denominator }}
    OPTIONAL {{ ?fact epar:after ?after }}
    OPTIONAL {{ ?fact epar:direction/skos:notation ?direction }}
    OPTIONAL {{
      ?fact epar:evidence ?evidence
      OPTIONAL {{ ?evidence oa:hasSelector ?words . ?words oa:exact ?exact }}
      OPTIONAL {{ ?evidence oa:hasSelector ?place . ?place oa:start ?begin }}
    }}
  }} ORDER BY ?begin }}
}}
GROUP BY ?fact ?measure ?arm ?subgroup ?qualifier ?value ?to ?unit ?statistic ?numerator ?denominator ?after ?direction
ORDER BY ?measure ?subgroup ?arm ?value ?fact"""

_OWED = """
SELECT ?fact ?label ?due WHERE {{
  ?fact epar:awaitedStudy {study} ; rdfs:label ?label .
  FILTER NOT EXISTS {{ ?fact epar:setAsideBy ?verdict }}
  OPTIONAL {{ ?fact epar:due ?due }}
}}
ORDER BY ?label"""


@dataclass(frozen=True, slots=True)
class Result:
    """What a study showed for a measure in an arm; `value` is in words: around 37% (46 of 124)."""

    iri: str
    measure: str
    arm: str
    subgroup: str
    value: str
    after: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """A study of a medicine, or a group of studies told together; what the source does not tell is empty.

    `set_aside` tells that a reviewer rejected or corrected what was read.
    """

    iri: str
    label: str
    medicine: str
    medicine_iri: str
    told: tuple[tuple[str, str], ...]
    quotes: tuple[str, ...]
    set_aside: bool
    results: tuple[Result, ...]
    owed: tuple[tuple[str, str, str], ...]
    identifiers: tuple[Identifier, ...]


async def study(answers: Answers, address: str) -> Study | None:
    """Return what the store tells of a study, None where it does not have it."""
    try:
        given = {"study": iri(address), "separator": SEPARATOR}
    except ValueError:
        return None
    rows, results, owed, identifiers = await asyncio.gather(
        answers.rows(_STUDY.format(**given)),
        answers.rows(_RESULTS.format(**given)),
        answers.rows(_OWED.format(**given)),
        identifiers_of(answers, address),
    )
    return told_by(address, rows, results, owed, identifiers) if rows else None


def told_by(
    address: str, rows: Sequence[Row], results: Sequence[Row], owed: Sequence[Row], identifiers: tuple[Identifier, ...]
) -> Study:
    """Return the study that the rows of its queries tell of; there is at least one row of the first."""
    row = rows[0]
    return Study(
        address,
        told(row, "label"),
        told(row, "name"),
        told(row, "product"),
        tuple((what, value) for what, value in _fields(rows) if value),
        tuple(dict.fromkeys(quote for each in rows for quote in listed(each, "quotes"))),
        row.get("aside") is True,
        tuple(_result(each) for each in results),
        tuple((iri_, told(each[0], "label"), told(each[0], "due")) for iri_, each in grouped(owed, "fact").items()),
        identifiers,
    )


def _fields(rows: Sequence[Row]) -> list[tuple[str, str]]:
    row = rows[0]
    people = " ".join(part for part in (told(row, "qualifier"), told(row, "participants")) if part)
    compared = ", ".join(sorted(listed(row, "comparators")))
    if not compared and row.get("compared") is False:
        compared = "nothing"
    return [
        ("Role", " / ".join(values(rows, "role"))),
        ("Status", " / ".join(values(rows, "status"))),
        ("Studies told together", told(row, "studies")),
        ("Design", " / ".join(values(rows, "design"))),
        ("Participants", people),
        ("In whom", told(row, "population")),
        ("Compared with", compared),
    ]


def _result(row: Row) -> Result:
    return Result(
        told(row, "fact"),
        told(row, "measure"),
        told(row, "arm"),
        told(row, "subgroup"),
        in_words(row),
        told(row, "after"),
        listed(row, "quotes"),
    )


def in_words(row: Row) -> str:
    """Return the value of an outcome as the source would write it.

    >>> in_words({"qualifier": "around", "value": 37, "unit": "%", "numerator": 46, "denominator": 124})
    'around 37% (46 of 124)'
    >>> in_words({"statistic": "median", "value": 11, "to": 12, "unit": "months", "direction": "increase"})
    'median 11 to 12 months, increase'
    """
    value = told(row, "value")
    if value and told(row, "to"):
        value += f" to {told(row, 'to')}"
    unit = told(row, "unit")
    if value and unit:
        value += unit if unit == "%" else f" {unit}"
    words = " ".join(part for part in (told(row, "statistic"), told(row, "qualifier"), value) if part)
    if told(row, "numerator") and told(row, "denominator"):
        people = f"{told(row, 'numerator')} of {told(row, 'denominator')}"
        words = f"{words} ({people})" if words else people
    return f"{words}, {told(row, 'direction')}" if told(row, "direction") and words else words or told(row, "direction")
