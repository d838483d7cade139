"""What `read` makes of plain texts: layout undone, nothing else changed."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epargraph.model import Document
from epargraph.read import layout, read
from epargraph.read.text import to_lines

Shared = Callable[[str], Path]

HEADINGS = """\
EMA/100001/2024
EMEA/H/C/000001
Name (substance)
An overview of Name and why it is authorised in the EU
What is Name and what is it used for?
"""
END = """
How is Name used?
The medicine can only be obtained with a prescription.
"""


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad]+", "", unicodedata.normalize("NFKC", text))


def normalised(text: str) -> str:
    """Return the text that is handed out for a text, whatever it is about."""
    return "\n".join(each.text for each in layout.paragraphs(to_lines(text))[0])


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "overview.txt"
    path.write_text(text, "utf-8")
    return path


def lines(tmp_path: Path, body: str) -> list[str]:
    """Return the lines that are handed out for the body of a first section."""
    document = read(written(tmp_path, HEADINGS + body + END))
    return document.section("what").split("\n")


def corpus(shared: Shared) -> Iterator[tuple[str, str, Document]]:
    for folder in ("corpus", "corpus-2008"):
        for path in sorted(shared(folder).glob("*.txt")):
            yield path.name, path.read_text("utf-8"), read(path)


def test_lumykras(overview: Path) -> None:
    """The real overview comes out as one line for each heading and paragraph, without footers and address."""
    expected = Path(__file__).with_name("lumykras.txt").read_text("utf-8").rstrip("\n")
    assert read(overview).text == expected


def test_lumykras_sections(overview: Path) -> None:
    """The real overview has all nine sections, each under its heading and holding its own words."""
    document = read(overview)
    names = ["what", "use", "work", "benefits", "risks", "why", "awaited", "measures", "other"]
    assert [section.name for section in document.sections] == names
    assert document.section("benefits").startswith("In one main study involving 124 patients")
    assert document.section("risks").endswith("see the package leaflet.")
    assert document.section_at(document.text.index("EMA/685702/2021")) == "header"
    assert document.section_at(document.text.index("docetaxel")) == "awaited"
    assert (document.warnings, document.pages, document.breaks) == ((), (), ())


def test_layout_is_gone(shared: Shared) -> None:
    """No footer, address, watermark or page number is left in any practice document."""
    left = re.compile(
        r"Page \d|Official address|Churchill Place|Westferry|Telephone \+|An agency of the|\d/ ?3 [A-Zv]|\s{2}"
    )
    found = {
        name: match[0]
        for name, _, document in corpus(shared)
        if (match := left.search(document.text.replace("\n", "|")))
    }
    assert found == {}


def test_words_are_the_sources(shared: Shared) -> None:
    """Between two breaks each line stands in the source, but for white space and the form of bullets."""
    for name, source, document in corpus(shared):
        whole = squeezed(source)
        cuts = [0, *document.breaks, len(document.text)]
        for start, end in pairwise(cuts):
            for line in document.text[start:end].split("\n"):
                assert squeezed(line.removeprefix("• ")) in whole, (name, line)


def test_nothing_is_lost(shared: Shared) -> None:
    """What is handed out and what was cut hold, together, every word of the source."""
    word = re.compile(r"[^\W_]+")
    for name, source, document in corpus(shared):
        kept = set(word.findall(squeezed(document.text + " ".join(document.layout)))) | set(
            word.findall(" ".join([document.text, *document.layout]))
        )
        whole = "".join(word.findall(" ".join([document.text, *document.layout])))
        lost = [w for w in word.findall(source.replace("\u00ad", "")) if w not in kept and w not in whole]
        assert lost == [], name


def test_sections_of_every_practice_document(shared: Shared) -> None:
    """Each practice document, web pages without headings too, has its sections in the template's order."""
    order = ["what", "use", "work", "benefits", "risks", "why", "awaited", "measures", "other"]
    for name, _, document in corpus(shared):
        places = [order.index(section.name) for section in document.sections]
        assert places == sorted(places), name
        missing = set(order) - {"awaited", "measures"} - {section.name for section in document.sections}
        assert missing == set(), name


def test_reading_twice(shared: Shared, tmp_path: Path) -> None:
    """The text handed out, read again, is the same text."""
    for _, _, document in corpus(shared):
        assert read(written(tmp_path, document.text)).text == document.text


BEFORE = "Name is used in adults with a long-term disease of the"
WHOLE = [f"{BEFORE} lungs and heart."]
LIST = ["Name is used for:", "• asthma;", "• allergy."]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(f"{BEFORE}\nlungs  and heart.\nMore.", [*WHOLE, "More."], id="wrapped lines"),
        pytest.param(f"{BEFORE} lungs: non-\nsmall cell.", [f"{BEFORE} lungs: non-small cell."], id="hyphen"),
        pytest.param(
            f"{BEFORE} lungs, a\nlong-\nand\nshort one.",
            [f"{BEFORE} lungs, a long- and short one."],
            id="suspended hyphen",
        ),
        pytest.param("Name is used for:\n\uf0b7 asthma;\n\uf0b7 allergy.", LIST, id="private-use bullets"),
        pytest.param("Name is used for: • asthma; • allergy.", LIST, id="bullets within a line"),
        pytest.param("Name is used for:\n- asthma;\n– allergy.", LIST, id="dashes"),
        pytest.param("Name is used for:\n•\nasthma;\n•\nallergy.", LIST, id="lone bullets"),
        pytest.param(
            f"{BEFORE} heart\nand lungs\n– sadly.", [f"{BEFORE} heart and lungs – sadly."], id="dash within a sentence"
        ),
        pytest.param(
            "The e\u00adﬃcacy of\u00a0Name\u2009is known.\r\n", ["The efficacy of Name is known."], id="characters"
        ),
        pytest.param(
            f"{BEFORE}\nName (substance) \nEMA/100001/2024 \nPage 2/3 \n\n\nlungs and heart.",
            WHOLE,
            id="footer of three lines",
        ),
        pytest.param(
            f"{BEFORE}\nName (substance) EMA/100001/2024 Page 2/3 lungs and heart.",
            WHOLE,
            id="footer glued to the text",
        ),
        pytest.param(
            f"{BEFORE} Name (substance) EMA/100001/2024 Page 2/3 lungs and heart.",
            WHOLE,
            id="footer glued on both sides",
        ),
        pytest.param(f"{BEFORE}\nName\nEMA/100001/2024  Page 2 of 3\n\flungs and heart.", WHOLE, id="older footer"),
        pytest.param(f"{BEFORE}\nMedicinal product no longer authorised\nlungs and heart.", WHOLE, id="watermark"),
        pytest.param(f"{BEFORE} Medicinal product no longer authorised lungs and heart.", WHOLE, id="watermark inside"),
        pytest.param(
            f"Name is used in adults who have one of:\n• asthma;\n• {BEFORE} lungs\nand heart of any kind, at any age.\n"
            "Name contains the active substance substance.",
            [
                "Name is used in adults who have one of:",
                "• asthma;",
                f"• {BEFORE} lungs and heart of any kind, at any age.",
                "Name contains the active substance substance.",
            ],
            id="paragraph after a list",
        ),
        pytest.param(
            f"{BEFORE} heart not due to non-\nHodgkin lymphoma.",
            [f"{BEFORE} heart not due to non-Hodgkin lymphoma."],
            id="hyphen before a capital",
        ),
        pytest.param("See EMA/100002/2019, Page 2/3 of it.", ["See EMA/100002/2019, Page 2/3 of it."], id="prose"),
        pytest.param("About 2/3 of patients.", ["About 2/3 of patients."], id="fraction"),
    ],
)
def test_lines(tmp_path: Path, body: str, expected: list[str]) -> None:
    """A paragraph, heading or bullet comes out as one line."""
    assert lines(tmp_path, body) == expected


LONG = "Name is used on its own or together with other medicines. " * 4
UNSIGNED = [
    (["Name is used to treat:", "asthma. It is used in adults;", "allergy; and", "Cushing’s disease."], 3),
    (["Name must not be used in:", "pregnant women", "patients with a disease of the liver", "children."], 3),
    (["Name must not be used in:", "pregnant women", "patients with a disease of the liver", "Name helps."], 2),
    (["Name is used to treat:", "asthma;", "Name contains the active substance substance."], 1),
    (["Name is used as follows:", "one tablet is taken by mouth in the morning.", "Name helps."], 0),
    (["Name is used to treat:", "• asthma;", "allergy;"], 0),
    (["Languages:", "see below;", "and elsewhere"], 0),
]


@pytest.mark.parametrize(("body", "items"), UNSIGNED, ids=range(len(UNSIGNED)))
def test_lists_without_signs(tmp_path: Path, body: list[str], items: int) -> None:
    """The items of a list that a web page lost the signs of become bullets; other lines stay as they are."""
    found = lines(tmp_path, "\n".join([*body, *[LONG.strip()] * 3]))[: len(body)]
    assert found == [body[0], *(f"• {each}" for each in body[1 : items + 1]), *body[items + 1 :]]


def test_long_title(tmp_path: Path) -> None:
    """A title that is wrapped comes out as one line, and its wrapped footer is cut."""
    title = "Name (elvitegravir / cobicistat / emtricitabine / tenofovir disoproxil)"
    wrapped = title.replace("/ ten", "/\nten")
    overview = "An overview of Name and why it is authorised in the EU"
    head = f"EMA/100001/2024\nEMEA/H/C/000001\n{wrapped}\n{overview}\nWhat is Name and what is it used for?\n"
    footer = f"{wrapped}\nEMA/100001/2024\nPage 2/3\n"
    document = read(written(tmp_path, f"{head}{BEFORE}\nlungs and\n{footer}heart.{END}{footer}"))
    assert document.text.split("\n")[2:6] == [title, overview, "What is Name and what is it used for?", *WHOLE]
    assert document.text.endswith("with a prescription.")


def test_breaks(tmp_path: Path) -> None:
    """The place where a footer was cut out of a sentence is told, so that no quote reaches over it."""
    body = (
        "Name is used in adults with a long-term disease of the\nName (substance) \nEMA/100001/2024 \nPage 2/3 \nlungs."
    )
    document = read(written(tmp_path, HEADINGS + body + END))
    assert document.breaks == (document.text.index("lungs."),)


def test_copyright_line_stays(shared: Shared) -> None:
    """The copyright line stays in the text, on a line of its own that parts no sentence."""
    for name, source, document in corpus(shared):
        assert document.text.count("©") == min(source.count("©"), 1), name
        if "©" in source:
            at = document.text.index("©")
            assert document.text[at - 2] in ".?", name
            assert document.text[at - 1] == "\n", name


@given(st.text(st.sampled_from("Aab.:;-•?2/3 \n\t©\u00ad\xa0") | st.characters(), max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_text(text: str) -> None:
    """Any text at all comes out with single spaces and no empty line, and keeps its letters."""
    out = normalised(text)
    assert not re.search(r"  |^ | $|\n\n", out, re.MULTILINE)
    assert {c for c in squeezed(out) if c.isalpha()} <= {c for c in squeezed(text) if c.isalpha()}


SENTENCES = st.lists(
    st.sampled_from(
        [
            "Name is used in adults with a disease of the lungs and of the heart that other medicines do not help.",
            "It is taken by mouth.",
            "• in adults;",
            "Name is used to treat one of:",
            "asthma of any kind;",
            "allergy in children",
            f"{LONG}{LONG}".strip(),
            "How is Name used?",
            "Severe asthma",
            "EMA/100001/2024",
            "Name (substance)",
            "Page 2/3",
            "© European Medicines Agency, 2022. Reproduction is authorised provided the source is acknowledged.",
            "An agency of the European Union",
            "and then goes on as before until the disease gets worse or",
        ]
    ),
    max_size=25,
)


@given(SENTENCES, st.integers(30, 110))
@settings(max_examples=300, deadline=None)
def test_any_wrapping_read_twice(sentences: list[str], width: int) -> None:
    """However a text is wrapped and cut by footers, reading the outcome again changes nothing."""
    wrapped = "\n".join(re.sub(rf"(.{{1,{width}}})(?: |$)", r"\1\n", each).rstrip() for each in sentences)
    once = normalised(wrapped)
    assert normalised(once) == once


NASTY = [
    "((((((",
    "What is ",
    "Page 1/2 ",
    "a/ 2 ",
    "• ",
    "EMA/1/2000 ",
    "- \n",
    "x\u00ad",
    "For the full list ",
    "A - a\n",
]


@pytest.mark.parametrize("nasty", NASTY, ids=repr)
def test_time_is_linear(nasty: str) -> None:
    """Nasty text of 200 kB, in lines or in one, is read within a bound that a reader which tries all pairs passes by far.

    It takes about a second; the bound is wide, since machines differ. How the time grows is tests/test_linear.py's.
    """
    for text in (nasty * (200_000 // len(nasty)), (nasty + "\n") * (200_000 // (len(nasty) + 1))):
        start = time.process_time()
        normalised(text)
        assert time.process_time() - start < 60
