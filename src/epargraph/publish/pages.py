"""The pages of a release: one for each medicine, lists, and the first one, which tells what is there and how to cite it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from epargraph import vocabulary
from epargraph.graph.labels import kebab
from epargraph.publish.about import ACKNOWLEDGEMENT, ADVICE, DESCRIPTION, LINKS, SOFTWARE, TITLE, About
from epargraph.publish.describe import Counts, media_type
from epargraph.publish.folder import File
from epargraph.publish.schema import drug
from epargraph.publish.told import Medicine, Told
from epargraph.queries import Question
from epargraph.stores.sparql import PREFIXES

THINGS = {
    "substance": "Active substances",
    "condition": "Conditions",
    "therapeutic-area": "Therapeutic areas",
    "biomarker": "Biomarkers",
    "gene": "Genes",
}
"""The folders of the IRIs of what several medicines share, with the titles of their pages."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facts on a medicine's page."""

    id: str
    label: str
    iri: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact on a medicine's page."""

    told: Told
    anchor: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What several medicines share, with the keys and names of those."""

    iri: str
    label: str
    medicines: tuple[tuple[str, str], ...]

    @property
    def anchor(self) -> str:
        """The last part of the IRI."""
        return self.iri.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Concept:
    """A word of a closed list, or (with concepts) a list."""

    iri: str
    label: str
    definition: str = ""
    concepts: tuple[Concept, ...] = ()

    @property
    def anchor(self) -> str:
        """The IRI without what all of them begin with."""
        return self.iri.removeprefix(vocabulary.CODE)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("epargraph.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["many"] = lambda count, one: f"{count:,} {one if count == 1 else one + 's'}"
    made.filters["last_part"] = lambda iri: str(iri).rstrip("/").rpartition("/")[2]
    return made


def _page(template: str, about: About, up: str, **given: object) -> str:
    made = _templates().get_template(template)
    return made.render(about=about, up=up, acknowledgement=ACKNOWLEDGEMENT, advice=ADVICE, **given) + "\n"


def style() -> str:
    """Return the style sheet of all pages."""
    return (_templates().get_template("style.css").render()) + "\n"


def anchor(medicine: Medicine, fact: Told) -> str:
    """Return where on the medicine's page a fact stands, empty for what has no IRI below the medicine's."""
    return (
        fact.iri.removeprefix(f"{medicine.iri}/").replace("/", "-") if fact.iri.startswith(f"{medicine.iri}/") else ""
    )


def medicine_page(medicine: Medicine, links: Sequence[tuple[str, str, str]], about: About) -> str:
    """Return the page of a medicine, with what it is in the terms of schema.org inside."""
    kinds = [
        (
            Kind(kebab(kind), vocabulary.label(kind), vocabulary.term(kind)),
            [Fact(each, anchor(medicine, each), _fields(each)) for each in facts],
        )
        for kind, facts in groupby(_in_reading_order(medicine.facts), key=lambda fact: fact.kind)
    ]
    authorisations = [each.label for each in medicine.of("Authorisation")]
    # As a script's text a "<" could end the script; JSON may write it as an escape.
    told = json.dumps(drug(medicine, links), ensure_ascii=False, indent=1).replace("<", "\\u003c")
    drawn = Markup(told)
    return _page(
        "medicine.html",
        about,
        "../",
        medicine=medicine,
        key=medicine.key,
        kinds=kinds,
        links=links,
        drug=drawn,
        authorisations=authorisations,
    )


def _in_reading_order(facts: Iterable[Told]) -> list[Told]:
    """Return the facts with what the document says of itself at the end."""
    return sorted(facts, key=lambda fact: fact.kind == "Document")


def _fields(fact: Told) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name.replace("_", " "), values) for name, values in fact.fields.items())


def medicines_page(medicines: Iterable[tuple[str, str, int]], about: About) -> str:
    """Return the list of medicines (key, name, number of facts) by name."""
    ordered = sorted(medicines, key=lambda each: (each[1].casefold(), each[0]))
    return _page("medicines.html", about, "../", medicines=ordered)


def things_page(folder: str, things: Iterable[Thing], about: About) -> str:
    """Return the list of the things of one folder, by label, each with the medicines that name it."""
    ordered = sorted(things, key=lambda each: (each.label.casefold(), each.iri))
    return _page("things.html", about, "../", title=THINGS[folder], things=ordered)


def codes_page(about: About) -> str:
    """Return the closed lists."""
    skos = PREFIXES["skos"]
    told: dict[str, dict[str, list[str]]] = {}
    for each in vocabulary.triples("codes.ttl"):
        values = told.setdefault(getattr(each.subject, "value", ""), {}).setdefault(each.predicate.value, [])
        values.append(getattr(each.object, "value", ""))

    def concept(iri: str, concepts: tuple[Concept, ...] = ()) -> Concept:
        label = told[iri].get(f"{skos}prefLabel") or told[iri].get(f"{PREFIXES['rdfs']}label") or [iri]
        return Concept(iri, label[0], (told[iri].get(f"{skos}definition") or [""])[0], concepts)

    members: dict[str, list[Concept]] = {}
    for iri in told:
        for scheme in told[iri].get(f"{skos}inScheme", ()):
            members.setdefault(scheme, []).append(concept(iri))
    schemes = [concept(iri, tuple(members[iri])) for iri in sorted(members) if iri in told]
    return _page("codes.html", about, "../", schemes=schemes)


def queries_page(questions: Iterable[Question], about: About) -> str:
    """Return the list of the questions."""
    return _page("queries.html", about, "../", questions=list(questions))


_WHAT = {
    "data/": "all facts",
    "tables/tables.json": "what the columns are (CSV on the Web)",
    "tables/": "a row a fact",
    "links/": "links to other registries (SSSOM)",
    "nanopubs/": "nanopublications",
    "ontology/context.jsonld": "the JSON-LD context",
    "ontology/frame.jsonld": "the frame of the JSON-LD",
    "ontology/": "the ontology",
    "queries/": "the questions",
    "w3id/": "redirects for the permanent addresses",
    "dcat.ttl": "description for catalogues (DCAT-AP)",
    "void.ttl": "counts (VoID)",
    "LICENCE.txt": "terms and acknowledgement",
    "release.json": "what this release is",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in the table of the first page."""

    path: str
    what: str
    type: str
    size: int


def index_page(files: Iterable[File], counts: Counts, questions: int, things: Iterable[str], about: About) -> str:
    """Return the first page of a release."""
    listed = [
        Listed(
            each.path,
            next((told for start, told in _WHAT.items() if each.path.startswith(start)), ""),
            media_type(each.path),
            each.size,
        )
        for each in files
        if not each.path.startswith(("medicine/", "things/"))
        and not each.path.endswith((".rq", ".css"))
        and not (each.path.startswith("queries/") and each.path not in ("queries/queries.ttl", "queries/index.html"))
    ]
    kinds: Mapping[str, int] = counts.facts
    return _page(
        "index.html",
        about,
        "",
        title=TITLE,
        description=DESCRIPTION,
        software=SOFTWARE,
        links=LINKS,
        counts=counts,
        facts=sum(kinds.values()),
        kinds=list(kinds.items()),
        questions=questions,
        things=[(folder, THINGS[folder].lower()) for folder in things],
        files=listed,
        signed=bool(about.key),
    )
