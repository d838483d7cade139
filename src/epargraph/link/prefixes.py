"""Identifiers as CURIEs and as IRIs, both from the one table of prefixes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from curies import Converter, Record

from epargraph.errors import RuleError

_TABLE = Path(__file__).with_name("prefixes.toml")


@dataclass(frozen=True, slots=True)
class Prefix:
    """A row of the table: the namespace of its IRIs, the pattern of a local identifier, other spellings."""

    name: str
    iri: str
    pattern: str
    names: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@cache
def table() -> Mapping[str, Prefix]:
    """Return the prefixes by their names.

    >>> table()["mesh"].iri
    'http://id.nlm.nih.gov/mesh/'
    """
    told = tomllib.loads(_TABLE.read_text("utf-8"))
    found: dict[str, Prefix] = {}
    for name, row in told.items():
        if unknown := row.keys() - {"iri", "pattern", "names", "also"}:
            raise RuleError(f"{_TABLE.name} [{name}]", f"{sorted(unknown)[0]} is not known", "see the other rows")
        found[name] = Prefix(name, row["iri"], row["pattern"], tuple(row.get("names", ())), tuple(row.get("also", ())))
    return found


@cache
def converter() -> Converter:
    """Return the table as a converter between CURIEs and IRIs."""
    records = []
    for each in table().values():
        names = {other for other in (*each.names, each.name.upper()) if other != each.name}
        records.append(
            Record(
                prefix=each.name,
                uri_prefix=each.iri,
                prefix_synonyms=sorted(names),
                uri_prefix_synonyms=sorted(each.also),
            )
        )
    return Converter(records)


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile(each.pattern) for name, each in table().items()}


@cache
def _by_name() -> Mapping[str, str]:
    return {name.casefold(): each.name for each in table().values() for name in (each.name, *each.names)}


def curie(text: str, prefix: str | None = None) -> str | None:
    """Return an identifier, written as CURIE, as IRI or bare (of the prefix given), in the table's form; None if it is none.

    What does not have the form that its registry gives to identifiers is none, so that no IRI can hold a quotation mark or
    a bracket.

    >>> curie("MESH:D002289"), curie("http://purl.obolibrary.org/obo/MONDO_0005233"), curie("CHEBI:178199", "chebi")
    ('mesh:D002289', 'mondo:0005233', 'chebi:178199')
    >>> curie("DB15569", "drugbank"), curie('DB1"> <x', "drugbank"), curie("made:up")
    ('drugbank:DB15569', None, None)
    >>> curie("http://spor.ema.europa.eu/rmswi/#/lists/200000000004/terms/100000073664")
    'spor.rms:200000000004/terms/100000073664'
    """
    text = text.strip()
    if "://" in text:
        told = converter().compress(text)
        if told is None:
            return None
        name, _, local = told.partition(":")
    else:
        head, colon, local = text.partition(":")
        if colon and (name := _by_name().get(head.casefold(), "")):
            pass
        elif prefix is not None and not colon:
            name, local = _by_name().get(prefix.casefold(), ""), text
        else:
            return None
    if name and local.casefold().startswith(f"{name}:"):
        local = local[len(name) + 1 :]
    pattern = _patterns().get(name)
    return f"{name}:{local}" if pattern is not None and pattern.fullmatch(local) else None


def registry(prefix: str) -> str | None:
    """Return the table's name for a registry's prefix; None if it is none.

    >>> registry("MONDO"), registry("made")
    ('mondo', None)
    """
    return _by_name().get(prefix.casefold())


def iri(identifier: str) -> str:
    """Return the IRI of a CURIE; KeyError where its prefix is not in the table.

    >>> iri("hgnc:6407")
    'https://identifiers.org/hgnc:6407'
    """
    name, _, local = identifier.partition(":")
    return table()[name].iri + local


def prefix_of(identifier: str) -> str:
    """Return the prefix of a CURIE."""
    return identifier.partition(":")[0]
