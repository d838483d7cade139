"""What can be searched for: the names of medicines, substances, conditions and biomarkers in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping

from starlette.applications import Starlette

from epargraph import vocabulary
from epargraph.queries import Cell
from epargraph.serve.answers import Answers
from epargraph.serve.pages.index import Entry, Index
from epargraph.serve.pages.words import many

_MEDICINES = """SELECT DISTINCT ?medicine ?name ?number WHERE {
  ?medicine a epar:Medicine ; epar:name ?name . OPTIONAL { ?medicine epar:productNumber ?number }
}"""
_SUBSTANCES = """SELECT DISTINCT ?medicine ?thing ?name WHERE {
  ?medicine a epar:Medicine ; epar:substance ?thing . ?thing rdfs:label ?name
}"""
_CONDITIONS = """SELECT DISTINCT ?medicine ?thing ?name WHERE {
  ?medicine epar:hasIndication ?use . ?use epar:condition ?thing . ?thing rdfs:label ?name
}"""
_BIOMARKERS = """SELECT DISTINCT ?medicine ?thing ?name WHERE {
  ?medicine epar:hasBiomarker ?thing . ?thing rdfs:label ?name
}"""
_ENTRIES = """SELECT DISTINCT ?medicine ?status ?inn ?area ?use WHERE {
  ?entry a epar:RegisterEntry ; epar:about ?medicine .
  OPTIONAL { ?entry epar:registerStatus ?status }
  OPTIONAL { ?entry epar:commonName ?inn }
  OPTIONAL { ?entry epar:therapeuticArea ?area_node . ?area_node rdfs:label ?area }
  OPTIONAL { ?entry epar:indicationText ?use }
}"""
_AUTHORISATIONS = """SELECT DISTINCT ?medicine ?type ?date WHERE {
  ?medicine epar:hasAuthorisation ?authorisation .
  OPTIONAL { ?authorisation epar:type ?type } OPTIONAL { ?authorisation epar:dateFirst ?date }
}"""

_OVERVIEWS = "SELECT DISTINCT ?medicine WHERE { ?document a epar:Document ; epar:about ?medicine }"

Rows = Iterable[Mapping[str, Cell]]


async def index_of(app: Starlette) -> Index:
    """Return the index of the names in the store as it is now; it is made anew when the store has changed."""
    answers: Answers = app.state.answers
    held: tuple[int, asyncio.Task[Index]] | None = getattr(app.state, "names", None)
    if held is None or held[0] != answers.version:
        held = app.state.names = (answers.version, asyncio.create_task(read_index(answers)))
    try:
        return await asyncio.shield(held[1])
    except Exception:
        if getattr(app.state, "names", None) is held:
            del app.state.names
        raise


async def read_index(answers: Answers) -> Index:
    """Return an index of the names in the store."""
    asked = (_MEDICINES, _SUBSTANCES, _CONDITIONS, _BIOMARKERS, _ENTRIES, _AUTHORISATIONS, _OVERVIEWS)
    rows = [await answers.rows(query) for query in asked]
    return await asyncio.to_thread(lambda: Index(entries(*rows)))


def entries(
    medicines: Rows,
    substances: Rows,
    conditions: Rows,
    biomarkers: Rows,
    register: Rows,
    authorisations: Rows,
    overviews: Rows,
) -> Iterator[Entry]:
    """Yield an entry for each name, of the rows of the queries."""
    names: dict[str, dict[str, None]] = {}
    numbers: dict[str, set[str]] = {}
    for row in medicines:
        names.setdefault(str(row["medicine"]), {})[str(row["name"])] = None
        if row["number"]:
            numbers.setdefault(str(row["medicine"]), set()).add(str(row["number"]))
    listed = _by(register, "medicine")
    read = {str(row["medicine"]) for row in overviews}
    granted = _by(authorisations, "medicine")
    things = {
        kind: _by(rows, "medicine")
        for kind, rows in (("substance", substances), ("condition", conditions), ("biomarker", biomarkers))
    }
    for iri, called in names.items():
        held = {kind: _names(rows.get(iri, ())) for kind, rows in things.items()}
        cells = listed.get(iri, [])
        areas = [str(row["area"]) for row in cells if row["area"]]
        common = [str(row["inn"]) for row in cells if row["inn"]]
        uses = [str(row["use"]) for row in cells if row["use"]]
        first, *others = called
        yield Entry(
            iri,
            "medicine",
            first,
            beside=tuple(dict.fromkeys([*others, *held["substance"], *common, *sorted(numbers.get(iri, ()))])),
            text=" · ".join(dict.fromkeys([*held["condition"], *held["biomarker"], *areas, *uses])),
            weight=3 * any(str(row["status"]).endswith("/authorised") for row in cells) + 9 * (iri in read),
            told=_told(held["substance"] or common, granted.get(iri, []), cells, held["condition"]),
        )
    for kind, rows in things.items():
        yield from _things(kind, rows, names)


def _told(
    substances: list[str], granted: list[Mapping[str, Cell]], cells: list[Mapping[str, Cell]], conditions: list[str]
) -> str:
    """Return the line under the name of a medicine: substance, type and year of authorisation or status, use."""
    words = [", ".join(list(dict.fromkeys(substances))[:4])]
    types = sorted({str(row["type"]) for row in granted if row["type"]})
    years = sorted({str(row["date"])[:4] for row in granted if row["date"]})
    status = next((vocabulary.notation(str(row["status"])) for row in cells if row["status"]), None)
    if types or years:
        type_ = " or ".join(vocabulary.notation(each) or each for each in types)
        words.append(" ".join(each for each in (type_, "authorisation", " or ".join(years)) if each))
    if status and status != "authorised":
        words.append(status)
    words.append(", ".join(_apart(conditions)[:3]))
    return " · ".join(word for word in words if word)


def _apart(names: Iterable[str]) -> list[str]:
    """Return names without those that differ from an earlier one only in case, spaces and hyphens."""
    return list({"".join(each for each in name.casefold() if each.isalnum()): name for name in names}.values())


def _things(
    kind: str, rows: Mapping[str, list[Mapping[str, Cell]]], names: Mapping[str, Mapping[str, None]]
) -> Iterator[Entry]:
    found: dict[str, tuple[str, dict[str, None]]] = {}
    for medicine, each in rows.items():
        for row in each:
            _, of = found.setdefault(str(row["thing"]), (str(row["name"]), {}))
            of[next(iter(names.get(medicine, (medicine.rpartition("/")[2],))))] = None
    for iri, (name, of) in found.items():
        shown = ", ".join(sorted(of, key=str.casefold)[:5]) + (", …" if len(of) > 5 else "")
        yield Entry(iri, kind, name, told=f"{many(len(of), 'medicine')}: {shown}", weight=len(of))


def _by(rows: Rows, column: str) -> dict[str, list[Mapping[str, Cell]]]:
    found: dict[str, list[Mapping[str, Cell]]] = {}
    for row in rows:
        found.setdefault(str(row[column]), []).append(row)
    return found


def _names(rows: Iterable[Mapping[str, Cell]]) -> list[str]:
    return sorted({str(row["name"]) for row in rows}, key=str.casefold)
