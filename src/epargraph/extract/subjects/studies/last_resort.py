"""What a result measures where no usual shape of sentence says it: what was counted, how long it took, what people did."""

from __future__ import annotations

import re

from epargraph.extract.subjects.studies.endpoints import ARM, did, happened
from epargraph.patterns import compiled

_TIME = re.compile(r"(?:second|minute|hour|day|week|month|year)s?")
_BROUGHT_ABOUT = re.compile(
    r"(?:^|[,;:]\s)(?P<what>[^,;:]{3,70}? (?:(?:was|were|be|been|had) \w+|healed|recovered|relapsed|returned|stopped|closed|settled|resolved|cleared|occurred|came back|disappeared)(?: [a-z]+ly)?)$"
)
_TOOK = re.compile(r"(?:^|[,;:]\s?)\s?[Ii]t took(?: [\w\ue011-]+){0,4}$")
_TO_DO = re.compile(
    r"\s?(?P<what>(?:for (?:the |their )?[\w -]{3,40}? )?to [a-z]+(?: [a-z]+){0,3}?)(?=\s(?:in|with|for|on|among)\b|\s?[,.;\ue011\ue012]|\s?$)"
)
_SPENT = re.compile(
    r"\s?(?:(?:less|more|fewer|longer) )?(?:(?:per|a|each) (?:day|night|week) )?(?P<where>(?:in|on|with|without) (?:the |an? )?[‘’\w -]{3,40}?)(?=\s?[,.;\ue011\ue012]|\s?$)"
)


def last_resort(before: str, after: str, unit: str, counted: str) -> tuple[str, bool] | None:
    """Return what is measured and whether the value is a share of people, from the words around the value, or None.

    `before` and `after` are the words of the clause, with marks; `counted` are the words for the cases that the value counts.

    >>> last_resort("there were ", " \ue011", "", "clots")
    ('clots', True)
    >>> last_resort("The drain could be removed after ", " \ue011", "hours", "")
    ('time until the drain could be removed', False)
    """
    if counted:
        what = happened(counted)
        return (what, not unit) if what else None
    raw = compiled(r"\s(?:after|in)$").sub("", before.rstrip(" \ue013\ue012"))
    if _TIME.fullmatch(unit) and (found := _BROUGHT_ABOUT.search(raw)):
        what = found["what"].replace(ARM, "").strip()
        return f"time until {what[0].lower()}{what[1:]}", False
    if _TIME.fullmatch(compiled(r"\s(?:per|a|each) \w+$").sub("", unit)):
        if _TOOK.search(raw) and (found := _TO_DO.match(after)):
            return f"time {found['what']}", False
        if compiled(r"\bspent$").search(raw) and (found := _SPENT.match(after)):
            return f"time spent {found['where']}", False
        if found := compiled(
            rf"{ARM}\s?(?:were|was|stayed|remained|spent time) (?P<where>(?:in|on) (?:the |an? )?[a-z ]{{3,30}}?) for$"
        ).search(raw):
            return f"time {found['where']}", False
    if unit in ("cm", "mm") and compiled(r"\b(?:grown|grew)(?: by| an extra)?$").search(raw):
        return "growth", False
    if compiled(r"m|(?:kilo)?metres").fullmatch(unit) and compiled(r"\b(?:could|able to|can) walk$|\bwalked$").search(
        raw
    ):
        return "distance walked", False
    if (
        unit == "%"
        and compiled(r"\bspent$").search(raw)
        and (found := compiled(r"\s?of (?:the |their )?time(?= )").match(after))
    ):
        rest = _SPENT.match(after, found.end())
        return (f"time spent {rest['where']}", True) if rest else None
    if unit == "%" and compiled(rf"^(?:Of|Among|In) (?:[\w\s]{{0,30}})?{ARM},$").match(raw) and (told := did(after)):
        return told, True
    return None
