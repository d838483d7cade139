"""The overviews that are measured: the practice texts, and variants of them under other names and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from epargraph.build import OVERVIEWS
from epargraph.extract.names import names
from epargraph.read import read

PRACTICE = Path(__file__).parents[3] / "shared" / "corpus"
_REFERENCE = re.compile(r"\bEMA/\d+/(?=\d{4})")
_PRODUCT = re.compile(r"\bEMEA/([HV])/C/\d+")


def originals() -> list[Path]:
    """Return the practice texts, the bundled overviews where there are none, in order of names."""
    found = PRACTICE.glob("*.txt") if PRACTICE.is_dir() else OVERVIEWS.glob("*.txt")
    return sorted(found)


def write_variants(folder: Path, count: int) -> list[Path]:
    """Write so many overviews, no two of the same medicine, reference or product number, and return their files."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = [(path.read_text(encoding="utf-8"), names(read(path)).medicine) for path in originals()]
    files = [folder / f"overview-{number:05}.txt" for number in range(count)]
    for number, (file, (text, medicine)) in enumerate(zip(files, islice(cycle(texts), count), strict=True)):
        file.write_text(_renamed(text, medicine, number), encoding="utf-8")
    return files


def _renamed(text: str, medicine: str, number: int) -> str:
    other = "Q" + "".join(_SYLLABLES[number // 16**place % 16] for place in range(4))
    text = re.sub(rf"\b{re.escape(medicine)}\b", other, text, flags=re.IGNORECASE) if medicine else text
    text = _REFERENCE.sub(f"EMA/{100_000 + number}/", text)
    return _PRODUCT.sub(lambda found: f"EMEA/{found[1]}/C/{100_000 + number:06}", text)


_SYLLABLES = "uba ude ufi ugo uka ule umi uno upa ure usi uto uva uwe uxi uzo".split()


def lengthened(paths: Sequence[Path], times: int) -> str:
    """Return the first text with so many bodies in each of its sections: its own, and those of the texts after it."""
    first, *others = [read(path) for path in islice(cycle(paths), times)]
    lines: list[str] = []
    place = 0
    for section in first.sections:
        lines.append(first.text[place : section.end].strip("\n"))
        lines += [body for each in others if (body := each.section(section.name).strip("\n"))]
        place = section.end
    return "\n".join([*lines, first.text[place:].strip("\n")])
