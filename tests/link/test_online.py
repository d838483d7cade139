"""Links from live servers: a real one with slices of real registries, and what servers do wrong, each over a real socket."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode
from urllib.request import Request, urlopen

import pytest

from epargraph.errors import BusyServerError, QueryError, StoreError
from epargraph.link.answers import Answers
from epargraph.link.index import index
from epargraph.link.names import Name
from epargraph.link.online import Told, terms
from epargraph.link.propose import propose
from epargraph.link.servers import askings
from epargraph.remote import agent

if TYPE_CHECKING:
    from tests.link.conftest import Handler, Registry, Trick

DAY = "2026-11-26"
CONDITIONS = (
    "asthma",
    "hyperphosphataemia",
    "Crohn’s disease",
    "acute myeloid leukaemia",
    "non-small cell lung cancer",
    "severe psoriasis",
    "multiple sclerosis",
    "type 2 diabetes mellitus",
)
NAMES = tuple(Name("condition", f"https://w3id.org/epargraph/condition/{n}", text) for n, text in enumerate(CONDITIONS))
FEW = NAMES[2:4]

QueryFile = Callable[..., Path]


def ask(file: Path, where: Path, names: tuple[Name, ...] = NAMES, *, since: str = "", today: str = DAY) -> Told:
    with Answers(where / "answers.sqlite") as answers:
        return terms(names, askings(str(file)), answers, agent=agent("tests@example.org"), today=today, since=since)


def links(told: Told, names: tuple[Name, ...] = NAMES) -> set[tuple[str, str, str]]:
    found = propose(names, index(names, [], terms=told.terms, unanswered=told.unanswered)).mappings
    return {(each.subject_label, each.predicate, each.object) for each in found}


# Honest servers


def test_a_server_gives_the_links_that_its_file_gives(
    registry_server: Callable[[str], str],
    registry_files: Callable[[str], list[Path]],
    query_file: QueryFile,
    tmp_path: Path,
) -> None:
    """Asked of a server or read from its file, a registry gives the same links, for the same reasons."""
    told = ask(query_file("any", registry_server("mondo")), tmp_path)
    online, offline = (
        propose(NAMES, each).mappings
        for each in (index(NAMES, [], terms=told.terms), index(NAMES, registry_files("mondo")))
    )
    reasons = [
        [(m.claim, m.justification, m.confidence, m.matched, m.comment) for m in each] for each in (online, offline)
    ]
    assert reasons[0] == reasons[1]
    assert ("acute myeloid leukaemia", "exactMatch", "mondo:0018874") in links(told)
    assert ("severe psoriasis", "broadMatch", "mondo:0005083") in links(told)
    assert {each.version for each in online} == {f"any ({registry_server('mondo')[7:-6]}), retrieved {DAY}"}


def test_mesh_is_asked_in_its_own_shape(
    registry_server: Callable[[str], str], query_file: QueryFile, tmp_path: Path
) -> None:
    """Headings, entry terms and supplementary records are found; tree numbers tell what they may name."""
    names = (
        Name("area", "a:1", "Carcinoma, Non-Small-Cell Lung"),
        Name("condition", "a:2", "non-small cell lung carcinoma"),
        Name("substance", "a:3", "non-small cell lung carcinoma"),
    )
    told = ask(query_file("mesh", registry_server("mesh")), tmp_path, names)
    found = {
        (each.subject, each.predicate, each.object)
        for each in propose(names, index(names, [], terms=told.terms)).mappings
    }
    assert found == {("a:1", "exactMatch", "mesh:D002289"), ("a:2", "closeMatch", "mesh:D002289")}


def test_wikidata_is_asked_for_substances_and_conditions(
    registry_server: Callable[[str], str], query_file: QueryFile, tmp_path: Path
) -> None:
    """What an item may name is told by its class and by what it treats; a name alone is close."""
    names = (
        Name("substance", "a:1", "docetaxel"),
        Name("condition", "a:2", "non-small-cell lung carcinoma"),
        Name("condition", "a:3", "docetaxel"),
    )
    told = ask(query_file("wikidata", registry_server("wikidata")), tmp_path, names)
    found = {
        (each.subject, each.predicate, each.object)
        for each in propose(names, index(names, [], terms=told.terms)).mappings
    }
    assert found == {("a:1", "closeMatch", "wikidata:Q420436"), ("a:2", "closeMatch", "wikidata:Q3658562")}


def test_a_second_registry_makes_a_link_exact(
    registry_server: Callable[[str], str], query_file: QueryFile, tmp_path: Path
) -> None:
    """A file and a server that both have a substance's name as their own bear each other out."""
    drugs = tmp_path / "drugs.csv"
    drugs.write_text(
        "DrugBank ID,Common name,CAS,UNII,Synonyms,Standard InChI Key\nDB01248,Docetaxel,,699121PHCA,,\n", "utf-8"
    )
    names = (Name("substance", "a:1", "docetaxel"),)
    told = ask(query_file("wikidata", registry_server("wikidata")), tmp_path, names)
    found = propose(names, index(names, [drugs], terms=told.terms)).mappings
    assert {(each.predicate, each.object) for each in found} == {
        ("exactMatch", "wikidata:Q420436"),
        ("exactMatch", "drugbank:DB01248"),
    }


MEDICINES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
INSERT DATA {
  wd:Q1 rdfs:label "Inventa"@en ; wdt:P3637 "EMEA/H/C/999001" ; wdt:P3781 wd:Q2 .
  wd:Q2 rdfs:label "inventinib"@en ; wdt:P652 "AAAAAAAAA1" ; wdt:P715 "DB99901" ; wdt:P5270 "MONDO_9" .
  wd:Q3 rdfs:label "no medicine"@en ; wdt:P3637 "EMEA/H/C/999002" .
}"""
"""Invented items in Wikidata's shape, since the slice has no product numbers and no identifiers."""


def test_a_medicine_is_found_by_its_product_number(server: str, query_file: QueryFile, tmp_path: Path) -> None:
    """An item with the product number and an active ingredient is the medicine; a UNII that two registries have makes a substance exact."""
    body = urlencode({"update": MEDICINES}).encode()
    with urlopen(Request(f"{server}/update", body)):
        pass
    names = (
        Name("medicine", "a:1", "EMEA/H/C/999001"),
        Name("medicine", "a:2", "EMEA/H/C/999002"),
        Name("substance", "a:3", "inventinib"),
    )
    told = [ask(query_file(name, f"{server}/query"), tmp_path, names) for name in ("wikidata-medicines", "wikidata")]
    drugs = tmp_path / "drugs.csv"
    header = "DrugBank ID,Common name,CAS,UNII,Synonyms,Standard InChI Key"
    drugs.write_text(f"{header}\nDB99902,Inventinibum,,AAAAAAAAA1,inventinib,\n", "utf-8")
    found = propose(names, index(names, [drugs], terms=[*told[0].terms, *told[1].terms])).mappings
    assert {(each.subject, each.predicate, each.object) for each in found} >= {
        ("a:1", "exactMatch", "wikidata:Q1"),
        ("a:3", "exactMatch", "wikidata:Q2"),
    }
    assert "a:2" not in {each.subject for each in found}


def test_names_inject_nothing(registry: Registry, query_file: QueryFile, tmp_path: Path) -> None:
    """Quotes, brackets, backslashes and line ends in a name reach the server as letters of a name."""
    nasty = (
        'x" } ; DROP ALL #',
        "a> <b",
        "back\\slash \\u0022 }",
        "two\nlines",
        "{} UNION { ?s ?p ?o }",
        'asthma"@en } #',
        "'''",
        "é\u0000",
    )
    names = tuple(Name("condition", f"a:{n}", text) for n, text in enumerate(nasty))
    told = ask(query_file("any", registry.url), tmp_path, names)
    assert told.terms == []
    assert told.unanswered == {}
    sent = {name for batch in registry.asked for name in batch}
    assert {'x" } ; DROP ALL #', "a> <b", "back\\slash \\u0022 }", "two lines", 'asthma"@en } #'} <= sent


# Servers that misbehave


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
        return links(terms(FEW, askings(registry_server("mondo")), answers, agent=agent(), today=DAY), FEW)


@pytest.mark.parametrize("trick", TRICKS)
def test_misbehaviour_changes_nothing(
    trick: str, registry: Registry, honest: set[tuple[str, str, str]], query_file: QueryFile, tmp_path: Path
) -> None:
    """Whatever the server does wrong for a while, or for large requests, the links are those of an honest one."""
    registry.trick = TRICKS[trick]
    deadline = 1.5 if "drip" in trick else 20
    told = ask(query_file("any", registry.url, deadline=deadline, batch=60), tmp_path, FEW)
    assert len(honest) == 2
    assert links(told, FEW) == honest
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
    trick: str, registry: Registry, query_file: QueryFile, tmp_path: Path
) -> None:
    """Misbehaviour without an end is an error in words, after few requests; nothing of it is kept."""
    registry.trick, message = ALWAYS[trick]
    with pytest.raises((StoreError, QueryError), match=message):
        ask(query_file("any", registry.url, batch=20, tries=2), tmp_path, FEW)
    assert len(registry.asked) < 20
    registry.trick = None
    if "hour" not in trick:
        assert ask(query_file("any", registry.url, batch=100), tmp_path, FEW).kept == 0


def test_a_name_that_is_never_answered_whole_has_no_link(
    registry: Registry, query_file: QueryFile, tmp_path: Path
) -> None:
    """A name for which the server fails is left out, with the reason, and is asked for again the next time; the others are linked."""

    def trick(handler: Handler, names: list[str], honest: bytes) -> bool:
        if "acute myeloid leukaemia" in names:
            handler.send(206, honest)
        return "acute myeloid leukaemia" in names

    registry.trick = trick
    file = query_file("any", registry.url, batch=60)
    told = ask(file, tmp_path, FEW)
    assert list(told.unanswered) == ["acute myeloid leukaemia"]
    assert {name for name, _, _ in links(told, FEW)} == {"Crohn’s disease"}
    left = propose(FEW, index(FEW, [], terms=told.terms, unanswered=told.unanswered)).unlinked
    assert [each.reason for each in left] == ["a registry's server gave no whole answer for it"]
    registry.trick = None
    registry.asked.clear()
    assert {name for name, _, _ in links(ask(file, tmp_path, FEW), FEW)} == {
        "Crohn’s disease",
        "acute myeloid leukaemia",
    }
    assert registry.asked == [["acute myeloid leukaemia"]]


def test_a_server_that_wants_to_be_left_alone_is(registry: Registry, query_file: QueryFile, tmp_path: Path) -> None:
    """Where Retry-After is longer than we wait, the server is not asked again before, in a later run either."""
    registry.trick = at_first(99, 429, Retry_After="3600")
    file = query_file("any", registry.url)
    with pytest.raises(BusyServerError, match="429"):
        ask(file, tmp_path)
    assert len(registry.asked) == 1
    with pytest.raises(BusyServerError, match=r"left alone for 3\d\d\d s more"):
        ask(file, tmp_path)
    assert len(registry.asked) == 1


def test_retry_after_is_waited_out(registry: Registry, query_file: QueryFile, tmp_path: Path) -> None:
    """After 429 no request comes before the seconds that Retry-After says have passed."""
    registry.trick = at_first(1, 429, Retry_After="1")
    ask(query_file("any", registry.url), tmp_path, FEW)
    assert registry.times[1] - registry.times[0] >= 1


def test_the_pace_is_kept(registry: Registry, query_file: QueryFile, tmp_path: Path) -> None:
    """The pause stands between two requests, and a rest as long as the answer took where the share is a half."""

    def trick(handler: Handler, names: list[str], honest: bytes) -> bool:
        time.sleep(0.3)
        return False

    registry.trick = trick
    ask(query_file("any", registry.url, batch=25, share=0.5), tmp_path, FEW)
    ask(query_file("any", registry.url, batch=25, pause=0.5), tmp_path, NAMES[:2])
    gaps = [after - before for before, after in zip(registry.times, registry.times[1:], strict=False)]
    assert len(gaps) >= 2
    assert min(gaps[:-1]) >= 0.5


def test_hostile_answers_do_no_harm(registry: Registry, query_file: QueryFile, tmp_path: Path) -> None:
    """Identifiers with brackets, of other registries' form, or none, and values without end make no terms."""
    good = {"name": "asthma", "term": "http://purl.obolibrary.org/obo/MONDO_0004979", "is": "label", "value": "asthma"}
    bad: list[dict[str, object]] = [
        {**good, "term": "http://purl.obolibrary.org/obo/MONDO_0004979> <x"},
        {**good, "term": "javascript:alert(1)"},
        {**good, "term": "http://www.wikidata.org/entity/Q35869"},
        {**good, "is": "xref", "value": 'drugbank:DB1"> <x'},
        {**good, "is": "shell", "value": "rm"},
        {**good, "value": "x" * 5000},
        {**good, "name": "not asked"},
        {"term": 5, "value": None},
    ]
    told_rows: list[dict[str, object]] = [{**good}, *bad]
    rows = [{key: {"type": "literal", "value": value} for key, value in row.items()} for row in told_rows]
    body = json.dumps(
        {"head": {}, "results": {"bindings": [*rows, {"end": {"type": "literal", "value": "1"}}]}}
    ).encode()
    registry.trick = at_first(99, 200, body)
    told = ask(query_file("any", registry.url, prefix="mondo"), tmp_path, (Name("condition", "a:1", "asthma"),))
    assert [(each.id, each.label, each.xrefs) for each in told.terms] == [("mondo:0004979", "asthma", ())]


def test_a_file_s_parameters_are_sent_along(registry: Registry, query_file: QueryFile, tmp_path: Path) -> None:
    """MeSH, which answers with web pages where no format is asked for, gets its parameter, and names by POST."""
    ask(query_file("mesh", registry.url), tmp_path, FEW)
    assert {tuple(parse_qs(body)["format"]) for body in registry.bodies} == {("JSON",)}
