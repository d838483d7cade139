"""The values of a cell that holds several, each with its place in the cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from epargraph.model import Span
from epargraph.patterns import compiled
from epargraph.values import covered

_HEADINGS = Path(__file__).with_name("headings.txt")

_BEFORE_CAPITAL = re.compile(r",\s+(?=[A-Z])")
_CODE = re.compile(r"\s*[;,]\s*|\s+(?=Q?[A-V]\d)")
_SEMICOLON = re.compile(r"\s*;\s*(?:and\s)?")
_COMMA = re.compile(r",\s*(?:and\s)?")
_SLASH = re.compile(r"\s/\s(?!(?:swine|human|chicken|turkey|duck|equine|avian)\b)")
_STRAIN = re.compile(r"(?<=[)\ue011])\s(?:/\s)?(?=[AB]/)|\s/\s(?=[AB]/)")
_MODIFIER = re.compile(
    r"(?:strains?|sero\w+|sub\w+\.?|type|inactivated|live|attenuated|recombinant|adsorbed|adjuvanted|activated|micronised|micronized|liposomal|"
    r"pegylated|monohydrate|dihydrate|anhydrous|non-expanded|hydrated|produced|expressing|encoding|conjugated|extraction|human$|purified|"
    r"concentrated|synthetic|clade|lineage|as\s|\d|[A-Z]\d)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[(\w][\w()'’α-ω+-]*(?:\s[\w()'’+-]+){0,4}")
_BIOLOGICAL = re.compile(
    r"\b(?:\w*virus\w*|strains?|sero\w+|vaccines?|antigens?|cells?|m?RNA|bacteri\w+|toxoids?|polysaccharides?|haemagglutinin|coli|vector|"
    r"containing|mixture|following|types?)\b",
    re.IGNORECASE,
)
_LIST_BEGUN = re.compile(r"[^;]*:[^;]*;\s")
_PROPER = frozenset(
    "Escherichia Mycoplasma Leptospira Clostridium Clostridioides Neisseria Haemophilus Bordetella Vibrio Eimeria Salmonella "
    "Streptococcus Staphylococcus Erysipelothrix Lawsonia Brachyspira Pasteurella Ornithobacterium Newcastle Ebola Zaire "
    "Japanese Babesia Bacteroides Actinobacillus Saccharomyces Arachis Porphyromonas Borrelia Coxiella Chlamydophila "
    "Microsporum Trichophyton Rift Gumboro Allium Citrus Epstein Crimean West Vero".split()
)


def codes(text: str) -> list[Span]:
    """Return the codes of a cell: what stands between semicolons, commas and the spaces between codes.

    >>> text = "N04;N04BX04"
    >>> [text[each.start : each.end] for each in codes(text)]
    ['N04', 'N04BX04']
    """
    return list(_split(text, _CODE))


def entries(text: str) -> list[Span]:
    """Return the values of a list: between semicolons, else between commas ahead of a capital.

    >>> text = "Calves, newborn, Dogs"
    >>> [text[each.start : each.end] for each in entries(text)]
    ['Calves, newborn', 'Dogs']
    >>> text = "Antivirals, combinations;Vaccines"
    >>> [text[each.start : each.end] for each in entries(text)]
    ['Antivirals, combinations', 'Vaccines']
    """
    return list(_split(text, _SEMICOLON if ";" in text else _BEFORE_CAPITAL))


def semicolons(text: str) -> list[Span]:
    """Return what stands between the semicolons of a cell."""
    return list(_split(text, _SEMICOLON))


@cache
def _known_headings() -> frozenset[str]:
    lines = _HEADINGS.read_text("utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))


def headings(text: str) -> list[Span]:
    """Return the MeSH headings of a cell: between semicolons, else between commas that are part of no known heading.

    >>> text = "Arthritis, Psoriatic, Colitis, Ulcerative, Psoriasis"
    >>> [text[each.start : each.end] for each in headings(text)]
    ['Arthritis, Psoriatic', 'Colitis, Ulcerative', 'Psoriasis']
    >>> text = "Carcinoma, Unheard-Of;Psoriasis"
    >>> [text[each.start : each.end] for each in headings(text)]
    ['Carcinoma, Unheard-Of', 'Psoriasis']
    """
    if ";" in text:
        return semicolons(text)
    parts = list(_split(text, _COMMA))
    found: list[Span] = []
    begin = 0
    while begin < len(parts):
        ends = range(len(parts), begin + 1, -1)
        known = (end for end in ends if text[parts[begin].start : parts[end - 1].end].casefold() in _known_headings())
        end = next(known, begin + 1)
        found.append(Span(parts[begin].start, parts[end - 1].end))
        begin = end
    return found


def substances(text: str) -> list[Span]:
    """Return the active substances of a cell, one each; what can't be told apart for sure stays together.

    >>> def told(text): return [text[each.start : each.end] for each in substances(text)]
    >>> told("lopinavir/ritonavir"), told("fipronil / amitraz / (S)-methoprene"), told("umeclidinium bromide, vilanterol")
    (['lopinavir', 'ritonavir'], ['fipronil', 'amitraz', '(S)-methoprene'], ['umeclidinium bromide', 'vilanterol'])
    >>> told("porcine circovirus recombinant virus (CPCV) 1-2, inactivated"), told("doxorubicin hydrochloride, liposomal")
    (['porcine circovirus recombinant virus (CPCV) 1-2, inactivated'], ['doxorubicin hydrochloride, liposomal'])
    >>> told("babesia canis, inactivated, babesia rossi, inactivated;tetanus toxoid")
    ['babesia canis, inactivated, babesia rossi, inactivated', 'tetanus toxoid']
    >>> told("Virus encoding the: Ebola virus GP; Marburg virus GP")
    ['Virus encoding the: Ebola virus GP; Marburg virus GP']
    """
    if ";" in text:
        return [Span(0, len(text))] if _LIST_BEGUN.match(text) else list(_attached(text, _split(text, _SEMICOLON)))
    if len(strains := list(_split(text, _STRAIN))) > 1:
        return strains
    slashed = list(_split(text, _SLASH))
    if compiled(r"[a-z]{5,}(?:/[a-z]{5,})+").fullmatch(text):
        return list(_split(text, re.compile("/")))
    found: list[Span] = []
    for part in slashed:
        found += _commas(text, part)
    return found


def _commas(text: str, part: Span) -> Iterator[Span]:
    """Yield the substances between commas, where all are names of substances and not of vaccines."""
    words = text[part.start : part.end]
    pieces = list(_split(words, _COMMA))
    again = _repeated(words, pieces)
    if again is not None:
        pieces = again
    elif _BIOLOGICAL.search(words) or not all(
        _NAME.fullmatch(words[each.start : each.end]) and not _MODIFIER.match(words[each.start : each.end])
        for each in pieces
    ):
        pieces = [Span(0, len(words))]
    yield from (Span(part.start + each.start, part.start + each.end) for each in pieces)


def _repeated(words: str, pieces: list[Span]) -> list[Span] | None:
    """Return the substances of a list in which each begins with the same word and the rest only qualifies; else None."""
    first = words.split(" ", 1)[0].rstrip(",")
    if len(pieces) < 2 or len(first) < 6 or _MODIFIER.match(first) or _BIOLOGICAL.fullmatch(first):
        return None
    found: list[Span] = []
    for each in pieces:
        piece = words[each.start : each.end]
        if piece.casefold().startswith(f"{first.casefold()} "):
            found.append(each)
        elif found and _MODIFIER.match(piece) and not compiled(r"\d|[A-Z]\d").match(piece):
            found[-1] = Span(found[-1].start, each.end)
        else:
            return None
    return found if len(found) > 1 else None


def _attached(text: str, pieces: Iterable[Span]) -> Iterator[Span]:
    """Yield the pieces, those that only qualify the one before them joined to it."""
    waiting: Span | None = None
    for piece in pieces:
        if waiting is not None and compiled(r"extraction\s").match(text[piece.start : piece.end]):
            waiting = Span(waiting.start, piece.end)
            continue
        if waiting is not None:
            yield waiting
        waiting = piece
    if waiting is not None:
        yield waiting


def _split(text: str, separator: re.Pattern[str]) -> Iterator[Span]:
    """Yield the stretches between the separators that stand outside brackets."""
    begin = 0
    for found in [*separator.finditer(covered(text)), None]:
        end = found.start() if found else len(text)
        piece = text[begin:end]
        if piece.strip(" ,;"):
            start = begin + len(piece) - len(piece.lstrip(" ,;"))
            yield Span(start, begin + len(piece.rstrip(" ,;")))
        begin = found.end() if found else end


def in_lower_case(name: str) -> str:
    """Return the name of a substance as it is written within a sentence: in lower case but for names of organisms and places.

    >>> in_lower_case("Budesonide"), in_lower_case("Escherichia coli J5"), in_lower_case("SARS-CoV-2 protein")
    ('budesonide', 'Escherichia coli J5', 'SARS-CoV-2 protein')
    """
    first = compiled(r"[A-Z][a-z]+(?=$|[\s-])").match(name)
    return name[0].lower() + name[1:] if first and first[0] not in _PROPER else name
