"""Whether two registries mean the same by a name: the second, independent key."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from epargraph.link.index import Index
from epargraph.link.normal import former, key, loose, natural
from epargraph.link.prefixes import prefix_of
from epargraph.link.terms import Term

_STRUCTURAL = frozenset({"unii", "inchikey", "cas", "pubchem.compound", "chembl.compound"})
"""Identifiers of the substance itself, by which two registries agree that they mean the same."""

_TOLD_ON = {
    "substance": ("unii", "inchikey", "chembl.compound", "pubchem.compound"),
    "gene": ("ncbigene", "ensembl", "ncit"),
    "dose_form": ("spor.rms",),
}
"""The identifiers of yet other registries that a link brings along."""

_PLURALS = frozenset({"condition", "effect"})
"""The kinds for which one and many are the same."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that bears a name: which of its names, whether its own name (`as_label`), and whether it is equal, not only alike.

    `scope` is set where the registry calls the synonym exact; `turned` where the name is an inverted heading, and none of
    the term's names has the words in this order.
    """

    term: Term
    name: str
    kind: str
    as_label: bool
    whole: bool
    scope: bool
    turned: bool = False

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, bool]:
        """How much speaks for the term, before others of the same registry."""
        straight = self.whole and not self.turned
        return self.as_label and straight, straight and self.scope, straight, self.whole, self.as_label


def hits(text: str, kind: str, told: Index) -> list[Hit]:
    """Return the terms for things of a kind that bear a name."""
    strict = key(text)
    found: list[Hit] = []
    seen: set[int] = set()
    for each in (*told.by_key.get(strict, ()), *told.by_key.get(loose(strict), ())):
        if kind in each.kinds and id(each) not in seen:
            seen.add(id(each))
            hit = _symbol(each, text) if kind == "gene" else _hit(each, strict, kind)
            if hit is not None:
                found.append(hit)
    return found


def _symbol(term: Term, text: str) -> Hit | None:
    """Return the hit of a gene's symbol: letter by letter, but for hyphens and spaces, since a letter more is another gene."""
    told = re.sub(r"[-\s]", "", text)
    for number, name in enumerate((term.label, *term.exact)):
        if re.sub(r"[-\s]", "", name) == told:
            return Hit(term, name, "gene", number == 0, True, False)
    return None


def _hit(term: Term, strict: str, kind: str) -> Hit | None:
    best: Hit | None = None
    straight = False
    alike = loose(strict)
    for number, name in enumerate((term.label, *term.exact, *term.other)):
        keys = [key(name)]
        if ", " in name and (turned := natural(name)):
            keys.append(key(turned))
        for turn, each in enumerate(keys):
            whole = each == strict or (kind in _PLURALS and loose(each) == alike)
            if whole or loose(each) == alike:
                straight = straight or (whole and not turn)
                exact = 0 < number <= len(term.exact) and term.scoped
                hit = Hit(term, name, kind, number == 0, whole, exact)
                if best is None or hit.rank > best.rank:
                    best = hit
    if best and not best.as_label and alike in {loose(key(old)) for name in term.exact if (old := former(name))}:
        return None  # what was once called so is not what is called so today
    return best and (best if straight or not best.whole else replace(best, turned=True))


def _keys(term: Term, told: Index) -> set[str]:
    return {*term.xrefs, *told.beside.get(term.id, ()), term.id} - {""}


def agreeing(hit: Hit, found: Sequence[Hit], told: Index, *, by_name: bool = True) -> str:
    """Return what a second registry says for a term, in words; nothing where none does.

    Two agree by a cross-reference, for a condition also by that of a third that the term refers to, or by an identifier of
    the substance that both give; with `by_name` also where both have the name as their own for a substance.
    """
    mine = _keys(hit.term, told)
    third = (
        {each: one for one in sorted(mine, reverse=True) for each in told.beside.get(one, ())}
        if hit.kind == "condition"
        else {}
    )
    prefix = prefix_of(hit.term.id)
    for other in found:
        term = other.term
        if term is hit.term or term.origin == hit.term.origin or (not term.witness and prefix_of(term.id) == prefix):
            continue
        if frozenset((hit.term.id, term.id)) in told.apart:
            continue
        theirs = _keys(term, told)
        if hit.term.id in theirs or (term.id in mine and not term.witness):
            return f"{term.origin} refers to the same"
        if term.id in third and not term.witness:
            return f"{term.origin} has the name too, as {third[term.id]} says"
        if shared := sorted(each for each in mine & theirs if prefix_of(each) in _STRUCTURAL):
            return f"{term.origin} has {shared[0]} too"
        if by_name and hit.kind == "substance" and hit.as_label and other.as_label and hit.whole and other.whole:
            return f"{term.origin} has the name as its own too"
    return ""


def others_say(hit: Hit, found: Sequence[Hit], told: Index) -> Iterator[tuple[str, str]]:
    """Yield identifiers of yet other registries on which two sources agree (for a gene: that its registry gives), and who they are."""
    said: dict[str, set[str]] = defaultdict(set)
    mine = _keys(hit.term, told)
    for other in found:
        theirs = _keys(other.term, told)
        if other is hit or hit.term.id in theirs or other.term.id in mine:
            for each in other.term.xrefs:
                said[each].add(other.term.origin)
            for each in told.beside.get(other.term.id, ()):
                said[each].add(f"cross-references of {other.term.id}")
    enough = 2 if hit.kind == "substance" else 1
    for prefix in _TOLD_ON.get(hit.kind, ()):
        agreed = {each: who for each, who in said.items() if prefix_of(each) == prefix and len(who) >= enough}
        if len(agreed) == 1:
            ((identifier, who),) = agreed.items()
            yield identifier, " and ".join(sorted(who))
