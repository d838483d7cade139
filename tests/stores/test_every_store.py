"""The stores: what holds for each of them, in a folder and on real servers over real sockets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from epargraph.errors import QueryError, StoreError
from epargraph.export import export
from epargraph.stores import Store
from epargraph.stores.sparql import PREFIXES

G1, G2 = "https://example.org/graph/1", "https://example.org/graph/2"
ONE = b'<https://example.org/a> <https://example.org/p> "one" .\n'
TWO = ONE.replace(b"one", b"two") + '<https://example.org/b> <https://example.org/p> "é" .\n'.encode()
TYPE = f"<{PREFIXES['rdf']}type>"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"

Opener = Callable[[bool], Store]


def count(store: Store) -> int:
    return int(store.query(COUNT, accept="text/csv").decode().split()[1])


def test_queries_see_the_union_of_all_graphs(opener: Opener) -> None:
    """A query without GRAPH sees what all graphs together say, and GRAPH tells them apart."""
    with opener(True) as store:
        store.replace({G1: ONE, G2: ONE + TWO})
    with opener(False) as store:
        assert store.query("CONSTRUCT WHERE { ?s ?p ?o }") == ONE + TWO
        assert store.graphs() == [G1, G2]
        rows = store.query('SELECT ?g WHERE { GRAPH ?g { ?s ?p "one" } } ORDER BY ?g', accept="text/csv")
        assert rows.decode().split() == ["g", G1, G2]


@pytest.mark.parametrize(
    "opener", ["folder", "oxigraph", "virtuoso"], indirect=True
)  # told to take the union, it takes no FROM
def test_a_from_clause_chooses_the_graph(opener: Opener) -> None:
    """A query with FROM sees the graph that it names and no other."""
    with opener(True) as store:
        store.replace({G1: ONE, G2: TWO})
        rows = store.query(f"SELECT ?o FROM <{G1}> WHERE {{ ?s ?p ?o }}", accept="text/csv")
        assert rows.decode().split() == ["o", "one"]


def test_replacing_puts_the_new_triples_in_place_of_the_old(opener: Opener) -> None:
    """A graph given anew holds what was given last; giving the same twice changes nothing."""
    with opener(True) as store:
        for triples in (ONE, TWO, TWO):
            store.replace({G1: triples})
        assert store.triples(G1) == TWO
        assert sorted(store.lines(G1)) == TWO.splitlines()
        assert list(store.lines(f"{G1}/none")) == []
        assert store.archive().graphs() == []


def test_a_dropped_graph_is_kept_in_the_archive(opener: Opener) -> None:
    """A superseded graph leaves the current ones for the archive, and comes back from there when it is given again."""
    with opener(True) as store:
        store.replace({G1: ONE})
        store.replace({G1: None, G2: TWO})
        assert (store.graphs(), store.archive().graphs()) == ([G2], [G1])
    with opener(False) as store:
        assert store.archive().triples(G1) == ONE
        assert count(store) == 2
    with opener(True) as store:
        store.replace({G1: ONE, G2: None})
        assert (store.graphs(), store.archive().graphs()) == ([G1], [G2])


def test_dropping_what_is_not_there_is_no_error(opener: Opener) -> None:
    """A graph that no store holds can be dropped: the outcome is what was asked for."""
    with opener(True) as store:
        store.replace({G1: None})
        store.replace({})
        assert store.graphs() == store.archive().graphs() == []


def test_every_form_of_query_answers_in_its_media_types(opener: Opener) -> None:
    """SELECT, ASK, CONSTRUCT and DESCRIBE answer in each of their media types, the same from every store."""
    with opener(True) as store:
        store.replace({G1: ONE})
        select = "SELECT ?o WHERE { ?s ?p ?o }"
        assert store.query(select, accept="text/csv") == b"o\r\none\r\n"
        assert store.query(select, accept="text/tab-separated-values") == b'?o\n"one"\n'
        assert b'"value":"one"' in store.query(select, accept="application/sparql-results+json")
        assert b"<literal>one</literal>" in store.query(select, accept="application/sparql-results+xml")
        assert store.query("ASK { ?s ?p ?o }", accept="text/csv") == b"true"
        assert store.query("ASK { ?s ?p 5 }") == b'{"head":{},"boolean":false}'
        assert store.query("CONSTRUCT WHERE { ?s ?p ?o }") == ONE
        assert store.query("DESCRIBE <https://example.org/a>", accept="text/turtle").endswith(b'"one" .\n')


def test_known_prefixes_need_no_declaration(opener: Opener) -> None:
    """The project's prefixes may be used undeclared."""
    with opener(True) as store:
        assert store.query("ASK { ?fact epar:evidence ?evidence }") == b'{"head":{},"boolean":false}'


def test_awkward_characters_survive(opener: Opener) -> None:
    """Quotes, backslashes, line ends, control characters and what looks like an escape come back as they went in."""
    words = rb'"a \"quote\" \\u0022 } ; DROP ALL \\ \n\r\t\u0007 \u00e9 \U0001F600"'
    odd = b"<https://example.org/a> <https://example.org/p> " + words + b" ."
    with opener(True) as store:
        store.replace({G1: odd, G2: ONE})
        answer = store.query(f"SELECT ?o FROM <{G1}> WHERE {{ ?s ?p ?o }}", accept="application/sparql-results+json")
        assert rb"\"quote\" \\u0022 } ; DROP ALL \\ \n\r\t\u0007" in answer
        assert "é 😀" in answer.decode()
        assert store.graphs() == [G1, G2]


def test_a_large_graph_goes_through(opener: Opener) -> None:
    """A graph of 20,000 triples is stored and answered whole."""
    big = b"".join(b'<https://example.org/%d> <https://example.org/p> "value %d" .\n' % (i, i) for i in range(20_000))
    with opener(True) as store:
        store.replace({G1: big})
        assert count(store) == 20_000
        assert store.query("CONSTRUCT WHERE { ?s ?p ?o }").count(b"\n") == 20_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * WHERE {\n ?s ?p ?o .. }", r"line 2, column \d+: not SPARQL|refuses"),
        ("SELECT ?x WHERE { ?s nosuch:thing ?x }", "a prefix is not declared|refuses"),
        ("DELETE WHERE { ?s ?p ?o }", "none of the words SELECT"),
        ("", "none of the words SELECT"),
        ("ASK " + "{" * 5000, "nest deeper than 100"),
        ("ASK {} #" + "x" * 1_000_000, "more than 1000000 characters"),
    ],
    ids=["syntax", "undeclared prefix", "an update", "empty", "deep nesting", "too long"],
)
def test_a_wrong_query_is_refused(opener: Opener, text: str, message: str) -> None:
    """A query that is no SPARQL query is an error that says so, and nothing changes."""
    with opener(True) as store:
        store.replace({G1: ONE})
        with pytest.raises(QueryError, match=message):
            store.query(text)
        assert count(store) == 1


def test_a_form_that_does_not_fit_is_refused(opener: Opener) -> None:
    """Triples can't be asked for as CSV, rows not as Turtle."""
    with opener(True) as store:
        with pytest.raises(
            QueryError, match=r"a CONSTRUCT query gives triples, not text/csv; ask for application/n-tri"
        ):
            store.query("CONSTRUCT WHERE { ?s ?p ?o }", accept="text/csv")
        with pytest.raises(QueryError, match="a SELECT query gives a table, not text/turtle"):
            store.query("SELECT * { ?s ?p ?o }", accept="text/turtle")


def test_broken_triples_leave_the_store_as_it_was(opener: Opener) -> None:
    """One graph that is not N-Triples stops the whole replacement."""
    with opener(True) as store:
        store.replace({G1: ONE})
        for graphs in (
            {G1: TWO, G2: b"<a> <b> ."},
            {G1: None, "no iri": ONE},
            {G1: TWO, "https://e.org/> } ; DROP ALL": ONE},
        ):
            with pytest.raises(StoreError, match="nothing was stored"):
                store.replace(graphs)
        assert store.triples(G1) == ONE
        assert store.archive().graphs() == []


def test_a_store_opened_for_reading_can_not_be_written(opener: Opener) -> None:
    """Writing wants `write=True`."""
    with opener(True) as store:
        store.replace({G1: ONE})
    with opener(False) as store, pytest.raises(StoreError, match="opened for reading; open it for writing"):
        store.replace({G1: None})


def test_what_concerns_one_medicine_is_exported(opener: Opener) -> None:
    """A medicine is found by its name, its number or its IRI, and only the graphs that tell of it are exported."""
    of = {
        graph: (
            f"<{graph}/m> {TYPE} <{PREFIXES['epar']}Medicine> .\n"
            f'<{graph}/m> <{PREFIXES["epar"]}name> "{name}" .\n'
            f'<{graph}/m> <{PREFIXES["rdfs"]}label> "{name} \\"x\\""@en .\n'
        ).encode()
        for graph, name in ((G1, "Alphavex"), (G2, "Betanol"))
    }
    with opener(True) as store:
        store.replace(dict(of))
    with opener(False) as store:
        for given in ("Alphavex", "alphavex", 'Alphavex "x"', f"{G1}/m"):
            assert export(store, "nt", medicine=given) == b"".join(sorted(of[G1].splitlines(keepends=True)))
