"""RDF and shapes to a report: core constraints by pySHACL, sh:sparql constraints as queries, merged into one."""

from __future__ import annotations

from epargraph.validate.kept import Outcomes, keep
from epargraph.validate.pieces import Checked, validate_pieces
from epargraph.validate.queried import Query, ask, queries
from epargraph.validate.report import Report, Result, Severity
from epargraph.validate.whole import validate, validate_file

__all__ = [
    "Checked",
    "Outcomes",
    "Query",
    "Report",
    "Result",
    "Severity",
    "ask",
    "keep",
    "queries",
    "validate",
    "validate_file",
    "validate_pieces",
]
