"""The pages that people read; `routes` is the table of them."""

from __future__ import annotations

import asyncio
import contextlib

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from epargraph.errors import EparGraphError
from epargraph.serve.pages import browse, described, home, medicine, question, reviews
from epargraph.serve.pages.names import index_of
from epargraph.serve.pages.past import past_of
from epargraph.serve.pages.site import Files
from epargraph.serve.pages.things import KINDS

_LATER = 3.0
"""Seconds after which the versions of sources are compared, which takes a processor for a while."""


def routes() -> list[BaseRoute]:
    """Return the routes of all pages; a handler finds the store in `request.app.state.answers` (see `serve.answers`)."""
    return [
        Mount("/static", Files(), name="static"),
        Route("/", home.home),
        Route("/search", home.search),
        Route("/conditional", browse.conditional_page),
        Route("/conditional.csv", browse.conditional_csv),
        Route("/by-year", browse.by_year_page),
        Route("/by-year.csv", browse.by_year_csv),
        Route("/glossary", browse.glossary_page),
        Route("/model", described.model_page),
        Route("/query", question.query_page),
        Route("/terms.json", question.terms),
        Route("/ontology.html", described.ontology_page),
        *(Route(f"/{kind}/{{key:path}}.html", described.thing_page) for kind in KINDS),
        Route("/medicine/{key}.html", medicine.medicine),
        Route("/review/{key}.html", reviews.review, methods=["GET", "POST"]),
        Route("/medicine/{key}/study/{id}.html", described.study_page),
        Route("/medicine/{key}/{kind}/{id}.html", medicine.fact),
    ]


async def warm(app: Starlette) -> None:
    """Make what pages keep in memory, before the first reader waits for it; where that fails, the reader is told."""
    with contextlib.suppress(EparGraphError):
        await index_of(app)
    await asyncio.sleep(_LATER)
    past_of(app)
