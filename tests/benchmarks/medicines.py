"""Invented medicines for measuring: as many as are wanted, always the same, each with some 200 triples and their evidence."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator

from epargraph import kinds
from epargraph.extract import Extraction
from epargraph.graph import to_graph
from epargraph.model import Document, Evidence, Section, SectionName, SourceGraph

_SYLLABLES = "ba de fi go ka le mi no pa re si to va we xi zo".split()
_CONDITIONS = [
    f"{stage}{organ} {kind}"
    for stage in ("", "chronic ", "juvenile ")
    for organ in ("lung", "breast", "liver", "kidney", "skin", "bone", "thyroid", "bowel", "stomach", "eye")
    for kind in ("cancer", "inflammation", "fibrosis", "infection")
]
_EFFECTS = [f"{what} {where}" for what in ("pain in the", "swelling of the", "itching of the") for where in
            ("back", "legs", "hands", "mouth", "joints", "stomach", "chest", "feet", "eyes", "neck")]  # fmt: skip
_TYPES = ("standard", "conditional", "exceptional circumstances")


def medicines(count: int, start: int = 0) -> Iterator[SourceGraph]:
    """Yield the graphs of the overviews of so many medicines, the same for the same numbers."""
    for number in range(start, start + count):
        yield to_graph(_overview(number))


def name_of(number: int) -> str:
    """Return the name of a medicine, another one for each number below 16 million."""
    return "Q" + "".join(_SYLLABLES[number >> 4 * place & 15] for place in range(6))


def _overview(number: int) -> Extraction:
    chance = random.Random(number)
    name, substance = name_of(number), f"{name_of(number // 3).lower()}nib"
    condition, effect = chance.choice(_CONDITIONS), chance.choice(_EFFECTS)
    amount, people, share = chance.randrange(5, 1000, 5), chance.randrange(40, 900), chance.randrange(10, 90)
    kind = chance.choice(_TYPES)
    day = f"{chance.randrange(2000, 2026)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    lines: list[tuple[SectionName, str]] = [
        ("header", f"EMA/{100_000 + number}/2026"),
        ("header", f"EMEA/H/C/{number:06}"),
        ("what", f"{name} is a medicine used to treat adults with {condition}. It contains {substance}."),
        ("use", f"The recommended dose of {name} is {amount} mg once per day."),
        ("benefits", f"In a main study involving {people} patients, {share}% responded to {name}."),
        ("risks", f"The most common side effect with {name} (which may affect more than 1 in 10 people) is {effect}."),
        ("other", f"{name} received a {kind} marketing authorisation valid throughout the EU on {day}."),
    ]
    text = "\n".join(line for _, line in lines)
    offsets = [sum(len(line) + 1 for _, line in lines[:place]) for place in range(len(lines))]
    said = [
        (Evidence(line, offset, offset + len(line), section, "invented"),)
        for (section, line), offset in zip(lines, offsets, strict=True)
    ]
    sections = tuple(
        Section(section, offset, offset + len(line))
        for (section, line), offset in zip(lines[2:], offsets[2:], strict=True)
    )
    sha = hashlib.sha256(text.encode()).hexdigest()
    facts = (
        kinds.Document(reference=lines[0][1], product_number=lines[1][1], medicine=name, evidence=said[0] + said[1]),
        kinds.Medicine(name=name, substance=(substance,), domain="human", evidence=said[2] + said[1]),
        kinds.Indication(purpose="treatment", condition=(condition,), population=("adults",), evidence=said[2]),
        kinds.Dose(role="recommended", amount=amount, unit="mg", times=1, every=1, every_unit="day", evidence=said[3]),
        kinds.Study(number=1, role="main", participants=people, evidence=said[4]),
        kinds.Outcome(study=1, measure="response", arm=name, value=share, unit="%", evidence=said[4]),
        kinds.AdverseEffect(effect=effect, bound="more than", numerator=1, denominator=10, evidence=said[5]),
        kinds.Authorisation(type=kind, date=day, territory="EU", evidence=said[6]),
    )
    document = Document(text, sections, f"invented-{number}.txt", sha, "text/plain")
    return Extraction(document, facts)
