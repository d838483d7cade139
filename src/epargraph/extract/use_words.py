"""One use of a medicine, read from the words that tell it: a function from text to fields.

The text may be a statement ('used to treat adults with ...'), a bullet of a list of uses, a sentence that says more of a use
told before ('on its own in patients whose ...'), or the wording of a register ('is indicated for the treatment of ...').
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from epargraph.extract.biomarker_words import Marker, distinct, markers
from epargraph.extract.condition_words import conditions, opened, stages, without_gloss
from epargraph.extract.people_words import (
    ADJECTIVES,
    ANIMALS,
    PEOPLE,
    People,
    people,
    species,
    without_age_brackets,
)
from epargraph.extract.purpose_words import PURPOSE
from epargraph.extract.treatment_words import partners, prior
from epargraph.extract.use_clauses import clauses_of
from epargraph.kinds import Number, Value
from epargraph.patterns import compiled
from epargraph.values import plain, without_brackets


@dataclass(frozen=True, slots=True)
class Use:
    """What a text tells of one use; what it doesn't tell is empty."""

    purpose: str | None = None
    condition: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    markers: tuple[Marker, ...] = ()
    population: tuple[str, ...] = ()
    age_from: Number | None = None
    age_to: Number | None = None
    age_unit: str | None = None
    weight_from_kg: Number | None = None
    prior_treatment: str | None = None
    combined_with: tuple[str, ...] = ()
    monotherapy: bool | None = None
    species: tuple[str, ...] = ()
    excluded: str | None = None

    def under(self, base: Use) -> Use:
        """Return this use with what it doesn't tell taken from what holds for it, such as the words before bullets."""
        own_people = self.population or self.age_from is not None or self.age_to is not None
        whom = self if own_people else base
        alone = self.monotherapy or self.combined_with
        return Use(
            self.purpose or base.purpose,
            self.condition or base.condition,
            _joined(base.stage if not self.condition or not base.condition else (), self.stage),
            distinct((*base.markers, *self.markers)),
            _groups(self.population, base.population),
            whom.age_from,
            whom.age_to,
            whom.age_unit,
            self.weight_from_kg or base.weight_from_kg,
            _told_both(base.prior_treatment, self.prior_treatment),
            self.combined_with if alone else base.combined_with,
            self.monotherapy if alone else base.monotherapy,
            self.species or base.species,
            self.excluded or base.excluded,
        )

    def fields(self) -> dict[str, Value | tuple[str, ...]]:
        """Return the fields of the catalogue that are told."""
        told: dict[str, Value | tuple[str, ...] | None] = {
            "purpose": self.purpose,
            "condition": self.condition,
            "stage": self.stage,
            "biomarker": tuple(marker.name for marker in self.markers),
            "population": self.population,
            "age_from": self.age_from,
            "age_to": self.age_to,
            "age_unit": self.age_unit,
            "weight_from_kg": self.weight_from_kg,
            "prior_treatment": self.prior_treatment,
            "combined_with": self.combined_with,
            "monotherapy": self.monotherapy,
            "species": self.species,
            "excluded": self.excluded,
        }
        return {name: value for name, value in told.items() if value is not None and value != ()}


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _groups(own: tuple[str, ...], base: tuple[str, ...]) -> tuple[str, ...]:
    """Return the groups of a use under a base: 'men' of a base of adult men are adults too."""
    if not own:
        return base
    sexes = {"men", "women"}
    return _joined(base, own) if set(own) <= sexes and set(own) <= set(base) else own


def _told_both(first: str | None, second: str | None) -> str | None:
    if first and second and first != second and second not in first:
        return f"{first} and {second}"
    return second or first


_IN_ORDER = re.compile(r",?\sin\sorder\sto\s(?:prevent|reduce|avoid|minimi[sz]e)\s[^,;]+(?=[,;]|$)")
_WEIGHT_LOSS = re.compile(r"\bfor\s(?=(?:chronic\s|long-term\s)?weight\s(?:management|loss|maintenance)\b)")
_LEFT_OUT = re.compile(
    r"\((?P<who>(?:with\sthe\sexception\sof|except(?:ing|\sfor)?|excluding|other\sthan|but\snot)\s[^()]+)\)"
)
_SIDE = re.compile(r"\s(?:for|in)\swhich\s(?:\ue000+|it)\s(?:is|can\sbe)\s(?=used|given)")
_PEOPLE_FIRST = re.compile(
    rf"^(?:the\s|of\s|in\s|to\s|both\s|their\s)*(?P<who>(?:(?P<infected>(?:[\w-]+\s){{0,5}}?[\w-]+)[-\s]infected\s)?{ADJECTIVES}(?:{PEOPLE}|{ANIMALS})\b.*?)"
    rf"(?:\s(?:with|suffering\sfrom|affected\s(?:by|with)|living\swith|infected\swith|diagnosed\swith|experiencing(?:\san\sepisode\sof)?|against|having|susceptible\sto)\s(?P<what>.+))?$"
)
_IN_PEOPLE = re.compile(
    rf"(?:^|,?\s)(?:and\s|or\s)?(?:in|for|of|among|by)\s(?P<who>(?:(?:both|the|all)\s)*(?:(?P<infected>[\w-]+)[-\s]infected\s)?{ADJECTIVES}(?:{PEOPLE}|{ANIMALS})\b.*)$"
)
_FROM_AGE = re.compile(r"\s(?=(?:aged|from\s\d|from\sthe\sage|over\s\d|above\s\d|\d+\syears)\b)")
_DISEASE = re.compile(r"\bwith\s(?P<what>[\w\s,-]{0,50}?)\s(?:disease|symptoms)\b")
_HAVE = re.compile(
    r"^who\s(?:(?:already|also|still|currently)\s)*(?:have\shad\s(?:at\sleast\s)?(?:\w+\s)?(?:(?:previous|earlier)\s)?(?:episodes?|attacks?|bouts?)\sof|have|are\s(?:infected|affected|living|diagnosed)\s(?:with|by)|suffer\sfrom|are\ssuffering\sfrom|have\sbeen\sdiagnosed\swith)\s(?P<what>.+)$"
)
_WHOSE = re.compile(r"^whose\s(?P<what>.+?)\s(?:is|are|has|have|cannot|does|do|did)\s(?P<how>.+)$")
_OPERATED = re.compile(r"(?:after|following)\s(?:complete\s)?(?:surgery|resection)\s(?:of|for)\s(?P<what>.+)$")
_STAGED = re.compile(r"(?:relapsed|refractory|advanced|metastatic|locally|unresectable|recurrent)\b")
_NOT_HAD = re.compile(
    r"^(?:been|just|recently|newly|had|not|already|received|taken|tried|responded|undergone|failed|never|previously|enough|normal|an?\s(?:weakened|increased|high)|"
    r"(?:specific|certain|particular|one\sof|one\sor|a\s|both|two|mutations?|at\sleast|low|high|no\s|or\s|reduced|problems))\b"
)
_NOT_RESISTANT = re.compile(r"\b(?:is|are)\snot\s(?:\w+\s)?resistant\sto\b")
_EXCLUDED = re.compile(
    r"\b(?:is|are)\snot\s(?:\w+\s)?resistant\sto\b|^(?:in\sthe\sabsence\sof|except|excluding|but\snot|without|unless|other\sthan)\b|\bnot\s(?:developed|have)\s(?:[a-z]+\s){0,3}(?:resistan|mutation)|\bno\s(?:known\s|evidence\sof\s)?(?:[a-z-]+\s)?(?:mutations?|resistance)|\bdo(?:es)?\snot\shave\s(?:[a-z]+\s){0,3}(?:mutations?|changes?|resistan)"
)
_RISKS = re.compile(r"\brisk\sfactors?\b|\bsuch\sas\b")
_AGAIN = re.compile(r"^\s(?:their|its|the|it|them|this|these)\b[^,;]{0,30}$|^\s(?:their|its)\b")
_CONTRAINDICATED = re.compile(r"\bcontra-?indicat")
_ONLY_INTOLERANT = re.compile(r"^(?:are\s|is\s)?(?:[\w-]+[-\s])?(?:intoleran|(?:who\s)?(?:do\snot|cannot)\stolerate)")
_PESTS = re.compile(rf"{ADJECTIVES}{ANIMALS}(?:(?:,\s|\sand\s){ANIMALS})*\s(?:by|with|caused\sby)\s(?P<what>.+)$")
_AND = re.compile(r"(?:\b(?:and|or|as\swell\sas)\s(?:to\s)?|,\s)$")
_BOTH_WAYS = re.compile(r"\s\(without\s[\w\s-]{3,40}\)|\s\((?=with\s[\w\s-]{3,40}\))(?P<with>[^()]*)\)")
"""The partner of 'as monotherapy (without levodopa) or as adjunct therapy (with levodopa)'."""
_INFECTED = re.compile(
    r"(?:human[-\s]immunodeficiency[-\s]virus(?:[-\s](?:type[-\s])?1)?|human\sleukocyte\santigen)\s\((?P<short>HIV(?:-1)?|HLA)\)-(?P<rest>infected|[A-Z]+\*[\d:]+)"
)
_FAILED_OR = re.compile(
    r"\s(?:who\s)?(?P<what>(?:(?:have\s)?failed\sto\srespond\sto|(?:are|have\sbeen)\s(?:inadequately\scontrolled\sby|intolerant\sto)),?\sor\s(?:who\s)?have\sa\scontraindication\sto,?\s[^.;]{5,200})"
)
"""What psoriasis is treated after: 'failed to respond to, or have a contraindication to, or are intolerant to other ...'."""
_SURGERY = re.compile(r"\b(?:surgery|operation|transplant(?:ation)?|replacement|resection)\b")
_OF_SURGERY = re.compile(r"(?:[\w-]+\s){0,2}(?:pain|inflammation|nausea|vomiting|bleeding|swelling)\b")
_MEDICAL = re.compile(
    r"\b(?:treat(?:ed|ment|ments)|therap(?:y|ies)|medicines?|chemotherapy|radiotherapy|inhibitors?|antibiotics?|respon\w+|failed|[a-z]+(?:mab|nib))\b"
)
_TWO_WAYS = re.compile(
    r",?\s(?:either\s)?as\s(?P<one>mono|(?:dual\s)?combination\s)therapy(?P<first>\s(?:in|when|for)\s.{3,300}?),?\s(?:or|and)\sas\s(?P<other>mono|(?:dual\s)?combination\s)therapy(?P<second>\s.+)$"
)
_CLINICAL = re.compile(
    r"\s(?:the\s)?(?:[\w-]+\s){0,2}?(?:(?:clinical\s)?signs|mortality|lesions|viraemia|(?:virus|viral|bacterial|oocyst)\s(?:shedding|excretion|load|replication)|infections?|colonisation|shedding|excretion)\b"
)
_UNTREATED = re.compile(
    r"\bpreviously\s(?:un)?treated\b(?!\s(?:and|or)\s)|\b(?:chemotherapy|treatment)[-\s]na[iï]ve\b|(?<=with\s)untreated\b(?!\s(?:and|or)\s)"
)
_UNCONTROLLED = re.compile(r"(?:not|no longer|inadequately|poorly|insufficiently|uncontrolled|controlled|well)\b")
_GENERAL = re.compile(r"^(?:disease|condition|cancer|infection|tumours?|symptoms|illness|cancer\scells|their)\b")


def uses(text: str) -> list[Use]:
    """Return the uses that a text tells, in the order told; a use without a condition says more of one told elsewhere.

    >>> [use] = uses("used to treat adults with advanced defoma (cancer of the def) that is HER2-positive")
    >>> use.purpose, use.condition, use.stage, use.population, use.fields()["biomarker"]
    ('treatment', ('defoma',), ('advanced',), ('adults',), ('HER2 positive',))
    >>> [(use.purpose, use.condition) for use in uses("to treat stroke and to prevent stroke from coming back")]
    [('treatment', ('stroke',)), ('prevention', ('stroke',))]
    >>> [(u.monotherapy, u.combined_with) for u in uses("used on its own or together with abcmab to treat defoma")]
    [(True, ()), (None, ('abcmab',))]
    >>> [(u.population, u.stage) for u in uses("defosis in adults with severe disease and in children with mild disease")]
    [(('adults',), ('severe',)), (('children',), ('mild',))]
    >>> uses("used in patients whose disease has got worse after chemotherapy")[0].prior_treatment
    'disease has got worse after chemotherapy'
    """
    ways = _TWO_WAYS.search(text) if "combination therapy" in text else None
    if ways and ways["one"] != ways["other"]:
        head = text[: ways.start()]
        each = ((ways["one"], ways["first"]), (ways["other"], ways["second"]))
        texts = [f"{head}{' as monotherapy' if how == 'mono' else ''}{rest}" for how, rest in each]
        return [use for one in texts for use in _uses(one)]
    return list(_uses(text))


@lru_cache(maxsize=256)
def _uses(text: str) -> tuple[Use, ...]:
    """Return the uses; the words before bullets are asked for with each of them."""
    whole = " ".join(text.replace("\u2011", "-").split()).strip(" .;:")
    if " in order to " in whole and PURPOSE.search(whole.split(" in order to ")[0]):
        whole = _IN_ORDER.sub("", whole)
    if "therapy (with" in whole:
        whole = _BOTH_WAYS.sub(lambda found: f" {found['with']}" if found["with"] else "", whole)
    if ")-" in whole:
        whole = _INFECTED.sub(r"\g<short>-\g<rest>", whole)
    plainly = _WEIGHT_LOSS.sub("for the treatment of ", whole)
    plainly = _SIDE.sub(" ", f" {without_gloss(without_age_brackets(opened(plainly)))} ")
    found: list[Use] = []
    failed = _FAILED_OR.search(plainly) if "contraindication" in plainly else None
    if failed:
        plainly = f"{plainly[: failed.start()]} {plainly[failed.end() :]}"
    for way in partners(" ".join(plainly.split())):
        main, clauses = clauses_of(way.rest)
        base = _of_clauses(clauses)
        if failed and not base.prior_treatment:
            base = replace(base, prior_treatment=plain(failed["what"]))
        if way.monotherapy or way.combined_with:
            base = replace(base, combined_with=way.combined_with, monotherapy=way.monotherapy or None)
        if not base.prior_treatment and (untreated := _UNTREATED.search(" ".join(main))):
            base = replace(base, prior_treatment=untreated[0])
        stated = _of_main(main)
        if not stated[0].condition and not base.condition:
            base = replace(base, condition=_condition_of_clauses(clauses))
        found += _under(stated, base)
    named = markers(whole)
    if named:
        found = [replace(use, markers=named) for use in found]
    if left_out := _LEFT_OUT.search(whole):
        found = [replace(use, excluded=use.excluded or plain(left_out["who"])) for use in found]
    if not any(use.stage for use in found) and (lay := stages(without_brackets(whole), named=False, lay=True)):
        found = [replace(use, stage=lay) if use.purpose != "prevention" else use for use in found]
    return tuple(dict.fromkeys(found))


def _under(stated: list[Use], base: Use) -> list[Use]:
    """Return the uses with what the clauses tell.

    Of several purposes, treatment before is told of the last; an operation whose consequences are prevented is none.
    """
    several = len({use.purpose for use in stated}) > 1 and len({(use.condition, use.stage) for use in stated}) > 1
    found = []
    for number, use in enumerate(stated):
        mine = base
        before = base.prior_treatment
        after_surgery = before and _SURGERY.search(before) and not _MEDICAL.search(before)
        of_surgery = use.purpose == "prevention" or any(_OF_SURGERY.match(name) for name in use.condition)
        if (several and number < len(stated) - 1) or (of_surgery and after_surgery):
            mine = replace(base, prior_treatment=None)
        found.append(use.under(mine))
    return found


def _of_clauses(clauses: list[str]) -> Use:
    """Return what the dependent clauses tell: stages, treatment before, who is left out, the condition if they name it."""
    use = Use()
    before: list[str] = []
    for clause in clauses:
        told = None if _NOT_RESISTANT.search(clause) else prior(clause)
        if told:
            before.append(told)
        elif before and prior(clause, after_another=True):
            before.append(clause)
        if _EXCLUDED.search(clause):
            use = replace(use, excluded=use.excluded or plain(clause))
            continue
        if (
            (have := _HAVE.match(clause))
            and not _NOT_HAD.match(have["what"])
            and not told
            and (not markers(have["what"]) or _STAGED.match(have["what"]))
        ):
            names, gone = conditions(have["what"])
            use = replace(use, condition=use.condition or names, stage=_joined(use.stage, gone))
        own = clause if not told else compiled(r"\b(?:after|previous|received\sprior)\b").split(clause)[0]
        stage = _joined(stages(own), stages(clause, named=False, lay=True))
        if (
            stage
            and "risk of" not in clause
            and not (told and compiled(r"\b(?:severe|moderate|mild)\b").search(clause))
        ):
            use = replace(use, stage=_joined(use.stage, stage))
        whom = people(clause) if not _RISKS.search(clause) else People()
        if whom.age_from is not None or whom.weight_from_kg is not None:
            use = _for(use, replace(whom, population=()))
    if any(_CONTRAINDICATED.search(clause) for clause in clauses):
        before = [told for told in before if not _ONLY_INTOLERANT.search(told)]
    if before:
        use = replace(use, prior_treatment=plain(" and ".join(before)))
    return use


def _condition_of_clauses(clauses: list[str]) -> tuple[str, ...]:
    """Return the condition that 'whose ... is not controlled' names."""
    for clause in clauses:
        if operated := _OPERATED.match(clause):
            return conditions(operated["what"])[0]
        found = _WHOSE.match(clause)
        if found and _UNCONTROLLED.match(found["how"]) and not _GENERAL.match(found["what"]) and not markers(clause):
            return conditions(found["what"])[0]
    return ()


def _for(use: Use, whom: People) -> Use:
    if whom == People():
        return use
    return replace(
        use,
        population=_joined(use.population, whom.population),
        age_from=use.age_from if use.age_from is not None else whom.age_from,
        age_to=use.age_to if use.age_to is not None else whom.age_to,
        age_unit=use.age_unit or whom.age_unit,
        weight_from_kg=use.weight_from_kg or whom.weight_from_kg,
    )


def _of_main(pieces: list[str]) -> list[Use]:
    """Return the uses that the main clause tells: one for each purpose with what it is for."""
    told: list[Use] = []
    shared = Use()
    for piece in pieces:
        marks = [mark for mark in PURPOSE.finditer(piece) if not _inside(piece, mark)]
        if not marks:
            alternatives = _object(piece)
            for use in alternatives if not told else alternatives[:1]:
                shared = use.under(shared) if shared.condition == () or not use.condition else shared
                if not told and len(alternatives) > 1 and not shared.purpose:
                    told = alternatives
                    shared = Use()
                    break
            continue
        before = _object(piece[: marks[0].start()])[0]
        shared = before.under(shared)
        waiting: list[str] = []
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            words = piece[mark.end() : following.start() if following else len(piece)]
            purpose = "treatment" if mark.lastgroup in ("weak", "both") else str(mark.lastgroup)
            if purpose == "prevention" and told and told[-1].purpose == "treatment" and told[-1].condition:
                before_mark = piece[: mark.start()].rstrip()
                if mark[0].startswith("for") and not before_mark.endswith((",", " and", " or", ")", " and/or")):
                    continue
            if (
                mark.lastgroup == "weak"
                and "reduce" in mark[0]
                and (_AND.search(piece[: mark.start()]) or (shared.species and not told))
                and (shared.species or waiting == ["prevention"] or (told and told[-1].purpose == "prevention"))
                and _CLINICAL.match(words)
            ):
                use = _object(words)[0]
                if told and use.condition:
                    told[-1] = replace(told[-1], condition=_joined(told[-1].condition, use.condition))
                elif use.condition:
                    told.append(replace(use, purpose="prevention"))
                    waiting = []
                continue
            if mark.lastgroup == "both":
                waiting.append("prevention")
            if mark.lastgroup == "weak" or (purpose == "diagnosis" and _of_patients(words)):
                whose = _patients_of(words)
                words = whose if mark.lastgroup == "weak" or _object(whose)[0].condition else words
            elif purpose == "diagnosis" and shared.condition:
                words = ""
            if mark.lastgroup == "weak" and "reduce" in mark[0] and shared.condition:
                continue
            for use in _object(words, against=purpose == "prevention"):
                if mark.lastgroup == "weak" and not use.condition and told:
                    continue
                if not use.condition and told and _AGAIN.match(words):
                    use = replace(use, condition=told[-1].condition)
                if not use.condition and following and not words.strip(" ,"):
                    waiting.append(purpose)
                    continue
                if not use.condition and following and (use.species or use.population or use.age_from is not None):
                    shared = use.under(shared)
                    waiting = [purpose]
                    continue
                for each in dict.fromkeys((*waiting, purpose)):
                    told.append(replace(use, purpose=each))
                waiting = []
    if not told:
        return [shared]
    if any(use.condition for use in told) and len(told) > 1:
        told = [use for use in told if use.condition]
    return [use.under(shared) for use in told]


def _inside(text: str, mark: re.Match[str]) -> bool:
    """Whether a purpose is that of another medicine or of a part of the sentence, not of the use."""
    return bool(
        compiled(
            r"\b(?:medicines?|used|needed|need|needs|aim|surgery|operation|able|unable|order|bacteria|cells)\s$"
        ).search(text[: mark.start()])
        and not compiled(r"\bused\s$").search(text[: mark.start()])
        and mark.start() > 30
        and "order" not in text[: mark.start()][-8:]
    )


def _of_patients(words: str) -> bool:
    found = _IN_PEOPLE.search(words)
    return bool(found and " with " in found["who"])


def _patients_of(words: str) -> str:
    """Return the people of 'to lower ... in people with ...', whose condition it is; else the words if they name a disease."""
    found = _IN_PEOPLE.search(words)
    if found and compiled(r"\s(?:with|suffering\sfrom)\s").search(found["who"]):
        return found[0].strip(" ,")
    return (
        words
        if compiled(
            r"\s(?:[\w-]+\s){0,5}(?:disease|infections?|seizures|pain|diabetes|hypertension|attacks|bleeding|(?:pre-?term\s)?(?:birth|labour)|(?:signs|symptoms|duration|occurrence|incidence|severity|frequency|progression)\sof)\b"
        ).match(words)
        else (found[0].strip(" ,") if found else "")
    )


_IS_USED = re.compile(r"^(?:used|indicated|intended|given|authorised|recommended|for\suse)\b")
_FOR = re.compile(r"^for\s(?!use\b)(?=the\b|[a-z])")
_AND_PEOPLE = re.compile(rf"\s(?:and|or)\s(?=(?:in\s)?{ADJECTIVES}{PEOPLE}\b)")
_WITH_WHAT = re.compile(r"\b(?:(?<!treated\s)with|suffering\sfrom|affected\sby|against)\s(?P<what>.+)$")
_WITH_ON = re.compile(r"\s(?:with|suffering\sfrom)\s.*")


def _object(words: str, *, against: bool = False) -> list[Use]:
    """Return what and whom the words after a purpose name; two uses where two groups have stages of their own."""
    words = " ".join(words.split()).strip(" ,;.:")
    words = _FOR.sub("", _IS_USED.sub("", words).strip())
    if against:
        words = words.replace(" and against ", " and ").replace(" or against ", " or ")
    if against and (split := compiled(r"\bagainst\s").search(words)):
        who, what = words[: split.start()], words[split.end() :]
        use = _object(what)[0]
        return [_animals(_for(use, people(who)), who)]
    if first := _PEOPLE_FIRST.match(words):
        names, gone = conditions(first["what"]) if first["what"] else ((), ())
        if first["infected"]:
            names = (plain(first["infected"]),)
        who = f"{first['who']} {_ages_after(first['what'] or '')}"
        return [_animals(_for(Use(condition=names, stage=gone), people(who)), words)]
    found = _IN_PEOPLE.search(words)
    what = words[: found.start()].removesuffix(", for use") if found else words
    who = found["who"] if found else ""
    names, gone = conditions(what)
    parts = _AND_PEOPLE.split(who) if who else []
    apart = [_DISEASE.search(part) for part in parts]
    if len(parts) > 1 and all(apart) and names:
        return [
            _for(Use(condition=names, stage=_joined(gone, stages(each["what"]))), people(part))
            for part, each in zip(parts, apart, strict=True)
            if each
        ]
    named = _WITH_WHAT.search(who)
    if pests := _PESTS.match(who) if what.rstrip().endswith(("infestation", "infestations")) else None:
        names = conditions(pests["what"])[0]
    elif named and not names:
        names, gone = conditions(named["what"])
    elif named and (disease := _DISEASE.search(who)):
        gone = _joined(gone, stages(disease["what"]))
    inside = _WITH_ON.sub("", who) + " " + _ages_after(named["what"] if named else "")
    use = Use(condition=names, stage=gone)
    if who:
        use = _for(use, people(inside))
    if not who or not names:
        use = _for(use, replace(people(what), population=()))
    return [_animals(use, words)]


def _ages_after(words: str) -> str:
    found = _FROM_AGE.search(words)
    return words[found.start() :] if found else ""


def _animals(use: Use, words: str) -> Use:
    found = species(words)
    return replace(use, species=found) if found else use
