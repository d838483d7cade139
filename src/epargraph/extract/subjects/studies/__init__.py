"""Studies and their results: who took part, what was compared, what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from epargraph.extract.engine import Context, Fields, Found
from epargraph.extract.sentences import Sentence
from epargraph.extract.subjects.studies.mentions import Mention, by_sentence
from epargraph.extract.subjects.studies.results import Scene, directed, results
from epargraph.extract.subjects.studies.telling import Study, Telling, design, numbered

KINDS = ("Study", "Outcome")


def compose(found: Mapping[str, list[Found]], told: Context) -> Iterable[Found]:
    """Yield the studies in the order told, and their results, each with the number of its study."""
    on_studies, on_results = by_sentence(found["Study"]), by_sentence(found["Outcome"])
    telling = Telling(told)
    telling.read(on_studies)
    outcomes = list(_outcomes(telling, on_results, told))
    numbers = {id(study): number for number, study in numbered(telling.studies).items()}
    for number, study in numbered(telling.studies).items():
        yield _study(study, number)
    for study, outcome in outcomes:
        number = numbers.get(id(study)) if study else None
        yield outcome.having(study=number) if number else outcome


def _outcomes(telling: Telling, mentions: Mapping[Sentence, list[Mention]], told: Context) -> Iterator[tuple[Study | None, Found]]:
    last: tuple[Study | None, Sentence, Fields] | None = None
    assessed: dict[int, tuple[str, Sentence]] = {}
    for sentence in told.section("benefits"):
        study = telling.of.get(sentence)
        here = mentions.get(sentence, [])
        comparators = tuple(each for each in study.comparators if each != "none") if study else ()
        if study and study.group:
            comparators = comparators or tuple(study.group.comparators)
        single = bool(study and "none" in study.comparators)
        scene = Scene(told.names.medicine, told.names.substances, comparators, single)
        for mention in here:
            if mention.sort == "assessed" and study:
                assessed[id(study)] = (mention.words("assessment"), sentence)
        rows = results(sentence, told.masked[sentence], here, scene)
        if not rows and not any(each.sort == "value" for each in here):
            continue
        for fields, value in rows:
            fields = directed(fields, told.masked[sentence])
            found = Found("Outcome", fields, value.found.sentences, value.rule, value.found.at, value.found.end)
            if last and last[0] is study and "after" not in fields and _goes_on(last[1], sentence, told) and "after" in last[2]:
                if not any(each.sort == "time" for each in here) and "month" not in str(fields.get("unit", "")):
                    found = found.having(after=last[2]["after"]).also(last[1])
            if study and fields["measure"] in ("response", "complete response") and "assessment" not in fields and id(study) in assessed:
                words, where = assessed[id(study)]
                found = found.having(assessment=words).also(where)
            _learn(study, fields, sentence, told)
            if study:
                study.results += 1
            yield study, found
        if rows:
            last = (study, sentence, rows[0][0])


def _goes_on(before: Sentence, sentence: Sentence, told: Context) -> bool:
    """Return whether nothing stands between two sentences of one paragraph."""
    return not told.document.text[before.end : sentence.start].strip() and "\n" not in told.document.text[before.end : sentence.start]


def _learn(study: Study | None, fields: Fields, sentence: Sentence, told: Context) -> None:
    """Take from a result what it tells of its study: what the medicine was compared with, how many took part."""
    if study is None:
        return
    arm = fields.get("arm")
    if isinstance(arm, str) and not arm.startswith(told.names.medicine) and "none" not in study.comparators:
        study.compare(sentence, arm)
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
    study.comparators[:] = comparators
    fields: Fields = {**study.fields, "number": number}
    if comparators:
        fields["comparator"] = tuple(comparators)
    if shown := design(study):
        fields["design"] = shown
    if study.plain:
        fields.pop("design", None)
    mention = study.mention.found
    evidence = tuple(sorted(set(sentences), key=lambda each: each.start))
    return Found("Study", fields, evidence, mention.rule, mention.at, mention.end)
