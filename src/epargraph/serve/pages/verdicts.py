"""What reviewers say of facts, for the pages that show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from epargraph.serve.answers import Answers, iri

_SAID = """SELECT DISTINCT ?fact ?verdict ?reviewer ?name ?date ?reason ?in_force ?why_not ?corrected ?label WHERE {{
  VALUES ?fact {{ {facts} }}
  ?assessment epar:assesses ?fact ; epar:verdict/skos:notation ?verdict ; epar:reviewedBy ?reviewer ; dcterms:date ?date ;
    epar:inForce ?in_force .
  OPTIONAL {{ ?reviewer rdfs:label ?name }}
  OPTIONAL {{ ?assessment epar:reason ?reason }} OPTIONAL {{ ?assessment epar:whyNotInForce ?why_not }}
  OPTIONAL {{ ?assessment epar:corrected ?corrected . ?corrected rdfs:label ?label }}
}} ORDER BY ?fact ?date ?reviewer"""


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict on a fact, and the fact as corrected where it is a correction in force."""

    fact: str
    verdict: str
    reviewer: str
    date: str
    reason: str = ""
    why_not: str = ""
    corrected: str = ""
    label: str = ""

    @property
    def sets_aside(self) -> bool:
        """Whether the fact is set aside by it."""
        return self.verdict != "accept" and not self.why_not


async def said(answers: Answers, facts: Iterable[str]) -> dict[str, tuple[Said, ...]]:
    """Return the verdicts on facts, by the IRI of the fact; those on a fact that is read no more are not asked for."""
    found: dict[str, list[Said]] = {}
    for row in await answers.rows(_SAID.format(facts=" ".join(iri(each) for each in sorted(facts)))):
        each = {name: "" if cell is None else str(cell) for name, cell in row.items()}
        found.setdefault(each["fact"], []).append(
            Said(
                each["fact"],
                each["verdict"],
                each["name"] or each["reviewer"],
                each["date"],
                each["reason"],
                each["why_not"],
                each["corrected"],
                each["label"],
            )
        )
    return {fact: tuple(some) for fact, some in found.items()}
