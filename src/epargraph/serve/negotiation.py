"""Which of the forms that an answer can have a client wants: by a word in the address, else by Accept (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from starlette.requests import Request

from epargraph.serve.refused import RefusedError

ROWS: Mapping[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
"""The media types of rows, by the words that name them in an address; the first where a client has no wish."""

TRIPLES: Mapping[str, str] = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
"""The media types of triples, likewise."""

HTML = "text/html"

_ALSO = {
    "application/json": (ROWS["json"], TRIPLES["jsonld"]),
    "application/xml": (ROWS["xml"], TRIPLES["rdf"]),
    "text/xml": (ROWS["xml"], TRIPLES["rdf"]),
}
"""Types that are wider than those offered, and wished for in their place."""


def content_type(media: str) -> str:
    """Return the media type as a header says it, text with its encoding.

    >>> content_type("text/csv"), content_type("application/ld+json")
    ('text/csv; charset=utf-8', 'application/ld+json')
    """
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def accepted(request: Request, *offered: str) -> str | None:
    """Return the media type, of those offered, that a request's Accept likes best; None where it takes none of them."""
    return chosen(", ".join(request.headers.getlist("accept")), *offered)


def chosen(accept: str, *offered: str) -> str | None:
    """Return the media type, of those offered, that an Accept header likes best: the first where it likes them equally.

    >>> chosen("text/*;q=0.5, application/ld+json", "text/turtle", "application/ld+json")
    'application/ld+json'
    >>> chosen("", "text/csv"), chosen("image/png", "text/csv"), chosen("*/*, text/csv;q=0", "text/csv")
    ('text/csv', None, None)
    """
    wishes = list(_wishes(accept)) or [("*/*", 1.0)]
    best = max(offered, key=lambda media: _liking(media, wishes))
    return best if _liking(best, wishes) > 0 else None


def worded(request: Request, forms: Mapping[str, str]) -> str | None:
    """Return the media type that the address asks for by `format`, None where it asks for none; RefusedError for another."""
    word = request.query_params.get("format", "")
    if not word:
        return None
    if word not in forms:
        raise RefusedError(400, f"format {word[:40]}", "there is no such format", f"use one of {', '.join(forms)}")
    return forms[word]


def _wishes(accept: str) -> Iterator[tuple[str, float]]:
    for each in accept.split(","):
        media, *parameters = (part.strip().lower() for part in each.split(";"))
        weight = next((value for name, _, value in (p.partition("=") for p in parameters) if name == "q"), "1")
        if media:
            yield media, _number(weight)


def _number(weight: str) -> float:
    try:
        return min(1.0, max(0.0, float(weight)))
    except ValueError:
        return 0.0


def _liking(media: str, wishes: list[tuple[str, float]]) -> float:
    """Return the weight of the most precise wish that a media type fulfils, 0 where it fulfils none."""
    precise = 0, 0.0
    for wish, weight in wishes:
        if wish == media:
            precise = max(precise, (4, weight))
        elif media in _ALSO.get(wish, ()):
            precise = max(precise, (3, weight))
        elif wish == media.partition("/")[0] + "/*":
            precise = max(precise, (2, weight))
        elif wish == "*/*":
            precise = max(precise, (1, weight))
    return precise[1]
