"""What servers do wrong, each over a real socket in front of a real server: the links are the same, or an error says why not."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from epargraph.errors import QueryError, StoreError
from epargraph.link.answers import Answers
from epargraph.link.index import index
from epargraph.link.names import Name
from epargraph.link.online import Told, terms
from epargraph.link.propose import propose
from epargraph.link.servers import askings
from epargraph.remote import agent

if TYPE_CHECKING:
    from tests.link.conftest import Ask, Handler, Registry, Trick

DAY = "2026-11-26"
FEW = (Name("condition", "a:2", "Crohn’s disease"), Name("condition", "a:3", "acute myeloid leukaemia"))

QueryFile = Callable[..., Path]


def links(told: Told) -> set[tuple[str, str, str]]:
    found = propose(FEW, index(FEW, [], terms=told.terms, unanswered=told.unanswered)).mappings
    return {(each.subject_label, each.predicate, each.object) for each in found}


def large(names: list[str]) -> bool:
    return len(names) > 10


def slow(handler: Handler, names: list[str], honest: bytes) -> bool:
    if not large(names):
        return False
    handler.send_response(200)
    handler.send_header("Content-Type", "application/sparql-results+json")
    handler.end_headers()
    for byte in honest:
        try:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
        except OSError:
            break
        time.sleep(0.05)
    return True


def truncated(most: int) -> Trick:
    def trick(handler: Handler, names: list[str], honest: bytes) -> bool:
        told = json.loads(honest)
        told["results"]["bindings"] = told["results"]["bindings"][:most]
        handler.send(200, json.dumps(told).encode())
        return True

    return trick


def if_large(status: int, change: Callable[[bytes], bytes], **headers: str) -> Trick:
    def trick(handler: Handler, names: list[str], honest: bytes) -> bool:
        if large(names):
            handler.send(status, change(honest), **headers)
        return large(names)

    return trick


def at_first(times: int, status: int, body: bytes = b"", **headers: str) -> Trick:
    def trick(handler: Handler, names: list[str], honest: bytes) -> bool:
        told = len(handler.registry.asked) <= times
        if told:
            handler.send(status, body, **headers)
        return told

    return trick


def breaks_off(handler: Handler, names: list[str], honest: bytes) -> bool:
    if len(handler.registry.asked) > 2:
        return False
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(honest)))
    handler.end_headers()
    handler.wfile.write(honest[:100])
    return True


def no_default_agent(handler: Handler, names: list[str], honest: bytes) -> bool:
    who = handler.headers["User-Agent"]
    if "epargraph/" in who and "@" in who:
        return False
    handler.send(403, b"Please set a user agent that says who you are")
    return True


def bom(handler: Handler, names: list[str], honest: bytes) -> bool:
    handler.send(200, b"\xef\xbb\xbf" + honest)
    return True


def same(honest: bytes) -> bytes:
    return honest


PAGE = b"<!DOCTYPE html><html><body>We are down for maintenance</body></html>"
TRACE = b"\njava.util.concurrent.TimeoutException\n\tat java.base/java.util.concurrent.FutureTask.get\n"
TRICKS = {
    "403 for the default agent": no_default_agent,
    "429 with Retry-After": at_first(1, 429, Retry_After="0"),
    "429 without": at_first(2, 429),
    "502": at_first(2, 502),
    "503 with a date": at_first(
        1, 503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT", Date="Wed, 21 Oct 2015 07:28:00 GMT"
    ),
    "504": at_first(2, 504),
    "504 for what takes too long": if_large(504, lambda _: b""),
    "500 for what takes too long": if_large(500, lambda _: b"SPARQL-QUERY: queryStr=" + b"x" * 400 + TRACE),
    "413": if_large(413, lambda _: b""),
    "a web page with status 200": at_first(2, 200, PAGE, Content_Type="text/html"),
    "a web page called JSON": at_first(2, 200, PAGE),
    "JSON cut off": if_large(200, lambda honest: honest[:-20]),
    "JSON cut off between two rows": if_large(200, lambda honest: honest.rpartition(b"},")[0] + b"}"),
    "JSON with an error behind it": if_large(200, lambda honest: honest + TRACE),
    "JSON with an error in the rows": if_large(200, lambda honest: honest[: honest.rindex(b"{")] + TRACE),
    "206": if_large(206, same),
    "X-SPARQL-MaxRows": if_large(200, same, X_SPARQL_MaxRows="1000"),
    "truncated in silence": truncated(25),
    "a byte order mark": bom,
    "a slow drip": slow,
    "a connection that breaks off": breaks_off,
}


@pytest.fixture(scope="module")
def honest(
    registry_server: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> set[tuple[str, str, str]]:
    """Return the links that the honest server gives."""
    where = tmp_path_factory.mktemp("honest")
    with Answers(where / "answers.sqlite") as answers:
        return links(terms(FEW, askings(registry_server("mondo")), answers, agent=agent(), today=DAY))


@pytest.mark.parametrize("trick", TRICKS)
def test_misbehaviour_changes_nothing(
    trick: str, registry: Registry, honest: set[tuple[str, str, str]], query_file: QueryFile, ask: Ask
) -> None:
    """Whatever the server does wrong for a while, or for large requests, the links are those of an honest one."""
    registry.trick = TRICKS[trick]
    deadline = 1.5 if "drip" in trick else 20
    told = ask(query_file("any", registry.url, deadline=deadline, batch=60), FEW)
    assert len(honest) == 2
    assert links(told) == honest
    assert told.unanswered == {}
    assert {"epargraph/" in each and "tests@example.org" in each for each in registry.agents} == {True}


ALWAYS = {
    "403": (at_first(99, 403, b"Forbidden"), r"403 Forbidden; ask its keeper .*--contact"),
    "429": (at_first(99, 429), "429 Too Many Requests; run the same command again later"),
    "503 for an hour": (
        at_first(99, 503, Retry_After="3600"),
        "503 Service Unavailable; run the same command again later",
    ),
    "a web page": (at_first(99, 200, PAGE), "a web page came back, not a result"),
    "cut off": (
        at_first(99, 200, b'{"head":{"vars":[]},"results":{"bindi'),
        "no whole answer, even for one name .*cut off",
    ),
    "no result": (at_first(99, 200, b'{"error": "no"}'), "no whole answer, even for one name"),
    "206": (at_first(99, 206, b"{}"), "no whole answer, even for one name .*status 206"),
    "an empty answer": (at_first(99, 200, b'{"head":{},"results":{"bindings":[]}}'), "truncates its answers"),
    "too slow": (at_first(99, 504), "(too slow|no whole answer), even for .*504"),
    "400": (at_first(99, 400, b"Parse error"), "the server refuses the query: Parse error"),
    "500": (at_first(99, 500, b"out of memory"), "the server failed: out of memory"),
}


@pytest.mark.parametrize("trick", ALWAYS)
def test_a_server_that_never_answers_is_an_error(
    trick: str, registry: Registry, query_file: QueryFile, ask: Ask
) -> None:
    """Misbehaviour without an end is an error in words, after few requests; nothing of it is kept."""
    registry.trick, message = ALWAYS[trick]
    with pytest.raises((StoreError, QueryError), match=message):
        ask(query_file("any", registry.url, batch=20, tries=2), FEW)
    assert len(registry.asked) < 20
    registry.trick = None
    if "hour" not in trick:
        assert ask(query_file("any", registry.url, batch=100), FEW).kept == 0


def test_a_name_that_is_never_answered_whole_has_no_link(registry: Registry, query_file: QueryFile, ask: Ask) -> None:
    """A name for which the server fails is left out, with the reason, and is asked for again the next time; the others are linked."""

    def trick(handler: Handler, names: list[str], honest: bytes) -> bool:
        if "acute myeloid leukaemia" in names:
            handler.send(206, honest)
        return "acute myeloid leukaemia" in names

    registry.trick = trick
    file = query_file("any", registry.url, batch=60)
    told = ask(file, FEW)
    assert list(told.unanswered) == ["acute myeloid leukaemia"]
    assert {name for name, _, _ in links(told)} == {"Crohn’s disease"}
    left = propose(FEW, index(FEW, [], terms=told.terms, unanswered=told.unanswered)).unlinked
    assert [each.reason for each in left] == ["a registry's server gave no whole answer for it"]
    registry.trick = None
    registry.asked.clear()
    assert {name for name, _, _ in links(ask(file, FEW))} == {
        "Crohn’s disease",
        "acute myeloid leukaemia",
    }
    assert registry.asked == [["acute myeloid leukaemia"]]
