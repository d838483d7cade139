"""The pages of the questions: their list, and one with a form for its parameters and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from epargraph.errors import QueryError
from epargraph.queries import Answer, Question
from epargraph.serve.pages.site import answers_of, page


def question_list(request: Request, questions: Mapping[str, Question]) -> Response:
    """Show the questions, each with its link."""
    return page(request, "questions.html", questions=list(questions.values()))


async def question_page(request: Request, question: Question, given: Mapping[str, str]) -> Response:
    """Show a question with a form for its parameters, and its answer for the values that are given."""
    answer: Answer | None = None
    fault = ""
    try:
        answer = await answers_of(request).question(question.name, **given)
    except QueryError as error:
        fault = "" if not given else str(error)
    return page(
        request,
        "question.html",
        status=400 if fault else 200,
        question=question,
        given=given,
        answer=answer,
        fault=fault,
        download=urlencode(given),
    )
