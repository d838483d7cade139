"""What `export` writes: all that the sources say, the same bytes each time, readable by two parsers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyld import jsonld
from pyoxigraph import RdfFormat

from epargraph.errors import UsageError
from epargraph.export import FORMATS, Format, export, ordered, streamed
from epargraph.export import jsonld as trees
from epargraph.lookup import _MEDICINES, medicine_named
from epargraph.stores import Store, open_store

FOLDER = Path(__file__).parent
BASE = "https://w3id.org/epargraph/"
ALPHAVEX, BETANOL = f"{BASE}graph/EMA-100001-2024/0123456789ab", f"{BASE}graph/name-betanol/ba9876543210"
REGISTER, LINKS = f"{BASE}graph/register/00112233aabb", f"{BASE}links/register"
SOURCES = {ALPHAVEX, BETANOL, REGISTER, LINKS}
PYOXIGRAPH = {
    "ttl": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
RDFLIB = {"ttl": "turtle", "trig": "trig", "nq": "nquads", "nt": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
NAMED = ("trig", "nq")

Quads = set[tuple[str, str]]


def quads(data: bytes, form: RdfFormat) -> Quads:
    """Return each triple with the name of its graph."""
    return {(str(q.triple), getattr(q.graph_name, "value", "")) for q in pyoxigraph.parse(data, format=form)}


@pytest.fixture(scope="module")
def sample() -> Quads:
    return quads((FOLDER / "sample.trig").read_bytes(), RdfFormat.TRIG)


@pytest.fixture(scope="module")
def store(sample: Quads, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    graphs: dict[str, bytes | None] = {}
    for triple, name in sorted(sample):
        graphs[name] = (graphs.get(name) or b"") + f"{triple} .\n".encode()
    with open_store(tmp_path_factory.mktemp("store"), write=True) as opened:
        opened.replace(graphs)
        yield opened


def expected(sample: Quads, form: Format) -> Quads:
    """Return what the export has to say: the sources' quads, or their union."""
    return {(triple, name if form in NAMED else "") for triple, name in sample if name in SOURCES}


@pytest.mark.parametrize("form", FORMATS)
def test_round_trip_pyoxigraph(store: Store, sample: Quads, form: Format) -> None:
    """Read by pyoxigraph, the export says what the source and link graphs say, and nothing else."""
    assert quads(export(store, form), PYOXIGRAPH[form]) == expected(sample, form)


# rdflib's parsers for datasets call what rdflib itself has deprecated.
@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning", "ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("form", FORMATS)
def test_round_trip_rdflib(store: Store, sample: Quads, form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read by rdflib, the export says what the source and link graphs say, and nothing else."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    read, wanted = rdflib.Dataset(), rdflib.Dataset()
    read.parse(data=export(store, form), format=RDFLIB[form])
    lines = "".join(f"{t} {f'<{g}>' if g else ''} .\n" for t, g in expected(sample, form))
    wanted.parse(data=lines, format="nquads")
    assert lines_of(read) == lines_of(wanted)


def lines_of(dataset: rdflib.Dataset) -> set[tuple[str, ...]]:
    """Return each quad as text."""
    found: set[tuple[str, ...]] = set()
    for s, p, o, g in dataset.quads():
        name = "" if g is None or "default" in str(g) else str(g)
        found.add((s.n3(), p.n3(), o.n3(), name))
    return found


@pytest.mark.parametrize("form", FORMATS)
def test_same_bytes(store: Store, sample: Quads, form: Format, tmp_path: Path) -> None:
    """The same graphs, stored in another order, give the same bytes."""
    names = sorted(SOURCES, reverse=True)
    with open_store(tmp_path / "other", write=True) as other:
        for name in names:
            lines = sorted((t for t, g in sample if g == name), reverse=True)
            other.replace({name: "".join(f"{line} .\n" for line in lines).encode()})
        assert export(other, form) == export(store, form)


@pytest.mark.parametrize("form", FORMATS)
def test_more_than_memory_holds(store: Store, form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only a few lines and subjects are held in memory, and the rest goes through files, the bytes are the same."""
    whole = export(store, form)
    for name, most in (("_MOST_LINES", 7), ("_MOST_SUBJECTS", 3), ("_SOME", 2)):
        monkeypatch.setattr(streamed, name, most)
    monkeypatch.setattr(trees, "_TOGETHER", 1)
    monkeypatch.setattr(ordered, "_MOST_RUNS", 2)
    assert export(store, form) == whole


@pytest.mark.parametrize(("form", "name"), [("ttl", "sample.ttl"), ("jsonld", "sample.jsonld")])
def test_reads_well(store: Store, form: Format, name: str) -> None:
    """Turtle and JSON-LD come as they stand in the expected file, which a person has read."""
    assert export(store, form).decode() == (FOLDER / name).read_text("utf-8")


def test_json(store: Store) -> None:
    """As plain JSON, a medicine holds its facts, and a fact its evidence and values."""
    document = json.loads(export(store, "jsonld", medicine="Alphavex"))
    medicine = document["@graph"][0]
    doses = medicine["hasDose"]
    assert [dose["amount"] for dose in doses] == ["960", "37.5"]
    assert doses[0]["evidence"][0]["selector"][0]["kind"] == "TextPositionSelector"
    assert medicine["hasStudy"][0]["participants"] == 124
    assert medicine["hasStudy"][0]["compared"] is False


def test_json_expands_without_fetching(store: Store, sample: Quads) -> None:
    """The JSON-LD carries its context, so that any processor expands it to the same triples without the network."""

    def refuse(url: str, _options: object) -> dict[str, object]:
        raise AssertionError(url)

    document = json.loads(export(store, "jsonld"))
    lines = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse})
    assert quads(lines.encode(), RdfFormat.N_QUADS) == expected(sample, "jsonld")


@pytest.mark.parametrize("given", ["Betanol", "betanol", f"{BASE}medicine/name-betanol"])
def test_one_medicine(store: Store, sample: Quads, given: str) -> None:
    """A medicine is found by name or IRI, and what concerns it is exported from every source, and nothing else."""
    found = quads(export(store, "nq", medicine=given), RdfFormat.N_QUADS)
    assert {q for q in found if q[1] == BETANOL} == {q for q in sample if q[1] == BETANOL}
    assert {q for q in found if q[1] == REGISTER} == {q for q in sample if q[1] == REGISTER and "gamma" not in q[0]}
    assert {q for q in found if q[1] == LINKS} == {q for q in sample if q[1] == LINKS and "other" not in q[0]}
    assert {name for _, name in found} == {BETANOL, REGISTER, LINKS}


def test_medicine_by_number(store: Store) -> None:
    """A medicine is found by its product number."""
    found = quads(export(store, "nq", medicine="EMEA/H/C/000001"), RdfFormat.N_QUADS)
    assert {name for _, name in found} == {ALPHAVEX, LINKS}


def test_only_what_mentions_it_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """For one medicine the graphs of the sources that do not mention it are not read, nor the names of all."""
    read: list[str] = []
    whole, asked = store.triples, store.query

    def triples(name: str) -> bytes:
        read.append(name)
        return whole(name)

    def query(text: str, *, accept: str | None = None) -> bytes:
        read.append(text)
        return asked(text, accept=accept)

    monkeypatch.setattr(store, "triples", triples)
    monkeypatch.setattr(store, "query", query)
    export(store, "nq", medicine="EMEA/H/C/000001")
    assert _MEDICINES not in read
    assert SOURCES.intersection(read) == {ALPHAVEX, LINKS}


def test_exactly_so_first(tmp_path: Path) -> None:
    """Of two medicines whose names differ in case alone, the one that is spelt as asked for is meant; else both are told."""
    lines = "".join(
        f'<urn:{each}> a <{BASE}ontology#Medicine> ; <{BASE}ontology#name> "{each}" .' for each in ("Ab", "AB")
    )
    text = "".join(f"{quad.triple} .\n" for quad in pyoxigraph.parse(lines, format=RdfFormat.TURTLE))
    with open_store(tmp_path / "two", write=True) as two:
        two.replace({"urn:g": text.encode()})
        assert [medicine_named((two,), each) for each in ("Ab", "AB", " <urn:AB>")] == ["urn:Ab", "urn:AB", "urn:AB"]
        with pytest.raises(UsageError, match="several have this name"):
            medicine_named((two,), "ab")


def test_unknown_medicine(store: Store) -> None:
    """An unknown medicine is an error that names similar ones."""
    with pytest.raises(UsageError, match="did you mean Alphavex"):
        export(store, "ttl", medicine="Alphavax")
    with pytest.raises(UsageError, match="the store has no medicine of this name"):
        export(store, "ttl", medicine="zzzzzzzzzzzzzzzzzzz")


def test_empty_store(tmp_path: Path) -> None:
    """A store without sources gives an empty document in every format."""
    with open_store(tmp_path / "empty", write=True) as empty:
        for form in FORMATS:
            assert quads(export(empty, form), PYOXIGRAPH[form]) == set()


@pytest.mark.parametrize(
    "written",
    ['""', '"x"', '"007"', '"-0"', '" 7"', '"\u0663"', '"9007199254740993"', f'"{"9" * 5000}"', '"7"', '"-12"'],
    ids=lambda text: text[:12],
)
def test_whole_numbers(written: str, tmp_path: Path) -> None:
    """A whole number that JSON can't tell as it stands, also one that is none, keeps the form in which it was written."""
    line = f"<urn:s> <urn:p> {written}^^<http://www.w3.org/2001/XMLSchema#integer>"
    with open_store(tmp_path / "numbers", write=True) as store:
        store.replace({"urn:g": f"{line} .\n".encode()})
        kept = store.triples("urn:g")
        assert quads(export(store, "jsonld"), RdfFormat.JSON_LD) == quads(kept, RdfFormat.N_TRIPLES)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["<urn:a> <urn:p> <urn:b>", "<urn:b> <urn:p> <urn:a>"],
        ["<urn:a> <urn:p> <urn:a>", "_:b <urn:p> <urn:a>", "<urn:a> <urn:q> _:b", "<urn:c> <urn:p> <urn:a>"],
    ],
    ids=["none", "a circle", "what points at itself"],
)
def test_trees_of_any_shape(lines: list[str]) -> None:
    """Whatever points at what, each node is told of once, and written piece by piece it is the same document."""
    text = "".join(f"{line} .\n" for line in lines)
    written = BytesIO()
    trees.write((f"{line} ." for line in lines), written)
    triples = [quad.triple for quad in pyoxigraph.parse(text, format=RdfFormat.N_TRIPLES)]
    assert json.loads(written.getvalue()) == trees.document(triples)
    read = pyoxigraph.Dataset(pyoxigraph.parse(written.getvalue(), format=RdfFormat.JSON_LD))
    wanted = pyoxigraph.Dataset(pyoxigraph.parse(text, format=RdfFormat.N_TRIPLES))
    for each in (read, wanted):
        each.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    assert read == wanted


@pytest.mark.parametrize("number", [0, 1, 6, 7, 100, 1000])
def test_in_order(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records come sorted, each as often as it was given, however many files are merged on the way."""
    monkeypatch.setattr(ordered, "_MOST_RUNS", 3)
    records = [b"%d" % (each * 7919 % 97) for each in range(number)]
    assert list(ordered.in_order(records, most=2)) == sorted(records)
