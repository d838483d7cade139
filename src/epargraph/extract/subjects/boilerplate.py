"""Sentences that every overview repeats and that state no fact."""

from __future__ import annotations

import re

_KNOWN = re.compile(
    r"^(?:For (?:more|further) information (?:about|on)|For the full list of|Further information on|"
    r"The full EPAR for|If you (?:need|want) more|This document is a summary|It explains how|"
    r"Official address|Address for visits|Send us a question|An agency of|Telephone)"
)


def known(sentence: str) -> bool:
    """Whether the sentence, its names masked, is one of those that overviews repeat without stating a fact.

    >>> known("For more information about using it, see the package leaflet.")
    True
    """
    return bool(_KNOWN.search(sentence))
