"""A release of the bundled data, written once."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Triple, parse

from epargraph.build import LINKS, OVERVIEWS, REGISTER, build
from epargraph.publish import imprint, publish
from epargraph.stores import open_store

DAY = "2026-11-26"


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store of all bundled data: overview, register and links."""
    where = tmp_path_factory.mktemp("publish") / "store"
    assert not build([OVERVIEWS, LINKS, REGISTER], where).failures
    return where


@pytest.fixture(scope="session")
def released(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a release of it."""
    where = tmp_path_factory.mktemp("released") / "release"
    with open_store(stored) as store:
        publish(store, where, imprint(store, issued=DAY))
    return where


@pytest.fixture(scope="session")
def quads(released: Path) -> list[Quad]:
    """Return the quads of the release."""
    return list(parse(gzip.decompress((released / "data/epargraph.nq.gz").read_bytes()), format=RdfFormat.N_QUADS))


@pytest.fixture(scope="session")
def union(quads: list[Quad]) -> set[Triple]:
    """Return the triples of all its graphs."""
    return {each.triple for each in quads}


@pytest.fixture(scope="session")
def shaped() -> Callable[[Path, str], str]:
    """Return a function that gives what pySHACL finds in a Turtle file against shapes, empty for nothing."""
    import pyshacl
    from rdflib import Graph

    shapes = Path(__file__).with_name("shapes")

    def report(path: Path, name: str) -> str:
        data = Graph().parse(path, format="turtle")
        conforms, _, text = pyshacl.validate(data, shacl_graph=Graph().parse(shapes / name, format="turtle"))
        return "" if conforms else str(text)

    return report
