"""The plain page of a thing that has no page of its own: what is said of it, and what points at it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from epargraph.serve.answers import iri
from epargraph.serve.pages.site import answers_of, page
from epargraph.stores.sparql import PREFIXES

MOST = 200
"""Statements that are shown of each sort."""

_SAID = """SELECT DISTINCT ?property ?value ?label (isIRI(?value) AS ?linked) WHERE {
  %s ?property ?value . OPTIONAL { ?value rdfs:label|skos:prefLabel ?label }
} ORDER BY ?property ?value LIMIT %d"""
_POINTING = """SELECT DISTINCT ?subject ?property ?label WHERE {
  ?subject ?property %s . OPTIONAL { ?subject rdfs:label|skos:prefLabel ?label }
} ORDER BY ?property ?subject LIMIT %d"""


@dataclass(frozen=True, slots=True)
class Statement:
    """A property, as a short name, and what stands at its other end; `iri` is empty for a text."""

    property: str
    iri: str
    text: str


async def plain_page(request: Request, found: str) -> Response:
    """Show what the graph says of a thing."""
    answers = answers_of(request)
    said = await answers.rows(_SAID % (iri(found), MOST + 1))
    pointing = await answers.rows(_POINTING % (iri(found), MOST + 1))
    return page(
        request,
        "plain.html",
        found=found,
        title=next(
            (str(row["value"]) for row in said if str(row["property"]).endswith(("#label", "#prefLabel"))), found
        ),
        said=[
            Statement(
                short(str(row["property"])),
                str(row["value"]) if row["linked"] else "",
                str(row["label"] or row["value"]),
            )
            for row in said[:MOST]
        ],
        pointing=[
            Statement(short(str(row["property"])), str(row["subject"]), str(row["label"] or row["subject"]))
            for row in pointing[:MOST]
        ],
        more=len(said) > MOST or len(pointing) > MOST,
        most=MOST,
        path=request.url.path.removesuffix(".html"),
    )


def short(term: str) -> str:
    """Return an IRI with a prefix in the place of its beginning, where one of the known ones fits.

    >>> short("https://w3id.org/epargraph/ontology#hasDose"), short("urn:x")
    ('epar:hasDose', 'urn:x')
    """
    fits = [(len(beginning), name) for name, beginning in PREFIXES.items() if term.startswith(beginning)]
    return f"{max(fits)[1]}:{term[max(fits)[0] :]}" if fits else term
