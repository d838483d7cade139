"""epargraph copy: the options and the printing of a store copied into another one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epargraph.cli import output, show
from epargraph.errors import UsageError

if TYPE_CHECKING:
    from epargraph.stores.copy import Copied

_FROM = "EPARGRAPH_FROM"
_MOST = 10
"""Graphs that did not arrive that are named."""


def copy(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="Folder of a store, or the URL of a SPARQL 1.1 server.")
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where its graphs go: a folder or a server likewise.")],
) -> None:
    """Copy all graphs of a store, superseded ones too, into another one, and prove that they arrived.

    The exit status is 1 where a graph read back from there is not the same. Who asks FROM is told by the environment's
    EPARGRAPH_FROM_USER and so on, who asks TO by EPARGRAPH_USER; the folder with what FROM, a server, has superseded by
    EPARGRAPH_FROM_ARCHIVE.
    """
    from epargraph.stores import archive_folder, open_store
    from epargraph.stores.copy import copy as copied

    if _place(source) == _place(target):
        raise UsageError("copy", "FROM and TO are the same store", "name two")
    archive = archive_folder(_FROM)
    shared = _is_url(source) and _is_url(target) and archive.resolve() == archive_folder().resolve()
    with show.progress("Copying") as progress, open_store(source, name=_FROM) as old:
        old.graphs()  # what can't be read leaves no store behind
        with open_store(target, write=True) as new:
            found = copied(old, new, archived=not shared, progress=progress)
            caution = new.caution
    output.show(None, "\n".join(_lines(found, source, target)))
    lost = [each for each in found if not each.proved]
    for each in lost[:_MOST]:
        output.note(
            f"epargraph: {each.graph}: {each.triples:,} triples here, {each.arrived:,} there, and not the same ones; "
            "look at what that server does with the values"
        )
    if shared and archive.exists():
        output.note(f"epargraph: the archive {archive} is that of both servers: nothing of it had to be copied")
    elif _is_url(source) and not archive.exists():
        output.note(
            f"epargraph: {archive}: FROM has no archive here, so no superseded graph was copied; they are where its builds "
            "ran (EPARGRAPH_FROM_ARCHIVE names the folder)"
        )
    if caution:
        output.note(f"epargraph: {caution}")
    if lost:
        raise typer.Exit(1)


def _is_url(store: str) -> bool:
    return store.startswith(("http://", "https://"))


def _place(store: str) -> str:
    """Return what is the same for the same store, however its folder is named."""
    return store.rstrip("/") if _is_url(store) else str(Path(store).resolve())


def _lines(found: list[Copied], source: str, target: str) -> list[str]:
    kinds = (("current", False), ("archived", True))
    lines = [f"Copied {source} to {target}", ""]
    for word, archived in kinds:
        some = [each for each in found if each.archived is archived]
        if some:
            sent = sum(not each.was_there for each in some)
            triples, arrived = sum(each.triples for each in some), sum(each.arrived for each in some)
            lines.append(
                f"{len(some):,} {word} graph{'s' * (len(some) != 1)} ({sent:,} sent, {len(some) - sent:,} there already): "
                f"{triples:,} triples here, {arrived:,} there"
            )
    here, there = (
        hashlib.sha256("".join(sorted(f"{each.graph} {each.archived} {one}\n" for each, one in pairs)).encode())
        for pairs in ([(each, each.hash) for each in found], [(each, each.hash_there) for each in found])
    )
    lines += ["", f"SHA-256 here   {here.hexdigest()}", f"SHA-256 there  {there.hexdigest()}"]
    proved = sum(each.proved for each in found)
    lines += ["", f"Read back from there and the same: {proved:,} of {len(found):,} graphs"]
    return lines
