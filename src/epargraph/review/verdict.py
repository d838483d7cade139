"""Verdicts on facts, and the file in which a reviewer gives them: read item by item, what is wrong told with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import inf
from pathlib import Path
from typing import Literal

from epargraph import kinds, vocabulary
from epargraph.errors import SourceError
from epargraph.graph import DEFAULT_BASE
from epargraph.graph.labels import kebab
from epargraph.kinds import Json, Value

SUFFIX = ".review.json"

Word = Literal["accept", "reject", "correct"]
Fields = Mapping[str, Value | tuple[str, ...] | None]

_WORDS: Mapping[str, Word] = {"accept": "accept", "reject": "reject", "correct": "correct"}
_LONGEST = 10_000_000
_KEYS = {"fact", "verdict", "quotes", "fields", "reviewer", "date", "reason"}
_KINDS = {kebab(kind): kind for kind in kinds.KINDS if kind not in ("Document", "Medicine", "Biomarker")}
"""The kinds by the folder of their facts' IRIs: those whose facts belong to one medicine."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer says of a fact (by its IRI), having seen these quotes.

    `fields` are those of a correction that differ from what was read; None says that the text does not state the field.
    `reviewer` is a name or an IRI (an ORCID); `date` is ISO 8601.
    """

    fact: str
    word: Word
    quotes: tuple[str, ...]
    reviewer: str
    date: str
    reason: str = ""
    fields: Fields = field(default_factory=dict, hash=False)

    @property
    def kind(self) -> str:
        """The kind of the fact, which its IRI tells."""
        return _KINDS[self.fact.split("/")[-2]]

    @property
    def medicine(self) -> str:
        """The IRI of the medicine that the fact is of."""
        return self.fact.rsplit("/", 2)[0]


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """The verdicts of a file, under its name, the file's own text, and what is wrong in it."""

    name: str
    text: str = field(repr=False)
    verdicts: tuple[Verdict, ...]
    faults: tuple[str, ...] = ()


def is_review(path: Path) -> bool:
    """Tell whether a file is a reviewer's by its name.

    >>> is_review(Path("ann.review.json")), is_review(Path("register.json"))
    (True, False)
    """
    return path.name.lower().endswith(SUFFIX)


def read_review(path: Path, *, base: str = DEFAULT_BASE) -> ReviewFile:
    """Return the verdicts of a reviewer's file; facts that it names with the usual base get the base given.

    An item that is no verdict is a fault, told by its place. SourceError where the file is no JSON of reviews.
    """
    try:
        if path.stat().st_size > _LONGEST:
            raise SourceError(str(path), "is longer than 10 MB", "split it")
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(str(path), f"can't be read ({error})", "give a file of reviews in UTF-8") from error
    return parse(path.name[: -len(SUFFIX)], text, base=base, where=str(path))


def parse(name: str, text: str, *, base: str = DEFAULT_BASE, where: str = "") -> ReviewFile:
    """Return the verdicts that a text holds, as `read_review` does of a file."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(where or name, f"is no JSON ({error})", "give a file that the review page wrote") from error
    if not isinstance(told, dict) or not isinstance(told.get("reviews"), list):
        raise SourceError(
            where or name, 'is no file of reviews (there is no list "reviews")', "give one that the review page wrote"
        )
    verdicts: list[Verdict] = []
    faults: list[str] = []
    for place, item in enumerate(told["reviews"], 1):
        try:
            verdicts.append(_verdict(item, base))
        except ValueError as error:
            faults.append(f"{Path(where).name or name}, item {place}: {error}")
    return ReviewFile(name, text, tuple(verdicts), tuple(faults))


def _verdict(item: Json, base: str) -> Verdict:
    """Return one verdict; ValueError says what is wrong with it."""
    if not isinstance(item, dict):
        raise ValueError("it is no object")
    if unknown := sorted(item.keys() - _KEYS):
        raise ValueError(f"there is no key {unknown[0]!r} (the keys are {', '.join(sorted(_KEYS))})")
    word = _WORDS.get(str(item.get("verdict")))
    if word is None:
        raise ValueError("its verdict is not accept, reject or correct")
    fact = _words(item, "fact").replace(DEFAULT_BASE, base, 1)
    if not reviewable(fact, base):
        raise ValueError(f"{fact!r} is not the IRI of a medicine's fact")
    kind = _KINDS[fact.split("/")[-2]]
    quotes = item.get("quotes")
    if not isinstance(quotes, list) or not quotes or not all(isinstance(each, str) and each for each in quotes):
        raise ValueError('its "quotes" are not the words that the fact was read from, as a list')
    fields = dict(_fields(kind, item.get("fields"))) if "fields" in item else {}
    if (word == "correct") != bool(fields):
        raise ValueError('a correction, and nothing else, has the "fields" that differ')
    reason = _words(item, "reason") if word != "accept" or "reason" in item else ""
    day = _words(item, "date")
    try:
        date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"its date {day!r} is none; write it like 2026-01-31") from None
    told = tuple(str(each) for each in quotes)
    return Verdict(fact, word, told, _words(item, "reviewer"), day, reason, fields)


def reviewable(fact: str, base: str) -> bool:
    """Tell whether an IRI is that of a fact that belongs to one medicine: those can be reviewed.

    >>> reviewable(f"{DEFAULT_BASE}medicine/EMEA-H-C-005522/dose/54852e140997", DEFAULT_BASE)
    True
    >>> reviewable(f"{DEFAULT_BASE}biomarker/KRAS-G12C", DEFAULT_BASE)
    False
    """
    parts = fact.removeprefix(f"{base}medicine/").split("/")
    is_iri = not any(character in '<>"{}|\\^`' or character.isspace() for character in fact)
    return fact.startswith(f"{base}medicine/") and len(parts) == 3 and parts[1] in _KINDS and is_iri


def _words(item: Mapping[str, Json], key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"its {key!r} is missing")
    return value.strip()


def _fields(kind: str, told: Json) -> Iterator[tuple[str, Value | tuple[str, ...] | None]]:
    """Yield the corrected fields of a fact, each of its type and in its closed list."""
    if not isinstance(told, dict):
        raise ValueError('its "fields" are no object')
    for name, value in told.items():
        if name not in kinds.field_names(kind) or (kind, name) in kinds.ORDINALS:
            raise ValueError(f"a {kind} has no field {name!r} to correct")
        several = name in kinds.list_fields(kind)
        if value is None or value == []:
            yield name, () if several else None
            continue
        each = value if isinstance(value, list) and several else [value]
        for one in each:
            if isinstance(one, list | dict) or one is None:
                raise ValueError(f"{name!r} of a {kind} is no {type(one).__name__}")
            _check(kind, name, one)
        yield name, tuple(str(one) for one in each) if several else _plain(each[0])


def _plain(value: Json) -> Value:
    assert isinstance(value, str | int | float | bool)
    return value


def _check(kind: str, name: str, value: Value) -> None:
    """Raise ValueError for a value that the field can't have."""
    told = vocabulary.FIELDS[kind, name]
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < inf
    if name in kinds.number_fields(kind):
        if not is_number:
            raise ValueError(f"{name!r} of a {kind} is a number, not {value!r}")
    elif (told.range or "").endswith("#boolean"):
        if not isinstance(value, bool):
            raise ValueError(f"{name!r} of a {kind} is true or false, not {value!r}")
    elif not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name!r} of a {kind} is words, not {value!r}")
    elif told.scheme is not None and vocabulary.concept(told.scheme, value) is None:
        known = ", ".join(sorted(set(vocabulary.labels(told.scheme).values())))
        raise ValueError(f"{name!r} of a {kind} has no value {value!r} (its values: {known})")
