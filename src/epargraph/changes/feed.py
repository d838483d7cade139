"""Changes as an Atom feed (RFC 4287): the days are those of the sources, never the clock's."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from epargraph.changes.change import Change
from epargraph.changes.graph import iri
from epargraph.changes.select import History
from epargraph.errors import UsageError
from epargraph.graph import DEFAULT_BASE, software
from epargraph.graph.names import digest
from epargraph.vocabulary import CODE

_ATOM = "http://www.w3.org/2005/Atom"


def atom(history: History) -> bytes:
    """Return the changes as a feed, the same history the same bytes; each entry was updated on the day of its newer source.

    Raises UsageError where nothing tells the day of a source.
    """
    register_namespace("", _ATOM)
    feed = Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    graphs = " ".join(f"{old.graph} {new.graph}" for old, new in history.compared)
    titles = "; ".join(dict.fromkeys(f"{old.title} and {new.title}" for old, new in history.compared[:3]))
    more = "; ..." if len(history.compared) > 3 else ""
    days = [_day(new.age, new.file) for _, new in history.compared]
    _text(feed, "id", f"{DEFAULT_BASE}changes/{digest(f'{graphs} {history.medicine}')}")
    _text(feed, "title", f"Changes of EU medicines between the {titles}{more}")
    _text(feed, "updated", max(days))
    _text(SubElement(feed, f"{{{_ATOM}}}author"), "name", "epargraph")
    _text(feed, "generator", software().split()[0])
    _text(feed, "rights", "Source: European Medicines Agency. Not medical advice.")
    for change in history.changes:
        _entry(feed, change)
    indent(feed)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(feed: Element, change: Change) -> None:
    entry = SubElement(feed, f"{{{_ATOM}}}entry")
    _text(entry, "id", iri(change))
    _text(entry, "title", f"{change.name}: {change.title}")
    _text(entry, "updated", _day(change.new.age, change.new.file))
    SubElement(entry, f"{{{_ATOM}}}category", {"scheme": f"{CODE}change-type", "term": change.type})
    link = change.page if change.page and change.page.startswith(("http://", "https://")) else None
    if link:
        SubElement(entry, f"{{{_ATOM}}}link", {"rel": "alternate", "href": link})
    _text(entry, "content", "\n".join(_told(change)))


def _told(change: Change) -> Iterator[str]:
    yield change.sentence()
    if change.before is not None:
        yield f"Before ({change.old.title}): {change.before}"
    if change.after is not None:
        yield f"After ({change.new.title}): {change.after}"
    yield from (f"Quote before: “{each}”" for each in change.quotes_before)
    yield from (f"Quote after: “{each}”" for each in change.quotes_after)


def _text(parent: Element, name: str, text: str) -> None:
    element = SubElement(parent, f"{{{_ATOM}}}{name}")
    element.text = "".join(c for c in text if c >= " " or c in "\n\t")


def _day(day: str | None, file: str) -> str:
    if day is None:
        raise UsageError(file, "nothing tells the day of this version", "build it with --retrieved DAY")
    return f"{day}T00:00:00Z"
