"""The first page and the search."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from epargraph.serve.answers import Answers
from epargraph.serve.pages.index import KINDS, Found
from epargraph.serve.pages.names import index_of
from epargraph.serve.pages.site import answers_of, page

MOST = 25
"""Finds on a page."""

_FIGURES = """SELECT ?facts ?overviews ?quotes WHERE {
  { SELECT (COUNT(DISTINCT ?fact) AS ?facts) WHERE { ?fact epar:evidence ?e } }
  { SELECT (COUNT(DISTINCT ?document) AS ?overviews) WHERE { ?document a epar:Document } }
  { SELECT (COUNT(DISTINCT ?quote) AS ?quotes) WHERE { ?quote a oa:TextQuoteSelector } }
}"""
_DAYS = """SELECT DISTINCT ?source ?day ?retrieved WHERE {
  ?graph a epar:SourceGraph ; epar:describes ?source .
  OPTIONAL { ?graph epar:registerDate ?day } OPTIONAL { ?graph epar:retrieved ?retrieved }
}"""


@dataclass(frozen=True, slots=True)
class Figures:
    """How much the graph holds, and from when its newest sources are; a day is empty where no source tells it."""

    medicines: int
    substances: int
    conditions: int
    biomarkers: int
    overviews: int
    facts: int
    quotes: int
    triples: int
    register_day: str
    retrieved: str


async def home(request: Request) -> Response:
    """Show the search, figures of the graph, and how to cite it."""
    index = await index_of(request.app)
    return page(
        request,
        "home.html",
        figures=await _figures(request, index.counts),
        found=Found("", "", ()),
        examples=index.examples,
        base=answers_of(request).base,
    )


async def search(request: Request) -> Response:
    """Show what was found; with `part`, the list of it alone, for a page that searches as one types."""
    asked = request.query_params
    kind = asked.get("kind", "") if asked.get("kind") in KINDS else ""
    first = max(0, min(int(number), 100_000)) if (number := asked.get("first", "0")).isdecimal() else 0
    typed = asked.get("q", "")[:200]
    found = (await index_of(request.app)).find(typed, kind=kind, most=MOST, first=first)
    return page(request, "found.html" if asked.get("part") else "search.html", found=found, most=MOST, kinds=KINDS)


async def _figures(request: Request, counts: dict[str, int]) -> Figures:
    answers = answers_of(request)
    held: tuple[int, Figures] | None = getattr(request.app.state, "figures", None)
    if held is None or held[0] != answers.version:
        held = request.app.state.figures = (answers.version, await figures(answers, counts))
    return held[1]


async def figures(answers: Answers, counts: dict[str, int]) -> Figures:
    """Return how much the graph holds; `counts` are those of the index of names."""
    (row,) = await answers.rows(_FIGURES)
    days = await answers.rows(_DAYS)
    return Figures(
        medicines=counts["medicine"],
        substances=counts["substance"],
        conditions=counts["condition"],
        biomarkers=counts["biomarker"],
        overviews=int(str(row["overviews"])),
        facts=int(str(row["facts"])),
        quotes=int(str(row["quotes"])),
        triples=answers.triples_held,
        register_day=max((str(each["day"]) for each in days if each["day"]), default=""),
        retrieved=max((str(each["retrieved"]) for each in days if each["retrieved"]), default=""),
    )
