"""The command line: options and printing, nothing else."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from epargraph.errors import EparGraphError, UsageError
from epargraph.graph import DEFAULT_BASE, software

if TYPE_CHECKING:
    from epargraph.build import Summary
    from epargraph.validate import Report, Result

app = typer.Typer(
    help="A knowledge graph of EU medicine facts, each with the words it was read from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

StoreOption = Annotated[
    str,
    typer.Option("--store", envvar="EPARGRAPH_STORE", help="Folder of the store, or the URL of a SPARQL 1.1 server."),
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="File to write (default: standard output).")]
BaseOption = Annotated[str, typer.Option("--base", help="Base of the IRIs of things.")]
DEFAULT_STORE = "epargraph-store"


class FactFormat(StrEnum):
    """The formats of facts."""

    json = "json"
    table = "table"
    ttl = "ttl"


class ReportFormat(StrEnum):
    """The formats of a validation report."""

    table = "table"
    ttl = "ttl"
    json = "json"


class AnswerFormat(StrEnum):
    """The formats of an answer: the last two are for CONSTRUCT and DESCRIBE."""

    table = "table"
    csv = "csv"
    tsv = "tsv"
    json = "json"
    xml = "xml"
    ttl = "ttl"
    nt = "nt"


class GraphFormat(StrEnum):
    """The formats of an export."""

    ttl = "ttl"
    trig = "trig"
    nq = "nq"
    nt = "nt"
    jsonld = "jsonld"
    rdfxml = "rdfxml"


_ACCEPT = {
    AnswerFormat.csv: "text/csv",
    AnswerFormat.tsv: "text/tab-separated-values",
    AnswerFormat.json: "application/sparql-results+json",
    AnswerFormat.xml: "application/sparql-results+xml",
    AnswerFormat.ttl: "text/turtle",
    AnswerFormat.nt: "application/n-triples",
}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(software())
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Read EMA's medicine overviews into a knowledge graph; ask and export it."""


@app.command()
def build(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Overviews, or folders of them (default: the bundled data).")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    base: BaseOption = DEFAULT_BASE,
    retrieved: Annotated[str | None, typer.Option(help="Date on which the files were got (YYYY-MM-DD).")] = None,
) -> None:
    """Read overviews, validate what they say and store it."""
    from epargraph import build as builder
    from epargraph.resources import DATA

    wanted = paths or [DATA / "overviews"]
    with _progress() as progress:
        summary = builder.build(wanted, store, base=_base(base), retrieved=_day(retrieved), progress=progress)
    _print_summary(summary)
    raise typer.Exit(2 if summary.failures else 1 if summary.violations else 0)


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="The overview to read.")],
    form: Annotated[FactFormat, typer.Option("--format", "-f", help="How to print the facts.")] = FactFormat.table,
    unread: Annotated[bool, typer.Option("--unread", help="List the sentences from which nothing was read.")] = False,
    output: OutputOption = None,
    base: BaseOption = DEFAULT_BASE,
) -> None:
    """Print the facts that an overview states, each with its words."""
    from epargraph.extract import extract as read_facts
    from epargraph.read import read

    extraction = read_facts(read(file))
    document = extraction.document
    for warning in document.warnings:
        _note(f"{file}: {warning}")
    if unread:
        lines = [f"{document.section_at(s.start):9} {document.text[s.start : s.end]}" for s in extraction.unread]
        return _write("".join(f"{line}\n" for line in lines).encode(), output)
    if form is FactFormat.json:
        return _write(_json(extraction.to_json()), output)
    if form is FactFormat.ttl:
        from epargraph.export import serialised
        from epargraph.graph import to_graph

        return _write(serialised(to_graph(extraction, base=_base(base)).quads(), "ttl"), output)
    from epargraph.kinds import values

    rows = [
        (type(fact).__name__, _fields(values(fact)), " … ".join(each.quote for each in fact.evidence))
        for fact in extraction.facts
    ]
    return _write(_table(("kind", "fields", "words"), rows), output)


@app.command()
def validate(
    file: Annotated[Path | None, typer.Argument(help="An overview or an RDF file (default: the whole store).")] = None,
    store: StoreOption = DEFAULT_STORE,
    form: Annotated[ReportFormat, typer.Option("--format", "-f", help="How to print the report.")] = ReportFormat.table,
    output: OutputOption = None,
) -> None:
    """Check what was read: violations are faults of the graph, warnings are what a person should see.

    The exit status is 1 where there are violations, 0 where there are none.
    """
    from epargraph.validate import validate_path, validate_store

    if file is not None:
        report = validate_path(file)
    else:
        from epargraph.stores import open_store

        with open_store(store) as opened:
            report = validate_store(opened)
    _write(_report(report, form), output)
    raise typer.Exit(0 if report.conforms else 1)


@app.command()
def query(
    name: Annotated[str | None, typer.Argument(help="Name of a question (see --list).")] = None,
    listed: Annotated[bool, typer.Option("--list", "-l", help="List the questions.")] = False,
    sparql: Annotated[str | None, typer.Option(help="A SPARQL query to run.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file with a SPARQL query to run.")] = None,
    values: Annotated[list[str] | None, typer.Option("--set", help="A parameter's value: NAME=VALUE.")] = None,
    form: Annotated[AnswerFormat | None, typer.Option("--format", "-f", help="How to print the answer.")] = None,
    store: StoreOption = DEFAULT_STORE,
    output: OutputOption = None,
) -> None:
    """Ask the graph: one of the questions by name, or any SPARQL query."""
    from epargraph import queries
    from epargraph.stores import open_store

    if listed:
        rows = [(q.name, q.title, ", ".join(p.name for p in q.parameters)) for q in queries.load().values()]
        return _write(_table(("name", "title", "parameters"), rows), output)
    if sum(each is not None for each in (name, sparql, file)) != 1:
        raise UsageError(
            "query", "name one question, or give --sparql or --file", "epargraph query --list shows the names"
        )
    if name is not None:
        question = queries.named(name)
    else:
        question = queries.from_file(file) if file is not None else queries.from_text(sparql or "")
    text = question.bind(**_settings(values or []))
    graph = queries.form(text) in ("CONSTRUCT", "DESCRIBE")
    chosen = form or (AnswerFormat.ttl if graph else AnswerFormat.table)
    with open_store(store) as opened:
        if chosen is AnswerFormat.table:
            answer = queries.run(
                opened, queries.from_text(text) if name is None else question, **_settings(values or [])
            )
            if queries.form(text) == "ASK":
                return _write(b"yes\n" if answer.rows[0][0] else b"no\n", output)
            shown = [tuple("" if cell is None else _cell(cell) for cell in row) for row in answer.rows]
            _write(_table(answer.columns, shown), output)
            return None if shown else _note("no rows: the graph holds nothing of the kind")
        return _write(opened.query(text, accept=_ACCEPT[chosen]), output)


@app.command()
def export(
    form: Annotated[GraphFormat, typer.Option("--format", "-f", help="The format to write.")] = GraphFormat.ttl,
    medicine: Annotated[str | None, typer.Option(help="Only this medicine (name, product number or IRI).")] = None,
    store: StoreOption = DEFAULT_STORE,
    output: OutputOption = None,
) -> None:
    """Write what the sources say as RDF, sorted: the same store gives the same bytes."""
    from epargraph.export import export as write
    from epargraph.stores import open_store

    with open_store(store) as opened:
        _write(write(opened, form.value, medicine=medicine), output)


def _base(text: str) -> str:
    if (
        not text.startswith(("http://", "https://"))
        or not text.endswith(("/", "#"))
        or any(c in text for c in '<>" {}|\\^`')
    ):
        raise UsageError(f"--base {text}", "it is no base of IRIs", "give an http(s) IRI that ends in /")
    return text


def _day(text: str | None) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError as error:
        raise UsageError(f"--retrieved {text}", "it is no date", "write it as YYYY-MM-DD") from error


def _settings(given: list[str]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise UsageError(f"--set {each}", "it is no NAME=VALUE", "write for example --set medicine=Lumykras")
        settings[name] = value
    return settings


def _cell(value: object) -> str:
    text = str(value)
    for start, short in (
        ("https://w3id.org/epargraph/codes/", "code:"),
        ("https://w3id.org/epargraph/ontology#", "epar:"),
    ):
        if text.startswith(start):
            return short + text[len(start) :]
    return text


def _fields(values: dict[str, object]) -> str:
    return ", ".join(f"{k} {' + '.join(v) if isinstance(v, tuple) else v}" for k, v in values.items())


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    """Return rows as a table as wide as the terminal (120 characters elsewhere), in UTF-8."""
    from io import StringIO

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    out = StringIO()
    width = max(80, os.get_terminal_size().columns) if sys.stdout.isatty() else 120
    table = Table(box=None, pad_edge=False, header_style="", show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(file=out, width=width, color_system=None).print(table)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines()).encode()


def _report(report: Report, form: ReportFormat) -> bytes:
    if form is ReportFormat.json:
        return _json(report.to_json())
    if form is ReportFormat.ttl:
        from epargraph.export import serialised

        return serialised(report.to_triples(f"{DEFAULT_BASE}report"), "ttl")
    if not report.results:
        return b"Nothing to report: no violations, no warnings.\n"
    return ("\n".join(_result(each) for each in report.results) + "\n").encode()


def _result(result: Result) -> str:
    quotes = "".join(f"\n    “{quote}”" for quote in result.quotes)
    return f"{result.severity}: {result.message}\n  about {result.focus}{quotes}"


def _print_summary(summary: Summary) -> None:
    lines = [f"{len(summary.sources)} document{'s' * (len(summary.sources) != 1)} in the store {summary.store}"]
    few = summary.sources if len(summary.sources) <= 20 else [s for s in summary.sources if s.results][:20]
    for each in few:
        warned = sum(r.severity == "warning" for r in each.results)
        lines.append(
            f"  {each.medicine or 'unnamed medicine'}: {each.facts} facts, {warned} warning{'s' * (warned != 1)}"
            f" ({Path(each.file).name}, {each.state})"
        )
    if len(summary.sources) > len(few):
        lines.append(f"  and {len(summary.sources) - len(few)} more")
    lines.append(f"{summary.kinds.total()} facts by kind")
    names = [f"{kind} {count}" for kind, count in summary.kinds.most_common()]
    lines += [f"  {', '.join(names[start : start + 6])}" for start in range(0, len(names), 6)]
    if summary.share_read is not None:
        lines.append(
            f"{summary.share_read:.0%} of the sentences were read (epargraph extract FILE --unread lists the rest)"
        )
    lines += _warnings(summary)
    if summary.failures:
        lines.append(f"{len(summary.failures)} file{'s' * (len(summary.failures) != 1)} could not be read")
        lines += [f"  {f.file}: {f.reason}; {f.remedy}" for f in summary.failures]
    first = next((each.medicine for each in summary.sources if each.medicine), "Lumykras")
    option = "" if summary.store == DEFAULT_STORE else f" --store {summary.store}"
    lines += [
        "Try next",
        f"  epargraph query authorisation_type_and_why{option} --set medicine='{first}'",
        f"  epargraph query --list{option}",
        f"  epargraph export{option} --format ttl --medicine '{first}'",
    ]
    _write("".join(f"{line}\n" for line in lines).encode(), None)


def _warnings(summary: Summary) -> Iterator[str]:
    told = [(source, result) for source in summary.sources for result in source.results]
    reading = [(source, warning) for source in summary.sources for warning in source.reading_warnings]
    if not told and not reading:
        yield "No warnings"
        return
    yield "What to look at"
    for source, warning in reading[:20]:
        yield f"  {Path(source.file).name}: {warning}"
    for source, result in told[:20]:
        yield f"  {result.severity}, {source.medicine or Path(source.file).name}: {result.message}"
        yield from (f"    “{quote}”" for quote in result.quotes)
    if len(told) > 20:
        yield f"  and {len(told) - 20} more: epargraph validate shows all"


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """Give the function that shows progress on the error stream: a bar on a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield lambda done, total, name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=name)


def _write(data: bytes, output: Path | None) -> None:
    """Write to standard output, or to a file that appears only when it is whole."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        with tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as file:
            try:
                file.write(data)
                file.close()
                Path(file.name).chmod(0o644)
                Path(file.name).replace(output)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UsageError(
            f"--output {output}", error.strerror or str(error), "name a file that can be written"
        ) from error


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _fail(text: str, status: int) -> NoReturn:
    sys.stderr.write(f"epargraph: {text}\n")
    sys.exit(status)


def main() -> None:
    """Run the command line: errors are one line and exit status 2, an interruption is 130."""
    try:
        app()
    except EparGraphError as error:
        if os.environ.get("EPARGRAPH_DEBUG"):
            raise
        _fail(str(error), 2)
    except KeyboardInterrupt:
        _fail("interrupted; the store holds whole documents only", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
