"""A mapping: what a name of the graph is in a registry, with the reason why."""

from __future__ import annotations

from dataclasses import dataclass

PREDICATES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
"""The relations of SKOS that a mapping can state."""


@dataclass(frozen=True, slots=True, order=True)
class Mapping:
    """A mapping of a thing of the graph (by its IRI) to an identifier (a CURIE of the table of prefixes).

    `justification` is a term of the semantic mapping vocabulary (`semapv`); `source` is the registry that was read, with
    its version; `negative` says that the relation does not hold.
    """

    subject: str
    predicate: str
    object: str
    justification: str
    negative: bool = False
    subject_label: str = ""
    object_label: str = ""
    confidence: float | None = None
    source: str = ""
    version: str = ""
    matched: str = ""
    tool: str = ""
    tool_version: str = ""
    comment: str = ""

    @property
    def claim(self) -> tuple[str, str, str]:
        """What is claimed or denied: subject, predicate and object."""
        return self.subject, self.predicate, self.object


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line of a file (0 where it is in no one line); the rest of the file is used."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"
