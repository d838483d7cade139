"""The pages that people read; `routes` is the table of them."""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from epargraph.serve.pages import home
from epargraph.serve.pages.site import STATIC


def routes() -> list[BaseRoute]:
    """Return the routes of all pages; a handler finds the store in `request.app.state.answers` (see `serve.answers`)."""
    return [
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
        Route("/", home.home),
        Route("/search", home.search),
    ]
