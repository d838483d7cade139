"""The query files of registries: what they ask, and what is wrong in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from epargraph.errors import RuleError, UsageError
from epargraph.link.servers import FOLDER, askings
from epargraph.remote import agent


def test_each_bundled_file_asks_with_its_names() -> None:
    """The bundled files are well formed; a name of a registry stands for each of its files."""
    assert [each.name for each in askings("wikidata")] == ["wikidata", "wikidata-medicines"]
    assert [each.name for each in askings("https://id.nlm.nih.gov/mesh/sparql")] == ["mesh"]
    assert [(each.name, each.endpoint) for each in askings("https://example.org/q")] == [
        ("any", "https://example.org/q")
    ]
    assert [each.endpoint for each in askings("mesh=http://localhost:1/q")] == ["http://localhost:1/q"]
    assert [each.endpoint for each in askings("http://localhost:7878")] == ["http://localhost:7878/query"]
    (mesh,) = askings("mesh")
    text = mesh.bind(['a"b', "c"], offset=7, limit=5)
    assert re.search(r'VALUES \?name \{ "a\\"b"@en "c"@en \}', text)
    assert text.endswith("ORDER BY ?end ?name ?term ?is ?value\nOFFSET 7\nLIMIT 5\n")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("#+ batch: 500", "#+ batch: many"), "batch is 'many'; write a number from 1 to 10000"),
        (("#+ batch: 500", "#+ colour: red"), "'colour: red' is no line of the header"),
        (("#+ prefix: mesh", "#+ prefix: mush"), "the prefix mush is not known"),
        (("#+ kinds: area", "#+ kinds: areas"), "areas is no kind of name"),
        (("# names", "# nouns"), "it has no line with names"),
        (("?term ?property ?told .", "?term ?property told"), "the query can't be parsed"),
        (
            ("SELECT DISTINCT ?name ?term ?is ?value\nWHERE", "SELECT DISTINCT ?name ?term\nWHERE"),
            "does not answer [?]is",
        ),
        (("#+ parameters: format=JSON", "#+ parameters: JSON"), "'JSON' is no parameter"),
        (("#+ endpoint: https://", "#+ endpoint: ftp://"), "is no URL"),
    ],
)
def test_a_bad_query_file_is_told(change: tuple[str, str], reason: str, tmp_path: Path) -> None:
    """What is wrong in a query file is an error that names the file and the remedy."""
    text = (FOLDER / "mesh.rq").read_text("utf-8")
    assert change[0] in text
    (tmp_path / "mine.rq").write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(RuleError, match=reason) as caught:
        askings(str(tmp_path / "mine.rq"))
    assert "mine.rq" in str(caught.value)


@pytest.mark.parametrize("told", ["nowhere", "any", "mesh=nothing", "https://", "missing.rq"])
def test_what_is_no_endpoint_is_refused(told: str) -> None:
    """A name without a file, a file without an address and what is no URL are errors of use."""
    with pytest.raises(UsageError):
        askings(told)


@pytest.mark.parametrize("contact", ["me\r\nX-Evil: 1", "mé@example.org", "(x"])
def test_a_contact_is_one_word_of_a_header(contact: str) -> None:
    """What could add a header, or close the comment that the contact stands in, is refused."""
    with pytest.raises(UsageError):
        agent(contact)
