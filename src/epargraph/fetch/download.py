"""One file from a web site to the disk: asked for politely, taken up again where it broke off, never half a file.

By urllib3, one request at a time with a pause between two. A file that the site has not changed is not sent again
(ETag, Last-Modified); one that broke off goes on where it stopped (Range, with If-Range so that two versions never
mix); a busy site is asked again as `patience` does.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from epargraph.errors import FetchError, UsageError
from epargraph.fetch.contents import LARGEST, Kind, check
from epargraph.fetch.manifest import Entry, sha256
from epargraph.patience import BUSY, BusyError, GaveUpError, patiently, retry_after

AGENT = f"epargraph/{version('epargraph')} (reads EMA's medicine overviews and register into a knowledge graph)"
"""What a request says of who asks."""

_CHUNK = 1 << 16
_REDIRECTS = 5
_CONNECT = 15.0
_READ = 30.0
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site said: that it has no such file, that the known one is unchanged, or a file with its marks."""

    state: Literal["missing", "unchanged", "got"]
    url: str
    sha256: str = ""
    bytes: int = 0
    etag: str | None = None
    last_modified: str | None = None


class Site:
    """A web site that is asked for one file at a time.

    `pause` is in seconds and between two requests; `deadline` in seconds and for one file, with its up to `tries`
    tries, between which `wait` seconds pass and then twice as many. UsageError for an address that is none.
    """

    def __init__(
        self, address: str, *, pause: float = 1.0, deadline: float = 300.0, tries: int = 5, wait: float = 2.0
    ) -> None:
        try:
            parts = urlsplit(address)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            raise UsageError(f"site {address}", "it is not the address of a web site", "give one like https://host")
        self._address = address.rstrip("/")
        self._scheme, self._host = parts.scheme, parts.netloc
        self._pause, self._deadline, self._tries, self._wait = pause, deadline, tries, wait
        self._next = 0.0
        self._pool = _pool(parts.scheme, parts.hostname or "")

    def url(self, path: str) -> str:
        """Return the address of a path on the site."""
        return self._address + path

    def get(self, path: str, part: Path, kind: Kind, known: Entry | None = None) -> Answer:
        """Download what is at the path to the file `part`, which is whole and checked when this returns "got".

        `known` is what the folder has from the same address. What broke off stays in `part` for the next call. Raises
        FetchError where the file can't be got or is not what was asked for.
        """
        url = self.url(path)
        known = known if known is not None and known.url == url else None
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            answer = patiently(
                lambda end: self._once(end, url, part, kind, known),
                deadline=self._deadline,
                tries=self._tries,
                pause=self._wait,
            )
            if answer.state == "got":
                try:
                    check(url, part, kind)
                except FetchError:
                    _drop(part)
                    raise
            return answer
        except GaveUpError as error:
            remedy = "try again later" + ("; it goes on where it broke off" if part.exists() else "")
            raise FetchError(url, str(error), remedy) from error
        except OSError as error:
            reason = f"it can't be written ({error.strerror or error})"
            raise FetchError(str(part), reason, "check the folder and the space on the disk") from error

    def _once(self, end: float, url: str, part: Path, kind: Kind, known: Entry | None) -> Answer:
        begun, mark = _begun(part, url)
        headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
        if begun:
            headers |= {"Range": f"bytes={begun}-", "If-Range": mark}
        elif known is not None:
            headers |= {"If-None-Match": known.etag} if known.etag else {}
            headers |= {"If-Modified-Since": known.last_modified} if known.last_modified else {}
        try:
            response = self._ask(end, url, headers)
            try:
                return self._taken(end, url, part, kind, begun, known, response)
            finally:
                response.close()
                response.release_conn()
        except urllib3.exceptions.NewConnectionError as error:
            raise FetchError(url, f"no connection ({_plain(error)})", "check the address and the network") from error
        except urllib3.exceptions.SSLError as error:
            raise FetchError(
                url, f"the site's certificate is refused ({_plain(error)})", "check the network"
            ) from error
        except urllib3.exceptions.ProxyError as error:
            reason = f"no connection by way of the proxy ({_plain(error.original_error)})"
            raise FetchError(url, reason, "check the environment's proxy") from error
        except urllib3.exceptions.HTTPError as error:
            raise BusyError(f"the connection broke off ({_plain(error)})") from error

    def _ask(self, end: float, url: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """Return the answer after redirections, all of them on the same site."""
        here = url
        for _ in range(_REDIRECTS + 1):
            time.sleep(max(0.0, min(self._next, end) - time.monotonic()))
            left = max(0.1, end - time.monotonic())
            response = self._pool.request(
                "GET",
                here,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
                timeout=urllib3.Timeout(connect=min(_CONNECT, left), read=min(_READ, left)),
            )
            self._next = time.monotonic() + self._pause
            there = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or there is None:
                return response
            response.drain_conn()
            try:
                here = urljoin(here, there)
                parts = urlsplit(here)
            except ValueError:
                raise FetchError(url, "the site sends on to no address", "look there with a browser") from None
            if parts.netloc != self._host or (self._scheme, parts.scheme) == ("https", "http"):
                raise FetchError(url, f"the site sends on to {here}, another site", "look there with a browser")
        raise FetchError(url, f"the site sends on more than {_REDIRECTS} times", "look there with a browser")

    def _taken(
        self,
        end: float,
        url: str,
        part: Path,
        kind: Kind,
        begun: int,
        known: Entry | None,
        response: urllib3.BaseHTTPResponse,
    ) -> Answer:
        status = response.status
        said = f"the site answers {status} {response.reason or ''}".strip()
        if status == 304 and known is not None and not begun:
            return Answer("unchanged", url)
        if status in (404, 410):
            _drop(part)
            return Answer("missing", url)
        if status in BUSY:
            raise BusyError(said, retry_after(response.headers.get("Retry-After"), response.headers.get("Date")))
        if status == 206 and begun:
            found = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
            mark = response.headers.get("ETag") or response.headers.get("Last-Modified")
            if found is None or int(found[1]) != begun or mark not in (None, _begun(part, url)[1]):
                _drop(part)
                raise BusyError("the site sent another part than was asked for")
        elif status == 416 and begun:
            _drop(part)
            raise BusyError("the site has no more of what broke off")
        elif status == 200:
            begun = 0
            _begin(part, url, response.headers)
        elif status in (401, 403):
            raise FetchError(url, said, "it may not want programs now: try again later, or download with a browser")
        else:
            raise FetchError(url, said, "check the address with a browser, or try again later")
        self._write(end, url, part, kind, begun, response)
        _side(part).unlink(missing_ok=True)
        return Answer(
            "got",
            url,
            sha256(part),
            part.stat().st_size,
            response.headers.get("ETag"),
            response.headers.get("Last-Modified"),
        )

    def _write(
        self, end: float, url: str, part: Path, kind: Kind, begun: int, response: urllib3.BaseHTTPResponse
    ) -> None:
        """Write the body behind what the part has; BusyError where it ends too early."""
        stated = response.headers.get("Content-Length", "")
        whole = begun + int(stated) if stated.isascii() and stated.isdigit() else None
        size = begun
        with part.open("ab" if begun else "wb") as file:
            # read1 gives what is there, so that what came slowly is kept too
            while max(size, whole or 0) <= LARGEST[kind] and (chunk := response.read1(_CHUNK, decode_content=False)):
                if time.monotonic() > end:
                    raise BusyError("the whole file did not come before the deadline")
                size += len(chunk)
                file.write(chunk)
        if max(size, whole or 0) > LARGEST[kind]:
            _drop(part)
            reason = f"it is larger than the {LARGEST[kind]:,} bytes that such a file can have"
            raise FetchError(url, reason, "check the address with a browser")
        if whole is not None and size != whole:
            raise BusyError(f"the connection broke off after {size:,} of {whole:,} bytes")


def _pool(scheme: str, host: str) -> urllib3.PoolManager:
    """Return what makes the requests, by way of the environment's proxy where there is one."""
    proxy = None if proxy_bypass(host) else getproxies().get(scheme)
    return urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()


def _side(part: Path) -> Path:
    return part.with_name(f"{part.name}.from")


def _begin(part: Path, url: str, headers: Mapping[str, str]) -> None:
    """Note which version a part is the beginning of, where the site marks its versions: else it can't go on later."""
    part.unlink(missing_ok=True)
    _side(part).unlink(missing_ok=True)
    etag = headers.get("ETag", "")
    mark = etag if etag.startswith('"') else headers.get("Last-Modified", "")  # a weak ETag can't vouch for bytes
    if mark:
        _side(part).write_text(json.dumps({"url": url, "mark": mark}), "utf-8")


def _begun(part: Path, url: str) -> tuple[int, str]:
    """Return how many bytes there are of a file that broke off, and the mark of its version: 0 where it can't go on."""
    try:
        told = json.loads(_side(part).read_text("utf-8"))
        if told["url"] == url and isinstance(told["mark"], str):
            return part.stat().st_size, told["mark"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return 0, ""


def _drop(part: Path) -> None:
    part.unlink(missing_ok=True)
    _side(part).unlink(missing_ok=True)


def _plain(error: Exception) -> str:
    """Return what went wrong without urllib3's own objects in it."""
    return re.sub(r"^.*?>?\): |^<[^>]*>: ", "", str(error)) or type(error).__name__
