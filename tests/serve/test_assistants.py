"""The tools for assistants: asked through the protocol's own client, over the pipes of the real command."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import TextContent

PROGRAM = Path(sys.executable).parent / "epargraph"


def use(store: Path, task: Callable[[Client], Awaitable[None]]) -> None:
    """Start the command on a store and do something as its client."""
    command = StdioServerParameters(
        command=str(PROGRAM),
        args=["mcp", "--store", str(store)],
        env=dict(os.environ),
    )

    async def session() -> None:
        async with asyncio.timeout(60), Client(stdio_client(command)) as client:
            await task(client)

    asyncio.run(session())


async def called(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    """Return what a tool gives; AssertionError with its words where it refuses."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    told: dict[str, Any] = result.structured_content or {}
    return told


def test_an_assistant_finds_a_medicine_and_cites_its_facts(built_store: Path) -> None:
    """From a name to a medicine, to its facts, to the words behind one and where they stand."""

    async def task(client: Client) -> None:
        found = await called(client, "search", text="lumy")
        assert next((each["name"], each["kind"]) for each in found["found"]) == ("Lumykras", "medicine")
        facts = await called(client, "facts", medicine=found["found"][0]["iri"], kind="Dose")
        assert [each["says"] for each in facts["facts"]].count("recommended dose: 960 mg, once a day") == 1
        dose = next(each for each in facts["facts"] if "960" in each["says"])
        (quote,) = (await called(client, "quote", fact=dose["fact"]))["quotes"]
        assert quote["quote"] == "The recommended dose is 960 mg once per day." == dose["quotes"][0]
        assert (quote["reference"], quote["section"]) == ("EMA/685702/2021", "use")
        assert (await called(client, "facts", medicine="emea/h/c/005522"))["total"] == 38

    use(built_store, task)


def test_questions_and_queries_are_answered(built_store: Path) -> None:
    """The questions are listed with their parameters and answered; so is a query, cut off where it is told to be."""

    async def task(client: Client) -> None:
        listed = {each["name"]: each for each in (await called(client, "questions"))["questions"]}
        assert "medicine" in listed["evidence_still_owed"]["parameters"]
        owed = await called(client, "ask", name="evidence_still_owed", parameters={"medicine": "Lumykras"})
        assert owed["rows"]
        assert all(row["name"] == "Lumykras" for row in owed["rows"])
        some = await called(client, "sparql", query="SELECT ?s { ?s a epar:AdverseEffect }", most=2)
        assert (len(some["rows"]), some["total"], some["cut_off"]) == (2, 5, True)
        assert (await called(client, "sparql", query="ASK { ?s a epar:Dose }"))["rows"] == [{"answer": True}]

    use(built_store, task)


def test_what_is_refused_says_why(built_store: Path) -> None:
    """A wrong question, parameter, kind, IRI or query is an error in words; no other server is asked, nothing is written."""
    refused: dict[str, tuple[str, dict[str, Any]]] = {
        "no question of that name": ("ask", {"name": "nothing"}),
        "medicin": ("ask", {"name": "evidence_still_owed", "parameters": {"medicin": "x"}}),
        "there is no kind Doze": ("facts", {"medicine": "Lumykras", "kind": "Doze"}),
        "it is no IRI": ("quote", {"fact": "the dose> ?p ?o"}),
        "SERVICE": ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}),
        "it is a": ("sparql", {"query": "DESCRIBE <http://example.org/>"}),
        "query": ("sparql", {"query": "INSERT DATA { <a:b> <a:b> <a:b> }"}),
    }

    async def task(client: Client) -> None:
        for words, (tool, arguments) in refused.items():
            result = await client.call_tool(tool, arguments)
            told = " ".join(each.text for each in result.content if isinstance(each, TextContent))
            assert result.is_error, tool
            assert words.lower() in told.lower(), told
        tools = (await client.list_tools()).tools
        assert {tool.annotations.read_only_hint for tool in tools if tool.annotations} == {True}
        assert len(tools) == 6

    use(built_store, task)


def test_a_store_that_is_not_there_ends_the_command(tmp_path: Path) -> None:
    """Without a store the command ends with one line and status 2, not with a server that knows nothing."""
    ended = subprocess.run(
        [str(PROGRAM), "mcp", "--store", str(tmp_path / "none")],
        input=b"", capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.count(b"\n") == 1, ended.stderr
    assert b"none" in ended.stderr
