"""Undo a page's layout: cut footers and address blocks, join wrapped lines to paragraphs, one line for each.

EMA's overviews reach us with their lines wrapped, with a footer at the foot of each page and the Agency's address at
the foot of the first, wherever a sentence happens to stand. All are found by their form, none by a medicine's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from epargraph.model import SectionName
from epargraph.read.headings import HEADING_START, heading_at

WIDE = 160
"""A line longer than this was not wrapped by a page's width."""

LONGEST_TITLE = 400

LONGEST_PARAGRAPH = 10_000
"""Characters: no overview's paragraph comes near. Lines are joined up to it, so that reading takes no longer than the text."""

LONGEST_LINE = 100_000
"""Characters: in a longer line no footers are looked for; each cut copies what follows."""

_REFERENCE = r"EME?A/ ?(?:[A-Z]{2,8}/ ?)?\d{1,8}/ ?\d{4}(?:,? ?Rev\.? ?\d{1,3})?(?:,? ?Corr\.? ?\d{0,2})?"
_REFERENCE_LINE = re.compile(rf"(?:Doc\. ?Ref\.?:? ?)?{_REFERENCE}$")
_ENDS_IN_REFERENCE = re.compile(rf"(?:^| ){_REFERENCE}$")
_PAGE = re.compile(r"\bPage \d{1,3} ?(?:/|of) ?\d{1,3}(?!\d)")
_PAGE_START = re.compile(r"(\d{1,2}) ?/ ?(\d{1,2})(?:$| (?=(?:What|How|Why|Which|Other information)\b))")
_PAGE_INSIDE = re.compile(r"(?<=[a-z]) (\d)/ (\d) (?!of\b|the\b|or\b)(?=[a-z]{3})")
_WATERMARK = re.compile(r" ?Medicinal product no longer authorised ?")
_ADDRESS = re.compile(
    r"(?:Official address\b|Address for visits and deliveries\b|Send us a question\b|Send a question via\b"
    r"|An agency of the European Union\b|Telephone \+?\(?\d|Facsimile \+?\(?\d"
    r"|Tel\. ?[+(]|\(44-20\) \d|E-?mail:? ?(?:mail|info)@"
    r"|\d{1,2} (?:Churchill Place|Westferry Circus)\b|Domenico Scarlattilaan\b|(?:1083 HS|1043 KJ) Amsterdam\b"
    r"|Website:? www\.ema\.|www\.ema\.europa\.eu/(?:contact|how-to-find-us)$|Medicinal product no longer authorised$)"
)
_COPYRIGHT = re.compile(
    r"©\s?(?:European Medicines Agency|EMEA|EMA),? ?\d{4}\.?"
    r"(?: Reproduction (?:and/ ?or distribution )?(?:of this document )?is authorised "
    r"(?:for non[- ]?commercial purposes only )?"
    r"provided the (?:source|EMEA|EMA) is acknowledged\.?)?"
)
_COPYRIGHT_END = re.compile(r"acknowledged\.?$")
_BULLET = re.compile(r"([•●▪■◦‣⁃·*\ue000-\uf8ff]) ?(?=\S)")
_BULLET_ALONE = re.compile(r"[•●▪■◦‣⁃·\ue000-\uf8ff–-]$")
_BULLET_INSIDE = re.compile(r" +[•\uf0b7] +")
_DASH = re.compile(r"[-–—] (?=\S)")
_FINAL = re.compile(r"[.!?][)\"'’”\]]{0,2}$")
_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|no|St|Dr|Prof|Ltd|Inc|Co)\.$")
_OPENER = re.compile(
    r"(?:For (?:more|further) information|Further information o[nf]|For the full list of|As for all medicines"
    r"|Recommendations and precautions to|This (?:overview|summary|EPAR|page) was last"
    r"|The full EPAR for|The most common side effects?"
    r"|The European Medicines Agency|The European Commission granted|The Agency|Treatment (?:should|must|is)\b)"
)
_AFTER_LIST = re.compile(
    r"\S+(?: \S+){0,4} (?:contains? the active|can only be obtained|(?:is|was|were) (?:also )?(?:available|designated|given|used)"
    r"|has been|received)\b|The medicine\b|In addition\b|It (?:can|is|must|should)\b"
)
"""How the paragraph that follows a list opens: no item of a list goes on so."""
_HEADER = re.compile(r"An overview of |EPAR summary |Summary of the |EME?A/|This (?:document )?is a summary of ")
_ENDING = re.compile(
    r"(?:Further information o[nf] |For more information about |This (?:overview|summary) was last |The full EPAR for )"
)
_PREFIX = re.compile(r"\b(?:anti|non|pre|post|alpha|beta|gamma|pan|ex|sub|co)-$", re.IGNORECASE)
_SUSPENDED = re.compile(r"(?:and|or|to|nor)\b")
_TITLE = re.compile(r"An overview of (?P<name>.{1,160}?) and why it (?:is|was) ")
_NAMED = re.compile(
    r"(?:What is|How is|How does|Why is|Why has) (?P<name>\S.{0,120}?)"
    r"(?: and what is it| used\?|\?| work\?| authorised| been)"
)


@dataclass(slots=True)
class Line:
    """A line of a source: its text with single spaces, the page it stands on, and what stood before it."""

    text: str
    page: int
    after_blank: bool = False
    after_cut: bool = False
    glued: bool = False
    """Whether the next line goes on without a space: this one ended in a soft hyphen or a hyphen."""


@dataclass(slots=True)
class Paragraph:
    """A heading, paragraph or bullet on one line, with the places in it at which layout was cut out."""

    text: str
    page: int
    kind: str = "text"
    section: SectionName | None = None
    breaks: list[int] = field(default_factory=list)
    pages: list[tuple[int, int]] = field(default_factory=list)
    """Where later pages begin within it: page and offset."""
    after_cut: bool = False
    glued: bool = False
    last: int = 0
    """How long its last line was before it was joined on."""

    def add(self, line: Line) -> None:
        """Join the line on."""
        space = "" if self.glued or _goes_on(self.text, line.text) else " "
        start = len(self.text) + len(space)
        if line.after_cut:
            self.breaks.append(start)
        if line.page > (self.pages[-1][0] if self.pages else self.page):
            self.pages.append((line.page, start))
        self.text += space + line.text
        self.glued = line.glued
        self.last = len(line.text)

    def mark(self) -> None:
        """Make a bullet of it, with the sign before its text."""
        self.text = f"• {self.text}"
        self.kind = "bullet"
        self.breaks = [at + 2 for at in self.breaks]
        self.pages = [(page, at + 2) for page, at in self.pages]


def _goes_on(text: str, following: str) -> bool:
    """Whether the text ends in a hyphen or slash that the following line's word belongs to."""
    if len(text) < 2 or text[-1] not in "-/" or not text[-2].isalnum() or not following[:1].isalnum():
        return False
    if _SUSPENDED.match(following):
        return False
    return following[0].islower() or (text[-1] == "-" and (following[0].isdigit() or bool(_PREFIX.search(text[-8:]))))


def paragraphs(lines: list[Line], *, wrapped: bool = True) -> tuple[list[Paragraph], list[str]]:
    """Return the paragraphs of the lines, and what was cut out of them as layout.

    `wrapped` says that a line may be part of a paragraph; whether they are is seen from the lines.
    """
    names = _names(lines)
    kept, cut = _without_layout(lines, names)
    return _joined(kept, may_wrap=wrapped), cut


def _names(lines: Sequence[Line]) -> frozenset[str]:
    """Return the names that title and headings give the medicine, and the title lines that open with one."""
    names: set[str] = set()
    titles: list[str] = []
    for line in lines:
        text = line.text
        if len(names) < 4 and (text.startswith("An overview") or HEADING_START.match(text)):
            match = _TITLE.match(text) or _NAMED.match(text)
            if match:
                names.add(match["name"])
        elif len(titles) < 12 and text and len(text) < WIDE:
            if titles and titles[-1].count("(") > titles[-1].count(")") and len(titles[-1]) < LONGEST_TITLE:
                titles[-1] += f" {text}"
            else:
                titles.append(text)
    return frozenset(names | {t for t in titles if any(t.startswith(f"{n} (") for n in names)})


def _without_layout(lines: list[Line], names: frozenset[str]) -> tuple[list[Line], list[str]]:
    """Return the lines that are text, and what was cut. The first copyright line stays, marked by its sign."""
    kept: list[Line] = []
    cut: list[str] = []
    references: set[str] = set()
    copyrights = 0
    pending_cut = pending_blank = False
    queue = list(reversed(lines))
    while queue:
        line = queue.pop()
        text = line.text
        if not text:
            pending_blank = True
            continue
        rest: str | None = None
        if len(text) > LONGEST_LINE:
            pass
        elif (match := _PAGE_START.match(text)) and int(match[1]) <= int(match[2]):
            rest = text[match.end() :]
            cut.append(match[0].strip())
            _cut_back(kept, cut, names, seen=False)
        elif "Page" in text and (match := _PAGE.search(text)):
            before = text[: match.start()].strip()
            reference = _ENDS_IN_REFERENCE.search(before)
            left = before[: reference.start()].strip() if reference else before
            name = next((n for n in sorted(names, key=len, reverse=True) if left.endswith(n)), "")
            if name and reference and name != left:
                cut.append(text[len(left) - len(name) : match.end()])
                queue.append(Line(text[match.end() :].strip(), line.page, after_cut=True))
                text = left[: -len(name)].strip()
            elif not left or name == left or (reference and _title_like(left)):
                cut.append(text[: match.end()])
                rest = text[match.end() :].strip()
                if not left:
                    _cut_back(kept, cut, names, seen=bool(reference))
        elif _ADDRESS.match(text):
            sign = text.find("©")
            cut.append(text[:sign].strip() if sign > 0 else text)
            rest = text[sign:] if sign > 0 else ""
        elif text[0] == "©":
            while (
                queue
                and not _COPYRIGHT_END.search(text)
                and (not queue[-1].text or _goes_on_copyright(text, queue[-1].text))
            ):
                text = f"{text} {queue.pop().text}".strip()
            match = _COPYRIGHT.match(text)
            if match:
                rest = text[match.end() :].strip()
                copyrights += 1
                if copyrights == 1:
                    kept.append(Line(match[0], line.page, after_cut=True))
                else:
                    cut.append(match[0])
        elif _REFERENCE_LINE.match(text):
            if text in references:
                rest = ""
                cut.append(text)
            references.add(text)
        if rest is not None:
            pending_cut, pending_blank = True, False
            if rest:
                queue.append(Line(rest, line.page, glued=line.glued))
            continue
        first = True
        for piece in _pieces(text, cut):
            kept.append(
                Line(
                    piece,
                    line.page,
                    after_blank=first and (pending_blank or line.after_blank) and not pending_cut,
                    after_cut=(first and (pending_cut or line.after_cut)) or (not first and not _BULLET.match(piece)),
                    glued=line.glued,
                )
            )
            first = False
        pending_cut = pending_blank = False
    return kept, cut


def _goes_on_copyright(text: str, following: str) -> bool:
    return len(text) < WIDE and (
        following.startswith("Reproduction") or ("Reproduction" in text and following[0].islower())
    )


def _pieces(text: str, cut: list[str]) -> Iterator[str]:
    """Yield the text, parted at bullets and page numbers that stand within it."""
    form = _PAGE_INSIDE if "/ " in text else _WATERMARK if "no longer authorised" in text else None
    start = 0
    for found in form.finditer(text) if form else ():
        yield from _bullets(text[start : found.start()])
        cut.append(found[0].strip())
        start = found.end()
    if start < len(text):
        yield from _bullets(text[start:])


def _bullets(text: str) -> Iterator[str]:
    if "•" not in text and "\uf0b7" not in text:
        yield text
        return
    first, *rest = _BULLET_INSIDE.split(text)
    if first:
        yield first
    yield from (f"• {each}" for each in rest if each)


def _title_like(text: str) -> bool:
    """Whether the text has the form of a footer's title: `Name (substance)` or a short name."""
    return text[0].isupper() and len(text) < 120 and (text[-1] == ")" or (len(text) < 50 and text[-1] not in ".,;:"))


def _cut_back(kept: list[Line], cut: list[str], names: frozenset[str], *, seen: bool) -> None:
    """Cut a footer's earlier lines, which stand above its page number: the reference and the title."""
    if kept and not seen and _REFERENCE_LINE.match(kept[-1].text):
        cut.append(kept.pop().text)
        seen = True
    elif kept and not seen and (match := _ENDS_IN_REFERENCE.search(kept[-1].text)):
        left = kept[-1].text[: match.start()].strip()
        if left in names or _title_like(left):
            cut.append(kept.pop().text)
        return
    for count in (3, 2):
        if len(kept) > count and " ".join(line.text for line in kept[-count:]) in names:
            cut.extend(line.text for line in kept[-count:])
            del kept[-count:]
            return
    if kept and (
        kept[-1].text in names or (seen and kept[-1].text[-1] == ")" and _title_like(kept[-1].text) and len(kept) > 8)
    ):
        cut.append(kept.pop().text)


def _joined(lines: list[Line], *, may_wrap: bool) -> list[Paragraph]:
    """Return the lines joined to paragraphs, headings and bullets told apart."""
    found: list[Paragraph] = []
    copyright_line: Paragraph | None = None
    wrapped, width = _width(lines) if may_wrap else (False, 0)
    begun = False
    heading = at = copyright_place = 0
    while at < len(lines):
        line = lines[at]
        text = line.text
        if is_heading := heading_at([each.text for each in lines[at : at + 3]]):
            count, words, rest, section = is_heading
            found.append(Paragraph(words, line.page, "heading", section, after_cut=line.after_cut))
            begun = True
            heading = len(found)
            at += count
            if rest:
                at -= 1
                lines[at] = Line(rest, lines[at].page, glued=lines[at].glued)
                found.append(_begin(lines[at]))
                at += 1
            continue
        if text[0] == "©" and copyright_line is None and _COPYRIGHT.fullmatch(text):
            copyright_line = Paragraph(text, line.page, "copyright")
            copyright_place = len(found)
            if at + 1 < len(lines):
                lines[at + 1].after_cut = True
                if _within_list(found, [each.text for each in lines[at + 1 : at + 4]]):
                    copyright_place = heading - 1 if heading else len(found)
            at += 1
            continue
        last = found[-1] if found else None
        following = lines[at + 1].text if at + 1 < len(lines) else ""
        if _BULLET_ALONE.match(text) and following:
            lines[at + 1] = Line(f"• {following}", line.page, line.after_blank, line.after_cut, lines[at + 1].glued)
        elif last is None or not _follows(last, line, following, wrapped, width, begun):
            found.append(_begin(line, last))
        else:
            last.add(line)
            if copyright_line and line.after_cut and copyright_place == len(found):
                # It stood within a sentence: it goes to the end of the section before, on the same page.
                copyright_place = heading - 1 if heading else len(found)
        at += 1
    _with_bullets(found)
    if copyright_line:
        found.insert(copyright_place, copyright_line)
    return found


_ITEM_END = re.compile(r"(?:;|[;,] (?:and|or))$")
LONGEST_ITEM = 500


def _with_bullets(found: Sequence[Paragraph]) -> None:
    """Mark as bullets the items of lists that lost their signs: short lines after a lead-in that ends in a colon."""
    at = 0
    while at < len(found):
        lead = found[at]
        at += 1
        if lead.kind == "text" and lead.text[-1] == ":" and lead.text.count(" ") > 2:
            for item in found[at : at + _items(found, at)]:
                item.mark()


def _items(found: Sequence[Paragraph], first: int) -> int:
    """Return how many items stand from the first: those that end in a semicolon or have no full stop, and the last."""
    marked = plain = 0
    for each in islice(found, first, None):
        text = each.text
        if each.kind != "text" or len(text) > LONGEST_ITEM:
            break
        if _ITEM_END.search(text):
            marked += 1
        elif _AFTER_LIST.match(text):
            break
        elif marked:
            return marked + plain + (text[-1] not in ":?")
        elif text[0].islower() and (text[-1].isalnum() or text[-1] == ")"):
            plain += 1
        else:
            return plain + 1 if plain and text[0].islower() and text[-1] == "." else plain if plain > 1 else 0
    return marked + plain if marked or plain > 1 else 0


def _within_list(found: Sequence[Paragraph], following: Sequence[str]) -> bool:
    """Whether a list, or what leads to it, goes on in the lines that follow."""
    if not found or found[-1].kind == "heading" or heading_at(following):
        return False
    return found[-1].text[-1] in ":;," or bool(_BULLET.match(following[0]))


def _begin(line: Line, last: Paragraph | None = None) -> Paragraph:
    text = line.text
    bullet = _BULLET.match(text)
    if bullet or _dashed(text, last):
        text = "• " + text[1:].lstrip()
    kind = "bullet" if text.startswith("• ") else "text"
    return Paragraph(text, line.page, kind, after_cut=line.after_cut, glued=line.glued, last=len(line.text))


def _dashed(text: str, last: Paragraph | None) -> bool:
    """Whether the text opens with a dash that marks an item, not with one inside a sentence."""
    if not _DASH.match(text):
        return False
    return last is None or last.kind != "text" or last.text[-1] in ":;.,?"


def _width(lines: list[Line]) -> tuple[bool, int]:
    """Whether the lines are wrapped, and at how many characters."""
    lengths = sorted(len(line.text) for line in lines)
    if not lengths or sum(n > WIDE for n in lengths) * 20 > len(lengths):
        return False, 0
    wrapped = any(_runs_on(a.text, b.text) and not b.after_cut and not heading_at([a.text]) for a, b in pairwise(lines))
    return wrapped, lengths[int(len(lengths) * 0.95) - 1] if len(lengths) > 1 else lengths[0]


def _runs_on(text: str, following: str) -> bool:
    """Whether a sentence plainly runs on from a line into the next."""
    return len(text) >= 40 and text[-1].isalnum() and following[0].islower() and text[0] != "©"


def _follows(last: Paragraph, line: Line, following: str, wrapped: bool, width: int, begun: bool) -> bool:
    """Whether the line belongs to the paragraph before it."""
    text = line.text
    if last.kind == "heading" or _BULLET.match(text) or _dashed(text, last):
        return False
    if not begun and _HEADER.match(text):
        return False
    if len(last.text) > LONGEST_PARAGRAPH:
        return False
    if not begun and wrapped and len(last.text) < LONGEST_TITLE and last.text.count("(") > last.text.count(")"):
        return True
    if last.glued or _goes_on(last.text, text):
        return True
    ending = last.text[-12:]
    final = bool(_FINAL.search(ending)) and not _ABBREVIATED.search(ending)
    lower = text[0].islower() or bool(_DASH.match(text))
    if not begun and len(last.text) < 40:
        return False
    if not wrapped:
        goes_on = line.after_cut and not final and last.text[-1] not in ":;" and (lower or text[0] in "(‘")
        return goes_on and not (text[-1].isalnum() and following[:1].islower())
    if lower:
        return not (final and line.after_blank)
    if line.after_blank or _ENDING.match(text):
        return False
    room = width * 0.9 - last.last - 1 - len(text.split(" ", 1)[0])
    if final:
        subheading = len(text) < width * 0.6 and text[-1] not in ".,;:!?)" and following[:1].isupper()
        after_list = last.kind == "bullet" and _AFTER_LIST.match(text)
        return room < 0 and not (subheading or after_list or _OPENER.match(text))
    if last.text[-1] == ":":
        return room < 0
    return line.after_cut or last.last >= width * 0.6
