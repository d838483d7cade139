"""What a result measures, read from the words around its value.

The words come with marks in the place of what has been read from them: the arm, the time and the statistic.
"""

from __future__ import annotations

import re

from epargraph.patterns import compiled
from epargraph.values import plain

VALUE, ARM, TIME, STATISTIC = "\ue010", "\ue011", "\ue012", "\ue013"
"""Marks in the place of a value, an arm with its people, a time and a statistic."""

_MARKS = f"{VALUE}{ARM}{TIME}{STATISTIC}"
_PEOPLE = (
    r"(?:patients|people|persons|adults|children|adolescents|teenagers|women|men|girls|boys|infants|babies|newborns|toddlers|"
    r"participants|volunteers|subjects|recipients|individuals|smokers|travellers|mothers|couples|owners|eyes|dogs|puppies|cats|kittens|horses|stallions|mares|foals|hens|ewes|sows|goats|cattle|cows|calves|pigs|"
    r"piglets|sheep|lambs|chickens|rabbits|animals|those|them|vaccinees|pregnancies|cases|episodes|procedures|operations|infections|samples|scans)\b"
)
_CHANGED = (
    r"(?:fell|fallen|falls?|dropped|decreased|declined|rose|risen|increased|improved|worsened|reduced|lowered|raised|cut|"
    r"changed|gone (?:up|down)|went (?:up|down)|grew|grown|shortened|lengthened|delayed|slowed|prolonged|extended|shrank|shrunk|"
    r"falling|rising|dropping|increasing|decreasing|improving|declining|brought down|come down)"
)
_CHANGE = r"(?:reductions?|falls?|decreases?|increases?|improvements?|drops?|rises?|gains?|changes?|declines?|loss|difference)"
_DID = r"(?:had|were|was|developed|achieved|said|reported|felt|reached|showed|experienced|responded)\b"
_ADVERB = (
    r"(?:therefore|later|also|still|only|then|further|significantly|already|now|thus|so|just|on|even|actually|overall|similarly|"
    r"mostly|usually|generally|both|found|shown|estimated|all)"
)
_BE = r"(?:was|were|is|are|had been|has been|have been|being|became|had become|amounted to|stood at|reached)"
_LEADING = re.compile(
    r"^(?:(?:with(?=\s\S+\slevels?\b)|(?:in|for|of) whom|the|a|an|their|its|average|mean|median|overall|estimated|and|that|in|also|then|both|an additional|this group|these (?:patients|people|studies)|this study)\s)+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:[\s,;:]+(?:in|of|by|to|for|with|on|at|among|and|or|than|that|after|from|over|as|also|only|both|was|were|had|who|which|"
    r"the|an?|compared|respectively|treatment with|after treatment|following treatment|during treatment|during the study|"
    r"at the end of (?:(?:the )?(?:study|treatment)|this (?:time|period))|by the end of (?:the )?(?:study|treatment)|on average|than before|when|while))+$"
)
_PRONOUN = re.compile(
    r"^(?:it|this|that|the|these|those|they|there|which|who|he|she|one|(?:corresponding )?(?:results?|figures?|values?|numbers?|rates?|percentages?|proportions?|(?:falls?|decreases?|reductions?|increases?|rises?|improvements?|changes?|drops?|gains?|had|has|was|were|did)|mg\b.*|cells/.*|per\b.*)|(?:this|it|that) (?:was|happened).*|they \w+|(?:this|these|that) (?:distance|score|level|number|rate|value|figure|amount|time|proportion)s?|fewer|more|less|most|many|(?:this|the|these) (?:targets?|goals?|criteri(?:on|a)|endpoints?|measures?))$",
    re.IGNORECASE,
)
_SEVERE = re.compile(
    r"\b(?:die[ds]?|deaths?|worse|heart attacks?|strokes?|hospital\w*|cardiovascular|worsen\w*|clots?|embolism|fractures?|failure)\b"
)
_PERIOD = re.compile(r"\s(?:per|a|each|every)\s(?:patient\s|person\s)?(?:per\s)?(?:day|week|month|year|night)$")
_MERE_UNIT = re.compile(
    r"%|\S+/\S+|\W*|(?:percentage )?points?|cm|mm|m|kg|g|mg|ml|mmHg|(?:second|minute|hour|day|week|month|year)s?|(?:kilo|centi|milli)?metres?|litres?|kilograms?"
)
_HAD = re.compile(rf"(?:\b(?:had|experienced|have|have had)|{ARM}|^)\s?(?:{_ADVERB}\s)*$")
_SHARE = re.compile(
    rf"^(?:proportion|percentage|share|number|numbers)(?: of (?!time\b)(?:[\w-]+ ){{0,2}}?{_PEOPLE}\s?(?:(?:who|whose|that|with)\s)?| (?:who|whose) )(?P<what>.*)$"
)


_OF_THAT = re.compile(
    r"(?:^|[,;]\s?)\s?[Ff]or (?:the )?(?P<what>(?!patients|people|those|adults|children|women|men)[^,;\ue010-\ue013]{2,50}?),? the (?:corresponding )?(?:figure|rate|value|percentage|proportion)s? (?:was|were)$"
)
_IN_PART_OF = re.compile(
    r"^(?P<what>.{3,60}? (?:was|were|be|been) [a-z]+ (?:in|from|on) (?:the |their )?(?!patients|people)[a-z]+) of$"
)
_DONE_BY = r"(?:(?<=reported\s)|(?<=reached\s)|(?<=achieved\s)|(?<=experienced\s)|(?<=attained\s))by"
_ANAPHORA = re.compile(
    r"(?:(?:with|for|in|among) [^,;]{0,60}? )?\s?(?:this|that|it|the same)\s(?:was|happened|occurred|is)\b|(?:(?:for|in|by|after|at) [^,]{2,50}? )?(?:the )?(?:corresponding )?(?:figure|result|rate|value|percentage|proportion)s?(?:\s(?:after|for|in|with|among|on)\s[^,;:]{2,50}?)?(?:\s(?:was|were)(?: (?:similar|comparable|lower|higher))?:?)?$",
    re.IGNORECASE,
)


def measure(before: str, after: str, unit: str, counted: bool, first: bool = True) -> tuple[str, bool] | None:
    """Return what is measured and whether the value is a share of people; None where the words don't say.

    `before` and `after` are the words of the clause around the value; `counted` says that what follows the value, or
    stands right before it, is people. The unit alone says what is counted only for the `first` value of a sentence.

    >>> measure("there was a clear improvement in contrast sensitivity in ", f" {ARM}", "%", True)
    ('clear improvement in contrast sensitivity', True)
    >>> measure(f"{TIME}, ", f" {ARM} had at least a 75% reduction in symptom scores", "%", True)
    ('at least a 75% reduction in symptom scores', True)
    >>> measure("the infection was cured in ", f" {ARM}", "%", True)
    ('infection was cured', True)
    >>> measure(f"HbA1c levels fell {TIME} by {STATISTIC} ", f" {ARM}", "percentage points", False)
    ('HbA1c levels', False)
    >>> measure("cure rates were ", "", "%", False)
    ('cure rate', True)
    >>> measure(f"{ARM} had ", "", "flare-ups per year", False)
    ('flare-ups', False)
    """
    before, after = _level(before), _level(after)
    before = compiled(r"^\s?(?:In|For) (?:the|a|an|this|that|another|one) (?:[a-z]+ )?(?:study|trial),? (?=[a-z])").sub(
        "", before
    )
    if not first and (
        found := compiled(
            r"\s?(?P<what>(?!those|patients|in |for |with |had |have |was |were |fell|rose|a |an )[a-z][\w -]{3,50}?) by\s?"
        ).fullmatch(before)
    ):
        what = _clean(found["what"])
        return (what, False) if what and len(what.split()) > 1 else None
    before = compiled(
        r"^(?P<what>[A-Z][^:;,]{3,80}?) (?:was |were )(?:also )?(?:seen |reported )?(?:less|more)(?: often| common| frequent)\b[^:]*: (?:it|they|this|these) (?=\w+)"
    ).sub(r"\g<what> ", before)
    before = compiled(
        r"^(?P<what>(?:The|the) [^:;,]{3,80}?) (?:hardly |barely |also |only )?(?:changed|improved|fell|rose|increased|decreased|varied)\b[^:]*: it (?=\w+)"
    ).sub(r"\g<what> ", before)
    if (
        found := compiled(r"\s?in (?:the )?(?P<what>(?:risk|likelihood|chance|number|rate) [^,;.]+)").match(after)
    ) and compiled(rf"\b{_CHANGE} of\s?$").search(before):
        what = _clean(found["what"])
        return (what, False) if what else None
    if found := compiled(r"\bcorrectly (?P<verb>\w+)(?: it)?(?P<out> out)?\b").search(before + after):
        return f"correctly {found['verb']}{found['out'] or ''}", True
    if compiled(r"^(?:These|Such) (?:events?|problems|complications) (?:occurred|were seen|happened) in$").search(
        before.strip()
    ):
        return "event rate", True
    if counted and compiled(rf"(?:^|\s)(?:[Ii]n|[Ff]or|[Aa]mong|{_DONE_BY})(?:\s{_ADVERB})?$").search(before.rstrip()):
        clause = _last_clause(
            compiled(rf"\s?\b(?:[Ii]n|[Ff]or|[Aa]mong|[Bb]y)(?:\s{_ADVERB})?$").sub("", before.rstrip())
        )
        if _ANAPHORA.match(clause):
            return None
        told = _told_of(clause)
        if told:
            return told, True
        if told := _told_of(_first_clause(_without_people(after).lstrip(" ,"))):
            return told, True
        return None
    if counted and (found := _IN_PART_OF.search(_last_clause(before.rstrip()))):
        what = _clean(found["what"])
        return (what, True) if what else None
    if unit == "%" and (
        found := compiled(rf"\bhow many {_PEOPLE} (?P<what>[^:]+): (?:this|it) was$").search(before.strip())
    ):
        told = _done(found["what"])
        return (told, True) if told else None
    if unit == "%" and (
        found := compiled(
            rf"\s?of (?!(?:the |their |all )*{_PEOPLE})(?:the |their )?(?P<what>[^,;{_MARKS}]{{3,50}}?) (?P<was>(?:was|were|had been) \w+)"
        ).match(after)
    ):
        what = _clean(f"{found['what']} {found['was']}")
        return (what, True) if what else None
    if unit == "%" and (
        (
            found := compiled(
                rf"\s?of (?:the|all) (?P<what>(?!{_PEOPLE})[a-z]+(?: [a-z]+)?)(?: (?:in|with|later|that|present)\b|[,;.]|\s?$)"
            ).match(after)
        )
        and (did := compiled(r"\b(?:found|detected|identified|cleared|healed)$").search(before.rstrip()))
    ):
        return f"{found['what']} {did[0]}", True
    if compiled(r"^(?:These|Such) (?:events?|problems|complications) (?:occurred|were seen|happened) in$").search(
        before.strip()
    ):
        return "event rate", True
    if found := _OF_THAT.search(before.rstrip()):
        what = _clean(found["what"])
        return (what, counted or unit == "%") if what else None
    if _ANAPHORA.match(_last_clause(before.rstrip()).replace(ARM, "").strip()):
        return None
    if counted and (told := _done(_without_people(after))):
        return told, True
    if (
        counted
        and before.rstrip().endswith(":")
        and not compiled(r"\beffective|\bbetter\b|\bsuperior|\bsimilar").search(before)
        and (told := _done(before.rpartition(ARM)[2].strip(" :")))
    ):
        return told, True
    own = first or bool(compiled(r"\b(?:lost|gained|put on)\s?$").search(before))
    return _quantity(before, after, unit) or (_unit_as_measure(before, after, unit) if own else None)


def did(words: str) -> str | None:
    """Return what people had, were or did, as a measure; None where the words behind them say nothing of the kind.

    >>> did(" had clear skin after 12 weeks")
    'clear skin'
    """
    return _done(compiled(r"\s(?:after|over|at|within|by)\s").split(words)[0])


def happened(words: str) -> str | None:
    """Return the words of what was to happen as a measure; None where they are too many or say nothing.

    >>> happened("seizures were at least halved")
    'seizures were at least halved'
    """
    return _clean(words)


def _level(text: str) -> str:
    marked = STATISTIC in text or TIME in text
    if marked:
        text = _MARK_AHEAD.sub("", text)
    if ", " in text:
        text = _APPOSITION.sub(" ", text)
        text = _HAD_AFTER_COMMA.sub(r"\g<what> ", text)
    if " such as " in text:
        text = _SUCH_AS.sub("", text)
    if marked:
        text = _MARK_BETWEEN.sub(lambda found: f"{found['ahead']}, " if found["ahead"] else " ", text)
        text = text.replace(STATISTIC, " ").replace(TIME, " ")
    return _SPACES.sub(" ", text).replace(" ,", ",")


_MARK_AHEAD = re.compile(rf"^\s?[{STATISTIC}{TIME}]\s?,?\s?")
_MARK_BETWEEN = re.compile(rf"(?P<ahead>^(?:In|Of|Among|For|After|With)\b[^,]*)?,\s?[{STATISTIC}{TIME}]\s?,")
_APPOSITION = re.compile(
    r", (?<=\w, )(?:(?:as )?(?:confirmed|defined|measured|assessed|shown|based|caused|known)|which|such as|without|including|excluding|apart from|when)\b[^,]{3,90}, (?=\w+(?:ed|d)\b|was\b|were\b|had\b)"
)
_HAD_AFTER_COMMA = re.compile(r"^(?P<what>[^,]{3,60}), (?=(?:had|has) \w+(?:en|ed)\b)")
_SUCH_AS = re.compile(r" such as [^;:.]{3,90}?(?= (?:had|have|were|was|improved|occurred|developed)\b)")
_SPACES = re.compile(r"\s+")


def _last_clause(text: str) -> str:
    if found := compiled(
        r"\b(?:looked (?:\w+ )?at|measured|assessed|examined|was|were|in terms of) (?P<what>[^,]+), which (?P<rest>[^,]+)$"
    ).search(text):
        text = f"{found['what']} {found['rest']}"
    parts = compiled(r"[,;:]\s|\b(?:showed|shown|found|demonstrated|indicated|meant|means) that\s|[–]\s").split(text)
    return parts[-1].replace(ARM, " ").strip()


def _first_clause(text: str) -> str:
    return compiled(rf"[,;:{_MARKS}]|\.\s|\.$").split(text)[0].strip()


def _without_people(text: str) -> str:
    """Return the words behind the people that a share is told of."""
    text = text.lstrip()
    pattern = rf"(?:(?:of|in|among)\s)?(?:(?:all|the|these|those|treated|both)\s)*(?:(?!of\b|in\b|had\b|who\b)[\w-]+ ){{0,3}}?{_PEOPLE}(?:\s(?:and|or)\s(?:[\w-]+\s){{0,2}}?{_PEOPLE})?\s?"
    if not text.startswith(ARM) and (found := re.match(pattern, text)):
        text = text[found.end() :]
        text = compiled(
            rf"^(?:(?:with|aged|from|in)\s(?:(?!{_DID})[^\s,;{_MARKS}]+\s?){{1,8}})(?=[{ARM},]|{_DID})"
        ).sub("", text)
    return text.replace(ARM, "", 1).lstrip() if text.startswith(ARM) else text


def _clean(text: str) -> str | None:
    """Return the words as a measure: without articles and loose ends; None where nothing or too much is left."""
    listed = compiled(rf"[^,;:({_MARKS}]+(?:, [^,;:({_MARKS}]{{2,60}}){{0,4}},? or [^,;:({_MARKS}]+").match(text)
    if (
        listed
        and len(_SEVERE.findall(listed[0])) > 1
        and not compiled(r"(?:the )?(?:reduction in (?:the )?)?risk\b", re.IGNORECASE).match(listed[0])
    ):
        return "event rate"
    text = listed[0] if listed and "," in listed[0] else compiled(rf"[,;:{_MARKS}]|(?<!\w)\(|\.\s|\.$").split(text)[0]
    text = compiled(
        r"(?<!less)(?<!more)(?<!other)(?<!lower)(?<!higher)(?<!greater)(?<!fewer)(?<!longer)\sthan\b|\s(?:compared with|which|while|whereas|as seen|as measured|as assessed|thanks to|even though|throughout (?:the|their|this)|over the (?:\w+ )?period|in (?:their|the) last \w+ (?:measurements?|samples?|tests?|weeks?|days?|months?)|lasting|by the age of|between week|at the end of (?:this|that|the) (?:time|period|study|treatment|trial)|(?:for|in|among) (?:the )?(?:women|men|patients|people|adults|children) (?:aged|with|who|whose)|in the same (?:age )?group)\b"
    ).split(text)[0]
    text = compiled(r"^whom (?:were |was |had )?").sub("", _LEADING.sub("", text.strip()))
    text = _TRAILING.sub("", text).strip()
    text = compiled(
        r"^(?:proportion|percentage) of (?:the )?time (?:that |which |in which |during which )?(?:\w+ ){1,2}spent "
    ).sub("time spent ", text)
    text = compiled(r"\brates$").sub("rate", plain(text))
    if not text or len(text.split()) > 14 or _PRONOUN.match(text) or not compiled(r"[A-Za-z]{2}").search(text):
        return None
    if compiled(r"\s(?:or|and)\s").search(text) and len(_SEVERE.findall(text)) > 1:
        return "event rate" if not compiled(r"(?:reduction in (?:the )?)?risk\b").match(text) else plain(text)
    return text[0].lower() + text[1:] if compiled(r"[A-Z][a-z]+\b(?! [A-Z])").match(text) else text


def _told_of(clause: str) -> str | None:
    """Return what a clause says happened in a share of people."""
    clause = compiled(r"^(?:[Tt]he )?(?:vaccine|medicine|treatment) (?=[a-z]+ed\b)").sub(
        "", clause.strip(f" ,.{_MARKS}")
    )
    clause = compiled(r"^(?:produced|triggered|induced|led to|resulted in|caused) (?!death|an? \w+ of)").sub("", clause)
    clause = compiled(rf"^{_BE} (?=[a-z])").sub("", clause)
    clause = compiled(r"^in this group,? (?=\w+ )").sub("", clause)
    if compiled(r"(?:this|that|it|the same|these|which)\b", re.IGNORECASE).match(clause):
        return None
    for pattern in (
        r"^(?:.*\s)?(?:there|There) (?:was|were|had been) (?P<what>.+)$",
        r"\b(?:led|allowed|enabled|caused|helped|made)\s(?:[\w-]+\s){1,4}?to\s(?P<what>.+)$",
        rf"^(?P<what>.+?) (?:{_BE} )?(?:{_ADVERB} )?(?:seen|observed|achieved|reported|recorded|noted|found|occurred|happened|developed|obtained|detected|present|visible|evident)$",
        r"^.*\b(?P<what>(?:could|can) be .+)$",
    ):
        if found := re.search(pattern, clause, re.DOTALL):
            return _clean(found["what"])
    if found := compiled(r"\bin (?P<what>(?:[a-z-]+ )?remission)\b").search(clause):
        return found["what"]
    if found := compiled(rf"^(?P<who>.+?) (?:{_BE}) (?P<what>.+)$").match(clause):
        what = found["what"]
        if compiled(r"\w+(?:ed|en|t|d)\b").match(what) and not compiled(r"(?:not|at|free|about)\b").match(what):
            return _clean(clause)
        return _clean(f"{found['who']} {what}")
    return _clean(clause) if compiled(r"\s").search(clause) else _clean(clause) if len(clause) > 5 else None


def _done(text: str) -> str | None:
    """Return what people had, were or did, from the words behind them."""
    text = compiled(r"^,\s(?:depending|regardless|most|some|including|all|many)\b[^,]{3,60},\s").sub("", text.strip())
    if not text or compiled(r"(?:whose|expected\b|in whom|with whom|for whom|of whom|and\b|or\b|[,.;:])").match(text):
        return None
    if compiled(r"(?:did|were|was|had|have)(?: (?:so|not|the same|this))?[ .,]*").fullmatch(text):
        return None
    if found := compiled(r"(?:it|they) (?:was|were|had been) (?P<what>[a-z].+)").match(text):
        return _clean(found["what"])
    text = compiled(r"^respectively\b[ ,]*").sub("", text)
    text = compiled(
        r"^who (?:had|have|were|was|did|do|are) (?:(?!had\b|were\b|was\b|and\b|or\b)[\w-]+ ){1,8}?(?=(?:had|were|developed|achieved|experienced|showed|responded|died|reported|reached)\b)"
    ).sub("", text)
    text = compiled(r"^who (?=\w+(?:ed|d)\b|had\b|were\b)").sub("", text)
    text = compiled(rf"^(?:respectively,?\s)?(?:{_ADVERB}\s)?(?:having\s)?").sub("", text)
    if text.startswith("no longer "):
        return _clean(text)
    if found := compiled(r"(?:did not (?:have|experience|develop)|had no|experienced no) (?P<what>.+)").match(text):
        return _clean(f"no {found['what']}")
    if found := compiled(
        r"(?:was|were|are|is|had become|became|have been|had been|remained|stayed|felt) (?P<what>.+)"
    ).match(text):
        return _clean(found["what"])
    if found := compiled(
        r"(?:had had|have had|had|have|has) (?P<what>(?:(?:also|not|completely|still|no longer)\s)?(?:\w+ed|died|been|got|gone|lost|shown|become|come|shrunk|fallen)\b.*)"
    ).match(text):
        return _clean(compiled(r"^(?:been|shown|achieved|experienced|developed|reached)\s").sub("", found["what"]))
    if found := compiled(
        r"(?:had had|have had|had|have|has|showed|achieved|experienced|reached|reported|developed|saw|obtained|attained|suffered|presented with) (?P<what>.+)"
    ).match(text):
        return _clean(compiled(r"^to (?:be )?(?=[a-z])").sub("", found["what"]))
    if compiled(r"[a-z]{3,}\b").match(text) and not compiled(
        r"(?:with|after|over|during|within|for|from|compared|versus|while|than|using|aged|taking|given|receiving|treated|per|who|"
        r"in|of|at|by|on|as|the|a|an|to|lower|higher|more|less|fewer|reduction|increase|improvement|decrease|relative)\b"
    ).match(text):
        return _clean(text)
    return None


def _quantity(before: str, after: str, unit: str) -> tuple[str, bool] | None:
    """Return what a value is a quantity of."""
    raw = compiled(r"\bfrom (?:(?:[^,;:]|,(?=\d{3})){0,60}? )?to$").sub("to", before.rstrip())
    raw = compiled(r"\b(?P<by>by|of|was|were) (?:an?|another) (?:further|additional|extra)$").sub(r"\g<by>", raw)
    clause = _last_clause(raw)
    if found := compiled(rf"\b{_CHANGE} in (?P<what>[^,;:]{{2,60}}?) (?:that|which) (?:was|were)$").search(
        compiled(r", (?=which )").sub(" ", raw)
    ):
        what = _clean(found["what"])
        return (what, False) if what else None
    if compiled(r"\bprevented$").search(raw) and (
        found := compiled(r"\s?of (?:the |all )?(?P<what>[^,;.]+)").match(after)
    ):
        what = _clean(found["what"])
        return (what, False) if what else None
    if raw.endswith(":") and (
        found := compiled(
            r"(?:^|[,;]\s)(?P<what>[^,;:]+?\s(?:was|were))\s(?:similar|comparable|higher|lower|as follows)[^:;]*:$"
        ).search(compiled(r"\b(?:showed|shown|found|demonstrated) that\s").split(raw)[-1])
    ):
        clause = compiled(r"\bthat\s").split(found["what"])[-1]
    behind = after.strip()
    if unit == "%" and (found := compiled(r"effective (?:at|in) (?P<what>(?:preventing|protecting) .+)").match(behind)):
        what = _clean(compiled(r"\s(?:in|among)\s").split(found["what"])[0])
        return (what, False) if what else None
    if unit == "%" and (found := compiled(r"\b(?P<what>[Ss]ensitivity|[Ss]pecificity)(?: (?:was|of))?$").search(raw)):
        return found["what"].lower(), False
    if compiled(r"(?:efficacy|effective(?:ness)?)\b(?! (?:at|in) prevent)").match(behind) or compiled(
        r"\befficacy\b[^,;]{0,60}\b(?:was|of)$"
    ).search(clause):
        return ("vaccine efficacy" if "vaccin" in before + after else "efficacy"), False
    if unit == "%" and (
        found := compiled(r"(?:less|more) (?P<what>likely to .+)|(?:fewer|more) (?P<things>(?!than\b)[a-z].+)").match(
            behind
        )
    ):
        what = _clean(found["what"] or found["things"])
        return (what, False) if what else None
    if compiled(r"\b(?:allowed|enabled|helped|led)$").search(clause) and (
        found := compiled(r"(?:^|\s)to (?P<what>.+)").search(behind)
    ):
        told = _clean(found["what"])
        return (told, True) if told else None
    if unit != "%" and (
        found := compiled(rf"(?:greater|larger|bigger|smaller) {_CHANGE} in (?P<what>[^,;]+)").match(behind)
    ):
        what = _clean(found["what"])
        return (what, False) if what else None
    if found := compiled(
        rf"(?:[a-z]+\s)?(?P<what>{_CHANGE} in\s(?!(?:those|patients|people|adults|children|both|the \w+ group)\b).+)"
    ).match(behind):
        what = _clean(found["what"])
        return (what, False) if what else None
    if found := compiled(
        r"(?:lower|higher|reduced|increased|greater|less|smaller) (?P<what>(?:risk|rate|number|likelihood|chance) of .+)"
    ).match(behind):
        what = _clean(found["what"])
        return (what, False) if what else None
    if unit.startswith("day") and (found := compiled(r"with (?P<what>[a-z]+)\b").match(behind)):
        return f"days with {found['what']}", False
    if _PERIOD.search(unit) and (not clause or _HAD.search(raw.replace(STATISTIC, ""))):
        noun = _PERIOD.sub("", unit)
        what = None if _MERE_UNIT.fullmatch(noun) else "falls" if noun == "falls" else _clean(noun)
        if what:
            return what, False
    if compiled(rf"(?:^|\s)(?:an? |the )?(?:average |mean |median )?{_CHANGE}(?: of)?$").search(clause) and (
        found := compiled(rf"\b{_CHANGE} in (?P<what>[^,;]+),").search(before)
    ):
        what = _clean(found["what"])
        return (what, False) if what else None
    if raw.endswith(" for") and compiled(r"(?:day|week|month|year|hour)s?$").search(unit):
        if found := compiled(rf"{ARM}\s?(?P<what>[a-z]+ (?:the|their|an?) [a-z -]+?) for$").search(raw):
            return (told, False) if (told := _clean(found["what"])) else None
        if found := compiled(
            r"(?!(?:This|These|The effect|Th\w+ (?:effect|improvement|benefit))\b)(?P<what>.{3,50}? (?:was|were) [a-z]+) for$"
        ).match(clause):
            return (told, False) if (told := _clean(found["what"])) else None
    if found := compiled(
        r"^(?:[Tt]here (?:was|were) )?(?P<what>.{3,80}?)(?: (?:occurred|were seen|was seen|were reported|developed))? at an? (?:average |mean |yearly |annual )?rate of$"
    ).match(clause):
        return (told, False) if (told := _clean(found["what"])) else None
    for pattern in (
        r"^(?:.*\s)?brought (?P<what>[^,;:]{3,60}?) down by$",
        r"^(?:.*\s)?(?:allowed|enabled) (?P<what>[^,;:]{3,90}?) to be \w+ by$",
        r"^(?:.*\s)?(?:with|showed|had|gave|produced|achieved|found|led to|resulted in) (?:an? )?(?P<what>(?:[a-z-]+ ){1,3}rates?) of$",
        r"^(?:.*\s)?(?:reduced|lowered|increased|improved|cut|raised|shortened|delayed|lengthened|prolonged|extended|decreased|reduces|lowers|improves) (?P<what>[^,;:]{3,90}?) by$",
        rf"^(?P<what>.{{3,110}}?)\s(?:(?:had|has|have|was|were|could|can|be|been|{_ADVERB})\s)*{_CHANGED}(?:\s{_ADVERB})*(?:\sby|\sto)?(?:\s(?:an?|the))?$",
        rf"^(?P<what>.{{3,110}}?)\s(?:{_BE})(?:\s{_ADVERB})*$",
        rf"^.*\b{_CHANGE} in (?P<what>.{{3,80}}?) of$",
    ):
        if found := re.match(pattern, clause):
            what_words = found["what"].strip()
            share = _SHARE.match(_LEADING.sub("", what_words))
            if share and unit == "%":
                told = _done(share["what"]) or _clean(share["what"])
                return (told, True) if told else None
            what = _clean(what_words)
            if what and unit == "%":
                what = compiled(r"(?<=\w) (?:a|each) (?:year|month|week|day)$").sub("", what)
            if what and compiled(r"\bper (?:year|month|week|day)$").search(unit):
                what = compiled(r"(?<=\w) (?:per|a|each) (?:patient per )?(?:year|month|week|day)$").sub("", what)
            if what is None or compiled(rf"{_PEOPLE}(?: .*)?").fullmatch(what):
                continue
            return what, unit == "%" and not clause.endswith(" by") and bool(
                compiled(r"\b(?:rate|proportion|percentage)\b|^time spent\b").search(what)
            )
    return None


def _unit_as_measure(before: str, after: str, unit: str) -> tuple[str, bool] | None:
    """Return what is counted, where the unit alone says it: letters read, weight lost."""
    raw, behind = before.rstrip(), after.strip()
    noun = compiled(r"\s(?:per|a|each|every)\s.*$").sub("", unit)
    if found := compiled(r"(?P<how>heavier|lighter|taller|shorter)\b").match(behind):
        return ("weight" if found["how"] in ("heavier", "lighter") else "height"), False
    plural = compiled(r"(?!units|lines|metres|litres)[a-z]{3,}s").fullmatch(noun)
    if noun and (plural or not compiled(r"[a-zA-Zµ/0-9]{1,8}").fullmatch(noun)) and not _MERE_UNIT.fullmatch(noun):
        what = _clean(noun)
        return (what, False) if what else None
    if noun in ("kg", "kilograms", "g") and compiled(r"\b(?:gained|put on)\b").search(raw + behind):
        return "weight gain", False
    if noun in ("episodes", "attacks", "seizures", "bleeds", "relapses", "steps"):
        return noun, False
    if noun == "letters":
        return "letters", False
    if found := compiled(r"\b(?:could|able to) (?P<what>(?:breathe|run|sleep|bend|move)(?: out)?)$").search(raw):
        return found["what"], False
    if found := compiled(r"\b(grew|slept)(?: by)?\s?$").search(raw):
        return found[1], False
    if noun in ("kg", "kilograms") and compiled(r"\b(?:lost|weight)\b").search(raw + behind):
        return "weight loss", False
    if unit == "%" and compiled(r"\blost\b").search(raw) and "weight" in behind:
        return "weight loss", False
    if unit == "%" and (found := compiled(r"effective (?:at|in) (?P<what>preventing .+)").match(behind)):
        what = _clean(found["what"])
        return (what, False) if what else None
    return None
