"""Terms from servers: each name is asked for once, in batches, and in smaller ones where an answer is not whole.

Every query ends with a row of its own; an answer without it was truncated, whatever its status says.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from epargraph.errors import BusyServerError, IncompleteError, StoreError
from epargraph.link.answers import Answer, Answers, Row
from epargraph.link.names import Name
from epargraph.link.prefixes import curie, prefix_of
from epargraph.link.servers import SAYS, Asking
from epargraph.link.spelling import spellings
from epargraph.link.terms import KINDS, PREFIX_KINDS, Term, mesh_kinds
from epargraph.patience import BusyError, GaveUpError, Pace
from epargraph.remote import Server, address, asked

_COLUMNS = ("name", "term", "is", "value")
_JSON = "application/sparql-results+json"
_PAGE = 100
_PAGES = 100
_IN_A_ROW = 3
"""Names without a whole answer, one after the other, after which a server is left in peace."""

_SLOW = 6
"""Requests that took too long, one after the other and each for less, after which a server is left in peace."""

_STREAK = 8
"""Whole answers, one after the other, after which more is asked for at once again."""

_LATER = "run the same command again later: what was answered is kept"

_LONGEST = 2000
"""Characters of a value; what is longer names nothing."""

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Told:
    """What servers told: the terms, the names (as asked) that were not answered whole, and counts."""

    terms: list[Term] = field(default_factory=list)
    unanswered: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    kept: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class _Page:
    """The rows of an answer by the names asked, how many they are, and whether the last row was there."""

    rows: Mapping[str, Sequence[Row]]
    size: int
    whole: bool


def terms(
    names: Sequence[Name],
    askings: Iterable[Asking],
    answers: Answers,
    *,
    agent: str,
    today: str,
    since: str = "",
    progress: Progress | None = None,
) -> Told:
    """Return the terms that the servers have for the names: those kept in `answers`, and the others asked for now.

    What is answered is kept at once, so that an interrupted run goes on where it was. Answers kept from before the day
    `since` are asked for anew. StoreError where a server does not answer, or wants to be left alone.
    """
    told = Told()
    for asking in askings:
        texts = sorted({text for name in names if name.kind in asking.kinds for text in spellings(name)})
        url = address(asking.endpoint)
        question = f"{url} {hashlib.sha256(asking.query.encode()).hexdigest()[:16]}"
        found = answers.get(question, texts, since)
        left = [text for text in texts if text not in found]
        told.kept += len(found)
        if left and (wait := answers.resting(url)):
            raise BusyServerError(url, f"the server wants to be left alone for {wait:.0f} s more", _LATER)
        server = Server(
            url,
            url,
            deadline=asking.deadline,
            tries=asking.tries,
            pause=asking.backoff,
            agent=agent,
            parameters=asking.parameters,
            pace=Pace(asking.pause, asking.share),
        )
        done = 0
        try:
            for rows in _asked(asking, server, left, told):
                answers.put(question, today, rows)
                found |= {name: Answer(today, tuple(sorted(each))) for name, each in rows.items()}
                told.asked += len(rows)
                done += len(rows)
                if progress is not None:
                    progress(done, len(left), asking.name)
        except BusyServerError as error:
            if error.wait:
                answers.rest(url, error.wait)
            raise BusyServerError(url, error.reason, _LATER, error.wait) from error
        told.terms += _terms(asking, found.values())
    return told


def _asked(asking: Asking, server: Server, names: Sequence[str], told: Told) -> Iterator[dict[str, Sequence[Row]]]:
    """Yield the answers for all names, batch by batch; one without a whole answer is made smaller, a single name paged."""
    left = deque(names)
    size = asking.batch
    failed = slow = good = 0
    shrink = 4
    while left:
        batch = [left.popleft() for _ in range(min(size, len(left)))]
        reason = "the server truncates its answers"
        late = False
        try:
            page = _page(asking, server, batch, told)
        except IncompleteError as error:
            page, reason = None, error.reason
            late = isinstance(error.__cause__, GaveUpError)
        slow = slow + 1 if late else 0
        if page is not None and page.whole:
            good, failed, shrink = good + 1, 0, 2
            if good % _STREAK == 0:
                size = min(asking.batch, 2 * size)
            yield {name: page.rows.get(name, ()) for name in batch}
        elif slow == _SLOW:
            raise StoreError(server.query_url, f"it is too slow, even for few names ({reason})", _LATER)
        elif len(batch) > 1:
            size, good = max(1, len(batch) // (shrink if late else 2)), 0
            left.extendleft(reversed(batch))
        elif not late and (rows := _paged(asking, server, batch[0], told)) is not None:
            failed = 0
            yield {batch[0]: rows}
        else:
            told.unanswered[batch[0]] = f"{asking.name}: no whole answer ({reason})"
            failed += 1
            if failed == _IN_A_ROW:
                raise StoreError(server.query_url, f"no whole answer, even for one name ({reason})", _LATER)


def _paged(asking: Asking, server: Server, name: str, told: Told) -> Sequence[Row] | None:
    """Return the whole answer for one name, page by page; None where there is none."""
    rows: list[Row] = []
    offset = 0
    try:
        for _ in range(_PAGES):
            page = _page(asking, server, [name], told, offset=offset, limit=_PAGE)
            rows += page.rows.get(name, ())
            if page.whole:
                return rows
            if not page.size:
                return None
            offset += page.size
    except IncompleteError:
        pass
    return None


def _page(
    asking: Asking, server: Server, names: Sequence[str], told: Told, *, offset: int = 0, limit: int | None = None
) -> _Page:
    told.requests += 1
    text = asking.bind(names, offset=offset, limit=limit)
    return asked(server, text, lambda _, body: _read(server.query_url, body, frozenset(names)), accept=_JSON)


def _read(url: str, body: bytes, names: frozenset[str]) -> _Page:
    """Return the rows of an answer; BusyError for a web page, IncompleteError for what is cut off or ends in an error."""
    rows: dict[str, list[Row]] = {}
    size = 0
    whole = False
    try:
        for each in json.loads(body.decode("utf-8-sig"))["results"]["bindings"]:
            if "end" in each:
                whole = True
                continue
            size += 1
            name, term, says, value = (str(each.get(column, {}).get("value", "")) for column in _COLUMNS)
            if name in names and says in SAYS and value and len(value) <= _LONGEST:
                rows.setdefault(name, []).append((term, says, value))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        if body.lstrip()[:1] == b"<":
            raise BusyError("a web page came back, not a result") from error
        reason = f"the answer is cut off or no SPARQL result ({error or type(error).__name__})"
        raise IncompleteError(url, reason, "ask for less") from error
    return _Page(rows, size, whole)


def _terms(asking: Asking, answers: Iterable[Answer]) -> Iterator[Term]:
    """Yield the terms told of, each as it was on the last day on which it was told."""
    by: dict[str, tuple[str, set[Row]]] = {}
    for answer in answers:
        for row in answer.rows:
            identifier = curie(row[0])
            if identifier is None or asking.prefix not in ("", prefix_of(identifier)):
                continue
            day, rows = by.get(identifier, ("", set()))
            if day < answer.retrieved:
                by[identifier] = (answer.retrieved, {row})
            elif day == answer.retrieved:
                rows.add(row)
    for identifier, (day, rows) in sorted(by.items()):
        yield _term(asking, identifier, day, rows)


def _term(asking: Asking, identifier: str, day: str, rows: set[Row]) -> Term:
    said: dict[str, list[str]] = {each: [] for each in SAYS}
    for _, says, value in sorted(rows):
        if value not in said[says]:
            said[says].append(value)
    prefix = prefix_of(identifier)
    kinds = frozenset(said["kind"]) & frozenset(KINDS)
    if not asking.says_kinds:
        default = PREFIX_KINDS.get(prefix, frozenset()) if len(asking.kinds) > 1 else asking.kinds
        kinds = mesh_kinds("|".join(each.rpartition("/")[2] for each in said["tree"])) if said["tree"] else default
    return Term(
        identifier,
        said["label"][0] if said["label"] else "",
        tuple(dict.fromkeys([*said["label"][1:], *said["exact"]])),
        tuple(said["other"]),
        tuple(dict.fromkeys(found for each in said["xref"] if (found := curie(each)))),
        kinds & asking.kinds,
        asking.origin,
        scoped=prefix != "mesh",
        retrieved=day,
    )
