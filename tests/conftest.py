"""What several tests need: the shared material, and a store built once from the bundled data."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pyoxigraph
import pytest
from hypothesis import settings

from epargraph.build import LINKS, OVERVIEWS, build

settings.register_profile("gate", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))  # "default" looks elsewhere each time

os.environ.pop("COLUMNS", None)  # what runs the tests may set it; tables would be as wide as its terminal

# Where the tests run in the background, Ctrl-C is ignored, and so it would be by the commands that they interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Test material that is not part of the project: it lies beside the checkout, where there is any."""


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Return a function that gives the path of shared material, and skips the test where there is none."""

    def path(name: str) -> Path:
        found = SHARED / name
        if not found.exists():
            pytest.skip(f"needs the shared test material {name}, which lies beside a developer's checkout")
        return found

    return path


@pytest.fixture(scope="session")
def lumykras() -> Path:
    """Return the path of the real overview of Lumykras."""
    return OVERVIEWS / "lumykras-epar-medicine-overview_en.txt"


@pytest.fixture(scope="session")
def built_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store of the bundled data, built once and only for reading."""
    where = tmp_path_factory.mktemp("built") / "store"
    assert not build([OVERVIEWS, LINKS], where).failures
    return where


@pytest.fixture(scope="session")
def sparql_server() -> Callable[..., AbstractContextManager[str]]:
    """Return a function that runs Oxigraph's server on a folder, with further options, and gives its address."""
    return _oxigraph_server


@contextmanager
def _oxigraph_server(folder: Path, *options: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).parent / "oxigraph"
    command = [str(program), "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                with urlopen(f"http://127.0.0.1:{port}/"):
                    break
            except URLError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


REGISTRIES = {
    "wikidata": ("rdf/wikidata_2021_slice.ttl",),
    "mesh": ("rdf/mesh_ema_therapeutic_areas.ttl", "disease/meshrdf_samples.nt"),
    "mondo": ("rdf/mondo_ema_subset.ttl",),
}
"""Real slices of registries, each for a server of its own."""


@pytest.fixture(scope="session")
def registry_files(shared: Callable[[str], Path]) -> Callable[[str], list[Path]]:
    """Return a function that gives the files of a registry's slice."""
    return lambda name: [shared(f"registries/{file}") for file in REGISTRIES[name]]


@pytest.fixture(scope="session")
def registry_server(
    registry_files: Callable[[str], list[Path]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """Return a function that gives the query URL of a real SPARQL server with the slice of a registry, started once."""
    running: dict[str, str] = {}
    with ExitStack() as servers:

        def url(name: str) -> str:
            if name not in running:
                folder = tmp_path_factory.mktemp(name)
                store = pyoxigraph.Store(folder)
                for file in registry_files(name):
                    store.bulk_load(path=file)
                store.flush()
                del store
                running[name] = servers.enter_context(_oxigraph_server(folder)) + "/query"
            return running[name]

        yield url


@pytest.fixture
def variants(tmp_path: Path, lumykras: Path) -> Callable[[int], list[Path]]:
    """Return a function that writes overviews of invented medicines, each with a name and numbers of its own."""

    def write(count: int) -> list[Path]:
        folder = tmp_path / "overviews"
        folder.mkdir(exist_ok=True)
        text = lumykras.read_text("utf-8")
        paths = [folder / f"xyzmed{number:02}.txt" for number in range(count)]
        for number, path in enumerate(paths):
            other = text.replace("Lumykras", f"Xyzmed{chr(97 + number)}").replace(
                "lumykras", f"xyzmed{chr(97 + number)}"
            )
            other = other.replace("685702", f"{100000 + number}").replace("005522", f"{1000 + number:06}")
            path.write_text(other, "utf-8")
        return paths

    return write


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a running SPARQL 1.1 server, a process on this machine."""
    with _oxigraph_server(tmp_path / "served") as url:
        yield url
