"""A release as a whole: the same bytes each time, all formats of one mind, there whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pyld import jsonld
from pyoxigraph import Quad, RdfFormat, Triple, parse

from epargraph import processes
from epargraph.errors import StoreError, UsageError
from epargraph.export import exported_graphs
from epargraph.publish import _in_pool, imprint, publish
from epargraph.publish.parts import Shelf, lines_of
from epargraph.publish.work import written
from epargraph.stores import open_store

START = [sys.executable, "-c", "from epargraph.cli import main; main()"]
DAY = "2026-11-26"


def sums(folder: Path) -> str:
    return (folder / "SHA256SUMS").read_text("utf-8")


def test_the_sums_are_right_and_whole(released: Path) -> None:
    """sha256sum finds every file as it was summed, and no file is without its sum."""
    listed = {line.split("  ", 1)[1] for line in sums(released).splitlines()}
    assert listed == {
        str(each.relative_to(released)) for each in released.rglob("*") if each.is_file() and each.name != "SHA256SUMS"
    }
    if shutil.which("sha256sum") is None:
        pytest.skip("needs sha256sum")
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=released, check=True)


def test_another_process_writes_the_same_bytes(stored: Path, released: Path, tmp_path: Path) -> None:
    """Another process, with another order of sets, locale, time zone and mask of rights, writes the same bytes."""
    env = {**os.environ, "PYTHONHASHSEED": "5", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    command = [*START, "publish", str(tmp_path / "again"), "--store", str(stored)]
    subprocess.run([*command, "--issued", DAY], env=env, check=True, umask=0o077)
    assert sums(tmp_path / "again") == sums(released)


def test_all_formats_say_the_same(released: Path, quads: list[Quad], union: set[Triple]) -> None:
    """Turtle and JSON-LD hold the union of the graphs, TriG the graphs, each triple as the store has it."""
    data = {each.name: gzip.decompress(each.read_bytes()) for each in (released / "data").iterdir()}
    assert len(union) > 1000
    assert {each.triple for each in parse(data["epargraph.ttl.gz"], format=RdfFormat.TURTLE)} == union
    assert set(parse(data["epargraph.trig.gz"], format=RdfFormat.TRIG)) == set(quads)
    assert {each.triple for each in parse(data["epargraph.jsonld.gz"], format=RdfFormat.JSON_LD)} == union


def test_the_quads_are_those_of_the_store(stored: Path, quads: list[Quad]) -> None:
    """The N-Quads hold each graph of the sources and links as it is, and no other."""
    with open_store(stored) as store:
        wanted = {
            (each.triple, name)
            for name in exported_graphs(store)
            for each in parse(store.triples(name), format=RdfFormat.N_TRIPLES)
        }
    assert {(each.triple, getattr(each.graph_name, "value", "")) for each in quads} == wanted


def test_a_medicine_has_its_own_files(released: Path, union: set[Triple]) -> None:
    """A medicine's Turtle and JSON-LD say the same, nothing that the whole does not say, and all of the medicine."""
    turtle, tree = (
        {each.triple for each in parse(path=released / f"medicine/EMEA-H-C-005522.{suffix}", format=form)}
        for suffix, form in (("ttl", RdfFormat.TURTLE), ("jsonld", RdfFormat.JSON_LD))
    )
    assert turtle == tree
    assert turtle <= union
    about_it = {each for each in union if "medicine/EMEA-H-C-005522" in str(each.subject)}
    assert about_it <= turtle


def test_the_json_ld_can_be_framed(released: Path) -> None:
    """PyLD makes of a medicine's JSON-LD, with the frame that is released, a tree with facts and their quotes."""
    told = json.loads((released / "medicine/EMEA-H-C-005522.jsonld").read_text("utf-8"))
    frame = json.loads((released / "ontology/frame.jsonld").read_text("utf-8"))
    framed = jsonld.frame(told, frame)
    assert framed["name"] == "Lumykras"
    dose = next(each for each in framed["hasDose"] if each["order"] in (1, {"@value": 1}))
    quotes = [selector.get("exact") for each in dose["evidence"] for selector in each["selector"]]
    assert "The recommended dose is 960 mg once per day." in quotes


def test_a_server_releases_the_same(
    stored: Path, released: Path, tmp_path: Path, sparql_server: Callable[..., AbstractContextManager[str]]
) -> None:
    """A SPARQL server that holds the graphs of a store gives the same bytes as the store in its folder."""
    with sparql_server(tmp_path / "server", "--union-default-graph") as url, open_store(url, write=True) as server:
        with open_store(stored) as store:
            server.replace({name: store.triples(name) for name in store.graphs()})
        publish(server, tmp_path / "release", imprint(server, issued=DAY))
    assert sums(tmp_path / "release") == sums(released)


def test_processes_change_nothing(stored: Path, tmp_path: Path) -> None:
    """What is made of a medicine in another process is what is made of it in this one."""
    with open_store(stored) as store:
        told = imprint(store)
        shelf = Shelf(tmp_path)
        for graph in exported_graphs(store):
            shelf.put(graph, lines_of(store.triples(graph)), told.base)
    part = shelf.part(shelf.medicines()[0])
    with processes.pool(1) as pool:
        assert list(_in_pool(pool, iter([part, part]), told)) == [written(part, told)] * 2


def test_no_packed_file_has_a_time(released: Path) -> None:
    """What is packed has neither a time nor a name in its head."""
    packed = list(released.rglob("*.gz"))
    assert len(packed) == 6
    for each in packed:
        assert each.read_bytes()[3:8] == b"\0\0\0\0\0", each


def test_an_older_release_is_replaced(stored: Path, released: Path, tmp_path: Path) -> None:
    """A release takes the place of an older one, whole: what the new one does not have is gone, and nothing lies beside."""
    target = tmp_path / "release"
    shutil.copytree(released, target)
    (target / "medicine" / "gone.html").write_text("old")
    with open_store(stored) as store:
        publish(store, target, imprint(store, issued=DAY))
    assert sums(target) == sums(released)
    assert not (target / "medicine" / "gone.html").exists()
    assert list(tmp_path.iterdir()) == [target]


def test_what_fails_leaves_the_older_release(stored: Path, tmp_path: Path) -> None:
    """Where the store fails in between, the older release stays as it was, and nothing half-written lies beside it."""
    target = tmp_path / "release"
    target.mkdir()
    for name in ("release.json", "SHA256SUMS"):
        (target / name).write_text("old")
    with open_store(stored) as store:
        told = imprint(store)
    with pytest.raises(StoreError):
        publish(store, target, told)
    assert sums(target) == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_no_release_is_left_alone(stored: Path, tmp_path: Path, kind: str) -> None:
    """A file, or a folder that holds something else, is refused in one line and stays."""
    target = tmp_path / "mine"
    if kind == "folder":
        target.mkdir()
    kept = target if kind == "file" else target / "notes.txt"
    kept.write_text("mine")
    told = subprocess.run([*START, "publish", str(target), "--store", str(stored)], capture_output=True, text=True)
    assert told.returncode == 2
    assert told.stderr.startswith(f"epargraph: {target}: this ")
    assert told.stderr.count("\n") == 1
    assert kept.read_text() == "mine"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"base": "https://example.org/other/"}, "have the base https://w3id.org/epargraph/"),
        ({"issued": "26.11.2026"}, "not a date"),
        ({"site": "example.org"}, "no web address"),
        ({"site": "https://example.org/$1"}, "no web address"),
        ({"key": "no key"}, "no RSA private key"),
    ],
)
def test_what_does_not_fit_is_refused(stored: Path, given: dict[str, str], words: str) -> None:
    """A base that is not the store's, a day, an address or a key that is none is refused with the reason."""
    with open_store(stored) as store, pytest.raises(UsageError, match=words):
        imprint(store, **given)


def test_the_release_says_what_it_is(released: Path) -> None:
    """The first page, the terms and release.json tell what is there, how to cite it, and EMA's acknowledgement."""
    known = json.loads((released / "release.json").read_text("utf-8"))
    assert (known["medicines"], known["issued"]) == (1, DAY)
    page = (released / "index.html").read_text("utf-8")
    assert known["citation"] in page
    for text in (page, (released / "LICENCE.txt").read_text("utf-8"), (released / "dcat.ttl").read_text("utf-8")):
        assert "reproduction is authorised provided the source is acknowledged" in text
    assert hashlib.sha256((released / "index.html").read_bytes()).hexdigest() in sums(released)
