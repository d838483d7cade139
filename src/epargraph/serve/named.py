"""The questions of queries/ as a plain HTTP API: /queries lists them, /queries/NAME answers one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from epargraph import queries
from epargraph.errors import QueryError
from epargraph.queries import Answer, Cell, Question
from epargraph.serve.answers import Answers
from epargraph.serve.negotiation import HTML, ROWS, accepted, content_type, worded
from epargraph.serve.pages.question import question_list, question_page
from epargraph.serve.pool import Pool
from epargraph.serve.refused import RefusedError
from epargraph.serve.worker import Request as Query

JSON = "application/json"
FORMS: Mapping[str, str] = {"csv": ROWS["csv"], "json": JSON, "tsv": ROWS["tsv"], "xml": ROWS["xml"], "html": HTML}
"""The forms of an answer by the words that name them in an address (`format`)."""

_OFFERED = (JSON, ROWS["csv"], ROWS["tsv"], ROWS["xml"], ROWS["json"], HTML)


async def listed(request: Request) -> Response:
    """List the questions, as JSON or as a page."""
    media = worded(request, {"json": JSON, "html": HTML}) or accepted(request, JSON, HTML)
    if media is None:
        raise RefusedError(406, "Accept", "the list is not told in that form", f"accept {JSON} or {HTML}")
    if media == HTML:
        return question_list(request, queries.library())
    root = str(request.base_url).rstrip("/")
    told = [{**described(each), "url": f"{root}/queries/{each.name}"} for each in queries.library().values()]
    return JSONResponse({"questions": told}, headers={"vary": "accept"})


def described(question: Question) -> dict[str, object]:
    """Return what a question asks and takes, as JSON."""
    return {
        "name": question.name,
        "title": question.title,
        "question": question.question,
        "parameters": [
            {
                "name": each.name,
                "type": each.type,
                "meaning": each.meaning,
                "required": not each.optional,
                **({"values": list(each.values())} if each.type == "code" else {}),
            }
            for each in question.parameters
        ],
    }


async def asked(request: Request) -> Response:
    """Answer a question, as CSV, JSON, TSV, XML or a page with a form for its parameters."""
    name = request.path_params["name"]
    media = worded(request, FORMS) or accepted(request, *_OFFERED)
    if media is None:
        raise RefusedError(406, "Accept", "answers are not told in that form", f"accept one of {', '.join(_OFFERED)}")
    try:
        question = queries.named(name)
    except QueryError as error:
        raise RefusedError(
            404, error.where, error.reason, error.remedy.replace("epargraph query --list", "/queries")
        ) from error
    given = _values(request)
    if media == HTML:
        return await question_page(request, question, given)
    bound = question.bind(**given)
    headers = {"content-type": content_type(media), "vary": "accept"}
    if media == JSON:
        answers: Answers = request.app.state.answers
        return JSONResponse(_json(question, given, await answers.answer(bound)), headers=headers)
    pool: Pool = request.app.state.pool
    _, body = await pool.ask(Query(bound, rows=media), trusted=True)
    if media in (ROWS["csv"], ROWS["tsv"]):
        headers["content-disposition"] = (
            f'inline; filename="{question.name}.{"csv" if media == ROWS["csv"] else "tsv"}"'
        )
    return Response(body, headers=headers)


def _values(request: Request) -> dict[str, str]:
    """Return the values of the parameters; one that is left empty is not given."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name == "format" or not value.strip():
            continue
        if name in given:
            raise RefusedError(400, f"parameter {name[:40]}", "it is given twice", "give it once")
        given[name] = value
    return given


def _json(question: Question, given: Mapping[str, str], answer: Answer) -> dict[str, object]:
    return {
        "question": question.name,
        "parameters": dict(given),
        "columns": list(answer.columns),
        "rows": [{name: plain(cell) for name, cell in row.items()} for row in answer.to_dicts()],
    }


def plain(cell: Cell) -> str | int | float | bool | None:
    """Return a cell as JSON has it: numbers as numbers, dates as text.

    >>> plain(Decimal("37.5")), plain(date(2022, 1, 6)), plain(None)
    (37.5, '2022-01-06', None)
    """
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    return cell.isoformat() if isinstance(cell, date) else cell
