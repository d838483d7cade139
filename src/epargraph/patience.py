"""Ask a server again while it is busy, with its Retry-After or growing pauses, up to a total deadline, and not too often."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TypeVar

BUSY = (429, 502, 503, 504)
"""The statuses of a server that may answer later."""

T = TypeVar("T")


class BusyError(Exception):
    """The server can't answer now; `wait` is what its Retry-After says, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class GaveUpError(Exception):
    """The last try failed, or (`late`) the deadline came in the middle of one; `wait` is as in the last BusyError."""

    def __init__(self, reason: str, *, late: bool = False, wait: float | None = None) -> None:
        super().__init__(reason)
        self.late = late
        self.wait = wait


class Pace:
    """How often a server is asked: `pause` seconds after an answer, and later where the answer took long.

    `share` is the part of the time, above 0 and up to 1, in which the server works for us at most: at 0.5 a rest follows
    that is as long as the answer took.
    """

    def __init__(self, pause: float = 0.0, share: float = 1.0) -> None:
        self._pause, self._share = pause, share
        self._next = 0.0

    def wait(self) -> None:
        """Wait until the server may be asked."""
        time.sleep(max(0.0, self._next - time.monotonic()))

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Note how long an answer takes, or its failure."""
        begun = time.monotonic()
        try:
            yield
        finally:
            now = time.monotonic()
            self._next = now + max(self._pause, (now - begun) * (1 / self._share - 1))


def patiently(work: Callable[[float], T], *, deadline: float, tries: int, pause: float, pace: Pace | None = None) -> T:
    """Return what `work` returns, which is told when its time ends and raises BusyError to be tried again.

    The deadline, in seconds, is for all tries together, without the wait for the pace ahead of the first; before the second
    one `pause` seconds pass, then twice as many, and always by chance up to half as many again, so that those who
    were sent away together do not come back together. Raises GaveUpError after the last try, at the deadline, and at
    once where the server asks for a longer wait.
    """
    pace = pace or Pace()
    pace.wait()
    end = time.monotonic() + deadline
    for left in reversed(range(tries)):
        try:
            with pace.asked():
                return _within(end, deadline, work)
        except BusyError as busy:
            wait = (busy.wait if busy.wait is not None else pause) + random.uniform(0, pause / 2)
            if not left or time.monotonic() + wait >= end:
                raise GaveUpError(str(busy), wait=busy.wait) from busy
            time.sleep(wait)
            pace.wait()
            pause *= 2
    raise AssertionError("the last try returns or raises")


def _within(end: float, deadline: float, work: Callable[[float], T]) -> T:
    """Make one try in a thread of its own, since a server that drips bytes resets every time-out of the socket."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work(end))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(max(0.0, end - time.monotonic()))
    if failed:
        raise failed[0]
    if not done:
        raise GaveUpError(f"no whole answer within {deadline:g} seconds", late=True)
    return done[0]


def retry_after(said: str | None, date: str | None) -> float | None:
    """Return the seconds that the header Retry-After says; a day and time in it is measured from the answer's own Date.

    >>> retry_after("7", None), retry_after("soon", None), retry_after(None, None)
    (7.0, None, None)
    >>> retry_after("Wed, 21 Oct 2015 07:28:30 GMT", "Wed, 21 Oct 2015 07:28:00 GMT")
    30.0
    """
    said = (said or "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - parsedate_to_datetime(date or "")).total_seconds())
    except (TypeError, ValueError):
        return None
