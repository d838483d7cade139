"""The uses that a register's indication cell tells, read by the rules of overviews from the wording of product information."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from epargraph.extract.cell_headings import (
    CUE,
    NO_NAME,
    PERSONS,
    Heading,
    heading_of,
    names_of,
    of_people,
    under_heading,
)
from epargraph.extract.cell_pieces import WITHIN, mask, pieces, separator
from epargraph.extract.condition_words import conditions
from epargraph.extract.names import Names
from epargraph.extract.people_words import ADJECTIVES, ANIMALS, PEOPLE, species
from epargraph.extract.purpose_words import PURPOSE
from epargraph.extract.use_words import Use, uses
from epargraph.model import Span
from epargraph.patterns import compiled
from epargraph.rules import MEDICINE, SUBSTANCE

LONGEST = 1500
"""Characters: a longer stretch is no sentence, and is left unread."""

_COLON = re.compile(r":(?=\s|$|[-•–])|(?<=\bas)\s?(?=[-•–]\s)|(?<=\bof)\s?(?=[-•–]\s)|(?<=\bfor)\s?(?=[-•–]\s)")
_INDICATED = re.compile(
    r"\b(?:is|are)\s(?:also\s|only\s)?(?:indicated|intended)\b|\b(?:is|are|can|may)\s(?:also\s|be\s)*used\b(?=\s(?:to|for|in|as)\b)|(?<!clinically\s)(?<!not\s)(?<!yet\s)\bindicated\b"
)
_NOT_A_USE = re.compile(
    r"\b(?:should|must|ha(?:s|ve)\snot\sbeen|has\sbeen|have\sbeen\s(?:shown|demonstrated|established)|was|were\sobserved|consideration|refer|see\s(?:section|also)s?|"
    r"not\s(?:recommended|indicated)|no\sdata|limited\sdata|contraindicated|(?:decision|choice)\s(?:to|of)|(?:onset|duration)\sof\s(?:immunity|protection)|"
    r"guidelines?|official\srecommendations|official\sguidance|(?:was|were)\sshown|after\schallenge|suggest\w*|studied|(?:stud(?:y|ies)|trial)\sresults|limited\sexperience|(?:demonstrated|shown)\s(?:in|by|that)|results?\s(?:in|from|of)\s(?:clinical|studies)|efficacy|safety)\b",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|can|may|will|would|could|indicates?|does|do|remains?)\b")
_OPEN = re.compile(
    r"\b(?:following\s(?:infections|conditions|indications)\.?|indicated|the|for|in|of|to|as|with|an?|and|or|(?:mono|combination\s)?therapy|patients|adults)$"
)
_BELOW = re.compile(r"\s(?:as\s(?:described|follows)(?:\sbelow)?|as\sbelow)\b")
_WHOM = re.compile(
    r"\s(?:for\suse\s)?in\s(?P<who>(?:adult|adolescent|paediatric|children|infant|women|men|patients|people|elderly)(?:(?!\swith\s)[^;:.]){0,90}?)(?=,?\s(?:for|to)\s|:)"
)
_IMAGES = re.compile(r"(?:[\w-]+\s){0,2}(?:diagnosis|detection|imaging)\b", re.IGNORECASE)
_CONTEXT = re.compile(r"(?:in|for|as|when|among|with|together|alone|on)\b", re.IGNORECASE)
_FREE = re.compile(r"\s*[(\[](?=[^()\[\]]*\b(?:see|refer)\b)(?:\s*(?:please\s)?(?:see|refer)\b|for\s)[^()\[\]]*[)\]]")
_EXPLAINED = re.compile(r"^,\s(?:(?:an?\s)?(?:[\w-]+\s){0,2}combination\sof\s[^,;]+|an?\s[^,;]{3,60}),")
_RUN_IN = re.compile(
    rf"(?P<whom>(?:(?:In|For)\s)?(?:adults?|children|adolescents|paediatric\s(?:patients|population)|{ANIMALS})(?:(?:,\s|\sand\s|\sor\s)(?:adults?|children|adolescents|{ANIMALS}))*)(?:\s\([^()]{{1,60}}\))?\s?:\s*(?=\S)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:Evidence|Limited|For\s(?:study\s)?results|The\s(?:effects?|efficacy)|Efficacy|Data|There\s(?:is|are)|No\s)\b"
)
"""How a sentence begins that comments on an item of a list which goes on after it."""
_SHOWN = re.compile(r"\b(?:was|were|ha(?:s|ve)\sbeen)\s(?:shown|demonstrated|observed)\b|\bafter\schallenge\b")
_PEOPLE_OPEN = re.compile(r"(?:Paediatric|Adults?|Adolescents?|Children|Patients|Women|Men|Infants|Neonates|Elderly)\b")
_THEIR_USE = re.compile(r"(?<=\bproducts)\sfor\sthe\streatment\sof\s(?:[\w-]+\s){0,3}?[\w-]+(?=\sin\s|[,;.]|$)")
"""What the medicines of an item 'in combination with other medicinal products for the treatment of ...' are for."""
_CONNECTED = re.compile(r";\s(?:therefore|moreover|however|in\saddition|thus)\b")
_FOLLOWING = re.compile(
    r"\s(?:(?:the|one\sof\sthe|any\sof\sthe|either\sof\sthe)\s)*following(?:\s(?!in\b)[\w-]+){0,4}(?=\sin\s[\w\s,-]{4,60}$|$)"
)
_SIBLING = re.compile(r"(?:as|in|for|to|on|alone|together|or\sin|the\s(?:treatment|prevention))\b")


@dataclass(frozen=True, slots=True)
class Statement:
    """One use, and the stretches of the cell that tell it."""

    use: Use
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Lead:
    """The words that hold for the items after them, what is told apart from them, and where they stand."""

    words: str
    span: Span
    base: Use = field(default_factory=Use)
    aside: bool = False
    """Whether a sentence that tells no use stands between the words and what follows."""


def statements(cell: str, names: Names) -> tuple[list[Statement], list[Span]]:
    r"""Return the uses that the cell tells, in the order told, and the stretches from which nothing was read.

    >>> found, unread = statements("Defoma\nAbc is indicated for the treatment of adults with defoma.", Names("Abc"))
    >>> [(each.use.purpose, each.use.condition, each.use.population) for each in found], unread
    ([('treatment', ('defoma',), ('adults',))], [])
    """
    masked = mask(cell, names)
    found: list[Statement] = []
    unread: list[Span] = []
    heading = Heading()
    lead: _Lead | None = None
    inner = False
    waiting: list[Statement] = []
    cut = list(pieces(masked, 0, len(masked)))
    for (start, end), after in zip(cut, [*cut[1:], None], strict=True):
        piece = masked[start:end]
        if end - start > LONGEST:
            unread.append(Span(start, end))
            lead = None
            continue
        if run_in := _RUN_IN.match(piece):
            heading, lead = heading_of(run_in["whom"], Span(start, start + run_in.end("whom")), heading.outer), None
            start += run_in.end()
            piece = masked[start:end]
        titled = after is not None and _TITLE.fullmatch(piece.strip()) and _INDICATED.search(masked, *after)
        if lead is not None and inner and _SPECIES_LISTED.match(piece.lstrip(" -•")):
            continue
        inner = lead is not None and piece.rstrip().endswith(":")
        whom_only = PERSONS.match(piece.strip(" :.•-")) is not None
        listed = lead is not None and not whom_only and not (after and _INDICATED.search(masked, *after))
        listed = listed and not (lead and species(lead.words)) and not heading.use.species
        whom_only = whom_only and not (lead and _IN_WHOM.search(lead.words))
        if titled or whom_only or (_is_heading(piece) and not (lead and ":" in piece[:-1]) and not listed):
            heading, lead = heading_of(piece, Span(start, end), heading.outer), lead if whom_only else None
            found += [] if whom_only else waiting
            waiting = waiting if whom_only else []
            continue
        if _FOLLOWING_USES.search(piece) and (whom := _whom_alone(piece)):
            heading = Heading(outer=Heading(whom, Span(start, end)))
            continue
        leads = after is not None and _SIBLING.match(masked, *after) is not None and not piece.rstrip().endswith(".")
        before, (told, lead, heading) = lead, _sentence(masked, start, end, lead, heading, leads=leads)
        another = (lead and lead.words) != (before and before.words)
        if waiting and (told or another):
            found += waiting if not told or another else []
            waiting = []
        if lead is not None and another and not told:
            waiting = list(_read(lead.words, lead.base, (lead.span,), heading))
        if not told and lead is None and (more := _said_more(masked, start, end, found)):
            found = more
            continue
        if not told and lead is None and (whom := _whom_alone(piece)):
            heading = Heading(outer=Heading(whom, Span(start, end)))
            continue
        found += told
        if not told and lead is None:
            unread.append(Span(start, end))
    found += waiting
    if not found and (alone := _condition_alone(cell, names)):
        return [alone], []
    return found, unread


_SPECIES_LISTED = re.compile(
    r"[A-Z][a-z]+\s(?!and\b|or\b)[a-z]+(?:/[a-z]+)?(?:,\s(?:and\s)?[A-Z]|\s(?:and|var\.|subsp\.)|\.?$)"
)
"""The organisms below the name of a pest."""
_FOLLOWING_USES = re.compile(r"\bfor\sthe\sfollowing\s(?:\w+\s)?indications[:.]?\s*$")
_IN_WHOM = re.compile(r"\b(?:in|for)[\s:]*$")
_TITLE = re.compile(
    r"(?:Treatment|Prevention|Prophylaxis|Management|Secondary\sprevention|Symptomatic\streatment)\s(?:of|against)\s[^.;:]{3,110}(?<=\w)"
)
"""A line that names a purpose and stands over a sentence."""


def _is_heading(piece: str) -> bool:
    words = piece.split()
    return len(words) <= 9 and not CUE.search(piece) and not compiled(r"[.;]$|\b(?:is|are|can|may)\b").search(piece)


def _sentence(
    text: str, start: int, end: int, lead: _Lead | None, heading: Heading, *, leads: bool = False
) -> tuple[list[Statement], _Lead | None, Heading]:
    """Return the uses of a sentence, the words that hold for the items after it when it ends in a colon, and the heading in force."""
    piece = text[start:end]
    indicated = _INDICATED.search(piece)
    if indicated is None and lead is not None and _ASIDE.match(piece) and _VERB.search(piece):
        return ([], None if lead.aside else replace(lead, aside=True), heading)
    item = lead is not None and not lead.aside and (_OWN_PURPOSE.match(piece) or _SIBLING.match(piece))
    said = _FREE.sub("", piece)
    if indicated is None and lead is not None and (";" in piece or not _NOT_A_USE.search(said[:60] if item else said)):
        if lead.aside and (_VERB.search(piece) or len(piece) > 200):
            return [], None, heading
        if not item and (bad := _NOT_A_USE.search(piece)) and (cut := piece.find(";")) > bad.start():
            if _NOT_A_USE.search(piece[cut:]) or _CONNECTED.search(piece[cut:]):
                return [], lead, heading
            start += cut + 1
        return list(_items(lead.words, text, start, end, lead.span, heading, lead.base)), lead, heading
    if _NOT_A_USE.search(_FREE.sub("", piece[: indicated.start() if indicated else 80])):
        return [], None, heading
    if indicated is None:
        cue = CUE.search(piece[:100])
        if _SHOWN.search(piece):
            return [], None, heading
        if cue is None or _VERB.search(piece[: cue.start()]):
            return [], None, heading
        colon = _COLON.search(text, start, end)
        if colon is not None:
            holds = Span(start, colon.end())
            words = text[start : colon.start()]
            return list(_items(words, text, colon.end(), end, holds, heading)), _Lead(words, holds), heading
        purpose = "diagnosis" if _IMAGES.match(piece) else None
        return list(_read(piece, Use(purpose=purpose), (Span(start, end),), heading)), None, heading
    base, subject, heading = _before(text, start, start + indicated.start(), heading)
    rest = start + indicated.start()
    if whom := _WHOM.match(text, start + indicated.end(), end):
        base = of_people(whom["who"]).under(base)
        text = f"{text[: whom.start()]}{' ' * (whom.end() - whom.start())}{text[whom.end() :]}"
    colon = _COLON.search(text, rest, end)
    if colon is None and (leads or _OPEN.search(piece)):
        return [], _Lead(f"{subject} {text[rest:end]}", Span(start, end), base), heading
    if colon is None:
        return list(_read(f"{subject} {text[rest:end]}", base, (Span(start, end),), heading)), None, heading
    words = f"{subject} {text[rest : colon.start()]}"
    holds = Span(start, colon.end())
    if PERSONS.match(text[colon.end() : end].strip()):
        return (
            [],
            _Lead(words, Span(start, end), base),
            heading_of(text[colon.end() : end], Span(colon.end(), end), heading.outer),
        )
    if not text[colon.end() : end].strip(" •-–"):
        return [], _Lead(words, Span(start, end), base), heading
    found = list(_items(words, text, colon.end(), end, holds, heading, base))
    if not found:
        found = list(_read(f"{subject} {text[rest:end]}", base, (Span(start, end),), heading))
    return found, _Lead(words, holds, base) if found else None, heading


def _items(
    words: str, text: str, start: int, end: int, lead: Span, heading: Heading, base: Use | None = None
) -> Iterator[Statement]:
    base = base or Use()
    if _INDICATIONS_TOO.search(words):
        yield from _read(_INDICATIONS_TOO.sub("", words), base, (lead,), heading)
    criteria = compiled(r"\sto\sdelay\s.*\swith$").search(words.rstrip(" :")) is not None
    each_as = words.rstrip(" :").endswith(" as")
    words = _FOLLOWING.sub("", _BELOW.sub("", words).strip())
    if _WITH_EACH.search(words):
        told = next(iter(uses(_WITH_EACH.sub("", words))), Use())
        holds = replace(told, condition=names_of(told)) if names_of(told) else None
    else:
        told = next(iter(uses(_OPEN.sub("", words).strip())), Use())
        holds = replace(told, condition=names_of(told))
    if holds is not None:
        words, base = f"{MEDICINE} is indicated", holds.under(base)
    if base.condition and criteria:
        yield Statement(base if base.purpose else replace(base, purpose="treatment"), (lead,))
        return
    holding = words
    spans: tuple[Span, ...] = (lead,)
    against = (
        heading.use.condition if heading.use.purpose == "prevention" and not (base.purpose or told.purpose) else ()
    )
    if against and heading.span is not None:
        yield from _prevented(text, start, end, base, against, (heading.span, lead))
        return
    cut = separator(text[start:end])
    for begin, stop in pieces(text, start, end, cut):
        if (colon := _COLON.search(text, begin, stop)) is not None and colon.start() > begin:
            opens = text[begin : colon.start()].strip(" •-–;.,")
            if not _OPEN.search(opens):
                stop = colon.start()
            else:
                holding, spans = f"{words} {opens}", (lead, Span(begin, colon.end()))
                begin = colon.end()
        elif _SIBLING.match(text[begin:stop].strip(" •-–;.,")):
            holding, spans = words, (lead,)
        item = _FREE.sub("", text[begin:stop]).strip(" •-–;.,")
        if not item or item in ("or", "and", "and/or"):
            continue
        if not _OWN_PURPOSE.match(item) and _NOT_A_USE.search(item[:60]):
            continue
        if base.condition:
            item = _THEIR_USE.sub("", item)
        if _PEOPLE_OPEN.match(item):
            item = item[:1].lower() + item[1:]
        if each_as:
            item = f"as {item}"
        if holding == f"{MEDICINE} is indicated" and not _SIBLING.match(item) and not base.condition:
            item = f"for {'' if _OWN_PURPOSE.match(item) else f'the {base.purpose if base.purpose in _NOUNS else _NOUNS[0]} of '}{item}"
        yield from _read(f"{holding} {item}", base, (*spans, Span(begin, stop)), heading)


def _prevented(
    text: str, start: int, end: int, base: Use, against: tuple[str, ...], spans: tuple[Span, ...]
) -> Iterator[Statement]:
    """Yield the uses of items that name only in whom that is prevented which the heading names."""
    whom = base
    for begin, stop in pieces(text, start, end, WITHIN):
        colon = _COLON.search(text, begin, stop)
        if colon is not None:
            whom = of_people(text[begin : colon.start()]).under(base)
            begin = colon.end()
        item = _FREE.sub("", text[begin:stop]).strip(" •-–;.,")
        if len(item) < 4 or _NOT_A_USE.search(item[:60]):
            continue
        told = next(iter(uses(f"{MEDICINE} is indicated in {item[:1].lower()}{item[1:]}")), Use())
        named = replace(_legible(told).under(whom), condition=against, purpose="prevention", stage=())
        yield Statement(named, (*spans, Span(begin, stop)))


_INDICATIONS_TOO = re.compile(
    r"\s(?:where|when|and)\s(?:one\sor\smore\sof\s)?the\sfollowing\s(?:\w+\s)?indications\b.*$"
)
_OWN_PURPOSE = re.compile(
    r"(?:the\s)?(?:[\w-]+\s){0,2}(?:treatment|prevention|prophylaxis|diagnosis|management|relief)\s(?:and\s\w+\s)?of\s",
    re.IGNORECASE,
)
_NOUNS = ("treatment", "prevention", "diagnosis")
_WITH_EACH = re.compile(
    r"\s(?:in\s)?(?:combination|together|addition|conjunction|association|add-on|adjunct)(?:\s\w+)?\s(?:with|to)$"
)


def _before(text: str, start: int, end: int, heading: Heading) -> tuple[Use, str, Heading]:
    """Return what the words before "is indicated" tell: what holds for the use, the subject, a heading run into it."""
    before = text[start:end]
    marks = list(compiled(rf"{MEDICINE}+|{SUBSTANCE}+").finditer(before))
    if not marks:
        return Use(), MEDICINE, heading
    first = marks[0]
    context, after = before[: first.start()].strip(" ,:\n"), before[first.end() :]
    after = _EXPLAINED.sub("", after)
    subject = f"{MEDICINE}{compiled(rf'{SUBSTANCE}+|{MEDICINE}+').sub(MEDICINE, after)}"
    if not context:
        return Use(), subject, heading
    if _CONTEXT.match(context):
        told = uses(f"used {context[:1].lower()}{context[1:]}")
        return (replace(told[0], purpose=None) if told else Use()), subject, heading
    if len(context.split()) <= 14 and not compiled(r"[.;]").search(context):
        return Use(), subject, heading_of(context, Span(start, start + first.start()), heading.outer)
    return Use(), subject, heading


def _read(words: str, base: Use, spans: tuple[Span, ...], heading: Heading) -> Iterator[Statement]:
    """Yield the uses of the words; one that names no condition takes that of the heading it stands under."""
    words = compiled(rf"{MEDICINE}+").sub(MEDICINE, _FREE.sub("", words))
    if _LOWERED.match(words):
        words = words[:1].lower() + words[1:]
    words = _ALSO_KNOWN.sub("", words)
    words = _DISEASED.sub(r"in patients with \g<what>", words)
    if not (base.condition or heading.use.condition) and not PURPOSE.search(words):
        bare = _PLAINLY.search(words)
        if bare and not CUE.search(words, bare.end(), bare.end() + 80):
            words = f"{words[: bare.start()]}indicated for the treatment of {words[bare.end() :]}"
    words = _AS_PART.sub(r"in combination with \g<what> for the treatment of ", words)
    if _THEIR_USE.search(words) and _PURPOSE_OF.search(words.split(" products ")[0]):
        words = _THEIR_USE.sub("", words)
    for use in uses(words):
        whole = _legible(use).under(base)
        whole = replace(whole, condition=names_of(whole))
        if heading.span is not None and (under := under_heading(whole, heading.use)) != whole:
            whole, spans = under, (heading.span, *(span for span in spans if span != heading.span))
        outer = heading.outer
        if outer and outer.span and (under := under_heading(whole, outer.use)) != whole:
            whole, spans = under, (outer.span, *(span for span in spans if span != outer.span))
        if not whole.condition:
            continue
        yield Statement(whole if whole.purpose else replace(whole, purpose=_purpose(words)), spans)


_PURPOSE_OF = re.compile(r"\b(?:treatment|prevention|prophylaxis|control|management)\s(?:of|for)\b|\badjunct\b")
_ALSO_KNOWN = re.compile(r"\salso\sknown\sas\s[^,;:]{3,80}?(?=\sin\s(?:adult|paediatric|child|patient)|[,;:.]?$)")
_DISEASED = re.compile(
    r"\bin\s(?P<what>(?:(?!adult|paediatric)[\w-]+\s){0,2}?[\w-]*(?:diabetes(?:\smellitus)?|asthma|fibrosis))\s(?:adult\s)?patients\b"
)
_PLAINLY = re.compile(
    rf"\bindicated\s(?:for|in)\s(?!use\b|the\streatment\b|them\b|combination\b|addition\b|order\b|conjunction\b|association\b|which\b|whom\b|all\b|both\s|those\b|preparation|(?:radio)?label|the\spresence|the\sabsence|the\spreparation|{ADJECTIVES}(?:{PEOPLE}|{ANIMALS})\b)"
)
_AS_PART = re.compile(
    r"\bas\s(?:an?\s)?(?:part|component)\sof\s(?:an?\s|the\s)?(?P<what>(?:[\w-]+\s){0,3}(?:(?:chemo)?therapy|regimen)s?)\s(?:in|for)\s(?!the\streatment\b|adult|patient|child)"
)
_LOWERED = re.compile(r"(?:For|In|As|To|Used|Indicated)\s")


def _purpose(words: str) -> str:
    """Return what words are about that name no purpose in a form of their own.

    >>> _purpose("Oral contraception"), _purpose("Fever")
    ('prevention', 'treatment')
    """
    words = compiled(r"\([^()]*\)").sub("", words)[:90]
    if _PREVENTS.search(words):
        return "prevention"
    return "diagnosis" if _PICTURES.search(words) else "treatment"


_PICTURES = re.compile(r"\b(?:imaging|scintigraph\w+|diagnostic|visuali[sz]ation)\b")
_PREVENTS = re.compile(r"\b(?:contracepti|prophyla|prevent|immuni[sz]|vaccin)", re.IGNORECASE)


def _legible(use: Use) -> Use:
    """Return a use without the words in which a name of the medicine is masked."""
    told = (use.prior_treatment, use.excluded)
    before, left_out = (None if words and (MEDICINE in words or SUBSTANCE in words) else words for words in told)
    return replace(use, prior_treatment=before, excluded=left_out)


_GOES_ON = re.compile(
    rf"(?:It|This\s(?:[\w-]+\s){0, 2}(?:combination|medicine|product|vaccine)|{MEDICINE}+(?:\s[^;]{{0,150}}?)?|{SUBSTANCE}+)\s(?:is|can\sbe|may\sbe)\s(?:also\s)?(?:used|given|administered|indicated)\b"
)


def _said_more(text: str, start: int, end: int, found: list[Statement]) -> list[Statement]:
    """Return the uses found so far when a sentence says how the last of them is combined, or for whom all are; else nothing."""
    piece = text[start:end]
    if not found or not _GOES_ON.match(piece) or _NOT_A_USE.search(piece):
        return []
    told = uses(compiled(rf"{MEDICINE}+").sub(MEDICINE, _FREE.sub("", piece)))
    if len(told) != 1 or names_of(told[0]):
        return []
    more, span = told[0], Span(start, end)
    last = [each for each in found if each.spans[-1] == found[-1].spans[-1]]
    if (
        more.combined_with
        and " also " not in piece
        and not any(each.use.combined_with or each.use.monotherapy for each in last)
    ):
        kept = [each for each in found if each not in last]
        joined = replace(Use(), combined_with=more.combined_with)
        return [*kept, *(Statement(joined.under(each.use), (*each.spans, span)) for each in last)]
    if more.combined_with and " also " in piece:
        anew = [
            replace(each.use, prior_treatment=more.prior_treatment, combined_with=more.combined_with) for each in last
        ]
        return [*found, *(Statement(use, (*each.spans, span)) for use, each in zip(anew, last, strict=True))]
    if more.prior_treatment and "also" not in piece and all(each.use.prior_treatment for each in last):
        anew = [replace(each.use, prior_treatment=more.prior_treatment) for each in last]
        return [*found, *(Statement(use, (*each.spans, span)) for use, each in zip(anew, last, strict=True))]
    if more.stage and " only " in f"{piece} " and not any(each.use.stage for each in last):
        kept = [each for each in found if each not in last]
        return [*kept, *(Statement(replace(each.use, stage=more.stage), (*each.spans, span)) for each in last)]
    if more.prior_treatment and not any(each.use.prior_treatment for each in last) and "also" not in piece:
        kept = [each for each in found if each not in last]
        joined = replace(of_people(piece), prior_treatment=more.prior_treatment)
        if all(not each.use.population or not joined.population for each in last) or not joined.population:
            return [*kept, *(Statement(joined.under(each.use), (*each.spans, span)) for each in last)]
    whom = more.population or more.age_from is not None
    if whom and not any(each.use.population or each.use.age_from is not None for each in found):
        only = of_people(piece)
        return [Statement(only.under(each.use), (*each.spans, span)) for each in found]
    if more.age_from is not None and compiled(r"\b(?:can|may|also)\b").search(piece) and len(last) == 1:
        lower = last[0].use.age_from
        if lower is not None and lower != more.age_from:
            return [*found, Statement(of_people(piece).under(last[0].use), (*last[0].spans, span))]
    return []


def _whom_alone(piece: str) -> Use | None:
    """Return whom a sentence names that tells nothing else of a use: that holds for the uses after it."""
    if not (
        found := compiled(
            rf"(?:{MEDICINE}+|{SUBSTANCE}+)\sis\sindicated\s(?:for\suse\s)?in\s(?P<who>[\w\s,≥-]{{3,80}}?)(?:\sonly)?(?:\sfor(?:\sthe\sfollowing(?:\s\w+)?)?)?[.:]?\s*"
        ).fullmatch(piece)
    ):
        return None
    whom = of_people(found["who"])
    return whom if whom.population and PERSONS.match(found["who"].strip()) else None


def _condition_alone(cell: str, names: Names) -> Statement | None:
    """Return the use of a cell that holds nothing but the name of a condition."""
    if len(cell.split()) > 10 or "\n" in cell or MEDICINE in mask(cell, names) or CUE.search(cell):
        return None
    named, stage = conditions(cell.strip(" ."))
    kept = tuple(name for name in named if not NO_NAME.search(name))
    return Statement(Use(condition=kept, stage=stage), (Span(0, len(cell)),)) if kept else None
