"""What happened between two days of the register, or between two versions of an overview, told as changes."""

from __future__ import annotations

from epargraph.changes.change import DETAILS, Change
from epargraph.changes.feed import atom
from epargraph.changes.graph import to_json, to_triples
from epargraph.changes.select import History, history, whole_history

__all__ = ["DETAILS", "Change", "History", "atom", "history", "to_json", "to_triples", "whole_history"]
