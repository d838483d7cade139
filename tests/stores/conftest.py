"""Real servers for the tests of stores, as processes on this machine that can be killed and started again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from epargraph.stores import Store, open_store

VIRTUOSO = "virtuoso-t"
_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 5
[SPARQL]
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """A server: how it is started, where it is asked, and what the environment must say of who asks."""

    command: list[str]
    folder: Path
    url: str
    alive: str
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {**os.environ, **self.environment}
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(1200):
            try:
                with urlopen(self.alive):
                    return
            except HTTPError:
                return
            except (URLError, OSError):
                assert self.process.poll() is None, f"{self.command[0]} ended with {self.process.returncode}"
                time.sleep(0.05)
        raise AssertionError(f"{self.command[0]} does not answer")

    def kill(self) -> None:
        """End it as kill -9 does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def oxigraph(folder: Path, *options: str) -> Served:
    port = free_port()
    program = str(Path(sys.executable).parent / "oxigraph")
    command = [program, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}", *options]
    folder.mkdir(parents=True, exist_ok=True)
    return Served(command, folder, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}/")


def virtuoso(folder: Path, buffers: int = 10_000) -> Served:
    """Return a Virtuoso; a buffer holds a page of 8 kB of its database."""
    if shutil.which(VIRTUOSO) is None:
        pytest.skip("needs Virtuoso: apt-get install virtuoso-opensource-7")
    port, sql = free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "virtuoso.ini").write_text(_INI.format(port=port, sql=sql, buffers=buffers, dirty=buffers * 6 // 10))
    command = [VIRTUOSO, "+foreground", "+configfile", "virtuoso.ini"]
    address = f"http://127.0.0.1:{port}/sparql"
    return Served(command, folder, f"{address}-auth", address)


def rdflib_endpoint(folder: Path, file: Path) -> Served:
    pytest.importorskip("rdflib_endpoint", reason="needs rdflib-endpoint: pip install rdflib-endpoint")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    code = (
        "import uvicorn; from rdflib import Dataset; from rdflib_endpoint import SparqlEndpoint\n"
        f"data = Dataset(default_union=True); data.parse({str(file)!r}, format='nquads')\n"
        f"uvicorn.run(SparqlEndpoint(graph=data, path='/sparql'), host='127.0.0.1', port={port}, log_level='error')"
    )
    address = f"http://127.0.0.1:{port}/sparql"
    return Served([sys.executable, "-c", code], folder, address, address)


@contextmanager
def running(served: Served) -> Iterator[Served]:
    served.start()
    try:
        yield served
    finally:
        served.kill()


@pytest.fixture(scope="session")
def virtuoso_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Yield a Virtuoso that several tests use in turn: it takes seconds to start."""
    with running(virtuoso(tmp_path_factory.mktemp("virtuoso"))) as served:
        yield served


@pytest.fixture
def as_dba(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask as Virtuoso's administrator, who may write; it asks for that by Digest."""
    monkeypatch.setenv("EPARGRAPH_USER", "dba")
    monkeypatch.setenv("EPARGRAPH_PASSWORD", "dba")


Run = Callable[..., AbstractContextManager[Served]]


@pytest.fixture
def serve(tmp_path: Path) -> Run:
    """Return a function that runs a server of a make on a new folder, with its options."""
    makes: dict[str, Callable[..., Served]] = {
        "oxigraph": oxigraph,
        "virtuoso": virtuoso,
        "rdflib_endpoint": rdflib_endpoint,
    }

    def run(make: str, *options: object) -> AbstractContextManager[Served]:
        return running(makes[make](tmp_path / make, *options))

    return run


@pytest.fixture(params=["folder", "oxigraph", "oxigraph with union", "virtuoso"])
def opener(request: pytest.FixtureRequest, tmp_path: Path, serve: Run) -> Iterator[Callable[[bool], Store]]:
    """Return a function that opens an empty store of each make, told whether it is to be written."""
    if request.param == "folder":
        yield lambda write: open_store(tmp_path / "store", write=write)
        return
    if request.param == "virtuoso":
        request.getfixturevalue("as_dba")
        url = request.getfixturevalue("virtuoso_of_all").url
        yield lambda write: open_store(url, write=write, archive=tmp_path / "archive")
        with open_store(url, write=True, archive=tmp_path / "archive") as store:
            store.replace(dict.fromkeys(store.graphs()))
        return
    options = ["--union-default-graph"] if "union" in request.param else []
    with serve("oxigraph", *options) as served:
        yield lambda write: open_store(served.url, write=write, archive=tmp_path / "archive")
