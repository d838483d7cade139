"""What the medicine is used for, in whom, and which biomarkers matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from epargraph.extract.engine import Context, Found

KINDS = ("Indication", "Biomarker", "TestRequirement")


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield what the rules found."""
    for kind in KINDS:
        yield from found[kind]
