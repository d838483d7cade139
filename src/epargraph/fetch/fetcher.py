"""What is fetched: the register of a day, one overview, or that of every medicine in the register."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from epargraph.errors import FetchError, UsageError
from epargraph.fetch.addresses import Form, addresses, name_in, name_of, paths
from epargraph.fetch.contents import Kind
from epargraph.fetch.download import Answer, Site
from epargraph.fetch.manifest import Entry, load
from epargraph.locking import try_lock
from epargraph.read.register import read_table
from epargraph.tables import Table

State = Literal["new", "changed", "unchanged", "missing", "failed"]

_LOCK = ".fetched.lock"

_IN_A_ROW = 3
"""After so many failures one after the other the site is left in peace."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one file: its name for people, and the path in the folder, or why there is none."""

    name: str
    state: State
    file: str | None = None
    reason: str = ""


class Fetcher:
    """What is fetched from a site into a folder, which it holds alone. `today` is the date of retrieval (ISO 8601).

    FetchError where another process fetches into the folder, or it can't be written.
    """

    def __init__(self, site: Site, folder: Path, *, today: str) -> None:
        if folder.exists() and not folder.is_dir():
            raise UsageError(str(folder), "it is no folder", "name a folder to fetch into")
        self.site = site
        self.folder = folder
        self.today = today
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = (folder / _LOCK).open("a", encoding="utf-8")
        except OSError as error:
            raise FetchError(str(folder), f"it can't be written ({error.strerror})", "name another folder") from error
        try:
            if not try_lock(self._lock, True):
                raise FetchError(str(folder), "another process fetches into it", "wait until it is done")
            self.manifest = load(folder)
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._lock.close()

    def register(self, form: Form = "xlsx") -> Fetched:
        """Fetch the register as it is today; a table of another day stays beside it. FetchError where it can't be had."""
        before = self._newest(form)
        name = f"register/ema-medicines_{self.today}.{form}"
        return self._get("register", addresses().register[form], name, "register", before)

    def overview(self, medicine: str) -> Fetched:
        """Fetch the overview of a medicine: its name, its product number (where the register is here) or its page.

        FetchError where the site fails, UsageError for what is no medicine's name; "missing" where the site has none.
        """
        name = name_in(medicine) or self._named(medicine) or name_of(medicine)
        if name is None or ("://" in medicine and name_in(medicine) is None):
            raise UsageError(f"medicine {medicine}", "it is no medicine's name or page", "see the register for names")
        return self._overview(name)

    def names(self) -> list[str]:
        """Return the medicines of the fetched register whose overviews can be asked for, those not asked longest first.

        Those whose last try failed come behind all others, so that they do not stand in their way.
        """
        table = self._table()
        undecided = addresses().undecided
        found: dict[str, None] = {}
        for record in table.records if table is not None else ():
            cells = {column.key: record.cells.get(column.name, "") for column in table.columns} if table else {}
            name = name_in(cells.get("page_address", ""))
            if name is not None and cells.get("status") not in undecided:
                found[name] = None
        return sorted(found, key=lambda name: (self.manifest.failed.get(name, ""), self._checked(name)))

    def due(self) -> list[str]:
        """Return those of the names whose overviews were not looked for today."""
        return [name for name in self.names() if self._checked(name) != self.today]

    def overviews(self, names: Iterable[str]) -> Iterator[Fetched]:
        """Fetch the overviews of medicines, by names that `names` gives, and yield what became of each.

        One that fails is told and the rest goes on; FetchError when several fail in a row.
        """
        failed = 0
        for name in names:
            try:
                got = self._overview(name)
                failed = 0
            except FetchError as error:
                got = Fetched(name, "failed", None, str(error))
                failed += 1
                self.manifest.failed[name] = self.today
                self.manifest.save()
            yield got
            if failed == _IN_A_ROW:
                reason = f"{failed} overviews in a row could not be fetched"
                raise FetchError(self.site.url(""), reason, "what was fetched stays; try again later")

    def _overview(self, name: str) -> Fetched:
        for path in paths(name):
            file = f"overviews/{path.rpartition('/')[2]}"
            got = self._get(name, path, file, "overview", file)
            if got.state != "missing":
                if [seen for seen in (self.manifest.missing, self.manifest.failed) if seen.pop(name, None)]:
                    self.manifest.save()
                return got
        self.manifest.failed.pop(name, None)
        self.manifest.missing[name] = self.today
        self.manifest.save()
        return Fetched(name, "missing", None, "the site has no overview of it")

    def _get(self, name: str, path: str, file: str, kind: Kind, before: str | None) -> Fetched:
        """Fetch one file to its place in the folder, `before` being the file that holds its last version."""
        target = self.folder / file
        known = self.manifest.held(before) if before is not None else None
        answer = self.site.get(path, target.with_name(f"{target.name}.part"), kind, known)
        if answer.state == "missing":
            if kind == "register":
                raise FetchError(
                    answer.url, "the site has no such file (404)", "see whether epargraph has a newer version"
                )
            return Fetched(name, "missing")
        part = target.with_name(f"{target.name}.part")
        if before is not None and known is not None and answer.sha256 in ("", known.sha256):
            part.unlink(missing_ok=True)
            self._note(
                before, Entry(known.url, known.retrieved, self.today, known.sha256, known.bytes, *_marks(answer, known))
            )
            return Fetched(name, "unchanged", before)
        part.replace(target)
        self._note(file, Entry(answer.url, self.today, self.today, answer.sha256, answer.bytes, *_marks(answer, None)))
        return Fetched(name, "new" if known is None else "changed", file)

    def _note(self, file: str, entry: Entry) -> None:
        self.manifest.files[file] = entry
        self.manifest.save()

    def _newest(self, form: Form | None = None) -> str | None:
        """Return the file of the register that was fetched last."""
        named = [n for n in self.manifest.files if n.startswith("register/") and n.endswith(form or "")]
        return max(named, key=lambda name: self.manifest.files[name].retrieved, default=None)

    def _table(self) -> Table | None:
        file = self._newest()
        return read_table(self.folder / file) if file is not None and (self.folder / file).exists() else None

    def _named(self, medicine: str) -> str | None:
        """Return the name of a medicine that the fetched register has under this name or product number."""
        table = self._table()
        if table is None:
            return None
        name_of_column = {column.key: column.name for column in table.columns}
        wanted = medicine.strip().casefold()
        for record in table.records:
            told = [record.cells.get(name_of_column[key], "").casefold() for key in ("name", "product_number")]
            if wanted in (*told, re.sub(r"\s*\(previously .*", "", told[0])):
                found = name_in(record.cells.get(name_of_column.get("page_address", ""), ""))
                if found is not None:
                    return found
        return None

    def _checked(self, name: str) -> str:
        """Return when the overview of a medicine was looked for last, "" for never."""
        seen = [self.manifest.missing.get(name, "")]
        for path in paths(name):
            entry = self.manifest.files.get(f"overviews/{path.rpartition('/')[2]}")
            if entry is not None and (self.folder / "overviews" / path.rpartition("/")[2]).exists():
                seen.append(entry.checked)
        return max(seen)


def _marks(answer: Answer, known: Entry | None) -> tuple[str | None, str | None]:
    """Return the site's marks of the version, those known before where the answer has none."""
    if answer.state == "unchanged" and known is not None:
        return known.etag, known.last_modified
    return answer.etag, answer.last_modified
