"""What rules found, put together: one module for each subject of an overview.

Each has KINDS, the kinds that it composes, and compose(found, told), which is given what the rules found of these kinds in
the order of the text and yields what holds together: steps in order, results with their study, lists split.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from epargraph.extract.engine import Context, Found
from epargraph.extract.subjects import (
    administration,
    decision,
    definitions,
    doses,
    effects,
    forms,
    identity,
    measures,
    mechanisms,
    studies,
    uses,
)


class Subject(Protocol):
    """A module that composes the facts of some kinds."""

    @property
    def KINDS(self) -> tuple[str, ...]:  # noqa: N802 -- a module's constant
        """The kinds that it composes."""

    def compose(self, found: Mapping[str, list[Found]], told: Context, /) -> Iterable[Found]:
        """Yield the facts that hold together."""


ALL: tuple[Subject, ...] = (
    identity,
    uses,
    administration,
    forms,
    doses,
    mechanisms,
    studies,
    effects,
    decision,
    measures,
    definitions,
)
