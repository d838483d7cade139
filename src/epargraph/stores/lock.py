"""The lock of a store's folder: many readers or one writer, let go by the system when a process dies."""

from __future__ import annotations

import time
from pathlib import Path
from typing import IO, Self

from epargraph.errors import StoreError
from epargraph.locking import try_lock

MARKER = "epargraph.store"
FORMAT = "epargraph store, format 1\n"
"""What the marker file says: that this folder is a store, and how it is laid out."""

_PATIENCE = 1.0
_PAUSE = 0.05


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
        while not try_lock(self._file, write):
            if time.monotonic() > deadline:
                reading = write and try_lock(self._file, False)
                doing = "read" if reading else "written"
                raise StoreError(str(folder), f"the store is being {doing} by another process", "wait and try again")
            time.sleep(_PAUSE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

    def release(self) -> None:
        """Let go; releasing twice does no harm."""
        self._file.close()
