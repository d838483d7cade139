"""The past of each medicine: the versions of its sources and what changed from one to the next.

Comparing all versions of a register takes seconds, so it is done once, in a process of its own, while pages
are served already; it prints what it found as JSON. Until then pages say that it is being done.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.applications import Starlette

from epargraph.changes import Change, whole_history
from epargraph.serve.pool import Pool
from epargraph.sources import Version, versions
from epargraph.stores import Embedded, Store, open_store


@dataclass(frozen=True, slots=True)
class Happened:
    """A change of a medicine: what happened, what was before and after (of a text the words by which it differs), when."""

    title: str
    old: str
    new: str
    before: str = ""
    after: str = ""
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    date: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of a source: what it is, its file, and whether it is current."""

    title: str
    source: str
    medicine: str
    file: str
    sha256: str
    day: str
    current: bool


@dataclass(frozen=True, slots=True)
class Past:
    """All editions of all sources, and the changes by medicine, the newest first; `failed` where they can't be told."""

    editions: tuple[Edition, ...] = ()
    changes: Mapping[str, tuple[Happened, ...]] = field(default_factory=dict)
    failed: bool = False

    def of(self, medicine: str) -> tuple[Happened, ...]:
        """Return what happened to a medicine, the newest first."""
        return self.changes.get(medicine, ())

    def editions_of(self, documents: Iterable[str]) -> tuple[Edition, ...]:
        """Return the editions of some sources, the newest first."""
        wanted = set(documents)
        return tuple(each for each in self.editions if each.source in wanted)


def past_of(app: Starlette) -> Past | None:
    """Return the past of all medicines, None while it is worked out; that is begun where it was not yet."""
    pool: Pool = app.state.pool
    held: tuple[int, asyncio.Task[Past]] | None = getattr(app.state, "past", None)
    if held is None or held[0] != pool.version:
        held = app.state.past = (pool.version, asyncio.create_task(_asked(pool.where)))
    task = held[1]
    if not task.done():
        return None
    return Past(failed=True) if task.cancelled() or task.exception() else task.result()


async def _asked(where: str) -> Past:
    command = [sys.executable, "-P", "-c", f"import sys; from {__name__} import main; main(sys.argv[1:])", where]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    try:
        told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return _read(told)


def _read(told: bytes) -> Past:
    found = json.loads(told)
    return Past(
        tuple(Edition(**each) for each in found["editions"]),
        {
            medicine: tuple(
                Happened(**{**each, "removed": tuple(each["removed"]), "added": tuple(each["added"])}) for each in some
            )
            for medicine, some in found["changes"].items()
        },
    )


def past(store: Store) -> Past:
    """Return the past of all medicines as a store tells it."""
    changes: dict[str, list[Happened]] = {}
    told = sorted(whole_history(store).changes, key=_age, reverse=True)
    for each in told:
        changes.setdefault(each.medicine, []).append(_happened(each))
    found = sorted(versions(store), key=lambda each: (each.current, each.age or ""), reverse=True)
    return Past(tuple(_edition(each) for each in found), {medicine: tuple(some) for medicine, some in changes.items()})


def _age(change: Change) -> tuple[str, str]:
    return change.new.age or "9999", change.date or ""


def _happened(change: Change) -> Happened:
    return Happened(
        change.title,
        change.old.title,
        change.new.title,
        change.before or "",
        change.after or "",
        change.removed,
        change.added,
        change.date or "",
        change.new.age or "",
    )


def _edition(version: Version) -> Edition:
    return Edition(
        version.title,
        version.source,
        version.medicine,
        Path(version.file).name,
        version.sha256,
        version.age or "",
        version.current,
    )


def _apart(where: str, folder: Path) -> Store:
    """Return a copy of the store in a folder, so that the store itself is free at once; of a server the server."""
    store = open_store(where)
    if not isinstance(store, Embedded):
        return store
    with store:
        store.backup(folder / "store")
    return open_store(folder / "store")


def main(arguments: Sequence[str]) -> None:
    """Print the past of all medicines of the store named as JSON, giving way to whatever else the machine does."""
    os.nice(10)
    with TemporaryDirectory(prefix="epargraph-") as folder, _apart(arguments[0], Path(folder)) as store:
        found = past(store)
    json.dump(asdict(found), sys.stdout)
