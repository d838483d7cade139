"""The commands that serve the store: to browsers and SPARQL clients, and to an assistant."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from epargraph.cli import output, show
from epargraph.errors import UsageError

StoreOption = Annotated[
    str,
    typer.Option(
        "--store", envvar="EPARGRAPH_STORE", help="Folder of the store, or the URL of a SPARQL 1.1 server to copy."
    ),
]


def serve(
    store: StoreOption = show.STORE,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at; 0 for any that is free.")] = 8000,
    base: Annotated[
        str | None,
        typer.Option("--base", help="Base of the IRIs of things (default: the store's).", show_default=False),
    ] = None,
    deadline: Annotated[float, typer.Option(help="Seconds after which a query is ended.")] = 10.0,
    memory: Annotated[int, typer.Option(help="Megabytes that a query may take.")] = 1000,
    workers: Annotated[
        int | None, typer.Option(help="Queries that run at once (default: two for each core).", show_default=False)
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Write no access log.")] = False,
) -> None:
    """Serve the store, read-only: a SPARQL endpoint, pages and descriptions of all things, the questions over HTTP.

    It answers from a copy in memory, which is made again when the store has changed or at SIGHUP. The access log goes to
    standard output, a line of JSON for each request. Ctrl+C or SIGTERM ends it, once what was begun is answered.
    """
    from dataclasses import replace

    from epargraph.serve.application import run
    from epargraph.serve.frame import to_output
    from epargraph.serve.limits import Limits

    if deadline <= 0 or memory < 10 or (workers is not None and workers < 1):
        raise UsageError("serve", "a limit is too low", "give a --deadline above 0, --memory from 10, --workers from 1")
    limits = replace(Limits(), deadline=deadline, memory=1_000_000 * memory)
    if workers:
        limits = replace(limits, workers=workers, reserved=min(limits.reserved, workers - 1))
    with contextlib.suppress(KeyboardInterrupt):  # the way to end it
        run(
            store,
            host=host,
            port=port,
            base=base,
            limits=limits,
            log=None if quiet else to_output,
            ready=lambda url: output.note(f"epargraph: serving {store} at {url} (Ctrl+C ends)"),
        )


def mcp(
    store: StoreOption = show.STORE,
    base: Annotated[
        str | None,
        typer.Option("--base", help="Base of the IRIs of things (default: the store's).", show_default=False),
    ] = None,
) -> None:
    """Serve the store to an assistant that starts this command (Model Context Protocol, standard input and output)."""
    import asyncio

    try:
        from epargraph.serve.assistants import serve_assistant
    except ImportError as error:
        raise UsageError(
            "epargraph mcp", f"the package {error.name} is missing", "pip install 'epargraph[mcp]'"
        ) from error
    asyncio.run(serve_assistant(store, base))
