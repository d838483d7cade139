"""The server as an ASGI application, put together of its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from epargraph.errors import EparGraphError, QueryError
from epargraph.graph import DEFAULT_BASE
from epargraph.serve import pages, protocol
from epargraph.serve.answers import Answers
from epargraph.serve.limits import Limits
from epargraph.serve.pool import Pool
from epargraph.serve.refused import RefusedError


def application(store: str, base: str = DEFAULT_BASE, limits: Limits | None = None) -> Starlette:
    """Return the server as an ASGI application; it copies the store into memory when it starts."""
    pool = Pool(store, limits or Limits())

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await pool.load()
        try:
            yield
        finally:
            await pool.close()

    app = Starlette(
        routes=[
            *pages.routes(),
            Route("/healthz", _health),
            Route("/sparql", protocol.sparql, methods=["GET", "POST"]),
        ],
        lifespan=lifespan,
        exception_handlers={EparGraphError: _refused},
    )
    app.state.pool = pool
    app.state.answers = Answers(pool, base)
    return app


def run(
    store: str, *, host: str = "127.0.0.1", port: int = 8000, base: str = DEFAULT_BASE, limits: Limits | None = None
) -> None:
    """Serve until interrupted."""
    uvicorn.run(application(store, base, limits), host=host, port=port, log_level="warning", access_log=False)


async def _health(request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, RefusedError) else 400 if isinstance(error, QueryError) else 500
    headers = error.headers if isinstance(error, RefusedError) else {}
    return PlainTextResponse(f"{error}\n", status, headers)
