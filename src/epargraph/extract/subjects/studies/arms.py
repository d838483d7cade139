"""The arms of a study: the names of treatments as results tell them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from epargraph.patterns import compiled
from epargraph.rules import MEDICINE, SUBSTANCE
from epargraph.values import plain

NO_TREATMENT = "no treatment"
PLACEBO = "placebo"

_IT = re.compile(
    r"^(?:it|(?:(?:the|this|a|active|new) )*(?:vaccine|medicine|treatment|combination|gene therapy|booster|injections?))(?=$|\s(?:every|once|twice|at|daily|weekly|\d))",
    re.IGNORECASE,
)
_REGIMEN = re.compile(
    r"^\s?(?:at |a dose of |given |taken )*(?P<how>(?:\d[\d.,]*\s?(?:mg|micrograms?|g|ml|units|IU|mg/kg|MBq)\b(?:\sper\skg|/kg)?|every\s(?:\d+ to )?[\w-]+(?:\s\w+)?|"
    r"(?:once|twice|three times)(?:\s(?:a|per|every)\s(?:\d+ )?\w+|\sdaily|\sweekly|\smonthly)|daily|weekly|monthly|(?:high|low|higher|lower)[ -]dose)"
    r"(?:\s(?:every\s[\w-]+(?:\s\w+)?|(?:once|twice|three times)(?:\s(?:a|per|every)\s\w+|\sdaily)|daily|weekly|monthly))?)"
)
_DUMMY = re.compile(
    r"^(?:a |an )?(?:placebo|dummy (?:treatment|vaccine|injection|medicine|procedure|cream|gel|ointment|patch|inhaler|capsule|tablet|infusion|spray|eye drop)s?)\b",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"^(?:no (?:[\w-]+ )?(?:treatment|prophylaxis|vaccine|vaccination|medicine)|nothing|no active treatment)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^(?:(?:an?|the|any|all|some|these|those|other|another|different|previous|earlier|same|either|both|one|two|three|more|"
    r"further|several|additional|at|up|least|comparator|comparison|control|active|new|first|second|third|existing|of|usual|only|no|more|less|"
    r"prior|several|various|many|last|this|that|each) ?)*(?:treatments?|therap(?:y|ies)|medicines?|drugs?|vaccines?|doses?|antibiotics|"
    r"groups?|comparators?|patients?|people|those|children|adults|women|men|that|which|time|regimens?|baseline|weeks?|months?|years?|"
    r"days?|injections?|infusions?|respect|regard|such|moderate|severe|mild|them|it|one|before|start|study|studies|results?)?$",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:the|a|an|their|his|her|either|only|also|just|treatment with|standard care with)\s)+", re.IGNORECASE
)
_TRAILING = re.compile(
    r"(?:\s(?:alone|only|instead|on (?:its|their) own|(?:as )?monotherapy|treatment group|group|groups|arm|itself|combined|together|"
    r"and|or|with|plus|in|in addition|every|than|respectively|both))+$",
    re.IGNORECASE,
)
_PARTNER = re.compile(r"\s(?:plus|with|and|together|in combination|combined|added|or|without|followed)\b")


def arm_name(words: str, masked: str, medicine: str, substances: Sequence[str] = ()) -> str | None:
    r"""Return the name of the arm that the words stand for; None where they name none.

    The medicine keeps its dose or schedule, not the medicines given with it. `masked` is the same text with the
    document's own names masked.

    >>> arm_name("Abcmed every 4 weeks", "\ue000\ue000\ue000\ue000\ue000\ue000 every 4 weeks", "Abcmed")
    'Abcmed every 4 weeks'
    >>> arm_name("it every 8 weeks", "it every 8 weeks", "Abcmed")
    'Abcmed every 8 weeks'
    >>> arm_name("their current medicines", "their current medicines", "Abcmed")
    'current medicines'
    >>> [arm_name(each, each, "Abcmed") for each in ("placebo plus defolimab", "sunitinib alone", "other medicines")]
    ['placebo', 'sunitinib', None]
    """
    if found := compiled(r"(?:the )?(?:scans?|images|treatment|therapy) (?:with|using) (?=\S)").match(words.strip()):
        words = words.strip()[found.end() :]
        masked = masked.strip()[found.end() :]
    words, masked = words.strip(), masked.strip()
    if compiled(r"^(?:scans?|images) without\b").search(words):
        return None
    if compiled(r"(?:the )?(?:[\w-]+ ){0,2}?(?:schedule|regimen|dosing)").fullmatch(words):
        return medicine
    if MEDICINE in masked:
        rest = masked[masked.rindex(MEDICINE) + 1 :] if masked.count(MEDICINE) else ""
        lead = masked[: masked.index(MEDICINE)].strip().lower()
        if compiled(r"\b(?:plus|and|with|or|without)$").search(lead) and not compiled(r"(?:adding|treatment)").match(
            lead
        ):
            return None
        return _with_regimen(medicine, rest)
    if found := _IT.match(words):
        return _with_regimen(medicine, words[found.end() :])
    if found := compiled(r"(?:an? )?(?P<sham>sham(?:[ -](?:injection|procedure|operation))?)", re.IGNORECASE).match(
        words
    ):
        return found["sham"].lower()
    if _DUMMY.match(words):
        return PLACEBO
    if _NONE.match(words):
        return NO_TREATMENT
    if found := compiled(
        r"(?:the )?(?P<dose>\d[\d.,]* ?mg(?:/\d[\d.,]* ?mg)?) (?:tablets?|capsules?|doses?|strength|injections?)$"
    ).match(words):
        return f"{medicine} {found['dose']}"
    if found := compiled(r"(?:the )?(?P<dose>(?:high|higher|highest|low|lower|lowest|medium) dose)$").match(words):
        return f"{medicine} {found['dose']}"
    bare = _TRAILING.sub("", _LEADING.sub("", words)).strip(" .,;:")
    if len(substances) == 1 and masked and set(_TRAILING.sub("", _LEADING.sub("", masked)).strip()) == {SUBSTANCE}:
        return medicine
    if compiled(r"(?:[\w-]+-)?(?:daily|weekly|monthly) (?:schedule|regimen|dosing)").fullmatch(bare):
        return medicine
    bare = compiled(r"^(?:scans|images|examinations|pictures) (?:taken |obtained |made )?with ").sub("", bare)
    if compiled(r"(?:those|these|that|what|levels?|results?|rates?)\b").match(bare):
        return None
    if (
        not bare
        or _VAGUE.match(words)
        or _VAGUE.match(bare)
        or not compiled(r"[A-Za-z]").match(bare)
        or len(bare.split()) > 9
    ):
        return None
    if compiled(r"\b(?:patients|people|adults|children|studies|study|symptoms|disease)\b").search(
        compiled(r"^.*\bvaccine against .*$").sub("", bare)
    ):
        return None
    return plain(compiled(r"(?<=\w)-\s(?=\w)").sub("-", compiled(r"\s?/\s+").sub("/", bare)))


def _with_regimen(medicine: str, rest: str) -> str:
    how = _REGIMEN.match(_PARTNER.split(rest)[0])
    return f"{medicine} {how['how']}".strip() if how else medicine


def same_arm(one: str, other: str) -> bool:
    """Return whether two names stand for one treatment, told in the singular or plural or with a word more.

    >>> same_arm("conventional medicines", "conventional medicine")
    True
    >>> same_arm("placebo", "sitagliptin")
    False
    """
    first, second = ({w.rstrip("s") for w in compiled(r"\w+").findall(each.lower())} for each in (one, other))
    return bool(first and second) and (first <= second or second <= first)
