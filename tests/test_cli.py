"""The command line: what it prints and where, its exit status, and one line for each error."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest

from epargraph import cli
from epargraph.extract import extract
from epargraph.queries import named
from epargraph.read import read
from epargraph.stores import open_store

START = [sys.executable, "-c", "from epargraph.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Run:
    """What a command gave back."""

    status: int
    out: str
    err: str


Command = Callable[..., Run]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Return a function that runs the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EPARGRAPH_STORE", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)

    def command(*arguments: str | Path) -> Run:
        monkeypatch.setattr(sys, "argv", ["epargraph", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capfdbinary.readouterr()
        assert isinstance(left.value.code, int)
        return Run(left.value.code, out.decode(), err.decode())

    return command


def error(told: Run) -> str:
    """Return the one line of an error, with exit status 2 and nothing on standard output."""
    assert (told.status, told.out) == (2, ""), told
    (line,) = told.err.splitlines()
    return line


# build


def test_build_reads_the_bundled_data_and_tells_what_to_do_next(run: Command) -> None:
    """Without arguments the bundled overview is built, and the three commands that the summary names can be run."""
    told = run("build")
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("Built 5 documents (2 new, 3 superseded)\n")
    for words in (
        "Lumykras",
        "EMA/685702/2021",
        "facts, each with the words it was read from",
        "Store: epargraph-store",
    ):
        assert words in told.out
    commands = [line.split()[1:] for line in told.out.partition("Try next:\n")[2].splitlines()]
    assert len(commands) == 3
    for command in commands:
        assert run(*command).status == 0
    assert json.loads(Path("medicines.jsonld").read_text("utf-8"))


def test_build_quotes_the_words_of_its_warnings(run: Command) -> None:
    """The summary shows that Lumykras was last updated before it was authorised, with both sentences."""
    told = " ".join(run("build").out.split())
    assert "To look at: no violations, " in told
    assert "“This overview was last updated in 01-2021.”" in told
    assert "on 06 January 2022" in told


def test_build_tells_failures_at_the_end_and_exits_2(run: Command, lumykras: Path) -> None:
    """What could be read is built and summed up; each other file has its line on the error stream."""
    Path("empty.txt").touch()
    told = run("build", lumykras, "empty.txt", "nosuch.txt")
    assert told.status == 2
    assert "Built 1 document (1 new)" in told.out
    assert told.err.splitlines() == [
        "epargraph: empty.txt: it is empty; give the text, PDF or saved web page of an overview",
        "epargraph: nosuch.txt: there is no such file; check the name",
    ]


def test_build_of_bad_files_alone_leaves_nothing_behind(run: Command) -> None:
    """A file that can't be read is one line and exit status 2; no store is made."""
    assert "nosuch.txt: there is no such file" in error(run("build", "nosuch.txt"))
    assert list(Path().iterdir()) == []


def test_the_store_is_named_by_option_or_environment(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """--store goes before EPARGRAPH_STORE, and the commands to try next name the store."""
    monkeypatch.setenv("EPARGRAPH_STORE", "from-environment")
    assert "Store: from-environment" in run("build").out
    told = run("build", "--store", "my store")
    assert "--store 'my store'" in told.out
    assert sorted(path.name for path in Path().iterdir()) == ["from-environment", "my store"]
    assert run("query", "sources").status == 0


def test_the_summary_of_many_documents_is_short(run: Command, variants: Callable[[int], list[Path]]) -> None:
    """Of thirty documents twenty are listed, those with the most to look at, and the rest is counted."""
    told = run("build", variants(30)[0].parent, "--base", "https://data.example.org/", "--retrieved", "2024-05-01")
    assert told.status == 0
    assert sum("xyzmed" in line and "  new" in line for line in told.out.splitlines()) == 20
    assert "and 10 more: epargraph query sources" in told.out


# extract


def test_extract_prints_json_in_the_form_of_the_catalogue(run: Command, lumykras: Path) -> None:
    """The JSON is what the library extracts, in UTF-8, and each quote stands at its offsets."""
    told = json.loads(run("extract", lumykras, "--format", "json").out)
    assert told == extract(read(lumykras)).to_json()
    for fact in told["facts"]:
        assert fact["evidence"]
        for each in fact["evidence"]:
            assert told["text"][each["start"] : each["end"]] == each["quote"]


def test_extract_prints_a_table(run: Command, lumykras: Path) -> None:
    """The table has a row for each fact, with its kind, fields and words."""
    lines = run("extract", lumykras).out.splitlines()
    assert lines[0].split() == ["kind", "fields", "words"]
    assert len(lines) == 1 + len(extract(read(lumykras)).facts)
    assert any(line.startswith("Dose") and "amount 240" in line and "to 240 mg once per day." in line for line in lines)


def test_extract_prints_turtle(run: Command, lumykras: Path) -> None:
    """The Turtle holds the triples of the graph, under the base that is asked for."""
    turtle = run("extract", lumykras, "--format", "ttl", "--base", "https://data.example.org/").out
    subjects = {quad.subject.value for quad in pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE)}
    assert "https://data.example.org/medicine/EMEA-H-C-005522" in subjects


def test_extract_lists_the_sentences_that_were_not_read(run: Command, tmp_path: Path, lumykras: Path) -> None:
    """A sentence of which no rule knows is listed with its section, in JSON with its offsets; others are not."""
    odd = tmp_path / "odd.txt"
    text = lumykras.read_text("utf-8")
    odd.write_text(
        text.replace("How is Lumykras used?", "How is Lumykras used? \nThe moon is made of green cheese. "), "utf-8"
    )
    lines = run("extract", odd, "--unread").out.splitlines()
    assert [line.split(maxsplit=1) for line in lines if "moon" in line] == [
        ["use", "The moon is made of green cheese."]
    ]
    told = json.loads(run("extract", odd, "--unread", "--format", "json").out)
    assert [told["text"][each["start"] : each["end"]] for each in told["unread"]] == [
        each["text"] for each in told["unread"]
    ]
    assert "moon" not in run("extract", lumykras, "--unread").out


def test_extract_notes_what_a_document_lacks(run: Command, tmp_path: Path, lumykras: Path) -> None:
    """A document without its number is read, with a note on the error stream."""
    cut = tmp_path / "cut.txt"
    cut.write_text(lumykras.read_text("utf-8").replace("EMEA/H/C/005522", ""), "utf-8")
    told = run("extract", cut, "--format", "json")
    assert told.status == 0
    assert told.err == f"{cut}: no product number (EMEA/H/C/...) in the text\n"


# validate


def test_validate_tells_of_the_store_and_of_files(run: Command, built_store: Path, lumykras: Path) -> None:
    """The report on the store is the report on its file and on its export: warnings, no violation, status 0."""
    on_store = json.loads(run("validate", "--store", built_store, "--format", "json").out)
    on_file = json.loads(run("validate", lumykras, "--format", "json").out)
    run("export", "--store", built_store, "--format", "nq", "--output", "all.nq")
    on_export = json.loads(run("validate", "all.nq", "--format", "json").out)
    assert on_store["conforms"]
    said = [sorted(each["message"] for each in report["results"]) for report in (on_store, on_file, on_export)]
    assert said[0] == said[1] == said[2] != []


def test_validate_prints_for_people_and_for_machines(run: Command, built_store: Path) -> None:
    """The table has the message, the quoted words and a count; the Turtle is a SHACL report."""
    told = run("validate", "--store", built_store)
    assert told.status == 0
    assert "warning: " in told.out
    assert "    “" in told.out
    assert told.out.splitlines()[-1].startswith("no violations, ")
    turtle = run("validate", "--store", built_store, "--format", "ttl").out
    objects = {str(quad.object) for quad in pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE)}
    assert "<http://www.w3.org/ns/shacl#ValidationReport>" in objects


def test_validate_exits_1_on_a_violation(run: Command, lumykras: Path) -> None:
    """A graph whose quotes are not at their offsets has violations, and the exit status says so."""
    turtle = run("extract", lumykras, "--format", "ttl").out
    Path("broken.ttl").write_text(turtle.replace('oa:exact "', 'oa:exact "X'), "utf-8")
    told = run("validate", "broken.ttl")
    assert told.status == 1
    assert told.out.startswith("violation: ")


# query


def test_query_lists_its_questions(run: Command) -> None:
    """Each question has a line with its name, title and parameters."""
    lines = run("query", "--list").out.splitlines()
    assert lines[0].split() == ["name", "title", "parameters"]
    assert len(lines) >= 21
    assert any(line.startswith("glossary ") for line in lines)


def test_query_answers_in_each_format(run: Command, built_store: Path) -> None:
    """The rows are the same as a table, CSV, TSV, JSON and XML."""
    ask = ("query", "glossary", "--set", "word=treatment", "--store", built_store)
    rows = list(csv.reader(io.StringIO(run(*ask, "--format", "csv").out)))
    assert "systemic treatment" in [row[0] for row in rows]
    count = len(rows) - 1
    assert len(run(*ask).out.splitlines()) == count + 1
    assert len(run(*ask, "--format", "tsv").out.splitlines()) == count + 1
    assert len(json.loads(run(*ask, "--format", "json").out)["results"]["bindings"]) == count
    assert len(ET.fromstring(run(*ask, "--format", "xml").out).findall(".//{*}result")) == count


def test_a_table_fits_the_width_that_there_is(run: Command, built_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In 100 columns the quote stands below its row, in 30 each cell has a line; empty columns are left out."""
    ask = ("query", "dose_ladder_and_stop_rule", "--set", "medicine=Lumykras", "--store", built_store)
    wide = run(*ask).out.splitlines()
    assert len(wide) == 5
    assert "amount_to" not in wide[0]
    monkeypatch.setenv("COLUMNS", "100")
    lines = run(*ask).out.splitlines()
    assert lines[0].split()[:3] == ["name", "step", "rule"]
    assert lines[2] == "    quote: The recommended dose is 960 mg once per day."
    assert max(map(len, lines)) <= 100
    monkeypatch.setenv("COLUMNS", "30")
    lines = run(*ask).out.splitlines()
    assert lines[:3] == ["name        Lumykras", "step        1", "rule        recommended dose"]
    assert max(map(len, lines)) <= 30


def test_query_runs_sparql_of_every_form(run: Command, built_store: Path) -> None:
    """SELECT gives a table, ASK a word, CONSTRUCT and DESCRIBE Turtle or N-Triples; files are read too."""
    ask = ("query", "--store", built_store, "--sparql")
    assert run(*ask, "SELECT ?drug { ?m a epar:Medicine ; epar:name ?drug }").out == "drug\nLumykras\n"
    assert run(*ask, "ASK { ?m epar:name 'Lumykras' }").out == "yes\n"
    assert run(*ask, "ASK { ?m epar:name 'Xyzmed' }").out == "no\n"
    construct = "CONSTRUCT { ?m epar:name ?n } { ?m a epar:Medicine ; epar:name ?n }"
    triple = '<https://w3id.org/epargraph/medicine/EMEA-H-C-005522> <https://w3id.org/epargraph/ontology#name> "Lumykras" .\n'
    assert run(*ask, construct, "--format", "nt").out == triple
    assert 'epar:name "Lumykras"' in run(*ask, construct).out
    assert "EMEA-H-C-005522" in run(*ask, "DESCRIBE ?m { ?m a epar:Medicine }").out
    Path("mine.rq").write_text("SELECT ?drug { ?m a epar:Medicine ; epar:name ?drug }", "utf-8")
    assert run("query", "--store", built_store, "--file", "mine.rq").out == "drug\nLumykras\n"


def test_an_answer_without_rows_says_so(run: Command, built_store: Path) -> None:
    """Finding nothing is no error: standard output is empty, a note says why, the status is 0."""
    ask = ("query", "generics_and_reference_medicines", "--store", built_store, "--set")
    told = run(*ask, "medicine=lumykras")
    assert (told.status, told.out) == (0, "")
    assert told.err == "no rows: the store says nothing of the kind\n"


def test_a_medicine_that_the_store_does_not_have_is_told(run: Command, built_store: Path) -> None:
    """A slip in a name is not answered as if nothing were said of the medicine."""
    told = run("query", "studies_of_a_medicine", "--store", built_store, "--set", "medicine=Lumykas")
    assert (told.status, told.out) == (2, "")
    assert "the store has no medicine of this name; did you mean Lumykras" in told.err


def test_a_store_of_an_earlier_version_is_told(run: Command, built_store: Path, tmp_path: Path) -> None:
    """Where medicines can't be looked up, no question is answered as if nothing were said of them."""
    with open_store(built_store) as old, open_store(tmp_path / "old", write=True) as store:
        for graph in old.graphs():
            lines = old.triples(graph).splitlines(keepends=True)
            store.replace({graph: b"".join(line for line in lines if b"#hiddenLabel>" not in line)})
    told = run("query", "how_it_works", "--store", tmp_path / "old", "--set", "medicine=lumykras")
    assert "an earlier version" in error(told)
    assert "build --again" in error(told)


def test_a_file_with_parameters_is_asked_as_it_stands(run: Command, built_store: Path) -> None:
    """Without --set the values that stand in a file are asked for, with it those that are given."""
    Path("mine.rq").write_text(named("studies_of_a_medicine").text.replace('"lumykras"', '"no such thing"'), "utf-8")
    ask = ("query", "--store", built_store, "--file", "mine.rq")
    assert run(*ask).err == "no rows: the store says nothing of the kind\n"
    by_name = run("query", "--store", built_store, "studies_of_a_medicine", "--set", "medicine=Lumykras")
    assert run(*ask, "--set", "medicine=Lumykras").out == by_name.out != ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "one of NAME, --list, --sparql and --file is wanted"),
        (["glossary", "--sparql", "ASK {}"], "one of NAME, --list, --sparql and --file is wanted"),
        (["glosary"], "did you mean glossary"),
        (["mesh_tree_above_a_condition"], "did you mean federated/mesh_tree_above_a_condition?"),
        (
            ["glossary", "--endpoint", "http://localhost:9"],
            "--endpoint http://localhost:9: this query asks no other endpoint",
        ),
        (["federated/mesh_tree_above_a_condition", "--endpoint", "nowhere"], "--endpoint nowhere: this is not the URL"),
        (["glossary", "--set", "medicine"], "it is not NAME=VALUE"),
        (["glossary", "--set", "medicine=a", "--set", "medicine=b"], "medicine is set twice"),
        (["glossary", "--set", "drug=Lumykras"], "no parameter 'drug'"),
        (["glossary", "--format", "ttl"], "this query gives rows; use table or csv or tsv or json or xml"),
        (["--sparql", "DESCRIBE <urn:x>", "--format", "csv"], "this query gives triples; use table or ttl or nt"),
        (["--sparql", "DELETE WHERE { ?s ?p ?o }"], "SELECT, ASK, CONSTRUCT, DESCRIBE"),
        (["--sparql", "SELECT * { ?s ?p }"], "not SPARQL"),
        (["--file", "nosuch.rq"], "nosuch.rq"),
        (["glossary", "--format", "pdf"], "'pdf' is not one of"),
        (["glossary", "--colour"], "No such option: --colour"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_a_wrong_query_is_one_line(run: Command, built_store: Path, arguments: list[str], message: str) -> None:
    """What can't be asked is told in one line with a remedy, exit status 2."""
    assert message in error(run("query", *arguments, "--store", built_store))


# export


def test_export_writes_each_format(run: Command, built_store: Path) -> None:
    """Standard output and --output give the same bytes in each format."""
    for form in ("ttl", "trig", "nq", "nt", "jsonld", "rdfxml"):
        told = run("export", "--format", form, "--store", built_store)
        assert run("export", "--format", form, "--store", built_store, "--output", f"all.{form}").out == ""
        assert Path(f"all.{form}").read_bytes() == told.out.encode()
        assert "sotorasib" in told.out


def test_export_of_an_unknown_medicine_is_an_error(run: Command, built_store: Path) -> None:
    """A medicine that the store does not have is refused, and the output file is not touched."""
    Path("out.ttl").write_text("as it was", "utf-8")
    told = run("export", "--store", built_store, "--medicine", "Lumykra", "--output", "out.ttl")
    assert "did you mean" in error(told)
    assert Path("out.ttl").read_text("utf-8") == "as it was"


# Output and errors in general


@pytest.mark.parametrize("command", ["query glossary", "export", "validate"])
def test_without_a_store_the_remedy_is_to_build(run: Command, command: str) -> None:
    """A command on a store that is not there names it and says to build first."""
    assert error(run(*command.split())).startswith("epargraph: epargraph-store: ")
    assert list(Path().iterdir()) == []


def test_a_store_that_is_being_written_is_told(run: Command, tmp_path: Path, lumykras: Path) -> None:
    """A second process gets a clear line while one writes."""
    run("build", lumykras)
    with open_store("epargraph-store", write=True):
        assert "another process" in error(run("query", "glossary"))


def test_bad_input_leaves_the_output_as_it_was(run: Command, shared: Callable[[str], Path]) -> None:
    """An EMA document that is not an overview is one line, and the output file stays as it was."""
    Path("facts.json").write_text("as it was", "utf-8")
    for pdf in sorted(shared("pdf").glob("*.pdf")):
        assert "not a medicine overview" in error(run("extract", pdf, "--format", "json", "--output", "facts.json"))
        assert "not a medicine overview" in error(run("build", pdf))
    assert [path.name for path in Path().iterdir()] == ["facts.json"]
    assert Path("facts.json").read_text("utf-8") == "as it was"


def test_output_appears_whole_or_not_at_all(run: Command, lumykras: Path) -> None:
    """A folder that is not there is an error; a file gets the usual permissions; a link is followed; no rest is left."""
    assert "No such file" in error(run("extract", lumykras, "--output", "no/such/folder.txt"))
    assert "directory" in error(run("extract", lumykras, "--output", ".")).lower()
    Path("real.txt").touch()
    Path("link.txt").symlink_to("real.txt")
    assert run("extract", lumykras, "--output", "link.txt").status == 0
    assert Path("link.txt").is_symlink()
    assert Path("real.txt").read_text("utf-8").startswith("kind")
    Path("plain.txt").touch()
    assert stat.S_IMODE(Path("real.txt").stat().st_mode) == stat.S_IMODE(Path("plain.txt").stat().st_mode)
    assert run("extract", lumykras, "--output", os.devnull).status == 0
    assert sorted(path.name for path in Path().iterdir()) == ["link.txt", "plain.txt", "real.txt"]


def test_an_unforeseen_fault_is_one_line_too(run: Command, lumykras: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours is no traceback but a line that asks to report it; EPARGRAPH_DEBUG=1 shows where."""
    monkeypatch.setattr("epargraph.cli.show.facts", lambda extraction: 1 / 0)
    assert "an unforeseen fault (ZeroDivisionError" in error(run("extract", lumykras))
    monkeypatch.setenv("EPARGRAPH_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["epargraph", "extract", str(lumykras)])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_a_wrong_command_is_one_line(run: Command) -> None:
    """An unknown command is told with the one that was meant."""
    assert "No such command 'qury'" in error(run("qury"))


def test_help_and_version(run: Command) -> None:
    """--help names the commands and that this is no medical advice; --version gives name and number."""
    told = run("--help")
    assert told.status == 0
    for words in ("build", "extract", "validate", "query", "export", "Not medical advice"):
        assert words in told.out
    assert run("--version").out.startswith("epargraph ")


@pytest.mark.skipif(sys.platform == "win32", reason="locales are POSIX's")
@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_output_is_utf_8_whatever_the_locale(built_store: Path, lumykras: Path, locale: str) -> None:
    """JSON, CSV and tables are UTF-8 without colour in any locale."""
    env = {**os.environ, "LANG": locale, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for command in (
        ["extract", str(lumykras), "--format", "json"],
        ["validate", "--store", str(built_store)],
        ["query", "glossary", "--store", str(built_store), "--format", "csv"],
    ):
        told = subprocess.run([*START, *command], capture_output=True, env=env, check=True).stdout
        assert told.decode("utf-8")
        assert b"\x1b" not in told
    assert (
        "“"
        in subprocess.run(
            [*START, "validate", "--store", str(built_store)], capture_output=True, env=env, check=True
        ).stdout.decode()
    )


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are POSIX's")
def test_a_reader_that_has_enough_is_no_error(built_store: Path) -> None:
    """`epargraph export | head -1` gives a line and nothing on the error stream."""
    command = [*START, "export", "--format", "nt", "--store", str(built_store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().endswith(b" .\n")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX's")
def test_a_terminal_shows_colour_and_progress(tmp_path: Path) -> None:
    """On a terminal a build shows its progress and colours the summary, folded to the terminal's width."""
    import pty

    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    env.pop("NO_COLOR", None)
    command = [*START, "build", "--store", str(tmp_path / "store")]
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=theirs, env=env)
    os.close(theirs)
    told = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        told += piece
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert b"\x1b[" in told
    assert b"Reading" in told
    assert b"Try next:" in told


def test_the_same_commands_work_on_a_server(run: Command, server: str) -> None:
    """A SPARQL 1.1 server takes the place of the folder in every command."""
    assert "Built 5 documents (2 new, 3 superseded)" in run("build", "--store", server).out
    assert "Built 5 documents (2 unchanged, 3 superseded)" in run("build", "--store", server).out
    assert "systemic treatment" in run("query", "glossary", "--store", server).out
    assert run("validate", "--store", server).status == 0
    run("build")
    assert run("export", "--store", server).out == run("export").out
