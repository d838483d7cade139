"""The pages of a thing, of a study, and of the model and its ontology."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from threading import Lock

from lxml import html
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from epargraph import documentation, vocabulary
from epargraph.serve.pages import model_drawing, site, study, things
from epargraph.serve.pages.model import model
from epargraph.serve.pages.site import answers_of, page

_DOCUMENTING = Lock()


async def thing_page(request: Request) -> Response:
    """Show a substance, condition, biomarker, gene or therapeutic area, and the medicines that have to do with it."""
    address = site.thing(request)
    kind = address.removeprefix(answers_of(request).base).partition("/")[0]
    found = await things.thing(answers_of(request), kind, address)
    what = things.KINDS[kind]
    if found is None:
        return site.missing(request, f"{what.lower()} of this address")
    return page(request, "thing.html", kind=kind, what=what, thing=found)


async def study_page(request: Request) -> Response:
    """Show a study, its results and what is owed of it."""
    found = await study.study(answers_of(request), site.thing(request))
    if found is None:
        return site.missing(request, "study of this address")
    return page(request, "study.html", study=found)


async def model_page(request: Request) -> Response:
    """Show the model as a picture drawn from the ontology, and as a table."""
    asyncio.get_running_loop().run_in_executor(None, _documented)  # takes seconds at first, and is what one opens next
    drawn = Markup(model_drawing.svg(model(), str(request.scope.get("root_path", "")) + "/ontology.html"))
    names = {box.iri: box for box in model().boxes}
    return page(request, "model.html", drawing=drawn, model=model(), boxes=names)


async def ontology_page(request: Request) -> Response:
    """Show the documentation of the ontology, which pyLODE makes, in the frame of the other pages."""
    contents, body = await asyncio.to_thread(_documented)
    return page(request, "ontology.html", contents=Markup(contents), body=Markup(body))


def _documented() -> tuple[str, str]:
    """Return the table of contents and the body of the documentation; whoever comes first makes it, others wait."""
    with _DOCUMENTING:
        return _parts()


@cache
def _parts() -> tuple[str, str]:
    """Return the table of contents and the body of what pyLODE makes of the ontology, to stand below a heading."""
    tree = html.document_fromstring(documentation.ontology_page().html)
    body = tree.body[0]
    contents = tree.get_element_by_id("toc")
    for title in [*body.iter("h1"), *contents.iter("h3")]:
        title.drop_tree()
    for row in body.iter("tr"):
        if row[0].text_content().strip() == "Is Defined By":  # the same of all terms
            row.drop_tree()
        elif row[0].tag == "th":
            row[0].set("scope", "row")
    for heading in contents.iter("h4"):
        heading.tag = "p"
    foreign: set[str] = set()
    for section in body.find_class("section"):  # terms of others stand last
        for entity in section.find_class("entity"):
            if not any(str(each).startswith(vocabulary.EPAR) for each in entity.xpath(".//code/text()")):
                foreign.update(f"#{each}" for each in entity.xpath("descendant-or-self::*/@id"))
                section.append(entity)
    for entries in contents.find_class("second"):
        for entry in entries.findall("li"):
            if foreign.intersection(entry.xpath("./a/@href")):
                entries.append(entry)
    for part in (body, contents):
        part.attrib.pop("id", None)
        for link in part.iter("a"):
            link.attrib.pop("title", None)
    return _written(contents), _written(body)


def _written(element: html.HtmlElement) -> str:
    return re.sub(r"\n\s+", "\n", str(html.tostring(element, encoding="unicode", with_tail=False)))
