"""Patterns that stand where they are used, compiled once.

The memory of `re.search` and the like holds 512 patterns and looks each up by its text and flags: with more patterns than
that they are compiled over and over.
"""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    r"""Return the pattern, compiled the first time and kept: none may be made of a text's own words.

    >>> compiled(r"\d+").findall("9 of 12")
    ['9', '12']
    """
    return re.compile(pattern, flags)
