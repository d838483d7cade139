"""How values look on a page: numbers, days and the words of closed lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

_MONTHS = "January February March April May June July August September October November December".split()


def number(value: str | int | float | Decimal) -> str:
    """Return a number without needless zeros, with commas from a thousand on; other text as it is.

    >>> [number(each) for each in ("37.10", 2673, "1e3", "some")]
    ['37.1', '2,673', '1,000', 'some']
    """
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not exact.is_finite():
        return str(value)
    text = f"{exact:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: str | date | None) -> str:
    """Return a date in words, as precise as it is; what is no date as it is.

    >>> [day(each) for each in ("2022-01-06", "2021-01", "2021", None)]
    ['6 January 2022', 'January 2021', '2021', '']
    """
    text = value.isoformat() if isinstance(value, date) else value or ""
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return text
    if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
        return text
    told = [str(int(part)) for part in parts[2:]] + [_MONTHS[int(part) - 1] for part in parts[1:2]] + parts[:1]
    return " ".join(told)


def many(count: int, word: str, plural: str = "") -> str:
    """Return a number with its word.

    >>> many(1, "fact"), many(2673, "medicine"), many(2, "study", "studies")
    ('1 fact', '2,673 medicines', '2 studies')
    """
    return f"{count:,} {word if count == 1 else plural or word + 's'}"


def sentence(text: str) -> str:
    """Return the text with a capital at its beginning.

    >>> sentence("recommended dose: 960 mg"), sentence("")
    ('Recommended dose: 960 mg', '')
    """
    return text[:1].upper() + text[1:]


def apart(word: str) -> str:
    """Return a word in camel case as words.

    >>> apart("exactMatch"), apart("DatabaseCrossReference")
    ('exact match', 'database cross reference')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).lower()


def asked(parameters: Mapping[str, str]) -> str:
    """Return the query string that asks for this, empty for nothing.

    >>> asked({"q": "a b", "sort": "name"}), asked({})
    ('?q=a+b&sort=name', '')
    """
    return f"?{urlencode(parameters)}" if parameters else ""


FILTERS: Mapping[str, Callable[..., str]] = {
    "number": number,
    "day": day,
    "many": many,
    "sentence": sentence,
    "apart": apart,
    "asked": asked,
}
"""The filters of the templates."""
