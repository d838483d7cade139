"""The SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/), its query operation alone, at /sparql."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from epargraph.serve import service
from epargraph.serve.body import body, fields, text
from epargraph.serve.negotiation import HTML, ROWS, TRIPLES, accepted, content_type, worded
from epargraph.serve.pool import Pool
from epargraph.serve.refused import RefusedError
from epargraph.serve.worker import Request as Query

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
QUERY_PAGE = "/query"
"""The page with an editor, where a browser that comes to the bare endpoint is sent."""


@dataclass(frozen=True, slots=True)
class Operation:
    """The query of a request and the graphs that it is to be asked of."""

    query: str
    default: tuple[str, ...]
    named: tuple[str, ...]


async def sparql(request: Request) -> Response:
    """Answer a query; describe the service where there is none."""
    pool: Pool = request.app.state.pool
    operation = await operation_of(request, pool.limits.request)
    if operation is None:
        return described(request, pool)
    word = worded(request, {**ROWS, **TRIPLES})
    rows = word if word in ROWS.values() else accepted(request, *ROWS.values())
    triples = word if word in TRIPLES.values() else accepted(request, *TRIPLES.values())
    if rows is None and triples is None:
        raise _not_acceptable("results", *ROWS.values(), *TRIPLES.values())
    query = Query(
        operation.query,
        rows or ROWS["json"],
        triples or TRIPLES["ttl"],
        operation.default,
        operation.named,
        request.app.state.answers.base,
    )
    media, answer = await pool.ask(query)
    if (media in ROWS.values() and rows is None) or (media in TRIPLES.values() and triples is None):
        what, forms = ("rows", ROWS) if media in ROWS.values() else ("triples", TRIPLES)
        raise _not_acceptable(what, *forms.values())
    return Response(answer, headers={"content-type": content_type(media), "vary": "accept"})


def described(request: Request, pool: Pool) -> Response:
    """Return the description of the service; a browser is sent to the query page."""
    media = accepted(request, *TRIPLES.values(), HTML)
    if media is None:
        raise _not_acceptable("a description", *TRIPLES.values(), HTML)
    if media == HTML:
        return RedirectResponse(QUERY_PAGE, 303, {"vary": "accept"})
    endpoint = str(request.url.replace(query="", fragment=""))
    return Response(
        service.description(endpoint, media, pool.triples),
        headers={"content-type": content_type(media), "vary": "accept"},
    )


async def operation_of(request: Request, most: int) -> Operation | None:
    """Return what a request asks, None where it asks nothing; RefusedError where the protocol does not know it so."""
    address = fields(request.url.query)
    if request.method in ("GET", "HEAD"):
        return _operation(address, None)
    media, _, parameters = (part.strip().lower() for part in request.headers.get("content-type", "").partition(";"))
    charset = parameters.partition("charset=")[2].partition(";")[0].strip("\"' ")
    if media == _UPDATE:
        raise _read_only()
    if media not in (_FORM, _QUERY):
        raise RefusedError(
            415, "request", f"its body is {media[:60] or 'of no type'}", f"send {_QUERY} or {_FORM} as Content-Type"
        )
    if charset not in ("", "utf-8", "utf8"):
        raise RefusedError(415, "request", f"its body is in {charset[:40]}", "send UTF-8")
    sent = text(await body(request, most))
    if media == _QUERY:
        return _operation(address, sent)
    return _operation([*fields(sent), *((name, value) for name, value in address if name.endswith("-graph-uri"))], None)


def _operation(given: list[tuple[str, str]], direct: str | None) -> Operation | None:
    def values(name: str) -> tuple[str, ...]:
        return tuple(value for each, value in given if each == name)

    if values("update") or values("using-graph-uri") or values("using-named-graph-uri"):
        raise _read_only()
    queries = values("query") if direct is None else (direct, *values("query"))
    if len(queries) > 1:
        raise RefusedError(400, "request", f"it has {len(queries)} queries", "send one")
    if not queries:
        if values("default-graph-uri") or values("named-graph-uri"):
            raise RefusedError(400, "request", "it names graphs, but no query", "send the parameter query too")
        return None
    return Operation(queries[0], values("default-graph-uri"), values("named-graph-uri"))


def _read_only() -> RefusedError:
    return RefusedError(403, "request", "this server is read-only", "send a query, not an update")


def _not_acceptable(what: str, *forms: str) -> RefusedError:
    return RefusedError(406, "Accept", f"{what} can't be told in that form", f"accept one of {', '.join(forms)}")
