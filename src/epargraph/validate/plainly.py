"""Which shapes a graph keeps for sure, told without pySHACL: what is left to it are the shapes that may find something.

Most constraints of the shapes are of a few plain kinds, and most documents keep most shapes. A shape that has anything
else, or a value that is in any way odd, is never told as kept: pySHACL alone says what is wrong, and in which words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from epargraph.validate.report import SH

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Told = tuple[str, Term]
"""A constraint or a target: its property without the prefix, and its value."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE, _SUBCLASS = ox.NamedNode(f"{_RDF}type"), ox.NamedNode(f"{_RDFS}subClassOf")
_FIRST, _REST, _NIL = (ox.NamedNode(f"{_RDF}{name}") for name in ("first", "rest", "nil"))

_TARGETS = frozenset({"targetClass", "targetSubjectsOf", "targetObjectsOf"})
_SAYS_NOTHING = frozenset({"name", "description", "message", "severity", "path"})
_FORMS = {
    f"{_XSD}string": re.compile(r".*", re.DOTALL),
    f"{_XSD}integer": re.compile(r"-?\d{1,30}", re.ASCII),
    f"{_XSD}decimal": re.compile(r"-?\d{1,30}(?:\.\d{1,30})?", re.ASCII),
    f"{_XSD}boolean": re.compile(r"true|false"),
    f"{_XSD}date": re.compile(r"[1-9]\d{3}-\d\d-\d\d", re.ASCII),
    f"{_XSD}gYear": re.compile(r"[1-9]\d{3}", re.ASCII),
    f"{_XSD}gYearMonth": re.compile(r"[1-9]\d{3}-(?:0[1-9]|1[0-2])", re.ASCII),
}
"""How a value of a datatype is plainly written; whatever is written in another way is not told as kept."""


@dataclass(frozen=True, slots=True)
class Check:
    """A property shape: where it looks, along which property, and its constraints; `plain` where all are of known kinds."""

    shape: Term
    targets: tuple[Told, ...]
    path: Term | None
    constraints: tuple[Told, ...]
    either: tuple[tuple[tuple[Told, ...], ...], ...]
    plain: bool


def checks(shapes: Sequence[ox.Triple]) -> tuple[Check, ...]:
    """Return the shapes that have targets of their own and constrain something."""
    told: dict[Term, list[tuple[ox.NamedNode, Term]]] = {}
    for t in shapes:
        told.setdefault(t.subject, []).append((t.predicate, t.object))
    return tuple(
        each for shape in told if (each := _check(shape, told)).targets and (each.constraints or not each.plain)
    )


def _check(shape: Term, told: Mapping[Term, list[tuple[ox.NamedNode, Term]]]) -> Check:
    said = _said(shape, told)
    either = [_either(value, told) for name, value in said if name == "or"]
    paths = [value for name, value in said if name == "path"]
    constraints = [each for each in said if each[0] not in _SAYS_NOTHING | _TARGETS and each[0] != "or"]
    known = all(name in _KNOWN for name, _ in constraints) and all(
        name in _OF_A_VALUE for each in either for part in each for name, _ in part
    )
    simple = len(paths) == 1 and isinstance(paths[0], ox.NamedNode)
    return Check(
        shape,
        tuple(each for each in said if each[0] in _TARGETS),
        paths[0] if simple else None,
        (*constraints, *(("or", _NIL) for _ in either)),
        tuple(either),
        known
        and (simple or not (constraints or either))
        and all(name.startswith("target") is False or name in _TARGETS for name, _ in said),
    )


def _said(shape: Term, told: Mapping[Term, list[tuple[ox.NamedNode, Term]]]) -> list[Told]:
    return [(p.value.removeprefix(SH), value) for p, value in told.get(shape, ()) if p.value.startswith(SH)]


def _either(first: Term, told: Mapping[Term, list[tuple[ox.NamedNode, Term]]]) -> tuple[tuple[Told, ...], ...]:
    """Return the constraints of each member of the list that an sh:or has."""
    members: list[tuple[Told, ...]] = []
    place: Term = first
    while place != _NIL:
        here = dict(told.get(place, ()))
        members.append(tuple(_said(here[_FIRST], told)))
        place = here[_REST]
    return tuple(members)


@dataclass(frozen=True, slots=True)
class Facts:
    """A graph, looked up by property: the values of each subject."""

    of: Mapping[Term, Mapping[Term, set[Term]]]
    typed: Mapping[Term, set[Term]]
    classes: dict[Term, set[Term]] = field(default_factory=dict)

    @classmethod
    def among(cls, data: Iterable[ox.Triple]) -> Facts:
        """Return the facts of the triples."""
        of: dict[Term, dict[Term, set[Term]]] = {}
        typed: dict[Term, set[Term]] = {}
        for subject, predicate, value in data:
            of.setdefault(predicate, {}).setdefault(subject, set()).add(value)
            if predicate == _TYPE:
                typed.setdefault(value, set()).add(subject)
        return cls(of, typed)

    def focus(self, targets: Iterable[Told]) -> Iterator[Term]:
        """Yield what the targets name."""
        for name, target in targets:
            if name == "targetSubjectsOf":
                yield from self.of.get(target, ())
            elif name == "targetObjectsOf":
                for objects in self.of.get(target, {}).values():
                    yield from objects
            else:
                yield from self.of_class(target)

    def of_class(self, name: Term) -> set[Term]:
        """Return what is of the class or of one below it."""
        if name not in self.classes:
            below, above = [name], self.of.get(_SUBCLASS, {})
            for each in below:
                below += [term for term, classes in above.items() if each in classes and term not in below]
            self.classes[name] = set().union(*(self.typed.get(each, ()) for each in below))
        return self.classes[name]


def kept(check: Check, facts: Facts) -> bool:
    """Return whether the graph keeps the shape for sure."""
    focus = set(facts.focus(check.targets))
    if not focus:
        return True
    if not check.plain or check.path is None:
        return False
    of = facts.of.get(check.path, {})
    for node in focus:
        values = of.get(node, set())
        for name, wanted in check.constraints:
            if name in _OF_A_VALUE:
                if not all(_fits(value, name, wanted, facts) for value in values):
                    return False
            elif name != "or" and not _fit(values, name, wanted, facts.of.get(wanted, {}).get(node, set())):
                return False
        for parts in check.either:
            if not all(any(all(_fits(v, *each, facts) for each in part) for part in parts) for v in values):
                return False
    return True


_OF_A_VALUE = frozenset({"datatype", "class", "nodeKind", "minLength", "minInclusive", "pattern"})
_KNOWN = _OF_A_VALUE | {"minCount", "maxCount", "lessThan", "lessThanOrEquals"}


def _fit(values: set[Term], name: str, wanted: Term, others: set[Term]) -> bool:
    """Return whether the values of a property fit together a constraint on all of them."""
    match name:
        case "minCount":  # two literals may be one to rdflib: languages in capitals and not
            surely = len({value for value in values if isinstance(value, ox.NamedNode)}) or min(1, len(values))
            return isinstance(wanted, ox.Literal) and surely >= int(wanted.value)
        case "maxCount":
            return isinstance(wanted, ox.Literal) and len(values) <= int(wanted.value)
        case _:
            pairs = [(_number(one), _number(other)) for one in values for other in others]
            return all(a is not None and b is not None and (a < b or (a == b and name != "lessThan")) for a, b in pairs)


def _fits(value: Term, name: str, wanted: Term, facts: Facts) -> bool:
    """Return whether a value fits a constraint for sure."""
    match name:
        case "class":
            return value in facts.of_class(wanted)
        case "nodeKind":
            return wanted == ox.NamedNode(f"{SH}IRI") and isinstance(value, ox.NamedNode)
        case "datatype":
            return isinstance(value, ox.Literal) and isinstance(wanted, ox.NamedNode) and _is_of(value, wanted.value)
        case "minLength":
            return (
                isinstance(value, ox.Literal)
                and _plain(value)
                and isinstance(wanted, ox.Literal)
                and len(value.value) >= int(wanted.value)
            )
        case "pattern":
            return (
                isinstance(value, ox.Literal)
                and _plain(value)
                and isinstance(wanted, ox.Literal)
                and bool(re.search(wanted.value, value.value))
            )
        case _:
            least, number = _number(wanted), _number(value)
            return least is not None and number is not None and number >= least


def _plain(value: ox.Literal) -> bool:
    return _is_of(value, f"{_XSD}string")


def _is_of(value: ox.Literal, datatype: str) -> bool:
    """Return whether a literal is of the datatype and plainly written so."""
    if datatype == f"{_RDF}langString":
        return bool(value.language)
    form = _FORMS.get(datatype)
    if form is None or value.datatype.value != datatype or not form.fullmatch(value.value):
        return False
    return datatype != f"{_XSD}date" or _is_day(value.value)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number(value: Term) -> Decimal | None:
    numeric = isinstance(value, ox.Literal) and any(_is_of(value, f"{_XSD}{name}") for name in ("integer", "decimal"))
    return Decimal(value.value) if numeric and isinstance(value, ox.Literal) else None
