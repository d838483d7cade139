"""How often side effects occur: `more than 1 in 10 people`, `between 1 and 10 patients in 100`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from epargraph.kinds import Number
from epargraph.patterns import compiled
from epargraph.values import number

_NUMBER = (
    r"(?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|twenty|hundred)"
)
_PEOPLE = (
    r"(?:people|persons?|patients?|adults?|adolescents?|children|child|infants?|women|woman|men|man|users?|recipients?|"
    r"individuals?|babies|volunteers?|subjects?|donors?|doses?|vaccinations?|injections?|infusions?|animals?|dogs?|cats?|horses?|pigs?|piglets?|sows?|cattle|cows?|calves|sheep|lambs?|"
    r"goats?|rabbits?|chickens?|hens?|birds?|fish|treated)"
)
_BOUNDS = {
    "more than": "more than",
    "over": "more than",
    "greater than": "more than",
    "up to": "up to",
    "fewer than": "up to",
    "less than": "up to",
    "around": "about",
    "about": "about",
    "approximately": "about",
    "roughly": "about",
    "between": "between",
    "from": "between",
}
FREQUENCY = (
    rf"(?:(?P<bound>{'|'.join(_BOUNDS)})\s+)?(?P<low>{_NUMBER})(?:\s+(?:and|to)\s+(?P<high>{_NUMBER}))?"
    rf"(?:\s+(?:{_PEOPLE}\s+)?(?:in|out\s+of)\s+(?:every\s+)?)(?P<of>{_NUMBER})\b"
)
"""The pattern of a frequency: bound, how many, up to how many, out of how many."""

_FREQUENCY = re.compile(FREQUENCY, re.IGNORECASE)
_IN = re.compile(r"\s(?:in|out)\s", re.IGNORECASE)
"""What every frequency has."""
_TO_ANOTHER = re.compile(rf"\s+(?:and|to)\s+{_NUMBER}\s+in\s+{_NUMBER}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Frequency:
    """How many people in how many have a side effect."""

    bound: str | None
    numerator: Number
    denominator: Number
    numerator_to: Number | None = None

    def fields(self) -> dict[str, Number | str]:
        """Return the fields of an AdverseEffect that the frequency states."""
        stated = {
            "bound": self.bound,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "numerator_to": self.numerator_to,
        }
        return {name: value for name, value in stated.items() if value is not None}


def frequency(text: str) -> Frequency | None:
    """Return the first frequency that the text states, None where there is none or it lies between two rates.

    >>> frequency("which may affect more than 1 in 5 people")
    Frequency(bound='more than', numerator=1, denominator=5, numerator_to=None)
    >>> frequency("seen in between 1 and 10 patients in 100")
    Frequency(bound='between', numerator=1, denominator=100, numerator_to=10)
    >>> frequency("seen in around 3 in 10 people").bound
    'about'
    >>> frequency("seen in 5% of patients") is None
    True
    """
    found = _FREQUENCY.search(text) if _IN.search(text) else None
    if not found or _TO_ANOTHER.match(text, found.end()):
        return None
    low, high, whole = (_count(found[group]) for group in ("low", "high", "of"))
    if low is None or whole is None or not 0 < low <= whole or (high is not None and not low < high <= whole):
        return None
    bound = _BOUNDS.get(" ".join((found["bound"] or "").lower().split()))
    if high is not None and bound is None:
        bound = "between"
    if (bound == "between") != (high is not None):
        return None
    return Frequency(bound, low, whole, high)


def _count(words: str | None) -> Number | None:
    return None if words is None else 100 if words.lower() == "hundred" else number(words)


_PARTICIPLE = r"(?:affect(?:s|ed|ing)?|occur(?:s|red|ring)?\s+(?:\w+ly\s+)?in|(?:seen|reported|observed|found|happening|developed)(?:\s+(?:very\s+)?(?:rarely|commonly|frequently|occasionally|often))?,?\s+(?:in|with|after))"
_CLAUSE = re.compile(
    r"(?P<glue>[,;]?\s*\b(?:(?:and|each|all|both|which|that|of\s+which|they|these|common|uncommon|rare|frequent|can|could|may|might|has|have|had|been|be|is|are|was|"
    r"were|also|only|mostly|usually|rarely|commonly|less|very|estimated\s+to|thought\s+to)\s+)*)"
    rf"{_PARTICIPLE}\s+(?:an?\s+estimated\s+)?{FREQUENCY}(?:\s+(?:of\s+)?(?:the\s+)?{_PEOPLE})?",
    re.IGNORECASE,
)
_SHORT = re.compile(
    rf"(?<=[a-z)])\s+(?:in\s+)?(?=(?:{'|'.join(_BOUNDS)})\s){FREQUENCY}(?:\s+{_PEOPLE})?(?=\s*(?:[,;.]|$))",
    re.IGNORECASE,
)
"""A frequency without its verb, as in '..., and fits up to 1 in 1,000'."""
_BRACKET = re.compile(r"\s*\((?P<inside>[^()]*)\)")
_AND_MORE = re.compile(r",?\s+(?:and|while|whereas|but|with)\s")


_SHARE = re.compile(
    r"(?:affect|seen|reported|occur|in)\w*\s.*(?:\bhalf\b|\bthirds?\b|\bquarters?\b|\d\s?%|\bper cent\b)", re.IGNORECASE
)
"""A bracket that tells a share of the people, which is no frequency of so many in so many."""


def marked(text: str) -> tuple[str, list[Frequency | None]]:
    """Return the text with each frequency, its clause or bracket with it, replaced by a mark `⟦n⟧`, and the frequencies.

    >>> marked("pain (which may affect more than 7 in 10 people), fever and rash (around 3 in 10 people)")[0]
    'pain ⟦0⟧, fever and rash ⟦1⟧'
    >>> marked("Skin rash and chills may affect up to 1 in 100 people, while fits may affect up to 1 in 1,000 people.")[0]
    'Skin rash and chills ⟦0⟧, while fits ⟦1⟧.'
    >>> marked("Cellulitis is uncommon and may affect up to 1 in 100 people")[0]
    'Cellulitis ⟦0⟧'
    >>> marked("Fever may affect more than 1 in 10 people, and fits up to 1 in 1,000.")[0]
    'Fever ⟦0⟧, and fits ⟦1⟧.'
    >>> marked("fits and pneumonia; these may affect up to 1 in 100 people")[0]
    'fits and pneumonia ⟦0⟧'
    >>> marked("low blood sugar, which may affect more than 1 in 10 people when taken with insulin or glinides")[0]
    'low blood sugar ⟦0⟧'
    """
    known: list[Frequency | None] = []

    def bracket(found: re.Match[str]) -> str:
        inside = found["inside"]
        rate = frequency(inside)
        if rate is None and _SHARE.match(inside.removeprefix("which may ").removeprefix("which ")):
            known.append(None)
            return f" ⟦{len(known) - 1}⟧"
        if rate is None:
            return found[0]
        known.append(rate)
        clause = _CLAUSE.search(inside) or _FREQUENCY.search(inside)
        gloss = inside[: clause.start()].strip(" ,;:") if clause else ""
        gloss = compiled(r"[,;]?\s*(?:which|that)$").sub("", gloss)
        return (f" ({gloss})" if len(gloss) > 3 and gloss[0].islower() else "") + f" ⟦{len(known) - 1}⟧"

    text = _BRACKET.sub(bracket, text)
    parts, place = [], 0
    clauses = [each for each in _CLAUSE.finditer(text) if frequency(each[0])] if _IN.search(text) else []
    if clauses:
        last = clauses[-1].end()
        clauses += [each for each in _SHORT.finditer(text, last) if frequency(each[0])]
    for index, found in enumerate(clauses):
        if found.start() < place:
            continue
        rate = frequency(found[0])
        assert rate is not None
        known.append(rate)
        following = clauses[index + 1].start() if index + 1 < len(clauses) else None
        parts += [text[place : found.start()].rstrip(), f" ⟦{len(known) - 1}⟧"]
        place = _end_of_clause(text, found.end(), following)
    parts.append(text[place:])
    return "".join(parts), known


def _end_of_clause(text: str, start: int, following: int | None) -> int:
    """Return where the clause of a frequency ends: at a comma or bracket, or where another list with its own begins."""
    stop = re.compile(r"[,;:.(⟦](?!\d)").search(text, start)
    end = stop.start() if stop else len(text)
    if stop and stop[0] == "⟦" and (joint := _AND_MORE.search(text, start, end)):
        return joint.start()
    if following is not None and following < end and (joint := _AND_MORE.search(text, start, following)):
        return joint.start()
    if stop and stop[0] == "(" and (joint := _AND_MORE.search(text, start, end)):
        return joint.start()
    return end
