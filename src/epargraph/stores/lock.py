"""The lock of a store's folder: many readers or one writer, let go by the system when a process dies."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import IO

from epargraph.errors import StoreError

MARKER = "epargraph.store"
FORMAT = "epargraph store, format 1\n"
"""What the marker file says: that this folder is a store, and how it is laid out."""

_PATIENCE = 1.0
_PAUSE = 0.05

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str], exclusive: bool) -> bool:
        file.seek(1_000_000)  # beyond the text: Windows locks bytes, and there are no shared locks
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(file: IO[str], exclusive: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Lock:
    """The held lock of a folder; OSError when its marker can't be opened, StoreError when others hold it."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        self._file: IO[str] = (folder / MARKER).open("a+" if write else "r", encoding="utf-8")
        try:
            self._hold(folder, write)
            self._file.seek(0)
            said = self._file.read()
            if write and not said:
                self._file.write(FORMAT)
                self._file.flush()
            elif said and said != FORMAT:
                raise StoreError(
                    str(folder),
                    "another version of epargraph made this store",
                    "use that version, or build a new store",
                )
        except BaseException:
            self._file.close()
            raise

    def _hold(self, folder: Path, write: bool) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not _try_lock(self._file, write):
            if time.monotonic() > deadline:
                reading = write and _try_lock(self._file, False)
                doing = "read" if reading else "written"
                raise StoreError(str(folder), f"the store is being {doing} by another process", "wait and try again")
            time.sleep(_PAUSE)

    def release(self) -> None:
        """Let go; releasing twice does no harm."""
        self._file.close()
