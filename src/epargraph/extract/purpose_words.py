"""What a medicine is used for: the words that say that a use is treatment, prevention, diagnosis or something else."""

from __future__ import annotations

import re

_TREAT = (
    r"^[Rr]epair\sof(?=\s)|for\s(?:the\s)?induction\sof\sremission(?=\s)|for\s(?:the\s)?reduction\s(?:in|of)(?=\s)(?!\s(?:[\w-]+\s){1,4}(?:events|stroke|mortality|death)\b)|^[Rr]eplacement\s(?:therapy|treatment)\s(?:of|for|in(?=\s(?!(?:adult|child|patient|infant|people|wom[ae]n|m[ae]n)\w*)))(?=\s)|to\s(?:help\s)?(?:treat|relieve|manage|cure|combat|treating)|(?:for|in|as)\s(?:the\s|an?\s)?(?:(?!patients|adults|children|people|women|men|adolescents|infants)[\w-]+(?:,\s|\sand\s|\sor\s|\s)){0,4}?(?:treatment|therapy|management|relief|control)\s(?:up\sto\s\d+\s\w+\s)?(?:of|for)(?=\s|$)|"
    r"for\s(?:treating|managing|relieving)|(?:treatment|management)\s(?:programme|regimen|strategy)\sfor(?=\s)|\b(?:[Ss]ymptomatic\s|[Mm]aintenance\s|[Aa]djunctive\s)?(?:[Tt]reatment|[Mm]anagement|[Rr]elief)\sof|and\s(?:treat|relieve)|^(?:treat|treating|relieve)"
)
_PREVENT = (
    r"for\s(?:the\s)?reduction\s(?:in|of)(?:\sthe)?(?:\s(?:risk|incidence|frequency|number)\sof)?(?=\s(?:[\w-]+\s){0,4}(?:events|stroke|mortality|death))|\bhelps?\s(?:to\s)?(?:prevent|protect)|to\sreduce\sthe\srisk\sto\sdevelop|to\s(?:help\s)?(?:prevent|protect|avoid|vaccinate|immuni[sz]e|reduce\sthe\s(?:risk|likelihood|chances?|incidence|frequency|number|occurrence)\sof|lower\sthe\s(?:risk|likelihood)\sof)|"
    r"(?:for|in)\s(?:the\s)?(?:[\w-]+\s){0,3}?(?:prevention|prophylaxis|immuni[sz]ation|vaccination)\s(?:of|against)|for\s(?:preventing|protecting|immuni[sz]ing|vaccinating|protection)|"
    r"\b(?:[Pp]revention|[Pp]rophylaxis)\s(?:of|against)|(?:immuni[sz]ation|vaccination|protection)\s(?:of|against)|and\s(?:to\s)?(?:prevent|reduce\sthe\srisk\sof)|^(?:prevent|preventing|protect|protecting|reduce\sthe\srisk\sof)"
)
_DIAGNOSE = (
    r"to\s(?:help\s)?(?:(?:doctors\s)?(?:diagnose|detect|find|identify|locate|see|visuali[sz]e|locate|assess|show|check)|obtain\simages|get\s(?:[a-z]+\s)?images)|"
    r"for\s(?:the\s)?(?:[\w-]+\s){0,4}?(?:diagnosing|locating|detecting|diagnosis|detection|identifying|imaging|visuali[sz]ation|visualising|localisation)(?:\sof)?"
)
_BOTH = (
    r"(?:(?:for|in)\s(?:the\s)?)?(?:[Tt]reatment|[Pp]revention|[Pp]rophylaxis)\s(?:and|or|and/or)\s(?:the\s)?(?:[\w-]+\s)?(?:treatment|prevention|prophylaxis)\s(?:of|against)|"
    r"to\s(?:treat\s(?:and|or)\s(?:to\s)?prevent|prevent\s(?:and|or)\s(?:to\s)?treat)|for\s(?:treating\s(?:and|or)\spreventing|preventing\s(?:and|or)\streating)"
)
_OTHER = r"for\s(?:the\s)?(?:[\w-]+\s){0,2}induction(?:\sand\smaintenance)?\sof(?=\s)(?!\sremission\b)|(?:for|in)\s(?:the\s)?(?=(?:[\w-]+\s){0,2}(?:mobili[sz]ation|reversal)\sof\b)|to\s(?:induce|produce|maintain)(?:\s(?:and|or)\s(?:maintain|induce))?\s(?=(?:[\w-]+\s){0,2}(?:an?esthesia|sedation|ovulation|labour)\b)|(?=\b[Rr]eversal\sof\b)"
_WEAK = r"to\s(?:help\s)?(?:control|reduce|lower|improve|slow(?:\sdown)?|ease|correct|replace|stop|increase|delay|maintain|restore|suppress|stimulate|induce|support|achieve|keep|raise|provide|bring|get|enable|boost|allow|make|decrease|produce|supplement)"
PURPOSE = re.compile(
    rf"(?P<both>\b(?:{_BOTH}))(?![\w-])|(?P<other>\b(?:{_OTHER}))|(?P<treatment>\b(?:{_TREAT}))(?![\w-])|(?P<prevention>\b(?:{_PREVENT}))(?![\w-])|(?P<diagnosis>\b(?:{_DIAGNOSE}))(?![\w-])|(?P<weak>\b(?:{_WEAK}))(?![\w-])"
)
"""A purpose; the name of the group is its notation, `both` is treatment and prevention, `weak` tells none by itself."""
