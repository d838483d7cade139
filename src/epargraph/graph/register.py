"""A register table to RDF: one named graph for each day's table, each fact with the cells that state it."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from epargraph import vocabulary
from epargraph.extract.register import SCHEMES, Entry, Reading, Told, Typed
from epargraph.graph import CONTEXT, DEFAULT_BASE, medicine_key, slug, software
from epargraph.graph.facts import BOOLEAN, INTEGER, LABEL, TYPE, XSD, FactWriter, Node, days, epar, string, term
from epargraph.graph.names import checked
from epargraph.model import SourceGraph
from epargraph.read.columns import Meaning, meanings
from epargraph.tables import CellEvidence, Table
from epargraph.vocabulary import CODE, EPAR

__all__ = ["entry_triples", "graph_name", "register_graph", "register_name", "table_triples"]

_OA = "http://www.w3.org/ns/oa#"
_SOURCE = term(f"{_OA}hasSource")
_SELECTOR = term(f"{_OA}hasSelector")
_EXACT, _PREFIX, _SUFFIX = (term(_OA + name) for name in ("exact", "prefix", "suffix"))
_QUOTE = term(f"{_OA}TextQuoteSelector")
_POSITION = term(f"{_OA}TextPositionSelector")
_START, _END = term(f"{_OA}start"), term(f"{_OA}end")
_DERIVED = term("http://www.w3.org/ns/prov#wasDerivedFrom")
_FORMAT = term("http://purl.org/dc/terms/format")
_DATE = term(f"{XSD}date")


def register_graph(reading: Reading, *, base: str = DEFAULT_BASE) -> SourceGraph:
    """Return what a register table states as the named graph of its day.

    The graph is about many medicines, so that its `medicine` is empty. The same table and base give the same bytes.
    """
    whole = checked(base)
    name = graph_name(reading.table, base=whole)
    lines = set(_table(reading.table, whole, name))
    for entry in reading.entries:
        lines |= _Writer(reading, entry, whole, name).lines
    triples = "".join(f"{line}\n" for line in sorted(lines)).encode()
    return SourceGraph(name, register_name(reading.table, base=whole), "", reading.table.sha256, triples)


def entry_triples(reading: Reading, *, base: str = DEFAULT_BASE) -> Iterator[tuple[str, bytes]]:
    """Yield the IRI of each record's entry with the part of the graph that was read from it, as sorted N-Triples."""
    whole = checked(base)
    name = graph_name(reading.table, base=whole)
    for entry in reading.entries:
        writer = _Writer(reading, entry, whole, name)
        yield writer.entry.value, "".join(f"{line}\n" for line in sorted(writer.lines)).encode()


def table_triples(table: Table, *, base: str = DEFAULT_BASE) -> bytes:
    """Return what the graph says of the table itself, as sorted N-Triples."""
    lines = set(_table(table, checked(base), graph_name(table, base=base)))
    return "".join(f"{line}\n" for line in sorted(lines)).encode()


def graph_name(table: Table, *, base: str = DEFAULT_BASE) -> str:
    """Return the IRI of a table's graph: its day, and its file by the first digits of the SHA-256."""
    folder = "register-excerpt" if table.excerpt else "register"
    return f"{checked(base)}graph/{folder}/{table.date or 'undated'}/{table.sha256[:12]}"


def register_name(table: Table, *, base: str = DEFAULT_BASE) -> str:
    """Return the IRI of the register that a table is one day of."""
    return f"{checked(base)}document/ema-register{'-excerpt' if table.excerpt else ''}"


def _table(table: Table, base: str, name: str) -> Iterator[str]:
    """Yield what is said of the table itself."""
    graph, file, register = term(name), term(f"{name}/file"), term(register_name(table, base=base))
    said: list[tuple[ox.NamedNode, ox.NamedNode, Node]] = [
        (register, TYPE, epar("Register")),
        (
            register,
            LABEL,
            ox.Literal(f"{'Excerpt of ' if table.excerpt else ''}EMA's register of medicines", language="en"),
        ),
        (graph, TYPE, epar("SourceGraph")),
        (graph, epar("describes"), register),
        (graph, epar("software"), string(software())),
        (graph, _DERIVED, file),
        (file, TYPE, epar("File")),
        (file, epar("fileName"), string(table.source)),
        (file, epar("sha256"), string(table.sha256)),
        (file, _FORMAT, string(table.media_type)),
    ]
    said += [(file, epar("column"), string(column.name)) for column in table.columns]
    if table.date:
        said.append((graph, epar("registerDate"), _day(table.date)))
    if table.retrieved:
        said.append((graph, epar("retrieved"), _day(table.retrieved)))
    yield from (f"{subject} {predicate} {value} ." for subject, predicate, value in said)


def _day(text: str) -> ox.Literal:
    """Return a day as a date, words that are none as they are."""
    return ox.Literal(text, datatype=_DATE) if len(text) == 10 and days(text) else string(text)


class _Writer(FactWriter):
    """Writes what one record states; kept for the length of one call."""

    def __init__(self, reading: Reading, entry: Entry, base: str, name: str) -> None:
        key = medicine_key(entry.number or None, entry.name or None, slug(entry.record.id))
        super().__init__(base, term(f"{base}medicine/{key}"))
        self.entry = term(f"{name}/record/{slug(entry.record.id)}")
        self.title = entry.name or entry.number or entry.record.id
        self.day = reading.table.date
        self.cells = entry.record.cells
        self._medicine(entry, term(name))
        self._values(entry)
        for told in entry.facts:
            self._told(told)
        known = set(reading.table.names().values())
        for column, cell in entry.record.cells.items():
            if column not in known:
                place = CellEvidence(reading.table, entry.record.id, column, cell, 0, len(cell), "register")
                self.add(self.entry, epar("otherCell"), self._cell(place))

    def _medicine(self, entry: Entry, graph: ox.NamedNode) -> None:
        self.add(graph, epar("about"), self.medicine)
        self.add(self.medicine, TYPE, epar("Medicine"))
        self.add(self.medicine, LABEL, ox.Literal(self.title, language="en"))
        if number := entry.value("product_number"):  # as it is written; the IRI has it in full
            self.numbered(str(number))
        day = f" in the register of {self.day}" if self.day else " in the register"
        self.add(self.entry, TYPE, epar("RegisterEntry"))
        self.add(self.entry, LABEL, ox.Literal(self.title + day, language="en"))
        self.add(self.entry, epar("about"), self.medicine)

    def _values(self, entry: Entry) -> None:
        """Say each column's values with the property that it has."""
        for key, values in entry.values.items():
            meaning = meanings()[key]
            predicate = term(EPAR + meaning.property.removeprefix("epar:"))
            for value in values:
                self.add(self.entry, predicate, self._typed(meaning, value))

    def _typed(self, meaning: Meaning, value: Typed) -> Node:
        """Return a value as what its column holds; words that are none of that stay words."""
        if isinstance(value, bool):
            return ox.Literal("true" if value else "false", datatype=BOOLEAN)
        if isinstance(value, int):
            return ox.Literal(str(value), datatype=INTEGER)
        if meaning.holds == "date":
            return _day(value)
        if meaning.holds == "code":
            concept = vocabulary.concept(f"{CODE}{SCHEMES[meaning.key]}", value)
            return term(concept) if concept else string(value)
        if meaning.key == "therapeutic_area":
            return self.entity("TherapeuticArea", value)
        return string(value)

    def _told(self, told: Told) -> None:
        """Say what a fact states, and in which cells; a biomarker that a fact names stands in the same cells."""
        node = self.node(told.fact)
        self.fact(node, told.fact)
        for place in told.evidence:
            cell = self._cell(place)
            for each in (node, *self.biomarkers):
                self.add(each, epar("evidence"), cell)
        self.biomarkers.clear()

    def _cell(self, place: CellEvidence) -> ox.NamedNode:
        """Return the node of the words of a cell; those of a part of it have their offsets too."""
        whole = place.end - place.start == len(self.cells[place.column])
        part = "" if whole else f"/{place.start}-{place.end}"
        cell = term(f"{self.entry.value}/{slug(place.column)}{part}")
        words = term(f"{cell.value}/quote")
        self.add(cell, TYPE, epar("CellQuote"))
        self.add(cell, _SOURCE, self.entry)
        self.add(cell, epar("column"), string(place.column))
        self.add(cell, _SELECTOR, words)
        self.add(words, TYPE, _QUOTE)
        self.add(words, _EXACT, string(place.quote))
        text = self.cells[place.column]
        self.add(words, _PREFIX, string(text[max(0, place.start - CONTEXT) : place.start]))
        self.add(words, _SUFFIX, string(text[place.end : place.end + CONTEXT]))
        if not whole:
            position = term(f"{cell.value}/position")
            self.add(cell, _SELECTOR, position)
            self.add(position, TYPE, _POSITION)
            self.add(position, _START, ox.Literal(str(place.start), datatype=INTEGER))
            self.add(position, _END, ox.Literal(str(place.end), datatype=INTEGER))
        return cell
