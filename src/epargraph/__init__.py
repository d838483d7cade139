"""A knowledge graph of EU medicine facts, each with the words it was read from.

The steps are functions; each is imported when it is first used:

    document = epargraph.read(Path("overview.pdf"))
    extraction = epargraph.extract(document)
    graph = epargraph.to_graph(extraction)
    report = epargraph.validate(graph.triples)
    with epargraph.open_store("epargraph-store") as store:
        answer = epargraph.query(store, "glossary", medicine="Lumykras")
        turtle = epargraph.export(store, "ttl")
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from epargraph.errors import EparGraphError, FetchError, QueryError, RuleError, SourceError, StoreError, UsageError
    from epargraph.export import export
    from epargraph.extract import Extraction, extract
    from epargraph.graph import to_graph
    from epargraph.kinds import Fact
    from epargraph.model import Document, Evidence, Section, SourceGraph, Span
    from epargraph.queries import Answer, Question
    from epargraph.queries import run as query
    from epargraph.read import read
    from epargraph.stores import Dataset, Store, open_store
    from epargraph.validate import Report, Result, validate

__all__ = [
    "Answer",
    "Dataset",
    "Document",
    "EparGraphError",
    "Evidence",
    "Extraction",
    "Fact",
    "FetchError",
    "QueryError",
    "Question",
    "Report",
    "Result",
    "RuleError",
    "Section",
    "SourceError",
    "SourceGraph",
    "Span",
    "Store",
    "StoreError",
    "UsageError",
    "export",
    "extract",
    "open_store",
    "query",
    "read",
    "to_graph",
    "validate",
]

_FROM = {
    "errors": ("EparGraphError", "FetchError", "QueryError", "RuleError", "SourceError", "StoreError", "UsageError"),
    "export": ("export",),
    "extract": ("Extraction", "extract"),
    "graph": ("to_graph",),
    "kinds": ("Fact",),
    "model": ("Document", "Evidence", "Section", "SourceGraph", "Span"),
    "queries": ("Answer", "Question", "query"),
    "read": ("read",),
    "stores": ("Dataset", "Store", "open_store"),
    "validate": ("Report", "Result", "validate"),
}
_HOME = {name: module for module, names in _FROM.items() for name in names}
_CALLED = {"query": "run"}
"""What is called otherwise in its module."""


class _Package(ModuleType):
    """The package: its functions come when they are asked for, also those that are called like their module."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in _HOME):  # importing epargraph.read leaves read the function
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{_HOME[name]}"), _CALLED.get(name, name))
        setattr(self, name, found)
        return found

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Package
