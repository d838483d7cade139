"""Sentences that every overview repeats and that state no fact."""

from __future__ import annotations

import re

_KNOWN = re.compile(
    r"^(?:For (?:more|further) information|For (?:the )?full (?:list|details)|Further information (?:on|about)|"
    r"More information (?:on|about)|Information on the reference medicine|The full EPAR for|If you (?:need|want) more|"
    r"This (?:document|is a summary|document is a summary)|It explains how|It is not intended to provide practical advice|"
    r"For practical information about using|"
    # the letterhead and the small print
    r"Official address|Address for visits|Send (?:us )?a question|An agency of|Telephone|\d+ (?:Churchill|Westferry)|©|"
    r"Reproduction (?:is|and)|European Medicines Agency$|EUROPEAN PUBLIC ASSESSMENT REPORT|EPAR summary for the public|"
    # the standing sentences of measures, generics, biosimilars and the kinds of authorisation
    r"(?:Suspected )?[Ss]ide effects reported with|This means that there is more (?:evidence|information) to come|"
    r"This (?:is|was) because (?:there is more evidence|it has not been possible|the disease is rare)|"
    r"This means that (?:because the disease is rare, )?it has not been possible|"
    r"Two medicines are bioequivalent|Any additional measures in place|Because \ue000+ is a (?:generic|hybrid|biosimilar)|"
    r"Studies (?:on|of) the benefits and risks of the active substance|As for every medicine, the company provided|"
    r"(?:The|A) (?:CHMP|Committee|Agency) (?:therefore )?recommended (?:that|the granting)|"
    r"All these data were considered sufficient|Official guidance on the appropriate use of|"
    r"Vaccines work by|As the company has supplied the additional information|"
    r"The (?:company|CHMP) (?:also )?(?:presented|provided) (?:data|information) from the published literature|"
    # the labels of web pages
    r"(?:Product|Authorisation|Application|Agency product|EMA product) (?:details|number|information|documents)|Name of medicine|"
    r"Active substance$|International non-proprietary|Therapeutic (?:area|indication)|Anatomical therapeutic|ATC code|"
    r"Pharmacotherapeutic group|Assessment history|First published|Last updated|Reference Number|Page contents|Overview$|"
    r"List item$|English \(EN\)|RSS$|Share$|View$|Download|Topics$|Authorised$|Status|Opinion adopted|Marketing authorisation issued|"
    r"(?:Generic|Biosimilar|Hybrid|Orphan|Additional monitoring|Conditional approval)$|[^.]{2,60} : EPAR\b|Revision$)"
)


def known(sentence: str) -> bool:
    """Whether the sentence, its names masked, is one of those that overviews repeat without stating a fact.

    >>> known("For more information about using it, see the package leaflet.")
    True
    >>> known("It is given once a day.")
    False
    """
    return bool(_KNOWN.search(sentence))
