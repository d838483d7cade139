"""What was fetched into a folder: for each file its address, when it was got, its SHA-256 and the site's marks of its version."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from epargraph.errors import FetchError

NAME = "fetched.json"
"""The name of the manifest, in the folder that it describes."""

DEFAULT = "epargraph-data"
"""The folder that is fetched into by default."""

_ABOUT = (
    "Downloaded by epargraph fetch. (c) European Medicines Agency; reproduction is authorised provided the source is "
    "acknowledged."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: `retrieved` is the date on which these bytes were got, `checked` the last on which the site had no others."""

    url: str
    retrieved: str
    checked: str
    sha256: str
    bytes: int
    etag: str | None = None
    last_modified: str | None = None


@dataclass(slots=True)
class Manifest:
    """The files of a folder by their paths in it; the medicines without an overview and those that failed, with the date."""

    folder: Path
    files: dict[str, Entry] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def save(self) -> None:
        """Write the manifest, whole or not at all."""
        told = {
            "about": _ABOUT,
            "files": {
                name: {key: value for key, value in asdict(entry).items() if value is not None}
                for name, entry in sorted(self.files.items())
            },
            "missing": dict(sorted(self.missing.items())),
            "failed": dict(sorted(self.failed.items())),
        }
        path = self.folder / NAME
        try:
            whole = path.with_name(f".{NAME}.new")
            whole.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
            whole.replace(path)
        except OSError as error:
            raise FetchError(str(path), f"it can't be written ({error.strerror})", "check folder and disk") from error

    def held(self, name: str) -> Entry | None:
        """Return the entry of a file that is in the folder as it was fetched, None for any other."""
        entry = self.files.get(name)
        path = self.folder / name
        try:
            if entry is None or path.stat().st_size != entry.bytes or sha256(path) != entry.sha256:
                return None
        except OSError:
            return None
        return entry


def load(folder: Path) -> Manifest:
    """Return what was fetched into the folder, nothing where it has no manifest; FetchError for one that can't be read."""
    path = folder / NAME
    try:
        told = json.loads(path.read_text("utf-8"))
        keys = {each.name for each in fields(Entry)}
        files = {
            str(name): Entry(**{key: value for key, value in given.items() if key in keys})
            for name, given in told["files"].items()
        }
        missing, failed = (
            {str(name): str(day) for name, day in told.get(key, {}).items()} for key in ("missing", "failed")
        )
        return Manifest(folder, files, missing, failed)
    except (FileNotFoundError, NotADirectoryError):
        return Manifest(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"it is not what epargraph fetch wrote ({type(error).__name__}: {error})"
        raise FetchError(str(path), reason, "move it away: files are then fetched again") from error


def data_folder() -> Path:
    """Return the folder that is fetched into: that of the environment's EPARGRAPH_DATA, else epargraph-data here."""
    return Path(os.environ.get("EPARGRAPH_DATA") or DEFAULT)


def dates(paths: Iterable[Path]) -> dict[Path, str]:
    """Return the date of retrieval of each file that lies where it was fetched to, unchanged since.

    A file's manifest stands in its folder, or in the one above.
    """
    known: dict[Path, Manifest] = {}
    found: dict[Path, str] = {}
    for path in paths:
        for folder in path.absolute().parents[:2]:
            if folder not in known:
                known[folder] = load(folder)
            entry = known[folder].held(path.absolute().relative_to(folder).as_posix()) if known[folder].files else None
            if entry is not None:
                found[path] = entry.retrieved
                break
    return found


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
