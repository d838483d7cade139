"""A running `epargraph serve`, and plain requests to it over a real socket."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlencode, urlsplit

import pytest

PROGRAM = Path(sys.executable).parent / "epargraph"


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, the headers by their names in lower case, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def media(self) -> str:
        """The media type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: where it listens, and its process."""

    url: str
    process: subprocess.Popen[str]

    def get(self, path: str, accept: str | None = None, **parameters: str) -> Reply:
        """Return the reply to a GET; nothing is followed."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self.request("GET", path + query, {} if accept is None else {"Accept": accept})

    def sparql(self, query: str, accept: str | None = None) -> Reply:
        """Return the reply to a SPARQL query."""
        return self.get("/sparql", accept, query=query)

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """Return the reply to a request, whose path is sent as it stands."""
        where = urlsplit(self.url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            sent = {"Content-Length": str(len(body)), **(headers or {})} if body is not None else headers or {}
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, told, answer.read())
        finally:
            connection.close()


Serving = Callable[..., AbstractContextManager[Served]]


@contextmanager
def _serving(store: Path | str, *options: str, quiet: bool = True, file_log: Path | None = None) -> Iterator[Served]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EPARGRAPH_")}
    command = [str(PROGRAM), "serve", "--store", str(store), "--port", "0", *(["--quiet"] * quiet), *options]
    with TemporaryFile("w+") as unread, file_log.open("w") if file_log else unread as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.PIPE, text=True, env=environment)
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            address = next((word for word in reversed(line.split()) if word.startswith("http://")), None)
            assert address, line + process.stderr.read()
            yield Served(address.rstrip("/"), process)
        finally:
            process.kill()
            process.wait()
            if process.stderr:
                process.stderr.close()


@pytest.fixture(scope="session")
def serving() -> Serving:
    """Return a function that runs `epargraph serve` on a store, with further options."""
    return _serving


@pytest.fixture(scope="module")
def served(built_store: Path) -> Iterator[Served]:
    """Yield a server of the bundled data."""
    with _serving(built_store, "--deadline", "4") as server:
        yield server


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Yield the address of a socket that listens, and what came to it."""
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    came.append(b"connection")

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", came
