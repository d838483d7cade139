"""Doses: amounts, schedules, roles and people told in a sentence, put together into the steps of a treatment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from epargraph.extract.dose_circumstances import with_condition, with_people
from epargraph.extract.engine import Context, Fields, Found, Match, fields_of, reader
from epargraph.extract.ladders import Step, ordered
from epargraph.extract.other_medicines import of_another
from epargraph.extract.sentences import Sentence
from epargraph.patterns import compiled
from epargraph.values import number

KINDS = ("Dose",)

_COUNTED = re.compile(
    r"(?:tablet|capsule|sachet|puff|inhalation|drop|spray|injection|vial|application|implant|lozenge|ampoule|syringe|pipette|actuation|pump)s$"
)
_ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}
_OTHER = {"other": 2, "second": 2, "third": 3, "fourth": 4}
_LINK = re.compile(
    r"^(?:\s?\([^)]*\))?,?\s?(?:and|or|then|to|if|needed|necessary|,|\s|required|up|further|again|even|later|possibly)*$"
)
_ALTERNATIVE = re.compile(r"^[^.;:]{0,60}?(?:\bor\b|\band\b|,)")
_SUBJECT = re.compile(
    r"\b(?:dos(?:e|es|age)|given|giv(?:e|ing)|take[ns]?|taking|receiv(?:e|es|ed)|inject(?:ed|ion|ions|s)?|infus(?:ed|ion|ions)|"
    r"appl(?:y|ied|ication)|starts?|(?:re)?started|resumed|inhal(?:e|ed|ations?)|drops?|tablets?|capsules?|patch|used|(?:should|must|can|may) use|activity|instilled|continue[ds]?)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"\b(?:stop(?:ped)?|discontinued?)\b", re.IGNORECASE)
_MOST = 20
"""Amounts that a sentence can tell: one with more is a table that lost its lines, and is left unread."""

_LIMITS = {"maximum", "minimum"}
_BETWEEN = re.compile(r"\bbetween $")


@reader
def dose_amount(match: Match, told: Context) -> Iterator[Fields]:
    """Yield an amount with its unit, per kilogram or square metre where the text says so."""
    fields = fields_of(match)
    unit = " ".join(match.groups["unit"].split())
    fields["unit"] = unit[:-1] if _COUNTED.search(unit) else unit
    per = match.groups.get("x_slash") or match.groups.get("x_per")
    if per:
        fields["per"] = "kg" if per.startswith("k") else "m2"
    if match.groups["amount"].lower() == "half a":
        fields["amount"] = 0.5
    if "amount" not in fields:
        return
    others = [
        value
        for each in compiled(r",\s|\s(?:or|and)\s").split(match.groups.get("x_or", ""))
        if (value := number(each)) is not None
    ]
    if len(others) == 1 and _BETWEEN.search(match.sentence.text[: match.start]):
        fields["amount_to"], others = others[0], []
    if "x_daily" in match.groups:
        fields |= {"times": 1, "every": 1, "every_unit": "day"}
    yield fields
    for amount in others:
        yield fields | {"amount": amount}


@reader
def dose_schedule(match: Match, told: Context) -> Iterator[Fields]:
    """Yield how often a dose is given: so many times in every so many days, weeks or hours."""
    said = match.groups
    times = number(compiled(r"\s(?:to\s\w+\s)?times$").sub("", said.get("x_times", "once")))
    unit = said.get("x_unit") or said.get("x_unit_2")
    every = number(said["x_every"]) if "x_every" in said else 1
    adverb = " ".join(said.get("x_adverb", "").split())
    if adverb:
        unit, every = ("week", 2) if "fortnight" in adverb else (_ADVERBS[adverb], 1)
    if "x_other" in said:
        every = _OTHER[said["x_other"].strip()]
    if times is not None and every is not None and unit:
        yield {"times": times, "every": every, "every_unit": unit}


@reader
def dose_part_of_day(match: Match, told: Context) -> Iterator[Fields]:
    """Yield that a dose belongs to a part of the day, with its amount where the unit is left out (“and one at night”)."""
    amount = 0.5 if match.groups.get("x_amount") == "half" else number(match.groups.get("x_amount", ""))
    yield {"times": 1} if amount is None else {"times": 1, "amount": amount}


@reader
def dose_cycle(match: Match, told: Context) -> Iterator[Fields]:
    """Yield the days of treatment within the days of a cycle."""
    on, off = number(match.groups["x_on"]), number(match.groups["x_off"])
    if isinstance(on, int) and isinstance(off, int) and match.groups["x_unit"].startswith(match.groups["x_unit_2"]):
        yield {"cycle": f"{on} of {on + off} {match.groups['x_unit']}"}


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield the doses of the medicine: each amount with the schedule, role and people that its sentence gives it."""
    by_sentence: dict[Sentence, list[Found]] = {}
    for each in sorted(found["Dose"], key=lambda one: one.at):
        by_sentence.setdefault(each.sentences[0], []).append(each)
    steps: list[Step] = []
    standing: Found | None = None
    usual: Sentence | None = None  # the last sentence that spoke of the recommended dose
    here: list[Sentence] = []
    for sentence in told.section("use", "what"):
        before, here = here, [sentence]
        mentions = by_sentence.get(sentence, [])
        amounts = _amounts(mentions, sentence, told, usual, bool(steps))
        if not amounts:
            usual = next((each.sentences[0] for each in mentions if each.fields.get("role") == "recommended"), usual)
            schedule = [each for each in mentions if each.rule.startswith("dose-schedule")]
            behind = bool(steps) and before == [steps[-1].found.sentences[0]]
            of_medicine = (behind or len(schedule) == 1) and _is_about_the_medicine(told.masked[sentence])
            timed = any(each.rule == "dose-infusion-time" for each in mentions) and "nfusion" in sentence.text
            if behind and (of_medicine or timed):
                more = _with_more(steps[-1], mentions, schedule)
                if more is not steps[-1]:
                    steps[-1] = more
                    continue
            if len(schedule) == 1 and of_medicine:
                standing = schedule[0]
                if lasting := [each for each in mentions if each.rule == "dose-infusion-time"]:
                    standing = standing.having(**lasting[0].fields)
            if _tells_of_another(mentions, sentence, told):
                continue
            if schedule and sentence.section == "use" and not _STOP.search(sentence.text):
                yield from _without_amount(schedule, told)
            continue
        placed = _in_sentence(amounts, mentions, sentence)
        if (
            usual
            and "role" not in placed[0].found.fields
            and _IT_IS.search(sentence.text[: placed[0].start - sentence.start])
        ):
            named = placed[0].stating({"role": "recommended"})
            placed[0] = replace(named, found=named.found.also(usual))
        usual = next((each.sentences[0] for each in mentions if each.fields.get("role") == "recommended"), usual)
        if standing and all("times" not in step.found.fields for step in placed):
            placed = [
                step
                if step.found.fields.get("role") in _LIMITS
                else replace(
                    step.stating(standing.fields), found=step.stating(standing.fields).found.also(*standing.sentences)
                )
                for step in placed
            ]
        steps += placed
    yield from (
        step.found for step in ordered(steps, {each: place for place, each in enumerate(told.section("use", "what"))})
    )


def _with_more(step: Step, mentions: Sequence[Found], schedules: Sequence[Found]) -> Step:
    """Return the dose with the schedule and the infusion time that the sentence behind it tells (“It is given every week”)."""
    if step.found.fields.get("role") in _LIMITS:
        return step
    if len(schedules) > 1:
        schedules = [
            each
            for each in schedules
            if _AFTERWARDS.search(each.sentences[0].text[: each.at - each.sentences[0].start])
        ]
    changes = any(
        compiled(r"\b(?:until|then|first|initially)\b").search(each.sentences[0].text)
        and not _AFTERWARDS.search(each.sentences[0].text[: each.at - each.sentences[0].start])
        for each in schedules
    )
    told = [each for each in mentions if each.rule == "dose-infusion-time"]
    if "times" not in step.found.fields and len(schedules) == 1 and not changes:
        told = [*schedules, *told]
    for each in told:
        more = step.stating(each.fields)
        step = replace(more, found=more.found.also(*each.sentences)) if more.found.fields != step.found.fields else step
    return step


def _without_amount(schedules: Sequence[Found], told: Context) -> Iterator[Found]:
    """Yield a schedule told without an amount, where the sentence is about the medicine and tells just one."""
    if len(schedules) == 1 and "every" in schedules[0].fields:
        sentence = schedules[0].sentences[0]
        if _is_about_the_medicine(told.masked[sentence]):
            yield schedules[0]


def _tells_of_another(mentions: Sequence[Found], sentence: Sentence, told: Context) -> bool:
    """Whether an amount in the sentence is that of another medicine, to which the schedule then belongs."""
    masked = told.masked[sentence]
    amounts = [(each.at - sentence.start, each.end - sentence.start) for each in mentions if each.rule == "dose-amount"]
    return any(of_another(masked[:start], masked[end:]) for start, end in amounts[:_MOST])


def _is_about_the_medicine(masked: str) -> bool:
    return _GIVEN_SO.search(masked) is not None and not _CHECKED.search(masked)


_GIVEN_SO = re.compile(
    r"(?:^|[.;,]\s|\b)(?:\ue000+|[Tt]he (?:medicine|vaccine|dose|injections?|infusions?)|[Ii]t)[^.;]{0,120}?\b(?:given|taken|used|injected|infused|applied)\b"
)
_CHECKED = re.compile(r"\b(?:monitor|check|review|tested|scan)")


_AFTERWARDS = re.compile(r"\b(?:after that|thereafter|from then on|afterwards)\b[^.;]*$", re.IGNORECASE)
"""What stands ahead of the schedule that the treatment keeps, after first doses that were given otherwise."""
_FOR_SO_MANY = re.compile(r"\s(?:per|for (?:each|every))\s(?:\d|ml\b|millilitre|litre|decilitre|dl\b)")
_GIVEN = ("injection", "infusion", "dose")
_IT_IS = re.compile(r"\bit (?:is|should be|was) (?:increased to |reduced to )?$")


def _amounts(
    mentions: Sequence[Found], sentence: Sentence, told: Context, usual: Sentence | None, before: bool
) -> list[Step]:
    """Return the amounts that are doses of this medicine, in the order of the sentence."""
    text = sentence.text
    barred = [(each.at, each.end) for each in mentions if each.rule == "dose-not"]
    counted = [(each.at, each.end) for each in mentions if each.rule == "dose-schedule-course"]
    amounts = [each for each in mentions if each.rule == "dose-amount"]
    if not amounts or len(amounts) > _MOST:
        return []
    roles = [each for each in mentions if each.rule.startswith("dose-role")]
    stop = _STOP.search(text)
    kept: list[Step] = []
    for each in amounts:
        place = each.at - sentence.start
        spans = [*barred, *counted] if each.fields["unit"] in _GIVEN else barred
        if any(start < each.end and each.at < end and not each.at < start < end <= each.end for start, end in spans):
            continue
        if stop and place > stop.start() and not any(role.at > sentence.start + stop.start() for role in roles):
            continue
        goes_on = (before or usual) and _IT_IS.search(text[:place])
        if not roles and not goes_on and not _SUBJECT.search(text):
            continue
        if each.fields["unit"] == "kg" or _FOR_SO_MANY.match(text[each.end - sentence.start :]):
            continue  # what the patient weighs, or so much for each of so many kilograms
        if each.fields["unit"] in _GIVEN and any("every" in o.fields for o in mentions) and before:
            continue  # how often the dose told before is given
        masked = told.masked[sentence]
        if of_another(masked[:place], masked[each.end - sentence.start :]):
            continue
        if compiled(r"[^,;.]{0,12}\b(?:of water|of alcohol|tall|bottle|cartridge)").match(
            text[each.end - sentence.start :]
        ):
            continue
        kept.append(
            Step(Found("Dose", dict(each.fields), (sentence,), each.rule, each.at, each.end), each.at, each.end)
        )
    return _ranges(kept, sentence)


def _ranges(amounts: Sequence[Step], sentence: Sentence) -> list[Step]:
    """Return the amounts, the two of “between 10 mg and 20 mg” as one range."""
    kept: list[Step] = []
    for step in amounts:
        last = kept[-1] if kept else None
        if (
            last
            and sentence.text[last.end - sentence.start : step.start - sentence.start] == " and "
            and _BETWEEN.search(sentence.text[: last.start - sentence.start])
            and last.found.fields["unit"] == step.found.fields["unit"]
            and "amount_to" not in last.found.fields
        ):
            joined = last.stating({**step.found.fields, "amount_to": step.found.fields["amount"]})
            kept[-1] = replace(joined, end=step.end)
        else:
            kept.append(step)
    return kept


_NAMED_BY_SCHEDULE = re.compile(r"\b([Dd]aily|[Ww]eekly|[Mm]onthly) doses?\b[^.;,]*$")
_SAME_PEOPLE = re.compile(
    r"\bor\b|(?:up to|with|to) a maximum (?:dose )?of $|\band the (?:maximum|maintenance) dose is\b"
)


def _in_sentence(amounts: Sequence[Step], mentions: Sequence[Found], sentence: Sentence) -> list[Step]:
    """Return the sentence's doses with what it says of each."""
    steps: list[Step] = []
    roles = [each for each in mentions if each.rule.startswith("dose-role")]
    schedules = [each for each in mentions if each.rule.startswith("dose-schedule")]
    for index, step in enumerate(amounts):
        before = amounts[index - 1].end if index else sentence.start
        after = amounts[index + 1].start if index + 1 < len(amounts) else sentence.end
        if steps and steps[-1].start == step.start:
            step = step.stating({k: v for k, v in steps[-1].found.fields.items() if k == "role"})
        step = _with_role(step, steps, roles, sentence, before, after)
        schedule = _schedule(step, schedules, sentence, index, before, after)
        if schedule:
            step = step.stating(schedule.fields)
        elif not schedules and (
            named := _NAMED_BY_SCHEDULE.search(sentence.text, before - sentence.start, step.start - sentence.start)
        ):
            step = step.stating({"times": 1, "every": 1, "every_unit": _ADVERBS[named[1].lower()]})
        elif re.search(
            r"\ba single $" + ("|\\ba (?:single )?loading dose" if step.found.fields.get("role") == "loading" else ""),
            sentence.text[: step.start - sentence.start],
        ):
            step = step.stating({"times": 1})
        for rule in ("dose-cycle", "dose-infusion-time", "dose-course-interval"):
            inside = [each for each in mentions if each.rule == rule and step.end <= each.at < after]
            if rule == "dose-infusion-time" and not inside and index == 0:
                inside = [each for each in mentions if each.rule == rule and each.at < step.start]
            if inside:
                step = step.stating(inside[0].fields)
        step = with_condition(step, mentions, before, after, sentence)
        step = with_people(step, mentions, sentence, before, after)
        if steps and _SAME_PEOPLE.search(sentence.text[steps[-1].end - sentence.start : step.start - sentence.start]):
            step = step.stating({k: v for k, v in steps[-1].found.fields.items() if k in ("population", "when")})
        steps.append(step)
    return _parts_of_the_day(_chained(steps, sentence), mentions)


def _parts_of_the_day(steps: list[Step], mentions: Sequence[Found]) -> list[Step]:
    """Return the doses, those of “two in the morning and one in the evening” as given each day."""
    parts = [each for each in mentions if each.rule == "dose-part-of-day"]
    if len(parts) < 2 or any("every" in step.found.fields for step in steps):
        return steps
    done: list[Step] = []
    for index, step in enumerate(steps):
        after = steps[index + 1].start if index + 1 < len(steps) else parts[-1].end
        own = [each for each in parts if step.end <= each.at < after]
        if own and own[0].at <= step.end + 1:
            step = step.stating({"times": 1, "every": 1, "every_unit": "day"})
        done.append(step)
        for each in own[1:]:
            if "amount" in each.fields and done:
                again = {**step.found.fields, "amount": each.fields["amount"]}
                found = Found("Dose", again, step.found.sentences, each.rule, each.at, each.end)
                done.append(Step(found, each.at, each.end))
    return done


def _schedule(
    step: Step, schedules: Sequence[Found], sentence: Sentence, index: int, before: int, after: int
) -> Found | None:
    """Return the schedule of the amount: the first told behind it, else one told ahead of it in its clause."""
    behind = [each for each in schedules if step.end <= each.at < after]
    clause = compiled(r";|\bfollowed by\b|\band then\b").split(sentence.text[step.end - sentence.start :])[0]
    near = [each for each in behind if each.at < step.end + len(clause)]
    repeated = [each for each in near if "every" in each.fields]
    ahead = [each for each in schedules if before <= each.at < step.start]
    ahead = [
        each
        for each in ahead
        if not _closes_bracket(sentence.text[each.end - sentence.start : step.start - sentence.start])
    ]
    if ahead and _BARE_OF.fullmatch(sentence.text[ahead[-1].end - sentence.start : step.start - sentence.start]):
        return repeated[0] if repeated and "every" not in ahead[-1].fields else ahead[-1]
    single = [each for each in ahead if "every" not in each.fields]
    if single and not near:
        return single[-1]
    if near:
        return near[0] if "every" in near[0].fields or not repeated else repeated[0]
    if ahead and index == 0 and not _crosses_clause(sentence, ahead[-1].end, step.start):
        return ahead[-1]
    return behind[0] if len(behind) == 1 and ";" not in clause else None


def _closes_bracket(between: str) -> bool:
    """Whether the schedule stands in a bracket that ends before the amount: it is that of what the bracket tells."""
    return ")" in between and "(" not in between.split(")")[0]


_BARE_OF = re.compile(r"\s(?:of\s|(?:at|in|with)\san?\s(?:\w+\s)?dose\sof\s)?")


def _crosses_clause(sentence: Sentence, start: int, end: int) -> bool:
    return bool(compiled(r";|, (?:and|but) the\b").search(sentence.text[start - sentence.start : end - sentence.start]))


def _with_role(
    step: Step, told: Sequence[Step], roles: Sequence[Found], sentence: Sentence, before: int, after: int
) -> Step:
    ahead = [each for each in roles if before <= each.at < step.start and each.at >= _clause_start(sentence, step)]
    ahead = [
        each for each in ahead if not told or each.at > told[-1].end + 1
    ]  # “a 300 mg loading dose” names the one ahead
    colon = sentence.text.rfind(": ", 0, step.start - sentence.start) + sentence.start
    if not ahead and not any(each.start < colon for each in told):
        ahead = [
            each for each in roles if each.at < colon
        ]  # “The dose is lowered: ...”, “The dose depends on ...: it is ...”
    behind = sentence.text[step.end - sentence.start : after - sentence.start]
    if found := compiled(r"(?:[^.;,]{0,40}?\bas (?:a|the))? (\w+) (?:\w+ )?dose\b").match(behind):
        named = {"starting": "starting", "maintenance": "maintenance", "loading": "loading", "initial": "starting"}
        if found[1] in named:
            return step.stating({"role": named[found[1]]})
    if ahead:
        specific = [each for each in ahead if each.fields["role"] != "recommended"] or ahead
        role = specific[-1].fields["role"]
        return step.stating({"role": role})
    if compiled(r"(?:[^.;,\d]{0,30})?\s(?:is|are) recommended\b").match(behind):
        return step.stating({"role": "recommended"})
    if told:
        between = sentence.text[told[-1].end - sentence.start : step.start - sentence.start]
        last = told[-1].found.fields.get("role")
        listed = between.endswith(", ") and compiled(r"\bor \d").search(sentence.text[step.end - sentence.start :])
        joined = (listed or compiled(r"\b(?:or|and|then to|to)\b").search(between)) and not compiled(
            r"[;:]|followed by|\bcontinu"
        ).search(between)
        if last and last not in _LIMITS and _IT_IS.search(between):
            return step.stating({"role": last})
        if last == "recommended" and compiled(r",? followed by $").search(between):
            return step.stating({"role": last})
        if last in ("starting", "loading") and compiled(r"\bthen\b").search(between):
            return step
        if last and joined and (last not in _LIMITS or between == " or "):
            return step.stating({"role": last})
    return step


def _clause_start(sentence: Sentence, step: Step) -> int:
    """Return where the clause of the amount begins: a semicolon ends one."""
    ahead = sentence.text[: step.start - sentence.start]
    return sentence.start + max(ahead.rfind("; "), ahead.rfind(": "), 0)


_UP_TO_MAXIMUM = re.compile(
    r",?\s(?:of\sbody\sweight\s|body\sweight,?\s)?(?:up\sto|with|to)\sa\smaximum\s(?:single\s)?(?:dose\s)?of\s"
)


def _chained(steps: list[Step], sentence: Sentence) -> list[Step]:
    """Give an amount without a schedule that of the next one, where only a conjunction stands between them."""
    for index in range(len(steps) - 2, -1, -1):
        step, following = steps[index], steps[index + 1]
        between = sentence.text[step.end - sentence.start : following.start - sentence.start]
        linked = "every" not in step.found.fields and "every" in following.found.fields and _LINK.match(between)
        if linked or ("times" not in step.found.fields and _UP_TO_MAXIMUM.fullmatch(between)):
            steps[index] = step.stating(
                {k: v for k, v in following.found.fields.items() if k in ("times", "every", "every_unit")}
            )
        if between == " or ":
            steps[index] = steps[index].stating(
                {k: v for k, v in following.found.fields.items() if k in ("population", "when")}
            )
        if "per" not in step.found.fields and "per" in following.found.fields and _LINK.match(between):
            steps[index] = steps[index].stating({"per": following.found.fields["per"]})
    for index in range(1, len(steps)):
        told, step = steps[index - 1].found.fields, steps[index]
        between = sentence.text[steps[index - 1].end - sentence.start : step.start - sentence.start]
        alike = told.get("unit") == step.found.fields.get("unit") and told.get("per") == step.found.fields.get("per")
        if "times" not in step.found.fields and "every" in told and alike and _OR_TO.search(between):
            steps[index] = step.stating({k: v for k, v in told.items() if k in ("times", "every", "every_unit")})
    return steps


_OR_TO = re.compile(r"^[^;:.]{0,30},? or (?:to )?$|\band(?: then)?,?(?: if [^;:.,]{3,40},?)? to $")
"""Between a dose with its schedule and another one that is given as often: “20 mg once a day, or 10 mg in ...”."""
