"""The ladder of the modules: each step imports only from the steps above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import epargraph

LADDER = (
    "errors",
    "patience",
    "credentials",
    "remote",
    "locking",
    "processes",
    "resources",
    "vocabulary",
    "documentation",
    "model",
    "tables",
    "kinds",
    "patterns",
    "values",
    "frequency",
    "read",
    "fetch",
    "rules",
    "extract",
    "graph",
    "link",
    "validate",
    "stores",
    "lookup",
    "federation",
    "queries",
    "export",
    "sources",
    "publish",
    "changes",
    "reconcile",
    "review",
    "build",
    "serve",
    "cli",
)
"""The modules, or packages of the same name, in the order in which the data flow."""

PACKAGE = Path(epargraph.__file__).parent
FILES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"
}
"""Each module's file by its name within the package."""


def imported(source: str) -> Iterator[str]:
    """Yield the names within the package that a source imports, those for type checking too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[2] for name in node.names if name.name.startswith("epargraph."))
        elif isinstance(node, ast.ImportFrom) and node.module == "epargraph":
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("epargraph."):
            parent = (node.module or "").partition(".")[2]
            yield from (f"{parent}.{name.name}" if f"{parent}.{name.name}" in FILES else parent for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"


def step(module: str) -> str:
    return module.partition(".")[0]


def test_the_ladder_has_every_module() -> None:
    """Each module of the package has its rung, and each rung its module."""
    assert {step(module) for module in FILES} == set(LADDER)


@pytest.mark.parametrize("module", FILES)
def test_a_module_imports_only_from_above(module: str) -> None:
    """A module's imports stand on rungs above its own, or in its own package."""
    above = LADDER[: LADDER.index(step(module))]
    for name in imported(FILES[module].read_text("utf-8")):
        assert step(name) in above or step(name) == step(module), f"{module} imports {name}"


def test_no_package_imports_in_a_circle() -> None:
    """Within a package too, no module needs itself by way of others."""
    needs = {name: set(imported(path.read_text("utf-8"))) & FILES.keys() - {name} for name, path in FILES.items()}
    while free := [name for name, on in needs.items() if not on & needs.keys()]:
        for name in free:
            del needs[name]
    assert not needs


def test_an_import_from_below_is_seen() -> None:
    """The reader of imports finds each form of an import, inside functions and for type checking too."""
    source = """
import epargraph.graph
from epargraph import kinds
from epargraph.stores.sparql import check
def f():
    from epargraph.cli import main
"""
    assert sorted(imported(source)) == ["cli", "graph", "kinds", "stores.sparql"]
