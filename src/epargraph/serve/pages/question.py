"""The pages by which one asks: the editor for SPARQL, the list of the questions, and one with a form for its parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from epargraph import queries
from epargraph.errors import QueryError
from epargraph.queries import Parameter, Question
from epargraph.serve.pages.completion import completion
from epargraph.serve.pages.result import MOST, Fault, Table, asked, fault
from epargraph.serve.pages.site import page

_EXAMPLES = re.compile(r"VALUES\s*\([^()]*\)\s*\{\s*\((.*)\)\s*\}[ \t]*#[ \t]*parameters")
_TERM = re.compile(r'"((?:[^"\\]|\\.)*)"\S*|<([^<>]*)>|(\S+)')
_FIRST = """# Medicines that need a test for a gene, and the words that say so
SELECT ?medicine ?name ?gene ?quote WHERE {
  ?medicine epar:name ?name ; epar:hasTestRequirement ?test .
  ?test epar:biomarker/epar:gene/rdfs:label ?gene ; epar:evidence/oa:hasSelector/oa:exact ?quote .
}
ORDER BY ?name
LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter as a form asks for it: with the value that was given, and the example of the question's file."""

    name: str
    meaning: str
    type: str
    optional: bool
    values: tuple[str, ...]
    given: str
    example: str

    @property
    def entry(self) -> str:
        """The type of the HTML input."""
        return {"date": "date", "integer": "number", "number": "number"}.get(self.type, "text")


async def query_page(request: Request) -> Response:
    """Show the editor, and the answer to the query in it; `example` puts a question of the library into it, unasked."""
    library = queries.load()
    text = request.query_params.get("query", "")
    name = request.query_params.get("example", "")
    answer: Table | Fault | None = await asked(request, text) if text.strip() else None
    return page(
        request,
        "query.html",
        status=answer.status if isinstance(answer, Fault) else 200,
        text=text or (library[name].text if name in library else _FIRST),
        example=name,
        library=list(library.values()),
        answer=None if isinstance(answer, Fault) else answer,
        fault=answer if isinstance(answer, Fault) else None,
        link=urlencode({"query": text}),
        most=MOST,
    )


async def terms(request: Request) -> Response:
    """Answer with what the editor completes, as JSON."""
    return Response(completion(), media_type="application/json", headers={"cache-control": "max-age=3600"})


def question_list(request: Request, questions: Mapping[str, Question]) -> Response:
    """Show the questions, each with its link."""
    return _negotiated(page(request, "questions.html", questions=list(questions.values())))


async def question_page(request: Request, question: Question, given: Mapping[str, str]) -> Response:
    """Show a question with a form for its parameters, and its answer for the values that are given.

    Where nothing is asked yet, it answers for the examples of its file.
    """
    fresh = not request.query_params
    values = {key: value for key, value in examples(question).items() if value} if fresh else given
    answer: Table | Fault
    try:
        bound = question.bind(**values)
        answer = await asked(request, bound, trusted=True)
    except QueryError as error:
        bound, answer = "", fault(error, "")
    shown = page(
        request,
        "question.html",
        status=answer.status if isinstance(answer, Fault) else 200,
        question=question,
        inputs=[_input(each, values, examples(question)) for each in question.parameters],
        fresh=fresh and bool(question.parameters),
        answer=None if isinstance(answer, Fault) else answer,
        fault=answer if isinstance(answer, Fault) else None,
        bound=bound,
        link=urlencode(values),
        editor=urlencode({"query": bound}),
        most=MOST,
    )
    return _negotiated(shown)


def _negotiated(shown: Response) -> Response:
    """Return a page at whose address other clients find something else."""
    shown.headers["vary"] = "accept"
    return shown


def examples(question: Question) -> dict[str, str]:
    r"""Return the example of each parameter in a question's file, empty where it gives none.

    >>> examples(Question("n", "t", "q", (Parameter("a", "text", "m"), Parameter("b", "text", "m", True)),
    ...     'SELECT * { VALUES (?a ?b) { ("x \\"y\\"" UNDEF) }  # parameters\n}'))
    {'a': 'x "y"', 'b': ''}
    """
    found = _EXAMPLES.search(question.text)
    terms_ = [_example(each) for each in _TERM.finditer(found[1])] if found else []
    return {each.name: term for each, term in zip(question.parameters, terms_, strict=False)}


def _example(term: re.Match[str]) -> str:
    if term[1] is not None:
        return re.sub(r"\\(.)", r"\1", term[1])
    return term[2] or ("" if term[3] == "UNDEF" else term[3] or "")


def _input(parameter: Parameter, given: Mapping[str, str], example: Mapping[str, str]) -> Input:
    return Input(
        parameter.name,
        parameter.meaning,
        parameter.type,
        parameter.optional,
        parameter.values(),
        given.get(parameter.name, ""),
        example.get(parameter.name, ""),
    )
