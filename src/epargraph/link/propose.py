"""Links for the names of the graph: exact where a second key agrees, close or broader where not, none where it is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from epargraph.graph import software
from epargraph.link.agreement import Hit, agreeing, hits, others_say
from epargraph.link.index import Index, texts
from epargraph.link.mapping import Mapping
from epargraph.link.names import Name
from epargraph.link.normal import (
    is_abbreviation,
    is_biological,
    is_bracketed_salt,
    key,
    loose,
    salts,
    same_words,
    wider,
    without_salt,
)
from epargraph.link.prefixes import prefix_of

AUTHORITIES = {
    "area": frozenset({"mesh"}),
    "gene": frozenset({"hgnc"}),
    "dose_form": frozenset({"edqm", "spor.rms"}),
    "route": frozenset({"edqm", "spor.rms"}),
}
"""The registries whose word alone is enough for a kind: they gave the name."""

_DISEASES = frozenset({"mondo", "doid"})
_TOOL, _, _VERSION = software().partition(" ")


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A name without a link, with the reason, and what it might be."""

    name: Name
    reason: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """The links proposed, and the names that have none."""

    mappings: tuple[Mapping, ...]
    unlinked: tuple[Unlinked, ...]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a registry has for a name: the one term, or several of which none is better."""

    hit: Hit | None
    candidates: tuple[str, ...] = ()


def propose(names: Sequence[Name], told: Index, denied: Iterable[Mapping] = ()) -> Proposal:
    """Return the links of the names to the terms of the index, sorted, without those that a negative mapping denies."""
    negative = {each.claim for each in denied if each.negative}
    mappings: set[Mapping] = set()
    unlinked: list[Unlinked] = []
    for name in names:
        candidates: list[str] = []
        found = list(_links(name, told, candidates, negative))
        kept = [each for each in found if each.claim not in negative]
        mappings.update(kept)
        if not kept:
            unlinked.append(Unlinked(name, _reason(name, told, found, candidates), tuple(sorted(set(candidates)))))
    return Proposal(tuple(sorted(mappings)), tuple(unlinked))


def _reason(name: Name, told: Index, denied: Sequence[Mapping], candidates: Sequence[str]) -> str:
    if denied:
        return "a mapping set denies the link"
    if candidates and is_abbreviation(name.text):
        return "an abbreviation, which may stand for several things"
    if candidates:
        return "several terms of a registry have this name"
    if _unanswered(name, told):
        return "a registry's server gave no whole answer for it"
    if _unnamed(name):
        return "a vaccine, an organism or a mixture: no chemical identifier names it"
    if name.kind == "biomarker":
        return "no registry of alterations was given"
    return "no registry has a term of this name"


def _unanswered(name: Name, told: Index) -> bool:
    """Tell whether a server may have a term of this name, so that a wider one may not be the closest."""
    return loose(key(name.text)) in told.unanswered


def _unnamed(name: Name) -> bool:
    return name.kind == "substance" and is_biological(name.text)


def _links(
    name: Name, told: Index, candidates: list[str], denied: Container[tuple[str, str, str]]
) -> Iterator[Mapping]:
    """Yield the links of a name, at most one for each registry, but for what other registries say.

    What is denied is yielded too, but nothing is concluded from it.
    """
    if _unnamed(name):
        return
    have: set[str] = set()
    for text in texts(name):
        found = hits(text, name.kind, told)
        if name.kind in ("condition", "effect") and is_abbreviation(text):
            candidates += [hit.term.id for hit in found if not hit.term.witness]
            continue
        for prefix, verdict in _verdicts(found, told).items():
            if prefix in have:
                continue
            if verdict.hit is None:
                candidates += verdict.candidates
                continue
            have.add(prefix)
            mapping = _judged(name, text, verdict.hit, found, told)
            yield mapping
            if mapping.predicate == "exactMatch" and mapping.claim not in denied:
                for identifier, said in others_say(verdict.hit, found, told):
                    if prefix_of(identifier) not in have:
                        have.add(prefix_of(identifier))
                        yield _mapping(name, "exactMatch", identifier, "MappingChaining", 0.95, said, "", "")
    for text in _bases(name) if not _unanswered(name, told) else ():
        found = hits(text, name.kind, told)
        for prefix, verdict in _verdicts(found, told).items():
            hit = verdict.hit
            if prefix in have or hit is None:
                continue
            if not (name.kind == "substance" or hit.as_label or agreeing(hit, found, told)):
                continue
            have.add(prefix)
            comment = f"“{text}” is what is left of the name without {_left_out[name.kind]}"
            yield _mapping(
                name, "broadMatch", hit.term.id, "LexicalMatching", 0.8, comment, hit.term.label, hit.term.version, text
            )


_left_out = {"substance": "its salt or hydrate", "condition": "what narrows it", "effect": "what narrows it"}


def _bases(name: Name) -> Iterator[str]:
    """Yield the keys of what is wider than the name: the substance without its salt, the condition without its stage."""
    if name.kind == "substance" and (base := without_salt(name.text)):
        yield base
    elif name.kind in ("condition", "effect"):
        yield from wider(name.text)


def _verdicts(found: Sequence[Hit], told: Index) -> dict[str, _Verdict]:
    """Return what each registry has for a name: the term whose own name it is before others, then that on which others agree."""
    by: dict[str, dict[str, Hit]] = defaultdict(dict)
    for hit in found:
        if not hit.term.witness:
            held = by[prefix_of(hit.term.id)].get(hit.term.id)
            if held is None or held.rank < hit.rank:
                by[prefix_of(hit.term.id)][hit.term.id] = hit
    verdicts: dict[str, _Verdict] = {}
    for prefix, terms in sorted(by.items()):
        best = max(hit.rank for hit in terms.values())
        first = [hit for hit in terms.values() if hit.rank == best]
        if len(first) > 1:
            first = [hit for hit in first if agreeing(hit, found, told, by_name=False)] or first
        verdicts[prefix] = _Verdict(first[0]) if len(first) == 1 else _Verdict(None, tuple(h.term.id for h in first))
    return verdicts


def _judged(name: Name, text: str, hit: Hit, found: Sequence[Hit], told: Index) -> Mapping:
    """Return the link to a term, as close as what speaks for it allows."""
    term = hit.term
    prefix = prefix_of(term.id)
    second = agreeing(hit, found, told)
    if name.kind == "substance":
        predicate, comment = _substance(text, hit, second)
    elif name.kind == "medicine":
        predicate, comment = "exactMatch", "it has this product number of EMA"
    elif prefix in AUTHORITIES.get(name.kind, ()):
        sure = hit.whole and (hit.as_label or name.kind != "gene")
        predicate, comment = (
            ("exactMatch", "the registry gives the name") if sure else ("closeMatch", "another name or number")
        )
    elif name.kind == "condition" and prefix == "hp":
        predicate, comment = "closeMatch", "a finding, not the disease"
    elif hit.as_label and (prefix in _DISEASES or name.kind == "effect"):
        predicate, comment = "exactMatch", "the registry's own name for it"
    elif hit.scope and name.kind == "effect":
        predicate, comment = "exactMatch", "an exact synonym of the registry"
    elif second:
        predicate, comment = "exactMatch", second
    elif prefix in _DISEASES and same_words(hit.name, term.label):
        predicate, comment = "exactMatch", "the registry's own name for it, in another order of words"
    else:
        predicate, comment = "closeMatch", "a name alone, which no second registry bears out"
    confidence = {"exactMatch": 0.99 if second else 0.95, "closeMatch": 0.7}.get(predicate, 0.8)
    return _mapping(
        name, predicate, term.id, "LexicalMatching", confidence, comment, term.label, term.version, hit.name
    )


def _substance(text: str, hit: Hit, second: str) -> tuple[str, str]:
    """Return how close a substance is: never exact where one name has a salt that the other lacks, or where one key stands alone."""
    if is_bracketed_salt(text):
        return "closeMatch", "the salt stands in brackets: which of the two is meant is open"
    ours, theirs = salts(key(text)), salts(key(hit.term.label))
    if ours > theirs:
        return "broadMatch", "the registry's own name is without the salt or hydrate"
    if ours < theirs:
        return "narrowMatch", "the registry's own name is that of a salt or hydrate"
    if ours != theirs:
        return "relatedMatch", "another salt or hydrate"
    return ("exactMatch", second) if second else ("closeMatch", "a name alone, which no second key bears out")


def _mapping(
    name: Name,
    predicate: str,
    identifier: str,
    justification: str,
    confidence: float,
    comment: str,
    label: str,
    version: str,
    matched: str = "",
) -> Mapping:
    return Mapping(
        name.iri,
        predicate,
        identifier,
        justification,
        subject_label=name.text,
        object_label=label,
        confidence=confidence,
        source=prefix_of(identifier),
        version=version,
        matched=matched,
        tool=_TOOL,
        tool_version=_VERSION,
        comment=comment,
    )
