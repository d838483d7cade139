"""The uses of a medicine put together: what later sentences say of a use joins it, what they repeat is not new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from epargraph.extract.biomarker_words import Marker, distinct
from epargraph.extract.engine import Context, Fields, Found
from epargraph.extract.sentences import Sentence
from epargraph.patterns import compiled

_LISTS = ("stage", "biomarker", "population", "species")
_OWN = ("population", "age_from", "age_to", "age_unit")


@dataclass(slots=True)
class _Told:
    """A use in the making: what is told of it, on which line, and how it stood before it was said how it is combined."""

    found: Found
    line: int
    before: Found | None = None

    @property
    def fields(self) -> Fields:
        """Return what is told so far."""
        return self.found.fields

    def named(self) -> tuple[str, ...]:
        """Return the conditions."""
        return _names(self.fields)


def _names(fields: Fields, name: str = "condition") -> tuple[str, ...]:
    value = fields.get(name, ())
    return value if isinstance(value, tuple) else ()


def _alike(one: str, other: str) -> bool:
    """Whether two names of conditions are the same, one perhaps told more shortly."""
    first, second = set(compiled(r"[\w-]+").findall(one.lower())), set(compiled(r"[\w-]+").findall(other.lower()))
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
    """Return where the line or bullet of a sentence begins, or its item in a list that runs on in a line."""
    lead = sentence.lead
    if lead is not None and not compiled("[•\n]").search(told.document.text[lead.end : sentence.start]):
        return max(told.document.text.rfind(mark, 0, sentence.start) for mark in ":;")
    return max(told.document.text.rfind(mark, 0, sentence.start) for mark in "\n•")


def _combines(fields: Fields) -> bool:
    return "monotherapy" in fields or "combined_with" in fields


class _Uses:
    """The uses told so far, in groups: those of one statement or one list of bullets."""

    def __init__(self, told: Context) -> None:
        self.told = told
        self.groups: list[list[_Told]] = []
        self.current: list[_Told] = []
        self.ahead: Found | None = None

    def all(self) -> Iterator[_Told]:
        """Yield the uses in the order told."""
        for group in self.groups:
            yield from group

    def add(self, found: Found, *, together: bool) -> None:
        """Add a use, with the uses of the same sentence `together`."""
        found = self._after(found)
        each = _Told(found, _line(found.sentences[0], self.told))
        if together and self.groups:
            self.groups[-1].append(each)
        else:
            self.groups.append([each])
        self.current = self.groups[-1]

    def _after(self, found: Found) -> Found:
        """Return a use with what a sentence said before any use was told: whom the medicine is for, which biomarker."""
        return _joined(found, self.ahead) if self.ahead is not None else found

    def bullets(self, rows: list[Found]) -> None:
        """Add a list of bullets; one that goes on with the statement before takes over what that states."""
        previous = self.groups[-1] if self.groups else []
        fresh = [row for row in rows if not row.fields.get("x_more")]
        known = [name for each in previous for name in each.named()]
        goes_on = (
            bool(previous)
            and bool(fresh)
            and all(any(_alike(name, one) for one in known) for row in fresh for name in _names(row.fields))
        )
        group: list[_Told] = []
        if goes_on:
            said = tuple(name for row in fresh for name in _names(row.fields))
            previous = [each for each in self._named(said) if each in self.groups[-1]] if said else list(previous)
            self.groups[-1] = [each for each in self.groups[-1] if each not in previous]
        self.groups.append(group)
        for same in _by_sentence(rows):
            line = _line(same[0].sentences[0], self.told)
            if same[0].fields.get("x_more"):
                lines = [each.line for each in group]
                self._say_more([each for each in group if each.line == (line if line in lines else lines[-1])], same)
                continue
            for row in same:
                if goes_on:
                    group += [_Told(_over(base.found, row), line) for base in previous]
                elif _names(row.fields):
                    group.append(_Told(self._after(row), line))
                elif group:
                    group[-1].found = _joined(group[-1].found, row)
        if not group:
            self.groups.pop()
        elif self._told_in_general(rows):
            del self.groups[-2]
        self.current = group or previous

    def _told_in_general(self, rows: list[Found]) -> bool:
        """Whether the use before a list under 'It is used ...:' only names a condition, of which the list tells the kinds."""
        lead = rows[0].sentences[0].lead
        if (
            len(self.groups) < 2
            or not self.groups[-2]
            or lead is None
            or not lead.text.startswith(("It ", "The medicine "))
        ):
            return False
        before = self.groups[-2]
        told = {name for each in before for name in each.fields if not name.startswith("x_")}
        near = 0 <= lead.start - before[0].found.sentences[-1].end <= 3
        return len(before) == 1 and near and told <= {"purpose", "condition"}

    def statement(self, rows: list[Found]) -> None:
        """Add the uses of a sentence, or let it say more of those it speaks of."""
        if not any(_names(row.fields) for row in rows):
            targets = self._spoken_of(rows[0])
            if not self.groups and not rows[0].fields.get("x_about"):
                self.ahead = rows[0]
            if self._new_purpose(rows[0], targets):
                return
            self._say_more(targets, rows)
            return
        together = False
        for row in rows:
            names = _names(row.fields)
            if names and not self._known(row, names):
                self.add(row, together=together)
                together = True
            elif not names:
                self._say_more(self._spoken_of(row), [row])

    def _new_purpose(self, row: Found, targets: list[_Told]) -> bool:
        """Whether the sentence gave the conditions that it is about another purpose: then that is a new use."""
        about = row.fields.get("x_about")
        purpose = row.fields.get("purpose")
        if not isinstance(about, tuple) or not purpose or not row.fields.get("x_also"):
            return False
        if not targets or any(each.fields.get("purpose") == purpose for each in targets):
            return False
        self.add(row.having(condition=about), together=False)
        return True

    def _say_more(self, targets: list[_Told], rows: list[Found]) -> None:
        """Let a sentence say more of the uses it speaks of; two ways of using them make two uses of each."""
        for each in targets:
            start = each.found
            for number, row in enumerate(rows):
                if number:
                    self._beside(each, _joined(start, row))
                elif self._apart(each, row):
                    self._beside(each, _joined(each.before or _of_others(each.found), row))
                else:
                    if _combines(row.fields) and not _combines(each.fields):
                        each.before = each.found
                    each.found = _joined(each.found, row)
        if targets:
            self.current = targets

    def _apart(self, each: _Told, row: Found) -> bool:
        """Whether the sentence tells of another way of use, or of other people, than what was told of the use."""
        if _combines(row.fields) and _combines(each.fields) and not _same_way(each.fields, row.fields):
            return bool(row.fields.get("x_also")) and each.before is not None
        others = row.fields.get("population") or row.fields.get("age_from")
        mine = each.fields.get("population") or each.fields.get("age_from")
        return bool(row.fields.get("x_also") and others and mine and not _same_people(each.fields, row.fields))

    def _beside(self, each: _Told, found: Found) -> None:
        for group in self.groups:
            if each in group:
                group.append(_Told(found, each.line, each.before))
                return

    def _spoken_of(self, row: Found) -> list[_Told]:
        about = row.fields.get("x_about")
        if isinstance(about, tuple) and about:
            return self._named(about)
        if row.fields.get("x_it") and self.current:
            *others, last = self.current
            if (
                _combines(row.fields)
                and others
                and not _combines(last.fields)
                and all(_combines(e.fields) for e in others)
            ):
                return [last]
            return list(self.current)
        return list(self.groups[-1]) if self.groups else []

    def _named(self, about: tuple[str, ...]) -> list[_Told]:
        """Return the uses for the conditions named, split off from uses that list others beside them."""
        for group in self.groups:
            for each in list(group):
                mine = tuple(name for name in each.named() if any(_alike(name, other) for other in about))
                if mine and len(mine) < len(each.named()):
                    place = group.index(each)
                    apart = [
                        _Told(each.found.having(condition=(name,)), each.line, each.before) for name in each.named()
                    ]
                    group[place : place + 1] = apart
        return [each for each in self.all() if _about(each, about)]

    def _known(self, row: Found, names: tuple[str, ...]) -> bool:
        """Whether the use was told before: then what the sentence says more joins it."""
        for each in list(self.all()):
            same = all(any(_alike(name, mine) for mine in each.named()) for name in names)
            if same and each.fields.get("purpose") == row.fields.get("purpose") and _fits(each.fields, row.fields):
                break
        else:
            return False
        targets = [each for each in self._named(names) if _fits(each.fields, row.fields)]
        self._say_more([each for each in targets if each.fields.get("purpose") == row.fields.get("purpose")], [row])
        return True


def _of_others(found: Found) -> Found:
    """Return the use without whom it is for and how severe it is, as it may be told anew for other people."""
    kept: Fields = {k: v for k, v in found.fields.items() if k not in (*_OWN, "stage", "weight_from_kg")}
    return Found(found.kind, kept, found.sentences, found.rule, found.at, found.end)


def _same_people(one: Fields, other: Fields) -> bool:
    return all(one.get(name) == other.get(name) for name in ("population", "age_from", "age_to") if name in other)


def _same_way(one: Fields, other: Fields) -> bool:
    return one.get("monotherapy") == other.get("monotherapy") and one.get("combined_with") == other.get("combined_with")


def _fits(one: Fields, other: Fields) -> bool:
    """Whether two tellings of a condition can be of one use: no other people, stage or combination."""
    animals, others = set(_names(one, "species")), set(_names(other, "species"))
    if animals and others and not animals & others:
        return False
    if other.get("x_also") and any(_names(other, name) and not _names(one, name) for name in ("stage", "population")):
        return False
    mine, theirs = set(_names(one, "population")), set(_names(other, "population"))
    if mine and theirs and not (mine <= theirs or theirs <= mine):
        return False
    if _combines(one) and _combines(other) and not _same_way(one, other):
        return False
    if _statuses(one) != _statuses(other) and _statuses(one) and _statuses(other):
        return False
    first, second = set(_names(one, "stage")), set(_names(other, "stage"))
    if first and second and not (first <= second or second <= first):
        return False
    return not (other.get("x_also") and first and second and first != second)


def _statuses(fields: Fields) -> set[str]:
    """Return the biomarkers that are told with a status."""
    return {name for name in _names(fields, "biomarker") if compiled(r"\s(?:positive|negative|high|low)$").search(name)}


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
    return [each.found for each in uses.all()]


_IN_CASE_OF = re.compile(r"(?:When|If|In)\s(?:[\w’-]+\s){1,6}(?:has|have|with|whose)\s[^.;]{5,120}\b(?:used|given)\b")
_UNNAMED = re.compile(
    r"\b(?:genetic\s(?:change|mutation|abnormality|alteration|defect)s?|mutations?|(?:certain|particular|specific)\s(?:protein|gene|change|marker|receptor)s?|gene)\b"
)


def _with_markers(listed: list[Found], found: Sequence[Found], told: Context) -> list[Found]:
    """Let a sentence after a use name the genetic change that the use left unnamed."""
    order = {each: index for index, each in enumerate(told.sentences)}
    used = {each.sentences[0] for each in listed} | {s for each in listed for s in each.sentences}
    for marker in found:
        sentence = marker.sentences[0]
        if (
            sentence.section != "what"
            or sentence in used
            or compiled(r"\borphan\b|\bcontains?\b").search(sentence.text)
        ):
            continue
        for index, each in enumerate(listed):
            first = min(order[s] for s in each.sentences)
            unnamed = any(_UNNAMED.search(s.text) for s in each.sentences)
            if unnamed and 0 < order[sentence] - first <= 3 and not _names(each.fields, "biomarker"):
                listed[index] = each.having(biomarker=(_marker(marker).name,)).also(sentence)
    return listed


def _marker(found: Found) -> Marker:
    fields = found.fields
    alteration, status = fields.get("alteration"), fields.get("status")
    return Marker(str(fields["gene"]), str(alteration) if alteration else None, str(status) if status else None)


_MAY_DEFINE = re.compile(r"\s\([A-Z]")
_DEFINED = re.compile(r"(?P<long>[\w’'/ -]{6,90}?)\s\((?P<short>[A-Z][\w/-]*[A-Z0-9][\w-]*)(?:[,;][^()]*)?\)")


def abbreviations(told: Context) -> dict[str, tuple[str, Sentence]]:
    """Return what the document's abbreviations stand for, with the sentence that spells each out."""
    known: dict[str, tuple[str, Sentence]] = {}
    for sentence in told.section("what", "benefits"):
        if len(sentence.text) > 1500 or not _MAY_DEFINE.search(sentence.text):
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
    parts = list(compiled(r"[A-Za-z]+").finditer(words))
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


_DIAGNOSTIC = re.compile(
    r"\bfor\sdiagnostic\suse\b|\bis\san?\s(?:[\w-]+\s)?diagnostic\b|\bis\sa\sradiopharmaceutical\b"
)


def _exact(found: Found, known: Mapping[str, Marker]) -> Found:
    """Return the use without biomarkers that another of its biomarkers tells more exactly."""
    names = _names(found.fields, "biomarker")
    if len(names) < 2:
        return found
    kept = {marker.name for marker in distinct([known.get(name, Marker(name)) for name in names])}
    return found.having(biomarker=tuple(name for name in names if name in kept))


def compose_uses(found: Mapping[str, list[Found]], told: Context) -> Iterator[Found]:
    """Yield the uses, the biomarkers that they and the tests name, and the tests."""
    known = abbreviations(told) if found["Indication"] else {}
    spelt = [_spelt_out(each, known) for each in found["Indication"]]
    if any(_DIAGNOSTIC.search(each.text) for each in told.section("what")):
        spelt = [each.having(purpose="diagnosis") if each.fields.get("x_supposed") else each for each in spelt]
    listed = _with_markers(_put_together(spelt, told), found["Biomarker"], told)
    exact = {_marker(each).name: _marker(each) for each in found["Biomarker"]}
    listed = [_exact(each, exact) for each in listed]
    yield from listed
    named = {name for each in listed for name in _names(each.fields, "biomarker")}
    tests = list(_tests(found["TestRequirement"], found["Biomarker"], named))
    tested = {s for each in tests for s in each.sentences}
    kept = [
        each
        for each in found["Biomarker"]
        if _marker(each).name in named or each.sentences[0] in tested or _IN_CASE_OF.match(each.sentences[0].text)
    ]
    precise = set(distinct([_marker(each) for each in kept]))
    yield from (each for each in kept if _marker(each) in precise or _marker(each).name in named)
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
