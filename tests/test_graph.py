"""Facts to RDF: stable names, honest values, evidence at its offsets, the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from epargraph import kinds, vocabulary
from epargraph.errors import UsageError
from epargraph.extract import extract
from epargraph.graph import DEFAULT_BASE, to_graph
from epargraph.graph.names import medicine_key, slug
from epargraph.kinds import Fact
from epargraph.model import Document, Evidence, Section, SourceGraph
from epargraph.read import read
from epargraph.vocabulary import EPAR

TEXT = "The recommended dose is 960 mg once per day. The medicine was not compared with placebo.\n"
XSD = "http://www.w3.org/2001/XMLSchema#"
OA = "http://www.w3.org/ns/oa#"
MEDICINE = f"{DEFAULT_BASE}medicine/EMEA-H-C-001234"
QUOTE = Evidence(TEXT[:44], 0, 44, "use", "dose-recommended", 2)
OUTSIDE = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#hiddenLabel",
    "http://www.w3.org/ns/prov#wasDerivedFrom",
    "http://purl.org/dc/terms/format",
    *(OA + name for name in ("hasSource", "hasSelector", "exact", "prefix", "suffix", "start", "end")),
}
"""The properties of others that a source graph uses."""


@dataclass(frozen=True, slots=True)
class Read:
    """A document with the facts read from it."""

    document: Document
    facts: tuple[Fact, ...]


def graph(*facts: Fact, base: str = DEFAULT_BASE, name: str | None = "Xyzmed", **about: str | None) -> SourceGraph:
    """Return the graph of a small document with these facts."""
    told = {"reference": "EMA/1/2022", "product_number": "EMEA/H/C/001234", **about}
    document = Document(TEXT, (Section("use", 0, len(TEXT)),), "xyzmed.txt", "0123456789abcdef" * 4, "text/plain")
    first = (kinds.make("Document", (QUOTE,), **told), kinds.make("Medicine", (QUOTE,), name=name))
    return to_graph(Read(document, (*first, *facts)), base=base)


def triples(source: SourceGraph) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(source.triples, format=ox.RdfFormat.N_TRIPLES)]


def of(source: SourceGraph, kind: str) -> list[str]:
    """Return the IRIs of the graph's nodes of a class."""
    return [
        t.subject.value
        for t in triples(source)
        if value(t.object) == EPAR + kind and isinstance(t.subject, ox.NamedNode)
    ]


def value(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def told(source: SourceGraph, node: str) -> dict[str, list[str]]:
    """Return what the graph says of a node: values by property, without its namespace."""
    found: dict[str, list[str]] = {}
    for t in triples(source):
        if value(t.subject) == node:
            found.setdefault(t.predicate.value.replace(EPAR, "").replace(OA, "oa:"), []).append(value(t.object))
    return found


def literal(source: SourceGraph, name: str) -> list[str]:
    """Return the literals of a property, as N-Triples writes them."""
    return [str(t.object) for t in triples(source) if t.predicate.value == EPAR + name]


DOSE = kinds.Dose(
    role="recommended", amount=960, unit="mg", times=1, every=1, every_unit="day", order=1, evidence=(QUOTE,)
)
STUDY = kinds.Study(
    number=1, role="main", participants=124, comparator=("none",), design="single arm", evidence=(QUOTE,)
)
OUTCOME = kinds.Outcome(
    study=1, measure="response", value=37.5, unit="%", numerator=46, denominator=124, evidence=(QUOTE,)
)


def test_a_fact_is_a_node_of_its_medicine() -> None:
    """A dose is a node of its own, linked from its medicine, with its fields, codes, unit and evidence."""
    source = graph(DOSE)
    (node,) = of(source, "Dose")
    assert node.startswith(f"{MEDICINE}/dose/")
    assert told(source, MEDICINE)["hasDose"] == [node]
    said = told(source, node)
    evidence = said.pop("evidence")
    assert said == {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": [EPAR + "Dose"],
        "http://www.w3.org/2000/01/rdf-schema#label": ["recommended dose: 960 mg, once a day"],
        "role": [vocabulary.CODE + "dose-role/recommended"],
        "amount": ["960"],
        "unit": ["mg"],
        "unitConcept": [vocabulary.CODE + "unit/mg"],
        "times": ["1"],
        "every": ["1"],
        "everyUnit": [vocabulary.CODE + "time-unit/day"],
        "order": ["1"],
    }
    assert evidence[0].startswith(f"{DEFAULT_BASE}graph/EMA-1-2022/0123456789ab/evidence/")


def test_evidence_has_quote_and_position() -> None:
    """A fact's evidence is a place in the stored text, with the quote, what stands around it, offsets, section, page, rule."""
    source = graph(DOSE)
    (place,) = set(told(source, of(source, "Dose")[0])["evidence"])
    said = told(source, place)
    assert said["oa:hasSource"] == [f"{source.name}/text"]
    assert said["section"] == [vocabulary.CODE + "section/use"]
    assert (said["page"], said["rule"]) == (["2"], ["dose-recommended"])
    assert sorted(said["oa:hasSelector"]) == [f"{place}/position", f"{place}/quote"]
    position, quote = told(source, f"{place}/position"), told(source, f"{place}/quote")
    (content,) = told(source, f"{source.name}/text")["content"]
    start, end = int(position["oa:start"][0]), int(position["oa:end"][0])
    assert content == TEXT
    assert quote["oa:exact"] == [content[start:end]]
    assert quote["oa:prefix"] == [""]
    assert quote["oa:suffix"] == [content[end : end + 32]]


def test_the_source_is_told() -> None:
    """The graph says which document it is of, which medicine, which file, and by which software it was made."""
    source = graph()
    assert source.name == f"{DEFAULT_BASE}graph/EMA-1-2022/0123456789ab"
    assert (source.source, source.medicine) == (f"{DEFAULT_BASE}document/EMA-1-2022", MEDICINE)
    said = told(source, source.name)
    assert (said["describes"], said["about"]) == ([source.source], [MEDICINE])
    assert said["software"][0].startswith("epargraph ")
    assert "retrieved" not in said
    assert told(source, f"{source.name}/file")["fileName"] == ["xyzmed.txt"]


def test_the_day_of_retrieval_is_input() -> None:
    """The day of retrieval stands in the graph as a date where it is given."""
    document = Document(TEXT, (), "xyzmed.txt", "ab" * 32, "text/plain", retrieved="2022-02-01")
    assert literal(to_graph(Read(document, ())), "retrieved") == [f'"2022-02-01"^^<{XSD}date>']


def test_an_inserted_dose_renames_nothing() -> None:
    """A dose put before another, which moves its place in the ladder, leaves its IRI as it is."""
    first = kinds.Dose(role="starting", amount=480, unit="mg", order=1, evidence=(QUOTE,))
    before, after = graph(DOSE), graph(first, replace(DOSE, order=2))
    assert set(of(before, "Dose")) < set(of(after, "Dose"))


def test_a_study_put_first_renames_no_outcome() -> None:
    """A study put before another renumbers it, but neither it nor its outcomes get new IRIs."""
    earlier = kinds.Study(number=1, participants=20, evidence=(QUOTE,))
    before = graph(STUDY, OUTCOME)
    after = graph(earlier, replace(STUDY, number=2), replace(OUTCOME, study=2))
    assert set(of(before, "Study")) < set(of(after, "Study"))
    assert of(before, "Outcome") == of(after, "Outcome")


def test_the_same_outcome_of_two_studies_is_two() -> None:
    """An outcome belongs to its study: equal words for two studies are two nodes, each with its own link."""
    source = graph(STUDY, kinds.Study(number=2, participants=20), OUTCOME, replace(OUTCOME, study=2))
    links = {told(source, node)["study"][0] for node in of(source, "Outcome")}
    assert links == set(of(source, "Study"))


def test_a_fact_told_twice_is_two_nodes() -> None:
    """A second fact that is equal but for its place gets a node of its own; the first keeps its IRI."""
    once, twice = graph(DOSE), graph(DOSE, replace(DOSE, order=2))
    assert len(of(twice, "Dose")) == 2
    assert set(of(once, "Dose")) < set(of(twice, "Dose"))


def test_whole_numbers_are_the_same_however_they_were_read() -> None:
    """960 and 960.0 are the same amount, so the same fact."""
    assert graph(DOSE).triples == graph(replace(DOSE, amount=960.0)).triples


def test_an_outcome_without_its_study_has_no_link() -> None:
    """An outcome whose study was not read points at nothing: no dangling link, no invented study."""
    source = graph(OUTCOME)
    assert "study" not in told(source, of(source, "Outcome")[0])


def test_not_compared_is_no_medicine_named_none() -> None:
    """A study that is stated not to be compared says so, and has no comparator."""
    source = graph(STUDY)
    said = told(source, of(source, "Study")[0])
    assert said["compared"] == ["false"]
    assert "comparator" not in said


def test_compared_studies_say_with_what() -> None:
    """A study with a comparator names it and says that it is compared; one of which nothing is told says neither."""
    source = graph(kinds.Study(number=1, comparator=("placebo", "docetaxel")), kinds.Study(number=2, participants=9))
    found = [told(source, node) for node in of(source, "Study")]
    assert [each["compared"] for each in found if "comparator" in each] == [["true"]]
    assert [sorted(each.get("comparator", [])) for each in found if "compared" not in each] == [[]]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2022-01-06", ('"2022-01-06"^^<date>', "2022-01-06", "2022-01-06")),
        ("2021-01", ('"2021-01"^^<gYearMonth>', "2021-01-01", "2021-01-31")),
        ("2024-02", ('"2024-02"^^<gYearMonth>', "2024-02-01", "2024-02-29")),
        ("2021-12", ('"2021-12"^^<gYearMonth>', "2021-12-01", "2021-12-31")),
        ("2021", ('"2021"^^<gYear>', "2021-01-01", "2021-12-31")),
        ("2014-09-31", ('"2014-09-31"', None, None)),
        ("early 2021", ('"early 2021"', None, None)),
        ("2021-1", ('"2021-1"', None, None)),
    ],
)
def test_dates_are_as_precise_as_they_are(date: str, expected: tuple[str, str | None, str | None]) -> None:
    """A date keeps its precision, with its first and last day beside it; what is no date stays words and crashes nothing."""
    source = graph(kinds.Authorisation(type="conditional", date=date))
    text, first, last = expected
    assert [each.replace(XSD, "") for each in literal(source, "date")] == [text]
    assert literal(source, "dateFirst") == ([f'"{first}"^^<{XSD}date>'] if first else [])
    assert literal(source, "dateLast") == ([f'"{last}"^^<{XSD}date>'] if last else [])


def test_numbers_have_their_propertys_datatype() -> None:
    """Counts are integers and other numbers decimals, written without exponents, as their properties say."""
    source = graph(STUDY, OUTCOME, kinds.Dose(amount=0.00001, order=1))
    assert literal(source, "participants") == [f'"124"^^<{XSD}integer>']
    assert literal(source, "value") == [f'"37.5"^^<{XSD}decimal>']
    assert literal(source, "amount") == [f'"0.00001"^^<{XSD}decimal>']


def test_an_unknown_code_stays_a_word() -> None:
    """A word that no concept has is kept as it is, for validation to report."""
    assert literal(graph(kinds.Route(route="by telepathy")), "route") == ['"by telepathy"']


def test_bands_of_side_effects() -> None:
    """More than 1 in 5 is no band of the convention: its numbers are kept and the bands it may lie in told."""
    source = graph(
        kinds.AdverseEffect(effect="rash", severity="any", bound="more than", numerator=1, denominator=5),
        kinds.AdverseEffect(effect="liver injury", severity="severe", bound="up to", numerator=1, denominator=100),
    )
    found = {
        told(source, node)["effect"][0]: sorted(told(source, node)["band"]) for node in of(source, "AdverseEffect")
    }
    band = f"{vocabulary.CODE}frequency-band/"
    assert found == {
        "rash": [band + "very-common"],
        "liver injury": [band + "rare", band + "uncommon", band + "very-rare"],
    }


def test_an_awaited_study_is_a_study() -> None:
    """An obligation that awaits a study points at a study of its own, so that a registry number can be linked to it."""
    owed = kinds.Obligation(type="study", study_status="ongoing", comparator=("docetaxel",), evidence=(QUOTE,))
    source = graph(owed, kinds.Obligation(type="data", topic=("safety",), evidence=(QUOTE,)))
    (study,) = of(source, "Study")
    links = [told(source, node).get("awaitedStudy") for node in of(source, "Obligation")]
    assert sorted(links, key=bool) == [None, [study]]
    said = told(source, study)
    assert said["status"] == [vocabulary.CODE + "study-status/ongoing"]
    assert said["comparator"] == ["docetaxel"]
    assert said["evidence"]


def test_shared_things_have_shared_names() -> None:
    """Substances, conditions, biomarkers and genes are nodes that other medicines can share."""
    source = graph(
        kinds.Biomarker(gene="KRAS", alteration="G12C", evidence=(QUOTE,)),
        kinds.Indication(condition=("non-small cell lung cancer",), biomarker=("KRAS G12C",), evidence=(QUOTE,)),
        kinds.TestRequirement(biomarker="KRAS G12C", evidence=(QUOTE,)),
    )
    (marker,) = set(of(source, "Biomarker"))
    assert marker == f"{DEFAULT_BASE}biomarker/KRAS-G12C"
    assert told(source, marker)["gene"] == [f"{DEFAULT_BASE}gene/KRAS"]
    assert told(source, of(source, "Indication")[0])["condition"] == [
        f"{DEFAULT_BASE}condition/non-small-cell-lung-cancer"
    ]
    assert told(source, of(source, "TestRequirement")[0])["biomarker"] == [marker]
    assert told(source, f"{DEFAULT_BASE}gene/KRAS")["name"] == ["KRAS"]


def test_a_biomarker_that_is_only_named_has_words_too() -> None:
    """No words, no fact: a biomarker that only an indication names has that indication's evidence."""
    source = graph(kinds.Indication(biomarker=("HER2",), evidence=(QUOTE,)))
    indication = told(source, of(source, "Indication")[0])
    assert told(source, f"{DEFAULT_BASE}biomarker/HER2")["evidence"] == indication["evidence"]


def test_the_agency_is_the_eus() -> None:
    """Where a document names the European Medicines Agency, the graph points at the EU's IRI for it."""
    source = graph(kinds.Review(frequency="annual", reviewer="European Medicines Agency"))
    agency = "http://publications.europa.eu/resource/authority/corporate-body/EMA"
    assert told(source, of(source, "Review")[0])["agency"] == [agency]


def test_the_base_is_an_option() -> None:
    """All names of things move with the base; terms and codes stay, and so do the hashes."""
    here, there = graph(DOSE), graph(DOSE, base="https://example.org/medicines")
    moved = there.triples.replace(b"https://example.org/medicines/", DEFAULT_BASE.encode())
    assert sorted(moved.split(b"\n")) == sorted(here.triples.split(b"\n"))


@pytest.mark.parametrize("base", ["medicines", "", "http://a b/", "https://example.org/<x>/"])
def test_a_bad_base_is_refused(base: str) -> None:
    """A base that is no absolute IRI is an error of the user's, before anything is written."""
    with pytest.raises(UsageError, match="absolute IRI"):
        graph(base=base)


NAMES = [
    ("Trisenox", "name-trisenox"),
    ("Insulin Human Winthrop", "name-insulin-human-winthrop"),
    ("Zoledronic acid Teva Pharma (previously Zoledronic Acid/Teva)", None),
    ("Évra® 100%", None),
    ('"Quoted" <b>', None),
    ("Daklinza™/Sunvepra", None),
    ("Άλφα", None),
    ("💊", None),
    ("a\\b\nc", None),
]


@pytest.mark.parametrize(("name", "key"), NAMES, ids=[name.split("\n")[0] for name, _ in NAMES])
def test_odd_names_make_valid_iris(name: str, key: str | None) -> None:
    """A medicine without a number is named for itself, whatever its name: two parsers read the graph."""
    source = graph(DOSE, name=name, product_number=None, reference=None)
    assert key is None or source.medicine == f"{DEFAULT_BASE}medicine/{key}"
    assert told(source, source.medicine)["name"] == [name]
    assert len(rdflib.Graph().parse(data=source.triples.decode(), format="nt")) == len(triples(source))


def test_nameless_documents_stay_apart() -> None:
    """Documents that tell neither number nor name get names of their own, from their files."""
    one, two = (to_graph(Read(Document(TEXT, (), "x.txt", digit * 64, "text/plain"), ())) for digit in "ab")
    assert one.source != two.source
    assert one.medicine != two.medicine


@settings(deadline=None)
@given(st.text(), st.text())
def test_slugs_are_one_part_of_an_iri(one: str, two: str) -> None:
    """A slug is never empty, is one part of a path, and tells apart names that differ in letters or digits."""
    first, second = slug(one), slug(two)
    assert first
    assert not set(first) & set('/?# <>"{}|\\^`')
    ox.NamedNode(f"{DEFAULT_BASE}medicine/{first}")
    if one.isascii() and two.isascii() and one.isalnum() and two.isalnum():
        assert (first == second) == (one == two)


def test_signs_tell_names_apart() -> None:
    """HER2+ and HER2- are two biomarkers, and so are a product number and its name."""
    assert len({slug("HER2+"), slug("HER2-"), slug("HER2")}) == 3
    assert medicine_key("EMEA/H/C/000001", "Xyzmed") != medicine_key(None, "Xyzmed")


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@settings(deadline=None)
@given(WORDS, WORDS, st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(0, 10**9))
def test_any_words_and_numbers_survive(words: str, unit: str, number: float, count: int) -> None:
    """Whatever a document says is in the graph as it says it, and the same facts give the same bytes."""
    facts = (kinds.Dose(when=words, amount=number, unit=unit), kinds.Study(population=words, participants=count))
    source = graph(*facts)
    assert source.triples == graph(*facts).triples
    said = told(source, of(source, "Dose")[0])
    assert (said["when"], said["unit"], float(said["amount"][0])) == ([words], [unit], number)
    assert told(source, of(source, "Study")[0])["participants"] == [str(count)]


def test_triples_are_sorted_lines_and_quads_too() -> None:
    """The graph is sorted N-Triples with no line twice, and as N-Quads each line names the graph."""
    source = graph(DOSE, STUDY, OUTCOME)
    lines = list(source.lines())
    assert lines == sorted(set(lines))
    quads = list(ox.parse(source.quads(), format=ox.RdfFormat.N_QUADS))
    assert {str(quad.graph_name) for quad in quads} == {f"<{source.name}>"}
    assert len(quads) == len(lines)


def test_the_real_overview(lumykras: Path) -> None:
    """The real Lumykras overview becomes a graph of known terms alone, without blank nodes, in which no link dangles."""
    source = to_graph(extract(read(lumykras)))
    assert source.triples == to_graph(extract(read(lumykras))).triples
    found = triples(source)
    subjects = {value(t.subject) for t in found}
    assert {t.predicate.value for t in found} - OUTSIDE <= vocabulary.terms()
    links = {value(t.object) for t in found if isinstance(t.object, ox.NamedNode)}
    assert {
        link for link in links if link.startswith(DEFAULT_BASE) and not link.startswith((EPAR, vocabulary.CODE))
    } <= subjects
    assert source.medicine == f"{DEFAULT_BASE}medicine/EMEA-H-C-005522"
    sought = "http://www.w3.org/2004/02/skos/core#hiddenLabel"
    assert sorted(told(source, source.medicine)[sought]) == ["emea/h/c/005522", "lumykras"]


def test_practice_documents_make_graphs(shared: Callable[[str], Path]) -> None:
    """Every old summary of the practice material becomes a graph that parses, with each quote at its offsets."""
    for path in sorted(shared("corpus-2008").glob("*.txt"))[:5]:
        document = read(path)
        source = to_graph(extract(document))
        exact = {value(t.subject): value(t.object) for t in triples(source) if t.predicate.value == OA + "exact"}
        starts = {value(t.subject): value(t.object) for t in triples(source) if t.predicate.value == OA + "start"}
        for node, quote in exact.items():
            assert document.text.startswith(quote, int(starts[node.replace("/quote", "/position")]))
