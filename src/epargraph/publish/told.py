"""The facts of a medicine, each with its fields as text and the passages it was read from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from epargraph import kinds, vocabulary
from epargraph.publish.parts import Part
from epargraph.stores.sparql import PREFIXES
from epargraph.vocabulary import EPAR

TYPE = PREFIXES["rdf"] + "type"
LABEL = PREFIXES["rdfs"] + "label"
_OA = PREFIXES["oa"]


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that a fact was read from, and where they stand: `source` is the document or register, `graph` its version."""

    iri: str
    quote: str
    graph: str
    source: str
    section: str = ""
    page: str = ""
    column: str = ""
    start: int = 0


@dataclass(frozen=True, slots=True)
class Review:
    """What a reviewer's verdict in force makes of a fact: `accepted`, `set aside`, or `corrected` where it is the correction."""

    standing: str
    iri: str
    label: str
    reviewer: str

    def __str__(self) -> str:
        return f"{self.standing} ({self.label})" if self.label else self.standing


@dataclass(frozen=True, slots=True)
class Told:
    """A fact: its IRI, kind, label, fields as text, the IRIs that fields point at, and its passages in their order."""

    iri: str
    kind: str
    label: str
    fields: Mapping[str, tuple[str, ...]] = field(repr=False)
    things: Mapping[str, tuple[str, ...]] = field(repr=False)
    passages: tuple[Passage, ...] = field(repr=False)
    review: Review | None = None

    @property
    def set_aside(self) -> bool:
        """Whether a reviewer says that it is wrong."""
        return self.review is not None and self.review.standing == "set aside"

    def one(self, name: str) -> str:
        """Return the value of a field, empty where the fact does not state it."""
        return next(iter(self.fields.get(name, ())), "")


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine with its facts, in the order of the catalogue and of the text, and the triples of all of it."""

    iri: str
    name: str
    number: str
    facts: tuple[Told, ...] = field(repr=False)
    triples: Mapping[str, tuple[Triple, ...]] = field(repr=False)
    """The triples by their subject's IRI, each once."""

    @property
    def key(self) -> str:
        """The last part of the IRI."""
        return self.iri.rpartition("/")[2]

    def of(self, kind: str) -> list[Told]:
        """Return the facts of a kind, without those that a reviewer set aside."""
        return [each for each in self.facts if each.kind == kind and not each.set_aside]

    def value(self, subject: str, property_: str) -> str:
        """Return a value that is told of a subject, empty where there is none; the least of several."""
        told = self.triples.get(subject, ())
        return min((plain(each.object) for each in told if each.predicate.value == property_), default="")


def parsed(lines: Iterable[str]) -> list[Triple]:
    """Return lines of N-Triples as triples."""
    return [quad.triple for quad in parse("\n".join(lines), format=RdfFormat.N_TRIPLES)]


def plain(term: object) -> str:
    """Return a term's value: an IRI without its brackets, a literal without datatype and language."""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def medicine(part: Part) -> Medicine:
    """Return the facts that a part holds."""
    triples: dict[str, dict[Triple, None]] = defaultdict(dict)
    graphs: dict[str, str] = {}
    for piece in part.pieces:
        for each in parsed((*piece.own, *piece.beside)):
            subject = plain(each.subject)
            triples[subject][each] = None
            if subject not in graphs:
                graphs[subject] = piece.graph
    found = Medicine(part.medicine, "", "", (), {subject: tuple(told) for subject, told in triples.items()})
    facts = sorted(_facts(found, graphs), key=_place)
    name = found.value(part.medicine, f"{EPAR}name") or found.value(part.medicine, LABEL)
    number = found.value(part.medicine, f"{EPAR}productNumber")
    return Medicine(part.medicine, name or found.key, number, tuple(facts), found.triples)


def _place(fact: Told) -> tuple[object, ...]:
    first = fact.passages[0] if fact.passages else None
    place = (first.graph, first.start, first.column) if first else ("", 0, "")
    step = fact.one("order") or fact.one("number")
    return (list(kinds.KINDS).index(fact.kind), *place, int(step) if step.isdecimal() else 0, fact.iri)


def _facts(found: Medicine, graphs: Mapping[str, str]) -> Iterable[Told]:
    for subject, triples in found.triples.items():
        types = {plain(each.object).removeprefix(EPAR) for each in triples if each.predicate.value == TYPE}
        for kind in sorted(types & kinds.KINDS.keys()):
            yield _fact(found, subject, kind, triples, graphs)


@cache
def _properties(kind: str) -> Mapping[str, str]:
    return {vocabulary.FIELDS[kind, name].property: name for name in kinds.field_names(kind)}


def _fact(found: Medicine, subject: str, kind: str, triples: Iterable[Triple], graphs: Mapping[str, str]) -> Told:
    names = _properties(kind)
    fields: dict[str, set[str]] = defaultdict(set)
    things: dict[str, set[str]] = defaultdict(set)
    passages: list[Passage] = []
    for each in triples:
        property_, value = each.predicate.value, plain(each.object)
        if property_ == f"{EPAR}evidence":
            passages.append(_passage(found, value, graphs.get(value, "")))
        elif (name := names.get(property_)) is not None:
            thing = isinstance(each.object, NamedNode)
            fields[name].add((vocabulary.notation(value) or found.value(value, LABEL) or value) if thing else value)
            if thing:
                things[name].add(value)
    passages.sort(key=lambda passage: (passage.graph, passage.start, passage.column, passage.iri))
    return Told(
        subject,
        kind,
        found.value(subject, LABEL),
        {name: tuple(sorted(fields[name])) for name in kinds.field_names(kind) if name in fields},
        {name: tuple(sorted(values)) for name, values in sorted(things.items())},
        tuple(passages),
        _review(found, subject),
    )


def _review(found: Medicine, fact: str) -> Review | None:
    """Return what a verdict in force makes of a fact; the one that sets it aside before others."""
    corrections = [
        subject
        for subject, triples in found.triples.items()
        if "/verdict/" in subject
        for each in triples
        if each.predicate.value == f"{EPAR}corrected" and plain(each.object) == fact
    ]
    for standing, verdict in (
        ("set aside", found.value(fact, f"{EPAR}setAsideBy")),
        ("corrected", min((each for each in corrections if found.value(each, f"{EPAR}inForce") == "true"), default="")),
        ("accepted", found.value(fact, f"{EPAR}acceptedBy")),
    ):
        if verdict:
            return Review(standing, verdict, found.value(verdict, LABEL), found.value(verdict, f"{EPAR}reviewedBy"))
    return None


def _passage(found: Medicine, iri: str, graph: str) -> Passage:
    told: dict[str, str] = {}
    for each in found.triples.get(iri, ()):
        selector = plain(each.object)
        if each.predicate.value == f"{_OA}hasSelector":
            for name in ("exact", "start"):
                told[name] = found.value(selector, _OA + name) or told.get(name, "")
    section = found.value(iri, f"{EPAR}section")
    return Passage(
        iri,
        told.get("exact", ""),
        graph,
        found.value(graph, f"{EPAR}describes"),
        vocabulary.notation(section) or section,
        found.value(iri, f"{EPAR}page"),
        found.value(iri, f"{EPAR}column"),
        int(told.get("start") or 0),
    )
