"""The names of conditions and how far they have gone, as one phrase tells them."""

from __future__ import annotations

import re

from epargraph.extract.gloss_words import lowered
from epargraph.patterns import compiled
from epargraph.rules.literals import Sieve
from epargraph.values import plain, split_list, without_brackets

_STAGES = {
    "locally advanced": r"locally[-\s](?:\w+\s)?advanced",
    "advanced": r"(?<!locally\s)(?<!locally-)\badvanced(?!\s(?:therap|setting))",
    "metastatic": r"(?<!non-)(?<!non\s)metastatic|metastasi[sz]ed",
    "unresectable": r"unresectable|inoperable|non-resectable|non-operable|surgically\sunresectable",
    "recurrent": r"recurrent|relapsed|recurring",
    "refractory": r"refractory",
    "severe": r"severe(?!\s(?:combined\simmun|morbidity|toxicity))|severely",
    "moderate": r"moderate|moderately(?!\semetogenic|[-\s]differentiated|\sor\spoorly)",
    "mild": r"mild|mildly(?!\ssymptomatic)",
    "early": r"early(?:[-\s]stage)?|at\san\searly\sstage|early\sstages\sof",
}
_TOLD = {notation: re.compile(rf"\b(?:{forms})\b", re.IGNORECASE) for notation, forms in _STAGES.items()}
_LAY = {
    "locally advanced": r"spread\s(?:locally|nearby)",
    "metastatic": r"spread\s(?:[a-z]+\sor\s)?(?:to\sother\sparts|elsewhere|(?:throughout|around|widely\sin)\sthe\sbody|beyond|to\sother\sorgans)",
    "unresectable": r"(?:cannot|can\s?not|could\snot|can’t)\s(?:be\s)?(?:completely\s|fully\s|surgically\s)?(?:removed|operated)(?:\s(?:completely|surgically|by\ssurgery|on|with\ssurgery|by\san\soperation))?",
    "recurrent": r"\b(?:ha(?:s|ve)|had|may\shave)\s(?:[a-z]+,?\s){0,3}(?:come\sback|returned|relapsed|recurred)|\breturn\sof\sthe|\b(?:or|and)\s(?:come\sback|returned|relapsed)\b",
    "refractory": r"\bor\s(?:has|have|did|does)\snot\s(?:responded|respond|responding)\b|\b(?:has|have)\snot\sresponded\s(?:to\streatment|or)\b|\bstopped\sresponding\b",
}
_TOLD_LAY = {notation: re.compile(forms, re.IGNORECASE) for notation, forms in _LAY.items()}
_SIEVE, _SIEVE_LAY = Sieve(_TOLD), Sieve(_TOLD_LAY)
_QUOTES = re.compile(r"(?:(?<=\s)|(?<=^)|(?<=\())[‘’“”'\"]\s?|(?<=\w)\s?[’'”\"](?=[\s.,;:)]|$)(?<!s’)")

_WORD = (
    r"(?:(?:very\s)?(?:low|lower|intermediate|high|higher)(?:-\d)?[-\s]risk|intermediate[-\s]\d|(?:mild|moderate)-to-(?:moderate|severe)|fully\sresectable|(?:(?:well|moderately|poorly)(?:\s(?:or|and|to)\s|,\s))*(?:well|moderately|poorly)[-\s]differentiated|locally\srecurrent|locally[-\s](?:\w+\s)?advanced|advanced(?:[-\s]stage)?|metastatic|metastasi[sz]ed|surgically\sunresectable|unresectable|inoperable|non-resectable|"
    r"resectable|recurrent|relapsed|refractory|severe|severely|moderate|moderately|mild|mildly|early(?:[-\s]stage)?|late-stage|very|"
    r"multiply|newly[-\s]diagnosed|(?:previously\s)?untreated|previously\streated|pre-?treated|active|asymptomatic|(?:minimally\s)?symptomatic|suspected|proven|confirmed|documented|"
    r"resistant|progressive|inadequately\scontrolled|uncontrolled|poorly\scontrolled|high-risk|platinum-(?:sensitive|resistant)|"
    r"intermediate|aggressive)"
)
_LEADING = re.compile(
    rf"^(?:{_WORD}(?:\s(?:to|or|and|and/or|and\s/\sor|up\sto)\s|,\s(?:or\s|and\s)?|/|\s))+(?=[\w(])", re.IGNORECASE
)
_LEADING_PAIR = re.compile(rf"^(?:{_WORD})\s(?:to|or|and|and/or)\s", re.IGNORECASE)
_KINDS = re.compile(
    r"^(?:(?:an?|the|their|certain|different|some|various|several|two|three|four|many|other|following|one|any|all|both|any\sof\sthe)\s)*"
    r"(?:(?:rare\s)?(?:types?|forms?|kinds?|cases?|episodes?|stages?)\sof\s(?:an?\s|the\s)?)?"
)
_SYMPTOMS = re.compile(
    r"^(?:an?\s)?(?:[\w-]+,?\s(?:and\s)?){0,5}diagnosis\sof\s|^(?:the\s)?(?:first\s|second\s)?(?:recurrence|relapse)\sof\s|^(?:the\s)?control\sof\s(?:the\s)?|^(?:an?\s|the\s)?(?:[\w-]+\s){0,3}manifestations\sof\s(?:an?\s|the\s)?|^(?:an?\s|the\s)?(?:reduction|decrease)\s(?:in|of)\s|^(?:the\s|some\s|certain\s|moderate\sto\ssevere\s|ocular\s|motor\s)*(?:signs?\s(?:and|or)\s)?(?:symptoms?|signs?|duration|occurrence|incidence|severity|frequency|progression|number|rate|effects|risk|diagnosis)\s(?:of|due\sto|caused\sby|associated\swith|related\sto)\s(?:an?\s|the\s)?",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"^(?:(?:an?|the|certain|some|rare|two|three|other|types?|forms?|one|of|group)\s)*(?:(?!of\sthe\s(?:kind|type|form|sort)\b)[^,;]){0,90}?\b(?:called|known\sas|named|referred\sto\sas|described\sas|namely)\s(?:an?\s|the\s)?(?P<name>[^;]+)$"
)
_GOES_ON = (
    r"(?=,?\s(?:and\s|but\s|or\s)?(?:in\s(?:(?:adult|elderly|paediatric|some|certain)\s)?(?:adults|adolescents|children|patients|people|women|men|infants|those|whom|combination|addition)|"
    r"(?:when|who|whose|for\swhom|in\swhom|used|together|given|after|if|on\s(?:its|their)|as\s(?:an?\s|mono)|unless|aged|from\s\d)\b|to\s(?:treat|prevent|reduce|help)\b)|,\sand\s(?=[^,;:]{3,60},\san?\s)|;|:|\.\s|\.?$)"
)
_APPOSITION = re.compile(
    r",\san?\s(?!same\b|following\b|history\b)[^;:.]*?" + _GOES_ON + r"(?<!\sin)|"
    r",\s(?:(?:(?:also|commonly|previously|formerly|sometimes)\s)*(?:known\sas|called)\s|(?:one|another|the)\s(?!same\b|following\b)"
    r"|(?:which|in\swhich)\s|(?:rare|serious|severe|inherited|long-term|abnormal|painful|inflammatory|caused|characterised|resulting|leading|also|i\.e\.?|or\s[a-z]+\s(?:cancer|disease)s?\b)\s?"
    r"|(?!including|following|being|receiving|undergoing|taking|having|using|excluding|weighing|bring|ring|during)[a-z]{3,}ing\s)[^,;:]*"
    r"(?=,|;|:|\.|$)"
)
_CUT = re.compile(
    r"[,;:]\s(?:including|such\sas|in\sother\swords|that\sis|meaning|especially|particularly|in\sparticular|for\sexample|e\.g\.|whether|with|as|but|except|excluding|regardless|irrespective)\b.*$"
    r"|,?\si\.e\..*$|\s(?:including|such\sas|aged|within|lasting|from\s(?:the\sage|birth|\d)|between\s(?:the\sages|\d)|at\s(?:a\s)?(?:high|higher|increased|elevated)?\s?risk|undergoing|"
    r"receiving|taking|requiring|needing|weighing|resulting(?!\sfrom)|despite|previously|concomitantly|according|defined|evidenced|integrated|maintained|as\sindicated|failing|(?:unsuitable|inappropriate)\sfor|up\sto|classified|presenting|characteri[sz]ed|graded|harbouring|considered|NYHA|New\sYork\sHeart|WHO\s|who|whose|when|whom|where|if|after|(?<!oedema\s)following|before|until|unless|which|"
    r"that|for\sat\sleast|for\swhom|in\swhom|during|while|because|since|(?<!caused\s)by\s|on\stheir|as\s(?:(?:[\w-]+\s){0,3}therapy\b|add-on|adjunct|adjunctive|maintenance|mono|first|second|an?|well|defined|determined|part|seen|their|measured)|"
    r"from\s(?:coming|returning|re-?occurring|recurring|happening|getting|developing|spreading)|to\s(?:help|prevent|reduce|improve|treat|relieve|avoid|be)|"
    r"in\s(?:combination|addition|conditions|whom|which|order|those|cases|situations|dos(?:es|ages)|post\s|medically|(?:[\w-]+\s){0,4}(?:adults?|children|patients|people|women|men|adolescents|infants|recipients))|"
    r"of\sthe\s(?:kind|type|form|sort)\s|of\s(?:[\w-]+\s){1,3}histology|(?:together|along)\swith|alongside|used|treated|(?:and\s|or\s)?for\s(?:(?:adult|paediatric|elderly)\s)?(?:patients|adults|children|adolescents|women|men|infants)\b|and\s(?:is|are|in|who|whose|when|for|to|reduce|improve|delay|slow|help|relieve|maintain|prevent|lower)|(?:for\s)?(?:the\s)?(?:first|second)-line|"
    r"with\s(?:[>≥<]?\s?\d[\d.]*|tumours?\s|an?\s|at\sleast\s|one\sor\smore\s|certain\s|specific\s|activating\s|no\s|or\swithout\s|their\s|proven\s|confirmed\s|susceptible\s|insufficient\s|inadequate\s|high\slevels|evidence|"
    r"mutations?|[A-Z][A-Z0-9]+|microsatellite|mismatch|[\w-]+-(?:positive|negative|high|low)\b|disease|symptoms|risk|limited|low\s)|"
    r"(?:is|are|was|were|has|have|had|does|do|did|can|cannot|could|may)\s|without\s|not\s|regardless|irrespective|except|other\sthan|than\s)\b.*$"
)
_PART = re.compile(
    r"\b(?:skin|bone|bones|head|neck|soft\stissue|tissue|eye|ear|nose|throat|lung|liver|kidney|heart|stomach|blood|brain|breast|bowel|colon|"
    r"mouth|muscle|joint|junction|nail|scalp|vein|bladder|tube|gut|spine|hand|foot|chest|hip|knee|upper|lower|signs|cell)$",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(
    r"(?:al|ic|ary|ous|ive|ed|ar|ant|ent|oid|ory|able|ible|ian|ese|ute|eal|-onset|-term|-related|-induced|-acquired|-resistant|-sensitive|-positive|-negative)$"
)
_HEAD = re.compile(
    r"(?:cancers?|carcinomas?|adenocarcinomas?|tumours?|infections?|lymphomas?|leukaemias?|diseases?|seizures?|syndromes?|arthritis|failure|"
    r"disorders?|pneumonia|attacks?|deficiency|anaemia|epilepsy|pain|haemorrhage|hypertension|diabetes|hepatitis|viruses|virus|vaccination|impairment|"
    r"dermatitis|psoriasis|asthma|glaucoma|oedema|degeneration|rhinitis|conjunctivitis|episodes?|ulcers?|sclerosis|fibrosis|insufficiency|events?)$"
)
_NONE = re.compile(
    r"^(?:dukes\s)?stage\s[IVXABC0-9]+(?:\s(?:cancer|disease))?$|^[A-Za-z0-9]+(?:-[A-Z0-9]+)*-(?:positive|negative|low|high|mutated|mutant)$|^(?!weight\s)(?:[\w-]+\s){0,2}(?:treatment|therapy|prophylaxis|management|recurrence|re-?occurrence|relapse)$|"
    r"^(?:the|a|an|certain|these|its|their|the\sfollowing)$|^(?:normal|adequate|diagnostic\suse|the\ssymptoms?|symptoms?|use\s|need\s|their\s|your\s)|(?:acute|chronic|severe|active|long-term|well)$|(?:.*\s)?(?:(?:cancer\s|tumour\s|^)lesions|(?<!progenitor\s)(?<!stem\s)cells|images|levels|uses?|scans?|situations|amount)$|^(?:the\s|these\s|this\s|their\s|its\s|such\s)?(?:following(?:\s.*)?|disease|diseases|condition|conditions|infection|infections|it|them|cancers?|cancer|patients?|people|adults|children|"
    r"(?:glyca?emic\s|insufficient\sglyc\w+\s)?control(?:\sof\sblood\s\w+)?|diets?(?:\sand\sexercise)?|exercise|blood\s(?:glucose|sugar|pressure)(?:\s\(sugar\))?(?:\slevels?)?|symptoms?|uses?|situations?|cases?|illnesses|disorders?|disorder|illness|types?|blood|reactions?|treatment|medicines?|need|risk|tumours?|"
    r"(?:certain|other|different|several|some|various)\s(?:types\sof\s)?(?:conditions|diseases)|mental\sillnesses|mutations?|genetic\schange)$",
    re.IGNORECASE,
)
_SITES = re.compile(
    r"\baffecting\sthe\s[\w\s-]+$|\b(?:cancers?|tumours?|infections?|diseases?|inflammation|injury|injuries|surgery|pain|bleeding)\s(?:of|in)\s(?:the\s)?[\w\s-]+$"
)
_GENE_FIRST = re.compile(
    r"^(?:[\w-]+\s){0,4}(?:mutations?|(?:genetic\s)?changes?|defects?(?!\sof\s(?!the\sgene|genes?\b))|variants?)\s(?:in|of|affecting|called|known)\b"
)
_KIND_FIRST = re.compile(r"^(?:an?|certain|some|one|types?|forms?|rare)\s")
_TYPES_LISTED = re.compile(r"^(?:\w+\s)?(?:types|forms|kinds)\sof\s[^:,;]{3,40}:\s")
_TYPES_OF = re.compile(r"^(?:two|three|four|five|several|certain|different)\s(?:types|forms|kinds)\sof\s")
_GENE_WORDS = re.compile(r"\b(?:mutations?|genes?|both\scopies|genetic\s(?:changes?|abnormalit\w+)|protein\scalled)\b")
_MARKED = re.compile(
    r"^(?:(?:(?!ST-|non-)[A-Z][\w.]*(?:-?[A-Z0-9]+)*(?:/neu)?|(?:hormone|o?estrogen|progesterone|folate)[-\s]receptor(?:\salpha)?|human\sepidermal\sgrowth\sfactor\sreceptor\s2|anaplastic\slymphoma\skinase|node|Philadelphia[-\s]chromosome|mismatch\srepair|microsatellite\sinstability)"
    r"[-\s](?:positive|negative|low|high|mutated|mutant|rearranged|amplified|deficient|expressing|overexpressing|driven|mutation[-\s]positive)(?:,?\s(?:and|or)\s|,\s|/|\s))+(?=[a-zA-Z])"
)
_CHANGED = re.compile(
    r"^(?=[^,;]{3,110}[-\s]positive)(?:[\w/()-]+\s){1,9}?(?:mutations?|fusion|rearrangement)[-\s]positive,?\s(?=[a-z])"
)
_PLUS = re.compile(r"^(?:(?:[A-Z]{2,}\d*|Ph)\+(?:,?\s(?:and|or)\s|,\s|/|\s))+(?=[A-Za-z])")
_MISPLACED = re.compile(
    r"^(?:within|during|with|for|to|in|of|on|by|alone|after|when|who|whose|and|or|from|as|at|can|may|should|must|will|be|has|have|but|used|given|together|only|also|is|are|not|if|using|medicine|another)\b"
)
_CAUSED_BY_GENE = re.compile(
    r"\s(?:that\sis\s)?(?:caused\sby|resulting\sfrom|due\sto|linked\sto|associated\swith|with|harbouring|carrying|bearing|expressing|displaying)\s(?:(?!caused\s|due\s)[\w-]+\s){0,8}(?:mutations?|changes?|defects?|variants?|fusions?|rearrangements?|deletions?)\b.*$"
)
_TRAILING = re.compile(
    r"(?:\s(?:associated|caused|due|and|or|in|with|of|for|to|by|the|a|an|on|as|their|is|are|at|from|alone|together|only|against|each|both|using|used|either|disease\sin)|[,;:.\s])+$"
)


_ABBREVIATED = re.compile(r"\s\([\w+]{2,7}\)(?=-[a-z])")
_CAUSE = re.compile(
    r"\s(?P<link>caused\sby|due\sto|secondary\sto|associated\swith|resulting\sfrom|induced\sby|produced\sby|related\sto|(?<=oedema\s)following)\s(?=\w)"
)
_NEXT_NAME = re.compile(
    r",?\s(?:and|or)\s(?=(?:(?!and\b|or\b)[\w'’-]+\s){1,6}(?:caused\sby|due\sto|secondary\sto|associated\swith|resulting\sfrom)\s)"
)
_SHORT_OF_CAUSE = re.compile(
    r"(?:clinical\s)?(?:infections?|diseases?|symptoms?|signs|conditions?|disorders?|pain|infestations?|events|reactions)"
)
_STAGES_IN_BRACKETS = re.compile(r"(?<=advanced\s)\((?P<inside>[a-z ,/-]{4,80})\)")
_ANOTHER_SORT = re.compile(
    r"^(?:sub\s?types?|sero\s?types?|strains?|types?|class|grades?|genotypes?|[IVX]+|[A-Z]?\d*)(?:\s|$)"
)


def opened(text: str) -> str:
    """Return the text with brackets that hold stages alone opened.

    >>> opened("advanced (unresectable or metastatic) cancer (of the skin)")
    'advanced, unresectable or metastatic cancer (of the skin)'
    """
    return _STAGES_IN_BRACKETS.sub(
        lambda found: (
            f", {found['inside']}"
            if compiled(rf"{_WORD}(?:(?:,\s|\s(?:and|or)\s){_WORD})*").fullmatch(found["inside"])
            else found[0]
        ),
        text,
    ).replace(" ,", ",")


def stages(text: str, *, named: bool = True, lay: bool = False) -> tuple[str, ...]:
    """Return the stages that a phrase tells, in the order told: those `named` and those in `lay` words ('has spread').

    >>> stages("moderate to severe plaque psoriasis"), stages("locally advanced or metastatic cancer")
    (('moderate', 'severe'), ('locally advanced', 'metastatic'))
    >>> stages("that has spread to other parts of the body or cannot be removed by surgery", lay=True)
    ('metastatic', 'unresectable')
    """
    forms = [*(_SIEVE.left(text).items() if named else ()), *(_SIEVE_LAY.left(text).items() if lay else ())]
    found = [(each.start(), notation) for notation, form in forms for each in form.finditer(text)]
    return tuple(dict.fromkeys(notation for _, notation in sorted(found)))


def unquoted(text: str) -> str:
    """Return the text without quotation marks; apostrophes stay.

    >>> unquoted("a ‘rare’ disease of the body’s cells (the ‘immune system’)")
    'a rare disease of the body’s cells (the immune system)'
    """
    if any(sign in text for sign in "‘’“”'\""):
        text = _QUOTES.sub("", text)
    return " ".join(text.split())


def without_gloss(text: str) -> str:
    """Return the text without brackets and without what explains a name after a comma.

    >>> without_gloss("achromatopsia, a rare eye disease, in adults with pain (soreness)")
    'achromatopsia, in adults with pain'
    """
    return _APPOSITION.sub("", without_brackets(_ABBREVIATED.sub("", unquoted(text))))


def conditions(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the conditions in a phrase and their stages.

    >>> conditions("moderate to severe rheumatoid arthritis (a disease of the joints)")
    (('rheumatoid arthritis',), ('moderate', 'severe'))
    >>> conditions("a type of lung cancer called non-small cell lung cancer (NSCLC)")
    (('non-small cell lung cancer',), ())
    >>> conditions("stroke and systemic embolism"), conditions("complicated skin and soft tissue infections")
    ((('stroke', 'systemic embolism'), ()), (('complicated skin and soft tissue infections',), ()))
    >>> conditions("the symptoms of schizophrenia"), conditions("the following infections")
    ((('schizophrenia',), ()), ((), ()))
    >>> conditions("ovarian, fallopian tube or peritoneal cancer")[0]
    ('ovarian cancer', 'fallopian tube cancer', 'peritoneal cancer')
    """
    text = opened(text)
    gone = stages(without_brackets(text).split(" who ")[0])
    text = without_gloss(text)
    text = _SYMPTOMS.sub("", text)
    if _GENE_FIRST.match(text):
        return (), gone
    if of_types := _TYPES_LISTED.match(text):
        text = text[of_types.end() :]
    if namely := compiled(r"\bnamely\s").search(text):
        text = text[namely.end() :]
    elif (called := _CALLED.match(text)) and (_KIND_FIRST.match(text) or " and " not in text[: called.start("name")]):
        text = called["name"]
    text = _CAUSED_BY_GENE.sub("", text)
    text = _SYMPTOMS.sub("", _cut(text))
    parts = [part for piece in _pieces(text) for part in _with_cause(piece)]
    if any(_MISPLACED.match(part) for part in parts):
        return (), gone
    names = [name for part in parts if (name := _name(part))]
    return tuple(dict.fromkeys(names)), gone if names else ()


def _cut(text: str) -> str:
    text = _CUT.sub("", f"{text} ").strip()
    return _TRAILING.sub("", text)


def _bare(text: str) -> str:
    """Return a name without what stands before it: articles, kinds, stages."""
    before = None
    while before != text:
        before = text
        text = _KINDS.sub("", text, count=1).strip()
        if pair := _LEADING_PAIR.match(text):
            text = text[pair.end() :]
        text = _LEADING.sub("", text)
        text = _PLUS.sub("", _MARKED.sub("", _CHANGED.sub("", text)))
    return text


def _pieces(text: str) -> list[str]:
    """Return the stretches of a list of which each has a cause of its own.

    >>> _pieces("colic caused by Abc or Def and fever due to Ghi"), _pieces("nausea and vomiting due to Abc")
    (['colic caused by Abc or Def', 'fever due to Ghi'], ['nausea and vomiting due to Abc'])
    """
    pieces, place = [], 0
    for cut in _NEXT_NAME.finditer(text) if _CAUSE.search(text) else ():
        if _CAUSE.search(text, place, cut.start()):
            pieces.append(text[place : cut.start()])
            place = cut.end()
    return [*pieces, text[place:]]


def _with_cause(text: str) -> list[str]:
    """Return the names in a list that may end in what causes them: one name keeps its cause, several share it.

    >>> _with_cause("skin infections caused by Abc defii or Ghi jkl"), _with_cause("angina, pneumonia and fever caused by Abc")
    (['skin infections caused by Abc defii or Ghi jkl'], ['angina', 'pneumonia', 'fever'])
    """
    cause = _CAUSE.search(text)
    if cause is None:
        return _listed(text)
    names = _listed(text[: cause.start()])
    if len(names) > 1:
        return names
    own = _bare(text[: cause.start()])
    whole = f"{own}{text[cause.start() :]}"
    if len(whole.split()) <= 12:
        return [whole]
    first = compiled(r",?\s(?:and|or)\s|,\s|/").split(whole[len(own) :])[0]
    return [f"{own}{first}"] if _SHORT_OF_CAUSE.fullmatch(own) else [own]


def _listed(text: str) -> list[str]:
    several = _TYPES_OF.match(text)
    text = _bare(text)
    parts = split_list(text, conjunctions="and|or|as well as|and/or")
    if several and len(parts) > 2:
        return parts[1:]
    if len(parts) < 2 or any(part.endswith("-") for part in parts):
        return [text]
    if compiled(r"\s(?:and|or)\s").search(text) and len(parts) == 2 and _inseparable(parts[0], parts[1]):
        return [text]
    if compiled(r"\bpan[a-z]+itis$").search(parts[-1]):
        return [text]
    head = _HEAD.search(parts[-1])
    for index, part in enumerate(parts[:-1]):
        if _SITES.search(part) and not any(_HEAD.search(each) or _SITES.search(each) for each in parts[index + 1 :]):
            return [*parts[:index], text[text.index(part) :]]
    if head and all(not _HEAD.search(part) and (_ADJECTIVE.search(part) or _PART.search(part)) for part in parts[:-1]):
        several_cancers = len(parts) > 2 and compiled(r"\bcancers?$").search(parts[-1])
        if any(_PART.search(part) and " " not in part for part in parts[:-1]) and not several_cancers:
            return [text]
        own = parts[-1].split()
        return [*(f"{part} {own[-1]}" for part in parts[:-1]), parts[-1]] if len(own) <= 2 else [text]
    joined: list[str] = []
    for part in parts:
        if (
            joined
            and (_PART.search(joined[-1]) or _ADJECTIVE.search(joined[-1].split()[-1]))
            and not _HEAD.search(joined[-1])
        ) or (joined and _ANOTHER_SORT.match(part)):
            between = text[
                text.index(joined[-1]) + len(joined[-1]) : text.index(part, text.index(joined[-1]) + len(joined[-1]))
            ]
            joined[-1] = f"{joined[-1]}{between}{part}"
        else:
            joined.append(part)
    return joined


def _inseparable(left: str, right: str) -> bool:
    """Whether 'left and right' is one name: parts of the body, adjectives that share their noun, one word each."""
    if len(right) == 1 or right[:1].isdigit() or right.split()[0] in ("vomiting", "stiffness"):
        return True
    if _PART.search(left) and not _HEAD.search(left):
        return True
    return bool(compiled(r"\b(?:of|in)\sthe\s[\w\s-]+$").search(left) and len(right.split()) == 1)


_CAPITAL = re.compile(
    r"[A-Z]+[a-z]*[A-Z0-9-]|[A-Z]\w+ [A-Z]|(?!Varicella|Rubella)[A-Z][a-z]*(?:coccus|bacter|bacterium|monas|ella|idium|idioides|plasma|spira|ophilus)\b"
)
"""A name that begins with a capital letter of its own: an abbreviation, a person's name, a genus of bacteria."""


def _name(text: str) -> str | None:
    if called := _CALLED.match(text):
        text = called["name"]
    text = _TRAILING.sub("", _bare(_SYMPTOMS.sub("", _cut(text.strip(" ,;:.")))))
    text = plain(text)
    if (
        not text
        or (len(text) < 3 and not compiled(r"[A-Z]{2}").fullmatch(text))
        or _NONE.match(text)
        or _GENE_WORDS.search(text)
        or len(text.split()) > 12
        or not compiled(r"[\w]").match(text)
    ):
        return None
    return text if _CAPITAL.match(text) else lowered(text)
