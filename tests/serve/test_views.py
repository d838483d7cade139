"""What the pages make of rows, before any page is drawn."""

from __future__ import annotations

from datetime import date

import pyoxigraph as ox
import pytest
from lxml import etree

from epargraph import vocabulary
from epargraph.errors import QueryError
from epargraph.queries import load
from epargraph.serve.pages import by_year, conditional, glossary, model_drawing, question, result, things
from epargraph.serve.pages.cells import Row
from epargraph.serve.pages.conditional import Choice
from epargraph.serve.pages.model import Arrow, model, of

BASE = "https://example.org/"
AUTHORISATIONS: list[Row] = [
    {
        "product": "m/1",
        "name": "Beta",
        "number": "N1",
        "authorisation": "a/1",
        "date": date(2022, 1, 6),
        "status": "valid",
    },
    {"product": "m/1", "name": "Beta", "number": "N1", "authorisation": "a/2", "date": date(2022, 1, 7), "holder": "H"},
    {"product": "m/2", "name": "alpha", "number": None, "authorisation": "a/3", "date": None, "status": "valid"},
    {"product": "m/3", "name": "Gamma", "authorisation": "a/4", "date": "2019-05", "converted": date(2021, 3, 1)},
]
OWED: list[Row] = [
    {
        "product": "m/1",
        "fact": "o/1",
        "label": "awaited: study",
        "due": "2026",
        "study": "s/1",
        "quotes": "One.\x1fTwo.\x1fOne.",
    }
]
EVERY = conditional.told_by(
    AUTHORISATIONS,
    [{"product": "m/1", "substance": "betamab"}],
    OWED,
    [{"product": "m/1", "document": "d/1", "review": "annual review"}, {"product": "m/3", "document": "d/3"}],
)


def names(choice: Choice) -> list[str]:
    return [each.name for each in conditional.chosen(EVERY, choice)]


def test_sources_that_differ_are_both_told() -> None:
    """A medicine with two authorisation facts is one, with both dates, and since the earlier."""
    beta = EVERY[0]
    assert (beta.name, beta.dates, beta.since, beta.holders) == (
        "Beta",
        ("2022-01-06", "2022-01-07"),
        "2022-01-06",
        ("H",),
    )
    assert beta.owed == (conditional.Owed("o/1", "awaited: study", "2026", "s/1", ("One.", "Two.")),)
    assert beta.reviews == ("annual review",)


def test_nothing_owed_is_not_the_same_as_nothing_read() -> None:
    """A medicine whose overview was not read is told apart from one whose overview tells of nothing owed."""
    assert names(Choice(show="all", owed="unread")) == ["alpha"]
    assert names(Choice(show="all", owed="none")) == ["Gamma"]
    assert names(Choice(show="all", owed="told")) == ["Beta"]


def test_what_was_converted_is_not_current() -> None:
    """An authorisation that was converted, or has ended, is shown only where it is asked for."""
    assert names(Choice()) == ["alpha", "Beta"]
    assert names(Choice(show="over")) == ["Gamma"]


@pytest.mark.parametrize(
    ("sort", "descending", "expected"),
    [
        ("name", False, ["alpha", "Beta", "Gamma"]),
        ("name", True, ["Gamma", "Beta", "alpha"]),
        ("since", False, ["Gamma", "Beta", "alpha"]),
        ("since", True, ["Beta", "Gamma", "alpha"]),
        ("owed", True, ["Beta", "alpha", "Gamma"]),
    ],
)
def test_the_table_is_sorted(sort: str, descending: bool, expected: list[str]) -> None:
    """Rows come by the column asked for, whatever the case; what has no date stands last either way."""
    assert names(Choice(show="all", sort=sort, descending=descending)) == expected


def test_words_are_sought_in_all_columns() -> None:
    """Each word must be somewhere in the row: name, substance, holder or what is owed."""
    assert names(Choice("BETAMAB study", show="all")) == ["Beta"]
    assert names(Choice("betamab elsewhere", show="all")) == []


def test_a_choice_survives_its_address() -> None:
    """What a query string asks for is what the links of the page ask for again; nonsense is as if it were not there."""
    choice = Choice("x y", "over", "told", "owed", True)
    assert Choice.asked(choice.parameters()) == choice
    assert Choice.asked({"show": "<b>", "sort": "drop", "order": "x"}) == Choice()
    assert Choice().parameters() == {}


def test_the_table_as_csv_has_a_row_for_each_thing_owed() -> None:
    """A medicine that owes nothing has a row of its own, with the columns on evidence empty."""
    rows = conditional.table(EVERY)
    assert {len(row) for row in rows} == {len(conditional.COLUMNS)}
    assert [(row[0], row[8], row[9], row[11]) for row in rows] == [
        ("Beta", "yes", "awaited: study", "One. … Two."),
        ("alpha", "no", "", ""),
        ("Gamma", "yes", "", ""),
    ]


def test_a_year_without_authorisations_has_its_place() -> None:
    """Years between the first and the last are all there, types in the order of the closed list."""
    rows: list[Row] = [
        {"year": 2020, "type": "standard", "medicines": 3},
        {"year": 2022, "type": "conditional", "medicines": 1},
    ]
    years = by_year.by_year(rows)
    assert years.types == ("standard", "conditional")
    assert [(each.year, each.medicines, each.total) for each in years.years] == [
        (2020, (3, 0), 3),
        (2021, (0, 0), 0),
        (2022, (0, 1), 1),
    ]
    assert years.totals == (3, 1)


def test_the_bars_are_as_high_as_their_numbers() -> None:
    """In the plot the parts of the bars are in the proportion of the numbers, and the whole is well formed."""
    rows: list[Row] = [
        {"year": 2020, "type": "standard", "medicines": 30},
        {"year": 2020, "type": "conditional", "medicines": 10},
        {"year": 2021, "type": "standard", "medicines": 15},
    ]
    tree = etree.fromstring(by_year.svg(by_year.by_year(rows)))
    heights = [float(each.get("height", "")) for each in tree.iter("{*}rect")]
    assert heights == pytest.approx([heights[0], heights[0] / 3, heights[0] / 2], abs=0.1)
    titles = ["".join(each.itertext()) for each in tree.iter("{*}title")]
    assert titles == ["Authorisations by year and type", "2020: 30 standard, 10 conditional", "2021: 15 standard"]


def test_no_authorisations_make_an_empty_plot() -> None:
    """Without rows there are no years, and the plot is still well formed."""
    years = by_year.by_year([])
    assert years == by_year.ByYear((), ())
    assert etree.fromstring(by_year.svg(years)) is not None


def test_spellings_of_a_term_are_one() -> None:
    """A term in capitals and the same in small letters stand together; the meaning of most overviews comes first."""
    rows: list[Row] = [
        {"term": "Placebo", "meaning": "no medicine", "fact": "f/1", "product": "m/1", "name": "A"},
        {"term": "placebo", "meaning": "a dummy treatment", "fact": "f/2", "product": "m/2", "name": "B"},
        {"term": "placebo", "meaning": "A dummy treatment", "fact": "f/3", "product": "m/3", "name": "C"},
        {"term": "5-HT", "meaning": "serotonin", "fact": "f/4", "product": "m/3", "name": "C"},
    ]
    found = glossary.told_by(rows)
    assert [(each.term, each.letter) for each in found] == [("5-HT", "#"), ("placebo", "P")]
    assert [(each.text, [use.medicine for use in each.uses]) for each in found[1].meanings] == [
        ("a dummy treatment", ["B", "C"]),
        ("no medicine", ["A"]),
    ]


def test_an_identifier_stands_once_with_its_reasons() -> None:
    """Two mappings to one identifier are one row with both reasons; exact ones come first."""
    skos, semapv = "http://www.w3.org/2004/02/skos/core#", "https://w3id.org/semapv/vocab/"
    rows: list[Row] = [
        {
            "property": f"{skos}broadMatch",
            "target": "t/2",
            "identifier": "b:2",
            "justification": f"{semapv}LexicalMatching",
        },
        {
            "property": f"{skos}exactMatch",
            "target": "t/1",
            "identifier": "a:1",
            "justification": f"{semapv}LexicalMatching",
        },
        {
            "property": f"{skos}exactMatch",
            "target": "t/1",
            "identifier": "a:1",
            "justification": f"{semapv}ManualMappingCuration",
        },
    ]
    assert [(each.identifier, each.relation, each.because) for each in things.identifiers(rows)] == [
        ("a:1", "exactMatch", ("LexicalMatching", "ManualMappingCuration")),
        ("b:2", "broadMatch", ("LexicalMatching",)),
    ]


def test_a_thing_is_called_as_most_facts_call_it() -> None:
    """Of several spellings the one that most facts use is the title, the others are told beside it."""
    mentions: list[Row] = [
        {"product": "m/1", "fact": "i/1", "kind": "indication", "label": "treatment: b-c", "quotes": "Q."},
        {"product": "m/1", "fact": "i/2", "kind": "indication", "label": "treatment: b-c", "quotes": "R."},
    ]
    found = things.told_by("c/1", ("b c", "b-c"), [], [], [{"product": "m/1", "name": "A"}], mentions)
    assert (found.name, found.spellings) == ("b-c", ("b c",))
    ((_, (mention,)),) = found.medicines
    assert (mention.iri, mention.others, mention.quotes) == ("i/1", ("i/2",), ("Q.", "R."))


def test_every_class_and_arrow_of_the_ontology_is_drawn() -> None:
    """The picture has each class of the ontology, each arrow between two, and every kind of fact in the frame."""
    drawn = model_drawing.drawing(model())
    boxes = {each.box.iri: each for each in drawn.placed}
    assert set(vocabulary.CLASS.values()) - {vocabulary.EPAR + "Fact"} <= set(boxes)
    x, y, width, height = drawn.frame
    inside = {
        iri
        for iri, each in boxes.items()
        if x < each.x < x + width and y < each.y and each.y + each.height < y + height and each.x + 100 < x + width
    }
    assert inside == {box.iri for box in model().boxes if box.fact}
    assert (
        Arrow(*(vocabulary.EPAR + "Outcome", "study", vocabulary.EPAR + "Study"), meaning_of("study")) in drawn.arrows
    )
    tree = etree.fromstring(model_drawing.svg(model(), "/ontology.html"))
    titles = {"".join(each.itertext()) for each in tree.iter("{*}title")}
    assert {"Outcome study Study", "Indication condition Condition", "Biomarker gene Gene"} <= titles


def meaning_of(name: str) -> str:
    return next(each.meaning for box in model().boxes for each in box.properties if each.name == name)


def test_no_two_boxes_of_the_picture_overlap() -> None:
    """Each box has its place for itself, within the picture."""
    drawn = model_drawing.drawing(model())
    for one in drawn.placed:
        assert 0 <= one.x < drawn.width
        assert one.y + one.height <= drawn.height
        for other in drawn.placed:
            if one is not other and one.x == other.x:
                assert one.y + one.height < other.y or other.y + other.height < one.y, (one.box.name, other.box.name)


def test_the_picture_follows_the_ontology() -> None:
    """A class, a property and an arrow that are new in an ontology are in its model without any other change."""
    owl, rdf, rdfs = (
        f"http://www.w3.org/{each}#" for each in ("2002/07/owl", "1999/02/22-rdf-syntax-ns", "2000/01/rdf-schema")
    )
    new = [
        ("Trial", rdf + "type", owl + "Class"),
        ("site", rdf + "type", owl + "ObjectProperty"),
        ("site", rdfs + "domain", vocabulary.EPAR + "Trial"),
        ("site", rdfs + "range", vocabulary.EPAR + "Gene"),
    ]
    more = [ox.Triple(ox.NamedNode(vocabulary.EPAR + s), ox.NamedNode(p), ox.NamedNode(o)) for s, p, o in new]
    found = of([*vocabulary.triples("epargraph.ttl"), *more])
    assert ("site", vocabulary.EPAR + "Gene") in [(each.property, each.target) for each in found.arrows]
    assert "Trial" in {each.box.name for each in model_drawing.drawing(found).placed}


@pytest.mark.parametrize(
    ("term", "text", "link"),
    [
        (ox.NamedNode(BASE + "gene/KRAS"), "gene/KRAS", "/gene/KRAS.html"),
        (ox.NamedNode(vocabulary.EPAR + "Dose"), "epar:Dose", "/ontology.html#Dose"),
        (ox.NamedNode(BASE + "medicine/M/dose/1"), "medicine/M/dose/1", "/medicine/M.html#dose-1"),
        (ox.NamedNode("http://www.w3.org/ns/prov#Entity"), "prov:Entity", "http://www.w3.org/ns/prov#Entity"),
        (ox.NamedNode("javascript:alert(1)"), "javascript:alert(1)", ""),
        (ox.NamedNode("urn:a"), "urn:a", ""),
        (ox.Literal("<b>"), "<b>", ""),
        (ox.BlankNode("x"), "_:x", ""),
        (None, "", ""),
    ],
    ids=str,
)
def test_terms_are_linked_to_where_they_lead(term: object, text: str, link: str) -> None:
    """A thing leads to its page under either base, other addresses of the web to themselves, and nothing else anywhere."""
    shown = result.shown(term, BASE)
    assert (shown.text, shown.link) == (text, link)


def test_a_fault_shows_the_lines_around_it() -> None:
    """An error with a place has the lines before and after; one without has none."""
    text = "a\nb\nc\nd\ne"
    told = result.fault(QueryError("query, line 3, column 2", "r", "m"), text)
    assert (told.line, told.column, told.lines) == (3, 2, ((1, "a"), (2, "b"), (3, "c"), (4, "d")))
    assert result.fault(QueryError("query", "r", "m"), text).lines == ()


@pytest.mark.parametrize("name", load())
def test_each_question_tells_its_examples(name: str) -> None:
    """The examples of a question's file, put into it as values, give the file's query again."""
    asked = load()[name]
    values = {key: value for key, value in question.examples(asked).items() if value}
    assert set(question.examples(asked)) == {each.name for each in asked.parameters}
    assert " ".join(asked.bind(**values).split()) == " ".join(asked.text.split())
