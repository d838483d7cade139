"""A study, or studies told together, in the making."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from epargraph.extract.engine import Fields
from epargraph.extract.sentences import Sentence
from epargraph.extract.subjects.studies.arms import same_arm
from epargraph.extract.subjects.studies.mentions import Mention
from epargraph.patterns import compiled

_WORD = re.compile(r"type\s\d|[a-z]{3,}")
_COMMON = frozenset(
    "the and for one two three four five was were had has not but are who all any patient people with that which from have been "
    "treatment study studie main disease whose this their than other another involving involved previou previously received taking severe both "
    "first second third fourth fifth week month year day least compared effect effective effectivenes looked level number when used using given after "
    "before also its the total medicine medicines supporting trial during".split()
)


@dataclass(slots=True)
class Study:
    """A study, or studies told together, in the making."""

    fields: Fields
    sentences: list[Sentence]
    mention: Mention
    heading: str | None = None
    comparators: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    group: Study | None = None
    members: int = 0
    ordinal: int | None = None
    results: int = 0
    plain: bool = False
    whole: bool = False
    """Whether some of the studies announced together are told as one: 'two of them in 640 adults'."""

    def state(self, sentence: Sentence, **stated: object) -> None:
        """Add what a sentence states, where nothing is stated yet."""
        for name, value in stated.items():
            if value is not None and name not in self.fields and isinstance(value, (str, int, float, tuple)):
                self.fields[name] = value
                self.quote(sentence)

    def quote(self, sentence: Sentence) -> None:
        """Add a sentence to the evidence."""
        if sentence not in self.sentences:
            self.sentences.append(sentence)

    def compare(self, sentence: Sentence, name: str) -> None:
        """Add a comparator, unless it is known under this name or a shorter one."""
        if not any(name == each or (name != "none" and same_arm(name, each)) for each in self.comparators):
            self.comparators.append(name)
            self.quote(sentence)

    @property
    def compared(self) -> list[str]:
        """What the medicine was compared with: told of the study itself, else of those announced with it."""
        return self.comparators or (self.group.compared if self.group else [])

    @property
    def is_announcement(self) -> bool:
        """Whether it announces several studies that are then told one by one."""
        return self.members > 0


def words_of(text: str) -> set[str]:
    """Return the words that tell one study from another: those in brackets and the common ones are left out.

    >>> sorted(words_of("In patients with type 1 diabetes (a disease), the study compared children"))
    ['children', 'diabete', 'type 1']
    """
    text = compiled(r"\([^()]*\)").sub(" ", text.lower())
    return {word.rstrip("s") for word in _WORD.findall(text)} - _COMMON


def design(study: Study) -> str | None:
    """Return the design that the comparators show; None where they show none."""
    if "design" in study.fields:
        return str(study.fields["design"])
    if study.plain or not study.comparators or set(study.comparators) <= {"none", "no treatment"}:
        return None
    if any(each.startswith("saline") for each in study.comparators):
        return None
    return (
        "placebo controlled"
        if any(compiled("placebo|sham").match(each) for each in study.comparators)
        else "active controlled"
    )


def numbered(studies: Iterable[Study]) -> dict[int, Study]:
    """Return the studies in the order told, numbered from 1, announcements of studies told one by one left out."""
    return dict(enumerate((each for each in studies if not each.is_announcement), 1))
