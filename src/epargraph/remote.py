"""One request to a SPARQL 1.1 server by SPARQLWrapper, with the checks that it leaves out.

A total deadline, repeats with Retry-After and growing pauses (every request here may be repeated: queries change
nothing, and an update replaces whole graphs), a name for who asks, and a look at status, type and completeness of what
comes back. What servers do wrong, and what becomes of it:

- 403 for a program without a name: an error that says how to give one
- 429, 502, 503, 504: asked again, as `patience` does; then BusyServerError, for 504 IncompleteError
- 206, X-SPARQL-MaxRows, 500 because of a time limit, nothing whole before the deadline, however slowly it drips: IncompleteError
- a header for each graph that a request names (Virtuoso): taken, up to _HEADERS; Python's own limit is 100
- a web page or broken JSON with status 200: for the caller's `read` to tell
"""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from importlib.metadata import version
from typing import Literal, TypeVar
from urllib.parse import urlsplit, urlunsplit

from SPARQLWrapper import POST, POSTDIRECTLY, SPARQLExceptions, SPARQLWrapper

from epargraph.credentials import Credentials
from epargraph.errors import (
    BusyServerError,
    EparGraphError,
    IncompleteError,
    QueryError,
    RefusedError,
    StoreError,
    UsageError,
)
from epargraph.patience import BUSY, BusyError, GaveUpError, Pace, patiently, retry_after

_CHUNK = 65536
_LARGEST = 1 << 30
_UPDATES = 5
"""How many times as long as a query an update may take."""
_LIMIT = re.compile(r"time[- ]?out|timed out|time limit|estimated execution time", re.IGNORECASE)

_HEADERS = 1_000_000
# A limit for all of http.client, which has no way to set it for one connection; a line's length has a limit of its own.
setattr(http.client, "_MAXHEADERS", _HEADERS)  # noqa: B010 -- the stubs have no such name

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Server:
    """The addresses of a server, who asks, and for how long (seconds) and how often a request is tried.

    `parameters` are sent along with each query; `pace` is how often the server is asked at most.
    """

    query_url: str
    update_url: str
    credentials: Credentials = field(default_factory=Credentials)
    deadline: float = 120.0
    tries: int = 5
    pause: float = 0.5
    agent: str = field(default_factory=lambda: agent())
    parameters: tuple[tuple[str, str], ...] = ()
    pace: Pace | None = None


def agent(contact: str = "") -> str:
    """Return what a request says of who asks: this software and, where given, an address of whoever runs it.

    UsageError for a contact that no header can hold.

    >>> agent("me@example.org").partition(" ")[2]
    '(https://w3id.org/epargraph/; me@example.org)'
    """
    contact = contact.strip()
    if not contact.isascii() or not contact.isprintable() or any(each in "()" for each in contact):
        raise UsageError("contact", "it can't stand in a request's header", "give an e-mail address or a URL")
    about = f"https://w3id.org/epargraph/; {contact}" if contact else "https://w3id.org/epargraph/"
    return f"epargraph/{version('epargraph')} ({about})"


def server(where: str, *, credentials: Credentials | None = None, deadline: float = 120.0) -> Server:
    """Return the server that the URL stands for; see `open_store`.

    >>> server("http://localhost:7878/").query_url, server("http://localhost:7878").update_url
    ('http://localhost:7878/query', 'http://localhost:7878/update')
    >>> server("http://localhost:8890/sparql-auth").update_url
    'http://localhost:8890/sparql-auth'
    >>> server("http://localhost/a/query|http://localhost/b").update_url
    'http://localhost/b'
    """
    credentials = credentials or Credentials()
    first, _, second = where.partition("|")
    query_url = address(first)
    if second:
        update_url = address(second)
        if credentials.sent and urlsplit(query_url)[:2] != urlsplit(update_url)[:2]:
            reason = "queries and updates go to two servers, and the password is for one"
            raise StoreError("store", reason, "name two addresses of one server")
    elif query_url.endswith("/query"):
        update_url = query_url.removesuffix("query") + "update"
    elif query_url.rpartition("/")[2].startswith("sparql"):
        update_url = query_url
    else:
        query_url, update_url = (f"{query_url.rstrip('/')}/{last}" for last in ("query", "update"))
    return Server(query_url, update_url, credentials, deadline)


def address(url: str) -> str:
    """Return the URL without its fragment; StoreError where it is none, or has a password in it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise StoreError("store", f"this is not a URL ({error})", "name a folder or an http(s) URL") from error
    if not host or parts.scheme not in ("http", "https"):
        raise StoreError("store", "this is not the URL of a server", "name a folder or an http(s) URL")
    if parts.username is not None:
        raise StoreError(
            f"{parts.scheme}://{host}",
            "a user or a password stands in the URL, where others can read it",
            "put them into the environment: EPARGRAPH_USER and EPARGRAPH_PASSWORD",
        )
    return urlunsplit((parts.scheme, (f"[{host}]" if ":" in host else host) + port, parts.path, parts.query, ""))


def request(
    server: Server,
    text: str,
    *,
    kind: Literal["query", "update"] = "query",
    accept: str = "*/*",
    graphs: Sequence[str] = (),
    named: Sequence[str] = (),
) -> tuple[str, bytes]:
    """Return the media type and the whole body of the server's answer.

    The dataset of the query is to be the union of `graphs`, and the graphs `named`. QueryError for a query that the
    server refuses, RefusedError for an update, StoreError for everything else that goes wrong, after the last try or at
    the deadline.
    """
    return asked(server, text, lambda *answer: answer, kind=kind, accept=accept, graphs=graphs, named=named)


def asked(
    server: Server,
    text: str,
    read: Callable[[str, bytes], T],
    *,
    kind: Literal["query", "update"] = "query",
    accept: str = "*/*",
    graphs: Sequence[str] = (),
    named: Sequence[str] = (),
) -> T:
    """Return what `read` makes of the answer's media type and body; where it raises BusyError the server is asked again."""
    url = server.query_url if kind == "query" else server.update_url
    try:
        return patiently(
            lambda end: read(*_once(end, server, url, text, kind, accept, graphs, named)),
            deadline=server.deadline * (_UPDATES if kind == "update" else 1),
            tries=server.tries,
            pause=server.pause,
            pace=server.pace,
        )
    except GaveUpError as error:
        if error.late or " 504 " in f"{error} ":
            raise IncompleteError(url, str(error), "ask for less, or try again later") from error
        raise BusyServerError(url, str(error), "try again later", error.wait) from error


class _Asking(SPARQLWrapper):
    """A request that says who asks to the server that it is for, not to one to which that sends it on."""

    authorisation: str | None = None

    def _createRequest(self) -> urllib.request.Request:  # noqa: N802 -- SPARQLWrapper's name
        request: urllib.request.Request = super()._createRequest()
        if self.authorisation:
            request.add_unredirected_header("Authorization", self.authorisation)
        return request


def _once(
    end: float,
    server: Server,
    url: str,
    text: str,
    kind: str,
    accept: str,
    graphs: Sequence[str],
    named: Sequence[str],
) -> tuple[str, bytes]:
    left = max(1, int(end - time.monotonic()) + 1)
    wrapper = _Asking(server.query_url, updateEndpoint=server.update_url, agent=server.agent)
    wrapper.setMethod(POST)
    if "%" in text and not graphs and not named:  # some servers decode what stands in a form twice
        wrapper.setRequestMethod(POSTDIRECTLY)
    wrapper.setOnlyConneg(True)
    wrapper.setTimeout(left)
    # Not setQuery: it guesses the kind of request by patterns, which a word in a string deceives.
    wrapper.queryString = text
    wrapper.queryType = "INSERT" if kind == "update" else "SELECT"
    wrapper.addCustomHttpHeader("Accept", accept)
    wrapper.authorisation = server.credentials.header(url, left)
    for name, value in server.parameters:
        wrapper.addParameter(name, value)
    for graph in graphs:
        wrapper.addParameter("default-graph-uri", graph)
    for graph in named:
        wrapper.addParameter("named-graph-uri", graph)
    try:
        response = wrapper.query().response
        with response:
            if response.geturl().partition("?")[0] != url.partition("?")[0]:  # an update sent on becomes a mere GET
                raise StoreError(url, f"the server sends on to {response.geturl()}", "name that address")
            _check(url, response.status, response.headers)
            return response.headers.get_content_type(), _body(url, response, end)
    except EparGraphError:
        raise
    except SPARQLExceptions.SPARQLWrapperException as error:
        raise _refused(server, url, kind, error) from error
    except urllib.error.HTTPError as error:
        with error:
            raise _failed(url, error) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionRefusedError):
            raise StoreError(url, "nothing answers there", "start the server or mend the address") from error
        raise BusyError(f"no connection ({error.reason})") from error
    except (OSError, http.client.HTTPException) as error:
        raise BusyError(f"the connection broke off ({error or type(error).__name__})") from error


def _check(url: str, status: int, headers: Message) -> None:
    if status not in (200, 204):
        raise IncompleteError(url, f"the answer has status {status}, so it may not be whole", "ask for less at once")
    for name in ("X-SPARQL-MaxRows", "X-SQL-State"):
        if name in headers:
            reason = f"the server cut the answer off ({name}: {headers[name]})"
            raise IncompleteError(url, reason, "ask for less at once")


def _body(url: str, response: http.client.HTTPResponse, end: float) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := response.read1(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > _LARGEST:
            raise IncompleteError(url, f"the answer is larger than {_LARGEST} bytes", "ask for less at once")
        if time.monotonic() > end:
            raise IncompleteError(url, "no whole answer before the deadline", "ask for less, or try again later")
    stated = response.headers["Content-Length"]
    if stated is not None and int(stated) != size:
        raise BusyError(f"the connection broke off after {size} of {stated} bytes")
    return b"".join(chunks)


def _refused(server: Server, url: str, kind: str, error: SPARQLExceptions.SPARQLWrapperException) -> EparGraphError:
    said = str(error.args[0] if error.args else error).partition("Response:")[2].strip()
    said = " ".join(said.removeprefix("b").strip("'\"").encode().decode("unicode_escape", "replace").split())
    too_long, said = _LIMIT.search(said), said[:300]  # some servers repeat the query before they tell the reason
    if isinstance(error, SPARQLExceptions.QueryBadFormed) and kind == "query":
        return QueryError(url, f"the server refuses the query: {said}", "mend the query")
    if isinstance(error, SPARQLExceptions.EndPointNotFound):
        return StoreError(
            url, "there is no SPARQL endpoint here (404)", "name its query URL, or `query-url|update-url`"
        )
    if isinstance(error, SPARQLExceptions.URITooLong):
        return IncompleteError(url, "the query is too long for the server (414)", "ask for less at once")
    if isinstance(error, SPARQLExceptions.Unauthorized):
        return StoreError(url, "the server does not know who asks (401)", server.credentials.remedy)
    if too_long:
        return IncompleteError(url, f"the query took too long for the server: {said}", "ask for less at once")
    failed = RefusedError if kind == "update" else StoreError
    return failed(url, f"the server failed: {said or error.msg}", "look into the server's log")


def _failed(url: str, error: urllib.error.HTTPError) -> Exception:
    reason = f"the server answers {error.code} {error.reason}"
    if error.code in BUSY:
        return BusyError(reason, retry_after(error.headers.get("Retry-After"), error.headers.get("Date")))
    if error.code == 403:
        remedy = "ask its keeper for the right to do this; some want to know which program asks (--contact, where a command has it)"
        return StoreError(url, reason, remedy)
    if error.code == 413:
        return IncompleteError(url, reason, "ask for less at once")
    return StoreError(url, reason, "check the address and the server's log")
