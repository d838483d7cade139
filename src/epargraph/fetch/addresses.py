"""Where EMA's site has the register and the overviews: read from addresses.toml; names that are safe as file names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from epargraph.errors import RuleError

Form = Literal["xlsx", "json"]
"""The forms in which the register is published."""

_FILE = Path(__file__).with_name("addresses.toml")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,148}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The site, the paths on it, how a medicine's page is known, and the statuses without an overview."""

    site: str
    register: dict[Form, str]
    overview: tuple[str, ...]
    page: re.Pattern[str]
    undecided: frozenset[str]


@cache
def addresses() -> Addresses:
    """Return the addresses; RuleError where addresses.toml is not well formed."""
    try:
        table = tomllib.loads(_FILE.read_text("utf-8"))
        return Addresses(
            site=table["site"],
            register={"xlsx": table["register"]["xlsx"], "json": table["register"]["json"]},
            overview=tuple(table["overview"]["pdf"]),
            page=re.compile(table["pages"]["pattern"]),
            undecided=frozenset(table["pages"]["undecided"]),
        )
    except (OSError, ValueError, KeyError, re.error) as error:
        raise RuleError(_FILE.name, f"can't be read ({error!r})", "install epargraph again") from error


def name_in(page: str) -> str | None:
    """Return a medicine's name as its page's address ends, None where that is no such page or no safe file name.

    >>> name_in("https://www.ema.europa.eu/en/medicines/human/EPAR/rivastigmine-1-pharma")
    'rivastigmine-1-pharma'
    >>> name_in("https://www.ema.europa.eu/en/medicines/human/EPAR/../../etc")
    """
    found = addresses().page.search(page)
    return found["name"] if found and _NAME.fullmatch(found["name"]) else None


def name_of(medicine: str) -> str | None:
    """Return the name that the page of a medicine most likely has: letters and digits, with hyphens between.

    What the medicine was called before is left out. None where nothing is left.

    >>> name_of("Kirsty (previously Kixelle)"), name_of("Equilis EHV 1+4"), name_of("Lopinavir/Ritonavir Viatris")
    ('kirsty', 'equilis-ehv-14', 'lopinavir-ritonavir-viatris')
    >>> name_of("../../etc/passwd"), name_of("..")
    ('etc-passwd', None)
    """
    plain = unicodedata.normalize("NFKD", medicine).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"\(previously .*", "", plain)
    found = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[.+'`]", "", plain)).strip("-")
    return found if _NAME.fullmatch(found) else None


def paths(name: str) -> tuple[str, ...]:
    """Return the paths at which the overview of a medicine may be, the newer way of naming first.

    >>> paths("abcmed")[0]
    '/en/documents/overview/abcmed-epar-medicine-overview_en.pdf'
    """
    return tuple(path.replace("{name}", name) for path in addresses().overview)
