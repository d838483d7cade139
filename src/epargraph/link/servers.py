"""The registries that can be asked over the network: a query file for each, whose header tells where and how politely.

How a file is written stands in queries/link/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from epargraph.errors import RuleError, StoreError, UsageError
from epargraph.link.prefixes import table
from epargraph.link.terms import KINDS
from epargraph.remote import address, server
from epargraph.resources import QUERIES

FOLDER = QUERIES / "link"
"""The folder of the query files."""

ANY = "any"
"""The query for a server that no file tells of."""

SAYS = ("label", "exact", "other", "xref", "tree", "kind")
"""What a row of an answer can say of a term."""

_HEADER = re.compile(r"^#\+ ?(.*)$", re.MULTILINE)
_NAMES = re.compile(r"VALUES\s*\?name\s*\{([^{}]*)\}[ \t]*#[ \t]*names[ \t]*$", re.MULTILINE)
_EXAMPLE = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*))?')
_SELECT = re.compile(r"^SELECT\b", re.MULTILINE)
_WANTED = "SELECT ?name ?term ?is ?value ?end WHERE"
_NUMBERS = {"batch": 200.0, "pause": 1.0, "share": 1.0, "deadline": 120.0, "tries": 5.0, "backoff": 2.0}
_TEXTS = ("title", "endpoint", "kinds", "prefix", "parameters")


@dataclass(frozen=True, slots=True)
class Asking:
    """A query file: what it asks for, where, and how politely.

    `batch` names go into a request, `pause` seconds stand between two, `share` is the part of the time in which the server
    may work for us, `deadline` in seconds is for a request with its up to `tries` tries, `backoff` the seconds before the
    second one. `tags` are the language tags with which a name is asked, "" for none.
    """

    name: str
    title: str
    endpoint: str
    kinds: frozenset[str]
    prefix: str
    parameters: tuple[tuple[str, str], ...]
    batch: int
    pause: float
    share: float
    deadline: float
    tries: int
    backoff: float
    tags: tuple[str, ...]
    text: str

    @property
    def says_kinds(self) -> bool:
        """Whether the query itself tells what a term may name."""
        return '"kind"' in self.text

    @property
    def query(self) -> str:
        """The query without its header: where it stays the same, so do the answers."""
        return _HEADER.sub("", self.text).strip()

    def bind(self, names: Sequence[str], *, offset: int = 0, limit: int | None = None) -> str:
        """Return the query for names, as terms and never as pasted text, with a last row that has `?end`.

        A server that truncates its answers, with or without saying so, leaves that row out.
        """
        told = " ".join(str(ox.Literal(name, language=tag or None)) for name in names for tag in self.tags)
        text = _NAMES.sub(lambda _: f"VALUES ?name {{ {told} }}", self.text)
        found = _SELECT.search(text)
        assert found is not None
        head, body = text[: found.start()], text[found.start() :]
        page = (f"OFFSET {offset}\n" if offset else "") + (f"LIMIT {limit}\n" if limit else "")
        whole = f"{{ {{\n{body}\n}} UNION {{ BIND(1 AS ?end) }} }}\nORDER BY ?end ?name ?term ?is ?value\n"
        return f"{head}{_WANTED} {whole}{page}"

    @property
    def origin(self) -> str:
        """Who tells what the query finds."""
        return f"{self.name} ({urlsplit(self.endpoint).netloc.rpartition('@')[2]})"


def askings(told: str, folder: Path = FOLDER) -> tuple[Asking, ...]:
    """Return what is to be asked where NAME, URL, FILE.rq, NAME=URL or FILE.rq=URL is told; UsageError for what is none.

    NAME stands for NAME.rq and NAME-*.rq in the folder; a URL that no file has for the query of `any.rq`. A URL without a path
    is a server's own, whose query URL it stands for, as it does for a store.
    """
    there = dict(sorted((path.stem, path) for path in folder.glob("*.rq")))
    name, equals, url = ("", "=", told) if told.startswith(("http://", "https://")) else told.partition("=")
    if equals and not _is_url(url):
        raise UsageError(f"--endpoint {told}", f"{url!r} is no URL", "write NAME=https://host/sparql")
    if equals and not urlsplit(url).path:
        url = server(url).query_url
    if not name:
        files = [path for path in there.values() if parsed(path).endpoint == url] or [there[ANY]]
    elif name.endswith(".rq"):
        files = [Path(name)]
    else:
        files = [path for stem, path in there.items() if stem == name or stem.startswith(f"{name}-")]
    if not files:
        known = ", ".join(sorted({stem.partition("-")[0] for stem in there} - {ANY}))
        remedy = f"name one of {known}, a URL, or a query file (queries/link/README.md)"
        raise UsageError(f"--endpoint {told}", "no registry of that name is known", remedy)
    found = tuple(replace(each, endpoint=url or each.endpoint) for each in map(parsed, files))
    if missing := [each.name for each in found if not each.endpoint]:
        raise UsageError(
            f"--endpoint {told}", "the query file has no endpoint", f"write {missing[0]}=https://host/sparql"
        )
    return found


def _is_url(text: str) -> bool:
    try:
        return text.startswith(("http://", "https://")) and address(text) != ""
    except StoreError:
        return False


def parsed(path: Path) -> Asking:
    """Return the query of a file; RuleError, with the reason, where it is not well formed."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(str(path), error.strerror or str(error), "name a readable query file") from error
    except UnicodeDecodeError as error:
        raise RuleError(str(path), "it is not UTF-8 text", "save it as UTF-8") from error
    header = _header(str(path), text)
    examples = _NAMES.findall(text)
    if len(examples) != 1 or not (forms := list(_EXAMPLE.finditer(examples[0]))):
        raise RuleError(str(path), "it has no line with names", 'write one VALUES ?name { "example"@en }  # names')
    if len(_SELECT.findall(text)) != 1:
        raise RuleError(
            str(path), "not one line begins with SELECT", "write one SELECT DISTINCT ?name ?term ?is ?value"
        )
    prefix = header.get("prefix", "")
    if prefix and prefix not in table():
        raise RuleError(str(path), f"the prefix {prefix} is not known", "see link/prefixes.toml")
    asking = Asking(
        path.stem,
        header.get("title", path.stem),
        header.get("endpoint", ""),
        _kinds(str(path), header),
        prefix,
        _parameters(str(path), header),
        int(_number(str(path), header, "batch", 1, 10_000)),
        _number(str(path), header, "pause", 0, 3600),
        _number(str(path), header, "share", 0.01, 1),
        _number(str(path), header, "deadline", 0.1, 3600),
        int(_number(str(path), header, "tries", 1, 100)),
        _number(str(path), header, "backoff", 0, 3600),
        tuple(dict.fromkeys(each[1] or "" for each in forms)),
        text,
    )
    _check(path, asking)
    return asking


def _header(where: str, text: str) -> dict[str, str]:
    header: dict[str, str] = {}
    for line in _HEADER.findall(text):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or key not in (*_TEXTS, *_NUMBERS):
            raise RuleError(where, f"{line!r} is no line of the header", f"use {', '.join((*_TEXTS, *_NUMBERS))}")
        header[key] = value
    if header.get("endpoint") and not _is_url(header["endpoint"]):
        raise RuleError(where, f"the endpoint {header['endpoint']!r} is no URL", "write https://host/sparql")
    return header


def _kinds(where: str, header: dict[str, str]) -> frozenset[str]:
    kinds = frozenset(re.split(r"[,\s]+", header.get("kinds", " ".join(KINDS))))
    if unknown := sorted(kinds - {*KINDS}):
        raise RuleError(where, f"{unknown[0] or 'nothing'} is no kind of name", f"use {', '.join(KINDS)}")
    return kinds


def _parameters(where: str, header: dict[str, str]) -> tuple[tuple[str, str], ...]:
    found = []
    for each in header.get("parameters", "").split():
        name, equals, value = each.partition("=")
        if not equals:
            raise RuleError(where, f"{each!r} is no parameter", "write parameters: name=value other=value")
        found.append((name, value))
    return tuple(found)


def _number(where: str, header: dict[str, str], key: str, least: float, most: float) -> float:
    told = header.get(key, str(_NUMBERS[key]))
    try:
        value = float(told)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise RuleError(where, f"{key} is {told!r}", f"write a number from {least:g} to {most:g}")
    return value


def _check(path: Path, asking: Asking) -> None:
    """Parse the query as it will be sent; nothing is run, so that SERVICE fetches nothing here."""
    try:
        inner = _parse(asking.query, replace(asking, text=asking.query).bind(["x"]))
    except Exception as error:  # the parser's own errors have no common class
        raise RuleError(str(path), f"the query can't be parsed ({str(error).splitlines()[0]})", "mend it") from error
    if missing := [each for each in ("name", "term", "is", "value") if each not in inner]:
        raise RuleError(str(path), f"the query does not answer ?{missing[0]}", "select ?name ?term ?is ?value")


@cache
def _parse(query: str, bound: str) -> frozenset[str]:
    """Return the variables that a query answers, once the parser has taken it and what is sent of it (0.1 s each)."""
    from rdflib.plugins.sparql import prepareQuery

    prepareQuery(bound)
    return frozenset(str(name) for name in prepareQuery(query).algebra.PV)
