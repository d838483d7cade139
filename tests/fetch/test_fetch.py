"""From nothing to the whole graph: the register, the overviews that it names, and the build of what was fetched."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from epargraph.build import LINKS, build, sources
from epargraph.errors import FetchError, SourceError, UsageError
from epargraph.fetch.addresses import name_in, name_of
from epargraph.fetch.download import Site
from epargraph.fetch.fetcher import Fetcher
from epargraph.fetch.manifest import dates
from epargraph.queries import run
from epargraph.read.register import read_table
from epargraph.resources import DATA
from epargraph.stores import open_store

if TYPE_CHECKING:
    from tests.fetch.conftest import Ema, Trick

README = Path(__file__).resolve().parents[2] / "README.md"
DAY = "2026-03-14"
ROWS = (
    ("abcmed", "EMEA/H/C/000001", "Authorised"),
    ("defmed", "EMEA/H/C/000002", "Withdrawn"),
    ("ghimed", "EMEA/H/C/000003", "Application withdrawn"),
    ("jklmed", "EMEA/H/C/000004", "Refused"),
)
Says = Callable[..., "Trick"]


def fetcher(ema: Ema, folder: Path, day: str = DAY) -> Fetcher:
    return Fetcher(Site(ema.url, pause=0, deadline=20, tries=2, wait=0.01), folder, today=day)


def epargraph(folder: Path, *arguments: str, site: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("EPARGRAPH_")}
    env |= {"COLUMNS": "120"} | ({"EPARGRAPH_SITE": site} if site else {})
    command = [sys.executable, "-c", "from epargraph.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("form", ["xlsx", "json"])
def test_the_register_of_each_day_is_kept(ema: Ema, tmp_path: Path, form: str) -> None:
    """A register that changed comes to stand beside the older one, one that did not leaves the older one alone."""
    ema.register(*ROWS)
    with fetcher(ema, tmp_path) as fetching:
        assert fetching.register(form).state == "new"  # type: ignore[arg-type]
    with fetcher(ema, tmp_path, "2026-03-15") as fetching:
        assert fetching.register(form).state == "unchanged"  # type: ignore[arg-type]
    ema.register(*ROWS[:2], day="16/03/2026")
    with fetcher(ema, tmp_path, "2026-03-16") as fetching:
        assert fetching.register(form).state == "changed"  # type: ignore[arg-type]
        assert len(fetching.names()) == 2
    assert sorted(path.name for path in (tmp_path / "register").iterdir()) == [
        f"ema-medicines_{DAY}.{form}",
        f"ema-medicines_2026-03-16.{form}",
    ]
    assert dates((tmp_path / "register").iterdir()) == {
        tmp_path / f"register/ema-medicines_{day}.{form}": day for day in (DAY, "2026-03-16")
    }


WRONG = {
    "web page": (b"<!DOCTYPE html><html>Blocked</html>", "no register table: it is a web page"),
    "another table": (None, "no register table: no row is a header"),
    "half a workbook": (b"PK\x03\x04", "no register table: it is no whole workbook"),
    "json": (b'{"error": "busy"}', "no register table: it holds no list of records"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_register_that_is_none_is_refused(case: str, ema: Ema, tmp_path: Path, other_workbook: bytes) -> None:
    """What comes in the register's place and is no register is refused, and the register of before stays."""
    ema.register(*ROWS)
    with fetcher(ema, tmp_path) as fetching:
        fetching.register()
    body, message = WRONG[case]
    path = next(iter(ema.files))
    ema.files[path] = body if body is not None else other_workbook
    with fetcher(ema, tmp_path, "2026-03-15") as fetching, pytest.raises(FetchError, match=message) as caught:
        fetching.register()
    assert str(caught.value).startswith(ema.url)
    assert [path.name for path in (tmp_path / "register").iterdir()] == [f"ema-medicines_{DAY}.xlsx"]
    with fetcher(ema, tmp_path) as fetching:
        assert len(fetching.names()) == 3


def test_no_register_is_an_error(ema: Ema, tmp_path: Path) -> None:
    """Where the site has no register at the address that is known, an error says so."""
    with fetcher(ema, tmp_path) as fetching, pytest.raises(FetchError, match="the site has no such file"):
        fetching.register()


def test_every_overview_that_the_register_names(ema: Ema, tmp_path: Path) -> None:
    """Each decided medicine's overview is looked for under both ways of naming; one that is missing is told."""
    ema.register(*ROWS)
    ema.overview("abcmed")
    ema.overview("defmed", old=True)
    with fetcher(ema, tmp_path) as fetching:
        fetching.register()
        told = {got.name: (got.state, got.file) for got in fetching.overviews(fetching.due())}
        assert fetching.due() == []
        assert fetching.manifest.missing == {"jklmed": DAY}
    assert told == {
        "abcmed": ("new", "overviews/abcmed-epar-medicine-overview_en.pdf"),
        "defmed": ("new", "overviews/defmed-epar-summary-public_en.pdf"),
        "jklmed": ("missing", None),
    }
    assert not any("ghimed" in path for path in ema.paths())


def test_what_was_not_looked_for_longest_comes_first(ema: Ema, tmp_path: Path) -> None:
    """A run goes on with the medicines that were not looked for yet, and another day's with those of longest ago."""
    ema.register(*ROWS)
    ema.overview("abcmed")
    with fetcher(ema, tmp_path) as fetching:
        fetching.register()
        list(fetching.overviews(fetching.due()[:1]))
        assert fetching.due() == ["defmed", "jklmed"]
    with fetcher(ema, tmp_path, "2026-03-15") as fetching:
        assert fetching.due() == ["defmed", "jklmed", "abcmed"]


def test_one_that_fails_does_not_stop_the_others(ema: Ema, tmp_path: Path, says: Says) -> None:
    """One overview that fails is told while the rest goes on; several in a row end it, and what came stays."""
    names = [f"abcmed-{number}" for number in range(8)]
    ema.register(*((name, f"EMEA/H/C/{number:06}", "Authorised") for number, name in enumerate(names)))
    for name in names:
        ema.overview(name)
    overviews = [path for path in ema.files if path.endswith(".pdf")]
    for number in (1, 4, 5, 6):
        ema.tricks[overviews[number]] = [says(200, {}, b"<html>Are you human?</html>")]
    with fetcher(ema, tmp_path) as fetching:
        fetching.register()
        told = fetching.overviews(fetching.due())
        states = [next(told).state for _ in range(7)]
        with pytest.raises(FetchError, match="3 overviews in a row could not be fetched"):
            next(told)
        assert states == ["new", "failed", "new", "new", "failed", "failed", "failed"]
        assert fetching.due() == [names[number] for number in (7, 1, 4, 5, 6)]  # those that failed come last
        assert [got.state for got in fetching.overviews(fetching.due())] == ["new"] * 5
        assert fetching.manifest.failed == {}


NAMES = {
    "as the register has it": "Abcmed",
    "its number": "EMEA/H/C/000001",
    "its page": "https://www.ema.europa.eu/en/medicines/human/EPAR/abcmed",
    "in capitals": "ABCMED",
}


@pytest.mark.parametrize("case", NAMES)
def test_a_medicine_by_its_names(case: str, ema: Ema, tmp_path: Path) -> None:
    """A medicine is known by its name, its product number and its page."""
    ema.register(*ROWS)
    ema.overview("abcmed")
    with fetcher(ema, tmp_path) as fetching:
        fetching.register()
        assert fetching.overview(NAMES[case]).file == "overviews/abcmed-epar-medicine-overview_en.pdf"


@pytest.mark.parametrize(
    "medicine", ["..", "../../outside", "/etc/passwd", "a\0b", "a" * 300, "", "http://ema/en/medicines/human/EPAR/../x", "%2e%2e%2f"]
)  # fmt: skip
def test_no_name_leads_out_of_the_folder(medicine: str, ema: Ema, tmp_path: Path) -> None:
    """Whatever a medicine is called, nothing is written or asked for outside the overviews."""
    with fetcher(ema, tmp_path / "in") as fetching:
        try:
            assert fetching.overview(medicine).state == "missing"
        except UsageError as error:
            assert "it is no medicine's name or page" in str(error)  # noqa: PT017 -- either is right
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert all(".." not in path and path.startswith("/en/documents/overview/") for path, _ in ema.asked)


def test_a_page_of_the_register_leads_nowhere_else(ema: Ema, tmp_path: Path) -> None:
    """A register whose pages and numbers hold steps to other folders makes no such request and no such file."""
    ema.register(("../../x", "../../EMEA", "Authorised"), ("abcmed", "../1", "Authorised"))
    ema.overview("abcmed")
    with fetcher(ema, tmp_path / "in") as fetching:
        fetching.register()
        assert fetching.due() == ["abcmed"]
        list(fetching.overviews(fetching.due()))
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_names_of_the_real_register(shared: Callable[[str], Path]) -> None:
    """Every page of the real register gives a name, and 19 of 20 medicines' names give that of their page."""
    table = read_table(shared("register/ema_medicines_2026-03-14.xlsx"))
    pages = [name_in(record.cells["Medicine URL"]) for record in table.records]
    assert None not in pages
    guessed = [name_of(record.cells["Name of medicine"]) for record in table.records]
    assert sum(name == page for name, page in zip(guessed, pages, strict=True)) > 0.95 * len(pages)


def test_how_many_the_real_register_names(ema: Ema, tmp_path: Path, shared: Callable[[str], Path]) -> None:
    """The README says of how many medicines the real register has an overview looked for."""
    ema.register()
    ema.files[next(iter(ema.files))] = shared("register/ema_medicines_2026-03-14.xlsx").read_bytes()
    with fetcher(ema, tmp_path) as fetching:
        fetching.register()
        told = re.search(r"names ([\d,]+) such medicines", README.read_text("utf-8"))
        assert told is not None
        assert f"{len(fetching.due()):,}" == told[1]


def test_two_at_once_are_refused(ema: Ema, tmp_path: Path) -> None:
    """While one process fetches into a folder a second one is told to wait."""
    with fetcher(ema, tmp_path), pytest.raises(FetchError, match="another process fetches into it"):
        fetcher(ema, tmp_path)
    with fetcher(ema, tmp_path):
        pass


@pytest.mark.parametrize("text", ["", "[]", "{", '{"files": {"a": 1}}', '{"files": {"a": {"url": "b"}}}', "\xff"])
def test_a_broken_manifest_is_an_error(text: str, ema: Ema, tmp_path: Path) -> None:
    """A manifest that epargraph did not write is named in the error, whoever reads it."""
    (tmp_path / "fetched.json").write_text(text, "latin-1")
    with pytest.raises(FetchError, match=r"fetched.json: it is not what epargraph fetch wrote"):
        fetcher(ema, tmp_path)
    with pytest.raises(FetchError, match=r"fetched.json: it is not what epargraph fetch wrote"):
        dates([tmp_path / "overviews" / "a.pdf"])


def test_a_file_has_the_date_of_its_bytes(ema: Ema, tmp_path: Path) -> None:
    """The date of retrieval is that of the very bytes: a file changed or copied elsewhere has none."""
    ema.overview("abcmed")
    with fetcher(ema, tmp_path) as fetching:
        file = tmp_path / (fetching.overview("abcmed").file or "")
    assert dates([file]) == {file: DAY}
    file.write_bytes(b"%PDF-1.7 mine")
    assert dates([file, tmp_path / "other.pdf"]) == {}


def test_the_build_takes_what_was_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without paths the fetched folder is built where there is one, else the bundled data; the bundled links with both."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EPARGRAPH_DATA", raising=False)
    assert all(path.is_relative_to(DATA) for path in sources())
    (tmp_path / "epargraph-data").mkdir()
    assert all(path.is_relative_to(DATA) for path in sources())
    (tmp_path / "epargraph-data/fetched.json").write_text('{"files": {}}', "utf-8")
    assert sources() == [Path("epargraph-data"), LINKS]
    monkeypatch.setenv("EPARGRAPH_DATA", str(tmp_path / "elsewhere"))
    with pytest.raises(UsageError, match="nothing was fetched into it"):
        sources()


def test_from_nothing_to_the_graph(
    ema: Ema, tmp_path: Path, variants: Callable[[int], list[Path]], pdf: Callable[[str], bytes]
) -> None:
    """`epargraph fetch all`, then `epargraph build`: the graph has register and overviews, with their retrieval dates."""
    texts = [path.read_text("utf-8") for path in variants(2)]
    ema.register(("xyzmeda", "EMEA/H/C/001000", "Authorised"), ("xyzmedb", "EMEA/H/C/001001", "Authorised"), *ROWS[2:])
    ema.overview("xyzmeda", pdf(texts[0]))
    ema.overview("xyzmedb", pdf(texts[1]), old=True)
    first = epargraph(tmp_path, "fetch", "all", "--pause", "0", "--limit", "1", site=ema.url)
    assert (first.returncode, first.stderr) == (0, "1 overviews to look for, with 0 s between two requests\n")
    assert "overviews: 1 new; 2 left" in first.stdout
    second = epargraph(tmp_path, "fetch", "all", "--pause", "0", site=ema.url)
    assert second.returncode == 0
    assert "register: unchanged" in second.stdout
    assert "overviews: 1 new, 1 missing" in second.stdout
    assert "the site has no overview of jklmed" in second.stdout
    built = epargraph(tmp_path, "build")
    assert (built.returncode, built.stderr) == (0, "")
    assert "register of 2026-03-14" in built.stdout
    today = time.strftime("%Y-%m-%d", time.gmtime())
    with open_store(tmp_path / "epargraph-store") as store:
        rows = run(store, "SELECT ?on WHERE { GRAPH ?g { ?g a epar:SourceGraph ; epar:retrieved ?on } }").rows
    assert [str(row[0]) for row in rows] == [today] * 3
    assert "3 unchanged" in epargraph(tmp_path, "build").stdout
    third = epargraph(tmp_path, "fetch", "all", "--pause", "0", site=ema.url)
    assert "overviews: none to look for" in third.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_what_was_stopped_goes_on(name: str, ema: Ema, tmp_path: Path, drips: Says) -> None:
    """A fetch that is interrupted or killed in the middle of a file goes on with the rest of that file."""
    ema.register(*ROWS)
    whole = {medicine: ema.overview(medicine) for medicine in ("abcmed", "defmed", "jklmed")}
    slow = next(path for path in ema.files if "defmed" in path)
    ema.tricks[slow] = [drips(0.02)]
    command = [sys.executable, "-c", "from epargraph.cli import main; main()", "fetch", "all", "--pause", "0"]
    with subprocess.Popen([*command, "--site", ema.url], cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        part = tmp_path / "epargraph-data/overviews/defmed-epar-medicine-overview_en.pdf.part"
        end = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size > 20_000) and time.monotonic() < end:
            time.sleep(0.01)
        process.send_signal(signal.Signals[name])
        _, told = process.communicate(timeout=60)
    if name == "SIGINT":
        assert process.returncode == 130
        assert told.splitlines()[-1].startswith("epargraph: interrupted; what was stored or fetched is whole")
    again = epargraph(tmp_path, "fetch", "all", "--pause", "0", site=ema.url)
    assert "overviews: 2 new," in again.stdout
    asked = [asked for path, asked in ema.asked if path == slow]
    assert asked[1]["range"].startswith("bytes=")
    for medicine, data in whole.items():
        assert (tmp_path / f"epargraph-data/overviews/{medicine}-epar-medicine-overview_en.pdf").read_bytes() == data


ERRORS = {
    "no overview": (("overview", "nosuch"), "epargraph: nosuch: the site has no overview of it; "),
    "no name": (("overview", ".."), "epargraph: medicine ..: it is no medicine's name or page; "),
    "no register": (("register",), "epargraph: {url}/en/documents/report/medicines-output"),
    "no site": (("register", "--site", "ema"), "epargraph: site ema: it is not the address of a web site; "),
    "a file": (("register", "--into", "file"), "epargraph: file: it is no folder; name a folder to fetch into"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_is_one_line(case: str, ema: Ema, tmp_path: Path) -> None:
    """On the command line an error is one line, and the exit status is 2."""
    (tmp_path / "file").write_text("x")
    arguments, message = ERRORS[case]
    told = epargraph(tmp_path, "fetch", *arguments, "--pause", "0", site=ema.url)
    assert (told.returncode, told.stdout) == (2, "")
    assert message.format(url=ema.url) in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_failure_is_told_and_the_status_is_2(ema: Ema, tmp_path: Path, says: Says) -> None:
    """`fetch all` tells each failure in a line of its own, and its exit status is 2."""
    ema.register(*ROWS)
    ema.overview("defmed")
    ema.tricks["/en/documents/overview/abcmed-epar-medicine-overview_en.pdf"] = [says(500)]
    told = epargraph(tmp_path, "fetch", "all", "--pause", "0", site=ema.url)
    assert told.returncode == 2
    assert told.stderr.splitlines()[1].startswith(f"epargraph: {ema.url}/en/documents/overview/abcmed-epar")
    assert "overviews: 1 failed, 1 new, 1 missing" in told.stdout


def test_a_source_that_is_none_is_told_by_the_build(ema: Ema, tmp_path: Path) -> None:
    """A fetched PDF that holds no overview is a failure of the build, which goes on with the others."""
    ema.register(*ROWS)
    ema.overview("abcmed")
    with fetcher(ema, tmp_path) as fetching:
        fetching.register()
        fetching.overview("abcmed")
    summary = build([tmp_path], tmp_path / "store")
    assert [Path(failure.file).name for failure in summary.failures] == ["abcmed-epar-medicine-overview_en.pdf"]
    assert len(summary.sources) == 1
    with pytest.raises(SourceError):
        read_table(tmp_path / "fetched.json")
