"""RDF registries (OWL, SKOS, MeSH) to terms, in passes over the file, so that only what is looked for is held."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from epargraph.errors import SourceError
from epargraph.link.mapping import Fault
from epargraph.link.prefixes import curie, prefix_of
from epargraph.link.terms import PREFIX_KINDS, Term, mesh_kinds

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OBO = "http://www.geneontology.org/formats/oboInOwl#"
_MESH = "http://id.nlm.nih.gov/mesh/vocab#"
_OWL = "http://www.w3.org/2002/07/owl#"
_LABELS = {f"{_RDFS}label", f"{_SKOS}prefLabel", f"{_MESH}prefLabel"}
_EXACT = {f"{_OBO}hasExactSynonym", f"{_SKOS}altLabel", f"{_MESH}altLabel"}
_OTHER = {f"{_OBO}has{scope}Synonym" for scope in ("Related", "Broad", "Narrow")}
_XREFS = {f"{_OBO}hasDbXref", f"{_SKOS}exactMatch"}
_PARTS = {f"{_MESH}{name}" for name in ("concept", "preferredConcept", "term", "preferredTerm")}
_TREE = f"{_MESH}treeNumber"
_FORMATS = {
    "owl": ox.RdfFormat.RDF_XML,
    "rdf": ox.RdfFormat.RDF_XML,
    "xml": ox.RdfFormat.RDF_XML,
    "ttl": ox.RdfFormat.TURTLE,
    "skos": ox.RdfFormat.TURTLE,
    "n3": ox.RdfFormat.N3,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "json": ox.RdfFormat.JSON_LD,
}
_BY_LINE = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
_BLOCK = 1_000_000


@dataclass(slots=True)
class _Told:
    labels: list[str] = field(default_factory=list)
    exact: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    xrefs: list[str] = field(default_factory=list)
    trees: list[str] = field(default_factory=list)
    obsolete: bool = False


def read_rdf(path: Path, wanted: Callable[[str], bool]) -> Iterator[Term | Fault]:
    """Yield the terms of an RDF file that bear a wanted name; faults for lines that can't be read.

    The file is gone through several times: for the names, for the terms that have them as parts (MeSH tells names on
    parts of its descriptors), and for all that is said of those.
    """
    form = _FORMATS.get(path.name.lower().removesuffix(".gz").rpartition(".")[2])
    if form is None:
        raise SourceError(
            str(path), "its form is not known", f"name a file in {', '.join(sorted(_FORMATS))}, obo, tsv or csv"
        )
    if form == ox.RdfFormat.RDF_XML and b"<!DOCTYPE" in _head(path):
        raise SourceError(str(path), "it has a DOCTYPE, whose entities may grow without limit", "convert it to Turtle")
    names = _LABELS | _EXACT | _OTHER
    faults: list[Fault] = []
    found: set[str] = set()
    for subject, predicate, value in _triples(path, form, faults):
        if predicate in names and isinstance(value, ox.Literal) and wanted(value.value):
            found.add(subject)
    yield from faults
    of = {each: each for each in found}
    parts = {each for each in found if curie(each) is None}
    for _ in range(2):  # a term is part of a concept, a concept of a descriptor
        if not parts:
            break
        above: set[str] = set()
        for subject, predicate, value in _triples(path, form, []):
            if predicate in _PARTS and isinstance(value, ox.NamedNode) and value.value in parts:
                above.add(subject)
                of[value.value] = subject
        found |= above
        parts = {each for each in above if curie(each) is None}
    told: dict[str, _Told] = {}
    for subject, predicate, value in _triples(path, form, []):
        if subject in found:
            _tell(told.setdefault(_owner(subject, of), _Told()), predicate, value)
    for iri, each in told.items():
        identifier = curie(iri)
        if identifier is not None and not each.obsolete:
            yield _term(path, identifier, each)


def _owner(subject: str, of: dict[str, str]) -> str:
    """Return the term that a part belongs to; parts that go round in a circle belong to themselves."""
    for _ in range(3):
        above = of.get(subject, subject)
        if above == subject:
            break
        subject = above
    return subject


def _tell(told: _Told, predicate: str, value: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> None:
    if isinstance(value, ox.Literal) and value.language not in (None, "", "en", "en-us", "en-gb"):
        return
    if isinstance(value, ox.NamedNode | ox.Literal):
        if predicate in _XREFS:
            if other := curie(value.value):
                told.xrefs.append(other)
        elif predicate == f"{_OWL}deprecated":
            told.obsolete = value.value == "true"
        elif predicate == _TREE:
            told.trees.append(value.value.rpartition("/")[2])
        elif isinstance(value, ox.Literal):
            for names, group in ((_LABELS, told.labels), (_EXACT, told.exact), (_OTHER, told.other)):
                if predicate in names:
                    group.append(value.value)


def _term(path: Path, identifier: str, told: _Told) -> Term:
    kinds = PREFIX_KINDS.get(prefix_of(identifier), frozenset())
    if told.trees:
        kinds = mesh_kinds("|".join(told.trees))
    label = told.labels[0] if told.labels else ""
    return Term(
        identifier,
        label,
        tuple(dict.fromkeys([*told.labels[1:], *told.exact])),
        tuple(told.other),
        tuple(dict.fromkeys(told.xrefs)),
        kinds,
        path.name,
        scoped=prefix_of(identifier) != "mesh",
    )


_Value = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple


def _triples(path: Path, form: ox.RdfFormat, faults: list[Fault]) -> Iterator[tuple[str, str, _Value]]:
    """Yield the triples of a file; what can't be read is a fault: a line of N-Triples, the rest of another file."""
    with _open(path) as raw:
        if form in _BY_LINE:
            yield from _by_line(path, raw, form, faults)
            return
        quads = ox.parse(raw, format=form)
        try:
            for quad in quads:
                yield str(getattr(quad.subject, "value", "")), quad.predicate.value, quad.object
        except (SyntaxError, ValueError) as error:
            line = error.lineno if isinstance(error, SyntaxError) else None
            faults.append(Fault(path.name, line or 0, f"from here on it can't be read ({error})"))


def _by_line(path: Path, raw: IO[bytes], form: ox.RdfFormat, faults: list[Fault]) -> Iterator[tuple[str, str, _Value]]:
    number = 0
    while block := raw.readlines(_BLOCK):
        try:
            told = [(number, list(ox.parse(b"".join(block), format=form)))]
        except (SyntaxError, ValueError):
            told = []
            for offset, line in enumerate(block, 1):
                try:
                    told.append((number + offset, list(ox.parse(line, format=form))))
                except (SyntaxError, ValueError) as error:
                    faults.append(Fault(path.name, number + offset, str(error)))
        for _, quads in told:
            for quad in quads:
                yield str(getattr(quad.subject, "value", "")), quad.predicate.value, quad.object
        number += len(block)


def _head(path: Path) -> bytes:
    with _open(path) as raw:
        return raw.read(_BLOCK).replace(b"\0", b"")  # UTF-16 too


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(path)) if path.suffix == ".gz" else path.open("rb")
