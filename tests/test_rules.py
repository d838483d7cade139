"""Every rule by itself: its examples and its counterexamples."""

from __future__ import annotations

from typing import Any

import pytest

from epargraph import kinds
from epargraph.extract import context, read_alone
from epargraph.extract.names import Names
from epargraph.model import Document, Section
from epargraph.rules import Example, Rule, load

RULES = load()


def found(rule: Rule, example: Example) -> list[dict[str, Any]]:
    """The facts that the rule alone reads from the example, without evidence."""
    line = f"• {example.text}" if example.lead else example.text
    text = f"{example.lead}\n{line}" if example.lead else line
    section = sorted(rule.sections)[0] if rule.sections else "header"
    document = Document(text, (Section(section, 0, len(text)),), "example", "0" * 64, "text/plain")
    told = context(document, Names(example.medicine, example.substance))
    sentences = [each for each in told.sentences if not each.text.endswith(":") or not example.lead]
    facts = [
        {k: v for k, v in one.fields.items() if not k.startswith("x_")}
        for sentence in sentences
        for one in read_alone(rule, sentence, told)
    ]
    return [kinds.to_json(kinds.make(rule.kind, (), **each)) for each in facts]


def bare(row: dict[str, Any]) -> dict[str, Any]:
    """The fact's fields alone."""
    return {k: v for k, v in row.items() if k not in ("kind", "evidence")}


@pytest.mark.parametrize(
    ("rule", "example"),
    [pytest.param(rule, each, id=f"{rule.id}-{i}") for rule in RULES for i, each in enumerate(rule.examples)],
)
def test_rule_reads_its_example(rule: Rule, example: Example) -> None:
    """A rule by itself reads from its example just the facts that the example says."""
    assert [bare(row) for row in found(rule, example)] == [dict(each) for each in example.facts]


@pytest.mark.parametrize(
    ("rule", "example"),
    [pytest.param(rule, each, id=f"{rule.id}-{i}") for rule in RULES for i, each in enumerate(rule.counterexamples)],
)
def test_rule_leaves_its_counterexample_alone(rule: Rule, example: Example) -> None:
    """A rule by itself reads nothing from its counterexample."""
    assert found(rule, example) == [], example.why
