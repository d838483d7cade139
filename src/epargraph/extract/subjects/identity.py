"""What the document and the medicine are: numbers, dates, names, substances, types and the reference medicine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from epargraph.extract.engine import Context, Fields, Found, Match, closed_words, reader
from epargraph.extract.sentences import Sentence
from epargraph.rules import MEDICINE, SUBSTANCE
from epargraph.values import plain

KINDS = ("Document", "Medicine", "ReferenceMedicine")

_REFERRING = ("generic", "hybrid", "biosimilar")
_NO_CLASS = re.compile(
    r"^(?:medicine|product|treatment|drug|medication|medicinal product|combination|type|kind|‘|'|brand|new|(?:type|kind) of .*)$|"
    r"\b(?:generic|biosimilar|hybrid|orphan)\b|\b(?:containing|contains|available)\b",
    re.IGNORECASE,
)


@reader
def product_number(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the product number without the spaces that a text layer puts into it."""
    yield {"product_number": re.sub(r"\s", "", match.groups["x_number"])}


@reader
def medicine_class(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the document's word for what sort of medicine it is; a bare "medicine" or a dose form is none."""
    words = plain(match.groups["x_class"])
    if _NO_CLASS.search(words) or _is_form(words):
        return
    yield {"medicine_class": (words,)}


def _is_form(words: str) -> bool:
    """Whether the words are a pharmaceutical form, whatever stands ahead of it."""
    forms = closed_words("Form", "dose_form") or {}
    lower = words.lower()
    return any(lower == form or lower.endswith(f" {form}") for form in forms) or bool(
        re.match(r"(?:powder|solution|suspension|concentrate|liquid|gel|cream|capsules?|tablets?)\b", lower)
    )


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield one Document, one Medicine and the reference medicine."""
    document = _document(found["Document"], told)
    if document is not None:
        yield document
    medicine = _medicine(found["Medicine"], told, document)
    if medicine is not None:
        yield medicine
    yield from _reference(found["ReferenceMedicine"], medicine, told)


def _document(found: list[Found], told: Context) -> Found | None:
    """Return what the document says of itself: of each field the first that it states, of updates the last."""
    fields: Fields = {}
    sentences: list[Sentence] = []
    for each in sorted(found, key=lambda one: one.at):
        new = {k: v for k, v in each.fields.items() if not k.startswith("x_")}
        if "title" in new:
            new["title"] = " ".join(each.sentences[0].text.split())
        if "url" in new:
            new["url"] = str(new["url"]).rstrip(".")
        if "last_updated" in new or not set(new) <= set(fields):
            fields |= {k: v for k, v in new.items() if k not in fields or k == "last_updated"}
            sentences += each.sentences
    named = _first(told, told.names.medicine, MEDICINE)
    if named is not None:
        fields["medicine"] = told.names.medicine
        sentences.append(named)
    if not sentences:
        return None
    fields["language"] = "en"  # read refuses every other
    return Found("Document", fields, tuple(dict.fromkeys(sentences)), "document")


def _medicine(found: list[Found], told: Context, document: Found | None) -> Found | None:
    """Return the medicine with its substances, its class and its types; None where the document names none."""
    named = _first(told, told.names.medicine, MEDICINE)
    if named is None:
        return None
    fields: Fields = {"name": told.names.medicine}
    sentences = [named]
    for substance in told.names.substances:
        stated = _first(told, substance, SUBSTANCE)
        if stated is not None:
            fields["substance"] = (*_tuple(fields, "substance"), substance)
            sentences.append(stated)
    number = str(document.fields.get("product_number", "")) if document else ""
    if domain := {"H": "human", "V": "veterinary"}.get(number[5:6]):
        fields["domain"] = domain
    for each in sorted(found, key=lambda one: one.at):
        for name in ("medicine_class", "medicine_type"):
            values = each.fields.get(name, ())
            if name == "medicine_class" and fields.get(name):
                continue
            new = tuple(v for v in (values if isinstance(values, tuple) else ()) if v not in _tuple(fields, name))
            if new:
                fields[name] = (*_tuple(fields, name), *new)
                sentences += each.sentences
    if len(_tuple(fields, "substance")) > 1 and "vaccine" not in _tuple(fields, "medicine_type"):
        fields["medicine_type"] = (*_tuple(fields, "medicine_type"), "combination")
    return Found("Medicine", fields, tuple(dict.fromkeys(sentences)), "medicine")


def _tuple(fields: Fields, name: str) -> tuple[str, ...]:
    value = fields.get(name, ())
    return value if isinstance(value, tuple) else ()


def _first(told: Context, name: str, mark: str) -> Sentence | None:
    """Return the first sentence that holds the name, the text's own sections ahead of the header."""
    if not name:
        return None
    holding = [each for each in told.sentences if mark in told.masked[each] and name.casefold() in each.text.casefold()]
    return next((each for each in holding if each.section != "header"), holding[0] if holding else None)


def _reference(found: list[Found], medicine: Found | None, told: Context) -> Iterator[Found]:
    """Yield each reference medicine once, related as the medicine's own type says."""
    types = _tuple(medicine.fields, "medicine_type") if medicine else ()
    relation = next((each for each in types if each in _REFERRING), None)
    seen: set[str] = set()
    for each in found:
        name = str(each.fields["name"])
        if name.casefold() == told.names.medicine.casefold() or name in seen:
            continue
        seen.add(name)
        yield each.having(relation=relation) if relation else each
