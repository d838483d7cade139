"""What a result measures, read from the words around its value.

The words come with marks in the place of what has been read from them: the arm, the time and the statistic.
"""

from __future__ import annotations

import re

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
    before = re.sub(
        r"^\s?(?:In|For) (?:the|a|an|this|that|another|one) (?:[a-z]+ )?(?:study|trial),? (?=[a-z])", "", before
    )
    if not first and (
        found := re.fullmatch(
            r"\s?(?P<what>(?!those|patients|in |for |with |had |have |was |were |fell|rose|a |an )[a-z][\w -]{3,50}?) by\s?",
            before,
        )
    ):
        what = _clean(found["what"])
        return (what, False) if what and len(what.split()) > 1 else None
    before = re.sub(
        r"^(?P<what>[A-Z][^:;,]{3,80}?) (?:was |were )(?:also )?(?:seen |reported )?(?:less|more)(?: often| common| frequent)\b[^:]*: (?:it|they|this|these) (?=\w+)",
        r"\g<what> ",
        before,
    )
    before = re.sub(
        r"^(?P<what>(?:The|the) [^:;,]{3,80}?) (?:hardly |barely |also |only )?(?:changed|improved|fell|rose|increased|decreased|varied)\b[^:]*: it (?=\w+)",
        r"\g<what> ",
        before,
    )
    if (
        found := re.match(r"\s?in (?:the )?(?P<what>(?:risk|likelihood|chance|number|rate) [^,;.]+)", after)
    ) and re.search(rf"\b{_CHANGE} of\s?$", before):
        what = _clean(found["what"])
        return (what, False) if what else None
    if found := re.search(r"\bcorrectly (?P<verb>\w+)(?: it)?(?P<out> out)?\b", before + after):
        return f"correctly {found['verb']}{found['out'] or ''}", True
    if re.search(
        r"^(?:These|Such) (?:events?|problems|complications) (?:occurred|were seen|happened) in$", before.strip()
    ):
        return "event rate", True
    if counted and re.search(rf"(?:^|\s)(?:[Ii]n|[Ff]or|[Aa]mong|{_DONE_BY})(?:\s{_ADVERB})?$", before.rstrip()):
        clause = _last_clause(re.sub(rf"\s?\b(?:[Ii]n|[Ff]or|[Aa]mong|[Bb]y)(?:\s{_ADVERB})?$", "", before.rstrip()))
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
    if unit == "%" and (found := re.search(rf"\bhow many {_PEOPLE} (?P<what>[^:]+): (?:this|it) was$", before.strip())):
        told = _done(found["what"])
        return (told, True) if told else None
    if unit == "%" and (
        found := re.match(
            rf"\s?of (?!(?:the |their |all )*{_PEOPLE})(?:the |their )?(?P<what>[^,;{_MARKS}]{{3,50}}?) (?P<was>(?:was|were|had been) \w+)",
            after,
        )
    ):
        what = _clean(f"{found['what']} {found['was']}")
        return (what, True) if what else None
    if unit == "%" and (
        (
            found := re.match(
                rf"\s?of (?:the|all) (?P<what>(?!{_PEOPLE})[a-z]+(?: [a-z]+)?)(?: (?:in|with|later|that|present)\b|[,;.]|\s?$)",
                after,
            )
        )
        and (did := re.search(r"\b(?:found|detected|identified|cleared|healed)$", before.rstrip()))
    ):
        return f"{found['what']} {did[0]}", True
    if re.search(
        r"^(?:These|Such) (?:events?|problems|complications) (?:occurred|were seen|happened) in$", before.strip()
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
        and not re.search(r"\beffective|\bbetter\b|\bsuperior|\bsimilar", before)
        and (told := _done(before.rpartition(ARM)[2].strip(" :")))
    ):
        return told, True
    own = first or bool(re.search(r"\b(?:lost|gained|put on)\s?$", before))
    return _quantity(before, after, unit) or (_unit_as_measure(before, after, unit) if own else None)


def did(words: str) -> str | None:
    """Return what people had, were or did, as a measure; None where the words behind them say nothing of the kind.

    >>> did(" had clear skin after 12 weeks")
    'clear skin'
    """
    return _done(re.split(r"\s(?:after|over|at|within|by)\s", words)[0])


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
    if found := re.search(
        r"\b(?:looked (?:\w+ )?at|measured|assessed|examined|was|were|in terms of) (?P<what>[^,]+), which (?P<rest>[^,]+)$",
        text,
    ):
        text = f"{found['what']} {found['rest']}"
    parts = re.split(r"[,;:]\s|\b(?:showed|shown|found|demonstrated|indicated|meant|means) that\s|[–]\s", text)
    return parts[-1].replace(ARM, " ").strip()


def _first_clause(text: str) -> str:
    return re.split(rf"[,;:{_MARKS}]|\.\s|\.$", text)[0].strip()


def _without_people(text: str) -> str:
    """Return the words behind the people that a share is told of."""
    text = text.lstrip()
    pattern = rf"(?:(?:of|in|among)\s)?(?:(?:all|the|these|those|treated|both)\s)*(?:(?!of\b|in\b|had\b|who\b)[\w-]+ ){{0,3}}?{_PEOPLE}(?:\s(?:and|or)\s(?:[\w-]+\s){{0,2}}?{_PEOPLE})?\s?"
    if not text.startswith(ARM) and (found := re.match(pattern, text)):
        text = text[found.end() :]
        text = re.sub(
            rf"^(?:(?:with|aged|from|in)\s(?:(?!{_DID})[^\s,;{_MARKS}]+\s?){{1,8}})(?=[{ARM},]|{_DID})",
            "",
            text,
        )
    return text.replace(ARM, "", 1).lstrip() if text.startswith(ARM) else text


def _clean(text: str) -> str | None:
    """Return the words as a measure: without articles and loose ends; None where nothing or too much is left."""
    listed = re.match(rf"[^,;:({_MARKS}]+(?:, [^,;:({_MARKS}]{{2,60}}){{0,4}},? or [^,;:({_MARKS}]+", text)
    if (
        listed
        and len(_SEVERE.findall(listed[0])) > 1
        and not re.match(r"(?:the )?(?:reduction in (?:the )?)?risk\b", listed[0], re.IGNORECASE)
    ):
        return "event rate"
    text = listed[0] if listed and "," in listed[0] else re.split(rf"[,;:{_MARKS}]|(?<!\w)\(|\.\s|\.$", text)[0]
    text = re.split(
        r"(?<!less)(?<!more)(?<!other)(?<!lower)(?<!higher)(?<!greater)(?<!fewer)(?<!longer)\sthan\b|\s(?:compared with|which|while|whereas|as seen|as measured|as assessed|thanks to|even though|throughout (?:the|their|this)|over the (?:\w+ )?period|in (?:their|the) last \w+ (?:measurements?|samples?|tests?|weeks?|days?|months?)|lasting|by the age of|between week|at the end of (?:this|that|the) (?:time|period|study|treatment|trial)|(?:for|in|among) (?:the )?(?:women|men|patients|people|adults|children) (?:aged|with|who|whose)|in the same (?:age )?group)\b",
        text,
    )[0]
    text = re.sub(r"^whom (?:were |was |had )?", "", _LEADING.sub("", text.strip()))
    text = _TRAILING.sub("", text).strip()
    text = re.sub(
        r"^(?:proportion|percentage) of (?:the )?time (?:that |which |in which |during which )?(?:\w+ ){1,2}spent ",
        "time spent ",
        text,
    )
    text = re.sub(r"\brates$", "rate", plain(text))
    if not text or len(text.split()) > 14 or _PRONOUN.match(text) or not re.search(r"[A-Za-z]{2}", text):
        return None
    if re.search(r"\s(?:or|and)\s", text) and len(_SEVERE.findall(text)) > 1:
        return "event rate" if not re.match(r"(?:reduction in (?:the )?)?risk\b", text) else plain(text)
    return text[0].lower() + text[1:] if re.match(r"[A-Z][a-z]+\b(?! [A-Z])", text) else text


def _told_of(clause: str) -> str | None:
    """Return what a clause says happened in a share of people."""
    clause = re.sub(r"^(?:[Tt]he )?(?:vaccine|medicine|treatment) (?=[a-z]+ed\b)", "", clause.strip(f" ,.{_MARKS}"))
    clause = re.sub(r"^(?:produced|triggered|induced|led to|resulted in|caused) (?!death|an? \w+ of)", "", clause)
    clause = re.sub(rf"^{_BE} (?=[a-z])", "", clause)
    clause = re.sub(r"^in this group,? (?=\w+ )", "", clause)
    if re.match(r"(?:this|that|it|the same|these|which)\b", clause, re.IGNORECASE):
        return None
    for pattern in (
        r"^(?:.*\s)?(?:there|There) (?:was|were|had been) (?P<what>.+)$",
        r"\b(?:led|allowed|enabled|caused|helped|made)\s(?:[\w-]+\s){1,4}?to\s(?P<what>.+)$",
        rf"^(?P<what>.+?) (?:{_BE} )?(?:{_ADVERB} )?(?:seen|observed|achieved|reported|recorded|noted|found|occurred|happened|developed|obtained|detected|present|visible|evident)$",
        r"^.*\b(?P<what>(?:could|can) be .+)$",
    ):
        if found := re.search(pattern, clause, re.DOTALL):
            return _clean(found["what"])
    if found := re.search(r"\bin (?P<what>(?:[a-z-]+ )?remission)\b", clause):
        return found["what"]
    if found := re.match(rf"^(?P<who>.+?) (?:{_BE}) (?P<what>.+)$", clause):
        what = found["what"]
        if re.match(r"\w+(?:ed|en|t|d)\b", what) and not re.match(r"(?:not|at|free|about)\b", what):
            return _clean(clause)
        return _clean(f"{found['who']} {what}")
    return _clean(clause) if re.search(r"\s", clause) else _clean(clause) if len(clause) > 5 else None


def _done(text: str) -> str | None:
    """Return what people had, were or did, from the words behind them."""
    text = re.sub(r"^,\s(?:depending|regardless|most|some|including|all|many)\b[^,]{3,60},\s", "", text.strip())
    if not text or re.match(r"(?:whose|expected\b|in whom|with whom|for whom|of whom|and\b|or\b|[,.;:])", text):
        return None
    if re.fullmatch(r"(?:did|were|was|had|have)(?: (?:so|not|the same|this))?[ .,]*", text):
        return None
    if found := re.match(r"(?:it|they) (?:was|were|had been) (?P<what>[a-z].+)", text):
        return _clean(found["what"])
    text = re.sub(r"^respectively\b[ ,]*", "", text)
    text = re.sub(
        r"^who (?:had|have|were|was|did|do|are) (?:(?!had\b|were\b|was\b|and\b|or\b)[\w-]+ ){1,8}?(?=(?:had|were|developed|achieved|experienced|showed|responded|died|reported|reached)\b)",
        "",
        text,
    )
    text = re.sub(r"^who (?=\w+(?:ed|d)\b|had\b|were\b)", "", text)
    text = re.sub(rf"^(?:respectively,?\s)?(?:{_ADVERB}\s)?(?:having\s)?", "", text)
    if text.startswith("no longer "):
        return _clean(text)
    if found := re.match(r"(?:did not (?:have|experience|develop)|had no|experienced no) (?P<what>.+)", text):
        return _clean(f"no {found['what']}")
    if found := re.match(
        r"(?:was|were|are|is|had become|became|have been|had been|remained|stayed|felt) (?P<what>.+)", text
    ):
        return _clean(found["what"])
    if found := re.match(
        r"(?:had had|have had|had|have|has) (?P<what>(?:(?:also|not|completely|still|no longer)\s)?(?:\w+ed|died|been|got|gone|lost|shown|become|come|shrunk|fallen)\b.*)",
        text,
    ):
        return _clean(re.sub(r"^(?:been|shown|achieved|experienced|developed|reached)\s", "", found["what"]))
    if found := re.match(
        r"(?:had had|have had|had|have|has|showed|achieved|experienced|reached|reported|developed|saw|obtained|attained|suffered|presented with) (?P<what>.+)",
        text,
    ):
        return _clean(re.sub(r"^to (?:be )?(?=[a-z])", "", found["what"]))
    if re.match(r"[a-z]{3,}\b", text) and not re.match(
        r"(?:with|after|over|during|within|for|from|compared|versus|while|than|using|aged|taking|given|receiving|treated|per|who|"
        r"in|of|at|by|on|as|the|a|an|to|lower|higher|more|less|fewer|reduction|increase|improvement|decrease|relative)\b",
        text,
    ):
        return _clean(text)
    return None


def _quantity(before: str, after: str, unit: str) -> tuple[str, bool] | None:
    """Return what a value is a quantity of."""
    raw = re.sub(r"\bfrom (?:(?:[^,;:]|,(?=\d{3})){0,60}? )?to$", "to", before.rstrip())
    raw = re.sub(r"\b(?P<by>by|of|was|were) (?:an?|another) (?:further|additional|extra)$", r"\g<by>", raw)
    clause = _last_clause(raw)
    if found := re.search(
        rf"\b{_CHANGE} in (?P<what>[^,;:]{{2,60}}?) (?:that|which) (?:was|were)$", re.sub(r", (?=which )", " ", raw)
    ):
        what = _clean(found["what"])
        return (what, False) if what else None
    if re.search(r"\bprevented$", raw) and (found := re.match(r"\s?of (?:the |all )?(?P<what>[^,;.]+)", after)):
        what = _clean(found["what"])
        return (what, False) if what else None
    if raw.endswith(":") and (
        found := re.search(
            r"(?:^|[,;]\s)(?P<what>[^,;:]+?\s(?:was|were))\s(?:similar|comparable|higher|lower|as follows)[^:;]*:$",
            re.split(r"\b(?:showed|shown|found|demonstrated) that\s", raw)[-1],
        )
    ):
        clause = re.split(r"\bthat\s", found["what"])[-1]
    behind = after.strip()
    if unit == "%" and (found := re.match(r"effective (?:at|in) (?P<what>(?:preventing|protecting) .+)", behind)):
        what = _clean(re.split(r"\s(?:in|among)\s", found["what"])[0])
        return (what, False) if what else None
    if unit == "%" and (found := re.search(r"\b(?P<what>[Ss]ensitivity|[Ss]pecificity)(?: (?:was|of))?$", raw)):
        return found["what"].lower(), False
    if re.match(r"(?:efficacy|effective(?:ness)?)\b(?! (?:at|in) prevent)", behind) or re.search(
        r"\befficacy\b[^,;]{0,60}\b(?:was|of)$", clause
    ):
        return ("vaccine efficacy" if "vaccin" in before + after else "efficacy"), False
    if unit == "%" and (
        found := re.match(r"(?:less|more) (?P<what>likely to .+)|(?:fewer|more) (?P<things>(?!than\b)[a-z].+)", behind)
    ):
        what = _clean(found["what"] or found["things"])
        return (what, False) if what else None
    if re.search(r"\b(?:allowed|enabled|helped|led)$", clause) and (
        found := re.search(r"(?:^|\s)to (?P<what>.+)", behind)
    ):
        told = _clean(found["what"])
        return (told, True) if told else None
    if unit != "%" and (found := re.match(rf"(?:greater|larger|bigger|smaller) {_CHANGE} in (?P<what>[^,;]+)", behind)):
        what = _clean(found["what"])
        return (what, False) if what else None
    if found := re.match(
        rf"(?:[a-z]+\s)?(?P<what>{_CHANGE} in\s(?!(?:those|patients|people|adults|children|both|the \w+ group)\b).+)",
        behind,
    ):
        what = _clean(found["what"])
        return (what, False) if what else None
    if found := re.match(
        r"(?:lower|higher|reduced|increased|greater|less|smaller) (?P<what>(?:risk|rate|number|likelihood|chance) of .+)",
        behind,
    ):
        what = _clean(found["what"])
        return (what, False) if what else None
    if unit.startswith("day") and (found := re.match(r"with (?P<what>[a-z]+)\b", behind)):
        return f"days with {found['what']}", False
    if _PERIOD.search(unit) and (not clause or _HAD.search(raw.replace(STATISTIC, ""))):
        noun = _PERIOD.sub("", unit)
        what = None if _MERE_UNIT.fullmatch(noun) else "falls" if noun == "falls" else _clean(noun)
        if what:
            return what, False
    if re.search(rf"(?:^|\s)(?:an? |the )?(?:average |mean |median )?{_CHANGE}(?: of)?$", clause) and (
        found := re.search(rf"\b{_CHANGE} in (?P<what>[^,;]+),", before)
    ):
        what = _clean(found["what"])
        return (what, False) if what else None
    if raw.endswith(" for") and re.search(r"(?:day|week|month|year|hour)s?$", unit):
        if found := re.search(rf"{ARM}\s?(?P<what>[a-z]+ (?:the|their|an?) [a-z -]+?) for$", raw):
            return (told, False) if (told := _clean(found["what"])) else None
        if found := re.match(
            r"(?!(?:This|These|The effect|Th\w+ (?:effect|improvement|benefit))\b)(?P<what>.{3,50}? (?:was|were) [a-z]+) for$",
            clause,
        ):
            return (told, False) if (told := _clean(found["what"])) else None
    if found := re.match(
        r"^(?:[Tt]here (?:was|were) )?(?P<what>.{3,80}?)(?: (?:occurred|were seen|was seen|were reported|developed))? at an? (?:average |mean |yearly |annual )?rate of$",
        clause,
    ):
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
                what = re.sub(r"(?<=\w) (?:a|each) (?:year|month|week|day)$", "", what)
            if what and re.search(r"\bper (?:year|month|week|day)$", unit):
                what = re.sub(r"(?<=\w) (?:per|a|each) (?:patient per )?(?:year|month|week|day)$", "", what)
            if what is None or re.fullmatch(rf"{_PEOPLE}(?: .*)?", what):
                continue
            return what, unit == "%" and not clause.endswith(" by") and bool(
                re.search(r"\b(?:rate|proportion|percentage)\b|^time spent\b", what)
            )
    return None


def _unit_as_measure(before: str, after: str, unit: str) -> tuple[str, bool] | None:
    """Return what is counted, where the unit alone says it: letters read, weight lost."""
    raw, behind = before.rstrip(), after.strip()
    noun = re.sub(r"\s(?:per|a|each|every)\s.*$", "", unit)
    if found := re.match(r"(?P<how>heavier|lighter|taller|shorter)\b", behind):
        return ("weight" if found["how"] in ("heavier", "lighter") else "height"), False
    plural = re.fullmatch(r"(?!units|lines|metres|litres)[a-z]{3,}s", noun)
    if noun and (plural or not re.fullmatch(r"[a-zA-Zµ/0-9]{1,8}", noun)) and not _MERE_UNIT.fullmatch(noun):
        what = _clean(noun)
        return (what, False) if what else None
    if noun in ("kg", "kilograms", "g") and re.search(r"\b(?:gained|put on)\b", raw + behind):
        return "weight gain", False
    if noun in ("episodes", "attacks", "seizures", "bleeds", "relapses", "steps"):
        return noun, False
    if noun == "letters":
        return "letters", False
    if found := re.search(r"\b(?:could|able to) (?P<what>(?:breathe|run|sleep|bend|move)(?: out)?)$", raw):
        return found["what"], False
    if found := re.search(r"\b(grew|slept)(?: by)?\s?$", raw):
        return found[1], False
    if noun in ("kg", "kilograms") and re.search(r"\b(?:lost|weight)\b", raw + behind):
        return "weight loss", False
    if unit == "%" and re.search(r"\blost\b", raw) and "weight" in behind:
        return "weight loss", False
    if unit == "%" and (found := re.match(r"effective (?:at|in) (?P<what>preventing .+)", behind)):
        what = _clean(found["what"])
        return (what, False) if what else None
    return None
