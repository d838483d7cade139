"""Lay glosses of terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from epargraph.extract.engine import Context, Fields, Found, Match, reader
from epargraph.extract.gloss_words import brackets, enumerates, expands, meaning_of, term_before
from epargraph.values import plain

KINDS = ("Definition",)

_STANDING = re.compile(r"\b(?:generic|biosimilar|hybrid|reference)\s?(?:medicine|product)?s?$")


@reader
def gloss_in_brackets(match: Match, told: Context) -> Iterator[Fields]:
    """Yield each term of the sentence that a bracket after it explains."""
    text, masked = match.sentence.text, told.masked[match.sentence]
    for opening, closing in brackets(text):
        meaning = meaning_of(masked[opening + 1 : closing])
        if meaning is None:
            continue
        before, end = masked[:opening], opening
        if earlier := re.search(r"\s*\([^()]*\)\s*$", before):
            end = earlier.start()
        term = term_before(masked, end, meaning, text[closing + 1 : closing + 20])
        if term is None or expands(term, meaning) or enumerates(term, meaning) or _is_name(term, meaning):
            continue
        words = text[end - len(term) : closing + 1]
        if quoted := re.fullmatch(r"(?:the\s|an?\s)?[‘'“](?P<name>[^‘’“”]+)[’'”]", meaning):
            yield {"term": quoted["name"].strip(), "meaning": term, "x_words": words}
        else:
            yield {"term": term, "meaning": _own_words(meaning), "x_words": words}


def _is_name(term: str, meaning: str) -> bool:
    """Whether the term or the meaning is the name of a gene or of a kind of medicine that is explained everywhere."""
    return bool(_STANDING.search(term)) or term == "same active substance" or term.lower() == meaning.lower()


def _own_words(meaning: str) -> str:
    return " ".join(meaning.split()).strip(" .;,‘’“”\"'")


@reader
def gloss_known_as(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the technical name of what the sentence describes in lay words before it."""
    name = plain(match.groups["x_name"])
    term = term_before(told.masked[match.sentence], match.start, "known", ".")
    if term and name and not re.search(r"[A-Z]\d|\d|^[A-Z]{2,6}s?$", name) and len(name.split()) <= 5:
        yield {"term": name, "meaning": term, "x_words": match.sentence.text[match.start - len(term) : match.end]}


@reader
def gloss_means(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the quoted term whose meaning the sentence gives."""
    name = plain(match.groups["x_name"])
    if not _STANDING.search(name):
        yield {
            "term": name[:1].lower() + name[1:] if name[1:].islower() else name,
            "meaning": plain(match.groups["x_meaning"]),
        }


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield each gloss, placed where its words stand in the sentence."""
    for each in found["Definition"]:
        sentence, words = each.sentences[0], each.fields.get("x_words")
        place = sentence.text.find(words) if isinstance(words, str) else -1
        if isinstance(words, str) and place >= 0:
            yield replace(each, at=sentence.start + place, end=sentence.start + place + len(words))
        else:
            yield each
