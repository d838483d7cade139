"""What a reader takes along of a fact: a citation, and a query that tells it."""

from __future__ import annotations

from collections.abc import Mapping

from epargraph.serve.pages.told import Fact, Source, Words
from epargraph.serve.pages.words import day, sentence

SECTIONS: Mapping[str, str] = {
    "header": "Heading",
    "what": "What it is and what it is used for",
    "use": "How it is used",
    "work": "How it works",
    "benefits": "Benefits shown in studies",
    "risks": "Risks",
    "why": "Why it is authorised",
    "awaited": "Information still awaited",
    "measures": "Measures for safe and effective use",
    "other": "Other information",
}
"""The sections of an overview, by the name that evidence has."""

QUERY = """PREFIX epar: <https://w3id.org/epargraph/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>

SELECT DISTINCT ?field ?value ?quote WHERE {{
  VALUES ?fact {{ <{fact}> }}
  ?fact ?field ?value .
  OPTIONAL {{ ?fact epar:evidence/oa:hasSelector/oa:exact ?quote }}
  FILTER (?field != epar:evidence)
}}"""


def query(fact: Fact) -> str:
    """Return the query that tells the fields of a fact and the words it was read from."""
    return QUERY.format(fact=fact.iri)


def title(source: Source) -> str:
    """Return what a source is called in a citation: its title, reference and day."""
    if source.is_register:
        return f"Register of medicines, {day(source.day) or 'day unknown'}"
    told = {name: values[0].text for name, values in source.stated.items() if values}
    name = told.get("title") or "Medicine overview"
    beside = [told.get("reference", ""), f"last updated {day(told['last_updated'])}" if "last_updated" in told else ""]
    inside = ", ".join(each for each in beside if each)
    return f"{name} ({inside})" if inside else name


def place(words: Words) -> str:
    """Return where words stand in their source, in a few words."""
    if words.column:
        return f"column “{words.column}”"
    page = f", page {words.page}" if words.page else ""
    return f"section “{SECTIONS.get(words.section, words.section)}”{page}"


def citation(fact: Fact, sources: Mapping[str, Source]) -> str:
    """Return the citation of a fact: the agency, each source with its words, and the fact's permanent address."""
    told = [
        f"{title(sources[each.source])}, {place(each)}: “{each.quote}”" for each in fact.words if each.source in sources
    ]
    software = next((sources[each.source].software for each in fact.words if each.source in sources), "epargraph")
    return (
        f"European Medicines Agency. {'; '.join(dict.fromkeys(told))}. "
        f"Read as “{sentence(fact.label)}” by {software or 'epargraph'}, {fact.iri}"
    )
