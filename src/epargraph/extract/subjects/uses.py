"""What the medicine is used for, in whom, and which biomarkers matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from epargraph.extract.biomarker_words import Marker, markers
from epargraph.extract.condition_words import conditions
from epargraph.extract.engine import Context, Fields, Found, Match, reader
from epargraph.extract.people_words import ADJECTIVES, ANIMALS, PEOPLE
from epargraph.extract.sentences import Sentence
from epargraph.extract.told_uses import compose_uses
from epargraph.extract.treatment_words import partners
from epargraph.extract.use_words import Use, uses
from epargraph.patterns import compiled
from epargraph.rules import MEDICINE

KINDS = ("Indication", "Biomarker", "TestRequirement")

_OWN_USE = re.compile(r"\b(?:is|are|and|also|be|medicine|vaccine)\s$")
_ABOUT = re.compile(r"^(?:In|For|With|As|When|To)\s(?:the\streatment\sof\s|(?:patients|people|adults)\swith\s)?")
_FOR_PEOPLE = re.compile(rf"^(?:In|For)\s{ADJECTIVES}(?:{PEOPLE}|{ANIMALS})\b")
_LEAD_ABOUT = re.compile(rf"^(?P<about>(?:In|For)\s[^;:]{{3,200}}?),\s(?:{MEDICINE}|it|the\smedicine)\s")
_PRONOUN = re.compile(r"(?:It|They|The\s(?:medicine|vaccine)|This|When)\b")
_SEVERAL = re.compile(
    r"\b(?:types|forms|kinds|following(?!\s(?:situations|circumstances|cases|ways|patients|people|groups|combinations|settings))|conditions|infections|diseases|illnesses|cancers|disorders)\b[^:]*:$"
)
_TREATS = re.compile(r"\btreat(?:s|ing|ment)?\b")
_TELLS_WHOM = re.compile(r"(?:to|for|in|adults|children|patients|men|women|people)\b")

LONGEST = 1500
"""A sentence longer than this states no single use: it is left unread."""

_NOT_A_USE = re.compile(
    r"\b(?:designated|prescription|not\s(?:be\s|been\s)?(?:used|indicated|recommended|given|intended)|must\snot\sbe|should\snot\sbe|is\snot\s(?:used|indicated)|similar\sto|orphan|contains\sthe\ssame|available\sas)\b|"
    r"\bused\s(?:to\sdescribe|for\smany\syears|according|by\b|up\sto|as\s(?:an?\s)?(?:reference|comparator)|in\sthe\sEU)|\bresults\sin\b"
)
_CONTAINS = re.compile(r"\b(?:contains?|made|consists?|containing)\b")
_NEGATED = re.compile(r"\b(?:cannot|never|no\slonger|not(?!\sonly))\b")
_ALONE = re.compile(r"\b(?:(?:used|given|taken|or|and)\salone|on\sits\sown)\b")
_VAGUE = re.compile(r"\b(?:mainly|mostly|usually|generally|often|long\stime)\b")
_LISTS_PEOPLE = re.compile(
    r"\b(?:risk\sfactors?|criteria|such\sas|including|symptoms|factors|features|at\sleast\sone\sof\sthe\sfollowing)[^:]{0,40}:$"
)
_SUBJECT = re.compile(
    rf"^(?:{MEDICINE}+|It|They|The\s(?:medicine|vaccine)|This\s(?:medicine|vaccine)|(?:For|In)\s[^,]{{3,80}},\s(?:{MEDICINE}+|it|the\smedicine))\s"
)
_DIAGNOSTIC = re.compile(r"\b(?:diagnostic|radiopharmaceutical|diagnos(?:is|ing)|imaging)\b")
_USE = re.compile(
    r"\b(?:used|indicated|intended|given|added)\b|\bhelps?\s(?:to\s)?(?=protect|prevent)|\bfor\s(?:treating|preventing|protecting|diagnosing|the\s(?:[\w-]+\s){0,3}(?:treatment|prevention))|\bto\s(?:treat|prevent)\b"
)


def _rows(text: str, told: Context, *, diagnostic: bool) -> Iterator[Use]:
    """Yield the uses that the words tell; of a diagnostic medicine, with its own purpose and without what it is used with."""
    for use in uses(text):
        if use.purpose == "diagnosis" or (diagnostic and not use.purpose):
            yield replace(use, purpose="diagnosis", combined_with=())
        else:
            yield use


_WITH_IT = re.compile(r",?\s(?:(?:given|used|taken)\s)?(?:in\scombination|together)\swith\s")
_NAMED = re.compile(rf"{MEDICINE}+")


def _plainly(sentence: Sentence, told: Context, start: int = 0) -> str:
    """Return the sentence's words from a place on, the medicine's name as one mark."""
    masked = told.masked[sentence]
    parts, place = [], start
    for found in _NAMED.finditer(masked, start):
        parts += [sentence.text[place : found.start()], MEDICINE]
        place = found.end()
    return "".join([*parts, sentence.text[place:]])


def _tells_use(match: Match) -> bool:
    """Whether the words after the subject tell what this medicine is used for."""
    between, after = match.groups.get("x_between", ""), match.groups.get("x_use_2", "")
    if len(match.sentence.text) > LONGEST or _NOT_A_USE.search(f"{between}{match.groups['x_use']}{after[:60]}"):
        return False
    if compiled(r"\bone\sthat\s(?:also\s)?$").search(between):
        return False
    if _NEGATED.search(between) or len(_ALONE.findall(f"{match.groups['x_use']}{after}")) > 1:
        return False
    return not _CONTAINS.search(between) or bool(_OWN_USE.search(between))


@reader
def use_stated(match: Match, told: Context) -> Iterator[Fields]:
    """Yield each use that a sentence states, or what it says more of the uses told before."""
    sentence = match.sentence
    if sentence.bullet or (sentence.text.rstrip().endswith(":") and _has_bullets(sentence, told)):
        return
    if not _tells_use(match):
        return
    between = match.groups.get("x_between", "")
    about = match.groups.get("x_about", "")
    with_it = partners(between.strip(" ,"))[0].combined_with if _WITH_IT.match(between) else ()
    named = () if not about or _FOR_PEOPLE.match(about) else conditions(_ABOUT.sub("", about))[0]
    whom = uses(about[:1].lower() + about[1:]) if about and not named else []
    for use in _rows(
        _plainly(sentence, told, match.starts["x_use"]), told, diagnostic=bool(_DIAGNOSTIC.search(between))
    ):
        if use == Use() or (not use.condition and not use.purpose and _VAGUE.search(between)):
            continue
        if with_it and not use.combined_with and not use.monotherapy:
            use = replace(use, combined_with=with_it)
        row: Fields = dict(use.under(whom[0]).fields() if whom else use.fields())
        if use.condition and "purpose" not in row:
            row.update(purpose="treatment", x_supposed=True)
        row["x_also"] = bool(compiled(r"\balso\b").search(between))
        row["x_it"] = not match.groups["x_subject"].startswith(told.names.medicine[:1]) or match.groups[
            "x_subject"
        ] in ("It", "it")
        if named:
            row["x_about"] = named
        yield row


def _has_bullets(sentence: Sentence, told: Context) -> bool:
    return not _LISTS_PEOPLE.search(sentence.text) and any(
        each.lead is sentence for each in told.sentences if each.bullet
    )


def _first_of_bullet(sentence: Sentence, told: Context) -> bool:
    before = told.document.text[max(0, sentence.start - 6) : sentence.start].rstrip(" ")
    return before.endswith(("•", "\n", ":", ";", "; and", "; or")) or not before


@reader
def use_in_bullet(match: Match, told: Context) -> Iterator[Fields]:
    """Yield each use of a bullet under a sentence on uses; what that sentence says holds for it."""
    sentence, lead = match.sentence, match.sentence.lead
    if lead is not None and lead.bullet:
        yield from _within(sentence, lead, told)
        return
    if sentence.text.rstrip().endswith(":") and any(each.lead is sentence for each in told.section("what")):
        return
    if lead is None or not sentence.bullet or len(sentence.text) > LONGEST or len(lead.text) > LONGEST:
        return
    leading = _plainly(lead, told)
    cue = _USE.search(leading)
    if not cue or _LISTS_PEOPLE.search(lead.text) or _NOT_A_USE.search(leading[: cue.end() + 60]):
        return
    if MEDICINE not in leading and not _PRONOUN.match(leading):
        return
    text = _plainly(sentence, told)
    if more := _SUBJECT.match(text):
        told_in = _USE.search(text)
        for use in uses(text[told_in.start() if told_in else more.end() :]):
            row: Fields = dict(use.fields())
            row.pop("purpose", None)
            if row:
                yield {**row, "x_more": True, "x_also": bool(compiled(r"\balso\b").search(text[: more.end() + 40]))}
        return
    if not _first_of_bullet(sentence, told):
        return
    if text.startswith("with ") and compiled(rf"\b{PEOPLE}:?$").search(leading.rstrip(" :")):
        text = text.removeprefix("with ")
    base = next(_rows(leading[cue.start() :], told, diagnostic=bool(_DIAGNOSTIC.search(leading))), Use())
    if (about := _LEAD_ABOUT.match(leading)) and not _FOR_PEOPLE.match(leading):
        base = replace(base, condition=conditions(_ABOUT.sub("", about["about"]))[0])
    elif _SEVERAL.search(lead.text):
        base = replace(base, condition=())
    for use in _rows(text, told, diagnostic=False):
        if base.condition and use.condition and not _TELLS_WHOM.match(text):
            use = replace(use, condition=())
        if base.purpose == "prevention" and not _TREATS.search(text):
            use = replace(use, purpose="prevention")
        row = dict(use.under(base).fields())
        if "condition" in row and "purpose" not in row:
            row.update(purpose="treatment", x_supposed=True)
        if row:
            yield row


def _within(sentence: Sentence, lead: Sentence, told: Context) -> Iterator[Fields]:
    """Yield the uses of a bullet of a list within a list: what both lead-ins say holds for it."""
    outer = lead.lead
    if outer is None or not _USE.search(outer.text) or _NOT_A_USE.search(outer.text):
        return
    leading = _plainly(outer, told)
    cue = _USE.search(leading)
    base = next(iter(uses(leading[cue.start() :] if cue else leading)), Use())
    if _SEVERAL.search(outer.text):
        base = replace(base, condition=())
    of_lead = next(iter(uses(_plainly(lead, told).rstrip(" :"))), Use())
    for use in uses(_plainly(sentence, told)):
        if of_lead.condition and use.condition:
            use = replace(use, condition=())
        row: Fields = dict(use.under(of_lead.under(base)).fields())
        if "condition" in row and "purpose" not in row:
            row.update(purpose="treatment", x_supposed=True)
        if "condition" in row:
            yield row


@reader
def biomarker_named(match: Match, told: Context) -> Iterator[Fields]:
    """Yield each biomarker that the sentence names by its form."""
    if len(match.sentence.text) <= LONGEST:
        for marker in markers(match.sentence.text):
            yield _fields_of(marker)


def _fields_of(marker: Marker) -> Fields:
    told = {"gene": marker.gene, "alteration": marker.alteration, "status": marker.status}
    return {name: value for name, value in told.items() if value}


_BEFORE = re.compile(
    r"\b(?:before|prior\sto|first|once|in\sorder\sto\s(?:receive|start)|only\s(?:be\s)?(?:used|given|started)|to\sstart|must\sbe\s(?:confirmed|tested)|should\sbe\s(?:confirmed|tested)|to\sconfirm|must\s(?:first\s)?confirm)\b",
    re.IGNORECASE,
)
_TESTED_APART = re.compile(r"\bfor\s[^;.]{5,120}?\b(?:and|or)\sfor\s")
_DURING = re.compile(r"\b(?:during\streatment|throughout\streatment|while\son\streatment)\b", re.IGNORECASE)
_GENERAL_TEST = re.compile(
    r"\b(?:genetic\s(?:change|test|testing|abnormality)|the\smutations?|these\smutations|(?:has|have|with)\s(?:a|the)\smutations?|this\s(?:mutation|protein|receptor|change|marker|gene)|the\s(?:protein|marker|receptor)\b)"
)


@reader
def test_required(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the biomarker that the sentence says patients must be tested for."""
    text = match.sentence.text
    if len(text) > LONGEST:
        return
    row: Fields = {}
    if _DURING.search(text) and not _BEFORE.search(text):
        row["timing"] = "during treatment"
    elif _BEFORE.search(text):
        row["timing"] = "before treatment"
    named = markers(text)
    if len(named) > 1 and all(each.alteration or each.status for each in named) and _TESTED_APART.search(text):
        yield from ({"biomarker": each.name, **row} for each in named)
        return
    if named:
        genes = list(dict.fromkeys(marker.gene for marker in named))
        yield {"biomarker": named[0].name if len(genes) == 1 else " or ".join(genes), **row}
        return
    row["x_test"] = text
    if _GENERAL_TEST.search(text) or compiled(r"\b[A-Z][A-Z0-9-]{2,}").search(text):
        yield row


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield the uses put together from the sentences that tell them, the biomarkers they name and the tests."""
    yield from compose_uses(found, told)
