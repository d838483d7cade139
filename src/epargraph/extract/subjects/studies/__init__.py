"""Studies and their results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from epargraph.extract.engine import Context, Found
from epargraph.extract.subjects.studies import mentions as mentions

KINDS = ("Study", "Outcome")


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield nothing yet."""
    return ()
