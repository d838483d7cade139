"""Studies and their results: who took part, what was compared, what came out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from epargraph.extract.engine import Context, Fields, Found
from epargraph.extract.sentences import Sentence
from epargraph.extract.subjects.studies.aims import Aim, aim_of, changing, duration_of
from epargraph.extract.subjects.studies.arms import PLACEBO
from epargraph.extract.subjects.studies.clauses import Scene
from epargraph.extract.subjects.studies.mentions import Mention, by_sentence
from epargraph.extract.subjects.studies.results import results
from epargraph.extract.subjects.studies.study import Study, design, numbered
from epargraph.extract.subjects.studies.telling import Telling
from epargraph.patterns import compiled

KINDS = ("Study", "Outcome")


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield the studies in the order told, and their results, each with the number of its study."""
    telling = Telling(told)
    telling.read(by_sentence(found["Study"]))
    outcomes = list(_outcomes(telling, by_sentence(found["Outcome"]), told))
    studies = numbered(telling.studies)
    numbers = {id(study): place for place, study in studies.items()}
    for place, study in studies.items():
        yield _study(study, place)
    for of, outcome in outcomes:
        of = of or (studies[1] if len(studies) == 1 else None)
        yield outcome.having(study=numbers[id(of)]) if of and id(of) in numbers else outcome


@dataclass(frozen=True, slots=True)
class _Last:
    """The sentence before that told results, the first of these and the arms of all."""

    study: Study | None
    sentence: Sentence
    fields: Fields
    arms: tuple[str, ...]


def _outcomes(
    telling: Telling, mentions: Mapping[Sentence, list[Mention]], told: Context
) -> Iterator[tuple[Study | None, Found]]:
    """Yield the results in the order told, each with its study; what they tell of the study is added to it."""
    last: _Last | None = None
    before: Sentence | None = None
    placed = unanswered = False
    aims: list[tuple[Study | None, Aim]] = []
    assessed: dict[int, tuple[str, Sentence]] = {}
    lasted: dict[int, tuple[str, Sentence, bool]] = {}
    for sentence in told.section("benefits"):
        study, here = telling.of.get(sentence), mentions.get(sentence, [])
        for mention in here:
            if mention.sort == "assessed" and study:
                assessed[id(study)] = (mention.words("assessment"), sentence)
        if aim := aim_of(sentence, told.masked[sentence], here):
            aims.append((study, aim))
            unanswered = True
        beside = last.study if placed and last and study is None else study
        scene = replace(_scene(study, last, told), studies=telling.together(beside), placed=placed)
        if before and (changed := changing(before.text)) and _goes_on(before, sentence, told):
            scene = replace(scene, measure=changed)
        elif aims and scene.measure is None:
            scene = replace(scene, measure=aims[-1][1].measure)
        if aims and (unanswered or _goes_on(aims[-1][1].sentence, sentence, told)):
            scene = replace(scene, aim=aims[-1][1].measure, share=aims[-1][1].share)
        rows = results(sentence.text, told.masked[sentence], here, scene)
        rows = [row for row in rows if row[1].rule != "value-of-these" or _counted(study, sentence, told)]
        of_all, placed = study, any("x_place" in fields for fields, _ in rows) if rows else placed
        for told_fields, value in rows:
            fields, place = _placed(told_fields)
            study = (telling.placed(place, beside) if place else None) or of_all
            outcome = Found("Outcome", fields, value.found.sentences, value.rule, value.found.at, value.found.end)
            if value.rule == "value-of-these" and study and (those := _counted(study, sentence, told)):
                outcome = outcome.having(denominator=those[0]).also(those[1])
            if last and last.study is study and _lasts(fields, here) and _goes_on(last.sentence, sentence, told):
                outcome = outcome.having(**_time(last.fields)).also(last.sentence) if _time(last.fields) else outcome
            if before and (when_before := _opening_time(before, mentions)) and _lasts(outcome.fields, here):
                outcome = outcome.having(after=when_before) if _goes_on(before, sentence, told) else outcome
                outcome = outcome.also(before) if "after" in outcome.fields else outcome
            if scene.aim and outcome.fields["measure"] == scene.aim:
                outcome = outcome.also(aims[-1][1].sentence)
            if when := _when(outcome.fields, study, aims, here):
                outcome = outcome.having(after=when.after or "").also(when.sentence)
            elif (own := _LONG.search(sentence.text)) and _lasts(outcome.fields, here):
                outcome = outcome.having(after=f"{own['many']} {own['unit']}{'' if own['many'] == 'one' else 's'}")
            elif study and (ran := lasted.get(id(study))) and _lasts(outcome.fields, here):
                outcome = outcome.having(after=ran[0]).also(ran[1]) if not ran[2] else outcome
            if study and id(study) in assessed and _is_response(fields):
                words, where = assessed[id(study)]
                outcome = outcome.having(assessment=words).also(where)
            if named := _named_before(str(fields["measure"]), sentence, told):
                outcome = outcome.having(measure=named[0]).also(named[1])
            yield study, outcome
            _learn(study, fields, sentence, told)
        study = of_all
        before = None if rows else sentence
        unanswered = unanswered and not rows and not telling.opens(sentence)
        if study and not rows and (duration := duration_of(sentence.text)):
            known = lasted.get(id(study))
            lasted[id(study)] = (duration, sentence, bool(known and known[0] != duration))
        if rows:
            if study and "none" not in study.comparators and any(each.words("arm") == PLACEBO for each in here):
                study.compare(sentence, PLACEBO)
            arms = tuple(str(fields["arm"]) for fields, _ in rows if "arm" in fields)
            last = _Last(study, sentence, _placed(rows[0][0])[0], arms)


def _placed(fields: Fields) -> tuple[Fields, int | None]:
    """Return the fields of a result, and apart from them the place of its study."""
    place = fields.get("x_place")
    return {k: v for k, v in fields.items() if k != "x_place"}, place if isinstance(place, int) else None


def _counted(study: Study | None, sentence: Sentence, told: Context) -> tuple[int, Sentence] | None:
    """Return how many the study's people are, and where, if the sentence right before counts them: 'Of these, ...'."""
    many = study.fields.get("participants") if study else None
    before = [each for each in told.section("benefits") if each.start < sentence.start][-1:]
    if not (study and isinstance(many, int) and before and before[0] in study.sentences):
        return None
    return (many, before[0]) if re.search(rf"\b{many:,}\b", before[0].text) else None


_LONG = re.compile(r"\b[Ii]n the (?P<many>one|two|three|four|five|six|\d+)-(?P<unit>day|week|month|year) study\b")


def _is_response(fields: Fields) -> bool:
    shares = fields.get("statistic") == "proportion" and "assessment" not in fields
    return shares and fields["measure"] in ("response", "complete response")


def _scene(study: Study | None, last: _Last | None, told: Context) -> Scene:
    compared = [each for each in study.comparators if each != "none"] if study else []
    if study and study.group and not compared:
        compared = study.group.comparators
    measure = str(last.fields["measure"]) if last else None
    single = bool(study and "none" in study.compared)
    return Scene(
        told.names.medicine,
        told.names.substances,
        tuple(compared),
        single,
        measure,
        last.arms if last else (),
        last is not None and last.study is study,
        last is None or last.fields.get("statistic") == "proportion",
        last is not None and not last.arms,
    )


def _lasts(fields: Fields, mentions: list[Mention]) -> bool:
    """Return whether the time told in the sentence before holds: no other is told, and the result is no time itself."""
    timeless = "after" not in fields and not any(each.sort == "time" for each in mentions)
    return timeless and not compiled(r"month|week|year|day").search(str(fields.get("unit", "")))


def _when(
    fields: Fields, study: Study | None, aims: Sequence[tuple[Study | None, Aim]], here: list[Mention]
) -> Aim | None:
    """Return the aim that says when the result was measured, where the result doesn't."""
    if not _lasts(fields, here):
        return None
    for of, aim in reversed(aims):
        of_it = of is study or aim.every or (of is not None and study is not None and study.group is of)
        if aim.after and of_it and (aim.fits(str(fields["measure"])) or fields["measure"] == "event rate"):
            return aim
    return None


def _opening_time(sentence: Sentence, mentions: Mapping[Sentence, list[Mention]]) -> str | None:
    """Return the time that a sentence opens with, if it tells no other: 'After nine months of treatment, both ...'."""
    times = [each for each in mentions.get(sentence, []) if each.sort == "time" and each.has("after")]
    return times[0].words("after") if len(times) == 1 and times[0].start == 0 else None


def _time(fields: Fields) -> Fields:
    return {"after": fields["after"]} if "after" in fields else {}


_BARE = ("level", "levels", "score", "scores")
"""What only says how something was measured: the sentence before says of what."""


def _named_before(measure: str, sentence: Sentence, told: Context) -> tuple[str, Sentence] | None:
    """Return what is measured, in the words of one of the two sentences before, and that sentence."""
    if measure not in _BARE:
        return None
    before = [each for each in told.section("benefits") if each.start < sentence.start][-2:]
    for each in reversed(before):
        if found := re.search(
            rf"\b(?!the\b|their\b|these\b|same\b|similar\b)([a-zA-Z-]+ {measure.rstrip('s')}s?)\b", each.text
        ):
            return found[1], each
    return None


def _goes_on(before: Sentence, sentence: Sentence, told: Context) -> bool:
    """Return whether nothing stands between two sentences of one paragraph, or of a text with a sentence a line."""
    between = told.document.text[before.end : sentence.start]
    return not between.strip() and ("\n" not in between or _by_line(told))


def _by_line(told: Context) -> bool:
    """Return whether each sentence stands on a line of its own, so that lines are no paragraphs."""
    here = list(told.section("benefits"))
    ends = sum(told.document.text[each.end : each.end + 2].lstrip(" ").startswith("\n") for each in here)
    return len(here) > 5 and ends >= 0.9 * len(here)


def _learn(study: Study | None, fields: Fields, sentence: Sentence, told: Context) -> None:
    """Take from a result what it tells of its study: what the medicine was compared with, how many took part."""
    if study is None:
        return
    arm = fields.get("arm")
    if isinstance(arm, str) and not arm.startswith(told.names.medicine) and "none" not in study.comparators:
        study.compare(sentence, arm)
    study.results += 1
    if "none" in study.comparators and "participants" not in study.fields:
        study.state(sentence, participants=fields.get("denominator"))


def _study(study: Study, number: int) -> Found:
    comparators = list(study.comparators)
    sentences = list(study.sentences)
    if not comparators and study.group is not None and study.group.comparators:
        comparators = list(study.group.comparators)
        sentences += [each for each in study.group.sentences if each not in sentences]
    if "none" in comparators:
        comparators = ["none"]
        design_of_all = study.group.fields.get("design") if study.group else None
        if design_of_all:
            study.fields.setdefault("design", design_of_all)
    study.comparators[:] = comparators
    fields: Fields = {**study.fields, "number": number}
    if comparators:
        fields["comparator"] = tuple(comparators)
    if shown := design(study):
        fields["design"] = shown
    if study.plain or (study.group and study.group.plain):
        fields.pop("design", None)
    mention = study.mention.found
    evidence = tuple(sorted(set(sentences), key=lambda each: each.start))
    return Found("Study", fields, evidence, mention.rule, mention.at, mention.end)
