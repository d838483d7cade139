"""The command that serves the store."""

from __future__ import annotations

from typing import Annotated

import typer

from epargraph.cli import output, show


def serve(
    store: Annotated[
        str,
        typer.Option(
            "--store", envvar="EPARGRAPH_STORE", help="Folder of the store, or the URL of a SPARQL 1.1 server."
        ),
    ] = show.STORE,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8000,
    base: Annotated[str | None, typer.Option("--base", help="Base of the IRIs of things.", show_default=False)] = None,
) -> None:
    """Serve the store: a SPARQL endpoint, a page and a description of every thing, the questions over HTTP; read-only."""
    from epargraph.graph import DEFAULT_BASE
    from epargraph.serve.application import run

    output.note(f"epargraph: serving {store} at http://{host}:{port}/ (Ctrl+C ends)")
    run(store, host=host, port=port, base=base or DEFAULT_BASE)
