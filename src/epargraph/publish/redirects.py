"""The rules by which w3id.org leads from the permanent addresses to a release."""

from __future__ import annotations

from epargraph.publish.about import SITE
from epargraph.resources import DATA

RULES = DATA / "w3id" / ".htaccess"


def rules(site: str) -> str:
    """Return the rules for a release that lies at an address which ends in a slash."""
    return RULES.read_text("utf-8").replace(SITE, site)


def readme(site: str) -> str:
    """Return what is submitted beside the rules and how."""
    return (DATA / "w3id" / "README.md").read_text("utf-8").replace(SITE, site)
