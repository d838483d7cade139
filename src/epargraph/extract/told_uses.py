"""The uses of a medicine put together: what later sentences say of a use joins it, what they repeat is not new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from epargraph.extract.biomarker_words import Marker, distinct
from epargraph.extract.engine import Context, Fields, Found
from epargraph.extract.sentences import Sentence

_LISTS = ("stage", "biomarker", "population", "species")
_OWN = ("population", "age_from", "age_to", "age_unit")


@dataclass(slots=True)
class _Told:
    """A use in the making: what is told, and how it stood before a sentence said how it is combined."""

    found: Found
    line: int
    before: Found | None = None
    siblings: list[_Told] = field(default_factory=list)

    @property
    def fields(self) -> Fields:
        return self.found.fields

    def named(self) -> tuple[str, ...]:
        return _names(self.fields)


def _names(fields: Fields, name: str = "condition") -> tuple[str, ...]:
    value = fields.get(name, ())
    return value if isinstance(value, tuple) else ()


def _alike(one: str, other: str) -> bool:
    """Whether two names of conditions are the same, one perhaps told more shortly."""
    first, second = set(re.findall(r"[\w-]+", one.lower())), set(re.findall(r"[\w-]+", other.lower()))
    first, second = {w.rstrip("s") for w in first}, {w.rstrip("s") for w in second}
    return bool(first and second) and (first <= second or second <= first)


def _about(told: _Told, names: Sequence[str]) -> bool:
    return any(_alike(one, other) for one in told.named() for other in names)


def _joined(target: Found, more: Found) -> Found:
    """Return the use with what another sentence says of it."""
    fields = dict(target.fields)
    for name, value in more.fields.items():
        if name.startswith("x_") or name in ("condition", "purpose"):
            continue
        if (
            name in _OWN
            and any(each in target.fields for each in _OWN if each != "population")
            and name != "population"
        ):
            continue
        if name == "population" and "population" in target.fields:
            continue
        if name in _LISTS:
            fields[name] = tuple(dict.fromkeys((*_names(fields, name), *_names(more.fields, name))))
        elif name == "prior_treatment" and name in fields:
            if str(value) not in str(fields[name]):
                fields[name] = f"{fields[name]} and {value}"
        else:
            fields[name] = value
    return Found(target.kind, fields, target.sentences, target.rule, target.at, target.end).also(*more.sentences)


def _line(sentence: Sentence, told: Context) -> int:
    return told.document.text.rfind("\n", 0, sentence.start)


def _combines(fields: Fields) -> bool:
    return "monotherapy" in fields or "combined_with" in fields


class _Uses:
    """The uses told so far, in groups: those of one statement or one list of bullets."""

    def __init__(self, told: Context) -> None:
        self.told = told
        self.groups: list[list[_Told]] = []
        self.lead: Sentence | None = None
        self.refined = 0

    def all(self) -> Iterator[_Told]:
        for group in self.groups:
            yield from group

    def add(self, found: Found, *, together: bool) -> None:
        each = _Told(found, _line(found.sentences[0], self.told))
        if together and self.groups:
            self.groups[-1].append(each)
        else:
            self.groups.append([each])

    def bullets(self, rows: list[Found]) -> None:
        """Add a list of bullets; one that goes on with the statement before takes over what that states."""
        previous = self.groups[-1] if self.groups else []
        fresh = [row for row in rows if not row.fields.get("x_more")]
        known = [name for each in previous for name in each.named()]
        open_ = [row for row in fresh if not _names(row.fields)]
        same = [
            row
            for row in fresh
            if _names(row.fields) and all(any(_alike(n, k) for k in known) for n in _names(row.fields))
        ]
        goes_on = bool(previous) and len(open_) + len(same) == len(fresh) and bool(fresh)
        group: list[_Told] = []
        for row in rows:
            line = _line(row.sentences[0], self.told)
            if row.fields.get("x_more"):
                for each in group:
                    if each.line == line:
                        each.found = _joined(each.found, row)
                continue
            if goes_on:
                for base in previous:
                    group.append(_Told(_over(base.found, row), line))
            elif _names(row.fields):
                group.append(_Told(row, line))
            elif group:
                group[-1].found = _joined(group[-1].found, row)
        if goes_on:
            self.groups.pop()
        if group:
            self.groups.append(group)

    def statement(self, rows: list[Found]) -> None:
        """Add the uses of a sentence, or let it say more of those it speaks of."""
        first = True
        if len(rows) > 1 and not any(_names(row.fields) for row in rows):
            self._alternatives(rows)
            return
        for row in rows:
            names = _names(row.fields)
            if names and not self._known(row, names):
                self.add(row, together=not first)
                first = False
            elif not names:
                self._more(row)

    def _alternatives(self, rows: list[Found]) -> None:
        """Let one sentence tell two ways of using what was told before."""
        group = self._spoken_of(rows[0])
        for base in group:
            base_found = base.found
            base.found = _joined(base_found, rows[0])
            for row in rows[1:]:
                base.siblings.append(_Told(_joined(base_found, row), base.line))

    def _spoken_of(self, row: Found) -> list[_Told]:
        about = row.fields.get("x_about")
        if isinstance(about, tuple) and about:
            return self._named(about)
        if row.fields.get("x_also") or not self.groups:
            return self.groups[-1] if self.groups else []
        return self.groups[-1]

    def _named(self, about: tuple[str, ...]) -> list[_Told]:
        """Return the uses for the conditions named, split off from uses that list others beside them."""
        for group in self.groups:
            for each in list(group):
                mine = tuple(name for name in each.named() if any(_alike(name, other) for other in about))
                rest = tuple(name for name in each.named() if name not in mine)
                if mine and rest:
                    other = _Told(each.found.having(condition=rest), each.line)
                    each.found = each.found.having(condition=mine)
                    group.insert(group.index(each) + 1, other)
        return [each for each in self.all() if _about(each, about)]

    def _more(self, row: Found) -> None:
        for each in self._spoken_of(row):
            if _combines(row.fields) and _combines(each.fields) and (row.fields.get("x_also") or each.before):
                if each.before is not None and not _same_way(each.fields, row.fields):
                    each.siblings.append(_Told(_joined(each.before, row), each.line))
                    continue
            if _combines(row.fields) and not _combines(each.fields):
                each.before = each.found
            each.found = _joined(each.found, row)

    def _known(self, row: Found, names: tuple[str, ...]) -> bool:
        """Whether the use was told before: then what the sentence says more joins it."""
        matching = [
            each
            for each in self.all()
            if all(any(_alike(name, mine) for mine in each.named()) for name in names)
            and each.fields.get("purpose") == row.fields.get("purpose")
        ]
        if not matching:
            return False
        fitting = [each for each in matching if _fits(each.fields, row.fields)]
        if not fitting:
            return False
        for each in self._named(names) if any(len(each.named()) > len(names) for each in fitting) else fitting:
            if not _fits(each.fields, row.fields):
                continue
            if _combines(row.fields) and not _combines(each.fields):
                each.before = each.found
            each.found = _joined(each.found, row)
        return True


def _same_way(one: Fields, other: Fields) -> bool:
    return one.get("monotherapy") == other.get("monotherapy") and one.get("combined_with") == other.get("combined_with")


def _fits(one: Fields, other: Fields) -> bool:
    """Whether two tellings of a condition can be of one use: no other people, stage or combination."""
    mine, theirs = set(_names(one, "population")), set(_names(other, "population"))
    if mine and theirs and not (mine <= theirs or theirs <= mine):
        return False
    if _combines(one) and _combines(other) and not _same_way(one, other):
        return False
    first, second = set(_names(one, "stage")), set(_names(other, "stage"))
    if first and second and not (first <= second or second <= first):
        return False
    return not (other.get("x_also") and first and second and first != second)


def _over(base: Found, row: Found) -> Found:
    """Return the use of a bullet that goes on with a statement: the bullet's words first."""
    fields: Fields = {k: v for k, v in base.fields.items() if not k.startswith("x_")}
    for name, value in row.fields.items():
        if name == "population" or name in ("stage", "biomarker"):
            fields[name] = tuple(dict.fromkeys((*_names(fields, name), *_names(row.fields, name))))
        elif name == "condition":
            continue
        else:
            fields[name] = value
    return Found(row.kind, fields, row.sentences, row.rule, row.at, row.end).also(*base.sentences)


def _by_sentence(found: Sequence[Found]) -> Iterator[list[Found]]:
    group: list[Found] = []
    for each in found:
        if group and group[-1].sentences[0] is not each.sentences[0]:
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _put_together(found: Sequence[Found], told: Context) -> list[Found]:
    uses = _Uses(told)
    waiting: list[Found] = []
    for group in _by_sentence(found):
        sentence = group[0].sentences[0]
        if waiting and (not sentence.bullet or sentence.lead is not waiting[-1].sentences[0].lead):
            uses.bullets(waiting)
            waiting = []
        if sentence.bullet:
            waiting += group
        else:
            uses.statement(group)
    if waiting:
        uses.bullets(waiting)
    listed: list[Found] = []
    for each in uses.all():
        listed += [each.found, *(other.found for other in each.siblings)]
    return listed


_UNNAMED = re.compile(
    r"\b(?:genetic\s(?:change|mutation|abnormality|alteration|defect)s?|mutations?|(?:certain|particular|specific)\s(?:protein|gene|change|marker|receptor)s?|gene)\b"
)


def _with_markers(listed: list[Found], found: Sequence[Found], told: Context) -> list[Found]:
    """Let a sentence after a use name the genetic change that the use left unnamed."""
    order = {each: index for index, each in enumerate(told.sentences)}
    used = {each.sentences[0] for each in listed} | {s for each in listed for s in each.sentences}
    for marker in found:
        sentence = marker.sentences[0]
        if sentence.section != "what" or sentence in used or re.search(r"\borphan\b|\bcontains?\b", sentence.text):
            continue
        for index, each in enumerate(listed):
            last = max(order[s] for s in each.sentences)
            unnamed = any(_UNNAMED.search(s.text) for s in each.sentences)
            if unnamed and 0 < order[sentence] - last <= 3 and not _names(each.fields, "biomarker"):
                listed[index] = each.having(biomarker=(_marker(marker).name,)).also(sentence)
    return listed


def _marker(found: Found) -> Marker:
    fields = found.fields
    alteration, status = fields.get("alteration"), fields.get("status")
    return Marker(str(fields["gene"]), str(alteration) if alteration else None, str(status) if status else None)


_DEFINED = re.compile(r"(?P<long>[\w’'/ -]{6,90}?)\s\((?P<short>[A-Z][\w/-]*[A-Z0-9][\w-]*)(?:[,;][^()]*)?\)")


def abbreviations(told: Context) -> dict[str, tuple[str, Sentence]]:
    """Return what the document's abbreviations stand for, with the sentence that spells each out."""
    known: dict[str, tuple[str, Sentence]] = {}
    for sentence in told.section("what", "benefits"):
        if "(" not in sentence.text or len(sentence.text) > 1500:
            continue
        for found in _DEFINED.finditer(sentence.text):
            if words := _spelt(found["long"], found["short"]):
                known.setdefault(found["short"], (words, sentence))
    return known


def _spelt(words: str, short: str) -> str | None:
    """Return the words that an abbreviation's letters begin, None where they don't.

    >>> _spelt("used to treat adults with non-small cell lung cancer", "NSCLC")
    'non-small cell lung cancer'
    """
    letters = [char.lower() for char in short if char.isalpha()]
    parts = list(re.finditer(r"[A-Za-z]+", words))
    if len(letters) < 2:
        return None
    for first in range(len(parts) - 1, -1, -1):
        if parts[first][0][0].lower() != letters[0] or (first and words[parts[first].start() - 1] == "-"):
            continue
        initials = [part[0][0].lower() for part in parts[first:]]
        wanted = iter(initials)
        if all(letter in wanted for letter in letters) and len(initials) <= len(letters) + 2:
            return words[parts[first].start() :].strip()
    return None


def _spelt_out(found: Found, known: Mapping[str, tuple[str, Sentence]]) -> Found:
    names = []
    for name in _names(found.fields):
        for short, (words, sentence) in known.items():
            if re.search(rf"(?<![\w-]){re.escape(short)}(?![\w-])", name):
                name = re.sub(rf"(?<![\w-]){re.escape(short)}(?![\w-])", words, name)
                found = found.also(sentence)
        names.append(name)
    return found.having(condition=tuple(dict.fromkeys(names))) if names else found


def compose_uses(found: Mapping[str, list[Found]], told: Context) -> Iterator[Found]:
    """Yield the uses, the biomarkers that they and the tests name, and the tests."""
    listed = _with_markers(_put_together(found["Indication"], told), found["Biomarker"], told)
    known = abbreviations(told)
    listed = [_spelt_out(each, known) for each in listed]
    yield from listed
    named = {name for each in listed for name in _names(each.fields, "biomarker")}
    tests = list(_tests(found["TestRequirement"], found["Biomarker"], named))
    wanted = set(named)
    tested = {s for each in tests for s in each.sentences}
    kept = [each for each in found["Biomarker"] if _marker(each).name in wanted or each.sentences[0] in tested]
    exact = set(distinct([_marker(each) for each in kept]))
    yield from (each for each in kept if _marker(each) in exact)
    yield from tests


def _tests(found: Sequence[Found], named: Sequence[Found], used: set[str]) -> Iterator[Found]:
    """Yield the tests, each with the name that the uses have for its biomarker."""
    known = {_marker(each).name: each for each in named if _marker(each).name in used}
    genes: dict[str, list[str]] = {}
    for name, each in known.items():
        genes.setdefault(str(each.fields["gene"]), []).append(name)
    done: set[str] = set()
    for each in found:
        text = each.fields.get("x_test")
        fields = {k: v for k, v in each.fields.items() if not k.startswith("x_")}
        evidence = each
        if isinstance(text, str):
            mentioned = [gene for gene in genes if re.search(rf"(?<![\w-]){re.escape(gene)}(?![\w])", text)]
            if not mentioned and len(genes) == 1 and each.sentences[0].section == "use":
                mentioned = list(genes)
            if not mentioned:
                continue
            one = genes[mentioned[0]]
            fields["biomarker"] = one[0] if len(mentioned) == 1 and len(one) == 1 else " or ".join(mentioned)
            evidence = each.also(*(s for gene in mentioned for name in genes[gene] for s in known[name].sentences))
        elif each.sentences[0].section == "what" and "timing" not in fields:
            continue
        if (name := str(fields.get("biomarker"))) not in done:
            done.add(name)
            yield Found(each.kind, fields, evidence.sentences, each.rule, each.at, each.end)
