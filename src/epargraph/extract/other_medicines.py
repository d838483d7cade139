"""Whether an amount in a sentence is that of another medicine: only this medicine's doses are read."""

from __future__ import annotations

import re

from epargraph.patterns import compiled

_ADDED = re.compile(
    r"\b(?:given|used|taken)\s(?:together\s)?with\s(?!food\b|water\b|meals?\b|milk\b)[a-z-]+\s(?:at\sa\sdose\sof|\()[^.;)]{0,40}$|\b(?:together|in\scombination)\swith\s[^.,;]{0,60}?$"
)
_NO_MORE = re.compile(r"\b(?:instead of|rather than|compared with|already taking|previously taking)\s$")
"""Ahead of an amount that is not, or no longer, taken."""
_STEM = re.compile(
    r"^[a-z-]*(?:mab|tinib|ciclib|zomib|parib|lisib|statin|sartan|pril|prilat|olol|azole|mycin|micin|cillin|parin|xaban|gliptin|gliflozin|tide|"
    r"trexate|trexed|platin|taxel|rubicin|poetin|grastim|sone|solone|nisone|dipine|azepam|azolam|caine|setron|bactam|floxacin|cycline|vudine|"
    r"citabine|navir|tegravir|buvir|asvir|previr|virine|formin|thiazone|thiazide|semide|dronate|dronic|profen|oxicam|racil|cristine|blastine|"
    r"tecan|poside|limus|sporin|terol|tropium|triptan|lukast|domide|fosfamide|phosphamide|mustine|sulfan|dopa|feron|folic|vitamin|calcium|iron|"
    r"magnesium|potassium)$"
)
"""Endings that international non-proprietary names share (the stems of the World Health Organization), and nutrients."""

_OTHER_TAKEN = re.compile(
    r"^\s*(?:and |while |whereas |but )?([a-z][a-z-]{4,})(?: [a-z]+)? (?:is|are|should be|can be|must be) "
    r"(?:also )?(?:taken|given|used|injected|started|administered)\b"
)
_OURS = frozenset(
    "treatment medicine vaccine injection injections infusion infusions tablet tablets capsule capsules patients patient "
    "adults children adolescents doses higher lower granules solution drops these those doses sachets puffs".split()
)
"""Subjects of a clause that still tells of this medicine; any other word there names another medicine."""
_AHEAD = frozenset(
    "about after around approximately because between either exceed exceeding further initially least nearly receive receives "
    "receiving taken takes taking their those under until using usually additional another reached weekly daily being given "
    "giving single first second total every doses injection injections infusion maximum minimum start starts where which".split()
)
"""Words that may stand right ahead of an amount of this medicine; any other name there is that of another medicine."""


def of_another(ahead: str, behind: str) -> bool:
    """Return whether an amount is another medicine's, from the text ahead of it and behind it in which this medicine's names are masked.

    >>> of_another("The dose is ", " once a day."), of_another("It is given with ", " prednisone daily.")
    (False, True)
    >>> of_another("the dose of dexamethasone should be lowered to ", "."), of_another("Ritonavir ", " is also taken.")
    (True, True)
    """
    if _ADDED.search(ahead) or _NO_MORE.search(ahead):
        return True
    named = compiled(r"(?:^|\s)([A-Za-z][a-z]{4,})\s$").search(ahead)
    if named and named[1].lower() not in _AHEAD:
        return True
    clause = compiled(r"[;:]").split(ahead)[-1]
    other = _OTHER_TAKEN.search(clause)
    if other and other[1] not in _OURS:
        return True
    first = compiled(r"\s*([A-Z][a-z-]{4,}) (?:is|are|should be) ").match(clause)
    if first and _STEM.match(first[1].lower()):
        return True
    follows = compiled(r"\s(?:of\s)?([a-z][a-z-]{4,})\b").match(behind)
    if follows and _STEM.match(follows[1]):
        return True
    doses = compiled(r"\bdoses?\sof\s(?:the\s)?(\S+)").findall(clause)
    return bool(doses) and bool(compiled(r"[a-z][a-z-]{4,}").fullmatch(doses[-1])) and bool(_STEM.match(doses[-1]))
