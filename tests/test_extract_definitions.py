"""Lay glosses of terms: where the explained term begins, and which brackets explain nothing."""

from __future__ import annotations

import pytest

from epargraph.extract import extract_named
from epargraph.extract.names import Names
from epargraph.kinds import Definition
from epargraph.model import Document, Section

GLOSSES: dict[str, dict[str, str]] = {
    "It is used in adults with type 2 diabetes (a disease of the pancreas), and renal (kidney) impairment.": {
        "type 2 diabetes": "a disease of the pancreas",
        "renal": "kidney",
    },
    "It is used for moderately to severely active ulcerative colitis (a disease causing ulcers in the gut).": {
        "ulcerative colitis": "a disease causing ulcers in the gut"
    },
    "Patients with low blood pressure (hypotension) or inflammation of the pancreas (pancreatitis) should take care.": {
        "low blood pressure": "hypotension",
        "inflammation of the pancreas": "pancreatitis",
    },
    "It has spread to the retina (the light-sensitive membrane at the back of the eye).": {
        "retina": "the light-sensitive membrane at the back of the eye"
    },
    "It is used with an immunomodulating agent (a medicine that acts on the immune system).": {
        "immunomodulating agent": "a medicine that acts on the immune system"
    },
    "The main measure was the forced expiratory volume (FEV1, the most air that a person can breathe out).": {
        "forced expiratory volume": "the most air that a person can breathe out"
    },
    "The level of 5-hydroxytryptamine (also called serotonin) rises.": {"5-hydroxytryptamine": "serotonin"},
    "Some patients had low blood platelet counts, known as thrombocytopenia.": {
        "thrombocytopenia": "low blood platelet counts"
    },
    "It is unresectable. ‘Unresectable’ means that the cancer cannot be removed by surgery.": {
        "unresectable": "cancer cannot be removed by surgery"
    },
    # what explains nothing
    "Around 37% (46 out of 124) of patients with non-small cell lung cancer (NSCLC) responded.": {},
    "The gene change (KRAS G12C) was found in tablets (5 and 20 mg) of Xyzmed (defolimab) (given on its own).": {},
    "It is used with other medicines (lenalidomide and bortezomib) in babies (before 32 weeks of pregnancy).": {},
    "It attaches to a protein called tumour necrosis factor, and is tucatinib, a type of medicine.": {},
}


@pytest.mark.parametrize(("text", "expected"), GLOSSES.items(), ids=range(len(GLOSSES)))
def test_glosses_are_read(text: str, expected: dict[str, str]) -> None:
    """The sentence gives just these terms with their meanings."""
    document = Document(text, (Section("what", 0, len(text)),), "example", "0" * 64, "text/plain")
    facts = extract_named(document, Names("Xyzmed", ("defolimab",))).facts
    assert {fact.term: fact.meaning for fact in facts if isinstance(fact, Definition)} == expected
