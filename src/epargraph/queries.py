"""The questions of queries/: read, bound to values, and run; any other SPARQL query too.

How a question's file is written stands in queries/README.md.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph

from epargraph import vocabulary
from epargraph.errors import QueryError, RuleError, UsageError
from epargraph.graph.names import sought
from epargraph.resources import QUERIES
from epargraph.stores import Dataset
from epargraph.stores.sparql import check, form, syntax_error

if TYPE_CHECKING:
    import pandas

Value: TypeAlias = str | int | float | Decimal | date
"""What a parameter can be given as; a text is read as the parameter's type."""

Cell: TypeAlias = str | int | float | bool | Decimal | date | None
"""What a cell of an answer can hold: None where the answer binds nothing."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_HEADER = re.compile(r"^#\+ ?(.*)$", re.MULTILINE)
_ROW = re.compile(r"VALUES\s*\(([^()]*)\)\s*\{\s*\((.*)\)\s*\}[ \t]*#[ \t]*parameters[ \t]*$", re.MULTILINE)
_PARAMETER = re.compile(r"(\w+) \(([a-z]+)(?: ([a-z-]+))?(, optional)?\): (\S.*)")
_NAME = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a question can be asked with.

    `type` is medicine (a name or product number), text, integer, number, date, iri, or code (a word of the closed list
    `scheme`).
    """

    name: str
    type: str
    meaning: str
    optional: bool = False
    scheme: str | None = None

    def values(self) -> tuple[str, ...]:
        """Return the words that a code can be, sorted; none for a parameter of another type."""
        listed = vocabulary.labels(vocabulary.CODE + self.scheme) if self.scheme else {}
        return tuple(sorted(set(listed.values())))


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words and as SPARQL, which runs as it stands with an example for each parameter."""

    name: str
    title: str
    question: str
    parameters: tuple[Parameter, ...]
    text: str

    def bind(self, **values: Value) -> str:
        """Return the query with the values in the place of the examples, as terms and never as pasted text.

        An optional parameter that is not given leaves its variable unbound. QueryError for an unknown parameter, a
        missing one, or a value that is not of the parameter's type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise QueryError(f"query {self.name}", f"it has no parameter {name!r}", self._parameters())
        if not known:
            return self.text
        terms = [self._term(parameter, values.get(parameter.name)) for parameter in self.parameters]
        row = f"VALUES ({' '.join('?' + name for name in known)}) {{ ({' '.join(terms)}) }}  # parameters"
        return _ROW.sub(lambda _: row, self.text)

    def _term(self, parameter: Parameter, value: Value | None) -> str:
        where = f"query {self.name}, parameter {parameter.name}"
        if value is None:
            if parameter.optional:
                return "UNDEF"
            raise QueryError(where, "it needs a value", f"set {parameter.name}: {parameter.meaning}")
        try:
            return str(_TERMS[parameter.type](parameter, str(value).strip()))
        except (ValueError, InvalidOperation) as error:
            wanted = f"{parameter.type} is wanted"
            raise QueryError(where, f"{str(value)!r} does not fit, {wanted}", f"give {_advice(parameter)}") from error

    def _parameters(self) -> str:
        if not self.parameters:
            return "it takes none"
        return "it takes " + "; ".join(f"{each.name} ({each.type}: {each.meaning})" for each in self.parameters)


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer, one value for each column.

    ASK answers with one row in the column `answer`; CONSTRUCT and DESCRIBE with the columns subject, predicate, object.
    Numbers, booleans and full dates are Python's; everything else, IRIs and imprecise dates too, is text.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def to_dicts(self) -> list[dict[str, Cell]]:
        """Return each row as a dictionary from column to value."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a DataFrame, decimals as floats; UsageError when pandas is not installed."""
        try:
            from pandas import DataFrame
        except ImportError as error:
            raise UsageError("pandas", "it is not installed", "run pip install 'epargraph[pandas]'") from error
        rows = [[float(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in self.rows]
        return DataFrame(rows, columns=list(self.columns))


def load(folder: Path = QUERIES) -> dict[str, Question]:
    """Return the questions of a folder by name; RuleError for a file that is not well formed."""
    return {path.stem: parse(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.rq"))}


@cache
def library() -> Mapping[str, Question]:
    """Return the questions of queries/ by name, read once."""
    return load()


def named(name: str) -> Question:
    """Return the question of that name; QueryError with the nearest names when there is none."""
    key = name.strip().replace("-", "_").lower()
    known = federated() if key.startswith(FEDERATED) else library()
    if key in known:
        return known[key]
    near = [FEDERATED + key] if FEDERATED + key in federated() else get_close_matches(key, known, n=3, cutoff=0.4)
    near = near or [each for each in known if key in each][:3]
    remedy = f"did you mean {' or '.join(near)}?" if near else "epargraph query --list shows them all"
    raise QueryError(f"query {name}", "there is no question of that name", remedy)


FEDERATED = "federated/"
"""What the names of the questions begin with that also ask another registry."""


@cache
def federated() -> Mapping[str, Question]:
    """Return the questions that join the graph with another registry, by their names, which begin with `federated/`."""
    told = load(QUERIES / FEDERATED)
    return {FEDERATED + name: replace(question, name=FEDERATED + name) for name, question in told.items()}


def from_file(path: Path) -> Question:
    """Return the query in a file, with its header and parameters if it has them; QueryError when it can't be read."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise QueryError(str(path), error.strerror or str(error), "name a readable file") from error
    except UnicodeDecodeError as error:
        raise QueryError(str(path), "it is not UTF-8 text", "save the query as UTF-8") from error
    return from_text(text, path.stem)


def from_text(text: str, name: str = "query") -> Question:
    """Return a SPARQL text as a question; with a header it is read, without one the query has no parameters."""
    if not _HEADER.search(text):
        return Question(name, name, "", (), text)
    try:
        return parse(name, text)
    except RuleError as error:
        raise QueryError(error.where, error.reason, error.remedy) from error


def run(store: Dataset, query: str | Question, **values: Value) -> Answer:
    """Return the answer of a question (by itself, by name, or as SPARQL text) for the values of its parameters."""
    if isinstance(query, str):
        query = named(query) if _NAME.fullmatch(query.strip()) else from_text(query)
    text = query.bind(**values)
    return decoded(store.query(text), form(text))


def plain_rows(store: Dataset, text: str) -> Iterator[list[str]]:
    """Yield the rows of a SELECT query, each term as its plain value, empty where there is none: no object for each term."""
    rows = csv.reader(StringIO(store.query(text, accept="text/csv").decode(), newline=""))
    next(rows)
    yield from rows


def parse(name: str, text: str) -> Question:
    """Return the question that a file's text holds; RuleError, with the reason, when it is not well formed."""
    where = f"queries/{name}.rq"
    check(text)
    header = _header(where, _HEADER.findall(text))
    parameters = tuple(_parameter(where, line) for line in header["parameters"])
    rows = _ROW.findall(text)
    if len(rows) != (1 if parameters else 0):
        raise RuleError(where, f"it has {len(rows)} rows marked '# parameters'", "write one when it has parameters")
    if parameters and rows[0][0].replace("?", "").split() != [each.name for each in parameters]:
        raise RuleError(where, f"its row has {rows[0][0]}", "name the header's parameters there in the same order")
    try:
        pyoxigraph.Store().query(text)
    except SyntaxError as error:
        found = syntax_error(error, text, where)
        raise RuleError(found.where, found.reason, found.remedy) from error
    return Question(name, header["title"][0], " ".join(header["question"]), parameters, text)


def _header(where: str, lines: Iterable[str]) -> dict[str, list[str]]:
    header: dict[str, list[str]] = {"title": [], "question": [], "parameters": []}
    key = ""
    for line in lines:
        start = re.match(r"(\w+):\s*(.*)", line)
        if start and start[1] not in header:
            raise RuleError(where, f"unknown header key {start[1]!r}", f"use {', '.join(header)}")
        key, rest = (start[1], start[2]) if start else (key, line)
        if rest.strip():
            header.get(key, []).append(rest.strip())
    for needed in ("title", "question"):
        if not header[needed]:
            raise RuleError(where, f"the header has no {needed}", f"write '#+ {needed}: ...'")
    return header


def _parameter(where: str, line: str) -> Parameter:
    found = _PARAMETER.fullmatch(line)
    if not found or found[2] not in _TERMS or (found[2] == "code") != bool(found[3]):
        raise RuleError(
            where, f"{line!r} is no parameter", "write 'name (type): meaning' or 'name (type, optional): ...'"
        )
    name, kind, scheme, optional, meaning = found.groups()
    return Parameter(name, kind, meaning, bool(optional), scheme)


def _text(parameter: Parameter, value: str) -> pyoxigraph.Literal:
    if not value:
        raise ValueError("empty")
    return pyoxigraph.Literal(value)


def _number(parameter: Parameter, value: str) -> pyoxigraph.Literal:
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("not finite")
    return pyoxigraph.Literal(f"{number:f}", datatype=pyoxigraph.NamedNode(_XSD + "decimal"))


def _date(parameter: Parameter, value: str) -> pyoxigraph.Literal:
    return pyoxigraph.Literal(date.fromisoformat(value).isoformat(), datatype=pyoxigraph.NamedNode(_XSD + "date"))


def _code(parameter: Parameter, value: str) -> pyoxigraph.Literal:
    labels = {
        label.lower(): notation
        for label, notation in vocabulary.labels(vocabulary.CODE + (parameter.scheme or "")).items()
    }
    if value.lower() not in labels:
        raise ValueError("not in the list")
    return pyoxigraph.Literal(labels[value.lower()])


_TERMS: dict[str, Callable[[Parameter, str], pyoxigraph.Literal | pyoxigraph.NamedNode]] = {
    "medicine": lambda parameter, value: _text(parameter, sought(value)),  # as skos:hiddenLabel has it
    "text": _text,
    "integer": lambda parameter, value: pyoxigraph.Literal(int(value)),
    "number": _number,
    "date": _date,
    "iri": lambda parameter, value: pyoxigraph.NamedNode(value),
    "code": _code,
}


def _advice(parameter: Parameter) -> str:
    if parameter.type == "code":
        return "one of " + ", ".join(parameter.values())
    examples = {"integer": "a whole number", "number": "a number such as 0.5", "date": "a date such as 2022-01-06"}
    return examples.get(parameter.type, "an absolute IRI" if parameter.type == "iri" else "some words")


def decoded(body: bytes, query_form: str) -> Answer:
    """Return the answer that a query of this form got: JSON for SELECT and ASK, N-Triples for CONSTRUCT and DESCRIBE."""
    if query_form in ("CONSTRUCT", "DESCRIBE"):
        triples = (quad.triple for quad in pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N_TRIPLES))
        return Answer(
            ("subject", "predicate", "object"),
            tuple((_cell(each.subject), _cell(each.predicate), _cell(each.object)) for each in triples),
        )
    if query_form == "ASK":
        return Answer(("answer",), ((bool(json.loads(body)["boolean"]),),))
    result = pyoxigraph.parse_query_results(body, format=pyoxigraph.QueryResultsFormat.JSON)
    assert isinstance(result, pyoxigraph.QuerySolutions)
    columns = tuple(str(variable.value) for variable in result.variables)
    return Answer(columns, tuple(tuple(_cell(row[column]) for column in columns) for row in result))


_CELLS: dict[str, Callable[[str], Cell]] = {
    _XSD + "boolean": lambda value: value in ("true", "1"),
    _XSD + "date": date.fromisoformat,
    _XSD + "decimal": Decimal,
    _XSD + "double": float,
    _XSD + "float": float,
    _XSD + "integer": int,
    _XSD + "nonNegativeInteger": int,
}


def _cell(term: object) -> Cell:
    if isinstance(term, pyoxigraph.Literal):
        try:
            return _CELLS.get(term.datatype.value, str)(term.value)
        except (ValueError, InvalidOperation):
            return term.value  # a value that is not of its datatype is shown as it was written
    return getattr(term, "value", None) if term is None or hasattr(term, "value") else str(term)
