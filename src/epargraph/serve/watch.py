"""Notice that the store was built anew, and have the pool copy it again: at SIGHUP, when its files have changed, or the copy is lost."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from epargraph.errors import StoreError
from epargraph.serve.pool import Pool

_PAUSE = 2.0
"""Seconds between two looks at the folder; it must look the same twice, so that no build is under way."""

Look = tuple[tuple[str, int, int], ...]


@asynccontextmanager
async def watching(pool: Pool) -> AsyncIterator[None]:
    """Watch the pool's store while the context lasts; SIGHUP is heeded where the loop runs in the main thread."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):
        loop.add_signal_handler(signal.SIGHUP, asked.set)
    task = asyncio.create_task(_watch(pool, asked))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):
            loop.remove_signal_handler(signal.SIGHUP)


async def _watch(pool: Pool, asked: asyncio.Event) -> None:
    held = before = look(pool.where)
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), _PAUSE)
        now = look(pool.where)
        if asked.is_set() or not pool.alive or (now != held and now == before and now):
            asked.clear()
            try:
                await pool.load()
                held = now
            except StoreError as error:  # the former copy goes on being served
                sys.stderr.write(f"epargraph: {error}\n")
        before = now


def look(where: str) -> Look:
    """Return the names, sizes and times of the files of a folder's current graphs, none for a URL."""
    if where.startswith(("http://", "https://")):
        return ()
    found: list[tuple[str, int, int]] = []
    with contextlib.suppress(OSError):  # a file that goes while one looks: the next look sees the folder without it
        for file in sorted((Path(where) / "current").iterdir()):
            told = file.stat()
            found.append((file.name, told.st_size, told.st_mtime_ns))
    return tuple(found)
