"""Side effects and who must not use the medicine, read from sentences in the manner of overviews."""

from __future__ import annotations

import pytest

from epargraph import kinds
from epargraph.extract import extract_named
from epargraph.extract.names import Names
from epargraph.kinds import AdverseEffect, Contraindication
from epargraph.model import Document, Section

EFFECTS: dict[str, str] = {
    "Rarely (in up to 1 in 1,000 people), swelling of the face may occur. More than 1 in 10 people taking Xyzmed may "
    "experience drowsiness, and up to 1 in 10 may experience blurred vision.": """
        any more than 1/10: drowsiness
        any up to 1/1000: swelling of the face
        any up to 1/10: blurred vision""",
    "The most common side effects in adults (which may affect more than 1 in 10 people) are headache and rash, and in "
    "children they are fever and cough.": """
        any more than 1/10: headache
        any more than 1/10: rash
        any: cough
        any: fever""",
    "When combined with cisol, hypothyroidism (an underactive thyroid gland) and raised bilirubin levels may also affect "
    "more than 1 in 4 people.": """
        any more than 1/4: hypothyroidism = underactive thyroid gland
        any more than 1/4: raised bilirubin levels""",
    "In teenagers, the most common side effects (seen in between 1 and 10 patients in 100) are temporary skin reactions at "
    "the site of injection, including redness and swelling.": """
        any between 1/100: skin reactions at the site of injection""",
    "The most common serious side effects are infections such as sepsis (blood poisoning), boils and shingles.": """
        serious: boils
        serious: sepsis = blood poisoning
        serious: shingles""",
    "Stroke is a rare but serious side effect of all medicines of this type, which with Xyzmed may affect up to 1 in 1,000 "
    "people.": """
        serious up to 1/1000: stroke""",
    "The side effects of Xyzmed are mild: the most common are stinging and cough.": """
        any: cough
        any: stinging""",
    "The most common side effects (seen in more than 1 patient in 10) are infections, (including colds), and headache.": """
        any more than 1/10: headache
        any more than 1/10: infections""",
    "The most common side effects with Xyzmed (which may affect more than 1 in 10 people) are stomach (belly) pain, nose "
    "and throat infection (nasopharyngitis) and pain, redness and swelling at the injection site.": """
        any more than 1/10: nose and throat infection = nasopharyngitis
        any more than 1/10: pain at the injection site
        any more than 1/10: redness at the injection site
        any more than 1/10: stomach pain = belly
        any more than 1/10: swelling at the injection site""",
    "The most common side effects with Xyzmed when used with chemotherapy (which may affect more than 1 in 5 people) are "
    "neutropenia (low levels of neutrophils, a type of white blood cell) and low levels of platelets and potassium.": """
        any more than 1/5: low levels of platelets
        any more than 1/5: low levels of potassium
        any more than 1/5: neutropenia = low levels of neutrophils, a type of white blood cell""",
    "When it is used with other cancer medicines, the most common side effects (which may affect more than 1 in 5 people) "
    "are anaemia (low red blood cell counts) and constipation.": """
        any more than 1/5: anaemia = low red blood cell counts
        any more than 1/5: constipation""",
    "The most common serious side effects are pneumonia, which may affect up to 1 in 10 people, and sepsis, which may "
    "affect up to 1 in 100 people.": """
        serious up to 1/100: sepsis
        serious up to 1/10: pneumonia""",
    "The most common side effects with Xyzmed (which may affect more than 1 in 10 people) are fever and reactions at the "
    "injection site, while headache and rash may affect up to 1 in 10 people.": """
        any more than 1/10: fever
        any more than 1/10: reactions at the injection site
        any up to 1/10: headache
        any up to 1/10: rash""",
    "The most common side effects with Xyzmed are tiredness, itching and rash, most of which are mild in severity.": """
        any: itching
        any: rash
        any: tiredness""",
    "The most serious side effect of Xyzmed is leukoencephalopathy, a rare brain infection.": """
        serious: leukoencephalopathy""",
    "The side effects of Xyzmed are usually mild. They include chills, muscle and joint pain. They may affect more than "
    "1 in 10 people. Itching is an uncommon side effect (affecting less than 1 in 100 people).": """
        any more than 1/10: chills
        any more than 1/10: joint pain
        any more than 1/10: muscle pain
        any up to 1/100: itching""",
    "The most common side effects with Xyzmed (which may affect more than 1 in 10 people) are weight loss or gain, "
    "tiredness or asthenia (weakness), and pain, swelling or redness where the injection was given.": """
        any more than 1/10: asthenia = weakness
        any more than 1/10: pain where the injection was given
        any more than 1/10: redness where the injection was given
        any more than 1/10: swelling where the injection was given
        any more than 1/10: tiredness
        any more than 1/10: weight loss or gain""",
    "The most common side effects of Xyzmed (which may affect more than 1 in 10 cats) are mild and transient vomiting and "
    "soft faeces. Skin rash may be seen in up to 1 in 100 cats. Most side effects are mild; the most serious are fits.": """
        any more than 1/10: soft faeces
        any more than 1/10: vomiting
        any up to 1/100: skin rash
        serious: fits""",
    "The most common side effects with Xyzmed used alone (which may affect more than 1 in 10 people) are cough and fever; "
    "when used with chemotherapy the most common side effects are hair loss and rash.": """
        any more than 1/10: cough
        any more than 1/10: fever
        any: hair loss
        any: rash""",
    "Low blood sugar (which may affect more than 3 in 10 people) and dizziness (around 1 in 10 people) are common.": """
        any about 1/10: dizziness
        any more than 3/10: low blood sugar""",
    "Headache and fever were more frequent, affecting about 3 in 10 and about 1 in 10 patients, respectively.": """
        any about 1/10: fever
        any about 3/10: headache""",
    "Redness at the injection site is seen in up to 1 in 10 people, and occurs more often with Xyzmed than with cisol.": """
        any up to 1/10: redness at the injection site""",
    "Fever may affect more than 1 in 10 people, and fits up to 1 in 1,000.": """
        any more than 1/10: fever
        any up to 1/1000: fits""",
    "Xyzmed may also cause serious side effects such as liver failure, which may affect up to 1 in 1,000 people.": """
        serious up to 1/1000: liver failure""",
    "Resistance may develop when doses are missed, and other infections may occur.": "",
    "The most common side effects of the reference medicine are rash and cough.": "",
    "The most common side effects with Xyzmed are those affecting the blood.": "",
    "The use of Xyzmed results in exposure to a small amount of radiation.": "",
}

GROUPS: dict[str, list[str]] = {
    "Patients should not be given Xyzmed if they have severe liver disease.": [
        "patients who have severe liver disease"
    ],
    "Patients must not be given Xyzmed.": [],
    "Xyzmed must not be used in patients with severe liver disease, a history of stroke or active bleeding.": [
        "patients with severe liver disease",
        "patients with a history of stroke",
        "patients with active bleeding",
    ],
    "It must not be used in patients with severe, uncontrolled high blood pressure, or in children below 2 years.": [
        "patients with severe, uncontrolled high blood pressure",
        "children below 2 years",
    ],
    "Because it may harm the unborn baby, Xyzmed must not be used in pregnant women.": ["pregnant women"],
    "Patients with severe asthma must not use Xyzmed.": ["patients with severe asthma"],
    "Xyzmed must not be used in patients who have conditions that put them at risk of bleeding, or who are being treated "
    "with another anticoagulant, except under specific circumstances, and in women who are breastfeeding.": [
        "patients who have conditions that put them at risk of bleeding",
        "patients who are being treated with another anticoagulant",
        "women who are breastfeeding",
    ],
    "Xyzmed must not be used:\n• in women who are breastfeeding;\n• in patients with porphyria (a rare disease).": [
        "women who are breastfeeding",
        "patients with porphyria",
    ],
    "Xyzmed should not be used for more than 3 months.": [],
    "Abcmed must not be used in children.": [],
}


def read(text: str) -> tuple[kinds.Fact, ...]:
    document = Document(text, (Section("risks", 0, len(text)),), "example", "0" * 64, "text/plain")
    return extract_named(document, Names("Xyzmed", ("defolimab",))).facts


def line(effect: AdverseEffect) -> str:
    how_often = f" {effect.bound} {effect.numerator}/{effect.denominator}" if effect.denominator else ""
    return f"{effect.severity}{how_often}: {effect.effect}" + (f" = {effect.lay_term}" if effect.lay_term else "")


@pytest.mark.parametrize(("text", "expected"), EFFECTS.items(), ids=range(len(EFFECTS)))
def test_side_effects_are_read_with_their_bands(text: str, expected: str) -> None:
    """Each side effect is read by itself, with its severity, its band and its lay term; nothing else is."""
    found = sorted(line(fact) for fact in read(text) if isinstance(fact, AdverseEffect))
    assert found == [each.strip() for each in expected.strip().splitlines()]


@pytest.mark.parametrize(("text", "expected"), GROUPS.items(), ids=range(len(GROUPS)))
def test_groups_are_told_apart(text: str, expected: list[str]) -> None:
    """Each group that must not use the medicine is read by itself, in the document's words."""
    assert [fact.group for fact in read(text) if isinstance(fact, Contraindication)] == expected


def test_effects_of_a_very_long_list_have_short_quotes() -> None:
    """An effect from a sentence longer than a quote may be is quoted with the band and its own passage alone."""
    items = ", ".join(f"effect{chr(97 + i // 26)}{chr(97 + i % 26)} (a sort of discomfort)" for i in range(40))
    text = f"The most common side effects with Xyzmed (seen in more than 1 patient in 10) are {items} and fever."
    effects = [fact for fact in read(text) if isinstance(fact, AdverseEffect)]
    assert len(effects) == 41
    for fact in effects:
        quoted = " ".join(each.quote for each in fact.evidence)
        assert "1 patient in 10" in quoted
        assert str(fact.effect) in quoted
        assert len(quoted) < 200


def test_a_lay_term_told_elsewhere_explains_an_effect() -> None:
    """A lay term in brackets after the same word in another sentence belongs to the effect, and is its evidence too."""
    text = (
        "Insulin may cause hypoglycaemia (low blood sugar).\nThe most common side effect with Xyzmed is hypoglycaemia."
    )
    [effect] = [fact for fact in read(text) if isinstance(fact, AdverseEffect)]
    assert effect.lay_term == "low blood sugar"
    assert len(effect.evidence) == 2
