"""Results told in brackets, behind colons, of one subject, of groups within arms: in the manner of overviews."""

from __future__ import annotations

import pytest

from epargraph.extract import extract_named
from epargraph.extract.names import Names
from epargraph.kinds import Fact, Outcome, Study
from epargraph.model import Document, Section

MEDICINE = Names("Xyzmed", ("defolimab",))

RESULTS: dict[str, list[str]] = {
    "In one study, of 512 adults with plaque psoriasis, significantly more patients given Xyzmed (68%) than placebo (9%) had clear skin.": [
        "1 | Xyzmed | clear skin | 68 % proportion",
        "1 | placebo | clear skin | 9 % proportion",
    ],
    "In the study of 200 patients, those given Xyzmed lived on average 5 months longer than those given placebo (20.3 versus 15.3 months).": [
        "1 | no arm | overall survival | 5 months average",
        "1 | Xyzmed | overall survival | 20.3 months average",
        "1 | placebo | overall survival | 15.3 months average",
    ],
    "The number of days of pain hardly changed in either group: it fell by 1.2 days with Xyzmed and rose by 0.4 days with placebo.": [
        "- | Xyzmed | number of days of pain | 1.2 days",
        "- | placebo | number of days of pain | 0.4 days",
    ],
    "Of the 52 patients whose liver was damaged, 44% (23 patients) were cured; among the 80 patients whose liver was not damaged, the figure was 70% (56 patients).": [
        "- | Xyzmed (patients whose liver was damaged) | cured | 44 % 23/52 proportion",
        "- | Xyzmed (patients whose liver was not damaged) | cured | 70 % 56/80 proportion",
    ],
    "The main measure of effectiveness was the proportion of patients whose wounds had healed after 20 weeks. This was the case for 61 of the 98 patients given Xyzmed.": [
        "- | Xyzmed | wounds had healed | 61/98 proportion after 20 weeks",
    ],
    "The main study compared Xyzmed with warfarin in 900 patients. Half of the patients given Xyzmed were alive after 31 months; with warfarin, this point was reached after 22 months.": [
        "1 | Xyzmed | overall survival | 31 months median",
        "1 | warfarin | overall survival | 22 months median",
    ],
    "The main study compared Xyzmed with placebo in 300 patients. After one year, 40% of patients given Xyzmed were free of pain, compared with 20% of those given placebo. In a second study, the figures were 38% and 19%.": [
        "1 | Xyzmed | free of pain | 40 % proportion after one year",
        "1 | placebo | free of pain | 20 % proportion after one year",
        "2 | Xyzmed | free of pain | 38 % proportion",
        "2 | placebo | free of pain | 19 % proportion",
    ],
    "Infections occurred at a rate of 0.2 per 100 people per year with Xyzmed and 0.8 per 100 people per year with placebo, a reduction in risk of around 75%.": [
        "- | Xyzmed | infections | 0.2 per 100 people per year",
        "- | placebo | infections | 0.8 per 100 people per year",
        "- | no arm | risk | around 75 %",
    ],
    "The cancer shrank in around two thirds (137 out of 206) of the patients given Xyzmed; with placebo, this happened in 41% (87 out of 211) of patients.": [
        "- | Xyzmed | response | around 137/206 proportion",
        "- | placebo | response | 41 % 87/211 proportion",
    ],
    "After 12 weeks, 75 of 90 patients (83%) treated with Xyzmed twice a day and 70 of 88 (80%) treated once a day had healed.": [
        "- | Xyzmed twice a day | healed | 83 % 75/90 proportion after 12 weeks",
        "- | Xyzmed once a day | healed | 80 % 70/88 proportion after 12 weeks",
    ],
    "In the first year, children receiving Xyzmed grew by 8.4 cm and those receiving somatropin grew by 8.2 cm.": [
        "- | Xyzmed | grew | 8.4 cm after first year",
        "- | somatropin | grew | 8.2 cm after first year",
    ],
    "Xyzmed was tested in 41 adults with a rare infection. Of these, 17 had at least a partial response.": [
        "1 | Xyzmed | response | 17/41 proportion",
    ],
    "More than three in four women given Xyzmed (78%) had clear skin.": [
        "- | Xyzmed | clear skin | more than 78 % proportion"
    ],
    "Forty-two days after the start of treatment, 12% of those given Xyzmed who had been infected before had died.": [
        "- | Xyzmed | died | 12 % proportion after forty-two days",
    ],
    "In one main study of 800 women, the Pearl Index was 0.52 with Xyzmed.": ["1 | Xyzmed | Pearl Index | 0.52 None"],
    "After 12 weeks, those treated with Xyzmed were on average 1.8 kg heavier than the others.": [
        "- | no arm | weight | 1.8 kg average after 12 weeks",
    ],
    "Two main studies compared Xyzmed with placebo. Pain scores fell by 3.1 points with Xyzmed in the first study and by 4.4 points in the second.": [
        "1 | Xyzmed | pain scores | 3.1 points",
        "2 | Xyzmed | pain scores | 4.4 points",
    ],
    "The three main studies included 610, 1,040 and 395 patients. Pain relief was seen in 51%, 49% and 60% of the patients receiving Xyzmed, respectively. For placebo the figures were 27%, 25% and 10%.": [
        "1 | Xyzmed | pain relief | 51 % proportion",
        "2 | Xyzmed | pain relief | 49 % proportion",
        "3 | Xyzmed | pain relief | 60 % proportion",
        "1 | placebo | pain relief | 27 % proportion",
        "2 | placebo | pain relief | 25 % proportion",
        "3 | placebo | pain relief | 10 % proportion",
    ],
    "The main study compared Xyzmed with warfarin in 821 adults. There were 9 clots among the 412 adults given Xyzmed and 17 among the 409 given warfarin.": [
        "1 | Xyzmed | clots | 9/412 proportion",
        "1 | warfarin | clots | 17/409 proportion",
    ],
    "On average, 7.1 embryos were obtained from women treated with Xyzmed and 6.8 from women treated with follitropin.": [
        "- | Xyzmed | embryos | 7.1 embryos average",
        "- | follitropin | embryos | 6.8 embryos average",
    ],
    "The drain could be removed after a median of 50 hours in patients given Xyzmed as against 71 hours in the propofol group.": [
        "- | Xyzmed | time until the drain could be removed | 50 hours median",
        "- | propofol | time until the drain could be removed | 71 hours median",
    ],
    "Migraine went away in 31 women given Xyzmed (40%) and 12 women given placebo (15%).": [
        "- | Xyzmed | migraine went away | 40 % proportion",
        "- | placebo | migraine went away | 15 % proportion",
    ],
    "It took an average of 6.1 days for the cough to go away in adults given Xyzmed and 8.4 days in those given placebo.": [
        "- | Xyzmed | time for the cough to go away | 6.1 days average",
        "- | placebo | time for the cough to go away | 8.4 days average",
    ],
    "The number of patients who fainted was 12 in the Xyzmed group (3.1%) and 40 in the placebo group (10.2%).": [
        "- | Xyzmed | fainted | 3.1 % proportion",
        "- | placebo | fainted | 10.2 % proportion",
    ],
    "Platelet counts rose by 40% with Xyzmed, whereas they fell by 3% with placebo.": [
        "- | Xyzmed | platelet counts | 40 %",
        "- | placebo | platelet counts | 3 %",
    ],
    "Sores closed in a median of 9 days in adults using Xyzmed and 14 days in those using placebo.": [
        "- | Xyzmed | time until sores closed | 9 days median",
        "- | placebo | time until sores closed | 14 days median",
    ],
    "Ferritin fell from 2,100 to 900 ng/ml in patients taking Xyzmed and from 2,100 to 1,800 ng/ml in patients taking deferasirox.": [
        "- | Xyzmed | ferritin | 900 ng/ml",
        "- | deferasirox | ferritin | 1800 ng/ml",
    ],
    "Of these men, 3.1% (12 out of 390) became blind, which is lower than the rate that would have been expected without treatment.": [
        "- | Xyzmed | blind | 3.1 % 12/390 proportion",
    ],
    "Children given Xyzmed had grown 9.1 cm and those given daily somatropin 9.3 cm.": [
        "- | Xyzmed | growth | 9.1 cm",
        "- | daily somatropin | growth | 9.3 cm",
    ],
    "People who received Xyzmed were in hospital for an average of 4.1 days, whereas those who received placebo stayed for 6.3 days.": [
        "- | Xyzmed | time in hospital | 4.1 days average",
        "- | placebo | time in hospital | 6.3 days average",
    ],
    "A main study of 212 adults looked at how much their tic score changed. After 12 weeks, the change was 6.3 points with Xyzmed and 1.2 points with placebo.": [
        "1 | Xyzmed | tic score | 6.3 points after 12 weeks",
        "1 | placebo | tic score | 1.2 points after 12 weeks",
    ],
    "Xyzmed cut the number of falls by 31%, placebo by 7%.": [
        "- | Xyzmed | number of falls | 31 %",
        "- | placebo | number of falls | 7 %",
    ],
    "Patients taking Xyzmed spent around 40% of the time without a cough, compared with 25% with placebo.": [
        "- | Xyzmed | time spent without a cough | around 40 % proportion",
        "- | placebo | time spent without a cough | 25 % proportion",
    ],
    "Fewer than 1 in 100 women (0.6%) became pregnant during a year of treatment.": [],
    "Patients treated with Xyzmed had an average of 0.3 cramps per week, around half as many as those treated with baclofen (0.7 cramps per week).": [
        "- | Xyzmed | cramps | 0.3 cramps per week average",
        "- | baclofen | cramps | 0.7 cramps per week average",
    ],
    "The main study compared Xyzmed with placebo in 80 adults. In the 20-week study, tremor scores fell by 4 points with Xyzmed.": [
        "1 | Xyzmed | tremor scores | 4 points after 20 weeks",
    ],
    "A main study involved 612 patients, who had on average 3.4 falls in the year before the study.": [],
    "A main study involved 612 adults, 62% of whom were women.": [],
    "The study looked at whether Xyzmed could increase the number of patients living without relapse for 2 years by at least 10%.": [],
    "After 6 months, haemoglobin levels were at least 11 g/dl in 34 of the 41 children (83%) given Xyzmed.": [
        "- | Xyzmed | haemoglobin levels at least 11 g/dl | 83 % 34/41 proportion after 6 months",
    ],
    "Of the patients given Xyzmed, 71% reported less pain as opposed to 43% of those given placebo.": [
        "- | Xyzmed | less pain | 71 % proportion",
        "- | placebo | less pain | 43 % proportion",
    ],
    "Kidney function declined by 1.9 ml/min per year with Xyzmed versus 3.2 ml/min per year with placebo.": [
        "- | Xyzmed | kidney function | 1.9 ml/min per year",
        "- | placebo | kidney function | 3.2 ml/min per year",
    ],
    "The number of migraine days had fallen by 4.3 with Xyzmed and by 2.2 with placebo.": [
        "- | Xyzmed | number of migraine days | 4.3 migraine days",
        "- | placebo | number of migraine days | 2.2 migraine days",
    ],
    "At the start of the study the tremor score was about 30 points in all groups. It had improved by 12 points with Xyzmed and by 4 points with placebo.": [
        "- | Xyzmed | tremor score | 12 points",
        "- | placebo | tremor score | 4 points",
    ],
    "At the start of the study the pain score was about 43 points. It had improved by 24 points with Xyzmed and by 15 points with placebo.": [
        "- | Xyzmed | pain score | 24 points",
        "- | placebo | pain score | 15 points",
    ],
    "On average, 9.7 eggs were collected from women treated with Xyzmed and 9.4 from women treated with follitropin.": [
        "- | Xyzmed | eggs | 9.7 eggs average",
        "- | follitropin | eggs | 9.4 eggs average",
    ],
    "There were 15 pregnancies among the 844 women given Xyzmed and 22 among the 852 given levonorgestrel.": [
        "- | Xyzmed | pregnancies | 15/844 proportion",
        "- | levonorgestrel | pregnancies | 22/852 proportion",
    ],
    "The study compared Xyzmed with placebo. After 3 months, around half of patients on Xyzmed had clear skin.": [
        "- | Xyzmed | clear skin | around 0.5 proportion proportion after 3 months",
    ],
    "Over half of the patients had a rare form of the disease.": [],
    "The study compared Xyzmed with placebo. The proportion of patients whose skin was clear was higher with Xyzmed than with placebo: 41% (60 out of 146) versus 28% (40 out of 144).": [
        "- | Xyzmed | skin was clear | 41 % 60/146 proportion",
        "- | placebo | skin was clear | 28 % 40/144 proportion",
    ],
    "The breathing tube could be removed after a median of 101 hours in patients given Xyzmed, as against 147 hours in those given midazolam.": [
        "- | Xyzmed | time until the breathing tube could be removed | 101 hours median",
        "- | midazolam | time until the breathing tube could be removed | 147 hours median",
    ],
    "The average fall in HbA1c after 24 weeks was 1.7 percentage points with Xyzmed and 1.9 percentage points with insulin NPH, but patients put on less weight with Xyzmed (1.2 kg versus 2.8 kg for insulin NPH).": [
        "- | Xyzmed | fall in HbA1c | 1.7 percentage points average after 24 weeks",
        "- | insulin NPH | fall in HbA1c | 1.9 percentage points average after 24 weeks",
        "- | Xyzmed | weight | 1.2 kg",
        "- | insulin NPH | weight | 2.8 kg",
    ],
    "Pain scores fell by 21 points with Xyzmed, compared with a fall of 9.1 points in those taking placebo.": [
        "- | Xyzmed | pain scores | 21 points",
        "- | placebo | pain scores | 9.1 points",
    ],
    "The study in 240 children compared Xyzmed with standard care. Seizures stopped in 73% of children in the Xyzmed group and 58% in the other group.": [
        "1 | Xyzmed | seizures stopped | 73 % proportion",
        "1 | standard care | seizures stopped | 58 % proportion",
    ],
    "Major bleeding was seen in 2.3% of patients given Xyzmed and 3.6% of patients given warfarin, and strokes in 1.1% and 1.4%, respectively.": [
        "- | Xyzmed | major bleeding | 2.3 % proportion",
        "- | warfarin | major bleeding | 3.6 % proportion",
        "- | Xyzmed | strokes | 1.1 % proportion",
        "- | warfarin | strokes | 1.4 % proportion",
    ],
    "None of the 37 patients treated with Xyzmed died, compared with 4 of the 35 patients given placebo.": [
        "- | Xyzmed | died | 0/37 proportion",
        "- | placebo | died | 4/35 proportion",
    ],
    "Compared with placebo, Xyzmed reduced the yearly rate of flare-ups by 46%.": [
        "- | no arm | yearly rate of flare-ups | 46 %",
    ],
    "In the first study, Xyzmed cut the number of attacks by 58% compared with placebo. In the second, in 180 patients, the reduction was 49%.": [
        "1 | no arm | number of attacks | 58 %",
        "2 | no arm | number of attacks | 49 %",
    ],
    "Two main studies, involving 621 and 588 adults, compared Xyzmed with placebo. The first study showed a remission rate of 33% with Xyzmed against 15% with placebo, and the second 29% against 13%.": [
        "1 | Xyzmed | remission rate | 33 % proportion",
        "1 | placebo | remission rate | 15 % proportion",
        "2 | Xyzmed | remission rate | 29 % proportion",
        "2 | placebo | remission rate | 13 % proportion",
    ],
    "In the study, 52 out of 110 patients on Xyzmed had normal hormone levels, compared with 28 of 110 on octreotide.": [
        "- | Xyzmed | normal hormone levels | 52/110 proportion",
        "- | octreotide | normal hormone levels | 28/110 proportion",
    ],
    "In the first study, 78% of patients on Xyzmed had clear skin, compared with 6% of patients on placebo. The second study gave similar results (75% and 5%, respectively).": [
        "1 | Xyzmed | clear skin | 78 % proportion",
        "1 | placebo | clear skin | 6 % proportion",
        "2 | Xyzmed | clear skin | 75 % proportion",
        "2 | placebo | clear skin | 5 % proportion",
    ],
    "A main study in 151 children found that tumours shrank by at least 20% in two thirds of them.": [],
    "Around 72% of patients who were switched to Xyzmed kept the virus under control, as did 70% of those who continued their previous treatment.": [
        "- | Xyzmed | kept the virus under control | around 72 % proportion",
        "- | no arm | kept the virus under control | 70 % proportion",
    ],
    "Of the 57 patients given Xyzmed, 48 (84%) survived; in the comparison group, 39 of 60 patients (65%) survived.": [
        "- | Xyzmed | overall survival | 84 % 48/57 proportion",
        "- | no arm | overall survival | 65 % 39/60 proportion",
    ],
    "After one year, 54% of patients had clear skin compared with 27% of patients on placebo; after two years the figures were 49% and 24%.": [
        "- | Xyzmed | clear skin | 54 % proportion after one year",
        "- | placebo | clear skin | 27 % proportion after one year",
        "- | Xyzmed | clear skin | 49 % proportion after two years",
        "- | placebo | clear skin | 24 % proportion after two years",
    ],
    "HIV could not be detected in the blood of 88% of patients on Xyzmed (302 of 343) and 85% (291 of 343) of those on efavirenz.": [
        "- | Xyzmed | HIV could not be detected in the blood | 88 % 302/343 proportion",
        "- | efavirenz | HIV could not be detected in the blood | 85 % 291/343 proportion",
    ],
    "The proportion who were seizure-free was 31% with Xyzmed and 9% with placebo.": [
        "- | Xyzmed | seizure-free | 31 % proportion",
        "- | placebo | seizure-free | 9 % proportion",
    ],
    "At the start of the study, 45% of patients had severe pain.": [],
    "Patients taking Xyzmed 20 mg twice a day were followed for an average of 12 years.": [],
}


def read(*paragraphs: str) -> tuple[Fact, ...]:
    """The facts of these paragraphs on benefits, one section each."""
    text, sections = "", []
    for paragraph in paragraphs:
        sections.append(Section("benefits", len(text), len(text) + len(paragraph)))
        text += paragraph + "\n"
    return extract_named(Document(text, tuple(sections), "example", "0" * 64, "text/plain"), MEDICINE).facts


def study_line(study: Study) -> str:
    many = f"{study.studies} x " if study.studies else ""
    people = " ".join(str(each) for each in (study.participants_qualifier, study.participants) if each)
    words = [
        f"{study.number}: {many}{study.role or 'no role'}",
        people,
        " + ".join(study.comparator),
        study.design,
        study.status,
    ]
    return "; ".join(each for each in words if each)


def outcome_line(outcome: Outcome) -> str:
    to = f" to {outcome.value_to:g}" if outcome.value_to is not None else ""
    value = f"{outcome.value:g}{to} {outcome.unit}" if outcome.value is not None else ""
    counts = f"{outcome.numerator}/{outcome.denominator}" if outcome.denominator else ""
    words = [outcome.qualifier, value, counts, outcome.statistic, f"after {outcome.after}" if outcome.after else None]
    arm = f"{outcome.arm or 'no arm'}{f' ({outcome.subgroup})' if outcome.subgroup else ''}"
    return f"{outcome.study or '-'} | {arm} | {outcome.measure} | {' '.join(each for each in words if each)}"


@pytest.mark.parametrize(("text", "expected"), RESULTS.items(), ids=range(len(RESULTS)))
def test_results_are_read_from_how_the_sentence_is_built(text: str, expected: list[str]) -> None:
    """Each result is read with the arm, group and measure that the sentence, or the one before, gives it."""
    assert [outcome_line(fact) for fact in read(text) if isinstance(fact, Outcome)] == expected


STUDIES: dict[str, list[str]] = {
    "Four main studies compared Xyzmed with placebo. The first two involved a total of 640 patients with migraine. In the third, 210 adolescents received either Xyzmed or placebo.": [
        "1: 2 x main; 640; placebo; placebo controlled",
        "2: main; 210; placebo; placebo controlled",
    ],
    "Xyzmed was compared with insulin in three studies, two of them in a total of 1,034 adults and one in 349 children.": [
        "1: 2 x no role; 1034; insulin; active controlled",
        "2: no role; 349; insulin; active controlled",
    ],
    "Xyzmed was compared with placebo in one main study in 476 patients, and with insulin glargine in a second main study in 582 patients.": [
        "1: main; 476; placebo; placebo controlled",
        "2: main; 582; insulin glargine; active controlled",
    ],
    "One main study involved 4,516 children. Half of them received Xyzmed and the others received a vaccine against hepatitis A.": [
        "1: main; 4516; vaccine against hepatitis A; active controlled",
    ],
    "Xyzmed has also been studied in 94 premature babies, but in this study it was not compared with other treatments.": [
        "1: no role; 94; none; single arm",
    ],
    "Because Xyzmed is a generic medicine, studies in patients have been limited to one study, in 54 healthy volunteers.": [
        "1: no role; 54",
    ],
}


@pytest.mark.parametrize(("text", "expected"), STUDIES.items(), ids=range(len(STUDIES)))
def test_studies_told_in_parts_or_side_by_side(text: str, expected: list[str]) -> None:
    """Studies announced together and told in parts are read part by part, each with its comparator."""
    assert [study_line(fact) for fact in read(text) if isinstance(fact, Study)] == expected


def test_results_told_later_belong_to_the_study_of_their_people() -> None:
    """Where results name no study, their first words tell which it is: its people, or what was added."""
    facts = read(
        "Xyzmed was compared with placebo in two main studies: one in 672 patients already taking metformin, and the other in 385 patients using insulin.",
        "When added to metformin, Xyzmed reduced HbA1c by 0.8 percentage points, compared with 0.1 percentage points for placebo. "
        "In patients using insulin, HbA1c fell by 0.6 percentage points with Xyzmed.",
    )
    assert [outcome_line(fact) for fact in facts if isinstance(fact, Outcome)] == [
        "1 | Xyzmed | HbA1c | 0.8 percentage points",
        "1 | placebo | HbA1c | 0.1 percentage points",
        "2 | Xyzmed | HbA1c | 0.6 percentage points",
    ]
