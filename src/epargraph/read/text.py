"""Bytes to lines: the encoding, the characters and the line breaks of a plain text."""

from __future__ import annotations

import re

from epargraph.read.layout import Line

_REMOVED = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LIGATURE = re.compile("[ﬀ-ﬆ]")
_SIGN = re.compile("^[\uf8e9\uf0d3\uf0e3] ?(?=EMEA )")
"""The copyright sign of the Symbol font, in PDFs of the years before 2009."""
_ODD = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd]")
_LEGACY = re.compile(
    "[\u2018\u2019\u201c\u201d\u2013\u2014\u2022\u2026\u20ac\u2122\xa0©®°±·µ²³½ÀÁÂÄÅÆÇÈÉÊËÌÍÎÏÑÓÔÖØÙÚÛÜßàáâäåæçèéêëìíîïñóôöøùúûü]"
)


def decode(data: bytes) -> str | None:
    r"""Return the text of the bytes, None where they are not text in an encoding that can be told for sure.

    UTF-8, UTF-16 with a byte order mark, and Windows-1252 where what is not ASCII is a letter or sign of English print.

    >>> decode("naïve".encode("cp1252"))
    'naïve'
    >>> decode(b"%PDF-1.7\x00\x01") is None
    True
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            return None
        return None if _ODD.search(text.replace("\f", "").replace("\v", "")) else text
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            return None
        if any(ord(c) > 127 and not _LEGACY.match(c) for c in set(text)):
            return None
    return None if "\x00" in text or len(_ODD.findall(text[:20_000])) > 8 else text


def to_lines(text: str, page: int = 0) -> list[Line]:
    """Return the lines of a text, spaces single, ligatures expanded; `page` is 0 where the source has no pages."""
    if _LIGATURE.search(text):
        text = _LIGATURE.sub(lambda match: _LIGATURES[match[0]], text)
    odd = _REMOVED.search(text) is not None
    lines = []
    for line in text.splitlines():
        glued = False
        if odd:
            glued = line.rstrip().endswith("\u00ad")
            line = _REMOVED.sub("", line)
        line = " ".join(line.split())
        if "\ufffe" in line:
            # pdfium's sign for a hyphen at the end of a line, with or without the line's end.
            glued = glued or line.endswith("\ufffe")
            line = line.replace("\ufffe ", "-").replace("\ufffe", "-")
        if "EMEA" in line:
            line = _SIGN.sub("©", line)
        lines.append(Line(line, page, glued=glued))
    return lines
