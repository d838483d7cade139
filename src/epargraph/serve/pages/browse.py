"""The pages that go across medicines: conditional authorisations, authorisations by year, the glossary."""

from __future__ import annotations

import csv
import io
from itertools import groupby

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from epargraph.serve.pages import by_year, conditional, glossary
from epargraph.serve.pages.index import plain
from epargraph.serve.pages.kept import kept
from epargraph.serve.pages.site import answers_of, page


async def conditional_page(request: Request) -> Response:
    """Show the conditional authorisations that were asked for; with `part`, the table alone."""
    every = await _conditionals(request)
    choice = conditional.Choice.asked(request.query_params)
    return page(
        request,
        "conditional_table.html" if request.query_params.get("part") else "conditional.html",
        choice=choice,
        found=conditional.chosen(every, choice),
        every=every,
        shows=conditional.SHOWN,
        oweds=conditional.OWED,
        sorts=conditional.SORTS,
    )


async def conditional_csv(request: Request) -> Response:
    """Answer with the same table as CSV."""
    found = conditional.chosen(await _conditionals(request), conditional.Choice.asked(request.query_params))
    return table([conditional.COLUMNS, *conditional.table(found)], "conditional-authorisations.csv")


async def _conditionals(request: Request) -> tuple[conditional.Conditional, ...]:
    return await kept(request, "conditional", tuple, lambda: conditional.conditionals(answers_of(request)))


async def by_year_page(request: Request) -> Response:
    """Show how many medicines were authorised in each year, by type."""
    years = await _years(request)
    return page(request, "by_year.html", years=years, plot=Markup(by_year.svg(years)))


async def by_year_csv(request: Request) -> Response:
    """Answer with the numbers behind the plot as CSV."""
    years = await _years(request)
    rows = [(str(each.year), *(str(count) for count in each.medicines), str(each.total)) for each in years.years]
    return table([("year", *years.types, "all"), *rows], "authorisations-by-year.csv")


async def _years(request: Request) -> by_year.ByYear:
    async def make() -> by_year.ByYear:
        return by_year.by_year((await answers_of(request).question("authorisations_by_year")).to_dicts())

    return await kept(request, "by year", by_year.ByYear, make)


async def glossary_page(request: Request) -> Response:
    """Show the terms that overviews explain, those with the words that were asked for; with `part`, the list alone."""
    every: tuple[glossary.Term, ...] = await kept(
        request, "glossary", tuple, lambda: glossary.glossary(answers_of(request))
    )
    words = request.query_params.get("q", "").strip()[:200]
    wanted = plain(words).split()
    found = [each for each in every if all(word in _words(each) for word in wanted)]
    return page(
        request,
        "glossary_list.html" if request.query_params.get("part") else "glossary.html",
        words=words,
        letters=[(letter, list(terms)) for letter, terms in groupby(found, key=lambda each: each.letter)],
        found=len(found),
        every=len(every),
    )


def _words(term: glossary.Term) -> str:
    return plain(" ".join((term.term, *(each.text for each in term.meanings))))


def table(rows: list[tuple[str, ...]], name: str) -> Response:
    """Return rows as a CSV file to be saved under a name."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), media_type="text/csv", headers=headers)
