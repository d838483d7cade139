"""What the columns of a register table mean, whatever a layout calls them: read from columns.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from epargraph.errors import RuleError

Holds = Literal["text", "list", "yes-no", "date", "number", "code", "address"]
"""What the cells of a column hold."""

_FILE = Path(__file__).with_name("columns.toml")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column means: its key, what its cells hold, the property that says it, whether a table must have it."""

    key: str
    names: tuple[str, ...]
    holds: Holds
    property: str
    essential: bool = False


@cache
def meanings() -> Mapping[str, Meaning]:
    """Return the meanings by their keys, in the order of the newest layout; RuleError where columns.toml is not well formed.

    >>> meanings()["orphan"].holds
    'yes-no'
    """
    try:
        table = tomllib.loads(_FILE.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RuleError(_FILE.name, f"can't be read ({error})", "install epargraph again") from error
    found: dict[str, Meaning] = {}
    for key, given in table.items():
        if given.get("holds") not in get_args(Holds) or not given.get("names") or "property" not in given:
            raise RuleError(_FILE.name, f"{key} lacks its names, its property or what it holds", "see the file's head")
        found[key] = Meaning(
            key, tuple(given["names"]), given["holds"], given["property"], given.get("essential", False)
        )
    return found


def folded(name: str) -> str:
    r"""Return a column's name as it is compared: lower case, one underscore for what is neither letter nor digit.

    >>> folded("Species\n(veterinary)"), folded("PRIME: priority medicine")
    ('species_veterinary', 'prime_priority_medicine')
    """
    return re.sub(r"[\W_]+", "_", name.lower()).strip("_")


@cache
def _keys() -> Mapping[str, str]:
    return {folded(name): meaning.key for meaning in meanings().values() for name in meaning.names}


def key_of(name: str) -> str | None:
    """Return the key of the meaning that a column of this name has, None for an unknown one.

    >>> key_of("Medicine name") == key_of("name_of_medicine") == "name"
    True
    """
    return _keys().get(folded(name))
