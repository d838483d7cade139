"""What `read` makes of PDFs, and what stops it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from epargraph.errors import SourceError
from epargraph.read import pdf, read

Make = Callable[..., Path]


def test_same_text(make_pdf: Make, pages: list[list[str]], overview: Path) -> None:
    """The overview as a PDF gives the same text as its plain text, watermark or not, with the place of each page."""
    for watermark in ("", "Medicinal product no longer authorised"):
        document = read(make_pdf(pages, watermark=watermark))
        assert document.text == read(overview).text
        assert document.media_type == "application/pdf"
        begins = [document.text[start:].split("\n")[0] for start in document.pages]
        assert begins == [
            "EMA/685702/2021",
            "What benefits of Lumykras have been shown in studies?",
            "Other information about Lumykras",
        ]
        assert document.page_at(document.text.index("docetaxel")) == 2


def test_page_within_a_sentence(make_pdf: Make, pages: list[list[str]]) -> None:
    """A page that ends within a sentence begins, in the text, within that sentence."""
    at = pages[0].index(next(line for line in pages[0] if line.startswith("The medicine can only")))
    document = read(make_pdf([pages[0][: at + 1], pages[0][at + 1 :], *pages[1:]]))
    assert document.text[document.pages[1] :].startswith("by a doctor who is experienced")
    assert document.page_at(document.text.index("The medicine can only")) == 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"password": "secret"}, "it is protected by a password"), ({"drawn": True}, "its pages hold no text")],
    ids=["password", "scanned"],
)
def test_no_text(make_pdf: Make, pages: list[list[str]], options: dict[str, object], reason: str) -> None:
    """A PDF that gives no text is refused with the reason."""
    with pytest.raises(SourceError, match=reason):
        read(make_pdf([[]] if "drawn" in options else pages, **options))


def test_long(make_pdf: Make) -> None:
    """A PDF with more pages than any overview is refused."""
    with pytest.raises(SourceError, match="it has more pages than any overview"):
        read(make_pdf([["A page."]] * 61))


def test_damage(make_pdf: Make, pages: list[list[str]]) -> None:
    """A damaged PDF is read or refused, and the next one is read as if nothing had been."""
    whole = make_pdf(pages).read_bytes()
    for at in range(0, len(whole), 211):
        damaged = whole[:at] + b"\xff\x00<<[" + whole[at + 5 :]
        with contextlib.suppress(SourceError):
            pdf.pages("damaged.pdf", damaged)
    assert "Lumykras" in pdf.pages("whole.pdf", whole)[0]


def test_limits(make_pdf: Make, pages: list[list[str]]) -> None:
    """A worker that has too little memory or time is ended, and told so; the next file gets a new one."""
    data = make_pdf(pages).read_bytes()
    pdf._worker.close()
    with pytest.raises(SourceError, match="too much memory"):
        pdf.pages("hostile.pdf", data, memory=20_000_000)
    with pytest.raises(SourceError, match="took longer"):
        pdf.pages("slow.pdf", data, deadline=0.0)
    assert len(pdf.pages("good.pdf", data)) == 3
