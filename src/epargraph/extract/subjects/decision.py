"""Why and how the medicine was authorised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from epargraph.extract.engine import Context, Fields, Found, Match, reader
from epargraph.extract.gloss_words import lowered
from epargraph.extract.sentences import Sentence
from epargraph.patterns import compiled
from epargraph.rules import MEDICINE, pieces
from epargraph.values import date, plain, split_list, without_brackets

KINDS = ("Conclusion", "Rationale", "Authorisation", "Designation")

_DATE = pieces()["date"]
_EU = re.compile(r"\b(?:EU|European\sUnion|European\sCommission|Community)\b")


def _masked(match: Match, told: Context) -> str:
    return told.masked[match.sentence][match.start : match.end]


def _of_another(masked: str, told: Context) -> bool:
    """Whether the words name a medicine that is not the document's."""
    named = compiled(r"\bfor\s(?:the\s(?:reference\s)?medicine\s)?(?P<name>[A-Z\ue000]\S*)").search(masked)
    return bool(named and told.names.medicine and not named["name"].startswith(MEDICINE))


@reader
def authorisation_received(match: Match, told: Context) -> Iterator[Fields]:
    """Yield when and how the medicine was authorised, and to whom."""
    masked = _masked(match, told)
    if _of_another(masked, told):
        return
    behind = compiled(r"\s?\([^()]*\)").match(match.sentence.text[match.end :])
    words = match.groups["x_kind"] + match.groups["x_more"] + (behind[0] if behind else "")
    row: Fields = {"type": _type(words) or "standard"}
    if stated := date(match.groups["date"]):
        row["date"] = stated
    if _EU.search(match.sentence.text[match.start : match.end]):
        row["territory"] = "EU"
    start = match.starts["x_more"]
    more = told.masked[match.sentence][start : start + len(match.groups["x_more"])]
    holder = compiled(r"\bto\s(?P<name>(?!the\b)[A-Z0-9][^;\ue000]*?)(?:,?\s(?:for|valid)\b.*)?$").search(more)
    if holder:
        row["holder"] = " ".join(match.groups["x_more"][holder.start("name") : holder.end("name")].split()).strip(" ,")
    yield row


def _type(words: str) -> str | None:
    words = words.lower()
    if "exceptional" in words:
        return "exceptional circumstances"
    return "conditional" if "conditional" in words else None


@reader
def authorisation_type(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the type of authorisation that the sentence says the medicine has or had."""
    if (stated := _type(match.groups["type"])) and not _of_another(_masked(match, told), told):
        yield {"type": stated}


@reader
def authorisation_converted(match: Match, told: Context) -> Iterator[Fields]:
    """Yield when the authorisation became a standard one."""
    words = match.groups.get("converted_on") or match.groups.get("converted_on_2") or ""
    if stated := date(words):
        yield {"converted_on": stated}


_ENDS = {
    "lapsed": "lapsed",
    "expired": "lapsed",
    "ceased to be valid": "lapsed",
    "withdrawn": "withdrawn",
    "withdrew": "withdrawn",
    "no longer authorised": "withdrawn",
    "not renewed": "not renewed",
    "did not renew": "not renewed",
    "not been renewed": "not renewed",
}
_NOT_AUTHORISATION = re.compile(
    r"\b(?:application|orphan|register|stud(?:y|ies)|extension|patients?|presentation|indication|strengths?|batch(?:es)?|"
    r"can|may|if|before|could|other|reference)\b"
)


@reader
def authorisation_ended(match: Match, told: Context) -> Iterator[Fields]:
    """Yield that the authorisation lapsed, was withdrawn, not renewed or refused, and when."""
    masked = _masked(match, told)
    if _of_another(masked, told) or _NOT_AUTHORISATION.search(masked):
        return
    how = " ".join(
        (match.groups.get("x_how") or match.groups.get("x_how_2") or match.groups.get("x_how_3") or "withdrew")
        .lower()
        .split()
    )
    status = _ENDS.get(how, "refused")
    if not compiled(r"authorisation|authorised|approv|market").search(match.sentence.text):
        return
    row: Fields = {"status": status}
    ended = match.groups.get("ended_on") or match.groups.get("ended_on_3")
    if not ended and (opening := compiled(rf"On\s({_DATE})\b").match(match.sentence.text)):
        ended = opening[1]
    if status != "refused" and ended and (stated := date(ended)):
        row["ended_on"] = stated
    yield row


_ABBREVIATED = re.compile(r"\b(?:Ltd|Inc|Co|Corp|plc|KG|AG|(?:\w\.)+\w)\.$")


def _company(words: str) -> str:
    words = " ".join(words.split()).rstrip(" ,;")
    return words if _ABBREVIATED.search(words) else words.rstrip(".")


def _next(sentence: Sentence, told: Context) -> Sentence | None:
    """Return the line after a label that stands alone."""
    after = told.sentences[told.sentences.index(sentence) + 1 :]
    return after[0] if after else None


@reader
def holder_told(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the holder that stands behind the label, on its line or the next."""
    words = match.groups.get("holder_2") or match.groups.get("holder_3") or match.groups.get("holder") or ""
    if words.strip():
        if compiled(r"[A-Z0-9]").match(words.strip()) and len(words) < 120:
            yield {"holder": _company(words)}
        return
    value = _next(match.sentence, told)
    if (
        value
        and compiled(r"[A-Z0-9]").match(value.text)
        and len(value.text) < 120
        and not value.text.endswith((":", "?"))
    ):
        yield {"holder": " ".join(value.text.split()), "x_next": value.start}


@reader
def date_told(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the date of the authorisation that stands behind the label, on its line or the next."""
    territory: Fields = {"territory": "EU"} if _EU.search(match.sentence.text) else {}
    if words := match.groups.get("date"):
        if stated := date(words):
            yield {"date": stated, **territory}
        return
    value = _next(match.sentence, told)
    if value and compiled(_DATE).fullmatch(value.text.strip()) and (stated := date(value.text.strip())):
        yield {"date": stated, "x_next": value.start, **territory}


_RARE = (
    re.compile(
        r"\b(?:number|numbers)\sof\s(?:patients|people|children|adults|men|women)\s(?:with|who\shave|suffering\sfrom|affected\sby)\s(?P<condition>[^.;]{3,140}?)(?:\sin\s(?:the\s)?(?:EU|European\sUnion|Europe)(?:\s\(EU\))?)?\s(?:is|are)\s(?:very\s|considered\s)?(?:low|small)"
    ),
    re.compile(
        r"^(?!(?:(?:Because|As|Since)\s)?[Tt]he\snumbers?\sof\b)(?:Because|As|Since)?\s?(?P<condition>[^.;]{3,140}?)\s(?:is|are)\s(?:an?\s)?(?:both\s|all\s)?(?:considered\s(?:to\sbe\s)?)?(?:very\s)?[‘'“\"]?\s?(?:rare|low)\b"
    ),
)
_PRONOUN = re.compile(
    r"^(?:the|this|these|those|such|it|they|that)\b.*\b(?:diseases?|conditions?|disorders?|cancers?|infections?|patients|it|they)$|^(?:it|they)$",
    re.IGNORECASE,
)
_PAIR = re.compile(rf"(?P<condition>[^:;().,\d][^:;().]{{2,120}}?)\s?(?::|\()\s?(?P<date>{_DATE})")
_PAIR_FOR = re.compile(
    rf"(?P<date>{_DATE})\s\(?(?:for|in)\s(?:the\streatment\sof\s)?(?P<condition>[^,;().]{{3,120}}?)(?=\)?(?:,|;|\.|\)|\sand\s(?:on\s)?\d|$))"
)
_GLOSS = re.compile(r"\s?\([^()]*\bmedicines?\b[^()]*\)")
_PAIR_IN_BRACKETS = re.compile(rf"(?P<date>{_DATE})\s\((?:for\s)?(?P<condition>[^()\d]{{3,120}})\)")
_ONE_FOR = re.compile(
    rf"^[^.;]{{0,40}}?(?:^|\s)(?:for|in)\s(?:the\streatment\sof\s|use\sin\s)?(?P<condition>[^.;()]{{3,120}}?)\son\s(?P<date>{_DATE})"
)


def _condition(words: str) -> str | None:
    words = plain(
        without_brackets(
            compiled(r"^(?:(?:and|or|for|the treatment of|treatment of|use in|the)\s)+").sub("", words.strip(" ,"))
        )
    )
    bare = compiled(r"(?:diseases?|conditions?|disorders?|cancers?|syndromes?)").fullmatch(words)
    return None if not words or bare or _PRONOUN.match(words) else lowered(words)


def _designations(after: str) -> Iterator[Fields]:
    """Yield each disease with its date."""
    for pattern in (_PAIR_IN_BRACKETS, _PAIR, _PAIR_FOR, _ONE_FOR):
        rows: list[Fields] = []
        for found in pattern.finditer(after):
            stated, condition = date(found["date"]), _condition(found["condition"])
            if stated and condition:
                rows.append({"type": "orphan", "date": stated, "condition": condition})
        if rows:
            yield from rows
            return


@reader
def orphan(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the orphan designations that the sentence states, one for each disease where it tells them apart."""
    if "orphan" not in match.sentence.text[match.start : match.end]:
        return
    before = match.groups.get("x_before") or match.groups.get("x_before_2") or ""
    after = _GLOSS.sub("", match.groups.get("x_after") or match.groups.get("x_after_2") or "")
    rows = list(_designations(after))
    if rows:
        yield from rows
        return
    row: Fields = {"type": "orphan"}
    dates = [stated for each in compiled(_DATE).findall(after) if (stated := date(each))]
    if len(dates) > 1 and "respectively" in after and (several := _rare(before)):
        conditions = split_list(several)
        if len(conditions) == len(dates):
            for each, when in zip(conditions, dates, strict=True):
                yield {"type": "orphan", "date": when, "condition": each}
            return
    if dates and "various dates" not in after:
        row["date"] = dates[0]
    if condition := _rare(before):
        row["condition"] = condition
    elif len(dates) < 2 and _SPOKEN_OF.match(before) and (told_before := _told_before(match.sentence, told)):
        row["condition"], row["x_next"] = told_before
    yield row


_DISEASE = r"(?:[\w’-]+,?\s){0,6}?(?:diseases?|conditions?|disorders?|cancers?|tumours?|syndromes?|leukaemias?|lymphomas?|infections?)\b"
_SPOKEN_OF = re.compile(
    r"^(?:(?:Because|As|Since)\s)?(?:it|(?:the|this)\s(?:disease|condition|disorder|cancer|syndrome))\s"
    r"(?:is|was|has\sbeen)\s(?:considered\s(?:to\sbe\s)?|so\s|very\s|also\s)*[‘'“]?\s?rare\b",
    re.IGNORECASE,
)
"""The disease is rare that a sentence before tells of."""
_IS_A_DISEASE = (
    re.compile(
        rf"^(?P<condition>(?!(?:This|The|It|These)\b)[A-Z][^,.;:()]{{2,70}}?)(?:\s\([^()]*\))?\sis\s(?:an?|the|one\sof\sthe)\s{_DISEASE}"
    ),
    re.compile(
        rf"\b(?:with|treats?|treating|of|have|has|for)\s(?P<condition>(?:(?!(?:with|of|for|who|have|adults|patients|people|children|aged)\b)[^\s,.;:()]+\s?){{1,6}}?)"
        rf"(?:\s?\([^()]*\))?(?:,\s|\s\()an?\s{_DISEASE}"
    ),
)
_STAGES = re.compile(r"^(?:(?:mild|moderate|severe|advanced|chronic|early|to|or|and|long-term|symptoms)\s)+(?=\w)")


def _told_before(sentence: Sentence, told: Context) -> tuple[str, int] | None:
    """Return the disease that one of the three sentences before explains, and where that sentence begins."""
    place = told.sentences.index(sentence)
    for before in reversed(told.sentences[max(0, place - 3) : place]):
        for pattern in _IS_A_DISEASE:
            if before.section == sentence.section and (found := pattern.search(before.text)):
                condition = _condition(_STAGES.sub("", lowered(found["condition"].strip())))
                return (condition, before.start) if condition else None
    return None


def _rare(words: str) -> str | None:
    """Return the disease that the words say is rare."""
    for pattern in _RARE:
        if (found := pattern.search(words)) and (condition := _condition(found["condition"])):
            return condition
    return None


@reader
def orphan_dates(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the orphan designations listed apart from the sentence that tells of them."""
    yield from _designations(match.sentence.text)


@reader
def orphan_in_bullet(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the disease and date of a bullet under a sentence on orphan designations."""
    lead = match.sentence.lead
    if lead is None or "orphan" not in lead.text or MEDICINE not in told.masked[lead]:
        return
    stated = date(match.groups.get("date") or match.groups.get("date_2") or "")
    condition = _condition(match.groups.get("condition") or match.groups.get("condition_2") or "")
    if stated and condition:
        yield {"type": "orphan", "date": stated, "condition": condition}


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield the conclusion, a reason for each aspect, the one authorisation and the designations."""
    yield from _conclusion(found["Conclusion"])
    yield from _first_reasons(found["Rationale"])
    yield from _authorisation(found["Authorisation"], told)
    yield from _told_apart(found["Designation"], told)


def _conclusion(found: Sequence[Found]) -> Iterator[Found]:
    """Yield what was concluded; nothing where the document says both."""
    if len({each.fields["benefit_risk"] for each in found}) == 1:
        yield from found


def _first_reasons(found: Sequence[Found]) -> Iterator[Found]:
    """Yield for each aspect the first sentence that gives it as a reason."""
    told: set[object] = set()
    for each in found:
        if each.fields["aspect"] not in told:
            told.add(each.fields["aspect"])
            yield each


def _authorisation(found: Sequence[Found], told: Context) -> Iterator[Found]:
    """Yield the one authorisation, with all that the document says of it."""
    if not found:
        return
    by_start = {each.start: each for each in told.sentences}
    ranked = sorted(found, key=lambda each: each.rule != "authorisation-received")
    types = [each.fields["type"] for each in found if "type" in each.fields]
    special = next((each for each in types if each != "standard"), None)
    one = ranked[0]
    fields: Fields = {}
    for each in ranked:
        fields = {**{k: v for k, v in each.fields.items() if not k.startswith("x_")}, **fields}
        one = one.also(*each.sentences)
        if isinstance(at := each.fields.get("x_next"), int) and at in by_start:
            one = one.also(by_start[at])
    kind = special or ("standard" if "date" in fields else None)
    if kind:
        fields["type"] = kind
    yield Found(one.kind, fields, one.sentences, one.rule, one.at)


def _told_apart(found: Sequence[Found], told: Context) -> Iterator[Found]:
    """Yield the designations; one without its date or disease only where no other of its type has them."""
    by_start = {each.start: each for each in told.sentences}
    for each in found:
        if isinstance(at := each.fields.get("x_next"), int):
            each = each.also(by_start[at])
        others = [other for other in found if other is not each and other.fields["type"] == each.fields["type"]]
        if any(set(each.fields.items()) < set(other.fields.items()) for other in others):
            continue
        yield each
