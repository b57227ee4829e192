"""A Markdown text as the units that people compare: fields of the front matter, paragraphs, items, rows, lines.

Only for display and for finding what belongs together: joined again, the units are the text, byte for byte.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.frontmatter import FENCE, Unreadable, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_fence = re.compile(r"\s*(`{3,}(?!.*`)|~{3,})").match
_heading = re.compile(r" {0,3}#{1,6}(\s|$)").match
_item = re.compile(r"\s*([-*+]|[0-9]{1,9}[.)])(\s|$)").match
_key = re.compile(r"([A-Za-z_][\w-]*)\s*:").match


class Shape(Enum):
    """What a unit looks like."""

    FIELD = "field"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    BLANK = "blank"


class Unit(NamedTuple):
    """A few lines that belong together, with their line ends; `name` is the key of a field."""

    shape: Shape
    text: str
    name: str = ""


def split_units(text: str) -> tuple[list[Unit], list[Unit]]:
    """The units of the front matter and of the body; a text without readable front matter is all body."""
    try:
        body = split(text, "")[1]
    except Unreadable:
        return [], list(_body(text))
    return list(_fields(text[: len(text) - len(body)])), list(_body(body))


def _lines(text: str) -> Sequence[str]:
    """Lines with their line feeds; nothing else ends a line."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _fields(text: str) -> Iterator[Unit]:
    """Each key with the lines of its value; fences, comments and blank lines are units without a key."""
    name, gathered = "", ""
    for line in _lines(text):
        key = _key(line)
        if gathered and (key or line[0] not in " \t\n-" or line.rstrip("\n") == FENCE):
            yield Unit(Shape.FIELD, gathered, name)
            gathered = ""
        if not gathered:
            name = key[1] if key else ""
        gathered += line
    yield Unit(Shape.FIELD, gathered, name)


def _body(text: str) -> Iterator[Unit]:
    """Paragraphs and list items with the lines that continue them; everything else line by line."""
    gathered: list[str] = []
    shape, fence = Shape.BLANK, ""
    for line in _lines(text):
        found, fence = _shape(line, fence)
        if found is Shape.PARAGRAPH and gathered:
            gathered.append(line)
            continue
        if gathered:
            yield Unit(shape, "".join(gathered))
            gathered = []
        if found in {Shape.PARAGRAPH, Shape.ITEM}:
            shape, gathered = found, [line]
        else:
            yield Unit(found, line)
    if gathered:
        yield Unit(shape, "".join(gathered))


def _shape(line: str, fence: str) -> tuple[Shape, str]:
    """What a line is, given the code fence that is open; and the fence that is open after it."""
    mark = _fence(line)
    if fence:
        ends = mark and mark[1].startswith(fence) and not line[mark.end() :].strip()
        return Shape.CODE, "" if ends else fence
    if mark:
        return Shape.CODE, mark[1]
    if not line.strip():
        return Shape.BLANK, ""
    if _heading(line):
        return Shape.HEADING, ""
    if line.lstrip().startswith("|"):
        return Shape.ROW, ""
    return (Shape.ITEM if _item(line) else Shape.PARAGRAPH), ""
