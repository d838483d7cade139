"""What the sources tell of a medicine: its facts, each with the words it was read from, and the sources themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from epargraph import kinds, vocabulary
from epargraph.graph.names import digest
from epargraph.queries import Cell
from epargraph.read.columns import key_of, meanings
from epargraph.serve.answers import Answers, iri
from epargraph.serve.pages.site import anchor
from epargraph.serve.pages.words import number
from epargraph.vocabulary import EPAR

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"

_SOURCES = """SELECT DISTINCT ?graph ?document ?source ?content ?file ?sha ?retrieved ?day ?software WHERE {{
  VALUES ?medicine {{ {medicine} }}
  {{
    ?document a epar:Document ; epar:about ?medicine . ?graph epar:describes ?document .
    GRAPH ?graph {{ ?source a epar:Text ; epar:content ?content ; prov:wasDerivedFrom ?part }}
  }} UNION {{
    ?source epar:about ?medicine .
    GRAPH ?graph {{ ?source a epar:RegisterEntry . ?graph epar:describes ?document ; prov:wasDerivedFrom ?part }}
  }}
  ?part epar:fileName ?file ; epar:sha256 ?sha .
  OPTIONAL {{ ?graph epar:retrieved ?retrieved }} OPTIONAL {{ ?graph epar:registerDate ?day }}
  OPTIONAL {{ ?graph epar:software ?software }}
}} ORDER BY DESC(?content) ?graph ?source"""
_EVIDENCE = """SELECT DISTINCT ?fact ?evidence ?source ?quote ?start ?end ?section ?page ?rule ?column WHERE {{
  VALUES ?source {{ {sources} }}
  ?evidence oa:hasSource ?source ; oa:hasSelector ?selector . ?fact epar:evidence ?evidence .
  OPTIONAL {{ ?selector oa:exact ?quote }}
  OPTIONAL {{ ?selector oa:start ?start }} OPTIONAL {{ ?selector oa:end ?end }}
  OPTIONAL {{ ?evidence epar:section ?section }} OPTIONAL {{ ?evidence epar:page ?page }}
  OPTIONAL {{ ?evidence epar:rule ?rule }} OPTIONAL {{ ?evidence epar:column ?column }}
}}"""
"""A row for each selector, the quote in one and the place in another: a selector sought by its place takes 80 ms."""
_STATED = """SELECT DISTINCT ?thing ?property ?value ?label WHERE {{
  VALUES ?thing {{ {things} }}
  ?thing ?property ?value . FILTER (?property NOT IN (epar:evidence, epar:content))
  OPTIONAL {{ ?value rdfs:label ?label FILTER (isIRI(?value)) }}
}}"""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a field: its words, and the IRI of the thing where it is one that has a page; `raw` as it stands in RDF."""

    text: str
    thing: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that facts were read from: where they stand, and by which rule or in which column they were read."""

    iri: str
    source: str
    quote: str
    start: int | None = None
    end: int | None = None
    section: str = ""
    page: str = ""
    rule: str = ""
    column: str = ""

    @property
    def anchor(self) -> str:
        """The name of the place on the page where they stand."""
        return f"w-{digest(self.iri)}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a medicine, of one of the kinds of the catalogue, its fields in the catalogue's order."""

    iri: str
    kind: str
    label: str
    fields: Mapping[str, tuple[Value, ...]]
    words: tuple[Words, ...]
    anchor: str

    def one(self, name: str) -> str:
        """Return the first value of a field, empty where the fact does not state it."""
        return next((each.text for each in self.fields.get(name, ())), "")

    def every(self, name: str) -> tuple[str, ...]:
        """Return the values of a field."""
        return tuple(each.text for each in self.fields.get(name, ()))

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in its source; what has no place stands last."""
        starts = [each.start for each in self.words if each.start is not None and not each.column]
        return (0, min(starts)) if starts else (1, 0)


@dataclass(frozen=True, slots=True)
class Source:
    """A version of a source: an overview with its `text`, or a day's register with what its record says (`cells`)."""

    iri: str
    graph: str
    document: str
    file: str
    sha256: str
    text: str = ""
    retrieved: str = ""
    day: str = ""
    software: str = ""
    cells: tuple[tuple[str, tuple[Value, ...]], ...] = ()
    stated: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    @property
    def is_register(self) -> bool:
        """Whether it is a record of the register, not an overview."""
        return not self.text

    def cell(self, key: str) -> str:
        """Return what a column of the record says, empty where the cell is."""
        return next((each.text for name, values in self.cells if name == key for each in values), "")


@dataclass(frozen=True, slots=True)
class Told:
    """All that is told of a medicine: facts in the order of their sources, overviews ahead of the register."""

    medicine: str
    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]

    def of(self, *wanted: str) -> tuple[Fact, ...]:
        """Return the facts of some kinds, kind by kind."""
        return tuple(fact for kind in wanted for fact in self.facts if fact.kind == kind)

    @property
    def name(self) -> str:
        """What to call it."""
        named = [fact.one("name") for fact in self.of("Medicine") if fact.one("name")]
        return next(iter(named), "") or self.medicine.rpartition("/")[2]


async def told(answers: Answers, medicine: str) -> Told | None:
    """Return what is told of a medicine, None where no source tells of it; ValueError for what is no IRI."""
    found = await answers.rows(_SOURCES.format(medicine=iri(medicine)))
    if not found:
        return None
    sources = {str(row["source"]): row for row in found}
    evidence = await answers.rows(_EVIDENCE.format(sources=_values(sources)))
    facts = {str(row["fact"]) for row in evidence}
    documents = {str(row["document"]) for row in found}
    things = sorted({*facts, *documents, *(name for name, row in sources.items() if not row["content"])})
    stated = _stated(await answers.rows(_STATED.format(things=_values(things))))
    order = {name: place for place, name in enumerate(sources)}
    return Told(
        medicine,
        tuple(sorted(_facts(evidence, stated, medicine), key=lambda fact: _order(fact, order))),
        tuple(_source(row, stated) for row in sources.values()),
    )


def _values(iris: Iterable[str]) -> str:
    return " ".join(iri(each) for each in iris)


_TOLD_BY = {
    "AdverseEffect": "effect",
    "Definition": "term",
    "Dose": "amount",
    "Indication": "condition",
    "Outcome": "value",
}
"""The field by which facts of a kind that stand in one sentence are told apart."""


def _order(fact: Fact, sources: Mapping[str, int]) -> tuple[int, int, int, str]:
    """Return by what facts are put in order: their source, the sentence, and where in it the fact is told."""
    first = min(fact.words, key=lambda each: (sources[each.source], each.start or 0))
    own = fact.one(_TOLD_BY.get(fact.kind, ""))
    inside = max((each.quote.casefold().find(number(own).casefold()) for each in fact.words), default=-1) if own else -1
    return sources[first.source], first.start or 0, inside, fact.iri


def _stated(rows: Iterable[Mapping[str, Cell]]) -> dict[str, dict[str, list[Value]]]:
    """Return what is said of each thing: its properties with their values."""
    found: dict[str, dict[str, list[Value]]] = {}
    for row in rows:
        held = found.setdefault(str(row["thing"]), {}).setdefault(str(row["property"]), [])
        value = _value(row["value"], row["label"])
        if all(each.raw != value.raw for each in held):
            held.append(value)
    return found


def _value(value: Cell, label: Cell) -> Value:
    if isinstance(value, bool):
        return Value("yes" if value else "no", raw=str(value).lower())
    raw = str(value)
    if (notation := vocabulary.notation(raw)) is not None:
        return Value(notation, raw=raw)
    return Value(str(label), raw, raw) if label is not None else Value(raw, raw=raw)


def _facts(
    evidence: Iterable[Mapping[str, Cell]], stated: Mapping[str, Mapping[str, Sequence[Value]]], medicine: str
) -> Iterable[Fact]:
    selectors: dict[tuple[str, str], dict[str, Cell]] = {}
    for row in evidence:
        held = selectors.setdefault((str(row["fact"]), str(row["evidence"])), {})
        held.update({name: value for name, value in row.items() if value is not None})
    words: dict[str, list[Words]] = {}
    for (node, _), told_ in selectors.items():
        words.setdefault(node, []).append(_words(told_))
    for node, read in words.items():
        said = stated.get(node, {})
        kind = next(
            (name for each in said.get(_TYPE, ()) if (name := each.raw.removeprefix(EPAR)) in kinds.KINDS), None
        )
        if kind is None:
            continue
        yield Fact(
            node,
            kind,
            next((each.text for each in said.get(_LABEL, ())), kind),
            {
                name: tuple(said[property_])
                for name in kinds.field_names(kind)
                if (property_ := vocabulary.FIELDS[kind, name].property) in said
            },
            tuple(sorted(read, key=lambda each: (bool(each.column), each.source, each.start or 0, each.column))),
            anchor(node.removeprefix(f"{medicine}/")) if node.startswith(f"{medicine}/") else _shared(node, kind),
        )


def _shared(node: str, kind: str) -> str:
    return kind.lower() if kind == "Medicine" else f"{kind.lower()}-{digest(node)}"


def _words(row: Mapping[str, Cell]) -> Words:
    start, end = row.get("start"), row.get("end")
    return Words(
        str(row["evidence"]),
        str(row["source"]),
        str(row["quote"]),
        start if isinstance(start, int) else None,
        end if isinstance(end, int) else None,
        vocabulary.notation(str(row.get("section"))) or "",
        *(str(row.get(name, "")) for name in ("page", "rule", "column")),
    )


def _source(row: Mapping[str, Cell], stated: Mapping[str, Mapping[str, Sequence[Value]]]) -> Source:
    record = stated.get(str(row["source"]), {})
    cells = [
        (key, tuple(record[property_]))
        for key, meaning in meanings().items()
        if (property_ := EPAR + meaning.property.removeprefix("epar:")) in record
    ]
    return Source(
        str(row["source"]),
        str(row["graph"]),
        str(row["document"]),
        str(row["file"]),
        str(row["sha"]),
        str(row["content"] or ""),
        str(row["retrieved"] or ""),
        str(row["day"] or ""),
        str(row["software"] or ""),
        tuple(cells),
        {
            name: tuple(stated[str(row["document"])][property_])
            for name in kinds.field_names("Document")
            if (property_ := vocabulary.FIELDS["Document", name].property) in stated.get(str(row["document"]), {})
        },
    )


def column_key(column: str) -> str:
    """Return the key by which a record's cell is known, whatever the table calls its column.

    >>> column_key("Marketing authorisation date")
    'authorisation_date'
    """
    return key_of(column) or column
