"""Studies and their results, read from sentences in the manner of overviews."""

from __future__ import annotations

import pytest

from epargraph.extract import extract_named
from epargraph.extract.names import Names
from epargraph.kinds import Fact, Outcome, Study
from epargraph.model import Document, Section

MEDICINE = Names("Xyzmed", ("defolimab",))

STUDIES: dict[str, list[str]] = {
    "Xyzmed has been studied in three main studies involving a total of 1,523 adults with asthma. Two of the studies, involving 900 patients, compared Xyzmed with placebo. The third study, in 623 patients, compared Xyzmed with salmeterol.": [
        "1: 2 x main; 900; placebo; placebo controlled",
        "2: main; 623; salmeterol; active controlled",
    ],
    "Xyzmed was compared with placebo in two main studies, one in 420 adults and one in 210 children with epilepsy.": [
        "1: main; 420; placebo; placebo controlled",
        "2: main; 210; placebo; placebo controlled",
    ],
    "Three main studies have been carried out. One study, involving 560 patients, compared Xyzmed with placebo. Another study compared it with insulin glargine in 1,002 patients. The third looked at 88 adolescents.": [
        "1: main; 560; placebo; placebo controlled",
        "2: main; 1002; insulin glargine; active controlled",
        "3: main; 88",
    ],
    "Because Xyzmed contains a well-known active substance, the company presented data from the published literature. In addition, a study in 24 healthy volunteers showed that Xyzmed produces similar levels of the active substance in the body to Abcmed.": [
        "1: no role; 24; Abcmed",
    ],
    "The benefits of Xyzmed were evaluated in one main study in 1,020 men whose prostate cancer had spread. The study, which is ongoing, compared Xyzmed with placebo, both given with prednisolone.": [
        "1: main; 1020; placebo; placebo controlled; ongoing",
    ],
    "Xyzmed has been shown to be effective in an ongoing single-arm study involving 85 patients with lymphoma that had come back.": [
        "1: no role; 85; none; single arm; ongoing",
    ],
    "Xyzmed was also studied in 210 adults with ulcerative colitis. Results from a further study in 45 children were similar.": [
        "1: no role; 210",
        "2: no role; 45",
    ],
    "The main study involved 1,143 patients with metastatic breast cancer, who received either Xyzmed plus capecitabine or capecitabine alone.": [
        "1: main; 1143; capecitabine; active controlled",
    ],
    "Xyzmed was investigated in 2 main studies in children: one involving 155 children with a high number of seizures and one involving 66 children. In both studies, Xyzmed was compared with placebo.": [
        "1: main; 155; placebo; placebo controlled",
        "2: main; 66; placebo; placebo controlled",
    ],
    "Xyzmed, used with chemotherapy, has been compared with chemotherapy alone in one main study involving 813 patients with colorectal cancer. The main measure of effectiveness was how long patients lived.": [
        "1: main; 813; chemotherapy; active controlled",
    ],
    "The effects of Xyzmed were first tested in experimental models before being studied in humans. The effectiveness of Xyzmed was assessed in two main studies. The first study compared Xyzmed with alendronate in 643 women. The second compared Xyzmed with placebo in 1,637 women.": [
        "1: main; 643; alendronate; active controlled",
        "2: main; 1637; placebo; placebo controlled",
    ],
    "No clinical studies have been carried out in this group. The safety of Xyzmed was looked at in five studies.": [
        "1: 5 x no role",
    ],
    "Four main studies have been carried out. Two studies looked at the level of sugar in the blood. The first study was in 388 adults. The second study was in 134 adolescents. A third study in 3,297 patients looked at the heart. A fourth study in 961 patients looked at the kidneys.": [
        "1: main; 388",
        "2: main; 134",
        "3: main; 3297",
        "4: main; 961",
    ],
    "Xyzmed was assessed in two main studies in children and two main studies in adults. The first study involved 1,720 infants. The second study involved 606 children. The third study involved 1,202 adults. The fourth study involved 1,515 adults.": [
        "1: main; 1720",
        "2: main; 606",
        "3: main; 1202",
        "4: main; 1515",
    ],
    "Xyzmed was evaluated in a main study involving 165 patients. The results were better than those seen historically with standard treatment. A second main study involved 94 adults. In neither study was Xyzmed compared with another treatment.": [
        "1: main; 165; none; single arm",
        "2: main; 94; none; single arm",
    ],
    "Two main studies compared Xyzmed with placebo in 1,021 and 986 patients with psoriasis.": [
        "1: main; 1021; placebo; placebo controlled",
        "2: main; 986; placebo; placebo controlled",
    ],
    "Xyzmed was studied in two main studies, neither of which included a comparison with another medicine. In the first study, in 210 women, the Pearl Index was 0.6. The second study involved 190 women.": [
        "1: main; 210; none; single arm",
        "2: main; 190; none; single arm",
    ],
    "In one main study, 91 patients with anaemia were either switched to Xyzmed or kept on epoetin alfa.": [
        "1: main; 91; epoetin alfa; active controlled",
    ],
    "The benefits of Xyzmed were assessed in 27 babies with a rare disease.": ["1: no role; 27"],
    "One main study of 140 patients had each of them scanned with Xyzmed and another with gadobutrol.": [
        "1: main; 140; gadobutrol; active controlled",
    ],
}

RESULTS: dict[str, list[str]] = {
    "Xyzmed was more effective than placebo (a dummy treatment) in two main studies involving a total of 1,258 patients with moderate to severe plaque psoriasis. In the first study, 79% of patients given Xyzmed (195 out of 247) had at least a 75% reduction in symptom scores after 12 weeks, compared with 5% of those given placebo (12 out of 248). In the second study, the figures were 81% and 4%, respectively.": [
        "1 | Xyzmed | at least a 75% reduction in symptom scores | 79 % 195/247 proportion after 12 weeks",
        "1 | placebo | at least a 75% reduction in symptom scores | 5 % 12/248 proportion after 12 weeks",
        "2 | Xyzmed | at least a 75% reduction in symptom scores | 81 % proportion",
        "2 | placebo | at least a 75% reduction in symptom scores | 4 % proportion",
    ],
    "In a main study involving 834 patients with advanced melanoma, patients treated with Xyzmed lived for up to 5.5 months without their disease getting worse, compared with 2.8 months for patients treated with ipilimumab. In addition, 74% of patients given Xyzmed were alive after 1 year, compared with 58% of those given ipilimumab.": [
        "1 | Xyzmed | progression-free survival | up to 5.5 months",
        "1 | ipilimumab | progression-free survival | 2.8 months",
        "1 | Xyzmed | overall survival | 74 % proportion after 1 year",
        "1 | ipilimumab | overall survival | 58 % proportion after 1 year",
    ],
    "A study involving 1,274 patients with non-small cell lung cancer found that patients given Xyzmed lived on average for 16.7 months, compared with 12.1 months for those given chemotherapy.": [
        "1 | Xyzmed | overall survival | 16.7 months average",
        "1 | chemotherapy | overall survival | 12.1 months average",
    ],
    "Xyzmed has been studied in 5 main studies in over 4,000 patients with type 2 diabetes. In the studies, Xyzmed reduced HbA1c levels by 1.1 to 1.8 percentage points over 10 to 13 months, compared with a reduction of 0.4 percentage points with placebo.": [
        "1 | Xyzmed | HbA1c levels | 1.1 to 1.8 percentage points after 10 to 13 months",
        "1 | placebo | HbA1c levels | 0.4 percentage points after 10 to 13 months",
    ],
    "In a main study of 3,297 patients with type 2 diabetes, 6.6% of patients who were treated with Xyzmed had a heart attack, stroke or died from cardiovascular causes, compared with 8.9% of patients given placebo.": [
        "1 | Xyzmed | event rate | 6.6 % proportion",
        "1 | placebo | event rate | 8.9 % proportion",
    ],
    "A main study involving 44,000 people showed that Xyzmed was effective at preventing COVID-19 in people from 16 years of age. The study showed a 95% reduction in the number of symptomatic COVID-19 cases in the people who received the vaccine (8 cases out of 18,198 got COVID-19 symptoms) compared with people who received a dummy injection (162 cases out of 18,325 got COVID-19 symptoms). This means that the vaccine demonstrated a 95% efficacy in the trial.": [
        "1 | Xyzmed | reduction in the number of symptomatic COVID-19 cases | 95 %",
        "1 | Xyzmed | got COVID-19 symptoms | 8/18198 proportion",
        "1 | placebo | got COVID-19 symptoms | 162/18325 proportion",
        "1 | Xyzmed | vaccine efficacy | 95 %",
    ],
    "The main study compared Xyzmed plus letrozole with placebo plus letrozole in 666 women with advanced breast cancer. Women given Xyzmed plus letrozole lived on average 24.8 months without their disease getting worse, compared with 14.5 months for those given placebo plus letrozole.": [
        "1 | Xyzmed | progression-free survival | 24.8 months average",
        "1 | placebo | progression-free survival | 14.5 months average",
    ],
    "In three main studies involving 2,660 patients with migraine, Xyzmed reduced the number of days patients had migraines. Patients on Xyzmed had on average 3.2 to 3.7 fewer migraine days per month, compared with a reduction of 1.8 days with placebo.": [
        "1 | Xyzmed | migraine days | 3.2 to 3.7 migraine days per month average",
        "1 | placebo | migraine days | 1.8 days",
    ],
    "One main study in 166 patients with haemophilia A found that the average number of bleeding episodes per year was 2.9 in patients treated with Xyzmed, compared with 23.3 in patients who received no preventive treatment.": [
        "1 | Xyzmed | number of bleeding episodes | 2.9 bleeding episodes per year average",
        "1 | no treatment | number of bleeding episodes | 23.3 bleeding episodes per year average",
    ],
    "Xyzmed was shown to be effective in two main studies involving 1,733 previously untreated patients infected with HIV-1. After 48 weeks, around 92% of patients (800 out of 866) taking Xyzmed had a viral load of less than 50 copies/ml, compared with 90% (784 out of 867) of patients taking a comparator medicine.": [
        "1 | Xyzmed | viral load of less than 50 copies/ml | around 92 % 800/866 proportion after 48 weeks",
        "1 | no arm | viral load of less than 50 copies/ml | 90 % 784/867 proportion after 48 weeks",
    ],
    "In one main study of 624 patients, 99% (618 out of 624) of patients treated with Xyzmed for 12 weeks tested negative for the virus 12 weeks after the end of treatment, compared with none of the 116 patients given placebo.": [
        "1 | Xyzmed | tested negative for the virus | 99 % 618/624 proportion after 12 weeks",
        "1 | placebo | tested negative for the virus | 0/116 proportion after 12 weeks",
    ],
    "In a main study involving 551 patients with advanced prostate cancer, Xyzmed reduced the risk of death by 38% compared with standard of care.": [
        "1 | no arm | risk of death | 38 %",
    ],
    "The distance patients could walk in 6 minutes increased by 46 metres in patients given Xyzmed compared with 10 metres in those given placebo.": [
        "- | Xyzmed | distance patients could walk in 6 minutes | 46 metres",
        "- | placebo | distance patients could walk in 6 minutes | 10 metres",
    ],
    "In a main study of 121 adults with spinal muscular atrophy, 51% (37 out of 73) of babies treated with Xyzmed showed improvement in motor function, while none of the untreated babies did.": [
        "1 | Xyzmed | improvement in motor function | 51 % 37/73 proportion",
    ],
    "The study showed that Xyzmed lowered LDL cholesterol by 61% on average after 24 weeks compared with placebo.": [
        "- | no arm | LDL cholesterol | 61 % average after 24 weeks",
    ],
    "In the study, average blood pressure was reduced by 12 mmHg in the Xyzmed group and by 5 mmHg in the placebo group.": [
        "- | Xyzmed | blood pressure | 12 mmHg average",
        "- | placebo | blood pressure | 5 mmHg average",
    ],
    "Xyzmed was compared with warfarin in a main study in 18,201 patients with atrial fibrillation. Stroke or embolism occurred in 1.3% of patients a year taking Xyzmed and in 1.6% of those taking warfarin.": [
        "1 | Xyzmed | stroke or embolism | 1.3 % proportion",
        "1 | warfarin | stroke or embolism | 1.6 % proportion",
    ],
    "In the main study, in which 1,021 patients with rheumatoid arthritis took part, 53% of the patients who received Xyzmed with methotrexate had a reduction in symptoms of 20% or more after six months, compared with 28% of those who took methotrexate alone.": [
        "1 | Xyzmed | reduction in symptoms of 20% or more | 53 % proportion after six months",
        "1 | methotrexate | reduction in symptoms of 20% or more | 28 % proportion after six months",
    ],
    "Xyzmed has been investigated in one main study involving 44 patients. After 6 months, haemoglobin levels had increased by an average of 2.2 g/dl from a starting value of 8.5 g/dl. In comparison, those given placebo had an increase of 0.1 g/dl.": [
        "1 | Xyzmed | haemoglobin levels | 2.2 g/dl average after 6 months",
        "1 | placebo | haemoglobin levels | 0.1 g/dl after 6 months",
    ],
    "Of the 111 patients treated with Xyzmed, 72% (80 patients) had their cancer shrink or disappear. Treatment with Xyzmed led to a complete response in 51% of patients.": [
        "- | Xyzmed | response | 72 % 80/111 proportion",
        "- | Xyzmed | complete response | 51 % proportion",
    ],
    "In one main study, 52% of the 75 patients treated with Xyzmed had no detectable signs of cancer 3 months after treatment.": [
        "1 | Xyzmed | complete response | 52 % None/75 proportion after 3 months after treatment",
    ],
    "The study found that at 2 years, 88% of patients given Xyzmed were alive without their cancer coming back, compared with 77% of those given placebo.": [
        "- | Xyzmed | disease-free survival | 88 % proportion after 2 years",
        "- | placebo | disease-free survival | 77 % proportion after 2 years",
    ],
    "On average, patients' vision improved by 8.4 letters with Xyzmed given every 8 weeks and by 8.7 letters with ranibizumab.": [
        "- | Xyzmed every 8 weeks | patients' vision | 8.4 letters average",
        "- | ranibizumab | patients' vision | 8.7 letters average",
    ],
    "In a study in 604 patients, the average weight loss was 15% with Xyzmed compared with 2.4% with placebo, after 68 weeks.": [
        "1 | Xyzmed | weight loss | 15 % average after 68 weeks",
        "1 | placebo | weight loss | 2.4 % average after 68 weeks",
    ],
    "Relapse occurred in 18% of patients on Xyzmed, compared with 35% on placebo. The average number of relapses was reduced by around half.": [
        "- | Xyzmed | relapse | 18 % proportion",
        "- | placebo | relapse | 35 % proportion",
    ],
    "The average time before the disease got worse was 9.6 months in patients receiving Xyzmed and 4.9 months in those receiving placebo. Overall survival was 22.1 months with Xyzmed versus 18.4 months with placebo.": [
        "- | Xyzmed | progression-free survival | 9.6 months average",
        "- | placebo | progression-free survival | 4.9 months average",
        "- | Xyzmed | overall survival | 22.1 months",
        "- | placebo | overall survival | 18.4 months",
    ],
    "Patients taking Xyzmed lost 8% of their body weight, whereas those on placebo lost 2.6%.": [
        "- | Xyzmed | weight loss | 8 %",
        "- | placebo | weight loss | 2.6 %",
    ],
    "About 30% of the 117 patients taking Xyzmed were free of seizures, against 12% of the 112 patients on placebo.": [
        "- | Xyzmed | free of seizures | about 30 % None/117 proportion",
        "- | placebo | free of seizures | 12 % None/112 proportion",
    ],
    "The cure rates were similar: 92% for Xyzmed (232 out of 252 patients) and 90% for vancomycin (228 out of 253).": [
        "- | Xyzmed | cure rate | 92 % 232/252 proportion",
        "- | vancomycin | cure rate | 90 % 228/253 proportion",
    ],
    "In a main study in 1,400 infants, the vaccine prevented severe disease in 74.5% of infants. RSV infection requiring hospitalisation occurred in 0.6% of infants given Xyzmed (6 out of 994) and in 1.6% of infants given placebo (8 out of 496).": [
        "1 | Xyzmed | prevented severe disease | 74.5 % proportion",
        "1 | Xyzmed | RSV infection requiring hospitalisation | 0.6 % 6/994 proportion",
        "1 | placebo | RSV infection requiring hospitalisation | 1.6 % 8/496 proportion",
    ],
    "In the main study in 400 adults, after 16 weeks, 36% of patients given Xyzmed every 2 weeks and 38% of those given it every 4 weeks had clear or almost clear skin, compared with 10% of those given placebo.": [
        "1 | Xyzmed every 2 weeks | clear or almost clear skin | 36 % proportion after 16 weeks",
        "1 | Xyzmed every 4 weeks | clear or almost clear skin | 38 % proportion after 16 weeks",
        "1 | placebo | clear or almost clear skin | 10 % proportion after 16 weeks",
    ],
    "In the first study, involving 752 patients, Xyzmed was more effective than placebo: around 8 in 10 patients improved. The second study included 313 patients who were also taking methotrexate; 61% of those on Xyzmed had at least a 20% improvement in symptoms compared with 37% of those on placebo plus methotrexate.": [
        "2 | Xyzmed | at least a 20% improvement in symptoms | 61 % proportion",
        "2 | placebo | at least a 20% improvement in symptoms | 37 % proportion",
    ],
    "Patients taking Xyzmed with bortezomib lived for an average of 11.2 months without their disease getting worse, compared with 7.1 months for those taking bortezomib and dexamethasone alone; they also lived longer overall (30 months versus 25 months).": [
        "- | Xyzmed | progression-free survival | 11.2 months average",
        "- | bortezomib and dexamethasone | progression-free survival | 7.1 months average",
    ],
    "In a main study in 1,021 patients, the disease got worse or the patient died in 34% of patients given Xyzmed (175 out of 510) and in 52% of those given placebo (266 out of 511).": [
        "1 | Xyzmed | event rate | 34 % 175/510 proportion",
        "1 | placebo | event rate | 52 % 266/511 proportion",
    ],
    "Results showed that Xyzmed reduced the number of moderate or severe flare-ups per year by 25% compared with budesonide.": [
        "- | no arm | number of moderate or severe flare-ups per year | 25 %",
    ],
    "At the end of the study, 40% of patients receiving Xyzmed had stopped having seizures, while this was the case for 10% of patients receiving placebo.": [
        "- | Xyzmed | stopped having seizures | 40 % proportion",
        "- | placebo | stopped having seizures | 10 % proportion",
    ],
    "Patients treated with Xyzmed had an average reduction in their LDL cholesterol levels of 50% after 12 weeks, compared with a 2% increase in those given placebo.": [
        "- | Xyzmed | LDL cholesterol levels | 50 % average after 12 weeks",
        "- | placebo | LDL cholesterol levels | 2 % average after 12 weeks",
    ],
    "The vaccine produced protective levels of antibodies in over 95% of adults one month after the second dose.": [
        "- | Xyzmed | protective levels of antibodies | over 95 % proportion after one month after the second dose",
    ],
    "In a study of 15 infants, 14 (93%) were alive and did not need permanent help with breathing at 14 months of age.": [
        "1 | Xyzmed | overall survival | 93 % proportion after 14 months of age",
    ],
    "Xyzmed was given to 57 patients. Of these, 32 patients (56%) had a complete response.": [
        "- | Xyzmed | complete response | 56 % proportion",
    ],
    "The median survival time was 12.5 months in patients given Xyzmed plus carboplatin compared with 10.3 months in patients given carboplatin alone.": [
        "- | Xyzmed | overall survival | 12.5 months median",
        "- | carboplatin | overall survival | 10.3 months median",
    ],
    "In the study, 9.5% of the 2,100 patients taking Xyzmed and 9.7% of the 2,098 patients taking enoxaparin developed a blood clot.": [
        "- | Xyzmed | blood clot | 9.5 % None/2100 proportion",
        "- | enoxaparin | blood clot | 9.7 % None/2098 proportion",
    ],
    "The proportion of patients whose blood pressure was under control after 8 weeks was 62% for Xyzmed, 48% for amlodipine and 46% for valsartan.": [
        "- | Xyzmed | blood pressure was under control | 62 % proportion after 8 weeks",
        "- | amlodipine | blood pressure was under control | 48 % proportion after 8 weeks",
        "- | valsartan | blood pressure was under control | 46 % proportion after 8 weeks",
    ],
    "Around 70% of children and 60% of adults given Xyzmed responded to treatment.": [
        "- | Xyzmed (children) | response | around 70 % proportion",
        "- | Xyzmed (adults) | response | 60 % proportion",
    ],
    "The risk of the disease getting worse or death was reduced by around 40% in patients given Xyzmed.": [
        "- | Xyzmed | risk of the disease getting worse or death | around 40 %",
    ],
    "Bone mineral density in the spine increased by 8.8% over 3 years with Xyzmed, while there was no change with placebo. Fractures of the spine occurred in 2.3% of women taking Xyzmed compared with 7.2% of women taking placebo.": [
        "- | Xyzmed | bone mineral density in the spine | 8.8 % after 3 years",
        "- | Xyzmed | fractures of the spine | 2.3 % proportion after 3 years",
        "- | placebo | fractures of the spine | 7.2 % proportion after 3 years",
    ],
    "In the field study, 85% of dogs treated with Xyzmed were free of fleas after 30 days, compared with 2% of untreated dogs.": [
        "- | Xyzmed | free of fleas | 85 % proportion after 30 days",
        "- | no treatment | free of fleas | 2 % proportion after 30 days",
    ],
    "The study showed that 72.6% of the patients who received Xyzmed and 57.3% of those who received interferon beta-1a had no relapses over 2 years.": [
        "- | Xyzmed | no relapses | 72.6 % proportion after 2 years",
        "- | interferon beta-1a | no relapses | 57.3 % proportion after 2 years",
    ],
    "Treatment with Xyzmed was successful in 88 out of 100 patients.": [
        "- | Xyzmed | treatment successful | 88/100 proportion",
    ],
    "Xyzmed brought about an average improvement in lung function (FEV1) of 110 ml compared with placebo.": [
        "- | no arm | lung function | 110 ml average",
    ],
    "In a study of 280 patients, the average time patients lived without their disease getting worse was 13.6 months when Xyzmed was added to their treatment, compared with 8.8 months when placebo was added.": [
        "1 | Xyzmed | progression-free survival | 13.6 months average",
        "1 | placebo | progression-free survival | 8.8 months average",
    ],
    "In the first group, 60% (30 out of 50) of patients responded to Xyzmed; in the second group, 45% (9 out of 20) did.": [
        "- | Xyzmed | response | 60 % 30/50 proportion",
        "- | Xyzmed | response | 45 % 9/20 proportion",
    ],
    "In patients who had not been treated before, the virus was cleared in 95% (190 out of 200) of patients given Xyzmed. In previously treated patients, the figure was 90% (90 out of 100).": [
        "- | Xyzmed (patients who had not been treated before) | virus was cleared | 95 % 190/200 proportion",
        "- | Xyzmed | virus was cleared | 90 % 90/100 proportion",
    ],
    "Around 57% of patients with high levels of PD-L1 given Xyzmed were alive after 3 years, compared with 36% with placebo.": [
        "- | Xyzmed | overall survival | around 57 % proportion after 3 years",
        "- | placebo | overall survival | 36 % proportion after 3 years",
    ],
    "Xyzmed was shown to be more effective than placebo in a study of 1,012 adults. The study looked at how many patients had healed ulcers after 8 weeks: this was 93% with Xyzmed and 62% with placebo.": [
        "1 | Xyzmed | healed ulcers | 93 % proportion after 8 weeks",
        "1 | placebo | healed ulcers | 62 % proportion after 8 weeks",
    ],
    "In a study involving 302 patients, those given Xyzmed had 54% fewer relapses than those given placebo.": [
        "1 | no arm | relapses | 54 %",
    ],
    "The annual relapse rate was 0.22 in patients treated with Xyzmed compared with 0.39 in patients treated with interferon.": [
        "- | Xyzmed | annual relapse rate | 0.22 per year",
        "- | interferon | annual relapse rate | 0.39 per year",
    ],
    "Patients treated with Xyzmed were 37% less likely to die than patients treated with placebo.": [
        "- | no arm | likely to die | 37 %",
    ],
    "The time to disease progression was 9.2 months with Xyzmed and 5.6 months with standard chemotherapy.": [
        "- | Xyzmed | progression-free survival | 9.2 months",
        "- | standard chemotherapy | progression-free survival | 5.6 months",
    ],
    "In patients with high levels of PD-L1, survival was 30 months on average with Xyzmed, compared with 14.2 months with chemotherapy.": [
        "- | Xyzmed (patients with high levels of PD-L1) | overall survival | 30 months average",
        "- | chemotherapy (patients with high levels of PD-L1) | overall survival | 14.2 months average",
    ],
    "After one year of treatment, 45% of the patients in the Xyzmed group had no symptoms versus 20% in the control group.": [
        "- | Xyzmed | no symptoms | 45 % proportion after one year",
        "- | no arm | no symptoms | 20 % proportion after one year",
    ],
    "In the study, 8 out of 10 children who received Xyzmed could sit without support, while no untreated child could.": [
        "- | Xyzmed | could sit without support | 8/10 proportion",
    ],
    "Of 165 patients who received Xyzmed, 88 (53%) responded to treatment, with 28 (17%) having a complete response.": [
        "- | Xyzmed | response | 53 % 88/165 proportion",
        "- | Xyzmed | complete response | 17 % 28/165 proportion",
    ],
    "On average, pain scores fell by 2.4 points in patients taking Xyzmed and by 1.1 points in those taking placebo.": [
        "- | Xyzmed | pain scores | 2.4 points average",
        "- | placebo | pain scores | 1.1 points average",
    ],
    "Cholesterol levels decreased on average by 52 mg/dl (28%) with Xyzmed, compared with an increase of 3 mg/dl with placebo.": [
        "- | Xyzmed | cholesterol levels | 52 mg/dl average",
        "- | placebo | cholesterol levels | 3 mg/dl average",
    ],
    "The main study involved 90 women. Pregnancy occurred in about 28% of women given Xyzmed, which was similar to the 27% seen with Abcmed.": [
        "1 | Xyzmed | pregnancy | about 28 % proportion",
        "1 | Abcmed | pregnancy | 27 % proportion",
    ],
    "Complete remission was seen in 40% of patients (64 out of 160) on Xyzmed and the responses lasted on average 14 months.": [
        "- | Xyzmed | complete remission | 40 % 64/160 proportion",
        "- | Xyzmed | duration of response | 14 months average",
    ],
    "More patients given Xyzmed were free of infection: 68 out of 75 (91%) compared with 50 out of 74 (68%) of those given vancomycin.": [
        "- | Xyzmed | free of infection | 91 % 68/75 proportion",
        "- | vancomycin | free of infection | 68 % 50/74 proportion",
    ],
    "The study compared two doses of Xyzmed with placebo. Blood pressure fell by 9 mmHg with the 5 mg dose, 12 mmHg with the 10 mg dose and 2 mmHg with placebo.": [
        "- | Xyzmed 5 mg | blood pressure | 9 mmHg",
        "- | Xyzmed 10 mg | blood pressure | 12 mmHg",
        "- | placebo | blood pressure | 2 mmHg",
    ],
    "Around two thirds of patients responded. The average duration of response was 18 months and the average survival was over 3 years.": [
        "- | Xyzmed | duration of response | 18 months average",
        "- | Xyzmed | overall survival | over 3 years average",
    ],
    "The main measure of effectiveness was the number of patients whose symptoms improved by at least 50%.": [],
    "After 52 weeks, average HbA1c levels had fallen from 8.3% to 7.1% with Xyzmed.": [
        "- | Xyzmed | HbA1c levels | 7.1 % average after 52 weeks",
    ],
    "The scale ranges from 0 to 10 points and patients were aged 12 to 17 years.": [],
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


@pytest.mark.parametrize(("text", "expected"), STUDIES.items(), ids=range(len(STUDIES)))
def test_studies_are_told_apart(text: str, expected: list[str]) -> None:
    """Each study is read by itself with who took part and what was compared; studies told together are one."""
    assert [study_line(fact) for fact in read(text) if isinstance(fact, Study)] == expected


@pytest.mark.parametrize(("text", "expected"), RESULTS.items(), ids=range(len(RESULTS)))
def test_results_are_read_arm_by_arm(text: str, expected: list[str]) -> None:
    """Each result is read by itself with its arm and what it measures; what is unclear is left alone."""
    assert [outcome_line(fact) for fact in read(text) if isinstance(fact, Outcome)] == expected


def test_results_told_later_belong_to_the_study_they_name() -> None:
    """Where results have a section of their own, each is matched to its study by the words that name it."""
    facts = read(
        "Xyzmed was compared with placebo in one main study involving 402 patients with anaemia caused by kidney problems. "
        "A second study compared Xyzmed with iron in 114 patients receiving chemotherapy.",
        "In the study of patients with anaemia caused by kidney problems, 72 (36%) of the 201 patients receiving Xyzmed "
        "responded to treatment. In the study in patients receiving chemotherapy, 12% of those given iron needed a transfusion.",
    )
    assert [outcome_line(fact) for fact in facts if isinstance(fact, Outcome)] == [
        "1 | Xyzmed | response | 36 % 72/201 proportion",
        "2 | iron | needed a transfusion | 12 % proportion",
    ]


def test_a_time_told_before_holds_within_the_paragraph() -> None:
    """A result without a time of its own takes that of the sentence before, which is then its evidence too."""
    facts = read("After 26 weeks, pain had gone in 47% of patients given Xyzmed. Swelling had gone in 12% of them.")
    later = [fact for fact in facts if isinstance(fact, Outcome)][1]
    assert (later.measure, later.after) == ("swelling had gone", "26 weeks")
    assert len(later.evidence) == 2


def test_names_are_given_back() -> None:
    """No fact holds the marks that stand for the document's own names while it is read."""
    facts = read("Blood levels of defolimab rose by 12% with Xyzmed. Xyzmed was rated as good in 87% of cases.")
    assert [fact.measure for fact in facts if isinstance(fact, Outcome)] == [
        "blood levels of defolimab",
        "rated as good",
    ]
