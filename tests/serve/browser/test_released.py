"""The static pages of a release in a real browser, opened from disk."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from epargraph.publish import imprint, publish
from epargraph.stores import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

PAGES = ("index.html", "medicine/index.html", "medicine/EMEA-H-C-005522.html", "things/substance.html")


@pytest.fixture(scope="module")
def release(whole_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a release of all bundled data."""
    folder = tmp_path_factory.mktemp("released") / "release"
    with open_store(whole_store) as store:
        publish(store, folder, imprint(store))
    return folder


@pytest.mark.parametrize("path", PAGES)
def test_a_page_from_disk_on_a_phone(path: str, release: Path, browser: Browser) -> None:
    """It is no wider than the phone, asks nothing of the network, and each link within the release has its file."""
    asked: list[str] = []
    with browser.new_page(viewport={"width": 375, "height": 740}) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto((release / path).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        links = page.evaluate("[...document.links].map(link => link.href)")
    assert {urlsplit(each).scheme for each in asked} == {"file"}
    here = [unquote(urlsplit(each).path) for each in links if each.startswith("file:")]
    assert here
    assert [each for each in here if not (release / each).is_file()] == []
