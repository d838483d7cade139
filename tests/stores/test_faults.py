"""Faults for real: builds and servers killed, full disks, connections cut in mid-body, servers that fail half-way.

After each the store opens, every graph is whole (of the old version or the new one), and a second run completes.
EPARGRAPH_KILLS=50 kills so many times instead of a few.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest

from epargraph import build as builder
from epargraph.build import build
from epargraph.errors import EparGraphError
from epargraph.stores import Store, open_store
from epargraph.stores import switch as switching

KILLS = int(os.environ.get("EPARGRAPH_KILLS", "2"))
DOCUMENTS = 5

BUILD = """
import sys
from epargraph import build
from epargraph.stores import embedded, switch
build._BATCH = 2
switch._PART = 400
if sys.argv.pop(1) == "large":
    embedded._MANY, embedded._ONCE, embedded._WORTH = 100, 100, 1000
from epargraph.cli import main
main()
"""
"""A build in small batches; to one that takes its store for large, each replacement makes the dataset anew, and closing puts its files in order."""

Graphs = dict[str, bytes]


class Served(Protocol):
    url: str

    def start(self) -> None: ...

    def kill(self) -> None: ...


Run = Callable[..., AbstractContextManager[Served]]


class Versions:
    """Two versions of some overviews, and what a store holds that was built of each."""

    def __init__(self, files: Sequence[Path], folder: Path) -> None:
        self.files: list[list[Path]] = [[], []]
        self.graphs: list[Graphs] = []
        for number, words in enumerate(("960 mg", "900 mg")):
            (folder / f"v{number}").mkdir()
            for file in files:
                other = folder / f"v{number}" / file.name
                other.write_text(file.read_text("utf-8").replace("960 mg", words), "utf-8")
                self.files[number].append(other)
            build(self.files[number], folder / f"s{number}")
            with open_store(folder / f"s{number}") as store:
                self.graphs.append(contents(store))

    def are_whole_in(self, store: Store) -> None:
        """Assert that each graph of the store is one of the two versions, and no document is there in both."""
        held = contents(store)
        for graph, triples in held.items():
            assert triples in [each[graph] for each in self.graphs if graph in each], graph
        documents = [graph.rpartition("/")[0] for graph in held if "/graph/" in graph]
        assert len(documents) == len(set(documents))

    def is_in(self, store: Store, number: int) -> None:
        """Assert that the store holds one version, whole, and nothing else."""
        held = contents(store)
        assert held.keys() == self.graphs[number].keys()
        assert held == self.graphs[number]


def contents(store: Store) -> Graphs:
    """Return the graphs of a store as of one moment: a server may still be busy with what a killed build last asked of it."""
    while True:
        graphs = store.graphs()
        held = {graph: store.triples(graph) for graph in graphs}
        if store.graphs() == graphs:
            return held


@pytest.fixture
def versions(tmp_path: Path, variants: Callable[[int], list[Path]]) -> Versions:
    return Versions(variants(DOCUMENTS), tmp_path)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let two documents be a batch and 400 triples a part, as they are in the builds that are killed."""
    monkeypatch.setattr(builder, "_BATCH", 2)
    monkeypatch.setattr(switching, "_PART", 400)
    monkeypatch.setenv("EPARGRAPH_ARCHIVE", str(tmp_path / "archive"))


def building(files: Sequence[Path], where: str | Path, taken: str = "small") -> subprocess.Popen[bytes]:
    source = Path(__file__).parents[2] / "src"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(source), *sys.path])}
    command = [sys.executable, "-c", BUILD, taken, "build", "--store", str(where), *map(str, files)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@contextmanager
def place(make: str, tmp_path: Path, serve: Run) -> Iterator[tuple[str | Path, Served | None]]:
    if make == "folder":
        yield tmp_path / "store", None
        return
    with serve(make) as served:
        yield served.url, served


@pytest.mark.parametrize("make", ["folder", "oxigraph", "virtuoso"])
def test_a_build_killed_at_any_moment_leaves_whole_graphs(
    make: str, tmp_path: Path, serve: Run, versions: Versions, request: pytest.FixtureRequest
) -> None:
    """After kill -9 of a build the store opens, its graphs are whole, and the next build completes."""
    if make == "virtuoso":
        request.getfixturevalue("as_dba")
    chance = random.Random(5522)
    with place(make, tmp_path, serve) as (where, _):
        begun = time.monotonic()
        with building(versions.files[0], where) as process:
            assert process.wait() == 0
        whole = time.monotonic() - begun
        for number in range(1, KILLS + 1):
            with building(versions.files[number % 2], where, ("large", "small")[number % 2]) as process:
                time.sleep(chance.uniform(0.2, 1) * whole)
                process.kill()
            with open_store(where, write=True) as store:  # for reading it would wait for what broke off
                versions.are_whole_in(store)
            build(versions.files[number % 2], where)
            with open_store(where) as store:
                versions.is_in(store, number % 2)


@pytest.mark.parametrize("make", ["oxigraph", "virtuoso"])
def test_a_server_killed_at_any_moment_leaves_whole_graphs(
    make: str, tmp_path: Path, serve: Run, versions: Versions, request: pytest.FixtureRequest
) -> None:
    """After kill -9 of the server the build ends with one line, and when it runs again everything is whole."""
    if make == "virtuoso":
        request.getfixturevalue("as_dba")
    chance = random.Random(1204)
    with serve(make) as served:
        begun = time.monotonic()
        with building(versions.files[0], served.url) as process:
            assert process.wait() == 0
        whole = time.monotonic() - begun
        for number in range(1, KILLS + 1):
            with building(versions.files[number % 2], served.url) as process:
                time.sleep(chance.uniform(0.4, 1) * whole)
                served.kill()
                _, said = process.communicate(timeout=120)
            assert process.returncode in (0, 2)
            if process.returncode:
                assert said.startswith(b"epargraph: http://127.0.0.1")
                assert said.count(b"\n") == 1
            served.start()
            with open_store(served.url, write=True) as store:
                versions.are_whole_in(store)
            build(versions.files[number % 2], served.url)
            with open_store(served.url) as store:
                versions.is_in(store, number % 2)


def test_a_full_disk_leaves_whole_graphs(tmp_path: Path, versions: Versions) -> None:
    """On a disk that fills up a build ends with an error, and completes when there is room again."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("needs the right to mount a small disk, which is refused here")
    try:
        build(versions.files[0], disk / "store")
        filling = disk / "filling"
        with pytest.raises(OSError, match="No space"):
            filling.write_bytes(bytes(120_000_000))
        os.truncate(filling, max(0, filling.stat().st_size - 150_000))
        with pytest.raises(EparGraphError, match="space"):
            build(versions.files[1], disk / "store")
        with open_store(disk / "store") as store:
            versions.are_whole_in(store)
        filling.unlink()
        build(versions.files[1], disk / "store")
        with open_store(disk / "store") as store:
            versions.is_in(store, 1)
    finally:
        subprocess.run(["umount", disk], check=True)


FAULTS = ("cut the request", "cut the answer", "no answer", "500", "500 when done")


@contextmanager
def faulty(upstream: str, faults: Callable[[str], str | None]) -> Iterator[str]:
    """Pass requests on to a server; `faults` is told whether one is a query or an update and says what goes wrong."""
    there = urlsplit(upstream)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            fault = faults(self.path.rpartition("/")[2])
            with closing(HTTPConnection(there.hostname or "", there.port, timeout=60)) as connection:
                self.pass_on(connection, int(self.headers["Content-Length"]), fault)

        def pass_on(self, connection: HTTPConnection, size: int, fault: str | None) -> None:
            connection.putrequest("POST", self.path)
            for name in ("Content-Type", "Content-Length", "Accept"):
                connection.putheader(name, self.headers[name])
            connection.endheaders()
            if fault == "cut the request":
                connection.send(self.rfile.read(size // 2))
                return self.cut()
            body = self.rfile.read(size)
            if fault == "500":
                return self.send_error(500, "out of luck")
            connection.send(body)
            with connection.getresponse() as answer:
                told = answer.read()
            if fault == "500 when done":
                return self.send_error(500, "out of luck")
            if fault == "no answer":
                return self.cut()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"] or "text/plain")
            self.send_header("Content-Length", str(len(told) if fault != "cut the answer" else len(told) + 1))
            self.end_headers()
            self.wfile.write(told)
            return None

        def cut(self) -> None:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{served.server_port}{there.path}"
        finally:
            served.shutdown()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_middle_of_a_batch_leaves_whole_graphs(
    fault: str, tmp_path: Path, serve: Run, versions: Versions
) -> None:
    """Every other update meets a fault: graphs are whole and none is doubled, whether the build ends or goes on."""
    asked = iter(range(10_000))
    with serve("oxigraph") as served:
        build(versions.files[0], served.url)
        with faulty(served.url, lambda kind: fault if kind == "update" and next(asked) % 2 else None) as url:
            try:
                build(versions.files[1], url)
            except EparGraphError:
                assert fault.startswith("500")
        with open_store(served.url) as store:
            versions.are_whole_in(store)
        build(versions.files[1], served.url)
        with open_store(served.url) as store:
            versions.is_in(store, 1)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_graph_too_large_for_one_request_goes_on_where_it_broke_off(
    fault: str, tmp_path: Path, serve: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A graph is sent in parts, each once more after a fault, and a second run sends only what is missing."""
    monkeypatch.setattr("epargraph.stores.endpoint._LARGEST", 1000)
    monkeypatch.setattr("epargraph.stores.endpoint.AT_ONCE", 1000)
    name = "https://example.org/graph/1"
    old, new = (
        "".join(sorted(f'<https://example.org/{n}> <https://example.org/p> "{word}" .\n' for n in range(4000))).encode()
        for word in ("old", "new")
    )
    sent: list[str] = []
    failing = True

    def faults(kind: str) -> str | None:
        if kind != "update":
            return None
        sent.append(kind)
        return fault if failing and (len(sent) > 7 if fault.startswith("500") else len(sent) % 3 == 0) else None

    with serve("oxigraph") as served:
        with open_store(served.url, write=True) as store:
            store.replace({name: old})
        with faulty(served.url, faults) as url:
            try:
                with open_store(url, write=True) as store:
                    store.replace({name: new})
            except EparGraphError:
                with open_store(served.url) as store:
                    assert store.triples(name) == old
                    assert store.graphs() == [name]
            failing, before = False, len(sent)
            with open_store(url, write=True) as store:
                store.replace({name: new})
                assert store.triples(name) == new
                assert store.graphs() == [name]
        if fault.startswith("500"):
            assert before > 7
