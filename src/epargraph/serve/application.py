"""The server as an ASGI application, put together of its parts, and its running."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from epargraph.errors import EparGraphError, QueryError, UsageError
from epargraph.graph import software
from epargraph.graph.names import checked
from epargraph.serve import linked, named, openapi, pages, protocol
from epargraph.serve.answers import Answers
from epargraph.serve.frame import Frame, Log, to_output
from epargraph.serve.limits import Limits
from epargraph.serve.negotiation import HTML, accepted
from epargraph.serve.pages.site import page
from epargraph.serve.pool import Pool
from epargraph.serve.refused import RefusedError
from epargraph.serve.watch import watching

_SOFTWARE = software()
_HEADERS = 64_000
"""The bytes that the headers of a request may have, its address among them."""


def application(
    store: str, base: str | None = None, limits: Limits | None = None, *, log: Log | None = None
) -> Starlette:
    """Return the server as an ASGI application; it copies the store into memory when it starts.

    `base` is the base of the IRIs of things, the store's own where it is None, `log` takes the lines of the access log.
    """
    limits = limits or Limits()
    pool = Pool(store, limits)
    answers = Answers(pool, base and checked(base))

    async def begin() -> None:
        if not pool.version:
            await pool.load()
            if base is None:
                answers.base = await answers.own_base()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await begin()
        try:
            async with watching(pool):
                warming = asyncio.create_task(pages.warm(app))
                yield
                warming.cancel()
        finally:
            await pool.close()

    app = Starlette(
        routes=[
            Route("/sparql", protocol.sparql, methods=["GET", "POST"]),
            Route("/sparql/", protocol.sparql, methods=["GET", "POST"]),
            Route("/healthz", _health),
            *pages.routes(),
            Route("/queries", named.listed),
            Route("/queries/{name}", named.asked),
            Route("/openapi.json", openapi.openapi),
            Route("/{path:path}", linked.thing),
        ],
        lifespan=lifespan,
        middleware=[Middleware(Frame, address=limits.address, log=log)],
        exception_handlers={EparGraphError: _refused, HTTPException: _http, Exception: _fault},
    )
    app.state.begin = begin
    app.state.pool = pool
    app.state.answers = answers
    return app


def run(
    store: str,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    base: str | None = None,
    limits: Limits | None = None,
    log: Log | None = to_output,
    ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve until SIGINT or SIGTERM, then answer what was begun; `ready` is told the address once the server answers.

    StoreError where the store can't be copied, UsageError where nothing can listen at the address.
    """
    if not hasattr(os, "fork"):
        raise UsageError("serve", "this system can't fork processes", "serve on Linux, macOS or in WSL")
    limits = limits or Limits()
    listener = _listener(host, port)
    app = application(store, base, limits, log=log)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=_HEADERS,
        timeout_graceful_shutdown=int(limits.deadline) + 5,
        lifespan="on",
    )
    with listener:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn sends a signal on when it has heeded it
        asyncio.run(_serve(app, uvicorn.Server(config), listener, ready))


async def _serve(app: Starlette, server: uvicorn.Server, listener: socket.socket, ready: Callable[[str], None]) -> None:
    await app.state.begin()  # before the server starts, so that a store that fails is an error like any other
    host, port = listener.getsockname()[:2]
    ready(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    await server.serve(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{host}:{port}", f"can't listen there ({reason})", "name another --host or --port") from error
    # Inherited by connections: head and body are two writes, of which the second would wait 40 ms for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def _health(request: Request) -> Response:
    """Tell whether a query is answered."""
    answers: Answers = request.app.state.answers
    await answers.holds("ASK {}")
    told = {"status": "ok", "software": _SOFTWARE, "triples": answers.triples_held, "version": answers.version}
    return JSONResponse(told, headers={"cache-control": "no-store"})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, EparGraphError)
    status = error.status if isinstance(error, RefusedError) else 400 if isinstance(error, QueryError) else 500
    headers = dict(error.headers) if isinstance(error, RefusedError) else {}
    return _told(request, status, error, headers)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = RefusedError(
        error.status_code,
        f"{request.method} {quote(request.url.path)[:200]}",
        error.detail.lower(),
        "see /openapi.json for what there is",
    )
    return _told(request, error.status_code, told, dict(error.headers or {}))


def _told(request: Request, status: int, error: EparGraphError, headers: dict[str, str]) -> Response:
    """Return an error as a line, to a browser as a page."""
    headers["vary"] = "accept"
    if accepted(request, "text/plain", HTML) != HTML:
        return PlainTextResponse(f"{error}\n", status, headers)
    title = "Not found" if status == 404 else "This can't be answered"
    text, remedy = f"{error.where}: {error.reason}.", error.remedy[:1].upper() + error.remedy[1:] + "."
    shown = page(request, "message.html", status=status, title=title, text=text, remedy=remedy)
    shown.headers.update(headers)
    return shown


async def _fault(_: Request, __: Exception) -> Response:
    return PlainTextResponse("an unforeseen fault of the server; its log tells more\n", 500)
