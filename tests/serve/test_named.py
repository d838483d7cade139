"""The questions over HTTP: the same answers as from the store, described by OpenAPI."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest
from openapi_spec_validator import validate

from epargraph import queries
from epargraph.serve.named import FORMS, plain
from epargraph.stores import open_store
from epargraph.stores.memory import Memory, copied

if TYPE_CHECKING:
    from pathlib import Path

    from tests.serve.conftest import Served

LADDER = "/queries/dose_ladder_and_stop_rule"


@pytest.fixture(scope="module")
def memory(built_store: Path) -> Memory:
    """Return a copy of the bundled data, as the server has one."""
    return copied(built_store)


@pytest.mark.parametrize("name", sorted(queries.library()))
def test_a_question_answers_as_the_store_does(name: str, served: Served, built_store: Path, memory: Memory) -> None:
    """Each question has the same answer over HTTP as from the store, in CSV byte for byte, in JSON row for row."""
    question = queries.named(name)
    values = {each.name: "Lumykras" for each in question.parameters if each.type == "medicine"}
    with open_store(built_store) as store:
        expected = queries.run(store, question.name, **values)
    _, table = memory.ask(question.bind(**values), "text/csv")
    assert served.get(f"/queries/{name}", "text/csv", **values).body == table
    told = json.loads(served.get(f"/queries/{name}", "application/json", **values).body)
    assert (told["columns"], told["parameters"]) == (list(expected.columns), values)
    rows = [{key: plain(cell) for key, cell in row.items()} for row in expected.to_dicts()]
    assert [in_order(each) for each in told["rows"]] == [in_order(each) for each in rows]


def in_order(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row with what a cell has several of in order: in memory they come otherwise than from a folder."""
    return {key: sorted(re.split(r", | … ", cell)) if isinstance(cell, str) else cell for key, cell in row.items()}


@pytest.mark.parametrize(("word", "media"), FORMS.items())
def test_the_forms_of_an_answer(word: str, media: str, served: Served) -> None:
    """Each form comes by the word in the address and by Accept, and JSON where there is no wish."""
    assert served.get(LADDER, "image/png", medicine="Lumykras", format=word).media == media
    assert served.get(LADDER, media, medicine="Lumykras").media == media
    assert served.get(LADDER, medicine="Lumykras").media == "application/json"
    assert served.get(LADDER, "application/sparql-results+json").media == "application/sparql-results+json"
    assert served.get(LADDER, "image/png").status == 406


def test_numbers_are_numbers(served: Served) -> None:
    """In JSON an amount is a number and what is not told is null, so that nobody has to parse texts."""
    first = json.loads(served.get(LADDER, medicine="Lumykras").body)["rows"][0]
    assert (first["amount"], first["unit"], first["amount_to"]) == (960, "mg", None)


def test_a_parameter_that_is_empty_is_not_given(served: Served) -> None:
    """What a form leaves empty does not narrow the answer."""
    assert served.get(LADDER, "text/csv", medicine="").body == served.get(LADDER, "text/csv").body


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/queries/dose_lader", 404, "did you mean"),
        (f"{LADDER}?medecine=Lumykras", 400, "it has no parameter 'medecine'"),
        (f"{LADDER}?medicine=a&medicine=b", 400, "it is given twice"),
        (f"{LADDER}?format=exe", 400, "there is no such format"),
        ("/queries/designations?designation=never", 400, "orphan"),
    ],
)
def test_wrong_questions_are_told(path: str, status: int, reason: str, served: Served) -> None:
    """A question or a value that is wrong is told in one line, with what would be right."""
    reply = served.request("GET", path)
    assert (reply.status, reason in reply.text, reply.text.count("\n")) == (status, True, 1), reply.text


def test_a_value_is_never_part_of_the_query(served: Served) -> None:
    """A value that looks like SPARQL is looked for as a name, and found nowhere."""
    told = json.loads(served.get(LADDER, medicine='Lumykras") } UNION { ?product a epar:Medicine').body)
    assert told["rows"] == []


def test_the_list_of_the_questions(served: Served) -> None:
    """/queries lists every question with its parameters and the address that answers it."""
    listed = json.loads(served.get("/queries").body)["questions"]
    assert [each["name"] for each in listed] == sorted(queries.library())
    ladder = next(each for each in listed if each["name"] == "dose_ladder_and_stop_rule")
    assert ladder["url"] == served.url + LADDER
    assert [(each["name"], each["required"]) for each in ladder["parameters"]] == [("medicine", False)]


def test_the_openapi_description(served: Served) -> None:
    """The description is valid OpenAPI 3.1, names every question with its parameters, and what it lists answers."""
    told = json.loads(served.get("/openapi.json").body)
    validate(told)
    paths = told["paths"]
    assert {f"/queries/{name}" for name in queries.library()} <= set(paths)
    for name, question in queries.library().items():
        described = paths[f"/queries/{name}"]["get"]["parameters"]
        assert [each["name"] for each in described] == [*(each.name for each in question.parameters), "format"]
    assert all(served.get(path).status == 200 for path in paths)
