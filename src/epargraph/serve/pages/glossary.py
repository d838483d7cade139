"""The glossary: how the overviews explain medical terms in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from epargraph.serve.answers import Answers
from epargraph.serve.pages.cells import Row, grouped, told
from epargraph.serve.pages.index import plain

_GLOSSARY = """
SELECT DISTINCT ?term ?meaning ?fact ?product ?name WHERE {
  ?fact a epar:Definition ; epar:term ?term ; epar:meaning ?meaning .
  ?product epar:hasDefinition ?fact ; epar:name ?name .
  FILTER NOT EXISTS { ?fact epar:setAsideBy ?verdict }
}
ORDER BY LCASE(?term) LCASE(?meaning) LCASE(?name) ?fact"""


@dataclass(frozen=True, slots=True)
class Use:
    """A medicine whose overview explains a term so: the IRI of the fact, and the medicine's name."""

    fact: str
    medicine: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """A meaning that overviews give a term, those that differ only in capitals together."""

    text: str
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A term with its meanings, the one of most overviews first."""

    term: str
    meanings: tuple[Meaning, ...]

    @property
    def letter(self) -> str:
        """The letter that it stands under; # for a term that begins with none."""
        first = plain(self.term)[:1].upper()
        return first if first.isalpha() else "#"


async def glossary(answers: Answers) -> tuple[Term, ...]:
    """Return all terms that the overviews explain, in the order of the alphabet."""
    return told_by(await answers.rows(_GLOSSARY))


def told_by(rows: Sequence[Row]) -> tuple[Term, ...]:
    """Return the terms that rows tell of; a term in capitals and the same in small letters are one."""
    terms: dict[str, list[Row]] = {}
    for row in rows:
        terms.setdefault(plain(told(row, "term")), []).append(row)
    return tuple(Term(_usual(every, "term"), _meanings(every)) for _, every in sorted(terms.items()))


def _meanings(rows: Iterable[Row]) -> tuple[Meaning, ...]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(plain(told(row, "meaning")), []).append(row)
    made = [
        Meaning(
            _usual(every, "meaning"),
            tuple(Use(told(same[0], "fact"), told(same[0], "name")) for same in grouped(every, "product").values()),
        )
        for every in found.values()
    ]
    return tuple(sorted(made, key=lambda each: (-len(each.uses), each.text)))


def _usual(rows: Sequence[Row], column: str) -> str:
    """Return the spelling that most rows have, of several the first."""
    spellings = [told(row, column) for row in rows]
    return max(dict.fromkeys(spellings), key=spellings.count)
