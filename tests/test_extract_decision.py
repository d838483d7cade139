"""The decision, the authorisation, designations, what is awaited and the measures, read in the manner of overviews."""

from __future__ import annotations

from typing import Any

import pytest

from epargraph import kinds
from epargraph.extract import extract_named
from epargraph.extract.names import Names
from epargraph.model import Document, Section, SectionName

EU = {"territory": "EU"}
CASES: dict[str, tuple[SectionName, str, str, list[dict[str, Any]]]] = {
    "holder with spaced initials": (
        "other",
        "Authorisation",
        "The European Commission granted a marketing authorisation valid throughout the European Union for Xyzmed to "
        "Defol Europe S. A. on 2 March 2004. The marketing authorisation was renewed on 2 March 2009.",
        [{"type": "standard", "date": "2004-03-02", "holder": "Defol Europe S. A.", **EU}],
    ),
    "orphan, its disease explained before": (
        "what",
        "Designation",
        "Fabry disease is an inherited disorder. The disease is rare, and Xyzmed was designated an ‘orphan medicine’ on "
        "9 October 2012.",
        [{"type": "orphan", "date": "2012-10-09", "condition": "Fabry disease"}],
    ),
    "orphan, its disease not told": (
        "what",
        "Designation",
        "Xyzmed is used with other medicines. It is rare, and Xyzmed was designated an ‘orphan medicine’ on 9 October 2012.",
        [{"type": "orphan", "date": "2012-10-09"}],
    ),
    "a reason and the decision in one sentence": (
        "why",
        "Rationale",
        "The Committee considered the side effects to be mild and decided that Xyzmed’s benefits are greater than its risks.",
        [
            {
                "aspect": "safety",
                "text": "Committee considered the side effects to be mild and decided that Xyzmed’s benefits are greater than "
                "its risks",
            }
        ],
    ),
    "reasons in other words": (
        "why",
        "Rationale",
        "New medicines are needed for this disease. In the study there were more deaths, and no explanation was found.",
        [
            {"aspect": "unmet need", "text": "New medicines are needed for this disease"},
            {"aspect": "uncertainty", "text": "in the study there were more deaths, and no explanation was found"},
        ],
    ),
    "a study of the group named before": (
        "why",
        "Obligation",
        "There are no data in people over 65 years of age, and the company will study its effectiveness in this group.",
        [
            {
                "type": "study",
                "topic": ["efficacy"],
                "population": "people over 65 years of age",
                "responsible": "company",
            }
        ],
    ),
    "a registry of patients with the disease": (
        "awaited",
        "Obligation",
        "The company will set up a registry of patients with acromegaly in order to gather data on long-term safety.",
        [
            {
                "type": "registry",
                "topic": ["safety", "long-term effects"],
                "population": "patients with acromegaly",
                "responsible": "company",
            }
        ],
    ),
    "refused": (
        "why",
        "Conclusion",
        "The Agency was of the opinion that the benefits of Xyzmed did not outweigh its risks.",
        [{"benefit_risk": "negative"}],
    ),
    "contradiction": (
        "why",
        "Conclusion",
        "The benefits of Xyzmed are greater than its risks in adults. In children the benefits of Xyzmed did not "
        "outweigh its risks.",
        [],
    ),
    "old template with holder": (
        "other",
        "Authorisation",
        "The European Commission granted a marketing authorisation valid throughout the European Union for Xyzmed on "
        "23 May 2001. The marketing authorisation was renewed on 23 May 2006. The marketing authorisation holder is "
        "Defol Pharma B.V.",
        [{"type": "standard", "date": "2001-05-23", "holder": "Defol Pharma B.V.", **EU}],
    ),
    "converted": (
        "other",
        "Authorisation",
        "Xyzmed received a conditional marketing authorisation valid throughout the EU on 3 March 2010. This was "
        "switched to a full marketing authorisation on 5 June 2013.",
        [{"type": "conditional", "date": "2010-03-03", "converted_on": "2013-06-05", **EU}],
    ),
    "withdrawn, date first": (
        "other",
        "Authorisation",
        "On 12 May 2019, the European Commission withdrew the marketing authorisation for Xyzmed.",
        [{"status": "withdrawn", "ended_on": "2019-05-12"}],
    ),
    "not renewed": (
        "other",
        "Authorisation",
        "The conditional marketing authorisation for Xyzmed was not renewed and ceased to be valid on 4 September 2023.",
        [{"status": "not renewed", "ended_on": "2023-09-04"}],
    ),
    "labels of a web page": (
        "other",
        "Authorisation",
        "Marketing-authorisation holder\nDefol Anti-infectives Limited\nMarketing authorisation issued\n14/02/2021",
        [{"type": "standard", "date": "2021-02-14", "holder": "Defol Anti-infectives Limited"}],
    ),
    "another medicine's": (
        "other",
        "Authorisation",
        "The European Commission granted a marketing authorisation valid throughout the European Union for Abcmed on "
        "3 March 2010.",
        [],
    ),
    "orphan, a date for each disease": (
        "what",
        "Designation",
        "These cancers are rare, and Xyzmed was designated an ‘orphan medicine’ (a medicine used in rare diseases) on "
        "9 October 2015 for acromegaly and on 3 May 2017 for Cushing’s disease.",
        [
            {"type": "orphan", "date": "2015-10-09", "condition": "acromegaly"},
            {"type": "orphan", "date": "2017-05-03", "condition": "Cushing’s disease"},
        ],
    ),
    "awaited, told in two sentences": (
        "awaited",
        "Obligation",
        "The company that markets Xyzmed will provide data from an ongoing study to confirm its efficacy. The study will "
        "compare Xyzmed with standard chemotherapy in patients with advanced disease.",
        [
            {
                "type": "study",
                "study_status": "ongoing",
                "comparator": ["standard chemotherapy"],
                "topic": ["efficacy"],
                "population": "patients with advanced disease",
                "responsible": "company",
            }
        ],
    ),
    "awaited, in bullets": (
        "awaited",
        "Obligation",
        "The company that markets Xyzmed will provide:\n• the results from a study in children by December 2026;\n"
        "• data from a registry on the long-term safety of Xyzmed.",
        [
            {"type": "study", "population": "children", "due": "December 2026", "responsible": "company"},
            {"type": "registry", "topic": ["safety", "long-term effects"], "responsible": "company"},
        ],
    ),
    "awaited, several in a sentence": (
        "awaited",
        "Obligation",
        "To confirm the benefits of Xyzmed, the company that markets it will carry out two studies: one will look at its "
        "safety in women and the other will compare it with defolin in patients with lupus.\n"
        "The company will also provide data on its quality from an ongoing study and from a study in children, and it will "
        "follow patients.",
        [
            {"type": "study", "topic": ["safety", "efficacy"], "population": "women", "responsible": "company"},
            {
                "type": "study",
                "comparator": ["defolin"],
                "topic": ["efficacy"],
                "population": "patients with lupus",
                "responsible": "company",
            },
            {"type": "study", "study_status": "ongoing", "topic": ["quality"], "responsible": "company"},
            {"type": "study", "topic": ["quality"], "population": "children", "responsible": "company"},
        ],
    ),
    "awaited, told by what is looked at": (
        "awaited",
        "Obligation",
        "The company that makes Xyzmed will look at the effects of the medicine in children under 5 years of age.\n"
        "The company will regularly provide information on the ongoing study looking at how well it works in adults.\n"
        "The company will provide 24-month data from the main study in follicular lymphoma.",
        [
            {"type": "study", "population": "children under 5 years of age", "responsible": "company"},
            {
                "type": "study",
                "study_status": "ongoing",
                "topic": ["efficacy"],
                "population": "adults",
                "responsible": "company",
            },
            {"type": "study", "population": "follicular lymphoma", "responsible": "company"},
        ],
    ),
    "expertise of hospitals, cards and training": (
        "measures",
        "SafetyMeasure",
        "The company must ensure that hospitals in which Xyzmed is given have the necessary expertise. It will also supply "
        "cards to patients. A guide for doctors will also be made available. Xyzmed must be given after a negative test.",
        [{"type": "controlled access"}, {"type": "patient card"}, {"type": "educational material"}],
    ),
    "orphan, dates told respectively": (
        "what",
        "Designation",
        "Farber disease and Wilson’s disease are rare, and Xyzmed was designated an ‘orphan medicine’ (a medicine used in "
        "rare diseases) on 1 May 2010 and 3 June 2012, respectively. It was supported through the Agency’s PRIority "
        "MEdicines (PRIME) scheme from 4 May 2017.",
        [
            {"type": "orphan", "date": "2010-05-01", "condition": "Farber disease"},
            {"type": "orphan", "date": "2012-06-03", "condition": "Wilson’s disease"},
            {"type": "PRIME", "date": "2017-05-04"},
        ],
    ),
    "not renewed, date first": (
        "other",
        "Authorisation",
        "On 3 October 2024, the European Commission did not renew the conditional marketing authorisation for Xyzmed.",
        [{"status": "not renewed", "ended_on": "2024-10-03"}],
    ),
    "not possible to conclude": (
        "why",
        "Conclusion",
        "It was not possible to conclude that the benefits of Xyzmed outweigh its risks.",
        [{"benefit_risk": "negative"}],
    ),
    "nothing awaited": (
        "measures",
        "Obligation",
        "The company that markets Xyzmed will provide an information pack for healthcare professionals.",
        [],
    ),
    "measures of the old template": (
        "measures",
        "SafetyMeasure",
        "A risk management plan has been developed to ensure that Xyzmed is used as safely as possible. Based on this "
        "plan, safety information has been included in the summary of product characteristics and the package leaflet.",
        [{"type": "product information"}],
    ),
    "card, education and access": (
        "measures",
        "SafetyMeasure",
        "Patients will receive an alert card. Xyzmed will only be supplied to hospitals that have trained staff. The "
        "company will provide educational material for doctors. Women must follow a pregnancy prevention programme.",
        [
            {"type": "patient card"},
            {"type": "controlled access"},
            {"type": "educational material"},
            {"type": "pregnancy prevention programme"},
        ],
    ),
    "reviewed": (
        "why",
        "Review",
        "Each year, the Agency will review any new information.",
        [{"frequency": "annual", "reviewer": "European Medicines Agency", "scope": "any new information"}],
    ),
}


def read(section: SectionName, kind: str, text: str) -> list[dict[str, Any]]:
    document = Document(text, (Section(section, 0, len(text)),), "example", "0" * 64, "text/plain")
    facts = extract_named(document, Names("Xyzmed", ("defolimab",))).facts
    rows = [kinds.to_json(fact) for fact in facts if type(fact).__name__ == kind]
    return [{k: v for k, v in row.items() if k not in ("kind", "evidence")} for row in rows]


def by_text(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(str(sorted(row.items())) for row in rows)


@pytest.mark.parametrize(("section", "kind", "text", "expected"), CASES.values(), ids=CASES)
def test_what_the_sentences_state_is_read(
    section: SectionName, kind: str, text: str, expected: list[dict[str, Any]]
) -> None:
    """The sentences give just these facts of the kind, joined where several sentences speak of one."""
    assert by_text(read(section, kind, text)) == by_text(expected)


@pytest.mark.parametrize(
    ("sentence", "aspects"),
    [
        (
            "Xyzmed led to high rates of response in patients who have few treatment options.",
            {"efficacy", "unmet need"},
        ),
        ("Patients given Xyzmed had fewer attacks than those given placebo.", {"efficacy"}),
        ("Most side effects were mild, and few patients stopped treatment because of them.", {"safety"}),
        ("Data on the long-term effects of Xyzmed are limited.", {"uncertainty"}),
        ("Xyzmed is taken by mouth, which is convenient.", set()),
    ],
)
def test_the_aspects_of_a_reason(sentence: str, aspects: set[str]) -> None:
    """A sentence gives reasons of just these aspects."""
    assert {row["aspect"] for row in read("why", "Rationale", sentence)} == aspects


def test_one_reason_for_each_aspect() -> None:
    """Each aspect has the first sentence that gives it as a reason; the conclusion itself is no reason."""
    text = (
        "There are few treatment options for this disease. Xyzmed was shown to be effective. It also improved symptoms. "
        "Although data in children are limited, Xyzmed was well tolerated. The benefits of Xyzmed outweigh its risks."
    )
    assert {row["aspect"]: row["text"][:12] for row in read("why", "Rationale", text)} == {
        "unmet need": "There are fe",
        "efficacy": "Xyzmed was s",
        "safety": "Although dat",
        "uncertainty": "Although dat",
    }
