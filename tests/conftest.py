"""What several tests need: the shared material, and a store built once from the bundled data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from epargraph.build import OVERVIEWS, build

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Test material that is not part of the project: it lies beside the checkout, where there is any."""


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Return a function that gives the path of shared material, and skips the test where there is none."""

    def path(name: str) -> Path:
        found = SHARED / name
        if not found.exists():
            pytest.skip(f"needs the shared test material {name}, which lies beside a developer's checkout")
        return found

    return path


@pytest.fixture(scope="session")
def lumykras() -> Path:
    """Return the path of the real overview of Lumykras."""
    return OVERVIEWS / "lumykras-epar-medicine-overview_en.txt"


@pytest.fixture(scope="session")
def built_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store of the bundled data, built once and only for reading."""
    where = tmp_path_factory.mktemp("built") / "store"
    build([OVERVIEWS], where)
    return where
