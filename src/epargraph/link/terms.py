"""A registry's term: its identifier, its names and its identifiers elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("substance", "condition", "area", "effect", "gene", "dose_form", "route", "medicine")
"""The kinds of things that are linked."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a registry (`origin` is the name of the file or table it was read from).

    `exact` are synonyms that the registry calls exact, or a list that has no scopes; `other` are those of other scope. A
    term without a label only tells cross-references. A `witness` is a list without identifiers of its own. `retrieved` is the
    day on which a server told it.
    """

    id: str
    label: str = ""
    exact: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    origin: str = ""
    scoped: bool = False
    witness: bool = False
    retrieved: str = ""

    @property
    def version(self) -> str:
        """Where the term was read, and for a server when."""
        return f"{self.origin}, retrieved {self.retrieved}" if self.retrieved else self.origin


_MESH = {"C": {"condition", "effect"}, "D": {"substance"}, "F": {"condition", "effect"}}


def mesh_kinds(trees: str) -> frozenset[str]:
    """Return what a MeSH descriptor may name, by its tree numbers separated by bars.

    >>> sorted(mesh_kinds("C04.588|C08.381")), sorted(mesh_kinds("D02.455")), sorted(mesh_kinds("E02.095"))
    (['area', 'condition', 'effect'], ['area', 'substance'], ['area'])
    """
    found = {"area"}
    for each in trees.split("|"):
        found |= _MESH.get(each[:1], set())
    return frozenset(found)


PREFIX_KINDS = {
    "chebi": frozenset({"substance"}),
    "drugbank": frozenset({"substance"}),
    "chembl.compound": frozenset({"substance"}),
    "mondo": frozenset({"condition"}),
    "doid": frozenset({"condition"}),
    "orphanet.ordo": frozenset({"condition"}),
    "efo": frozenset({"condition"}),
    "hp": frozenset({"condition", "effect"}),
    "hgnc": frozenset({"gene"}),
    "mesh": frozenset({"substance", "condition", "effect", "area"}),
    "ncit": frozenset({"substance", "condition", "effect"}),
    "wikidata": frozenset({"substance", "condition"}),
    "edqm": frozenset({"dose_form", "route"}),
    "spor.rms": frozenset({"dose_form", "route"}),
}
"""What the terms of a registry may name, where its file does not tell."""
