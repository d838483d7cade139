"""The store behind a URL: any SPARQL 1.1 server, with the archive in a local folder."""
# ruff: noqa: D102 -- what the methods promise stands in base.py

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyoxigraph

from epargraph.credentials import NAME, from_environment
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
)
from epargraph.stores.embedded import Embedded, Oxigraph
from epargraph.stores.switch import AT_ONCE, OWN, Switch

# Each graph of the sample that the default graph lacks shows that the default graph is not the union.
_NOT_UNION = """ASK { { SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 500 } FILTER NOT EXISTS { ?s ?p ?o } }"""
_WANTED_GRAPH = f"{N_TRIPLES}, text/turtle;q=0.5, application/rdf+xml;q=0.3"

UNION = "union"
"""The word for a default graph that is the union of all graphs, as the server has it."""

_SERVERS_OWN = (
    OWN,
    "http://www.openlinksw.com/schemas/",
    "http://localuriqaserver/",
    "http://www.w3.org/ns/ldp#",
    "http://www.w3.org/2002/07/owl#",
    "urn:core:services:",
    "urn:rules.virtuoso",
    "urn:activitystreams-owl:",
)
"""What the names of graphs begin with that servers keep for themselves, and that we do while we write."""

_NOWHERE = f"{OWN}nothing"
_LARGEST = 1 << 30
"""Bytes of N-Triples that are sent at once where what is staged would be seen."""
_PATIENCE = 20.0
_PAUSE = 0.25
_LISTED = 60.0
"""Seconds for which the graphs that a server had are taken for those that it has; listing them may take longer than a question."""


def archive_folder(name: str = NAME) -> Path:
    """Return the folder for what a server's store keeps here, its archive first of all: what NAME_ARCHIVE names."""
    return Path(os.environ.get(f"{name}_ARCHIVE") or os.environ.get("EPARGRAPH_ARCHIVE") or "epargraph-archive")


class Endpoint(Store):
    """A SPARQL 1.1 server; `deadline` is in seconds and for one request with all its repeats.

    Who asks, and the archive's folder, are taken from the environment's variables whose names begin with `name`.
    """

    def __init__(
        self,
        url: str,
        *,
        write: bool = False,
        archive: str | Path | None = None,
        deadline: float = 120.0,
        default_graph: str | None = None,
        name: str = NAME,
    ) -> None:
        self._server = server(url, credentials=from_environment(name), deadline=deadline)
        self._where = self._server.query_url
        self._write = write
        self._folder = Path(archive) if archive else archive_folder(name)
        self._default_graph = default_graph or os.environ.get("EPARGRAPH_DEFAULT_GRAPH") or None
        self._old: Embedded | None = None
        self._dataset: Sequence[str] | None = None
        self._listed = 0.0
        self._switch = Switch(self._where, self._update, self._is_so, self._counts, self._all_graphs, self._column)
        if write:
            self._ask("ASK {}")  # a server that does not answer is better known before the work than after it
            if self._switch.pending():
                self._switch.finish()

    def query(self, text: str, *, accept: str | None = None) -> bytes:
        sparql.check(text)
        wanted = media_type(self._where, text, accept)
        text = sparql.with_prefixes(text)
        default, named = ((), ()) if sparql.names_dataset(text) else self._dataset_of(text)
        if wanted in GRAPHS:
            got, body = request(self._server, text, accept=_WANTED_GRAPH, graphs=default, named=named)
            return serialised_triples(self._triples_in(got, body), wanted)
        _, body = request(self._server, text, accept=JSON, graphs=default, named=named)
        return self._reserialised(body, wanted)

    def graphs(self) -> list[str]:
        return [graph for graph in self._all_graphs() if not graph.startswith(_SERVERS_OWN)]

    def triples(self, graph: str) -> bytes:
        self._dataset_of("")  # waits while graphs are being put in their places
        # Named by the query alone: the graph may have come since the graphs were listed.
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {pyoxigraph.NamedNode(graph)} {{ ?s ?p ?o }} }}"
        got, body = request(self._server, text, accept=_WANTED_GRAPH)
        return serialised_triples(self._triples_in(got, body), N_TRIPLES)

    def replace(self, graphs: Mapping[str, bytes | None]) -> None:
        if not self._write:
            raise StoreError(self._where, "the store was opened for reading", "open it for writing")
        new = checked(self._where, graphs)
        if not new:
            return
        with self._writing_archive() as archive:
            archive.keep({iri: old for iri, text in new.items() if text is None and (old := self.triples(iri))})
            # Where the default graph is always the union, what is staged would be seen in it.
            self._switch.put(new, at_once=_LARGEST if self._shows_all() else AT_ONCE)
            archive.keep(dict.fromkeys(set(archive.archive().graphs()) & {iri for iri in new if new[iri]}))
        self._dataset = None

    def shelve(self, graphs: Mapping[str, bytes]) -> None:
        with self._writing_archive() as archive:
            archive.shelve(graphs)

    def archive(self) -> Dataset:
        if not self._folder.exists():
            return Oxigraph()
        if self._old is None:
            self._old = self._opened(write=False)
        return self._old.archive()

    def close(self) -> None:
        self._close_archive()

    def _writing_archive(self) -> Embedded:
        self._close_archive()
        return self._opened(write=True)

    def _opened(self, *, write: bool) -> Embedded:
        try:
            return Embedded(self._folder, write=write)
        except StoreError as error:
            remedy = f"{error.remedy}, or name another folder for what is superseded by {NAME}_ARCHIVE"
            raise StoreError(error.where, error.reason, remedy) from error

    def _close_archive(self) -> None:
        if self._old is not None:
            self._old.close()
            self._old = None

    @property
    def caution(self) -> str:  # type: ignore[override]  # asked of the server
        return self._switch.caution

    def watch(self, told: Callable[[int, int], None]) -> None:
        self._switch.told = told

    def _update(self, text: str) -> None:
        request(self._server, text, kind="update")

    def _ask(self, text: str) -> bytes:
        """Return the answer as JSON, over the server's dataset as it is."""
        return self._reserialised(request(self._server, text, accept=JSON)[1], JSON)

    def _is_so(self, text: str) -> bool:
        return bool(json.loads(self._ask(text))["boolean"])

    def _column(self, text: str) -> list[str]:
        answer = json.loads(self._ask(text))
        (name,) = answer["head"]["vars"]
        return [str(row[name]["value"]) for row in answer["results"]["bindings"]]

    def _counts(self, graphs: Sequence[str]) -> dict[str, int]:
        """Return the numbers of triples of these graphs."""
        names = ", ".join(f"<{each}>" for each in graphs)
        text = f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (?g IN ({names})) }} GROUP BY ?g"
        if len(graphs) == 1:  # where the graph is named outright no server looks through all
            text = f"SELECT (<{graphs[0]}> AS ?g) (COUNT(*) AS ?n) WHERE {{ GRAPH <{graphs[0]}> {{ ?s ?p ?o }} }}"
        rows = json.loads(self._ask(text))["results"]["bindings"]
        return {**dict.fromkeys(graphs, 0), **{str(row["g"]["value"]): int(row["n"]["value"]) for row in rows}}

    def _all_graphs(self) -> list[str]:
        return graphs_of(self._ask)

    def _shows_all(self) -> bool:
        """Tell whether every graph is seen in the default graph at once; where there is none to tell it by, one is tried."""
        if self._default_graph is not None:
            return True
        graphs = self._all_graphs()
        return self._is_union(graphs) if graphs else self._switch.shows_all()

    def _is_union(self, graphs: Sequence[str]) -> bool:
        """Tell whether the server's default graph is the union of our graphs and nothing else, given all that it has."""
        return not any(each.startswith(_SERVERS_OWN) for each in graphs) and not self._is_so(_NOT_UNION)

    def _dataset_of(self, text: str) -> tuple[Sequence[str], Sequence[str]]:
        """Return the graphs to name in a request: its default graphs, and those that GRAPH is to find.

        None are named where the server's default graph is the union already. Waits while graphs are being put in their
        places; StoreError where that does not end.
        """
        if self._dataset is None or time.monotonic() > self._listed + _LISTED:
            self._listed = time.monotonic()
            until = self._listed + _PATIENCE
            while self._switch.pending():
                if time.monotonic() > until:
                    reason = "graphs are being put in their places, or that broke off"
                    raise StoreError(self._where, reason, "`epargraph build` with this store finishes it")
                time.sleep(_PAUSE)
            graphs = () if self._default_graph == UNION else self._all_graphs()
            union = self._default_graph == UNION or (self._default_graph is None and self._is_union(graphs))
            if self._default_graph is not None:
                self._see_that_it_is_there(self._default_graph)
            ours = [each for each in graphs if not each.startswith(_SERVERS_OWN)]
            self._dataset = () if union else ours or (_NOWHERE,)
        if not self._dataset:
            return (), ()
        named = self._dataset if any(word.upper() == "GRAPH" for word, _ in sparql.words(text)) else ()
        return (self._default_graph,) if self._default_graph else self._dataset, named

    def _see_that_it_is_there(self, default_graph: str) -> None:
        """StoreError where the default graph that is named is empty, but the server's graphs are not."""
        try:
            named = () if default_graph == UNION else (pyoxigraph.NamedNode(default_graph).value,)
        except ValueError as error:
            reason = "it is neither an IRI nor the word union"
            raise StoreError(
                f"--default-graph {default_graph}", reason, "name the server's union of all graphs"
            ) from error
        _, body = request(self._server, "ASK { ?s ?p ?o }", accept=JSON, graphs=named)
        if not json.loads(self._reserialised(body, JSON))["boolean"] and self._is_so("ASK { GRAPH ?g { ?s ?p ?o } }"):
            reason = f"by {self._where} it is empty, though there are graphs: it is not their union"
            remedy = "leave the option out, or set the server so that its default graph is the union"
            raise StoreError(f"--default-graph {default_graph}", reason, remedy)

    def _reserialised(self, body: bytes, accept: str) -> bytes:
        """Parse the whole answer and write it anew: one that does not parse was cut off, or is no answer at all."""
        try:
            result = pyoxigraph.parse_query_results(_in_words_of_the_standard(body), format=RESULTS[JSON])
            return serialised(result, accept)
        except (SyntaxError, UnicodeDecodeError) as error:
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

    def _unreadable(self, body: bytes, error: Exception) -> StoreError:
        if body.lstrip()[:1] == b"<" and b"<html" in body[:2000].lower():
            return StoreError(self._where, "a web page came back, not a result", "name the server's SPARQL query URL")
        return StoreError(
            self._where, f"the answer is cut off or no SPARQL result ({error})", "ask for less, or try again"
        )


def _in_words_of_the_standard(body: bytes) -> bytes:
    """Return a JSON result as the standard wants it where it tells truth values by 1 and 0.

    >>> _in_words_of_the_standard(b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[{"__ASK_RETVAL":{"value":"1"}}]}}')
    b'{"head": {}, "boolean": true}'
    """
    if b'"__ASK_RETVAL"' not in body and b'XMLSchema#boolean"' not in body:
        return body
    try:
        told = json.loads(body)
        rows = told["results"]["bindings"]
    except (ValueError, KeyError, TypeError):
        return body
    if told["head"]["vars"] == ["__ASK_RETVAL"]:
        said = bool(rows) and rows[0]["__ASK_RETVAL"]["value"] in ("1", "true")
        return json.dumps({"head": {}, "boolean": said}).encode()
    for term in (term for row in rows for term in row.values() if term.get("datatype", "").endswith("#boolean")):
        term["value"] = {"1": "true", "0": "false"}.get(term["value"], term["value"])
    return json.dumps(told).encode()
