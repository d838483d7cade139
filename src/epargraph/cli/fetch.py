"""epargraph fetch: the options and the printing of downloads from EMA's site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from epargraph.cli import output, show
from epargraph.cli.output import printable
from epargraph.errors import EparGraphError, FetchError
from epargraph.fetch.manifest import DEFAULT, data_folder

if TYPE_CHECKING:
    from epargraph.fetch.fetcher import Fetched, Fetcher

app = typer.Typer(
    help="Download the register and the overviews from EMA's site, politely; what broke off or changed goes on from there.",
    no_args_is_help=True,
)

IntoOption = Annotated[
    Path, typer.Option("--into", envvar="EPARGRAPH_DATA", help="Folder to fetch into; `epargraph build` reads it.")
]
SiteOption = Annotated[
    str | None,
    typer.Option("--site", envvar="EPARGRAPH_SITE", help="Address of the site (default: EMA's).", show_default=False),
]
PauseOption = Annotated[float, typer.Option("--pause", min=0.0, help="Seconds between two requests.")]
DeadlineOption = Annotated[float, typer.Option("--deadline", min=1.0, help="Seconds for one file, with all tries.")]


class RegisterForm(StrEnum):
    """The forms of the register."""

    xlsx = "xlsx"
    json = "json"


FormOption = Annotated[RegisterForm, typer.Option("--format", "-f", help="The register's form.")]

_MOST = 10


@app.command()
def register(
    form: FormOption = RegisterForm.xlsx,
    into: IntoOption = Path(DEFAULT),
    site: SiteOption = None,
    pause: PauseOption = 1.0,
    deadline: DeadlineOption = 300.0,
) -> None:
    """Fetch the register of all medicines, as it is today; those of other days stay beside it."""
    with _fetcher(into, site, pause, deadline) as fetcher:
        _print(into, fetcher.register(form.value))


@app.command()
def overview(
    medicine: Annotated[str, typer.Argument(help="A medicine's name, its page, or with a register its number.")],
    into: IntoOption = Path(DEFAULT),
    site: SiteOption = None,
    pause: PauseOption = 1.0,
    deadline: DeadlineOption = 300.0,
) -> None:
    """Fetch the overview of one medicine."""
    with _fetcher(into, site, pause, deadline) as fetcher:
        got = fetcher.overview(medicine)
    if got.state == "missing":
        raise FetchError(medicine, got.reason, "see its page on EMA's site, or name it as the register does")
    _print(into, got)


@app.command(name="all")
def all_(
    form: FormOption = RegisterForm.xlsx,
    into: IntoOption = Path(DEFAULT),
    site: SiteOption = None,
    pause: PauseOption = 1.0,
    deadline: DeadlineOption = 300.0,
    limit: Annotated[int | None, typer.Option("--limit", min=0, help="Look for so many overviews at most.")] = None,
) -> None:
    """Fetch the register, then the overview of every medicine in it; one that was interrupted goes on the same day.

    The exit status is 2 when something could not be fetched. Overviews that the site does not have are only told.
    """
    ended: EparGraphError | None = None
    with _fetcher(into, site, pause, deadline) as fetcher, show.progress("Fetching") as progress:
        first = fetcher.register(form.value)
        told: list[Fetched] = []
        names = fetcher.due()
        asked = names[:limit]
        if asked:
            output.note(f"{len(asked):,} overviews to look for, with {pause:g} s between two requests")
        try:
            for done, got in enumerate(fetcher.overviews(asked), 1):
                told.append(got)
                if got.state == "failed":
                    output.note(f"epargraph: {got.reason}")
                if progress is not None:
                    progress(done, len(asked), got.name)
        except FetchError as error:
            ended = error
    _print(into, first, told, len(names) - len(told))
    if ended is not None:
        raise ended
    raise typer.Exit(2 if any(got.state == "failed" for got in told) else 0)


def _fetcher(into: Path, site: str | None, pause: float, deadline: float) -> Fetcher:
    from datetime import UTC, datetime

    from epargraph.fetch.addresses import addresses
    from epargraph.fetch.download import Site
    from epargraph.fetch.fetcher import Fetcher

    asked = Site(site or addresses().site, pause=pause, deadline=deadline)
    return Fetcher(asked, into, today=datetime.now(UTC).date().isoformat())


def _print(into: Path, told: Fetched, rest: Sequence[Fetched] | None = None, left: int = 0) -> None:
    """Print what became of one file, and of the overviews beside it how many."""
    lines = [f"{told.name}: {told.state}, {into / (told.file or '')}"]
    if rest is not None:
        counted = ", ".join(f"{count:,} {state}" for state, count in Counter(got.state for got in rest).items())
        more = f"; {left:,} left" if left else ""
        lines.append(f"overviews: {counted or 'none to look for'}{more}, {into / 'overviews'}")
        missing = [got.name for got in rest if got.state == "missing"]
        if missing:
            more = f" and {len(missing) - _MOST:,} more" if len(missing) > _MOST else ""
            lines.append(f"the site has no overview of {', '.join(missing[:_MOST])}{more}")
    lines.append("(c) European Medicines Agency; reproduction is authorised provided the source is acknowledged")
    output.show(
        None,
        *(show.line(printable(each)) for each in lines),
        show.line(f"Next: epargraph build{'' if into == data_folder() else f' {quote(str(into))}'}", "cyan"),
    )
