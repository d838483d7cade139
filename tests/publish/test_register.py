"""A release of a register of several medicines."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from lxml import html
from pyoxigraph import RdfFormat, parse

from epargraph.build import REGISTER, build
from epargraph.publish import imprint, publish
from epargraph.stores import open_store


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("register")
    text = (REGISTER / "ema-register-excerpt_2026-03-14.csv").read_text("utf-8-sig")
    header, record = text.split("\n", 1)
    other = record.replace("Lumykras", "Xyzmed").replace("005522", "999999")
    table = where / "ema-register-excerpt_2026-03-14.csv"
    table.write_text(f"{header}\n{record.rstrip()}\n{other.rstrip()}\n", "utf-8")
    assert not build([table], where / "store").failures
    with open_store(where / "store") as store:
        publish(store, where / "release", imprint(store))
    return where / "release"


def test_each_medicine_has_its_facts_with_their_source(release: Path) -> None:
    """Each medicine of a register has rows of its own, each with quote, column and the register as its source."""
    for kind in ("Medicine", "Authorisation", "Indication"):
        with (release / f"tables/{kind}.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert {row["medicine_name"] for row in rows} == {"Lumykras", "Xyzmed"}
        for row in rows:
            sources = row["source"].split("|")
            assert len(sources) == len(row["quote"].split("|")) == len(row["column"].split("|"))
            assert set(sources) == {"https://w3id.org/epargraph/document/ema-register-excerpt"}


def test_each_page_is_of_its_medicine_alone(release: Path) -> None:
    """A medicine's files have its own cells and no other medicine's, and say from which register of which day they are."""
    for name, other in (("005522", "999999"), ("999999", "005522")):
        for suffix in ("html", "ttl", "jsonld", "trig"):
            text = (release / f"medicine/EMEA-H-C-{name}.{suffix}").read_text("utf-8")
            assert other not in text, suffix
        tree = html.document_fromstring((release / f"medicine/EMEA-H-C-{name}.html").read_text("utf-8"))
        assert set(tree.xpath("//blockquote/footer/a/text()")) == {"ema-register-excerpt"}
        nanopubs = (release / f"medicine/EMEA-H-C-{name}.trig").read_text("utf-8")
        assert 'epar:registerDate "2026-03-14"^^xsd:date' in nanopubs


def test_all_formats_hold_the_register(release: Path) -> None:
    """Turtle, TriG and JSON-LD hold what the N-Quads hold, though it is written medicine by medicine."""
    data = {each.name: gzip.decompress(each.read_bytes()) for each in (release / "data").iterdir()}
    quads = set(parse(data["epargraph.nq.gz"], format=RdfFormat.N_QUADS))
    union = {each.triple for each in quads}
    assert set(parse(data["epargraph.trig.gz"], format=RdfFormat.TRIG)) == quads
    assert {each.triple for each in parse(data["epargraph.ttl.gz"], format=RdfFormat.TURTLE)} == union
    assert {each.triple for each in parse(data["epargraph.jsonld.gz"], format=RdfFormat.JSON_LD)} == union
    assert f"void:triples {len(union)} ;" in (release / "void.ttl").read_text("utf-8")
