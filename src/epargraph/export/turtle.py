"""Turtle and TriG for people: prefixes, relative IRIs, grouped by medicine and kind, strings on several lines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from epargraph.kinds import KINDS
from epargraph.stores.sparql import PREFIXES

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_LABEL = NamedNode(PREFIXES["rdfs"] + "label")
_ABOUT = NamedNode(PREFIXES["epar"] + "about")
_EVIDENCE = NamedNode(PREFIXES["epar"] + "evidence")
_LOCAL = re.compile(r"[A-Za-z_][\w-]*$", re.ASCII)
_RELATIVE = re.compile(r"[A-Za-z][\w~%-]*(?:/[\w~%-]+)*$", re.ASCII)
_INTEGER, _DECIMAL, _BOOLEAN = (PREFIXES["xsd"] + name for name in ("integer", "decimal", "boolean"))
_SHORT = {
    _INTEGER: re.compile(r"[+-]?\d+$"),
    _DECIMAL: re.compile(r"[+-]?\d*\.\d+$"),
    _BOOLEAN: re.compile("true$|false$"),
}
_ESCAPE = re.compile(r"\\(.)")
_MEDICINE = re.compile(r"(?P<base>.*?/)?medicine/(?P<key>[^/]+)(?:/(?P<kind>[^/]+)/[^/]+)?$")
LONGEST_LINE = 110
_SHARED = "Shared entities"
_SOURCES = "Sources"


@dataclass(slots=True)
class Writer:
    """Writes terms with the prefixes of one document, and remembers which were used."""

    base: str = ""
    used: set[str] = field(default_factory=set)
    prefixes: Mapping[str, str] = field(default_factory=lambda: PREFIXES)

    def term(self, term: object) -> str:
        """Return a term as Turtle."""
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        if isinstance(term, Literal):
            return self.literal(term)
        return str(term)

    def iri(self, value: str) -> str:
        """Return an IRI with a prefix where one fits, else below the base, else whole."""
        for prefix, start in self.prefixes.items():
            if value.startswith(start) and _LOCAL.match(value, len(start)):
                self.used.add(prefix)
                return f"{prefix}:{value[len(start) :]}"
        if self.base and value.startswith(self.base) and _RELATIVE.match(value, len(self.base)):
            return f"<{value[len(self.base) :]}>"
        return str(NamedNode(value))

    def literal(self, term: Literal) -> str:
        """Return a literal, over several lines where it has some."""
        datatype = term.datatype.value
        if datatype in _SHORT and _SHORT[datatype].match(term.value):
            return term.value
        plain = str(Literal(term.value))
        if "\n" in term.value:
            plain = f'""{_ESCAPE.sub(_several_lines, plain)}""'
        if term.language:
            return f"{plain}@{term.language}"
        return plain if datatype == PREFIXES["xsd"] + "string" else f"{plain}^^{self.iri(datatype)}"


def _several_lines(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else escape[0]


def turtle(triples: Iterable[Triple]) -> str:
    """Return the triples as Turtle."""
    triples = list(triples)
    writer = Writer(_base(triples))
    body = _grouped(triples, writer)
    return _head(writer) + body


def trig(graphs: Mapping[str, Iterable[Triple]]) -> str:
    """Return the named graphs as TriG, each written as Turtle is."""
    parts = {name: list(triples) for name, triples in graphs.items()}
    writer = Writer(_base(t for triples in parts.values() for t in triples))
    body = "".join(
        f"\n{writer.iri(name)} {{\n{_grouped(triples, writer)}}}\n" for name, triples in sorted(parts.items())
    )
    return _head(writer) + body


def by_subject(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """Return triples as Turtle with these prefixes, in the order of the subjects, without titles."""
    of: dict[str, list[Triple]] = defaultdict(list)
    for t in triples:
        of[str(t.subject)].append(t)
    writer = Writer(prefixes=prefixes)
    body = "".join(f"\n{_subject(of[subject], writer)}" for subject in sorted(of))
    return _head(writer) + body


def head(base: str) -> str:
    """Return the first lines of Turtle or TriG that is written in pieces: the base and all known prefixes."""
    return _head(Writer(base, set(PREFIXES)))


def piece(triples: Iterable[Triple], base: str) -> str:
    """Return triples as a piece of Turtle that stands below `head`."""
    return _grouped(triples, Writer(base))


def graph_piece(name: str, triples: Iterable[Triple], base: str) -> str:
    """Return triples of a named graph as a piece of TriG that stands below `head`; a graph may have several."""
    writer = Writer(base)
    return f"\n{writer.iri(name)} {{\n{_grouped(triples, writer)}}}\n"


def _head(writer: Writer) -> str:
    lines = [f"@base <{writer.base}> .\n"] if writer.base else []
    lines += [f"@prefix {prefix}: <{writer.prefixes[prefix]}> .\n" for prefix in sorted(writer.used)]
    return "".join(lines)


def _base(triples: Iterable[Triple]) -> str:
    """Return the base of the medicines' IRIs, empty where there is none or more than one."""
    found = {match["base"] or "" for t in triples if (match := _MEDICINE.match(_iri(t.subject)))}
    return found.pop() if len(found) == 1 else ""


def _iri(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else ""


def _grouped(triples: Iterable[Triple], writer: Writer) -> str:
    """Return the subjects in an order that a person expects, with a comment above each group."""
    of: dict[str, list[Triple]] = defaultdict(list)
    for t in triples:
        of[str(t.subject)].append(t)
    places = _Places(of)
    lines: list[str] = []
    last: tuple[str, str] = ("", "")
    for subject in sorted(of, key=places.key):
        group, part = places.titles(subject)
        if group != last[0]:
            lines.append(f"\n# {'=' * 76}\n# {group}\n# {'=' * 76}\n")
        if part and (group, part) != last:
            lines.append(f"\n# {part}\n")
        last = (group, part)
        lines.append("\n" + _subject(of[subject], writer))
    return "".join(lines)


def _subject(triples: list[Triple], writer: Writer) -> str:
    """Return a subject with its properties: type and label first, evidence last, the rest by name."""
    values: dict[NamedNode, list[str]] = defaultdict(list)
    for t in triples:
        values[t.predicate].append(writer.term(t.object))
    order = {_TYPE: 0, _LABEL: 1, _EVIDENCE: 3}
    lines = [
        _property(predicate, sorted(values[predicate]), writer)
        for predicate in sorted(values, key=lambda each: (order.get(each, 2), each.value))
    ]
    return f"{writer.term(triples[0].subject)}\n" + " ;\n".join(lines) + " .\n"


def _property(predicate: NamedNode, values: list[str], writer: Writer) -> str:
    """Return a property with its values, each on a line of its own where one line would be long."""
    name = "a" if predicate == _TYPE else writer.iri(predicate.value)
    line = f"    {name} {', '.join(values)}"
    if len(values) == 1 or len(line) <= LONGEST_LINE:
        return line
    return f"    {name}\n        " + ",\n        ".join(values)


class _Places:
    """Where each subject belongs: medicines by name with their facts and evidence, shared entities, sources."""

    def __init__(self, of: Mapping[str, list[Triple]]) -> None:
        self.of = of
        self.ranks = {_kebab(kind): (rank, kind) for rank, kind in enumerate(KINDS)}
        self.names: dict[str, str] = {}
        self.graphs: dict[str, str] = {}
        for subject, triples in of.items():
            for t in triples:
                if t.predicate == _LABEL and isinstance(t.object, Literal):
                    self.names.setdefault(subject, t.object.value)
                if t.predicate == _ABOUT and "/graph/" in subject and isinstance(t.object, NamedNode):
                    self.graphs[subject.strip("<>")] = t.object.value

    def key(self, subject: str) -> tuple[object, ...]:
        iri = subject.strip("<>")
        if (medicine := self.medicine(iri)) is not None:
            rank = 99
            if match := _MEDICINE.match(iri):
                rank = self.ranks.get(match["kind"], (98, ""))[0] if match["kind"] else -1
            name = self.names.get(f"<{medicine}>", medicine)
            return (0, name.casefold(), medicine, rank, self.position(iri), iri)
        return (2 if self.is_source(iri) else 1, iri)

    def titles(self, subject: str) -> tuple[str, str]:
        iri = subject.strip("<>")
        if (medicine := self.medicine(iri)) is None:
            return (_SOURCES if self.is_source(iri) else _SHARED), ""
        group = f"{self.names.get(f'<{medicine}>', '')} <{medicine}>".strip()
        match = _MEDICINE.match(iri)
        if not match:
            return group, "Evidence"
        return group, self.ranks.get(match["kind"], (98, match["kind"]))[1] if match["kind"] else ""

    def medicine(self, iri: str) -> str | None:
        """Return the IRI of the medicine that the subject is told under, None for what several share."""
        if match := _MEDICINE.match(iri):
            return f"{match['base'] or ''}medicine/{match['key']}"
        graph, found, _ = iri.partition("/evidence/")
        return self.graphs.get(graph) if found else None

    def position(self, iri: str) -> int:
        """Return where in the text a fact's evidence begins, so that all is told in the order of the text."""
        evidence, found, rest = iri.partition("/evidence/")
        if not found:
            told = [_iri(t.object) for t in self.of.get(f"<{iri}>", ()) if t.predicate == _EVIDENCE]
            return min(map(self.position, told), default=0)
        selector = f"<{evidence}/evidence/{rest.split('/')[0]}/position>"
        for t in self.of.get(selector, ()):
            if _iri(t.predicate) == PREFIXES["oa"] + "start" and isinstance(t.object, Literal):
                return int(t.object.value)
        return 0

    def is_source(self, iri: str) -> bool:
        return "/graph/" in iri or "/document/" in iri


def _kebab(kind: str) -> str:
    """Return a kind's name as it stands in IRIs.

    >>> _kebab("AdverseEffect")
    'adverse-effect'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind).lower()
