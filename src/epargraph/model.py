"""What flows between the steps: the text of a document, its sections, and the evidence of a fact."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

SectionName = Literal["header", "what", "use", "work", "benefits", "risks", "why", "awaited", "measures", "other"]
"""The sections of an overview, in the order of the template (facts.md, Sections)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, in Unicode code points, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document: its name and where its text lies, heading excluded."""

    name: SectionName
    start: int
    end: int
    heading: Span | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read: layout undone, one line for each paragraph, heading or bullet.

    `text` is what all offsets count in. `pages` holds the offset at which each page begins (empty where the source has
    no pages). `breaks` holds the offsets at which a footer or an address block was cut out of running text: no quote
    reaches over one, since the source has other words there.
    """

    text: str
    sections: tuple[Section, ...]
    source: str
    sha256: str
    media_type: str
    pages: tuple[int, ...] = ()
    breaks: tuple[int, ...] = ()
    layout: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    retrieved: str | None = None

    def section(self, name: SectionName) -> str:
        """Return the text of a section, empty where the document has none of that name."""
        return "\n".join(self.text[s.start : s.end] for s in self.sections if s.name == name)

    def section_at(self, offset: int) -> SectionName:
        """Return the name of the section that the offset lies in; what stands before the first is the header."""
        name: SectionName = "header"
        for section in self.sections:
            if section.start > offset and (section.heading is None or section.heading.start > offset):
                break
            name = section.name
        return name

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page (from 1) that the offset lies on, None where the source has no pages."""
        return bisect_right(self.pages, offset) or None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that a fact was read from: `text[start:end] == quote`, the section they stand in and the rule."""

    quote: str
    start: int
    end: int
    section: SectionName
    rule: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class SourceGraph:
    """What one version of one source says, as RDF.

    `name` is the IRI of the named graph, `source` the IRI of the document (the same for all its versions), `medicine` the
    IRI of the medicine, `triples` the graph as sorted N-Triples in UTF-8.
    """

    name: str
    source: str
    medicine: str
    sha256: str
    triples: bytes = field(repr=False)

    def quads(self) -> bytes:
        """Return the graph as sorted N-Quads in UTF-8."""
        graph = f" <{self.name}> .".encode()
        return b"".join(line.removesuffix(b" .") + graph + b"\n" for line in self.lines())

    def lines(self) -> Iterator[bytes]:
        """Yield each triple as a line of N-Triples without its line feed."""
        yield from (line for line in self.triples.split(b"\n") if line)
