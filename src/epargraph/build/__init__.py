"""The main job: files to facts to a validated graph in a store, whole documents at a time."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from epargraph import processes
from epargraph.build.across import differences
from epargraph.build.documents import SUFFIXES, Built, Failure, check, read_file, report_name
from epargraph.build.links import Linked, put_links
from epargraph.build.register import Part
from epargraph.build.reviews import Reviewed, put_reviews
from epargraph.build.shelf import Held, Shelf, Source, keeping_of, reports
from epargraph.build.validation import Validation, validate_store
from epargraph.errors import UsageError
from epargraph.fetch.manifest import NAME as FETCHED
from epargraph.fetch.manifest import data_folder, dates
from epargraph.graph import DEFAULT_BASE
from epargraph.link.sssom import is_sssom
from epargraph.read.register import SUFFIXES as TABLES
from epargraph.read.register import holds_table, is_table
from epargraph.resources import DATA
from epargraph.review.verdict import is_review
from epargraph.tables import Table

__all__ = [
    "LINKS",
    "OVERVIEWS",
    "Failure",
    "Source",
    "Summary",
    "Validation",
    "build",
    "check",
    "files",
    "read_file",
    "report_name",
    "reports",
    "sources",
    "validate_store",
]

OVERVIEWS = DATA / "overviews"
"""The overviews that come with epargraph."""

REGISTER = DATA / "register"
"""The excerpts of the register that come with epargraph."""

LINKS = DATA / "links"
"""The links to other registries that come with epargraph."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_BATCH = 25
"""Documents that are stored in one transaction."""

_FEW = 8
"""Up to so many files are read in this process: starting others takes longer."""

_LONG = 100_000
"""Bytes from which on a table is read in several processes."""

_AHEAD = 64
"""Files that are read ahead of the one whose turn it is to be stored."""

Task = partial[Built | Failure]
"""The reading of one file, which can be handed to another process."""

Progress = Callable[[int, int, str], None]
"""Called with the number of files done, their total and the name of the last one."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did: documents, facts by kind, failures, and the share of sentences read (None when none was).

    `caution` is what should be known of the way in which the store replaced graphs, empty where that was all or nothing.
    """

    store: str
    sources: tuple[Source, ...]
    kinds: Mapping[str, int]
    failures: tuple[Failure, ...]
    share_read: float | None
    linked: tuple[Linked, ...] = ()
    reviewed: tuple[Reviewed, ...] = ()
    caution: str = ""

    @property
    def violations(self) -> int:
        """How many violations the documents' reports hold."""
        return sum(r.severity == "violation" for source in self.sources for r in source.results)


def build(
    paths: Sequence[Path],
    where: str | Path,
    *,
    base: str = DEFAULT_BASE,
    retrieved: str | None = None,
    again: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Read the files (folders are walked), and put what they say into the store with a validation report on each.

    A file that can't be read is reported while the rest goes on. A file that the store holds already, read by this
    version of the software with this base, is left as it is, unless `again` is given. `retrieved` is the date (ISO
    8601) on which the files were got, by default that which `epargraph fetch` noted beside them; of two versions of a
    document the one retrieved later is kept, and where a date is missing the one that comes later in the build. The
    files are read in `executor`, by default in processes on all cores when they are many. Raises StoreError where the
    store can't be written, UsageError for a folder without files, a base that is no IRI, or a date that is none.
    """
    _check(base, retrieved)
    found = files(paths)
    todo = [path for path in found if not is_sssom(path) and not is_review(path)]
    told = progress or (lambda done, total, name: None)
    noted = {} if retrieved is not None else dates(todo)

    def day(path: Path) -> str | None:
        return retrieved or noted.get(path)

    def task(path: Path) -> Task:
        return partial(read_file, path, base=base, retrieved=day(path), keeping=keeping_of(where))

    sources: list[Source] = []
    failures: list[Failure] = []
    batch: list[Built] = []
    sentences = unread = 0
    done = 0

    def sending(sent: int, total: int) -> None:
        told(done, len(todo), f"{sent:,} of {total:,} triples sent")

    with _pool(executor, todo) as pool, Shelf(where, base, day, again, sending) as shelf:
        for done, (path, outcome) in enumerate(_outcomes(_newest_first(todo), shelf, task, pool), 1):
            if isinstance(outcome, Held):
                if any(each.graph.source == outcome.source for each in batch):
                    sources, batch = sources + shelf.put(batch), []
                if shelf.holds(outcome):
                    sources.append(shelf.unchanged(path, outcome))
                else:  # another file of this build took its place: what comes later in the build is kept
                    outcome = task(path)()
            if isinstance(outcome, Failure):
                failures.append(outcome)
            elif isinstance(outcome, Built):
                sentences, unread = sentences + outcome.sentences, unread + outcome.unread
                if len(batch) == _BATCH or any(each.graph.source == outcome.graph.source for each in batch):
                    sources, batch = sources + shelf.put(batch), []
                batch.append(outcome)
            told(done, len(todo), path.name)
        sources += shelf.put(batch)
        apart = differences(shelf.store)[0] if sources else {}
        sources = [replace(each, results=(*each.results, *apart.get(each.graph, ()))) for each in sources]
        current = shelf.current()
        sources = [each if each.graph in current else replace(each, state="superseded") for each in sources]
        place = {str(path): number for number, path in enumerate(todo)}
        sources.sort(key=lambda source: place[source.file])
        linked, unlinked = put_links([path for path in found if is_sssom(path)], lambda: shelf.store, base)
        reviews = [path for path in found if is_review(path)]
        reviewed, unreviewed = put_reviews(reviews, lambda: shelf.store, base, held=bool(current))
        by_kind = shelf.by_kind({each.graph for each in sources}) if sources else {}
        caution = shelf.caution
    share = 1 - unread / sentences if sentences else None
    return Summary(
        str(where), tuple(sources), by_kind, (*failures, *unlinked, *unreviewed), share, linked, reviewed, caution
    )


def sources() -> list[Path]:
    """Return what is built by default: the folder that `epargraph fetch` filled with the bundled links, else all that is bundled.

    UsageError where EPARGRAPH_DATA names a folder into which nothing was fetched.
    """
    folder = data_folder()
    if (folder / FETCHED).is_file():
        return [folder, LINKS]
    if os.environ.get("EPARGRAPH_DATA"):
        raise UsageError(f"EPARGRAPH_DATA {folder}", "nothing was fetched into it", "run `epargraph fetch all` first")
    return [OVERVIEWS, REGISTER, LINKS]


def files(paths: Sequence[Path]) -> list[Path]:
    """Return the files to read, each once, folders walked in order of names; UsageError for a folder with none.

    >>> [path.name for path in files([OVERVIEWS])]
    ['lumykras-epar-medicine-overview_en.txt']
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        named = [each for each in path.rglob("*") if not each.name.startswith(".")]
        inside = [each for each in named if _is_source(each)]
        if not inside:
            wanted = ", ".join((*SUFFIXES, *TABLES, ".sssom.tsv"))
            raise UsageError(
                str(path),
                "the folder holds no overview, no register and no mapping set",
                f"name one with {wanted} files",
            )
        found += sorted(each for each in inside if each.is_file())
    return list(dict.fromkeys(found))


def _is_source(path: Path) -> bool:
    """Tell whether a file in a folder is one that is built."""
    if is_sssom(path) or is_review(path):
        return True
    return path.suffix.lower() in SUFFIXES or holds_table(path)


def _newest_first(todo: Sequence[Path]) -> list[Path]:
    """Return the files, those tables first whose names tell a day, the newest day at the head.

    So an older day's table goes straight into the archive, and is never put into the store to be taken out again.

    >>> [path.name for path in _newest_first([Path("a.txt"), Path("b_2024-08-22.csv"), Path("c_2026-03-14.csv")])]
    ['c_2026-03-14.csv', 'b_2024-08-22.csv', 'a.txt']
    """
    dated = {path: found[0] for path in todo if is_table(path) and (found := _DAY.search(path.name))}
    return [*sorted(dated, key=lambda path: dated[path], reverse=True), *(path for path in todo if path not in dated)]


def _check(base: str, retrieved: str | None) -> None:
    """Raise UsageError for a base or a date that would make a wrong graph."""
    if not urlsplit(base).scheme or not base.endswith(("/", "#")) or any(c in base for c in ' <>"{}|\\^`'):
        raise UsageError(
            f"base {base}", "it is not an absolute IRI that ends in / or #", f"give one like {DEFAULT_BASE}"
        )
    try:
        if retrieved is not None and date.fromisoformat(retrieved).isoformat() != retrieved:
            raise ValueError
    except ValueError:
        raise UsageError(f"retrieved {retrieved}", "it is not a date", "write it like 2022-01-31") from None


@contextmanager
def _pool(executor: Executor | None, todo: Sequence[Path]) -> Iterator[Executor | None]:
    """Give the executor to read in: the caller's, processes of our own where there is much to read, or none."""
    much = len(todo) > _FEW or any(is_table(path) and _is_long(path) for path in todo)
    if executor is not None or not much or processes.cores() < 2:
        yield executor
        return
    pool = processes.pool(processes.cores())
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _is_long(path: Path) -> bool:
    """Tell whether a table has so many records that it pays to read them in several processes."""
    try:
        return path.stat().st_size > _LONG
    except OSError:
        return False


def _in_pool(pool: Executor, read_one: Callable[[Table], Part], tables: Iterable[Table]) -> list[Part]:
    """Return what the parts of a table become, read in the pool, or in this process when the system ends one of those."""
    todo = list(tables)
    try:
        return list(pool.map(read_one, todo))
    except Exception:  # the processes or the cluster failed; what the reading itself raises, it raises here too
        return [read_one(each) for each in todo]


def _outcomes(
    todo: Sequence[Path], shelf: Shelf, task: Callable[[Path], Task], pool: Executor | None
) -> Iterator[tuple[Path, Built | Held | Failure]]:
    """Yield what each file became, in the order of the files, with only some read ahead."""

    def start(path: Path) -> Future[Built | Failure] | Held | None:
        held = shelf.known(path)
        if held is not None or pool is None or is_table(path):
            return held
        try:
            return pool.submit(task(path))
        except Exception:  # the executor failed
            return None

    rest = iter(todo)
    waiting = deque((path, start(path)) for path in islice(rest, _AHEAD if pool is not None else 1))
    while waiting:
        path, outcome = waiting.popleft()
        if isinstance(outcome, Future):
            try:
                yield path, outcome.result()
            except Exception:  # reading tells its faults itself: processes or the cluster failed; go on in this one
                pool = None
                yield path, task(path)()
        elif outcome is None and pool is not None and is_table(path):
            yield path, task(path)(read_parts=partial(_in_pool, pool))
        else:
            yield path, outcome or task(path)()
        waiting.extend((path, start(path)) for path in islice(rest, 1))
