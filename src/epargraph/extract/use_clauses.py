"""The main clause of a use and the clauses that depend on it: who, whose disease, after what."""

from __future__ import annotations

import re

from epargraph.extract.people_words import ADJECTIVES, ANIMALS, PEOPLE

_STARTER = (
    r"(?:who|whose|whom|when|where|if|(?<!\bon\sor\s)(?<!during\sor\s)after|(?<!oedema\s)following|for\swhom|in\swhom|in\swhich|that|which|unless|once|despite|because|before|until|provided|except|"
    r"excluding|although|while|since|so\sthat|(?<!or\s)without|irrespective|regardless|but\snot|not\s(?:adequately|previously|sufficiently|responding|controlled|suitable|eligible|stabilised|optimally|satisfactorily)|unable\sto|in\sthe\sabsence\sof|other\sthan(?=\s(?:[\w-]+\s){1,4}histology)|previously\s(?:treated|exposed)\s(?=with|by|to)|already\s(?:being\s|adequately\s|well\s)?(?:controlled|taking|receiving|using|treated)|on\s(?:an?\s|the\s|their\s)?(?:maximum|maximally|stable|optimal)|"
    r"(?:inadequately|insufficiently|poorly)\s(?:controlled|stabilised|managed)\s(?=with|on|by|despite)|(?:refractory|resistant|intolerant)\s(?:to|or\sintolerant)|"
    r"with\s(?:an?\s)?(?:inadequate|insufficient|resistance|intolerance|disease\sprogression|prior|previous))"
)
_OPENS = re.compile(
    rf"(?:^|(?P<link>,?\s(?:and|or|but)\s|,\s)|\s)(?:(?:and|or|but|only|especially|mainly)\s)*(?P<whom>(?:in|for)\s{ADJECTIVES}{PEOPLE}\s(?=who|whose|for\swhom|in\swhom))?"
    rf"(?P<starter>{_STARTER})\b(?!\s(?:is|are)\sused)"
)
_NEW_CLAUSE = re.compile(
    r"(?:who|whose|for\swhom|in\swhom|when|if|where|unless|after|following|but\snot|except|excluding|despite|without|not\s|that|provided|before)"
)
_RESUMES = re.compile(
    rf"(?<=surgery)\s(?=to\s(?:treat|prevent)\s)|,\s(?:and\s)?(?:(?:it\s)?(?:is|are|can\sbe)\s(?:used|given|indicated)\s|(?:is\s)?(?:used|given|indicated)\s|in\scombination\s|together\swith\s|on\s(?:its|their)\sown\b|as\s(?:an?\s)?(?:add-on|monotherapy|adjunct)|"
    rf"in\saddition\sto\s|to\s(?=prevent|treat|help|reduce|delay)|(?:for|as)\s(?:the\s)?(?:treatment|prevention)\s)|,?\s(?:and\s|or\s)?in\s(?=(?:both\s)?{ADJECTIVES}(?:{PEOPLE}|{ANIMALS})\b(?!\s(?:who|whose|for\swhom|in\swhom|of\schild)))|;\s"
)
_WITHOUT_AFTER = re.compile(r"(?<=disease)\s(?=after\s)")


def clauses_of(text: str) -> tuple[list[str], list[str]]:
    """Return the pieces of the main clause and the clauses that depend on it, each from its first word."""
    main: list[str] = []
    clauses: list[str] = []
    place = 0
    while opening := _OPENS.search(text, place):
        main.append(f"{text[place : opening.start()]} {opening['whom'] or ''}")
        start = opening.start("starter")
        end = len(text)
        resumed = _RESUMES.search(text, start + 1)
        if resumed:
            end = resumed.start()
        pieces, begin = [], start
        for following in _OPENS.finditer(text, start + len(opening["starter"]), end):
            if (following["link"] or following["whom"]) and _NEW_CLAUSE.match(following["starter"]):
                pieces.append(text[begin : following.start()])
                main.append(following["whom"] or "")
                begin = following.start("starter")
        pieces.append(text[begin:end])
        clauses += [part for piece in pieces for part in _WITHOUT_AFTER.split(piece.strip(" ,"), maxsplit=1)]
        place = end
    main.append(text[place:])
    return [piece.strip(" ,;.") for piece in main if piece.strip(" ,;.")], clauses
