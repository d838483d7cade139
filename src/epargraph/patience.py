"""Ask a server again while it is busy, with its Retry-After or growing pauses, up to a total deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
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
    """The last try failed, or (`late`) the deadline came in the middle of one."""

    def __init__(self, reason: str, *, late: bool = False) -> None:
        super().__init__(reason)
        self.late = late


def patiently(work: Callable[[float], T], *, deadline: float, tries: int, pause: float) -> T:
    """Return what `work` returns, which is told when its time ends and raises BusyError to be tried again.

    The deadline, in seconds, is for all tries together; before the second one `pause` seconds pass, then twice as many.
    Raises GaveUpError after the last try, at the deadline, and at once where the server asks for a longer wait.
    """
    end = time.monotonic() + deadline
    for left in reversed(range(tries)):
        try:
            return _within(end, deadline, work)
        except BusyError as busy:
            wait = busy.wait if busy.wait is not None else pause
            if not left or time.monotonic() + wait >= end:
                raise GaveUpError(str(busy)) from busy
            time.sleep(wait)
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
