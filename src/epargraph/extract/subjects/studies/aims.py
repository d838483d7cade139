"""What a study set out to measure, and when: 'The main measure of effectiveness was ... after one year'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from epargraph.extract.sentences import Sentence
from epargraph.extract.subjects.studies.endpoints import happened
from epargraph.extract.subjects.studies.mentions import Mention
from epargraph.extract.subjects.studies.study import words_of
from epargraph.patterns import compiled

_AIM = re.compile(
    r"\b(?:(?:main|primary|key) (?:measures?|endpoints?)(?: of effectiveness)?(?: (?:in|of|for) [^,;]{3,50}?)?,? (?:was|were) (?:based on |defined as )?"
    r"|(?:main |primary )?measures? of effectiveness (?:was|were) (?:based on )?"
    r"|effectiveness (?:of \S+ )?(?:was|were) (?:measured|assessed) (?:by|using|as) |stud(?:y|ies)(?: (?:of|in|involving|with) [^,;.]{3,60}?)? (?:also |mainly )?(?:measured|looked at) |which (?:measured|looked at) "
    r"|(?:main )?aim (?:of the study )?was to (?:see|find out|measure|look at|assess) "
    r"|^They (?:also )?(?:measured|looked at) |,? and (?:also )?looked at (?=how\b|the number\b|the proportion\b))(?P<what>[^.]+)"
)
_MAY_AIM = ("easure", "endpoint", "ffectiveness", "looked at", "aim ")
"""What a sentence that says what was to be measured can't do without."""
_EVERY = re.compile(
    r"\b(?:[Ii]n all|[Ii]n both|[Aa]ll of|[Bb]oth|these|the) (?:\w+ )?(?:of )?(?:the |these )?(?:\w+ )?studies\b"
)
_CHANGED = re.compile(
    r"^(?:the )?(?:average |mean |main )?(?:changes?|reductions?|decreases?|falls?|improvements?|increases?|rises?)\b[^,;]{0,40}?\b(?:in|of) (?:the )?(?P<what>.+)"
    r"|^how (?:much |far |well )?(?:the |their )?(?P<how>[^,;]{3,60}?) (?:had )?(?:changed|improved|fallen|risen|fell|rose|worsened)\b"
)
_MANY = re.compile(
    r"^how many \w+ (?:would |could )?|^(?:the )?(?:total )?(?:number|proportion|percentage) of \w+(?: \w+)? (?:who|whose|in whom(?: the)?|that|with|which) "
)
_SURVIVAL = re.compile(r"^(?:on )?how long\b.*\b(?:lived|survived)\b(?!.*without)|^overall survival")
_WORSE = re.compile(
    r"^(?:on )?(?:how long|the (?:average )?time)\b.*\b(?:without|until|before)\b.*\b(?:worse|progress|worsen)"
)


@dataclass(frozen=True, slots=True)
class Aim:
    """What was to be measured: the measure where it is one alone, when, the words, and the sentence that says so."""

    measure: str | None
    share: bool
    after: str | None
    words: frozenset[str]
    sentence: Sentence
    every: bool

    def fits(self, measure: str) -> bool:
        """Return whether a result's measure takes up the words of the aim."""
        return bool(_stems(measure) & self.words)


def aim_of(sentence: Sentence, masked: str, mentions: Sequence[Mention]) -> Aim | None:
    """Return what the sentence says was to be measured; None where it says nothing of the kind."""
    found = _AIM.search(masked) if any(word in masked for word in _MAY_AIM) else None
    if found is None:
        return None
    what = compiled(r"\s?\([^()]*\)").sub("", sentence.text[found.start("what") : found.end("what")]).strip()
    times = [
        each for each in mentions if each.sort == "time" and each.has("after") and each.start >= found.start("what")
    ]
    times = [each for each in times if not compiled(r"minute|second").search(each.words("after"))]
    after = times[0].words("after") if len(times) == 1 else None
    closed = {
        each.words("measure") for each in mentions if each.sort == "measure" and each.start >= found.start("what")
    }
    measure, share = _measure(what, closed)
    return Aim(measure, share, after, frozenset(_stems(what)), sentence, bool(_EVERY.search(masked)))


_STANDING = re.compile(
    r"(?:At (?:the (?:start|beginning) of (?:the )?(?:study|treatment)|baseline)|Before (?:treatment|the study)),? (?:patients (?:in [^,;]{3,30} )?had )?(?P<what>[^,;]{3,60}?) (?:was|were|of) (?:[a-z]+ ){0,4}\d"
    r"|(?:The )?(?P<what_too>[^,;]{3,60}?) (?:at the start of (?:the )?(?:study|treatment)|at baseline|before treatment) (?:was|were) (?:[a-z]+ ){0,4}\d"
)
"""Where patients stood before treatment: 'At the start of the study, the score was around 41 points.'"""


def changing(text: str) -> str | None:
    """Return what a sentence says changed, for one that goes on with 'the decrease was ...'; None where it says nothing.

    >>> changing("In the second study, HbA1c levels decreased from around 9.2%.")
    'HbA1c'
    """
    found = compiled(
        r"(?:[^,;]{3,90}, )?(?P<what>[^,;]{3,60}?) (?:had )?(?:decreased|fell|fallen|rose|increased|improved|dropped|went (?:up|down)) (?:from|in|during|over)\b"
    ).match(text)
    found = found or _STANDING.match(text)
    words = next((each for each in found.groups() if each), "") if found else ""
    return happened(compiled(r"\s(?:values|levels?)$").sub("", words)) if words else None


_RAN = re.compile(
    r"\b(?:treated|given|received|took|taken|followed(?: up)?|looked at|lasted|lasting|compared|studied)\b(?P<between>[^.;]*?)(?<!at least )(?<!old )\b(?:for|over|lasted|lasting)\s"
    r"(?:an? (?:period|total|average|median) of |(?:about|around|approximately|almost|up to|just over) )*(?P<after>(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a)\s(?:and a half )?(?:day|week|month|year)s?)\b(?! (?:old|of age|or|and older))"
)
_EARLIER = re.compile(r"\b(?:who had|previous\w*|before|whose|at least|had been|already|stable|aged?)\b")


def duration_of(text: str) -> str | None:
    """Return how long the people of a study were treated or followed, as the sentence tells it; None where it doesn't, or twice.

    >>> duration_of("The second study involved 300 adults, who were given Abcmed or placebo for one year.")
    'one year'
    """
    found = list(_RAN.finditer(text))
    if len(found) != 1 or _EARLIER.search(found[0]["between"]):
        return None
    return found[0]["after"]


def _measure(what: str, closed: set[str]) -> tuple[str | None, bool]:
    what = compiled(
        r",\s(?:expressed|defined|measured|assessed|based|which|a standard|the (?:amount|maximum))\b"
    ).split(what)[0]
    what = compiled(r"\s(?:during|over the|over \d|over \w+ (?:week|month|year)s?|after|between|at the end)\b").split(
        what
    )[0]
    share = bool(_MANY.match(what))
    if len(closed) == 1:
        return closed.pop(), share
    if _SURVIVAL.match(what):
        return "overall survival", False
    if _WORSE.match(what):
        return "progression-free survival", False
    if share:
        return happened(compiled(r"^(?:have|had|having) (?:an? )?").sub("", _MANY.sub("", what))), True
    if found := _CHANGED.match(what):
        return happened(found["what"] or found["how"]), False
    return (happened(what), False) if " and " not in what else (None, False)


def _stems(words: str) -> set[str]:
    return {word[:4] for word in words_of(words) if len(word) > 2}
