"""Which versions stand for two days, and all that changed between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from epargraph.changes import overview, register
from epargraph.changes.change import Change
from epargraph.errors import UsageError
from epargraph.lookup import medicine_named
from epargraph.sources import Version, held_in, in_order, versions
from epargraph.stores import Store


@dataclass(frozen=True, slots=True)
class History:
    """What changed, and between which versions: the older and the newer one of each source that was compared."""

    compared: tuple[tuple[Version, Version], ...]
    changes: tuple[Change, ...] = field(repr=False)
    medicine: str | None = None


def history(
    store: Store,
    *,
    start: str | None = None,
    end: str | None = None,
    medicine: str | None = None,
    details: bool = False,
) -> History:
    """Return what changed between two days: of each source between the versions that stood then.

    The version of a day is the newest one that is not later. Without `end` it is the newest of all, without `start` the
    one before that. `medicine` is a name, a product number or an IRI. With `details` the changes that tell of the table
    more than of the medicine are there too. Raises UsageError for a day that is none, for days between which nothing
    can be compared, and for an unknown medicine.
    """
    for day in (start, end):
        _check(day)
    if start and end and start >= end:
        raise UsageError(f"from {start} to {end}", "the first day is not before the second", "exchange them")
    wanted = medicine_named((store, store.archive()), medicine) if medicine is not None else None
    known = versions(store)
    pairs = [pair for each in _sources(known) if (pair := _pair(each, start, end)) is not None]
    pairs = [pair for pair in pairs if pair[0].is_register or wanted in (None, pair[1].medicine)]
    if not pairs:
        raise _nothing(known, start, end)
    found = [
        change for old, new in pairs for change in _between(store, old, new, wanted) if details or not change.is_detail
    ]
    return History(tuple(pairs), tuple(sorted(found, key=_order)), wanted)


def whole_history(store: Store) -> History:
    """Return all that changed from each version of each source to the next, but for what tells of the table alone."""
    pairs = tuple(pair for each in _sources(versions(store)) for pair in pairwise(each))
    found = (change for old, new in pairs for change in _between(store, old, new, None) if not change.is_detail)
    return History(pairs, tuple(sorted(found, key=_order)))


def _order(change: Change) -> tuple[str, ...]:
    return (change.name.casefold(), change.medicine, change.new.graph, change.type, change.subject, str(change.before))


def _between(store: Store, old: Version, new: Version, medicine: str | None) -> Iterator[Change]:
    before, after = (old, held_in(store, old)), (new, held_in(store, new))
    return register.between(before, after, medicine) if old.is_register else overview.between(before, after)


def _sources(known: Sequence[Version]) -> list[list[Version]]:
    """Return the versions of each source in order; an excerpt of the register counts where there is no whole one."""
    ordered = in_order(known)
    registers = {source: each for source, each in ordered.items() if each and each[0].is_register}
    whole = any("excerpt" not in source and len(each) > 1 for source, each in registers.items())
    return [
        each for source, each in sorted(ordered.items()) if not (whole and source in registers and "excerpt" in source)
    ]


def _pair(ordered: Sequence[Version], start: str | None, end: str | None) -> tuple[Version, Version] | None:
    """Return the versions that stood on two days, None where that is one and the same or none."""
    until = [each for each in ordered if end is None or (each.age or "9999") <= end]
    earlier = until[:-1] if start is None else [each for each in until if (each.age or "9999") <= start]
    if not until or not earlier or earlier[-1].graph == until[-1].graph:
        return None
    return earlier[-1], until[-1]


def _check(day: str | None) -> None:
    try:
        if day is not None and date.fromisoformat(day).isoformat() != day:
            raise ValueError
    except ValueError:
        raise UsageError(f"day {day}", "it is not a day", "write it like 2024-08-22") from None


def _nothing(known: Sequence[Version], start: str | None, end: str | None) -> UsageError:
    days = sorted({each.age for each in known if each.age is not None})
    where = f"changes from {start or 'the version before'} to {end or 'the newest'}"
    has = f"the store has versions of {', '.join(days)}" if days else "the store has no two versions of any source"
    return UsageError(where, has, "name days between which a source changed, or build an earlier version too")
