"""A Dask cluster as the executor of a build: a real scheduler and two real worker processes on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from epargraph.build import build
from epargraph.build.cluster import dask_executor
from epargraph.export import export
from epargraph.stores import open_store

BIN = Path(sys.executable).parent
ENVIRONMENT = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}


class Cluster:
    """A scheduler and two workers, each a process."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", self.file)
        for _ in range(300):
            if self.file.exists() and self.file.read_text():
                break
            time.sleep(0.1)
        self.workers = [
            self._start("worker", "--no-nanny", "--no-dashboard", "--nthreads", "1", "--scheduler-file", self.file)
            for _ in range(2)
        ]

    def _start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        command = [str(BIN / "dask"), *map(str, arguments)]
        process = subprocess.Popen(
            command, cwd=self.file.parent, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.processes.append(process)
        return process

    def url(self) -> str:
        """Return the scheduler's address, once both workers are there."""
        from distributed import Client

        with Client(scheduler_file=str(self.file), timeout=60) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=60)
            return str(client.scheduler.address)

    def end(self) -> None:
        """End all processes."""
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Yield a running cluster."""
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield started
    finally:
        started.end()


def run(store: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a build as a user does."""
    command = [str(BIN / "epargraph"), "build", "--store", str(store), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def exported(where: Path) -> bytes:
    """Return the whole graph of a store."""
    with open_store(where) as store:
        return export(store, "nq")


def test_a_cluster_builds_what_one_process_does(
    cluster: Cluster, tmp_path: Path, variants: Callable[[int], list[Path]]
) -> None:
    """Six files and that is none, read by the workers of a cluster: the same graph, and the bad file is told."""
    paths = variants(6)
    (paths[0].parent / "bad.txt").write_text("", "utf-8")
    ended = run(tmp_path / "cluster", paths[0].parent, "--executor", "dask", "--scheduler", cluster.url())
    assert ended.returncode == 2, ended.stderr
    assert "bad.txt" in ended.stderr
    assert "Built 6 documents" in ended.stdout
    build(paths, tmp_path / "here")
    assert exported(tmp_path / "cluster") == exported(tmp_path / "here")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--executor", "dask"], "it goes with --scheduler"),
        (["--scheduler", "tcp://127.0.0.1:1"], "it goes with --scheduler"),
        (["--executor", "dask", "--scheduler", "tcp://127.0.0.1:1"], "no scheduler answers"),
        (["--executor", "dask", "--scheduler", "nonsense://x"], "no scheduler answers"),
    ],
)
def test_a_cluster_that_is_none_is_told(tmp_path: Path, arguments: list[str], message: str) -> None:
    """A missing or wrong address is one line and status 2, and no store is made."""
    ended = run(tmp_path / "store", *arguments)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert not (tmp_path / "store").exists()


def test_a_build_goes_on_when_the_cluster_dies(tmp_path: Path, variants: Callable[[int], list[Path]]) -> None:
    """A scheduler and workers that are killed in the middle of a build lose nothing: the rest is read here."""
    paths = variants(5)
    cluster = Cluster(tmp_path)

    def kill(done: int, total: int, name: str) -> None:
        cluster.end()

    try:
        with dask_executor(cluster.url()) as executor:
            built = build(paths, tmp_path / "store", executor=executor, progress=kill)
    finally:
        cluster.end()
    assert [source.state for source in built.sources] == ["new"] * 5
    build(paths, tmp_path / "here")
    assert exported(tmp_path / "store") == exported(tmp_path / "here")
