"""What the medicine of a study was compared with, from the words that say so."""

from __future__ import annotations

from collections.abc import Iterator

from epargraph.extract.engine import Context
from epargraph.extract.sentences import Sentence
from epargraph.extract.subjects.studies.arms import arm_name
from epargraph.extract.subjects.studies.mentions import Mention
from epargraph.extract.subjects.studies.study import Study
from epargraph.patterns import compiled


def add_comparators(told: Context, study: Study, mention: Mention, sentence: Sentence, text: str) -> None:
    """Add to the study what a sentence says that the medicine was compared with."""
    if any(each for each in study.comparators if each == "none"):
        return
    around = text[max(0, mention.start - 30) : mention.start]
    if compiled(r"\b(?:not|never)\s(?:\w+\s)?$").search(around):
        return
    names = told.names
    words = mention.words("comparator") if not isinstance(mention.fields.get("comparator"), tuple) else ""
    listed = mention.fields.get("comparator")
    parts = [str(each) for each in listed] if isinstance(listed, tuple) else [words]
    joined = " and ".join(parts)
    if mention.has("x_plain"):
        study.plain = True
        study.fields.pop("role", None)
        study.compare(sentence, _reference(told, study, sentence) if "reference medicine" in joined else joined)
        return
    place = sentence.text.find(parts[-1])
    masked = names.mask(joined)
    behind = text[mention.end : mention.end + 40]
    if compiled(r"\s?(?:before|baseline|the start)").match(behind) or "\ue000" in masked:
        return
    beside = _beside(text)
    for part in _apart(joined):
        name = arm_name(part, names.mask(part), names.medicine, names.substances)
        if name and (known := _in_brackets(name, text[place + len(part) :] if place >= 0 else "")):
            name = known
        if name and "reference medicine" in name:
            name = _reference(told, study, sentence)
        if (
            name
            and name != names.medicine
            and name not in beside
            and not name.startswith("without")
            and not compiled(r"(?:before|baseline|start|other|another|any|usual dose)\b").match(name)
            and place >= 0
        ):
            study.compare(sentence, name)


def _reference(told: Context, study: Study, sentence: Sentence) -> str:
    """Return the name of the reference medicine, where a sentence before gives it; its evidence is that sentence too."""
    for each in told.section("benefits", "what"):
        found = compiled(
            r"[Rr]eference medicine(?: for \ue000+ is|,| \()\s?(?:called )?(?P<name>[A-Z][\w-]+(?:/\s?[A-Z][\w-]+)?(?:\s[A-Z][\w/-]+)?)"
        ).search(told.masked[each])
        if found:
            study.quote(each)
            return compiled(r"\s?/\s?").sub("/", found["name"])
    return "reference medicine"


def _in_brackets(name: str, behind: str) -> str | None:
    """Return the treatment that brackets give for a vague name: 'standard treatment (warfarin)'."""
    if not compiled(r"(?:standard|conventional|usual|current) (?:treatment|therapy|care)").fullmatch(name):
        return None
    found = compiled(r"\s?\((?!an?\b|another\b|the\b)(?P<name>[a-z][a-z-]+(?: [a-z-]+)?)\)").match(behind)
    return found["name"] if found else None


def _beside(text: str) -> set[str]:
    """Return what the medicine itself is given with, so that it is no comparator: 'Xyzmed with paclitaxel was compared with ...'."""
    return {
        found[1]
        for found in compiled(
            r"[\ue000\ue001]+ (?:with|plus|and|in combination with|together with|taken with|given with) ([a-z][\w-]+)(?= (?:was|were|is|with|to)\b)"
        ).finditer(text)
    }


def _apart(words: str) -> Iterator[str]:
    """Yield the comparators that the words list: 'placebo and sitagliptin' are two, 'imipenem and colistin' may be one."""
    found = compiled(
        r"^(?P<one>.+?)\s(?:and|or)\s(?:with\s|that of\s|of\s|to\s)?(?P<two>placebo\b.*)$|^(?P<three>placebo)\s(?:and|or)\s(?:with\s)?(?P<four>.+)$"
    ).match(words)
    if found:
        yield from (each for each in found.groups() if each)
    else:
        yield words
