"""The pieces of an indication cell: sentences, lines and items, with the medicine's names masked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epargraph.extract.names import Names
from epargraph.patterns import compiled
from epargraph.rules import MEDICINE, SUBSTANCE
from epargraph.values import names_told

ITEM = re.compile(
    r"(?<=\sfollowing\sindications:)\s|(?<=[a-z)]\.)\s?-\s(?=[a-z])|(?:(?<=[.;])|(?<=[a-z)]\.))(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bapprox\.)(?<!\bspp\.)(?<!\bsp\.)(?<!\bsubsp\.)"
    rf"(?<!\b[A-Z]\.)\s+(?=[A-Z0-9•{MEDICINE}{SUBSTANCE}-])|\n|(?<=[a-z)\]]\.)(?=(?:[A-Z][a-zà-ÿ]+[\s’]|{MEDICINE}|{SUBSTANCE}))|(?<=[a-z])(?=(?:Treatment|Prevention|Prophylaxis)\s(?:of|against)\s)|(?<=[a-z)])(?<!ry)(?<!ic)(?<!ve)(?<!ce)(?<!nt)(?<!al)(?<!ne)\s(?=(?:Treatment|Prevention|Prophylaxis)\s(?:of|against)\s)|(?<=[a-z0-9)])\s{{2,}}(?=[A-Z{MEDICINE}{SUBSTANCE}])"
    r"|(?:(?<=[a-z]{4}\.)|(?<=[a-z]\)\.))\s+(?=(?:in|as|for|when|on|treatment|prevention|prophylaxis|adults|patients|children|metastatic|active|acute|chronic|severe|moderate|complicated)\s)|(?<=[a-z)])\s(?=(?:In|For)\s(?:adults?|paediatric|patients|children|women|men|adolescents?)\b)|(?<=[a-z]{4})(?P<glued>)(?=[A-Z][a-z]{3,}[\s,:])"
    rf"|(?<=[a-z)])(?<!after)(?<!with)(?<!of)(?<!to)(?<!for)(?<!by)(?<!and)(?<!or)\s(?=(?:(?:[A-Z][a-z]+|{MEDICINE}+|{SUBSTANCE}+)\s(?:should|must)\b|(?:Complicated|(?:Community|Hospital)-acquired|Acute|Chronic|Severe|Active|Moderate|Genital|Visual|Secondary|Primary|Refractory|Relapsed|Maintenance|"
    r"Advanced|Metastatic|Locally|Generali[sz]ed|Partial|Symptomatic|Infections?|Invasive|Oesophageal|Uncomplicated|Recurrent|Newly|Unresectable|Early|Neovascular)\s[a-z]))"
)
_ENTITY = re.compile(r"&(?P<name>nbsp|lt|gt|amp|ge|le);")
_ENTITIES = {"nbsp": " ", "lt": "<", "gt": ">", "amp": "&", "ge": "≥", "le": "≤"}
DASH_FIRST = re.compile(r"\s*[-–]\s")
DASHED = re.compile(r"(?:\s(?:and\s|or\s)?|(?<=[,;]))-\s(?=[a-zA-Z])|\s?–\s(?=[a-zA-Z])|(?<=;)\s+(?=[a-z])")
WITHIN = re.compile(
    r"(?:(?<=[.;])(?<!\b[A-Z]\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.))\s+(?:and\s|or\s)?(?=[a-z•])|\s(?=The\s(?:treatment|prevention)\sof\s)|\s*•\s*|(?<=;)\s*-\s|\s\(see\ssections?\s[^()]*\)(?:,\s|-\s|\s)(?=[a-z])|,-\s|(?<=\w)(?:\sor)?\s-\s(?=(?:or\s)?(?:in|as|to|for|adults?|children|patients|the)\b)"
)


_GLUED_NAME = re.compile(r"\b(?:[A-Z][\w-]*|[a-z]{1,3})$")
"""The beginning of a word that has a capital within it, as a name may."""


_BRACKETED = re.compile(r"(?<=\)),\s(?=[a-z])(?!(?:including|such|in|who|and|or|as|with|for)\b)")
_ABBREVIATED = re.compile(
    r"(?<=[\w)]),\s(?=(?:acute|chronic)\s(?:[a-z-]+\s){1,3}\([A-Z]{2,6}\)\swith\b|[A-Z]{3,5}\swith\b)"
)
_TREATMENTS = re.compile(r"(?<=[\w).])\s(?=the\s(?:treatment|prevention)\sof\s)")
_IN_PATIENTS = re.compile(
    r"(?<=[\w.)])\s(?=in\spatients\s(?:not|on|already|who|whose|with|inadequately|insufficiently)\b)"
)


def separator(items: str) -> re.Pattern[str]:
    """Return what parts the items of a list whose signs are lost, as they begin and end.

    >>> def told(items): return separator(items).split(items)
    >>> told("abc (A), def (D)"), told("in patients on abc in patients not on abc")
    (['abc (A)', 'def (D)'], ['in patients on abc', 'in patients not on abc'])
    >>> told(" - abc - def")[1:], told("abc (A), def; ghi")
    (['abc', 'def'], ['abc (A), def;', 'ghi'])
    """
    if DASH_FIRST.match(items):
        return DASHED
    if ";" not in items and items.lstrip().startswith("the treatment of"):
        return _TREATMENTS
    if ";" not in items and "•" not in items and items.lstrip().startswith("in patients"):
        return _IN_PATIENTS
    if ";" not in items and "•" not in items and _ABBREVIATED.search(items):
        return _ABBREVIATED
    parts = _BRACKETED.split(items.strip(" .:"))
    return _BRACKETED if len(parts) > 1 and all(part.endswith(")") for part in parts) else WITHIN


def mask(cell: str, names: Names) -> str:
    """Return the cell with the medicine's names masked: that of the table, its older one in brackets, each without spaces at "/".

    >>> mask("Abc/Def is indicated", Names("Abc / Def (previously Ghi)")).count(MEDICINE)
    7
    >>> mask("DefomaGhij is used&nbsp;in", Names("Ghij")).count(MEDICINE), "&" in mask("a&nbsp;b", Names("Abc"))
    (4, False)
    """
    aliases = list(names_told(names.medicine))
    cell = _ENTITY.sub(lambda found: _ENTITIES[found["name"]].ljust(len(found[0])), cell)
    original = cell
    aliases += [compiled(r"\s*/\s*").sub("/", alias) for alias in aliases if "/" in alias]
    for alias in sorted(set(aliases), key=len, reverse=True):
        cell = Names(alias).mask(cell)
        if len(alias) > 3:
            glued = rf"(?<=[A-Za-z)]){re.escape(alias)}(?=,?\s(?:is|in|as|can|may)\b)"
            cell = re.sub(glued, lambda found: MEDICINE * len(found[0]), cell)
    cell = Names("", names.substances).mask(cell)
    return _NOT_SUBJECT.sub(lambda found: original[found.start() : found.end()], cell)


_NOT_SUBJECT = re.compile(
    rf"(?:(?<=\bwith\s)|(?<=\btaking\s)|(?<=\bboth\s)|(?<=\breceiving\s)|(?<=\busing\s)|(?<=\bfailed\s)|(?<=\bmg\s)|(?<=\btolerate\s)|(?<=\bthan\s)|(?<=\bplus\s)|(?<=\bfrom\s)|(?<=\bto\s)|(?<=\bof\s)|(?<=\bby\s)|(?<=\bon\s)|(?<=\band\s)|(?<=\bor\s)|(?<=including\s))(?:{MEDICINE}+|{SUBSTANCE}+)(?:(?:,\s(?:and\s|or\s)?|\sand\s|\sor\s|\s?/\s?)(?:{MEDICINE}+|{SUBSTANCE}+))*"
    rf"|(?<=,\s)(?:{MEDICINE}+|{SUBSTANCE}+)(?![^.;\n]{{0,150}}\b(?:indicated|used|is|are|can|may)\b)"
)
"""The medicine where it is what others are given or respond to, not what is used."""


def pieces(text: str, start: int, end: int, cut: re.Pattern[str] = ITEM) -> Iterator[tuple[int, int]]:
    """Yield the spans between the cuts, never cutting inside brackets."""
    begin = start
    depth, counted = 0, start
    for found in cut.finditer(text, start, end):
        depth += text.count("(", counted, found.start()) - text.count(")", counted, found.start())
        counted = found.start()
        if depth > 0 and "\n" not in found[0] and ")" in text[counted : counted + 300]:
            continue
        depth = 0
        if "glued" in cut.groupindex and found["glued"] is not None and _GLUED_NAME.search(text, begin, found.start()):
            continue
        if text[begin : found.start()].strip():
            yield begin, found.start()
        begin = found.end()
    if text[begin:end].strip():
        yield begin, end
