"""What a task takes: the processor's seconds, the clock's, and the memory of a process."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path


def most_memory() -> int:
    """Return the megabytes that this process had at most; elsewhere than on Linux with what it was started from."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def cpu(task: Callable[[], object]) -> float:
    """Return the processor's seconds, which others that use the machine change less than the clock's."""
    start = time.process_time()
    task()
    return time.process_time() - start


def seconds(task: Callable[[], object]) -> float:
    """Return the clock's seconds."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start
