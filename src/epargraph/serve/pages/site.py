"""The frame of every page: its templates, its static files and the links between pages."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from epargraph.serve.answers import Answers
from epargraph.serve.pages import words

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


class Files(StaticFiles):
    """The static files; one that is asked for by its fingerprint may be kept for good."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return a file."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        if scope.get("query_string", b"").startswith(b"v="):
            answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the head of every page links to."""

    path: str
    title: str


NAVIGATION: tuple[Place, ...] = (
    Place("/search", "Search"),
    Place("/conditional", "Still owed"),
    Place("/by-year", "By year"),
    Place("/glossary", "Glossary"),
    Place("/model", "Model"),
    Place("/query", "Query"),
)
"""What stands in the head of every page; a page adds itself here."""


def page(request: Request, template: str, *, status: int = 200, **told: object) -> HTMLResponse:
    """Return a page made from a template, which sees what is `told` and the functions of `links`."""
    html = (
        _environment()
        .get_template(template)
        .render(**told, **links(request), navigation=NAVIGATION, here=_here(request))
    )
    return HTMLResponse(html, status_code=status)


def missing(request: Request, what: str) -> HTMLResponse:
    """Return the page that says that there is no such thing."""
    return page(
        request,
        "message.html",
        status=404,
        title="Not found",
        text=f"The graph has no {what}.",
        remedy="It may be spelt otherwise, or the source that tells of it was not built.",
    )


def answers_of(request: Request) -> Answers:
    """Return what answers the queries of pages."""
    answers = request.app.state.answers
    assert isinstance(answers, Answers)
    return answers


def links(request: Request) -> dict[str, object]:
    """Return the functions by which templates link: `at` a path of the site, `static` a file, `href` a thing.

    `there` is the address of a thing, which answers in all forms and with a form's suffix in that one.
    """
    base = answers_of(request).base
    root = str(request.scope.get("root_path", "")).rstrip("/")

    def at(path: str) -> str:
        return root + path

    def static(name: str) -> str:
        return f"{root}/static/{name}?v={_fingerprint(name)}"

    def href(iri: str) -> str:
        return root + page_path(iri, base) if iri.startswith(base) else iri

    def there(iri: str) -> str:
        return f"{root}/{iri.removeprefix(base)}" if iri.startswith(base) else iri

    def described(iri: str, ending: str) -> str:
        return f"{root}/{iri.removeprefix(base)}{ending}"

    return {"at": at, "static": static, "href": href, "described": described, "there": there}


def page_path(iri: str, base: str) -> str:
    """Return the path of the page of a thing of the graph; but for studies that of a fact is on the page of its medicine.

    >>> base = "https://w3id.org/epargraph/"
    >>> page_path(base + "substance/sotorasib", base)
    '/substance/sotorasib.html'
    >>> page_path(base + "medicine/EMEA-H-C-005522/dose/54852e140997", base)
    '/medicine/EMEA-H-C-005522.html#dose-54852e140997'
    >>> page_path(base + "medicine/EMEA-H-C-005522/study/233bba6fbe98", base)
    '/medicine/EMEA-H-C-005522/study/233bba6fbe98.html'
    >>> page_path(base + "ontology#Dose", base)
    '/ontology.html#Dose'
    """
    kind, _, rest = iri.removeprefix(base).partition("/")
    if kind == "medicine" and "/" in rest:
        key, _, fact = rest.partition("/")
        if not fact.startswith("study/"):
            return f"/medicine/{key}.html#{anchor(fact)}"
    path, hash_, fragment = iri.removeprefix(base).partition("#")
    return f"/{path}.html{hash_}{fragment}"


def thing(request: Request) -> str:
    """Return the IRI of the thing whose page is asked for, percent signs as they stand in the graph."""
    raw = bytes(request.scope.get("raw_path") or request.scope["path"].encode()).decode("ascii", "replace")
    root = quote(str(request.scope.get("root_path", "")))
    return answers_of(request).base + raw.partition("?")[0].removeprefix(root).removeprefix("/").removesuffix(".html")


def anchor(part: str) -> str:
    """Return a part of an IRI as the name of a place on a page.

    >>> anchor("dose/54852e140997")
    'dose-54852e140997'
    """
    return part.replace("/", "-").replace("#", "-")


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(words.FILTERS)
    return made


def _here(request: Request) -> str:
    return str(request.scope["path"]).removeprefix(str(request.scope.get("root_path", "")))
