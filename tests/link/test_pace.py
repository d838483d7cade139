"""How politely servers are asked: pauses, what Retry-After says, and rest for those that want it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from epargraph.errors import BusyServerError
from epargraph.link.names import Name

if TYPE_CHECKING:
    from tests.link.conftest import Ask, Handler, Registry

FEW = (Name("condition", "a:2", "Crohn’s disease"), Name("condition", "a:3", "acute myeloid leukaemia"))

QueryFile = Callable[..., Path]


def test_a_server_that_wants_to_be_left_alone_is(registry: Registry, query_file: QueryFile, ask: Ask) -> None:
    """Where Retry-After is longer than we wait, the server is not asked again before, in a later run either."""
    registry.trick = lambda handler, *_: handler.send(429, Retry_After="3600")
    file = query_file("any", registry.url)
    with pytest.raises(BusyServerError, match="429"):
        ask(file, FEW)
    assert len(registry.asked) == 1
    with pytest.raises(BusyServerError, match=r"left alone for 3\d\d\d s more"):
        ask(file, FEW)
    assert len(registry.asked) == 1


def test_retry_after_is_waited_out(registry: Registry, query_file: QueryFile, ask: Ask) -> None:
    """After 429 no request comes before the seconds that Retry-After says have passed."""
    registry.trick = lambda handler, *_: len(registry.asked) == 1 and handler.send(429, Retry_After="1")
    ask(query_file("any", registry.url), FEW)
    assert registry.times[1] - registry.times[0] >= 1


@pytest.mark.parametrize("manner", [{"share": 0.5}, {"pause": 0.5}], ids=["share", "pause"])
def test_the_pace_is_kept(manner: dict[str, float], registry: Registry, query_file: QueryFile, ask: Ask) -> None:
    """The pause stands between two requests, and a rest as long as the answer took where the share is a half."""

    def trick(handler: Handler, names: list[str], honest: bytes) -> bool:
        time.sleep(0.3)
        return False

    registry.trick = trick
    ask(query_file("any", registry.url, batch=25, **manner), FEW)
    gaps = [after - before for before, after in zip(registry.times, registry.times[1:], strict=False)]
    assert gaps
    assert min(gaps) >= (0.55 if "share" in manner else 0.75)
