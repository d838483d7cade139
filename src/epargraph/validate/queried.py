"""The sh:sparql constraints of the shapes, as queries over a whole store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

import pyoxigraph as ox

from epargraph.validate.background import SHAPES, background
from epargraph.validate.report import SH, Result, Severity, Term
from epargraph.vocabulary import triples

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"


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
    for triple in (t for file in SHAPES for t in triples(file)):
        if not isinstance(triple.subject, ox.Triple) and not isinstance(triple.object, ox.Triple):
            name = triple.predicate.value.removeprefix(SH)
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
        "warning" if any(each.value == f"{SH}Warning" for each in told.get("severity", ())) else "violation",
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
        for term, told in background().items():
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


def queried(data: Iterable[ox.Triple], context: Iterable[ox.Triple]) -> Iterator[Result]:
    """Yield what the sh:sparql constraints find, asked of a store in memory."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in (*data, *context))
    for query in queries():
        yield from ask(store, query)


def ask(store: ox.Store, query: Query) -> Iterator[Result]:
    """Yield what a constraint finds in a store, without quotes."""
    yield from (result(query, told) for told in rows(store, query))


def rows(store: ox.Store, query: Query) -> Iterator[dict[str, str]]:
    """Yield the rows of a constraint's answer that have a focus node, each term as its plain value."""
    answer = store.query(query.text, use_default_graph_as_union=True)
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError(f"{query.shape} is no SELECT")
    names = [variable.value for variable in answer.variables]
    for row in answer:
        told = {
            name: term.value for name in names if (term := row[name]) is not None and not isinstance(term, ox.Triple)
        }
        if "this" in told:
            yield told


def result(query: Query, told: Mapping[str, str]) -> Result:
    """Return what a row of a constraint's answer says, without quotes."""
    message = _MENTION.sub(partial(_told, told), query.message)
    value = told.get("value") or (None if query.path else told["this"])
    return Result(query.severity, told["this"], told.get("path") or query.path, value, message, query.shape)


_MENTION = re.compile(r"\{[?$](\w+)\}")


def _told(told: Mapping[str, str], mention: re.Match[str]) -> str:
    """Return what a variable of a message stands for, the mention itself where the row has no such variable."""
    return told.get(mention[1], mention[0])
