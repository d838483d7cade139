"""The picture of the model: where each class stands, and the SVG of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from epargraph import vocabulary
from epargraph.serve.pages.model import Arrow, Box, Model
from epargraph.serve.pages.svg import element, text

ROWS = 9
"""The properties that a kind of fact shows; of more it tells the number."""

FEWER = 6
"""The properties that another class shows."""

_WIDTH, _GAP, _BETWEEN = 163, 14, 48  # of a box, between boxes, between columns that arrows cross
_HEAD, _LINE, _FOOT = 26, 16, 8
_PLAIN = 3  # columns of kinds of fact that point at nothing
_MARGIN, _FRAME, _LOOP = 12, 18, 32  # the last: of an arrow to a box in the same column
_FACT = vocabulary.EPAR + "Fact"


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with the place of its upper left corner and the properties that it shows."""

    box: Box
    x: int
    y: int
    rows: tuple[str, ...]
    hidden: int

    @property
    def height(self) -> int:
        """The height of the box."""
        return _HEAD + (_LINE * (len(self.rows) + bool(self.hidden)) + _FOOT if self.rows else 0)

    def row(self, name: str) -> int:
        """Return the height of a property's middle, that of the last line where it is not shown."""
        number = self.rows.index(name) if name in self.rows else len(self.rows)
        return self.y + _HEAD + _LINE * number + _LINE // 2 + 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """The boxes in their places, the frame around the kinds of fact (x, y, width, height), and the whole size."""

    placed: tuple[Placed, ...]
    arrows: tuple[Arrow, ...]
    frame: tuple[int, int, int, int]
    width: int
    height: int


def drawing(model: Model) -> Drawing:
    """Return the places of a model's classes: sources and medicine above, kinds of fact in their frame below."""
    boxes = {box.iri: box for box in model.boxes}
    facts = [box.iri for box in model.boxes if box.fact]
    pointing = {arrow.source for arrow in model.arrows}
    lists = [box.iri for box in model.boxes if box.name == "skos:Concept"]
    reached = _reached([*facts, *lists], model.arrows)
    beside = [each for each in boxes if each in reached and not boxes[each].fact]
    above = [each for each in boxes if each not in facts and each not in beside and each != _FACT]
    placed: dict[str, Placed] = {}
    y = _MARGIN
    columns = _layers(above, model.arrows)
    tied = {arrow.source for arrow in model.arrows} | {arrow.target for arrow in model.arrows}
    for column in columns:
        column[:] = [each for each in column if each in tied]
    for each in (each for each in above if each not in tied):  # below the shortest of the columns that nothing crosses
        min(columns[:-2] or columns, key=lambda one: sum(_height(boxes[iri]) for iri in one)).append(each)
    bottom = _columns(boxes, columns, placed, _MARGIN, y, [_BETWEEN] * len(columns))
    top = bottom + 56
    arrows_within = [arrow for arrow in model.arrows if arrow.source in facts and arrow.target in facts]
    ends = {arrow.source for arrow in arrows_within} | {arrow.target for arrow in arrows_within}
    layers = _layers([each for each in facts if each in ends or each in pointing], arrows_within)
    plain = _balanced([boxes[each] for each in facts if not any(each in layer for layer in layers)], _PLAIN)
    gaps = [_GAP] * (_PLAIN - 1) + [_GAP * 2] + [_BETWEEN] * len(layers)
    inside = [*plain, *layers]
    bottom = _columns(boxes, inside, placed, _MARGIN + _FRAME, top + _FRAME + 24, gaps, model.arrows)
    right = max(each.x for iri, each in placed.items() if iri in facts) + _WIDTH + _FRAME
    _columns(boxes, [beside], placed, right + _BETWEEN, top + _FRAME + 24, [0], model.arrows)
    frame = (_MARGIN, top, right - _MARGIN, bottom - top + _FRAME)
    width = max(each.x for each in placed.values()) + _WIDTH + _LOOP + _MARGIN
    height = max(max(each.y + each.height for each in placed.values()), frame[1] + frame[3]) + _MARGIN
    arrows = tuple(each for each in model.arrows if each.source in placed and each.target in placed)
    return Drawing(tuple(placed.values()), arrows, frame, width, height)


def svg(model: Model, documentation: str) -> str:
    """Return the picture as SVG; `documentation` is the page on which each class has its place."""
    drawn = drawing(model)
    at = {each.box.iri: each for each in drawn.placed}
    parts = [
        element("title", (), [text("The model of the graph")], id="model-title"),
        element("desc", (), [text(_description(model))], id="model-desc"),
        _marker(),
        _frame(drawn, model, at),
        *(_arrow(each, at) for each in drawn.arrows),
        *(_box(each, documentation) for each in drawn.placed),
    ]
    return element(
        "svg",
        ("xmlns", "http://www.w3.org/2000/svg"),
        parts,
        class_="model",
        viewBox=f"0 0 {drawn.width} {drawn.height}",
        width=str(drawn.width),
        height=str(drawn.height),
        role="group",
        aria_labelledby="model-title",
        aria_describedby="model-desc",
    )


def _reached(begin: Iterable[str], arrows: Sequence[Arrow]) -> set[str]:
    """Return the classes from which to begin and all that arrows lead to from there."""
    found = set(begin)
    while new := {each.target for each in arrows if each.source in found} - found:
        found |= new
    return found


def _layers(classes: Sequence[str], arrows: Sequence[Arrow]) -> list[list[str]]:
    """Return the classes in columns so that each arrow leads to the right."""
    inner = {(each.source, each.target) for each in arrows if each.source in classes and each.target in classes}
    column = dict.fromkeys(classes, 0)
    for _ in classes:  # the longest path has fewer steps than there are classes
        for source, target in inner:
            column[target] = max(column[target], column[source] + 1)
    columns: list[list[str]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for each in classes:
        columns[column[each]].append(each)
    return columns


def _balanced(boxes: Sequence[Box], number: int) -> list[list[str]]:
    """Return the boxes in columns of about the same height, in their order from top to bottom."""
    heights = [_height(box) for box in boxes]
    limit = sum(heights) / number
    columns: list[list[str]] = [[] for _ in range(number)]
    done = 0.0
    for box, height in zip(boxes, heights, strict=True):
        columns[min(int((done + height / 2) / limit), number - 1)].append(box.iri)
        done += height
    return columns


def _height(box: Box) -> int:
    """Return the height of a box with the gap below it."""
    return _placed(box, 0, 0).height + _GAP


def _columns(
    boxes: Mapping[str, Box],
    columns: Sequence[Sequence[str]],
    placed: dict[str, Placed],
    x: int,
    y: int,
    gaps: Sequence[int],
    arrows: Sequence[Arrow] = (),
) -> int:
    """Place the boxes of each column below one another; return where the longest column ends.

    What the arrows lead to from boxes that have their places stands at the middle of these places, or below.
    """
    bottom = y
    for column, gap in zip(columns, gaps, strict=False):
        below = y
        for each in sorted(column, key=lambda one: _level(one, placed, arrows)):
            below = max(below, _level(each, placed, arrows))
            placed[each] = _placed(boxes[each], x, below)
            below += placed[each].height + _GAP
        bottom = max(bottom, below - _GAP)
        x += _WIDTH + gap
    return bottom


def _level(iri: str, placed: Mapping[str, Placed], arrows: Sequence[Arrow]) -> int:
    """Return the middle of the places from which arrows lead to a box, 0 where there are none yet."""
    rows = [placed[each.source].row(each.property) for each in arrows if each.target == iri and each.source in placed]
    return sum(rows) // len(rows) - _HEAD if rows else 0


def _placed(box: Box, x: int, y: int) -> Placed:
    names = sorted(box.properties, key=lambda each: each.target is None)  # what points at a class comes first
    most = ROWS if box.fact else FEWER
    shown = names if len(names) <= most + 1 else names[:most]
    return Placed(box, x, y, tuple(each.name for each in shown), len(names) - len(shown))


def _box(placed: Placed, documentation: str) -> str:
    box, x, y = placed.box, placed.x, placed.y
    listed = {each.name for each in box.properties if each.listed}
    meaning = {each.name: each.meaning for each in box.properties}
    name = element("text", ("x", str(x + 10), "y", str(y + 18)), [text(box.name)], class_="name")
    if box.iri.startswith(vocabulary.EPAR):
        name = element("a", (), [name], href=f"{documentation}#{box.name}", tabindex="-1")
    parts = [
        element("title", (), [text(f"{box.label}: {box.meaning}" if box.meaning else box.label)]),
        element("rect", _at(x, y, _WIDTH, placed.height), [], rx="6", class_="body"),
        name,
    ]
    for number, row in enumerate(placed.rows):
        line = y + _HEAD + _LINE * number + 12
        label = f"{row} ◆" if row in listed else row
        parts.append(
            element(
                "text",
                ("x", str(x + 10), "y", str(line)),
                [text(label), element("title", (), [text(meaning[row])])],
                class_="property",
            )
        )
    if placed.hidden:
        line = y + _HEAD + _LINE * len(placed.rows) + 12
        more = text(f"and {placed.hidden} more")
        parts.append(element("text", ("x", str(x + 10), "y", str(line)), [more], class_="more"))
    return element("g", (), parts, class_="kind" if box.fact else "thing")


def _arrow(arrow: Arrow, at: Mapping[str, Placed]) -> str:
    source, target = at[arrow.source], at[arrow.target]
    begin, end = source.row(arrow.property), target.y + _HEAD // 2
    if target.x > source.x:
        x, to = source.x + _WIDTH, target.x - 3
        bend = max(30, (to - x) // 2) if to - x < 2 * _BETWEEN else _BETWEEN
        path = f"M{x},{begin} C{x + bend},{begin} {to - bend},{end} {to},{end}"
    elif target.x == source.x:
        x = source.x + _WIDTH
        path = f"M{x},{begin} C{x + _LOOP},{begin} {x + _LOOP},{end} {x + 3},{end}"
    else:
        x, to = source.x, target.x + _WIDTH + 3
        path = f"M{x},{begin} C{x - _BETWEEN},{begin} {to + _BETWEEN},{end} {to},{end}"
    words = f"{source.box.name} {arrow.property} {target.box.name}"
    return element("path", ("d", path), [element("title", (), [text(words)])], class_="arrow", marker_end="url(#to)")


def _frame(drawn: Drawing, model: Model, at: Mapping[str, Placed]) -> str:
    x, y, width, height = drawn.frame
    parts = [
        element("rect", _at(x, y, width, height), [], rx="10", class_="frame"),
        element("text", ("x", str(x + _FRAME), "y", str(y + 24)), [text("Fact: one of these kinds")], class_="name"),
    ]
    medicine = next((at[each.source] for each in model.has_fact if each.source in at), None)
    if medicine:
        middle = medicine.x + _WIDTH // 2
        parts.append(
            element(
                "path",
                ("d", f"M{middle},{medicine.y + medicine.height} V{y - 3}"),
                [],
                class_="arrow",
                marker_end="url(#to)",
            )
        )
        words = text("hasFact: hasDose, hasStudy, …" if len(model.has_fact) > 1 else "hasFact")
        parts.append(element("text", ("x", str(middle + 8), "y", str(y - 30)), [words], class_="property"))
    evidence = next((each for each in model.arrows if each.source == _FACT and each.target in at), None)
    if evidence:
        placed = at[evidence.target]
        middle = placed.x + _WIDTH // 2
        path = f"M{middle},{y} V{placed.y + placed.height + 3}"
        parts.append(element("path", ("d", path), [], class_="arrow", marker_end="url(#to)"))
        words = text(evidence.property)
        parts.append(element("text", ("x", str(middle + 8), "y", str(y - 30)), [words], class_="property"))
    return element("g", (), parts)


def _marker() -> str:
    head = element("path", ("d", "M0,0 L8,4 L0,8 z"), [], class_="head")
    marker = element(
        "marker", (), [head], id="to", markerWidth="8", markerHeight="8", refX="6", refY="4", orient="auto"
    )
    return element("defs", (), [marker])


def _at(x: int, y: int, width: int, height: int) -> tuple[str, ...]:
    return ("x", str(x), "y", str(y), "width", str(width), "height", str(height))


def _description(model: Model) -> str:
    kinds = sum(box.fact for box in model.boxes)
    return (
        f"{len(model.boxes)} classes, {kinds} of them kinds of fact. A medicine points at each of its facts, and each fact "
        "at the words it was read from. The table below the picture lists every arrow."
    )
