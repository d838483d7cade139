"""The store as tools of the Model Context Protocol, so that assistants answer with citations. Read-only, like the server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Literal, TypeAlias

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field, JsonValue

from epargraph import queries
from epargraph.errors import EparGraphError, QueryError
from epargraph.graph import software
from epargraph.graph.names import checked, sought
from epargraph.kinds import KINDS
from epargraph.queries import Answer, Cell
from epargraph.serve.answers import Answers, iri, term
from epargraph.serve.limits import Limits
from epargraph.serve.pages.index import Index
from epargraph.serve.pages.names import read_index
from epargraph.serve.pool import Pool
from epargraph.serve.worker import Request
from epargraph.stores.sparql import form

_INSTRUCTIONS = """Facts of EU medicines, read from EMA's public overviews and its register. Each fact has the words that it was read from: \
cite them, with the document. It is no medical advice; an overview is as old as its last update. Find a medicine with `search`; \
read its facts with `facts` or a question of `questions` by `ask`; ask anything else with `sparql`; `quote` tells the words behind a fact. \
What the store does not say is not known: do not fill it in."""

_READ_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False)

_FACTS = """SELECT DISTINCT ?fact ?kind ?label ?graph ?quote WHERE {{
  {{ SELECT DISTINCT ?medicine WHERE {{ {medicine} ?medicine a epar:Medicine ; epar:name ?name . }} }}
  {{ ?medicine ?has ?fact }} UNION {{ ?fact epar:about ?medicine . ?fact a epar:Document }} UNION {{ BIND (?medicine AS ?fact) }}
  GRAPH ?graph {{ ?fact epar:evidence ?evidence ; a ?class }}
  ?evidence oa:hasSelector/oa:exact ?quote .
  OPTIONAL {{ ?fact rdfs:label ?label }}
  BIND (STRAFTER(STR(?class), "#") AS ?kind) {only}
  FILTER NOT EXISTS {{ ?fact epar:setAsideBy ?verdict }}
  FILTER NOT EXISTS {{ ?owed epar:awaitedStudy ?fact }}
}} ORDER BY ?kind ?fact ?quote"""

_QUOTE = """SELECT DISTINCT ?label ?quote ?title ?reference ?url ?updated ?file ?sha256 ?retrieved ?section ?page ?start ?end ?column WHERE {{
  GRAPH ?graph {{
    {fact} epar:evidence ?evidence .
    ?evidence oa:hasSelector ?words . ?words oa:exact ?quote .
    OPTIONAL {{ ?evidence oa:hasSelector ?place . ?place oa:start ?start ; oa:end ?end }}
    OPTIONAL {{ ?evidence epar:page ?page }}
    OPTIONAL {{ ?evidence epar:column ?column }}
    OPTIONAL {{ {fact} rdfs:label ?label }}
    ?graph a epar:SourceGraph ; epar:describes ?document .
    OPTIONAL {{ ?graph epar:retrieved ?retrieved }}
    OPTIONAL {{ ?document rdfs:label ?title }}
    OPTIONAL {{ ?document epar:reference ?reference }}
    OPTIONAL {{ ?document epar:url ?url }}
    OPTIONAL {{ ?document epar:lastUpdated ?updated }}
    ?source a epar:File ; epar:fileName ?file ; epar:sha256 ?sha256 .
    OPTIONAL {{ ?evidence epar:section ?part }}
  }}
  OPTIONAL {{ ?part skos:notation ?section }}
}} ORDER BY ?graph ?start ?quote"""

Most = Annotated[int, Field(ge=1, le=1000, description="how many rows at most")]
Rows: TypeAlias = dict[str, JsonValue]
Tool = Callable[..., Awaitable[Rows]]


class Tools:
    """The tools, on a pool of workers that answer from a copy of the store."""

    def __init__(self, pool: Pool, base: str) -> None:
        self.pool = pool
        self.answers = Answers(pool, base)
        self._index: Index | None = None

    async def search(
        self,
        text: Annotated[str, Field(description="the beginning of a name, or several words")],
        kind: Literal["", "medicine", "substance", "condition", "biomarker"] = "",
        most: Annotated[int, Field(ge=1, le=50)] = 10,
    ) -> Rows:
        """Find medicines (drugs), substances, conditions and biomarkers by name; the words of a medicine's use count too."""
        if self._index is None:
            self._index = await read_index(self.answers)
        found = self._index.find(text, kind=kind, most=most)
        entries: list[JsonValue] = [
            {"name": each.name, "kind": each.kind, "iri": each.iri, "told": each.told} for each in found.entries
        ]
        return {"found": entries, "total": found.total, "spelt_alike": list(found.near)}

    async def questions(self) -> Rows:
        """List the questions that the store has answers to, each with its parameters."""
        return {
            "questions": [
                {
                    "name": each.name,
                    "question": each.question,
                    "parameters": {
                        one.name: f"{one.type}{', optional' if one.optional else ''}: {one.meaning}"
                        for one in each.parameters
                    },
                }
                for each in queries.load().values()
            ]
        }

    async def ask(
        self,
        name: Annotated[str, Field(description="a name that `questions` lists")],
        parameters: Annotated[dict[str, str], Field(description="values by name, none where it takes none")] = {},  # noqa: B006 (never changed)
        most: Most = 100,
    ) -> Rows:
        """Answer a question of the library, with the quotes that the answer rests on; parameters that are not given are left open."""
        return _rows(await self.answers.question(name, **parameters), most)

    async def facts(
        self,
        medicine: Annotated[str, Field(description="name, product number or IRI of a medicine")],
        kind: Annotated[str, Field(description=f"only this kind: {', '.join(KINDS)}")] = "",
        most: Most = 200,
    ) -> Rows:
        """List the facts of a medicine, each with its IRI, its kind, what it says in a few words, and its quotes."""
        if kind and kind not in KINDS:
            raise QueryError("kind", f"there is no kind {kind}", f"name one of {', '.join(KINDS)}")
        only = f"FILTER (?kind = {term(kind)})" if kind else ""
        found: dict[str, dict[str, JsonValue]] = {}
        for row in await self.answers.rows(_FACTS.format(medicine=_sought(medicine.strip()), only=only)):
            if str(row["kind"]) not in KINDS:
                continue
            told = found.setdefault(
                str(row["fact"]),
                {"fact": str(row["fact"]), "kind": str(row["kind"]), "says": _json(row["label"]), "quotes": []},
            )
            quotes = told["quotes"]
            if isinstance(quotes, list) and row["quote"] not in quotes:
                quotes.append(str(row["quote"]))
        facts: list[JsonValue] = [*found.values()]
        return {"facts": facts[:most], "total": len(facts)}

    async def quote(self, fact: Annotated[str, Field(description="the IRI of a fact, as `facts` gives it")]) -> Rows:
        """Tell the words that a fact was read from, and where they stand: document, section, page and offsets in the text."""
        asked = _asked(fact.strip(), "give the IRI of a fact, as `facts` lists them")
        return {"quotes": [_told(row) for row in await self.answers.rows(_QUOTE.format(fact=asked))]}

    async def sparql(
        self,
        query: Annotated[
            str, Field(description="a SELECT or ASK query; the prefixes epar:, rdfs:, skos:, oa: need no declaration")
        ],
        most: Most = 200,
    ) -> Rows:
        """Answer a SPARQL 1.1 query; nothing is written, and no other server is asked."""
        kind = form(query)
        if kind not in ("SELECT", "ASK"):
            raise QueryError("query", f"it is a {kind}", "ask a SELECT or an ASK")
        _, body = await self.pool.ask(Request(query))
        return _rows(queries.decoded(body, kind), most)


def _sought(medicine: str) -> str:
    """Return the pattern that finds a medicine by its name, product number or IRI."""
    if "://" not in medicine:
        return f"?medicine skos:hiddenLabel {term(sought(medicine))} ."
    return f"VALUES ?medicine {{ {_asked(medicine, 'give the IRI, name or product number of a medicine')} }}"


def _asked(given: str, remedy: str) -> str:
    try:
        return iri(given)
    except ValueError as error:
        raise QueryError(given, "it is no IRI", remedy) from error


def _rows(answer: Answer, most: int) -> Rows:
    rows: list[JsonValue] = [_told(row) for row in answer.to_dicts()[:most]]
    return {"rows": rows, "total": len(answer), "cut_off": len(answer) > most}


def _told(row: dict[str, Cell]) -> dict[str, JsonValue]:
    return {name: _json(cell) for name, cell in row.items() if cell is not None}


def _json(cell: Cell) -> JsonValue:
    return cell if cell is None or isinstance(cell, bool | int | float | str) else str(cell)


def _told_plainly(tool: Tool) -> Tool:
    """Return a tool whose errors reach the assistant in their own words."""

    @wraps(tool)
    async def told(*given: object, **named: object) -> Rows:
        try:
            return await tool(*given, **named)
        except EparGraphError as error:
            raise ToolError(str(error)) from error

    return told


async def serve_assistant(store: str, base: str | None = None, limits: Limits | None = None) -> None:
    """Answer an assistant over standard input and output until it goes, from a copy of the store in memory.

    StoreError where there is no store.
    """
    pool = Pool(store, limits or Limits())
    await pool.load()
    try:
        server = MCPServer[None](
            "epargraph", instructions=_INSTRUCTIONS, version=software().split()[1], log_level="WARNING"
        )
        tools = Tools(pool, checked(base) if base else await Answers(pool).own_base())
        for tool in (tools.search, tools.questions, tools.ask, tools.facts, tools.quote, tools.sparql):
            server.tool(annotations=_READ_ONLY)(_told_plainly(tool))
        await server.run_stdio_async()
    finally:
        await pool.close()
