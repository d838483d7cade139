"""Pools of processes that leave Ctrl-C to who started them, and end when that one ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pool(many: int) -> ProcessPoolExecutor:
    """Return a pool of so many processes: spawned, not forked, since a copy of a process in which threads run can hang."""
    return ProcessPoolExecutor(many, multiprocessing.get_context("spawn"), initializer=_obey)


def _obey() -> None:
    """Make a process of the pool leave Ctrl-C to the process that started it, and end when that one ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_outlive_nobody, daemon=True).start()


def _outlive_nobody() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
