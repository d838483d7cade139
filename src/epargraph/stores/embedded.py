"""The store in a folder: Oxigraph inside this process, its current graphs and its archive side by side."""
# ruff: noqa: D102 -- what the methods promise stands in base.py

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import pyoxigraph

from epargraph.errors import StoreError
from epargraph.stores import sparql
from epargraph.stores.base import LARGE, Dataset, Store, checked, media_type, not_triples, serialised, update
from epargraph.stores.lock import MARKER, Lock

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LOADING = pyoxigraph.NamedNode("urn:epargraph:loading")
"""The graph that names, while they are loaded in bulk, the graphs that are not whole yet."""
_MANY = 50_000
_WORTH = 4
"""Taking so many triples out of a dataset, when it has less than so many times as many, takes longer than making it anew."""
_FRESH = 4
"""A dataset whose share of one in so many was stored since it was opened is put in order when it is closed."""
_ONCE = 1_000_000
"""Triples that Oxigraph loads into files of their own: `DEFAULT_BULK_LOAD_BATCH_SIZE` of its RocksDB store."""
_SEVERAL = re.compile(rb"\.[ \t]*(?:<|_:)")
"""What is in a line that has more than one triple, and in the values of a few others."""
_READ = 1 << 16
"""Bytes of N-Quads that are made at once."""
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
    except RuntimeError as error:
        if not str(error).startswith("Corruption"):
            raise
        reason = f"its files are damaged ({str(error).removeprefix('Corruption: ')})"
        raise StoreError(where, reason, "put back a copy of the folder, or move it away and build again") from error


class Oxigraph(Dataset):
    """One Oxigraph dataset, in a folder or (without one) in memory."""

    def __init__(self, folder: Path | None = None, *, write: bool = False, late: bool = False) -> None:
        """Open a dataset; with `late`, a folder that is not there yet is made when there is something to put into it."""
        self._late = folder if write and late and folder is not None and not folder.exists() else None
        self._where = str(folder or "memory")
        self._stored: list[int] = []
        """How many triples each write since the opening has stored."""
        self._store: pyoxigraph.Store | None
        if folder is None or self._late or (not write and not folder.exists()):
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

    def write(self, graphs: Mapping[str, bytes | None]) -> None:
        """Replace and drop graphs (N-Triples), all or nothing, also when the process is killed.

        Graphs that are not there yet and large together are loaded in bulk, which is many times faster than a transaction but none.
        So a transaction before names them as not whole; the one after it, which does the rest, takes that back.
        """
        if self._late and any(graphs.values()):
            self._store, self._late = pyoxigraph.Store(str(self._late)), None
        bulk = {iri: text for iri, text in graphs.items() if text and self._lacks(iri)}
        bulk = bulk if sum(map(len, bulk.values())) > LARGE else {}
        rest = checked(self._where, {iri: text for iri, text in graphs.items() if iri not in bulk})
        if bulk:
            names = "".join(f"<{iri}> a {_LOADING} ." for iri in bulk)
            self._open.update(f"INSERT DATA {{ GRAPH {_LOADING} {{ {names} }} }}")
            self._open.flush()
            self._load(bulk)
        if graphs:
            requests = [f"DROP SILENT GRAPH {_LOADING}"] * bool(bulk) + [update(rest)] * bool(rest)
            self._open.update(" ;\n".join(requests))
            self._open.flush()
            self._stored.append(sum(text.count(b"\n") for text in graphs.values() if text))

    def order(self) -> None:
        """Put the files of a dataset in order when much of it was stored in several: queries are faster then, by far in a large one."""
        stored = sum(self._stored)
        several = len(self._stored) > 1 or stored > _ONCE
        if several and stored > _MANY and self.size() < _FRESH * stored:
            self._open.optimize()
        self._stored.clear()

    def _load(self, graphs: Mapping[str, bytes]) -> None:
        """Load graphs that are not there yet; StoreError for what is no N-Triples, and none of them is there then."""
        small = {iri: text for iri, text in graphs.items() if len(text) <= LARGE}
        try:
            if small and not self._loaded_as_quads(small):
                self._loaded_as_quads({iri: text for iri, text in checked(self._where, small).items() if text})
            for iri, text in ((iri, text) for iri, text in graphs.items() if iri not in small):
                try:
                    self._open.bulk_load(text, pyoxigraph.RdfFormat.N_TRIPLES, to_graph=pyoxigraph.NamedNode(iri))
                except SyntaxError as error:
                    raise not_triples(self._where, iri, error) from error
        except StoreError:
            self.recover()
            raise

    def _loaded_as_quads(self, graphs: Mapping[str, bytes]) -> bool:
        """Load graphs that have a triple in each line, which ends as in canonical N-Triples; tell whether all are loaded."""
        if any(_SEVERAL.search(text) for text in graphs.values()):
            return False
        try:
            self._open.bulk_load(io.BufferedReader(_AsQuads(graphs), _READ), pyoxigraph.RdfFormat.N_QUADS)
        except SyntaxError:
            return False
        default = pyoxigraph.DefaultGraph()  # where a triple goes whose line ended in another way
        if next(iter(self._open.quads_for_pattern(None, None, None, default)), None) is None:
            return True
        self._open.clear_graph(default)
        return False

    def _lacks(self, iri: str) -> bool:
        return self._is_empty(pyoxigraph.NamedNode(iri))

    def is_whole(self) -> bool:
        """Tell whether no loading was broken off."""
        return self._is_empty(_LOADING)

    def recover(self) -> None:
        """Take out what a loading that was broken off has left."""
        begun = [quad.subject for quad in self._open.quads_for_pattern(None, None, None, _LOADING)]
        if begun:
            drops = "".join(f" ;\nDROP SILENT GRAPH {each}" for each in begun)
            self._open.update(f"DROP DEFAULT ;\nDROP SILENT GRAPH {_LOADING}{drops}")
            self._open.flush()

    def dump(self, iri: str) -> bytes:
        """Return a graph as N-Triples in no order, empty when there is none of that name."""
        return self._open.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.NamedNode(iri)) or b""

    def backup(self, folder: Path) -> None:
        """Write a copy of the dataset into a new folder, at once where the disk can link files."""
        self._open.backup(str(folder))

    def triples(self, graph: str) -> bytes:
        """Return a graph as sorted N-Triples, as the dump of it has them: no object for each triple."""
        lines = self.dump(graph).split(b"\n")
        return b"".join(line + b"\n" for line in sorted(lines) if line)

    def lines(self, graph: str) -> Iterator[bytes]:
        """Yield a graph's triples; those of a large one go through a temporary file."""
        with tempfile.SpooledTemporaryFile(LARGE, prefix="epargraph-") as file:
            self._open.dump(file, format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.NamedNode(graph))
            file.seek(0)
            yield from (line[:-1] for line in file)

    def size(self) -> int:
        """Return the number of triples in all graphs."""
        return len(self._open)

    def fill(self, other: Oxigraph, graphs: Mapping[str, bytes | None]) -> None:
        """Take the graphs of another dataset over, with those given in the place of its own of that name."""
        kept = [each for each in other._open.named_graphs() if each.value not in graphs]
        self._open.bulk_extend(q for each in kept for q in other._open.quads_for_pattern(None, None, None, each))
        self._load({iri: text for iri, text in graphs.items() if text})
        self._open.flush()
        self._stored.append(self.size())

    def close(self) -> None:
        self._store = None  # Oxigraph closes its files when the last reference goes


class _AsQuads(io.RawIOBase):
    """Graphs, in which each triple ends its line, as a file of N-Quads that is made as it is read."""

    def __init__(self, graphs: Mapping[str, bytes]) -> None:
        self._graphs = iter(graphs.items())
        self._open = io.BytesIO()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        while not (count := self._open.readinto(buffer)):
            graph = next(self._graphs, None)
            if graph is None:
                return 0
            name, triples = graph
            self._open = io.BytesIO(triples.replace(b" .\n", f" <{name}> .\n".encode()))
        return count


def _recover_dataset(folder: Path) -> None:
    Oxigraph(folder, write=True).recover()


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
                self._recover()
                if not write and not (self._folder / "current" / "CURRENT").is_file():
                    raise StoreError(self._where, "nothing was stored here yet", _BUILD)
                self._current = Oxigraph(self._folder / "current", write=write)
                self._archive = Oxigraph(self._folder / "archive", write=write, late=True)
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

    def triples(self, graph: str) -> bytes:
        return self._current.triples(graph)

    def lines(self, graph: str) -> Iterator[bytes]:
        return self._current.lines(graph)

    def archive(self) -> Dataset:
        return self._archive

    def current(self) -> Oxigraph:
        """Return the current graphs; they are closed with the store."""
        return self._current

    def backup(self, folder: Path) -> None:
        """Write a copy of the store into a new folder, which is a store of its own then; StoreError where that fails."""
        with _reported(str(folder)):
            folder.mkdir()
            for name, dataset in (("current", self._current), ("archive", self._archive)):
                if (self._folder / name).exists():  # nothing was ever superseded, else
                    dataset.backup(folder / name)
            shutil.copy(self._folder / MARKER, folder / MARKER)

    def replace(self, graphs: Mapping[str, bytes | None]) -> None:
        self._may_write()
        new = checked(self._where, graphs, bulk=True)
        with _reported(self._where):
            old = {iri: text for iri in new if (text := self._current.dump(iri))}
            superseded = {iri: text for iri, text in old.items() if new[iri] is None}
            self._archive.write(superseded)
            going = sum(text.count(b"\n") for text in old.values())
            try:
                if going > _MANY and self._current.size() < _WORTH * going:
                    self._renew(new)
                else:
                    self._current.write(new)
            except StoreError:  # what was to come is no N-Triples
                self._archive.write(dict.fromkeys(superseded))
                raise
            self._archive.write(dict.fromkeys(set(self._archive.graphs()) & {iri for iri in new if new[iri]}))

    def _renew(self, graphs: Mapping[str, bytes | None]) -> None:
        """Make the current dataset anew with other graphs in it, and put its folder in the place of the old one."""
        current, following, former = (self._folder / name for name in ("current", "next", "former"))
        shutil.rmtree(following, ignore_errors=True)
        renewed = Oxigraph(following, write=True)
        try:
            renewed.fill(self._current, graphs)
            renewed.order()
        finally:
            renewed.close()
        self._current.close()
        current.rename(former)
        following.rename(current)
        shutil.rmtree(former, ignore_errors=True)
        self._current = Oxigraph(current, write=True)

    def _recover(self) -> None:
        """Undo or finish what a process that was killed left half done; StoreError where that may not be written."""
        current, following, former = (self._folder / name for name in ("current", "next", "former"))
        if not current.exists() and following.exists() and former.exists():  # killed between the two names
            self._mending(lambda: following.rename(current))
        if self._write:
            shutil.rmtree(former, ignore_errors=True)
            shutil.rmtree(following, ignore_errors=True)
        for folder in (current, self._folder / "archive"):
            if (folder / "CURRENT").is_file() and not self._is_whole(folder):
                self._mending(partial(_recover_dataset, folder))

    def _is_whole(self, folder: Path) -> bool:
        """Tell whether neither the making of a dataset nor a loading into it was broken off."""
        try:
            return Oxigraph(folder, write=self._write).is_whole()
        except RuntimeError as error:
            if self._write or str(error).startswith("Corruption"):
                raise
            return False  # killed while its files were made; opening it for writing makes the rest

    def _mending(self, mend: Callable[[], object]) -> None:
        """Mend the store as its only user, also where it is opened for reading."""
        if self._write:
            mend()
            return
        self._lock.release()
        with Lock(self._folder, write=True):
            mend()
        self._lock = Lock(self._folder, write=False)

    def shelve(self, graphs: Mapping[str, bytes]) -> None:
        self._may_write()
        self.keep(checked(self._where, graphs))

    def keep(self, graphs: Mapping[str, bytes | None]) -> None:
        """Put superseded graphs into the archive, and take out those that are None."""
        with _reported(self._where):
            self._archive.write(graphs)

    def _may_write(self) -> None:
        if not self._write:
            raise StoreError(self._where, "the store was opened for reading", "open it for writing")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._write:
                with _reported(self._where):
                    self._current.order()
        finally:
            self.close()

    def close(self) -> None:
        self._current.close()
        self._archive.close()
        self._lock.release()
