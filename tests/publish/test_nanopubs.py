"""Nanopublications: valid and trusty by the field's own package, signed with a key, the same each time."""

from __future__ import annotations

import gzip
import warnings
from base64 import b64decode
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from epargraph.export import exported_graphs
from epargraph.publish import imprint
from epargraph.publish.nanopubs import HEAD, Nanopub, nanopubs
from epargraph.publish.parts import Shelf, lines_of
from epargraph.publish.told import medicine
from epargraph.stores import open_store

NP = "http://www.nanopub.org/nschema#"


def made(stored: Path, folder: Path, key: str = "") -> list[Nanopub]:
    with open_store(stored) as store:
        told = imprint(store, issued="2026-11-26", key=key)
        shelf = Shelf(folder)
        for graph in exported_graphs(store):
            shelf.put(graph, lines_of(store.triples(graph)), told.base)
    return [each for iri in shelf.medicines() for each in nanopubs(medicine(shelf.part(iri)), told)]


def read(trig: str) -> Any:  # the package has no types
    """Return what the package nanopub makes of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what rdflib no longer likes
        from nanopub.nanopub import Nanopub as Package
        from nanopub.nanopub_conf import NanopubConf
        from rdflib import ConjunctiveGraph

        graph = ConjunctiveGraph()
        graph.parse(data=HEAD + trig, format="trig")
        found = Package(rdf=graph, conf=NanopubConf(add_prov_generated_time=False, add_pubinfo_generated_time=False))
        found._source_uri = str(found.metadata.np_uri)
    return found


def holds(found: Any, what: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return bool(getattr(found, what))
        except ValueError:  # the package's MalformedNanopubError
            return False


@pytest.fixture(scope="module")
def all_made(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Nanopub]:
    return made(stored, tmp_path_factory.mktemp("parts"))


def test_each_is_valid_and_trusty(all_made: list[Nanopub]) -> None:
    """The package nanopub finds each one valid, and its address the hash of what it says."""
    assert len(all_made) > 40
    for each in all_made:
        found = read(each.trig)
        assert found.source_uri == each.iri
        assert holds(found, "is_valid"), each.iri
        assert holds(found, "has_valid_trusty"), each.iri


def test_another_word_is_another_address(all_made: list[Nanopub]) -> None:
    """Where a word of a nanopublication is changed, its address is no longer its hash."""
    dose = next(each for each in all_made if "960 mg" in each.trig)
    assert not holds(read(dose.trig.replace("960 mg", "96 mg")), "has_valid_trusty")


def test_each_fact_has_one_with_its_quote(all_made: list[Nanopub], released: Path) -> None:
    """There is one for each row of the tables; it asserts the fact, and its provenance has the words."""
    rows = {
        line.partition(",")[0]
        for path in (released / "tables").glob("*.csv")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("https://")
    }
    assert {each.fact for each in all_made} == rows
    dose = next(each for each in all_made if "/dose/54852e140997" in each.fact)
    parts: dict[str, str] = {}
    for quad in parse(HEAD + dose.trig, format=RdfFormat.TRIG):
        name = getattr(quad.graph_name, "value", "").rpartition("#")[2]
        parts[name] = parts.get(name, "") + f"{quad.triple}\n"
    assert set(parts) == {"Head", "assertion", "provenance", "pubinfo"}
    assert f"<{dose.fact}> <https://w3id.org/epargraph/ontology#amount>" in parts["assertion"]
    assert "once per day." not in parts["assertion"]
    assert '"The recommended dose is 960 mg once per day."' in parts["provenance"]
    assert "provided the source is acknowledged" in parts["pubinfo"]
    assert '"2026-11-26T00:00:00Z"' in parts["pubinfo"]


def test_the_files_hold_them_all(all_made: list[Nanopub], released: Path) -> None:
    """The one file, the medicine's file and the list of addresses hold the same nanopublications."""
    packed = gzip.decompress((released / "nanopubs/nanopubs.trig.gz").read_bytes())
    one = set(parse(packed, format=RdfFormat.TRIG))
    assert one == set(parse(path=released / "medicine/EMEA-H-C-005522.trig", format=RdfFormat.TRIG))
    heads = {str(each.subject)[1:-1] for each in one if str(each.object) == f"<{NP}Nanopublication>"}
    listed = gzip.decompress((released / "nanopubs/index.tsv.gz").read_bytes()).decode().splitlines()[1:]
    assert heads == {each.iri for each in all_made} == {line.split("\t")[1] for line in listed}


def signature_holds(trig: str) -> bool:
    """Tell whether a signature is that of the text that the package hashes without it.

    The package's own check of signatures finds every one valid: it does not look at what the verification says.
    """
    from Crypto.Hash import SHA256
    from Crypto.PublicKey import RSA
    from Crypto.Signature import pkcs1_15

    found = read(trig)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nanopub.namespaces import NPX

        rdf: Any = import_module("nanopub.trustyuri.rdf")  # untyped

        (signature,) = found.rdf.objects(None, NPX["hasSignature"])
        (public,) = found.rdf.objects(None, NPX["hasPublicKey"])
        quads = [quad for quad in rdf.RdfUtils.get_quads(found.rdf) if quad[2] != NPX["hasSignature"]]
        text = rdf.RdfHasher.normalize_quads(quads, baseuri=str(found.metadata.namespace), hashstr=" ")
    try:
        pkcs1_15.new(RSA.import_key(b64decode(public))).verify(SHA256.new(text.encode()), b64decode(signature))
    except ValueError:
        return False
    return True


def test_a_key_signs_them(stored: Path, tmp_path: Path, all_made: list[Nanopub]) -> None:
    """With a key each is signed; the same key signs the same; a changed word is found out."""
    rsa = pytest.importorskip("Crypto.PublicKey.RSA", reason="needs pycryptodome")
    key = rsa.generate(1024).export_key().decode()  # short: the test is of the form, not of the strength
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    signed = made(stored, tmp_path / "first", key)
    assert [each.trig for each in signed] == [each.trig for each in made(stored, tmp_path / "second", key)]
    assert not {each.iri for each in signed} & {each.iri for each in all_made}
    for each in signed[::10]:
        found = read(each.trig)
        assert holds(found, "is_valid")
        assert holds(found, "has_valid_trusty")
        assert signature_holds(each.trig)
        assert not signature_holds(each.trig.replace("does not endorse it", "endorses it"))
