"""Which way a result changed: up or down, from the words around its value."""

from __future__ import annotations

import re

from epargraph.extract.engine import Fields
from epargraph.kinds import Value

_DOWN = re.compile(
    r"\b(?:fell|fallen|fall|falling|decreas\w+|reduc\w+|dropp?\w*|declin\w+|shrank|shrunk|lowered|lower(?!\s(?:spine|back|limb|leg|dose|respiratory|abdom\w+|jaw|eyelid))|fewer|less(?!\sthan)|cut|shorten\w*|lost|(?:gone|went|go|brought)\sdown|down\sby)\b"
)
_UP = re.compile(
    r"\b(?:rose|risen|rise|rising|increas\w+|gain\w*|more(?!\sthan\s(?:\d|half|one\b|two\b|three|four|five|twice))|higher(?!\s(?:dose|strength))|longer|raised|grew|(?<!a\s)further|(?:gone|went|go)\sup|put\son)\b"
)


def directed(fields: Fields, *told: str) -> Fields:
    """Return the fields with the direction of a change, where the words say one: first those nearest, then those around."""
    if "direction" in fields or fields.get("statistic") == "proportion":
        return fields
    for words in told:
        down, up = _DOWN.search(words), _UP.search(words)
        if bool(down) != bool(up):
            direction: Value = "decrease" if down else "increase"
            return {**fields, "direction": direction}
        if down and up and up[0] in ("more", "further", "longer", "higher"):
            return {**fields, "direction": "decrease"}  # 'lowered it by 9 points more than placebo'
        if down and up:
            break
    return fields
