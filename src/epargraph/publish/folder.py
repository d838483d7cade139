"""The folder of a release: it appears whole, in the place of an older release or where nothing was."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from epargraph.errors import UsageError

SUMS = "SHA256SUMS"
MARKER = "release.json"
"""The file by which a folder is known as a release."""

_REMEDY = "name a new or empty folder, or one of an older release"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: its path below the folder, its size in bytes and its SHA-256."""

    path: str
    size: int
    sha256: str


class Folder:
    """A release while it is written; every file is counted and summed as it is written."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, File] = {}

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file whole."""
        with self.stream(path) as file:
            file.write(text.encode() if isinstance(text, str) else text)

    @contextmanager
    def stream(self, path: str) -> Iterator[IO[bytes] | gzip.GzipFile]:
        """Give a file to write to; one whose name ends in .gz is packed, without a time or a name in it."""
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as raw:
            if path.endswith(".gz"):
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0) as packed:
                    yield packed
            else:
                yield raw
        self._files[path] = _file(self._root, path)

    def files(self) -> list[File]:
        """Return what was written, by path."""
        return [self._files[path] for path in sorted(self._files)]

    def sum(self) -> None:
        """Write the sums of all files, in the form that `sha256sum --check` reads."""
        self.write(SUMS, "".join(f"{each.sha256}  {each.path}\n" for each in self.files()))


def _file(root: Path, path: str) -> File:
    with (root / path).open("rb") as file:
        return File(path, (root / path).stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


@contextmanager
def release(target: Path) -> Iterator[Folder]:
    """Give a folder to write to, which becomes the target when all went well; else the target stays as it was.

    UsageError for a target that is a file, or a folder that holds something else than a release.
    """
    _check(target)
    target = target.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            made = Path(folder) / "release"
            made.mkdir()
            yield Folder(made)
            _check(target)  # it may have been filled meanwhile
            if target.exists():
                target.rename(Path(folder) / "former")
            made.rename(target)
    except OSError as error:
        raise UsageError(str(target), error.strerror or str(error), "name a folder that can be written") from error


def _check(target: Path) -> None:
    try:
        if not target.exists():
            return
        if not target.is_dir():
            raise UsageError(str(target), "this is a file", _REMEDY)
        if any(target.iterdir()) and not ((target / MARKER).is_file() and (target / SUMS).is_file()):
            raise UsageError(str(target), "this folder holds something else than a release", _REMEDY)
    except OSError as error:
        raise UsageError(str(target), error.strerror or str(error), _REMEDY) from error


def copy(folder: Folder, source: Path, paths: Iterable[str], under: str) -> None:
    """Copy files as they are."""
    for each in paths:
        with folder.stream(f"{under}/{each}") as file, (source / each).open("rb") as given:
            shutil.copyfileobj(given, file)
