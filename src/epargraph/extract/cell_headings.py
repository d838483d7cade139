"""The headings of an indication cell: what they tell of the uses below them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from epargraph.extract.condition_words import conditions
from epargraph.extract.people_words import ANIMALS, people, species
from epargraph.extract.use_words import Use, uses
from epargraph.model import Span
from epargraph.rules import MEDICINE, SUBSTANCE

CUE = re.compile(
    r"\b(?:treat(?:ment|ing|s)?|therap(?:y|ies)|prevent(?:ion|ing)?|prophyla\w+|metaphylaxis|immuni[sz]\w+|vaccinat\w+|diagnos\w+|management|relief|"
    r"reduc(?:e|tion)|decrease|lowering|correction|adjunct\w*|control|replacement|substitution|imaging|detection|eradication|alleviation|improve(?:ment)?|indicated|"
    r"contraception|an?esthesia|immunomodulation|reversal|mobili[sz]ation|stimulation|induction|supplementation|suppression|support|sedation|protection|repair)\b",
    re.IGNORECASE,
)

_OF_FORM = re.compile(
    rf"\b(?:suspension|solution|tablets?|capsules?|injections?|infusions?|powder|granules|cream|ointment|gel|spray|mg|ml|micrograms?)\b|[{MEDICINE}{SUBSTANCE}]",
    re.IGNORECASE,
)

_FORM_FIRST = re.compile(
    r"(?:[\w-]+\s){0,6}?(?:suspension|solution|tablets?|capsules?|injections?|infusions?|powder|granules|cream|ointment|gel|spray|syrup|drops)\s",
    re.IGNORECASE,
)

_KEPT = re.compile(
    rf"^(?:(?:in|for)\s)?(?:\w+\s)?{ANIMALS}(?:(?:,\s|\sand\s|\sor\s)(?:\w+\s)?{ANIMALS})*$", re.IGNORECASE
)

_WITH_A = re.compile(r"^(?:For|In)\s(?:the\s)?(?:(?:adult|paediatric)\s)?(?:patients|adults|people)\swith\s")

NO_NAME = re.compile(
    r"^(?:(?:paediatric|pediatric|prepubertal)\s(?:\w+\s){0,3}(?:patients|children)|first(?:\s|-)line|first$|second$|two$|\d+\s?mg|disease\swith)\b|"
    r"^(?:followed|refractoriness|one|weigh(?:ing|s)?|weight(?!\smanagement)|above|older|more|before|due|elderly|previously|effects?|experience|indicated|replacement|response|effacement|gestational|received|developed|recent|concurrent|therefore|moreover|however|fixed|unilateral|diagnosis$|(?:long|short)-term$|established$|treatments?(?!-)|therap(?:y|ies))\b|\bimaging$|\b(?:suspension|solution|tablets?|capsules?|powder)\b|^(?:for(?!-)|as|in|with|of|to|on|at|by|from|this|these|those|use|used|not|who|which|that|the|a|an|and|or|it|its|they|whom|whose|when|where|who|either|"
    r"patients?|people|individuals|adults?|children|adolescents|infants|women|men|combination|refractory|longer|poor|high|low|risk|concentrate|active|protection|onset|duration|recurrence|toxicities|(?:an?\s)?initial\sbody|contra-?indication|maximum\stolerated|heart\srate|body\s(?:mass|weight)|equal\sto|incidence|number|frequency|only)\b(?!-)|"
    r"\b(?:should|must|is|are|was|were|has|have|can|may)\b|[:;]|\.\s[A-Z]|[\ue000\ue001]",
    re.IGNORECASE,
)

_DIAGNOSIS = re.compile(
    r"^(?:an?\s)?(?:(?:positive|clinical|confirmed|established|definite|documented)\s)*(?:clinical\s|confirmed\s)?diagnosis\sof\s"
)

PERSONS = re.compile(
    r"^(?:adults?|children|adolescents|paediatrics?|pediatrics?|infants|elderly|women|men)(?:\s(?:patients?|population|subjects|use))?(?:\s(?:aged\s)?(?:≥\s?|over\s|from\s)?\d+\s?(?:years?|months?)[a-z\s]{0,30})?"
    r"(?:\s?(?:,|and|or|\()\s?[\w\s≥<>,()-]{0,80})?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading in force: what it tells of the uses below it, and where it stands."""

    use: Use = field(default_factory=Use)
    span: Span | None = None
    outer: Heading | None = None
    """Whom all uses of the cell are for, where a sentence of its own says so."""


def heading_of(words: str, span: Span, outer: Heading | None = None) -> Heading:
    """Return what a heading tells: people, animals, or a condition and perhaps what is done about it."""
    words = words.strip(" :.•-")
    if (form := _FORM_FIRST.match(words)) and PERSONS.match(words[form.end() :]):
        words = words[form.end() :]
    if PERSONS.match(words):
        return Heading(of_people(words.lower()), span, outer)
    if _KEPT.match(words):
        return Heading(Use(species=species(words)), span, outer)
    if CUE.search(words):
        told = next(iter(uses(words[:1].lower() + words[1:])), Use())
        return Heading(Use(purpose=told.purpose, condition=names_of(told), stage=told.stage), span, outer)
    if _OF_FORM.search(words):
        return Heading(Use(), span, outer)
    named, gone = conditions(_WITH_A.sub("", words))
    named = tuple(name for name in named if not NO_NAME.search(name))
    return Heading(Use(condition=named, stage=gone if named else ()), span, outer)


def of_people(words: str) -> Use:
    """Return whom words name, as a use that tells nothing else."""
    whom = people(words)
    return Use(
        population=whom.population,
        age_from=whom.age_from,
        age_to=whom.age_to,
        age_unit=whom.age_unit,
        weight_from_kg=whom.weight_from_kg,
    )


def names_of(use: Use) -> tuple[str, ...]:
    """Return the conditions of a use that are names, and not words that only stand where a name may."""
    names = (_DIAGNOSIS.sub("", name) for name in use.condition)
    return tuple(dict.fromkeys(name for name in names if not NO_NAME.search(name) and len(name) <= 120))


def under_heading(use: Use, told: Use) -> Use:
    """Return a use with what it doesn't tell of its condition, people and animals taken from the heading."""
    says = use.purpose or use.population or use.combined_with or use.monotherapy or use.prior_treatment
    if not use.condition and told.condition and says:
        stage = use.stage or told.stage
        use = replace(use, condition=told.condition, purpose=use.purpose or told.purpose, stage=stage)
    if not use.species and told.species:
        use = replace(use, species=told.species)
    own = use.population or use.age_from is not None or use.age_to is not None
    if not own and told.population:
        whom = Use(population=told.population, age_from=told.age_from, age_to=told.age_to, age_unit=told.age_unit)
        use = use.under(whom)
    elif told.population == ("adults",) and set(use.population) <= {"women", "men"} and use.age_from is None:
        use = replace(use, population=("adults", *use.population))
    return use
