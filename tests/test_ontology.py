"""The ontology and the closed lists: complete, sound in OWL and SKOS, and the same as what code, data and catalogue use."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare

import epargraph
from epargraph import kinds, vocabulary
from epargraph.resources import ONTOLOGY, QUERIES
from epargraph.vocabulary import CODE, EPAR

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SCHEMA = "https://schema.org/"
PACKAGE = Path(epargraph.__file__).parent
ONTOLOGIES = ("epargraph.ttl", "codes.ttl")
TERMS = sorted(iri.removeprefix(EPAR) for iri in vocabulary.terms())
OWL_DATATYPES = {XSD + name for name in ("string", "decimal", "integer", "boolean")} | {RDFS + "Literal"}
"""The datatypes of OWL 2's datatype map that the ontology uses; xsd:date is none of them."""


@cache
def table(file: str) -> dict[str, dict[str, list[str]]]:
    """Return the objects of a file by subject and predicate."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in vocabulary.triples(file):
        assert isinstance(triple.subject, ox.NamedNode)
        assert isinstance(triple.object, ox.NamedNode | ox.Literal)
        found[triple.subject.value][triple.predicate.value].append(triple.object.value)
    return found


def typed(file: str, *types: str) -> set[str]:
    """Return the subjects of a file that have one of these types."""
    return {subject for subject, told in table(file).items() if set(told[RDF + "type"]) & set(types)}


PROPERTIES = sorted(typed("epargraph.ttl", OWL + "ObjectProperty", OWL + "DatatypeProperty") & vocabulary.terms())
CLASSES = typed("epargraph.ttl", OWL + "Class")
CONCEPTS = typed("codes.ttl", SKOS + "Concept")
SCHEMES = typed("codes.ttl", SKOS + "ConceptScheme")


def sources() -> Iterator[tuple[str, str]]:
    """Yield name and text of every file that names terms: code, rules, ontology, shapes, context and queries."""
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml"), *ONTOLOGY.glob("*"), *QUERIES.rglob("*.rq")]
    for path in sorted(files):
        yield path.name, path.read_text("utf-8")


def named() -> Iterator[tuple[str, str]]:
    """Yield each term that a file names, with the file."""
    for file, text in sources():
        for pattern in (r"\bepar:([A-Za-z]\w*)", re.escape(EPAR) + r"([A-Za-z]\w*)", r"\bepar\(\"(\w+)\"\)"):
            yield from ((name, file) for name in re.findall(pattern, text))
        yield from ((name, file) for name in re.findall(r"\{EPAR\}([A-Za-z]\w*)", text))
        yield from ((name, file) for name in re.findall(r"\bEPAR \+ \"(\w+)\"", text))


def test_every_term_that_is_used_exists() -> None:
    """Each term that code, rules, shapes, context or queries name is a term of the ontology."""
    assert sorted({f"{name} in {file}" for name, file in named() if name not in TERMS}) == []


def test_every_code_that_is_used_exists() -> None:
    """Each concept and scheme that a file names by its IRI is in the closed lists."""
    known = CONCEPTS | SCHEMES
    used = {
        (iri, file)
        for file, text in sources()
        for name in re.findall(
            r"(?:w3id\.org/epargraph/codes/|<codes/|\{CODE\})([a-z0-9]+(?:-[a-z0-9]+)*(?:/[\w-]+)?)", text
        )
        if (iri := CODE + name) not in known
    }
    assert sorted(f"{iri} in {file}" for iri, file in used) == []


@pytest.mark.parametrize("name", TERMS)
def test_every_term_is_told(name: str) -> None:
    """Each term has one label, one definition that is a sentence, and an example, in English."""
    told = table("epargraph.ttl")[EPAR + name]
    assert len(told[RDFS + "label"]) == len(told[SKOS + "definition"]) == 1
    assert told[SKOS + "example"]
    assert re.fullmatch(r"[“A-Z].*[.…]", told[SKOS + "definition"][0])
    assert told[RDFS + "isDefinedBy"] == [vocabulary.ONTOLOGY_GRAPH]


def test_labels_are_english() -> None:
    """Each label and definition is tagged as English."""
    words = {RDFS + "label", SKOS + "definition", SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel"}
    for file in ONTOLOGIES:
        for triple in vocabulary.triples(file):
            if triple.predicate.value in words:
                assert isinstance(triple.object, ox.Literal)
                assert triple.object.language == "en", triple


def test_every_term_is_used() -> None:
    """Each term is the field of a kind, leads to a kind, is a kind, or is named by code, shapes, closed lists or queries."""
    elsewhere = {name for name, file in named() if file not in ("epargraph.ttl", "context.jsonld")}
    fields = {field.property.removeprefix(EPAR) for field in vocabulary.FIELDS.values()}
    links = {f"has{kind}" for kind in kinds.KINDS}
    dates = {name + end for name in fields for end in ("First", "Last") if name + end in TERMS}
    parents = {
        each.removeprefix(EPAR) for told in table("epargraph.ttl").values() for each in told[RDFS + "subPropertyOf"]
    }
    assert sorted(set(TERMS) - elsewhere - fields - links - dates - parents - set(kinds.KINDS) - {"field"}) == []


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("drug", "Medicine"),
        ("substance", "Substance"),
        ("biomarker", "Biomarker"),
        ("study", "Study"),
        ("outcome", "Outcome"),
        ("authorisation type", "type"),
    ],
)
def test_the_users_words_are_labels(word: str, term: str) -> None:
    """The words in which people think of the graph are labels of its terms."""
    told = table("epargraph.ttl")[EPAR + term]
    assert word in told[RDFS + "label"] + told[SKOS + "altLabel"]


@pytest.mark.parametrize("kind", list(kinds.KINDS))
def test_every_kind_is_aligned(kind: str) -> None:
    """Each kind of fact is a subclass of, or matched with, a term of IDMP, schema.org or PROV."""
    told = table("epargraph.ttl")[EPAR + kind]
    others = told[RDFS + "subClassOf"] + told[SKOS + "closeMatch"] + told[SKOS + "relatedMatch"]
    assert [each for each in others if not each.startswith(EPAR)]


def test_idmp_and_schema_terms_of_the_design() -> None:
    """Medicine, authorisation, indication, adverse effect and study stand on IDMP's and schema.org's terms."""
    idmp = "https://spec.pistoiaalliance.org/idmp/ontology/ISO/ISO11615-MedicinalProducts/"
    told = {
        name: {each for p in table("epargraph.ttl")[EPAR + name].values() for each in p} for name in vocabulary.CLASS
    }
    assert {idmp + "MedicinalProduct", SCHEMA + "Drug"} <= told["Medicine"]
    assert idmp + "MarketingAuthorization" in told["Authorisation"]
    assert idmp + "TherapeuticIndication" in told["Indication"]
    assert idmp + "UndesirableEffect" in told["AdverseEffect"]
    assert {idmp + "ClinicalTrial", SCHEMA + "MedicalStudy"} <= told["Study"]


@pytest.mark.parametrize("file", ONTOLOGIES)
def test_two_parsers_agree(file: str) -> None:
    """The rdflib and Oxigraph parsers read the same triples, and there are no blank nodes among them."""
    ours = rdflib.Graph().parse(
        data=ox.serialize(vocabulary.triples(file), format=ox.RdfFormat.N_TRIPLES) or b"", format="nt"
    )
    theirs = rdflib.Graph().parse(ONTOLOGY / file, format="turtle")
    assert rdflib.compare.isomorphic(ours, theirs)
    assert not [node for node in theirs.all_nodes() if isinstance(node, rdflib.BNode)]


def test_header() -> None:
    """The ontology says its version, title, licence and makers, and its version is a version of itself."""
    told = table("epargraph.ttl")[vocabulary.ONTOLOGY_GRAPH]
    assert told[RDF + "type"] == [OWL + "Ontology"]
    assert told[OWL + "versionIRI"] == [f"{vocabulary.ONTOLOGY_GRAPH}/{told[OWL + 'versionInfo'][0]}"]
    dcterms = "http://purl.org/dc/terms/"
    assert all(told[dcterms + name] for name in ("title", "description", "creator", "license"))


def test_owl_no_property_of_two_sorts() -> None:
    """In OWL 2 DL no property is both of objects and of values, and no property is a class."""
    sorts = [OWL + name for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Class")]
    counted = Counter(subject for sort in sorts for subject in typed("epargraph.ttl", sort))
    assert [subject for subject, count in counted.items() if count > 1] == []


def test_owl_everything_in_axioms_is_declared() -> None:
    """Each class, property and datatype in an axiom is declared, and each annotation property too."""
    types = {name: typed("epargraph.ttl", OWL + name) for name in ("ObjectProperty", "DatatypeProperty")}
    annotations = typed("epargraph.ttl", OWL + "AnnotationProperty")
    built_in = {RDF + "type"} | {RDFS + n for n in ("label", "comment", "seeAlso", "isDefinedBy")}
    built_in |= {RDFS + n for n in ("domain", "range", "subClassOf", "subPropertyOf")}
    built_in |= {OWL + n for n in ("versionIRI", "versionInfo")}
    for subject, told in table("epargraph.ttl").items():
        assert set(told[RDFS + "subClassOf"]) | set(told[RDFS + "domain"]) <= CLASSES, subject
        same = next((group for group in types.values() if subject in group), set())
        assert set(told[RDFS + "subPropertyOf"]) <= same, subject
        assert {predicate for predicate, objects in told.items() if objects} <= annotations | built_in, subject


@pytest.mark.parametrize("iri", PROPERTIES)
def test_owl_domain_and_range(iri: str) -> None:
    """Each property says what it belongs to and what it holds: a declared class, or a datatype that OWL 2 knows."""
    told = table("epargraph.ttl")[iri]
    assert len(told[RDFS + "range"]) == 1
    assert set(told[RDFS + "range"]) <= (CLASSES if OWL + "ObjectProperty" in told[RDF + "type"] else OWL_DATATYPES)
    domains = told[RDFS + "domain"] + told[SCHEMA + "domainIncludes"]
    assert domains
    fields = {field.partition(".")[0] for field in told[EPAR + "field"]}
    assert fields <= {each.removeprefix(EPAR) for each in domains}


def test_owl_literals_have_datatypes_of_owl() -> None:
    """No literal of the ontology has a datatype that OWL 2 DL does not know."""
    known = OWL_DATATYPES | {XSD + "dateTime", RDF + "langString"}
    literals = [t.object for t in vocabulary.triples("epargraph.ttl") if isinstance(t.object, ox.Literal)]
    assert {literal.datatype.value for literal in literals} <= known


@pytest.mark.parametrize("iri", sorted(SCHEMES))
def test_schemes_are_told(iri: str) -> None:
    """Each scheme has a label and a definition, concepts, and names fields that it lists values of, or is used by code."""
    told = table("codes.ttl")[iri]
    assert told[SKOS + "prefLabel"]
    assert told[SKOS + "definition"]
    assert vocabulary.labels(iri)
    fields = {tuple(field.split(".")) for field in told[EPAR + "valuesOf"]}
    assert fields <= set(vocabulary.FIELDS)
    assert fields or iri.removeprefix(CODE) in (
        "section",
        "frequency-band",
        "unit",
        "register-status",
        "opinion-status",
        "change-type",
        "verdict",
    )


def test_concepts_are_told() -> None:
    """Each concept has a scheme, a notation, a label and a definition, and an IRI made of them."""
    for iri in CONCEPTS:
        told = table("codes.ttl")[iri]
        assert all(len(told[SKOS + name]) == 1 for name in ("inScheme", "notation", "prefLabel", "definition")), iri
        scheme, notation = told[SKOS + "inScheme"][0], told[SKOS + "notation"][0]
        assert scheme in SCHEMES
        name = re.sub(r"[^a-z0-9]+", "-", notation.lower().replace("%", "percent")).strip("-")
        assert iri == f"{scheme}/{name}"
        assert vocabulary.concept(scheme, notation) == iri


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_no_word_names_two_concepts(scheme: str) -> None:
    """Within a scheme no label, in any case, belongs to two concepts: words have one meaning."""
    owners: dict[str, set[str]] = defaultdict(set)
    for iri in CONCEPTS:
        told = table("codes.ttl")[iri]
        if told[SKOS + "inScheme"] == [scheme]:
            for name in ("notation", "prefLabel", "altLabel", "hiddenLabel"):
                for label in told[SKOS + name]:
                    owners[label.lower()].add(iri)
    assert {label: sorted(owner) for label, owner in owners.items() if len(owner) > 1} == {}


def test_acts_have_dates() -> None:
    """Each act of law that a concept rests on is told with its label and the day from which it is in force."""
    acts = {act for told in table("codes.ttl").values() for act in told[EPAR + "legalBasis"]}
    eli = "http://data.europa.eu/eli/"
    assert acts == {eli + name for name in ("reg/2006/507/oj", "reg/2004/726/oj", "reg/2000/141/oj")}
    for act in acts:
        told = table("codes.ttl")[act]
        assert told[RDFS + "label"]
        assert told[eli + "ontology#date_document"] < told[eli + "ontology#first_date_entry_in_force"]


def test_units_have_codes() -> None:
    """Each unit has a UCUM code of its own."""
    units = [told for told in table("codes.ttl").values() if told[SKOS + "inScheme"] == [CODE + "unit"]]
    codes = [code for told in units for code in told[EPAR + "ucumCode"]]
    assert len(codes) == len(set(codes)) == len(units)


def catalogue(path: Path) -> dict[str, tuple[list[str], str]]:
    """Return the fields and notes of each kind in the catalogue's table."""
    rows = (re.fullmatch(r"\| ([A-Z]\w+) \| ([^|]+) \| (.*) \|", line) for line in path.read_text("utf-8").splitlines())
    return {row[1]: (row[2].replace("[]", "").split(", "), row[3]) for row in rows if row}


def test_the_catalogue_is_the_ontology(shared: Callable[[str], Path]) -> None:
    """The catalogue's kinds and fields, the dataclasses' and the ontology's are the same, in the same order."""
    table_ = catalogue(shared("facts.md"))
    assert {kind: fields for kind, (fields, _) in table_.items()} == {
        kind: list(kinds.field_names(kind)) for kind in kinds.KINDS
    }


def test_the_catalogues_words_are_notations(shared: Callable[[str], Path]) -> None:
    """Each word that the catalogue lists for a closed field is a notation of the field's scheme."""
    words = r"((?:`[^`]+`(?: \([^)]*\))?(?:, )?)+)"
    listed, missing = set(), []
    for kind, (fields, notes) in catalogue(shared("facts.md")).items():
        closed = {name: scheme for name in fields if (scheme := vocabulary.FIELDS[kind, name].scheme)}
        for name, scheme in closed.items():
            found = re.search(rf"`{name}(?:\[\])?`: {words}", notes)
            if not found and len(closed) == 1 and kind != "Biomarker":
                found = re.match(words, notes)
            if found:
                listed.add((kind, name))
                each = re.findall(r"`([^`]+)`", found[1])
                missing += [f"{kind}.{name} {word}" for word in each if not vocabulary.concept(scheme, word)]
    assert len(listed) > 30
    assert missing == []


CONTEXT = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))["@context"]


def expanded(iri: str) -> str:
    """Return a compact IRI of the context in full."""
    prefix, colon, rest = iri.partition(":")
    base = CONTEXT.get(prefix)
    return base + rest if colon and isinstance(base, str) else iri


@pytest.mark.parametrize("name", [name for name in TERMS if name not in ("field", "valuesOf")])
def test_the_context_has_every_term(name: str) -> None:
    """Each class and property is a key of the JSON-LD context under its own name, coerced as its range says."""
    given = CONTEXT[name]
    given = {"@id": given} if isinstance(given, str) else given
    assert expanded(given["@id"]) == EPAR + name
    told = table("epargraph.ttl")[EPAR + name]
    if OWL + "ObjectProperty" in told[RDF + "type"]:
        assert given["@type"] == "@id"
    elif OWL + "DatatypeProperty" in told[RDF + "type"]:
        range_ = told[RDFS + "range"][0].replace(XSD, "xsd:").replace(RDFS + "Literal", "xsd:date")
        assert given.get("@type", "xsd:string") == range_


def test_the_context_lists_what_may_be_many() -> None:
    """A property of a list field, or from a medicine to its facts, is always an array in JSON."""
    many = {
        field.property.removeprefix(EPAR)
        for (kind, name), field in vocabulary.FIELDS.items()
        if name in kinds.list_fields(kind)
    } | {f"has{kind}" for kind in kinds.KINDS if f"has{kind}" in TERMS}
    arrays = {key for key, given in CONTEXT.items() if isinstance(given, dict) and given.get("@container") == "@set"}
    assert many <= arrays


def test_the_context_names_no_unknown_term() -> None:
    """Each key of the context that stands for a term of ours stands for one that exists."""
    given = [each["@id"] if isinstance(each, dict) else each for each in CONTEXT.values()]
    ours = {expanded(iri) for iri in given if isinstance(iri, str) and expanded(iri).startswith(EPAR)} - {EPAR}
    assert ours <= vocabulary.terms()
