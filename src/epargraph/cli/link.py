"""epargraph link: the options and the printing of links to other registries."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from epargraph.cli import output, show

if TYPE_CHECKING:
    from epargraph.link.index import Index
    from epargraph.link.propose import Proposal, Unlinked

_MOST = 3
"""Bad lines of a file that are shown."""


def offline(
    registries: list[Path], maps: list[Path], store: str, base: str | None, to: Path | None, rest: Path | None
) -> None:
    """Propose links from registry files for all names of the store, and put them there or into a file."""
    from epargraph.build.links import put_set
    from epargraph.graph import DEFAULT_BASE
    from epargraph.link.index import index
    from epargraph.link.names import denied, names
    from epargraph.link.propose import propose
    from epargraph.link.registries import layouts
    from epargraph.link.sssom import is_sssom, read_set, written
    from epargraph.stores import open_store

    base = base or DEFAULT_BASE
    layout = [each for path in maps for each in layouts(path)]
    with open_store(store, write=to is None) as opened:
        wanted = names(opened, base=base)
        told = index(wanted, registries, layout)
        sets = [each for path in registries if is_sssom(path) for each in read_set(path, base=base).mappings]
        proposal = propose(wanted, told, (*denied(opened), *sets))
        if to is None:
            put_set(opened, "registries", proposal.mappings, base)
    if to is not None:
        text = written(proposal.mappings, "registries", base=base, title="Links proposed from registry files")
        output.write(text.encode(), to)
    if rest is not None:
        output.write(_table(proposal.unlinked).encode(), rest)
    _print(told, proposal, str(to) if to else store, len(wanted))


def score(registries: list[Path], maps: list[Path], gold: Path) -> None:
    """Link the names of a table whose identifiers are known, and tell how many links are right."""
    from epargraph.link.index import index
    from epargraph.link.propose import propose
    from epargraph.link.registries import layouts
    from epargraph.link.score import read_gold, scores

    rows = read_gold(gold)
    wanted = sorted({row.name for row in rows})
    told = index(wanted, registries, [each for path in maps for each in layouts(path)])
    found = scores(rows, propose(wanted, told).mappings)
    columns = (
        "kind",
        "registry",
        "names",
        "linked",
        "right",
        "stray",
        "precision",
        "recall",
        "coverage",
        "false exact",
    )
    cells = [
        (
            each.kind,
            each.prefix or "(none)",
            f"{each.rows:,}",
            f"{each.found:,}",
            f"{each.right:,}",
            f"{each.stray:,}",
            f"{each.precision:.3f}" if each.prefix else "",
            f"{each.recall:.3f}" if each.prefix else "",
            f"{each.coverage:.3f}" if each.prefix else "",
            f"{len(each.false_exact):,}",
        )
        for each in found
    ]
    wrong = [show.line(output.printable(f"false exact: {each}")) for score in found for each in score.false_exact]
    output.show(None, show.table(columns, cells, right=columns[2:]), *wrong)


def _table(unlinked: tuple[Unlinked, ...]) -> str:
    """Return the names without a link as TSV."""
    rows = [("kind", "name", "reason", "candidates", "thing")]
    rows += [
        (each.name.kind, each.name.text, each.reason, "|".join(each.candidates), each.name.iri) for each in unlinked
    ]
    return "".join("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in rows)


def _print(told: Index, proposal: Proposal, where: str, names: int) -> None:
    from epargraph.link.mapping import PREDICATES

    counted = Counter((each.source, each.predicate) for each in proposal.mappings)
    rows = [
        (prefix, *(f"{counted[prefix, relation]:,}" if counted[prefix, relation] else "" for relation in PREDICATES))
        for prefix in sorted({prefix for prefix, _ in counted})
    ]
    linked = names - len(proposal.unlinked)
    reasons = Counter((each.name.kind.replace("_", " "), each.reason) for each in proposal.unlinked)
    output.show(
        None,
        show.line(f"Linked {linked:,} of {names:,} names with {told.read:,} terms of the registries", "bold"),
        "",
        show.table(("registry", *PREDICATES), rows, right=PREDICATES),
        "",
        show.line(f"Not linked: {len(proposal.unlinked):,}; --unlinked FILE lists each with the reason", "bold"),
        *(show.line(f"  {count:,} x {kind}: {reason}") for (kind, reason), count in reasons.most_common()),
        "",
        show.line(f"Links: {where}", "bold"),
    )
    by_file = Counter(fault.file for fault in told.faults)
    shown: Counter[str] = Counter()
    for fault in told.faults:
        shown[fault.file] += 1
        if shown[fault.file] <= _MOST:
            output.note(f"epargraph: {fault}")
    for file, count in by_file.items():
        if count > _MOST:
            output.note(f"epargraph: {file}: and {count - _MOST:,} more lines that could not be used")
