"""The headings of the templates, and sections that have none."""

from __future__ import annotations

import pytest

from epargraph.read.headings import heading_at

FORMS = {
    "What is Kymriah and what is it used for?": "what",
    "What is Ferring’s Ad 5 (H1N1) vaccine?": "what",
    "What are Abilify and Abilify Maintena and what are they used for?": "what",
    "What is Abilify used for?": "what",
    "What was Zynteglo expected to be used for?": "what",
    "What is Ipique and what was it intended to be used for?": "what",
    "How is Lumykras used?": "use",
    "How does Lumykras work?": "work",
    "How is Aduhelm expected to work?": "work",
    "How has Abilify been studied?": "benefits",
    "What benefit has Abilify shown during the studies?": "benefits",
    "What benefits of Kymriah have been shown in studies?": "benefits",
    "What benefits has Kymriah shown during the studies?": "benefits",
    "What did the company present to support its application?": "benefits",
    "What documentation did the company present to support its application?": "benefits",
    "What are the benefits and risks of Dorvaxaban Kelmor?": "risks",
    "What are the risks associated with Lumykras?": "risks",
    "What is the risk associated with Abilify?": "risks",
    "What are the precautions for the person who gives the medicine or comes into contact with the animal?": "risks",
    "What is the withdrawal period in food-producing animals?": "risks",
    "Why is Lumykras authorised in the EU?": "why",
    "Why has Abilify been approved?": "why",
    "Why was Aduhelm refused?": "why",
    "Why did the Agency recommend the refusal of the marketing authorisation?": "why",
    "What were the CHMP’s main concerns that led to the refusal?": "why",
    "What information is still awaited for Lumykras?": "awaited",
    "What measures are being taken to ensure the safe and effective use of Lumykras?": "measures",
    "Which measures are being taken to ensure the safe use of Abseamed?": "measures",
    "Other information about Abilify:": "other",
    "Other information about Lumykras": "other",
    "What are the consequences of the refusal for patients in clinical trials?": "other",
}


@pytest.mark.parametrize(("heading", "section"), FORMS.items(), ids=FORMS)
def test_headings(heading: str, section: str) -> None:
    """A heading of a template is recognised with its section, whole, wrapped anywhere, or with text after it."""
    assert heading_at([heading, "The text."]) == (1, heading, "", section)
    words = heading.split(" ")
    for cut in range(1, len(words)):
        wrapped = [" ".join(words[:cut]), " ".join(words[cut:]), "The text."]
        if heading.endswith("?"):
            assert heading_at(wrapped) == (2, heading, "", section)
    if heading.endswith("?"):
        assert heading_at([f"{heading} The text."]) == (1, heading, "The text.", section)


@pytest.mark.parametrize(
    "line",
    [
        "How well this works is not known.",
        "What is more, patients lived longer.",
        "Other information about the medicine is given below.",
        "Why the effect is smaller in children is not clear.",
        "Further information on the orphan designation can be found on the website",
    ],
)
def test_prose_is_no_heading(line: str) -> None:
    """A sentence that opens like a heading is none."""
    assert heading_at([line, "Is it?", "No."]) is None
