"""What can be told of a SPARQL query without running it: its form, its dataset clause, how deep it nests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from epargraph.errors import QueryError

PREFIXES = {
    "code": "https://w3id.org/epargraph/codes/",
    "dcterms": "http://purl.org/dc/terms/",
    "epar": "https://w3id.org/epargraph/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes that a query may use without declaring them."""

DEEPEST = 100
"""How deep brackets may nest; a few thousand crash the parser, and with it the process."""

LONGEST = 1_000_000
"""The characters that a query may have."""

_TOKEN = re.compile(
    r"""
      (?P<skip>    "{3}(?:[^"\\]|\\.|"(?!""))*"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
                 | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
                 | <[^<>"{}|^`\\\x00-\x20]*>
                 | \#[^\n\r]* )
    | (?P<open>    [({\[] )
    | (?P<close>   [)}\]] )
    | (?P<word>    [?$@:\w][\w.:-]* )
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


def words(text: str) -> Iterator[tuple[str, int]]:
    """Yield each bare word of the query with its depth; what stands in strings, IRIs and comments is none.

    >>> list(words('ASK { ?s ?p "SERVICE" } # LOAD'))
    [('ASK', 0), ('?s', 1), ('?p', 1)]
    """
    depth = 0
    for token in _TOKEN.finditer(text):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["word"]:
            yield token["word"], depth


@dataclass(frozen=True, slots=True)
class Service:
    """A SERVICE block: its place in the query, what stands between its braces, and how many braces are open ahead of it."""

    start: int
    end: int
    endpoint: str
    body: str
    depth: int


def services(text: str) -> Iterator[Service]:
    """Yield the blocks that name an endpoint by its IRI, in the order in which they begin; what is never closed is none.

    >>> [(each.endpoint, each.body) for each in services("ASK { ?s ?p ?o SERVICE <urn:x> { ?o a ?c } }")]
    [('urn:x', ' ?o a ?c ')]
    """
    tokens = list(_TOKEN.finditer(text))
    depth = 0
    for at, token in enumerate(tokens):
        depth += bool(token["open"]) - bool(token["close"])
        if (token["word"] or "").upper() != "SERVICE" or len(tokens) < at + 3:
            continue
        name, opening = tokens[at + 1 : at + 3]
        if (name["skip"] or "").startswith("<") and opening["open"] == "{":
            inner = 0
            for other in tokens[at + 2 :]:
                inner += bool(other["open"]) - bool(other["close"])
                if not inner:
                    body = text[opening.end() : other.start()]
                    yield Service(token.start(), other.end(), name["skip"][1:-1], body, depth)
                    break


def select(text: str) -> tuple[int, int]:
    """Return where the query's SELECT begins and where its group opens; QueryError for a query of another form.

    >>> select("PREFIX x: <urn:x> SELECT * WHERE { ?s ?p ?o }")
    (18, 33)
    """
    begins = -1
    for token in _TOKEN.finditer(text):
        if begins < 0 and token["word"]:
            word = token["word"].upper()
            if word in _FORMS and word != "SELECT":
                break
            begins = token.start() if word == "SELECT" else begins
        elif begins >= 0 and token["open"] == "{":
            return begins, token.start()
    raise QueryError("query", "only a SELECT can hand values over to an endpoint", "write a SELECT")


def form(text: str) -> str:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE; QueryError for anything else, an update too.

    >>> form("PREFIX select: <http://example.org/> ASK { ?s ?p select:x }")
    'ASK'
    """
    for word, depth in words(text):
        if depth == 0 and word.upper() in _FORMS:
            return word.upper()
    raise QueryError("query", "it has none of the words SELECT, ASK, CONSTRUCT, DESCRIBE", "write a SPARQL query")


def names_dataset(text: str) -> bool:
    """Tell whether the query has a FROM clause of its own.

    >>> names_dataset("SELECT * FROM <http://example.org/g> { ?s ?p ?o }")
    True
    >>> names_dataset("SELECT ?from { ?s ?p ?from }")
    False
    """
    if "FROM" not in text.upper():  # most queries: to look at each word takes longer than to answer a small one
        return False
    return any(depth == 0 and word.upper() == "FROM" for word, depth in words(text))


def with_prefixes(text: str) -> str:
    """Return the query with a declaration, in its first line, of each known prefix that it uses but does not declare.

    >>> with_prefixes("ASK { ?s a epar:Dose }")
    'PREFIX epar: <https://w3id.org/epargraph/ontology#> ASK { ?s a epar:Dose }'
    """
    used = [word for word, _ in words(text)]
    declared = {after.rstrip(":") for word, after in pairwise(used) if word.upper() == "PREFIX"}
    missing = sorted({word.partition(":")[0] for word in used if ":" in word} & PREFIXES.keys() - declared)
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in missing) + text


def check(text: str) -> None:
    """Raise QueryError for a query that is too long or nests too deep to be parsed safely.

    >>> check("ASK {}")
    """
    if len(text) > LONGEST:
        raise QueryError("query", f"it has more than {LONGEST} characters", "ask for less at once")
    if sum(map(text.count, "({[")) <= DEEPEST:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += bool(token["open"]) - bool(token["close"])
        if depth > DEEPEST:
            line = text.count("\n", 0, token.start()) + 1
            raise QueryError(f"query, line {line}", f"brackets nest deeper than {DEEPEST}", "simplify it")


def syntax_error(error: SyntaxError, text: str, where: str = "query") -> QueryError:
    """Return the QueryError that says in which line the parser stopped and before which words."""
    reason = re.sub(r"^error at \d+:\d+: ", "", str(error))
    place = re.search(r"at (\d+):(\d+)", str(error))
    if not place:
        return QueryError(where, f"this is not SPARQL: {reason}", "mend the query")
    line, column = int(place[1]), int(place[2])
    rest = "".join(text.splitlines()[line - 1 : line])[column - 1 :].strip()[:40]
    before = f"before {rest!r}" if rest else "at the end of the line"
    reason = _reason(reason)
    return QueryError(
        f"{where}, line {line}, column {column}", f"not SPARQL {before}: {reason}", "mend the query there"
    )


def _reason(told: str) -> str:
    """Return in short what the parser says that it expected: it lists every character and word that could have come.

    >>> _reason("expected one of The SELECT contains a variable that is unbound, [_]")
    'the SELECT contains a variable that is unbound'
    >>> _reason('expected one of ",", ".", "}", [_]'), _reason("expected [_]")
    ('one of , . } was expected', 'something before it does not fit')
    """
    if "Prefix not found" in told:
        return "a prefix is not declared"
    if "IRI parsing failed" in told:
        return "an IRI is not well formed"
    if sentence := re.search(r"\b[A-Z]\w+(?: \w+){2,}", told):  # one of the parser's own: all other words stand alone
        return sentence[0][0].lower() + sentence[0][1:]
    if told == "expected [_]":  # any character: what was read is no query, whatever comes now
        return "something before it does not fit"
    marks = re.fullmatch(r'expected (?:one of )?((?:"[^"\w]+"(?:, )?){1,8})(?:\[_\])?', told)
    if marks:
        signs = re.findall(r'"([^"]+)"', marks[1])
        return f"{'one of ' if len(signs) > 1 else ''}{' '.join(signs)} was expected"
    return "something else was expected"
