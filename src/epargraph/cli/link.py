"""epargraph link: the options and the printing of links to other registries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from epargraph.cli import output, show

if TYPE_CHECKING:
    from epargraph.link.index import Index
    from epargraph.link.names import Name
    from epargraph.link.online import Told
    from epargraph.link.propose import Proposal, Unlinked
    from epargraph.link.servers import Asking

_MOST = 3
"""Bad lines of a file that are shown."""


@dataclass(frozen=True, slots=True)
class Registries:
    """Which registries are read: files, with what tells their columns, and servers, with what is kept of their answers."""

    files: list[Path]
    maps: list[Path]
    endpoints: list[str]
    answers: Path
    contact: str = ""
    since: str = ""

    @property
    def name_medicines(self) -> bool:
        """Whether a server is asked for medicines; files name none."""
        return any("medicine" in each.kinds for each in self._askings())

    def index(self, names: Sequence[Name]) -> Index:
        """Return the terms that bear the names; servers are asked for what they did not answer before."""
        from epargraph.link.index import index
        from epargraph.link.registries import layouts

        layout = [each for path in self.maps for each in layouts(path)]
        if not self.endpoints:
            return index(names, self.files, layout)
        told = self._asked(names)
        return index(names, self.files, layout, told.terms, told.unanswered)

    def _askings(self) -> list[Asking]:
        if not self.endpoints:
            return []
        from epargraph.link.servers import askings

        return [each for endpoint in self.endpoints for each in askings(endpoint)]

    def _asked(self, names: Sequence[Name]) -> Told:
        from datetime import UTC, datetime

        from epargraph.link.answers import Answers
        from epargraph.link.online import terms
        from epargraph.remote import agent

        asked = self._askings()
        today = datetime.now(UTC).date().isoformat()
        who = agent(self.contact)
        if not self.contact:
            output.note("epargraph: servers are not told who asks: name an address with --contact, which some demand")
        with Answers(self.answers) as answers, show.progress("Asking") as progress:
            told = terms(names, asked, answers, agent=who, today=today, since=self.since, progress=progress)
        output.note(
            f"epargraph: {told.asked:,} spellings asked in {told.requests:,} requests; "
            f"{told.kept:,} answers were in {self.answers}"
        )
        for name, reason in list(told.unanswered.items())[:_MOST]:
            output.note(f"epargraph: {reason} for “{name}”")
        if len(told.unanswered) > _MOST:
            output.note(f"epargraph: and none for {len(told.unanswered) - _MOST:,} more names")
        return told

    @property
    def set_name(self) -> str:
        """What the set of the links is called: links from servers alone do not take the place of those from files."""
        return "registries" if self.files else "endpoints"


def propose(registries: Registries, store: str, base: str | None, to: Path | None, rest: Path | None) -> None:
    """Propose links for all names of the store, and put them there or into a file."""
    from epargraph.build.links import put_set
    from epargraph.graph import DEFAULT_BASE
    from epargraph.link.names import denied, names
    from epargraph.link.propose import propose as proposed
    from epargraph.link.sssom import is_sssom, read_set, written
    from epargraph.stores import open_store

    base = base or DEFAULT_BASE
    with open_store(store) as opened:
        wanted = names(opened, base=base, medicines=registries.name_medicines)
        no = denied(opened)
    told = registries.index(wanted)
    sets = [each for path in registries.files if is_sssom(path) for each in read_set(path, base=base).mappings]
    proposal = proposed(wanted, told, (*no, *sets))
    if to is None:
        with open_store(store, write=True) as opened:
            put_set(opened, registries.set_name, proposal.mappings, base)
    else:
        text = written(proposal.mappings, registries.set_name, base=base, title="Links proposed from registries")
        output.write(text.encode(), to)
    if rest is not None:
        output.write(_table(proposal.unlinked).encode(), rest)
    _print(told, proposal, str(to) if to else store, len(wanted))


def score(registries: Registries, gold: Path) -> None:
    """Link the names of a table whose identifiers are known, and tell how many links are right."""
    from epargraph.link.propose import propose
    from epargraph.link.score import read_gold, scores

    rows = read_gold(gold)
    wanted = sorted({row.name for row in rows})
    found = scores(rows, propose(wanted, registries.index(wanted)).mappings)
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
        *((show.table(("registry", *PREDICATES), rows, right=PREDICATES), "") if rows else ()),
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
