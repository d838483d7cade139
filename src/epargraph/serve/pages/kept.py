"""What pages keep in memory as long as the store stays the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import Request

from epargraph.serve.pages.site import answers_of

Kept = TypeVar("Kept")


async def kept(request: Request, name: str, kind: type[Kept], make: Callable[[], Awaitable[Kept]]) -> Kept:
    """Return what was made under a name for this version of the store; it is made where there is none yet."""
    version = answers_of(request).version
    held: dict[str, tuple[int, object]] | None = getattr(request.app.state, "kept", None)
    if held is None:
        held = request.app.state.kept = {}
    found = held.get(name)
    if found and found[0] == version and isinstance(found[1], kind):
        return found[1]
    made = await make()
    held[name] = (version, made)
    return made
