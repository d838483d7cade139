"""EMA's register as EMA published it on five days: every layout, every record, every column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from python_calamine import CalamineWorkbook

from epargraph import kinds, vocabulary
from epargraph.extract import extract
from epargraph.extract.cell_lists import entries, headings, substances
from epargraph.extract.indications import statements
from epargraph.extract.names import Names
from epargraph.extract.register import SCHEMES, Entry, Reading, Told, extract_table
from epargraph.graph import to_graph
from epargraph.graph.register import entry_triples, graph_name, register_graph
from epargraph.kinds import Fact
from epargraph.read import read
from epargraph.read.columns import folded, key_of, meanings
from epargraph.read.register import read_table
from epargraph.resources import DATA
from epargraph.validate import validate
from epargraph.vocabulary import CODE, EPAR

TABLES = {
    "2018-12-23": ("ema_epar_register_2018-12-23.xlsx", 1562, 30),
    "2022-11-17": ("ema_epar_register_2022-11-17.xlsx", 1959, 30),
    "2024-08-22": ("ema_medicines_2024-08-22.xlsx", 2433, 39),
    "2025-03-24": ("ema_medicines_2025-03-24.xlsx", 2515, 39),
    "2026-03-14": ("ema_medicines_2026-03-14.xlsx", 2673, 39),
}
LUMYKRAS = "EMEA/H/C/005522"
NEWEST = "2026-03-14"


@cache
def _reading(path: Path) -> Reading:
    return extract_table(read_table(path))


@pytest.fixture
def reading(shared: Callable[[str], Path]) -> Callable[[str], Reading]:
    """Return a function that gives a day's table with what it states, read once in all tests."""
    return lambda day: _reading(shared(f"register/{TABLES[day][0]}"))


def plainly(path: Path) -> list[dict[str, str]]:
    """Return the rows of a real table by another way: plain calamine, columns by their place under the ninth row."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    names = [" ".join(str(name).split()) for name in rows[8]]
    return [dict(zip(names, (str(cell).strip() for cell in each), strict=True)) for each in rows[9:]]


def facts(entry: Entry, kind: type[Fact]) -> list[Fact]:
    return [told.fact for told in entry.facts if isinstance(told.fact, kind)]


def all_told(given: Reading) -> Iterator[tuple[Entry, Told]]:
    return ((entry, told) for entry in given.entries for told in entry.facts)


@pytest.mark.parametrize("day", TABLES)
def test_every_layout_is_read_whole(day: str, reading: Callable[[str], Reading]) -> None:
    """Each table gives its day, all its records and all its columns, each column with a meaning and none left over."""
    table = reading(day).table
    assert (table.date, len(table.records), len(table.columns)) == (day, *TABLES[day][1:])
    assert [column.name for column in table.columns if column.key is None] == []
    assert table.warnings == ()


@pytest.mark.parametrize("day", TABLES)
def test_no_cell_is_lost(day: str, reading: Callable[[str], Reading], shared: Callable[[str], Path]) -> None:
    """Each cell that holds letters or digits holds the same ones after it was read, in the same record."""
    plain = plainly(shared(f"register/{TABLES[day][0]}"))
    table = reading(day).table
    for row, record in zip(plain, table.records, strict=True):
        for name, cell in row.items():
            read_cell = record.cells.get(name, "")
            if re.search(r"\w", cell) and not re.match(r"\d{4}-\d\d-\d\d|\d+\.\d$", cell) and "&" not in cell:
                assert re.findall(r"\w", read_cell) == re.findall(r"\w", cell.replace("_x000D_", "")), record.id


@pytest.mark.parametrize("day", TABLES)
def test_counts_are_those_of_the_cells(
    day: str, reading: Callable[[str], Reading], shared: Callable[[str], Path]
) -> None:
    """There are as many facts of each sort as the table has cells that say so: types only where there is an authorisation."""
    plain = plainly(shared(f"register/{TABLES[day][0]}"))
    said = Counter(folded(name) for row in plain for name, cell in row.items() if cell.lower() == "yes")
    types = Counter(told.fact.type for _, told in all_told(reading(day)) if isinstance(told.fact, kinds.Authorisation))
    without = Counter(
        key
        for entry in reading(day).entries
        if not facts(entry, kinds.Authorisation)
        for key in ("conditional_approval", "exceptional_circumstances")
        if entry.values.get(key) == (True,)
    )
    assert types["conditional"] == said["conditional_approval"] - without["conditional_approval"]
    assert (
        types["exceptional circumstances"] == said["exceptional_circumstances"] - without["exceptional_circumstances"]
    )
    assert sum(without.values()) <= 7
    given = Counter(told.fact.type for _, told in all_told(reading(day)) if isinstance(told.fact, kinds.Designation))
    assert given["orphan"] == said["orphan_medicine"]
    assert given["PRIME"] == said["prime_priority_medicine"]
    assert given["additional monitoring"] == said["additional_monitoring"]
    sorts = Counter(
        type_
        for _, told in all_told(reading(day))
        if isinstance(told.fact, kinds.Medicine)
        for type_ in told.fact.medicine_type
    )
    assert sorts == +Counter(
        {"generic": said["generic"], "generic or hybrid": said["generic_or_hybrid"], "biosimilar": said["biosimilar"]}
    )
    domains = Counter(told.fact.domain for _, told in all_told(reading(day)) if isinstance(told.fact, kinds.Medicine))
    assert domains == Counter(row["Category"].lower() for row in plain)


@pytest.mark.parametrize("day", TABLES)
def test_every_fact_has_its_cells(day: str, reading: Callable[[str], Reading]) -> None:
    """Each fact stands in cells of its record, and each quote at its offsets within the cell."""
    for entry, told in all_told(reading(day)):
        assert told.evidence
        for place in told.evidence:
            assert place.record == entry.record.id
            assert place.quote
            assert entry.record.cells[place.column][place.start : place.end] == place.quote


@pytest.mark.parametrize("day", TABLES)
def test_values_are_typed(day: str, reading: Callable[[str], Reading]) -> None:
    """Each value is what its column holds; the few that are not are reported with their rows."""
    told = "\n".join(reading(day).warnings)
    for entry in reading(day).entries:
        for key, values in entry.values.items():
            for value in values:
                holds = meanings()[key].holds
                fits = (
                    isinstance(value, bool)
                    if holds == "yes-no"
                    else isinstance(value, int)
                    if holds == "number"
                    else bool(re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)))
                    if holds == "date"
                    else vocabulary.concept(f"{CODE}{SCHEMES[key]}", str(value)) is not None
                    if holds == "code"
                    else bool(value)
                )
                assert fits or f"“{value}”" in told


def test_lumykras_from_day_to_day(reading: Callable[[str], Reading]) -> None:
    """Lumykras is not in the register of 2018, and conditional, valid and Amgen's (spelt in two ways) since 2022."""
    found = {day: [each for each in reading(day).entries if each.number == LUMYKRAS] for day in TABLES}
    assert [len(entries_) for entries_ in found.values()] == [0, 1, 1, 1, 1]
    for day in list(TABLES)[1:]:
        (entry,) = found[day]
        holder = "Amgen Europe B.V." if day == NEWEST else "Amgen Europe BV"
        assert facts(entry, kinds.Authorisation) == [
            kinds.Authorisation(type="conditional", date="2022-01-06", status="valid", holder=holder)
        ]
        assert facts(entry, kinds.Medicine) == [
            kinds.Medicine(name="Lumykras", substance=("sotorasib",), domain="human")
        ]
        assert facts(entry, kinds.Designation) == [kinds.Designation(type="additional monitoring")]
        assert facts(entry, kinds.Indication) == [
            kinds.Indication(
                purpose="treatment",
                condition=("non-small cell lung cancer",),
                stage=("advanced",),
                biomarker=("KRAS G12C",),
                population=("adults",),
                prior_treatment="have progressed after at least one prior line of systemic therapy",
                monotherapy=True,
            )
        ]
        assert facts(entry, kinds.Biomarker) == [kinds.Biomarker(gene="KRAS", alteration="G12C")]
        assert entry.values["therapeutic_area"] == ("Carcinoma, Non-Small-Cell Lung",)
        assert entry.value("page_address") == "https://www.ema.europa.eu/en/medicines/human/EPAR/lumykras"


@pytest.mark.parametrize("day", list(TABLES)[1:])
def test_the_bundled_excerpts_are_the_records(day: str, reading: Callable[[str], Reading]) -> None:
    """The record that comes with epargraph for a day says what that day's table says of Lumykras, column by column."""
    excerpt = extract_table(read_table(DATA / "register" / f"ema-register-excerpt_{day}.csv"))
    (ours,) = excerpt.entries
    (theirs,) = [each for each in reading(day).entries if each.number == LUMYKRAS]
    assert (excerpt.table.date, excerpt.table.excerpt, excerpt.warnings) == (day, True, ())
    assert excerpt.table.columns == reading(day).table.columns
    assert ours.values == theirs.values
    assert [told.fact for told in ours.facts] == [told.fact for told in theirs.facts]
    assert validate(register_graph(excerpt).triples).results == ()


@pytest.mark.parametrize("day", TABLES)
def test_headings_stay_whole(day: str, reading: Callable[[str], Reading]) -> None:
    """Therapeutic areas are headings, one each: those of 2018, listed with commas, are all headings of later tables."""
    areas = Counter(str(area) for entry in reading(day).entries for area in entry.values.get("therapeutic_area", ()))
    assert areas["Carcinoma, Non-Small-Cell Lung"] > 15
    assert not areas.keys() & {"Psoriatic", "Non-Small-Cell Lung", "Rheumatoid", "Type 2", "Ulcerative"}
    if day == "2018-12-23":
        later = {area for other in TABLES for entry in reading(other).entries for area in _areas(entry, other)}
        assert areas.keys() - later == {"Leiomyosarcoma", "Neoplasms by Site"}


def _areas(entry: Entry, day: str) -> set[object]:
    return set(entry.values.get("therapeutic_area", ())) if day != "2018-12-23" else set()


def test_register_and_overview_name_the_same_nodes(reading: Callable[[str], Reading], lumykras: Path) -> None:
    """The medicine, its biomarker and the facts that both state have one name in the graphs of both."""
    (entry,) = [each for each in reading(NEWEST).entries if each.number == LUMYKRAS]
    ours = next(data for iri, data in entry_triples(reading(NEWEST)) if iri.endswith(LUMYKRAS.replace("/", "-")))
    theirs = to_graph(extract(read(lumykras))).triples

    def subjects(data: bytes, part: str) -> set[str]:
        return {
            subject
            for subject in re.findall(r"^<([^>]+)>", data.decode(), re.M)
            if part in subject and "/graph/" not in subject
        }

    medicine = "https://w3id.org/epargraph/medicine/EMEA-H-C-005522"
    assert medicine in subjects(ours, "/medicine/") & subjects(theirs, "/medicine/")
    assert "https://w3id.org/epargraph/biomarker/KRAS-G12C" in subjects(ours, "") & subjects(theirs, "")
    assert "https://w3id.org/epargraph/substance/sotorasib" in subjects(ours, "") & subjects(theirs, "")
    assert len(facts(entry, kinds.Indication)) == len(subjects(ours, f"{medicine}/indication/"))


def test_the_graph_of_a_day(reading: Callable[[str], Reading]) -> None:
    """A day's graph is valid N-Triples, sorted, without blank nodes, with an entry about a medicine for each record."""
    given = reading(NEWEST)
    graph = register_graph(given)
    assert graph.name == f"https://w3id.org/epargraph/graph/register/{NEWEST}/{given.table.sha256[:12]}"
    lines = list(graph.lines())
    assert lines == sorted(set(lines))
    triples = [quad.triple for quad in ox.parse(graph.triples, format=ox.RdfFormat.N_TRIPLES)]
    assert not [
        each for each in triples if isinstance(each.subject, ox.BlankNode) or isinstance(each.object, ox.BlankNode)
    ]
    entries_ = [t.subject for t in triples if t.object == ox.NamedNode(f"{EPAR}RegisterEntry")]
    assert len(entries_) == 2673
    terms = {t.predicate.value for t in triples if t.predicate.value.startswith(EPAR)}
    assert terms <= vocabulary.terms()
    wanted = {
        EPAR + each.property.removeprefix("epar:") for key, each in meanings().items() if key in given.table.names()
    }
    unused = {"evaluationDate", "genericOrHybrid"}  # that column is empty, and this one of other years
    assert wanted - terms == {EPAR + name for name in unused if EPAR + name in wanted}


def test_the_same_table_gives_the_same_bytes(reading: Callable[[str], Reading]) -> None:
    """Reading a table twice gives the same graph, and its parts are the graph."""
    given = reading("2018-12-23")
    graph = register_graph(given)
    assert register_graph(extract_table(given.table)).triples == graph.triples
    parts = {line for _, data in entry_triples(given) for line in data.splitlines()}
    assert set(graph.lines()) >= parts
    assert len(set(graph.lines()) - parts) < 50
    other = register_graph(given, base="https://example.org/")
    assert other.name == graph_name(given.table, base="https://example.org/")
    assert other.triples.count(b"\n") == graph.triples.count(b"\n")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("sitagliptin;metformin hydrochloride", ["sitagliptin", "metformin hydrochloride"]),
        ("levodopa, carbidopa, entacapone", ["levodopa", "carbidopa", "entacapone"]),
        ("indoxacarb / permethrin", ["indoxacarb", "permethrin"]),
        ("terbinafine / florfenicol, betamethasone acetate", ["terbinafine", "florfenicol", "betamethasone acetate"]),
        ("human fibrinogen, human thrombin", ["human fibrinogen", "human thrombin"]),
        ("glycine,L-alanine,taurine", ["glycine", "L-alanine", "taurine"]),
        ("inactivated influenza-A virus / swine", ["inactivated influenza-A virus / swine"]),
        ("budesonide, micronised", ["budesonide, micronised"]),
        ("human papillomavirus vaccine [types 6, 11, 16] (recombinant, adsorbed)",) * 2,
        ("meningococcal group A, C, W-135 and Y conjugate vaccine",) * 2,
        (
            "E. coli adhesin F4 (F4ab, F4ac, F4ad);E. coli adhesin F5",
            ["E. coli adhesin F4 (F4ab, F4ac, F4ad)", "E. coli adhesin F5"],
        ),
        (
            "A/Victoria/1 (H1N1)-like strain (A, B) / B/Austria/2-like strain (C)",
            ["A/Victoria/1 (H1N1)-like strain (A, B)", "B/Austria/2-like strain (C)"],
        ),
    ],
)
def test_substances_one_each(cell: str, told: list[str] | str) -> None:
    """Substances are told apart where the cell does so for sure, and vaccines stay whole."""
    assert [cell[each.start : each.end] for each in substances(cell)] == ([told] if isinstance(told, str) else told)


def test_lists_of_other_columns() -> None:
    """Headings and groups with commas stay whole in every layout."""
    cell = "Leukemia, Myeloid, Acute, Mastocytosis, Carcinoma, Non-Small-Cell Lung"
    assert [cell[s.start : s.end] for s in headings(cell)] == [
        "Leukemia, Myeloid, Acute",
        "Mastocytosis",
        "Carcinoma, Non-Small-Cell Lung",
    ]
    cell = "Antiobesity preparations, excl. diet products"
    assert [cell[s.start : s.end] for s in entries(cell)] == [cell]
    cell = "Coxibs, Antiinflammatory and antirheumatic products"
    assert [cell[s.start : s.end] for s in entries(cell)] == ["Coxibs", "Antiinflammatory and antirheumatic products"]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("Treatment of schizophrenia.", [("treatment", ("schizophrenia",), ())]),
        ("Xyzosis", [(None, ("xyzosis",), ())]),
        (
            "Abc is indicated in adults for: the treatment of defoma; the prevention of xyzitis.",
            [("treatment", ("defoma",), ("adults",)), ("prevention", ("xyzitis",), ("adults",))],
        ),
        ("Abc is indicated for the\nTreatment of defoma in children.", [("treatment", ("defoma",), ("children",))]),
        (
            "Adults\nAbc is indicated for the treatment of defoma.\nThe use of Abc should follow official guidance.",
            [("treatment", ("defoma",), ("adults",))],
        ),
        (
            "Defoma Abc in combination with xyzmab is indicated for the treatment of women with advanced defoma.",
            [("treatment", ("defoma",), ("women",))],
        ),
        (
            "Replacement therapy in adults in: defoma; xyzitis in patients in whom antibiotics have failed.",
            [("treatment", ("defoma",), ("adults",)), ("treatment", ("xyzitis",), ("adults",))],
        ),
        (
            "Adults Abc is indicated for the treatment of defoma. Abc is indicated for the prevention of xyzitis.",
            [("treatment", ("defoma",), ("adults",)), ("prevention", ("xyzitis",), ("adults",))],
        ),
        (
            "Treatment of defoma.\nAbc is indicated in adults.",
            [("treatment", ("defoma",), ("adults",))],
        ),
        (
            "Abc is indicated for the treatment of adults with infections caused by Def ghii and Jkl mnoi.",
            [("treatment", ("infections caused by def ghii and jkl mnoi",), ("adults",))],
        ),
        (
            "Treatment and prevention of defoma in women; reversal of xyzlysis.",
            [
                ("prevention", ("defoma",), ("women",)),
                ("treatment", ("defoma",), ("women",)),
                ("other", ("reversal of xyzlysis",), ()),
            ],
        ),
        (
            "Abc is indicated for the treatment of defoma. Reduction of virus excretion after challenge was shown in studies.",
            [("treatment", ("defoma",), ())],
        ),
        (
            "Abc is indicated in adults and children for the treatment of:\nDefoma (DEF).\nEvidence of benefit is limited.\nXyzitis.",
            [("treatment", ("defoma",), ("adults", "children")), ("treatment", ("xyzitis",), ("adults", "children"))],
        ),
        (
            "Abc is indicated\nin combination with xyzmab for the treatment of adults with defoma.\nas monotherapy for the treatment of women with xyzoma.",
            [("treatment", ("defoma",), ("adults",)), ("treatment", ("xyzoma",), ("women",))],
        ),
        (
            "Prevention of defic events Abc is indicated in: adults suffering from defoma; children with xyzitis.",
            [("prevention", ("defic events",), ("adults",)), ("prevention", ("defic events",), ("children",))],
        ),
        (
            "Abc is indicated for:\nAdults and adolescents\ntreatment of defoma;\nprophylaxis of xyzitis.",
            [
                ("treatment", ("defoma",), ("adults", "adolescents")),
                ("prevention", ("xyzitis",), ("adults", "adolescents")),
            ],
        ),
        (
            "Abc is indicated for the treatment of adults with: wet defoma (WD), dry defoma (DD).",
            [("treatment", ("wet defoma",), ("adults",)), ("treatment", ("dry defoma",), ("adults",))],
        ),
        (
            "Treatment of defoma.\nThe benefit of Abc treatment has not been established in patients with xyzitis.",
            [("treatment", ("defoma",), ())],
        ),
        (
            "Abc is indicated in adults for the following indications: Defoma\nAbc is indicated for the treatment of defoma.\n"
            "Xyzitis\nAbc is indicated for the induction of remission in women with xyzitis.",
            [("treatment", ("defoma",), ("adults",)), ("treatment", ("xyzitis",), ("adults", "women"))],
        ),
        (
            "Abc is indicated for:\nthe treatment of defoma (D) in men the treatment of xyzoma in women whose disease has been treated.",
            [("treatment", ("defoma",), ("men",)), ("treatment", ("xyzoma",), ("women",))],
        ),
        (
            "Abc is indicated for the adjuvant treatment of patients following surgery of defic cancer.",
            [("treatment", ("defic cancer",), ())],
        ),
        ("Abc is indicated for defoma in adults.", [("treatment", ("defoma",), ("adults",))]),
        ("Abc is indicated for radiolabelling of carriers.", []),
        ("Oral contraception.", [("prevention", ("oral contraception",), ())]),
        ("The decision to treat should be based on individual risks.", []),
    ],
)
def test_wording_of_product_information(cell: str, told: list[tuple[object, ...]]) -> None:
    """Uses are read from headings, lists and statements as product information words them, and from nothing else."""
    found, _ = statements(cell, Names("Abc"))
    uses = [
        (each.use.purpose, tuple(name.lower() for name in each.use.condition), each.use.population) for each in found
    ]
    assert uses == told


@pytest.mark.parametrize(
    ("cell", "before"),
    [
        (
            "Treatment of defoma in adults who failed to respond to, or who have a contraindication to, or are intolerant to other therapy.",
            ["failed to respond to, or who have a contraindication to, or are intolerant to other therapy"],
        ),
        (
            "Treatment of defoma in patients already taking both xyzmab and defmab.",
            ["already taking both xyzmab and defmab"],
        ),
        (
            "Abc is indicated for defoma in adults not controlled on xyzmab alone. "
            "Abc is also indicated in combination with defmab in patients who have failed xyzmab.",
            ["not controlled on xyzmab alone", "have failed xyzmab"],
        ),
        ("Treatment of defoma in adults.", [None]),
    ],
)
def test_treatment_before_in_product_information(cell: str, before: list[str | None]) -> None:
    """What must have come before is told of each use, and kept where it names the medicine's own substances."""
    found, _ = statements(cell, Names("Abc", ("xyzmab", "defmab")))
    assert [each.use.prior_treatment for each in found] == before


def test_names_of_columns_have_one_meaning() -> None:
    """No two meanings share a name, and each property is a term of the ontology."""
    for meaning in meanings().values():
        assert {key_of(name) for name in meaning.names} == {meaning.key}
        assert EPAR + meaning.property.removeprefix("epar:") in vocabulary.terms()
    assert {key for key, each in meanings().items() if each.holds == "code"} == set(SCHEMES)
