"""Verdicts as a named graph: each with its reviewer, day and reason, and the corrected facts beside what was read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import pyoxigraph as ox

from epargraph.graph.facts import BOOLEAN, LABEL, TYPE, FactWriter, epar, string, term
from epargraph.graph.names import checked, digest, slug
from epargraph.model import Evidence
from epargraph.review.apply import Applied
from epargraph.review.verdict import ReviewFile
from epargraph.vocabulary import CODE

_PROV = "http://www.w3.org/ns/prov#"
_DATE = term("http://purl.org/dc/terms/date")
_XSD_DATE = term("http://www.w3.org/2001/XMLSchema#date")


def graph_prefix(name: str, *, base: str) -> str:
    """Return how the names of the graphs of a set of verdicts begin, whatever its version."""
    return f"{checked(base)}graph/reviews/{slug(name)}/"


def review_graph(told: ReviewFile, applied: Sequence[Applied], *, base: str) -> tuple[str, bytes]:
    """Return the verdicts of a file as sorted N-Triples under the IRI of their graph.

    The text of the file is kept in it, so that the verdicts can be applied again when the sources have changed.
    """
    head = graph_prefix(told.name, base=base)
    graph = head + hashlib.sha256(told.text.encode()).hexdigest()[:12]
    node = term(f"{checked(base)}reviews/{slug(told.name)}")
    lines = {
        f"{node} {TYPE} {epar('ReviewSet')} .",
        f"{node} {LABEL} {ox.Literal(f'Reviews {told.name}', language='en')} .",
        f"{node} {epar('content')} {string(told.text)} .",
        f"{term(graph)} {epar('describes')} {node} .",
    }
    for each in applied:
        lines |= _Writer(each, head, node, checked(base)).lines
    return graph, "".join(f"{line}\n" for line in sorted(lines)).encode()


class _Writer(FactWriter):
    """Writes one verdict, and the fact as corrected, where it is one; the facts' evidence is what was read."""

    def __init__(self, told: Applied, head: str, review_set: ox.NamedNode, base: str) -> None:
        verdict = told.verdict
        super().__init__(base, term(verdict.medicine))
        key = json.dumps([verdict.fact, verdict.word, verdict.reviewer, verdict.date, verdict.reason, *verdict.quotes])
        self.node_ = node = term(f"{head}verdict/{digest(key + repr(sorted(verdict.fields.items())))}")
        self.add(node, TYPE, epar("Assessment"))
        self.add(node, LABEL, ox.Literal(f"{verdict.word}: {verdict.reviewer}, {verdict.date}", language="en"))
        self.add(node, epar("assesses"), term(verdict.fact))
        self.add(node, epar("about"), term(verdict.medicine))
        self.add(node, epar("verdict"), term(f"{CODE}verdict/{verdict.word}"))
        self.add(node, epar("reviewedBy"), self._reviewer(verdict.reviewer))
        self.add(node, _DATE, ox.Literal(verdict.date, datatype=_XSD_DATE))
        self.add(node, term(f"{_PROV}wasDerivedFrom"), review_set)
        if verdict.reason:
            self.add(node, epar("reason"), string(verdict.reason))
        for quote in verdict.quotes:
            self.add(node, epar("quote"), string(quote))
        self.add(node, epar("inForce"), ox.Literal("false" if told.why_not else "true", datatype=BOOLEAN))
        if told.why_not:
            self.add(node, epar("whyNotInForce"), string(told.why_not))
        elif verdict.word == "accept":
            self.add(term(verdict.fact), epar("acceptedBy"), node)
        else:
            self.add(term(verdict.fact), epar("setAsideBy"), node)
        if told.correction is not None:
            if told.study is not None:
                self.studies[1] = told.study
            corrected = self.node(told.correction)
            self.fact(corrected, told.correction)
            self.add(node, epar("corrected"), corrected)
            for place in told.evidence:
                self.add(corrected, epar("evidence"), term(place))

    def evidence(self, fact: ox.NamedNode, evidence: Evidence) -> None:
        """Say nothing: the evidence of a correction is that of what was read."""

    def _reviewer(self, name: str) -> ox.NamedNode:
        try:
            person = term(name)
        except ValueError:
            person = term(f"{self.base}reviewer/{slug(name)}")
            self.add(person, LABEL, string(name))
        self.add(person, TYPE, term(f"{_PROV}Agent"))
        return person
