"""Make the PDFs that the tests read: pages of lines, as EMA's have them, with a watermark or a password where asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import fpdf
import pytest


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a PDF with the given lines on each page and returns its path."""
    return lambda pages, **options: _make(tmp_path / "overview.pdf", pages, **options)


@pytest.fixture
def overview() -> Path:
    """Return the path of the real overview of Lumykras."""
    return Path(__file__).parents[2] / "data/overviews/lumykras-epar-medicine-overview_en.txt"


def _make(
    path: Path, pages: Sequence[Sequence[str]], *, watermark: str = "", password: str = "", drawn: bool = False
) -> Path:
    pdf = fpdf.FPDF()
    pdf.set_auto_page_break(False)
    pdf.core_fonts_encoding = "windows-1252"
    if password:
        pdf.set_encryption(owner_password="owner", user_password=password)
    for lines in pages:
        pdf.add_page()
        pdf.set_font("Helvetica", size=9)
        for number, line in enumerate(lines):
            if line.strip():
                pdf.text(15, 15 + 4.5 * number, line)
        if drawn:
            pdf.rect(20, 20, 100, 100, style="F")
        if watermark:
            pdf.set_font("Helvetica", size=40)
            with pdf.rotation(45, 40, 250):
                pdf.text(40, 250, watermark)
    pdf.output(str(path))
    return path


@pytest.fixture
def pages(overview: Path) -> list[list[str]]:
    """Return the lines of the overview page by page: a page ends after its copyright line or its page number."""
    found: list[list[str]] = [[]]
    for line in overview.read_text("utf-8").replace("●", "•").splitlines():
        found[-1].append(line)
        if "Reproduction is authorised" in line or line.startswith("Page "):
            found.append([])
    return [page for page in found if any(line.strip() for line in page)]
