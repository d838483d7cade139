"""The workers: confined so that nothing can be opened, ended at their limits, replaced; and never half an answer."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from epargraph.errors import QueryError, StoreError
from epargraph.serve import pool as pools
from epargraph.serve.limits import Limits
from epargraph.serve.pool import Pool
from epargraph.serve.refused import RefusedError
from epargraph.serve.worker import Request

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="workers are forked, which Windows can't do")

LIMITS = replace(Limits(), deadline=2.0, workers=3, reserved=1, patience=0.3, waiting=2)
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ASK = Request("ASK { ?s a epar:Dose }")

DEATHS = {
    "a cross join that is counted": CROSS,
    "a cross join that is sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "texts that grow": "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "a text that doubles": "SELECT * { "
    + "".join(
        f"BIND(CONCAT({f'?x{n - 1}' if n else repr('x' * 100)}, {f'?x{n - 1}' if n else repr('x')}) AS ?x{n}) "
        for n in range(40)
    )
    + "}",
    "a tree of many alternatives": "SELECT * { {} " + "UNION {} " * 40_000 + "}",
    "a sum of many terms": "SELECT (1" + "+1" * 90_000 + " AS ?x) {}",
    "a no of many": "SELECT (" + "!" * 190_000 + "true AS ?x) {}",
    "a path through everything": "SELECT (COUNT(*) AS ?n) { ?s (!<x:a>)* ?o . ?p (!<x:b>)* ?q }",
}


@asynccontextmanager
async def running(store: Path, limits: Limits = LIMITS) -> AsyncIterator[Pool]:
    pool = Pool(str(store), limits)
    await pool.load()
    try:
        yield pool
    finally:
        await pool.close()


@pytest.mark.parametrize("query", DEATHS.values(), ids=DEATHS)
def test_a_query_of_death_ends_and_the_others_live(query: str, built_store: Path) -> None:
    """A query that would take all time or memory, or crash the engine, is an error; the queries after it are answered."""

    async def tried() -> None:
        limits = replace(LIMITS, memory=300_000_000)
        async with running(built_store, limits) as pool:
            start = time.monotonic()
            with pytest.raises((RefusedError, QueryError)) as caught:
                await pool.ask(Request(query))
            assert time.monotonic() - start < limits.deadline + 3
            if isinstance(caught.value, RefusedError):
                assert caught.value.status in (504, 507)
            answers = await asyncio.gather(*(pool.ask(ASK, trusted=True) for _ in range(3)))
            assert all(b"true" in body for _, body in answers)

    asyncio.run(tried())


def test_an_answer_that_is_too_long_is_an_error(built_store: Path) -> None:
    """An answer above the limit is refused whole, in rows and in triples; one below it is whole."""

    async def tried() -> None:
        async with running(built_store, replace(LIMITS, result=20_000)) as pool:
            for query in ("SELECT * { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
                with pytest.raises(QueryError, match="longer than 20,000 bytes"):
                    await pool.ask(Request(query))
            _, body = await pool.ask(Request("SELECT * { ?s a epar:Dose }"))
            assert body.endswith(b"}]}}")

    asyncio.run(tried())


def test_too_many_queries_are_told_to_come_again(built_store: Path) -> None:
    """Beyond the queries that may run and wait, a request is refused with Retry-After; pages find a worker kept for them."""

    async def tried() -> None:
        async with running(built_store) as pool:
            heavy = [asyncio.create_task(pool.ask(Request(CROSS))) for _ in range(8)]
            await asyncio.sleep(0.5)
            start = time.monotonic()
            _, body = await pool.ask(ASK, trusted=True)
            assert b"true" in body
            assert time.monotonic() - start < 2
            ended = await asyncio.gather(*heavy, return_exceptions=True)
            statuses = sorted(each.status for each in ended if isinstance(each, RefusedError))
            assert statuses == [503] * 6 + [504] * 2
            busy = [each for each in ended if isinstance(each, RefusedError) and each.status == 503]
            assert all(int(each.headers["Retry-After"]) > 0 for each in busy)
            assert b"true" in (await pool.ask(ASK))[1]

    asyncio.run(tried())


UNGUARDED = "from epargraph.serve import guard, zygote; guard.check = lambda *_: None; {more}zygote.run()"
UNCONFINED = (
    "import os; from epargraph.serve import worker; worker.confine = lambda c, m: (os.dup2(c, 0), os.dup2(c, 1)); "
)


def test_a_worker_has_no_way_to_open_a_socket(
    built_store: Path, listener: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query with SERVICE that the guard would have let through reaches no server, though it does from elsewhere."""
    url, came = listener
    came.clear()
    asked = Request(f"ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    silent = Request(f"ASK {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}")

    async def tried() -> None:
        async with running(built_store) as pool:
            with pytest.raises((QueryError, RefusedError)):
                await pool.ask(asked)
            await pool.ask(silent)
            assert b"true" in (await pool.ask(ASK))[1]

    monkeypatch.setattr(pools, "PROGRAM", ("-P", "-c", UNGUARDED.format(more="")))
    asyncio.run(tried())
    assert came == []

    async def control() -> None:
        async with running(built_store) as pool:
            with contextlib.suppress(QueryError):  # what the listener says is no answer
                await pool.ask(asked)

    monkeypatch.setattr(pools, "PROGRAM", ("-P", "-c", UNGUARDED.format(more=UNCONFINED)))
    asyncio.run(control())
    assert came


CONFINED = """
import os, resource, socket, subprocess, sys
from epargraph.serve.worker import confine
ours, theirs = socket.socketpair()
child = os.fork()
if child == 0:
    ours.close()
    confine(theirs.fileno(), 1_000_000_000)
    tries = {
        "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "unix socket": lambda: socket.socketpair(),
        "file": lambda: open("/etc/passwd"),
        "new file": lambda: open("/tmp/epargraph-should-not-be", "w"),
        "duplicate": lambda: os.dup(0),
        "pipe": lambda: os.pipe(),
        "more descriptors": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100)) if os.getuid() else os.dup(0),
    }
    told = []
    for name, attempt in tries.items():
        try:
            attempt()
            told.append(f"{name}: opened")
        except (OSError, ValueError) as error:
            told.append(f"{name}: {getattr(error, 'errno', None) or 'refused'}")
    os.write(1, "\\n".join(told).encode())
    os._exit(0)
theirs.close()
print(ours.recv(10_000).decode())
os.waitpid(child, 0)
"""


def test_a_confined_process_can_open_nothing() -> None:
    """Once confined a process can open no socket, file or pipe, and can't raise the limit that forbids it."""
    told = subprocess.run([sys.executable, "-c", CONFINED], capture_output=True, text=True, check=True).stdout
    results = dict(line.split(": ") for line in told.splitlines())
    refused = {name: result for name, result in results.items() if name != "more descriptors"}
    assert set(refused.values()) == {str(errno.EMFILE)}, told
    assert results["more descriptors"] in (str(errno.EMFILE), "refused", str(errno.EPERM)), told


def test_from_reads_no_file_and_no_address(
    built_store: Path, listener: tuple[str, list[bytes]], tmp_path: Path
) -> None:
    """FROM and FROM NAMED name graphs of the store: one that it does not have is empty, and nothing is fetched for it."""
    url, came = listener
    came.clear()
    file = tmp_path / "secret.ttl"
    file.write_text("<urn:a> <urn:b> <urn:c> .")

    async def tried() -> None:
        async with running(built_store) as pool:
            for graph in (url, file.as_uri(), "file:///etc/passwd"):
                for query in (
                    f"ASK FROM <{graph}> {{ ?s ?p ?o }}",
                    f"ASK FROM NAMED <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
                    f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}",
                ):
                    assert b"false" in (await pool.ask(Request(query)))[1]
                assert b"false" in (await pool.ask(Request("ASK { ?s ?p ?o }", default=(graph,))))[1]
            for update in (f"LOAD <{url}>", "INSERT DATA { <x:a> <x:b> <x:c> }", "CLEAR ALL"):
                with pytest.raises(QueryError):
                    await pool.ask(Request(update))

    asyncio.run(tried())
    assert came == []


def test_a_store_that_fails_leaves_the_copy_before(built_store: Path, tmp_path: Path) -> None:
    """A store that can't be copied is an error, which says why; a pool that has a copy goes on with it."""

    async def tried() -> None:
        with pytest.raises(StoreError, match="there is no store here"):
            await Pool(str(tmp_path / "none"), LIMITS).load()
        async with running(built_store) as pool:
            pool.where = str(tmp_path / "none")
            with pytest.raises(StoreError):
                await pool.load()
            assert b"true" in (await pool.ask(ASK))[1]
            assert pool.version == 1

    asyncio.run(tried())


def test_a_new_copy_while_queries_run(built_store: Path) -> None:
    """A copy made anew takes over at once; a query that runs on the former one still ends, and then that one's processes."""

    async def tried() -> None:
        async with running(built_store) as pool:
            slow = asyncio.create_task(pool.ask(Request(CROSS)))
            await asyncio.sleep(0.2)
            former = pool.processes()
            await pool.load()
            assert b"true" in (await pool.ask(ASK))[1]
            with pytest.raises(RefusedError):
                await slow
            await asyncio.sleep(0.5)
            assert not any(alive(each) for each in former)
            assert all(alive(each) for each in pool.processes())
        assert not any(alive(each) for each in pool.processes())

    asyncio.run(tried())


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
