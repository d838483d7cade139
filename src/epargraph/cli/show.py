"""How results look to people: tables, the summary of a build, its progress."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from epargraph.cli.output import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from epargraph.build import Source, Summary, Validation
    from epargraph.build.reviews import Reviewed
    from epargraph.cli.rows import Rows
    from epargraph.extract import Extraction
    from epargraph.extract.register import Reading
    from epargraph.kinds import Json
    from epargraph.model import Span
    from epargraph.queries import Answer, Cell, Question
    from epargraph.validate import Report, Result

STORE = "epargraph-store"
"""Where the store is when nothing else is said."""

_MOST = 20
"""How many documents or warnings a summary shows."""

_SHORT = {"https://w3id.org/epargraph/codes/": "code:", "https://w3id.org/epargraph/ontology#": "epar:"}


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> Rows:
    """Return rows as a table, columns left out that are empty in all rows; those in `right` are set to the right."""
    from epargraph.cli.rows import Rows

    full = [i for i in range(len(columns)) if not rows or any(row[i] for row in rows)]
    cells = tuple(tuple(" ".join(printable(row[i]).split()) for i in full) for row in rows)
    return Rows(tuple(columns[i] for i in full), cells, frozenset(right))


def line(text: str, style: str = "") -> RenderableType:
    """Return a line, which is folded under its own beginning."""
    from rich.padding import Padding
    from rich.text import Text

    bare = text.lstrip(" ")
    return Padding(Text(printable(bare), style=style), (0, 0, 0, len(text) - len(bare)), expand=False)


def answer(told: Answer) -> Iterator[RenderableType]:
    """Yield the rows of an answer as a table, that of ASK as a word."""
    if told.columns == ("answer",) and [type(row[0]) for row in told.rows] == [bool]:
        yield line("yes" if told.rows[0][0] else "no")
    elif told.rows:
        numbers = [
            name
            for i, name in enumerate(told.columns)
            if all(isinstance(row[i], int | Decimal | None) for row in told.rows)
        ]
        yield table(told.columns, [[cell(each) for each in row] for row in told.rows], right=numbers)


def cell(value: Cell) -> str:
    """Return a value as it is shown.

    >>> [cell(each) for each in (None, True, Decimal("37.10"), "https://w3id.org/epargraph/codes/route/oral")]
    ['', 'true', '37.1', 'code:route/oral']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    text = str(value)
    return next((short + text[len(long) :] for long, short in _SHORT.items() if text.startswith(long)), text)


def questions(library: Mapping[str, Question]) -> RenderableType:
    """Return the questions with their titles and parameters."""
    rows = [(q.name, q.title, ", ".join(p.name for p in q.parameters)) for q in library.values()]
    return table(("name", "title", "parameters"), rows)


def facts(extraction: Extraction) -> RenderableType:
    """Return the facts with their fields and words."""
    from epargraph.kinds import values

    rows = [
        (
            type(fact).__name__,
            ", ".join(f"{k} {' + '.join(v) if isinstance(v, tuple) else v}" for k, v in values(fact).items()),
            " … ".join(each.quote for each in fact.evidence),
        )
        for fact in extraction.facts
    ]
    return table(("kind", "fields", "words"), rows)


def register(reading: Reading) -> RenderableType:
    """Return the facts of a register's records with their fields and words."""
    from epargraph.kinds import values

    rows = [
        (
            entry.record.id,
            type(told.fact).__name__,
            ", ".join(f"{k} {' + '.join(v) if isinstance(v, tuple) else v}" for k, v in values(told.fact).items()),
            " … ".join(each.quote for each in told.evidence),
        )
        for entry in reading.entries
        for told in entry.facts
    ]
    return table(("record", "kind", "fields", "words"), rows)


def unread_cells(reading: Reading) -> RenderableType:
    """Return the sentences of a register's indications from which nothing was read, with their records."""
    column = reading.table.names().get("indication", "")
    rows = [
        (entry.record.id, entry.record.cells[column][span.start : span.end])
        for entry in reading.entries
        for span in entry.unread
    ]
    return table(("record", "sentence"), rows)


def unread(extraction: Extraction) -> RenderableType:
    """Return the sentences from which nothing was read, with their sections and why."""
    why = ("", "read in contradicting ways")
    rows = [(section, text, why[doubt]) for section, text, _, doubt in _unread(extraction)]
    return table(("section", "sentence", "doubt"), rows)


def unread_json(extraction: Extraction) -> list[Json]:
    """Return the sentences from which nothing was read, with their sections and offsets; doubtful ones are marked."""
    return [
        {
            "section": section,
            "text": text,
            "start": span.start,
            "end": span.end,
            **({"doubtful": True} if doubt else {}),
        }
        for section, text, span, doubt in _unread(extraction)
    ]


def _unread(extraction: Extraction) -> list[tuple[str, str, Span, bool]]:
    document = extraction.document
    return [
        (document.section_at(span.start), document.text[span.start : span.end], span, span in extraction.doubtful)
        for span in extraction.unread
    ]


def report(told: Report) -> Iterator[RenderableType]:
    """Yield the results of a validation, violations first, and their count."""
    for each in sorted(told.results, key=lambda result: result.severity != "violation"):
        yield from _result(each, "")
        yield line(f"  about {each.focus}", "dim")
    yield line(_counted(told.results))


def validated(done: Validation) -> str:
    """Return what validating a store again did, in a line."""
    graphs = _many(done.graphs, "graph")
    return f"{graphs}: {done.looked_at:,} looked at, the others known; {_many(done.replaced, 'report')} replaced"


def _counted(results: Sequence[Result], more: int = 0) -> str:
    """Return the number of violations and of warnings, `more` warnings among them."""
    number = Counter(result.severity for result in results)
    number["warning"] += more
    return f"{_many(number['violation'], 'violation')}, {_many(number['warning'], 'warning')}"


def _many(number: int, word: str) -> str:
    """Return a number with its word.

    >>> _many(1, "warning"), _many(1200, "fact"), _many(0, "violation")
    ('1 warning', '1,200 facts', 'no violations')
    """
    return f"{number:,} {word}{'s' * (number != 1)}" if number else f"no {word}s"


def _result(result: Result, about: str) -> Iterator[RenderableType]:
    style = "red" if result.severity == "violation" else "yellow"
    told = (result.message, *result.quotes)
    value = result.value or ""
    shown = f" ({value})" if value and "://" not in value and not any(value in each for each in told) else ""
    yield line(f"{result.severity}: {about}{result.message}{shown}", style)
    for quote in result.quotes:
        yield line(f"    “{quote}”")


def summary(built: Summary) -> Iterator[RenderableType]:
    """Yield what a build did, what a reader should look at, and what to do next."""
    states = Counter(source.state for source in built.sources)
    told = ", ".join(f"{count:,} {state}" for state, count in states.items())
    yield line(f"Built {_many(len(built.sources), 'document')}{f' ({told})' if told else ''}", "bold")
    yield ""
    if built.sources:
        yield from _documents(built.sources)
        yield line(f"{_many(sum(built.kinds.values()), 'fact')}, each with the words it was read from", "bold")
        yield from _by_kind(built.kinds)
        yield ""
    if built.share_read is not None:
        yield line(f"Read {built.share_read:.1%} of the sentences; epargraph extract FILE --unread lists the others")
        yield ""
    for each in built.linked:
        left = f"; {_many(len(each.faults), 'line')} left out" if each.faults else ""
        yield line(f"Links to other registries: {each.mappings:,} from {Path(each.file).name}{left}")
        yield from (line(f"  {fault}", "yellow") for fault in each.faults[:_MOST])
        yield ""
    for reviewed in built.reviewed:
        yield from _reviews(reviewed)
    yield from _to_look_at(built)
    yield line(f"Store: {built.store}", "bold")
    yield from _next(built)


def _reviews(told: Reviewed) -> Iterator[RenderableType]:
    """Yield how many facts a reviewer's file speaks of, and each verdict that is not in force with the reason."""
    words = Counter(each.verdict.word for each in told.applied if not each.why_not)
    counted = ", ".join(f"{words[word]:,} {word}" for word in ("accept", "reject", "correct") if words[word])
    yield line(f"Reviews {told.name}: {counted or 'none'} in force")
    idle = [f"not in force: {each.why_not}: {each.verdict.fact}" for each in told.applied if each.why_not]
    yield from (line(f"  {each}", "yellow") for each in (*told.faults, *idle))
    yield ""


def _documents(sources: Sequence[Source]) -> Iterator[RenderableType]:
    current = [each for each in sources if each.state != "superseded"] or list(sources)
    shown = current
    if len(current) > _MOST:
        shown = sorted(current, key=lambda source: -_warnings(source))[:_MOST]
    rows = [
        (s.medicine or _unnamed(s), s.document, Path(s.file).name, f"{s.facts:,}", f"{_warnings(s)}", s.state)
        for s in shown
    ]
    columns = ("medicine", "document", "file", "facts", "warnings", "state")
    yield table(columns, rows, right=("facts", "warnings"))
    if len(current) > len(shown):
        yield line(f"and {len(current) - len(shown):,} more: epargraph query sources")
    if len(sources) > len(current):
        older = len(sources) - len(current)
        yield line(f"and {_many(older, 'superseded version')}, kept in the archive: epargraph changes")
    yield ""


def _warnings(source: Source) -> int:
    return len(source.results) + len(source.reading_warnings)


def _unnamed(source: Source) -> str:
    return "(many)" if source.document.startswith("register") else "(unnamed)"


def _by_kind(kinds: Mapping[str, int]) -> Iterator[RenderableType]:
    """Yield the kinds with their numbers, three to a line, read from top to bottom."""
    cells = [f"{kind:18}{count:>6,}" for kind, count in kinds.items()]
    deep = -(-len(cells) // 3)
    for row in range(deep):
        yield line("      ".join(cells[row::deep]))


def _to_look_at(built: Summary) -> Iterator[RenderableType]:
    results = [(source, result) for source in built.sources for result in source.results]
    results.sort(key=lambda pair: pair[1].severity != "violation")
    reading = [(source, warning) for source in built.sources for warning in source.reading_warnings]
    yield line(f"To look at: {_counted([result for _, result in results], len(reading))}", "bold")
    for source, warning in reading[:_MOST]:
        yield line(f"  warning: {Path(source.file).name}: {warning}", "yellow")
    for source, result in results[:_MOST]:
        yield from (_indented(part) for part in _result(result, f"{source.medicine or Path(source.file).name}: "))
    if len(results) + len(reading) > 2 * _MOST or max(len(results), len(reading)) > _MOST:
        yield line("  and more: epargraph validate")
    yield ""


def _indented(part: RenderableType) -> RenderableType:
    from rich.padding import Padding

    return Padding(part, (0, 0, 0, 2), expand=False)


def _next(built: Summary) -> Iterator[RenderableType]:
    from shlex import quote

    option = "" if built.store == STORE else f" --store {quote(built.store)}"
    named = next((source.medicine for source in built.sources if source.medicine), "")
    one = f" --set medicine={quote(named)}" if named else ""
    yield line("Try next:")
    yield line(f"  epargraph query authorisation_type_and_why{option}{one}", "cyan")
    yield line(f"  epargraph query evidence_still_owed{option}", "cyan")
    yield line(f"  epargraph export{option} --format jsonld --output medicines.jsonld", "cyan")


@contextmanager
def progress(doing: str = "Reading") -> Iterator[Callable[[int, int, str], None] | None]:
    """Give a function that shows progress on the error stream, None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=printable(name))
