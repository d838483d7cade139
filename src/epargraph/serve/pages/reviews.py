"""The page on which a person reviews facts: it writes a reviewer's file for download.

Nothing is kept: what the form sends comes back as a file, which `epargraph build` applies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from epargraph import kinds, vocabulary
from epargraph.graph import slug
from epargraph.kinds import Json
from epargraph.review.verdict import SUFFIX, parse, reviewable
from epargraph.serve.body import body, fields, text
from epargraph.serve.pages.medicine import SECTIONS
from epargraph.serve.pages.site import answers_of, missing, page
from epargraph.serve.pages.told import Fact, told
from epargraph.serve.pages.verdicts import Said, said
from epargraph.serve.pool import Pool

_MOST = 20_000
"""Inputs of a form: a medicine has some hundred facts at most, each with a dozen fields."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An input of the form: a field of a fact as it was read; several values stand on a line each."""

    name: str
    value: str
    several: bool
    choices: tuple[str, ...]

    @property
    def title(self) -> str:
        """The field's name in words."""
        return self.name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Item:
    """A fact of the form, known by its number; `said` is what reviewers have said of it before."""

    number: int
    fact: Fact
    entries: tuple[Entry, ...]
    said: tuple[Said, ...]


async def review(request: Request) -> Response:
    """Show the form in which a medicine's facts are reviewed, or (POST) answer with the file that it makes."""
    answers = answers_of(request)
    medicine = f"{answers.base}medicine/{request.path_params['key']}"
    try:
        found = await told(answers, medicine)
    except ValueError:
        found = None
    if found is None:
        return missing(request, "medicine of this address")
    facts = [each for each in found.facts if reviewable(each.iri, answers.base)]
    if request.method == "POST":
        pool: Pool = request.app.state.pool
        sent = fields(text(await body(request, pool.limits.request)), _MOST)
        return _file(request, dict(sent), {each.iri: each for each in facts})
    before = await said(answers, [each.iri for each in facts])
    items = [Item(number, each, tuple(_entries(each)), before.get(each.iri, ())) for number, each in enumerate(facts)]
    shelves = [(section, [each for each in items if each.fact.kind in section.kinds]) for section in SECTIONS]
    return page(request, "review.html", told=found, shelves=[each for each in shelves if each[1]])


def _entries(fact: Fact) -> Iterator[Entry]:
    """Yield an input for each field of the fact's kind, those that it states first."""
    stated = {name: _values(fact, name) for name in _names(fact.kind)}
    for name in sorted(stated, key=lambda name: not stated[name]):
        field = vocabulary.FIELDS[fact.kind, name]
        choices: tuple[str, ...] = ()
        if field.scheme is not None:
            choices = tuple(sorted(set(vocabulary.labels(field.scheme).values())))
        elif (field.range or "").endswith("#boolean"):
            choices = ("true", "false")
        yield Entry(name, "\n".join(stated[name]), name in kinds.list_fields(fact.kind), choices)


def _names(kind: str) -> list[str]:
    """Return the fields that a correction can change."""
    return [name for name in kinds.field_names(kind) if (kind, name) not in kinds.ORDINALS]


def _values(fact: Fact, name: str) -> list[str]:
    is_boolean = (vocabulary.FIELDS[fact.kind, name].range or "").endswith("#boolean")
    return [each.raw if is_boolean else each.text for each in fact.fields.get(name, ())]


def _file(request: Request, form: Mapping[str, str], facts: Mapping[str, Fact]) -> Response:
    """Return the reviewer's file that a form makes, or a page that says what is wrong with it."""
    items = [
        _item(form, number, facts[fact])
        for number in (
            name.removeprefix("verdict-") for name, value in form.items() if name.startswith("verdict-") and value
        )
        if (fact := form.get(f"fact-{number}", "")) in facts
    ]
    reviewer, day = form.get("reviewer", "").strip(), form.get("date", "").strip()
    name = f"{slug(reviewer.rpartition('/')[2] or 'review')}-{slug(day or 'undated')}-{request.path_params['key']}"
    written = json.dumps({"reviews": items}, ensure_ascii=False, indent=2) + "\n"
    faults = parse(name, written, base=answers_of(request).base).faults if items else ("no fact has a verdict",)
    if faults:
        return page(
            request,
            "message.html",
            status=400,
            title="No file was made",
            text="; ".join(faults),
            remedy="Go back: what you wrote stands there still.",
        )
    disposition = f'attachment; filename="{name}{SUFFIX}"'
    return Response(written, media_type="application/json", headers={"content-disposition": disposition})


def _item(form: Mapping[str, str], number: str, fact: Fact) -> dict[str, Json]:
    """Return a verdict as the reviewer's file has it."""
    item: dict[str, Json] = {
        "fact": fact.iri,
        "verdict": form[f"verdict-{number}"],
        "quotes": _json(form.get(f"quotes-{number}", "")),
        "reviewer": form.get("reviewer", "").strip(),
        "date": form.get("date", "").strip(),
    }
    if reason := form.get(f"reason-{number}", "").strip():
        item["reason"] = reason
    if item["verdict"] == "correct":
        item["fields"] = dict(_changed(form, number, fact))
    return item


def _json(text: str) -> Json:
    """Return what a text holds as JSON, nothing where it is none: the reader of the file says what is missing."""
    try:
        told: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told


def _changed(form: Mapping[str, str], number: str, fact: Fact) -> Iterator[tuple[str, Json]]:
    """Yield the fields that the form has otherwise than the fact."""
    for name in _names(fact.kind):
        given = form.get(f"field-{number}-{name}")
        if given is None:
            continue
        lines = [line.strip() for line in given.splitlines() if line.strip()]
        if lines == _values(fact, name):
            continue
        several = name in kinds.list_fields(fact.kind)
        values: list[Json] = [_value(fact.kind, name, line) for line in lines]
        yield name, (values if several else values[0] if len(values) == 1 else " ".join(lines) or None)


def _value(kind: str, name: str, text: str) -> Json:
    """Return what a field holds, as its type; what does not fit stays text, and is told as wrong."""
    if (vocabulary.FIELDS[kind, name].range or "").endswith("#boolean"):
        return {"true": True, "false": False}.get(text, text)
    if name in kinds.number_fields(kind):
        try:
            return int(text) if text.lstrip("-").isdecimal() else float(text)
        except ValueError:
            return text
    return text
