"""What a request brings, read within limits: its body, and the fields of a form."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from epargraph.serve.refused import RefusedError

_PATIENCE = 20.0
"""Seconds in which a body must have come."""


async def body(request: Request, most: int) -> bytes:
    """Return the body; RefusedError where it is larger than so many bytes, or comes too slowly."""
    try:
        told = int(request.headers.get("content-length", "0"))
    except ValueError:
        told = 0
    if told > most:
        raise _large(most)
    parts: list[bytes] = []
    left = most
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                left -= len(part)
                if left < 0:
                    raise _large(most)
                parts.append(part)
    except TimeoutError as error:
        raise RefusedError(408, "request", "its body came too slowly", "send it again") from error
    except ClientDisconnect as error:
        raise RefusedError(400, "request", "its body broke off", "send it again") from error
    return b"".join(parts)


def _large(most: int) -> RefusedError:
    return RefusedError(413, "request", f"its body has more than {most:,} bytes", "send less at once")


def text(data: bytes) -> str:
    """Return bytes as the UTF-8 text that they are; RefusedError where they are none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(400, "request", "its body is not UTF-8", "send UTF-8") from error


def fields(data: str, most: int = 1000) -> list[tuple[str, str]]:
    """Return the fields of a query string or form, in their order; RefusedError where that is none, or has too many.

    >>> fields("query=ASK%20%7B%7D&x=")
    [('query', 'ASK {}'), ('x', '')]
    """
    try:
        return parse_qsl(data, keep_blank_values=True, errors="strict", max_num_fields=most)
    except ValueError as error:
        raise RefusedError(
            400, "request", "its fields are not encoded as a form's in UTF-8", "encode them so"
        ) from error
