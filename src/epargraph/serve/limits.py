"""What a server spends on its users at most."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a server.

    `deadline`: seconds after which a query is ended. `memory`: bytes that a worker may take beyond the store that it shares.
    `result`: bytes of an answer. `request`: bytes of a request's body, `address` of its path and query string, `query`
    characters of SPARQL. `workers`: queries that run at once, of which `reserved` are kept for pages and named questions.
    `light`: seconds after which a query gives way to the others wherever they need the processor.
    `waiting`: requests that may wait for a worker, `patience` seconds at most; the others are told to come again.
    """

    deadline: float = 10.0
    memory: int = 1_000_000_000
    result: int = 50_000_000
    request: int = 1_000_000
    address: int = 60_000
    query: int = 200_000
    workers: int = max(8, 4 * (os.cpu_count() or 1))
    reserved: int = 2
    light: float = 1.0
    waiting: int = 100
    patience: float = 5.0
