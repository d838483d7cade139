"""Verdicts on the facts that a store holds: which are in force, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from epargraph import kinds
from epargraph.kinds import Fact, Value
from epargraph.queries import run
from epargraph.review.verdict import Verdict
from epargraph.sources import Stated, stated
from epargraph.stores import Dataset

_READ = """SELECT DISTINCT ?fact ?graph ?evidence ?exact WHERE {
  VALUES ?fact { %s }
  GRAPH ?graph { ?graph a epar:SourceGraph . ?fact epar:evidence ?evidence . ?evidence oa:hasSelector/oa:exact ?exact }
} ORDER BY ?fact ?graph ?evidence"""
_MEDICINES = "SELECT DISTINCT ?medicine WHERE { VALUES ?medicine { %s } ?medicine a epar:Medicine }"
_UNCOMPARED = "SELECT ?fact WHERE { VALUES ?fact { <%s> } ?fact epar:compared false }"


@dataclass(frozen=True, slots=True)
class Applied:
    """A verdict beside the fact as it is read now.

    `why_not` says why it is not in force, and is empty where it is. `evidence` are the IRIs of the fact's present
    evidence; `correction` is the fact as corrected, with `study` the IRI of the study that an outcome belongs to.
    """

    verdict: Verdict
    why_not: str = ""
    evidence: tuple[str, ...] = ()
    correction: Fact | None = None
    study: str | None = None


@dataclass(frozen=True, slots=True)
class _Now:
    """What the sources say of a fact now: a graph that states it, its evidence and its words."""

    graph: str
    evidence: tuple[str, ...]
    quotes: frozenset[str]


def applied(dataset: Dataset, verdicts: Sequence[Verdict]) -> list[Applied]:
    """Return each verdict beside what is read now.

    A verdict is not in force where its fact is read no more, where one of the quotes that the reviewer saw is no longer
    among the fact's words, where a later verdict on the same fact takes its place, or where two of one day disagree.
    """
    now = _now(dataset, {each.fact for each in verdicts})
    lost = {each.medicine for each in verdicts if each.fact not in now}
    medicines = {str(row[0]) for row in run(dataset, _MEDICINES % _iris(lost)).rows} if lost else set()
    found = [_beside(dataset, each, now.get(each.fact), medicines) for each in verdicts]
    in_force: dict[str, list[Verdict]] = {}
    for each in found:
        if not each.why_not:
            in_force.setdefault(each.verdict.fact, []).append(each.verdict)
    return [each if each.why_not else _among(each, in_force[each.verdict.fact]) for each in found]


def _now(dataset: Dataset, facts: Iterable[str]) -> Mapping[str, _Now]:
    told: dict[str, tuple[str, list[str], set[str]]] = {}
    asked = sorted(facts)
    for fact, graph, evidence, exact in run(dataset, _READ % _iris(asked)).rows if asked else ():
        _, places, quotes = told.setdefault(str(fact), (str(graph), [], set()))
        places.append(str(evidence))
        quotes.add(_plain(str(exact)))
    return {
        fact: _Now(graph, tuple(sorted(set(places))), frozenset(quotes))
        for fact, (graph, places, quotes) in told.items()
    }


def _iris(some: Iterable[str]) -> str:
    return " ".join(f"<{each}>" for each in sorted(some))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _beside(dataset: Dataset, verdict: Verdict, now: _Now | None, medicines: set[str]) -> Applied:
    if now is None:
        gone = (
            "the fact is read no more" if verdict.medicine in medicines else "the store holds nothing of this medicine"
        )
        return Applied(verdict, gone)
    if missing := [quote for quote in verdict.quotes if _plain(quote) not in now.quotes]:
        return Applied(verdict, f"the text has changed: the fact is no longer read from “{_plain(missing[0])}”")
    if verdict.word != "correct":
        return Applied(verdict, "", now.evidence)
    read = next(
        each for each in stated(dataset, now.graph, [verdict.medicine], [verdict.kind]) if each.node == verdict.fact
    )
    fields = _fields(dataset, read)
    correction = kinds.make(read.kind, (), **{**fields, **verdict.fields})
    if correction == kinds.make(read.kind, (), **fields):
        return Applied(verdict, "the correction says what was read", now.evidence)
    return Applied(verdict, "", now.evidence, correction, read.one("study") or None)


def _among(each: Applied, on_the_fact: Sequence[Verdict]) -> Applied:
    """Return the verdict as it stands among those on the same fact."""
    latest = max(verdict.date for verdict in on_the_fact)
    others = [verdict for verdict in on_the_fact if verdict.date == latest]
    if each.verdict.date < latest:
        return replace(each, why_not=f"{others[0].reviewer} said otherwise or again on {latest}", correction=None)
    if len({(verdict.word, repr(sorted(verdict.fields.items()))) for verdict in others}) > 1:
        names = " and ".join(sorted({verdict.reviewer for verdict in others}))
        return replace(each, why_not=f"verdicts of {latest} contradict each other ({names})", correction=None)
    return each


def _fields(dataset: Dataset, read: Stated) -> dict[str, Value | tuple[str, ...] | None]:
    """Return the fields of a fact of the store as values of their types."""
    fields: dict[str, Value | tuple[str, ...] | None] = {}
    for name, told in read.fields.items():
        if name in kinds.list_fields(read.kind):
            fields[name] = told
        elif (read.kind, name) == ("Outcome", "study"):
            fields[name] = 1
        elif name in kinds.number_fields(read.kind):
            fields[name] = float(told[0]) if "." in told[0] else int(told[0])
        else:
            fields[name] = {"true": True, "false": False}.get(told[0], told[0])
    if read.kind == "Study" and run(dataset, _UNCOMPARED % read.node).rows:
        fields["comparator"] = ("none",)
    return fields
