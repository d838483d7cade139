"""The errors that epargraph raises: each says where, what is wrong and what to do.

EparGraphError
    SourceError      a file that can't be read as an overview or a table
    RuleError        a rule, ontology or query file of the project that is not well formed
    QueryError       a query or a parameter that can't be run
    StoreError       a store, or a registry's server, that can't be opened, reached or written
      IncompleteError    an answer that is not whole
      RefusedError       an update that a server does not take as it is
      BusyServerError    a server that has no time now
    FetchError       a file that can't be downloaded, or is not what was asked for
    UsageError       an argument that does not fit
"""

from __future__ import annotations


class EparGraphError(Exception):
    """An error that a user can mend: the place, the reason and the remedy, in one line."""

    def __init__(self, where: str, reason: str, remedy: str) -> None:
        self.where = where
        self.reason = reason
        self.remedy = remedy
        super().__init__(" ".join(f"{where}: {reason}; {remedy}".split()))


class SourceError(EparGraphError):
    """A file that can't be read as an overview or a register table."""


class RuleError(EparGraphError):
    """A file of the project itself (rule, ontology, query) that is not well formed."""


class QueryError(EparGraphError):
    """A query, or a value for one of its parameters, that can't be run."""


class StoreError(EparGraphError):
    """A store, or a registry's server, that can't be opened, reached or written."""


class IncompleteError(StoreError):
    """An answer that is not whole: cut off, only a part, or too slow; to ask for less may help."""


class RefusedError(StoreError):
    """An update that a server does not take as it is: it may take a smaller one."""


class BusyServerError(StoreError):
    """A server that has no time now; `wait` is how many seconds it wants to be left alone, where it says so."""

    def __init__(self, where: str, reason: str, remedy: str, wait: float | None = None) -> None:
        super().__init__(where, reason, remedy)
        self.wait = wait


class FetchError(EparGraphError):
    """A file that can't be downloaded, or that is not what was asked for."""


class UsageError(EparGraphError):
    """An argument that does not fit."""
