"""Recognise the headings of the templates of an overview by their form, whatever the medicine's name.

The questions are those of EMA's "medicine overview" (since 2018), of the "EPAR summary for the public" before it, of
the questions and answers on refused and withdrawn applications, and of the overviews of veterinary medicines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from epargraph.model import SectionName

LONGEST = 260
"""No heading is longer, its medicine's name and substances included."""

HEADING_START = re.compile(r"(?:What|How|Why|Which|Where|Does|Other information about|Overview of)\b", re.IGNORECASE)

_X = r".{1,150}?"
_FORMS: tuple[tuple[SectionName, str], ...] = (
    (
        "measures",
        r"(?:What|Which) measures (?:are being|have been|will be|are) (?:taken|put in place) "
        rf"to ensure (?:the )?safe (?:and effective )?use of {_X}",
    ),
    ("awaited", rf"What information is (?:still )?(?:being )?awaited (?:for|on|about) {_X}"),
    ("risks", rf"What (?:is|are) the (?:main )?(?:risks?|side effects?) (?:associated with|of|with) {_X}"),
    ("risks", rf"What (?:is|are) the benefits? and (?:the )?risks? (?:associated with|of) {_X}"),
    ("risks", r"What (?:are|is) the precautions? (?:for|to be taken by) the persons? who gives? the \w.{0,100}"),
    ("risks", r"(?:What is|How long is) the (?:withdrawal period|time to allow before)\b.{0,160}"),
    ("benefits", rf"What benefits? (?:of|has|have|did|does) {_X} (?:been )?(?:shown|show|have)\b.{{0,40}}"),
    ("benefits", rf"How (?:has|have|was|were) {_X} (?:been )?studied"),
    (
        "benefits",
        r"What (?:documentation |data |information )?(?:did|has|have) the company "
        r"(?:present|presented|provided?)\b.{0,80}",
    ),
    ("benefits", r"What (?:were|are) the (?:main )?results of the stud(?:y|ies)"),
    ("work", rf"How (?:does|do|did|is|are|was) {_X} (?:expected to )?work"),
    (
        "use",
        rf"How (?:is|are|was|were|should|will) {_X} (?:be |expected to be |intended to be )?(?:used|given|taken)",
    ),
    (
        "what",
        rf"What (?:is|are|was|were) {_X} and what (?:is it|are they|was it|were they|is it to be) "
        r"(?:used|intended to be used|expected to be used|authorised) for",
    ),
    ("what", rf"What (?:is|are|was|were|can|will) {_X} (?:intended to be |expected to be |be )?used for"),
    (
        "why",
        rf"Why (?:is|are|was|were|has|have|did) {_X} (?:been )?(?:authorised|approved|refused|re-?examined|granted"
        r"|recommended|withdrawn|suspended|not renewed)\b.{0,80}",
    ),
    ("why", r"Why (?:did|was|has|have) the (?:CHMP|CVMP|Agency|EMA|European|company|Committee)\b.{0,140}"),
    ("why", r"What (?:was|were|is|are) the (?:CHMP|CVMP|Agency|EMA|Committee)(?:[’']s)? .{1,120}"),
    ("why", r"What (?:were|are|was|is) the (?:reasons?|grounds?|conclusions?|main concerns?)\b.{0,120}"),
    (
        "other",
        r"(?:What (?:are|is|does) the|Does the|What does this) (?:consequence|refusal|withdrawal|mean|affect).{0,120}",
    ),
    ("what", r"What is (?!the\b|this\b|it\b|that\b)\S.{0,120}?"),
    ("what", r"What are (?!the\b|these\b|they\b)\S.{0,120}?"),
)
_QUESTIONS = tuple((section, re.compile(form + r" ?\?", re.IGNORECASE)) for section, form in _FORMS)
_OTHER = re.compile(r"(?:Other|More|Further) information (?:about|on) (?!the\b|using\b|orphan\b)[^.:?]{1,100}(?::|$)")


def heading_at(lines: Sequence[str]) -> tuple[int, str, str, SectionName] | None:
    """Return how many of the lines a heading takes, its text, what follows it on its last line, and its section.

    >>> heading_at(["What measures are being taken to ensure the safe and effective use of", "Lumykras?", "More."])
    (2, 'What measures are being taken to ensure the safe and effective use of Lumykras?', '', 'measures')
    >>> heading_at(["What matters is how the medicine is used.", "Is it?"]) is None
    True
    """
    if not lines or not HEADING_START.match(lines[0]):
        return None
    joined = ""
    for count, line in enumerate(lines, 1):
        joined = f"{joined} {line}" if joined else line
        mark = joined.find("?", 0, LONGEST)
        if mark >= 0:
            heading = joined[: mark + 1]
            rest = joined[mark + 1 :].strip()
            if len(rest.split(" ")) > len(line.split(" ")):
                return None
            for section, form in _QUESTIONS:
                if form.fullmatch(heading):
                    return count, heading, rest.lstrip(": "), section
            return None
        if count == 1 and len(joined) < LONGEST and _OTHER.fullmatch(joined):
            return 1, joined, "", "other"
        if len(joined) > LONGEST or joined[-1] in ".:;":
            return None
    return None
