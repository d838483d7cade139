"""No query from outside reaches another server: what the guard lets through, the parser finds no SERVICE in."""

from __future__ import annotations

import contextlib
import time

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epargraph.errors import QueryError
from epargraph.serve import guard

LONGEST = 10_000
ASKS = "asks another server"

SMUGGLED = {
    "plainly": "ASK { SERVICE <URL> {} }",
    "in small letters": "ASK { service silent <URL> {} }",
    "escaped": r"ASK { \u0053ERVICE <URL> {} }",
    "escaped in eight digits": r"ASK { \U00000053ERVICE <URL> {} }",
    "escaped twice": r"ASK { \u005Cu0053ERVICE <URL> {} }",
    "behind what looks like an IRI": "ASK { VALUES ?g { <URL> } FILTER(1<2)SERVICE#>\n?g {} }",
    "behind what looks like an IRI that holds a quote": "ASK { FILTER(1<2)#>'\n SERVICE <URL> {} #'\n }",
    "at a number": "ASK { OPTIONAL { ?s ?p 1SERVICE <URL> {} } }",
    "at a truth value": "ASK { OPTIONAL { ?s ?p trueSERVICE <URL> {} } }",
    "behind a language": 'ASK { OPTIONAL { ?s ?p "x"@en.SERVICE <URL> {} } }',
    "with a prefix": "PREFIX : <URL> ASK { SERVICE:x {} }",
    "as a prefix": "PREFIX s: <URL> ASK { SERVICEs:x {} }",
    "with a comment": "ASK { SERVICE # {\n <URL> {} }",
    "behind a local name with an escaped sign": r"ASK { OPTIONAL { ?s ?p epar:a\#b . SERVICE <URL> {} } }",
    "behind quotes in a comment": "ASK { # it's\n SERVICE <URL> {} # it's\n }",
    "behind an IRI with quotes": "ASK { OPTIONAL { ?s ?p <http://x/it's> . SERVICE <URL> {} OPTIONAL { ?s ?p 'x' } } }",
    "in a subquery": "SELECT * { { SELECT * { SERVICE ?g { ?s ?p ?o } } } VALUES ?g { <URL> } }",
}

HARMLESS = {
    "a variable": "SELECT ?service { ?service ?SERVICE $services }",
    "a local name": "SELECT * { ?s epar:service ?o ; epar:a.b ?service }",
    "a string": """SELECT ("SERVICE <x> {}" AS ?a) ('''it's a "SERVICE"''' AS ?b) ("a\\"SERVICE" AS ?c) {}""",
    "a comment": "SELECT * { ?s ?p ?o } # SERVICE <x> {}",
    "an IRI": "SELECT * { <http://example.org/service/SERVICE#service?service> ?p ?o }",
    "a language": 'SELECT ("x"@en-service AS ?a) {}',
    "a blank node": "SELECT * { _:service ?p [] }",
    "a comparison": 'SELECT * { ?s ?p ?o FILTER(?o < 5 && STR(?o) > "service") }',
}


def run(query: str) -> None:
    """Run a query as a worker would that nothing confines."""
    result = ox.Store().query(query, prefixes={"epar": "https://example.org/"})
    if not isinstance(result, ox.QueryBoolean):
        list(result)


@pytest.mark.parametrize("query", SMUGGLED.values(), ids=SMUGGLED)
def test_every_way_to_ask_another_server_is_seen(query: str) -> None:
    """SERVICE is refused however it is written: escaped, glued to other tokens, hidden from those who read by the book."""
    with pytest.raises(QueryError, match=ASKS):
        guard.check(query.replace("URL", "http://127.0.0.1:9/"), LONGEST)


@pytest.mark.parametrize("query", HARMLESS.values(), ids=HARMLESS)
def test_the_word_alone_is_no_fault(query: str) -> None:
    """The word in a variable, name, string, comment, IRI or language is let through, and the engine takes the query."""
    guard.check(query, LONGEST)
    run(query)


def test_the_engine_would_ask(listener: tuple[str, list[bytes]]) -> None:
    """Without the guard the engine connects for many of these queries, those that look harmless among them."""
    url, came = listener
    reached: list[str] = []
    for name, query in SMUGGLED.items():
        before = len(came)
        with contextlib.suppress(OSError, SyntaxError, RuntimeError):
            run(query.replace("URL", url))
        time.sleep(0.02)
        if len(came) > before:
            reached.append(name)
    assert {"plainly", "at a number", "behind a language", "as a prefix", "with a comment"} <= set(reached), reached


BEFORE = st.sampled_from(
    (
        *("", "?s ?p 1", "?s ?p 1.5e0", "?s ?p true", "?s ?p 'x'", '?s ?p "x"@en', "?s ?p '''it's'''", "?s ?p epar:a"),
        *("?s ?p _:b", "FILTER(1<2)", "FILTER(?x<?y&&2>1)", "FILTER(1<epar:b)", "BIND(1<2 AS ?b)", "FILTER EXISTS{}"),
        *("{}", "?s ?p ()", "VALUES ?v {<a:b>'#'}", "?s <urn:x>|^<urn:y#z> ?o", r"?s ?p '\''", '?s ?p "<"'),
        *(r"?s ?p epar:a\#b", r"?s ?p epar:a\'b"),
    )
)
BETWEEN = st.lists(
    st.sampled_from((*" \n..'\">", "#\n", "#>\n", "#'\n", '#"\n', "#<a:\n", "#'''\n", "#\\\n", "#}{\n")), max_size=4
).map("".join)
KEYWORD = st.sampled_from(
    ("SERVICE", "service", "SERVICE SILENT", r"\u0053ERVICE", r"SERVIC\u0045", r"\u005Cu0053ERVICE")
)
NAME = st.sampled_from(("<URL>", "?x", "here:x", "here:", ":"))


@settings(max_examples=1500, deadline=None)
@given(BEFORE, BETWEEN, KEYWORD, BETWEEN, NAME, BETWEEN, BETWEEN)
def test_what_the_guard_lets_through_connects_nowhere(
    listener: tuple[str, list[bytes]], before: str, b1: str, keyword: str, b2: str, name: str, b3: str, b4: str
) -> None:
    """Whatever stands around SERVICE: if the guard takes the query and it parses, running it connects nowhere."""
    url, came = listener
    query = (
        f"PREFIX : <URL> PREFIX here: <URL> ASK {{ VALUES ?x {{ <URL> }} {before}{b1}{keyword}{b2}{name}{b3}{{}}{b4}}}"
    )
    query = query.replace("URL", url)
    try:
        guard.check(query, LONGEST)
    except QueryError:
        return
    held = len(came)
    with contextlib.suppress(OSError, SyntaxError, RuntimeError):
        run(query)
    assert len(came) == held, query


def test_nesting_is_told_before_parsing() -> None:
    """Brackets that would crash the parser are refused, hidden ones too; many that do not nest are taken."""
    crash = "ASK " + "{" * 4500
    hidden = "ASK { FILTER(1<2)#>\n" + "{" * 4500
    for query in (crash, hidden, crash.replace("{", r"\u007B")):
        with pytest.raises(QueryError, match="nest deeper than 100"):
            guard.check(query, LONGEST * 10)
    guard.check("SELECT * { VALUES ?x { " + "(1) " * 2000 + "} }", LONGEST)
