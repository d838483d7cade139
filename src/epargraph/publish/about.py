"""What a release says of itself: its names, its maker, its terms."""

from __future__ import annotations

from dataclasses import dataclass, field

from epargraph.graph.names import checked

TITLE = "epargraph: facts of EU medicines, each with the words it was read from"
DESCRIPTION = (
    "What the European Medicines Agency's medicine overviews (EPAR summaries for the public) and its register of medicines "
    "state of the medicines of the European Union, read by a program: uses, doses, studies, side effects, authorisations, "
    "and what is still owed. Each fact carries the words that it was read from and their place in the source."
)
ACKNOWLEDGEMENT = (
    "Source: European Medicines Agency (EMA). The overviews and the register are (c) European Medicines Agency; reproduction "
    "is authorised provided the source is acknowledged. Whoever passes on facts from this release should acknowledge the "
    "Agency as their source. The Agency has no part in epargraph and does not endorse it."
)
SOFTWARE = (
    "The ontology, the closed lists, the shapes, the questions and the program that made this release are under the Apache "
    "License 2.0 (https://www.apache.org/licenses/LICENSE-2.0)."
)
LINKS = "The mapping sets (links/) are under the licence that each file names."
ADVICE = (
    "Not medical advice. An overview is as old as its last update, and a program read it. For the use of a medicine read its "
    "package leaflet and ask a doctor or pharmacist."
)
KEYWORDS = (
    "medicines", "drugs", "European Medicines Agency", "EPAR", "marketing authorisation", "side effects", "knowledge graph",
)  # fmt: skip
PUBLISHER = "The epargraph developers"
SITE = "https://epargraph.example.org/"
"""Where the release lies, until somebody says where."""


@dataclass(frozen=True, slots=True)
class About:
    """The base of a release's IRIs, who publishes it, its day (input, never the clock's) and the address it will lie at."""

    base: str
    version: str
    publisher: str = PUBLISHER
    issued: str = ""
    site: str = SITE
    endpoint: str = ""
    """The SPARQL endpoint that the questions are for; the base's own where none is named."""
    key: str = field(default="", repr=False)
    """The RSA private key (PEM) that signs nanopublications, empty for none."""

    @property
    def dataset(self) -> str:
        """The IRI of the dataset."""
        return f"{checked(self.base)}dataset"

    @property
    def catalogue(self) -> str:
        """The IRI of the catalogue that holds the dataset."""
        return f"{self.base}catalogue"

    @property
    def agent(self) -> str:
        """The IRI of who publishes."""
        return f"{self.base}publisher"

    @property
    def licence(self) -> str:
        """The IRI of the terms."""
        return f"{self.base}licence"

    @property
    def release(self) -> str:
        """The IRI under which each file of the release has its own."""
        return f"{self.base}release/"

    @property
    def sparql(self) -> str:
        """The SPARQL endpoint that the questions are for."""
        return self.endpoint or f"{self.base}sparql"

    @property
    def citation(self) -> str:
        """How to cite the release, in a line."""
        when = f" ({self.issued})" if self.issued else ""
        return f"{self.publisher}{when}. {TITLE}. Version {self.version}. {self.dataset}"
