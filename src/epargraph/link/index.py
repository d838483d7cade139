"""The terms of registries that bear a name of the graph: only these are held, however large the registries are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from epargraph.link.mapping import Fault
from epargraph.link.names import Name
from epargraph.link.normal import key, loose, natural, rephrased, wider, without_salt
from epargraph.link.registries import Layout, read_terms
from epargraph.link.sssom import is_sssom
from epargraph.link.terms import Term

_MOST = 1000
"""Faults that are kept of a file."""

_MANY = 500
"""Terms that are held for a name: what more of them bear is open anyway."""

_UNLABELLED = 1000
"""Terms without a name, after which a file is one of cross-references."""


@dataclass(slots=True)
class Index:
    """The terms found, by the loose keys of their names, and what the registries say of each other's identifiers.

    `unanswered` are the loose keys of names for which a registry's server gave no whole answer.
    """

    by_key: dict[str, list[Term]] = field(default_factory=lambda: defaultdict(list))
    beside: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    apart: set[frozenset[str]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    read: int = 0
    unanswered: set[str] = field(default_factory=set)


def texts(name: Name) -> tuple[str, ...]:
    """Return what a thing is called: its name, what the sources call it otherwise, and a condition's name in a registry's manner."""
    return (name.text, *name.otherwise, *(rephrased(name.text) if name.kind == "condition" else ()))


def wanted_keys(names: Iterable[Name]) -> set[str]:
    """Return the loose keys under which a name may be found."""
    found: set[str] = set()
    for name in names:
        for text in texts(name):
            strict = key(text)
            found |= {strict, loose(strict)}
            if name.kind == "substance" and (base := without_salt(text)):
                found.add(loose(base))
            if name.kind in ("condition", "effect"):
                found.update(map(loose, wider(text)))
    return found


def index(
    names: Sequence[Name],
    files: Sequence[Path],
    layouts: Sequence[Layout] = (),
    terms: Iterable[Term] = (),
    unanswered: Iterable[str] = (),
) -> Index:
    """Return the terms of the registries that bear one of the names, and what links these terms with others.

    The files are read twice: for the terms that bear a name, then for cross-references of the terms that were found.
    `terms` are those that servers told; where they gave no whole answer for a name (`unanswered`), what they told of it is
    left out, since what is missing might have made it open.
    """
    keys = wanted_keys(names)
    told = Index(unanswered={loose(key(each)) for each in unanswered})
    held: set[str] = set()
    links: list[Path] = []
    for each in terms:
        told.read += 1
        if not _keys(each) & told.unanswered:
            _hold(each, keys, told, held)
    for path in files:
        faults: list[Fault] = []
        labelled = useful = False
        number = -1
        for number, each in enumerate(_terms(path, keys, layouts, faults)):
            labelled = labelled or bool(each.label)
            if number > _UNLABELLED and not labelled:
                break
            useful = _hold(each, keys, told, held) or useful
            told.read += labelled
        if labelled or number < 0:
            told.faults += faults
            if not useful and not is_sssom(path):
                told.faults.append(Fault(path.name, 0, "no term in it bears a name of the graph"))
        else:
            links.append(path)
    for path in links:
        for each in _terms(path, keys, layouts, told.faults):
            told.read += 1
            for xref in each.xrefs if each.id in held else ():
                if xref.startswith("not "):
                    told.apart.add(frozenset((each.id, xref.removeprefix("not "))))
                else:
                    told.beside[each.id].add(xref)
    return told


def _hold(term: Term, keys: set[str], told: Index, held: set[str]) -> bool:
    """Keep the term where it bears a name; tell whether it does."""
    found = _keys(term) & keys if term.label else set()
    for one in found:
        if len(told.by_key[one]) < _MANY:
            told.by_key[one].append(term)
    if found and term.id:
        held |= {term.id, *term.xrefs}
    return bool(found)


def _terms(path: Path, keys: set[str], layouts: Sequence[Layout], faults: list[Fault]) -> Iterator[Term]:
    def wanted(name: str) -> bool:
        strict = key(name)
        return strict in keys or loose(strict) in keys

    count = 0
    for each in read_terms(path, wanted, layouts):
        if isinstance(each, Term):
            yield each
        elif (count := count + 1) <= _MOST:
            faults.append(each)


def _keys(term: Term) -> set[str]:
    """Return the keys of a term's names; plurals are let go where a registry names more than substances."""
    found: set[str] = set()
    plural = term.kinds != {"substance"}
    for name in (term.label, *term.exact, *term.other):
        strict = key(name)
        found.add(loose(strict) if plural else strict)
        if ", " in name and plural and (turned := natural(name)):
            found.add(loose(key(turned)))
    return found
