"""What describes a release to machines: DCAT (as DCAT-AP 3 asks) and VoID."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from epargraph import kinds, vocabulary
from epargraph.graph.facts import LABEL, TYPE, XSD, term
from epargraph.publish.about import ACKNOWLEDGEMENT, ADVICE, DESCRIPTION, KEYWORDS, TITLE, About
from epargraph.publish.folder import File
from epargraph.publish.turtle import NAMESPACES, Statement, turtle
from epargraph.vocabulary import EPAR

_DCAT, _VOID, _SPDX = (NAMESPACES[name] for name in ("dcat", "void", "spdx"))
_DCTERMS, _FOAF, _OWL = NAMESPACES["dcterms"], NAMESPACES["foaf"], NAMESPACES["owl"]
_IANA = "https://www.iana.org/assignments/media-types/"
_EU = "http://publications.europa.eu/resource/authority/"
_SOURCE = "https://www.ema.europa.eu/en/medicines"

MEDIA_TYPES = {
    ".ttl": "text/turtle",
    ".trig": "application/trig",
    ".nq": "application/n-quads",
    ".jsonld": "application/ld+json",
    ".csv": "text/csv",
    ".json": "application/json",
    ".tsv": "text/tab-separated-values",
    ".html": "text/html",
    ".rq": "application/sparql-query",
    ".css": "text/css",
    ".txt": "text/plain",
}
_FORMATS = {".ttl": "Turtle", ".trig": "TriG", ".nq": "N-Quads", ".jsonld": "JSON-LD"}
_FOLDERS = ("data", "tables", "links", "nanopubs")
"""The folders whose files are distributions of the dataset."""


@dataclass(slots=True)
class Counts:
    """How much a release holds: medicines, facts by kind, triples of the union of all graphs, quads; and of which terms."""

    medicines: int = 0
    graphs: int = 0
    triples: int = 0
    subjects: int = 0
    quads: int = 0
    links: int = 0
    facts: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    properties: dict[str, int] = field(default_factory=dict)

    def add(self, other: Counts) -> None:
        """Count what another has too."""
        for name in ("medicines", "graphs", "triples", "subjects", "quads", "links"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in (
            (self.facts, other.facts),
            (self.classes, other.classes),
            (self.properties, other.properties),
        ):
            for key, many in theirs.items():
                mine[key] = mine.get(key, 0) + many


def media_type(path: str) -> str:
    """Return the media type of a file, of what is packed where it is.

    >>> media_type("data/epargraph.ttl.gz")
    'text/turtle'
    """
    suffix = "." + path.removesuffix(".gz").rpartition(".")[2]
    return MEDIA_TYPES.get(suffix, "application/octet-stream")


def dcat(files: Iterable[File], about: About) -> str:
    """Return the catalogue with its dataset and a distribution for each file of data, as Turtle."""
    return turtle([*_catalogue(about), *(told for each in files for told in _distribution(each, about))])


def _english(text: str) -> Literal:
    return Literal(text, language="en")


def _day(text: str) -> Literal:
    return Literal(text, datatype=term(f"{XSD}date"))


def _catalogue(about: About) -> Iterator[Statement]:
    catalogue, dataset, agent, licence = (
        term(each) for each in (about.catalogue, about.dataset, about.agent, about.licence)
    )
    english, page, public = term(f"{_EU}language/ENG"), term(about.base), term(f"{_EU}access-right/PUBLIC")
    standard, theme = term(vocabulary.ONTOLOGY_GRAPH), term(f"{_EU}data-theme/HEAL")
    for node, kind, title in (
        (catalogue, "Catalog", "Catalogue of epargraph"),
        (dataset, "Dataset", TITLE),
    ):
        yield node, TYPE, term(_DCAT + kind)
        yield node, term(f"{_DCTERMS}title"), _english(title)
        yield node, term(f"{_DCTERMS}description"), _english(DESCRIPTION)
        yield node, term(f"{_DCTERMS}publisher"), agent
        yield node, term(f"{_DCTERMS}license"), licence
        yield node, term(f"{_DCTERMS}language"), english
        if about.issued:
            yield node, term(f"{_DCTERMS}issued"), _day(about.issued)
    yield catalogue, term(f"{_DCAT}dataset"), dataset
    yield catalogue, term(f"{_FOAF}homepage"), page
    yield dataset, term(f"{_DCTERMS}identifier"), Literal(about.dataset)
    yield dataset, term(f"{_DCTERMS}creator"), agent
    yield dataset, term(f"{_DCTERMS}accessRights"), public
    yield dataset, term(f"{_DCTERMS}conformsTo"), standard
    yield dataset, term(f"{_DCTERMS}rights"), term(f"{about.base}acknowledgement")
    yield dataset, term(f"{_DCTERMS}provenance"), term(f"{about.base}provenance")
    yield dataset, term(f"{_DCAT}theme"), theme
    yield dataset, term(f"{_DCAT}version"), Literal(about.version)
    yield dataset, term(f"{_OWL}versionInfo"), Literal(about.version)
    yield dataset, term(f"{_DCAT}landingPage"), page
    for word in KEYWORDS:
        yield dataset, term(f"{_DCAT}keyword"), _english(word)
    yield agent, TYPE, term(f"{_FOAF}Agent")
    yield agent, term(f"{_FOAF}name"), Literal(about.publisher)
    yield licence, TYPE, term(f"{_DCTERMS}LicenseDocument")
    yield licence, LABEL, _english("Reproduction is authorised provided the source is acknowledged.")
    yield licence, term(f"{_DCTERMS}description"), _english(ACKNOWLEDGEMENT)
    for node, kind, label in (
        (term(f"{about.base}acknowledgement"), "RightsStatement", ACKNOWLEDGEMENT),
        (term(f"{about.base}provenance"), "ProvenanceStatement", f"Read by epargraph {about.version}. {ADVICE}"),
        (english, "LinguisticSystem", "English"),
        (public, "RightsStatement", "public"),
        (standard, "Standard", "epargraph ontology"),
    ):
        yield node, TYPE, term(_DCTERMS + kind)
        yield node, LABEL, _english(label)
    if about.endpoint:
        service = term(f"{about.base}service")
        yield catalogue, term(f"{_DCAT}service"), service
        yield service, TYPE, term(f"{_DCAT}DataService")
        yield service, term(f"{_DCTERMS}title"), _english("SPARQL endpoint of epargraph")
        yield service, term(f"{_DCAT}endpointURL"), term(about.endpoint)
        yield service, term(f"{_DCAT}servesDataset"), dataset
        yield service, term(f"{_DCTERMS}license"), licence
    yield theme, TYPE, term(f"{NAMESPACES['skos']}Concept")
    yield theme, term(f"{NAMESPACES['skos']}prefLabel"), _english("Health")
    yield page, TYPE, term(f"{_FOAF}Document")


def _distribution(file: File, about: About) -> Iterator[Statement]:
    folder, _, name = file.path.partition("/")
    if folder not in _FOLDERS:
        return
    node, checksum = term(f"{about.dataset}/distribution/{file.path}"), term(f"{about.dataset}/checksum/{file.path}")
    given = term(_IANA + media_type(file.path))
    yield term(about.dataset), term(f"{_DCAT}distribution"), node
    yield node, TYPE, term(f"{_DCAT}Distribution")
    yield node, term(f"{_DCTERMS}title"), _english(_title(folder, name))
    yield node, term(f"{_DCAT}accessURL"), term(about.release)
    yield node, term(f"{_DCAT}downloadURL"), term(about.release + file.path)
    yield node, term(f"{_DCTERMS}license"), term(about.licence)
    yield node, term(f"{_DCTERMS}rights"), term(f"{about.base}acknowledgement")
    yield node, term(f"{_DCAT}mediaType"), given
    yield given, TYPE, term(f"{_DCTERMS}MediaType")
    if file.path.endswith(".gz"):
        yield node, term(f"{_DCAT}compressFormat"), term(f"{_IANA}application/gzip")
        yield term(f"{_IANA}application/gzip"), TYPE, term(f"{_DCTERMS}MediaType")
    yield node, term(f"{_DCAT}byteSize"), Literal(str(file.size), datatype=term(f"{XSD}nonNegativeInteger"))
    yield node, term(f"{_SPDX}checksum"), checksum
    yield checksum, TYPE, term(f"{_SPDX}Checksum")
    yield checksum, term(f"{_SPDX}algorithm"), term(f"{_SPDX}checksumAlgorithm_sha256")
    yield checksum, term(f"{_SPDX}checksumValue"), Literal(file.sha256, datatype=term(f"{XSD}hexBinary"))
    if about.issued:
        yield node, term(f"{_DCTERMS}issued"), _day(about.issued)


def _title(folder: str, name: str) -> str:
    """Return what a file holds, in a few words.

    >>> _title("data", "epargraph.ttl.gz"), _title("tables", "Dose.csv"), _title("links", "genes.sssom.tsv")
    ('All facts, Turtle', 'Dose, a row a fact', 'Links to other registries: genes')
    """
    stem, _, suffix = name.removesuffix(".gz").rpartition(".")
    if folder == "data":
        return f"All facts, {_FORMATS[f'.{suffix}']}"
    if folder == "nanopubs":
        return "Nanopublications" if suffix == "trig" else "Addresses of the nanopublications"
    if folder == "links":
        return f"Links to other registries: {stem.removesuffix('.sssom')}"
    return f"{stem}, a row a fact" if suffix == "csv" else "Description of the tables"


def void(counts: Counts, about: About, example: str, targets: Mapping[tuple[str, str], int]) -> str:
    """Return the counts as Turtle; `targets` are the links by relation and namespace."""
    return turtle(_void(counts, about, example, targets))


def _many(count: int) -> Literal:
    return Literal(str(count), datatype=term(f"{XSD}integer"))


def _void(counts: Counts, about: About, example: str, targets: Mapping[tuple[str, str], int]) -> Iterator[Statement]:
    dataset = term(about.dataset)
    yield dataset, TYPE, term(f"{_VOID}Dataset")
    yield dataset, term(f"{_DCTERMS}title"), _english(TITLE)
    yield dataset, term(f"{_DCTERMS}description"), _english(DESCRIPTION)
    yield dataset, term(f"{_DCTERMS}license"), term(about.licence)
    yield dataset, term(f"{_DCTERMS}publisher"), term(about.agent)
    yield dataset, term(f"{_DCTERMS}source"), term(_SOURCE)
    yield dataset, term(f"{_DCTERMS}rights"), _english(ACKNOWLEDGEMENT)
    yield dataset, term(f"{_FOAF}homepage"), term(about.base)
    yield dataset, term(f"{_VOID}uriSpace"), Literal(about.base)
    yield dataset, term(f"{_VOID}vocabulary"), term(EPAR)
    if about.endpoint:
        yield dataset, term(f"{_VOID}sparqlEndpoint"), term(about.endpoint)
    if example:
        yield dataset, term(f"{_VOID}exampleResource"), NamedNode(example)
    for name, form in (("ttl", "Turtle"), ("trig", "TriG"), ("nq", "N-Quads"), ("jsonld", "JSON-LD")):
        yield dataset, term(f"{_VOID}dataDump"), term(f"{about.release}data/epargraph.{name}.gz")
        yield dataset, term(f"{_VOID}feature"), term(f"http://www.w3.org/ns/formats/{form}")
    for property_, count in (
        ("triples", counts.triples),
        ("distinctSubjects", counts.subjects),
        ("entities", sum(many for iri, many in counts.classes.items() if iri.removeprefix(EPAR) in kinds.KINDS)),
        ("classes", len(counts.classes)),
        ("properties", len(counts.properties)),
    ):
        yield dataset, term(_VOID + property_), _many(count)
    for what, found in (("class", counts.classes), ("property", counts.properties)):
        for iri, count in found.items():
            part = term(f"{about.dataset}/{what}/{_short(iri)}")
            yield dataset, term(f"{_VOID}{what}Partition"), part
            yield part, term(_VOID + what), term(iri)
            yield part, term(f"{_VOID}entities" if what == "class" else f"{_VOID}triples"), _many(count)
    for (relation, space), count in targets.items():
        links = term(f"{about.dataset}/links/{relation}-{_short(space)}")
        target = term(f"{about.dataset}/linked/{_short(space)}")
        yield dataset, term(f"{_VOID}subset"), links
        yield links, TYPE, term(f"{_VOID}Linkset")
        yield links, term(f"{_VOID}subjectsTarget"), dataset
        yield links, term(f"{_VOID}objectsTarget"), target
        yield links, term(f"{_VOID}linkPredicate"), term(NAMESPACES["skos"] + relation)
        yield links, term(f"{_VOID}triples"), _many(count)
        yield target, TYPE, term(f"{_VOID}Dataset")
        yield target, term(f"{_VOID}uriSpace"), Literal(space)


def _short(iri: str) -> str:
    """Return an IRI as a part of another one: its prefix where it has one, and its name.

    >>> _short("https://w3id.org/epargraph/ontology#Dose"), _short("http://id.nlm.nih.gov/mesh/")
    ('epar-Dose', 'id.nlm.nih.gov-mesh')
    """
    for name, space in NAMESPACES.items():
        if iri.startswith(space) and iri != space:
            return f"{name}-{iri[len(space) :].replace('/', '-')}"
    return iri.partition("://")[2].strip("/#").replace("/", "-").replace("#", "-").replace("_", "-")
