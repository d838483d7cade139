"""How the medicine works: what its active substances act on, and the document's verbs for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from epargraph.extract.engine import Context, Fields, Found, Match, reader
from epargraph.patterns import compiled
from epargraph.rules import MEDICINE, SUBSTANCE
from epargraph.values import without_brackets

KINDS = ("Mechanism",)

_TARGET_END = re.compile(
    r"(?:,|;)?\s(?:which|that|who|where|thereby|thus|so|and\s(?:thereby\s|so\s|thus\s|then\s|also\s)?(?:blocks?|prevents?|stops?|reduc\w+|increas\w+|activat\w+|lowers?|helps?|causes?|is|are|makes?|it|its|this|the\sway|inhibits?|slows?|kills?|stimulates?)|"
    r"from\s\w+ing|in\s(?:the|a|order|patients|people|adults|children|animals|dogs|cats)|on\s(?:the|certain|some|these|cancer|immune|cells|(?:\w+\s){1,2}cells)|inside|within|found|present|involved|needed|responsible|called\sthe|by\s\w+ing|(?:and\s)?to\s(?:\w+)|at\sthe|(?<!naturally\s)produced|when|without|as\swell|into|(?<!receptor\s)(?<!receptors\s)for|during|so\sthat|leading|allowing|helping|causing|making|reducing|preventing|stopping|blocking|and\s\w+ing)\b|,|\s[–—-]\s|\sand\s(?=\w+s\s(?:the|its|their)\b)"
)
_NOT_TARGETS = re.compile(
    r"^(?:(?:it|them|this|these)$|(?:the )?(?:way|body|disease|growth|release|production|development|spread|symptoms?|patient(?!’s|'s)|risk|amount|effects?|action|activity|ability|(?!missing)\w+ing|body’s)|.* as foreign|(?:two|three|several|certain|some|specific|particular) (?:proteins?|enzymes?|substances?|receptors?|targets?|structures?|antigens?|parts?)$|antigens?$|growing|(?!missing)\w+ing\b|each other|a number|(?:\w+ ){0,2}responses?$|cells from)\b",
    re.IGNORECASE,
)
_ANAPHOR = re.compile(
    r"^(?:This|It|These|They|The (?:antibody|monoclonal antibody|virus|vector|(?:modified )?(?:T |immune )?cells)|By (?:doing so|attaching|binding)|Vaccines|[^.,]{0,60}, (?:the (?:virus|vector|antibody)|(?:but )?it))\b"
)
_LEMMA = {
    "attaching to": "attaches to", "attach to": "attaches to", "attached to": "attaches to", "binding to": "binds to",
    "bind to": "binds to", "block": "blocks", "blocking": "blocks", "inhibit": "inhibits", "inhibiting": "inhibits",
    "stop": "stops", "prevent": "prevents", "replace": "replaces", "replacing": "replaces", "activate": "activates",
    "activating": "activates", "stimulate": "stimulates", "stimulating": "stimulates", "mimic": "mimics",
    "target": "targets", "neutralise": "neutralises", "recognise": "recognises",
    "increasing": "increases", "reducing": "reduces", "increase": "increases", "reduce": "reduces", "switching off": "switches off",
    "kill": "kills", "killing": "kills", "sticking to": "sticks to", "stick to": "sticks to",
    "targeting": "targets", "mimicking": "mimics", "neutralising": "neutralises", "destroying": "destroys",
    "interfering with": "interferes with", "acting on": "acts on", "breaking down": "breaks down", "interfere with": "interferes with",
    "preparing": "prepares", "prepare": "prepares", "teaching": "teaches", "teach": "teaches", "stopping": "stops", "deliver": "delivers", "act on": "acts on",
}  # fmt: skip


_AND_TO = re.compile(
    r"\sand\s(?:(?:to|thereby|so)\s)?(?P<verb>(?<=to\s)(?:block|inhibit|stop|activate|stimulate|neutralise)|blocks|blocking|inhibits|inhibiting|"
    r"activates|activating|stimulates|stimulating|neutralises|neutralising)\s(?:it|them|(?:its|their)\s\w+)\b(?!\sfrom)|"
    r"\sand\s(?P<verb_2>kills?)\s(?:them|the(?:se)?\s(?:\w+\s)?cells)\b"
)
_LESS_TOLD = re.compile(r"^(?:kills?|killing|taken up by)$")
_IN_THE_SAME_WAY = re.compile(r"(?:acts?|works?)\sin\s(?:exactly\s|much\s)?the\ssame\sway\sas$|acts?\slike$")
_VACCINATED = re.compile(r"\b(?:vaccine|vaccinated|given)\b[^.;]*$")
_OF_A_CLASS = re.compile(
    r"\b(?:group|class|family|type|medicines|inhibitors|antibodies|substances|drugs)\b[^.;]*\b(?:which|that)\s$"
)


@reader
def mechanism(match: Match, told: Context) -> Iterator[Fields]:
    """Yield what the active substance acts on and the document's verb for it."""
    subject = compiled(r"[.:]\s").split(match.sentence.text[: match.start])[-1]
    verb, target = match.groups["x_verb"], match.groups["x_target"]
    verb = compiled(r"\s(?:tightly|strongly|specifically|itself)").sub("", " ".join(verb.split()))
    short = compiled(r"\sthe\s(?:action|activity|effects?|activities|actions)\sof$").sub("", verb)
    verbs = [compiled(r"^(?:recognis(?:es?|ing)|finds?) and ").sub("", short).strip("‘’'")]
    if both := compiled(r"(.+ (?:to|onto)) and (\w+(?: with)?)").fullmatch(verbs[0]):
        verbs = [both[1], both[2]]
    elif further := _AND_TO.search(target):
        verbs.append(further["verb"] or further["verb_2"])
    if _IN_THE_SAME_WAY.search(short):
        verbs = [
            compiled(r"^(act|work)\b").sub(r"\1s", " ".join(compiled(r"\s(?:exactly|much)\b").sub("", short).split()))
        ]
    behind = match.sentence.text[match.starts["x_target"] :]
    two = _TWO_PLACES.match(behind) if compiled(r"attach|bind").match(verbs[0]) else None
    for each in (two["one"], two["two"]) if two else (target,):
        yield {
            "target": _target(compiled(r"^an?(?:other)?\s(?:\w+\s)?(?:called\s)?(?=[A-Z])").sub("", each)),
            "action": tuple(_LEMMA.get(verb, verb) for verb in verbs),
            "x_subject": subject,
            "x_verb": verb,
            "x_two": "two" if two else "",
            "x_from": behind if verbs[0] in ("prevents", "stops", "prevent", "stop") else "",
        }


_BY_CLAUSE = re.compile(
    r"\b(?P<which>(?:receptors?|proteins?|enzymes?|cells?|channels?|molecules?|substances?)\s(?:\(\w+\)\s)?(?:that|(?:to\s|through\s|at\s|for\s)?which)\s[^,;.()]{4,70}?)(?=[,;.]|$|\sand\s(?:so|thereby|thus|then)\b)"
)
_OUTCOME = re.compile(r"(?:stops?|prevents?|destroy|reduc|increas|stimulat|deliver|target)")
_UNNAMED = re.compile(r"(?:several|certain|some) receptors?$")
"""A target without a name: told where the text names none."""
_FROM_BEING = re.compile(r"(?:the|an?)?\s?[^.,;]{3,60}?\sfrom\sbeing\s(?:released|lost|passed)\b")
_TAKES_HOLD = re.compile(r"(?:attach|bind|block|inhibit)")
_CALLED_IN_BRACKETS = re.compile(
    r"(?:special|certain|specific|particular)\s[\w\s-]{3,60}?\(\s?[‘'“]\s?(?P<name>[^’'”()]{3,40}?)\s?[’'”]\s?\)"
)
_NAMED = re.compile(
    r"(?:(?!\b(?:responsible|involved|needed|that|which)\b|\bfor\s\w+ing\b)[^,;]){0,60}?(?:(?<=\w), )?\b(?:called|known as)\s(?:the\s)?([^,;.]{2,80})"
)
_INVOLVED = re.compile(
    r"(?:an?\s|the\s)?(?:substance|protein|enzyme|molecule|hormone|messenger)\s(?:that\sis\s)?involved\sin\s[^,;.()]{3,50}?\s(?:called|known\sas)\s"
    r"(?P<name>(?:[a-z]+\s)?[A-Z0-9][\w-]*)(?=[,.;]|$|\s)"
)
"""A target whose name stands behind what it is involved in: “a substance involved in clotting called factor Xa”."""
_NAME = r"(?:an?(?:other)?\s(?:\w+\s)?(?:called\s)?)?[A-Z][A-Za-z0-9-]{1,12}"
_TWO_PLACES = re.compile(
    rf"^[^.;]{{0,60}}?\b(?P<one>{_NAME}),?\s(?:(?:which|that)\s(?:is|are)\s)?(?:found\s|present\s)?on\s[^.;]{{3,60}}?\band\s(?:also\s)?(?:to\s)?"
    rf"(?P<two>{_NAME}),?\s(?:(?:which|that)\s(?:is|are)\s)?(?:found\s|present\s)?on\s"
)
"""Two things that one substance attaches to, each in a place of its own: “CD20 on B cells and CD3 on T cells”."""
_ABLE_CELLS = re.compile(
    r"(?:the\s)?ability\sof\s(?:the\s)?(?P<cells>(?:\w+\s){0,2}?(?:cells|bacteria|virus(?:es)?|fungi|fungus|parasites?))\sto\b"
)


def _target(words: str) -> str:
    """Return the name of what is acted on, without what is told of it.

    >>> _target("a protein called EGFR, which is found on the surface of cells")
    'EGFR'
    >>> _target("this altered protein inside cancer cells")
    'this altered protein'
    >>> _target("the receptors that a hormone called angiotensin II normally attaches to, so that")
    'receptors that a hormone called angiotensin II normally attaches to'
    >>> _target("special channels on nerve cells (‘sodium channels’) that let sodium in")
    'sodium channels'
    """
    if (told := _CALLED_IN_BRACKETS.match(words)) or (told := _ABLE_CELLS.match(words)):
        return " ".join(told[1].split())
    if compiled(r"the\s\w+\s(?:\(\w+\)\s)?(?:that|(?:to\s|through\s|at\s|for\s)?which)\s").match(words) and (
        told := _BY_CLAUSE.match(words, 4)
    ):
        return " ".join(told[1].split())
    if told := _INVOLVED.match(words):
        return " ".join(told["name"].split())
    if named := _NAMED.match(words):
        words = compiled(r"\sand\sa(?:nother)?\s").split(named[1])[0]
    words = compiled(r"\b(?:and )?(?:to )?(?:block|prevent|stop|activate)\b").split(words)[0]
    words = compiled(r"^(?:an? |the )?(?:working|functional|normal|healthy|correct) (?:copy|copies|version) of ").sub(
        "", words
    )
    words = compiled(r"\bhow$|\bhow\b.*").sub("", without_brackets(words))
    found = _TARGET_END.search(words)
    words = words[: found.start()] if found else words
    return compiled(r"^(?:the|a|an) ").sub("", " ".join(words.split()).strip(" .,;‘’'\"“”"))


def _mechanisms(found: list[Found], told: Context) -> Iterator[Found]:
    """Yield one mechanism for each thing acted on by the medicine, verbs about it told next added.

    What the text says of the class of the substance, or of a natural substance that acts alike, is told where it says no more.
    """
    kept: list[Found] = []
    others: list[Found] = []
    substances: set[str] = set()
    for each in found:
        target, subject = str(each.fields["target"]), str(each.fields["x_subject"])
        sentence = each.sentences[0]
        masked = told.masked[sentence][each.at - sentence.start - len(subject) : each.at - sentence.start]
        doer = _doer(each, masked, told)
        by = bool(compiled(r"\b[Bb]y $").search(subject))
        if subject == "By " and not kept:
            masked = told.masked[sentence]
        part = _part(subject, told)
        doer = doer or part
        gene = each.rule == "mechanism-gene"
        vaccine = target == "immune system" and bool(_VACCINATED.search(subject))
        ours = (
            vaccine
            or gene
            or part
            or SUBSTANCE in masked
            or MEDICINE in masked
            or compiled(r"active substances?|\breplacement ").search(subject)
            or _ANAPHOR.match(subject)
            or (by and doer is not None and doer not in substances)
        )
        if (
            not ours
            or subject.count("(") > subject.count(")")
            or compiled(r"\b(?:normally|disease|patients|deficien|lack)\b").search(subject)
        ):
            continue
        if (
            _OF_A_CLASS.search(subject)
            or _IN_THE_SAME_WAY.search(str(each.fields["x_verb"]))
            or vaccine
            or _LESS_TOLD.match(str(each.fields["x_verb"]))
        ):
            others.append(each)
            continue
        if target and _UNNAMED.match(target):
            others.append(each)
            continue
        if (
            not target
            or _NOT_TARGETS.match(target)
            or len(target) > 90
            or _FROM_BEING.match(str(each.fields["x_from"]))
        ):
            continue
        same = next((i for i in reversed(range(len(kept))) if _akin(str(kept[i].fields["target"]), target)), None)
        if same is not None:
            before = kept[same]
            if (_ANAPHOR.match(subject) or subject.endswith("cells ")) and not subject.startswith("By "):
                verbs = (*tuple(before.fields["action"]), *tuple(each.fields["action"]))  # type: ignore[arg-type]
                kept[same] = before.having(action=tuple(dict.fromkeys(verbs))).also(sentence)
            continue
        several = len(told.names.substances) > 1 or part is not None
        next_substance = several and (
            part not in (None, *substances) or SUBSTANCE in masked[-80:] or (by and doer not in (None, *substances))
        )
        if kept and each.fields["x_two"] and kept[-1].at == each.at:
            kept.append(each)
            continue
        if by and kept and kept[-1].sentences[0] == sentence and _OUTCOME.match(str(kept[-1].fields["x_verb"])):
            kept[-1] = each  # “stops the cells by blocking X”: the means, not the end
            continue
        if any(k.sentences[0] == sentence for k in kept) and not next_substance:
            continue
        also = compiled(rf"(?:It|{SUBSTANCE}) also $").search(masked) and _TAKES_HOLD.match(str(each.fields["x_verb"]))
        if kept and SUBSTANCE not in masked and not several and not also:
            continue
        kept.append(each)
        substances |= {doer} if doer else set()
    yield from kept or others[:1]


_SALTS = frozenset(
    "sodium disodium potassium calcium magnesium hydrochloride dihydrochloride chloride bromide acetate sulphate phosphate maleate mesilate "
    "tosilate succinate tartrate fumarate citrate monohydrate anhydrous vaccine protein insulin human virus".split()
)


def _part(subject: str, told: Context) -> str | None:
    """Return the part of a substance of two names that acts, where it is named alone: an antibody, or what it carries."""
    parts = {
        word.lower()
        for name in told.names.substances
        if len(words := name.split()) == 2 and not _SALTS & {each.lower() for each in words}
        for word in words
        if len(word) > 6
    }
    named = [word for word in compiled(r"[a-z]+").findall(subject.lower()) if word in parts]
    return named[-1] if named and " ".join(named) not in {name.lower() for name in told.names.substances} else None


def _doer(found: Found, ahead: str, told: Context) -> str | None:
    """Return the name of the substance that acts: the last one named ahead, or the one right behind “by blocking it,”."""
    sentence = found.sentences[0]
    names = list(compiled(f"{SUBSTANCE}+").finditer(ahead))
    if names:
        begin = found.at - sentence.start - len(ahead)
        return sentence.text[begin + names[-1].start() : begin + names[-1].end()].lower()
    behind = compiled(rf"[^,;.]{{4,120}},\s({SUBSTANCE}+)").match(told.masked[sentence][found.at - sentence.start :])
    if behind is None:
        return None
    begin = found.at - sentence.start + behind.start(1)
    return sentence.text[begin : begin + len(behind[1])].lower()


def _akin(one: str, other: str) -> bool:
    """Whether two names of a target speak of one thing: they end alike, and one says no more than the other.

    >>> _akin("this altered protein", "protein"), _akin("muscarinic receptors", "beta-2 receptors")
    (True, False)
    """
    words, others = one.lower().split(), other.lower().split()
    if words[-1].rstrip("s") != others[-1].rstrip("s"):
        return False
    less, more = sorted(({w.rstrip("s") for w in each} - _POINTING for each in (words, others)), key=len)
    return less <= more


_POINTING = {"thi", "these", "the", "a", "an", "those", "it", "their"}


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield the mechanisms."""
    yield from _mechanisms(found["Mechanism"], told)
