"""One file from a site that is slow, busy, broken or wrong: it comes whole, goes on later, or is refused in words."""

from __future__ import annotations

import hashlib
import json
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from epargraph.errors import FetchError, UsageError
from epargraph.fetch import contents
from epargraph.fetch.download import Site
from epargraph.fetch.fetcher import Fetcher

if TYPE_CHECKING:
    from tests.fetch.conftest import Ema, Trick

DAY = "2026-03-14"
Says = Callable[..., "Trick"]


def fetcher(ema: Ema, folder: Path, *, day: str = DAY, deadline: float = 20.0, pause: float = 0.0) -> Fetcher:
    return Fetcher(Site(ema.url, pause=pause, deadline=deadline, tries=3, wait=0.01), folder / "data", today=day)


def fetched(ema: Ema, folder: Path, **options: float) -> bytes:
    """Fetch the overview of abcmed and return its bytes."""
    with fetcher(ema, folder, **options) as fetching:  # type: ignore[arg-type]
        got = fetching.overview("abcmed")
    assert got.file == "overviews/abcmed-epar-medicine-overview_en.pdf"
    assert left_over(folder) == []
    return (folder / "data" / got.file).read_bytes()


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "data").rglob("*.part*"))


def test_a_file_comes_with_its_manifest(ema: Ema, tmp_path: Path) -> None:
    """A file is what the site has, and the manifest says from where, when, and with which SHA-256 and marks."""
    data = ema.overview("abcmed")
    assert fetched(ema, tmp_path) == data
    (asked,) = ema.asked
    assert asked[1]["user-agent"].startswith("epargraph/")
    told = json.loads((tmp_path / "data/fetched.json").read_text("utf-8"))
    assert told["files"] == {
        "overviews/abcmed-epar-medicine-overview_en.pdf": {
            "url": f"{ema.url}/en/documents/overview/abcmed-epar-medicine-overview_en.pdf",
            "retrieved": DAY,
            "checked": DAY,
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "etag": f'"{hashlib.sha256(data).hexdigest()[:16]}"',
            "last_modified": "Sat, 14 Mar 2026 06:00:00 GMT",
        }
    }


def test_what_did_not_change_is_not_sent_again(ema: Ema, tmp_path: Path) -> None:
    """A file that the site has not changed is not sent again, and keeps its date of retrieval."""
    ema.overview("abcmed")
    fetched(ema, tmp_path)
    with fetcher(ema, tmp_path, day="2026-03-20") as fetching:
        assert fetching.overview("abcmed").state == "unchanged"
        (entry,) = fetching.manifest.files.values()
    assert ema.sent[1] == 0
    assert (entry.retrieved, entry.checked) == (DAY, "2026-03-20")


def test_what_did_not_change_is_seen_without_marks(ema: Ema, tmp_path: Path) -> None:
    """Where the site tells no versions the bytes tell that nothing changed."""
    ema.marks = False
    ema.overview("abcmed")
    fetched(ema, tmp_path)
    with fetcher(ema, tmp_path, day="2026-03-20") as fetching:
        assert fetching.overview("abcmed").state == "unchanged"
        assert fetching.manifest.files.popitem()[1].retrieved == DAY


def test_what_was_changed_here_is_fetched_again(ema: Ema, tmp_path: Path) -> None:
    """A file that somebody changed or deleted is fetched anew, whatever the manifest says."""
    data = ema.overview("abcmed")
    fetched(ema, tmp_path)
    (tmp_path / "data/overviews/abcmed-epar-medicine-overview_en.pdf").write_bytes(data[:-1] + b"!")
    assert fetched(ema, tmp_path) == data
    assert "if-none-match" not in ema.asked[1][1]


def test_what_broke_off_goes_on(ema: Ema, tmp_path: Path, breaks_off: Says) -> None:
    """A file that broke off goes on where it stopped, in the same call and in a later one, and is whole."""
    data = ema.overview("abcmed")
    path = next(iter(ema.files))
    ema.tricks[path] = [breaks_off(100_000), breaks_off(50_000), breaks_off(10_000)]
    with fetcher(ema, tmp_path) as fetching, pytest.raises(FetchError, match="it goes on where it broke off"):
        fetching.overview("abcmed")
    assert left_over(tmp_path) != []
    assert not (tmp_path / "data/overviews/abcmed-epar-medicine-overview_en.pdf").exists()
    assert fetched(ema, tmp_path) == data
    assert [asked[1].get("range") for asked in ema.asked] == [None, "bytes=100000-", "bytes=150000-", "bytes=160000-"]
    assert sum(ema.sent) == len(data)


def test_two_versions_never_mix(ema: Ema, tmp_path: Path, breaks_off: Says) -> None:
    """Where the site's file changed since it broke off, the new one comes whole."""
    ema.overview("abcmed")
    path = next(iter(ema.files))
    ema.tricks[path] = [breaks_off(100_000)] * 3
    with fetcher(ema, tmp_path) as fetching, pytest.raises(FetchError):
        fetching.overview("abcmed")
    data = ema.overview("abcmed", b"%PDF-1.7 another version" + bytes(400_000) + b"%%EOF")
    assert fetched(ema, tmp_path) == data


ODD_PARTS: Mapping[str, Callable[[Ema, Says], None]] = {
    "no parts": lambda ema, says: setattr(ema, "ranges", False),
    "no marks": lambda ema, says: setattr(ema, "marks", False),
    "nothing more": lambda ema, says: ema.tricks[next(iter(ema.files))].append(says(416)),
    "another part": lambda ema, says: ema.tricks[next(iter(ema.files))].append(
        says(206, {"Content-Range": "bytes 7-9/10"}, b"abc")
    ),
    "another version": lambda ema, says: ema.tricks[next(iter(ema.files))].append(
        says(206, {"Content-Range": "bytes 9000-9002/9003", "ETag": '"other"'}, b"abc")
    ),
}


@pytest.mark.parametrize("case", ODD_PARTS)
def test_a_site_that_sends_no_right_part(case: str, ema: Ema, tmp_path: Path, breaks_off: Says, says: Says) -> None:
    """Where the site sends no parts, or wrong ones, the file is begun anew and comes whole."""
    data = ema.overview("abcmed")
    ema.tricks[next(iter(ema.files))] = [breaks_off(9000)]
    ODD_PARTS[case](ema, says)
    assert fetched(ema, tmp_path) == data


def test_a_busy_site_is_asked_again(ema: Ema, tmp_path: Path, says: Says) -> None:
    """429 and 503 are waited out, as long as Retry-After says."""
    data = ema.overview("abcmed")
    ema.tricks[next(iter(ema.files))] = [says(429, {"Retry-After": "1"}), says(503)]
    assert fetched(ema, tmp_path) == data
    assert ema.times[1] - ema.times[0] >= 1


def test_a_pause_stands_between_requests(ema: Ema, tmp_path: Path) -> None:
    """Between two requests the pause passes, also between two different files."""
    ema.overview("abcmed", old=True)
    assert fetcher_pause(ema, tmp_path) >= 0.3


def fetcher_pause(ema: Ema, folder: Path) -> float:
    with fetcher(ema, folder, pause=0.3) as fetching:
        fetching.overview("abcmed")
    first, second = ema.times
    return second - first


def test_a_redirection_is_followed_on_the_same_site(ema: Ema, tmp_path: Path, says: Says) -> None:
    """A redirection to another address of the site is followed."""
    ema.files["/new.pdf"] = ema.overview("abcmed")
    ema.tricks[next(iter(ema.files))] = [says(301, {"Location": "/new.pdf"})]
    assert fetched(ema, tmp_path) == ema.files["/new.pdf"]


PAGE = b"<!DOCTYPE html><html><title>Are you human?</title></html>"
PDF = {"Content-Type": "application/pdf"}
REFUSED: Mapping[str, tuple[Callable[[Says], Trick], str]] = {
    "web page": (lambda says: says(200, PDF, PAGE), "a web page came back, not a PDF; open the address in a browser"),
    "text": (lambda says: says(200, PDF, b"sorry"), "what came is no PDF"),
    "nothing": (lambda says: says(200, PDF, b""), "what came is no PDF"),
    "half of it": (lambda says: says(200, {**PDF, "ETag": ""}, b"%PDF-1.7 half"), "the PDF that came lacks its end"),
    "shorter than it says": (
        lambda says: says(200, {"Content-Length": "99", "Connection": "close"}, b"%PDF-1.7 %%EOF"),
        "broke off",
    ),
    "longer than it says": (lambda says: says(200, {"Content-Length": "9"}, b"%PDF-1.7 %%EOF"), "lacks its end"),
    "length that is none": (
        lambda says: says(200, {"Content-Length": "-5", "Connection": "close"}, PAGE),
        "not a PDF|broke off",
    ),
    "compressed": (lambda says: says(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00"), "what came is no PDF"),
    "too large": (lambda says: says(200, {"Content-Length": "20000001"}), "larger than the 20,000,000 bytes"),
    "forbidden": (lambda says: says(403), "the site answers 403 Forbidden; it may not want programs"),
    "server error": (lambda says: says(500), "the site answers 500 Internal Server Error"),
    "busy for ever": (lambda says: says(503), "503 Service Unavailable; try again later"),
    "busy for an hour": (lambda says: says(429, {"Retry-After": "3600"}), "429 Too Many Requests; try again later"),
    "unchanged, unasked": (lambda says: says(304), "the site answers 304"),
    "a part, unasked": (lambda says: says(206, {}, b"%PDF-"), "the site answers 206"),
    "elsewhere": (lambda says: says(302, {"Location": "https://example.org/x.pdf"}), "sends on to https://example.org"),
    "no address": (lambda says: says(302, {"Location": "http://["}), "the site sends on to no address"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_the_file_is_refused(case: str, ema: Ema, tmp_path: Path, says: Says) -> None:
    """What is not the whole file is refused in one line with its address, and leaves nothing behind."""
    make, message = REFUSED[case]
    ema.overview("abcmed")
    ema.tricks[next(iter(ema.files))] = [make(says)] * 9
    with fetcher(ema, tmp_path) as fetching, pytest.raises(FetchError, match=message) as caught:
        fetching.overview("abcmed")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(ema.url)
    assert not list((tmp_path / "data").rglob("*.pdf"))
    assert [name for name in left_over(tmp_path) if name.endswith(".part")] == [] or "broke off" in message


def test_a_redirection_in_a_circle_ends(ema: Ema, tmp_path: Path, says: Says) -> None:
    """A site that sends round in a circle is asked six times, not for ever."""
    ema.overview("abcmed")
    path = next(iter(ema.files))
    ema.tricks[path] = [says(302, {"Location": path})] * 50
    with fetcher(ema, tmp_path) as fetching, pytest.raises(FetchError, match="sends on more than 5 times"):
        fetching.overview("abcmed")
    assert len(ema.asked) == 6


def test_a_body_without_a_stated_length_has_a_cap(
    ema: Ema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: Says
) -> None:
    """Without a stated length the bytes are counted as they come, and too many are refused."""
    monkeypatch.setitem(contents.LARGEST, "overview", 10_000)
    data = ema.overview("abcmed")
    ema.tricks[next(iter(ema.files))] = [says(200, {"Content-Length": "", "Connection": "close"}, data)]
    with fetcher(ema, tmp_path) as fetching, pytest.raises(FetchError, match="larger than the 10,000 bytes"):
        fetching.overview("abcmed")
    assert left_over(tmp_path) == []


def test_a_slow_site_does_not_outlast_the_deadline(ema: Ema, tmp_path: Path, drips: Says) -> None:
    """A site that sends a few bytes now and then is left at the deadline, and what came is gone on from."""
    data = ema.overview("abcmed")
    ema.tricks[next(iter(ema.files))] = [drips(0.05)]
    start = time.monotonic()
    with (
        fetcher(ema, tmp_path, deadline=1) as fetching,
        pytest.raises(FetchError, match=r"no whole answer within 1 seconds|before the deadline"),
    ):
        fetching.overview("abcmed")
    assert time.monotonic() - start < 5
    time.sleep(0.3)  # the reading ends by itself
    assert fetched(ema, tmp_path) == data
    assert ema.asked[1][1]["range"].startswith("bytes=")


def test_no_site_is_said_at_once(tmp_path: Path) -> None:
    """Where nothing listens the error comes without waiting."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with Fetcher(Site(url), tmp_path, today=DAY) as fetching, pytest.raises(FetchError, match="no connection"):
        fetching.overview("abcmed")


def test_the_environment_names_a_proxy(ema: Ema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests go by way of the environment's proxy, here the site itself, and a proxy that is not there is told."""
    data = ema.files["http://ema.example" + path_of("abcmed")] = b"%PDF-1.7 by proxy %%EOF"
    monkeypatch.setenv("http_proxy", ema.url)
    monkeypatch.setenv("no_proxy", "localhost")
    with Fetcher(Site("http://ema.example", pause=0), tmp_path, today=DAY) as fetching:
        assert fetching.overview("abcmed").state == "new"
        assert fetching.manifest.files.popitem()[1].bytes == len(data)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    message = r"by way of the proxy .*; check the environment's proxy"
    with (
        Fetcher(Site("http://ema.example", pause=0), tmp_path, today=DAY) as fetching,
        pytest.raises(FetchError, match=message),
    ):
        fetching.overview("abcmed")


def path_of(name: str) -> str:
    return f"/en/documents/overview/{name}-epar-medicine-overview_en.pdf"


@pytest.mark.parametrize("address", ["ema", "ftp://ema", "http://", "http://[", "https://host:port"])
def test_a_bad_address_is_refused(address: str) -> None:
    """What is no address of a web site is refused before anything is asked."""
    with pytest.raises(UsageError, match="it is not the address of a web site"):
        Site(address)
