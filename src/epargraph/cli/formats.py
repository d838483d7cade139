"""What a command can be told to write, and what can read for it: the words of its options."""

from __future__ import annotations

from enum import StrEnum


class FactFormat(StrEnum):
    """The formats of facts."""

    table = "table"
    json = "json"
    ttl = "ttl"


class ExecutorKind(StrEnum):
    """What reads the files of a build."""

    processes = "processes"
    dask = "dask"


class ReportFormat(StrEnum):
    """The formats of a validation report."""

    table = "table"
    json = "json"
    ttl = "ttl"


class HistoryFormat(StrEnum):
    """The formats of what changed."""

    table = "table"
    json = "json"
    ttl = "ttl"
    atom = "atom"


class ComparisonFormat(StrEnum):
    """The formats of how sources agree."""

    table = "table"
    json = "json"


class AnswerFormat(StrEnum):
    """The formats of an answer; ttl and nt are for CONSTRUCT and DESCRIBE, csv to xml for SELECT and ASK."""

    table = "table"
    csv = "csv"
    tsv = "tsv"
    json = "json"
    xml = "xml"
    ttl = "ttl"
    nt = "nt"


class GraphFormat(StrEnum):
    """The formats of an export."""

    ttl = "ttl"
    trig = "trig"
    nq = "nq"
    nt = "nt"
    jsonld = "jsonld"
    rdfxml = "rdfxml"
