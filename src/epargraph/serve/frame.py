"""What surrounds every request: limits of its address, the security headers of its answer, and a line in the access log."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""What a page may load: files of this server, and nothing that stands in the page itself."""

HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "retry-after",
}
"""The headers of every answer that does not have its own. Everything here is public and read-only: any origin may read it."""

_PREFLIGHT = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"*"),
    (b"access-control-max-age", b"86400"),
    (b"allow", b"GET, HEAD, POST, OPTIONS"),
]
_LONGEST = 2000
"""The characters of an address that the log keeps."""

Log = Callable[[str], None]


def to_output(line: str) -> None:
    """Write a line of the access log to standard output."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Frame:
    """The application with its frame; `log` takes the lines of the access log, which are JSON."""

    def __init__(self, app: ASGIApp, *, address: int, log: Log | None) -> None:
        self._app = app
        self._address = address
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        sent = {"status": 0, "bytes": 0}

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent["status"] = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            elif message["type"] == "http.response.body":
                sent["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self._address:
                await _answer(framed, 414, b"the address is too long; send the query in the body of a POST\n")
            elif scope["method"] == "OPTIONS":
                await _answer(framed, 204, b"", _PREFLIGHT)
            else:
                await self._app(scope, receive, framed)
        finally:
            if self._log:
                self._log(_line(scope, sent, time.perf_counter() - start))


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    own = headers if headers is not None else [(b"content-type", b"text/plain; charset=utf-8")]
    length = [(b"content-length", str(len(body)).encode())] if body else []
    await send({"type": "http.response.start", "status": status, "headers": [*own, *length]})
    await send({"type": "http.response.body", "body": body})


def _line(scope: Scope, sent: dict[str, int], seconds: float) -> str:
    target = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"").decode("latin-1")
    told: dict[str, object] = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": scope["client"][0] if scope.get("client") else "",
        "method": scope["method"],
        "target": target[:_LONGEST],
        "status": sent["status"],
        "bytes": sent["bytes"],
        "milliseconds": round(1000 * seconds, 1),
        "agent": agent[:200],
    }
    return json.dumps(told)
