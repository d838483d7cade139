"""What a medicine's page is made of: the text with its words, charts, the index of names, copies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epargraph.serve.pages import charts, copies
from epargraph.serve.pages.index import Entry, Index
from epargraph.serve.pages.passages import Stretch, facts_by_words, paragraphs
from epargraph.serve.pages.told import Fact, Source, Value, Words


def words(start: int, end: int, text: str, name: str = "") -> Words:
    return Words(f"http://example.org/e/{start}-{end}{name}", "http://example.org/text", text[start:end], start, end)


def fact(kind: str = "Dose", quotes: tuple[Words, ...] = (), label: str = "", /, **fields: str) -> Fact:
    name = f"{kind}-{'-'.join(fields.values())}"
    told = {key: (Value(value, raw=value),) for key, value in fields.items()}
    return Fact(f"http://example.org/{name}", kind, label or name, told, quotes, name)


def text_of(stretch: Stretch) -> str:
    return stretch.text + "".join(map(text_of, stretch.within))


def flat(stretch: Stretch, around: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """Return each piece of text with the words that it belongs to."""
    inside = (*around, stretch.words) if stretch.words else around
    return (
        [(stretch.text, inside)] if stretch.text else [each for inner in stretch.within for each in flat(inner, inside)]
    )


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Words]]:
    text = draw(st.text(alphabet="abc .\n•", min_size=1, max_size=60))
    places = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=8))
    return text, [words(min(place), max(place), text, str(number)) for number, place in enumerate(places)]


@given(marked())
def test_a_text_is_told_whole_and_each_letter_belongs_to_its_words(given_: tuple[str, list[Words]]) -> None:
    """Paragraphs hold the text letter by letter, and each letter lies in exactly those words that reach over it."""
    text, some = given_
    found = paragraphs(text, some, {})
    lines = [line for line in text.split("\n") if line]
    shown = ["• " * (each.form == "bullet") + "".join(map(text_of, each.stretches)) for each in found]
    assert shown == lines
    starts, at = [], 0
    for line in text.split("\n"):
        starts += [at] * bool(line)
        at += len(line) + 1
    for start, each in zip(starts, found, strict=True):
        offset = start + 2 * (each.form == "bullet")
        for piece, inside in (pair for stretch in each.stretches for pair in flat(stretch)):
            for letter in range(offset, offset + len(piece)):
                assert set(inside) == {one.anchor for one in some if (one.start or 0) <= letter < (one.end or 0)}
            offset += len(piece)


@given(marked())
def test_a_place_has_its_name_once(given_: tuple[str, list[Words]]) -> None:
    """However words are parted, one part alone has their name: a page has no two places of one name."""
    text, some = given_

    def names(stretch: Stretch) -> list[str]:
        return [stretch.anchor] * bool(stretch.anchor) + [name for inner in stretch.within for name in names(inner)]

    found = [name for each in paragraphs(text, some, {}) for stretch in each.stretches for name in names(stretch)]
    assert len(found) == len(set(found))


def test_headings_and_bullets_are_told_apart() -> None:
    """A heading has its section, a bullet goes without its sign, and words lead to the first fact read from them."""
    text = "How is Lumykras used?\nIt is given as:\n• one tablet a day."
    one = words(40, 56, text)
    read = facts_by_words([fact("Dose", (one,), amount="1"), fact("Form", (one,), dose_form="tablet")])
    heading, plain, bullet = paragraphs(text, [one], read)
    assert [(each.form, each.section) for each in (heading, plain, bullet)] == [
        ("heading", "use"),
        ("text", ""),
        ("bullet", ""),
    ]
    assert text_of(bullet.stretches[0]) == "one tablet a day"
    assert (bullet.stretches[0].link, bullet.stretches[0].facts) == ("Dose-1", ("Dose-1", "Form-tablet"))


def test_bars_of_one_measure_share_a_scale() -> None:
    """Percentages are drawn of a hundred, other values of the greatest; the medicine's arm comes first."""
    response = [
        fact("Outcome", measure="response", arm="placebo", value="12", unit="%"),
        fact("Outcome", measure="response", arm="Lumykras", value="37", unit="%", numerator="46", denominator="124"),
    ]
    (measure,) = charts.measures(response, "Lumykras")
    assert [(bar.arm, bar.length, bar.value, bar.counts) for bar in measure.bars] == [
        ("Lumykras", 37.0, "37%", "46 of 124"),
        ("placebo", 12.0, "12%", ""),
    ]
    months = [
        fact("Outcome", measure="survival", arm="Lumykras", value="10", unit="months", qualifier="around"),
        fact("Outcome", measure="survival", arm="docetaxel", value="5", unit="months"),
        fact("Outcome", measure="survival", arm="both", unit="months"),
    ]
    (measure,) = charts.measures(months, "Lumykras")
    assert [(bar.length, bar.value) for bar in measure.bars] == [
        (100.0, "around 10 months"),
        (50.0, "5 months"),
        (None, ""),
    ]


def test_what_can_not_be_compared_is_not_drawn() -> None:
    """One value that is no share has no bar, and values of other times or groups stand apart."""
    found = charts.measures(
        [
            fact("Outcome", measure="survival", arm="X", value="11", unit="months"),
            fact("Outcome", measure="survival", arm="X", value="12", unit="months", after="a year"),
        ],
        "X",
    )
    assert [each.drawn for each in found] == [False, False]


@pytest.mark.parametrize(
    ("fields", "told", "start", "length"),
    [
        ({"bound": "more than", "numerator": "1", "denominator": "10"}, "more than 1 in 10", 80.0, 20.0),
        ({"bound": "up to", "numerator": "1", "denominator": "100"}, "up to 1 in 100", 0.0, 60.0),
        (
            {"bound": "between", "numerator": "1", "numerator_to": "10", "denominator": "100"},
            "between 1 and 10 in 100",
            60.0,
            20.0,
        ),
        ({"numerator": "1", "denominator": "1000"}, "1 in 1,000", 40.0, 0.0),
        ({}, "how often is not told", None, 0.0),
    ],
    ids=["more", "up-to", "between", "about", "untold"],
)
def test_a_frequency_lies_on_the_scale(fields: dict[str, str], told: str, start: float | None, length: float) -> None:
    """A frequency reaches from its lower to its upper end on a scale of powers of ten."""
    (found,) = charts.ranges([fact("AdverseEffect", effect="headache", severity="any", **fields)])
    assert (found.told, found.start, found.length) == (told, start, length)


def test_severe_effects_stand_apart() -> None:
    """Effects of one statement stand together; severe ones come after the others, the rarer after the more common."""
    often = {"bound": "more than", "numerator": "1", "denominator": "5"}
    found = charts.ranges(
        [
            fact("AdverseEffect", effect="liver injury", severity="severe", **often),
            fact("AdverseEffect", effect="rash", severity="any", bound="up to", numerator="1", denominator="100"),
            fact("AdverseEffect", effect="nausea", severity="any", **often),
            fact("AdverseEffect", effect="tiredness", severity="any", **often),
        ]
    )
    assert [(each.severity, [one.one("effect") for one in each.effects]) for each in found] == [
        ("", ["nausea", "tiredness"]),
        ("", ["rash"]),
        ("severe", ["liver injury"]),
    ]


NAMES = Index(
    [
        Entry("m/1", "medicine", "Lumykras", ("sotorasib", "EMEA/H/C/005522"), "non-small cell lung cancer"),
        Entry("m/2", "medicine", "Lumigan", ("bimatoprost",), "glaucoma"),
        Entry("m/3", "medicine", "Lung Stuff", (), "Sjögren syndrome"),
        Entry("s/1", "substance", "sotorasib", weight=1),
        Entry("c/1", "condition", "non-small cell lung cancer", weight=69),
        Entry("c/2", "condition", "small cell lung cancer", weight=2),
    ]
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lum", ["Lumigan", "Lumykras"]),
        ("LUMYKRAS", ["Lumykras"]),
        ("sotorasib", ["sotorasib", "Lumykras"]),
        ("lung can", ["non-small cell lung cancer", "small cell lung cancer", "Lumykras"]),
        ("sjogren", ["Lung Stuff"]),
        ("EMEA/H/C/005522", ["Lumykras"]),
        ("005522", ["Lumykras"]),
        ('"NEAR(', []),
        ("lumykras OR lumigan", []),
        ("name: *", []),
        ("...", []),
    ],
)
def test_names_are_found_by_the_beginnings_of_their_words(typed: str, found: list[str]) -> None:
    """Every word typed must begin a word of the entry, whatever its case and accents; nothing of it is an operator."""
    assert [each.name for each in NAMES.find(typed).entries] == found


def test_names_spelt_alike_are_offered() -> None:
    """What nothing fits is answered with names that are spelt alike."""
    assert NAMES.find("lumycras").near[0] == "Lumykras"
    assert NAMES.find("lumykras").near == ()


def test_finds_come_in_pages_and_by_kind() -> None:
    """Of many finds a page is given, of a kind those alone; the counts are of all."""
    found = NAMES.find("lung", most=1, first=1)
    assert (len(found.entries), found.total, dict(found.counts)) == (1, 4, {"condition": 2, "medicine": 2})
    assert {each.kind for each in NAMES.find("lung", kind="condition").entries} == {"condition"}


@given(st.text(max_size=40))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    """No text that one can type is an error."""
    assert NAMES.find(typed).total >= 0


def test_a_citation_names_document_place_and_words() -> None:
    """A citation has the agency, the title, reference and day of the document, the place and the words, and the IRI."""
    text = "The recommended dose is 960 mg."
    one = Words("http://example.org/e", "http://example.org/text", text, 0, len(text), "use", "2", "dose-amount")
    stated = {
        "title": (Value("An overview of X"),),
        "reference": (Value("EMA/1/2021"),),
        "last_updated": (Value("2021-01"),),
    }
    source = Source("http://example.org/text", "g", "d", "x.pdf", "0" * 64, text, software="epargraph 1", stated=stated)
    assert copies.citation(fact("Dose", (one,), "recommended dose: 960 mg", amount="960"), {source.iri: source}) == (
        "European Medicines Agency. An overview of X (EMA/1/2021, last updated January 2021), section “How it is used”, "
        "page 2: “The recommended dose is 960 mg.”. Read as “Recommended dose: 960 mg” by epargraph 1, http://example.org/Dose-960"
    )
