"""Locks on files, let go by the system when a process dies: of many readers or one writer."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def try_lock(file: IO[str], exclusive: bool) -> bool:
        """Lock an open file, where nobody else has it locked, and tell whether that was done."""
        file.seek(1_000_000)  # beyond the text: Windows locks bytes, and there are no shared locks
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def try_lock(file: IO[str], exclusive: bool) -> bool:
        """Lock an open file, where nobody else has it locked, and tell whether that was done."""
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
