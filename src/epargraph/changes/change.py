"""A change: what was said before, what is said now, in which sources."""

from __future__ import annotations

from dataclasses import dataclass

from epargraph.sources import Version

DETAILS = frozenset({"new revision", "other value changed", "first told", "no longer told"})
"""The types of change that tell of the table more than of the medicine: left out unless they are asked for."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a medicine between two versions of a source.

    `type` is the notation of a concept of the closed list change-type; `subject` the kind of fact or the column that
    changed, where the type does not say it. `before` and `after` are None where nothing is said. `date` is the day from
    which the change holds, where the source tells it. `added` and `removed` are the words by which a text differs.
    `from_node` and `to_node` are the facts or register entries that say it.
    """

    type: str
    medicine: str
    name: str
    old: Version
    new: Version
    before: str | None = None
    after: str | None = None
    subject: str = ""
    date: str | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    from_node: str | None = None
    to_node: str | None = None
    quotes_before: tuple[str, ...] = ()
    quotes_after: tuple[str, ...] = ()
    page: str | None = None

    @property
    def is_detail(self) -> bool:
        """Whether it is left out unless details are asked for."""
        return self.type in DETAILS

    @property
    def title(self) -> str:
        """What happened, in a few words: of a fact its kind first, of a column its name last."""
        if self.type.startswith("fact "):
            return f"{self.subject} {self.type.removeprefix('fact ')}"
        return f"{self.type}: {self.subject}" if self.subject else self.type

    def sentence(self) -> str:
        """Return the change in one line."""
        told = f"{self.name}: {self.title}"
        if self.added or self.removed:
            words = [f"added “{each}”" for each in self.added] + [f"removed “{each}”" for each in self.removed]
            told += f" ({'; '.join(words)})"
        elif self.before is not None and self.after is not None:
            told += f" from {self.before} to {self.after}"
        elif (only := self.after or self.before) is not None:
            told += f" ({only})"
        return told + (f", {self.date}" if self.date else "")
