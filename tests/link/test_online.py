"""Links from live servers: a real one with slices of real registries, and what servers do wrong, each over a real socket."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from epargraph.cli import main
from epargraph.errors import BusyServerError, QueryError, RuleError, StoreError, UsageError
from epargraph.link.answers import Answers
from epargraph.link.index import index
from epargraph.link.names import Name
from epargraph.link.online import Told, terms
from epargraph.link.propose import propose
from epargraph.link.servers import FOLDER, askings
from epargraph.remote import agent
from epargraph.stores import open_store

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


# The command


def test_the_command_asks_servers(
    registry: Registry,
    query_file: QueryFile,
    built_store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Links go into a set of their own in the store, `--score` asks for the table's names, and the server is told who asks."""
    store, gold = tmp_path / "store", tmp_path / "gold.tsv"
    shutil.copytree(built_store, store)
    rows = 'condition\tasthma\tmondo:0004979\texactMatch\ncondition\tasthma"> <x\tmondo:0004979\t\n'
    gold.write_text(f"kind\tname\tobject_id\tpredicate\n{rows}", "utf-8")
    file = query_file("any", registry.url)
    command = ["epargraph", "link", "--endpoint", str(file), "--contact", "me@example.org"]
    command += ["--answers", str(tmp_path / "answers.sqlite")]

    def run(*more: str) -> int:
        monkeypatch.setattr(sys, "argv", [*command, *more])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    assert run("--store", str(store)) == 0
    with open_store(store) as opened:
        assert [each for each in opened.graphs() if "/graph/links/endpoints/" in each]
    assert {"me@example.org" in each for each in registry.agents} == {True}
    assert run("--score", str(gold)) == 0
    score = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("condition")]
    assert score[-1][:5] == ["condition", "mondo", "2", "1", "1"]
    assert run("--store", str(store), "--since", "yesterday") == 2
    assert "--since yesterday: it is no day" in capsys.readouterr().err


# What is kept


def test_answers_are_kept(registry: Registry, query_file: QueryFile, tmp_path: Path) -> None:
    """What was answered is not asked again, nothing found is an answer too, and the links name the day of the answer."""
    file = query_file("any", registry.url)
    names = (*FEW, Name("condition", "a:1", "no such thing"))
    first = ask(file, tmp_path, names)
    asked = len(registry.asked)
    again = ask(file, tmp_path, names, today="2027-01-01")
    assert (again.asked, again.requests, len(registry.asked)) == (0, 0, asked)
    assert again.terms == first.terms
    more = ask(file, tmp_path, (*names, NAMES[0]), today="2027-01-01")
    assert {each.retrieved for each in more.terms if each.label == "asthma"} == {"2027-01-01"}
    assert "no such thing" not in {name for batch in registry.asked[asked:] for name in batch}
    newer = ask(file, tmp_path, names, since="2027-01-01", today="2027-01-02")
    assert newer.asked == first.asked
    assert {each.retrieved for each in newer.terms} == {"2027-01-02"}


def test_a_file_that_holds_no_answers_is_refused(tmp_path: Path) -> None:
    """A file that is something else is named, and left as it is."""
    (tmp_path / "answers.sqlite").write_text("no database, but long enough to look at " * 40, "utf-8")
    with pytest.raises(StoreError, match=r"answers.sqlite: the answers kept there can't be used"):
        Answers(tmp_path / "answers.sqlite")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_an_interrupted_run_goes_on(
    stop: signal.Signals, registry: Registry, query_file: QueryFile, built_store: Path, tmp_path: Path
) -> None:
    """After Ctrl-C and after kill -9 the same command asks only for what was not answered, and writes what it would have written."""
    file = query_file("any", registry.url, batch=50)
    command = [
        sys.executable,
        "-m",
        "epargraph",
        "link",
        "--store",
        str(built_store),
        "--endpoint",
        str(file),
        "--contact",
        "me@example.org",
    ]
    command[1:3] = ["-c", "from epargraph.cli import main; main()"]

    def run(to: str, answers: str) -> subprocess.Popen[bytes]:
        more = ["--output", str(tmp_path / to), "--answers", str(tmp_path / answers)]
        return subprocess.Popen([*command, *more], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    process = run("whole.sssom.tsv", "other.sqlite")
    _, told = process.communicate()
    assert process.returncode == 0, told
    whole = {name for batch in registry.asked for name in batch}
    registry.asked.clear()

    def stall(handler: Handler, names: list[str], honest: bytes) -> bool:
        if len(registry.asked) > 3:
            time.sleep(30)
        return False

    registry.trick = stall
    process = run("links.sssom.tsv", "answers.sqlite")
    while len(registry.asked) < 4 and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(stop)
    _, told = process.communicate()
    assert process.returncode == (130 if stop == signal.SIGINT else -signal.SIGKILL)
    assert b"Traceback" not in told
    assert not (tmp_path / "links.sssom.tsv").exists()
    answered = {name for batch in registry.asked[:3] for name in batch}
    registry.trick = None
    registry.asked.clear()
    process = run("links.sssom.tsv", "answers.sqlite")
    _, told = process.communicate()
    assert process.returncode == 0, told
    assert {name for batch in registry.asked for name in batch} == whole - answered
    assert (tmp_path / "links.sssom.tsv").read_bytes() == (tmp_path / "whole.sssom.tsv").read_bytes()


# Query files


def test_each_bundled_file_asks_with_its_names() -> None:
    """The bundled files are well formed; a name of a registry stands for each of its files."""
    assert [each.name for each in askings("wikidata")] == ["wikidata", "wikidata-medicines"]
    assert [each.name for each in askings("https://id.nlm.nih.gov/mesh/sparql")] == ["mesh"]
    assert [(each.name, each.endpoint) for each in askings("https://example.org/q")] == [
        ("any", "https://example.org/q")
    ]
    assert [each.endpoint for each in askings("mesh=http://localhost:1/q")] == ["http://localhost:1/q"]
    (mesh,) = askings("mesh")
    text = mesh.bind(['a"b', "c"], offset=7, limit=5)
    assert re.search(r'VALUES \?name \{ "a\\"b"@en "c"@en \}', text)
    assert text.endswith("ORDER BY ?end ?name ?term ?is ?value\nOFFSET 7\nLIMIT 5\n")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("#+ batch: 500", "#+ batch: many"), "batch is 'many'; write a number from 1 to 10000"),
        (("#+ batch: 500", "#+ colour: red"), "'colour: red' is no line of the header"),
        (("#+ prefix: mesh", "#+ prefix: mush"), "the prefix mush is not known"),
        (("#+ kinds: area", "#+ kinds: areas"), "areas is no kind of name"),
        (("# names", "# nouns"), "it has no line with names"),
        (("?term ?property ?told .", "?term ?property told"), "the query can't be parsed"),
        (
            ("SELECT DISTINCT ?name ?term ?is ?value\nWHERE", "SELECT DISTINCT ?name ?term\nWHERE"),
            "does not answer [?]is",
        ),
        (("#+ parameters: format=JSON", "#+ parameters: JSON"), "'JSON' is no parameter"),
        (("#+ endpoint: https://", "#+ endpoint: ftp://"), "is no URL"),
    ],
)
def test_a_bad_query_file_is_told(change: tuple[str, str], reason: str, tmp_path: Path) -> None:
    """What is wrong in a query file is an error that names the file and the remedy."""
    text = (FOLDER / "mesh.rq").read_text("utf-8")
    assert change[0] in text
    (tmp_path / "mine.rq").write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(RuleError, match=reason) as caught:
        askings(str(tmp_path / "mine.rq"))
    assert "mine.rq" in str(caught.value)


@pytest.mark.parametrize("told", ["nowhere", "any", "mesh=nothing", "https://", "missing.rq"])
def test_what_is_no_endpoint_is_refused(told: str) -> None:
    """A name without a file, a file without an address and what is no URL are errors of use."""
    with pytest.raises(UsageError):
        askings(told)


@pytest.mark.parametrize("contact", ["me\r\nX-Evil: 1", "mé@example.org", "(x"])
def test_a_contact_is_one_word_of_a_header(contact: str) -> None:
    """What could add a header, or close the comment that the contact stands in, is refused."""
    with pytest.raises(UsageError):
        agent(contact)
