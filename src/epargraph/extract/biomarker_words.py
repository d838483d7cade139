"""Biomarkers, recognised by their form: a gene's or protein's name with a change of it or its status."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from epargraph.patterns import compiled
from epargraph.rules.literals import Sieve


@dataclass(frozen=True, slots=True)
class Marker:
    """A gene or protein with the change (`alteration`) or the `status` that matters."""

    gene: str
    alteration: str | None = None
    status: str | None = None

    @property
    def name(self) -> str:
        """Return how an indication names it.

        >>> Marker("EGFR", "exon 20 insertion").name, Marker("HER2", None, "positive").name, Marker("PD-L1").name
        ('EGFR exon 20 insertion', 'HER2 positive', 'PD-L1')
        """
        return " ".join(part for part in (self.gene, self.alteration, self.status) if part)


_SYMBOL = (
    r"(?:HLA-[A-Z]{1,4}\d?(?:\*\d+(?::\d+)*)?|PD-L?1|(?!(?:DNA|RNA|EU|EMA|CHMP|PCR|CT|MRI|PET|UK|IU|HDL|LDL|NSCLC|SCLC|AML|ALL|CLL|CML|"
    r"GIST|HSC|HSCT|IHC\d?\+?|PSA|AIDS|COVID|COPD|ECG|USA)\b)(?![A-Z]{2,3}V\b)(?![IVX]+\b)(?![A-Z]\d{2,5}[A-Z]?\b)[A-Z](?=[A-Za-z0-9.-]*[A-Z0-9])[A-Z0-9]{1,7}(?:\.\d{1,2})?(?:-?[A-Z0-9]{1,3})?[αβγδ]?)"
)
"""A gene symbol or a protein's short name: capitals and digits, as HGNC writes them."""

_PROTEIN_CHANGE = r"(?:p\.)?(?:[A-Z]\d{1,5}(?:[A-Z*]|del|fs|ins)?|\d{3,4}[a-z]{3})"
_EXON = r"exon\s\d{1,2}(?:\s\([A-Z]\d+[A-Z]\))?\s(?:skipping|insertions?|deletions?|substitutions?|mutations?)"
_CHANGE = (
    r"(?:(?:gene\s)?fusions?\s(?:or|and)\s(?:other\s)?rearrangements?|(?:gene\s)?rearrangements?\s(?:or|and)\sfusions?|(?:gene\s)?fusions?|"
    r"(?:gene\s)?rearrangements?|mutations?|amplifications?|deletions?|translocations?|insertions?|duplications?|inactivations?|variants?|"
    r"alterations?|changes?|defects?|abnormalit(?:y|ies)|overexpression)"
)
_QUOTE = r"[‘’“”'\"]?\s?"
_KIND = (
    r"(?:(?:somatic|germline|activating|inactivating|specific|certain|particular|genetic|harmful|common|susceptible|responsive|"
    r"nonsense|missense|sensitising|sensitizing|pathogenic|biallelic|bi-allelic|gene|susceptibility|loss-of-function|loss\sof\sfunction|"
    r"one\sor\smore|other|disease-causing)\s)*"
)
_STATUS = r"(?P<status>positive|negative|high|low|deficient|mutated|mutant|rearranged|amplified|wild[-\s]type|overexpressing|expressing|driven|mutation[-\s]positive)"
_BETWEEN = r"(?:\s\([^()]{1,60}\))?"

_SPECIFIC = re.compile(
    rf"\b(?P<gene>{_SYMBOL}){_BETWEEN}\)?\s(?:gene\s|genes\s|with\s)?{_QUOTE}(?P<change>{_PROTEIN_CHANGE}(?:\s(?:or|and)\s{_PROTEIN_CHANGE})?(?![\w-])|{_EXON})"
)
_EXON_AFTER = re.compile(
    rf"(?P<change>{_EXON}|\b{_PROTEIN_CHANGE}(?=\smutation))(?:\smutations?)?(?:\s\([^()]{{1,40}}\))?\s(?:in|of)\s(?:the\s)?(?:gene\s)?(?:for\s[\w\s]{{1,40}}called\s)?(?P<gene>{_SYMBOL})\b"
)
_ARM = re.compile(
    r"\b(?P<gene>\d{1,2}[pq])\s(?P<change>deletion)s?\b|\b(?P<change_2>deletion)\s(?P<gene_2>\d{1,2}[pq])\b"
)
_EXON_NAMED = re.compile(
    rf"\b(?P<change>{_EXON}|{_PROTEIN_CHANGE}(?=\s(?:gene\s)?mutation))(?:\s(?:gene\s)?mutations?)?{_BETWEEN}\s(?:in|of|affecting)\s[^,.;:()]{{3,120}}?\s\((?P<gene>{_SYMBOL})\)"
)
_CHANGE_AFTER = re.compile(
    rf"\b(?P<gene>{_SYMBOL})(?P<more>(?:(?:,\s|\s(?:or|and)\s|/)(?:{_SYMBOL}|\d))*){_BETWEEN}\)?[-\s](?:gene\s|genes\s)?{_KIND}(?P<change>{_CHANGE})\b"
)
_IN_GENE = re.compile(
    rf"\b(?P<change>{_CHANGE}){_BETWEEN}\s(?:(?:is|are|was|were|found|located|occurs?|called|known\sas|named|occurring)\s)*"
    rf"(?:in|of|affecting|involving|to)\s(?:both\scopies\sof\s|either\sof\s|one\sof\s|at\sleast\sone\scopy\sof\s)?(?:certain\s)?"
    rf"(?:the\s|their\s|a\s|two\s|one\sof\s|genes?\s|specific\s|particular\s|either\s)*(?:genes?\s|proteins?\s)?"
    rf"(?:(?:for|of|that\s(?:makes?|produces?|encodes?)|producing|encoding|responsible\sfor)\s(?:producing\s|making\s)?(?:an?\s|the\s)?(?:proteins?|receptors?|enzymes?|substance)\s)?"
    rf"(?:(?:called|known\sas|named)\s)?{_QUOTE}(?P<gene>{_SYMBOL})(?![\w])(?P<more>(?:{_QUOTE}(?:,\s|\s(?:or|and)\s|/)(?:of\s)?(?:the\s)?(?:gene\s)?{_QUOTE}(?:{_SYMBOL}|\d)(?!\w))*)"
)
_CHANGE_CALLED = re.compile(
    rf"\b(?P<gene>{_SYMBOL})\s(?:gene\s)?{_KIND}{_CHANGE}{_BETWEEN}\s(?:called|known\sas|named)\s{_QUOTE}(?P<change>{_PROTEIN_CHANGE})(?![\w-])"
)
_NAMED_IN_FULL = re.compile(
    rf"\b(?P<change>{_CHANGE}){_BETWEEN}\s(?:in|of|affecting)\s[^,.;:()]{{3,120}}?\s\((?P<gene>{_SYMBOL})\)"
)
_NAMED_CHANGE = re.compile(
    rf"\b(?P<change>{_CHANGE}){_BETWEEN}\s(?:called|known\sas|named)\s(?:an?\s|the\s)?{_QUOTE}(?P<gene>{_SYMBOL})\b(?!\s?(?:gene|mutation|fusion))"
)
_WITH_STATUS = re.compile(
    rf"\b(?P<gene>{_SYMBOL}(?:/neu)?)(?P<more>(?:(?:,\s|\s(?:or|and)\s)(?:{_SYMBOL}))*){_BETWEEN}\)?{_QUOTE}(?:-|–|\s){_STATUS}(?:\s(?:or\s)?{_QUOTE}(?P<other>low|high|positive|negative))?\b(?!\s(?:levels|blood|doses?|risk|enough))"
)
_SHORT_NAMED = re.compile(
    r"\b(?:molecule|antigen|ligand|factor|glycoprotein|antibody)\s\((?P<gene>(?=[A-Za-z0-9-]*[A-Z][A-Za-z0-9-]*[A-Z])[A-Za-z0-9-]{3,9})\)[-\s](?P<status>positive|negative)\b"
)
_ANTIBODY = re.compile(
    r"\b(?P<gene>anti-?[A-Za-z0-9-]+(?:\s(?!antibod)[A-Za-z0-9-]+)?(?:\s\([A-Za-z0-9-]{2,9}\))?\santibod(?:y|ies))[-\s](?P<status>positive|negative)\b"
)
_EXPRESSION = re.compile(rf"\b(?P<gene>{_SYMBOL})\s(?:protein\s|tumou?r\s)?expression\b")
_PLUS = re.compile(rf"\b(?P<gene>{_SYMBOL}|Ph)\s?\+(?!\w)(?!\s(?:T[-\s])?(?:cells?|lymphocytes?)\b)")
_RECEPTOR = re.compile(
    rf"\b(?P<gene>(?:(?:hormone|o?estrogen|progesterone|androgen|folate|acetylcholine|somatostatin)[-\s]receptor(?:s|\salpha|\sα)?|"
    rf"Philadelphia[-\s]chromosome|mismatch[-\s]repair|micro-?satellite\sinstability|homologous\srecombination|claudin\s18\.2|"
    rf"rheumatoid\sfactor)){_BETWEEN}{_QUOTE}[-–\s]{_STATUS}\b",
    re.IGNORECASE,
)
_HAVE_RECEPTORS = re.compile(
    r"\b(?:have|has|with|express(?:es|ing)?)\s(?:(?:a|the|many|large\samounts\sof|receptors?|certain|special)\s)*(?P<gene>hormone|o?estrogen|somatostatin)\sreceptors?\b(?![-\s](?:positive|negative))"
)
_EXPRESSED = re.compile(
    rf"\b(?:express(?:es|ed|ing)?|produc(?:es?|ed|ing)|mak(?:es?|ing)|overexpress(?:es|ed|ing)?|(?:ha(?:s|ve|ving)|with|contain(?:s|ing)?|carry(?:ing)?|carries)(?=\s(?:[a-z]+\s){{0,6}}(?:proteins?|receptors?|levels?|amounts?|quantities|expression|antigen)\b))\s"
    rf"(?P<how>(?:(?:enough|the|an?|certain|too\smuch|high|large|higher|low|very|significant|sufficient|levels?|amounts?|quantities|quantity|expression|of|on|many|copies|cells|protein|proteins|receptor|receptors|antigen|"
    rf"molecule|marker|substance|target|tumour|cell|surface|specific|particular)\s)*)"
    rf"(?:(?:called|known\sas|named|of)\s)?{_QUOTE}(?P<gene>{_SYMBOL})\b(?!\s(?:gene|mutation|fusion|inhibitor|therapy|infection|medicines?|treatment|symptoms))"
)
_PROTEIN_NAMED = re.compile(
    rf"\b(?P<how>high\slevels|large\samounts|low\slevels|too\smuch|lots|small\samounts)?\s?(?:of\s)?(?:an?|the|certain)\s(?:[\w-]+\s){{0,3}}(?:protein|receptor|marker|antigen|molecule)s?\s(?:on\s[^,.;]{{3,50}}\s)?(?:called|known\sas|named)\s{_QUOTE}"
    rf"(?P<gene>{_SYMBOL})\b"
)
_FULL_NAME = re.compile(
    r"\b(?P<gene>(?:[a-z]+[-\s]){1,4}(?:receptor|kinase|protein)s?(?:\s\d)?)\s\((?P<short>[A-Za-z0-9-]{2,9})\)[-\s](?P<change>mutations?|fusions?|rearrangements?|positive|negative|deficient|high|low)"
)
_LOWER_GENE = re.compile(
    rf"\b(?P<change>mutations?|deletions?|defects?){_BETWEEN}\s(?:in|of|affecting)\s(?:both\scopies\sof\s)?the\s(?:gene\sfor\s(?:the\sprotein\s)?)?(?P<gene>[a-z][a-z0-9-]{{3,20}})(?:\sgene)\b"
)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]")
"""What every symbol has."""
_LIST = re.compile(rf"{_SYMBOL}|(?<=/)\d|(?<=or\s)\d|(?<=and\s)\d")
_POSITIVE = {"expressing": "positive", "overexpressing": "high", "driven": "positive", "mutation positive": "mutated"}
_AS_CHANGE = {
    "mutated": "mutation",
    "mutant": "mutation",
    "rearranged": "rearrangement",
    "amplified": "amplification",
    "mutated ": "mutation",
}
_CHANGES = {"change", "alteration", "defect", "abnormality"}
_VAGUE = {*_CHANGES, "mutation", "variant"}
_ABNORMAL = {"dMMR": ("mismatch repair", "deficient"), "MSI-H": ("microsatellite instability", "high")}
_SHORT = re.compile(r"\b(?P<short>dMMR|MSI-H)\b")


def _singular(change: str) -> str:
    change = compiled(r"^gene\s").sub("", " ".join(change.split()))
    change = compiled(r"abnormalities").sub("abnormality", change)
    return compiled(r"\b(\w+[a-z])s\b").sub(
        lambda found: found[1] if not found[0].endswith(("ss", "us")) else found[0], change
    )


def _with(gene: str, status: str) -> Marker:
    status = " ".join(status.lower().replace("-", " ").split())
    if status in _AS_CHANGE:
        return Marker(gene, _AS_CHANGE[status])
    return Marker(gene, None, _POSITIVE.get(status, status))


def _genes(first: str, more: str | None) -> Iterator[str]:
    """Yield the genes of a list; 'BRCA1/2' names two."""
    yield first
    for each in _LIST.findall(more or ""):
        yield compiled(r"\d+$").sub("", first) + each if each.isdigit() else each


_SIEVE = Sieve(
    {
        "plus": _PLUS,
        "arm": _ARM,
        "specific": _SPECIFIC,
        "exon after": _EXON_AFTER,
        "exon named": _EXON_NAMED,
        "change called": _CHANGE_CALLED,
        "change after": _CHANGE_AFTER,
        "in gene": _IN_GENE,
        "named change": _NAMED_CHANGE,
        "named in full": _NAMED_IN_FULL,
        "short named": _SHORT_NAMED,
        "antibody": _ANTIBODY,
        "expressed": _EXPRESSED,
        "protein named": _PROTEIN_NAMED,
        "with status": _WITH_STATUS,
        "expression": _EXPRESSION,
        "receptor": _RECEPTOR,
        "have receptors": _HAVE_RECEPTORS,
        "short": _SHORT,
        "full name": _FULL_NAME,
        "lower gene": _LOWER_GENE,
    }
)


def _read(text: str) -> Iterator[tuple[int, Marker]]:
    """Yield the markers and where they stand; most texts name none, and what each form can't do without is looked for first."""
    forms = _SIEVE.left(text)
    if not forms:
        return
    symbols = _CAPITALS.search(text) is not None
    if symbols:
        yield from _by_symbol(text, forms)
    for found in _found(text, forms, "plus"):
        gene = "Philadelphia chromosome" if found["gene"] == "Ph" else found["gene"]
        yield found.start(), Marker(gene, None, "positive")
    for found in _found(text, forms, "arm"):
        yield found.start(), Marker(found["gene"] or found["gene_2"], "deletion")
    yield from _by_receptor(text, forms)
    if symbols:
        yield from _made(text, forms)
    yield from _in_full(text, forms)


def _found(text: str, forms: Mapping[str, re.Pattern[str]], *names: str) -> Iterator[re.Match[str]]:
    """Yield the matches of the named forms, of which only those are tried that may match."""
    for name in names:
        if name in forms:
            yield from forms[name].finditer(text)


def _by_symbol(text: str, forms: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[int, Marker]]:
    for found in _found(text, forms, "specific", "exon after", "exon named", "change called"):
        change = compiled(r"\s\([^)]*\)").sub("", found["change"])
        change = _singular(change) if change.startswith("exon") else change
        yield found.start(), Marker(found["gene"], change)
    for found in _found(text, forms, "change after", "in gene", "named change", "named in full"):
        more = found.groupdict().get("more")
        change = "mutation" if compiled(r"\(mutations?\)").search(found[0]) else _singular(found["change"])
        for gene in _genes(found["gene"], more):
            yield found.start(), Marker(gene, change)
    for found in _found(text, forms, "with status"):
        for gene in _genes(found["gene"], found["more"]):
            yield found.start(), _with(gene, found["status"])
    for found in _found(text, forms, "short named", "antibody"):
        yield found.start(), _with(compiled(r"antibodies$").sub("antibody", found["gene"]), found["status"])
    for found in _found(text, forms, "expression"):
        yield found.start(), Marker(found["gene"], None, "positive")


def _by_receptor(text: str, forms: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[int, Marker]]:
    for found in _found(text, forms, "receptor"):
        gene = compiled(r"[-\s]+").sub(" ", found["gene"])
        yield found.start(), _with(gene if gene.startswith("Ph") else gene.lower(), found["status"])
    for found in _found(text, forms, "have receptors"):
        yield found.start(), Marker(f"{found['gene'].lower()} receptor", None, "positive")
    for found in _found(text, forms, "short"):
        gene, status = _ABNORMAL[found["short"]]
        yield found.start(), Marker(gene, None, status)


def _made(text: str, forms: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[int, Marker]]:
    for found in _found(text, forms, "expressed", "protein named"):
        how = found["how"] or ""
        level = (
            "low"
            if "low" in how or "small" in how
            else "high"
            if compiled(r"high|large|too much|lots").search(how)
            else "positive"
        )
        if _denied(text, found.start()):
            level = "negative"
        yield found.start(), Marker(found["gene"], None, level)


def _in_full(text: str, forms: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[int, Marker]]:
    for found in _found(text, forms, "full name"):
        change = found["change"]
        given = found["short"] if compiled(_SYMBOL).fullmatch(found["short"]) else " ".join(found["gene"].split())
        yield (
            found.start(),
            _with(given, change)
            if change in ("positive", "negative", "deficient", "high", "low")
            else Marker(given, _singular(change)),
        )
    for found in _found(text, forms, "lower gene"):
        if found["gene"] not in ("same", "gene", "following", "certain"):
            yield found.start(), Marker(found["gene"], _singular(found["change"]))


_WITHOUT = re.compile(
    r"\b(?:(?:do|does|did)\snot\s(?:have|carry|express|produce|make|harbour|contain)|without|no|lack(?:s|ing)?|absence\sof|other\sthan|not\senough\sto\s(?:count|be\sclassed|be\sconsidered)\sas)\s(?:[\w-]+,?\s){0,6}$"
)
"""Words that deny the biomarker that they stand before."""


def _denied(text: str, place: int) -> bool:
    before = text[max(0, place - 80) : place].rstrip() + " "
    return before.endswith((" not ", "n’t ")) or bool(_WITHOUT.search(before))


_SHORTER = re.compile(
    r"(\b(?:hormone|o?estrogen|progesterone|androgen|folate)[-\s]receptors?|\bPhiladelphia[-\s]chromosome|\bmismatch[-\s]repair|\binstability)\s\([A-Za-z+]{2,5}\)(?=[-–\s](?:positive|negative|high|low|deficient)\b)",
    re.IGNORECASE,
)


def markers(text: str) -> tuple[Marker, ...]:
    """Return the biomarkers that the text names, in the order named, each once and as precise as told.

    >>> [m.name for m in markers("whose tumours have a mutation called KRAS G12C")]
    ['KRAS G12C']
    >>> [m.name for m in markers("HER2-positive and hormone receptor-positive breast cancer")]
    ['HER2 positive', 'hormone receptor positive']
    >>> [m.name for m in markers("with EGFR exon 20 insertion mutations, ROS1-positive, or with a BRAF V600 mutation")]
    ['EGFR exon 20 insertion', 'ROS1 positive', 'BRAF V600']
    >>> [m.name for m in markers("mutations (changes) in both copies of the gene ABCA4 or of the gene RPE65")]
    ['ABCA4 mutation', 'RPE65 mutation']
    >>> [m.name for m in markers("a fusion or other rearrangement in the gene FGFR2")]
    ['FGFR2 fusion or other rearrangement']
    >>> [m.name for m in markers("whose cancer cells produce a protein called PD-L1 (on the surface) and HIV-1 infection")]
    ['PD-L1 positive']
    >>> [m.name for m in markers("who have the F508del mutation in the CFTR gene")]
    ['CFTR F508del']
    >>> [m.name for m in markers("do not produce large quantities of a receptor called HER2 or have no EGFR mutation")]
    ['HER2 negative']
    >>> [m.name for m in markers("epidermal growth factor receptor (EGFR) activating mutations, a deletion 5q, HER2 (HER2)-low")]
    ['EGFR mutation', '5q deletion', 'HER2 low']
    >>> [m.name for m in markers("mismatch repair deficient (dMMR) or microsatellite instability-high (MSI-H)")]
    ['mismatch repair deficient', 'microsatellite instability high']
    """
    told: dict[Marker, int] = {}
    text = " ".join(text.split()).replace("PD L1", "PD-L1")
    text = _SHORTER.sub(r"\1", text) if "(" in text else text
    for place, marker in sorted(_read(text), key=lambda each: each[0]):
        if marker.status == "negative" or not _denied(text, place):
            told.setdefault(marker, place)
    return distinct(told)


def distinct(told: Iterable[Marker]) -> tuple[Marker, ...]:
    """Return the markers without those that another one of the same gene tells more exactly.

    >>> [m.name for m in distinct([Marker("KRAS", "change"), Marker("KRAS", "G12C"), Marker("ALK")])]
    ['KRAS G12C', 'ALK']
    """
    listed = list(dict.fromkeys(told))
    return tuple(each for each in listed if not any(_says_more(other, each) for other in listed if other is not each))


def _says_more(other: Marker, than: Marker) -> bool:
    if other.gene != than.gene:
        return False
    if not than.alteration and not than.status:
        return True
    changed = bool(other.alteration) and other.alteration not in _CHANGES
    if than.alteration in _CHANGES:
        return changed or bool(other.status)
    if than.alteration:
        return changed and other.alteration not in _VAGUE and than.alteration in _VAGUE
    if than.status in ("positive", "mutated") and changed:
        return True
    return other.status == "positive" and than.status == "high"
