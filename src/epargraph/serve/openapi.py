"""The OpenAPI description of the API, made of the questions' own headers."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from epargraph import queries
from epargraph.graph import software
from epargraph.queries import Parameter, Question
from epargraph.serve.named import FORMS
from epargraph.serve.negotiation import ROWS, TRIPLES

_TYPES = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "iri": {"type": "string", "format": "iri"},
}
_GRAPHS = [
    {"name": name, "in": "query", "schema": {"type": "array", "items": {"type": "string", "format": "uri"}}}
    for name in ("default-graph-uri", "named-graph-uri")
]


async def openapi(request: Request) -> Response:
    """Describe the API (OpenAPI 3.1)."""
    root = str(request.base_url).rstrip("/")
    return JSONResponse(description(queries.library().values(), root))


def description(questions: Iterable[Question], server: str) -> dict[str, object]:
    """Return the OpenAPI document for a server at this address."""
    paths: dict[str, object] = {f"/queries/{each.name}": {"get": _question(each)} for each in questions}
    paths["/queries"] = {
        "get": {
            "operationId": "list_questions",
            "summary": "The questions",
            "responses": _responses(["application/json"]),
        }
    }
    paths["/sparql"] = {"get": _sparql(), "post": _sparql_post()}
    paths["/healthz"] = {
        "get": {
            "operationId": "health",
            "summary": "Whether the server answers",
            "responses": {"200": {"description": "It does."}, "503": {"description": "It does not."}},
        }
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "epargraph",
            "version": software().split()[-1],
            "description": "The facts of EU medicines as a knowledge graph, each with the words it was read from. "
            "Not medical advice.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "paths": paths,
    }


def _question(question: Question) -> dict[str, object]:
    words = list(FORMS)
    form = {
        "name": "format",
        "in": "query",
        "description": "the form of the answer; without it that of the header Accept",
        "schema": {"type": "string", "enum": words},
    }
    return {
        "operationId": question.name,
        "summary": question.title,
        "description": question.question,
        "parameters": [*(_parameter(each) for each in question.parameters), form],
        "responses": _responses(list(dict.fromkeys(FORMS.values())), "400", "503", "504"),
    }


def _parameter(parameter: Parameter) -> dict[str, object]:
    schema: dict[str, object] = dict(_TYPES.get(parameter.type, {"type": "string"}))
    if parameter.type == "code":
        schema["enum"] = list(parameter.values())
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.meaning,
        "required": not parameter.optional,
        "schema": schema,
    }


def _sparql() -> dict[str, object]:
    query = {
        "name": "query",
        "in": "query",
        "description": "a SPARQL 1.1 query; without it the service is described",
        "schema": {"type": "string"},
    }
    return {
        "operationId": "sparql_get",
        "summary": "SPARQL 1.1 Protocol, query operation",
        "parameters": [query, *_GRAPHS],
        "responses": _responses([*ROWS.values(), *TRIPLES.values()], "400", "406", "503", "504"),
    }


def _sparql_post() -> dict[str, object]:
    form = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
    return {
        "operationId": "sparql_post",
        "summary": "SPARQL 1.1 Protocol, query operation",
        "parameters": _GRAPHS,
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-query": {"schema": {"type": "string"}},
                "application/x-www-form-urlencoded": {"schema": form},
            },
        },
        "responses": _responses([*ROWS.values(), *TRIPLES.values()], "400", "406", "413", "415", "503", "504"),
    }


_FAULTS = {
    "400": "The request or the query is wrong.",
    "406": "The answer can't be told in the form asked for.",
    "413": "The request is too large.",
    "415": "The body is of a wrong type.",
    "503": "Too many queries run at once; try again after Retry-After.",
    "504": "The query took too long and was ended.",
}


def _responses(types: list[str], *faults: str) -> dict[str, object]:
    return {
        "200": {"description": "The answer.", "content": {each: {} for each in types}},
        **{status: {"description": _FAULTS[status], "content": {"text/plain": {}}} for status in faults},
    }
