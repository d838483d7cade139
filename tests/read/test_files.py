"""Files that can't be read as an overview, and those that are read with a warning."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from epargraph.errors import SourceError
from epargraph.read import read

GERMAN = """Was ist Lumykras und wofür wird es angewendet? Lumykras ist ein Krebsarzneimittel zur Behandlung von
Erwachsenen mit nicht kleinzelligem Lungenkarzinom, wenn der Krebs fortgeschritten ist und seine Zellen eine bestimmte
genetische Veränderung aufweisen."""
LEAFLET = """Package leaflet: Information for the patient. Read all of this leaflet carefully before you start taking
this medicine because it contains important information for you. 1. What Lumykras is and what it is used for. 2. What
you need to know before you take Lumykras. 3. How to take Lumykras. 4. Possible side effects. 5. How to store it."""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b" \n\n ", "it holds no words", id="blank"),
        pytest.param(bytes(range(256)) * 9, "it is not text in UTF-8", id="binary"),
        pytest.param(b"PK\x03\x04\x14\x00\x00\x00\x08\x00" * 50, "it is a workbook or another office file", id="zip"),
        pytest.param("What is Żyła?".encode("cp1250"), "it is not text in UTF-8", id="another code page"),
        pytest.param("What is X?".encode("utf-16-le"), "it is not text in UTF-8", id="UTF-16 without mark"),
        pytest.param(b"\xff\xfe\x00", "it is not text in UTF-8", id="broken UTF-16"),
        pytest.param(GERMAN.encode(), "its text is not English", id="German"),
        pytest.param(LEAFLET.encode(), "it is not a medicine overview", id="package leaflet"),
        pytest.param(b"%PDF-1.7 and nothing more", "it is not a well-formed PDF", id="broken PDF"),
        pytest.param(b"x" * 20_000_001, "it has 20,000,001 bytes", id="large"),
    ],
)
def test_refusals(tmp_path: Path, data: bytes, reason: str) -> None:
    """A file that is no overview is refused in one line that names it, the reason and the remedy."""
    path = tmp_path / "given.txt"
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: {reason}")
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "start",
    [
        '<?xml version="1.0"?>\n<rdf:RDF>',
        "@prefix oa: <http://www.w3.org/ns/oa#> .",
        '{"@context": {}, "x": "',
        "<https://x.org/a> ",
    ],
)
def test_data_that_quotes_an_overview_is_none(tmp_path: Path, overview: Path, start: str) -> None:
    """RDF, XML and JSON that quote an overview, such as our own exports, are not read as prose."""
    path = tmp_path / "export.txt"
    path.write_text(start + overview.read_text("utf-8"), "utf-8")
    with pytest.raises(SourceError, match="not prose"):
        read(path)


def test_folder_and_missing_file(tmp_path: Path) -> None:
    """A folder and a missing file are told as what they are."""
    with pytest.raises(SourceError, match="it is a folder"):
        read(tmp_path)
    with pytest.raises(SourceError, match="there is no such file"):
        read(tmp_path / "none.txt")
    with pytest.raises(SourceError, match="can't be read"):
        read(tmp_path / "a\0b.txt")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_unreadable_file(tmp_path: Path) -> None:
    """A file whose permissions forbid it is told so."""
    path = tmp_path / "closed.txt"
    path.write_text("closed")
    path.chmod(0)
    with pytest.raises(SourceError, match="it may not be read"):
        read(path)


def test_other_documents(shared: Callable[[str], Path]) -> None:
    """EMA's documents that are not overviews are refused."""
    for path in sorted(shared("pdf").glob("*.pdf")):
        with pytest.raises(SourceError, match="it is not a medicine overview"):
            read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, overview: Path, encoding: str) -> None:
    """The same overview in another encoding is the same text."""
    path = tmp_path / "overview.txt"
    path.write_bytes(overview.read_text("utf-8").replace("●", "•").encode(encoding))
    assert read(path).text == read(overview).text


def test_warnings(tmp_path: Path, overview: Path) -> None:
    """A truncated overview, or one without its numbers, is read with a warning."""
    text = overview.read_text("utf-8")
    path = tmp_path / "overview.txt"
    path.write_text(text[: text.index("What benefits of")], "utf-8")
    assert read(path).warnings == ("the overview seems cut short: no section benefits, risks, why, other",)
    path.write_text(text[text.index("What is Lumykras") :].replace("EMA/685702/2021", ""), "utf-8")
    assert read(path).warnings == (
        "no reference number (EMA/.../...) in the text",
        "no product number (EMEA/H/C/...) in the text",
    )


def test_inside_another_page(tmp_path: Path, overview: Path) -> None:
    """An overview inside another site's text is read."""
    path = tmp_path / "page.txt"
    words = read(overview).text
    path.write_text(
        f"Home\nNews\nCookies\nWe use cookies to improve this page.\n{words}\nContact us\nImprint\n", "utf-8"
    )
    assert words in read(path).text
