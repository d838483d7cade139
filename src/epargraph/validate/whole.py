"""A graph or a file of RDF to the report on it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from epargraph.errors import SourceError
from epargraph.validate.background import context
from epargraph.validate.core import core
from epargraph.validate.queried import queried
from epargraph.validate.quotes import Quotes
from epargraph.validate.report import Report, Result
from epargraph.vocabulary import EPAR

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SOURCES = (ox.NamedNode(f"{EPAR}Document"), ox.NamedNode(f"{EPAR}Register"))


def validate(triples: bytes) -> Report:
    """Return what the shapes find in a graph of N-Triples; SourceError for what is not well formed."""
    try:
        return _validate([quad.triple for quad in ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)])
    except (SyntaxError, ValueError) as error:
        raise SourceError("graph", f"not N-Triples ({error})", "give the graph as N-Triples in UTF-8") from error


def validate_file(path: Path) -> Report:
    """Return what the shapes find in a file of Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD.

    All graphs of the file are validated as one. SourceError for a file that is missing or not well formed.
    """
    name = str(path)
    remedy = "give a file of RDF, such as .ttl, .nt, .nq or .trig"
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if form is None:
        raise SourceError(name, f"the ending {path.suffix or '(none)'} is not one of RDF", remedy)
    try:
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        if form == ox.RdfFormat.RDF_XML and b"<!DOCTYPE" in data:
            raise SourceError(name, "an RDF/XML file with a DOCTYPE", "take the DOCTYPE out")
        found = list(
            dict.fromkeys(quad.triple for quad in ox.parse(data, format=form, base_iri="https://example.org/"))
        )
    except OSError as error:
        raise SourceError(name, f"can't be read ({error.strerror})", remedy) from error
    except (SyntaxError, ValueError) as error:
        raise SourceError(name, f"not well formed ({error})", "mend the file, or convert it again") from error
    if not found:
        raise SourceError(name, "no triples", remedy)
    if any(isinstance(triple.object, ox.Triple) for triple in found):
        raise SourceError(name, "triples about triples", "write what is said of a triple in another way")
    return _validate(found)


def _validate(data: list[ox.Triple]) -> Report:
    beside = context(data)
    found = {*core(data, beside), *queried(data, beside)}
    quotes = Quotes(data)
    typed = (t.subject for t in data if t.predicate == _TYPE and t.object in _SOURCES)
    documents = {node.value for node in typed if isinstance(node, ox.NamedNode)}
    return Report(tuple(sorted((quotes.added(each) for each in found), key=Result.key)), tuple(sorted(documents)))
