"""A site on this machine that serves what EMA's does, over a real socket, and misbehaves where a test tells it to."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fpdf
import pytest

REGISTER = "/en/documents/report/medicines-output-medicines-report_en.xlsx"
REGISTER_JSON = "/en/documents/report/medicines-output-medicines_json-report_en.json"
HEADER = ("Category", "Name of medicine", "EMA product number", "Medicine status", "Medicine URL")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

Reply = tuple[int, dict[str, str], bytes]
Trick = Callable[["Handler"], None]


class Ema:
    """What the site has, what it does wrong, and what it was asked.

    `files` are by their paths; `tricks` by path too, done in turn instead of an honest answer. With `marks` the site
    tells versions (ETag, Last-Modified), with `ranges` it sends parts of files.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.files: dict[str, bytes] = {}
        self.tricks: dict[str, list[Trick]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.sent: list[int] = []
        self.times: list[float] = []
        self.marks = True
        self.ranges = True

    def overview(self, name: str, data: bytes | None = None, *, old: bool = False) -> bytes:
        """Put an overview on the site, by default some bytes that begin and end as a PDF does."""
        data = data if data is not None else b"%PDF-1.7\n" + name.encode() * 50_000 + b"\n%%EOF\n"
        self.files[path_of(name, old=old)] = data
        return data

    def register(self, *rows: tuple[str, str, str], day: str = "14/03/2026") -> bytes:
        """Put the register on the site, as a workbook and as JSON: names in pages, product numbers, statuses."""
        cells = [
            ("Human", name.title(), number, status, f"https://www.ema.europa.eu/en/medicines/human/EPAR/{name}")
            for name, number, status in rows
        ]
        self.files[REGISTER] = workbook([("Output of:", f"{day} - 06:00"), (), HEADER, *cells])
        keys = [each.lower().replace(" ", "_") for each in HEADER]
        told = {"meta": {"timestamp": "2026-03-14T06:00:00Z"}, "data": [dict(zip(keys, c, strict=True)) for c in cells]}
        self.files[REGISTER_JSON] = json.dumps(told).encode()
        return self.files[REGISTER]

    def paths(self) -> list[str]:
        """The last parts of the paths that were asked for, in turn."""
        return [path.rpartition("/")[2] for path, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    """Answers one request: the next trick of its path, else honestly."""

    ema: Ema
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.ema.times.append(time.monotonic())
        self.ema.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        tricks = self.ema.tricks.get(self.path, [])
        if tricks:
            tricks.pop(0)(self)
        else:
            self.reply(*self.honest())

    def honest(self) -> Reply:
        data = self.ema.files.get(self.path)
        if data is None:
            return 404, {}, b"<!DOCTYPE html><html>Page not found</html>"
        marks = {"ETag": etag(data), "Last-Modified": "Sat, 14 Mar 2026 06:00:00 GMT"} if self.ema.marks else {}
        if self.ema.marks and self.headers["If-None-Match"] == etag(data):
            return 304, marks, b""
        begun = self.headers["Range"]
        if begun and self.ema.ranges and self.headers["If-Range"] == etag(data):
            start = int(begun.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                return 416, {"Content-Range": f"bytes */{len(data)}"}, b""
            return 206, {**marks, "Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}, data[start:]
        return 200, marks, data

    def reply(self, status: int, headers: Mapping[str, str], body: bytes, *, send: int | None = None) -> None:
        """Send an answer, of its body only the first `send` bytes before the connection ends."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            if value:
                self.send_header(name, value)
        self.ema.sent.append(len(body[:send]))  # before the client sees anything: it may ask for this at once
        self.end_headers()
        self.wfile.write(body[:send])
        self.close_connection = send is not None or status >= 400 or "Connection" in headers

    def log_message(self, *_: object) -> None:
        pass


def says(status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Trick:
    """A trick: this answer."""
    return lambda handler: handler.reply(status, headers or {}, body)


def breaks_off(after: int) -> Trick:
    """A trick: the honest answer, of which the connection ends after some bytes."""
    return lambda handler: handler.reply(*handler.honest(), send=after)


def drips(every: float) -> Trick:
    """A trick: the honest answer, a few bytes at a time with pauses."""

    def trick(handler: Handler) -> None:
        status, headers, body = handler.honest()
        handler.reply(status, {**headers, "Content-Length": str(len(body))}, b"")
        try:
            for at in range(0, len(body), 1000):
                handler.wfile.write(body[at : at + 1000])
                time.sleep(every)
        except OSError:
            pass
        handler.close_connection = True

    return trick


def etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:16]}"'


def path_of(name: str, *, old: bool = False) -> str:
    return f"/en/documents/overview/{name}-epar-{'summary-public' if old else 'medicine-overview'}_en.pdf"


def workbook(rows: list[tuple[str, ...]]) -> bytes:
    """Return a workbook with one sheet of these cells."""
    cells = ["".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) for row in rows]
    relation = f'<Relationship Id="r1" Type="{OFFICE}/{{}}" Target="{{}}"/>'
    relations = f'<Relationships xmlns="{PACKAGE}/relationships">{relation}</Relationships>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": relations.format("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="M" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations.format("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(f"<row>{c}</row>" for c in cells)}</sheetData></worksheet>',
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return whole.getvalue()


def pdf(text: str) -> bytes:
    """Return a PDF of a text's lines."""
    made = fpdf.FPDF()
    made.core_fonts_encoding = "windows-1252"
    made.set_auto_page_break(False)
    lines = text.replace("●", "•").splitlines()
    for start in range(0, len(lines), 58):
        made.add_page()
        made.set_font("Helvetica", size=9)
        for number, words in enumerate(lines[start : start + 58]):
            if words.strip():
                made.text(15, 15 + 4.5 * number, words)
    return bytes(made.output())


@pytest.fixture
def ema(tmp_path: Path) -> Iterator[Ema]:
    """Yield a running site."""

    class Own(Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as served:
        Own.ema = Ema(f"http://127.0.0.1:{served.server_port}")
        threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield Own.ema
        finally:
            served.shutdown()


@pytest.fixture(name="says")
def _says() -> Callable[..., Trick]:
    """Return the trick of a fixed answer."""
    return says


@pytest.fixture(name="breaks_off")
def _breaks_off() -> Callable[..., Trick]:
    """Return the trick of an answer whose connection ends early."""
    return breaks_off


@pytest.fixture(name="drips")
def _drips() -> Callable[..., Trick]:
    """Return the trick of an answer that comes slowly."""
    return drips


@pytest.fixture(name="pdf")
def _pdf() -> Callable[[str], bytes]:
    """Return a function that makes a PDF of a text."""
    return pdf


@pytest.fixture
def other_workbook() -> bytes:
    """Return a workbook that is no register."""
    return workbook([("a", "b"), ("c", "d")])
