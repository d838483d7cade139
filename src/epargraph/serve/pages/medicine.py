"""The page of a medicine: its facts by section beside the text they were read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from epargraph.serve.answers import Answers, iri
from epargraph.serve.pages import charts, copies
from epargraph.serve.pages.passages import Paragraph, facts_by_words, paragraphs
from epargraph.serve.pages.past import past_of
from epargraph.serve.pages.record import Cell, cells
from epargraph.serve.pages.registries import linked
from epargraph.serve.pages.site import answers_of, missing, page, page_path, thing
from epargraph.serve.pages.standing import standing
from epargraph.serve.pages.told import Fact, Source, Told, told
from epargraph.serve.pages.verdicts import said
from epargraph.serve.pages.wording import Shown, lead, shown
from epargraph.serve.pages.words import day


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page, with the kinds of facts that stand there."""

    name: str
    title: str
    kinds: tuple[str, ...]


SECTIONS = (
    Section("uses", "What it is used for", ("Indication", "Biomarker")),
    Section(
        "use",
        "How it is used",
        (
            "Supply",
            "Prescriber",
            "TestRequirement",
            "Form",
            "Route",
            "Dose",
            "TreatmentDuration",
            "StopRule",
            "Precaution",
        ),
    ),
    Section("work", "How it works", ("Mechanism",)),
    Section("benefits", "What studies showed", ("Study", "Outcome")),
    Section("risks", "Risks", ("AdverseEffect", "Contraindication")),
    Section("why", "Why it is authorised", ("Conclusion", "Rationale", "ReferenceMedicine")),
    Section("terms", "On what terms", ("Authorisation", "Designation")),
    Section("awaited", "What is still owed", ("Obligation", "Review")),
    Section("measures", "Measures for safe use", ("SafetyMeasure",)),
    Section("words", "Words explained", ("Definition",)),
    Section("itself", "The medicine and its documents", ("Medicine", "Document")),
)
"""The sections of the page, in the order of an overview."""

_WARNINGS = """SELECT DISTINCT ?focus ?value ?severity ?message ?quote WHERE {{
  VALUES ?focus {{ {things} }}
  ?result sh:focusNode ?focus ; sh:resultMessage ?message ; sh:resultSeverity ?severity .
  OPTIONAL {{ ?result sh:value ?value }} OPTIONAL {{ ?result epar:quote ?quote }}
}} ORDER BY ?message ?quote"""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader should look at: where it stands on the page, in words, with the quotes that it is about.

    `label` says what it is, where it is a person's verdict; `aside` that the fact is set aside by it.
    """

    place: str
    serious: bool
    message: str
    quotes: tuple[str, ...] = ()
    label: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class StudyShown:
    """A study with its results; None for results of which no study is told."""

    study: Shown | None
    measures: tuple[charts.Measure, ...]


@dataclass(frozen=True, slots=True)
class SourceShown:
    """A source beside the facts: an overview as paragraphs, a register's record as cells."""

    source: Source
    title: str
    paragraphs: tuple[Paragraph, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A section with what stands in it."""

    section: Section
    facts: tuple[Shown, ...]


async def medicine(request: Request) -> Response:
    """Show all that is told of a medicine."""
    answers, name = answers_of(request), thing(request)
    try:
        found = await told(answers, name)
    except ValueError:
        found = None
    if found is None:
        return missing(request, "medicine of this address")
    links = await linked(answers, found)
    warnings = await _warnings(answers, found)
    sources = {source.iri: source for source in found.sources}
    views = {fact.iri: shown(fact, sources, name) for fact in found.facts}
    past = past_of(request.app)
    return page(
        request,
        "medicine.html",
        told=found,
        standing=standing(found),
        shelves=_shelves(views),
        studies=_studies(found, views),
        ranges=charts.ranges(found.of("AdverseEffect")),
        bands=tuple(charts.bands()),
        sources=_sources(found),
        warnings=warnings,
        at_place=_by_place([*warnings, *await _verdicts(answers, found)]),
        links=links,
        views=views,
        editions=past.editions_of(source.document for source in found.sources) if past else (),
        changes=past.of(name) if past else (),
        past=past,
        lead=lead,
    )


async def fact(request: Request) -> Response:
    """Lead to the place of a fact on the page of its medicine."""
    root = str(request.scope.get("root_path", ""))
    return RedirectResponse(root + page_path(thing(request), answers_of(request).base), 303)


async def _warnings(answers: Answers, found: Told) -> tuple[Notice, ...]:
    places = {fact.iri: fact.anchor for fact in found.facts}
    places.update({source.iri: _place(source) for source in found.sources})
    places.update({source.document: _place(source) for source in found.sources if not source.is_register})
    places.setdefault(found.medicine, "top")
    quotes: dict[tuple[str, bool, str], dict[str, None]] = {}
    about: dict[tuple[str, bool, str], set[str]] = {}
    for row in await answers.rows(_WARNINGS.format(things=" ".join(map(iri, sorted(places))))):
        key = (places[str(row["focus"])], str(row["severity"]).endswith("#Violation"), str(row["message"]))
        quotes.setdefault(key, {})
        if row["quote"]:
            quotes[key][str(row["quote"])] = None
        if str(row["value"]) in places:
            about.setdefault(key, set()).add(places[str(row["value"])])
    told_ = [Notice(*key, tuple(words)) for key, words in quotes.items()]
    beside = [
        Notice(place, key[1], key[2], tuple(quotes[key]))
        for key, others in about.items()
        for place in sorted(others - {key[0]})
    ]
    return tuple(sorted([*told_, *beside], key=lambda each: (not each.serious, each.message, each.place)))


_VERDICTS = {"accept": "Accepted", "reject": "Rejected", "correct": "Corrected"}


async def _verdicts(answers: Answers, found: Told) -> list[Notice]:
    """Return what reviewers say of the facts, at each fact and at what it was corrected to."""
    anchors = {fact.iri: fact.anchor for fact in found.facts}
    notices: list[Notice] = []
    for each in (each for some in (await said(answers, anchors)).values() for each in some):
        by = f"by {each.reviewer}, {day(each.date)}"
        told_ = f"{by}{f': {each.reason}' if each.reason else ''}"
        if each.why_not:
            notices.append(
                Notice(
                    anchors[each.fact],
                    False,
                    f"{told_} (not in force: {each.why_not})",
                    (),
                    "Was " + each.verdict + "ed",
                )
            )
            continue
        now = f" ({each.label})" if each.corrected else ""
        notices.append(Notice(anchors[each.fact], False, told_ + now, (), _VERDICTS[each.verdict], each.sets_aside))
        if each.corrected in anchors:
            notices.append(Notice(anchors[each.corrected], False, told_, (), "A reviewer’s correction"))
    return notices


def _by_place(warnings: Iterable[Notice]) -> dict[str, list[Notice]]:
    found: dict[str, list[Notice]] = {}
    for each in warnings:
        found.setdefault(each.place, []).append(each)
    return found


def _place(source: Source) -> str:
    return f"source-{source.sha256[:8]}"


def _shelves(views: Mapping[str, Shown]) -> tuple[Shelf, ...]:
    by_kind: dict[str, list[Shown]] = {}
    for each in views.values():
        by_kind.setdefault(each.fact.kind, []).append(each)
    filled = [
        Shelf(section, tuple(each for kind in section.kinds for each in _ordered(by_kind.get(kind, []))))
        for section in SECTIONS
    ]
    return tuple(shelf for shelf in filled if shelf.facts)


def _ordered(some: Sequence[Shown]) -> list[Shown]:
    """Return facts of a kind in the order of the sources, doses and studies by the places that they count, others last."""

    def key(each: Shown) -> tuple[int, float]:
        place = each.fact.one("order") or each.fact.one("number")
        return each.fact.place[0], float(place) if place else float("inf")

    counted = any(each.fact.one("order") or each.fact.one("number") for each in some)
    return sorted(some, key=key) if counted else list(some)


def _studies(found: Told, views: Mapping[str, Shown]) -> tuple[StudyShown, ...]:
    outcomes: dict[str, list[Fact]] = {}
    for each in found.of("Outcome"):
        study = next((value.raw for value in each.fields.get("study", ())), "")
        outcomes.setdefault(study if study in views else "", []).append(each)
    studies = _ordered([views[each.iri] for each in found.of("Study")])
    told_ = [StudyShown(each, charts.measures(outcomes.get(each.fact.iri, []), found.name)) for each in studies]
    if outcomes.get(""):
        told_.append(StudyShown(None, charts.measures(outcomes[""], found.name)))
    return tuple(told_)


def _sources(found: Told) -> tuple[SourceShown, ...]:
    facts = facts_by_words(found.facts)
    words = {each.anchor: each for fact in found.facts for each in fact.words}
    return tuple(
        SourceShown(
            source,
            copies.title(source),
            paragraphs(source.text, [each for each in words.values() if each.source == source.iri], facts)
            if not source.is_register
            else (),
            cells(source, [each for each in words.values() if each.source == source.iri], facts)
            if source.is_register
            else (),
        )
        for source in found.sources
    )
