"""The server as a process: how it starts, tells of itself, notices a new store, and stops; and what every answer has."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from epargraph.stores import open_store

if TYPE_CHECKING:
    from tests.serve.conftest import Reply, Served, Serving

MEDICINE = "/medicine/EMEA-H-C-005522"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
"""A query that does not end before its deadline."""

GRAPH = "https://example.org/graph"


def filled(folder: Path, word: str) -> Path:
    with open_store(folder, write=True) as store:
        store.replace({GRAPH: f'<https://example.org/a> <https://example.org/p> "{word}" .\n'.encode()})
    return folder


def words(served: Served) -> list[str]:
    return served.sparql("SELECT ?o { <https://example.org/a> ?p ?o }", "text/csv").text.split()[1:]


def soon(is_so: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Tell whether something becomes so within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.1)
    return is_so()


def test_health(served: Served, built_store: Path) -> None:
    """/healthz says that a query is answered, and how many triples there are."""
    reply = served.get("/healthz")
    told = json.loads(reply.body)
    with open_store(built_store) as store:
        count = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", accept="text/csv").split()[1]
    assert (reply.status, told["status"], told["triples"]) == (200, "ok", int(count))


@pytest.mark.parametrize(
    "path",
    ["/", "/sparql", "/sparql?query=ASK%7B%7D", "/sparql?query=ASK", MEDICINE, f"{MEDICINE}.html", "/none", "/queries"],
)
def test_every_answer_has_the_headers_that_protect(path: str, served: Served) -> None:
    """Whatever the answer, browsers are told to run no script that stands in it, to guess no type, to frame nothing."""
    headers = served.request("GET", path, {"Accept": "text/html, */*;q=0.1"}).headers
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST", "TRACE"])
def test_the_server_is_read_only(method: str, served: Served) -> None:
    """No method that changes things is taken anywhere."""
    for path in (MEDICINE, f"{MEDICINE}.ttl", "/queries", "/healthz", "/"):
        assert served.request(method, path, body=b"<urn:a> <urn:b> <urn:c> .").status == 405
    if method != "POST":
        assert served.request(method, "/sparql", body=b"").status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/static/../../../../../../etc/passwd",
        "/static/..%2f..%2f..%2f..%2f..%2fetc/passwd",
        "/static/%2e%2e/%2e%2e/site.py",
        "/static//etc/passwd",
        "/static/..%5c..%5csite.py",
        "/static/style.css%00.html",
        "/medicine/../../pyproject.toml.ttl",
        "/queries/..%2f..%2fpyproject",
        "/queries/../../../etc/passwd",
        "//etc/passwd",
    ],
)
def test_no_file_but_those_of_the_pages_is_sent(path: str, served: Served) -> None:
    """A path that leads out of the folder of static files, in any spelling, finds nothing."""
    reply = served.request("GET", path)
    assert reply.status in (400, 404), reply.text
    assert b"root:" not in reply.body
    assert b"import" not in reply.body


def test_markup_in_an_address_is_shown_as_text(served: Served) -> None:
    """What stands in an address comes back escaped in pages, and as plain text elsewhere."""
    script = "<script>alert(1)</script>"
    for path in (f"/search?q={script}", f"/queries/{script}", f"/{script}", f"/queries/medicines?medicine={script}"):
        reply = served.request("GET", path.replace(" ", "%20"), {"Accept": "text/html"})
        assert reply.media == "text/html"
        assert b"<script>alert" not in reply.body
    assert served.get(f"/sparql?query={script}").media == "text/plain"


def test_the_access_log_has_a_line_for_each_request(built_store: Path, serving: Serving, tmp_path: Path) -> None:
    """Each request is a line of JSON with method, target, status, bytes and time; nothing sent can forge a line."""
    log = tmp_path / "access.log"
    running: AbstractContextManager[Served] = serving(built_store, quiet=False, file_log=log)
    with running as served:
        size = len(served.sparql("ASK {}").body)
        served.request("GET", "/none", {"User-Agent": 'x"} {"status": 200', "Accept": "text/plain"})
        served.get("/%0a%7b%22status%22:200%7d")
        for _ in range(200):  # a line is written once its answer is sent
            if log.read_text().count("\n") >= 3:
                break
            time.sleep(0.05)
        told = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(each["method"], each["status"]) for each in told] == [("GET", 200), ("GET", 404), ("GET", 404)]
    assert told[0]["target"] == "/sparql?query=ASK+%7B%7D"
    assert told[0]["bytes"] == size
    assert told[0]["milliseconds"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", told[0]["time"])
    assert told[1]["agent"] == 'x"} {"status": 200'


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_stopping_waits_for_what_was_begun(end: signal.Signals, built_store: Path, serving: Serving) -> None:
    """A server that is told to stop takes no new requests, answers those it has, ends its processes and exits with 0."""
    running: AbstractContextManager[Served] = serving(built_store, "--deadline", "2")
    with running as served:
        replies: list[Reply] = []
        asking = threading.Thread(target=lambda: replies.append(served.sparql(SLOW)))
        asking.start()
        time.sleep(0.7)
        children = descendants(served.process.pid)
        served.process.send_signal(end)
        asking.join(30)
        assert [reply.status for reply in replies] == [504]
        assert served.process.wait(30) == 0
        assert len(children) >= 3
        assert soon(lambda: not any(Path(f"/proc/{each}").exists() for each in children))
        with pytest.raises(OSError, match="refused"):
            served.get("/healthz")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_server_that_is_killed_leaves_no_process(built_store: Path, serving: Serving) -> None:
    """After SIGKILL the workers end too, the one that counts for ever among them."""
    running: AbstractContextManager[Served] = serving(built_store, "--deadline", "600")
    with running as served:
        where = urlsplit(served.url)
        with socket.create_connection((where.hostname or "", where.port or 0)) as connection:
            query = SLOW.replace(" ", "%20").replace("?", "%3F")
            connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.7)
            children = descendants(served.process.pid)
            served.process.kill()
            served.process.wait()
    assert len(children) >= 3
    assert soon(lambda: not any(running_(each) for each in children))


def descendants(process: int) -> list[int]:
    """Return the numbers of the processes that a process started, and those that these did."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [process]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def running_(process: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_store_built_anew_is_noticed(tmp_path: Path, serving: Serving) -> None:
    """A build beside the running server is not hindered by it, and is served soon after, or at once at SIGHUP."""
    store = filled(tmp_path / "store", "one")
    running: AbstractContextManager[Served] = serving(store)
    with running as served:
        assert words(served) == ["one"]
        filled(store, "two")
        assert soon(lambda: words(served) == ["two"])
        filled(store, "three")
        served.process.send_signal(signal.SIGHUP)
        assert soon(lambda: words(served) == ["three"])
        shutil.rmtree(store)  # what is served is in memory, and a store that is gone is no reason to stop
        served.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert words(served) == ["three"]
        assert json.loads(served.get("/healthz").body)["version"] == 3


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_copy_that_is_lost_is_made_again(built_store: Path, serving: Serving) -> None:
    """When the process that holds the copy is killed (as by a machine short of memory), 503 is told until there is another."""
    running: AbstractContextManager[Served] = serving(built_store)
    with running as served:
        os.kill(descendants(served.process.pid)[0], signal.SIGKILL)
        statuses: set[int] = set()

        def answered() -> bool:
            statuses.add(status := served.sparql("ASK {}").status)
            return status == 200 and json.loads(served.get("/healthz").body)["version"] == 2

        assert soon(answered)
        assert statuses <= {200, 503, 507}


def test_a_server_elsewhere_is_copied(
    tmp_path: Path, serving: Serving, sparql_server: Callable[..., AbstractContextManager[str]]
) -> None:
    """With the URL of a SPARQL server as its store it serves a copy of that, graphs and all, and never asks it again."""
    with sparql_server(tmp_path / "elsewhere") as url:
        with open_store(url, write=True, archive=tmp_path / "archive") as store:
            store.replace({GRAPH: b'<https://example.org/a> <https://example.org/p> "far" .\n'})
        running: AbstractContextManager[Served] = serving(url)
        with running as served:
            asked = served.sparql("SELECT ?g { GRAPH ?g { ?s ?p ?o } }", "text/csv").text.split()[1:]
            assert (words(served), asked) == (["far"], [GRAPH])


def epargraph(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "epargraph"), *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EPARGRAPH_")}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)


def test_what_can_not_be_served_is_told_in_one_line(tmp_path: Path, built_store: Path) -> None:
    """No store, a port that is taken, a limit that makes no sense: one line that says what to do, and exit status 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        wrong = {
            "there is no store here": ["--store", str(tmp_path / "none"), "--port", "0"],
            "Address already in use": ["--store", str(built_store), "--port", port],
            "can't listen there": ["--store", str(built_store), "--port", "70000"],
            "no.such.host.invalid": ["--store", str(built_store), "--host", "no.such.host.invalid"],
            "is no absolute IRI": ["--store", str(built_store), "--port", "0", "--base", "nonsense"],
            "a limit is too low": ["--store", str(built_store), "--deadline", "0"],
        }
        for reason, arguments in wrong.items():
            done = epargraph("serve", *arguments)
            assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
            assert reason in done.stderr
            assert done.stdout == ""
