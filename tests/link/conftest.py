"""A real registry's server behind one that misbehaves where a test tells it to, over a real socket."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

import pytest

from epargraph.link.answers import Answers
from epargraph.link.names import Name
from epargraph.link.online import Told, terms
from epargraph.link.servers import FOLDER, askings
from epargraph.remote import agent

Trick = Callable[["Handler", list[str], bytes], bool]
"""Gets the request, the names that it asks for and the honest answer; False where it leaves the answer as it is."""

Ask = Callable[..., Told]
"""Asks the server of a query file for names; `since` and `today` are days."""

DAY = "2026-11-26"
TYPE = "application/sparql-results+json"


class Registry:
    """Where the honest server is, what is done instead of an honest answer, and who asked for what when."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.behind = ""
        self.trick: Trick | None = None
        self.asked: list[list[str]] = []
        self.agents: list[str] = []
        self.times: list[float] = []
        self.bodies: list[str] = []


class Handler(BaseHTTPRequestHandler):
    """Asks the honest server, and gives its answer or plays the trick."""

    registry: Registry

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        names = named(body)
        self.registry.times.append(time.monotonic())
        self.registry.bodies.append(body.decode())
        self.registry.asked.append(names)
        self.registry.agents.append(self.headers["User-Agent"])
        honest = answered(self.registry.behind, body)
        if self.registry.trick is None or not self.registry.trick(self, names, honest):
            self.send(200, honest)

    def send(self, status: int, body: bytes = b"", /, **headers: str) -> bool:
        """Send an answer with its headers (underscores stand for hyphens); True, as a trick that was played."""
        told = {"Content-Type": TYPE, "Content-Length": str(len(body))}
        self.send_response(status)
        for name, value in {**told, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        return True

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@cache
def answered(url: str, body: bytes) -> bytes:
    """Return what the honest server answers; it holds the same as long as tests run, and is asked once."""
    with urlopen(Request(url, body, {"Accept": TYPE})) as answer:
        return bytes(answer.read())


def named(body: bytes) -> list[str]:
    """Return the names that a request asks for, each once."""
    query = parse_qs(body.decode())["query"][0]
    found = re.search(r"VALUES \?name \{ (.*) \}", query)
    assert found
    texts = re.findall(r'"((?:[^"\\]|\\.)*)"', found[1])
    return list(dict.fromkeys(json.loads(f'"{text}"') for text in texts))


@pytest.fixture
def registry(registry_server: Callable[[str], str]) -> Iterator[Registry]:
    """Yield a server between us and the one with the slice of Mondo."""

    class Own(Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as served:
        Own.registry = Registry(f"http://127.0.0.1:{served.server_port}/sparql")
        Own.registry.behind = registry_server("mondo")
        threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield Own.registry
        finally:
            served.shutdown()


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Return a function that asks the server of a query file for names; answers are kept for as long as the test runs."""

    def asked(file: Path, names: tuple[Name, ...], *, since: str = "", today: str = DAY) -> Told:
        with Answers(tmp_path / "answers.sqlite") as answers:
            return terms(names, askings(str(file)), answers, agent=agent("tests@example.org"), today=today, since=since)

    return asked


@pytest.fixture
def query_file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a bundled query file anew: for another server, with other manners."""

    def write(name: str, url: str, **header: object) -> Path:
        text = (FOLDER / f"{name}.rq").read_text("utf-8")
        told = {"endpoint": url, "pause": 0, "share": 1, "backoff": 0.01, **header}
        for key in told:
            text = re.sub(rf"^#\+ {key}:.*\n", "", text, flags=re.MULTILINE)
        path = tmp_path / f"{name}.rq"
        path.write_text("".join(f"#+ {key}: {value}\n" for key, value in told.items()) + text, "utf-8")
        return path

    return write
