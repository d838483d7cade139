r"""What a query from outside may not be, told before it is parsed: too long, nested too deep, or one that asks other servers.

How a text falls into tokens is for the parser to say, and it is laxer than the specification: in `FILTER(1<2)SERVICE#>` it
sees an operator where that sees an IRI, and `1SERVICE<...>` are a number and a keyword for it. So every reading is followed in
which a parser could take the text, with \u escapes decoded and not, and one bad reading is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from epargraph.errors import QueryError
from epargraph.stores.sparql import DEEPEST

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SERVICE = re.compile("service", re.IGNORECASE)
_STRINGS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'"{3}(?:[^"\\]|\\.|"(?!""))*+"{3}',
        r"'{3}(?:[^'\\]|\\.|'(?!''))*+'{3}",
        r'"(?:[^"\\\n\r]|\\.)*+"',
        r"'(?:[^'\\\n\r]|\\.)*+'",
    )
)
_IRI = re.compile(r"<[^<>]*+>")
_SURE_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*+://")
"""No expression has // in it: what begins so is no comparison."""
_NAME = re.compile(
    r"""
      [?$]\w++                              # a variable
    | @[A-Za-z]++(?:-[A-Za-z0-9]++)*+       # a language
    | :(?:[\w:%-]|\\.)*+                    # a local name, up to a dot
    | \\.
    | \#[^\n\r]*+
    | [^\w"'<({[\])}?$@:\\\#]++             # spaces and operators
    """,
    re.VERBOSE | re.DOTALL,
)


def check(text: str, longest: int) -> None:
    """Raise QueryError for a query that is not to be parsed.

    >>> check('SELECT ?service { ?service epar:name "SERVICE <x> {}" }', 1000)
    >>> check("ASK { FILTER(1<2)SERVICE#>", 1000)
    Traceback (most recent call last):
    epargraph.errors.QueryError: query: it asks another server (SERVICE), which this one never does; ask this server alone
    """
    if len(text) > longest:
        raise QueryError("query", f"it has more than {longest:,} characters", "ask for less at once")
    for reading in _readings(text):
        asks, brackets = _SERVICE.search(reading), reading.count("{") + reading.count("(") + reading.count("[")
        if asks or brackets > DEEPEST:
            _follow(reading)


def _readings(text: str) -> Iterator[str]:
    """Yield the text, and then with its escapes decoded, once, twice, as often as there are any."""
    yield text
    while (decoded := _ESCAPE.sub(_decoded, text)) != text:
        text = decoded
        yield text


def _decoded(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number <= 0x10FFFF else escape[0]


def _follow(text: str) -> None:
    """Follow all readings at once: which places are reached outside strings, IRIs and comments, and how deep at most."""
    reached: dict[int, int] = {0: 0}
    for at in range(len(text)):
        depth = reached.pop(at, None)
        if depth is None:
            continue
        if _SERVICE.match(text, at):
            raise QueryError(
                "query", "it asks another server (SERVICE), which this one never does", "ask this server alone"
            )
        letter = text[at]
        if letter in "({[":
            depth += 1
            if depth > DEEPEST:
                line = text.count("\n", 0, at) + 1
                raise QueryError(f"query, line {line}", f"brackets nest deeper than {DEEPEST}", "simplify it")
        elif letter in ")}]":
            depth = max(0, depth - 1)
        for end in _ends(text, at, letter):
            reached[end] = max(depth, reached.get(end, 0))


def _ends(text: str, at: int, letter: str) -> Iterator[int]:
    """Yield where the token at a place can end."""
    if letter in "\"'":
        found = [match.end() for pattern in _STRINGS if (match := pattern.match(text, at))]
        yield from found or [at + 1]
    elif letter == "<":
        if iri := _IRI.match(text, at):
            yield iri.end()
        if not iri or not _SURE_IRI.match(text, at):
            yield at + 1
    else:
        name = _NAME.match(text, at)
        yield name.end() if name else at + 1
