"""Lay glosses of terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from epargraph.extract.engine import Context, Fields, Found, Match, reader
from epargraph.extract.gloss_words import brackets, enumerates, expands, lowered, meaning_of
from epargraph.extract.term_words import term_before
from epargraph.patterns import compiled
from epargraph.values import plain

KINDS = ("Definition",)

_STANDING = re.compile(r"\b(?:generic|biosimilar|hybrid|reference)\s?(?:medicine|product)?s?$")


@reader
def gloss_in_brackets(match: Match, told: Context) -> Iterator[Fields]:
    """Yield each term of the sentence that a bracket after it explains."""
    text, masked = match.sentence.text, told.masked[match.sentence]
    for opening, closing in brackets(text):
        inside = masked[opening + 1 : closing]
        if told_inside := _MEANS.match(text[opening + 1 : closing].strip()):
            yield {"term": lowered(told_inside["name"]), "meaning": _own_words(told_inside["meaning"])}
            continue
        meaning = meaning_of(inside)
        if meaning is None:
            continue
        if "\ue001" in meaning or "\ue000" in meaning:
            meaning = " ".join(text[opening + 1 : closing].split())
        before, end = masked[:opening], opening
        if before.rstrip().endswith(")") and (earlier := _BRACKET_BEFORE.search(before)):
            end = earlier.start()
        if masked[:end].rstrip().endswith("\ue001"):
            yield from _substance(text[:end].rstrip(), masked[:end].rstrip(), meaning)
            continue
        if meaning.endswith("icity") and (ability := _ABILITY.search(text[:end].rstrip())):
            yield {"term": " ".join(ability[0].split()), "meaning": meaning, "x_words": ability[0]}
            continue
        term = term_before(masked, end, meaning, text[closing + 1 : closing + 20], named=_is_named(inside))
        if term is None or expands(term, meaning) or enumerates(term, meaning) or _is_name(term, meaning):
            continue
        words = text[end - len(term) : closing + 1]
        if quoted := compiled(r"(?:the\s|an?\s)?[‘'“](?P<name>[^‘’“”]+)[’'”]").fullmatch(meaning):
            yield {"term": quoted["name"].strip(), "meaning": term, "x_words": words}
        else:
            yield {"term": term, "meaning": _own_words(meaning), "x_words": words}


_BRACKET_BEFORE = re.compile(r"\s*\([^()]*\)\s*$")
_ABILITY = re.compile(r"\b(?:ability|capacity)\s(?:of\s[^,.;()]{2,40}\s)?to\s[^,.;()]{5,70}$")
"""What a name such as immunogenicity says in one word."""
_PARTS_OF = re.compile(r"^(?:parts|pieces|fragments|proteins|strains?|toxoids?)\s(?:of|from)\s(?:the\s)?")


def _substance(text: str, masked: str, meaning: str) -> Iterator[Fields]:
    """Yield the part of an active substance's name that a bracket explains: a bacterium, a virus."""
    start = len(masked.rstrip("\ue001"))
    term = _PARTS_OF.sub("", text[start:])
    if term != text[start:] and not expands(term, meaning):
        yield {"term": term, "meaning": _own_words(meaning), "x_words": term}


def _is_name(term: str, meaning: str) -> bool:
    """Whether the term or the meaning is the name of a gene or of a kind of medicine that is explained everywhere."""
    if meaning in ("DNA", "RNA") and not _GENETIC.search(term):
        return True
    if _HOW_USED.match(meaning) and (_SORT.search(term) or len(term.split()) > 2):
        return True
    return bool(_STANDING.search(term)) or term == "same active substance" or term.lower() == meaning.lower()


_MEANS = re.compile(
    r"^[‘'“]?\s?(?P<name>[A-Za-z][^‘’“”,;()]{2,40}?)\s?[’'”]?\s(?:means?|is\swhen)\s(?:that\s)?(?P<meaning>[^‘’“”]{8,200})$"
)
_GENETIC = re.compile(r"\b(?:genes?|genetic (?:material|code|information|instructions))$")
_HOW_USED = re.compile(r"^used\s")
_SORT = re.compile(
    r"(?:[^is]s|dose|form|strength|tablet|capsule|medicine|vaccine|treatment|solution|therapy|injection|infusion|study)$"
)
"""A form of the medicine or a sort of medicines: how it is used is no explanation of it."""


def _is_named(inside: str) -> bool:
    """Whether a bracket gives the name of what stands before it: 'called the macula', or a name in quotation marks."""
    return bool(
        compiled(
            r"\s*(?:also |commonly |otherwise )?(?:known as|called|referred to as)\s|\s*[‘“][^‘’“”]+[’”]\s*$"
        ).match(inside)
    )


def _own_words(meaning: str) -> str:
    if partly := compiled(r"[‘'“]([^‘’'“”]+)[’'”](\s\w.*)$").match(meaning):
        meaning = f"{partly[1].strip()}{partly[2]}"
    return " ".join(meaning.split()).strip(" .;,‘’“”\"'")


@reader
def gloss_known_as(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the technical name of what the sentence describes in lay words before it."""
    name = plain(match.groups["x_name"])
    term = term_before(told.masked[match.sentence], match.start, "known", ".")
    named_the = match.rule.id == "gloss-known-as-the"
    if term and (" " not in term or _VAGUE.match(term) if named_the else False):
        return
    if term and _CLASSES.fullmatch(term) and not (named_the and _THING.search(term)):
        return
    if term and name and not compiled(r"[A-Z]\d|\d|^[A-Z]{2,6}s?$").search(name) and len(name.split()) <= 5:
        yield {"term": name, "meaning": term, "x_words": match.sentence.text[match.start - len(term) : match.end]}


_CLASSES = re.compile(
    r"(?:[\w-]+\s)?(?:proteins?|enzymes?|receptors?|substances?|molecules?|hormones?|antibod(?:y|ies)|genes?|medicines?|virus(?:es)?|bacteri(?:a|um)|"
    r"chemicals?|messengers?|treatments?|class|group|types?|procedures?|tests?|scales?|scores?|stud(?:y|ies)|measures?)"
)
"""What only says of which kind a thing is: its name is no explanation."""
_VAGUE = re.compile(r"(?:another|other|certain|specific|particular|special|main|key|bacterial|human)\s")
_THING = re.compile(r"\b(?:virus|viruses|cells?)$")


@reader
def gloss_this_means(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the one term in quotation marks of the sentence before, which this sentence explains."""
    place = told.sentences.index(match.sentence)
    before = told.sentences[place - 1] if place else None
    if before is None or before.section != match.sentence.section:
        return
    if classed := _CLASSED.search(before.text):
        yield {"term": classed["name"], "meaning": plain(match.groups["x_meaning"]), "x_before": before.start}
        return
    quoted = [each for each in _QUOTED.finditer(before.text) if not before.text[each.end() :].lstrip().startswith("(")]
    if len(quoted) != 1 or _STANDING.search(quoted[0]["name"]) or _DECISION.search(quoted[0]["name"]):
        return
    yield {"term": _quoted(quoted[0]["name"]), "meaning": plain(match.groups["x_meaning"]), "x_before": before.start}


_CLASSED = re.compile(
    r"\b(?:is|are)\s(?:an?\s)?(?P<name>(?:(?!(?:type|kind|form|group|class|medicine|new|an?|of)\b)[a-z][\w-]*\s){0,3}"
    r"(?:inhibitor|agonist|antagonist|blocker|prodrug|analogue|modulator|antimetabolite|anticoagulant|diuretic|vasodilator)s?)\.?$"
)
"""What sort of substance it is, told ahead of what that means."""
_QUOTED = re.compile(r"[‘“]\s?(?P<name>[^‘’“”]{3,50}?)\s?[’”](?!\w)")
_DECISION = re.compile(r"conditional|exceptional|orphan|monitoring|authoris", re.IGNORECASE)


def _quoted(name: str) -> str:
    name = plain(name)
    return name[:1].lower() + name[1:] if name[1:].islower() else name


@reader
def gloss_means(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the quoted term whose meaning the sentence gives."""
    name = plain(match.groups["x_name"])
    if not _STANDING.search(name):
        yield {
            "term": _quoted(name),
            "meaning": plain(match.groups["x_meaning"]),
        }


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield each gloss, placed where its words stand in the sentence."""
    for each in found["Definition"]:
        sentence, words = each.sentences[0], each.fields.get("x_words")
        place = sentence.text.find(words) if isinstance(words, str) else -1
        if isinstance(words, str) and place >= 0:
            yield replace(each, at=sentence.start + place, end=sentence.start + place + len(words))
        elif isinstance(at := each.fields.get("x_before"), int):
            yield each.also(*(before for before in told.sentences if before.start == at))
        else:
            yield each
