"""Give the text of PDFs, page by page: a process of its own, since a hostile PDF can exhaust memory or abort pdfium.

Run as a script by epargraph.read.pdf, with the limit of its memory in bytes as its argument. Reads PDFs from
standard input and writes JSON to standard output, each preceded by its length in eight bytes. Imports nothing of
epargraph, so as to start fast.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections import Counter

import pypdfium2

MOST_PAGES = 60
MOST_CHARACTERS = 2_000_000


def pages(data: bytes) -> dict[str, object]:
    """Return the texts of the pages, or the reason why there are none."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return {"error": "password" if "password" in str(error).lower() else "broken"}
    try:
        if len(document) > MOST_PAGES:
            return {"error": "long"}
        texts: list[str] = []
        for number in range(len(document)):
            page = document[number]
            texts.append(upright(page.get_textpage()))
            page.close()
            if sum(map(len, texts)) > MOST_CHARACTERS:
                return {"error": "long"}
    except (pypdfium2.PdfiumError, MemoryError):
        return {"error": "broken"}
    finally:
        document.close()
    return {"pages": texts}


def upright(page: pypdfium2.PdfTextPage) -> str:
    """Return the text of a page without what stands aslant on it, such as a watermark."""
    count: int = page.count_chars()
    if count <= 0:
        return ""
    angle = pypdfium2.raw.FPDFText_GetCharAngle
    # A watermark has 40 characters: a sample of every eighth finds it at an eighth of the cost.
    sample = Counter(round(angle(page, at), 1) for at in range(0, count, 8))
    usual = sample.most_common(1)[0][0]
    if len(sample) == 1:
        return str(page.get_text_range())
    kept: list[str] = []
    start = 0
    for at in range(count + 1):
        if at == count or abs(angle(page, at) - usual) > 0.05:
            if at > start:
                kept.append(text_of(page, start, at - start))
            start = at + 1
    return "".join(kept)


def text_of(page: pypdfium2.PdfTextPage, start: int, count: int) -> str:
    """Return the characters of a page from the one numbered `start`."""
    buffer = (ctypes.c_ushort * (count * 2 + 1))()
    written = pypdfium2.raw.FPDFText_GetText(page, start, count, buffer)
    return bytes(buffer)[: max(written - 1, 0) * 2].decode("utf-16-le", "ignore")


def main() -> None:
    """Answer PDFs until standard input ends."""
    limit = int(sys.argv[1])
    try:
        import resource
    except ImportError:  # not on Windows, where the deadline alone protects
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given, answer = sys.stdin.buffer, sys.stdout.buffer
    while head := given.read(8):
        reply = json.dumps(pages(given.read(int.from_bytes(head, "big")))).encode()
        answer.write(len(reply).to_bytes(8, "big") + reply)
        answer.flush()


if __name__ == "__main__":
    main()
