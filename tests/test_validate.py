"""The shapes, each with kept and broken examples, and the report that they give."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from epargraph import extract, read, to_graph
from epargraph.errors import SourceError
from epargraph.resources import DATA, ONTOLOGY
from epargraph.validate import Report, Result, queries, validate, validate_file

SHAPES = Path(__file__).parent / "shapes"
SHAPE = "https://w3id.org/epargraph/shapes/"
SH = "http://www.w3.org/ns/shacl#"
PREFIXES = {
    "ex:": "https://example.org/",
    "epar:": "https://w3id.org/epargraph/ontology#",
    "code:": "https://w3id.org/epargraph/codes/",
    "oa:": "http://www.w3.org/ns/oa#",
    "prov:": "http://www.w3.org/ns/prov#",
    "rdfs:": "http://www.w3.org/2000/01/rdf-schema#",
    "dcterms:": "http://purl.org/dc/terms/",
    "xsd:": "http://www.w3.org/2001/XMLSchema#",
}
LUMYKRAS = DATA / "overviews" / "lumykras-epar-medicine-overview_en.txt"


@dataclass(frozen=True, slots=True)
class Case:
    """A change (SPARQL update) of the kept document, and what the shapes then find, line by line."""

    shape: str
    change: str
    finds: tuple[str, ...]


def cases(kind: str) -> Iterator[Case]:
    for path in sorted(SHAPES.glob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8")).get(kind, ()):
            yield Case(case["shape"], case["change"], tuple(case["finds"]))


KEPT, BROKEN = tuple(cases("kept")), tuple(cases("broken"))


def named(each: Iterable[Case]) -> list[str]:
    return [case.shape for case in each]


def changed(*changes: str) -> bytes:
    """Return the kept document with the changes, as sorted N-Triples."""
    store = ox.Store()
    store.load(path=SHAPES / "kept.ttl", format=ox.RdfFormat.TURTLE)
    for change in changes:
        store.update("".join(f"PREFIX {prefix} <{iri}>\n" for prefix, iri in PREFIXES.items()) + change)
    return b"".join(sorted(f"{quad.triple} .\n".encode() for quad in store))


def short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return prefix + iri.removeprefix(namespace)
    return iri


def line(result: Result) -> str:
    place = f"{short(result.focus)} {short(result.path) if result.path else '-'}"
    quotes = "".join(f" “{quote}”" for quote in result.quotes)
    return f"{result.severity} {result.shape.removeprefix(SHAPE)} {place}: {result.message}{quotes}"


@cache
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in ("shapes.ttl", "advice.ttl"):
        graph.parse(ONTOLOGY / file)
    return graph


def constraining() -> set[str]:
    """Return the shapes that constrain something themselves: property shapes, and node shapes with a query."""
    sh = rdflib.Namespace(SH)
    graph = shapes()
    found = set(graph.subjects(rdflib.RDF.type, sh.PropertyShape)) | set(graph.subjects(sh.sparql))
    return {str(shape).removeprefix(SHAPE) for shape in found}


def test_the_kept_document_has_nothing_to_find() -> None:
    """A document that states every field of every kind keeps every shape."""
    assert validate(changed()).results == ()


@pytest.mark.parametrize("case", BROKEN, ids=named(BROKEN))
def test_a_broken_document_is_found(case: Case) -> None:
    """A broken example gives exactly the messages that stand beside it, its own shape's among them."""
    found = [line(result) for result in validate(changed(case.change)).results]
    assert found == list(case.finds)
    assert any(each.split()[1] == case.shape for each in found)


@pytest.mark.parametrize("case", KEPT, ids=named(KEPT))
def test_a_document_near_the_limit_is_kept(case: Case) -> None:
    """What only just keeps a shape is not found."""
    assert [line(result) for result in validate(changed(case.change)).results] == list(case.finds) == []


def test_every_shape_has_a_kept_and_a_broken_example() -> None:
    """Each shape that constrains has a broken case, and looks at something in the kept document."""
    assert {case.shape for case in BROKEN} == constraining()
    assert {case.shape for case in KEPT} <= constraining()
    graph, sh = shapes(), rdflib.Namespace(SH)
    data = rdflib.Graph().parse(data=changed(), format="nt").parse(ONTOLOGY / "epargraph.ttl")
    for name in sorted(constraining()):
        shape = rdflib.URIRef(SHAPE + name)
        holders = {shape, *graph.subjects(sh.property, shape)}
        focus: set[rdflib.term.Node] = set()
        for holder in holders:
            for kind in graph.objects(holder, sh.targetClass):
                below = data.transitive_subjects(rdflib.RDFS.subClassOf, kind)
                focus |= {node for each in below for node in data.subjects(rdflib.RDF.type, each)}
            for path in graph.objects(holder, sh.targetSubjectsOf):
                focus |= set(data.subjects(path))
            for path in graph.objects(holder, sh.targetObjectsOf):
                focus |= set(data.objects(None, path))
        looked_at = graph.value(shape, sh.path)
        assert focus, f"{name} looks at nothing"
        assert looked_at is None or any((node, looked_at, None) in data for node in focus), f"{name} has no value"


def test_every_shape_says_what_it_is_for() -> None:
    """Each shape has an IRI, a name, a description and a message; advice is a warning, on the shape itself."""
    sh = rdflib.Namespace(SH)
    for file, severity in (("shapes.ttl", None), ("advice.ttl", sh.Warning)):
        graph = rdflib.Graph().parse(ONTOLOGY / file)
        for kind in (sh.NodeShape, sh.PropertyShape):
            for shape in graph.subjects(rdflib.RDF.type, kind):
                assert str(shape).startswith(SHAPE), shape
                assert graph.value(shape, sh.name), shape
                assert graph.value(shape, sh.description), shape
                assert graph.value(shape, sh.severity) == severity, shape
                query = graph.value(shape, sh.sparql)
                speaker = shape if query is None else query
                assert graph.value(speaker, sh.message) or graph.value(shape, sh.property), shape


def plainly(triples: bytes) -> set[tuple[str, ...]]:
    """Return what pySHACL alone finds with all shapes, ontology and codes in one graph."""
    sh = rdflib.Namespace(SH)
    data = rdflib.Graph().parse(data=triples, format="nt")
    for file in ("epargraph.ttl", "codes.ttl"):
        data.parse(ONTOLOGY / file)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes(), inference="none", do_owl_imports=False)
    names = (sh.resultSeverity, sh.sourceShape, sh.focusNode, sh.resultPath, sh.value, sh.resultMessage)
    return {
        tuple("" if (term := report.value(result, name)) is None else str(term) for name in names)
        for result in report.objects(None, sh.result)
    }


def merged(report: Report) -> set[tuple[str, ...]]:
    level = {"violation": f"{SH}Violation", "warning": f"{SH}Warning"}
    return {
        (level[each.severity], each.shape, each.focus, each.path or "", each.value or "", each.message)
        for each in report.results
    }


def apart() -> list[str]:
    """Return the changes of all broken cases in groups, so that no change undoes what another one needs."""
    fields = [case.change for case in BROKEN if case.shape[0].islower()]
    others = [case.change for case in BROKEN if case.shape[0].isupper()]
    queried = {query.shape.removeprefix(SHAPE) for query in queries()}
    alone = [case.change for case in BROKEN if case.shape in queried][::15]
    return [" ;\n".join(fields), " ;\n".join(others), *alone, KEPT[0].change]


@pytest.mark.parametrize("change", apart())
def test_the_merged_report_is_that_of_plain_pyshacl(change: str) -> None:
    """Core constraints by pySHACL and queries by Oxigraph find what pySHACL alone finds."""
    triples = changed(change)
    assert merged(validate(triples)) == plainly(triples)


@cache
def lumykras() -> bytes:
    return to_graph(extract(read(LUMYKRAS))).triples


def test_the_real_overview_gives_one_warning() -> None:
    """Lumykras breaks no shape; it was last updated (2021-01) before it was authorised (2022-01-06), in its own words."""
    report = validate(lumykras())
    assert report.conforms
    [warning] = report.results
    assert warning.shape == f"{SHAPE}UpdatedBeforeAuthorised"
    assert warning.message == "Last updated 2021-01, before the authorisation of 2022-01-06."
    assert len(warning.quotes) == 2
    assert "6 January 2022" in warning.quotes[0]
    assert "last updated in 01-2021" in warning.quotes[1]


def test_the_real_overview_is_the_same_to_plain_pyshacl() -> None:
    """The merged report on Lumykras is that of pySHACL alone."""
    assert merged(validate(lumykras())) == plainly(lumykras())


def test_a_month_is_compared_with_a_day() -> None:
    """An update in a month and an authorisation on a day compare by first and last day, which the bare values can't."""
    bare = "ASK { FILTER ('2021-01'^^xsd:gYearMonth < '2022-01-06'^^xsd:date) }"
    answer = ox.Store().query(f"PREFIX xsd: <{PREFIXES['xsd:']}> {bare}")
    assert isinstance(answer, ox.QueryBoolean)
    assert not bool(answer)
    [broken] = [case for case in BROKEN if case.shape == "UpdatedBeforeAuthorised"]
    assert "gYearMonth" in broken.change


def test_a_report_is_the_same_twice_and_has_no_blank_nodes() -> None:
    """The same graph gives the same bytes, whatever the order of its triples; each result has an IRI below the report's."""
    triples = changed(*(case.change for case in BROKEN[:20]))
    backwards = b"".join(reversed(triples.splitlines(keepends=True)))
    once, again = (validate(each).to_triples("https://example.org/report/1") for each in (triples, backwards))
    assert once == again
    assert once.splitlines() == sorted(once.splitlines())
    told = [quad.triple for quad in ox.parse(once, format=ox.RdfFormat.N_TRIPLES)]
    assert not [t for t in told if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]
    results = {
        t.object.value for t in told if t.predicate.value == f"{SH}result" and isinstance(t.object, ox.NamedNode)
    }
    assert len(results) == len(validate(triples).results)
    assert all(each.startswith("https://example.org/report/1/result/") for each in results)


def test_a_report_is_json() -> None:
    """As JSON a report says whether it conforms, and each result with its quotes."""
    [case] = [case for case in BROKEN if case.shape == "OutcomeHasStudy"]
    assert validate(changed(case.change)).to_json() == {
        "conforms": True,
        "results": [
            {
                "severity": "warning",
                "message": "The outcome belongs to no study.",
                "focus": "https://example.org/outcome",
                "path": "https://w3id.org/epargraph/ontology#study",
                "shape": f"{SHAPE}OutcomeHasStudy",
                "quotes": [
                    "In women, around 37% (46 out of 124) of those who took Xyzmed responded after 12 months by body scans."
                ],
            }
        ],
    }


@pytest.mark.parametrize("ending", ["ttl", "nt", "nq", "trig", "rdf", "jsonld"])
def test_a_file_of_any_form_is_validated(tmp_path: Path, ending: str) -> None:
    """Turtle, N-Triples, N-Quads, TriG, RDF/XML and JSON-LD give one report."""
    [case] = [case for case in BROKEN if case.shape == "OutcomeHasStudy"]
    form = ox.RdfFormat.from_extension(ending)
    assert form is not None
    path = tmp_path / f"graph.{ending}"
    ox.serialize(ox.parse(changed(case.change), format=ox.RdfFormat.N_TRIPLES), path, format=form)
    assert [line(result) for result in validate_file(path).results] == list(case.finds)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("graph.ttl", b"<a> <b> .", "not well formed"),
        ("graph.ttl", b"", "no triples"),
        ("graph.nt", b"\xff\xfe", "not well formed"),
        ("graph.csv", b"a,b", "is not one of RDF"),
        (
            "graph.ttl",
            b"<http://a/b> <http://a/c> <<( <http://a/d> <http://a/e> <http://a/f> )>> .",
            "triples about triples",
        ),
        ("graph.rdf", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', "DOCTYPE"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    """A file that is no RDF is an error that names it, in one line."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=reason) as caught:
        validate_file(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is an error that names it, and so is a folder."""
    for path in (tmp_path / "missing.ttl", tmp_path):
        with pytest.raises(SourceError):
            validate_file(path)
