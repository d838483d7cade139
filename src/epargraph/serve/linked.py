"""Linked data: each thing answers by 303 with its page or its description, whichever is asked for.

A thing's IRI is a base and a path; `/path` sends to the thing's page (`/path.html`, or a place on the page of what it
belongs to), or to `/path.ttl`, `.jsonld`, `.nt` or `.rdf`. A description has the triples whose subject is the thing and no
others; that of the ontology has its terms, which are fragments of it.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from epargraph.graph import DEFAULT_BASE, software
from epargraph.serve import shapes
from epargraph.serve.answers import Answers, iri
from epargraph.serve.negotiation import HTML, TRIPLES, accepted, content_type, worded
from epargraph.serve.pages.plain import plain_page
from epargraph.serve.pages.site import page_path
from epargraph.serve.refused import RefusedError

_ONTOLOGY = DEFAULT_BASE + "ontology"
_VERSION = f"{_ONTOLOGY}/{software().split()[-1]}"
_SUFFIXES = {f".{word}": media for word, media in (*TRIPLES.items(), ("html", HTML))}


async def thing(request: Request) -> Response:
    """Send to the page or the description of a thing, or give it where the address has a suffix."""
    answers: Answers = request.app.state.answers
    path = _path(request)
    stem, dot, word = path.rpartition(".")
    media = _SUFFIXES.get(dot + word)
    found = await _known(answers, stem) if media else None
    if found is None and (itself := await _known(answers, path)):
        return _see_other(request, answers, itself, path)
    if media is None or found is None or (media == HTML and shapes.tells_of(found)):
        raise RefusedError(404, f"/{path[:200]}", "the graph has no such thing", "search for it by its name")
    if media == HTML:
        return await plain_page(request, found)
    if shapes.tells_of(found):
        body = shapes.description(found, media)
    else:
        body = await answers.triples(_description(found), media)
    return Response(body, headers={"content-type": content_type(media)})


def _path(request: Request) -> str:
    """Return the path as it was sent, percent signs and all, since they are part of IRIs."""
    raw = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    return bytes(raw).decode("ascii", "replace").partition("?")[0].removeprefix(_root(request)).removeprefix("/")


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")


async def _known(answers: Answers, path: str) -> str | None:
    """Return the IRI, with one of the bases, of the thing at a path; None where nothing is told of it."""
    for base in dict.fromkeys((answers.base, DEFAULT_BASE)):
        if base + path == _VERSION:
            return _ONTOLOGY
        try:
            name = iri(base + path)
        except ValueError:
            return None
        if await answers.holds(f"ASK {{ {name} ?p ?o }}") or shapes.tells_of(base + path):
            return base + path
    return None


def _see_other(request: Request, answers: Answers, found: str, path: str) -> Response:
    offered = [*TRIPLES.values(), *([] if shapes.tells_of(found) else [HTML])]
    media = worded(request, {**TRIPLES, "html": HTML}) or accepted(request, *offered)
    if media not in offered:
        raise RefusedError(406, "Accept", "there is no such description", f"accept one of {', '.join(offered)}")
    if media == HTML and found.startswith(answers.base):
        where = page_path(found, answers.base)
    else:
        where = f"/{path}{next(suffix for suffix, form in _SUFFIXES.items() if form == media)}"
    return RedirectResponse(_root(request) + where, 303, {"vary": "accept"})


def _description(found: str) -> str:
    if found == _ONTOLOGY:
        return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {iri(found)} {{ ?s ?p ?o }} }}"
    return f"CONSTRUCT {{ {iri(found)} ?p ?o }} WHERE {{ {iri(found)} ?p ?o }}"
