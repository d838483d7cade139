"""Conditional authorisations, and the evidence that is still owed for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from epargraph.serve.answers import Answers
from epargraph.serve.pages.cells import SEPARATOR, Row, grouped, listed, told, values
from epargraph.vocabulary import CODE

_AUTHORISATIONS = f"""
SELECT ?product ?name ?number ?authorisation ?date ?status ?holder ?converted ?ended WHERE {{
  {{ SELECT DISTINCT ?product ?authorisation WHERE {{
    ?authorisation epar:type <{CODE}authorisation-type/conditional> .
    ?product epar:hasAuthorisation ?authorisation .
    FILTER NOT EXISTS {{ ?authorisation epar:setAsideBy ?verdict }}
  }} }}
  ?product epar:name ?name .
  OPTIONAL {{ ?product epar:productNumber ?number }}
  OPTIONAL {{ ?authorisation epar:date ?date }}
  OPTIONAL {{ ?authorisation epar:status/skos:notation ?status }}
  OPTIONAL {{ ?authorisation epar:holder ?holder }}
  OPTIONAL {{ ?authorisation epar:convertedOn ?converted }}
  OPTIONAL {{ ?authorisation epar:endedOn ?ended }}
}}
ORDER BY LCASE(?name) ?product ?date ?authorisation"""

_SUBSTANCES = f"""
SELECT DISTINCT ?product ?substance WHERE {{
  ?authorisation epar:type <{CODE}authorisation-type/conditional> .
  ?product epar:hasAuthorisation ?authorisation ; epar:substance/epar:name ?substance .
}}
ORDER BY ?product ?substance"""

_OWED = f"""
SELECT ?product ?fact ?label ?due ?study (GROUP_CONCAT(DISTINCT COALESCE(?exact, ""); separator="{SEPARATOR}") AS ?quotes) WHERE {{
  {{ SELECT * WHERE {{
    {{ SELECT DISTINCT ?product WHERE {{
      ?authorisation epar:type <{CODE}authorisation-type/conditional> .
      ?product epar:hasAuthorisation ?authorisation .
    }} }}
    ?product epar:hasObligation ?fact .
    FILTER NOT EXISTS {{ ?fact epar:setAsideBy ?verdict }}
    ?fact rdfs:label ?label ; epar:evidence ?evidence .
    ?evidence oa:hasSelector/oa:exact ?exact .
    OPTIONAL {{ ?fact epar:due ?due }}
    OPTIONAL {{ ?fact epar:awaitedStudy ?study }}
    OPTIONAL {{ ?evidence oa:hasSelector/oa:start ?begin }}
  }} ORDER BY ?begin }}
}}
GROUP BY ?product ?fact ?label ?due ?study
ORDER BY ?product ?label"""

_READ = """
SELECT DISTINCT ?product ?document ?review WHERE {
  ?document a epar:Document ; epar:about ?product .
  OPTIONAL {
    ?product epar:hasReview ?fact . ?fact rdfs:label ?review .
    FILTER NOT EXISTS { ?fact epar:setAsideBy ?verdict }
  }
}
ORDER BY ?product ?document ?review"""

ENDED = frozenset({"lapsed", "withdrawn", "not renewed", "refused"})
"""The statuses of an authorisation that is no more."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A piece of evidence that a medicine still owes, with the words that say so; `study` is the IRI of the study awaited."""

    iri: str
    label: str
    due: str
    study: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conditional:
    """A medicine with a conditional authorisation, as all sources together tell it.

    `dates`, `statuses` and `holders` have more than one value where the sources differ. `read` tells whether an overview of
    it was read: only an overview says what is owed.
    """

    iri: str
    name: str
    number: str
    substances: tuple[str, ...]
    dates: tuple[str, ...]
    statuses: tuple[str, ...]
    holders: tuple[str, ...]
    converted: tuple[str, ...]
    ended: tuple[str, ...]
    owed: tuple[Owed, ...]
    reviews: tuple[str, ...]
    read: bool

    @property
    def since(self) -> str:
        """The earliest date that a source gives, empty where none does."""
        return min(self.dates, default="")

    @property
    def over(self) -> bool:
        """Whether a source says that it was converted into a standard one or has ended."""
        return bool(self.converted or self.ended or ENDED & set(self.statuses))


async def conditionals(answers: Answers) -> tuple[Conditional, ...]:
    """Return all medicines that have or had a conditional authorisation, by name."""
    asked = (answers.rows(query) for query in (_AUTHORISATIONS, _SUBSTANCES, _OWED, _READ))
    return told_by(*await asyncio.gather(*asked))


def told_by(
    authorisations: Sequence[Row], substances: Sequence[Row], owed: Sequence[Row], read: Sequence[Row]
) -> tuple[Conditional, ...]:
    """Return the medicines that the rows of the four queries tell of, in the order of the first."""
    substance, evidence, documents = (grouped(rows, "product") for rows in (substances, owed, read))
    return tuple(
        Conditional(
            iri,
            told(rows[0], "name"),
            next(iter(values(rows, "number")), ""),
            values(substance.get(iri, ()), "substance"),
            values(rows, "date"),
            values(rows, "status"),
            values(rows, "holder"),
            values(rows, "converted"),
            values(rows, "ended"),
            tuple(_owed(row) for row in evidence.get(iri, ())),
            values(documents.get(iri, ()), "review"),
            iri in documents,
        )
        for iri, rows in grouped(authorisations, "product").items()
    )


def _owed(row: Row) -> Owed:
    return Owed(told(row, "fact"), told(row, "label"), told(row, "due"), told(row, "study"), listed(row, "quotes"))


SHOWN: Mapping[str, str] = {
    "current": "Current",
    "over": "Converted or ended",
    "all": "All",
}
"""The choices of which authorisations to show."""

OWED: Mapping[str, str] = {
    "any": "Whatever is owed",
    "told": "Evidence is owed",
    "none": "Overview tells of none",
    "unread": "No overview read",
}
"""The choices by what is owed."""

SORTS: Mapping[str, str] = {"name": "Medicine", "since": "Authorised", "owed": "Still owed"}
"""The columns that a table can be sorted by."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What to show of the table: words to look for, which authorisations, sorted by which column."""

    words: str = ""
    show: str = "current"
    owed: str = "any"
    sort: str = "name"
    descending: bool = False

    @classmethod
    def asked(cls, parameters: Mapping[str, str]) -> Choice:
        """Return what a query string asks for; what it does not understand is as if it were not there."""
        return cls(
            parameters.get("q", "").strip()[:200],
            show if (show := parameters.get("show", "")) in SHOWN else "current",
            owed if (owed := parameters.get("owed", "")) in OWED else "any",
            sort if (sort := parameters.get("sort", "")) in SORTS else "name",
            parameters.get("order") == "desc",
        )

    def parameters(self, **others: str) -> dict[str, str]:
        """Return the query string's parts that ask for this, with others in their place, without what is usual."""
        given = {
            "q": self.words,
            "show": self.show,
            "owed": self.owed,
            "sort": self.sort,
            "order": "desc" if self.descending else "asc",
        } | others
        usual = {"q": "", "show": "current", "owed": "any", "sort": "name", "order": "asc"}
        return {key: value for key, value in given.items() if value != usual[key]}


def chosen(every: Iterable[Conditional], choice: Choice) -> list[Conditional]:
    """Return the medicines that a choice asks for, in its order; those without a date stand last."""
    wanted = choice.words.casefold().split()
    found = [
        each
        for each in every
        if (choice.show == "all" or each.over == (choice.show == "over"))
        and _fits(each, choice.owed)
        and all(word in _words(each) for word in wanted)
    ]
    found.sort(key=lambda each: each.name.casefold())
    if choice.sort == "owed":
        found.sort(key=lambda each: len(each.owed), reverse=choice.descending)
    elif choice.sort == "since":
        found.sort(key=lambda each: each.since, reverse=choice.descending)
        found.sort(key=lambda each: not each.since)
    elif choice.descending:
        found.reverse()
    return found


def _fits(each: Conditional, owed: str) -> bool:
    return {"any": True, "told": bool(each.owed), "none": each.read and not each.owed, "unread": not each.read}[owed]


def _words(each: Conditional) -> str:
    return " ".join(
        (each.name, each.number, *each.substances, *each.holders, *each.statuses, *(one.label for one in each.owed))
    ).casefold()


COLUMNS = (
    *("medicine", "product_number", "substances", "authorised", "status", "holder", "converted_on", "ended_on"),
    *("overview_read", "awaited", "due", "quote", "fact"),
)
"""The columns of the table as CSV: a row for each piece of evidence owed, one for a medicine that owes none."""


def table(found: Iterable[Conditional]) -> list[tuple[str, ...]]:
    """Return the rows of the CSV, in the order of COLUMNS."""
    rows = []
    for each in found:
        medicine = (
            each.name,
            each.number,
            "; ".join(each.substances),
            *("; ".join(part) for part in (each.dates, each.statuses, each.holders, each.converted, each.ended)),
            "yes" if each.read else "no",
        )
        for one in each.owed or (Owed("", "", "", "", ()),):
            rows.append((*medicine, one.label, one.due, " … ".join(one.quotes), one.iri))
    return rows
