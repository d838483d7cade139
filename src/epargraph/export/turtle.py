"""Turtle and TriG for people: prefixes, relative IRIs, grouped by medicine and kind, strings on several lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph
from pyoxigraph import Triple

from epargraph.kinds import KINDS
from epargraph.stores.sparql import PREFIXES

_TYPE, _LABEL = f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['rdfs']}label>"
_ABOUT, _EVIDENCE = f"<{PREFIXES['epar']}about>", f"<{PREFIXES['epar']}evidence>"
_START = f"<{PREFIXES['oa']}start>"
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
_MOST_KNOWN = 50_000
"""IRIs whose form in Turtle is remembered."""

Statement = str
"""A property and a value as N-Triples write them, a space between."""
Subjects = dict[str, list[Statement]]
"""What is said of each subject, by its form in N-Triples."""


@dataclass(slots=True)
class Writer:
    """Writes terms with the prefixes of one document, and remembers which were used."""

    base: str = ""
    used: set[str] = field(default_factory=set)
    prefixes: Mapping[str, str] = field(default_factory=lambda: PREFIXES)
    known: dict[str, str] = field(default_factory=dict)
    starts: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        """Look prefixes up by what they stand for, which ends in / or #."""
        self.starts = {}
        for prefix, start in self.prefixes.items():
            self.starts.setdefault(start, []).append(prefix)

    def term(self, term: object) -> str:
        """Return a term as Turtle."""
        return self.text(str(term))

    def text(self, term: str) -> str:
        """Return a term, given as N-Triples write it, as Turtle."""
        if found := self.known.get(term):
            return found
        if term[0] == '"':
            return self._literal(term)
        return self._remembered(term) if term[0] == "<" and term[1] != "<" else term

    def iri(self, value: str) -> str:
        """Return an IRI with a prefix where one fits, else below the base, else whole."""
        end = max(value.rfind("/"), value.rfind("#")) + 1  # no prefix begins before it: a local name has neither
        for prefix in self.starts.get(value[:end], ()):
            if _LOCAL.match(value, end):
                self.used.add(prefix)
                return f"{prefix}:{value[end:]}"
        if self.base and value.startswith(self.base) and _RELATIVE.match(value, len(self.base)):
            return f"<{value[len(self.base) :]}>"
        return f"<{value}>"

    def _remembered(self, term: str) -> str:
        if len(self.known) >= _MOST_KNOWN:
            self.known.clear()
        found = self.known[term] = self.iri(term[1:-1])
        return found

    def _literal(self, term: str) -> str:
        """Return a literal, over several lines where it has some."""
        end = term.rindex('"') + 1
        plain, rest = term[:end], term[end:]
        if rest.startswith("^^"):
            form = _SHORT.get(rest[3:-1])
            if form and form.match(plain[1:-1]):
                return plain[1:-1]
            rest = f"^^{self.text(rest[2:])}"
        if "\\n" in plain and any(escape[1] == "n" for escape in _ESCAPE.finditer(plain)):
            plain = f'""{_ESCAPE.sub(_several_lines, plain)}""'
        return plain + rest


def _several_lines(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else escape[0]


def turtle(triples: Iterable[Triple]) -> str:
    """Return the triples as Turtle."""
    of = subjects(triples)
    writer = Writer(base_of(of))
    body = grouped(of, writer)
    return head_of(writer) + body


def by_subject(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """Return triples as Turtle with these prefixes, in the order of the subjects, without titles."""
    of = subjects(triples)
    writer = Writer(prefixes=prefixes)
    body = "".join(f"\n{_subject(subject, of[subject], writer)}" for subject in sorted(of))
    return head_of(writer) + body


def head(base: str) -> str:
    """Return the first lines of Turtle or TriG that is written in pieces: the base and all known prefixes."""
    return head_of(Writer(base, set(PREFIXES)))


def piece(triples: Iterable[Triple], base: str) -> str:
    """Return triples as a piece of Turtle that stands below `head`."""
    return grouped(subjects(triples), Writer(base))


def graph_piece(name: str, triples: Iterable[Triple], base: str) -> str:
    """Return triples of a named graph as a piece of TriG that stands below `head`; a graph may have several."""
    return graph_of(name, subjects(triples), Writer(base))


def graph_of(name: str, of: Subjects, writer: Writer) -> str:
    """Return a named graph as TriG without the prefixes."""
    return f"\n{writer.iri(name)} {{\n{grouped(of, writer)}}}\n"


def head_of(writer: Writer) -> str:
    """Return the first lines of what a writer has written: the base and the prefixes used."""
    lines = [f"@base <{writer.base}> .\n"] if writer.base else []
    lines += [f"@prefix {prefix}: <{writer.prefixes[prefix]}> .\n" for prefix in sorted(writer.used)]
    return "".join(lines)


def bases(names: Iterable[str]) -> set[str]:
    """Return what the medicines' IRIs among the subjects begin with."""
    return {of.base for each in names if (of := _of_medicine(each.strip("<>")))}


@dataclass(frozen=True, slots=True)
class _Named:
    """What the IRI of a medicine or of its fact says: the medicine, what its IRI begins with, the kind of fact (or None)."""

    medicine: str
    base: str
    kind: str | None


@lru_cache(10_000)
def _of_medicine(iri: str) -> _Named | None:
    match = _MEDICINE.match(iri)
    if match is None:
        return None
    base = match["base"] or ""
    return _Named(f"{base}medicine/{match['key']}", base, match["kind"])


def base_of(names: Iterable[str]) -> str:
    """Return the base of the medicines' IRIs, empty where there is none or more than one."""
    found = bases(names)
    return found.pop() if len(found) == 1 else ""


def subjects(triples: Iterable[Triple]) -> Subjects:
    """Return what triples say of each subject."""
    of: Subjects = {}
    for t in triples:
        of.setdefault(str(t.subject), []).append(f"{t.predicate} {t.object}")
    return of


def subjects_of(lines: bytes) -> Subjects:
    """Return what canonical N-Triples say of each subject."""
    of: Subjects = {}
    for line in lines.decode().split("\n"):
        if line:
            subject, _, statement = line.partition(" ")
            if subject in of:
                of[subject].append(statement[:-2])
            else:
                of[subject] = [statement[:-2]]
    return of


def grouped(of: Subjects, writer: Writer) -> str:
    """Return the subjects in an order that a person expects, with a comment above each group."""
    places = Places()
    places.learn(of)
    return told(of, {each: position(each, of) for each in of}, places, writer, ("", ""))[0]


def told(
    of: Subjects, positions: Mapping[str, int | None], places: Places, writer: Writer, last: tuple[str, str]
) -> tuple[str, tuple[str, str]]:
    """Return the subjects as `grouped` does, and the titles above the last of them; `last` are those of what stands before."""
    lines: list[str] = []
    places_of = {each: places.place(each, positions[each] or 0) for each in of}
    for subject in sorted(of, key=lambda each: places_of[each].key):
        group, part = titles = places_of[subject].titles
        if group != last[0]:
            lines.append(f"\n# {'=' * 76}\n# {group}\n# {'=' * 76}\n")
        if part and titles != last:
            lines.append(f"\n# {part}\n")
        last = titles
        lines.append("\n" + _subject(subject, of[subject], writer))
    return "".join(lines), last


def _subject(subject: str, statements: Iterable[Statement], writer: Writer) -> str:
    """Return a subject with its properties: type and label first, evidence last, the rest by name."""
    values: dict[str, list[str]] = {}
    for statement in statements:
        predicate, _, value = statement.partition(" ")
        written = writer.known.get(value) or writer.text(value)
        if predicate in values:
            values[predicate].append(written)
        else:
            values[predicate] = [written]
    lines = [_property(predicate, values[predicate], writer) for predicate in sorted(values, key=_rank)]
    return f"{writer.text(subject)}\n" + " ;\n".join(lines) + " .\n"


@lru_cache(1000)
def _rank(predicate: str) -> tuple[int, str]:
    return {_TYPE: 0, _LABEL: 1, _EVIDENCE: 3}.get(predicate, 2), predicate[1:-1]


def _property(predicate: str, values: list[str], writer: Writer) -> str:
    """Return a property with its values, each on a line of its own where one line would be long."""
    name = "a" if predicate == _TYPE else writer.text(predicate)
    if len(values) == 1:
        return f"    {name} {values[0]}"
    values.sort()
    line = f"    {name} {', '.join(values)}"
    if len(line) <= LONGEST_LINE:
        return line
    return f"    {name}\n        " + ",\n        ".join(values)


Group = tuple[int, str, str]
"""Where a subject is told of: 0 with the name (for sorting) and the IRI of a medicine, 1 what several share, 2 sources."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What a subject is sorted by, and the titles of the group and of the part of it that it is told under."""

    key: tuple[Group, int, int, str]
    titles: tuple[str, str]


class Places:
    """Where each subject belongs: medicines by name with their facts and evidence, shared entities, sources."""

    def __init__(self) -> None:
        self.ranks = {_kebab(kind): (rank, kind) for rank, kind in enumerate(KINDS)}
        self._labels: dict[str, str] = {}
        self.graphs: dict[str, str] = {}
        self._last: Group = (0, "", "")

    def learn(self, of: Subjects) -> None:
        """Take over what the subjects say of the names of medicines and of what graphs are about."""
        for subject, statements in of.items():
            iri = subject.strip("<>")
            medicine = _of_medicine(iri)
            if "/graph/" not in iri and (medicine is None or medicine.kind):
                continue
            for statement in statements:
                predicate, _, value = statement.partition(" ")
                if medicine and predicate == _LABEL and value.startswith('"'):
                    self._labels[iri] = min(value, self._labels.get(iri, value))
                elif predicate == _ABOUT and "/graph/" in iri and value.startswith("<"):
                    self.graphs[iri] = max(value[1:-1], self.graphs.get(iri, ""))

    def group(self, subject: str) -> Group:
        """Return the group that a subject is told in; groups sort as they are told."""
        iri = subject.strip("<>")
        if (medicine := self.medicine(iri)) is not None:
            return self._group(medicine)
        return (2 if self.is_source(iri) else 1, "", "")

    def _group(self, medicine: str) -> Group:
        if medicine != self._last[2]:  # mostly asked for the same many times
            self._last = (0, self._name(medicine, medicine).casefold(), medicine)
        return self._last

    def _name(self, medicine: str, otherwise: str) -> str:
        return _value(self._labels[medicine]) if medicine in self._labels else otherwise

    def place(self, subject: str, position: int) -> _Place:
        """Return where a subject belongs: in medicines by kind and place in the text, else by the IRI."""
        iri = subject.strip("<>")
        group = self.group(subject)
        if group[0]:
            return _Place((group, 0, 0, iri), (_SOURCES if group[0] == 2 else _SHARED, ""))
        title = f"{self._name(group[2], '')} <{group[2]}>".strip()
        named = _of_medicine(iri)
        if not named:
            return _Place((group, 99, position, iri), (title, "Evidence"))
        if not named.kind:
            return _Place((group, -1, position, iri), (title, ""))
        rank, kind = self.ranks.get(named.kind, (98, named.kind))
        return _Place((group, rank, position, iri), (title, kind))

    def medicine(self, iri: str) -> str | None:
        """Return the IRI of the medicine that the subject is told under, None for what several share."""
        if named := _of_medicine(iri):
            return named.medicine
        graph, found, _ = iri.partition("/evidence/")
        return self.graphs.get(graph) if found else None

    def is_source(self, iri: str) -> bool:
        """Tell whether the subject is a document, a register or a part of one."""
        return "/graph/" in iri or "/document/" in iri


def position(subject: str, of: Subjects) -> int | None:
    """Return where in the text the evidence of a subject begins, so that all is told in the order of the text."""
    evidence, found, rest = subject.strip("<>").partition("/evidence/")
    if not found:
        told = [each[len(_EVIDENCE) + 1 :] for each in of.get(subject, ()) if each.startswith(_EVIDENCE)]
        return min((position(each, of) or 0 for each in told), default=None)
    for statement in of.get(f"<{evidence}/evidence/{rest.split('/')[0]}/position>", ()):
        if statement.startswith(f'{_START} "'):
            return int(statement[len(_START) + 2 : statement.rindex('"')])
    return None


def _kebab(kind: str) -> str:
    """Return a kind's name as it stands in IRIs.

    >>> _kebab("AdverseEffect")
    'adverse-effect'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind).lower()


@lru_cache(1000)
def _value(literal: str) -> str:
    """Return the value of a literal that is given as N-Triples write it.

    >>> _value('"Alphavex"@en')
    'Alphavex'
    """
    parsed = next(iter(pyoxigraph.parse(f"<urn:x> <urn:x> {literal} .", format=pyoxigraph.RdfFormat.N_TRIPLES)))
    return parsed.object.value if isinstance(parsed.object, pyoxigraph.Literal) else ""
