"""Graphs that are validated as one: each has the results, quotes and all, that it has alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.benchmarks.medicines import medicines
from tests.test_validate import BROKEN, KEPT, changed

from epargraph import extract, read, to_graph
from epargraph.validate import together, validate, validate_graphs
from epargraph.validate.report import Report

EPAR = b"https://w3id.org/epargraph/ontology#"
EXACT = b"<http://www.w3.org/ns/oa#exact>"
OTHER = (b'"odd"', b'"odd"@en', b'"-1"^^<http://www.w3.org/2001/XMLSchema#integer>', b"<https://example.org/odd>")


def numbered(graphs: Sequence[bytes]) -> dict[str, bytes]:
    return {f"https://example.org/graph/{number}": triples for number, triples in enumerate(graphs)}


def broken(triples: bytes, chance: random.Random, share: float) -> bytes:
    """Return a graph from which lines are gone, and in which others are said with other values or properties too."""
    lines: set[bytes] = set()
    for line in triples.splitlines(keepends=True):
        subject, predicate, value = line.split(b" ", 2)
        what = chance.random() / share
        if what < 0.2 and value.startswith(b'"'):
            lines.add(b"%b %b %b .\n" % (subject, predicate, chance.choice(OTHER[: 3 if predicate == EXACT else 4])))
        elif what < 0.3:
            lines.add(b"%b <%bstrange> %b" % (subject, EPAR, value))
        if not 0.3 < what < 1:
            lines.add(line)
    return b"".join(sorted(lines))


def results_of_each(graphs: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> int:
    """Assert that the graphs, validated as one and never alone, have the results that each has alone; return how many."""
    alone = {name: validate(triples).results for name, triples in graphs.items()}
    calls: list[int] = []

    def counted(triples: bytes) -> Report:
        calls.append(len(triples))
        return validate(triples)

    with monkeypatch.context() as patched:
        patched.setattr(together, "validate", counted)
        assert validate_graphs(graphs) == alone
    assert len(calls) == 1
    return sum(map(len, alone.values()))


@pytest.mark.parametrize("first", range(0, len(BROKEN), 60))
def test_each_broken_example_keeps_its_results_among_the_others(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples of all broken shapes name the same nodes, and each has what is found in it alone: no more, no less."""
    some = [changed(case.change) for case in (*BROKEN[first : first + 60], *KEPT[:5])]
    assert results_of_each(numbered(some), monkeypatch) >= len(some) - 5


@pytest.mark.parametrize("share", [0.01, 0.2])
def test_broken_overviews_keep_their_results(
    share: float, shared: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The practice overviews, whole and broken in many ways, have what is found in each alone, also of what they share."""
    whole = [to_graph(extract(read(path))).triples for path in sorted(shared("corpus").glob("*.txt"))]
    chance = random.Random(7)
    graphs = numbered([*whole, *(broken(each, chance, share) for each in whole)])
    assert results_of_each(graphs, monkeypatch) > 20


def test_what_another_graph_says_of_a_shared_thing_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A condition without a label is found in the graph that gives it none, also beside graphs that give it one."""
    invented = [each.triples for each in medicines(60)]
    label = b"<http://www.w3.org/2000/01/rdf-schema#label>"
    lines = invented[0].splitlines(keepends=True)
    mute = b"".join(each for each in lines if not (b"/condition/" in each.split()[0] and label in each))
    thing = next(line.split()[0] for line in lines if b"/condition/" in line.split()[0])
    assert sum(thing in each for each in invented) > 1
    assert mute != invented[0]
    assert results_of_each(numbered([mute, *invented]), monkeypatch) == 1


def test_what_can_not_be_kept_apart_is_validated_alone() -> None:
    """Blank nodes of one name, what describes the vocabulary, IRIs as quotes, names that look set apart: nothing changes."""
    one = changed(BROKEN[0].change)
    blank = b'_:a <%blabel> "x" .\n' % EPAR
    vocabulary = b"<%bDose> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <%bMedicine> .\n" % (EPAR, EPAR)
    marked = b'<apart-a:https://example.org/> <%bname> "x" .\n' % EPAR
    strange = b"<https://example.org/x> <https://example.org/p> <https://example.org/C> .\n"
    typed = b"<https://example.org/y> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/C> .\n"
    quoted = b"<https://example.org/dose-quote> %b <https://example.org/words> .\n" % EXACT
    odd = (blank, blank, vocabulary, marked, strange, typed, quoted)
    graphs = numbered([one, *(one + each for each in odd)])
    assert validate_graphs(graphs) == {name: validate(triples).results for name, triples in graphs.items()}


def test_a_literal_in_the_place_of_a_fact_is_found_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of literals that stand for facts each graph has its own results, and the graphs without them are not looked at again."""
    medicine = b"<https://example.org/medicine> <%bhasDose>" % EPAR
    said = [b'%b "one \\" dose" .\n' % medicine, b'%b "two" .\n' % medicine, b'%b "two" .\n' % medicine]
    graphs = numbered([changed() + each for each in (*said, b"", b"")])
    alone = {name: validate(triples).results for name, triples in graphs.items()}
    calls: list[bytes] = []

    def counted(triples: bytes) -> Report:
        calls.append(triples)
        return validate(triples)

    monkeypatch.setattr(together, "validate", counted)
    assert validate_graphs(graphs) == alone
    assert [bool(results) for results in alone.values()] == [True, True, True, False, False]
    assert calls[1:] == list(graphs.values())[:3]


def test_no_graphs_have_no_results() -> None:
    """Nothing validated is nothing found, and an empty graph has no results among others."""
    assert validate_graphs({}) == {}
    graphs = numbered([b"", changed(), changed()])
    assert validate_graphs(graphs) == dict.fromkeys(graphs, ())
