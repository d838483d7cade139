"""Mapping sets as SSSOM TSV: read row by row, what is wrong in a row told with its line; written sorted."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
from curies import Converter, chain
from curies.api import PrefixStandardizationError
from yaml import YAMLError

from epargraph.errors import SourceError
from epargraph.graph import DEFAULT_BASE
from epargraph.link.mapping import PREDICATES, Fault, Mapping
from epargraph.link.prefixes import converter, curie, prefix_of
from epargraph.vocabulary import CODE

if TYPE_CHECKING:
    from sssom_pydantic import Record, SemanticMapping

SUFFIXES = (".sssom.tsv", ".sssom.tsv.gz")

_NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
_REGISTRY = "bioregistry"
_AGENCIES = "http://publications.europa.eu/resource/authority/corporate-body/"
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class MappingSet:
    """The mappings of a file, with its name, and the lines that were left out."""

    name: str
    mappings: tuple[Mapping, ...]
    faults: tuple[Fault, ...] = ()


def is_sssom(path: Path) -> bool:
    """Tell whether a file is a mapping set by its name.

    >>> is_sssom(Path("links/lumykras.sssom.tsv")), is_sssom(Path("links.tsv"))
    (True, False)
    """
    return path.name.lower().endswith(SUFFIXES)


def set_name(path: Path) -> str:
    """Return the name of a mapping set: that of its file without the suffix.

    >>> set_name(Path("links/lumykras.sssom.tsv"))
    'lumykras'
    """
    return path.name[: path.name.lower().index(".sssom.tsv")] if is_sssom(path) else path.stem


def read_set(path: Path, *, base: str = DEFAULT_BASE) -> MappingSet:
    """Return the mappings of things of the graph that an SSSOM file holds.

    Rows with an unknown relation, an identifier that is none or a subject that is no thing of this graph are faults.
    Subjects that the file writes with the usual base get the base given. Raises SourceError for a file that is no SSSOM.
    """
    found: list[Mapping] = []
    faults: list[Fault] = []
    for each in rows(path):
        if isinstance(each, Fault):
            faults.append(each)
            continue
        told = _of_graph(each, base)
        if isinstance(told, str):
            faults.append(Fault(path.name, each.line, told))
        else:
            found.append(told)
    return MappingSet(set_name(path), tuple(found), tuple(faults))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an SSSOM file, its subject and object as IRIs; `mapping` has what stands beside them."""

    line: int
    subject: str
    object: str
    mapping: Mapping


def rows(path: Path, *, curated: bool = False) -> Iterator[Row | Fault]:
    """Yield each row of an SSSOM file, or what is wrong with it; SourceError for a file that is no SSSOM.

    With `curated` only the exact matches that people made.
    """
    import sssom_pydantic

    columns, named = _header(path)
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        reason = f"lacks the column {missing[0]}" if len(missing) < len(_NEEDED) else "is no SSSOM table"
        raise SourceError(str(path), reason, f"an SSSOM table has {', '.join(_NEEDED)}")
    try:
        names = _converter(DEFAULT_BASE)
        with (
            _open(path, "" if named else f"#mapping_set_id: {DEFAULT_BASE}links/{quote(set_name(path))}\n") as file,
            sssom_pydantic.read_iterable(
                file, converter=names, record_predicate=_is_curated if curated else None
            ) as told,
        ):
            for each in told.mappings:
                if isinstance(each, sssom_pydantic.SemanticMapping):
                    yield _row(each, file.number, told.converter)
                else:
                    yield Fault(path.name, file.number, _first_line(each.exception))
    except (OSError, ValueError, TypeError, AttributeError, csv.Error, YAMLError) as error:
        raise SourceError(str(path), f"is no SSSOM table ({_first_line(error)})", "give a valid SSSOM file") from error


def _is_curated(record: Record) -> bool:
    return record.mapping_justification == "semapv:ManualMappingCuration" and record.predicate_id == "skos:exactMatch"


def _row(told: SemanticMapping, number: int, names: Converter) -> Row:
    tool = told.mapping_tool
    return Row(
        number,
        names.expand_reference(told.subject, strict=True),
        names.expand_reference(told.object, strict=True),
        Mapping(
            subject="",
            predicate=told.predicate.identifier if told.predicate.prefix == "skos" else told.predicate.curie,
            object="",
            justification=told.justification.identifier,
            negative=told.predicate_modifier == "Not",
            subject_label=getattr(told.subject, "name", None) or "",
            object_label=getattr(told.object, "name", None) or "",
            confidence=told.confidence,
            source=told.object_source.identifier if told.object_source else "",
            version=told.object_source_version or "",
            matched="|".join(told.match_string or ()),
            tool=(tool.name or "") if tool else "",
            tool_version=(tool.version or "") if tool else "",
            comment=told.comment or "",
        ),
    )


def _of_graph(row: Row, base: str) -> Mapping | str:
    """Return what a row says of a thing of the graph, or the reason why it can't be used."""
    if row.mapping.predicate not in PREDICATES:
        return f"{row.mapping.predicate} is none of the relations {', '.join(PREDICATES)}"
    identifier = curie(row.object)
    if identifier is None:
        return f"{row.object} is no identifier of a known registry"
    if not row.subject.startswith((DEFAULT_BASE, _AGENCIES)):
        return f"{row.subject} is no thing of the graph"
    try:
        ox.NamedNode(row.subject)
    except ValueError:
        return f"{row.subject} is no IRI"
    subject = row.subject
    if not subject.startswith((CODE, _AGENCIES)):  # these stay where they are, whatever the base
        subject = base + subject.removeprefix(DEFAULT_BASE)
    return replace(row.mapping, subject=subject, object=identifier)


def written(mappings: Iterable[Mapping], name: str, *, base: str = DEFAULT_BASE, title: str = "") -> str:
    r"""Return mappings as SSSOM TSV, sorted: the same mappings give the same text.

    >>> one = Mapping(f"{DEFAULT_BASE}gene/KRAS", "exactMatch", "hgnc:6407", "LexicalMatching", subject_label="KRAS")
    >>> written([one], "genes").splitlines()[-1].split("\t")
    ['epargraph:gene/KRAS', 'KRAS', 'skos:exactMatch', 'hgnc:6407', 'semapv:LexicalMatching']
    """
    import sssom_pydantic

    names = _converter(base)
    records = [_record(each, names) for each in sorted(mappings, key=lambda each: (each.claim, str(each)))]
    used = {prefix_of(each) for record in records for each in (record.subject_id, record.object_id)}
    if any(record.object_source for record in records):
        used.add(_REGISTRY)
    about: dict[str, object] = {
        "mapping_set_id": f"{base}links/{name}",
        "mapping_set_title": title or f"Links of {name}",
        "license": _LICENCE,
    }
    text = StringIO()
    sssom_pydantic.write_unprocessed(
        records, text, metadata=about, converter=names, prefixes=used | {"skos", "semapv"}, condense=False
    )
    return text.getvalue().replace("\r\n", "\n")


def _record(each: Mapping, names: Converter) -> Record:
    import sssom_pydantic

    told: dict[str, str | float | None] = {
        "subject_id": names.compress(each.subject, strict=True),
        "subject_label": each.subject_label,
        "predicate_id": f"skos:{each.predicate}",
        "predicate_modifier": "Not" if each.negative else None,
        "object_id": each.object,
        "object_label": each.object_label,
        "mapping_justification": f"semapv:{each.justification}",
        "confidence": each.confidence,
        "object_source": f"{_REGISTRY}:{each.source}" if each.source else None,
        "object_source_version": each.version,
        "mapping_tool": each.tool,
        "mapping_tool_version": each.tool_version,
        "comment": each.comment,
    }
    listed = {"match_string": [each.matched]} if each.matched else {}
    return sssom_pydantic.Record.model_validate(
        {key: value for key, value in told.items() if value not in ("", None)} | listed
    )


def _converter(base: str) -> Converter:
    """Return the table's prefixes with those of this graph and of SSSOM itself."""
    own = {
        "epargraph": base,
        "code": CODE,
        "agency": _AGENCIES,
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "semapv": "https://w3id.org/semapv/vocab/",
        _REGISTRY: "https://bioregistry.io/registry/",
    }
    return chain([converter(), Converter.from_prefix_map(own)])


class _Counted(TextIOWrapper):
    """A text that knows how many of its lines were read: the library does not tell in which one a row stands.

    `ahead` is a line that comes before them and is none of them.
    """

    number = 0
    ahead = ""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # typeshed's own TextIOWrapper overrides so
        if self.ahead:
            line, self.ahead = self.ahead, ""
            return line
        line = super().readline(_LONGEST)
        self.number += 1
        return line

    def __next__(self) -> str:  # type: ignore[override]
        line = self.readline()
        if not line:
            raise StopIteration
        return line


def _open(path: Path, ahead: str = "") -> _Counted:
    opened = gzip.GzipFile(path) if path.suffix == ".gz" else path.open("rb")
    text = _Counted(opened, encoding="utf-8-sig", newline="")
    text.ahead = ahead
    return text


def _header(path: Path) -> tuple[list[str], bool]:
    """Return the columns of an SSSOM file, and whether the set is named above them; SourceError where it can't be read."""
    named = False
    try:
        with _open(path) as file:
            for line in file:
                if not line.startswith("#"):
                    return [name.strip() for name in line.split("\t")], named
                named = named or line.lstrip("# ").startswith("mapping_set_id:")
    except (OSError, EOFError) as error:
        raise SourceError(str(path), getattr(error, "strerror", None) or str(error), "name a readable file") from error
    except UnicodeDecodeError as error:
        raise SourceError(str(path), "it is not UTF-8 text", "save it as UTF-8") from error
    return [], named


def _first_line(error: Exception) -> str:
    """Return what an error says, in short; the libraries' messages go on for lines."""
    if isinstance(error, PrefixStandardizationError):
        return f"the prefix {error} is not known; name it in the curie_map"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if len(lines) > 2 and "validation error" in lines[0]:
        return f"{lines[1]}: {lines[2].partition(' [')[0]}"
    return lines[0] if lines else type(error).__name__
