"""The sources of a store, the superseded versions too, and what each states: its facts and its register entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from epargraph import kinds, vocabulary
from epargraph.graph.facts import epar
from epargraph.queries import Cell, run
from epargraph.read.columns import key_of, meanings
from epargraph.stores import Dataset, Store
from epargraph.vocabulary import EPAR

_VERSIONS = """SELECT DISTINCT ?graph ?source ?file ?sha ?retrieved ?day ?medicine ?name ?reference WHERE {
  GRAPH ?graph {
    ?graph a epar:SourceGraph ; epar:describes ?source .
    ?part a epar:File ; epar:fileName ?file ; epar:sha256 ?sha .
    OPTIONAL { ?graph epar:registerDate ?day }
    OPTIONAL { ?graph epar:retrieved ?retrieved }
    OPTIONAL {
      ?source a epar:Document ; epar:about ?medicine .
      OPTIONAL { ?medicine epar:name ?name }
      OPTIONAL { ?source epar:reference ?reference }
    }
  }
} ORDER BY ?graph"""

_ENTRIES = """SELECT ?entry ?property ?value WHERE {
  GRAPH <%s> { %s ?entry a epar:RegisterEntry . ?entry ?property ?value }
}"""

_NAMES = """SELECT DISTINCT ?thing ?name WHERE {
  GRAPH <%s> {
    VALUES ?class { epar:Substance epar:Condition epar:Gene epar:Biomarker epar:TherapeuticArea }
    ?thing a ?class ; rdfs:label ?name
  }
}"""

_FACTS = (
    "VALUES ?medicine {{ {medicines} }} VALUES ?has {{ {links} }} ?medicine ?has ?fact .",
    "VALUES ?fact {{ {medicines} }} BIND (?fact AS ?medicine)",
    "VALUES ?medicine {{ {medicines} }} ?fact epar:about ?medicine . ?fact a epar:Document .",
)
"""Where facts are: what a medicine has, the medicine itself, and the document about it."""

_STATED = (
    "SELECT DISTINCT ?medicine ?fact ?property ?value WHERE {{ GRAPH <{graph}> {{ {facts} ?fact ?property ?value }} }}"
)
_EVIDENCE = "SELECT DISTINCT ?fact ?evidence ?told WHERE {{ GRAPH <{graph}> {{ {facts} ?fact epar:evidence ?evidence . {what} }} }}"
_QUOTE = "?evidence oa:hasSelector ?words . ?words oa:exact ?told"
_START = "?evidence oa:hasSelector ?place . ?place oa:start ?told"
_COLUMN = "?evidence epar:column ?told"

_MOST = 200
"""Medicines that are asked for in one query."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a source: its named graph, what it is of, and how old it is.

    `day` is the day that a register stands for; `retrieved` the day on which a file was got. `medicine` and `name` are
    those that an overview is about, empty for a register.
    """

    graph: str
    source: str
    file: str
    sha256: str
    current: bool
    day: str | None = None
    retrieved: str | None = None
    medicine: str = ""
    name: str = ""
    reference: str | None = None

    @property
    def is_register(self) -> bool:
        """Whether it is a day's register, not an overview."""
        return not self.medicine

    @property
    def age(self) -> str | None:
        """The day by which versions of one source are put in order, None where nothing tells it."""
        return self.day or self.retrieved

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        if self.is_register:
            kind = "excerpt of the register" if "excerpt" in self.source else "register"
            return f"{kind} of {self.day or 'an unknown day'}"
        return f"overview of {self.name or self.medicine.rpartition('/')[2]}" + (
            f" retrieved {self.retrieved}" if self.retrieved else f" ({self.file})"
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """What a register's record states of a medicine: the values of its columns by their keys, as text.

    Days are ISO 8601, yes and no are `true` and `false`, codes the notations of their concepts.
    """

    node: str
    medicine: str
    values: Mapping[str, tuple[str, ...]] = field(repr=False)

    def one(self, key: str) -> str:
        """Return the value of a column, empty where the cell is."""
        return next(iter(self.values.get(key, ())), "")

    def says(self, key: str) -> bool:
        """Tell whether a column says yes."""
        return self.values.get(key) == ("true",)

    @property
    def name(self) -> str:
        """What to call it: the medicine's name, else its number."""
        return self.one("name") or self.one("product_number") or self.medicine.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as a source's graph states it: its node, kind, label, fields (as text) and the words it was read from."""

    node: str
    medicine: str
    kind: str
    label: str
    fields: Mapping[str, tuple[str, ...]] = field(repr=False)
    quotes: tuple[str, ...] = ()

    def one(self, name: str) -> str:
        """Return the value of a field, empty where the fact does not state it."""
        return next(iter(self.fields.get(name, ())), "")


def versions(store: Store) -> list[Version]:
    """Return every version of every source that the store holds, current and superseded."""
    return [*_versions(store, current=True), *_versions(store.archive(), current=False)]


def _versions(dataset: Dataset, *, current: bool) -> Iterator[Version]:
    for row in run(dataset, _VERSIONS).to_dicts():
        told = {name: str(value) for name, value in row.items() if value is not None}
        yield Version(
            graph=told["graph"],
            source=told["source"],
            file=told["file"],
            sha256=told["sha"],
            current=current,
            day=told.get("day"),
            retrieved=told.get("retrieved"),
            medicine=told.get("medicine", ""),
            name=told.get("name", ""),
            reference=told.get("reference"),
        )


def held_in(store: Store, version: Version) -> Dataset:
    """Return the dataset that holds a version: the current one or the archive."""
    return store if version.current else store.archive()


def column_names(dataset: Dataset, graph: str) -> dict[str, str]:
    """Return the columns that a register's table has: their names by their keys."""
    told = run(dataset, f"SELECT ?column {{ GRAPH <{graph}> {{ ?file a epar:File ; epar:column ?column }} }}").rows
    return {key: str(name) for (name,) in told if (key := key_of(str(name))) is not None}


def entries(dataset: Dataset, graph: str, medicine: str | None = None) -> list[Entry]:
    """Return the entries of a register's graph, those of one medicine where it is given, in the order of their nodes."""
    keys = _keys()
    names = _names(dataset, graph)
    found: dict[str, dict[str, list[str]]] = {}
    about: dict[str, str] = {}
    only = f"?entry epar:about <{medicine}> ." if medicine else ""
    for node, property_, value in run(dataset, _ENTRIES % (graph, only)).rows:
        told = found.setdefault(str(node), {})
        if property_ == f"{EPAR}about":
            about[str(node)] = str(value)
        elif (key := keys.get(str(property_))) is not None:
            told.setdefault(key, []).append(_text(value, names))
    return [
        Entry(node, about[node], {key: tuple(sorted(values)) for key, values in found[node].items()})
        for node in sorted(found)
    ]


def _names(dataset: Dataset, graph: str) -> dict[str, str]:
    """Return the names of the things that a graph speaks of."""
    return {str(thing): str(name) for thing, name in run(dataset, _NAMES % graph).rows}


@cache
def _keys() -> Mapping[str, str]:
    return {EPAR + each.property.removeprefix("epar:"): key for key, each in meanings().items()}


def _text(value: object, names: Mapping[str, str]) -> str:
    """Return a value as text: a thing by its name, a concept by its notation, a truth as XML Schema writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return names.get(str(value)) or vocabulary.notation(str(value)) or str(value)


def stated(
    dataset: Dataset, graph: str, medicines: Collection[str], only: Collection[str] = tuple(kinds.KINDS)
) -> list[Stated]:
    """Return the facts of some kinds that a graph states of medicines, in the order of their nodes."""
    found: list[Stated] = []
    every = sorted(medicines)
    names = _names(dataset, graph) if every else {}
    for first in range(0, len(every), _MOST):
        found += _stated(dataset, graph, every[first : first + _MOST], only, names)
    return found


def _stated(
    dataset: Dataset, graph: str, medicines: Sequence[str], only: Collection[str], names: Mapping[str, str]
) -> Iterator[Stated]:
    told = {
        "graph": graph,
        "medicines": " ".join(f"<{each}>" for each in medicines),
        "links": " ".join(str(epar(f"has{kind}")) for kind in only if kind not in ("Document", "Medicine")),
    }
    rows: dict[str, list[tuple[str, str, str]]] = {}
    about: dict[str, str] = {}
    quotes: dict[str, set[tuple[int, str]]] = {}
    for place, wanted in enumerate((only, {"Medicine"} & {*only}, {"Document"} & {*only})):
        if not wanted:
            continue
        facts = _FACTS[place].format(**told)
        for medicine, fact, property_, value in run(dataset, _STATED.format(graph=graph, facts=facts)).rows:
            about[str(fact)] = str(medicine)
            rows.setdefault(str(fact), []).append((str(property_), str(value), _text(value, names)))
        for fact, quote in _quotes(dataset, graph, facts):
            quotes.setdefault(fact, set()).add(quote)
    for node in sorted(rows):
        kind = next((known for property_, value, _ in rows[node] if (known := _kind(property_, value))), None)
        if kind is not None and kind in only:
            yield _fact(node, about[node], kind, rows[node], quotes.get(node, ()))


def _quotes(dataset: Dataset, graph: str, facts: str) -> Iterator[tuple[str, tuple[int, str]]]:
    """Yield each fact with a quote it was read from, with its place in the text and (of a table) its column."""

    def asked(what: str) -> tuple[tuple[Cell, ...], ...]:
        return run(dataset, _EVIDENCE.format(graph=graph, facts=facts, what=what)).rows

    starts = {str(evidence): start for _, evidence, start in asked(_START) if isinstance(start, int)}
    columns = {str(evidence): f"{column}: " for _, evidence, column in asked(_COLUMN)}
    for fact, evidence, quote in asked(_QUOTE):
        yield str(fact), (starts.get(str(evidence), 0), f"{columns.get(str(evidence), '')}{quote}")


def _fact(
    node: str, medicine: str, kind: str, rows: Iterable[tuple[str, str, str]], quotes: Iterable[tuple[int, str]]
) -> Stated:
    told: dict[str, set[str]] = {}
    label = ""
    for property_, _, text in rows:
        told.setdefault(property_, set()).add(text)
        if property_.endswith("#label"):
            label = text
    fields = {
        name: tuple(sorted(told[property_]))
        for name in kinds.field_names(kind)
        if (property_ := vocabulary.FIELDS[kind, name].property) in told
    }
    return Stated(node, medicine, kind, label, fields, tuple(dict.fromkeys(quote for _, quote in sorted(quotes))))


def _kind(property_: str, value: str) -> str | None:
    """Return the kind that a statement of a type names, None for any other statement."""
    name = value.removeprefix(EPAR)
    return name if property_.endswith("#type") and name in kinds.KINDS else None


def in_order(found: Iterable[Version]) -> dict[str, list[Version]]:
    """Return the versions by their sources, each source's from the oldest to the newest.

    A version of unknown age is left out, but for the case where order needs no age: one superseded, one current.
    """
    by_source: dict[str, list[Version]] = {}
    for each in found:
        by_source.setdefault(each.source, []).append(each)
    ordered: dict[str, list[Version]] = {}
    for source, some in by_source.items():
        if len(some) == 2 and len({version.current for version in some}) == 2:
            ordered[source] = sorted(some, key=lambda version: version.current)
        else:
            dated = [version for version in some if version.age is not None]
            ordered[source] = sorted(dated, key=lambda version: (version.age or "", version.current))
    return ordered
