"""What the document and the medicine are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from epargraph.extract.engine import Context, Fields, Found, Match, reader
from epargraph.extract.names import lower_as_long, stand_in
from epargraph.extract.sentences import Sentence
from epargraph.patterns import compiled
from epargraph.rules import SUBSTANCE
from epargraph.values import plain

KINDS = ("Document", "Medicine", "ReferenceMedicine")

_FORM = re.compile(
    r"\b(?:solution|powder|tablets?|capsules?|concentrate|suspension|cream|gel|implants?|patch(?:es)?|spray|emulsion|kit|granules|drops|ointment|"
    r"lyophilisate|dispersion|syrup|injection|infusion|series|range|type\sof|pen|vials?|foam|film|lozenges?|inhaler|gas|sponge|sealant)\b"
)
_STANDING = re.compile(
    r"\b(?:generic|biosimilar|hybrid|reference|orphan|rare|available|authorised|indicated|recommended|medicine\swith|given|combination\sof|the\ssame|similar|copy|version)\b|^(?:medicines?|medicinal\sproducts?|products?)$"
)
_CLASS = re.compile(
    r"(?:medicines?|vaccines?|antibiotics?|radiopharmaceuticals?|insulins?|anticoagulants?|contraceptives?|immunosuppressants?|anaesthetics?|sedatives?|"
    r"antivirals?|hormones?|diuretics?|analgesics?|painkillers?|steroids?|corticosteroids?|immunoglobulins?|agents?|products?|inhibitors?|therapy|therapies|"
    r"antibod(?:y|ies)|enzymes?|antidotes?|adjuvants?|antifungals?|statins?|(?:contraceptive|combined|mini)\spills?|antihistamines?|laxatives?|bronchodilators?|supplements?|retinoids?|antiseptics?)$"
)
_TYPES = ("generic", "hybrid", "biosimilar", "vaccine", "gene therapy", "radiopharmaceutical")


@reader
def reference(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the document's reference as EMA writes it, without spaces."""
    yield {"reference": _closed_up(match.groups["reference"])}


@reader
def title(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the title as it stands."""
    yield {"title": match.groups["title"].strip()}


@reader
def product_number(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the product number as EMA writes it, without spaces."""
    yield {"product_number": _closed_up(match.groups["product_number"])}


def _closed_up(words: str) -> str:
    return compiled(r"\s").sub("", words)


@reader
def medicine_class(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the word for what sort of medicine it is, where the sentence gives one."""
    words = plain(match.groups["x_class"])
    if _CLASS.search(words) and not _FORM.search(words) and not _STANDING.search(words) and len(words.split()) <= 5:
        yield {"medicine_class": (words,)}


@reader
def medicine_type(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the type of medicine that the sentence says it is."""
    words = match.groups["x_type"].lower()
    if compiled(r"\bnot\b").search(words):
        return
    for notation in _TYPES:
        if notation in words:
            yield {"medicine_type": (notation,)}
            return
    yield {"medicine_type": ("cell therapy",)}


@reader
def reference_medicine(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the reference medicine that the sentence names."""
    name = compiled(r"/\s").sub("/ ", match.groups["x_name"]).rstrip("’'")
    if name.casefold() != told.names.medicine.casefold():
        yield {"name": compiled(r"[’']s$").sub("", name)}


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield the one document, the one medicine and the reference medicine that the document names first."""
    yield from _document(found["Document"], told)
    medicine = _medicine(found["Medicine"], found["Document"], told)
    yield from medicine
    types = [each for each in found["Medicine"] if "medicine_type" in each.fields]
    relation = next(
        (
            (str(value), each)
            for each in types
            for value in _listed(each.fields.get("medicine_type"))
            if value in ("generic", "hybrid", "biosimilar")
        ),
        None,
    )
    for each in found["ReferenceMedicine"][:1]:
        yield each.having(relation=relation[0]).also(*relation[1].sentences) if relation else each


def _listed(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _best(found: Sequence[Found], name: str, told: Context) -> Found | None:
    """Return the statement of a field that is the document's own, where a page has several."""
    stating = [each for each in found if name in each.fields]
    if name == "reference":
        stating.sort(
            key=lambda each: (each.sentences[0].section != "header", not _after_overview(each.sentences[0], told))
        )
    elif name == "url":
        slug = compiled(r"[^a-z0-9]+").sub("-", told.names.medicine.lower()).strip("-")
        stating.sort(key=lambda each: not str(each.fields["url"]).endswith(f"/{slug}"))
    elif name == "last_updated":
        stating.sort(key=lambda each: " page " in each.sentences[0].text)
    return stating[0] if stating else None


_OVERVIEW = re.compile(r"(?i)\boverview\b|summary for the public")


def _after_overview(sentence: Sentence, told: Context) -> bool:
    """Whether one of the lines just above speaks of the overview, as lists of files on web pages do."""
    before = [each for each in told.sentences if each.end <= sentence.start][-5:]
    return any(_OVERVIEW.search(each.text) for each in (*before, sentence))


def _document(found: Sequence[Found], told: Context) -> Iterator[Found]:
    """Yield the document with all that it says of itself."""
    fields: Fields = {}
    one: Found | None = None
    for name in ("reference", "product_number", "title", "publisher", "last_updated", "url", "copyright_year"):
        best = _best(found, name, told)
        if best is not None:
            fields[name] = best.fields[name]
            one = best if one is None else one.also(*best.sentences)
    named = _naming(told, told.names.medicine)
    if named and (one or told.names.medicine):
        fields["medicine"] = told.names.medicine
        one = one.also(named) if one else Found("Document", {}, (named,), "document-title", named.start, named.end)
    if one:
        yield Found(one.kind, {**fields, "language": "en"}, one.sentences, one.rule, one.at, one.end)


_BETWEEN = r",?\s+(?:\([^()]*\)\s*)?"
"""What stands between the words of a name: 'inactivated (killed) polioviruses'."""


def _naming(told: Context, name: str) -> Sentence | None:
    """Return the first sentence that names something, headers before the rest."""
    if not name:
        return None
    lower = lower_as_long(name)
    for sentence in told.sentences:
        if stand_in(name, sentence.text):
            return sentence
    for sentence in told.sentences:
        if stand_in(lower, lower_as_long(sentence.text)):
            return sentence
    if len(name.split()) < 2:
        return None
    glossed = re.compile(rf"(?<!\w){_BETWEEN.join(re.escape(word) for word in name.split())}(?!\w)", re.IGNORECASE)
    return next((sentence for sentence in told.sentences if glossed.search(sentence.text)), None)


_DOMAINS = {"product_number": re.compile(r"EMEA/([HV])/"), "url": re.compile(r"/(human|veterinary)/EPAR/")}
"""Where the letter stands that tells medicines for people from those for animals."""


def _domain(found: Sequence[Found], told: Context) -> tuple[str, Sentence] | None:
    """Return whether the medicine is for people or animals, from the letter in the product number, else the address."""
    for name, pattern in _DOMAINS.items():
        best = _best(found, name, told)
        if best and (letter := pattern.search(str(best.fields[name]))):
            return ("veterinary" if letter[1][0].lower() == "v" else "human"), best.sentences[0]
    return None


def _medicine(found: Sequence[Found], documents: Sequence[Found], told: Context) -> Iterator[Found]:
    """Yield the medicine with its name, its active substances and what sort of medicine it is."""
    named = _naming(told, told.names.medicine)
    if not named:
        return
    fields: Fields = {"name": told.names.medicine}
    one = Found("Medicine", fields, (named,), "medicine-named", named.start, named.end)
    substances = [(name, sentence) for name in told.names.substances if (sentence := _naming(told, name))]
    if substances:
        fields["substance"] = tuple(name for name, _ in substances)
        one = one.also(*(sentence for _, sentence in substances))
        if said := _containing(told, "active substances?"):
            one = one.also(said)
    if domain := _domain(documents, told):
        fields["domain"] = domain[0]
        one = one.also(domain[1])
    types: list[str] = []
    for each in found:
        if "medicine_class" in each.fields and "medicine_class" not in fields:
            fields["medicine_class"] = each.fields["medicine_class"]
            one = one.also(*each.sentences)
        for value in _listed(each.fields.get("medicine_type")):
            if value not in types:
                types.append(value)
                one = one.also(*each.sentences)
    if len(substances) > 1 and "vaccine" not in types and (said := _containing(told, "active substances")):
        types.append("combination")
        one = one.also(said)
    if types:
        fields["medicine_type"] = tuple(types)
    yield Found(one.kind, fields, one.sentences, one.rule, one.at, one.end)


@cache
def _containing_pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:contain(?:s|ing)?|made\sup\sof)\b.*\b{words}\b|^(?:The|Its)\s{words}\b.*\bare\b")


def _containing(told: Context, words: str) -> Sentence | None:
    """Return the sentence that says which active substances the medicine contains."""
    pattern = _containing_pattern(words)
    for sentence in told.section("what", "use", "work"):
        if SUBSTANCE in told.masked[sentence] and pattern.search(sentence.text):
            return sentence
    return None
