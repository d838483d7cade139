"""A cell of a table to the text that it stands for: entities, spaces and lost line breaks mended, nothing else."""

from __future__ import annotations

import html
import json
import re
from datetime import date, datetime, time, timedelta

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f\x7f-\x9f]|_x000[0-9A-Fa-f]_")
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?")
_LOST_BREAK = re.compile(
    r",[ \xa0]*\t\s*(?:,\s*)*"  # 2018: a bullet's tab after the comma that took the place of the line break
    r"|,(?:[ \xa0]*,)+\s*(?:-\s)?|,\s-\s"  # 2018: empty lines and dashes
    r"|[ \xa0]{2,}(?=[A-ZÀ-Ý])|(?:(?<=[:;.)])|(?<=\bwith)(?<!combination\swith)|(?<=\bfor)|(?<=\bof)|(?<=\bin)|(?<=\bindicated))[ \xa0]{2,}(?=[a-z]{2})(?!(?:to|who|whose|which|that|and|or|characterised)\b)"
    r"|[ \xa0]{2,}(?=(?:in|as|for|when|treatment|prevention|prophylaxis)\s)|[ \xa0]{2,}[-•·][ \xa0]+"  # 2024 and later: two spaces
    r"|(?<=[a-z0-9)%]\.)(?=[A-Z][a-zà-ÿ]+\b)|(?<=[a-z)]:)(?=[A-Z][a-z])"  # a sentence glued to the one before
    r"|\s*[\n\r\v\f\u2028\u2029\t]\s*"
)
_HANGING = re.compile(r"^[\s,;]+|[\s,;]+$")


def text_of(value: object) -> str:
    """Return what a cell's value is as text: whole numbers without a fraction, days as ISO 8601.

    >>> [text_of(each) for each in (None, 17.0, 1.5, True, datetime(2021, 12, 20, 1, 0), date(2021, 12, 20), "a")]
    ['', '17', '1.5', 'Yes', '2021-12-20', '2021-12-20', 'a']
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | time | timedelta):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def clean(text: str, *, lines: bool = False) -> str:
    r"""Return the text with entities as characters and single spaces, without commas that hang at its ends.

    With `lines`, line breaks stay, and those that an export lost come back.

    >>> clean("Merck&nbsp;&amp;  Co, , ")
    'Merck & Co'
    >>> clean("pain.Treatment of fever  Adults: 37&nbsp;&deg;C", lines=True)
    'pain.\nTreatment of fever\nAdults: 37 °C'
    >>> clean("a BMI of  30", lines=True)
    'a BMI of 30'
    """
    if "&" in text:
        text = html.unescape(text)
        if _ENTITY.search(text):  # escaped twice
            text = html.unescape(text)
    if not (text.isascii() and text.isprintable()) or "_x000" in text:  # most cells are plain
        text = _INVISIBLE.sub("", text)
    if not lines:
        return " ".join(text.split()).strip(" ,;")
    parts = (" ".join(part.split()) for part in _LOST_BREAK.sub("\n", text).split("\n"))
    return _HANGING.sub("", "\n".join(part for part in parts if part.strip(" ,;")))
