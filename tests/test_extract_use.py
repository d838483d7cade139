"""How the medicine is given, read from sentences: doses, forms, routes, durations, stop rules, mechanisms."""

from __future__ import annotations

from typing import Any

import pytest

from epargraph import kinds
from epargraph.extract import extract_named
from epargraph.extract.names import Names
from epargraph.model import Document, Section, SectionName

DAY = {"every": 1, "every_unit": "day"}
DOSES: dict[str, list[dict[str, Any]]] = {
    "In toddlers, the recommended dose is between 0.015 and 0.045 mg per kilogram body weight per day.": [
        {"role": "recommended", "amount": 0.015, "amount_to": 0.045, "unit": "mg", "per": "kg", "times": 1, **DAY,
         "population": "toddlers"},
    ],
    "Adults take between 10 mg and 20 mg once a day.": [
        {"amount": 10, "amount_to": 20, "unit": "mg", "times": 1, **DAY, "population": "adults"},
    ],
    "The recommended dose is two capsules in the morning and one at bedtime.": [
        {"role": "recommended", "amount": 2, "unit": "capsule", "times": 1, **DAY},
        {"role": "recommended", "amount": 1, "unit": "capsule", "times": 1, **DAY},
    ],
    "The starting dose is 2.5 mg twice a day, which can be raised in 2.5-mg steps every two weeks up to a dose of 10 mg twice a day.": [
        {"role": "starting", "amount": 2.5, "unit": "mg", "times": 2, **DAY, "order": 1},
        {"role": "increased", "amount": 10, "unit": "mg", "times": 2, **DAY, "order": 2},
    ],
    "The recommended dose is 80 mg once a day when Xyzmed is used on its own, and 60 mg once a day when it is given with cisol.": [
        {"role": "recommended", "when": "Xyzmed is used on its own", "amount": 80, "unit": "mg", "times": 1, **DAY},
        {"role": "recommended", "when": "it is given with cisol", "amount": 60, "unit": "mg", "times": 1, **DAY},
    ],
    "The dose is 8 mg per kg for patients up to 20 kg; heavier patients receive 6 mg per kg.": [
        {"amount": 8, "unit": "mg", "per": "kg", "population": "patients up to 20 kg"},
        {"amount": 6, "unit": "mg", "per": "kg", "population": "heavier patients"},
    ],
    "The dose for children is 10 mg/kg twice a day (maximum 300 mg twice a day).": [
        {"amount": 10, "unit": "mg", "per": "kg", "times": 2, **DAY, "population": "children"},
        {"role": "maximum", "amount": 300, "unit": "mg", "times": 2, **DAY},
    ],
    "The recommended dose is 300 mg. A further injection is given after 3 months; after that, Xyzmed is given every 6 months.": [
        {"role": "recommended", "amount": 300, "unit": "mg", "times": 1, "every": 6, "every_unit": "month"},
    ],
    "The recommended dose in adults is either 200 mg every three weeks or 400 mg every six weeks.": [
        {"role": "recommended", "amount": 200, "unit": "mg", "times": 1, "every": 3, "every_unit": "week",
         "population": "adults"},
        {"role": "recommended", "amount": 400, "unit": "mg", "times": 1, "every": 6, "every_unit": "week",
         "population": "adults"},
    ],
    "The recommended dose is 300 mg (two injections of 150 mg) once a month.": [
        {"role": "recommended", "amount": 300, "unit": "mg", "times": 1, "every": 1, "every_unit": "month"},
    ],
    "The starting dose is 20 mg once daily, which can be increased to 40 mg once daily.": [
        {"role": "starting", "amount": 20, "unit": "mg", "times": 1, **DAY, "order": 1},
        {"role": "increased", "amount": 40, "unit": "mg", "times": 1, **DAY, "order": 2},
    ],
    "It is available as capsules (yellow: 0.5 mg; white, oval: 1 mg), given once a day.": [],
    "The recommended dose is 60 mg once a day in patients weighing less than 50 kg and 90 mg once a day in those weighing more.": [
        {"role": "recommended", "amount": 60, "unit": "mg", "times": 1, **DAY,
         "population": "patients weighing less than 50 kg"},
        {"role": "recommended", "amount": 90, "unit": "mg", "times": 1, **DAY, "population": "those weighing more"},
    ],
    "In people with liver problems the dose should be lowered: those with mild problems take 20 mg once a day and those with severe problems, 5 mg once a day.": [
        {"role": "reduced", "amount": 20, "unit": "mg", "times": 1, **DAY, "population": "those with mild problems"},
        {"role": "reduced", "amount": 5, "unit": "mg", "times": 1, **DAY, "population": "those with severe problems"},
    ],
    "The usual dose is 20 mg once a day; for elderly patients, a dose of 10 mg is recommended.": [
        {"role": "recommended", "amount": 20, "unit": "mg", "times": 1, **DAY},
        {"role": "recommended", "amount": 10, "unit": "mg", "population": "elderly patients"},
    ],
    "Patients whose kidneys are damaged should not take more than one 20 mg/5 mg tablet a day.": [
        {"role": "maximum", "amount": 1, "unit": "tablet", "times": 1, **DAY,
         "population": "patients whose kidneys are damaged"},
    ],
    "Treatment starts with a loading dose, given either as one infusion of 300 mg or as two infusions of 150 mg, and a maintenance dose of 100 mg follows once a week.": [
        {"role": "loading", "amount": 300, "unit": "mg", "times": 1, "order": 1},
        {"role": "loading", "amount": 150, "unit": "mg", "times": 2, "order": 1},
        {"role": "maintenance", "amount": 100, "unit": "mg", "times": 1, "every": 1, "every_unit": "week", "order": 2},
    ],
    "The recommended dose is 120 mg, injected at the start of treatment, after 4 weeks and then every 12 weeks.": [
        {"role": "recommended", "amount": 120, "unit": "mg", "times": 1, "every": 12, "every_unit": "week"},
    ],
    "The recommended dose is 2 mg per square metre given as a 20-minute infusion once a week.": [
        {"role": "recommended", "amount": 2, "unit": "mg", "per": "m2", "times": 1, "every": 1, "every_unit": "week",
         "infusion_time": "20-minute"},
    ],
    "The starting dose is 5 mg a day, increasing by 5 mg every week up to 20 mg a day.": [
        {"role": "starting", "amount": 5, "unit": "mg", "times": 1, **DAY, "order": 1},
        {"role": "increased", "amount": 20, "unit": "mg", "times": 1, **DAY, "order": 2},
    ],
    "Treatment starts with a single 300-mg loading dose, followed by 75 mg once a day.": [
        {"role": "loading", "amount": 300, "unit": "mg", "times": 1, "order": 1},
        {"amount": 75, "unit": "mg", "times": 1, **DAY, "order": 2},
    ],
    "The daily dose should not exceed 40 mg, but it is used with caution in patients with liver problems.": [
        {"role": "maximum", "amount": 40, "unit": "mg", "times": 1, **DAY},
    ],
    "The recommended dose depends on the cancer. In breast cancer, it is 2 mg every week.": [
        {"role": "recommended", "amount": 2, "unit": "mg", "times": 1, "every": 1, "every_unit": "week"},
    ],
    "The recommended dose is 4 mg, given as a single injection. For the first 3 months, one injection is given every month.": [
        {"role": "recommended", "amount": 4, "unit": "mg", "times": 1},
    ],
    "The vaccine is given as two 0.5 ml injections.": [{"amount": 0.5, "unit": "ml", "times": 2}],
    "The starting dose is 110 mg. The recommended dose is 220 mg once a day.": [
        {"role": "starting", "amount": 110, "unit": "mg", "order": 1},
        {"role": "recommended", "amount": 220, "unit": "mg", "times": 1, **DAY, "order": 2},
    ],
    "The recommended dose is a single injection of 0.5 ml. Children receive a second dose of 0.5 ml after four weeks.": [
        {"role": "recommended", "amount": 0.5, "unit": "ml", "times": 1, "order": 1},
        {"amount": 0.5, "unit": "ml", "times": 1, "population": "children", "order": 2},
    ],
    "The recommended dose is 5 mg once a day, or 2.5 mg in patients with reduced kidney function.": [
        {"role": "recommended", "amount": 5, "unit": "mg", "times": 1, **DAY},
        {"role": "recommended", "amount": 2.5, "unit": "mg", "times": 1, **DAY,
         "population": "patients with reduced kidney function"},
    ],
    "The dose should be increased to 5 mg once a day and, if well tolerated, to 10 mg.": [
        {"role": "increased", "amount": 5, "unit": "mg", "times": 1, **DAY},
        {"role": "increased", "amount": 10, "unit": "mg", "times": 1, **DAY, "when": "well tolerated"},
    ],
    "The dose is 150 mg for those below 20 kg and 200 mg for those between 20 and 40 kg.": [
        {"amount": 150, "unit": "mg", "population": "those below 20 kg"},
        {"amount": 200, "unit": "mg", "population": "those between 20 and 40 kg"},
    ],
    "The recommended dose is a 100 mg tablet taken once a day.": [
        {"role": "recommended", "amount": 1, "unit": "tablet", "times": 1, **DAY},
    ],
    "The recommended dose is one tablet per 10 kg body weight given once a month.": [],
    "Two doses of 1 ml are given three weeks apart, followed by a booster every year.": [
        {"amount": 1, "unit": "ml", "times": 2},
    ],
    "Treatment starts with 9 micrograms a day for 7 days and continues with 28 micrograms a day.": [
        {"role": "starting", "amount": 9, "unit": "micrograms", "times": 1, **DAY, "order": 1},
        {"amount": 28, "unit": "micrograms", "times": 1, **DAY, "order": 2},
    ],
    "Patients who also take itraconazole should take 100 mg once a day.": [
        {"amount": 100, "unit": "mg", "times": 1, **DAY, "population": "patients who also take itraconazole"},
    ],
    "The recommended dose is one pipette.": [{"role": "recommended", "amount": 1, "unit": "pipette"}],
    "The minimum dose is 2 million CD34+ cells per kilogram body weight, given once only.": [
        {"role": "minimum", "amount": 2, "unit": "million CD34+ cells", "per": "kg", "times": 1},
    ],
    "When Xyzmed is taken together with ciclosporin (another medicine), the dose should not exceed 5 mg once a day.": [
        {"role": "maximum", "amount": 5, "unit": "mg", "times": 1, **DAY,
         "when": "Xyzmed is taken together with ciclosporin (another medicine)"},
    ],
    "The starting dose depends on the disease: it is 5 mg for heart failure and 10 mg for high blood pressure.": [
        {"role": "starting", "amount": 5, "unit": "mg"},
        {"role": "starting", "amount": 10, "unit": "mg"},
    ],
    "The doctor may lower the dose to 15 mg or 10 mg in patients who develop anaemia.": [
        {"role": "reduced", "amount": 15, "unit": "mg", "population": "patients who develop anaemia",
         "when": "patients who develop anaemia"},
        {"role": "reduced", "amount": 10, "unit": "mg", "population": "patients who develop anaemia",
         "when": "patients who develop anaemia"},
    ],
    "Xyzmed is injected once every 3 months at a dose of 11 mg, or once a month at a dose of 4 mg.": [
        {"amount": 11, "unit": "mg", "times": 1, "every": 3, "every_unit": "month"},
        {"amount": 4, "unit": "mg", "times": 1, "every": 1, "every_unit": "month"},
    ],
    "The starting dose is 30 mg per square metre; for patients aged 70 years or older, it is 25 mg per square metre.": [
        {"role": "starting", "amount": 30, "unit": "mg", "per": "m2"},
        {"role": "starting", "amount": 25, "unit": "mg", "per": "m2", "population": "patients aged 70 years or older"},
    ],
    "The recommended dose is 840 mg every two weeks, 1,200 mg every three weeks or 1,680 mg every four weeks.": [
        {"role": "recommended", "amount": 840, "unit": "mg", "times": 1, "every": 2, "every_unit": "week"},
        {"role": "recommended", "amount": 1200, "unit": "mg", "times": 1, "every": 3, "every_unit": "week"},
        {"role": "recommended", "amount": 1680, "unit": "mg", "times": 1, "every": 4, "every_unit": "week"},
    ],
    "In patients who also take rifampicin the dose should be 900 mg instead of 600 mg.": [
        {"amount": 900, "unit": "mg", "population": "patients who also take rifampicin"},
    ],
    "The starting dose is 40 mg every evening, rising to 80 mg.": [
        {"role": "starting", "amount": 40, "unit": "mg", "times": 1, **DAY, "order": 1},
        {"role": "increased", "amount": 80, "unit": "mg", "order": 2},
    ],
    "The medicine should be taken with food at a dose of 500 mg three times a day.": [
        {"amount": 500, "unit": "mg", "times": 3, **DAY},
    ],
    "The doctor may lower the dose to 15 mg and, if necessary, to 10 mg once a day.": [
        {"role": "reduced", "amount": 15, "unit": "mg", "times": 1, **DAY},
        {"role": "reduced", "amount": 10, "unit": "mg", "times": 1, **DAY, "when": "if necessary"},
    ],
    "Treatment starts with a loading dose of 8 mg per kilogram body weight, followed by 6 mg per kilogram body weight "
    "every three weeks.": [
        {"role": "loading", "amount": 8, "unit": "mg", "per": "kg", "times": 1, "order": 1},
        {"amount": 6, "unit": "mg", "per": "kg", "times": 1, "every": 3, "every_unit": "week", "order": 2},
    ],
    "The recommended dose is 260 mg per square metre of body surface area. It is given over 30 minutes, every three weeks.": [
        {"role": "recommended", "amount": 260, "unit": "mg", "per": "m2", "times": 1, "every": 3, "every_unit": "week",
         "infusion_time": "30 minutes"},
    ],
    "The recommended dose is 4 mg. It is given once a month until sight is stable, then less often.": [
        {"times": 1, "every": 1, "every_unit": "month"},
        {"role": "recommended", "amount": 4, "unit": "mg"},
    ],
    "The usual dose is one puff twice a day.": [
        {"role": "recommended", "amount": 1, "unit": "puff", "times": 2, **DAY},
    ],
    "The dose of Xyzmed depends on weight, and should not exceed 450 mg per day.": [
        {"role": "maximum", "amount": 450, "unit": "mg", "times": 1, **DAY},
    ],
    "For patients weighing 40 kg or more, the recommended dose is 60 mg once a day.": [
        {"role": "recommended", "amount": 60, "unit": "mg", "times": 1, **DAY,
         "population": "patients weighing 40 kg or more"},
    ],
    "The recommended dose is between 25 and 50 mg once a day.": [
        {"role": "recommended", "amount": 25, "amount_to": 50, "unit": "mg", "times": 1, **DAY},
    ],
    "It is given as a course of three injections of 0.5 ml each.": [{"amount": 0.5, "unit": "ml", "times": 3}],
    "The usual dose is 40 mg once a day, but some patients may benefit from a lower dose of 20 mg once a day. The dose can "
    "be increased to 80 mg once a day.": [
        {"role": "recommended", "amount": 40, "unit": "mg", "times": 1, **DAY, "order": 1},
        {"role": "reduced", "amount": 20, "unit": "mg", "times": 1, **DAY},
        {"role": "increased", "amount": 80, "unit": "mg", "times": 1, **DAY, "order": 2},
    ],
    "It is given as a course of two injections of 0.5 ml. A single booster injection of 0.5 ml is given a year later.": [
        {"amount": 0.5, "unit": "ml", "times": 2, "order": 1},
        {"amount": 0.5, "unit": "ml", "times": 1, "order": 2},
    ],
    # what is no dose of this medicine
    "Patients should also take prednisone 5 mg twice daily.": [],
    "The recommended dose of Xyzmed is 450 mg once a day; otherinib is taken at a dose of 45 mg twice a day.": [
        {"role": "recommended", "amount": 450, "unit": "mg", "times": 1, **DAY},
    ],
    "Each tablet contains 5 mg of abcdefinib.": [],
    "Patients should eat less when their phosphate levels are above 5.5 mg/dl.": [],
    "Treatment should be stopped for good if the patient cannot tolerate 10 mg a day.": [],
}  # fmt: skip


def facts(kind: type[kinds.Fact], section: SectionName, text: str) -> list[dict[str, Any]]:
    document = Document(text, (Section(section, 0, len(text)),), "example", "0" * 64, "text/plain")
    extraction = extract_named(document, Names("Xyzmed", ("abcdefinib",)))
    return [kinds.values(fact) for fact in extraction.facts if isinstance(fact, kind)]


@pytest.mark.parametrize(("sentence", "doses"), DOSES.items())
def test_doses_of_a_sentence(sentence: str, doses: list[dict[str, Any]]) -> None:
    """A sentence states its doses with role, schedule and people, and no other medicine's."""
    assert facts(kinds.Dose, "use", sentence) == doses


def test_a_schedule_told_ahead_holds_for_the_amounts_that_follow() -> None:
    """An amount without a schedule has the one of the sentence that tells how often the medicine is given."""
    text = "The medicine is given once every two weeks. The starting dose is 0.3 mg per kilogram body weight."
    doses = facts(kinds.Dose, "use", text)
    assert doses[-1] == {
        "role": "starting", "amount": 0.3, "unit": "mg", "per": "kg", "times": 1, "every": 2, "every_unit": "week",
    }  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "Patients should also take 400 micrograms of folic acid every day.",
        "Xyzmed is given together with prednisone 10 mg daily.",
        "The dose of dexamethasone should be lowered to 20 mg once a week.",
        "Ritonavir 100 mg is taken twice a day.",
        "Docetaxel is given at a dose of 75 mg per square metre every three weeks.",
        "Xyzmed is used in patients who take more than 80 mg of furosemide a day.",
        "The tablets are given in packs of 28 tablets.",
        "Each pre-filled pen delivers 40 mg.",
        "The dose is adjusted until the level in the blood is between 5 and 15 nanograms per ml.",
        "The dose should be lowered if haemoglobin rises above 12 g/dl.",
    ],
)
def test_amounts_of_other_things_are_no_doses(sentence: str) -> None:
    """What is given with the medicine, what a pack holds and what is measured in the blood are no doses of it."""
    assert [each for each in facts(kinds.Dose, "use", sentence) if "amount" in each] == []


def test_the_schedule_in_a_bracket_is_that_of_the_bracket() -> None:
    """How often the other medicine is given, told in brackets, is not how often this one is."""
    text = "In combination with capecitabine (1,000 mg per square metre twice a day), the dose of Xyzmed is 6 mg per kilogram."
    assert facts(kinds.Dose, "use", text) == [{"amount": 6, "unit": "mg", "per": "kg"}]


@pytest.mark.parametrize(
    ("sentence", "forms"),
    [
        ("Xyzmed is available as tablets (5 and 20 mg).", [{"dose_form": "tablet", "strength": ("5 mg", "20 mg")}]),
        (
            "Xyzmed is available as pre-filled pens and syringes containing 200 mg of solution, to be injected under the skin.",
            [{"dose_form": "solution for injection", "strength": ("200 mg",)}],
        ),
        (
            "While the reference medicine is available as tablets, Xyzmed comes as granules.",
            [{"dose_form": "granules"}],
        ),
        ("Xyzmed is as effective as tablets of another medicine.", []),
        (
            "Xyzmed is available as tablets (white: 5 mg; pink: 10 mg), capsules (20 mg) and eye drops, solution.",
            [
                {"dose_form": "tablet", "strength": ("5 mg", "10 mg")},
                {"dose_form": "capsule", "strength": ("20 mg",)},
                {"dose_form": "eye drops"},
            ],
        ),
        (
            "Xyzmed is a concentrate to be made up into a solution for infusion. It contains the active substance abcdefinib (2 mg/ ml).",
            [{"dose_form": "concentrate for solution for infusion", "strength": ("2 mg/ml",)}],
        ),
        (
            "Xyzmed is available as tablets and as an oral solution. The oral solution contains 10 mg/ml.",
            [{"dose_form": "tablet"}, {"dose_form": "oral solution", "strength": ("10 mg/ml",)}],
        ),
        (
            "Xyzmed is a solution for injection. It is available in vials and in cartridges, all of which contain 50 units/ml.",
            [{"dose_form": "solution for injection", "strength": ("50 units/ml",)}],
        ),
        (
            "Xyzmed comes as a powder and solvent that are mixed to make up a suspension for injection.",
            [{"dose_form": "powder for injection"}],
        ),
    ],
)
def test_forms_of_a_sentence(sentence: str, forms: list[dict[str, Any]]) -> None:
    """A form is what is given, not what it is packed in, and not another medicine's."""
    assert facts(kinds.Form, "use", sentence) == forms


@pytest.mark.parametrize(
    ("sentence", "lengths"),
    [
        (
            "Treatment lasts 5 to 7 days for skin infections and 10 to 14 days for pneumonia.",
            ["5 to 7 days", "10 to 14 days"],
        ),
        ("Xyzmed is taken once a day for 8 or 12 weeks, depending on the virus.", ["8 or 12 weeks"]),
        ("The recommended length of treatment is 12 weeks.", ["12 weeks"]),
        ("Patients are monitored twice a day for 3 days.", []),
        ("The starting dose is 5 mg once a day for 4 weeks.", []),
        ("It is taken three times a day, with food, for 12 weeks.", ["12 weeks"]),
        ("Treatment is usually given for 6 to 12 months.", ["6 to 12 months"]),
        ("Treatment is started on the first day and continued for 5 days.", ["5 days"]),
        ("The time for which Xyzmed is given should not be longer than 18 months.", ["18 months"]),
    ],
)
def test_how_long_treatment_lasts(sentence: str, lengths: list[str]) -> None:
    """Each length of treatment is told by itself; one of a step of the dose or of watching patients is none."""
    assert [each["lasts"] for each in facts(kinds.TreatmentDuration, "use", sentence)] == lengths


@pytest.mark.parametrize(
    ("sentence", "stop"),
    [
        ("Treatment should be stopped after 12 weeks if there is no response.", {"when": "there is no response"}),
        ("Xyzmed must be permanently stopped in patients with severe rash.", {"when": "patients with severe rash"}),
        (
            "Treatment should be stopped if the rash comes back at the lowest dose.",
            {"when": "the rash comes back at the lowest dose", "at_dose": "lowest dose"},
        ),
        (
            "People whose vision does not improve within a year should stop treatment.",
            {"when": "people whose vision does not improve within a year"},
        ),
    ],
)
def test_when_treatment_stops(sentence: str, stop: dict[str, str]) -> None:
    """What must have come to pass for treatment to be stopped is told in the document's words."""
    assert facts(kinds.StopRule, "use", sentence) == [stop]


@pytest.mark.parametrize(
    ("sentence", "whens"),
    [
        (
            "Treatment should be stopped if the disease gets worse or if side effects become too severe.",
            ["the disease gets worse", "side effects become too severe"],
        ),
        ("If the blood pressure rises, treatment should be interrupted or stopped.", ["the blood pressure rises"]),
        ("Treatment should be reviewed after a year and stopped if it has not helped.", ["it has not helped"]),
        ("If there is no response, the doctor should consider stopping treatment.", ["there is no response"]),
        ("Treatment should only be continued if there is an improvement.", []),
        (
            "In patients with gout, treatment should be stopped if nothing has changed after a year.",
            ["nothing has changed after a year"],
        ),
    ],
)
def test_each_reason_to_stop(sentence: str, whens: list[str]) -> None:
    """Two conditions are two rules; one on which treatment goes on is none."""
    assert [each["when"] for each in facts(kinds.StopRule, "use", sentence)] == whens


@pytest.mark.parametrize(
    ("sentence", "experience"),
    [
        (
            "Treatment should be started by a doctor experienced in treating asthma, and an inhaler should be at hand.",
            "treating asthma",
        ),
        (
            "Xyzmed should be used by a doctor with experience in treating leukaemia who has been trained by the company.",
            "treating leukaemia",
        ),
        (
            "It must be given by a doctor experienced in the use of cancer medicines and in a hospital with an intensive care unit.",
            "use of cancer medicines",
        ),
        (
            "Treatment is started by a doctor experienced in the treatment of patients who have epilepsy.",
            "treatment of patients who have epilepsy",
        ),
        (
            "Xyzmed is given under the supervision of a specialist kidney doctor in wards specialised in dialysis.",
            "kidney",
        ),
    ],
)
def test_in_what_the_doctor_is_experienced(sentence: str, experience: str) -> None:
    """The experience ends where the sentence tells what else is needed."""
    assert [each["experience"] for each in facts(kinds.Prescriber, "use", sentence)] == [experience]


@pytest.mark.parametrize(
    ("sentence", "routes"),
    [
        (
            "It comes as a solution for infusion (drip) into a vein and as tablets to be taken by mouth.",
            {"intravenous infusion", "oral"},
        ),
        (
            "Xyzmed can be given by injection or infusion (drip) into a vein.",
            {"intravenous injection", "intravenous infusion"},
        ),
        ("Xyzmed comes as capsules (2.5 and 5 mg) that are swallowed whole.", {"oral"}),
        ("It is used together with antidiabetes medicines taken by mouth.", set()),
        ("It is used in adults whose symptoms were controlled during treatment with cisol taken by mouth.", set()),
        ("The dose is 40 mg when it is given with defolumab, which is given as an infusion (drip) into a vein.", set()),
        ("Xyzmed must not be injected into a vein.", set()),
    ],
)
def test_routes_of_a_sentence(sentence: str, routes: set[str]) -> None:
    """A sentence may name several routes; one of other medicines is not this medicine's."""
    assert {each["route"] for each in facts(kinds.Route, "use", sentence)} == routes


@pytest.mark.parametrize(
    ("sentence", "target", "action"),
    [
        ("Abcdefinib works by blocking the action of enzymes known as Janus kinases.", "Janus kinases", ("blocks",)),
        (
            "The active substance in Xyzmed, abcdefinib, is a monoclonal antibody that recognises and attaches to CD20, a protein on cells.",
            "CD20",
            ("attaches to",),
        ),
        ("Abcdefinib acts on receptors for GLP-1 in the pancreas.", "receptors for GLP-1", ("acts on",)),
        (
            "The active substance in Xyzmed attaches to this altered protein inside cancer cells. This blocks the protein from acting.",
            "this altered protein",
            ("attaches to", "blocks"),
        ),
        (
            "The active substance in Xyzmed, abcdefinib, is an antibody designed to attach to a specific target. Its target is CD38. By attaching to CD38, abcdefinib helps to kill the cells.",
            "CD38",
            ("attaches to",),
        ),
        (
            "Abcdefinib has been designed to attach to the altered forms of the protein ROS1 and to block their activity.",
            "altered forms of the protein ROS1",
            ("attaches to", "blocks"),
        ),
        (
            "Abcdefinib blocks the receptors to which serotonin normally attaches.",
            "receptors to which serotonin normally attaches",
            ("blocks",),
        ),
        (
            "Abcdefinib acts on special pores in the membrane (‘potassium channels’) that let potassium out.",
            "potassium channels",
            ("acts on",),
        ),
        (
            "The replacement insulin acts in the same way as naturally produced insulin.",
            "naturally produced insulin",
            ("acts in the same way as",),
        ),
        (
            "When a person is given the vaccine, the immune system recognises the virus as foreign and makes antibodies.",
            "immune system",
            ("recognises",),
        ),
        (
            "The active substance belongs to a group of medicines that act on the immune system. Abcdefinib attaches to a protein called MALT1.",
            "MALT1",
            ("attaches to",),
        ),
    ],
)
def test_mechanism(sentence: str, target: str, action: tuple[str, ...]) -> None:
    """What the substance acts on is named without what is told of it, with the document's verbs."""
    assert facts(kinds.Mechanism, "work", sentence) == [{"target": target, "action": action}]


def test_each_substance_of_a_combination_has_its_mechanism() -> None:
    """What a second clause tells of the second substance is a mechanism of its own."""
    text = "Abcdefinib blocks the action of an enzyme called ‘NS3’, while ghijklumab targets a protein called ‘NS4’."
    document = Document(text, (Section("work", 0, len(text)),), "example", "0" * 64, "text/plain")
    extraction = extract_named(document, Names("Xyzmed", ("abcdefinib", "ghijklumab")))
    assert [kinds.values(fact) for fact in extraction.facts if isinstance(fact, kinds.Mechanism)] == [
        {"target": "NS3", "action": ("blocks",)},
        {"target": "NS4", "action": ("targets",)},
    ]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("Abcdefinib is an antibody that attaches to CD20 on B cells and to CD3 on T cells.", ["CD20", "CD3"]),
        (
            "Abcdefinib is an antibody that attaches to IL-9 and blocks its activity. This prevents the iron from being lost.",
            ["IL-9"],
        ),
        (
            "It attaches to the receptor (target) through which interferons act.",
            ["receptor (target) through which interferons act"],
        ),
        ("Abcdefinib blocks receptors called JAK1 and JAK2.", ["JAK1 and JAK2"]),
        ("Abcdefinib blocks a specific enzyme, called carbonic anhydrase, in the eye.", ["carbonic anhydrase"]),
        ("The cells in Xyzmed are modified. The cells attach to BCMA on myeloma cells.", ["BCMA"]),
        ("Abcdefinib kills the parasite.", ["parasite"]),
        ("Abcdefinib stops bacteria from growing by attaching to parts called ribosomes.", ["ribosomes"]),
        ("Abcdefinib has been designed to attach to a structure (called an antigen). It attaches to CD30.", ["CD30"]),
        ("In Xyzmed, abcdefinib is linked to a molecule that is taken up by liver cells.", ["liver cells"]),
        (
            "Xyzmed is an antibody linked to a toxin. The antibody attaches to CD22, a protein on cancer cells.",
            ["CD22"],
        ),
        (
            "Abcdefinib attaches to the genetic material responsible for producing a protein called huntingtin.",
            ["genetic material"],
        ),
        (
            "Abcdefinib acts on muscarinic receptors. It also attaches to beta-2 receptors.",
            ["muscarinic receptors", "beta-2 receptors"],
        ),
    ],
)
def test_what_is_acted_on(text: str, targets: list[str]) -> None:
    """Each thing that the medicine acts on is named as the sentence names it."""
    assert [each["target"] for each in facts(kinds.Mechanism, "work", text)] == targets


def test_each_part_of_a_substance_has_its_mechanism() -> None:
    """An antibody and what it carries act on two things, each told under its own part of the name."""
    text = (
        "The first part, abcdefumab, is an antibody designed to attach to HER2. In the cell, vedotexin blocks tubulin."
    )
    document = Document(text, (Section("work", 0, len(text)),), "example", "0" * 64, "text/plain")
    extraction = extract_named(document, Names("Xyzmed", ("abcdefumab vedotexin",)))
    assert [fact.target for fact in extraction.facts if isinstance(fact, kinds.Mechanism)] == ["HER2", "tubulin"]


def test_a_gloss_in_brackets_is_no_mechanism() -> None:
    """What a kind of substance does in general, told in brackets, is not what this one acts on."""
    text = "Abcdefinib is an anticoagulant (a substance that prevents the blood from clotting). It blocks thrombin."
    assert facts(kinds.Mechanism, "work", text) == [{"target": "thrombin", "action": ("blocks",)}]


def test_what_is_attached_to_something_else_is_no_mechanism() -> None:
    """That the substance is attached to another part of the medicine does not tell what it acts on."""
    assert facts(kinds.Mechanism, "work", "In Xyzmed, abcdefinib is attached to another chemical.") == []


def test_what_the_body_does_is_no_mechanism() -> None:
    """What a hormone of the body or the disease does is not this medicine's mechanism."""
    assert (
        facts(kinds.Mechanism, "work", "In patients with the disease, a hormone blocks the production of insulin.")
        == []
    )
