"""The library: the steps as functions, imported when they are used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import epargraph


def python(code: str) -> str:
    """Return what a fresh Python prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_is_light() -> None:
    """Importing the package loads none of its steps and none of the libraries behind them."""
    code = "import sys, epargraph; print([m for m in sys.modules if m.split('.')[0] in"
    heavy = "('rdflib', 'pyshacl', 'pyoxigraph', 'rich', 'lxml', 'pyld', 'SPARQLWrapper', 'pandas')])"
    assert python(f"{code} {heavy}") == "[]"
    assert python("import sys, epargraph; print([m for m in sys.modules if m.startswith('epargraph.')])") == "[]"


def test_the_command_line_starts_without_rich() -> None:
    """The command line loads rich only when it has something to show with it."""
    assert python("import sys, epargraph.cli; print('rich' in sys.modules)") == "False"


def test_reading_and_asking_load_no_shacl() -> None:
    """Reading, extracting and asking do without rdflib and pySHACL, which are slow to load."""
    code = "import sys; from epargraph import read, extract, to_graph, open_store, query, export; "
    assert python(code + "print([m for m in ('rdflib', 'pyshacl') if m in sys.modules])") == "[]"


@pytest.mark.parametrize("name", epargraph.__all__)
def test_every_name_is_there(name: str) -> None:
    """Each name of the API is a class or function with a docstring, and no module."""
    found = getattr(epargraph, name)
    assert not isinstance(found, ModuleType)
    assert callable(found)
    assert found.__doc__
    assert name in dir(epargraph)


def test_steps_are_functions_whatever_was_imported_before() -> None:
    """A step called like its module stays the function when the module is imported, before or after."""
    code = "import epargraph.read, epargraph; from epargraph.export import FORMATS; print({0}, {1}, callable(epargraph.read))"
    shown = ("epargraph.read.__name__", "epargraph.export.__name__")
    assert python(code.format(*shown)) == "read export True"


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that the package does not have is refused as Python does it."""
    with pytest.raises(AttributeError, match="no attribute 'drug'"):
        _ = epargraph.drug  # type: ignore[attr-defined]


def test_the_whole_line(tmp_path: Path, lumykras: Path) -> None:
    """The functions of the API carry an overview from its file to an answer and an export."""
    document = epargraph.read(lumykras, retrieved="2024-05-01")
    extraction = epargraph.extract(document)
    graph = epargraph.to_graph(extraction, base="https://data.example.org/")
    report = epargraph.validate(graph.triples)
    assert report.conforms
    with epargraph.open_store(tmp_path / "store", write=True) as store:
        store.replace({graph.name: graph.triples})
        answer = epargraph.query(store, "SELECT ?drug WHERE { ?m a epar:Medicine ; epar:name ?drug }")
        assert answer.rows == (("Lumykras",),)
        assert list(answer.to_pandas()["drug"]) == ["Lumykras"]
        assert b"Lumykras" in epargraph.export(store, "ttl", medicine="Lumykras")


def test_errors_share_one_base(tmp_path: Path) -> None:
    """Whatever goes wrong with an input is an EparGraphError that names where, reason and remedy."""
    with pytest.raises(epargraph.EparGraphError) as caught:
        epargraph.read(tmp_path / "nosuch.txt")
    assert (caught.value.reason, caught.value.remedy) == ("there is no such file", "check the name")
