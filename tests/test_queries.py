"""The questions: what they answer for the bundled data, how they are bound, and what they refuse."""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas
import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epargraph import queries
from epargraph.errors import QueryError, RuleError, UsageError
from epargraph.resources import DATA
from epargraph.stores import Store, open_store

EXPECTED = Path(__file__).parent / "queries"
LIBRARY = queries.load()


@pytest.fixture(scope="module")
def bundled(built_store: Path) -> Iterator[Store]:
    with open_store(built_store) as store:
        yield store


def rows(store: Store, question: str) -> str:
    """Return the answer for the examples as CSV with line feeds."""
    return store.query(LIBRARY[question].text, accept="text/csv").decode().replace("\r\n", "\n")


@pytest.mark.parametrize("name", LIBRARY)
def test_a_question_answers_the_expected_rows(bundled: Store, name: str) -> None:
    """As it stands, each question gives the rows in tests/queries/ for the bundled data."""
    path = EXPECTED / f"{name}.csv"
    if os.environ.get("EPARGRAPH_WRITE_EXPECTED"):
        path.write_text(rows(bundled, name), "utf-8", newline="\n")
    assert rows(bundled, name) == path.read_text("utf-8")


def test_a_server_answers_the_same_rows(
    built_store: Path, tmp_path: Path, sparql_server: Callable[..., AbstractContextManager[str]]
) -> None:
    """Every question has the same rows from a SPARQL server that holds the same graphs."""
    with sparql_server(tmp_path / "served") as url, open_store(built_store) as here:
        with open_store(url, write=True, archive=tmp_path / "archive") as there:
            there.replace({graph: here.triples(graph) for graph in here.graphs()})
        with open_store(url) as there:
            assert {name: rows(there, name) for name in LIBRARY} == {name: rows(here, name) for name in LIBRARY}


def test_no_expected_rows_are_left_over() -> None:
    """Each file of expected rows belongs to a question."""
    assert sorted(path.stem for path in EXPECTED.glob("*.csv")) == sorted(LIBRARY)


def test_the_library_is_large_enough_and_its_words_are_the_users() -> None:
    """There are at least 24 questions, and their titles speak of drugs, substances, biomarkers, studies and outcomes."""
    titles = " ".join(question.title.lower() for question in LIBRARY.values())
    assert len(LIBRARY) >= 24
    for word in ("drug", "substance", "biomarker", "stud", "outcome", "authorisation type"):
        assert word in titles


@pytest.mark.parametrize("name", LIBRARY)
def test_every_question_is_in_order(name: str) -> None:
    """A question sorts its rows, asks a question, and no column has the name of a parameter."""
    question = LIBRARY[name]
    answer = pyoxigraph.Store().query(question.text)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    assert "ORDER BY" in question.text
    assert question.question.endswith("?")
    assert not {variable.value for variable in answer.variables} & {each.name for each in question.parameters}


@pytest.mark.parametrize(
    ("name", "parameter"),
    [(q.name, p.name) for q in LIBRARY.values() for p in q.parameters if p.type in ("medicine", "text")],
)
def test_every_parameter_sifts(bundled: Store, name: str, parameter: str) -> None:
    """A medicine, or words, that nothing in the graph has leave no rows."""
    assert len(queries.run(bundled, name, **{parameter: "no such thing"})) == 0


def test_a_medicine_is_found_by_name_in_any_case_and_by_number(bundled: Store) -> None:
    """Lumykras, lumykras and EMEA/H/C/005522 are the same medicine; another one has no rows."""
    for medicine in ("Lumykras", "lumykras", " LUMYKRAS ", "EMEA/H/C/005522"):
        assert len(queries.run(bundled, "dose_ladder_and_stop_rule", medicine=medicine)) == 4
    assert len(queries.run(bundled, "dose_ladder_and_stop_rule", medicine="Xyzmed")) == 0


def test_an_answer_has_typed_values(bundled: Store) -> None:
    """Numbers and dates come as Python's, imprecise dates and words as text, what is not bound as None."""
    (first, *_) = queries.run(bundled, "dose_ladder_and_stop_rule", medicine="Lumykras").to_dicts()
    assert (first["amount"], first["amount_to"], first["step"], first["unit"]) == (Decimal(960), None, 1, "mg")
    (row,) = queries.run(bundled, "updated_before_authorised").to_dicts()
    assert (row["last_updated"], row["authorised"]) == ("2021-01", date(2022, 1, 6))


def test_an_answer_becomes_a_data_frame(bundled: Store) -> None:
    """The columns keep their names and order, and decimals can be reckoned with."""
    frame = queries.run(bundled, "dose_ladder_and_stop_rule", medicine="Lumykras").to_pandas()
    assert list(frame.columns)[:3] == ["name", "step", "rule"]
    assert frame["amount"].max() == 960
    assert queries.run(bundled, "dose_ladder_and_stop_rule", medicine="Xyzmed").to_pandas().empty


def test_without_pandas_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pandas is not installed the error says how to install it."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pip install 'epargraph\[pandas\]'"):
        queries.Answer((), ()).to_pandas()
    assert pandas.__name__ == "pandas"


def test_free_queries_of_every_form(bundled: Store) -> None:
    """SPARQL text is answered too: ASK with one truth value, CONSTRUCT and DESCRIBE with triples."""
    assert queries.run(bundled, "ASK { ?d a epar:Document }").rows == ((True,),)
    made = queries.run(bundled, "CONSTRUCT { ?d a epar:Found } WHERE { ?d a epar:Document }")
    assert made.columns == ("subject", "predicate", "object")
    assert made.rows[0][2] == "https://w3id.org/epargraph/ontology#Found"
    assert len(queries.run(bundled, "DESCRIBE ?d WHERE { ?d a epar:Document }")) > 5


# Binding

PRECISE = queries.parse(
    "try",
    """#+ title: Try
#+ question: Does it
#+   hold?
#+ parameters:
#+   words (text): words
#+   n (integer, optional): a number
#+   share (number, optional): a share
#+   day (date, optional): a day
#+   node (iri, optional): a node
SELECT ?words ?n ?share ?day ?node WHERE {
  VALUES (?words ?n ?share ?day ?node) { ("x" UNDEF UNDEF UNDEF UNDEF) }  # parameters
}
""",
)


def asked(text: str) -> tuple[object, ...]:
    answer = pyoxigraph.Store().query(text)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    (row,) = answer
    return tuple(row)


@given(st.text(min_size=1).filter(lambda text: text.strip() and not any(0xD800 <= ord(c) < 0xE000 for c in text)))
@settings(deadline=None)
def test_no_text_breaks_out_of_its_term(text: str) -> None:
    """Whatever is given as a text comes back as that text, and as nothing else."""
    assert asked(PRECISE.bind(words=text))[0] == pyoxigraph.Literal(text.strip())


def test_values_are_bound_as_their_types() -> None:
    """A value may be given as text or as Python's type; what is not given stays unbound."""
    wanted = ["5", "0.5", "2022-01-06", "https://example.org/x"]
    for n, share, day in (("5", "0.5", "2022-01-06"), (5, Decimal("0.5"), date(2022, 1, 6))):
        row = asked(PRECISE.bind(words="a", n=n, share=share, day=day, node="https://example.org/x"))
        assert [getattr(term, "value", None) for term in row[1:]] == wanted
    assert asked(PRECISE.bind(words="a"))[1:] == (None, None, None, None)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "parameter words: it needs a value; set words: words"),
        ({"words": " "}, "'' does not fit|' ' does not fit"),
        ({"word": "a"}, "no parameter 'word'; it takes words .text: words.; n .integer"),
        ({"words": "a", "n": "five"}, "parameter n: 'five' does not fit, integer is wanted; give a whole number"),
        ({"words": "a", "n": "1.5"}, "give a whole number"),
        ({"words": "a", "share": "NaN"}, "give a number such as 0.5"),
        ({"words": "a", "day": "6 January"}, "give a date such as 2022-01-06"),
        ({"words": "a", "node": "x> } #"}, "give an absolute IRI"),
    ],
    ids=["missing", "empty", "unknown", "integer", "fraction", "number", "date", "iri"],
)
def test_a_value_that_does_not_fit_is_refused(values: dict[str, str], message: str) -> None:
    """The error names the parameter, what was given, and what would fit."""
    with pytest.raises(QueryError, match=message):
        PRECISE.bind(**values)


def test_a_code_is_given_by_a_word_of_its_list() -> None:
    """A word that is not in the closed list is refused with the words that are."""
    question = LIBRARY["side_effects_by_band"]
    assert '("xyzmed" "very common")' in question.bind(medicine="Xyzmed", band="Very common")
    with pytest.raises(QueryError, match=r"give one of common, .*very rare"):
        question.bind(band="often")


@pytest.mark.parametrize(
    "given",
    [
        "LUMYKRAS",
        " lumykras ",
        "Lumykras®",
        "“Lumykras”",
        "EMEA/H/C/005522",
        "emea/h/c/5522",
        "https://w3id.org/epargraph/medicine/EMEA-H-C-005522",
    ],
)
def test_a_medicine_is_looked_up_whatever_the_case(bundled: Store, given: str) -> None:
    """A name or product number, however it is typed, gives the rows of the example; part of a name gives none."""
    question = LIBRARY["outcomes_by_study"]
    assert queries.run(bundled, question, medicine=given) == queries.run(bundled, question, medicine="Lumykras")
    assert len(queries.run(bundled, question, medicine="Lumy")) == 0


def test_a_medicine_is_looked_up_by_what_an_index_finds() -> None:
    """No question about a medicine compares the names of all medicines with the one that is given."""
    about = [
        each
        for each in (*LIBRARY.values(), *queries.federated().values())
        if any(parameter.type == "medicine" for parameter in each.parameters)
    ]
    assert len(about) > 25
    for question in about:
        assert "skos:hiddenLabel ?medicine" in question.text, question.name
        assert not re.search(r"LCASE\(\?(name|medicine|number)\)", question.text.split("SERVICE")[0]), question.name


def test_an_unknown_question_names_near_ones(bundled: Store) -> None:
    """A slip in a question's name is answered with the names that are near; hyphens do as well as underscores."""
    with pytest.raises(QueryError, match="did you mean glossary"):
        queries.run(bundled, "glosary")
    with pytest.raises(QueryError, match="epargraph query --list"):
        queries.run(bundled, "zzzzzzzzzz")
    assert queries.named("how-it-works").name == "how_it_works"


def test_a_syntax_error_names_its_line(bundled: Store) -> None:
    """The error of a wrong query says in which line the parser stopped."""
    with pytest.raises(QueryError, match=r"query, line 3, column 11: not SPARQL before '\?p \?o'"):
        queries.run(bundled, "SELECT *\nWHERE {\n  ?s FILTR ?p ?o\n}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#+ question: Why?\nASK {}", "the header has no title"),
        ("#+ title: T\n#+ question: Q?\n#+ colour: red\nASK {}", "unknown header key 'colour'"),
        ("#+ title: T\n#+ question: Q?\n#+ parameters:\n#+   a (word): x\nASK {}", "'a .word.: x' is no parameter"),
        ("#+ title: T\n#+ question: Q?\n#+ parameters:\n#+   a (text): x\nASK {}", "0 rows marked '# parameters'"),
        (
            '#+ title: T\n#+ question: Q?\n#+ parameters:\n#+   a (text): x\nASK {\nVALUES (?b) { ("x") } # parameters\n}',
            "its row has .b",
        ),
        ("#+ title: T\n#+ question: Q?\nASK {", "line 3.*not SPARQL at the end"),
    ],
    ids=["no title", "unknown key", "unknown type", "no row", "other names", "syntax"],
)
def test_a_malformed_question_is_refused(text: str, message: str) -> None:
    """A file that is not well formed is refused when it is read, with file and reason."""
    with pytest.raises(RuleError, match=message):
        queries.parse("try", text)


def test_a_query_file_is_read_with_its_parameters(tmp_path: Path) -> None:
    """A user's file may have a header or none; one that can't be read is named."""
    path = tmp_path / "mine.rq"
    path.write_text("ASK {}", "utf-8")
    assert queries.from_file(path) == queries.Question("mine", "mine", "", (), "ASK {}")
    path.write_text(PRECISE.text, "utf-8")
    assert queries.from_file(path).parameters == PRECISE.parameters
    with pytest.raises(QueryError, match=r"nosuch\.rq: No such file"):
        queries.from_file(tmp_path / "nosuch.rq")
    path.write_bytes(b"ASK {} # \xff")
    with pytest.raises(QueryError, match="not UTF-8"):
        queries.from_file(path)


def test_expected_rows_quote_the_overview() -> None:
    """Each quote in the expected rows stands in the text of the overview, its white space apart."""
    source = " ".join(next((DATA / "overviews").glob("lumykras*")).read_text("utf-8").split())
    for path in EXPECTED.glob("*.csv"):
        for row in csv.DictReader(io.StringIO(path.read_text("utf-8"))):
            for quote in filter(None, (row.get("quote") or "").split(" … ")):
                assert " ".join(quote.split()) in source, path.name
