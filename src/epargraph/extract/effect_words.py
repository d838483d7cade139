"""Lists of side effects: where each effect begins and ends, its lay term and how often it occurs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from epargraph.extract.frequency_words import FREQUENCY, Frequency, frequency, marked
from epargraph.extract.gloss_words import expands, lowered, meaning_of
from epargraph.patterns import compiled
from epargraph.rules import word_list
from epargraph.values import bracketed, covered, plain, split_list, top_level


@dataclass(frozen=True, slots=True)
class Effect:
    """A side effect in a list: its name, the words that explain it, how severe it is and how often it occurs."""

    name: str
    lay_term: str | None = None
    severity: str | None = None
    rate: Frequency | None = None
    words: str = ""


_BODY = word_list("parts_of_the_body")
"""Words that name no effect by themselves: in a list they belong to the words beside them."""

_PAINFUL = re.compile(r"(?P<head>pain|pains|aches?|stiffness|cramps|spasms)$")
_SITE = re.compile(
    r"(?P<local>[\w-]+)(?P<site> (?:(?:at|around|near) the (?:site|place) (?:of|where)|"
    r"(?:at|around|near) the [a-z]+[ -]site|where the (?:injection|medicine|vaccine|infusion|patch) (?:is|was|has been)).*)$"
)
_LOCAL = word_list("felt_where_injected")
"""What is felt where an injection is given: 'pain, redness and swelling at the injection site' are three such effects."""

_LEVELS = re.compile(
    r"^(?P<before>(?i:(?:abnormal|abnormally|very|low|lower|high|higher|raised|increased|increases?|decreased|decreases?|"
    r"reduced|reductions?|elevated|changes|falls?|rises?|loss|lack) )+(?:of |in )?(?:(?:the )?(?:blood )?"
    r"(?:levels?|counts?|numbers?|amounts?) of |the |blood )?)(?P<what>.+)$"
)
_MEASURED = re.compile(
    r"^(?:(?:red|white|blood|body|certain|other|the) )*(?:platelets?|(?:blood )?cells?|neutrophils|lymphocytes|leucocytes|"
    r"granulocytes|potassium|calcium|sodium|phosphate|magnesium|glucose|sugar|cholesterol|triglycerides|fats?|creatinine|"
    r"bilirubin|urea|uric acid|proteins?|albumin|haemoglobin|iron|hormones?|antibodies|(?:[a-z]+ ){0,2}(?!dise|incre|decre)[a-z]+ase|(?:liver )?enzymes|"
    r"weight|appetite|blood pressure|heart rate|temperature|cell counts?)(?: (?:levels?|counts?))?$"
)
_AFTER = (
    r"(?:which|most of which|some of which|all of which|both of which|although|though|but|mostly|usually|mainly|"
    r"particularly|especially|generally|typically|normally|primarily|these|they|this|because|depending|sometimes|often|"
    r"leading to|resulting in|caused by|due to|compared with|for example|when|if|as seen|as shown|as a result|with most|"
    r"with the|all|each|reported|seen|observed|occurring|where|while|whereas|in particular|that)"
)
_ASIDE = re.compile(rf",\s+{_AFTER}\b[^⟦]*?(?=,\s+(?:and|as well as)\s[^,]*$|\s*⟦|$)")
_APPOSITION = re.compile(
    r",\s+an?\s+(?:[\w-]+\s+){0,3}(?:condition|disease|disorder|infection|reaction|type\s+of|form\s+of|complication|syndrome)\b"
    r"[^,⟦]*?(?=,|\s+and\s+[^,]*$|\s*⟦|$)"
)
_TAIL = re.compile(
    r"\s+(?:in|among|for)\s+(?:(?:some|most|the|all|both|other|older|younger|elderly|adult|healthy|a small number of|"
    r"a few|\d+%? of)\s+)*(?:patients|adults|children|adolescents|people|women|men|infants|those|users|recipients|"
    r"babies|newborns|studies|clinical)\b[^,⟦]*"
    r"|\s+(?:when|if|while|during|after|following|whether)\s+(?:it|the\s+medicine|used|given|taken|combined|patients|"
    r"treatment|treated|receiving|taking|\ue000+|\ue001+|being|(?:the\s+)?(?:injection|infusion|vaccination))\b[^,⟦]*"
    r"|\s+(?:that|which|who)\s+(?:can|may|might|is|are|were|was|has|have|could|usually|mostly|occur)\b[^,⟦]*"
    r"|\s+seen\s+(?:in|on|as)\b[^,⟦]*"
    r"|\s+of\s+(?:around|about|up\s+to|less\s+than|more\s+than|at\s+least)\s+\d[^,⟦]*?(?=\s+and\s|\s*[,⟦]|$)"
    r"|(?<!reactions)(?<!problems)(?<!disorders)\s+(?:compared\s+with|than\s+with|associated\s+with|related\s+to|caused\s+by|due\s+to|seen\s+with|reported\s+with)\b[^,⟦]*"
)
_MARK = re.compile(r"\s*⟦(\d+)⟧\s*")
_LEADING = re.compile(
    r"^(?:(?:and|or|also|mainly|mostly|usually|the following|following|in particular|include|including|included|such as|"
    r"e\.g\.|for example|like|as well as|both|either|other|certain types of|some types of|cases? of|reports? of|signs of|"
    r"the (?:development|occurrence) of|(?:an?|the) (?:temporary|transient))\b[\s,:]*)+",
    re.IGNORECASE,
)
_NO_EFFECT = re.compile(
    r"\b(?:is|are|was|were|be|been|may|might|can|could|has|have|had|should|must|will|would|does|do|did|not|than|they|it|"
    r"its|these|those|this|their|there|who|which|similar|comparable|(?<!al )(?<!ic )side effects?|adverse|package leaflet|ingredients|"
    r"medicines?|patients|people|seen with|observed|manageable|consistent|expected|known|listed|others?|same|"
    r"(?<!reactions )(?<!problems )(?<!disorders )related to|benefits?|risks? of|studies|study|feel|feels|felt)\b|[\ue000:;%]|\d{2}",
    re.IGNORECASE,
)
_PLACE_OR_NORM = re.compile(
    r"\s(?:where the (?:injection|medicine|vaccine|infusion|patch) (?:is|was|has been) (?:given|applied|injected|placed)|"
    r"(?:(?:more|less) \w+ |\w+er )?than (?:normal|usual))$"
)
_MILD = re.compile(
    r"^(?:(?:usually|generally|mostly|mainly) )?(?P<how>(?:mild|moderate|temporary|transient|short-lived|brief|self-limiting)"
    r"(?:(?:,| and| or| to| but)* (?:mild|moderate|temporary|transient|short-lived|brief|self-limiting))*) "
    r"(?=[a-z])(?!in\b|and\b|or\b|to\b|but\b|side\b|when\b|after\b|with\b)"
)
_GLOSS_IN_WORDS = re.compile(
    r"^(?P<lay>.+?), (?:(?:a condition|a disorder|a disease|a reaction) )?(?:also )?(?:known as|called) (?P<name>[^,]+)$"
)
_SEVERITY = re.compile(r"^(?P<how>severe|serious|life-threatening)\b", re.IGNORECASE)


def effects(text: str, rate: Frequency | None = None) -> list[Effect]:
    """Return the effects of a list; empty where something in the text is no effect.

    An effect without a frequency of its own takes `rate`; where that is absent, the frequency told next in the list.

    >>> [(e.name, e.lay_term) for e in effects("diarrhoea, nausea (feeling sick) and tiredness.")]
    [('diarrhoea', None), ('nausea', 'feeling sick'), ('tiredness', None)]
    >>> [(e.name, e.rate.denominator) for e in effects("rash and fits (up to 1 in 10 people) and shock (1 in 100)")]
    [('rash', 10), ('fits', 10), ('shock', 100)]
    >>> [e.name for e in effects("pain and redness at the injection site")]
    ['pain at the injection site', 'redness at the injection site']
    >>> [e.name for e in effects("infections of the nose and throat, low levels of platelets and red blood cells")]
    ['infections of the nose and throat', 'low levels of platelets', 'low levels of red blood cells']
    >>> [e.name for e in effects("muscle and joint pain, fever and chills, which mostly occur after the infusion")]
    ['muscle pain', 'joint pain', 'fever', 'chills']
    >>> effects("usually mild and they go away")
    []
    """
    text = _ODD.sub(lambda found: found["kept"] or "", " ".join(text.split()).rstrip(" .;"))
    said = _SAID_AFTER.search(covered(text))
    if said and frequency(text[said.start() :]) is None:
        text = text[: said.start()]
    if rate and text.count(";") > 1 and not frequency(text):
        items = [_in_clause(compiled(r"^(?:and|or)\s").sub("", item.strip()), rate) for item in text.split(";")]
        return [each for item in items for each in item] if all(items) else []
    first, *others = _clauses(text)
    found = _in_clause(first, rate)
    for clause in others:
        more = _in_clause(clause, None)
        found += more if all(each.rate for each in more) else []
    return found


_ODD = re.compile(r",(?P<kept>\s)(?=\((?:including|such\sas|e\.g)\b)|(?<=,\s)[-–]\s(?=[a-z])|(?<=,)\s?,")
"""Slips of the pen in a list: a comma ahead of a bracket, a dash ahead of an item, two commas."""
_RATE = compiled(r"\?P<\w+>").sub("?:", FREQUENCY)
_RESPECTIVELY = re.compile(
    rf"^(?P<list>.+?)(?:,\s(?:which\s)?|\s)(?:(?:may|can|are|were|each)\s)*(?:affect(?:ing|ed)?|(?:seen|reported|occurring|occurred)\sin|occur\sin)\s"
    rf"(?P<rates>{_RATE}(?:\s[a-z]+)?(?:,\s{_RATE}(?:\s[a-z]+)?)*,?\sand\s{_RATE})(?:\s[a-z]+){{0,2}},?\srespectively[\s,]*\.?$",
    re.IGNORECASE,
)


def respectively(text: str) -> list[Effect]:
    """Return the effects of a list that a second list gives the frequencies of, empty where there is none or they don't match.

    >>> [(e.name, e.rate.denominator) for e in respectively("rash and fits, affecting about 1 in 10 and 1 in 50 people, respectively")]
    [('rash', 10), ('fits', 50)]
    """
    found = _RESPECTIVELY.match(" ".join(text.split()))
    if not found:
        return []
    listed = effects(
        compiled(r"\s(?:is|are|was|were)\s(?:(?:more|most|very)\s)?(?:common|frequent)$").sub("", found["list"])
    )
    rates = [frequency(each[0]) for each in compiled(_RATE, re.IGNORECASE).finditer(found["rates"])]
    if len(listed) != len(rates):
        return []
    return [Effect(e.name, e.lay_term, e.severity, rate, e.words) for e, rate in zip(listed, rates, strict=True)]


_WHILE = re.compile(r",?\s(?:while|whereas)\s|;\s(?!(?:these|they|all|both|which)\s)(?:and\s)?")


_SAID_AFTER = re.compile(
    r";\s(?:these|they|all|both|most|which)\s(?:of\s(?:them|these)\s)?(?:are|were|is|do|can|may|usually|generally|mostly|go|last|disappear)\b"
)
"""What is said of all the effects after the list, such as how long they last."""


def _clauses(text: str) -> list[str]:
    """Return the clauses of a list that tells one band after another."""
    parts, place = [], 0
    for found in _WHILE.finditer(covered(text)):
        parts.append(text[place : found.start()])
        place = found.end()
    return [*parts, text[place:]]


def _in_clause(text: str, rate: Frequency | None) -> list[Effect]:
    text, rates = marked(text)
    text = _MILD.sub("", text)
    text = compiled(r",(?=\s+(?:also )?(?:known as|called)\b)").sub("\ue010", text)
    text = compiled(r"(\ue010[^,⟦(]*),(?=\s*⟦|$)").sub(r"\1", text)
    text = _RARELY.sub(" and ", text)
    text = compiled(r"\s(?:and|or),\s").sub(", ", text)
    text = _outside(_APPOSITION, _outside(_ASIDE, text))
    text = _outside(_TAIL, text)
    parts = _parts(text)
    found: list[Effect] = []
    waiting = strange = 0
    for part in parts:
        marks = _MARK.findall(part)
        effect = _effect(_MARK.sub(" ", part).replace("\ue010", ","))
        if effect is None:
            if compiled(r"\w").search(_unmarked(part)):
                strange += 1
                if not found or marks or strange > 1 or len(parts) < 4:
                    return []
        else:
            found.append(Effect(effect.name, effect.lay_term, effect.severity, None, effect.words))
        if marks:
            own = rates[int(marks[-1])]
            since = max(0, len(found) - 1) if rate is not None else waiting
            found[since:] = [Effect(e.name, e.lay_term, e.severity, own, e.words) for e in found[since:]]
            waiting = len(found)
    return [e if e.rate or not rate else Effect(e.name, e.lay_term, e.severity, rate, e.words) for e in found]


_RARELY = re.compile(
    r",?\s(?:and|or),?\s(?:(?:very|more)\s)?(?:rarely|occasionally|sometimes|less\soften|in\srare\scases),?\s(?:to\s)?"
)
"""What says how often an effect comes in words alone, ahead of the last of a list."""


def _unmarked(text: str) -> str:
    return _MARK.sub("", text) if "⟦" in text else text


def _outside(pattern: re.Pattern[str], text: str) -> str:
    """Return the text without what the pattern matches outside brackets."""
    if "(" not in text:
        return pattern.sub("", text)
    kept, place = [], 0
    for found in pattern.finditer(_hidden(text)):
        kept.append(text[place : found.start()])
        place = found.end()
    return "".join([*kept, text[place:]])


def _hidden(text: str) -> str:
    """Return the text with each character that stands in brackets, spaces aside, replaced by a mark."""
    parts, place = [], 0
    for start, end in top_level(text):
        parts += [_hide(text[place:start]), text[start:end]]
        place = end
    return "".join(parts) + _hide(text[place:])


def _hide(text: str) -> str:
    return _NO_SPACE.sub("\ue011", text) if text else text


_NO_SPACE = re.compile("[^ ]")
_WITH_A_PART = re.compile(r"\b(?:of|in|on|around|to) (?:the |your )?[\w ,-]+$")


def _parts(text: str) -> list[str]:
    """Return the parts of the list, those that can't stand alone joined or completed."""
    outside = "".join(text[start:end] for start, end in top_level(text))
    either = "," in outside and not compiled(r"\sand\s").search(outside)
    parts = split_list(text, conjunctions="and|or|as well as|and/or|plus" if either else "and|as well as|and/or|plus")
    parts = _members([each for part in parts for each in _with_examples(part)], parts[0] if parts else "")
    joined: list[str] = []
    for part in parts:
        before = joined[-1] if joined else ""
        unfinished = joined and _bare(before) and not _MARK.search(before)
        if unfinished or (joined and _bare(part) and _WITH_A_PART.search(before)):
            joined[-1] = f"{before}{', ' if unfinished and _bare(part) else ' and '}{part}"
        else:
            joined.append(part)
    for index in range(len(joined) - 1, 0, -1):
        if (short := _ABBREVIATED.match(joined[index])) and _spelt_out(short, joined[index - 1]):
            joined[index - 1 : index + 1] = [f"{joined[index - 1]} and {joined[index]}"]
    complete: list[str] = []
    for part in joined:
        for each in _alternatives(part):
            complete += _shared_pain(each)
    return _shared_levels(_shared_site(complete))


_ABBREVIATED = re.compile(r"(?P<words>[^()]+) \((?P<short>[A-Z]{3,6})\)")


def _spelt_out(found: re.Match[str], before: str) -> bool:
    """Whether an abbreviation stands for the words before 'and' too: 'rash with eosinophilia and systemic symptoms (DRESS)'."""
    return not expands(found["short"], found["words"]) and expands(found["short"], f"{before} {found['words']}")


def _with_examples(part: str) -> list[str]:
    """Return what a part names and, apart, its first example: 'infections such as colds'."""
    found = compiled(r"(?P<general>[^()]+?),?\s(?:such as|including|like|e\.g\.)\s(?P<first>.+)$").match(part)
    if not found:
        return [part]
    vague = compiled(r"(?:effects on|problems with|changes in|disorders of|symptoms|signs|reactions$|other)\b").match(
        found["general"]
    )
    return [found["first"]] if vague else [found["general"], found["first"]]


_ALL_OF_THEM = re.compile(
    r"(?:[\w-]+ )?(?:infections|reactions|problems|disorders|events|complications|effects)(?: (?:of|with|in) [\w -]+)? such as "
)
"""Ahead of a list that is of one sort from its first item to its last: its members are the effects."""
_AT_THE_SITE = re.compile(
    r"(?:(?:injection|infusion|application|vaccination)[ -]site reactions|(?:skin |local )?reactions (?:at|around|where) [^,()]*)$"
)


def _members(parts: list[str], first: str) -> list[str]:
    """Return the parts without those that only say of which sort, or in which way, the others are.

    >>> _members(["infections", "pneumonia", "colds"], "infections such as pneumonia")
    ['pneumonia', 'colds']
    >>> _members(["reactions at the site of the injection", "pain", "redness"], "")
    ['reactions at the site of the injection']
    """
    if _ALL_OF_THEM.match(first) and len(parts) > 2 and first.startswith(f"{parts[0]} such as "):
        return parts[1:]
    kept: list[str] = []
    at_site = False
    for part in parts:
        bare = _unmarked(part).strip()
        if at_site and bare.lower().removeprefix("including ") in _LOCAL:
            kept[-1] += "".join(f" {mark[0].strip()}" for mark in _MARK.finditer(part))
            continue
        at_site = bool(_AT_THE_SITE.search(bare))
        kept.append(part)
    return kept


def _bare(part: str) -> bool:
    words = [word for word in compiled(r"[\w-]+").findall(bracketed(_unmarked(part))[0].lower()) if word != "and"]
    return bool(words) and len(words) <= 3 and all(word in _BODY for word in words)


def _alternatives(part: str) -> list[str]:
    """Return the two effects of 'nausea or vomiting', one where 'or' joins words of a single name.

    >>> _alternatives("tiredness or asthenia (weakness)"), _alternatives("liver failure or allergic reactions")
    (['tiredness', 'asthenia (weakness)'], ['liver failure', 'allergic reactions'])
    >>> [_alternatives(each) for each in ("weight loss or gain", "pain in the muscles or joints", "dry or red eyes")]
    [['weight loss or gain'], ['pain in the muscles or joints'], ['dry or red eyes']]
    """
    found = _OR.match(part)
    if not found:
        return [part]
    one, other = found["one"], found["other"]
    name = bracketed(_unmarked(other))[0]
    site = _SITE.search(name)
    name = name[: site.start("site")] if site else name
    count = len(one.split()), len(name.split())
    apart = count == (1, 1) or min(count) > 1
    if apart and not _bare(name) and not _bare(one) and not _UNFINISHED.search(one) and not _INCOMPLETE.match(name):
        return [one, other]
    return [part]


_OR = re.compile(
    r"(?P<one>[\w’-]+(?: (?!of |in |around |to |on |with |at )[\w’-]+){0,3}) or (?P<other>(?!other\b)[\w’-]+.*)$"
)
_UNFINISHED = re.compile(
    r"^(?:difficulty|feeling|being|problems|trouble)\b|"
    r"\b(?:increased?|decreased?|reduced|raised|lowered|low|high|mild|moderate|severe|red|dry|sore|itchy|swollen|painful|"
    r"abnormal|fast|slow|[\w-]+(?:al|ic|ous|ular|ary))$"
)
_INCOMPLETE = re.compile(
    r"^(?:gain|loss|increase|decrease|rise|fall|low|high|more|less|worse|even|no)\b|^(?:in|of|on)\s"
)


def _shared_pain(part: str) -> list[str]:
    """Return 'muscle and joint pain' as the two effects that it names, other parts as they are."""
    name, gloss = bracketed(_unmarked(part))
    ends = _PAINFUL.search(name)
    if gloss or not ends or " and " not in name:
        return [part]
    first = name.split(" and ")[:-1]
    if not all(each.lower() in _BODY for each in first):
        return [part]
    return [*(f"{each} {ends['head']}" for each in first), part[part.rindex(" and ") + 5 :]]


def _shared_site(parts: list[str]) -> list[str]:
    """Give what is told of the injection site to the local effects listed before it."""
    done = list(parts)
    for index, part in enumerate(parts):
        site = _SITE.search(_unmarked(part).split(" (")[0])
        if not site or site["local"].lower() not in _LOCAL:
            continue
        for before in range(index - 1, -1, -1):
            words = done[before].split()
            if not words or len(words) > 2 or words[-1].lower() not in _LOCAL:
                break
            done[before] += site["site"]
    return done


def _shared_levels(parts: list[str]) -> list[str]:
    """Give 'low levels of' to the parts after it that name only what is measured."""
    done: list[str] = []
    before: str | None = None
    for part in parts:
        bare = bracketed(_unmarked(part))[0]
        if before and _MEASURED.match(bare):
            done.append(before + part)
            continue
        found = _LEVELS.match(bare)
        before = found["before"] if found and _MEASURED.match(found["what"]) else None
        done.append(part)
    return done


def _effect(part: str) -> Effect | None:
    """Return the effect that a part of a list names, None where it is none."""
    words = " ".join(part.split()).strip(" .;,")
    words = _LEADING.sub("", words)
    if not words:
        return None
    name, lay = _name_and_gloss(words)
    name = plain(name)
    if (
        not name
        or len(name) > 90
        or len((bare := _PLACE_OR_NORM.sub("", name)).split()) > 10
        or _NO_EFFECT.search(bare)
        or not compiled(r"[\w‘'\ue001]").match(name)
    ):
        return None
    if frequency(name) or compiled(
        r"(?:in|of|to|with|for|on|at|by|as|when|if|so|however|usually|(?:mild|moderate)(?:$|\s(?:or|to|and|in)))\b"
    ).match(name):
        return None
    how = _SEVERITY.match(name)
    severity = None if not how else "serious" if how["how"].lower() == "serious" else "severe"
    return Effect(lowered(name), lay, severity, None, words)


def _name_and_gloss(words: str) -> tuple[str, str | None]:
    """Split the name of an effect from the words that explain it."""
    name, lay = bracketed(words)
    if found := _GLOSS_IN_WORDS.match(name):
        return found["name"], plain(found["lay"])
    while "(" in name:
        shorter, _ = bracketed(name)
        if shorter == name:
            break
        name = shorter
    if lay is None:
        return name, None
    meaning = meaning_of(lay)
    return name, plain(meaning) if meaning else None
