"""The frequency bands of the SmPC convention in which a stated frequency may lie.

The bands are those of the European Commission's "Guideline on summary of product characteristics" (2009), section 4.8; their
bounds stand in ontology/codes.ttl.
"""

from __future__ import annotations

from decimal import Decimal

BANDS = (
    ("very common", Decimal("0.1"), Decimal(1)),
    ("common", Decimal("0.01"), Decimal("0.1")),
    ("uncommon", Decimal("0.001"), Decimal("0.01")),
    ("rare", Decimal("0.0001"), Decimal("0.001")),
    ("very rare", Decimal(0), Decimal("0.0001")),
)
"""Each band with its lower end, included, and its upper end, left out."""


def bands(bound: str, numerator: Decimal, denominator: Decimal, numerator_to: Decimal | None = None) -> tuple[str, ...]:
    """Return the bands that hold the stated frequencies, from the most common; none where the statement is no frequency.

    "Up to 1 in 10" is the wording that overviews use for "common or rarer": 1 in 10 itself is left out.

    >>> bands("more than", Decimal(1), Decimal(5))
    ('very common',)
    >>> bands("up to", Decimal(1), Decimal(100))
    ('uncommon', 'rare', 'very rare')
    >>> bands("between", Decimal(1), Decimal(100), Decimal(10))
    ('common',)
    >>> bands("about", Decimal(3), Decimal(10))
    ('very common',)
    """
    if denominator <= 0:
        return ()
    share = numerator / denominator
    if bound == "more than":
        return tuple(name for name, _, end in BANDS if end > share)
    if bound == "up to":
        return tuple(name for name, start, _ in BANDS if start < share)
    if bound == "between" and numerator_to is not None:
        upper = numerator_to / denominator
        return tuple(name for name, start, end in BANDS if start < upper and end > share)
    return tuple(name for name, start, end in BANDS if start <= share < end or share == end == 1)
