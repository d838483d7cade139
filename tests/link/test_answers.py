"""The command that asks servers, and what it keeps of their answers: for later runs, and when it is interrupted."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from epargraph.cli import main
from epargraph.errors import StoreError
from epargraph.link.answers import Answers
from epargraph.link.names import Name
from epargraph.stores import open_store

if TYPE_CHECKING:
    from tests.link.conftest import Ask, Handler, Registry

DAY = "2026-11-26"
ASTHMA = Name("condition", "a:1", "asthma")
FEW = (Name("condition", "a:2", "Crohn’s disease"), Name("condition", "a:3", "acute myeloid leukaemia"))

QueryFile = Callable[..., Path]


def test_the_command_asks_servers(
    registry: Registry,
    query_file: QueryFile,
    built_store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Links go into a set of their own in the store, `--score` asks for the table's names, and the server is told who asks."""
    store, gold = tmp_path / "store", tmp_path / "gold.tsv"
    shutil.copytree(built_store, store)
    rows = 'condition\tasthma\tmondo:0004979\texactMatch\ncondition\tasthma"> <x\tmondo:0004979\t\n'
    gold.write_text(f"kind\tname\tobject_id\tpredicate\n{rows}", "utf-8")
    file = query_file("any", registry.url)
    command = ["epargraph", "link", "--endpoint", str(file), "--contact", "me@example.org"]
    command += ["--answers", str(tmp_path / "answers.sqlite")]

    def run(*more: str) -> int:
        monkeypatch.setattr(sys, "argv", [*command, *more])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    assert run("--store", str(store)) == 0
    with open_store(store) as opened:
        assert [each for each in opened.graphs() if "/graph/links/endpoints/" in each]
    assert {"me@example.org" in each for each in registry.agents} == {True}
    assert run("--score", str(gold)) == 0
    score = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("condition")]
    assert score[-1][:5] == ["condition", "mondo", "2", "1", "1"]
    assert run("--store", str(store), "--since", "yesterday") == 2
    assert "--since yesterday: it is no day" in capsys.readouterr().err


def test_answers_are_kept(registry: Registry, query_file: QueryFile, ask: Ask) -> None:
    """What was answered is not asked again, nothing found is an answer too, and the links name the day of the answer."""
    file = query_file("any", registry.url)
    names = (*FEW, Name("condition", "a:1", "no such thing"))
    first = ask(file, names)
    asked = len(registry.asked)
    again = ask(file, names, today="2027-01-01")
    assert (again.asked, again.requests, len(registry.asked)) == (0, 0, asked)
    assert again.terms == first.terms
    more = ask(file, (*names, ASTHMA), today="2027-01-01")
    assert {each.retrieved for each in more.terms if each.label == "asthma"} == {"2027-01-01"}
    assert "no such thing" not in {name for batch in registry.asked[asked:] for name in batch}
    newer = ask(file, names, since="2027-01-01", today="2027-01-02")
    assert newer.asked == first.asked
    assert {each.retrieved for each in newer.terms} == {"2027-01-02"}


def test_a_file_that_holds_no_answers_is_refused(tmp_path: Path) -> None:
    """A file that is something else is named, and left as it is."""
    (tmp_path / "answers.sqlite").write_text("no database, but long enough to look at " * 40, "utf-8")
    with pytest.raises(StoreError, match=r"answers.sqlite: the answers kept there can't be used"):
        Answers(tmp_path / "answers.sqlite")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_an_interrupted_run_goes_on(
    stop: signal.Signals, registry: Registry, query_file: QueryFile, built_store: Path, tmp_path: Path
) -> None:
    """After Ctrl-C and after kill -9 the same command asks only for what was not answered, and writes what it would have written."""
    file = query_file("any", registry.url, batch=50)
    command = [
        sys.executable,
        "-m",
        "epargraph",
        "link",
        "--store",
        str(built_store),
        "--endpoint",
        str(file),
        "--contact",
        "me@example.org",
    ]
    command[1:3] = ["-c", "from epargraph.cli import main; main()"]

    def run(to: str, answers: str) -> subprocess.Popen[bytes]:
        more = ["--output", str(tmp_path / to), "--answers", str(tmp_path / answers)]
        return subprocess.Popen([*command, *more], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    process = run("whole.sssom.tsv", "other.sqlite")
    _, told = process.communicate()
    assert process.returncode == 0, told
    whole = {name for batch in registry.asked for name in batch}
    registry.asked.clear()

    def stall(handler: Handler, names: list[str], honest: bytes) -> bool:
        if len(registry.asked) > 3:
            time.sleep(30)
        return False

    registry.trick = stall
    process = run("links.sssom.tsv", "answers.sqlite")
    while len(registry.asked) < 4 and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(stop)
    _, told = process.communicate()
    assert process.returncode == (130 if stop == signal.SIGINT else -signal.SIGKILL)
    assert b"Traceback" not in told
    assert not (tmp_path / "links.sssom.tsv").exists()
    answered = {name for batch in registry.asked[:3] for name in batch}
    registry.trick = None
    registry.asked.clear()
    process = run("links.sssom.tsv", "answers.sqlite")
    _, told = process.communicate()
    assert process.returncode == 0, told
    assert {name for batch in registry.asked for name in batch} == whole - answered
    assert (tmp_path / "links.sssom.tsv").read_bytes() == (tmp_path / "whole.sssom.tsv").read_bytes()
