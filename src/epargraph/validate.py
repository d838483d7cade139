"""RDF and shapes to a report: core constraints by pySHACL, sh:sparql constraints as queries, merged into one."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from epargraph.errors import SourceError
from epargraph.vocabulary import EPAR, triples

if TYPE_CHECKING:
    import rdflib

Severity = Literal["violation", "warning"]

_SH = "http://www.w3.org/ns/shacl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE, _DOCUMENT = ox.NamedNode(f"{_RDF}type"), ox.NamedNode(f"{EPAR}Document")
_SHAPES = ("shapes.ttl", "advice.ttl")
_BACKGROUND = ("epargraph.ttl", "codes.ttl")

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


def validate(triples: bytes) -> Report:
    """Return what the shapes find in a graph of N-Triples; SourceError for what is not well formed."""
    try:
        return _validate([quad.triple for quad in ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)])
    except (SyntaxError, ValueError) as error:
        raise SourceError("graph", f"not N-Triples ({error})", "give the graph as N-Triples in UTF-8") from error


def validate_file(path: Path) -> Report:
    """Return what the shapes find in a file of Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD.

    All graphs of the file are validated as one. SourceError for a file that is missing or not well formed.
    """
    name = str(path)
    remedy = "give a file of RDF, such as .ttl, .nt, .nq or .trig"
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if form is None:
        raise SourceError(name, f"the ending {path.suffix or '(none)'} is not one of RDF", remedy)
    try:
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        if form == ox.RdfFormat.RDF_XML and b"<!DOCTYPE" in data:
            raise SourceError(name, "an RDF/XML file with a DOCTYPE", "take the DOCTYPE out")
        found = list(
            dict.fromkeys(quad.triple for quad in ox.parse(data, format=form, base_iri="https://example.org/"))
        )
    except OSError as error:
        raise SourceError(name, f"can't be read ({error.strerror})", remedy) from error
    except (SyntaxError, ValueError) as error:
        raise SourceError(name, f"not well formed ({error})", "mend the file, or convert it again") from error
    if not found:
        raise SourceError(name, "no triples", remedy)
    if any(isinstance(triple.object, ox.Triple) for triple in found):
        raise SourceError(name, "triples about triples", "write what is said of a triple in another way")
    return _validate(found)


def _validate(data: list[ox.Triple]) -> Report:
    context = _context(data)
    found = {*_core(data, context), *_queried(data, context)}
    quotes = _Quotes(data)
    typed = (t.subject for t in data if t.predicate == _TYPE and t.object == _DOCUMENT)
    documents = {node.value for node in typed if isinstance(node, ox.NamedNode)}
    return Report(tuple(sorted((quotes.added(each) for each in found), key=Result.key)), tuple(sorted(documents)))


@cache
def _background() -> dict[Term, tuple[ox.Triple, ...]]:
    """Return the triples of the ontology and the codes by their subject."""
    told: dict[Term, list[ox.Triple]] = {}
    for file in _BACKGROUND:
        for triple in triples(file):
            if not isinstance(triple.subject, ox.Triple):
                told.setdefault(triple.subject, []).append(triple)
    return {subject: tuple(each) for subject, each in told.items()}


_NEEDED = {
    f"{_RDF}type",
    f"{_RDFS}subClassOf",
    f"{_RDFS}subPropertyOf",
    f"{_RDFS}domain",
    "https://schema.org/domainIncludes",
    "http://www.w3.org/2004/02/skos/core#inScheme",
    f"{EPAR}field",
    f"{EPAR}valuesOf",
}
"""The predicates of the ontology and the codes that the shapes look at."""


def _context(data: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return what the shapes look at in the ontology and the codes of the terms that the data use."""
    background = _background()
    wanted: set[Term] = set(_schemes())
    for triple in data:
        wanted.add(triple.predicate)
        if isinstance(triple.object, ox.NamedNode):
            wanted.add(triple.object)
    return [t for term in wanted for t in background.get(term, ()) if t.predicate.value in _NEEDED]


@cache
def _schemes() -> tuple[Term, ...]:
    told = _background().items()
    return tuple(term for term, facts in told if any(t.predicate.value == f"{EPAR}valuesOf" for t in facts))


# Core constraints


def _core(data: Iterable[ox.Triple], context: Iterable[ox.Triple]) -> Iterator[Result]:
    """Yield what pySHACL finds with the core constraints of the shapes."""
    import pyshacl

    classes = (t for t in context if t.predicate.value in (f"{_RDF}type", f"{_RDFS}subClassOf"))
    graph = _to_rdflib([*data, *classes])
    _, found, _ = pyshacl.validate(graph, shacl_graph=_core_shapes(), inference="none", do_owl_imports=False)
    yield from _read(found)


@cache
def _core_shapes() -> rdflib.Graph:
    """Return the shapes without their sh:sparql constraints, parsed once, with the targets of property shapes at hand."""
    core = [t for file in _SHAPES for t in triples(file) if t.predicate.value != f"{_SH}sparql"]
    return _to_rdflib(_with_own_targets(core))


def _with_own_targets(shapes: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the shapes, each property shape with the targets of its node shape in place of the link from there.

    The results are the same, but pySHACL checks all focus nodes of a shape with targets at once, those of a linked one
    one by one. Node shapes without targets, used by other shapes or deactivated keep their links.
    """
    found = [t for t in shapes if t.predicate.value.startswith(f"{_SH}target")]
    kept = {t.object for t in shapes} | {t.subject for t in shapes if t.predicate.value == f"{_SH}deactivated"}
    for t in shapes:
        own = [each for each in found if each.subject == t.subject and t.subject not in kept]
        if own and t.predicate.value == f"{_SH}property" and not isinstance(t.object, ox.Literal):
            yield from [ox.Triple(t.object, each.predicate, each.object) for each in own]
        else:
            yield t


def _to_rdflib(data: Iterable[ox.Triple]) -> rdflib.Graph:
    """Return the triples as a graph of rdflib, literals as they are written."""
    import rdflib

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # a wrong literal is the report's to tell
    iris: dict[str, rdflib.URIRef] = {}

    def node(term: object) -> rdflib.term.Node:
        if isinstance(term, ox.NamedNode):
            return iris.get(term.value) or iris.setdefault(term.value, rdflib.URIRef(term.value))
        if isinstance(term, ox.BlankNode):
            return rdflib.BNode(term.value)
        if not isinstance(term, ox.Literal):
            raise ValueError("a triple as the subject or object of a triple")
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        datatype = None if term.datatype.value == f"{_XSD}string" else node(term.datatype)
        return rdflib.Literal(term.value, datatype=str(datatype) if datatype else f"{_XSD}string", normalize=False)

    graph = rdflib.Graph(bind_namespaces="none")
    return graph.addN((node(t.subject), node(t.predicate), node(t.object), graph) for t in data)


def _read(found: rdflib.Graph) -> Iterator[Result]:
    """Yield the results of a validation report, without quotes."""
    import rdflib

    sh = rdflib.Namespace(_SH)
    for node in found.objects(None, sh.result):
        path, value = found.value(node, sh.resultPath), found.value(node, sh.value)
        yield Result(
            "warning" if found.value(node, sh.resultSeverity) == sh.Warning else "violation",
            str(found.value(node, sh.focusNode)),
            str(path) if isinstance(path, rdflib.URIRef) else None,
            None if value is None else str(value),
            " ".join(sorted(str(message) for message in found.objects(node, sh.resultMessage))),
            str(found.value(node, sh.sourceShape)),
        )


# Constraints in SPARQL


@dataclass(frozen=True, slots=True)
class Query:
    """A sh:sparql constraint as a query over a whole store: it finds its focus nodes itself, as ?this."""

    shape: str
    severity: Severity
    path: str | None
    message: str
    text: str


@cache
def queries() -> tuple[Query, ...]:
    """Return the sh:sparql constraints of the shapes, each with the targets of its shape written into its pattern."""
    graph: dict[str, dict[str, list[Term]]] = {}
    for triple in (t for file in _SHAPES for t in triples(file)):
        if not isinstance(triple.subject, ox.Triple) and not isinstance(triple.object, ox.Triple):
            name = triple.predicate.value.removeprefix(_SH)
            graph.setdefault(triple.subject.value, {}).setdefault(name, []).append(triple.object)
    return tuple(
        _query(graph, shape, constraint.value)
        for shape, told in sorted(graph.items())
        for constraint in told.get("sparql", ())
    )


def _query(graph: dict[str, dict[str, list[Term]]], shape: str, constraint: str) -> Query:
    told, query = graph[shape], graph[constraint]
    declared = [graph[each.value] for name in query["prefixes"] for each in graph[name.value]["declare"]]
    prefixes = sorted((each["prefix"][0].value, each["namespace"][0].value) for each in declared)
    path = told["path"][0].value if "path" in told else None
    holders = [told, *(each for each in graph.values() if any(o.value == shape for o in each.get("property", ())))]
    text = _bound(query["select"][0].value, _targets(holders), path)
    return Query(
        shape,
        "warning" if any(each.value == f"{_SH}Warning" for each in told.get("severity", ())) else "violation",
        path,
        query["message"][0].value,
        "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in prefixes) + text,
    )


def _targets(shapes: Iterable[dict[str, list[Term]]]) -> str:
    """Return the pattern that finds the focus nodes of the shapes as ?this."""
    patterns: list[str] = []
    for told in shapes:
        patterns += [f"BIND ({node} AS ?this)" for node in told.get("targetNode", ())]
        patterns += [f"?this a <{name}>" for each in told.get("targetClass", ()) for name in _subclasses(each.value)]
        patterns += [f"?this {each} ?target" for each in told.get("targetSubjectsOf", ())]
        patterns += [f"?target {each} ?this" for each in told.get("targetObjectsOf", ())]
    return "{ SELECT DISTINCT ?this WHERE { " + " UNION ".join(f"{{ {each} }}" for each in patterns) + " } }"


def _subclasses(name: str) -> list[str]:
    """Return a class with all its subclasses."""
    found = [name]
    for each in found:
        for term, told in _background().items():
            below = any(t.predicate.value == f"{_RDFS}subClassOf" and t.object == ox.NamedNode(each) for t in told)
            if below and term.value not in found:
                found.append(term.value)
    return found


_TOKEN = re.compile(
    r"""\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|<[^<>"{}\s]*>|\#[^\n]*|\{|[$?]this\b|\$PATH\b""",
    re.DOTALL,
)


def _bound(select: str, targets: str, path: str | None) -> str:
    """Return the query with its targets in its pattern, $this as a variable and $PATH as the path.

    >>> _bound('SELECT $this WHERE { $this $PATH "$this" }', "{ ?this a <c> }", "p")
    'SELECT ?this WHERE { { ?this a <c> } ?this <p> "$this" }'
    """
    opened = False

    def replaced(match: re.Match[str]) -> str:
        nonlocal opened
        token = match.group()
        if token == "{" and not opened:
            opened = True
            return f"{{ {targets}"
        return "?this" if token in ("$this", "?this") else f"<{path}>" if token == "$PATH" else token

    return _TOKEN.sub(replaced, select)


def _queried(data: Iterable[ox.Triple], context: Iterable[ox.Triple]) -> Iterator[Result]:
    """Yield what the sh:sparql constraints find, asked of a store in memory."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in (*data, *context))
    for query in queries():
        yield from ask(store, query)


def ask(store: ox.Store, query: Query) -> Iterator[Result]:
    """Yield what a constraint finds in a store, without quotes."""
    answer = store.query(query.text, use_default_graph_as_union=True)
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError(f"{query.shape} is no SELECT")
    names = [variable.value for variable in answer.variables]
    for row in answer:
        told = {
            name: term.value for name in names if (term := row[name]) is not None and not isinstance(term, ox.Triple)
        }
        if "this" not in told:
            continue
        message = _MENTION.sub(partial(_told, told), query.message)
        value = told.get("value") or (None if query.path else told["this"])
        yield Result(query.severity, told["this"], told.get("path") or query.path, value, message, query.shape)


_MENTION = re.compile(r"\{[?$](\w+)\}")


def _told(told: dict[str, str], mention: re.Match[str]) -> str:
    """Return what a variable of a message stands for, the mention itself where the row has no such variable."""
    return told.get(mention[1], mention[0])


# Quotes


class _Quotes:
    """Finds the words that the facts of a graph were read from."""

    def __init__(self, data: Iterable[ox.Triple]) -> None:
        self.evidence: dict[str, list[str]] = {}
        self.selectors: dict[str, list[str]] = {}
        self.exact: dict[str, str] = {}
        self.start: dict[str, int] = {}
        for t in data:
            if isinstance(t.subject, ox.Triple) or isinstance(t.object, ox.Triple):
                continue
            subject, value = t.subject.value, t.object.value
            match t.predicate.value:
                case "https://w3id.org/epargraph/ontology#evidence":
                    self.evidence.setdefault(subject, []).append(value)
                case "http://www.w3.org/ns/oa#hasSelector":
                    self.selectors.setdefault(subject, []).append(value)
                case "http://www.w3.org/ns/oa#exact":
                    self.exact[subject] = value
                case "http://www.w3.org/ns/oa#start" if value.isdecimal():
                    self.start[subject] = int(value)

    def added(self, result: Result) -> Result:
        """Return the result with the words of its focus and its value."""
        found: dict[tuple[int, str], None] = {}
        for node in dict.fromkeys((result.focus, result.value or "")):
            found |= dict.fromkeys(_telling(self.of(node), result.message))
        return replace(result, quotes=tuple(dict.fromkeys(quote for _, quote in sorted(found))))

    def of(self, node: str) -> list[tuple[int, str]]:
        """Return the quotes of a fact or of a piece of evidence, each with its place."""
        quotes: list[tuple[int, str]] = []
        for evidence in self.evidence.get(node, [node]):
            selectors = self.selectors.get(evidence, [])
            start = min((self.start[each] for each in selectors if each in self.start), default=0)
            quotes += [(start, self.exact[each]) for each in selectors if each in self.exact]
        return quotes


def _telling(quotes: list[tuple[int, str]], message: str) -> list[tuple[int, str]]:
    """Return the quotes that share the most numbers with the message, all of them where none does.

    >>> _telling([(0, "EMA/685702/2021"), (9, "last updated in 01-2021"), (5, "a quote")], "Last updated 2021-01.")
    [(9, 'last updated in 01-2021')]
    """
    wanted = _numbers(message)
    shared = [len(wanted & _numbers(quote)) for _, quote in quotes]
    most = max(shared, default=0)
    return [quote for quote, count in zip(quotes, shared, strict=True) if count == most]


def _numbers(text: str) -> set[str]:
    return {digits.lstrip("0") or "0" for digits in re.findall(r"\d+", text)}


# The report as JSON and RDF


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
    return ox.NamedNode(_SH + name)


def _term(text: str) -> Term:
    """Return an IRI for what is one, else a literal."""
    if not re.match(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|^`\\]+$", text):
        return ox.Literal(text)
    try:
        return ox.NamedNode(text)
    except ValueError:
        return ox.Literal(text)
