"""Where ontology/, queries/ and data/ lie: beside src/ in a checkout, inside the package in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent


def _folder(in_wheel: str, in_checkout: str) -> Path:
    packed = _PACKAGE / in_wheel
    return packed if packed.is_dir() else _CHECKOUT / in_checkout


ONTOLOGY = _folder("ontology", "ontology")
"""The folder of epargraph.ttl, codes.ttl, shapes.ttl, advice.ttl and context.jsonld."""

QUERIES = _folder("queries_library", "queries")
"""The folder of the questions, one .rq file each."""

DATA = _folder("data", "data")
"""The folder of the bundled sources."""

RULES = _PACKAGE / "rules"
"""The folder of the extraction rules, one .toml file for each subject."""
