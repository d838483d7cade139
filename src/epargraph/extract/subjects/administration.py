"""How the medicine is supplied, by whom and how it is given, when it stops, and how it works."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from epargraph.extract.engine import Context, Fields, Found, Match, closed_words, fields_of, reader
from epargraph.rules import MEDICINE, SUBSTANCE
from epargraph.values import plain, without_brackets

KINDS = ("Supply", "Prescriber", "Form", "Route", "TreatmentDuration", "StopRule", "Mechanism", "Precaution")

_ACTIONS = {
    "prescribed": r"\bprescribed\b",
    "started": r"\b(?:started|initiated|begun)\b",
    "supervised": r"\b(?:supervised|monitored|overseen|followed up|supervision)\b",
    "given": r"\b(?:given|administered|carried out|performed|injected|implanted|applied)\b",
}


@reader
def prescriber(match: Match, told: Context) -> Iterator[Fields]:
    """Yield who may do what: the verbs ahead of the doctor, and in what the doctor must be experienced."""
    fields = fields_of(match)
    said = re.split(r"[.;:]|\bprescription\b", match.sentence.text[: match.end])[-1]
    said = said[: len(said) - len(match.groups.get("experience", ""))]
    actions = tuple(word for word, pattern in _ACTIONS.items() if re.search(pattern, said))
    if "experience" in fields:
        words = re.split(r"\b(?:experienced?|expertise) (?:in|with|of) (?:the )?", str(fields["experience"]))[-1]
        fields["experience"] = re.split(r"(?<![’'”])\s\(", words)[0].strip()
    if actions:
        fields["action"] = actions
    if actions or "experience" in fields:
        yield fields


@cache
def _form_pattern() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return a pattern of all names of dose forms, the longest first, and the notation for each name."""
    known = dict(closed_words("Form", "dose_form") or {})
    plural = {f"{name}s": notation for name, notation in known.items() if not name.endswith("s")}
    known = plural | known
    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{names})(?!\w)", re.IGNORECASE), known


_STRENGTH = re.compile(
    r"(?P<list>\d[\d.,]*(?:(?:,|\sand|\sor)\s\d[\d.,]*)*)[\s-](?P<unit>mg|g|micrograms?|ml|IU|million IU|units|MBq|%)(?P<per>\s?/\s?(?:ml|dose|g|actuation|hour|\d+\shours))?(?![\w])"
)
_SPLIT_FORMS = re.compile(
    r"(?:,|;)?\s(?:and|or)\s(?:also\s)?(?:as|in)\s|,\sas\s|\sand\s(?=an?\s(?!solvent|liquid|diluent))"
)
_CONTAINER = {"pre-filled syringe", "pre-filled pen", "vial", "cartridge", "kit"}


@reader
def dose_forms(match: Match, told: Context) -> Iterator[Fields]:
    """Yield each pharmaceutical form with the strengths told beside it."""
    ahead = told.masked[match.sentence][: match.starts["x_forms"]]
    if re.search(rf"\breference medicine\b[^.;{MEDICINE}]{{0,60}}$", ahead):
        return
    pattern, known = _form_pattern()
    told_forms: set[str] = set()
    for part in _SPLIT_FORMS.split(match.groups["x_forms"]):
        words = re.split(r"\b(?:to treat|used to|that treats|once|twice|every|in combination|together)\b", part)[0]
        named = [known[found[0].lower()] for found in pattern.finditer(without_brackets(words))]
        form = _one_form(words, named)
        if form is None or form in told_forms:
            continue
        told_forms.add(form)
        strengths = tuple(dict.fromkeys(_strengths(words, told)))
        yield {"dose_form": form, **({"strength": strengths} if strengths else {})}


def _one_form(words: str, named: list[str]) -> str | None:
    """Return the form that the words are about: what is given, not what it is packed in."""
    lower = words.lower()
    if re.match(
        r"\s*(?:an?\s(?:course|series|total)\sof\s)?(?:an?|one|two|three|four|five|six|\d+|several|slow)\s(?:(?!for\b)[\w-]+\s){0,2}?(?:injections?|infusions?)\b",
        lower,
    ):
        return None  # how it is given, not what it is
    if re.search(r"\bpowder\b", lower) and re.search(
        r"\bto (?:be )?ma(?:k|d)e|\bmade (?:up )?into|\bmixed|\bfor\b|\bdissolved", lower
    ):
        if "infusion" in lower:
            return "powder for infusion"
        if "injection" in lower:
            return "powder for injection"
    if re.search(r"\bconcentrate\b", lower) and re.search(r"solution for (infusion|injection)", lower):
        return "concentrate for solution for infusion" if "for infusion" in lower else "solution for injection"
    plain_forms = [form for form in named if form not in _CONTAINER]
    if not plain_forms and named and re.search(r"\binjec|\bsolution\b", lower):
        return "solution for injection" if "suspension" not in lower else "suspension for injection"
    if plain_forms and plain_forms[0] == "solution" and re.search(r"\binjected\b|\binjection\b", lower):
        return "solution for injection"
    if plain_forms:
        return plain_forms[0]
    return named[0] if named else None


def _strengths(words: str, told: Context) -> Iterator[str]:
    """Yield the strengths as written; those of the substances of a combination are one strength."""
    each_substance = re.findall(
        rf"(\d[\d.,]*\s?(?:mg|g|micrograms?|IU|units))\s(?:of\s)?{SUBSTANCE}+", told.names.mask(words)
    )
    if len(each_substance) == len(told.names.substances) > 1:
        yield "/".join(each_substance)
        return
    for found in _STRENGTH.finditer(words):
        unit = found["unit"] + (found["per"] or "").replace(" ", "")
        for each in re.split(r"(?:,\s|\sand\s|\sor\s)+", found["list"]):
            yield f"{each.strip(' ,.')} {unit}"


@reader
def duration_until(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what treatment goes on until, one by one."""
    parts = re.split(
        r",?\s(?:or|and)\s(?=(?:the|side|if|it|they|unacceptable|a|until|as long as|for as long as|does|do|is|has)\b|\w+\s(?:side|becomes?|develops?|is|are)\b)",
        match.groups["x_until"],
    )
    cleaned = [re.sub(r"^(?:until|(?:for )?as long as)\s", "", part.strip(" ,")) for part in parts]
    until = tuple(part for part in cleaned if part and not re.search(r"\bdose\b.*\b(?:reached|tolerated)", part))
    if until:
        yield {"until": until}


@reader
def duration_schedule(match: Match, told: Context) -> Iterator[Fields]:
    """Yield how long a schedule is kept up, each length by itself."""
    if re.search(r"\b(?:starting|initial|first|loading|after which|then)\b", match.sentence.text):
        return
    for group, words in match.groups.items():
        if group.startswith("x_lasts"):
            yield {"lasts": words}


@reader
def stop_rule(match: Match, told: Context) -> Iterator[Fields]:
    """Yield when treatment must be stopped, and at which dose where one is named."""
    when = match.groups["when"].strip(" ,")
    fields: Fields = {"when": plain(when) if not when.lower().startswith(("the ", "a ")) else " ".join(when.split())}
    if found := re.search(
        r"\d[\d.,]*\s(?:mg|g|micrograms?|ml|IU|units|tablets?)(?:\s?/\s?\w+)?(?:\s(?:a|per|once a|twice a)\s(?:day|week))?",
        when,
    ):
        fields["at_dose"] = found[0]
    yield fields
    other = re.match(r",?\sor\s(?:if|when)\s(?P<when>[^.;:]{4,160})", match.sentence.text[match.end :])
    if other:
        yield {"when": other["when"].strip(" ,")}


_TARGET_END = re.compile(
    r"(?:,|;)?\s(?:which|that|who|where|thereby|thus|so|and\s(?:thereby\s|so\s|thus\s|then\s|also\s)?(?:blocks?|prevents?|stops?|reduc\w+|increas\w+|activat\w+|lowers?|helps?|causes?|is|are|makes?|it|its|this|the\sway|inhibits?|slows?|kills?|stimulates?)|"
    r"from\s\w+ing|in\s(?:the|a|order|patients|people|adults|children|animals|dogs|cats)|on\s(?:the|certain|some|these|cancer|immune|cells)|inside|within|found|present|involved|needed|responsible|called\sthe|by\s\w+ing|to\s(?:\w+)|at\sthe|produced|when|without|as\swell|into|(?<!receptor\s)(?<!receptors\s)for|during|so\sthat|leading|allowing|helping|causing|making|reducing|preventing|stopping|blocking|and\s\w+ing)\b|,|\s[–—-]\s|\sand\s(?=\w+s\s(?:the|its|their)\b)"
)
_NOT_TARGETS = re.compile(
    r"^(?:(?:it|them|this|these)$|(?:the )?(?:way|body|disease|growth|release|production|development|spread|symptoms?|patient(?!’s|'s)|risk|amount|effects?|action|activity|ability|(?!missing)\w+ing|body’s)|.* as foreign|(?:two|three|several|certain|some|specific) (?:proteins?|enzymes?|substances?|receptors?)$|growing|(?!missing)\w+ing\b|each other|a number|cells from)\b",
    re.IGNORECASE,
)
_ANAPHOR = re.compile(
    r"^(?:This|It|These|They|By (?:doing so|attaching|binding)|Vaccines|[^.,]{0,60}, (?:the (?:virus|vector|antibody)|(?:but )?it))\b"
)
_LEMMA = {
    "attaching to": "attaches to", "attach to": "attaches to", "attached to": "attaches to", "binding to": "binds to",
    "bind to": "binds to", "block": "blocks", "blocking": "blocks", "inhibit": "inhibits", "inhibiting": "inhibits",
    "stop": "stops", "prevent": "prevents", "replace": "replaces", "replacing": "replaces", "activate": "activates",
    "activating": "activates", "stimulate": "stimulates", "stimulating": "stimulates", "mimic": "mimics",
    "target": "targets", "neutralise": "neutralises", "recognise": "recognises",
    "preparing": "prepares", "prepare": "prepares", "teaching": "teaches", "teach": "teaches", "stopping": "stops", "deliver": "delivers", "act on": "acts on",
}  # fmt: skip


@reader
def mechanism(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what the active substance acts on and the document's verb for it."""
    subject = re.split(r"[.:]\s", match.sentence.text[: match.start])[-1]
    verb, target = match.groups["x_verb"], match.groups["x_target"]
    verb = re.sub(r"\s(?:tightly|strongly|specifically|itself)", "", " ".join(verb.split()))
    short = re.sub(r"\sthe\s(?:action|activity|effects?|activities|actions)\sof$", "", verb)
    verbs = [re.sub(r"^(?:recognis(?:es?|ing)|finds?) and ", "", short).strip("‘’'")]
    if both := re.fullmatch(r"(.+ (?:to|onto)) and (\w+)", verbs[0]):
        verbs = [both[1], both[2]]
    yield {
        "target": _target(target),
        "action": tuple(_LEMMA.get(each, each) for each in verbs),
        "x_subject": subject,
        "x_verb": verb,
    }


def _target(words: str) -> str:
    """Return the name of what is acted on, without what is told of it.

    >>> _target("a protein called EGFR, which is found on the surface of cells")
    'EGFR'
    >>> _target("this altered protein inside cancer cells")
    'this altered protein'
    """
    if named := re.match(r"[^,;]{0,60}?\b(?:called|known as)\s(?:the\s)?([^,;.]{2,80})", words):
        words = named[1]
    words = re.split(r"\b(?:and )?(?:block|prevent|stop|activate)\b", words)[0]
    words = re.sub(
        r"^(?:an? |the )?(?:working|functional|normal|healthy|correct) (?:copy|copies|version) of ", "", words
    )
    words = re.sub(r"\bhow$|\bhow\b.*", "", without_brackets(words))
    found = _TARGET_END.search(words)
    words = words[: found.start()] if found else words
    return re.sub(r"^(?:the|a|an) ", "", " ".join(words.split()).strip(" .,;‘’'\"“”"))


def _mechanisms(found: list[Found], told: Context) -> Iterator[Found]:
    """Yield one mechanism for each thing acted on by the medicine, verbs about it told next added."""
    kept: list[Found] = []
    for each in found:
        target, subject = str(each.fields["target"]), str(each.fields["x_subject"])
        sentence = each.sentences[0]
        masked = told.masked[sentence][each.at - sentence.start - len(subject) : each.at - sentence.start]
        if subject == "By " and not kept:
            masked = told.masked[sentence]
        ours = (
            SUBSTANCE in masked
            or MEDICINE in masked
            or re.search(r"active substances?", subject)
            or _ANAPHOR.match(subject)
        )
        if not ours or re.search(r"\b(?:normally|disease|patients|deficien|lack)\b", subject):
            continue
        if not target or _NOT_TARGETS.match(target) or len(target) > 90:
            continue
        same = next((i for i, k in enumerate(kept) if _akin(str(k.fields["target"]), target)), None)
        if same is not None:
            before = kept[same]
            if _ANAPHOR.match(subject) and not subject.startswith("By "):
                verbs = (*tuple(before.fields["action"]), *tuple(each.fields["action"]))  # type: ignore[arg-type]
                kept[same] = before.having(action=tuple(dict.fromkeys(verbs))).also(sentence)
            continue
        next_substance = len(told.names.substances) > 1 and SUBSTANCE in masked[-80:]
        if any(k.sentences[0] == sentence for k in kept) and not next_substance:
            continue
        if kept and SUBSTANCE not in masked and len(told.names.substances) < 2:
            continue
        kept.append(each)
    yield from kept


def _akin(one: str, other: str) -> bool:
    """Whether two names of a target speak of one thing: their last word is the same."""
    return one.lower().split()[-1].rstrip("s") == other.lower().split()[-1].rstrip("s")


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield what the rules found, forms and mechanisms once each."""
    yield from found["Supply"]
    yield from _prescribers(found["Prescriber"])
    yield from _forms(found["Form"])
    yield from found["Route"]
    yield from found["TreatmentDuration"]
    yield from _once(found["StopRule"])
    yield from _mechanisms(found["Mechanism"], told)
    yield from found["Precaution"]


def _prescribers(found: list[Found]) -> Iterator[Found]:
    experienced = [each for each in found if "experience" in each.fields]
    yield from experienced or found[:1]


def _forms(found: list[Found]) -> Iterator[Found]:
    """Yield each form once, with all its strengths."""
    forms: dict[str, Found] = {}
    for each in found:
        form = str(each.fields["dose_form"])
        if form not in forms:
            forms[form] = each
        elif "strength" not in forms[form].fields and "strength" in each.fields:
            forms[form] = forms[form].having(strength=each.fields["strength"]).also(*each.sentences)
    yield from forms.values()


def _once(found: list[Found]) -> Iterator[Found]:
    seen: set[str] = set()
    for each in found:
        when = str(each.fields.get("when"))
        if when not in seen:
            seen.add(when)
            yield each
