"""The README: its commands and its Python run for real, and print what it shows.

EPARGRAPH_WRITE_README=1 pytest tests/test_readme.py writes the output anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from epargraph import kinds, queries

TOP = Path(__file__).resolve().parents[1]
README = TOP / "README.md"
TEXT = README.read_text("utf-8")
CONSOLE = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
START = [sys.executable, "-c", "from epargraph.cli import main; main()"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that has the checkout's data and nothing else."""
    made = tmp_path_factory.mktemp("readme")
    (made / "data").symlink_to(TOP / "data")
    return made


def sessions() -> Iterator[tuple[str, str]]:
    """Yield each command of the README with the output that it shows."""
    for block in CONSOLE.findall(TEXT):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def printed(command: list[str], folder: Path) -> str:
    env = {**os.environ, "COLUMNS": "100"} | {"EPARGRAPH_STORE": "epargraph-store"}
    told = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", check=True)
    assert told.stderr == ""
    return told.stdout


def shell(command: str, folder: Path) -> str:
    """Run a command line as the shell of a user would split it."""
    import shlex

    name, *arguments = shlex.split(command)
    assert name == "epargraph"
    return printed([*START, *arguments], folder)


def test_commands_print_what_the_readme_shows(folder: Path) -> None:
    """The commands of the README, run one after the other, print exactly the output that stands below them."""
    told = [(command, output, shell(command, folder)) for command, output in sessions()]
    if os.environ.get("EPARGRAPH_WRITE_README"):
        text = TEXT
        for command, output, new in told:
            text = text.replace(f"$ {command}\n{output}", f"$ {command}\n{new}")
        README.write_text(text, "utf-8")
    assert len(told) >= 4
    for command, output, new in told:
        assert output == new, command


def test_the_python_example_prints_what_the_readme_shows(folder: Path) -> None:
    """The library example runs and prints exactly the text that stands below it."""
    (found,) = PYTHON.finditer(TEXT)
    new = printed([sys.executable, "-W", "error", "-c", found[1]], folder)
    if os.environ.get("EPARGRAPH_WRITE_README"):
        text = README.read_text("utf-8")
        README.write_text(
            text.replace(f"{found[1]}```\n\n```text\n{found[2]}```", f"{found[1]}```\n\n```text\n{new}```"), "utf-8"
        )
    assert found[2] == new


def test_the_questions_are_those_of_the_library() -> None:
    """The table of questions has the name and title of each question of the library."""
    head = "| name | answers |\n|---|---|\n"
    rows = "".join(f"| `{each.name}` | {each.title} |\n" for each in queries.load().values())
    if os.environ.get("EPARGRAPH_WRITE_README"):
        text = README.read_text("utf-8")
        README.write_text(re.sub(rf"{re.escape(head)}(?:\|.*\n)*", lambda _: head + rows, text), "utf-8")
    assert head + rows + "\n" in TEXT


def test_the_two_commands_stand_there_exactly() -> None:
    """The commands that a new user copies, and that .ci/run runs, are the README's first code block."""
    block = re.search(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert block is not None
    assert block[1] == "pip install . && epargraph build\npip install '.[test]' && pytest\n"
    assert TEXT.index(block[0]) < TEXT.index("```console")


def test_the_model_has_the_words_that_users_think_in() -> None:
    """The picture of the model names drug, substance, biomarker, study, outcome and authorisation type, and real terms."""
    picture = re.search(r"^```mermaid\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert picture is not None
    for word in ("drug", "Substance", "Biomarker", "Study", "Outcome", "authorisation type"):
        assert word in picture[1]
    nodes = set(re.findall(r"<b>([A-Z]\w+)</b>", picture[1])) - {"Text"}
    assert nodes <= {*kinds.KINDS, "Substance"}
    assert f"There are {len(kinds.KINDS)}\nkinds" in TEXT


def test_files_and_questions_that_it_names_exist() -> None:
    """Each path in back quotes is there, and each question named in a command is in the library."""
    for name in re.findall(r"`((?:data|ontology|queries|src|tests)/[\w./-]*|[A-Z]+\.(?:md|cff))`", TEXT):
        assert (TOP / name).exists(), name
    for command, _ in sessions():
        if found := re.match(r"epargraph query (\w+)", command):
            assert found[1] in queries.load()
