"""The store in a folder: Oxigraph inside this process, its current graphs and its archive side by side."""
# ruff: noqa: D102 -- what the methods promise stands in base.py

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph

from epargraph.errors import StoreError
from epargraph.stores import sparql
from epargraph.stores.base import Dataset, Store, canonical, checked, media_type, serialised, update
from epargraph.stores.lock import MARKER, Lock

_BUILD = "run `epargraph build` first, or name another store"


@contextmanager
def _reported(where: str) -> Iterator[None]:
    """Turn what the system and Oxigraph raise into StoreError."""
    try:
        yield
    except PermissionError as error:
        raise StoreError(where, "permission denied", "change the folder's permissions or name another store") from error
    except OSError as error:
        reason = error.strerror or str(error).removeprefix("IO error: ")
        raise StoreError(where, reason, "check the disk's space and the folder's permissions") from error


class Oxigraph(Dataset):
    """One Oxigraph dataset, in a folder or (without one) in memory."""

    def __init__(self, folder: Path | None = None, *, write: bool = False) -> None:
        self._where = str(folder or "memory")
        self._store: pyoxigraph.Store | None
        if folder is None or (not write and not folder.exists()):
            self._store = pyoxigraph.Store()
        else:
            self._store = pyoxigraph.Store(str(folder)) if write else pyoxigraph.Store.read_only(str(folder))

    @property
    def _open(self) -> pyoxigraph.Store:
        if self._store is None:
            raise StoreError(self._where, "the store is closed", "open it again")
        return self._store

    def query(self, text: str, *, accept: str | None = None) -> bytes:
        sparql.check(text)
        store, wanted = self._open, media_type(self._where, text, accept)
        try:
            result = store.query(
                text, prefixes=sparql.PREFIXES, use_default_graph_as_union=not sparql.names_dataset(text)
            )
            with _reported(self._where):
                return serialised(result, wanted)
        except SyntaxError as error:
            raise sparql.syntax_error(error, text) from error

    def graphs(self) -> list[str]:
        return sorted(str(graph.value) for graph in self._open.named_graphs() if not self._is_empty(graph))

    def _is_empty(self, graph: pyoxigraph.NamedNode | pyoxigraph.BlankNode) -> bool:
        return next(iter(self._open.quads_for_pattern(None, None, None, graph)), None) is None

    def write(self, graphs: Mapping[str, str | None]) -> None:
        """Replace and drop graphs (checked N-Triples) in one transaction."""
        if graphs:
            self._open.update(update(graphs))
            self._open.flush()

    def close(self) -> None:
        self._store = None  # Oxigraph closes its files when the last reference goes


class Embedded(Store):
    """The store in a folder: `current/` and `archive/`, guarded by one lock for both."""

    def __init__(self, folder: str | Path, *, write: bool = False) -> None:
        self._folder = Path(folder)
        self._where = str(folder)
        self._write = write
        self._check()
        with _reported(self._where):
            if write:
                self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(self._folder, write=write)
            try:
                if not write and not (self._folder / "current" / "CURRENT").is_file():
                    raise StoreError(self._where, "nothing was stored here yet", _BUILD)
                self._current = Oxigraph(self._folder / "current", write=write)
                self._archive = Oxigraph(self._folder / "archive", write=write)
            except BaseException:
                self._lock.release()
                raise

    def _check(self) -> None:
        folder, other = self._folder, "name a new or empty folder"
        with _reported(self._where):
            if not folder.exists():
                if not self._write:
                    raise StoreError(self._where, "there is no store here", _BUILD)
            elif not folder.is_dir():
                raise StoreError(self._where, "this is a file, not the folder of a store", other)
            elif not (folder / MARKER).is_file() and (any(folder.iterdir()) or not self._write):
                raise StoreError(self._where, "this folder is not a store", other if self._write else _BUILD)

    def query(self, text: str, *, accept: str | None = None) -> bytes:
        return self._current.query(text, accept=accept)

    def graphs(self) -> list[str]:
        return self._current.graphs()

    def archive(self) -> Dataset:
        return self._archive

    def replace(self, graphs: Mapping[str, bytes | None]) -> None:
        if not self._write:
            raise StoreError(self._where, "the store was opened for reading", "open it for writing")
        new = checked(self._where, graphs)
        with _reported(self._where):
            self._archive.write(superseded(new, self._current.triples))
            self._current.write(new)
            self._archive.write(dict.fromkeys(set(self._archive.graphs()) & {iri for iri in new if new[iri]}))

    def keep(self, graphs: Mapping[str, str | None]) -> None:
        """Put superseded graphs into the archive, and take out those that are None."""
        with _reported(self._where):
            self._archive.write(graphs)

    def close(self) -> None:
        self._current.close()
        self._archive.close()
        self._lock.release()


def superseded(new: Mapping[str, str | None], triples: Callable[[str], bytes]) -> dict[str, str | None]:
    """Return what the graphs hold that are to be dropped, as canonical N-Triples."""
    old = {iri: canonical(triples(iri)) for iri, text in new.items() if text is None}
    return {iri: text for iri, text in old.items() if text}
