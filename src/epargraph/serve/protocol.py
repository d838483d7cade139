"""The SPARQL 1.1 Protocol, its query part, at /sparql."""

from __future__ import annotations

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from epargraph.serve.pool import Pool
from epargraph.serve.worker import Request
from epargraph.stores.base import JSON, N_TRIPLES
from epargraph.stores.sparql import form


async def sparql(request: HttpRequest) -> Response:
    """Answer a query."""
    pool: Pool = request.app.state.pool
    query = request.query_params.get("query", "")
    accept = N_TRIPLES if form(query) in ("CONSTRUCT", "DESCRIBE") else JSON
    return Response(await pool.ask(Request(query, accept)), media_type=accept)
