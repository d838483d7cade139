"""What a medicine is used with, and what must have come before: the treatments that a phrase names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from epargraph.patterns import compiled
from epargraph.values import plain, split_list

_WITH = (
    r"(?:(?:used|given|taken|administered|indicated|either)\s)*(?:(?:only\s|always\s)?(?:in\scombination\swith|in\sconjunction\swith|together\swith|in\saddition\sto|in\sassociation\swith|(?<=indicated\s)for\scombination(?:\stherapy)?\swith|(?:concomitantly|concurrently|simultaneously)\s(?:treated\s)?with|alongside|along\swith|combined\swith|co-administered\swith|as\scombination\stherapy\swith|added\s(?:on\s)?to|on\stop\sof|"
    r"as\s(?:an?\s)?(?:add-on|adjunct|adjunctive|additional)(?:\s(?:treatment|therapy|medicine))?\s(?:to|with)|as\s(?:an?\s)?(?:part|component)\sof(?=\s(?:[\w-]+\s){0,4}(?:therapy|chemotherapy|regimen|regimens)\b))|(?<=used\s)with|(?<=given\s)with|(?<=taken\s)with|^with|(?<=alone\sor\s)with|(?<=own\sor\s)with|(?<=monotherapy\sor\s)with)"
)
_ALONE = r"(?:(?:used|given|taken|either|or|and)\s)*(?:on\s(?:its|their)\sown|alone(?=\sor\s(?:in\scombination|together|with|combined))|(?<=\ue000\s)(?:as\s)?monotherapy(?=\s(?:is|are|or)\b)|as\s(?:a\s)?(?:monotherapy(?:\streatment)?|single[-\s](?:agent|medicine|treatment))|by\sitself|as\sthe\sonly\s(?:medicine|treatment)|(?<=used\s)alone|(?<=given\s)alone|(?<=taken\s)alone|^alone|monotherapy\sfor|in\smonotherapy)"
_END = (
    r"(?=,?\s(?:to\s(?!the\b)|for\s|in\s(?:all\sage|(?:[\w-]+\s){0,3}(?:adults?|patients|children|people|women|men|adolescents|infants)\b|the\streatment|those|whom|order)|when\b|if\b|where\b|who\b|whose\b|after\b|before\b|as\san?\b|followed\b|"
    r"is\b|are\b|can\b|may\b|should\b|only\b|once\b|in\saddition\sto|in\scombination\swith|as\s(?:the\s|initial|first|mono|add|adjunct|dual|triple)|unless\b|that\b|which\b|because\b|since\b|,)|,\s(?:for|in|to|when|who|whose|or\son|and\sfor|as)\b|[;.:]|\s(?:or|and)\s(?:is|used|on\sits|in\scombination|together|alone|as\s)|$)"
)
_PARTNER = re.compile(rf"(?:,\s)?(?:\b|^)(?P<link>{_WITH})\s(?P<what>.{{2,220}}?){_END}")
_MONO = re.compile(rf"(?:,\s)?(?:(?<!\w)|^)(?P<alone>{_ALONE})(?![\w-])")
_MORE = re.compile(rf",?\s(?:or|and)\s(?:{_WITH})\s(?P<what>[^,;.]{{2,120}}?){_END}")
_OR = re.compile(r"^[\s,]*(?:or|and|either|followed\sby)*[\s,\ue000]*$")
_NO_MEDICINE = re.compile(
    r"^improve\s|^(?:an?\s|appropriate\s|the\s|suitable\s|reduced[-\s?]calorie\s|low[-\s?]fat\s|low[-\s?]calorie\s|controlled\s|adequate\s|other\s|increased\s|safer\s)*(?:[\w-]+\s){0,2}(?:diets?|nutrition|surgical\scare.*|subsequently|thereafter|exercise|physical\sactivity|surgery|lifestyle.*|changes.*|correction\sof.*|counselling.*|imaging.*|scans?|food|care|psychological.*|"
    r"positron.*|magnetic.*|computed.*|ultrasound.*|meals?|sex\spractices|support|monitoring|(?:\w+\s)?surveillance|dietary\s.*|water|programmes?|devices?)$"
)
_RESTRICTION = re.compile(r"(?:an?\s)?(?:dietary\s|protein\s)*(?:restriction|modification)\b")
_LEAD = re.compile(
    r"^(?:either|both|one\sof|another\s(?:cancer\s|anticancer\s|type\sof\s)?medicine\s(?:called|known\sas)|(?:a\s|an\s|the\s)?(?:other\s|cancer\s)*(?:medicines?|substances?|antibody|antibiotic)\s(?:called|known\sas|such\sas|containing)|(?:a|an|the|with|the\smedicines?|medicines\scontaining)(?=\s))\s+",
    re.IGNORECASE,
)
_TREATMENT = re.compile(
    r"\balready\s(?:taking|using|receiving|given)\b|\b(?:treat(?:ed|ment|ments|ing)?|therap(?:y|ies)|medicines?|chemotherapy|radiotherapy|chemoradiation|surgery|transplant(?:ation)?|operation|corticosteroids?|steroids|"
    r"platinum(?:-\w+)?|inhibitors?|antibod(?:y|ies)|antibiotics?|regimens?|agents?|hormones?|hormonal|immunotherapy|phototherapy|cystectomy|diet|dialysis|vaccin\w+|immuni[sz]ation|resection|tears|insulins?|"
    r"anthracyclines?|taxanes?|statins?|beta-?blockers|antihistamines?|immunosuppressants?|combinations?|bisphosphonates?|interferons?|lines?|dose|drugs?|painkillers|"
    r"[a-z]{3,}(?:mab|nib|lib|ciclib|parib|limus|platin|taxel|rubicin|tinib|zomib|domide|cept|prazole|gliptin|gliflozin|glutide|sartan|pril|statin|olol|azole|vir|cillin|mycin|oxacin|formin|trexate|mide|sone|one|ine))\b"
)
_MISSED = re.compile(
    r"\b(?:have|has|had|having)\s(?:(?:already|also|previously|either|both|not|never|just|recently)\s)*(?:(?:yet\s)?been\s(?:previously\s|already\s|adequately\s|well\s)?(?:treated|given|tried|stable|under\scontrol|on\b|controlled)|received|had|taken|tried|responded|undergone|failed|used|relapsed|progressed|got|become|"
    r"worked|come\sback|returned|completed|stopped|worsened|recurred|shown|an?\s(?:inadequate|insufficient|(?:initial|adequate|partial|complete)\sresponse))"
    r"|\bnot\s(?:[a-z]+\s){0,3}(?:controlled|responded|respond|responding|worked|work|effective|helped|improved|tolerate)"
    r"|\b(?:did|do|does)\snot\s(?:[a-z]+\s)?(?:work|respond|help|control|improve|provide|give)|^on\s(?:an?\s|the\s|their\s)?(?:maxim|stable|optimal)|\b(?:stable|stabilised)\son\b|\bunable\sto\s(?:reach|achieve|attain)|\bnot\s(?:stabilised|sufficient|achieved|reached)|\bhas\snot\sbeen\s(?:sufficient|adequate|enough)|\bresponded\sto\b|\bfailed\b|\bstopped\s(?:working|responding)|\bprogress(?:ed|es|ion)|\bgot\sworse|\bworsen(?:ed|s)|"
    r"\binadequate(?:ly)?\b|\binsufficient(?:ly)?\b|\bintoleran|\brefractory\sto|\bresistant\sto|\bprevious(?:ly)?\b|\bprior\b|\balready\b|\buntreated\b|\bnaive\b|\bnaïve\b|"
    r"\b(?:under\scontrol|stable|controlled|undetectable|suppressed)\b.*\bwith\b|\bcontrolled\son\b|\bcannot\sbe\sstabilised|\bcontrolled\sby\b|\bfailure\s(?:of|to)|\bineffective\b|\bcannot\sbe\scontrolled|\bdespite\b|\bno\slonger\b|\bafter\sat\sleast\b|\brelapsed\b|"
    r"\bnot\sbeen\b|\bnever\sbeen\b|\bnot\simproved\b|\bnot\s(?:adequately|sufficiently|satisfactorily)"
)
_AFTER = re.compile(r"^(?:after|following|once|despite|not)\b")
_UNSUITABLE = re.compile(
    r"^(?:who\scannot|for\swhom|in\swhom|who\sare\snot|not\s(?:suitable|eligible)|who\scan\s?not|when|if)\b.*\b(?:suitable|eligible|appropriate|tolerate|take|use|might|possible|cannot|given|candidates|indicated|recommended|option|options)\b"
)
_HAPPENED = re.compile(
    r"\b(?:(?:do|does)\snot\srespond|no\slonger\srespond|has|have|had|did|failed|previous|previously|prior|already|stopped|progressed)\b"
)
_OPENING = re.compile(
    r"^(?:who|whose|that|which|when|where|if|(?:in|for)\swhom|provided|unless|only)\s(?:(?:also|they|the\spatient)\s)?",
    re.IGNORECASE,
)
_REMOVED = re.compile(r"\b(?:removed|operated)\s(?:[a-z]+\s){0,2}(?:by|with|through)\s(?:surgery|an\soperation)")
_STAGE_FIRST = re.compile(
    r"^(?:that|which|when|if)\s(?P<stage>(?:(?:the|their)\s(?:cancer|disease)\s)?(?:is|are|has|have|cannot)\s(?:[a-z]+\s){0,12}?)"
    r"(?=after\s(?:at\sleast|previous|prior|one|two|having|receiving|being|treatment|chemotherapy|surgery|other)\b)"
)
_WORSE = re.compile(r"progress|worse|back|return|relaps|recur|respond|improv|work|fail|controlled|enough")
_GONE_ON = r"(?:come\sback|returned|relapsed|recurred|(?:stopped|not)\srespond(?:ed|ing)|become\sresistant)"
_ONLY_STAGE = re.compile(
    rf"^(?:that|which|when|if|whose)\s(?:(?:the|their)\s)?(?:[a-z]+\s){{0,2}}?ha(?:s|ve)\s{_GONE_ON}(?:,?\s(?:or|and)\s(?:ha(?:s|ve)\s)?{_GONE_ON})*(?:\sto\s(?:[a-z]+\s)?treatment)?,?$"
)
_CONTRAINDICATED = re.compile(r"\bcontra-?indicat")
_FAILED = re.compile(
    r"\b(?:ineffective|previous(?:ly)?|prior|fail\w*|inadequate\w*|insufficient\w*|received|treated|progress\w*|respon\w+|relapsed|not\s(?:adequately|sufficiently|controlled)|controlled)\b"
)
_SHAPE = re.compile(
    r"^after\s(?:meals|birth|menopause|the\smenopause|childbirth|exposure|consult|menarche|puberty|infection|injury|the\sage|diagnos|confirm|vaccinat)"
)


_ANOTHER = re.compile(r"^(?:another|(?:one|two|three|four)\sother)\s(?:[\w-]+\s){0,2}(?:medicines?|treatments?)$")


@dataclass(frozen=True, slots=True)
class Partners:
    """What a use is combined with or whether it is on its own, and the text without these words."""

    rest: str
    combined_with: tuple[str, ...] = ()
    monotherapy: bool = False


def treatments(words: str) -> tuple[str, ...]:
    """Return the treatments of a list that are medicines or therapies.

    >>> treatments("paclitaxel and either abcmab or defmab"), treatments("diet and exercise")
    (('paclitaxel', 'abcmab', 'defmab'), ())
    >>> treatments("a medicine called abcmab")
    ('abcmab',)
    """
    words = compiled(r",?\s(?:such\sas|including|e\.g\.|i\.e\.|for\sexample)\s.*$").sub("", words)
    words = compiled(r"^(?:the\s)?(?:combination\sof|use\sof|the\smedicines?)\s").sub("", words.strip())
    words = (
        compiled(r",?\s(?:with\sor\swithout|and/or|plus|followed\sby)\s.*$").sub("", words)
        if "with or without" in words
        else compiled(r"\s(?:plus|and/or)\s").sub(" and ", words)
    )
    if _RESTRICTION.match(words):
        return ()
    found = []
    for part in split_list(words, conjunctions="and|or|as well as|and either|or with|and with"):
        while _LEAD.search(part):
            part = _LEAD.sub("", part, count=1)
        part = plain(compiled(r"\s(?:and|or|but|such|in|for|to|of)$|^(?:but|such|using|including)\b.*").sub("", part))
        if (
            part
            and part not in ("or", "and")
            and not _NO_MEDICINE.match(part)
            and len(part.split()) <= 9
            and not compiled(r"\ue000").search(part)
        ):
            found.append(part)
    exact = [part for part in found if not _ANOTHER.match(part)]
    return tuple(dict.fromkeys(exact or found))


def partners(text: str) -> list[Partners]:
    """Return how the use is combined; two where it is used on its own or with something.

    >>> [(p.monotherapy, p.combined_with) for p in partners("used together with paclitaxel to treat adults")]
    [(False, ('paclitaxel',))]
    >>> [(p.monotherapy, p.combined_with, p.rest) for p in partners("used on its own in adults")]
    [(True, (), 'in adults')]
    >>> [(p.monotherapy, p.combined_with) for p in partners("is used with abcmab, or on its own in patients with pain")]
    [(False, ('abcmab',)), (True, ())]
    >>> partners("used with diet and exercise to treat adults")
    [Partners(rest='to treat adults', combined_with=(), monotherapy=False)]
    """
    together, alone = _PARTNER.search(text), _MONO.search(text)
    if alone and compiled(r"\b(?:who|whose|whom|that|which|when|if)\b[^,;]*$").search(text[: alone.start()]):
        alone = None
    if together and alone and together.start() <= alone.start() < together.end():
        alone = None
    if together is None:
        return [Partners(_tidy(text, alone), (), monotherapy=bool(alone))]
    named = treatments(together["what"])
    if not named and _PARTNER.search(text, together.end()):
        return partners(_tidied(f"{text[: together.start()]} {text[together.end() :]}"))
    end = together.end()
    if more := _MORE.match(text, end):
        named, end = tuple(dict.fromkeys((*named, *treatments(more["what"])))), more.end()
    if alone is None or not named:
        rest = _tidied(f"{text[: together.start()]} {text[end:]}")
        return [Partners(_tidy(rest, _MONO.search(rest) if alone else None), named, monotherapy=bool(alone))]
    (start, middle), (resumed, last) = sorted([(together.start(), end), alone.span()])
    head, between, tail = text[:start], text[middle:resumed], text[last:]
    if _OR.match(between):
        first = second = _tidied(f"{head} {tail}")
    else:
        first, second = _tidied(f"{head} {between}"), _tidied(f"{head} {tail}")
    if alone.start() < together.start():
        return [Partners(first, (), monotherapy=True), Partners(second, named)]
    return [Partners(first, named), Partners(second, (), monotherapy=True)]


def _tidy(text: str, cut: re.Match[str] | None) -> str:
    return _tidied(f"{text[: cut.start()]} {text[cut.end() :]}") if cut else text


def _tidied(rest: str) -> str:
    """Return the text without the conjunctions that something cut out of it leaves."""
    rest = compiled(r"\s(?:either\s)?(?:or|and)\s*(?=,|$)|^(?:or|and|either)\s").sub(" ", " ".join(rest.split()))
    return compiled(r"\b(used|given)\s(?:or|and|either)\s").sub(r"\1 ", rest).strip(" ,")


def prior(clause: str, *, after_another: bool = False) -> str | None:
    """Return the words of a clause on treatment that must, or must not, have come before; None where it tells none.

    >>> prior("whose disease has got worse after at least one previous treatment with chemotherapy")
    'disease has got worse after at least one previous treatment with chemotherapy'
    >>> prior("who have not been treated before"), prior("after surgery")
    ('have not been treated before', 'after surgery')
    >>> prior("when other treatments might not work"), prior("for whom methotrexate is not suitable")
    (None, None)
    >>> prior("whose type 2 diabetes is not controlled well enough")
    """
    if (staged := _STAGE_FIRST.match(clause)) and not _WORSE.search(staged["stage"]):
        clause = clause[staged.end() :]
    clause = clause.split(". ")[0]
    if _ONLY_STAGE.match(clause) or clause.startswith("until "):
        return None
    if not _TREATMENT.search(_REMOVED.sub(" ", clause)):
        return None
    if after_another:
        return clause if _UNSUITABLE.search(clause) else None
    if _UNSUITABLE.search(clause) and not _HAPPENED.search(clause):
        return None
    if _CONTRAINDICATED.search(clause) and not _FAILED.search(clause):
        return None
    if _SHAPE.match(clause) or not (_MISSED.search(clause) or _AFTER.match(clause)):
        return None
    said = _OPENING.sub("", clause)
    parts = compiled(r"\s(?:and|but)\s(?=(?:has|have|had|was|were|who|whose|for\swhom|did|does|do|is|are)\b)").split(
        said
    )
    while len(parts) > 1 and not _MISSED.search(parts[0]):
        parts = parts[1:]
        said = said[said.index(parts[0]) :]
    halves = compiled(r"\s(?=(?:when|if)\s)").split(said)
    if len(halves) == 2 and not _MISSED.search(halves[0]) and _MISSED.search(halves[1]):
        said = halves[1]
    return plain(_OPENING.sub("", said)) or None
