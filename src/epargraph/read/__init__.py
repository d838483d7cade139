"""Read a file as a Document: its text with the layout undone, its sections, where its pages begin."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from epargraph.errors import SourceError
from epargraph.model import Document, Section
from epargraph.read import html, layout, pdf, text
from epargraph.read.sections import sections, told

LARGEST = 20_000_000
"""Bytes: no overview comes near, with its pictures; a larger file is refused unread."""
LONGEST = 2_000_000
"""Characters of text: no overview comes near."""

_REFERENCE = re.compile(r"\bEME?A/(?:[A-Z]{2,8}/)?\d{1,8}/\d{4}\b")
_PRODUCT_NUMBER = re.compile(r"\bEMEA/ ?[HV]/ ?[CNWSO]/ ?(?:PSR/)?\d{2,6}")
_ENGLISH = frozenset(
    re.findall(r"\w+", "the of and to in is for with that are be by as it was or this which not on have has an at from")
)
_MARKUP = re.compile(r"\s*(?:<\?xml|<rdf:|<https?:|@prefix\b|@base\b|PREFIX\s|[{\[]\s*[\"{\[])")
_WORD = re.compile(r"[^\W\d_]+")
_TITLE = re.compile(
    r"An overview of .{1,160}? and why it (?:is|was) |EPAR summary for the public"
    r"|Summary of the European public assessment"
)


def read(path: Path, *, retrieved: str | None = None) -> Document:
    """Return the document in the file: a text (.txt), a PDF or a saved web page (.html).

    `retrieved` is the date (ISO 8601) on which the file was got, kept with the document. A document that lacks its end,
    its reference or its product number is read, with a warning. Raises SourceError where the file can't be read as an
    overview.
    """
    path = Path(path)
    data = _bytes(path)
    name = path.name
    if data.startswith(b"%PDF-") or (path.suffix.lower() == ".pdf" and b"%PDF-" in data[:1024]):
        lines = [
            line for number, page in enumerate(pdf.pages(str(path), data), 1) for line in text.to_lines(page, number)
        ]
        return _document(str(path), name, data, "application/pdf", lines, retrieved)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SourceError(
            str(path),
            "it is a workbook or another office file, not a document",
            "save a register table as .xlsx, an overview as PDF or text",
        )
    plain = text.decode(data)
    if plain is None:
        raise SourceError(
            str(path), "it is not text in UTF-8", "give a text file in UTF-8, a PDF or a saved web page of an overview"
        )
    page = path.suffix.lower() in (".html", ".htm", ".xhtml") or html.looks_like_html(data)
    if page:
        plain = html.visible(plain)
    elif _MARKUP.match(plain):
        raise SourceError(
            str(path), "it is XML, RDF or JSON, not prose", "give the text, PDF or saved web page of an overview"
        )
    if len(plain) > LONGEST:
        raise SourceError(
            str(path), f"it has {len(plain):,} characters, more than any overview", "give the overview alone"
        )
    if not plain.strip():
        raise SourceError(str(path), "it holds no words", "give the text, PDF or saved web page of an overview")
    if page:
        return _document(str(path), name, data, "text/html", text.to_lines(plain), retrieved, wrapped=False)
    return _document(str(path), name, data, "text/plain", text.to_lines(plain), retrieved)


def _bytes(path: Path) -> bytes:
    """Return the file's bytes."""
    try:
        if path.is_dir():
            raise SourceError(str(path), "it is a folder", "name a file in it")
        if path.exists() and not path.is_file():
            raise SourceError(str(path), "it is not a regular file", "name a file")
        size = path.stat().st_size
        if size > LARGEST:
            raise SourceError(
                str(path), f"it has {size:,} bytes, more than any overview", f"give a file of up to {LARGEST:,} bytes"
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceError(str(path), "there is no such file", "check the name") from None
    except PermissionError:
        raise SourceError(str(path), "it may not be read", "change its permissions") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(str(path), f"it can't be read ({reason})", "check the name and the disk") from None
    if not data:
        raise SourceError(str(path), "it is empty", "give the text, PDF or saved web page of an overview")
    return data


def _document(
    where: str,
    name: str,
    data: bytes,
    media_type: str,
    lines: list[layout.Line],
    retrieved: str | None,
    *,
    wrapped: bool = True,
) -> Document:
    found, cut = layout.paragraphs(lines, wrapped=wrapped)
    words, starts, breaks, pages = _assemble(found)
    parts = sections(found, starts)
    _refuse_other(where, words, parts)
    return Document(
        text=words,
        sections=parts,
        source=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        pages=pages,
        breaks=breaks,
        layout=tuple(cut),
        warnings=_warnings(words, parts),
        retrieved=retrieved,
    )


def _assemble(paragraphs: list[layout.Paragraph]) -> tuple[str, list[int], tuple[int, ...], tuple[int, ...]]:
    """Return the text of the paragraphs, one a line, with the offsets of paragraphs, breaks and pages."""
    starts: list[int] = []
    breaks: list[int] = []
    pages: dict[int, int] = {}
    offset = 0
    for paragraph in paragraphs:
        starts.append(offset)
        breaks += (offset + at for at in paragraph.breaks)
        for page, at in [(paragraph.page, 0), *paragraph.pages]:
            pages.setdefault(page, offset + at)
        offset += len(paragraph.text) + 1
    words = "\n".join(p.text for p in paragraphs)
    last = max(pages, default=0)
    if last == 0:
        return words, starts, tuple(breaks), ()
    begins: list[int] = []
    for page in range(last, 0, -1):
        begins.append(min(pages.get(page, len(words)), begins[-1] if begins else len(words)))
    begins.reverse()
    begins[0] = 0
    return words, starts, tuple(breaks), tuple(begins)


def _refuse_other(where: str, words: str, parts: tuple[Section, ...]) -> None:
    """Refuse a text that is no overview, or none in English."""
    headed = {part.name for part in parts if part.heading}
    signs = len(headed) * 2 + len(told(words)) + 2 * bool(_TITLE.search(words[:3000]))
    if signs >= 4:
        return
    sample = [word.lower() for word in _WORD.findall(words[:20_000])]
    if len(sample) >= 20 and sum(word in _ENGLISH for word in sample) < 0.12 * len(sample):
        raise SourceError(where, "its text is not English", "give the English version of the overview")
    raise SourceError(
        where,
        "it is not a medicine overview (no headings or sentences of EMA's template)",
        "give an EPAR medicine overview or summary for the public",
    )


def _warnings(words: str, parts: tuple[Section, ...]) -> tuple[str, ...]:
    names = {part.name for part in parts}
    found = []
    if not _REFERENCE.search(words):
        found.append("no reference number (EMA/.../...) in the text")
    if not _PRODUCT_NUMBER.search(words):
        found.append("no product number (EMEA/H/C/...) in the text")
    missing = [name for name in ("what", "use", "work", "benefits", "risks", "why", "other") if name not in names]
    if "other" in missing and "why" in missing:
        found.append(f"the overview seems cut short: no section {', '.join(missing)}")
    elif missing:
        found.append(f"no section {', '.join(missing)} found")
    return tuple(found)
