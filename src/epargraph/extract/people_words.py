"""Who a medicine is for: groups of people, their ages and their weight, as one phrase tells them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from epargraph.kinds import Number
from epargraph.patterns import compiled
from epargraph.rules.literals import Sieve
from epargraph.values import number

_GROUPS = {
    "adults": r"adults?(?! children)",
    "adolescents": r"adolescents?|teenagers?",
    "children": r"children|child|paediatric|pediatric|girls|boys|toddlers?",
    "infants": r"infants?|babies|baby",
    "newborns": r"newborns?|neonates?|newborn babies",
    "elderly": r"elderly|older people|older persons",
    "women": r"women|woman|females?",
    "men": r"men|man|males?",
}
_ANY = "|".join(_GROUPS.values())
_EACH = {notation: re.compile(rf"\b(?:{forms})\b", re.IGNORECASE) for notation, forms in _GROUPS.items()}

ANIMALS = (
    r"(?:dogs?|cats?|horses?|foals?|cattle|cows?|calves|calf|bulls?|heifers?|pigs?|piglets?|sows?|gilts?|chickens?|hens?|pullets|"
    r"turkeys?|ducks?|sheep|ewes?|lambs?|goats?|rabbits?|ferrets?|minks?|salmon|trout|fish|(?:honey\s?)?bees|puppies|kittens|poultry|"
    r"animals?|broilers?(?!\schickens?)|layers|mares?|carp|pigeons?)"
)
"""The animals that veterinary medicines are for."""

PEOPLE = (
    r"(?:adults?|patients?|people|persons?|individuals|adolescents?|teenagers?|children|child|infants?|babies|newborns?|neonates?|"
    r"toddlers?|women|woman|men|males?|females?|girls|boys|the\selderly|subjects|those|recipients|mothers|carriers)"
)
"""A noun for people, in the plural as a rule."""

ADJECTIVES = (
    r"(?:(?:adult|elderly|older|young|younger|premature|preterm|pregnant|non-pregnant|breastfeeding|post-?menopausal|(?:pre|peri)-?menopausal|"
    r"paediatric|pediatric|adolescent|female|male|certain|some|the|all|newborn|those|suitable|eligible|overweight|obese|fertile|other|"
    r"symptomatic|selected|and|or|previously\suntreated|previously\streated|untreated|newly\sdiagnosed|ambulatory|ambulant|hospitalised|(?:clinically\s)?stable|critically\sill|at-risk|diabetic|infertile|transplant|sexually\sactive|healthy|their|immunocompetent|broiler|laying|dairy|weaned|growing|[A-Za-z][A-Za-z0-9*:-]*-(?:sero)?(?:negative|positive|experienced|dependent|na[iï]ve)|chemotherapy[-\s]na[iï]ve|treatment[-\s]na[iï]ve|na[iï]ve)\s)*"
)
"""Words that may stand before a noun for people."""

_NUMBER = r"\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
_FIGURE = re.compile(_NUMBER)
_UNIT = r"(?P<unit>years?|months?|weeks?|days?)"
_UNIT_2 = r"(?:years?|months?|weeks?|days?)"
_AGED = r"(?:aged?|the\sages?\sof|ages|old|children|adolescents|infants|adults|women|men|girls|boys|patients|people|persons|individuals|babies|those)"
_WITH_WEIGHT = re.compile(
    r",?\s(?:and\s)?(?:with\s(?:a\s)?(?:body\s)?weight(?:\sof)?|body\sweight(?:\sof)?)\s(?=at\sleast|above|over|from|more|greater|[≥>]|\d)"
)
_IN_BRACKETS = re.compile(
    rf"(?P<who>(?:{PEOPLE}|populations?|paediatric)\s?)\((?P<ages>[^()]*\d[^()]*(?:years?|months?|weeks?|days|kg)\b[^()]*)\)",
    re.IGNORECASE,
)
_AGES = re.compile(r"\([^()]*\d[^()]*(?:year|month|week|day|kg)", re.IGNORECASE)
"""What every such bracket has."""
_RANGE = re.compile(
    rf"\b(?:aged?|between|from|ages|children|adolescents|infants|patients|adults|women|men|people)\s(?:(?:aged?|between|from|the\sages?\sof|in\sage)\s)*"
    rf"(?P<low>{_NUMBER})(?:\s?(?P<low_unit>years?|months?|weeks?|days?)(?:\sof\sage)?)?\s?"
    rf"(?:[-–]\s?|(?:to|and|up\sto|through|until)\s)(?:(?:less\sthan|under|below|up\sto|<)\s)*"
    rf"(?P<high>{_NUMBER})\s?{_UNIT}(?!\s(?:and|or)\s(?:older|over|above))(?:\sof\sage|\sold|\sinclusive)?"
)
_FROM = (
    re.compile(
        rf"\b(?P<low>{_NUMBER})\s?{_UNIT}\s?(?:\sof\sage|\sold)?,?\s?(?:and|or)\s(?:older|over|above|more|upwards?|onwards?|elder)\b"
    ),
    re.compile(rf"[≥>?]\s?(?P<low>{_NUMBER})\s?{_UNIT}(?:\sof\sage|\sold)?"),
    re.compile(rf"\baged\s(?P<low>{_NUMBER})(?P<unit>)(?:\sand|\sor)\s(?:older|over|above)\b"),
    re.compile(
        rf"\b(?:over|above|from)\sthe\sage\sof\s(?P<low>{_NUMBER})(?P<unit>)(?!\s(?:years?|months?|weeks?|days?)|\d)"
    ),
    re.compile(
        rf"\b(?:from\s(?:the\sage\sof|age)|(?:aged|over|above|older\sthan|at\sleast|from|at\sthe\sage\sof|after\sthe\sage\sof)"
        rf"(?:\s(?:over|above|from|at\sleast|more\sthan|the\sage\sof))*)\s(?P<low>{_NUMBER})\s?{_UNIT}(?P<age>\sof\sage|\sold)?"
    ),
)
_BELOW = re.compile(
    rf"\b(?:below|under|younger\sthan|less\sthan|up\sto(?:\sand\sincluding)?|until|not\solder\sthan)\s(?:the\sage\sof\s)?(?P<high>{_NUMBER})\s?{_UNIT}(?P<age>\sof\sage|\sold)?"
)
_AGE_FORMS = Sieve({"range": _RANGE, "below": _BELOW} | {f"from {number}": form for number, form in enumerate(_FROM)})
_CERTAIN = re.compile(r"(?:aged?|age|old|older)\b", re.IGNORECASE)
_NEAR = re.compile(rf"\b(?:{_ANY}|patients?|people|persons|individuals|those)\b[^.;]{{0,40}}$", re.IGNORECASE)
_WEIGHT = re.compile(
    r"\b(?:weigh(?:ing|s)?|weight\sof|body\sweight(?:\sof)?)\s(?:at\sleast|more\sthan|over|above|from|[≥>]|of\sat\sleast|greater\sthan|(?:is\s)?equal\sto\sor\s(?:greater|more)\sthan)?\s?(?P<kg>\d+(?:\.\d+)?)\s?kg"
    r"(?P<after>\s(?:or|and)\s(?:more|over|above))?"
)
_DAYS = {"year": 365, "month": 30, "week": 7, "day": 1}

_SIEVE = Sieve(_EACH)


@dataclass(frozen=True, slots=True)
class People:
    """Who: groups of the closed list, the ages that bound them and the weight from which they may be treated."""

    population: tuple[str, ...] = ()
    age_from: Number | None = None
    age_to: Number | None = None
    age_unit: str | None = None
    weight_from_kg: Number | None = None


def without_age_brackets(text: str) -> str:
    """Return the text with brackets that hold ages or weights alone opened, so that they belong to the people before them.

    >>> without_age_brackets("children (1 to 18 years of age) with pain (soreness)")
    'children aged 1 to 18 years of age with pain (soreness)'
    >>> without_age_brackets("patients (aged 6 years and older, weighing at least 25 kg) in 2 groups")
    'patients aged 6 years and older weighing at least 25 kg in 2 groups'
    """

    def opened(found: re.Match[str]) -> str:
        ages = compiled(r",?\s(?:and\s)?(?=weigh)").sub(" ", found["ages"]).strip()
        return f"{found['who'].rstrip()} {ages if compiled('[a-z≥>?]').match(ages) else f'aged {ages}'}"

    text = _IN_BRACKETS.sub(opened, text) if _AGES.search(text) else text
    return _WITH_WEIGHT.sub(" weighing ", text) if "weight" in text else text


def people(text: str) -> People:
    """Return whom the phrase names; 'patients' and 'people' name no group.

    >>> people("adults and children from 2 years of age")
    People(population=('adults', 'children'), age_from=2, age_to=None, age_unit='years', weight_from_kg=None)
    >>> people("adolescents aged 12 to 17 years who weigh at least 40 kg")
    People(population=('adolescents',), age_from=12, age_to=17, age_unit='years', weight_from_kg=40)
    >>> people("adult men"), people("patients")[:0] if False else people("patients").population
    (People(population=('adults', 'men'), age_from=None, age_to=None, age_unit=None, weight_from_kg=None), ())
    >>> people("infants and children below 6 years of age").age_to
    6
    """
    left = _SIEVE.left(text)
    found = sorted((each.start(), notation) for notation, forms in left.items() for each in forms.finditer(text))
    population = tuple(dict.fromkeys(notation for _, notation in found))
    low, high, unit = _ages(text)
    return People(population, low, high, unit, _weight(text))


def _unit(word: str) -> str:
    """Return the unit of an age, years where none is written.

    >>> _unit("month"), _unit("")
    ('months', 'years')
    """
    return (word or "year").rstrip("s") + "s"


def _ages(text: str) -> tuple[Number | None, Number | None, str | None]:
    """Return the lowest and the highest age with their unit; the ages of several groups span from the lowest."""
    forms = _AGE_FORMS.left(text) if _FIGURE.search(text) else {}
    if not forms:
        return None, None, None
    lows: list[tuple[Number, str]] = []
    highs: list[tuple[Number, str]] = []
    for found in _RANGE.finditer(text) if "range" in forms else ():
        low, high = number(found["low"]), number(found["high"])
        unit = _unit(found["unit"])
        low_unit = _unit(found["low_unit"]) if found["low_unit"] else unit
        if low is not None and high is not None:
            lows.append((low, low_unit))
            highs.append((high, unit))
    rest = _RANGE.sub(lambda found: " " * len(found[0]), text) if "range" in forms else text
    for form in (form for name, form in forms.items() if name not in ("range", "below")):
        for found in form.finditer(rest):
            if (value := number(found["low"])) is not None and _is_age(rest, found):
                lows.append((value, _unit(found["unit"])))
    for found in _BELOW.finditer(rest) if "below" in forms else ():
        if (value := number(found["high"])) is not None and _is_age(rest, found):
            highs.append((value, _unit(found["unit"])))
    low_age = min(lows, key=lambda age: age[0] * _DAYS[age[1].rstrip("s")]) if lows else None
    high_age = max(highs, key=lambda age: age[0] * _DAYS[age[1].rstrip("s")]) if highs else None
    if low_age and high_age and low_age[1] != high_age[1]:
        high_age = None
    unit_told = low_age[1] if low_age else high_age[1] if high_age else None
    return low_age[0] if low_age else None, high_age[0] if high_age else None, unit_told


def _is_age(text: str, found: re.Match[str]) -> bool:
    """Whether a number of years or months is an age, not a time that something lasts."""
    return bool(_CERTAIN.search(found[0]) or _NEAR.search(text[max(0, found.start() - 60) : found.start()]))


def _weight(text: str) -> Number | None:
    found = _WEIGHT.search(text) if "weigh" in text else None
    return number(found["kg"]) if found else None


_SPECIES = re.compile(rf"\b{ANIMALS}\b")
_SINGULAR = {"dog": "dogs", "cat": "cats", "horse": "horses", "pig": "pigs"}


def species(text: str) -> tuple[str, ...]:
    """Return the animals that the phrase names, in the order named.

    >>> species("for treating dogs and cats with pain")
    ('dogs', 'cats')
    """
    named = [_SINGULAR.get(each[0], each[0]) for each in _SPECIES.finditer(text.lower())]
    return tuple(dict.fromkeys(each for each in named if not each.startswith("animal")))
