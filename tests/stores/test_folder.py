"""The store in a folder: locks, kills, full disks, and what is no store."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from epargraph.errors import StoreError
from epargraph.stores import Embedded, Store, open_store

G1, G2 = "https://example.org/graph/1", "https://example.org/graph/2"
ONE = b'<https://example.org/a> <https://example.org/p> "one" .\n'
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def count(store: Store) -> int:
    return int(store.query(COUNT, accept="text/csv").decode().split()[1])


def test_a_backup_is_a_store_of_its_own(tmp_path: Path) -> None:
    """A store that is opened for reading is copied with its archive; what is written later is not in the copy."""
    with open_store(tmp_path / "store", write=True) as store:
        store.replace({G1: ONE})
        store.replace({G1: None, G2: ONE})
    with open_store(tmp_path / "store") as store:
        assert isinstance(store, Embedded)
        store.backup(tmp_path / "copy")
    with open_store(tmp_path / "store", write=True) as store:
        store.replace({G2: None})
    with open_store(tmp_path / "copy") as copy:
        assert (copy.graphs(), copy.archive().graphs()) == ([G2], [G1])


def test_a_missing_store_says_how_to_build_one(tmp_path: Path) -> None:
    """Reading where nothing was built names the remedy, and makes no folder."""
    with pytest.raises(StoreError, match="there is no store here; run `epargraph build` first"):
        open_store(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_store_is_left_alone(tmp_path: Path) -> None:
    """A file, and a folder of something else, are refused and not touched."""
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_text("mine")
    folder.mkdir()
    with pytest.raises(StoreError, match="this folder is not a store; run"):
        open_store(folder)
    (folder / "thesis.txt").write_text("mine")
    for write in (False, True):
        with pytest.raises(StoreError, match="this is a file, not the folder of a store"):
            open_store(file, write=write)
        with pytest.raises(StoreError, match="this folder is not a store"):
            open_store(folder, write=write)
        with pytest.raises(StoreError, match="Not a directory"):
            open_store(file / "below", write=True)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_another_format_is_refused(tmp_path: Path) -> None:
    """A store of another layout is not touched."""
    open_store(tmp_path / "s", write=True).close()
    (tmp_path / "s" / "epargraph.store").write_text("epargraph store, format 2\n")
    with pytest.raises(StoreError, match="another version of epargraph made this store"):
        open_store(tmp_path / "s", write=True)


def test_a_store_that_was_never_filled_says_so(tmp_path: Path) -> None:
    """A first build that broke off before it stored anything leaves a folder that reads as not built."""
    open_store(tmp_path / "s", write=True).close()
    with open_store(tmp_path / "s") as store:
        assert store.graphs() == []
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "epargraph.store").touch()
    with pytest.raises(StoreError, match="nothing was stored here yet; run `epargraph build`"):
        open_store(tmp_path / "t")


CHILD = """
import sys
from epargraph.stores import open_store
store = open_store(sys.argv[1], write=sys.argv[2] == "write")
print("open", flush=True)
if sys.argv[2] == "write":
    sys.stdin.readline()
    version = 0
    while True:
        version += 1
        line = '<https://example.org/{0}> <https://example.org/version> "%d" .\\n' % version
        print(version, flush=True)
        store.replace({"https://example.org/graph/%d" % (version - 1): None,
                       "https://example.org/graph/%d" % version: "".join(map(line.format, range(3000))).encode()})
sys.stdin.readline()
"""


@contextmanager
def other_process(where: Path, mode: str) -> Iterator[subprocess.Popen[str]]:
    source = Path(__file__).parent.parent / "src"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(source), *sys.path])}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(where), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


def test_while_one_process_writes_others_are_told_so(tmp_path: Path) -> None:
    """Beside a writer in another process all get one clear line; once it is killed the store is free."""
    where = tmp_path / "store"
    with other_process(where, "write"):
        for write in (False, True):
            with pytest.raises(StoreError, match="the store is being written by another process; wait and try again"):
                open_store(where, write=write)
    open_store(where, write=True).close()


def test_many_read_at_once_and_a_writer_waits_for_them(tmp_path: Path) -> None:
    """Readers don't keep each other out; a writer beside a reader is told that the store is being read."""
    where = tmp_path / "store"
    with open_store(where, write=True) as store:
        store.replace({G1: ONE})
    with other_process(where, "read"):
        with open_store(where) as store:
            assert count(store) == 1
        with pytest.raises(StoreError, match="the store is being read by another process; wait and try again"):
            open_store(where, write=True)


def test_a_killed_build_leaves_a_whole_version(tmp_path: Path) -> None:
    """After SIGKILL in mid-write the store holds one version, whole, and the archive every one before it."""
    where = tmp_path / "store"
    chance = random.Random(5522)
    for _ in range(4):
        with other_process(where, "write") as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("go\n")
            process.stdin.flush()
            process.stdout.readline()
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
            process.wait()
        with open_store(where) as store:
            (graph,) = store.graphs()
            version = graph.rpartition("/")[2]
            rows = store.query("SELECT ?v (COUNT(?s) AS ?n) WHERE { ?s ?p ?v } GROUP BY ?v", accept="text/csv")
            assert rows.decode().split() == ["v,n", f"{version},3000"]
            for older in set(store.archive().graphs()) - {graph}:
                assert store.archive().triples(older).count(b"\n") == 3000
        with open_store(where, write=True) as store:
            store.replace(dict.fromkeys(store.graphs()))


MAKING = """
import sys
from epargraph.stores import embedded, open_store
made = embedded.Oxigraph
def making(folder, **options):
    print(flush=True)
    return made(folder, **options)
embedded.Oxigraph = making
open_store(sys.argv[1], write=True)
"""


def test_a_store_killed_while_it_was_made_opens(tmp_path: Path) -> None:
    """After SIGKILL while the files of a new store were made, it says that it is empty or opens, and can be written."""
    chance = random.Random(1306)
    for number in range(25):
        where = tmp_path / str(number)
        with subprocess.Popen([sys.executable, "-c", MAKING, where], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.01, 0.08))
            process.kill()
        with suppress(StoreError), open_store(where) as store:
            assert store.graphs() == []
        with open_store(where, write=True) as store:
            store.replace({G1: ONE})
            assert store.graphs() == [G1]


def test_damaged_files_are_told(tmp_path: Path) -> None:
    """A store of which a file was cut off is refused in one line that says what to do."""
    where = tmp_path / "store"
    with open_store(where, write=True) as store:
        store.replace({G1: ONE})
    for file in (where / "current").glob("*.sst"):
        os.truncate(file, 100)
    with pytest.raises(
        StoreError, match=r"store: its files are damaged \(.*\); put back a copy of the folder, or move it away"
    ):
        open_store(where)


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """When the disk takes no more, the error names the store and what it held stays."""
    resource = pytest.importorskip("resource")
    where = tmp_path / "store"
    with open_store(where, write=True) as store:
        store.replace({G1: ONE})
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    big = b"".join(b'<https://example.org/%d> <https://example.org/p> "value %d" .\n' % (i, i) for i in range(20_000))
    store = open_store(where, write=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limit[1]))
    try:
        with pytest.raises(StoreError, match="check the disk's space"):
            store.replace({G1: None, G2: big})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        store.close()
    with open_store(where, write=True) as store:
        assert store.triples(G1) == ONE
        assert store.graphs() == [G1]


def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    """A store that may not be written gives an error, not a traceback."""
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="permission denied; change the folder's permissions"):
        open_store(tmp_path / "store", write=True)


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """A query after closing is an error, closing twice is none."""
    store = open_store(tmp_path / "store", write=True)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="the store is closed; open it again"):
        store.query(COUNT)
