"""The extraction rules: data files, loaded, checked and compiled.

A rule has an id, the sections it reads, the kind of fact it makes, a pattern whose named groups are the kind's fields,
at least one example and at least one counterexample. A number after an underscore tells groups of one field apart
(`until_1`, `until_2`); a group that begins with `x_` is for the rule's reader alone. `{name}` in a pattern stands for
the piece of that name in pieces.toml. Before the pattern is tried, one of the words of `needs` must be in the sentence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, cast, get_args

from epargraph.errors import RuleError
from epargraph.kinds import KINDS, Value, field_names
from epargraph.model import SectionName
from epargraph.resources import RULES
from epargraph.rules.literals import Choice, Scanner, choices

MEDICINE = "\ue000"
"""Stands for each character of the medicine's name in the text that patterns see, so that no rule needs the name."""

SUBSTANCE = "\ue001"
"""Stands for each character of an active substance's name in the text that patterns see."""

_KEYS = {"id", "section", "kind", "pattern", "needs", "set", "reader", "example", "counterexample"}
_EXAMPLE_KEYS = {"text", "facts", "medicine", "substance", "lead", "section", "why"}
_PIECE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with the facts that a rule must read from it: none for a counterexample, which says why."""

    text: str
    facts: tuple[Mapping[str, Any], ...] = ()
    medicine: str = "Xyzmed"
    substance: tuple[str, ...] = ()
    lead: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of extraction; `sections` is empty where the rule reads every section."""

    id: str
    sections: frozenset[SectionName]
    kind: str
    pattern: re.Pattern[str]
    needs: tuple[str, ...]
    fields: Mapping[str, Value | tuple[str, ...]]
    reader: str | None
    examples: tuple[Example, ...]
    counterexamples: tuple[Example, ...]

    def may_read(self, lower: str) -> bool:
        """Return whether one of the needed words stands in the sentence, given in lower case."""
        for word in self.needs:  # a plain loop: this is asked of every rule for every sentence
            if word in lower:
                return True
        return not self.needs


@cache
def field_of(group: str) -> str:
    """Return the field that a group fills.

    >>> field_of("until_2")
    'until'
    """
    return re.sub(r"_\d+$", "", group)


@cache
def pieces(folder: Path = RULES) -> dict[str, str]:
    """Return the named pieces of patterns; a piece may use the pieces above it."""
    table = _table(folder / "pieces.toml")
    known: dict[str, str] = {"medicine": _name(MEDICINE), "substance": _name(SUBSTANCE)}
    for name, pattern in table.items():
        known[name] = f"(?:{_expand(str(pattern), known, folder / 'pieces.toml', name)})"
    return known


def _name(mark: str) -> str:
    """Return the pattern of a masked name: all of its marks, from the first one on, so that nothing is tried over again."""
    return f"(?:{mark}(?<!{mark}{mark}){mark}*+)"


@cache
def word_list(name: str, folder: Path = RULES) -> frozenset[str]:
    """Return a list of words of words.toml."""
    return frozenset(str(_table(folder / "words.toml")[name]).split())


def _expand(pattern: str, known: Mapping[str, str], file: Path, rule: str) -> str:
    def piece(found: re.Match[str]) -> str:
        if found[1] not in known:
            raise RuleError(f"{file.name}, {rule}", f"there is no piece {found[0]}", "name one of pieces.toml")
        return known[found[1]]

    return _PIECE.sub(piece, pattern)


@cache
def load(folder: Path = RULES) -> tuple[Rule, ...]:
    """Return the rules of all files of the folder, in the order of files and rules.

    Raises RuleError, naming file, rule and reason, for an unknown key, kind or field, a bad pattern or a missing example.
    """
    rules: list[Rule] = []
    for file in sorted(folder.glob("*.toml")):
        if file.name not in ("pieces.toml", "words.toml"):
            rules += [_rule(row, file, folder) for row in _table(file).get("rule", [])]
    ids = [rule.id for rule in rules]
    for twice in {each for each in ids if ids.count(each) > 1}:
        raise RuleError(twice, "two rules have this id", "give each rule an id of its own")
    return tuple(rules)


def of_sentence(section: SectionName, lower: str) -> list[Rule]:
    """Return the rules that read the section and may match the sentence, given in lower case, in the order of load.

    Such a rule finds in the sentence one of its needed words, and what its pattern can't match without.
    """
    scanner, of_section = _scanner()
    return [rule for rule, sure in scanner.left(lower, of_section[section]) if sure or rule.may_read(lower)]


@cache
def _scanner() -> tuple[Scanner[tuple[Rule, bool]], Mapping[SectionName, int]]:
    """Return what scans a sentence for the literals of all rules, and what stands in it for the rules of each section.

    Beside each rule stands whether that is all it needs: words with a space in between have yet to be looked for.
    """
    scanner = Scanner(
        [
            ((rule, not any(len(word.split()) > 1 for word in rule.needs)), (*choices(rule.pattern), *_needed(rule)))
            for rule in load()
        ]
    )
    sections: tuple[SectionName, ...] = get_args(SectionName)
    return scanner, {name: scanner.among(partial(_reads, name)) for name in sections}


def _reads(section: SectionName, asked: tuple[Rule, bool]) -> bool:
    return not asked[0].sections or section in asked[0].sections


def _needed(rule: Rule) -> list[Choice]:
    """Return the longest parts of the needed words as one choice; none where the rule needs no word."""
    return [frozenset(max(word.split(), key=len) for word in rule.needs)] if rule.needs else []


def _table(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RuleError(file.name, f"can't be read ({error})", "mend the file") from error


def _rule(row: Mapping[str, Any], file: Path, folder: Path) -> Rule:
    name = str(row.get("id", "a rule without id"))

    def refuse(reason: str, remedy: str) -> RuleError:
        return RuleError(f"{file.name}, {name}", reason, remedy)

    if unknown := set(row) - _KEYS:
        raise refuse(f"unknown key {sorted(unknown)[0]!r}", f"the keys are {', '.join(sorted(_KEYS))}")
    if missing := {"id", "kind", "pattern", "example", "counterexample"} - set(row):
        raise refuse(f"no {sorted(missing)[0]}", "every rule has an id, kind, pattern, example and counterexample")
    if row["kind"] not in KINDS:
        raise refuse(f"unknown kind {row['kind']!r}", f"the kinds are {', '.join(KINDS)}")
    sections = frozenset(row.get("section", []))
    if strange := sections - set(get_args(SectionName)):
        raise refuse(f"unknown section {sorted(strange)[0]!r}", f"the sections are {', '.join(get_args(SectionName))}")
    try:
        pattern = re.compile(_expand(row["pattern"], pieces(folder), file, name), re.VERBOSE)
    except re.error as error:
        raise refuse(f"the pattern is not well formed ({error})", "mend the pattern") from error
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in row.get("set", {}).items()}
    stated = {field_of(group) for group in pattern.groupindex if not group.startswith("x_")} | set(fields)
    if odd := stated - set(field_names(row["kind"])):
        raise refuse(f"{row['kind']} has no field {sorted(odd)[0]!r}", f"it has {', '.join(field_names(row['kind']))}")
    examples = tuple(_example(each, refuse) for each in row["example"])
    if not examples or not all(each.facts for each in examples):
        raise refuse("an example without facts", "say which facts must come out")
    counter = tuple(_example(each, refuse) for each in row["counterexample"])
    if not counter or not all(each.why for each in counter):
        raise refuse("a counterexample without its why", "say why the rule must not touch the sentence")
    return Rule(
        id=name,
        sections=cast("frozenset[SectionName]", sections),
        kind=row["kind"],
        pattern=pattern,
        needs=tuple(each.lower() for each in row.get("needs", [])),
        fields=fields,
        reader=row.get("reader"),
        examples=examples,
        counterexamples=counter,
    )


def _example(row: Mapping[str, Any], refuse: Any) -> Example:
    if unknown := set(row) - _EXAMPLE_KEYS:
        raise refuse(f"unknown key {sorted(unknown)[0]!r} in an example", f"the keys are {sorted(_EXAMPLE_KEYS)}")
    return Example(
        text=row["text"],
        facts=tuple(row.get("facts", [])),
        medicine=row.get("medicine", "Xyzmed"),
        substance=tuple(row.get("substance", [])),
        lead=row.get("lead"),
        why=row.get("why"),
    )
