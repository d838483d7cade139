"""A worker answers queries on the store that it was forked with: it can open nothing, and takes so much memory at most.

Requests and answers are frames: four bytes of length, then the bytes. A request is JSON (see `Request`). An answer is a line
with its media type and the result, or a line that says error and the JSON of an error.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from epargraph.errors import EparGraphError, QueryError
from epargraph.serve import guard
from epargraph.serve.limits import Limits
from epargraph.stores.base import JSON, N_TRIPLES
from epargraph.stores.memory import Memory

ERROR = b"error"
"""What an answer that is an error has in its first line."""

LENGTH = 4
"""The bytes that tell the length of a frame."""


@dataclass(frozen=True, slots=True)
class Request:
    """A query, the media types of its answer (of rows, of triples), the graphs that it is asked of, the base of its IRIs."""

    query: str
    rows: str = JSON
    triples: str = N_TRIPLES
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    base: str | None = None

    def to_bytes(self) -> bytes:
        """Return the request as JSON."""
        told = self.query, self.rows, self.triples, self.default, self.named, self.base
        return json.dumps(told).encode()

    @classmethod
    def from_bytes(cls, body: bytes) -> Request:
        """Return the request that was written as JSON."""
        query, rows, triples, default, named, base = json.loads(body)
        return cls(query, rows, triples, tuple(default), tuple(named), base)


def framed(body: bytes) -> bytes:
    r"""Return the bytes with their length before them.

    >>> framed(b"abc")
    b'\x00\x00\x00\x03abc'
    """
    return len(body).to_bytes(LENGTH, "big") + body


def confine(connection: int, memory: int) -> None:
    """Keep this process from opening any file or socket, and from taking more than so many bytes of memory more.

    Its three first descriptors are the connection, twice, and /dev/null; all others are closed, and since the system lets the
    process have three, which it can't raise again, there is no number left for a socket or a file.
    """
    import resource

    null = os.open(os.devnull, os.O_RDWR)
    for wanted, given in ((0, connection), (1, connection), (2, null)):
        os.dup2(given, wanted)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    taken = _address_space()
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if taken:
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory, taken + memory))


def _address_space() -> int:
    """Return the bytes of this process's address space, 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def die_with_parent() -> None:
    """Have the system kill this process when its parent dies, where it can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def serve(memory: Memory, limits: Limits) -> None:
    """Answer the requests of the connection, which is standard input and output, until it ends."""
    with os.fdopen(0, "rb", closefd=False) as given, os.fdopen(1, "wb", closefd=False) as answer:
        while head := given.read(LENGTH):
            request = Request.from_bytes(given.read(int.from_bytes(head, "big")))
            answer.write(framed(answered(memory, request, limits)))
            answer.flush()


def answered(memory: Memory, request: Request, limits: Limits) -> bytes:
    """Return the answer to a request: a line with its media type and the answer, or the error that it is."""
    try:
        guard.check(request.query, limits.query)
        media, answer = memory.ask(
            request.query,
            request.rows,
            request.triples,
            default=request.default,
            named=request.named,
            base=request.base,
            most=limits.result,
        )
    except EparGraphError as error:
        told = {"where": error.where, "reason": error.reason, "remedy": error.remedy}
        return ERROR + b"\n" + json.dumps({"query": isinstance(error, QueryError), **told}).encode()
    except (OSError, RuntimeError, ValueError) as error:  # what the engine raises where a query can't be evaluated
        told = {"where": "query", "reason": f"it can't be evaluated ({error})", "remedy": "ask otherwise"}
        return ERROR + b"\n" + json.dumps({"query": True, **told}).encode()
    return media.encode() + b"\n" + answer
