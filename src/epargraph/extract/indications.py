"""The uses that a register's indication cell tells, read by the rules of overviews from the wording of product information."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from epargraph.extract.condition_words import conditions
from epargraph.extract.names import Names
from epargraph.extract.people_words import people
from epargraph.extract.use_words import Use, uses
from epargraph.model import Span
from epargraph.rules import MEDICINE, SUBSTANCE

LONGEST = 1500
"""Characters: a longer stretch is no sentence, and is left unread."""

_ITEM = re.compile(
    r"(?:(?<=[.;])|(?<=[a-z)]\.))(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bapprox\.)(?<!\bspp\.)(?<!\bsp\.)(?<!\bsubsp\.)"
    rf"(?<!\b[A-Z]\.)\s+(?=[A-Z0-9•{MEDICINE}{SUBSTANCE}-])|\n"
)
_COLON = re.compile(r":(?=\s|$|[-•–])")
_WITHIN = re.compile(r"(?:(?<=[.;])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.))\s+(?:and\s|or\s)?(?=[a-z•])|\s*•\s*")
_INDICATED = re.compile(
    r"\b(?:is|are)\s(?:also\s|only\s)?(?:indicated|intended)\b|\b(?:is|are|can|may)\s(?:also\s|be\s)*used\b(?=\s(?:to|for|in|as)\b)|\bindicated\b"
)
_CUE = re.compile(
    r"\b(?:treat(?:ment|ing|s)?|therap(?:y|ies)|prevent(?:ion|ing)?|prophyla\w+|metaphylaxis|immuni[sz]\w+|vaccinat\w+|diagnos\w+|management|relief|"
    r"reduc(?:e|tion)|decrease|lowering|correction|adjunct\w*|control|replacement|substitution|imaging|detection|eradication|alleviation|improve(?:ment)?|indicated|"
    r"contraception|an?esthesia|sedation|protection)\b",
    re.IGNORECASE,
)
_NOT_A_USE = re.compile(
    r"\b(?:should|must|has\sbeen|have\sbeen\s(?:shown|demonstrated|established)|was|were\sobserved|consideration|refer|see\s(?:section|also)s?|"
    r"not\s(?:recommended|indicated)|no\sdata|limited\sdata|contraindicated|(?:decision|choice)\s(?:to|of)|(?:onset|duration)\sof\s(?:immunity|protection)|"
    r"guidelines?|official\srecommendations|official\sguidance|demonstrated\s(?:in|by|that)|results?\s(?:in|from|of)\s(?:clinical|studies)|efficacy|safety)\b",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|can|may|will|would|could|indicates?|does|do|remains?)\b")
_OPEN = re.compile(r"\b(?:the|for|in|of|to|as|with|an?|and|or)$")
_BELOW = re.compile(r"\s(?:as\s(?:described|follows)(?:\sbelow)?|as\sbelow)\b")
_WHOM = re.compile(
    r"\s(?:for\suse\s)?in\s(?P<who>(?:adult|adolescent|paediatric|children|infant|women|men|patients|people|elderly)[^;:.]{0,90}?)(?=,?\s(?:for|to)\s|:)"
)
_IMAGES = re.compile(r"(?:[\w-]+\s){0,2}(?:diagnosis|detection|imaging)\b", re.IGNORECASE)
_CONTEXT = re.compile(r"(?:in|for|as|when|among|with|together|alone|on)\b", re.IGNORECASE)
_FREE = re.compile(r"\s*[(\[]\s*(?:please\s)?(?:see|refer)\b[^)\]]*[)\]]")
_NO_NAME = re.compile(
    r"^(?:for|as|in|with|of|to|on|at|by|from|this|these|those|use|used|not|who|which|that|the|a|an|and|or|it|its|they|whom|whose|when|where|who|either|"
    r"patients?|people|individuals|adults?|children|adolescents|infants|women|men|combination|refractory|longer|poor|high|low|risk|concentrate|active|protection|onset|duration|recurrence|toxicities)\b|"
    r"\b(?:should|must|is|are|was|were|has|have|can|may)\b|[.:;]",
    re.IGNORECASE,
)
_DIAGNOSIS = re.compile(
    r"^(?:an?\s)?(?:(?:positive|clinical|confirmed|established|definite|documented)\s)*(?:clinical\s|confirmed\s)?diagnosis\sof\s"
)
_PERSONS = re.compile(
    r"^(?:adults?|children|adolescents|paediatrics?|pediatrics?|infants|elderly|women|men)(?:\s(?:patients?|population|subjects|use))?"
    r"(?:\s?(?:,|and|or|\()\s?[\w\s≥<>-]{0,60}\)?)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One use, and the stretches of the cell that tell it."""

    use: Use
    spans: tuple[Span, ...]


@dataclass(slots=True)
class _Heading:
    """The heading in force: what it names, and where it stands."""

    words: str = ""
    span: Span | None = None


def statements(cell: str, names: Names) -> tuple[list[Statement], list[Span]]:
    r"""Return the uses that the cell tells, in the order told, and the stretches from which nothing was read.

    >>> found, unread = statements("Defoma\nAbc is indicated for the treatment of adults with defoma.", Names("Abc"))
    >>> [(each.use.purpose, each.use.condition, each.use.population) for each in found], unread
    ([('treatment', ('defoma',), ('adults',))], [])
    """
    masked = mask(cell, names)
    found: list[Statement] = []
    unread: list[Span] = []
    heading, lead = _Heading(), None
    for start, end in _pieces(masked, 0, len(masked)):
        piece = masked[start:end]
        if end - start > LONGEST:
            unread.append(Span(start, end))
            lead = None
            continue
        if _is_heading(piece):
            heading, lead = _Heading(cell[start:end].strip(" :"), Span(start, end)), None
            continue
        told, lead = _sentence(masked, start, end, lead, heading)
        found += told
        if not told and lead is None:
            unread.append(Span(start, end))
    if not found and (alone := _condition_alone(cell, names)):
        return [alone], []
    return found, unread


def mask(cell: str, names: Names) -> str:
    """Return the cell with the medicine's names masked: that of the table, its older one in brackets, each without spaces at "/".

    >>> mask("Abc/Def is indicated", Names("Abc / Def (previously Ghi)")).count(MEDICINE)
    7
    """
    told = re.match(r"(?P<now>.*?)(?:\s*\((?:previously|formerly|prev\.)\s(?P<before>[^)]*)\))?\s*$", names.medicine)
    aliases = [part for part in (told["now"], told["before"]) if part] if told else [names.medicine]
    aliases += [re.sub(r"\s*/\s*", "/", alias) for alias in aliases if "/" in alias]
    for alias in sorted(set(aliases), key=len, reverse=True):
        cell = Names(alias).mask(cell)
    return Names("", names.substances).mask(cell)


def _pieces(text: str, start: int, end: int, cut: re.Pattern[str] = _ITEM) -> Iterator[tuple[int, int]]:
    """Yield the spans between the cuts, never cutting inside brackets."""
    begin = start
    depth, counted = 0, start
    for found in cut.finditer(text, start, end):
        depth += text.count("(", counted, found.start()) - text.count(")", counted, found.start())
        counted = found.start()
        if depth > 0 and "\n" not in found[0] and ")" in text[counted : counted + 300]:
            continue
        depth = 0
        if text[begin : found.start()].strip():
            yield begin, found.start()
        begin = found.end()
    if text[begin:end].strip():
        yield begin, end


def _is_heading(piece: str) -> bool:
    words = piece.split()
    return len(words) <= 9 and not _CUE.search(piece) and not re.search(r"[.;]$|\b(?:is|are|can|may)\b", piece)


def _sentence(
    text: str, start: int, end: int, lead: tuple[str, Span] | None, heading: _Heading
) -> tuple[list[Statement], tuple[str, Span] | None]:
    """Return the uses of a sentence, and the words that hold for the items after it when it ends in a colon."""
    piece = text[start:end]
    indicated = _INDICATED.search(piece)
    if indicated is None and lead is not None and not _NOT_A_USE.search(piece):
        words, span = lead
        return list(_items(words, text, start, end, span, heading)), lead
    if _NOT_A_USE.search(piece[: indicated.start() if indicated else 80]):
        return [], None
    if indicated is None:
        cue = _CUE.search(piece[:100])
        if cue is None or _VERB.search(piece[: cue.start()]):
            return [], None
        purpose = "diagnosis" if _IMAGES.match(piece) else None
        return list(_read(piece, Use(purpose=purpose), (Span(start, end),), heading)), None
    base, subject, heading = _before(text, start, start + indicated.start(), heading)
    rest = start + indicated.start()
    if whom := _WHOM.match(text, start + indicated.end(), end):
        base = _of_people(whom["who"]).under(base)
        text = f"{text[: whom.start()]}{' ' * (whom.end() - whom.start())}{text[whom.end() :]}"
    colon = _COLON.search(text, rest, end)
    if colon is None and _OPEN.search(piece):
        return [], (f"{subject} {text[rest:end]}", Span(start, end))
    if colon is None:
        return list(_read(f"{subject} {text[rest:end]}", base, (Span(start, end),), heading)), None
    words = f"{subject} {text[rest : colon.start()]}"
    holds = Span(start, colon.end())
    if not text[colon.end() : end].strip():
        return [], (words, Span(start, end))
    found = list(_items(words, text, colon.end(), end, holds, heading, base))
    if not found:
        found = list(_read(f"{subject} {text[rest:end]}", base, (Span(start, end),), heading))
    return found, (words, holds) if found else None


def _items(
    words: str, text: str, start: int, end: int, lead: Span, heading: _Heading, base: Use | None = None
) -> Iterator[Statement]:
    base = base or Use()
    words = _BELOW.sub("", words)
    holds = next((use for use in uses(words) if _named(use)), None)
    if holds is not None:
        words, base = f"{MEDICINE} is indicated", replace(holds, condition=_named(holds)).under(base)
    for begin, stop in _pieces(text, start, end, _WITHIN):
        item = text[begin:stop].strip(" •-–;.,")
        if item and not _NOT_A_USE.search(item[:60]):
            yield from _read(f"{words} {item}", base, (lead, Span(begin, stop)), heading)


def _before(text: str, start: int, end: int, heading: _Heading) -> tuple[Use, str, _Heading]:
    """Return what the words before "is indicated" tell: what holds for the use, the subject, a heading run into it."""
    before = text[start:end]
    marks = list(re.finditer(rf"{MEDICINE}+|{SUBSTANCE}+", before))
    if not marks:
        return Use(), MEDICINE, heading
    first = marks[0]
    context, after = before[: first.start()].strip(" ,:\n"), before[first.end() :]
    subject = f"{MEDICINE}{re.sub(rf'{SUBSTANCE}+|{MEDICINE}+', MEDICINE, after)}"
    if not context:
        return Use(), subject, heading
    if _CONTEXT.match(context):
        told = uses(f"used {context}")
        return (replace(told[0], purpose=None) if told else Use()), subject, heading
    if len(context.split()) <= 14 and not re.search(r"[.;]", context):
        return Use(), subject, _Heading(context, Span(start, start + first.start()))
    return Use(), subject, heading


def _read(words: str, base: Use, spans: tuple[Span, ...], heading: _Heading) -> Iterator[Statement]:
    """Yield the uses of the words; one that names no condition takes that of the heading it stands under."""
    words = re.sub(rf"{MEDICINE}+", MEDICINE, _FREE.sub("", words))
    for use in uses(words):
        whole = use.under(base)
        whole = replace(whole, condition=_named(whole))
        if not whole.condition and heading.span is not None:
            whole, spans = _under_heading(whole, spans, heading)
        if not whole.condition:
            continue
        if not whole.population and heading.span is not None and _PERSONS.match(heading.words):
            whole = whole.under(_of_people(heading.words.lower()))
            spans = (heading.span, *(span for span in spans if span != heading.span))
        yield Statement(whole if whole.purpose else replace(whole, purpose="treatment"), spans)


def _of_people(words: str) -> Use:
    """Return whom words name, as a use that tells nothing else."""
    whom = people(words)
    return Use(
        population=whom.population,
        age_from=whom.age_from,
        age_to=whom.age_to,
        age_unit=whom.age_unit,
        weight_from_kg=whom.weight_from_kg,
    )


def _named(use: Use) -> tuple[str, ...]:
    """Return the conditions of a use that are names, and not words that only stand where a name may."""
    names = (_DIAGNOSIS.sub("", name) for name in use.condition)
    return tuple(dict.fromkeys(name for name in names if not _NO_NAME.search(name) and len(name) <= 120))


def _under_heading(use: Use, spans: tuple[Span, ...], heading: _Heading) -> tuple[Use, tuple[Span, ...]]:
    if _PERSONS.match(heading.words) or heading.span is None:
        return use, spans
    named = tuple(name for name in conditions(heading.words)[0] if not _NO_NAME.search(name))
    if not named or not (use.purpose or use.population or use.combined_with or use.monotherapy or use.prior_treatment):
        return use, spans
    return replace(use, condition=named), (heading.span, *(span for span in spans if span != heading.span))


def _condition_alone(cell: str, names: Names) -> Statement | None:
    """Return the use of a cell that holds nothing but the name of a condition."""
    if len(cell.split()) > 10 or "\n" in cell or MEDICINE in mask(cell, names) or _CUE.search(cell):
        return None
    named, stage = conditions(cell.strip(" ."))
    kept = tuple(name for name in named if not _NO_NAME.search(name))
    return Statement(Use(condition=kept, stage=stage), (Span(0, len(cell)),)) if kept else None
