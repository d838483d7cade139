"""What a server may answer: doubtful answers are errors, busy servers are asked again, secrets stay secret."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from epargraph.errors import StoreError
from epargraph.stores import open_store
from epargraph.stores.endpoint import Endpoint

EMPTY = b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'
TYPE = {"Content-Type": "application/sparql-results+json"}
Answer = tuple[int, dict[str, str], bytes]
HEADERS: list[Message] = []
"""The headers of the requests that scripted servers got."""


@contextmanager
def scripted_server(*answers: Answer, drip: float = 0) -> Iterator[tuple[str, list[str]]]:
    """Serve the answers in turn, the last one for ever, over a real socket; collect what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            HEADERS.append(self.headers)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            HEADERS.append(self.headers)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, headers, answer = answers[min(len(asked), len(answers) - 1)]
            asked.append(body)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if not drip:
                self.wfile.write(answer)
                return
            for byte in answer:
                time.sleep(drip)
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    return

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{served.server_port}/sparql", asked
        finally:
            served.shutdown()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((206, TYPE, EMPTY), "status 206"),
        ((200, {**TYPE, "X-SPARQL-MaxRows": "10000"}, EMPTY), "cut the answer off .X-SPARQL-MaxRows: 10000"),
        ((200, TYPE, EMPTY[:-4]), "cut off or no SPARQL result"),
        ((200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html>Log in</html>"), "a web page came back"),
        ((200, {**TYPE, "Content-Length": "4000"}, EMPTY), r"broke off|within 3 seconds"),
        ((403, {}, b""), "403 Forbidden"),
        ((404, {}, b"nothing here"), "no SPARQL endpoint here"),
        ((401, {}, b""), "does not know who asks .401.; set EPARGRAPH_USER and EPARGRAPH_PASSWORD"),
        ((500, {}, b"out of memory"), "the server failed: out of memory"),
        ((503, {"Retry-After": "3600"}, b""), "503 Service Unavailable; try again later"),
    ],
    ids=lambda value: f"{value[0]} {len(value[2])}" if isinstance(value, tuple) else "",
)
def test_a_doubtful_answer_is_an_error(answer: Answer, message: str) -> None:
    """What may not be the whole answer is an error in words, never a partial result or a traceback."""
    with scripted_server(answer) as (url, _), pytest.raises(StoreError, match=message):
        Endpoint(url, deadline=3).query("SELECT ?x FROM <https://example.org/g> WHERE { ?x ?y ?z }")


def test_a_busy_server_is_asked_again() -> None:
    """429 and 503 are waited out, for as long as Retry-After says."""
    busy: list[Answer] = [(429, {"Retry-After": "0"}, b""), (503, {}, b"")]
    date = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT", "Date": "Wed, 21 Oct 2015 07:28:00 GMT"}
    with scripted_server(*busy, (503, date, b""), (200, TYPE, EMPTY)) as (url, asked):
        assert b'"bindings":[]' in Endpoint(url).query("SELECT ?x FROM <https://example.org/g> WHERE { ?x ?y ?z }")
        assert len(asked) == 4


def test_the_deadline_is_for_the_whole_request() -> None:
    """A server that sends a byte now and then does not keep a query waiting past its deadline."""
    with scripted_server((200, TYPE, EMPTY), drip=0.2) as (url, _):
        start = time.monotonic()
        with pytest.raises(StoreError, match="no whole answer"):
            Endpoint(url, deadline=1).query("ASK FROM <https://example.org/g> { ?x ?y ?z }")
        assert time.monotonic() - start < 3


def test_a_password_goes_to_the_server_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's password and token reach the server, and stand in no message and no representation."""
    told = {"EPARGRAPH_USER": "me", "EPARGRAPH_PASSWORD": "geheim"}, {"EPARGRAPH_TOKEN": "geheim"}
    for variables, header in zip(told, ("Basic bWU6Z2VoZWlt", "Bearer geheim"), strict=True):
        with monkeypatch.context() as environment, scripted_server((500, {}, b"")) as (url, _):
            for name, value in variables.items():
                environment.setenv(name, value)
            endpoint = Endpoint(url)
            with pytest.raises(StoreError) as caught:
                endpoint.query("ASK {}")
            assert HEADERS[-1]["Authorization"] == header
            assert "geheim" not in f"{caught.value}{endpoint._server}{vars(endpoint)}"


def test_a_password_in_a_url_is_refused() -> None:
    """A user or password in the URL, where others can read it, is an error that does not repeat it."""
    with pytest.raises(StoreError, match="put them into the environment: EPARGRAPH_USER") as caught:
        open_store("http://me:geheim@localhost/query")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "variables",
    [
        {"EPARGRAPH_PASSWORD": "geheim"},
        {"EPARGRAPH_USER": "me", "EPARGRAPH_TOKEN": "geheim"},
        {"EPARGRAPH_TOKEN": "geheim\r\nX-Evil: 1"},
    ],
    ids=["no user", "two ways", "a line's end"],
)
def test_credentials_that_make_no_sense_are_refused(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    """Half a credential, two of them, or one that no header can hold is said before anything is sent."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match="EPARGRAPH_USER") as caught:
        open_store("http://localhost/query")
    assert "geheim" not in str(caught.value)


def test_a_password_is_not_sent_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that sends a request on is an error that names the other address, which is not told who asks."""
    monkeypatch.setenv("EPARGRAPH_TOKEN", "geheim")
    with (
        scripted_server((200, TYPE, EMPTY)) as (other, _),
        scripted_server((302, {"Location": other}, b"")) as (url, _),
        pytest.raises(StoreError, match=f"the server sends on to {other}; name that address"),
    ):
        Endpoint(url).query("SELECT ?x FROM <https://example.org/g> WHERE { ?x ?y ?z }")
    assert "Authorization" not in HEADERS[-1]


def test_a_query_with_a_percent_sign_arrives_as_it_is() -> None:
    """A query that holds %41 does not arrive with an A, however often a server decodes its forms."""
    with scripted_server((200, TYPE, EMPTY)) as (url, asked):
        Endpoint(url).query('SELECT ?x FROM <https://example.org/%41> WHERE { ?x ?y "100%" }')
    assert asked == ['SELECT ?x FROM <https://example.org/%41> WHERE { ?x ?y "100%" }']


def test_no_server_is_said_at_once(tmp_path: Path) -> None:
    """Where nothing listens the error comes without waiting, before any work, and the archive is not touched."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(StoreError, match="nothing answers there; start the server or mend the address"):
        open_store(url, write=True, archive=tmp_path / "archive")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["http://", "http://[", "http://host:port/", "http:///query"])
def test_a_bad_url_is_refused(url: str) -> None:
    """What starts like a URL but is none is an error that says so."""
    with pytest.raises(StoreError, match=r"not a URL|not the URL of a server"):
        open_store(url)


@pytest.mark.parametrize("where", ["", "  ", "ftp://127.0.0.1/x"])
def test_what_names_no_store_is_refused(where: str) -> None:
    """An empty name or an address of another kind makes no store anywhere."""
    with pytest.raises(StoreError):
        open_store(where, write=True)


def test_an_archive_that_cannot_be_opened_is_told_with_its_variable(tmp_path: Path) -> None:
    """The folder of a server's archive is nobody's `--store`: what names another one is said."""
    (tmp_path / "archive").write_text("a file")
    endpoint = Endpoint("http://127.0.0.1:1/sparql", archive=tmp_path / "archive")
    with pytest.raises(StoreError, match=r"this is a file.*EPARGRAPH_ARCHIVE"):
        endpoint.archive()
