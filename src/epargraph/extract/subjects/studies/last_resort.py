"""What a result measures where no usual shape of sentence says it: what was counted, how long it took, what people did."""

from __future__ import annotations

import re

from epargraph.extract.subjects.studies.endpoints import ARM, did, happened

_TIME = re.compile(r"(?:second|minute|hour|day|week|month|year)s?")
_BROUGHT_ABOUT = re.compile(
    r"(?:^|[,;:]\s)(?P<what>[^,;:]{3,70}? (?:(?:was|were|be|been|had) \w+|healed|recovered|relapsed|returned|stopped|occurred|came back|disappeared))$"
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
    raw = re.sub(r"\safter$", "", before.rstrip(" \ue013\ue012"))
    if _TIME.fullmatch(unit) and (found := _BROUGHT_ABOUT.search(raw)):
        what = found["what"].replace(ARM, "").strip()
        return f"time until {what[0].lower()}{what[1:]}", False
    if unit == "%" and re.match(rf"^(?:Of|Among|In) (?:[\w\s]{{0,30}})?{ARM},$", raw) and (told := did(after)):
        return told, True
    return None
