"""The page on which facts are reviewed: its form becomes a file that a build applies, and the verdicts stand on the pages."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import lxml.html
import pytest

from epargraph.build import OVERVIEWS, build

if TYPE_CHECKING:
    from pathlib import Path

    from tests.serve.conftest import Reply, Served, Serving

PAGE = "/review/EMEA-H-C-005522.html"
DOSE = "https://w3id.org/epargraph/medicine/EMEA-H-C-005522/dose/54852e140997"


def filled(server: Served) -> tuple[str, dict[str, str]]:
    """Return what the form holds as it is served, and the number of the recommended dose in it."""
    form = next(each for each in lxml.html.fromstring(server.get(PAGE).text).forms if "review" in each.classes)
    held = {name: "" if value == "on" else value for name, value in form.form_values()}  # lxml takes "" for none
    number = next(name for name, value in held.items() if value == DOSE).removeprefix("fact-")
    return number, {**held, "reviewer": "Ann <b>Lee</b>", "date": "2026-03-01"}


def sent(server: Served, form: dict[str, str]) -> Reply:
    """Return the reply to the form."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return server.request("POST", PAGE, kind, urlencode(form).encode())


def test_the_form_makes_a_file_that_a_build_applies(built_store: Path, serving: Serving, tmp_path: Path) -> None:
    """A correction made in the form becomes a file; built, it stands on the medicine's page, what it says escaped."""
    with serving(built_store) as server:
        number, form = filled(server)
        form |= {
            f"verdict-{number}": "correct",
            f"reason-{number}": "an <i>example</i>",
            f"field-{number}-amount": "690",
        }
        reply = sent(server, form)
    assert reply.status == 200
    assert reply.headers["content-disposition"].startswith("attachment; filename=")
    (item,) = json.loads(reply.body)["reviews"]
    assert (item["fact"], item["verdict"], item["fields"]) == (DOSE, "correct", {"amount": 690})
    assert item["quotes"] == ["The recommended dose is 960 mg once per day."]
    path = tmp_path / "ann.review.json"
    path.write_bytes(reply.body)
    store = tmp_path / "store"
    shutil.copytree(built_store, store)
    assert not build([OVERVIEWS, path], store).reviewed[0].applied[0].why_not
    with serving(store) as server:
        page = server.get("/medicine/EMEA-H-C-005522.html").text
        assert "an &lt;i&gt;example&lt;/i&gt;" in page
        assert "<i>example" not in page
        assert "690 mg" in page
        ladder = server.get("/queries/dose_ladder_and_stop_rule", "text/csv", medicine="Lumykras").text
        assert "690" in ladder
        assert ",960," not in ladder


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "no fact has a verdict"),
        ({"verdict-N": "reject"}, "&#39;reason&#39; is missing"),
        ({"verdict-N": "reject", "reason-N": "r", "reviewer": ""}, "&#39;reviewer&#39; is missing"),
        ({"verdict-N": "correct", "reason-N": "r"}, "has the &#34;fields&#34; that differ"),
        ({"verdict-N": "correct", "reason-N": "r", "field-N-amount": "much"}, "is a number"),
        ({"verdict-N": "correct", "reason-N": "r", "field-N-amount": "1e999"}, "is a number"),
        ({"verdict-N": "accept", "quotes-N": "["}, "are not the words"),
        ({"verdict-N": "accept", "fact-N": "x"}, "no fact has a verdict"),
    ],
)
def test_a_form_that_is_not_whole_says_why(served: Served, changes: dict[str, str], message: str) -> None:
    """What is missing or wrong in the form is said, and no file is made."""
    number, form = filled(served)
    reply = sent(served, form | {name.replace("N", number): value for name, value in changes.items()})
    assert reply.status == 400
    assert message in reply.text


def test_a_medicine_that_is_not_there_has_no_form(served: Served) -> None:
    """The form of an unknown medicine is not found; a body that is too large is refused."""
    assert served.get("/review/EMEA-H-C-999999.html").status == 404
    assert sent(served, {"reason-1": "x" * 2_000_000}).status == 413
