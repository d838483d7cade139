"""The pages that people read; `routes` is the table of them."""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from epargraph.serve.pages import browse, described, home, medicine, question, reviews
from epargraph.serve.pages.site import STATIC
from epargraph.serve.pages.things import KINDS


def routes() -> list[BaseRoute]:
    """Return the routes of all pages; a handler finds the store in `request.app.state.answers` (see `serve.answers`)."""
    return [
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
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
