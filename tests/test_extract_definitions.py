"""Lay glosses of terms: where the explained term begins, and which brackets explain nothing."""

from __future__ import annotations

import pytest

from epargraph.extract import extract_named
from epargraph.extract.names import Names
from epargraph.kinds import Definition
from epargraph.model import Document, Section

GLOSSES: dict[str, dict[str, str]] = {
    "The ability of the vaccine to trigger the production of antibodies (immunogenicity) was measured in adults who lived "
    "longer (a median of 21 months, as against 16 months).": {
        "ability of the vaccine to trigger the production of antibodies": "immunogenicity"
    },
    "It blocks receptors for the neurotransmitters 5-hydroxytryptamine (also called serotonin) and dopamine.": {
        "5-hydroxytryptamine": "serotonin"
    },
    "Abcdefinib is a tyrosine kinase inhibitor. This means that it blocks enzymes known as tyrosine kinases.": {
        "tyrosine kinase inhibitor": "it blocks enzymes known as tyrosine kinases"
    },
    "Patients may develop antibodies (proteins that are produced in response to Xyzmed); 40 had a complete response "
    "(meaning they had no signs of the cancer).": {
        "antibodies": "proteins that are produced in response to Xyzmed",
        "complete response": "they had no signs of the cancer",
    },
    "It keeps testosterone at very low levels (‘castration’ levels) and protects the sheath around the nerves (myelin).": {
        "very low levels": "castration levels",
        "sheath around the nerves": "myelin",
    },
    "It treats infection with four groups of the bacterium N. meningitidis (groups A, C, W-135 and Y).": {},
    "The bacteria are multi-drug resistant (resistant to at least defol and cisol, two standard medicines).": {
        "multi-drug resistant": "resistant to at least defol and cisol, two standard medicines"
    },
    "It is a ‘pegylated’ protein (attached to a chemical called polyethylene glycol).": {
        "pegylated": "attached to a chemical called polyethylene glycol"
    },
    "It lowers the amount of virus in the blood (viral load) and is used to detect liver lesions (abnormal areas).": {
        "amount of virus in the blood": "viral load",
        "liver lesions": "abnormal areas",
    },
    "Serious effects are osteonecrosis of the jaw (damage to the bone) and inflammation of the tissue lining the nose "
    "(rhinitis).": {
        "osteonecrosis of the jaw": "damage to the bone",
        "inflammation of the tissue lining the nose": "rhinitis",
    },
    "It acts on channels on the surface of nerve cells (‘calcium channels’) in the outer part of the spine (called the "
    "cortex).": {
        "calcium channels": "channels on the surface of nerve cells",
        "outer part of the spine": "the cortex",
    },
    "It is a ‘partial agonist’. This means that it activates receptors less than the body’s own substances.": {
        "partial agonist": "it activates receptors less than the body’s own substances"
    },
    "Xyzmed is a ‘generic medicine’. This means that it contains the same active substance as another.": {},
    "The virus is wrapped in a protein coat known as the envelope; it belongs to the viruses known as the polioviruses.": {
        "envelope": "protein coat"
    },
    "Take care with ritonavir (used to treat HIV), and a higher dose (used to treat adults) is needed.": {
        "ritonavir": "used to treat HIV"
    },
    "The reduction in seizure frequency (how often fits occur) was measured by body surface area (calculated using the "
    "patient’s height and weight).": {
        "seizure frequency": "how often fits occur",
        "body surface area": "calculated using the patient’s height and weight",
    },
    "Defol (or, if there is none, cisol) is made by cells that have received a gene (DNA); injected under the skin "
    "(subcutaneously) it reaches Brucella suis (a bacterium).": {
        "gene": "DNA",
        "under the skin": "subcutaneously",
        "Brucella suis": "a bacterium",
    },
    "It treats breast cancer (‘metastatic’ means that the cancer has spread).": {"metastatic": "the cancer has spread"},
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
    "Xyzmed contains the patient’s own T cells (a type of white blood cell), given as a single infusion (drip).": {
        "T cells": "a type of white blood cell",
        "infusion": "drip",
    },
    "The lymphoma has come back (relapsed), has stopped responding to treatment (refractory) or cannot be removed by "
    "surgery (unresectable).": {
        "come back": "relapsed",
        "stopped responding to treatment": "refractory",
        "cannot be removed by surgery": "unresectable",
    },
    "It treats cancer of the colon (large bowel), inflammation of the colon (colitis) and swelling of the hands and feet "
    "(oedema).": {
        "colon": "large bowel",
        "inflammation of the colon": "colitis",
        "swelling of the hands and feet": "oedema",
    },
    "The production of antibodies (immunogenicity) and a sustained response (no sign of the virus after 12 weeks) were "
    "measured in people with hepatic impairment (reduced liver function) the first time.": {
        "production of antibodies": "immunogenicity",
        "sustained response": "no sign of the virus after 12 weeks",
        "hepatic impairment": "reduced liver function",
    },
    "It is used to lower blood cholesterol (fats) and for idiopathic (of unknown cause) fibrosis, also known as IPF.": {
        "cholesterol": "fats",
        "idiopathic": "of unknown cause",
    },
    "The patients’ forced vital capacity (how much air can be breathed out) was measured.": {
        "forced vital capacity": "how much air can be breathed out",
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
