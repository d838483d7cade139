"""The frequency bands in which a stated frequency may lie.

The bands are those of the European Commission's "A guideline on summary of product characteristics" (2009), section 4.8;
their ends stand in ontology/codes.ttl.
"""

from __future__ import annotations

from decimal import Decimal

from epargraph import vocabulary


def bands(bound: str, numerator: Decimal, denominator: Decimal, numerator_to: Decimal | None = None) -> tuple[str, ...]:
    """Return each band that holds a frequency as stated, from the most common; none where nothing can be told.

    "Up to 1 in 10" is how overviews write "common or rarer": 1 in 10 itself is left out, like in the convention. "About" is
    taken at its word. A denominator of zero, or more people than there are, is no frequency.

    >>> bands("more than", Decimal(1), Decimal(5))
    ('very common',)
    >>> bands("more than", Decimal(1), Decimal(100))
    ('very common', 'common')
    >>> bands("up to", Decimal(1), Decimal(10))
    ('common', 'uncommon', 'rare', 'very rare')
    >>> bands("up to", Decimal(1), Decimal(100))
    ('uncommon', 'rare', 'very rare')
    >>> bands("between", Decimal(1), Decimal(100), Decimal(10))
    ('common',)
    >>> bands("about", Decimal(3), Decimal(10))
    ('very common',)
    >>> bands("about", Decimal(3), Decimal(0))
    ()
    """
    if denominator <= 0 or not 0 <= numerator <= denominator:
        return ()
    stated = numerator / denominator
    to = stated if numerator_to is None else numerator_to / denominator
    found = []
    for band in vocabulary.bands():
        start = band.at_least or Decimal(0)
        end = Decimal("Infinity") if band.less_than is None else band.less_than
        holds = {
            "more than": end > stated,
            "up to": start < stated,
            "between": start < to and end > stated,
            "about": start <= stated < end,
        }
        if holds.get(bound, False):
            found.append(band.notation)
    return tuple(found)
