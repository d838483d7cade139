"""The pool of workers: each query gets one for itself, which is killed at the deadline and replaced."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ctypes.util import find_library
from dataclasses import asdict, dataclass

from epargraph.errors import QueryError, StoreError
from epargraph.serve.limits import Limits
from epargraph.serve.refused import RefusedError
from epargraph.serve.worker import ERROR, LENGTH, Request, framed
from epargraph.serve.zygote import COMMAND

PROGRAM = ("-P", "-m", "epargraph.serve.zygote")
"""What Python is told to run as the zygote."""


@dataclass(slots=True, eq=False)
class _Worker:
    """A process that answers one query at a time."""

    zygote: _Zygote
    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    gives_way: bool = False

    def give_way(self) -> None:
        """Let the system run all other workers before this one, which can't be taken back without privileges."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.number, os.getpriority(os.PRIO_PROCESS, 0) + 10)
            self.gives_way = True

    async def ask(self, request: bytes) -> bytes:
        """Return the answer; IncompleteReadError or ConnectionError where the worker died."""
        self.writer.write(framed(request))
        await self.writer.drain()
        return await self.reader.readexactly(int.from_bytes(await self.reader.readexactly(LENGTH), "big"))

    async def end(self) -> None:
        """Kill the process, whatever it is doing."""
        await self.hang_up()
        await self.zygote.command(b"K" + self.number.to_bytes(COMMAND - 1, "big"))

    async def hang_up(self) -> None:
        """Close the connection, at whose end a worker that waits ends."""
        self.zygote.workers.discard(self)
        await _closed(self.writer)


class _Zygote:
    """The process that holds one version of the store and forks the workers."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._lock = asyncio.Lock()
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter
        self.triples = 0
        self.busy = 0
        self.workers: set[_Worker] = set()

    @classmethod
    async def start(cls, where: str, limits: Limits) -> _Zygote:
        """Return a zygote that has the store in memory; StoreError where it can't be copied."""
        ours, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            command = [sys.executable, *PROGRAM, where, json.dumps(asdict(limits)), str(number)]
            process = await asyncio.create_subprocess_exec(
                *command,
                pass_fds=[number],
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
                env=_environment(),
            )
        zygote = cls(process, ours)
        zygote._reader, zygote._writer = await asyncio.open_connection(sock=ours)
        told = await zygote._told()
        if "triples" not in told:
            await zygote.close()
            raise StoreError(str(told["where"]), str(told["reason"]), str(told["remedy"]))
        zygote.triples = int(str(told["triples"]))
        return zygote

    @property
    def number(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.returncode is None

    async def _told(self) -> dict[str, object]:
        line = await self._reader.readline()
        if not line:
            raise StoreError("serve", "the process that holds the store ended", "give it more memory, and start again")
        told: dict[str, object] = json.loads(line)
        return told

    async def command(self, command: bytes, descriptor: int | None = None) -> int:
        """Give a command and return the number of the worker that it was about."""
        async with self._lock:
            socket.send_fds(self._control, [command], [] if descriptor is None else [descriptor])
            return int(str((await self._told())["worker"]))

    async def fork(self) -> _Worker:
        """Return a new worker."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                number = await self.command(b"F".ljust(COMMAND), theirs.fileno())
            reader, writer = await asyncio.open_connection(sock=ours)
        except BaseException:
            ours.close()  # at which the worker, if there is one by now, ends
            raise
        worker = _Worker(self, number, reader, writer)
        self.workers.add(worker)
        return worker

    async def close(self) -> None:
        """End the process and with it its workers."""
        await _closed(self._writer)
        for worker in list(self.workers):
            await worker.hang_up()
        await self._process.wait()


def _environment() -> dict[str, str]:
    """Return the environment with jemalloc as the allocator where Linux has it and no other is named: the engine is faster with it."""
    library = find_library("jemalloc") if sys.platform == "linux" else None
    return {**({"LD_PRELOAD": library} if library else {}), **os.environ}


class Pool:
    """Workers for queries on a copy of a store in memory."""

    def __init__(self, where: str, limits: Limits) -> None:
        self.where = where
        self.limits = limits
        self.version = 0
        """How often the store was copied; what was found out about an earlier version may be out of date."""
        self._zygote: _Zygote | None = None
        self._idle: deque[_Worker] = deque()
        self._any = asyncio.Semaphore(limits.workers)
        self._open = asyncio.Semaphore(limits.workers - limits.reserved)
        self._waiting = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def triples(self) -> int:
        """The number of triples in the copy."""
        return self._zygote.triples if self._zygote else 0

    @property
    def alive(self) -> bool:
        """Whether the process that holds the copy runs."""
        return self._zygote is not None and self._zygote.alive

    def processes(self) -> list[int]:
        """Return the numbers of the processes: the one that holds the copy, then the workers that are idle."""
        return [self._zygote.number, *(worker.number for worker in self._idle)] if self._zygote else []

    async def load(self) -> None:
        """Copy the store, and answer from this copy from now on; StoreError, and nothing changed, where that fails."""
        zygote = await _Zygote.start(self.where, self.limits)
        workers = [await zygote.fork() for _ in range(self.limits.workers)]
        former, self._zygote = self._zygote, zygote
        self._idle = deque(workers)
        self.version += 1
        if former and not former.busy:
            await former.close()

    async def close(self) -> None:
        """End all processes."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._zygote:
            await self._zygote.close()
            self._zygote = None
            self._idle.clear()

    async def ask(self, request: Request, *, trusted: bool = False) -> tuple[str, bytes]:
        """Return the media type and the answer of a query; `trusted` ones, which people did not write, find workers kept for them.

        QueryError for a query that is wrong; RefusedError where all workers are taken, and for a query that was ended.
        """
        async with self._place(trusted):
            worker = await self._worker()
            worker.zygote.busy += 1
            later = asyncio.get_running_loop().call_later(self.limits.light, worker.give_way)
            try:
                async with asyncio.timeout(self.limits.deadline):
                    answer = await worker.ask(request.to_bytes())
            except TimeoutError as error:
                await self._end(worker)
                raise RefusedError(
                    504, "query", f"it took longer than {self.limits.deadline:g} s and was ended", "ask for less"
                ) from error
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                await self._end(worker)
                megabytes = self.limits.memory // 1_000_000
                raise RefusedError(
                    507, "query", f"it needed more than {megabytes:,} MB or failed the engine", "ask for less"
                ) from error
            except BaseException:
                await self._end(worker)
                raise
            finally:
                later.cancel()
            await self._release(worker)
        head, _, body = answer.partition(b"\n")
        if head != ERROR:
            return head.decode(), body
        told = json.loads(body)
        raise (QueryError if told["query"] else StoreError)(told["where"], told["reason"], told["remedy"])

    @asynccontextmanager
    async def _place(self, trusted: bool) -> AsyncIterator[None]:
        """Wait for a place, not too long and not with too many."""
        lanes = [self._any] if trusted else [self._open, self._any]
        held: list[asyncio.Semaphore] = []
        try:
            if any(lane.locked() for lane in lanes):
                if self._waiting >= self.limits.waiting:
                    raise _busy()
                self._waiting += 1
                try:
                    async with asyncio.timeout(self.limits.patience):
                        for lane in lanes:
                            await lane.acquire()
                            held.append(lane)
                except TimeoutError as error:
                    raise _busy() from error
                finally:
                    self._waiting -= 1
            else:
                for lane in lanes:
                    await lane.acquire()
                    held.append(lane)
            yield
        finally:
            for lane in held:
                lane.release()

    async def _worker(self) -> _Worker:
        if self._zygote is None:
            raise _not_ready("it is stopping")
        try:
            return self._idle.pop() if self._idle else await self._zygote.fork()
        except (StoreError, OSError) as error:
            raise _not_ready("the store is being copied again") from error

    async def _release(self, worker: _Worker) -> None:
        if worker.gives_way:
            await self._end(worker)
            return
        worker.zygote.busy -= 1
        if worker.zygote is self._zygote:
            self._idle.append(worker)
        elif not worker.zygote.busy:
            await worker.zygote.close()

    async def _end(self, worker: _Worker) -> None:
        """Kill a worker, and have another in its place soon: the answer need not wait for it."""
        worker.zygote.busy -= 1
        task = asyncio.create_task(self._replace(worker))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _replace(self, worker: _Worker) -> None:
        zygote = worker.zygote
        with contextlib.suppress(StoreError, OSError):  # a zygote that is dead has taken its workers with it
            await worker.end()
            if zygote is self._zygote and len(zygote.workers) < self.limits.workers:
                self._idle.append(await zygote.fork())
        if zygote is not self._zygote and not zygote.busy:
            await zygote.close()


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):  # the other end is dead
        await writer.wait_closed()


def _not_ready(reason: str) -> RefusedError:
    return RefusedError(503, "server", reason, "try again in a while", {"Retry-After": "5"})


def _busy() -> RefusedError:
    return RefusedError(503, "server", "too many queries run at once", "try again in a moment", {"Retry-After": "2"})
