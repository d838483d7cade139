"""The command that writes a release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from epargraph.cli import output, show
from epargraph.errors import UsageError


def publish(
    folder: Annotated[Path, typer.Argument(help="Folder to write: a new or empty one, or one of an older release.")],
    store: Annotated[
        str,
        typer.Option(
            "--store", envvar="EPARGRAPH_STORE", help="Folder of the store, or the URL of a SPARQL 1.1 server."
        ),
    ] = show.STORE,
    base: Annotated[
        str | None,
        typer.Option("--base", help="Base of the IRIs of things (default: the store's).", show_default=False),
    ] = None,
    issued: Annotated[str, typer.Option(help="Day of the release (YYYY-MM-DD); none is told without it.")] = "",
    publisher: Annotated[str, typer.Option(help="Who publishes it.", show_default=False)] = "",
    site: Annotated[
        str, typer.Option(help="Address where it will lie, for the redirects of w3id.org.", show_default=False)
    ] = "",
    endpoint: Annotated[
        str, typer.Option(help="Address of the SPARQL endpoint that the questions are for.", show_default=False)
    ] = "",
    key: Annotated[
        Path | None, typer.Option(help="RSA private key (PEM) to sign nanopublications with; unsigned without it.")
    ] = None,
) -> None:
    """Write a release for any static host: data in all formats, tables, pages, ontology, questions, descriptions, sums.

    The same store gives the same bytes: there is no clock in it.
    """
    from epargraph import publish as publishing
    from epargraph.stores import open_store

    pem = _read(key) if key is not None else ""
    with open_store(store) as opened, show.progress("Writing") as progress:
        told = publishing.imprint(
            opened, base=base, issued=issued, publisher=publisher, site=site, endpoint=endpoint, key=pem
        )
        released = publishing.publish(opened, folder, told, progress=progress)
    counts = released.counts
    output.write(
        f"Released {sum(counts.facts.values()):,} facts of {counts.medicines:,} "
        f"medicine{'' if counts.medicines == 1 else 's'} in {released.files:,} files "
        f"({released.size / 1e6:,.1f} MB): {folder}\n".encode(),
        None,
    )


def _read(key: Path) -> str:
    try:
        return key.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no PEM file"
        raise UsageError(f"key {key}", reason, "name a file with an RSA private key in PEM") from error
