"""Side effects and who must not use the medicine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from epargraph.extract.engine import Context, Found

KINDS = ("AdverseEffect", "Contraindication")


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield what the rules found."""
    for kind in KINDS:
        yield from found[kind]
