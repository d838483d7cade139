"""Who took part in a study, from the words that count them."""

from __future__ import annotations

import re

from epargraph.extract.sentences import Sentence
from epargraph.extract.subjects.studies.mentions import Mention
from epargraph.extract.subjects.studies.study import Study
from epargraph.patterns import compiled

_LATER = re.compile(
    r",\s|\s(?:found|showed|shows|compared|looked|has shown|have shown|demonstrated|and one|and the other|and (?:was|compared|found|showed)|over \w+ weeks|"
    r"who (?:received|were given|took)|and who|in which)\b"
)
_ANYONE = re.compile(r"(?:patients|people|persons|participants|subjects|volunteers|individuals|animals|of)$")


def population(mention: Mention) -> str | None:
    """Return who took part, where more is said of them than that they were patients."""
    who = compiled(r"^(?:a total of\s)?").sub("", mention.words("x_who")).strip()
    people = compiled(r"^ in this study\b").sub("", _LATER.split(mention.words("x_people"))[0]).strip()
    told = f"{who} {people}".strip()
    return None if _ANYONE.match(told) else told or None


def belongs(study: Study, mention: Mention, sentence: Sentence, text: str, headed: bool) -> bool:
    """Return whether a number of people is that of the whole study."""
    if "participants" in study.fields:
        return False
    cue = mention.words("x_cue").lower()
    between = (
        text[study.mention.end : mention.start]
        if study.sentences[0] is sentence and study.mention.end <= mention.start
        else ""
    )
    if compiled(r"%|\bout of\b").search(between):
        return False
    if headed or study.mention.rule == "study-studied":
        return not (cue in ("of", "with") and len(between) > 60)
    return cue in (
        "involved",
        "included",
        "enrolled",
        "recruited",
        "looked at",
        "studied",
        "treated",
        "followed",
        "covering",
    )
