"""epargraph link: links put into the store or a file, what was not linked, and how good they are."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from epargraph.build import build
from epargraph.cli import main
from epargraph.link.mapping import Mapping
from epargraph.link.sssom import read_set, written
from epargraph.queries import run
from epargraph.stores import open_store

DRUGS = (
    "DrugBank ID,Common name,CAS,UNII,Synonyms,Standard InChI Key\nDB15569,Sotorasib,2252403-56-6,2B2VM6UC8G,AMG 510,\n"
)
CHEBI = "chebi_id\tname\tis_a\nCHEBI:178199\tsotorasib\t\n"
MONDO = "mondo_id\tlabel\tsynonyms\tis_a\txrefs\nMONDO:0005233\tnon-small cell lung carcinoma\tnon-small cell lung cancer\t\t\nbad\tx\t\t\t\n"


@pytest.fixture
def registries(tmp_path: Path) -> list[str]:
    options: list[str] = []
    for name, text in (("drugs.csv", DRUGS), ("chebi.tsv", CHEBI), ("mondo.tsv", MONDO)):
        (tmp_path / name).write_text(text, "utf-8")
        options += ["--registry", str(tmp_path / name)]
    return options


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["epargraph", "link", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_links_are_written_to_a_file(
    built_store: Path,
    registries: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A substance of two registries is exact in both, a lone synonym is close, and the bad line is told; the store stays."""
    links, rest = tmp_path / "links.sssom.tsv", tmp_path / "rest.tsv"
    where = ["--store", str(built_store), "--output", str(links), "--unlinked", str(rest)]
    assert command(monkeypatch, *registries, *where) == 0
    found = {(each.subject_label, each.predicate, each.object) for each in read_set(links).mappings}
    assert found == {
        ("sotorasib", "exactMatch", "drugbank:DB15569"),
        ("sotorasib", "exactMatch", "chebi:178199"),
        ("non-small cell lung cancer", "closeMatch", "mondo:0005233"),
    }
    assert (
        "gene\tKRAS\tno registry has a term of this name\t\thttps://w3id.org/epargraph/gene/KRAS\n" in rest.read_text()
    )
    told = capsys.readouterr()
    assert "mondo.tsv, line 3: “bad” is no identifier of mondo" in told.err
    assert "Linked 2 of " in told.out


def test_links_are_put_into_the_store(
    built_store: Path, registries: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a file the links stand in a graph of their own, one set however often they are made."""
    store = tmp_path / "store"
    shutil.copytree(built_store, store)
    for _ in range(2):
        assert command(monkeypatch, *registries, "--store", str(store)) == 0
    with open_store(store) as opened:
        graphs = [name for name in opened.graphs() if "/graph/links/registries/" in name]
        answer = run(opened, "identifiers", medicine="Lumykras").to_dicts()
    assert len(graphs) == 1
    assert ("chebi:178199", "LexicalMatching") in {(str(row["identifier"]), str(row["because"])) for row in answer}


def test_links_are_scored(
    registries: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table of names tells how many links are right, and which exact ones are false."""
    gold = tmp_path / "gold.tsv"
    rows = "substance\tsotorasib\tdrugbank:DB00001\t\nsubstance\tAMG 510\tdrugbank:DB15569\tcloseMatch\n"
    gold.write_text(f"kind\tname\tobject_id\tpredicate\n{rows}", "utf-8")
    assert command(monkeypatch, *registries, "--score", str(gold)) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[1].split() == ["substance", "drugbank", "2", "2", "1", "0", "0.500", "0.500", "1.000", "1"]
    assert told[2] == "false exact: sotorasib -> drugbank:DB15569 (Sotorasib)"


def test_a_table_says_that_a_registry_has_none(
    registries: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A link to a registry that has none is stray and lowers the precision alone; a wider link is not judged by rows on the thing itself."""
    gold = tmp_path / "gold.tsv"
    rows = (
        ("substance", "sotorasib", "drugbank:|chebi:178199", "exactMatch|closeMatch"),
        ("substance", "sotorasib hydrochloride", "drugbank:", "exactMatch|closeMatch"),
    )
    gold.write_text("\n".join("\t".join(row) for row in (("kind", "name", "object_id", "predicate"), *rows)), "utf-8")
    assert command(monkeypatch, *registries, "--score", str(gold)) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[1].split() == ["substance", "chebi", "1", "1", "1", "0", "1.000", "1.000", "1.000", "0"]
    assert told[2].split() == ["substance", "drugbank", "0", "0", "0", "1", "0.000", "1.000", "1.000", "1"]
    assert told[3] == "false exact: sotorasib -> drugbank:DB15569 (Sotorasib)"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "no registry was named"),
        (["--registry", "nowhere.obo"], "there is no such file"),
        (["--registry", "x.tsv", "--map", "nowhere.toml"], "No such file"),
        (["--registry", "x.tsv", "--score", "nowhere.tsv"], "No such file"),
    ],
)
def test_what_can_not_be_done_is_told_in_a_line(
    built_store: Path,
    arguments: list[str],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No registry, and files that are not there, are errors of one line."""
    assert command(monkeypatch, *arguments, "--store", str(built_store), "--output", "x.sssom.tsv") == 2
    told = capsys.readouterr().err
    assert reason in told
    assert told.count("\n") == 1


def test_what_the_store_denies_is_not_proposed(
    built_store: Path, registries: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A negative mapping that was built into the store keeps its link out, and is the reason told."""
    store, sets, rest = tmp_path / "store", tmp_path / "no.sssom.tsv", tmp_path / "rest.tsv"
    shutil.copytree(built_store, store)
    subject = "https://w3id.org/epargraph/condition/non-small-cell-lung-cancer"
    no = Mapping(subject, "closeMatch", "mondo:0005233", "ManualMappingCuration", negative=True)
    sets.write_text(written([no], "no"), "utf-8")
    assert not build([sets], store).failures
    links = tmp_path / "links.sssom.tsv"
    where = ["--store", str(store), "--output", str(links), "--unlinked", str(rest)]
    assert command(monkeypatch, *registries, *where) == 0
    assert {each.subject_label for each in read_set(links).mappings} == {"sotorasib"}
    assert "non-small cell lung cancer\ta mapping set denies the link" in rest.read_text()
