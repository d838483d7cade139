"""What a medicine is used for, its biomarkers and the tests for them, read from sentences in the manner of overviews."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from epargraph import kinds
from epargraph.extract import extract_named
from epargraph.extract.biomarker_words import markers
from epargraph.extract.names import Names, names
from epargraph.extract.use_words import uses
from epargraph.kinds import Biomarker, Indication, TestRequirement
from epargraph.model import Document, Section

USES: dict[str, str] = {
    "Xyzmed is a cancer medicine used to treat adults with:\n"
    "• advanced defoma, a type of skin cancer that has spread or cannot be removed by surgery. For this purpose, Xyzmed is "
    "used on its own or together with a medicine called abcmab;\n"
    "• a type of lung cancer called ghi cell cancer (GCC) that has spread to other parts of the body in patients who have "
    "previously been treated with chemotherapy.": """
        treatment of defoma; advanced; adults; alone
        treatment of defoma; advanced; adults; with abcmab
        treatment of ghi cell cancer; metastatic; adults; before: have previously been treated with chemotherapy""",
    "Xyzmed is a medicine used to treat type 2 defosis, chronic (long-term) ghi failure and jklitis. In type 2 defosis, Xyzmed "
    "is used in adults whose condition is not controlled well enough. It can also be used as an ‘add-on’ to other defosis "
    "medicines. In chronic ghi failure, Xyzmed is used in children from 6 years of age.": """
        treatment of chronic ghi failure; children; from 6 years
        treatment of jklitis
        treatment of type 2 defosis; adults; with other defosis medicines""",
    "Xyzmed is used to treat defitis in adults. It can be used on its own in patients who cannot take abcmab. It can also be "
    "used as an add-on to abcmab.": """
        treatment of defitis; adults; alone
        treatment of defitis; adults; with abcmab""",
    "Xyzmed is used to:\n• treat defosis, and to prevent defosis from coming back;\n• prevent stroke (caused by a blood clot in "
    "the brain) and ghi embolism in adults with jkl fibrillation.": """
        prevention of defosis
        prevention of stroke and ghi embolism; adults
        treatment of defosis""",
    "Xyzmed is a vaccine used to protect adults aged 50 years and over against defles and post-defetic neuralgia (long-lasting "
    "nerve pain). It can also be used from 18 years of age in adults who are at increased risk of defles.": """
        prevention of defles and post-defetic neuralgia; adults; from 18 years
        prevention of defles and post-defetic neuralgia; adults; from 50 years""",
    "Xyzmed is a diagnostic medicine. It is used in men with ghi cancer, for locating lymph nodes. Xyzmed is for diagnostic use "
    "only.": """
        diagnosis of ghi cancer; men""",
    "Xyzmed is a cancer medicine used to treat HER2-positive ghi cancer. ‘HER2-positive’ means that the cancer cells produce "
    "large amounts of a protein called HER2. Xyzmed is given to adults with HER2-positive ghi cancer that is metastatic and who "
    "have received one or more prior treatments. It is also used to treat adults with HER2-low ghi cancer after chemotherapy.": """
        treatment of ghi cancer; HER2 low; adults; before: after chemotherapy
        treatment of ghi cancer; HER2 positive; metastatic; adults; before: have received one or more prior treatments""",
    "Xyzmed is used to treat adults with ghi cell cancer (GCC) when its cells have a certain genetic change. The change is in the "
    "gene ABC2 and is known as ‘ABC2 G12C’. Xyzmed is given when the disease has got worse after treatment.": """
        treatment of ghi cell cancer; ABC2 G12C; adults; before: disease has got worse after treatment""",
    "Xyzmed is a cancer medicine used to treat adults with ghi cell cancer (GCC). It is used:\n"
    "• on its own when the cancer has EGFR exon 20 insertion mutations, after chemotherapy has failed;\n"
    "• with abcplatin and defexed (cancer medicines) for GCC that has not been treated before.": """
        treatment of ghi cell cancer; EGFR exon 20 insertion; adults; before: after chemotherapy has failed; alone
        treatment of ghi cell cancer; adults; before: has not been treated before; with abcplatin and defexed""",
    "Xyzmed is used to treat: • severe defthma in patients from 6 years of age who are taking other medicines. Defthma is a disease "
    "of the airways; • patients from 12 years of age with moderate to severe ghi dermatitis. Xyzmed is also used to treat children "
    "aged between 6 months and 11 years whose disease is severe.": """
        treatment of defthma; severe; from 6 years
        treatment of ghi dermatitis; moderate and severe; from 12 years
        treatment of ghi dermatitis; severe; children; from 6 months""",
    "Xyzmed is a cancer medicine used to treat adults with cancers that are ‘HER2-positive’. It is used in the following cancers:\n"
    "• ghi cancer:\n"
    "− together with abcplatin, when the cancer is metastatic and has not been treated before;\n"
    "− together with defexed, when the cancer has got worse after treatment with abcplatin;\n"
    "• jkl cancer, on its own.": """
        treatment of ghi cancer; HER2 positive; adults; before: cancer has got worse after treatment with abcplatin; with defexed
        treatment of ghi cancer; HER2 positive; metastatic; adults; before: has not been treated before; with abcplatin
        treatment of jkl cancer; HER2 positive; adults; alone""",
    "Xyzmed is used to treat the following infections in adults: defitis; complicated ghi tract infections (including jklitis); "
    "defmonia. Xyzmed is used with abcillin to treat it.": """
        treatment of complicated ghi tract infections; adults
        treatment of defitis; adults
        treatment of defmonia; adults; with abcillin""",
    "Xyzmed is used in patients with defilepsy. It is added to other defilepsy medicines in the treatment of: • ghi seizures in "
    "patients aged 16 years and over; • seizures associated with jkl syndrome in children.": """
        treatment of ghi seizures; from 16 years; with other defilepsy medicines
        treatment of seizures associated with jkl syndrome; children; with other defilepsy medicines""",
    "Xyzmed is used in adults with defosis in the following situations:\n• when abcmab has not worked well enough;\n"
    "• on its own in patients who have not been treated before.": """
        treatment of defosis; adults; before: abcmab has not worked well enough
        treatment of defosis; adults; before: have not been treated before; alone""",
    "Xyzmed is used to protect ghis (small animals). It is used in dogs to protect them against:\n• abc virus, to reduce shedding of "
    "the virus.": """
        prevention of abc virus; in dogs""",
    "Xyzmed is used to treat pain in dogs with defosis. It can also be used in cats to reduce pain after surgery.": """
        treatment of pain; in cats
        treatment of pain; in dogs""",
    "Xyzmed is used to treat adults with ghi cancer that has come back or has stopped responding to treatment, after at least two "
    "previous treatments.": """
        treatment of ghi cancer; recurrent and refractory; adults; before: after at least two previous treatments""",
    "Xyzmed is a ghi medicine, that is, one that helps to prevent clots. It is used in adults to prevent defosis after they have had "
    "an operation.": """
        prevention of defosis; adults""",
    "Xyzmed, in combination with abcvir, is used to treat def virus infection that is not resistant to abcvir in children from 2 years "
    "of age.": """
        treatment of def virus infection; children; from 2 years; with abcvir""",
    "Xyzmed is a medicine used in dogs to treat ghi infestations.": "treatment of ghi infestations; in dogs",
    "Xyzmed contains the active substance defolimab.": "",
    "Xyzmed can only be obtained with a prescription and treatment should be started by a doctor experienced in treating pain.": "",
    "It cannot be used in patients with ghi leukaemia.": "",
    "Xyzmed was designated an orphan medicine for the treatment of defosis on 4 May 2015.": "",
    "The vaccine also contains an adjuvant, a substance used to strengthen the immune response.": "",
}

TESTS: dict[str, list[str]] = {
    "Before starting treatment, patients must be tested to confirm that the cancer has the KRAS G12C mutation.": [
        "KRAS G12C; before treatment"
    ],
    "Genetic testing must confirm that the patient has mutations in ABCA4 or RPE65 before treatment.": [
        "ABCA4 or RPE65; before treatment"
    ],
    "Blood tests should be done before treatment to check how well the liver works.": [],
}

NO_MARKERS = (
    "infected with HIV-1 and positive for hepatitis C",
    "measured with PCR, MRI and CT",
    "patients with type II diabetes and COPD",
    "caused by aerobic Gram-negative bacteria",
)


def document(text: str, section: str = "what") -> Document:
    part = Section("use" if section == "use" else "what", 0, len(text))
    return Document(text, (part,), "example", "0" * 64, "text/plain")


def read(text: str, section: str = "what") -> tuple[kinds.Fact, ...]:
    return extract_named(document(text, section), Names("Xyzmed", ("defolimab",))).facts


def line(use: Indication) -> str:
    age = f"from {use.age_from} {use.age_unit}" if use.age_from is not None else ""
    with_ = f"with {' and '.join(use.combined_with)}" if use.combined_with else "alone" if use.monotherapy else ""
    parts = (
        f"{use.purpose} of {' and '.join(use.condition)}",
        " and ".join(use.biomarker),
        " and ".join(use.stage),
        " and ".join(use.population),
        age,
        f"before: {use.prior_treatment}" if use.prior_treatment else "",
        with_,
        f"in {' and '.join(use.species)}" if use.species else "",
    )
    return "; ".join(part for part in parts if part)


@pytest.mark.parametrize(("text", "expected"), USES.items(), ids=range(len(USES)))
def test_each_use_is_read_with_what_holds_for_it(text: str, expected: str) -> None:
    """Each separate use is one indication, with what other sentences say of it; what is no use gives none."""
    found = sorted(line(fact) for fact in read(text) if isinstance(fact, Indication))
    assert found == [each.strip() for each in expected.strip().splitlines()]


@pytest.mark.parametrize(("text", "expected"), TESTS.items(), ids=range(len(TESTS)))
def test_a_test_is_read_with_its_biomarker(text: str, expected: list[str]) -> None:
    """The biomarker that patients are tested for is read; a test of something else is none."""
    found = [f"{fact.biomarker}; {fact.timing}" for fact in read(text, "use") if isinstance(fact, TestRequirement)]
    assert found == expected


@pytest.mark.parametrize("text", NO_MARKERS)
def test_what_only_looks_like_a_biomarker_is_none(text: str) -> None:
    """Viruses, methods, abbreviations of diseases and numerals are no biomarkers."""
    assert markers(text) == ()


def test_genes_are_known_by_their_form(shared: Callable[[str], Path]) -> None:
    """Nineteen in twenty of HGNC's symbols of protein-coding genes are recognised where a mutation of them is told."""
    with (shared("registries/gene") / "hgnc_entries.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    column = next(index for index, name in enumerate(rows[0]) if "symbol" in name.lower())
    symbols = [
        row[column] for row in rows[1:] if len(row) > column and re.fullmatch(r"[A-Z][A-Z0-9-]{2,8}", row[column])
    ]
    assert symbols
    known = [
        each
        for each in symbols
        if any(m.gene == each for m in markers(f"patients with a mutation in the gene {each}."))
    ]
    assert len(known) >= 0.95 * len(symbols), sorted(set(symbols) - set(known))[:20]


def test_a_use_that_goes_on_is_quoted_with_what_it_goes_on_from() -> None:
    """A bullet has its lead-in and the statement before it as evidence; an abbreviation the sentence that spells it out."""
    text = (
        "Xyzmed is used to treat adults with ghi cell cancer (GCC).\nIt is used on its own for:\n"
        "• GCC that is advanced;\n• GCC that has come back."
    )
    found = [fact for fact in read(text) if isinstance(fact, Indication)]
    assert [fact.condition for fact in found] == [("ghi cell cancer",)] * 2
    assert [each.quote for each in found[0].evidence] == [
        "Xyzmed is used to treat adults with ghi cell cancer (GCC).",
        "It is used on its own for:",
        "GCC that is advanced;",
    ]


def test_every_biomarker_is_one_fact() -> None:
    """A biomarker that several uses name is one fact, with all the sentences that name it."""
    text = (
        "Xyzmed is used to treat:\n• ALK-positive defoma in adults;\n• ALK-positive ghioma in children who have not been "
        "treated before."
    )
    [marker] = [fact for fact in read(text) if isinstance(fact, Biomarker)]
    assert (marker.gene, marker.status, len(marker.evidence)) == ("ALK", "positive", 3)


def test_register_wording_is_read() -> None:
    """The wording of a register's indication is read by the same grammar."""
    [use] = uses(
        "Xyzmed as monotherapy is indicated for the treatment of adult patients with unresectable or metastatic defoma who have "
        "progressed after prior chemotherapy."
    )
    assert (use.condition, use.stage, use.monotherapy) == (("defoma",), ("unresectable", "metastatic"), True)
    assert use.prior_treatment == "have progressed after prior chemotherapy"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Xyzmed (abcastat (18F))\nAn overview of Xyzmed and why it is authorised in the EU\n"
            "Xyzmed contains the active substance abcastat (18F).",
            Names("Xyzmed", ("abcastat (18F)",)),
        ),
        (
            "Xyz Forte (abc / def)\nWhat is Xyz Forte and what is it used for?\nIt contains two active substances, abc (5 mg) "
            "and def (10 mg).",
            Names("Xyz Forte", ("abc", "def")),
        ),
        (
            "Xyzmed (tick fever vaccine (recombinant, adsorbed))\nWhat is Xyzmed and what is it used for?\n"
            "Xyzmed contains proteins.",
            Names("Xyzmed", ("tick fever vaccine (recombinant, adsorbed)",)),
        ),
    ],
    ids=["isotope", "two substances", "vaccine"],
)
def test_names_are_found(text: str, expected: Names) -> None:
    """The medicine's name and its active substances are found where the text gives them."""
    assert names(document(text)) == expected
