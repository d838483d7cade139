"""The build: the same files the same graph, new versions in the place of old ones, whole documents or none."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from epargraph.build import Summary, build, check, files, report_name, reports
from epargraph.build import documents as step
from epargraph.errors import StoreError, UsageError
from epargraph.export import export
from epargraph.extract import Extraction, extract
from epargraph.model import Document
from epargraph.stores import open_store

Variants = Callable[[int], list[Path]]


def exported(where: Path | str) -> bytes:
    with open_store(where) as store:
        return export(store, "nq")


def archived(where: Path | str) -> list[str]:
    with open_store(where) as store:
        return store.archive().graphs()


def states(summary: Summary) -> list[str]:
    return [source.state for source in summary.sources]


def test_building_twice_gives_the_same_graph(tmp_path: Path, lumykras: Path) -> None:
    """A second build leaves the store as it was and says of each file that it is unchanged, with the same figures."""
    first = build([lumykras], tmp_path / "store")
    once = exported(tmp_path / "store")
    second = build([lumykras], tmp_path / "store")
    assert exported(tmp_path / "store") == once
    assert (states(first), states(second)) == (["new"], ["unchanged"])
    assert replace(second.sources[0], state="new", reading_warnings=()) == replace(
        first.sources[0], reading_warnings=()
    )
    assert (second.kinds, second.share_read) == (first.kinds, None)


def test_the_summary_counts_what_was_read(tmp_path: Path, lumykras: Path) -> None:
    """The facts of the documents and the facts by kind add up to the same, and are those of the extraction."""
    summary = build([lumykras], tmp_path / "store")
    (source,) = summary.sources
    assert sum(summary.kinds.values()) == source.facts
    assert (source.medicine, source.document, summary.violations) == ("Lumykras", "EMA/685702/2021", 0)
    assert summary.share_read is not None
    assert summary.share_read > 0.9


def test_the_store_holds_ontology_codes_and_the_report(built_store: Path) -> None:
    """Beside the source's graph stand the ontology, the closed lists and the validation report on that source."""
    with open_store(built_store) as store:
        names = [name for name in store.graphs() if "/graph/links/" not in name]
        (source,) = (name for name in names if "/graph/" in name)
        vocabulary = ["https://w3id.org/epargraph/codes", "https://w3id.org/epargraph/ontology"]
        assert names == sorted([*vocabulary, source, report_name(source)])
        assert list(reports(store)) == [report_name(source)]


def test_the_stored_report_is_the_one_of_the_file(built_store: Path, lumykras: Path) -> None:
    """What the store says on a document is what a check of its file says."""
    told = check(lumykras).results
    with open_store(built_store) as store:
        (stored,) = reports(store).values()
    assert [replace(each, quotes=()) for each in stored.results] == [replace(each, quotes=()) for each in told]
    assert [sorted(each.quotes) for each in stored.results] == [sorted(each.quotes) for each in told]


def test_a_new_version_takes_the_place_of_the_old_one(tmp_path: Path, lumykras: Path) -> None:
    """A changed file of the same document replaces its graph and report; the older graph stays in the archive."""
    where, changed = tmp_path / "store", tmp_path / "changed.txt"
    changed.write_text(lumykras.read_text("utf-8").replace("01-2021", "03-2022"), "utf-8")
    (old,) = build([lumykras], where).sources
    was = exported(where)
    (new,) = build([changed], where).sources
    assert new.state == "replaces an older version"
    with open_store(where) as store:
        assert [name for name in store.graphs() if "/graph/" in name or "/report/" in name] == sorted(
            [new.graph, report_name(new.graph)]
        )
        assert old.graph in store.archive().graphs()
        assert b"".join(sorted(was.splitlines(keepends=True))) == b"".join(
            sorted(
                line.replace(b" .\n", f" <{old.graph}> .\n".encode())
                for line in store.archive().triples(old.graph).splitlines(True)
            )
        )


def test_the_version_retrieved_later_is_kept(tmp_path: Path, lumykras: Path) -> None:
    """Of two versions the one with the later date of retrieval is current, whatever the order of the builds."""
    where, changed = tmp_path / "store", tmp_path / "changed.txt"
    changed.write_text(lumykras.read_text("utf-8").replace("01-2021", "03-2022"), "utf-8")
    build([lumykras], where, retrieved="2024-05-01")
    was = exported(where)
    (older,) = build([changed], where, retrieved="2023-05-01").sources
    assert older.state == "superseded"
    assert exported(where) == was
    assert older.graph in archived(where)
    (newer,) = build([changed], where, retrieved="2025-05-01").sources
    assert newer.state == "replaces an older version"
    assert older.graph not in archived(where)


def test_of_two_versions_in_one_build_the_last_is_kept(tmp_path: Path, lumykras: Path) -> None:
    """Two versions of a document in one folder give the later one, in a second build too."""
    (tmp_path / "in").mkdir()
    text = lumykras.read_text("utf-8")
    (tmp_path / "in/1.txt").write_text(text.replace("01-2021", "03-2022"), "utf-8")
    (tmp_path / "in/2.txt").write_text(text, "utf-8")
    for _ in range(2):
        summary = build([tmp_path / "in"], tmp_path / "store")
        assert states(summary)[0] == "superseded"
        assert [Path(s.file).name for s in summary.sources] == ["1.txt", "2.txt"]
        build([lumykras], tmp_path / "only")
        mine, alone = (exported(tmp_path / name) for name in ("store", "only"))
        assert mine.replace(b'"2.txt"', b"") == alone.replace(f'"{lumykras.name}"'.encode(), b"")


def test_a_bad_file_does_not_keep_the_others_out(tmp_path: Path, variants: Variants) -> None:
    """A file that can't be read is told with reason and remedy while the rest of the batch is built."""
    paths = variants(2)
    (paths[0].parent / "bad.txt").write_text("", "utf-8")
    summary = build([paths[0].parent, tmp_path / "nosuch.pdf"], tmp_path / "store")
    assert [source.file for source in summary.sources] == [str(path) for path in paths]
    assert [(Path(each.file).name, each.reason) for each in summary.failures] == [
        ("bad.txt", "it is empty"),
        ("nosuch.pdf", "there is no such file"),
    ]


def test_when_nothing_can_be_read_there_is_no_store(tmp_path: Path) -> None:
    """A build of bad files alone makes no store and leaves one that is there as it was."""
    summary = build([tmp_path / "nosuch.txt"], tmp_path / "store")
    assert len(summary.failures) == 1
    assert not (tmp_path / "store").exists()


def test_a_fault_of_ours_is_told_by_file(tmp_path: Path, variants: Variants, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unforeseen error in one document is reported with the document's file, and the others are built."""
    first, second = variants(2)

    def faulty(document: Document) -> Extraction:
        if document.source == first.name:
            raise KeyError("oops")
        return extract(document)

    monkeypatch.setattr(step, "extract", faulty)
    summary = build([first, second], tmp_path / "store")
    assert [each.file for each in summary.sources] == [str(second)]
    assert "KeyError: 'oops'" in summary.failures[0].reason


def test_a_graph_with_violations_is_stored_with_its_report(
    tmp_path: Path, lumykras: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fact without its words is a violation: it is counted, and the report says so in the store."""

    def forgetful(document: Document) -> Extraction:
        whole = extract(document)
        return replace(whole, facts=(replace(whole.facts[-1], evidence=()), *whole.facts[:-1]))

    monkeypatch.setattr(step, "extract", forgetful)
    summary = build([lumykras], tmp_path / "store")
    assert summary.violations >= 1
    with open_store(tmp_path / "store") as store:
        assert not next(iter(reports(store).values())).conforms


def test_processes_and_threads_build_what_one_does(tmp_path: Path, variants: Variants) -> None:
    """Ten files read by processes, by an executor of the caller's, and one by one give the same bytes."""
    paths = variants(10)
    for path in paths:
        build([path], tmp_path / "alone")
    build(paths, tmp_path / "processes")
    with ThreadPoolExecutor(2) as executor:
        build(paths, tmp_path / "threads", executor=executor)
    assert exported(tmp_path / "alone") == exported(tmp_path / "processes") == exported(tmp_path / "threads")


def test_the_build_goes_on_when_its_processes_die(tmp_path: Path, variants: Variants) -> None:
    """When the system ends the processes that read, the files are read here instead."""
    paths = variants(3)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, initializer=os._exit, initargs=(1,)) as executor:
        assert states(build(paths, tmp_path / "store", executor=executor)) == ["new"] * 3
        assert states(build(paths, tmp_path / "again", executor=executor)) == ["new"] * 3


def test_again_reads_unchanged_files_too(tmp_path: Path, lumykras: Path) -> None:
    """With `again` a file is read though the store holds it; a date of retrieval that is new does the same."""
    build([lumykras], tmp_path / "store")
    assert states(build([lumykras], tmp_path / "store", again=True)) == ["read again"]
    assert states(build([lumykras], tmp_path / "store", retrieved="2024-05-01")) == ["read again"]
    assert states(build([lumykras], tmp_path / "store")) == ["unchanged"]


def test_another_base_names_everything_but_the_terms(tmp_path: Path, lumykras: Path) -> None:
    """With a base of one's own no thing is named under the default one; terms and codes stay where they are."""
    build([lumykras], tmp_path / "store", base="https://data.example.org/epar/")
    told = exported(tmp_path / "store").replace(b"https://w3id.org/epargraph/ontology#", b"")
    assert b"https://w3id.org/epargraph/" not in told.replace(b"https://w3id.org/epargraph/codes/", b"")
    assert b"<https://data.example.org/epar/medicine/EMEA-H-C-005522>" in told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base": "epargraph/"}, "not an absolute IRI"),
        ({"base": "https://example.org/a"}, "ends in /"),
        ({"base": "https://example.org/a b/"}, "not an absolute IRI"),
        ({"retrieved": "1 May 2024"}, "not a date"),
        ({"retrieved": "20240501"}, "2022-01-31"),
    ],
    ids=["relative", "no slash", "space", "words", "compact"],
)
def test_a_wrong_argument_is_refused(tmp_path: Path, lumykras: Path, options: dict[str, str], message: str) -> None:
    """A base or a date that would make a wrong graph is refused before anything is read."""
    with pytest.raises(UsageError, match=message):
        build([lumykras], tmp_path / "store", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "store").exists()


def test_folders_are_walked_in_the_order_of_names(tmp_path: Path) -> None:
    """Overviews are found in folders of folders; other and hidden files are passed over; an empty folder is refused."""
    for name in ("b/2.txt", "a.PDF", "b/1.html", ".hidden.txt", "note.md", "b/c.htm"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [str(path.relative_to(tmp_path)) for path in files([tmp_path, tmp_path / "a.PDF"])]
    assert found == ["a.PDF", "b/1.html", "b/2.txt", "b/c.htm"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no overview"):
        files([tmp_path / "empty"])


def test_a_store_in_use_is_told(tmp_path: Path, lumykras: Path) -> None:
    """While another one writes the store a build stops with the reason, and the store stays as it is."""
    build([lumykras], tmp_path / "store")
    with open_store(tmp_path / "store", write=True), pytest.raises(StoreError, match="by another process"):
        build([lumykras], tmp_path / "store")


def test_the_same_build_on_a_server(
    tmp_path: Path, lumykras: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A SPARQL 1.1 server takes the place of the folder: the same graphs, and the second build changes nothing."""
    monkeypatch.chdir(tmp_path)
    assert states(build([lumykras], server)) == ["new"]
    build([lumykras], tmp_path / "store")
    assert exported(server) == exported(tmp_path / "store")
    assert states(build([lumykras], server)) == ["unchanged"]


STOPPED = """
import os, signal, sys
from contextlib import contextmanager
from epargraph.cli import main, show

number = signal.Signals[sys.argv.pop()]

@contextmanager
def progress():
    yield lambda done, total, name: os.kill(os.getpid(), number) if done == 40 else None

show.progress = progress
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_a_stopped_build_leaves_whole_documents(tmp_path: Path, variants: Variants, name: str) -> None:
    """A build that is interrupted or killed half-way leaves a store with whole documents, which a next one completes."""
    folder = variants(60)[0].parent
    command = [sys.executable, "-c", STOPPED, "build", str(folder), "--store", str(tmp_path / "store"), name]
    stopped = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    held = exported(tmp_path / "store").splitlines()
    graphs = {line.rsplit(b" ", 2)[1] for line in held}
    assert 0 < len(graphs) < 60
    if name == "SIGINT":
        assert stopped.returncode == 130
        assert stopped.stderr.splitlines() == [
            "epargraph: interrupted; what was stored or fetched is whole, and the same command goes on from it"
        ]
    summary = build([folder], tmp_path / "store")
    assert states(summary).count("unchanged") == len(graphs)
    whole = exported(tmp_path / "store").splitlines()
    assert held == [line for line in whole if line.rsplit(b" ", 2)[1] in graphs]
