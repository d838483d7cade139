"""The measurements of the server on EMA's whole register, beside Oxigraph's own server with the same graphs in memory."""

from __future__ import annotations

import http.client
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from tests.benchmarks.register import newest_graph
from tests.benchmarks.speed import Row

from epargraph import queries, vocabulary
from epargraph.graph import DEFAULT_BASE
from epargraph.stores import open_store, sparql
from epargraph.stores.embedded import Oxigraph
from epargraph.stores.memory import Memory

PROGRAMS = Path(sys.executable).parent
HEAVY_FROM = 0.050
"""Seconds from which on a query is held against a ratio, below it against a difference."""
RATIO = 1.25
DIFFERENCE = 0.003
TIMES = 7
"""How often a query is asked of each server, in turn."""
SECONDS = 3
"""How long a load lasts."""
CLIENTS = 8
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LIGHT = f"SELECT ?type {{ <{DEFAULT_BASE}medicine/EMEA-H-C-004174> epar:hasAuthorisation/epar:type ?type }}"


class Client:
    """A connection to a server that is kept; `path` is that of its SPARQL endpoint."""

    def __init__(self, url: str, path: str) -> None:
        where = urlsplit(url)
        self._connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=120)
        self._path = path

    def ask(self, query: str) -> float:
        """Return the seconds that a query takes, its answer read."""
        head = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
        return self.send("POST", self._path, head, query.encode())

    def get(self, path: str, accept: str) -> float:
        """Return the seconds that an address takes."""
        return self.send("GET", path, {"Accept": accept})

    def send(self, method: str, path: str, head: Mapping[str, str], body: bytes | None = None) -> float:
        """Return the seconds that a request takes; it must succeed."""
        start = time.perf_counter()
        self._connection.request(method, path, body, dict(head))
        reply = self._connection.getresponse()
        reply.read()
        assert reply.status in (200, 201, 204, 303), (reply.status, path)
        return time.perf_counter() - start


def serving(folder: Path) -> Iterator[Row]:
    """Yield how long queries take here and there, and what both do under load and beside a heavy query."""
    graphs = _graphs()
    with _oxigraph(graphs) as there, _ours(graphs, folder) as here:
        yield from _questions(here, there, graphs)
        yield from _load(here, there)
        yield from _beside_heavy(here, there)


def _questions(here: str, there: str, graphs: Mapping[str, bytes]) -> Iterator[Row]:
    """Yield the worst ratio of the slower questions and the worst difference of the others, best time against best time.

    Beside Oxigraph's server stands the engine that the workers have (pyoxigraph), asked in this process.
    """
    ours, theirs, engine = Client(here, "/sparql"), Client(there, "/query"), Memory()
    engine.fill(Oxigraph(), graphs)
    found: dict[str, tuple[float, float, float]] = {}
    for question in queries.library().values():
        text = question.bind(**{p.name: "Ozempic" for p in question.parameters if p.type == "medicine"})
        found[question.name] = _best(ours, theirs, engine, sparql.with_prefixes(text))
    for name, query in {"ASK {}": "ASK {}", "a medicine's type": LIGHT}.items():
        found[name] = _best(ours, theirs, engine, sparql.with_prefixes(query))
    for number, beside in ((1, "Oxigraph's server"), (2, "pyoxigraph in this process")):
        slow = {name: times[0] / times[number] for name, times in found.items() if times[number] >= HEAVY_FROM}
        fast = {name: times[0] - times[number] for name, times in found.items() if times[number] < HEAVY_FROM}
        if slow:
            worst = max(slow.values())
            told = f"worst {worst:.2f}: {max(slow, key=lambda name: slow[name])}"
            what = f"{len(slow)} questions over 50 ms to {beside}"
            yield Row(what, f"{statistics.median(slow.values()):.2f} times", told, f"at most {RATIO}", worst <= RATIO)
        worst = max(fast.values())
        told = f"worst {worst * 1000:.1f} ms: {max(fast, key=lambda name: fast[name])}"
        goal = f"at most {DIFFERENCE * 1000:.0f} ms"
        what = f"{len(fast)} lighter ones than {beside}"
        yield Row(what, f"{statistics.median(fast.values()) * 1000:.1f} ms more", told, goal, worst <= DIFFERENCE)


def _best(ours: Client, theirs: Client, engine: Memory, text: str) -> tuple[float, float, float]:
    """Return the shortest times that a query takes here, there and in this process, in turn: what else runs only adds."""
    rounds = [(ours.ask(text), theirs.ask(text), _in_process(engine, text)) for _ in range(TIMES)]
    mine, its, own = zip(*rounds, strict=True)
    return min(mine), min(its), min(own)


def _in_process(engine: Memory, text: str) -> float:
    start = time.perf_counter()
    engine.ask(text)
    return time.perf_counter() - start


def _load(here: str, there: str) -> Iterator[Row]:
    """Yield the requests a second and the 99th percentile of several clients at once."""
    path = "/medicine/EMEA-H-C-004174"
    describe = f"CONSTRUCT {{ <{DEFAULT_BASE}{path[1:]}> ?p ?o }} WHERE {{ <{DEFAULT_BASE}{path[1:]}> ?p ?o }}"
    theirs = _many(there, "GET", f"/query?query={quote(describe)}", "text/turtle")
    yield _loaded("dereference: 303", _many(here, "GET", path, "text/turtle"), theirs)
    yield _loaded("dereference: description", _many(here, "GET", f"{path}.ttl", "text/turtle"), theirs)
    question = queries.named("conditional_authorisations").bind()
    named = _many(there, "GET", f"/query?{urlencode({'query': sparql.with_prefixes(question)})}", "text/csv")
    yield _loaded("named question", _many(here, "GET", "/queries/conditional_authorisations", "text/csv"), named)


def _beside_heavy(here: str, there: str) -> Iterator[Row]:
    """Yield how long a light query takes alone, and beside cross joins that never end."""
    for name, url, path in (("here", here, "/sparql"), ("Oxigraph", there, "/query")):
        client = Client(url, path)
        alone = sorted(client.ask(sparql.with_prefixes(LIGHT)) for _ in range(200))
        where = urlsplit(url)
        heavy = [socket.create_connection((where.hostname or "", where.port or 0)) for _ in range(2)]
        for each in heavy:
            each.sendall(f"GET {path}?query={quote(CROSS)} HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n".encode())
        time.sleep(0.5)
        beside = sorted(client.ask(sparql.with_prefixes(LIGHT)) for _ in range(200))
        for each in heavy:
            each.close()
        told = f"alone {alone[100] * 1000:.1f}, p99 {alone[197] * 1000:.1f} ms"
        yield Row(
            f"light query beside two heavy ones, {name}",
            f"{beside[100] * 1000:.1f}, p99 {beside[197] * 1000:.1f} ms",
            told,
        )


def _many(url: str, method: str, path: str, accept: str) -> tuple[float, float]:
    """Return the requests a second that clients at once get answered, and the 99th percentile of their times."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS

    def ask() -> None:
        client = Client(url, path)
        own: list[float] = []
        while time.perf_counter() < end:
            own.append(client.send(method, path, {"Accept": accept}))
        times.extend(own)

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    start = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    took = time.perf_counter() - start
    return len(times) / took, sorted(times)[int(0.99 * len(times))]


def _loaded(what: str, ours: tuple[float, float], theirs: tuple[float, float]) -> Row:
    return Row(
        f"{what}, {CLIENTS} clients",
        f"{ours[0]:.0f}/s, p99 {ours[1] * 1000:.0f} ms",
        f"{theirs[0]:.0f}/s, p99 {theirs[1] * 1000:.0f} ms",
    )


def _graphs() -> dict[str, bytes]:
    """Return the newest register, the ontology and the codes, by the names of their graphs."""
    name, triples = newest_graph()
    graphs = {name: triples}
    for file, graph in (("epargraph.ttl", "ontology"), ("codes.ttl", "codes")):
        graphs[DEFAULT_BASE + graph] = "".join(f"{each} .\n" for each in vocabulary.triples(file)).encode()
    return graphs


@contextmanager
def _ours(graphs: Mapping[str, bytes], folder: Path) -> Iterator[str]:
    with open_store(folder / "store", write=True) as store:
        store.replace(graphs)
    command = [str(PROGRAMS / "epargraph"), "serve", "--store", str(folder / "store"), "--port", "0", "--quiet"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        yield process.stderr.readline().split(" at ")[1].split()[0].rstrip("/")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _oxigraph(graphs: Mapping[str, bytes]) -> Iterator[str]:
    """Run Oxigraph's server with the graphs in memory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(PROGRAMS / "oxigraph"), "serve", "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        for name, triples in graphs.items():
            head = {"Content-Type": "application/n-triples"}
            Client(f"http://127.0.0.1:{port}", "/query").send(
                "PUT", f"/store?graph={quote(name, safe='')}", head, triples
            )
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
