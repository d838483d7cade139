"""RDF and shapes to a report: core constraints by pySHACL, sh:sparql constraints as queries, merged into one."""

from __future__ import annotations

from epargraph.validate.kept import Outcomes, keep, kept
from epargraph.validate.pieces import Checked, key_in, told_of, told_of_any, validate_pieces
from epargraph.validate.queried import Query, ask, queries
from epargraph.validate.report import Report, Result, Severity
from epargraph.validate.together import validate_graphs
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
    "kept",
    "key_in",
    "queries",
    "told_of",
    "told_of_any",
    "validate",
    "validate_file",
    "validate_graphs",
    "validate_pieces",
]
