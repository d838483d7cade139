"""Reviewers' files: applied at build beside what was read, through new versions of the text, with what is wrong in them told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from epargraph.build import Summary, build
from epargraph.errors import SourceError
from epargraph.graph import DEFAULT_BASE
from epargraph.queries import run
from epargraph.review.verdict import parse, read_review
from epargraph.stores import open_store
from epargraph.validate import validate

Write = Callable[..., Path]

QUOTE = "The recommended dose is 960 mg once per day."


@pytest.fixture
def overview(tmp_path: Path, lumykras: Path) -> Path:
    """Return a copy of the real overview that a test may change."""
    path = tmp_path / "overview.txt"
    path.write_text(lumykras.read_text("utf-8"), "utf-8")
    return path


@pytest.fixture
def review(tmp_path: Path) -> Write:
    """Return a function that writes a reviewer's file of one item, with the given keys in place of the usual ones."""

    def write(name: str = "ann", *more: dict[str, object], **keys: object) -> Path:
        usual = {
            "verdict": "reject",
            "quotes": [QUOTE],
            "reviewer": "Ann Lee",
            "date": "2026-03-01",
            "reason": "misread",
        }
        items = [{**usual, **each} for each in (keys, *more)]
        path = tmp_path / f"{name}.review.json"
        path.write_text(json.dumps({"reviews": items}), "utf-8")
        return path

    return write


def rows(store: Path, question: str) -> list[dict[str, Any]]:
    """Return the answer of a question about all medicines."""
    with open_store(store) as opened:
        return [dict(row) for row in run(opened, question).to_dicts()]


def doses(store: Path) -> list[tuple[Any, Any]]:
    """Return role and amount of the doses that the question on doses gives."""
    return [(row["rule"], row["amount"]) for row in rows(store, "dose_ladder_and_stop_rule") if row["amount"]]


@pytest.fixture
def dose(tmp_path: Path, overview: Path) -> str:
    """Return the IRI of the recommended dose in a store built from the overview alone."""
    build([overview], tmp_path / "store")
    with open_store(tmp_path / "store") as store:
        asked = "SELECT ?dose { ?dose a epar:Dose ; epar:amount ?a FILTER (?a = 960) }"
        return str(run(store, asked).rows[0][0])


LADDER = [("recommended dose", 960), ("reduced dose", 480), ("reduced dose", 240)]


def test_an_accepted_fact_is_said_to_be_so(tmp_path: Path, overview: Path, dose: str, review: Write) -> None:
    """An accepted fact is answered as before, and the question on assessments says who accepted it, and when."""
    build([overview, review(fact=dose, verdict="accept")], tmp_path / "store")
    assert doses(tmp_path / "store") == LADDER
    (told,) = rows(tmp_path / "store", "assessments")
    assert (told["name"], told["kind"], told["verdict"], told["reviewer"]) == ("Lumykras", "dose", "accept", "Ann Lee")
    assert (str(told["date"]), told["in_force"], told["quote"]) == ("2026-03-01", True, QUOTE)


def test_a_rejected_fact_is_not_answered_and_stays_in_its_graph(
    tmp_path: Path, overview: Path, dose: str, review: Write
) -> None:
    """The questions leave a rejected fact out; the graph of the overview is what it was."""
    with open_store(tmp_path / "store") as store:
        before = {graph: store.triples(graph) for graph in store.graphs()}
    build([overview, review(fact=dose)], tmp_path / "store")
    assert doses(tmp_path / "store") == LADDER[1:]
    with open_store(tmp_path / "store") as store:
        assert {graph: store.triples(graph) for graph in before} == before
        assert run(store, f"ASK {{ <{dose}> epar:setAsideBy/epar:reviewedBy/rdfs:label 'Ann Lee' }}").rows


def test_a_corrected_fact_is_answered_in_the_place_of_what_was_read(
    tmp_path: Path, overview: Path, dose: str, review: Write
) -> None:
    """A correction changes the fields that it names, keeps the others and the quotes, and stands in the review's graph."""
    build([overview, review(fact=dose, verdict="correct", fields={"amount": 690, "role": None})], tmp_path / "store")
    assert doses(tmp_path / "store") == [("dose", 690), *LADDER[1:]]
    told = rows(tmp_path / "store", "dose_ladder_and_stop_rule")
    assert next(row["quote"] for row in told if row["amount"] == 690) == QUOTE
    (said,) = rows(tmp_path / "store", "assessments")
    assert "690 mg" in said["corrected"]
    with open_store(tmp_path / "store") as store:
        assert run(store, "SELECT ?g { GRAPH ?g { ?dose epar:amount ?a FILTER (?a = 690) } }").rows == (
            (next(graph for graph in store.graphs() if "/graph/reviews/ann/" in graph),),
        )


def test_a_verdict_survives_a_new_reading(tmp_path: Path, overview: Path, dose: str, review: Write) -> None:
    """Where the words stay, a verdict holds of a new version of the text, though the file is not named again."""
    build([overview, review(fact=dose, verdict="correct", fields={"amount": 690})], tmp_path / "store")
    overview.write_text(
        overview.read_text("utf-8").replace("For more information", "For still more information"), "utf-8"
    )
    assert build([overview], tmp_path / "store").sources[0].state == "replaces an older version"
    assert doses(tmp_path / "store")[0] == ("recommended dose", 690)
    with open_store(tmp_path / "store") as store:
        assert not run(
            store,
            "SELECT ?e { ?f epar:evidence ?e FILTER NOT EXISTS { ?e a oa:SpecificResource } FILTER NOT EXISTS { ?e a epar:CellQuote } }",
        ).rows


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("dose is 960 mg once", "dose is now 960 mg once", "the text has changed"),
        ("dose is 960 mg once", "dose is 720 mg once", "the fact is read no more"),
    ],
)
def test_a_text_that_changed_under_a_verdict_is_told(
    tmp_path: Path, overview: Path, dose: str, review: Write, old: str, new: str, why: str
) -> None:
    """A verdict on words that have changed is not in force, and the build says so; the machine's reading is answered."""
    build([overview, review(fact=dose)], tmp_path / "store")
    overview.write_text(overview.read_text("utf-8").replace(old, new), "utf-8")
    built = build([overview], tmp_path / "store")
    assert why in built.reviewed[0].applied[0].why_not
    assert len(doses(tmp_path / "store")) == 3
    (told,) = rows(tmp_path / "store", "assessments")
    assert why in told["why_not"]


def test_a_later_verdict_takes_the_place_of_an_earlier_one(
    tmp_path: Path, overview: Path, dose: str, review: Write
) -> None:
    """Of two verdicts on a fact the later one is in force."""
    earlier, later = (
        review("ann", fact=dose),
        review("bob", fact=dose, verdict="accept", date="2026-04-01", reviewer="Bob"),
    )
    built = build([overview, earlier, later], tmp_path / "store")
    assert doses(tmp_path / "store") == LADDER
    assert [each.applied[0].why_not for each in built.reviewed] == ["Bob said otherwise or again on 2026-04-01", ""]


def test_verdicts_that_contradict_each_other_are_not_in_force(
    tmp_path: Path, overview: Path, dose: str, review: Write
) -> None:
    """Two verdicts of one day that disagree change nothing, and are told."""
    built = build(
        [overview, review(fact=dose), review("bob", fact=dose, verdict="accept", reviewer="Bob")], tmp_path / "store"
    )
    assert doses(tmp_path / "store") == LADDER
    assert all("contradict" in each.applied[0].why_not for each in built.reviewed)


def test_an_outcome_keeps_its_study(tmp_path: Path, overview: Path, dose: str, review: Write) -> None:
    """A corrected outcome belongs to the study of the outcome that was read."""
    with open_store(tmp_path / "store") as store:
        fact, quote = run(
            store,
            "SELECT ?o ?q { ?o a epar:Outcome ; epar:numerator ?n ; epar:evidence/oa:hasSelector/oa:exact ?q FILTER (?n = 46) }",
        ).rows[0]
    path = review(fact=fact, quotes=[quote], verdict="correct", fields={"numerator": 47})
    build([overview, path], tmp_path / "store")
    (told,) = [row for row in rows(tmp_path / "store", "outcomes_by_study") if row["numerator"] == 47]
    assert told["study"]


def test_the_same_files_give_the_same_bytes(tmp_path: Path, overview: Path, dose: str, review: Write) -> None:
    """Built twice, or in another store, a review is the same graph."""
    path = review(fact=dose, verdict="correct", fields={"amount": 690})

    def graph(where: Path) -> bytes:
        build([overview, path], where)
        with open_store(where) as store:
            return store.triples(next(each for each in store.graphs() if "/graph/reviews/" in each))

    first = graph(tmp_path / "store")
    assert graph(tmp_path / "store") == graph(tmp_path / "other") == first
    with open_store(tmp_path / "store") as store:
        read = b"".join(store.triples(each) for each in store.graphs() if "/graph/EMA-" in each)
    assert not validate(read + first).violations


def test_another_base_is_put_in_the_place_of_the_usual_one(
    tmp_path: Path, overview: Path, dose: str, review: Write
) -> None:
    """A file that names facts with the usual base holds of a graph with another one."""
    base = "https://example.org/m/"
    built = build([overview, review(fact=dose)], tmp_path / "other", base=base)
    assert built.reviewed[0].applied[0].verdict.fact == dose.replace(DEFAULT_BASE, base)
    assert not built.reviewed[0].applied[0].why_not


def test_a_medicine_that_is_not_there_is_told(tmp_path: Path, overview: Path, dose: str, review: Write) -> None:
    """A verdict on a medicine that the store holds nothing of is kept, and is in force when it comes."""
    path = review(fact=dose)
    assert "nothing of this medicine" in build([path], tmp_path / "later").reviewed[0].applied[0].why_not
    built: Summary = build([overview], tmp_path / "later")
    assert not built.reviewed[0].applied[0].why_not
    assert doses(tmp_path / "later") == LADDER[1:]


FACT = f"{DEFAULT_BASE}medicine/EMEA-H-C-005522/dose/54852e140997"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"verdict": "perhaps"}, "not accept, reject or correct"),
        ({"fact": f"{DEFAULT_BASE}medicine/EMEA-H-C-005522"}, "not the IRI of a medicine's fact"),
        ({"fact": f"{FACT}> ?p ?o }} #"}, "not the IRI of a medicine's fact"),
        ({"fact": f"{DEFAULT_BASE}biomarker/KRAS-G12C/dose/1"}, "not the IRI of a medicine's fact"),
        ({"quotes": []}, "not the words"),
        ({"reviewer": " "}, "'reviewer' is missing"),
        ({"reason": ""}, "'reason' is missing"),
        ({"date": "1 March"}, "write it like"),
        ({"wen": "2026-03-01"}, "there is no key 'wen'"),
        ({"verdict": "correct"}, 'has the "fields" that differ'),
        ({"fields": {"amount": 1}}, 'has the "fields" that differ'),
        ({"verdict": "correct", "fields": {"dosage": 1}}, "a Dose has no field 'dosage'"),
        ({"verdict": "correct", "fields": {"order": 1}}, "a Dose has no field 'order'"),
        ({"verdict": "correct", "fields": {"amount": "much"}}, "is a number, not 'much'"),
        ({"verdict": "correct", "fields": {"amount": float("nan")}}, "is a number, not nan"),
        ({"verdict": "correct", "fields": {"amount": float("inf")}}, "is a number, not inf"),
        ({"verdict": "correct", "fields": {"unit": 3}}, "is words, not 3"),
        ({"verdict": "correct", "fields": {"role": "huge"}}, "has no value 'huge' (its values: "),
        ({"verdict": "correct", "fields": {"amount": [1]}}, "is no list"),
    ],
)
def test_what_is_no_verdict_is_told_and_the_rest_is_used(keys: dict[str, object], message: str) -> None:
    """An item that is no verdict is told with its place; the others of the file are used."""
    good: dict[str, object] = {
        "fact": FACT, "verdict": "reject", "quotes": [QUOTE], "reviewer": "A", "date": "2026-03-01", "reason": "r"
    }  # fmt: skip
    told = parse("ann", json.dumps({"reviews": [{**good, **keys}, good]}))
    (fault,) = told.faults
    assert fault.startswith("ann, item 1: ")
    assert message in fault
    assert [each.fact for each in told.verdicts] == [FACT]


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "is no JSON"), ("[]", "is no file of reviews"), ("[" * 100_000, "is no JSON"), (None, "can't be read")],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    """A file that holds no reviews is refused in one line that names it; a build goes on with the others."""
    path = tmp_path / "ann.review.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(SourceError, match=f"ann.review.json: {message}"):
        read_review(path)
