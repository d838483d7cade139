"""Side effects and who must not use the medicine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from epargraph.extract.effect_words import Effect, effects, respectively
from epargraph.extract.engine import Context, Fields, Found, Match, reader
from epargraph.extract.frequency_words import frequency
from epargraph.extract.gloss_words import meaning_of
from epargraph.extract.group_words import groups
from epargraph.extract.sentences import Sentence
from epargraph.patterns import compiled
from epargraph.rules import MEDICINE

KINDS = ("AdverseEffect", "Contraindication")

LONGEST_QUOTE = 600
"""A sentence longer than this is quoted in parts: its beginning and the passage of the effect."""

_OTHER = re.compile(
    r"\b(?:with|of|for|from|by|taking|receiving|to)\s(?:the\s)?(?:reference\s(?:medicine|product)|other\s(?:\w+\s){0,2}"
    r"(?:medicines|vaccines|products|treatments)|placebo|comparator)\b"
)
_TOGETHER = re.compile(
    r"^\s*(?:When|If|Where)\s(?:(?:it|the\smedicine|\ue000+)\s(?:is|was)\s)?(?:used|given|taken|added)\s[^,]{0,120},|"
    r"\b(?:when|if)\s(?:(?:it|the\smedicine|\ue000+)\s(?:is|was)\s)?(?:used|given|taken|added)\s[^,]{0,120}?(?=,|\s(?:are|is|include|were)\b|\s*$)|"
    r"\b(?:in\scombination|together|combined)\swith\s(?:other\s)?(?:[\w-]+\s){0,3}(?:medicines?|treatments?|vaccines?)\b"
)  # the side effects of this medicine given together with others are its own
_NO_LIST = re.compile(
    r"\b(?:similar|those|comparable|same|manageable|considered|not|mild|expected|known|full\slist|managed|lower|higher|"
    r"reduce|avoid|avoided|restrictions|(?<!more\s)(?<!fewer\s)(?<!less\s)than|related|in\sline|consistent|information|leaflet|reporting|suspected)\b"
)
_BRACKETS = re.compile(r"\([^()]*\)")
_SUBJECT = re.compile(r"\bside\seffects?\s(?:(?:seen|reported|observed)\s)?(?:with|of|for)\s(?P<name>[A-Z][\w-]+)")


_BOUNDARY = re.compile(r"[;:]\s|,\s(?:while|whereas|and|but)\s|\sand\sthe\smost\b")


def _severity(words: str) -> str:
    """Return how severe the side effects are that the words announce."""
    words = _BRACKETS.sub("", words).lower()
    if compiled(r"\bserious\b").search(words):
        return "serious"
    return "severe" if compiled(r"\bsevere\b|\bgrade\s3\b").search(words) else "any"


def _rows(found: Iterable[Effect], severity: str, match: Match) -> Iterator[Fields]:
    for each in found:
        row: Fields = {
            "effect": each.name,
            "severity": each.severity if severity == "any" and each.severity else severity,
        }
        if each.lay_term:
            row["lay_term"] = each.lay_term
        if each.rate:
            row.update(each.rate.fields())
        row["x_words"] = each.words
        yield row


def _others(masked: str, told: Context) -> bool:
    """Whether side effects announced so are those of another medicine."""
    masked = _TOGETHER.sub("", _BRACKETS.sub("", masked))
    if _OTHER.search(masked):
        return True
    subject = _SUBJECT.search(masked)
    return bool(subject and told.names.medicine and "\ue000" not in masked and "\ue001" not in masked)


@reader
def announced_effects(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the side effects that a sentence announces and then lists."""
    text, masked = match.sentence.text, told.masked[match.sentence]
    of_start = match.starts["x_of"]
    of_end = of_start + len(match.groups["x_of"])
    start = max((each.end() for each in _BOUNDARY.finditer(text, 0, match.start)), default=0)
    before, of = text[start:of_start], match.groups["x_of"]
    bare = _BRACKETS.sub("", masked[of_start:of_end])
    if _others(masked[start:of_end], told) or _NO_LIST.search(bare) or _NO_LIST.search(before):
        return
    listed = match.starts["x_list"]
    rate = frequency(of) or frequency(before)
    words = masked_own(text[listed:], masked[listed:], match.groups["x_list"])
    if compiled(r"(?:such\sas|including)\s$").search(text[of_start:listed]) and (said := _SAID_OF_THEM.search(words)):
        rate = rate or frequency(words[said.start() :])
        words = words[: said.start()]
    found = effects(words, rate)
    yield from _rows(found, _severity(f"{before} {of}"), match)


_SAID_OF_THEM = re.compile(
    r"(?<=[a-z)])\s(?:are|is|were|was|occur|(?:may|can|could)\s(?:also\s)?(?:occur|affect|be\sseen)|(?:have|has)\sbeen)\b(?=[^()]*(?:\([^()]*\)[^()]*)*$)"
)
"""What a sentence says of 'side effects such as ...' after it has named them."""


def masked_own(text: str, masked: str, words: str) -> str:
    """Return the words of a list, the medicine's own name left masked so that it is no effect."""
    hidden = masked[: len(words)]
    if MEDICINE not in hidden:
        return text[: len(hidden)]
    return "".join(mask if mask == MEDICINE else char for char, mask in zip(text, hidden, strict=False))


_SERIOUS = re.compile(
    r",?\s+(?:is|are|was|were)\s+also\s+(?P<also>severe|serious)(?=\s+and\s)\s*(?:and\s)?|,?\s+(?:is|are|was|were)\s+(?:also\s+)?(?:an?\s+)?(?:(?:very|less|more|rare|common|uncommon|frequent|possible|potential|important|"
    r"other|most|the|known|particularly|but|potentially),?\s+)*(?P<how>severe|serious|common|important|rare|frequent)?\s*side\s+effects?"
    r"(?:\s+(?:with|of)\s+(?:\ue000+|the\s+medicine|treatment|(?:all\s+|many\s+|other\s+|these\s+)?(?:[\w-]+\s+){0,4}(?:medicines|contraceptives|vaccines|treatments|antibiotics|inhibitors|insulins)(?:\s+of\s+this\s+(?:type|class|kind))?(?=,?\s+(?:which|that|and)\b)))?(?:\s*(?:,|and|that|which))*\s*"
)


@reader
def effects_that_affect(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the side effects that a sentence lists before it says how many people they affect."""
    masked = told.masked[match.sentence]
    words = masked_own(match.sentence.text, masked, match.sentence.text)
    if compiled(r"\bside\seffects?\b(?!\s(?:and|that|which|with|of|but)?\s?.{0,30}(?:affect|seen|occur))").search(
        _SERIOUS.sub(" ", words)
    ):
        return
    told_severity = _SERIOUS.search(words)
    severity = _severity(told_severity[0]) if told_severity else "any"
    yield from _rows(_listed(words), severity, match)


_HOW_COMMON = re.compile(
    r"\s+(?:is|are|was|were)\s+(?:(?:also|very|more|less|most|particularly)\s+)*(?:common|frequent|uncommon|rare|likely)"
    r"(?:\s(?:when|with|in)\s[^,;()]{3,80})?(?=,\s(?:affecting|occurring|seen|and\s(?:may|are|is|was|were|affect)|which))"
)
_AFTERWARDS = re.compile(
    r"(\bin\s(?:every\s)?[\d,]*\d(?:\s[a-z]+)?),?\s(?:and|but)\s(?:(?:are|is|were|was|usually|mostly|generally|they|these|it)\s"
    r"(?!(?:also\s)?(?:affect|seen|reported|occur)|may\saffect)|(?:occurs?|occurred|lasts?|lasted|disappears?|goes?|resolves?|tends?)\s(?!in\s))[^,;()\d]*\.?$"
)
"""What is told of the effects after how often they occur: that they are mild, occur more often with one medicine, last a week."""


def _listed(words: str) -> list[Effect]:
    """Return the effects of the sentence's clauses, those alone for which it says how many people they affect."""
    words = compiled(
        r"^(?:(?:When|If)\s(?:(?:it|the\smedicine|\ue000+)\s(?:is|was)\s)?(?:used|given|taken|added|combined)\s[^,]{3,80},|"
        r"When\streatment\s[^,;()]{3,80},|(?:In\s(?:addition|adults|children|studies|dogs|cats|horses|cattle|calves|pigs|piglets|sheep|animals)|Also|Other|Less\scommonly|More\srarely|Rarely|Furthermore|However),?)\s"
    ).sub("", words)
    words = _HOW_COMMON.sub("", _AFTERWARDS.sub(r"\1", _SERIOUS.sub(" ", words)))
    if "respectively" in words:
        return respectively(words)
    words = compiled(r"\b(?:(?:which|that)\s)?(?:with|for)\s\ue000+,?\s(?=may\b|can\b|affects?\b|occurs?\b)").sub(
        "", words
    )
    words = compiled(r"\s(?:may|can)\soccur(?:\sin)?\s(?:very\s)?(?:rarely|rare\scases)(?=\s\()").sub("", words)
    words = compiled(r"\s+(?:have|has)\s+(?:also\s+)?been\s+(?=(?:seen|reported|observed)\s+in)").sub(" ", words)
    found = effects(words)
    return found if found and all(each.rate for each in found) else []


_MORE_PEOPLE = re.compile(
    r",?\s(?:and|while|whereas)\s(?P<rate>(?:about|around|between|up\sto|more\sthan|fewer\sthan|less\sthan)\s[^.;,()]{0,40}?\bin\s[\d,]*\d)"
    r"(?:\s(?:people|patients|adults|children))?\s(?:(?:may|can)\s)?(?:experience|develop|have|get)\s"
)


@reader
def people_with_effects(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the side effects after the number of people who have them."""
    words, said = match.groups["x_list"], match.groups["x_rate"]
    while words:
        more = _MORE_PEOPLE.search(words)
        if rate := frequency(said):
            yield from _rows(effects(words[: more.start()] if more else words, rate), "any", match)
        words, said = (words[more.end() :], more["rate"]) if more else ("", "")


@reader
def effects_named_between(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the side effects that a sentence names between commas, before it says how many people they affect."""
    of, rate = match.groups["x_of"], frequency(match.groups["x_rate"])
    if rate and not _others(told.masked[match.sentence][: match.starts["x_list"]], told):
        yield from _rows(effects(match.groups["x_list"], rate), _severity(of), match)


@reader
def effects_alone(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the side effects of a list without a frequency: 'X is a serious side effect', 'it can also cause X'."""
    start = match.starts["x_list"]
    words = masked_own(match.groups["x_list"], told.masked[match.sentence][start:], match.groups["x_list"])
    yield from _rows(effects(words), _severity(match.groups.get("x_how", "")), match)


@reader
def effects_of_them(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the side effects listed as the most common or serious of those that the words before speak of."""
    ahead = match.sentence.text[: match.start]
    if not ahead:
        place = told.sentences.index(match.sentence)
        ahead = told.masked[told.sentences[place - 1]] if place else ""
    else:
        ahead = told.masked[match.sentence][: match.start]
    if not compiled(r"\b[Ss]ide\seffects\b").search(ahead) or _others(ahead, told):
        return
    start = match.starts["x_list"]
    words = masked_own(match.groups["x_list"], told.masked[match.sentence][start:], match.groups["x_list"])
    rate = frequency(match.groups.get("x_of", ""))
    yield from _rows(effects(words, rate), _severity(match.groups["x_how"]), match)


_HOW_MANY = re.compile(r"^(?:They|These)(?:\sside\seffects)?\s(?:may|can|are|were|was)\b")


@reader
def effects_told_of_before(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the side effects that a sentence lists after one that speaks of them, with how many people the next says."""
    place = told.sentences.index(match.sentence)
    before = told.sentences[place - 1] if place else None
    after = told.sentences[place + 1] if place + 1 < len(told.sentences) else None
    if (
        before is None
        or not compiled(r"\b[Ss]ide\seffects\b").search(before.text)
        or _others(told.masked[before], told)
    ):
        return
    rate = frequency(after.text) if after and _HOW_MANY.search(after.text) else None
    for row in _rows(effects(match.groups["x_list"], rate), _severity(before.text), match):
        if rate and after:
            row["x_also"] = after.start
        yield row


_LEAD = re.compile(
    r"(?P<before>[^.;]{0,80})\bside\s+effects?\b(?P<of>(?:[^():;]|\([^()]*\)){0,250}):$|"
    r"(?P<cause>^(?:\ue000+|It|The medicine)\s(?:can|may)\s(?:also\s)?cause\b[^:]*:$)"
)
_LABEL = re.compile(r"^(?P<label>[^:;()]{0,50}(?:\([^()]*\))?):\s+(?P<list>.+)$")


@reader
def effects_in_bullets(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the side effects of a bullet under a sentence that announces them."""
    lead = match.sentence.lead
    if lead is None or not (found := _LEAD.search(told.masked[lead])) or _others(told.masked[lead], told):
        return
    before, of = found["before"] or "", found["of"] or ""
    if _NO_LIST.search(_BRACKETS.sub("", of)):
        return
    words, rate = match.sentence.text, frequency(of) or frequency(before)
    severity = _severity(f"{before} {of}")
    if label := _LABEL.match(words):
        words, rate = label["list"], frequency(label["label"]) or rate
        severity = _severity(label["label"]) if _severity(label["label"]) != "any" else severity
    listed = effects(words, rate) or (_listed(words) if rate is None else [])
    yield from _rows(listed, severity, match)


def _quoted(found: Found) -> Found:
    """Return an effect with short evidence: of a very long sentence its beginning and the passage of the effect."""
    sentence = found.sentences[0]
    words = found.fields.get("x_words")
    if sentence.end - sentence.start <= LONGEST_QUOTE or not isinstance(words, str):
        return found
    head = compiled(r"\s(?:are|is|were|was|includes?|included)\s(?![^()]*\))").search(sentence.text)
    text = compiled(r"\s").sub(" ", sentence.text)
    place = text.find(words)
    if place < 0:
        return found
    passage = _part(sentence, place, place + len(words))
    if not head or head.end() > LONGEST_QUOTE:
        return replace(found, sentences=(passage, *found.sentences[1:]))
    return replace(found, sentences=(_part(sentence, 0, head.end()), passage, *found.sentences[1:]))


def _explained(found: Found, told: Context) -> Found:
    """Return an effect with its lay term where another sentence of the document explains it in brackets."""
    effect = found.fields["effect"]
    if "lay_term" in found.fields or not isinstance(effect, str) or f"{effect} (" not in told.document.text:
        return found
    for sentence in told.sentences:
        place = sentence.text.find(f"{effect} (")
        if place >= 0 and not sentence.text[place - 1 : place].isalpha():
            inside = compiled(r"[^()]+").match(sentence.text[place + len(effect) + 2 :])
            if inside and (meaning := meaning_of(inside[0])):
                return found.having(lay_term=meaning).also(sentence)
    return found


def _part(sentence: Sentence, start: int, end: int) -> Sentence:
    return replace(sentence, text=sentence.text[start:end], start=sentence.start + start, end=sentence.start + end)


_IN_BULLETS = re.compile(
    r"(?:must|should)(?:\salso)?\s(?:not|never)(?:\salso)?\s(?:be\s)?(?:used|given|taken|administered|injected|use|take|receive)"
    r"(?P<rest>[^.]*):$|contraindicated(?P<contra>[^.]*):$"
)


_FOLLOWING = re.compile(
    r",?\s(?:or|and|nor)\s(?:(?:in|with|by)\s)?(?:(?:patients|people|those)\s)?(?:who\s)?(?:(?:are|is|be)\s)?(?:also\s)?"
    r"(?:(?:taking|using|receiving|take|have|having|with|together\swith|at\sthe\ssame\stime\sas)\s)?"
    r"(?:any\s(?:of\s)?|one\sof\s)?(?:the\sfollowing|these)\b.*$"
)
"""What announces the bullets behind it: the groups ahead of it are told in the sentence itself."""


_ANYBODY = re.compile(r"(?i:patients|people|adults|children|women|men|anyone)")
_IF_THEY = re.compile(r"\s(?:if|when)\sthey\s(?P<rest>(?:have|are|suffer|take|cannot|had)\b[^.;:]{3,200})")


@reader
def groups_not_to_use_it(match: Match, told: Context) -> Iterator[Fields]:
    """Yield each group that must not use the medicine, one for each that the sentence tells apart."""
    words = match.groups.get("group", "").rstrip()
    if _ANYBODY.fullmatch(words):
        tail = _IF_THEY.match(match.sentence.text[match.end :])
        if tail:
            words = f"{words.lower()} who {tail['rest']}"
        elif words.lower() in ("patients", "people", "anyone"):
            return
    if match.sentence.text.rstrip().endswith(":"):
        words = words[: tail.start()] if (tail := _FOLLOWING.search(words)) else ""
    for group in groups(words):
        yield {"group": group}


@reader
def groups_in_bullets(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the groups of a bullet under a sentence that says who must not use the medicine."""
    lead = match.sentence.lead
    if lead is None or not _IN_BULLETS.search(told.masked[lead]):
        return
    for group in groups(match.sentence.text, bullet=True):
        yield {"group": group}


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield each effect and each group; an effect told with a frequency is not told without one in the same sentence."""
    seen: set[tuple[int, object]] = set()
    repeated: set[tuple[object, ...]] = set()
    rated = {
        (each.sentences[0].start, each.fields["effect"]) for each in found["AdverseEffect"] if "bound" in each.fields
    }
    for each in found["AdverseEffect"]:
        key = (each.sentences[0].start, each.fields["effect"])
        if "bound" not in each.fields and (key in rated or key in seen):
            continue
        again = (
            *key,
            *(each.fields.get(name) for name in ("severity", "bound", "numerator", "denominator", "numerator_to")),
        )
        if again in repeated:
            continue
        repeated.add(again)
        seen.add(key)
        if (at := each.fields.get("x_also")) is not None:
            each = each.also(*(sentence for sentence in told.sentences if sentence.start == at))
        yield _explained(_quoted(each), told)
    yield from found["Contraindication"]
