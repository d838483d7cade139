"""The pages that people read; `routes` is the table of them."""

from __future__ import annotations

from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """Return the routes of all pages; a handler finds the store in `request.app.state.answers` (see `serve.answers`)."""
    return []
