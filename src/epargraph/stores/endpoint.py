"""The store behind a URL: any SPARQL 1.1 server, with the archive in a local folder."""
# ruff: noqa: D102 -- what the methods promise stands in base.py

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph

from epargraph.errors import StoreError
from epargraph.remote import request, server
from epargraph.stores import sparql
from epargraph.stores.base import (
    GRAPHS,
    JSON,
    N_TRIPLES,
    RESULTS,
    Dataset,
    Store,
    checked,
    graphs_of,
    media_type,
    serialised,
    serialised_triples,
    update,
)
from epargraph.stores.embedded import Embedded, Oxigraph

# Each graph of the sample that the default graph lacks shows that the default graph is not the union.
_NOT_UNION = """ASK { { SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 500 } FILTER NOT EXISTS { ?s ?p ?o } }"""
_WANTED_GRAPH = f"{N_TRIPLES}, text/turtle;q=0.5, application/rdf+xml;q=0.3"


class Endpoint(Store):
    """A SPARQL 1.1 server; `deadline` is in seconds and for one request with all its repeats."""

    def __init__(
        self, url: str, *, write: bool = False, archive: str | Path | None = None, deadline: float = 120.0
    ) -> None:
        self._server = server(url, deadline=deadline)
        self._where = self._server.query_url
        self._write = write
        self._folder = Path(archive or os.environ.get("EPARGRAPH_ARCHIVE") or "epargraph-archive")
        self._old: Embedded | None = None
        self._dataset: list[str] | None = None
        if write:
            self._ask("ASK {}")  # a server that does not answer is better known before the work than after it

    def query(self, text: str, *, accept: str | None = None) -> bytes:
        sparql.check(text)
        wanted = media_type(self._where, text, accept)
        text = sparql.with_prefixes(text)
        graphs = () if sparql.names_dataset(text) else self._graphs_for_union()
        if wanted in GRAPHS:
            got, body = request(self._server, text, accept=_WANTED_GRAPH, graphs=graphs)
            return serialised_triples(self._triples_in(got, body), wanted)
        _, body = request(self._server, text, accept=JSON, graphs=graphs)
        return self._reserialised(body, wanted)

    def graphs(self) -> list[str]:
        return graphs_of(self._ask)

    def replace(self, graphs: Mapping[str, bytes | None]) -> None:
        if not self._write:
            raise StoreError(self._where, "the store was opened for reading", "open it for writing")
        new = checked(self._where, graphs)
        if not new:
            return
        self._close_archive()
        with Embedded(self._folder, write=True) as archive:
            archive.keep({iri: old for iri, text in new.items() if text is None and (old := self.triples(iri))})
            request(self._server, update(new), kind="update")
            archive.keep(dict.fromkeys(set(archive.archive().graphs()) & {iri for iri in new if new[iri]}))
        self._dataset = None

    def shelve(self, graphs: Mapping[str, bytes]) -> None:
        self._close_archive()
        with Embedded(self._folder, write=True) as archive:
            archive.shelve(graphs)

    def archive(self) -> Dataset:
        if not self._folder.exists():
            return Oxigraph()
        if self._old is None:
            self._old = Embedded(self._folder)
        return self._old.archive()

    def close(self) -> None:
        self._close_archive()

    def _close_archive(self) -> None:
        if self._old is not None:
            self._old.close()
            self._old = None

    def _ask(self, text: str) -> bytes:
        """Return the answer as JSON, over the server's dataset as it is."""
        return self._reserialised(request(self._server, text, accept=JSON)[1], JSON)

    def _graphs_for_union(self) -> list[str]:
        """Return the graphs to name in a request: none where the server's default graph is the union already."""
        if self._dataset is None:
            not_union = b"true" in self._ask(_NOT_UNION)
            self._dataset = self.graphs() if not_union else []
        return self._dataset

    def _reserialised(self, body: bytes, accept: str) -> bytes:
        """Parse the whole answer and write it anew: one that does not parse was cut off, or is no answer at all."""
        try:
            result = pyoxigraph.parse_query_results(body, format=RESULTS[JSON])
            return serialised(result, accept)
        except SyntaxError as error:
            raise self._unreadable(body, error) from error

    def _triples_in(self, got: str, body: bytes) -> list[pyoxigraph.Triple]:
        form = pyoxigraph.RdfFormat.from_media_type(got)
        try:
            if form is None:
                raise SyntaxError(f"the type is {got}")
            if b"<!DOCTYPE" in body[:1000]:
                raise SyntaxError("it has a DOCTYPE")
            return [quad.triple for quad in pyoxigraph.parse(body, format=form)]
        except SyntaxError as error:
            raise self._unreadable(body, error) from error

    def _unreadable(self, body: bytes, error: SyntaxError) -> StoreError:
        if body.lstrip()[:1] == b"<" and b"<html" in body[:2000].lower():
            return StoreError(self._where, "a web page came back, not a result", "name the server's SPARQL query URL")
        return StoreError(
            self._where, f"the answer is cut off or no SPARQL result ({error})", "ask for less, or try again"
        )
