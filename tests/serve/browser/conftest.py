"""A real browser (Debian's chromium, driven by Playwright) before a server of the bundled data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from epargraph.build import LINKS, OVERVIEWS, REGISTER, build

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from tests.serve.conftest import Served, Serving

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SHOTS = Path(os.environ.get("EPARGRAPH_SCREENSHOTS") or Path(__file__).parents[3] / "build" / "screenshots")
"""Where the screenshots of the pages go."""


@dataclass(slots=True)
class Visit:
    """A page in the browser, all that it asked for and all that it complained about."""

    page: Page
    context: BrowserContext
    url: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the server and return it."""
        self.page.goto(self.url + path)
        return self.page

    @property
    def elsewhere(self) -> list[str]:
        """The addresses asked for that are not the server's."""
        here = urlsplit(self.url).netloc
        return [
            each
            for each in self.asked
            if urlsplit(each).scheme not in ("data", "blob") and urlsplit(each).netloc != here
        ]


Visiting = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield a browser; skips where there is none, or nothing to drive it with.

    Playwright has an event loop running in this thread as long as it runs, with which no other can be: so not for longer
    than a module.
    """
    driver = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install '.[test]'")
    program = os.environ.get("EPARGRAPH_BROWSER") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"needs a browser, one of {', '.join(PROGRAMS)}: apt-get install chromium")
    with driver.sync_playwright() as started:
        options = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        opened = started.chromium.launch(executable_path=program, args=options)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def whole_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of all bundled data: overview, registers of four days, links."""
    where = tmp_path_factory.mktemp("whole") / "store"
    assert not build([OVERVIEWS, REGISTER, LINKS], where).failures
    return where


@pytest.fixture(scope="session")
def site(serving: Serving, whole_store: Path) -> Iterator[Served]:
    """Yield a server of all bundled data."""
    with serving(whole_store) as server:
        yield server


@pytest.fixture
def visiting(browser: Browser, site: Served) -> Visiting:
    """Return a function that opens a window; on leaving it, nothing was asked for elsewhere and nothing complained."""

    @contextmanager
    def visit(*, width: int = 1280, height: int = 900, scheme: str = "light", script: bool = True) -> Iterator[Visit]:
        phone = width < 600
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
            has_touch=phone,
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
            accept_downloads=True,
        )
        seen = Visit(context.new_page(), context, site.url)
        context.on("request", lambda request: seen.asked.append(request.url))
        seen.page.on("console", lambda told: seen.complaints.append(told.text) if told.type == "error" else None)
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        try:
            yield seen
            assert seen.elsewhere == []
            assert seen.complaints == []
        finally:
            context.close()

    return visit
