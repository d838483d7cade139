"""What the shapes found: results and reports, as JSON and as RDF."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox

from epargraph.vocabulary import EPAR

Severity = Literal["violation", "warning"]

SH = "http://www.w3.org/ns/shacl#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that a shape found: where, what, and the words of the source that are concerned.

    `focus`, `path` and `shape` are IRIs; `value` is an IRI or the lexical form of a literal; `path` and `value` are None
    where the shape has none. `quotes` are the words that the facts concerned were read from, in the order of the text.
    """

    severity: Severity
    focus: str
    path: str | None
    value: str | None
    message: str
    shape: str
    quotes: tuple[str, ...] = ()

    def key(self) -> tuple[str, ...]:
        """Return what results are sorted by: violations first, then shape, focus, path, value and message."""
        return (self.severity, self.shape, self.focus, self.path or "", self.value or "", self.message)


@dataclass(frozen=True, slots=True)
class Report:
    """All that the shapes found, violations first; `documents` are the IRIs of the documents that the graph describes."""

    results: tuple[Result, ...]
    documents: tuple[str, ...] = ()

    @property
    def violations(self) -> tuple[Result, ...]:
        """What extraction or graph building got wrong."""
        return tuple(result for result in self.results if result.severity == "violation")

    @property
    def warnings(self) -> tuple[Result, ...]:
        """What a reader should look at in the source."""
        return tuple(result for result in self.results if result.severity == "warning")

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return not self.violations

    def to_json(self) -> dict[str, object]:
        """Return the report as JSON values, what is absent left out.

        >>> Report(()).to_json()
        {'conforms': True, 'results': []}
        """
        return {"conforms": self.conforms, "results": [_json(result) for result in self.results]}

    def to_triples(self, report: str) -> bytes:
        """Return the report as a sh:ValidationReport of that IRI, in sorted N-Triples without blank nodes.

        >>> print(Report(()).to_triples("https://example.org/report").decode(), end="")
        <https://example.org/report> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/shacl#ValidationReport> .
        <https://example.org/report> <http://www.w3.org/ns/shacl#conforms> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .
        """
        return "".join(f"{line}\n" for line in sorted(set(_lines(self, report)))).encode()


def _json(result: Result) -> dict[str, object]:
    told: dict[str, object] = {
        "severity": result.severity,
        "message": result.message,
        "focus": result.focus,
        "path": result.path,
        "value": result.value,
        "shape": result.shape,
        "quotes": list(result.quotes),
    }
    return {name: value for name, value in told.items() if value not in (None, [])}


def _lines(report: Report, iri: str) -> Iterator[str]:
    """Yield the triples of a report, each result named for what it says."""
    node = ox.NamedNode(iri)
    conforms = ox.Literal("true" if report.conforms else "false", datatype=ox.NamedNode(f"{_XSD}boolean"))
    yield from _described(node, _node("ValidationReport"), [(_node("conforms"), conforms)])
    for document in report.documents:
        yield f"{node} <{EPAR}describes> {ox.NamedNode(document)} ."
    for result in report.results:
        digest = hashlib.sha256(json.dumps(result.key()).encode()).hexdigest()[:12]
        name = ox.NamedNode(f"{iri}/result/{digest}")
        level = "Violation" if result.severity == "violation" else "Warning"
        told: list[tuple[ox.NamedNode, Term]] = [
            (_node("resultSeverity"), _node(level)),
            (_node("focusNode"), _term(result.focus)),
            (_node("resultMessage"), ox.Literal(result.message, language="en")),
            (_node("sourceShape"), _term(result.shape)),
            *((ox.NamedNode(f"{EPAR}quote"), ox.Literal(quote)) for quote in result.quotes),
        ]
        if result.path:
            told.append((_node("resultPath"), ox.NamedNode(result.path)))
        if result.value is not None:
            told.append((_node("value"), _term(result.value)))
        yield f"{node} {_node('result')} {name} ."
        yield from _described(name, _node("ValidationResult"), told)


def _described(node: ox.NamedNode, kind: ox.NamedNode, told: Iterable[tuple[ox.NamedNode, Term]]) -> Iterator[str]:
    yield f"{node} {_TYPE} {kind} ."
    yield from (f"{node} {predicate} {value} ." for predicate, value in told)


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _term(text: str) -> Term:
    """Return an IRI for what is one, else a literal."""
    if not re.match(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|^`\\]+$", text):
        return ox.Literal(text)
    try:
        return ox.NamedNode(text)
    except ValueError:
        return ox.Literal(text)
