"""What changed between two versions of an overview, fact by fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from epargraph import vocabulary
from epargraph.changes.change import Change
from epargraph.changes.notation import same
from epargraph.kinds import KINDS, ORDINALS
from epargraph.sources import Stated, Version, stated
from epargraph.stores import Dataset

_KEYS = {
    "Indication": ("purpose", "condition"),
    "Form": ("dose_form",),
    "Dose": ("role", "population", "when"),
    "Outcome": ("measure", "arm", "subgroup"),
    "AdverseEffect": ("effect", "severity"),
    "Contraindication": ("group",),
    "Rationale": ("aspect",),
    "Designation": ("type", "condition"),
    "Obligation": ("type",),
    "SafetyMeasure": ("type",),
    "ReferenceMedicine": ("relation",),
    "Precaution": ("type",),
    "Definition": ("term",),
    "TestRequirement": ("biomarker",),
}
"""The fields by which a fact of a kind is known again when others of its fields changed."""

_ONE_OF_A_KIND = frozenset(
    "Document Medicine Supply Prescriber TreatmentDuration StopRule Mechanism Conclusion Authorisation Review".split()
)
"""The kinds of which a medicine has one fact as a rule: one before and one after are the same, changed."""

_DOCUMENT_DETAILS = frozenset({"Document"})


def between(old: tuple[Version, Dataset], new: tuple[Version, Dataset]) -> Iterator[Change]:
    """Yield the facts that were added, changed or removed, kind by kind in the catalogue's order."""
    (old_version, old_data), (new_version, new_data) = old, new
    before = stated(old_data, old_version.graph, [old_version.medicine])
    after = stated(new_data, new_version.graph, [new_version.medicine])
    fulfilled = _type(before) == "conditional" and _type(after) == "standard"
    for kind in KINDS:
        was, now = _different(
            [each for each in before if each.kind == kind], [each for each in after if each.kind == kind]
        )
        for one, other in _paired(kind, was, now):
            yield _change(old_version, new_version, one, other, fulfilled)


def _type(facts: Sequence[Stated]) -> str:
    """Return the type of the authorisation in force: a conditional one that was converted is standard."""
    found = [each for each in facts if each.kind == "Authorisation"]
    if any(each.one("converted_on") for each in found):
        return "standard"
    return next((each.one("type") for each in found), "")


def _identity(fact: Stated) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what a fact says, but for its place in the document."""
    return tuple(sorted((name, told) for name, told in fact.fields.items() if (fact.kind, name) not in ORDINALS))


def _different(before: Sequence[Stated], after: Sequence[Stated]) -> tuple[list[Stated], list[Stated]]:
    """Return the facts that have no equal on the other side."""
    left = list(after)
    gone: list[Stated] = []
    for fact in before:
        equal = next((each for each in left if _identity(each) == _identity(fact)), None)
        if equal is None:
            gone.append(fact)
        else:
            left.remove(equal)
    return gone, left


def _paired(
    kind: str, before: Sequence[Stated], after: Sequence[Stated]
) -> Iterator[tuple[Stated | None, Stated | None]]:
    """Yield each fact with the one that it became: those with the most in common first, None where there is none."""
    found = [
        (-len(set(_identity(one)) & set(_identity(other))), i, j)
        for i, one in enumerate(before)
        for j, other in enumerate(after)
        if _known_again(kind, one, other, len(before) == len(after) == 1)
    ]
    became: dict[int, int] = {}
    for _, i, j in sorted(found):
        if i not in became and j not in became.values():
            became[i] = j
    for i, one in enumerate(before):
        yield one, after[became[i]] if i in became else None
    yield from ((None, other) for j, other in enumerate(after) if j not in became.values())


def _known_again(kind: str, one: Stated, other: Stated, alone: bool) -> bool:
    if alone and kind in _ONE_OF_A_KIND:
        return True
    if kind == "Study":  # told by who took part; a study that awaits its end may since have got its numbers
        shared = set(_identity(one)) & set(_identity(other))
        return any(name in ("participants", "population") for name, _ in shared)
    keys = _KEYS.get(kind)
    return keys is not None and all(one.fields.get(key) == other.fields.get(key) for key in keys)


def _change(old: Version, new: Version, was: Stated | None, now: Stated | None, fulfilled: bool) -> Change:
    fact = now or was
    assert fact is not None
    before, after = _told(was, now), _told(now, was)
    return Change(
        type=_type_of(was, now, fulfilled),
        medicine=new.medicine,
        name=new.name or old.name or new.medicine.rpartition("/")[2],
        old=old,
        new=new,
        before=before,
        after=after,
        subject=vocabulary.label(fact.kind),
        date=now.one("converted_on") or None if now is not None and fact.kind == "Authorisation" else None,
        from_node=was.node if was else None,
        to_node=now.node if now else None,
        quotes_before=was.quotes if was else (),
        quotes_after=now.quotes if now else (),
    )


def _type_of(was: Stated | None, now: Stated | None, fulfilled: bool) -> str:
    kind = (now or was or Stated("", "", "", "", {})).kind
    if was is None:
        return "fact added"
    if now is None:
        return "obligation fulfilled" if kind == "Obligation" and fulfilled else "fact removed"
    if kind == "Authorisation" and fulfilled and was.one("type") != "standard":
        return "conditional became standard"
    if kind == "Medicine" and not same("name", was.fields.get("name", ()), now.fields.get("name", ())):
        return "renamed"
    return "other value changed" if kind in _DOCUMENT_DETAILS else "fact changed"


def _told(fact: Stated | None, other: Stated | None) -> str | None:
    """Return what a fact says: its label, and the fields in which it differs from the other one where there is one."""
    if fact is None:
        return None
    if other is None:
        return fact.label
    different = [
        f"{name.replace('_', ' ')} {', '.join(fact.fields.get(name, ())) or 'not told'}"
        for name in dict.fromkeys([*other.fields, *fact.fields])
        if (fact.kind, name) not in ORDINALS and fact.fields.get(name) != other.fields.get(name)
    ]
    whole = fact.label if fact.kind not in ("Document", "Medicine") else ""
    return f"{whole} ({'; '.join(different)})" if whole else "; ".join(different)
