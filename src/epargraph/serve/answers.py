"""What pages ask the store: rows of a query, the answer to a named question, a description as triples.

    async def page(request: Request) -> Response:
        answers: Answers = request.app.state.answers
        rows = await answers.rows("SELECT ?name WHERE { ?m a epar:Medicine ; epar:name ?name }")
        ladder = await answers.question("dose_ladder_and_stop_rule", medicine="Lumykras")

Every query runs in a worker of the pool, within its limits, and may use the prefixes of `stores.sparql` undeclared. A value
that comes from outside is put into a query by `term` (or by a question's parameter), never pasted.
"""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph

from epargraph import queries
from epargraph.graph.names import DEFAULT_BASE, base_of
from epargraph.queries import Answer, Cell, Value
from epargraph.serve.pool import Pool
from epargraph.serve.worker import Request
from epargraph.stores.base import N_TRIPLES
from epargraph.stores.sparql import form


def term(value: str | int | Decimal) -> str:
    r"""Return a literal as SPARQL writes it.

    >>> print(term('a "quoted" word'))
    "a \"quoted\" word"
    """
    return str(pyoxigraph.Literal(value if isinstance(value, str | int) else str(value)))


def iri(value: str) -> str:
    """Return an IRI as SPARQL writes it; ValueError for what is none.

    >>> iri("https://example.org/a")
    '<https://example.org/a>'
    """
    return str(pyoxigraph.NamedNode(value))


class Answers:
    """The store, for pages; `base` is the base of the IRIs of things, such as https://w3id.org/epargraph/."""

    def __init__(self, pool: Pool, base: str | None = None) -> None:
        self._pool = pool
        self.base = base or DEFAULT_BASE

    async def own_base(self) -> str:
        """Return the base of the store's medicines, the project's where it has none."""
        found = await self.rows("SELECT ?medicine { ?medicine a epar:Medicine } LIMIT 1")
        return (base_of(str(found[0]["medicine"])) if found else None) or DEFAULT_BASE

    @property
    def version(self) -> int:
        """A number that changes when the store does, for what a page keeps in memory."""
        return self._pool.version

    @property
    def triples_held(self) -> int:
        """The number of triples in the store."""
        return self._pool.triples

    async def answer(self, query: str) -> Answer:
        """Return the columns and rows of a query of any form; cells are Python's values, IRIs are text."""
        return queries.decoded(await self._ask(Request(query)), form(query))

    async def holds(self, query: str) -> bool:
        """Tell what an ASK query tells."""
        return b"true" in await self._ask(Request(query))

    async def rows(self, query: str) -> list[dict[str, Cell]]:
        """Return the rows of a SELECT query, each from column to value, None where a row binds nothing."""
        return (await self.answer(query)).to_dicts()

    async def question(self, name: str, **values: Value) -> Answer:
        """Return the answer to a question of queries/; QueryError for an unknown one and for values that do not fit."""
        return await self.answer(queries.named(name).bind(**values))

    async def triples(self, query: str, accept: str = N_TRIPLES) -> bytes:
        """Return what a CONSTRUCT or DESCRIBE query gives, in a media type of `stores.base.GRAPHS`."""
        return await self._ask(Request(query, triples=accept))

    async def _ask(self, request: Request) -> bytes:
        _, body = await self._pool.ask(request, trusted=True)
        return body
