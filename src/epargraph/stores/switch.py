"""How graphs take the place of others on a server: at once where it can, else so that a broken attempt can be finished.

At once: one request that drops what goes and inserts what comes. For what is too large for a request of that server,
or too long to be sent anew when the connection breaks off:

1. Each graph is sent in parts to a staged one, which is named for the hash of its triples. A part that was sent twice
   adds nothing, and a later attempt goes on behind the parts that are there.
2. A staged graph is counted: it takes the place of the other one only when it is whole.
3. One request moves all staged graphs into their places.

A server that does not undo a request which fails half-way is found out by such a request, on a graph of our own. There,
ahead of 3, one triple (the journal) says what is to be done. Then the graphs are copied into their places one after the
other. Whoever finds the journal finishes that before anything else; who only reads waits for it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from epargraph.errors import IncompleteError, RefusedError, StoreError
from epargraph.stores.base import update

OWN = "urn:epargraph:"
"""What the names of the graphs begin with that this module makes and takes away again."""

_STAGED = f"{OWN}staged:"
_JOURNAL = f"{OWN}journal"
_PROBE = f"{OWN}probe"

AT_ONCE = 8_000_000
"""Bytes of N-Triples that are sent in one request at most."""
_PART = 10_000
"""Triples of a part, at most; less where the server refuses so many."""
_SOME = 50
"""Graphs that are named in one request at most."""
_LEAST = 100
"""A part of so few triples that is refused is refused for another reason than its size."""

_BLANK = re.compile(rb'^_:|> _:[^"]* \.$', re.MULTILINE)

_CAUTION = (
    "the server does not undo a request that fails half-way, so graphs are put in their places one after the other; for a "
    "moment another program may see a part of one, and if it breaks off there, the next `epargraph build` finishes it"
)


@dataclass(frozen=True, slots=True)
class _Staged:
    """A graph that is on the server under another name, until it takes its place."""

    place: str
    name: str
    size: int


class Switch:
    """Puts graphs into the place of others, by a function that sends an update and one that counts graphs' triples.

    `ask` answers an ASK query; `told` is called with how many triples of how many were sent.
    """

    def __init__(
        self,
        where: str,
        send: Callable[[str], object],
        ask: Callable[[str], bool],
        counts: Callable[[Sequence[str]], Mapping[str, int]],
        graphs: Callable[[], list[str]],
        journal: Callable[[str], list[str]],
    ) -> None:
        self._where = where
        self._send, self._ask, self._counts, self._graphs, self._read = send, ask, counts, graphs, journal
        self._part = _PART
        self._undoes: bool | None = None
        self.told: Callable[[int, int], None] = lambda done, total: None

    @property
    def undoes(self) -> bool:
        """Whether the server undoes a request of several operations when one fails; it is tried once."""
        if self._undoes is None:
            self._undoes = self._try()
        return self._undoes

    @property
    def caution(self) -> str:
        """What whoever wrote should know, empty where nothing was written or the server undoes what fails."""
        return _CAUTION if self._undoes is False else ""

    def _try(self) -> bool:
        begun = f"INSERT DATA {{ GRAPH <{_PROBE}> {{ <{_PROBE}> <{_PROBE}> <{_PROBE}> }} }}"
        try:
            self._send(f"{begun} ;\nLOAD <{OWN}nothing> INTO GRAPH <{_PROBE}>")
        except RefusedError:
            if not self._ask(f"ASK {{ GRAPH <{_PROBE}> {{ ?s ?p ?o }} }}"):
                return True
        self._send(f"DROP SILENT GRAPH <{_PROBE}>")
        return False

    def shows_all(self) -> bool:
        """Tell whether what is in a graph is in the default graph too; it is tried with a graph of our own."""
        self._send(f"INSERT DATA {{ GRAPH <{_PROBE}> {{ <{_PROBE}> <{_PROBE}> <{_PROBE}> }} }}")
        seen = self._ask(f"ASK {{ <{_PROBE}> <{_PROBE}> <{_PROBE}> }}")
        self._send(f"DROP SILENT GRAPH <{_PROBE}>")
        return seen

    def put(self, graphs: Mapping[str, bytes | None], *, at_once: int = AT_ONCE) -> None:
        """Put each graph (canonical N-Triples) in the place of what it held; None drops it."""
        if self.undoes and sum(len(text or b"") for text in graphs.values()) <= at_once:
            try:
                return self._send_whole(graphs)
            except (RefusedError, IncompleteError):
                if sum((text or b"").count(b"\n") for text in graphs.values()) <= _LEAST:
                    raise
        staged = self._stage({iri: text for iri, text in graphs.items() if text})
        if self.undoes:
            drops = "".join(f"DROP SILENT GRAPH <{iri}> ;\n" for iri in sorted(graphs))
            self._send(drops + " ;\n".join(f"MOVE <{each.name}> TO <{each.place}>" for each in staged))
            return None
        places = {each.place: (each.name, each.size) for each in staged}
        self._note({iri: places.get(iri) for iri in graphs})
        self.finish()
        return None

    def _send_whole(self, graphs: Mapping[str, bytes | None]) -> None:
        self._send(update(graphs))

    def _stage(self, graphs: Mapping[str, bytes]) -> list[_Staged]:
        """Send the graphs to staged ones; those that an attempt before has left and nobody wants go."""
        staged = [
            _Staged(iri, _STAGED + hashlib.sha256(text).hexdigest(), text.count(b"\n")) for iri, text in graphs.items()
        ]
        wanted = {each.name for each in staged}
        left = {name for name in self._graphs() if name.startswith(_STAGED)}
        self._drop(left - wanted)
        total, before = sum(each.size for each in staged), 0
        for some in self._together(staged):
            if len(some) == 1 or not self._fill_together(some, graphs):
                done = before
                for each in some:
                    self._fill(each, graphs[each.place], each.name in left, done, total)
                    done += each.size
            before += sum(each.size for each in some)
            self.told(before, total)
        return staged

    def _together(self, staged: Iterable[_Staged]) -> Iterator[list[_Staged]]:
        """Yield graphs that together are no larger than a part, or one that is."""
        some: list[_Staged] = []
        for each in staged:
            if some and (sum(one.size for one in some) + each.size > self._part or len(some) == _SOME):
                yield some
                some = []
            some.append(each)
        if some:
            yield some

    def _fill_together(self, staged: Sequence[_Staged], graphs: Mapping[str, bytes]) -> bool:
        """Send several graphs to their staged ones in one request; tell whether all are whole then."""
        whole = {each.name: graphs[each.place] for each in staged}
        if any(_BLANK.search(text) for text in whole.values()):
            return False
        try:
            self._send("INSERT DATA {\n" + "".join(f"GRAPH <{n}> {{\n{t.decode()}}}\n" for n, t in whole.items()) + "}")
        except (RefusedError, IncompleteError):
            self._part = max(_LEAST, min(self._part, sum(each.size for each in staged)) // 2)
            return False
        has = self._counts(list(whole))
        return all(has[each.name] == each.size for each in staged)

    def _drop(self, names: Iterable[str]) -> None:
        drops = [f"DROP SILENT GRAPH <{name}>" for name in sorted(names)]
        for start in range(0, len(drops), _SOME):
            self._send(" ;\n".join(drops[start : start + _SOME]))

    def _fill(self, staged: _Staged, text: bytes, begun: bool, before: int, total: int) -> None:
        """Send a graph's triples to its staged graph, those left out that it has, and see that it has all of them."""
        has = self._count(staged.name) if begun else 0
        if has > staged.size:
            self._send(f"DROP SILENT GRAPH <{staged.name}>")
            has = 0
        # Parts are sent in order, and of the last one the server may have any share.
        for done in self._parts(staged, text, 0 if has < staged.size and _BLANK.search(text) else max(0, has - _PART)):
            self.told(before + done, total)
        if (has := self._count(staged.name)) != staged.size:
            self._send(f"DROP SILENT GRAPH <{staged.name}>")
            reason = f"of the {staged.size:,} triples of the graph {staged.place} it holds {has:,}"
            raise StoreError(self._where, reason, "nothing was replaced; the server takes some of them for the same")

    def _parts(self, staged: _Staged, text: bytes, start: int) -> Iterator[int]:
        lines = text.decode().splitlines(keepends=True) if b"\r" not in text else _lines(text)
        whole = _BLANK.search(text) is not None  # a blank node in two parts would become two
        first = f"DROP SILENT GRAPH <{staged.name}> ;\n" if whole else ""
        while start < len(lines):
            part = lines if whole else lines[start : start + self._part]
            try:
                self._send(f"{first}INSERT DATA {{ GRAPH <{staged.name}> {{\n{''.join(part)}}} }}")
            except (RefusedError, IncompleteError):
                if whole or len(part) <= _LEAST:
                    raise
                self._part = len(part) // 2
                continue
            start += len(part)
            yield start

    def _note(self, places: Mapping[str, tuple[str, int] | None]) -> None:
        """Write the journal, one triple, so that it is there or not."""
        said = json.dumps(places).replace("\\", "\\\\").replace('"', '\\"')
        self._send(f'INSERT DATA {{ GRAPH <{_JOURNAL}> {{ <{_JOURNAL}> <{OWN}says> "{said}" }} }}')

    def pending(self) -> bool:
        """Tell whether there is a journal: graphs are being put in their places, or that broke off."""
        return self._ask(f"ASK {{ GRAPH <{_JOURNAL}> {{ ?s ?p ?o }} }}")

    def finish(self) -> None:
        """Do what the journal says, once more where it was begun, and take it away."""
        for said in self._read(f"SELECT ?o WHERE {{ GRAPH <{_JOURNAL}> {{ ?s <{OWN}says> ?o }} }}"):
            places: dict[str, tuple[str, int] | None] = json.loads(said)
            self._drop(place for place, source in places.items() if source is None)
            moved = [_Staged(place, *source) for place, source in sorted(places.items()) if source]
            for start in range(0, len(moved), _SOME):
                some = moved[start : start + _SOME]
                for each, has in self._sizes(some, [each.name for each in some]):
                    if has != each.size:
                        reason = f"the graph {each.name}, which was to become {each.place}, is not whole any more"
                        remedy = "drop the graph urn:epargraph:journal there and build --again"
                        raise StoreError(self._where, reason, remedy)
                self._send(" ;\n".join(f"COPY <{each.name}> TO <{each.place}>" for each in some))
                for each, has in self._sizes(some, [each.place for each in some]):
                    if has != each.size:
                        reason = f"of the {each.size:,} triples of the graph {each.place} {has:,} arrived"
                        raise StoreError(self._where, reason, "build again")
            self._send(f"DROP SILENT GRAPH <{_JOURNAL}>")
            self._drop(each.name for each in moved)

    def _sizes(self, staged: Sequence[_Staged], names: Sequence[str]) -> Iterator[tuple[_Staged, int]]:
        counts = self._counts(names)
        return ((each, counts[name]) for each, name in zip(staged, names, strict=True))

    def _count(self, name: str) -> int:
        return self._counts([name])[name]


def _lines(text: bytes) -> list[str]:
    return [f"{line}\n" for line in text.decode().split("\n") if line]
