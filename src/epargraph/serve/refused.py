"""The errors of the server: each is an HTTP status beside the place, the reason and the remedy."""

from __future__ import annotations

from collections.abc import Mapping

from epargraph.errors import EparGraphError


class RefusedError(EparGraphError):
    """A request that is answered by an error; `headers` go with it."""

    def __init__(
        self, status: int, where: str, reason: str, remedy: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(where, reason, remedy)
        self.status = status
        self.headers = dict(headers or {})
