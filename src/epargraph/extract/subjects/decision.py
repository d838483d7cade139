"""Why and how the medicine was authorised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from epargraph.extract.engine import Context, Found

KINDS = ("Conclusion", "Rationale", "Authorisation", "Designation")


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield what the rules found."""
    for kind in KINDS:
        yield from found[kind]
