"""The command line: options and printing, nothing else."""

from __future__ import annotations

import os
import re
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from epargraph.cli import copy, fetch, output, publish, serve, show
from epargraph.cli.formats import (
    AnswerFormat,
    ComparisonFormat,
    ExecutorKind,
    FactFormat,
    GraphFormat,
    HistoryFormat,
    ReportFormat,
)
from epargraph.errors import EparGraphError, UsageError

app = typer.Typer(
    help="A knowledge graph of EU medicine facts, each with the words it was read from. Not medical advice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(fetch.app, name="fetch")
app.command()(serve.serve)
app.command()(serve.mcp)
app.command()(publish.publish)
app.command(name="copy")(copy.copy)

StoreOption = Annotated[
    str,
    typer.Option("--store", envvar="EPARGRAPH_STORE", help="Folder of the store, or the URL of a SPARQL 1.1 server."),
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="File to write (default: standard output).")]
BaseOption = Annotated[str | None, typer.Option("--base", help="Base of the IRIs of things.", show_default=False)]


_ROWS = {
    AnswerFormat.csv: "text/csv",
    AnswerFormat.tsv: "text/tab-separated-values",
    AnswerFormat.json: "application/sparql-results+json",
    AnswerFormat.xml: "application/sparql-results+xml",
}
_TRIPLES = {AnswerFormat.ttl: "text/turtle", AnswerFormat.nt: "application/n-triples"}


def _version(wanted: bool) -> None:
    if wanted:
        from epargraph.graph import software

        typer.echo(software())
        raise typer.Exit


@app.callback()
def _epargraph(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    default_graph: Annotated[
        str,
        typer.Option(
            envvar="EPARGRAPH_DEFAULT_GRAPH", help='What a server has as the union of its graphs: an IRI, "union".'
        ),
    ] = "",
) -> None:
    os.environ["EPARGRAPH_DEFAULT_GRAPH"] = default_graph  # read where a store is opened


@app.command()
def build(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Overviews (.txt, .pdf, .html), register tables (.xlsx, .csv, .json), links (.sssom.tsv) or folders of "
            "them; "
            "when none is named, what `epargraph fetch` got, else the bundled data."
        ),
    ] = None,
    store: StoreOption = show.STORE,
    base: BaseOption = None,
    retrieved: Annotated[
        str | None,
        typer.Option(help="Date on which the files were got (YYYY-MM-DD); that of `epargraph fetch` by default."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Read files too that the store holds unchanged.")] = False,
    executor: Annotated[
        ExecutorKind, typer.Option(help="What reads the files: processes of this machine, or a Dask cluster.")
    ] = ExecutorKind.processes,
    scheduler: Annotated[str | None, typer.Option(help="Address of the Dask scheduler (tcp://host:8786).")] = None,
) -> None:
    """Read overviews and register tables, check what they say and put it into the store.

    The exit status is 2 when a file could not be read, 1 when a graph has violations, else 0.
    """
    from epargraph import build as builder
    from epargraph.build.cluster import dask_executor
    from epargraph.graph import DEFAULT_BASE

    if (executor is ExecutorKind.dask) != (scheduler is not None):
        raise UsageError("--executor dask", "it goes with --scheduler", "give both, or neither")
    with show.progress() as progress, dask_executor(scheduler) if scheduler else nullcontext() as pool:
        summary = builder.build(
            paths or builder.sources(),
            store,
            base=base or DEFAULT_BASE,
            retrieved=retrieved,
            again=again,
            executor=pool,
            progress=progress,
        )
    if summary.sources or summary.linked or summary.reviewed:
        output.show(None, *show.summary(summary))
    for failure in summary.failures:
        output.note(f"epargraph: {failure.file}: {failure.reason}; {failure.remedy}")
    if summary.caution:
        output.note(f"epargraph: {summary.caution}")
    raise typer.Exit(2 if summary.failures else 1 if summary.violations else 0)


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="The overview or register table to read.")],
    form: Annotated[FactFormat, typer.Option("--format", "-f", help="How to print the facts.")] = FactFormat.table,
    unread: Annotated[bool, typer.Option("--unread", help="List the sentences from which nothing was read.")] = False,
    to: OutputOption = None,
    base: BaseOption = None,
) -> None:
    """Print the facts that one overview or register table states, each with its words; nothing is stored."""
    from epargraph.extract import extract as facts_of
    from epargraph.read import read
    from epargraph.read.register import is_table

    if is_table(file):
        return _extract_register(file, form, unread, to, base)
    extraction = facts_of(read(file))
    for warning in extraction.document.warnings:
        output.note(f"{file}: {warning}")
    if form is FactFormat.json:
        told = extraction.to_json()
        if unread:
            told["unread"] = show.unread_json(extraction)
        output.write(output.json_bytes(told), to)
    elif form is FactFormat.ttl:
        from epargraph.graph import DEFAULT_BASE, to_graph

        output.write(output.turtle(to_graph(extraction, base=base or DEFAULT_BASE).triples), to)
    else:
        output.show(to, show.unread(extraction) if unread else show.facts(extraction))
    return None


def _extract_register(file: Path, form: FactFormat, unread: bool, to: Path | None, base: str | None) -> None:
    from epargraph.extract.register import extract_table
    from epargraph.graph import DEFAULT_BASE
    from epargraph.graph.register import register_graph
    from epargraph.read.register import read_table

    reading = extract_table(read_table(file))
    for warning in reading.warnings:
        output.note(f"{file}: {warning}")
    if form is FactFormat.json:
        output.write(output.json_bytes(reading.to_json(unread=unread)), to)
    elif form is FactFormat.ttl:
        output.write(output.turtle(register_graph(reading, base=base or DEFAULT_BASE).triples), to)
    else:
        output.show(to, show.unread_cells(reading) if unread else show.register(reading))


@app.command()
def validate(
    file: Annotated[Path | None, typer.Argument(help="An overview or an RDF file; the whole store when none.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Validate the store's graphs first, and store what is found.")
    ] = False,
    store: StoreOption = show.STORE,
    form: Annotated[ReportFormat, typer.Option("--format", "-f", help="How to print the report.")] = ReportFormat.table,
    to: OutputOption = None,
) -> None:
    """Tell what is wrong with a graph (violations) and what a reader should look at in the source (warnings).

    Without a file these are the reports that the store holds: each graph was validated when it was built. With --again
    all are validated by the shapes and the software of today, but those that were already; a run that is ended goes on.

    The exit status is 1 when there are violations, 0 when there are none, whatever the warnings; with --again it is 2 when
    a graph could not be validated.
    """
    from epargraph.build import check, reports, validate_store
    from epargraph.graph import DEFAULT_BASE
    from epargraph.stores import open_store
    from epargraph.validate import Report

    if again and file is not None:
        raise UsageError(f"--again {file}", "a file is always validated again", "leave one of them out")
    failed = False
    if again:
        with show.progress("Validating") as progress:
            done = validate_store(store, progress=progress)
        output.note(show.validated(done))
        for failure in done.failures:
            output.note(f"epargraph: {failure.file}: {failure.reason}; {failure.remedy}")
        if done.caution:
            output.note(f"epargraph: {done.caution}")
        failed = bool(done.failures)
    if file is not None:
        report = check(file)
        triples = report.to_triples(f"{DEFAULT_BASE}report") if form is ReportFormat.ttl else b""
    else:
        with open_store(store) as opened:
            stored = reports(opened)
            report = Report(tuple(result for each in stored.values() for result in each.results))
            triples = b"".join(opened.triples(name) for name in stored) if form is ReportFormat.ttl else b""
    if form is ReportFormat.ttl:
        output.write(output.turtle(triples), to)
    elif form is ReportFormat.json:
        output.write(output.json_bytes(report.to_json()), to)
    else:
        output.show(to, *show.report(report))
    raise typer.Exit(2 if failed else 0 if report.conforms else 1)


@app.command()
def query(
    name: Annotated[str | None, typer.Argument(help="Name of a question; --list shows them.")] = None,
    listed: Annotated[bool, typer.Option("--list", "-l", help="List the questions.")] = False,
    sparql: Annotated[str | None, typer.Option("--sparql", help="A SPARQL query to run.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A file with a SPARQL query to run.")] = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter's value; may be repeated.")
    ] = None,
    form: Annotated[
        AnswerFormat | None,
        typer.Option("--format", "-f", help="How to print the answer (default: table; ttl for triples)."),
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option("--endpoint", help="Another SPARQL endpoint for the SERVICE blocks of the query.")
    ] = None,
    contact: Annotated[
        str, typer.Option("--contact", help="Address of whoever asks, which an endpoint's keeper is told.")
    ] = "",
    store: StoreOption = show.STORE,
    to: OutputOption = None,
) -> None:
    """Ask the graph: one of the questions by name, or any SPARQL query (SELECT, ASK, CONSTRUCT, DESCRIBE).

    A query with parameters that is given by --file or --sparql answers, without --set, for the values that stand in it.
    """
    from epargraph import queries
    from epargraph.federation import elsewhere, federated
    from epargraph.lookup import looked_up
    from epargraph.stores import open_store
    from epargraph.stores.sparql import form as form_of
    from epargraph.stores.sparql import services

    if sum(bool(each) for each in (name, listed, sparql, file)) != 1:
        raise UsageError(
            "query", "one of NAME, --list, --sparql and --file is wanted", "epargraph query --list shows names"
        )
    if listed:
        return output.show(to, show.questions({**queries.load(), **queries.federated()}))
    if name is not None:
        question = queries.named(name)
    else:
        question = queries.from_file(file) if file is not None else queries.from_text(sparql or "")
    given = _settings(values or [])
    text = question.text if name is None and not given else question.bind(**given)
    graph = form_of(text) in ("CONSTRUCT", "DESCRIBE")
    form = form or (AnswerFormat.ttl if graph else AnswerFormat.table)
    accepted = _TRIPLES if graph else _ROWS
    if form is not AnswerFormat.table and form not in accepted:
        what = "triples" if graph else "rows"
        raise UsageError(f"format {form}", f"this query gives {what}", f"use table or {' or '.join(accepted)}")
    text = elsewhere(text, endpoint) if endpoint else text
    who = (
        "the store, or the endpoint that it is joined with, says nothing"
        if any(services(text))
        else "the store says nothing"
    )
    with open_store(store) as opened:
        text = federated(opened, text, contact=contact)
        if form is not AnswerFormat.table:
            return output.write(opened.query(text, accept=accepted[form]), to)
        answer = queries.run(opened, queries.Question(question.name, question.title, question.question, (), text))
        if not len(answer):
            for each in (each for each in question.parameters if each.type == "medicine" and each.name in given):
                looked_up(opened, given[each.name])  # one that the store does not have is another matter
    output.show(to, *show.answer(answer))
    if not len(answer):
        output.note(f"no rows: {who} of the kind")
    return None


@app.command()
def export(
    form: Annotated[GraphFormat, typer.Option("--format", "-f", help="The format to write.")] = GraphFormat.ttl,
    medicine: Annotated[
        str | None, typer.Option("--medicine", help="Only this medicine: name, product number or IRI.")
    ] = None,
    store: StoreOption = show.STORE,
    to: OutputOption = None,
) -> None:
    """Write what the sources say as RDF, sorted: the same store gives the same bytes."""
    from epargraph.export import write
    from epargraph.stores import open_store

    with open_store(store) as opened:
        output.write_by(lambda file: write(opened, form.value, file, medicine=medicine), to)


@app.command()
def changes(
    start: Annotated[
        str | None, typer.Option("--from", help="Day of the earlier version (default: the version before).")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Day of the later version (default: the newest).")] = None,
    medicine: Annotated[
        str | None, typer.Option("--medicine", help="Only this medicine: name, product number or IRI.")
    ] = None,
    form: Annotated[HistoryFormat, typer.Option("--format", "-f", help="How to tell them.")] = HistoryFormat.table,
    details: Annotated[
        bool, typer.Option("--details", help="Tell of revisions, filled and emptied cells and other columns too.")
    ] = False,
    store: StoreOption = show.STORE,
    to: OutputOption = None,
) -> None:
    """Tell what changed between two days of the register, and between two versions of an overview."""
    from epargraph import changes as told
    from epargraph.cli.show_changes import history
    from epargraph.stores import open_store

    with open_store(store) as opened:
        found = told.history(opened, start=start, end=end, medicine=medicine, details=details)
    if form is HistoryFormat.json:
        output.write(output.json_bytes([told.to_json(each) for each in found.changes]), to)
    elif form is HistoryFormat.ttl:
        output.write(output.turtle(told.to_triples(found.changes)), to)
    elif form is HistoryFormat.atom:
        output.write(told.atom(found), to)
    else:
        output.show(to, *history(found))


@app.command()
def reconcile(
    medicine: Annotated[
        str | None, typer.Option("--medicine", help="Only this medicine: name, product number or IRI.")
    ] = None,
    form: Annotated[ComparisonFormat, typer.Option("--format", "-f", help="How to tell it.")] = ComparisonFormat.table,
    differing: Annotated[bool, typer.Option("--differences", help="Only what differs.")] = False,
    store: StoreOption = show.STORE,
    to: OutputOption = None,
) -> None:
    """Tell where overviews and register agree, where they differ, and what only one of them says; each with its words."""
    from epargraph.cli.show_changes import comparisons
    from epargraph.reconcile import DIFFER, to_json
    from epargraph.reconcile import reconcile as reconciled
    from epargraph.stores import open_store

    with open_store(store) as opened:
        found = [each for each in reconciled(opened, medicine) if not differing or each.verdict == DIFFER]
    if form is ComparisonFormat.json:
        output.write(output.json_bytes([to_json(each) for each in found]), to)
    else:
        output.show(to, *comparisons(found))


@app.command(name="link")
def link_(
    registry: Annotated[
        list[Path] | None,
        typer.Option("--registry", help="A registry's file (OBO, RDF, SSSOM, TSV, CSV); may be repeated."),
    ] = None,
    endpoint: Annotated[
        list[str] | None,
        typer.Option(
            "--endpoint",
            help="A registry's SPARQL server: wikidata, mesh, a URL, or a query file; NAME=URL asks another one; may be "
            "repeated.",
        ),
    ] = None,
    maps: Annotated[
        list[Path] | None, typer.Option("--map", help="A TOML file that tells the columns of a table; may be repeated.")
    ] = None,
    contact: Annotated[
        str, typer.Option("--contact", envvar="EPARGRAPH_CONTACT", help="Your address, told to the servers asked.")
    ] = "",
    answers: Annotated[
        Path, typer.Option("--answers", envvar="EPARGRAPH_ANSWERS", help="File in which the servers' answers are kept.")
    ] = Path("epargraph-answers.sqlite"),
    since: Annotated[
        str, typer.Option("--since", help="Ask anew for answers kept from before this day (2026-11-26).")
    ] = "",
    gold: Annotated[
        Path | None, typer.Option("--score", help="Score the links against a table of names and identifiers instead.")
    ] = None,
    unlinked: Annotated[
        Path | None, typer.Option("--unlinked", help="File for the names without a link, each with the reason.")
    ] = None,
    store: StoreOption = show.STORE,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", help="SSSOM file to write (default: put the links into the store).")
    ] = None,
    base: BaseOption = None,
) -> None:
    """Propose links from registries' files and servers for the names of the store: exact only where a second key agrees."""
    from epargraph.cli import link

    if not registry and not endpoint:
        raise UsageError(
            "link", "no registry was named", "name files with --registry FILE, servers with --endpoint NAME"
        )
    if since and not re.fullmatch(r"\d{4}-\d\d-\d\d", since):
        raise UsageError(f"--since {since}", "it is no day", "write it as 2026-11-26")
    registries = link.Registries(registry or [], maps or [], endpoint or [], answers, contact, since)
    if gold is not None:
        link.score(registries, gold)
    else:
        link.propose(registries, store, base, to, unlinked)


def _settings(given: list[str]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise UsageError(f"--set {each}", "it is not NAME=VALUE", "write for example --set medicine=Lumykras")
        if name in settings:
            raise UsageError(f"--set {each}", f"{name} is set twice", "set it once")
        settings[name] = value
    return settings


def main() -> None:
    """Run the command line: an error is one line and exit status 2, an interruption is 130."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that can't show a letter shows another one, not a traceback
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        status = app(standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except Exception as error:
        if os.environ.get("EPARGRAPH_DEBUG"):
            raise
        status = 2
        output.note(f"epargraph: {_told(error)}")
    if status == 130:
        output.note("epargraph: interrupted; what was stored or fetched is whole, and the same command goes on from it")
    sys.exit(status if isinstance(status, int) else 0)


def _told(error: Exception) -> str:
    """Return an error in one line: where, what is wrong, what to do."""
    if isinstance(error, EparGraphError):
        return str(error)
    message = getattr(error, "format_message", None)
    if message is not None:  # typer's errors of use; their class has moved between its versions
        command = getattr(getattr(error, "ctx", None), "command_path", "epargraph")
        words = " ".join(message().split()).rstrip(".") or "a command is wanted"
        return f"{words}; {command} --help tells more"
    words = " ".join(f"{type(error).__name__}: {error}".split())
    return f"an unforeseen fault ({words}); please report it; EPARGRAPH_DEBUG=1 shows where"
