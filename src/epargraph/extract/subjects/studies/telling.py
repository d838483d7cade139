"""Which studies a document tells of, and which of them each sentence is about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from epargraph.extract.engine import Context, Fields
from epargraph.extract.sentences import Sentence
from epargraph.extract.subjects.studies.comparators import add_comparators
from epargraph.extract.subjects.studies.heads import (
    DEFINITE,
    FIGURES,
    GOES_ON,
    HEADS,
    NOT_ABOUT_PATIENTS,
    NOT_CLINICAL,
    ORDINALS,
    PART_OF,
    ends_without_study,
    retold,
    role_told,
    says_what,
)
from epargraph.extract.subjects.studies.matching import clearly_named, lead_of, study_named
from epargraph.extract.subjects.studies.mentions import Mention
from epargraph.extract.subjects.studies.people import belongs, population
from epargraph.extract.subjects.studies.study import Study, words_of
from epargraph.patterns import compiled
from epargraph.values import number

_EVERY_ONE = re.compile(r", (?:all of )?which (?:all )?compared?\b")


@dataclass(slots=True)
class Telling:
    """The studies told so far, and the study of each sentence."""

    told: Context
    studies: list[Study] = field(default_factory=list)
    of: dict[Sentence, Study | None] = field(default_factory=dict)
    current: Study | None = None
    clinical: set[str] = field(default_factory=set)
    """Words that elsewhere tell of no study of patients, but do here: 'laboratory'."""
    beside: list[Study] = field(default_factory=list)
    """The studies that the last sentence to name any told side by side."""
    pending: tuple[Mention, Sentence] | None = None
    """A comparison told ahead of the study that it is about: 'limited to tests to show ... . One such study ...'."""
    alike: list[Study] = field(default_factory=list)
    """The studies that the words of a result fitted equally, for one told after it by its place: 'in the second, ...'."""

    def read(self, mentions: Mapping[Sentence, Sequence[Mention]]) -> None:
        """Read the sentences on benefits one after another."""
        heading, late = None, False
        parts = [each.start for each in self.told.document.sections if each.name == "benefits"]
        for sentence in self.told.section("benefits"):
            if sentence.heading != heading:
                heading, self.current = sentence.heading, None
            if not late and len(parts) > 1 and sentence.start >= parts[1] and self.studies:
                late, self.current = True, None
            self._read(sentence, mentions.get(sentence, ()), late)
            self.of[sentence] = self.current

    def _read(self, sentence: Sentence, mentions: Sequence[Mention], late: bool) -> None:
        text = self.told.masked[sentence]
        heads = [
            each
            for each in mentions
            if each.rule in HEADS and not says_what(each, text) and not ends_without_study(each, text)
        ]
        placed: list[tuple[int, Study]] = []
        if heads and not late and self._begins(mentions, heads[0]):
            self._headless(sentence, text, mentions)
            if self.current is not None:
                placed.append((0, self.current))
        for head, following in zip_longest(heads, heads[1:]):
            study = self._head(head, sentence, text, mentions, late)
            if study is not None and study.mention is head and len(heads) > 1:
                first = 0 if head is heads[0] else head.start
                study.words = words_of(text[first : following.start if following else len(text)])
                if study.group:
                    study.words |= study.group.words
            if study is not None:
                placed.append((head.start, study))
                self.current = study
        if not heads and not late:
            self._headless(sentence, text, mentions)
            if self.current is not None and not placed:
                placed.append((0, self.current))
        several = [study for _, study in placed if study.mention in heads and not study.is_announcement]
        if heads:
            self.beside = several if len(several) > 1 else []
        elif self.beside and not late and (self.current is None or self.current in self.beside):
            self.current = self._beside(text)
        if not placed and self.current is not None:
            placed.append((0, self.current))
        if late and not heads and not (self.current and GOES_ON.match(text)):
            self.current = self._meant(text)
            placed = [(0, self.current)] if self.current else []
        for mention in mentions:
            if not placed and mention.rule == "study-comparator-same":
                self.pending = mention, sentence
            study = _nearest(placed, mention.end + 40 if mention.rule == "study-comparator-next" else mention.start)
            of_several = mention.rule == "study-comparator" and len(placed) > 1
            if of_several and _EVERY_ONE.search(text, 0, mention.end):
                for _, each in placed:
                    add_comparators(self.told, each, mention, sentence, text)
            if study is not None:
                self._state(study, mention, sentence, text, bool(heads), late)

    def together(self, study: Study | None) -> int:
        """Return how many studies are told together with this one, each by itself; 0 where it is told alone."""
        group = study if study and study.is_announcement else study.group if study else None
        members = [each for each in self.studies if group is not None and each.group is group]
        return len(members) if all(_many(each) == 1 for each in members) else 0

    def placed(self, place: int, study: Study | None) -> Study | None:
        """Return the study of this place among those told together with another."""
        group = study if study and study.is_announcement else study.group if study else None
        members = [each for each in self.studies if group is None or each.group is group]
        named = [each for each in members if each.ordinal == place]
        if named:
            return named[-1]
        alone = [each for each in members if not each.is_announcement]
        return alone[place - 1] if place <= len(alone) and all(_many(each) == 1 for each in alone) else None

    def opens(self, sentence: Sentence) -> bool:
        """Return whether a study is first told of in the sentence."""
        return any(each.sentences[0] is sentence for each in self.studies)

    # -- which study

    def _head(
        self, head: Mention, sentence: Sentence, text: str, mentions: Sequence[Mention], late: bool
    ) -> Study | None:
        words = (
            f"{head.words('x_det')} {head.words('x_words')} {head.words('x_words_2')}".lower().replace(",", " ").split()
        )
        noun = head.words("x_noun").lower() or "study"
        plural = noun.endswith(("ies", "trials"))
        if not self._clinical(head, words, mentions, text) or NOT_ABOUT_PATIENTS.match(text[head.end :]):
            return None
        ordinal = next((ORDINALS[word] for word in words if word in ORDINALS), None)
        several = next((many for word in words if isinstance(many := number(word), int) and many > 1), 1)
        if words == ["one"] and self._told() and self._whole(sentence):
            self.studies[-1].members += 1  # those told of together before are now told study by study
        definite = bool(words) and (words[0] in DEFINITE or head.rule == "study-ordinal")
        part = PART_OF.search(text[: head.start])
        if head.rule in ("study-member", "study-part"):
            group = self._group()
            if group is None or late or (head.rule == "study-part" and not self._participants(head, mentions, text)):
                return group or self.current
            return self._some(several, head, sentence, text, group)
        if ordinal == 1 and several > 1 and definite:
            group = self._group()
            if group and not late and self._participants(head, mentions, text):
                study = self._some(several, head, sentence, text, group)
                study.ordinal = 1
                return study
            known = [
                each for each in self.studies if each.fields.get("studies") == several and not each.is_announcement
            ]
            return known[0] if known else self.current
        if part and (definite or (plural and (self.studies or not head.has("studies")))):
            group = self._group()
            many = number(part["part"])
            if group and isinstance(many, int) and not late and self._participants(head, mentions, text):
                return self._some(many, head, sentence, text, group)
            if late and head.has("studies"):
                same = [each for each in self._told() if each.fields.get("studies") == head.fields["studies"]]
                return same[0] if len(same) == 1 else self.current
            return group or self.current
        if ordinal and not plural:
            known = [each for each in self._here(sentence, late) if each.ordinal == ordinal]
            if known:
                return known[-1]
            if late:
                return self._in_place(ordinal, text)
            if definite and words[0] in ("this", "that"):
                return self.current
            if ordinal == 2 and not definite:
                return self._new(head, sentence, text, None, ordinal)
            group = self._group()
            announced = sum(_many(each) for each in self._here(sentence, False) if each.group is None)
            if group and (group.heading != sentence.heading or ordinal > announced):
                group = None  # it is one more than those told together
            if (
                group is None
                and definite
                and ordinal == 1
                and not self._participants(head, mentions, text)
                and self.current
            ):
                return self.current
            return self._new(head, sentence, text, group, ordinal, None if group else self._role_before())
        if "other" in words and plural and definite and several > 1 and not late:
            group = self._group()
            if group and self._participants(head, mentions, text) and group.members + several <= _many(group):
                return self._some(several, head, sentence, text, group)
        if "other" in words and not plural and definite:
            group = self._group()
            return self._new(head, sentence, text, group) if group and not late else self.current
        group = self._group()
        if (
            definite
            and group
            and not (late or plural or role_told(words))
            and compiled(r"\s(?:of|in|on)\s(?!which\b|this\b|these\b)").match(text[head.end :])
            and not retold(text[head.end :], [each for each in self.studies if each.group is group])
        ):
            return self._new(head, sentence, text, group)
        if definite:
            return self._known(words, head.fields.get("studies"), plural, sentence, text, late) or (
                None if late or not self._tells(head, mentions, text) else self._new(head, sentence, text, None)
            )
        if late:
            return self._named(text) or self._only()
        if not words or (
            plural
            and "studies" not in head.fields
            and "role" not in head.fields
            and not self._participants(head, mentions, text)
        ):
            return None
        group = self._group()
        if group is not None and self._is_member(head, group):
            some = head.fields.get("studies", 1)
            study = self._new(head, sentence, text, group, members=some if isinstance(some, int) else 1)
            study.state(sentence, studies=head.fields.get("studies"))
            return study
        return self._new(head, sentence, text, None)

    @staticmethod
    def _is_member(head: Mention, group: Study) -> bool:
        """Return whether the head names some of the studies that were announced without saying more of them."""
        many, whole = head.fields.get("studies", 1), group.fields.get("studies")
        if group.results or "participants" in group.fields or not isinstance(many, int) or not isinstance(whole, int):
            return False
        if many > 1 and "role" not in group.fields:
            return False
        return "role" not in head.fields and group.members + many <= whole

    def _tells(self, head: Mention, mentions: Sequence[Mention], text: str) -> bool:
        return self._participants(head, mentions, text) or head.has("role")

    @staticmethod
    def _participants(head: Mention, mentions: Sequence[Mention], text: str) -> bool:
        return any(each.rule.startswith("study-participants") and each.start >= head.start for each in mentions)

    def _whole(self, sentence: Sentence) -> bool:
        """Return whether the sentence before told how many were studied in all, without naming a study."""
        before, last = [each for each in self.of if each.start < sentence.start], self.studies[-1]
        alone = last.mention.rule == "study-studied" and len(last.sentences) == 1 and not last.comparators
        return bool(before) and alone and last.sentences[0] is before[-1]

    def _clinical(self, head: Mention, words: Sequence[str], mentions: Sequence[Mention], text: str) -> bool:
        """Return whether a study is one of those told: of patients, or one in the laboratory that animals took part in."""
        other = set(words) & NOT_CLINICAL - self.clinical
        if not other:
            return True
        counted = other <= {"laboratory", "experimental"} and self._participants(head, mentions, text)
        if head.has("role") or counted:
            self.clinical |= other
            return True
        return False

    def _some(self, many: int, head: Mention, sentence: Sentence, text: str, group: Study) -> Study:
        """Begin one or some of the studies announced together."""
        study = self._new(head, sentence, text, group, members=many)
        study.state(sentence, studies=many if many > 1 else None)
        study.whole = True
        return study

    def _new(
        self,
        head: Mention,
        sentence: Sentence,
        text: str,
        group: Study | None,
        ordinal: int | None = None,
        role: object = None,
        members: int = 1,
    ) -> Study:
        fields: Fields = {}
        study = Study(fields, [sentence], head, sentence.heading, group=group, ordinal=ordinal)
        study.state(sentence, role=head.fields.get("role") or role)
        if group is None:
            study.state(sentence, studies=head.fields.get("studies"))
        else:
            group.members += members
            if "role" not in fields and "role" in group.fields:
                study.state(sentence, role=group.fields["role"])
                for each in group.sentences[:1]:
                    study.quote(each)
        study.plain = "bioequivalence" in f"{head.words('x_words')}".lower()
        study.words = words_of(text)
        self.studies.append(study)
        if self.pending and "such" in head.words("x_words").lower():
            add_comparators(self.told, study, *self.pending, self.told.masked[self.pending[1]])
        return study

    def _group(self) -> Study | None:
        """Return the studies announced together that may still be told one by one."""
        for study in reversed(self.studies):
            many = study.fields.get("studies")
            if study.whole or (
                study.group is not None and (many is None or study.members == many or "participants" in study.fields)
            ):
                continue
            if isinstance(many, int) and study.members >= many and study.is_announcement:
                continue  # told one by one already; one announced before it may still be open
            open_ = isinstance(many, int) and study.members < many and study.heading == self.studies[-1].heading
            return study if open_ else None
        return None

    def _role_before(self) -> object:
        """Return the role of the studies told before, where each of two or more was given it by name."""
        named = {id(each.mention): each.mention for each in self._told()}
        roles = {each.fields.get("role") for each in named.values()}
        return roles.pop() if len(roles) == 1 and len(named) > 1 else None

    def _here(self, sentence: Sentence, late: bool) -> list[Study]:
        return [each for each in self.studies if late or each.heading == sentence.heading]

    def _told(self) -> list[Study]:
        return [each for each in self.studies if not each.is_announcement]

    def _only(self) -> Study | None:
        told = self._told()
        return told[0] if len(told) == 1 else None

    def _known(
        self, words: Sequence[str], head_many: object, plural: bool, sentence: Sentence, text: str, late: bool
    ) -> Study | None:
        here = [each for each in self._here(sentence, late) if not each.is_announcement]
        role = "main" if "main" in words else "supporting" if {"supporting", "supportive"} & set(words) else None
        if role:
            here = [each for each in here if each.fields.get("role") == role]
        if plural:
            if (
                not role
                and head_many is None
                and self.current in here
                and _many(self.current) > 1
                and self.current.group
            ):
                return self.current
            announced = [each for each in self._here(sentence, late) if each.is_announcement]
            if announced and not role and self.current is not None and self.current.group is announced[-1]:
                return announced[-1]
            groups = [each for each in here if "studies" in each.fields]
            alike = [each for each in groups if each.fields["studies"] == head_many]
            if head_many and len(alike) == 1:
                return alike[0]
            if late and len(groups) > 1:
                return None
            return groups[-1] if groups else here[0] if len(here) == 1 else None if late else self.current
        if late:
            short = [each for each in here if any("short-term" in told.text for told in each.sentences)]
            if "longer" in words and len(here) - len(short) == 1:
                return next(each for each in here if each not in short)
            return (
                self._named(text[: text.find(",")] if "," in text else text)
                or self._named(text)
                or (here[0] if len(here) == 1 else None)
            )
        if self.current in here:
            return self.current
        return here[-1] if here else None

    def _named(self, text: str) -> Study | None:
        """Return the one study that the text names by its words."""
        named = study_named(text, self._told(), self._compared(text))
        if len(named) > 1:
            self.alike = named
        return named[0] if len(named) == 1 else None

    def _compared(self, text: str) -> list[str]:
        names = {name for study in self._told() for name in study.compared if name != "none"}
        return [name for name in sorted(names) if name.lower() in text.lower()]

    def _meant(self, text: str) -> Study | None:
        """Return the study of a result told without naming one: the one its opening words name, else that of before."""
        if self.current and FIGURES.search(text):
            return self.current
        if lead := lead_of(text):
            named = study_named(lead, self._told(), self._compared(text))
            if lead.startswith(("Among", "Of ")) and self.current:
                return clearly_named(lead, self._told(), self.current, self._compared(text)) or self.current
            if len(named) == 1:
                return named[0]
            if len(named) > 1 and self.current not in named:
                self.alike = named
                return None if self.current else self._named(text)
        elif self.current and (other := clearly_named(text, self._told(), self.current, self._compared(text))):
            return other
        return self.current or self._named(text) or self._only()

    def _beside(self, text: str) -> Study | None:
        """Return which of the studies told side by side in one sentence a later one is about; None where it isn't told."""
        named = study_named(lead_of(text) or text, self.beside)
        return named[0] if len(named) == 1 else None

    def _in_place(self, ordinal: int, text: str) -> Study | None:
        """Return the study told by its place among those that the words fit: 'the second study in children'."""
        lead = lead_of(text) or text
        named = study_named(lead, self._told())
        among = named if len(named) > 1 else self.alike
        if len(named) == 1 and ordinal == 1:
            return named[0]
        if among and ordinal <= len(among):
            self.alike = among
            return among[ordinal - 1]
        told = self._told()
        return told[ordinal - 1] if ordinal <= len(told) and all(_many(each) == 1 for each in told) else None

    def _begins(self, mentions: Sequence[Mention], head: Mention) -> bool:
        """Return whether a study is told without the word ahead of a head that only takes it up: 'but in this study'."""
        studied = next((each for each in mentions if each.rule == "study-studied" and each.start < head.start), None)
        taken_up = head.words("x_det").lower() in ("this", "that", "the")
        return (
            studied is not None
            and taken_up
            and any(each.rule == "study-participants" and studied.start < each.start < head.start for each in mentions)
        )

    def _headless(self, sentence: Sentence, text: str, mentions: Sequence[Mention]) -> None:
        """Begin a study that is told without the word: 'it was also studied in 120 patients'."""
        studied = next((each for each in mentions if each.rule == "study-studied"), None)
        if (
            studied
            and self._participants(studied, mentions, text)
            and not compiled(r"\bone dose|\bof these\b").search(text)
        ):
            self.current = self._new(studied, sentence, text, None)

    # -- what is stated of it

    def _state(self, study: Study, mention: Mention, sentence: Sentence, text: str, headed: bool, late: bool) -> None:
        rule, fields = mention.rule, mention.fields
        if rule == "study-participants-aside" and not late:
            study.state(sentence, participants=fields.get("participants"))
        elif rule == "study-participants" and not late:
            if belongs(study, mention, sentence, text, headed):
                study.state(sentence, participants=fields.get("participants"))
                if study.fields.get("participants") == fields.get("participants"):
                    study.state(sentence, participants_qualifier=_lower(fields.get("participants_qualifier")))
                    study.state(sentence, population=population(mention))
                    study.words |= words_of(population(mention) or "")
        elif rule == "study-participants-each" and not late:
            self._split(study, mention, sentence)
        elif rule == "study-participants-subject" and not late:
            if "participants" not in study.fields and (study.group is None or headed):
                study.state(sentence, participants=fields.get("participants"))
                study.state(sentence, participants_qualifier=_lower(fields.get("participants_qualifier")))
                study.state(sentence, population=population(mention))
        elif rule == "study-not-compared":
            every = compiled(r"(?:In )?(?:[Nn]either|[Nn]one) ").match(text)
            for each in self._told() if every else [study]:
                each.compare(sentence, "none")
                each.state(sentence, design="single arm")
        elif rule == "study-untreated":
            study.compare(sentence, "no treatment")
        elif rule == "study-ongoing":
            study.state(sentence, status="ongoing")
        elif rule == "study-population":
            study.state(sentence, population=fields.get("population"))
        elif rule.startswith("study-comparator") and not (late and study.comparators):
            add_comparators(self.told, study, mention, sentence, text)

    def _split(self, study: Study, mention: Mention, sentence: Sentence) -> None:
        """Tell studies announced together one by one, where each is given its number of people."""
        counts = [
            many
            for each in compiled(r",? and |, ").split(mention.words("x_each"))
            if isinstance(many := number(each), int)
        ]
        if len(counts) != study.fields.get("studies") or study.members or "participants" in study.fields:
            return
        for place, many in enumerate(counts, 1):
            one = self._new(study.mention, sentence, "", study, place)
            one.words = set(study.words)
            one.state(sentence, participants=many)


def _many(group: Study) -> int:
    many = group.fields.get("studies")
    return many if isinstance(many, int) else 1


def _lower(value: object) -> str | None:
    return str(value).lower() if value else None


def _nearest(placed: Sequence[tuple[int, Study]], at: int) -> Study | None:
    before = [study for start, study in placed if start <= at]
    return before[-1] if before else placed[0][1] if placed else None
