"""A register's record as the cells that say something, with the words that facts were read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from epargraph import vocabulary
from epargraph.read.columns import meanings
from epargraph.serve.pages.passages import Paragraph, paragraphs
from epargraph.serve.pages.told import Source, Value, Words, column_key
from epargraph.serve.pages.words import day


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what its column is called, its values, and its text as paragraphs where it is long or facts quote it."""

    title: str
    values: tuple[Value, ...]
    paragraphs: tuple[Paragraph, ...] = ()


def cells(source: Source, words: Sequence[Words], facts: Mapping[str, tuple[str, ...]]) -> tuple[Cell, ...]:
    """Return the cells of a record that say something: what is denied and what is empty is left out."""
    quoted: dict[str, list[Words]] = {}
    for each in words:
        quoted.setdefault(column_key(each.column), []).append(each)
    found = []
    for key, values in source.cells:
        said = quoted.get(key, [])
        if not said and all(each.raw == "false" for each in values):
            continue
        meaning = meanings()[key]
        title = vocabulary.label(meaning.property.removeprefix("epar:"))
        found.append(Cell(title, tuple(_value(each) for each in values), _paragraphs(values, said, facts)))
    return tuple(found)


def _paragraphs(
    values: Sequence[Value], words: Sequence[Words], facts: Mapping[str, tuple[str, ...]]
) -> tuple[Paragraph, ...]:
    """Return the text of a cell, as it is quoted, with the words of facts; nothing where no fact quotes it."""
    if not words:
        return ()
    whole = [each for each in words if each.start is None]
    texts = [each.text for each in values] if len(values) == 1 else []
    text = whole[0].quote if whole else next(iter(texts), " … ".join(each.quote for each in words))
    placed = []
    for each in words:
        start = each.start if each.start is not None else text.find(each.quote)
        if text[start : start + len(each.quote)] != each.quote:
            start = text.find(each.quote)
        if start >= 0:
            placed.append(
                Words(
                    each.iri,
                    each.source,
                    each.quote,
                    start,
                    start + len(each.quote),
                    each.section,
                    each.page,
                    each.rule,
                    each.column,
                )
            )
    return paragraphs(text, placed, facts)


def _value(value: Value) -> Value:
    return Value(day(value.text), value.thing, value.raw)
