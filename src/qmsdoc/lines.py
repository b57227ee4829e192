"""What is seen in the lines of a document and not in its blocks: what a reader of Markdown drops or runs over.

A parser of CommonMark forgives everything: a fence that never ends, a row with a cell too many, a table whose
header has another width. What its author meant stands in the lines only, and is kept here with its place.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Span
from qmsdoc.project import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qmsdoc.markdown import Body

# Most documents hold none of these words; a rare character of each is found in a tenth of the time.
_LEFT = {
    "T": ("TBD", "TBC", "TODO"),
    "X": ("FIXME", "XXX"),
    "?": ("???",),
    "{": ("{{", "{%"),
    ">": ("> Guidance:",),
    "i": ("orem ipsum",),
}
_placeholder = re.compile(
    r"\b(?:TBD|TBC|TODO|FIXME|XXX)\b|(?<!\?)\?{3}(?!\?)|[Ll]orem ipsum"
    r"|(?<=^> )Guidance:|\{\{ ?\w+ ?\}\}|\{%[^\n]{0,200}?%\}",
    re.MULTILINE,
).finditer
_COMMENT = "[//]: # ("
_waiver = re.compile(r"^\[//\]: # \((QD[^\n]*)\)[ \t]*$", re.MULTILINE).finditer
# `\n` and not `^`, for which every character would be tried; no table begins with this line.
_delimiters = re.compile(r"\n([ >]*\|?[ :]*-[-:| ]*\|[-:| ]*)$", re.MULTILINE).finditer
_pipe = re.compile(r"(?<!\\)\|").finditer
_fence = re.compile(r"[ >]*(?:`{3,}|~{3,})[ \t]*\Z").match


def read_lines(text: str, body: Body) -> Lines:
    """Look through the text of a file, of which the body is known."""
    left = any(word in text for mark, words in _LEFT.items() if mark in text for word in words)
    tables, comments = "|" in text, _COMMENT in text
    if not (left or tables or comments or body.code):
        return Lines()
    view = _View(text, body)
    return Lines(
        placeholders=tuple(view.placeholders()) if left else (),
        open_fences=tuple(view.open_fences()) if body.code else (),
        lost=tuple(view.lost()) if tables else (),
        waivers=tuple(view.waivers()) if comments else (),
    )


class _View:
    """A text by its lines; code shows what somebody types and is passed over."""

    def __init__(self, text: str, body: Body) -> None:
        self.text = text
        self.body = body
        self.lines = text.split("\n")
        blocks = ((block.span.line, block.text.count("\n")) for block in body.code)
        self.code = {line for first, lines in blocks for line in range(first, first + lines + 2)}

    def located(self, matches: Iterable[re.Match[str]]) -> Iterator[tuple[re.Match[str], Span]]:
        """Matches outside of code with their places, or that of their group, in the order of the text."""
        line, at = 1, 0
        for match in matches:
            start, end = match.span(match.lastindex or 0)
            line += self.text.count("\n", at, start)
            at = start
            if line not in self.code:
                column = at - self.text.rfind("\n", 0, at)
                yield match, Span(line, column, column + end - start)

    def placeholders(self) -> Iterator[tuple[str, Span]]:
        """What was left for later."""
        yield from ((match[0], span) for match, span in self.located(_placeholder(self.text)))

    def open_fences(self) -> Iterator[Span]:
        """Fences of code that nothing closes, so that they hold all that follows."""
        for block in self.body.code:
            opening = self.lines[block.span.line - 1]
            if "```" not in opening and "~~~" not in opening:
                continue  # indented code ends by itself
            after = block.span.line + block.text.count("\n")  # the index of the line after the code
            if after >= len(self.lines) or not _fence(self.lines[after]):
                yield block.span

    def lost(self) -> Iterator[tuple[str, Span]]:
        """Cells that no column takes, and tables that are none because their header has another width."""
        for match, span in self.located(_delimiters(self.text)):
            above = self.lines[span.line - 2] if span.line > 1 else ""
            if "|" not in above:
                continue
            header, wide = _width(above), _width(match[1])
            if header != wide:
                message = f"no table: the header has {_counted(header)}, the line below it {_counted(wide)}"
                yield message, _whole(above, span.line - 1)
            else:
                yield from self.beyond(span.line, wide, above)

    def beyond(self, line: int, wide: int, header: str) -> Iterator[tuple[str, Span]]:
        """Cells to the right of the last column; the rows begin below a line, the header has so many cells."""
        bars, begin = header.count("|"), header[:1]
        for number in range(line, len(self.lines)):
            row = self.lines[number]
            if "|" not in row:
                return
            if row.count("|") == bars and row[:1] == begin:
                continue  # as the header: nearly every row
            if len(cells := _cells(row)) > wide:
                start, end = cells[wide][0], cells[-1][1]
                text = row[start:end].strip()
                start = row.index(text, start) if text else start
                message = f"`{text}` stands in no column, and no reader shows it"
                yield message, Span(number + 1, start + 1, start + len(text) + 1)

    def waivers(self) -> Iterator[tuple[str, Span, int]]:
        """Waivers in comments, each with the last line of the block below it, to which it applies."""
        for match, span in self.located(_waiver(self.text)):
            last = span.line  # counts from 1, so it is the index of the next line
            while last < len(self.lines) and not self.lines[last].strip():
                last += 1
            while last < len(self.lines) and self.lines[last].strip():
                last += 1
            yield match[1], span, last


def _cells(line: str) -> list[tuple[int, int]]:
    """Where the cells of a row begin and end, without the marks of quotes and the outer pipes."""
    begin = len(line) - len(line.lstrip(" >"))
    end = len(line.rstrip())
    borders = [match.start() for match in _pipe(line, begin, end)]
    if not borders or borders[0] != begin:
        borders.insert(0, begin - 1)
    if borders[-1] != end - 1:
        borders.append(end)
    return [(one + 1, other) for one, other in pairwise(borders)]


def _width(line: str) -> int:
    """How many cells a row has."""
    if line[0] == line[-1] == "|" and "\\" not in line:
        return line.count("|") - 1  # nearly every row
    return len(_cells(line))


def _counted(cells: int) -> str:
    return f"{cells} cell" if cells == 1 else f"{cells} cells"


def _whole(line: str, number: int) -> Span:
    begin = len(line) - len(line.lstrip())
    return Span(number, begin + 1, len(line.rstrip()) + 1)
