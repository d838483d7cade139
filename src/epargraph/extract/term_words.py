"""Terms that a gloss explains: where the term begins that ends before a bracket."""

from __future__ import annotations

import re

from epargraph.extract.gloss_words import ADJECTIVE, lowered
from epargraph.patterns import compiled
from epargraph.rules import word_list

_STOP = word_list("ends_a_term")
"""Words that no term holds: a term ends before them when it is read backwards from its gloss."""

_VERBAL = re.compile(
    r"^(?!(?:breath|clott|bleed|itch|burn|swell|sleep|hear|wast|scarr|imag|life-threaten|underly|circulat|relaps|remitt|ankylos|"
    r"scann|recurr|necrotis|scleros|feel|vomit|spread|train|screen|swallow|writ|think|sweat|cramp|hard-to-heal|walk|wheez|"
    r"seiz|stinging|rotat|ring|long-last|condition|disease-modify|[a-z]+-[a-z]+)ing$)[\w-]+ing$",
    re.IGNORECASE,
)
_JOINTS = {"of", "with", "to", "in", "by"}
_HEADS = re.compile(
    r"^(?:inflammation|infections?|cancers?|tumours?|narrowing|widening|swelling|hardening|thickening|loss|lack|disease|diseases|disorders?|"
    r"failure|increase|increases|decrease|shortness|difficulty|build-up|formation|feeling|"
    r"blockage|bleeding|enlargement|damage|destruction|death|clouding|redness|hypersensitivity|reactions?|resistance|rejection|"
    r"response|removal|excess|deficiency|accumulation|overgrowth|paralysis|clots?|dryness|softening|wasting|weakness|"
    r"sensation|sensations|impairment|rhinosinusitis|thrombosis|leukaemia|lymphoma|carcinoma|collection|presence|"
    r"yellowing|thinning|rupture|tears?|breakdown|pains?|itching|hernia|stenosis|embolism|atrophy|degeneration|"
    r"prolongation|transplantation|transplant|trimesters?)$"
)
_AMOUNTS = re.compile(r"^(?:levels?|amounts?|counts?|numbers?)$")
_AMISS = re.compile(
    r"^(?:high|low|raised|increased|decreased|reduced|abnormal|elevated|higher|lower|excess|blood)$", re.IGNORECASE
)
_OF_A_PART = re.compile(
    r"^(?:the|an?)\s(?!signs?\b|symptoms?\b|conditions?\b|disease\b|disorder\b|serious\b|severe\b|infection\b|cancers?\b|tumours?\b|problems?\b|"
    r"reaction\b|complication\b|(?:type|form)\sof\s(?:\w+\s)?(?:cancer|tumour)\b)"
)
_CROSSING = {
    "of": _HEADS,
    "in": re.compile(
        r"^(?:pain|pains|increase|decrease|changes?|clots?|bleeding|swelling|fluid|reduction|blood|protein|sugar|infection)$"
    ),
    "to": re.compile(r"^(?:response|resistance|hypersensitivity|allergy|damage|intolerance|sensitivity)$"),
    "with": re.compile(
        r"^(?:problems|rhinosinusitis|colitis|anaemia|syndrome|lymphoma|leukaemia|diabetes|hepatitis|epilepsy|myositis|tumours?)$"
    ),
    "by": re.compile(r"^$"),
}
_DEGREE = re.compile(
    r"^(?:(?:moderate(?:ly)?|mild|severe(?:ly)?|very(?!\s(?:low|high)\s(?:levels|numbers|counts|amounts)$)|serious|possible|potential|new|existing|adult|young|recent|current|further|"
    r"additional|different|various|main|rare|sudden|suspected|confirmed|first|second|third|fourth|previous|own|"
    r"underlying|treated|untreated|untreatable|to|or|and|active|first-line|aged|male|female|so-called|single|powerful|potent|strong|"
    r"slow|weakened|regular|repeated|daily|weekly|monthly|common|important|\d[\d.,]*-(?:minute|hour|day|mg|ml|g)|advanced|metastatic|refractory|relapsed|relapsing|recurrent|unresectable|inoperable)\s)+(?=\S)",
    re.IGNORECASE,
)
_GREEK = re.compile(r"(?:ia|is|oma|osis|aemia|penia|itis|pathy|uria|algia|oedema|asia|ism|ine|ol|us|um|tension|ion)s?$")
_WORD = re.compile(r"[\w’'+\ue000\ue001-]+(?:/[\w’'-]+)*")


_QUOTED = re.compile(r"[‘“\"']\s?([^‘’“”\"]{2,60}?)\s?[’”\"']$")


_RESISTANT = re.compile(
    r"\b(?:multi-?drug|drug|castration|treatment|hormone|steroid|platinum|antibiotic)[- ]resistant$"
)
_PARTLY_QUOTED = re.compile(r"[‘“]\s?([a-z][^‘’“”]{2,40}?)\s?[’”] ([a-z]+)$")


def term_before(text: str, end: int, meaning: str, after: str, *, named: bool = False) -> str | None:
    """Return the term that ends at a place and that the meaning explains, None where it can't be told.

    `after` is what follows the bracket: an adjective in the middle of a phrase is explained alone. `named` says that the
    meaning is the name of what the words before it describe ('called the macula').

    >>> term_before("It is used in adults with severe eosinophilic asthma", 52, "asthma with many eosinophils", ".")
    'eosinophilic asthma'
    >>> term_before("chronic", 7, "long-term", " kidney disease")
    'chronic'
    >>> term_before("such as increased levels of certain liver enzymes", 49, "a sign of liver problems", "")
    'increased levels of certain liver enzymes'
    >>> term_before("living cells in the retina", 26, "the membrane at the back of the eye", ".")
    'retina'
    >>> term_before("a disease of the central part of the retina", 43, "the macula", ".", named=True)
    'central part of the retina'
    >>> term_before("the amount of virus in the blood", 32, "viral load", ".")
    'amount of virus in the blood'
    """
    before = text[:end].rstrip()
    if before.endswith(("’", "”", '"', "'")) and (quoted := _QUOTED.search(before)):
        return quoted[1].strip() if "\ue000" not in quoted[1] else None
    if "trimester" in before and (trimesters := _TRIMESTERS.search(before)):
        return trimesters[0]
    if before.endswith("resistant") and (resistant := _RESISTANT.search(before)):
        return resistant[0]
    if before[-1:].isalpha() and (partly := _PARTLY_QUOTED.search(before)):
        alone = compiled(r"[a-z-]+ed\b").match(meaning)
        return partly[1] if alone else f"{partly[1]} {partly[2]}"
    words = [(found.start(), found[0]) for found in _WORD.finditer(before)]
    if not words or not before.endswith(words[-1][1]):
        return None
    if compiled(
        r"\s(?!and\b|or\b|in\b|of\b|at\b|is\b|are\b|was\b|were\b|that\b|which\b|who\b|with\b|to\b|for\b|by\b|may\b|can\b|on\b|from\b|"
        r"as\b|has\b|have\b|when\b|than\b|used\b|caused\b|after\b|before\b|during\b|into\b|but\b|due\b|under\b|between\b|"
        r"should\b|must\b|will\b|not\b|could\b|if\b|while\b|within\b|through\b|given\b|over\b|per\b|were\b|also\b|the\b|an?\b|it\b|they\b|this\b|these\b|because\b|patients\b|people\b)[a-z]"
    ).match(after) and (ADJECTIVE.search(words[-1][1])):
        return _named(words[-1][1])
    first = len(words) - 1
    if _ends(words[first][1]) and not _BLOCK.search(before):
        return None
    if state := _state(before, meaning) or _procedure(before, meaning):
        return state
    if compiled(r"[a-z-]+(?:al|ous|ar)ly").fullmatch(meaning):
        found = _WAY.search(before)
        return found[0] if found else None
    if shared := _shared(before, meaning) or _measured(before, meaning) or (named and _described(before, meaning)):
        return shared
    while first > 0:
        start, word = words[first - 1]
        between = before[start + len(word) : words[first][0]]
        if between.strip(" \u00a0") and not (word == "St" and between.strip() == "."):
            break
        inner = first - 2 if word.lower() in ("the", "certain", "some") and first > 2 else first - 1
        if words[inner][1].lower() in _JOINTS and inner > 0:
            crossed = _crossed(words, before, inner, meaning)
            if crossed is None:
                break
            first = crossed
            continue
        if word.isdigit() and first > 1 and words[first - 2][1].lower() in _NUMBERED:
            first -= 2
            continue
        if (
            _ends(word)
            or _POSSESSOR.search(word)
            or (word == "s" and first > 1 and words[first - 2][1][0].islower())
            or (first > 2 and words[first - 2][1].lower() == "to" and _infinitive(word, words[first - 3][1]))
            or (_VERBAL.search(word) and (first < 2 or words[first - 2][1].lower() not in ("a", "an")))
        ):
            break
        first -= 1
    if first and _AMOUNTS.match(words[first][1].lower()) and _AMISS.match(words[first - 1][1]):
        first -= 1
    if (
        first
        and words[first - 1][1] == "very"
        and compiled(r"(?:low|high) (?:levels|numbers|counts|amounts)").fullmatch(before[words[first][0] :])
    ):
        first -= 1
    if first < len(words) - 1 and compiled(r"[IVX]{1,4}[abc]?").fullmatch(words[first][1]):
        first += 1
    term = _OF_WHICH_KIND.sub("", _DEGREE.sub("", before[words[first][0] :]))
    if _AMISS.fullmatch(term):
        return None
    ahead = before[: len(before) - len(term)].rstrip(" ‘’“”'\"")
    named_so = _named(term, meaning)
    return term if named_so and ahead and ahead[-1] not in ".:;?!•" and named_so.lower() == term.lower() else named_so


_OF_WHICH_KIND = re.compile(
    r"^(?:neurotransmitters|hormones|proteins|enzymes|substances|chemicals|genes|vitamins|antibiotics)\s(?=[\w-]*[\d-][\w-]*$|[a-z]{6,}(?<!s)$)"
)
"""The kind of several things, ahead of the name of the first."""
_STATE = re.compile(
    r"^(?:relapsed|relapsing|refractory|(?:treatment-)?resistant|metastatic|unresectable|inoperable|recurrent|disseminated|"
    r"(?:locally )?advanced|progressive|relapsed or refractory|(?:[\w-]+ )?metastas[ei]s)$"
)
"""What the cancer is called that the clause before the bracket describes in lay words."""
_CLAUSE = r"(?:(?!(?:or|that|which|who|has|have|had|cannot|when|if)\b)[\w’'-]+(?:\s|$)){1,9}$"
_CLAUSES = (
    re.compile(rf"\b(?:cannot|can not|could not|did not|does not|do not|no longer)\s{_CLAUSE}"),
    re.compile(rf"\b(?<=has\s){_CLAUSE}|\b(?<=have\s){_CLAUSE}|\b(?<=had\s){_CLAUSE}"),
)
_BLOCK = re.compile(r"\b(?:[a-z]+(?:ar|al)|heart|branch|nerve|AV|degree) block$")
_BOUTS = re.compile(r"\b(?:flare-ups?|episodes?|attacks?|bouts?|outbreaks?) of (?:the )?[\w-]+(?: [\w-]+)?$")
_COMING_BACK = re.compile(r"\b[\w-]+ (?:has|had|have|having) (?:come|came) back(?: [\w-]+){0,4}$")
_TRIMESTERS = re.compile(r"\b(?:(?:first|second|third),? (?:and |or )?)+trimesters?(?: of pregnancy)?$")
_POSSESSOR = re.compile(r"^[a-z]+(?<!athlete)(?<!farmer)(?<!runner)(?<!swimmer)(?:[’']s|s[’'])$")
_PAIR = re.compile(r"\b(?P<head>[\w-]+) of (?:the )?[\w-]+ and (?:the )?[\w-]+$")


def _state(before: str, meaning: str) -> str | None:
    """Return the clause that says in lay words what the meaning names, such as 'come back' for relapsed.

    >>> _state("a lymphoma that has come back or has stopped responding to treatment", "refractory")
    'stopped responding to treatment'
    >>> _state("a tumour that cannot be removed by surgery", "unresectable")
    'cannot be removed by surgery'
    """
    if not _STATE.match(meaning):
        return None
    found = next((each for clause in _CLAUSES if (each := clause.search(before))), None)
    return found[0] if found and len(found[0].split()) > 1 else None


_PROCEDURE = re.compile(r"\b(?:transfusion|transplant|transplantation|donation|dialysis)$")
_DOING = re.compile(r"\b(?:donate|donating|give|giving|receive|receiving|replace|replacing|replaces) [^,;.:()]{5,70}$")


def _procedure(before: str, meaning: str) -> str | None:
    """Return the clause that says in lay words what is done in a procedure.

    >>> _procedure("people who give their own blood before surgery", "autologous blood transfusion")
    'give their own blood before surgery'
    """
    found = _DOING.search(before) if _PROCEDURE.search(meaning) else None
    return found[0] if found else None


def _shared(before: str, meaning: str) -> str | None:
    """Return the lay words for what affects two parts at once: 'swelling of the legs and ankles' for oedema."""
    if " " not in meaning and _NAMES_A_LESION.search(meaning) and (whole := _LESION.search(before)):
        return lowered(whole[0])
    if compiled(r"relapses?|recurrences?|exacerbations?|flares?|attacks").fullmatch(meaning):
        told = _COMING_BACK.search(before) or _BOUTS.search(before)
        if told:
            return told[0]
    if " " not in meaning and not _names_a_part(meaning) and (sheath := _SHEATH.search(before)):
        return sheath[0]
    found = _PAIR.search(before) if " " not in meaning and _GREEK.search(meaning) else None
    if found and _HEADS.match(found["head"].lower()):
        return lowered(found[0])
    return None


_SHEATH = re.compile(
    r"\b(?:protective |fatty |outer |clear |thin )*(?:sheath|coating|covering|coat) (?:around|of|surrounding) (?:the )?[\w-]+(?: (?!and\b)[\w-]+)?$"
)
_WAY = re.compile(r"\b(?:under|into|through|by|via|within|around) (?:the |an? )?[\w-]+$")
"""What an adverb names: 'under the skin' (subcutaneously)."""
_NAMES_A_LESION = re.compile(r"(?:itis|osis)$")
_LESION = re.compile(
    r"\b(?:[Ii]nflammation|[Ss]welling|[Ii]nfection|[Hh]ardening|[Ss]carring|[Tt]hickening) of (?:the )?"
    r"(?:(?!(?:that|which|who|is|are|caused|due|with|from|and|or|can|may)\b)[\w’-]+ ){0,6}[\w’-]+$"
)
_MEASURE = re.compile(
    r"\b(?:levels?|amounts?|numbers?|concentrations?|counts?) of (?:[\w-]+ ){1,4}in (?:the |their |a patient[’']s )?"
    r"(?:blood|urine|body|brain|eyes?|bloodstream|plasma|liver)$"
)
_NAMES_A_MEASURE = re.compile(r"\b(?:loads?|counts?|levels?)$|^[\w-]+(?:aemia|uria|penia|cytosis|philia)$")


def _measured(before: str, meaning: str) -> str | None:
    """Return what is measured where the meaning is the measure's name: 'levels of virus in the blood' for viral load."""
    found = _MEASURE.search(before) if len(meaning.split()) < 4 and _NAMES_A_MEASURE.search(meaning) else None
    return found[0] if found else None


_PART_OF = re.compile(
    r"\b(?:[\w-]+ ){0,2}(?:parts?|layers?|areas?|lining|surface|wall|side|portion|region|tip|structures?) (?:of|in|on) (?:the |an? )?[\w-]+(?: [\w-]+)?$"
)


def _described(before: str, name: str) -> str | None:
    """Return the words that describe what has the name: a part of something, or a phrase with the name's own noun.

    >>> _described("attaches to special channels on the surface of nerve cells", "sodium channels")
    'special channels on the surface of nerve cells'
    """
    noun = re.escape(name.strip("‘’“” ").split()[-1])
    found = re.search(
        rf"\b(?:[\w-]+ ){{0,3}}{noun} (?:on|in|of|at|inside|around|within|from) (?:[\w-]+ ){{0,6}}[\w-]+$", before
    )
    found = found or _PART_OF.search(before)
    if not found:
        return None
    words = found[0].split()
    at = next(n for n, word in enumerate(words) if re.fullmatch(rf"{noun}|{_PART}", word))
    while at > 0 and not _ends(words[at - 1]):
        at -= 1
    return " ".join(words[at:])


_PART = r"parts?|layers?|areas?|lining|surface|wall|side|portion|region|tip|structures?"


_HAS_PURPOSE = re.compile(
    r"^(?:used|able|unable|ability|designed|intended|expected|helps?|helping|needed|required|order|aims?|aimed|how|ways?|"
    r"likely|fails?|failed|tries|trying|works|working|continue|continues|body|cells?|patients|people|medicine)$",
    re.IGNORECASE,
)
"""What stands before 'to' where the word after it is a verb, as in 'used to detect'."""


def _infinitive(word: str, before_to: str) -> bool:
    """Whether a word after 'to' is a verb, so that no term holds it."""
    return word.lower() in _VERBS_AFTER_TO or (bool(_HAS_PURPOSE.match(before_to)) and not ADJECTIVE.search(word))


_VERBS_AFTER_TO = ("lower", "slow", "clear", "thin", "free", "open", "shrink", "fight", "restore", "repair")
_NUMBERED = ("type", "stage", "grade", "factor", "class", "vitamin")


def _ends(word: str) -> bool:
    """Whether no term holds the word: a function word, a verb, a figure or a name of the medicine."""
    return (
        word.lower() in _STOP
        or "\ue000" in word
        or "\ue001" in word
        or (not word[0].isalpha() and compiled(r"[\d.,/]+").fullmatch(word) is not None)
    )


def _crossed(words: list[tuple[int, str]], before: str, joint: int, meaning: str) -> int | None:
    """Return the word that the term reaches back to over the preposition at `joint`, None where it ends after it."""
    start, head = words[joint - 1]
    if before[start + len(head) : words[joint][0]].strip(" \u00a0") or _OF_A_PART.match(meaning):
        return None
    if _names_a_part(meaning) or words[-1][1].lower() in meaning.lower().split()[:4]:
        return None
    joined = words[joint][1].lower()
    if joined == "in" and " " in meaning and _CHANGE.match(head.lower()) and not _CHANGED.search(meaning):
        return None
    if joined == "of" and (_NAMES_A_DISEASE.search(head) or _OF_THE_DISEASE.fullmatch(before[start:])):
        return joint - 1
    if words[joint][1].lower() == "of" and " " not in meaning and _NAMES_A_PROCESS.search(meaning):
        return joint - 1 if _HEADS.match(head.lower()) or _PROCESS.search(head.lower()) else None
    if words[joint][1].lower() == "in" and " " not in meaning and _GREEK.search(meaning):
        return joint - 1
    if _AMOUNTS.match(head.lower()):
        amiss = any(_AMISS.match(word) for _, word in words[max(0, joint - 3) : joint - 1])
        sign = compiled(r"(?:an?\s)?(?:signs?|symptoms?)\b").match(meaning) or (
            " " not in meaning and _GREEK.search(meaning)
        )
        return joint - 1 if amiss and sign else None
    return joint - 1 if _CROSSING[words[joint][1].lower()].match(head.lower()) else None


_CHANGE = re.compile(r"^(?:increases?|decreases?|changes?|reductions?)$")
_CHANGED = re.compile(r"\b(?:reduc|increas|decreas|low|high|few|more|less|fall|rise|drop|raised|chang|loss|lack)")
_NAMES_A_DISEASE = re.compile(
    r"(?:necrosis|fibrosis|cirrhosis|stenosis|sclerosis|oedema|malacia|porosis|ectasia)$", re.IGNORECASE
)
_OF_THE_DISEASE = re.compile(
    r"(?:symptoms|signs|manifestations|complications|features|forms?|stages?|effects|episodes|attacks|progression|course)"
    r" of (?:the|this) (?:disease|condition|disorder|illness|cancer)"
)
_PROCESS = re.compile(r"(?:tion|sion|ment|ness|growth|spread|death|breakdown)$")
_NAMES_A_PROCESS = re.compile(r"(?:icity|genesis|lysis|ectomy|plasty|scopy|stasis|poiesis)$")


def _names_a_part(meaning: str) -> bool:
    """Whether the meaning is another name of a part of the body.

    >>> _names_a_part("large bowel"), _names_a_part("gullet"), _names_a_part("colitis"), _names_a_part("muscle pain")
    (True, True, False, False)
    """
    words = compiled(r"[\w-]+").findall(meaning.lower())
    return len(words) < 4 and all(word in word_list("parts_of_the_body") or word in _MORE_PARTS for word in words)


_MORE_PARTS = frozenset(
    "large small back of the passage gullet womb windpipe food pipe voice box tube bile duct ducts gland glands wall "
    "lining belly tummy navel shin collarbone breastbone kneecap tailbone backbone spine marrow".split()
)


def _named(term: str, meaning: str = "") -> str | None:
    term = " ".join(term.split()).strip(" ,;:‘’'\"“”")
    term = compiled(r"^[’']s\s").sub("", term)
    if (
        meaning
        and " " not in meaning
        and not _GREEK.search(meaning)
        and (found := compiled(r"[Bb]lood (\w+)").fullmatch(term))
    ):
        term = found[1]
    if (
        len(term) < 2
        or len(term) > 90
        or "\ue000" in term
        or "\ue001" in term
        or not compiled(r"[A-Za-z]{2}").search(term)
    ):
        return None
    return lowered(term)
