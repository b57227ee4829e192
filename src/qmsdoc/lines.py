"""What is seen in the lines of a document and not in its blocks: what a reader of Markdown drops or runs over.

A parser of CommonMark forgives everything: a fence that never ends, a row with a cell too many, a table whose
header has another width. What its author meant stands in the lines only, and is kept here with its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Span
from qmsdoc.project import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.markdown import Body

# A single literal ahead makes the search fast; most documents hold none of them.
_LEFT = ("TBD", "TBC", "TODO", "FIXME", "XXX", "???", "orem ipsum", "> Guidance:", "{{", "{%")
_placeholder = re.compile(
    r"\b(?:TBD|TBC|TODO|FIXME|XXX)\b|(?<!\?)\?{3}(?!\?)|[Ll]orem ipsum"
    r"|(?<=^> )Guidance:|\{\{ ?\w+ ?\}\}|\{%[^\n]{0,200}?%\}",
    re.MULTILINE,
).finditer
_COMMENT = "[//]: # ("
_waiver = re.compile(r"^\[//\]: # \((QD[^\n]*)\)[ \t]*$", re.MULTILINE).finditer
_delimiters = re.compile(r"^[ >]*\|?[ :]*-[-:| ]*\|[-:| ]*$", re.MULTILINE).finditer
_pipe = re.compile(r"(?<!\\)\|").finditer
_fence = re.compile(r"[ >]*(?:`{3,}|~{3,})[ \t]*\Z").match


def read_lines(text: str, body: Body) -> Lines:
    """Look through the text of a file, of which the body is known."""
    if not (body.code or "|" in text or _COMMENT in text or any(word in text for word in _LEFT)):
        return Lines()
    view = _View(text, body)
    return Lines(
        placeholders=tuple(view.placeholders()),
        open_fences=tuple(view.open_fences()),
        lost=tuple(view.lost()) if "|" in text else (),
        waivers=tuple(view.waivers()) if _COMMENT in text else (),
    )


class _View:
    """A text by its lines; code shows what somebody types and is passed over."""

    def __init__(self, text: str, body: Body) -> None:
        self.text = text
        self.body = body
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        blocks = ((block.span.line, block.text.count("\n")) for block in body.code)
        self.code = {line for first, lines in blocks for line in range(first, first + lines + 2)}

    def line_of(self, offset: int) -> int:
        """The line of a character, from 1."""
        return bisect_right(self.starts, offset)

    def placeholders(self) -> Iterator[tuple[str, Span]]:
        """What was left for later."""
        if not any(word in self.text for word in _LEFT):
            return
        for match in _placeholder(self.text):
            line = self.line_of(match.start())
            if line not in self.code:
                column = match.start() - self.starts[line - 1] + 1
                yield match[0], Span(line, column, column + len(match[0]))

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
        for match in _delimiters(self.text):
            line = self.line_of(match.start())
            if line == 1 or line in self.code or "|" not in self.lines[line - 2]:
                continue
            header, wide = _cells(self.lines[line - 2]), len(_cells(match[0]))
            if len(header) != wide:
                message = f"no table: the header has {_counted(len(header))}, the line below it {_counted(wide)}"
                yield message, _whole(self.lines[line - 2], line - 1)
                continue
            for number in range(line, len(self.lines)):
                row = self.lines[number]
                if "|" not in row:
                    break
                if row.count("|") > wide - 1 and len(cells := _cells(row)) > wide:
                    start, end = cells[wide][0], cells[-1][1]
                    text = row[start:end].strip()
                    start = row.index(text, start) if text else start
                    message = f"`{text}` stands in no column, and no reader shows it"
                    yield message, Span(number + 1, start + 1, start + len(text) + 1)

    def waivers(self) -> Iterator[tuple[str, Span, int]]:
        """Waivers in comments, each with the last line of the block below it, to which it applies."""
        for match in _waiver(self.text):
            line = self.line_of(match.start())
            if line in self.code:
                continue
            last = line  # counts from 1, so it is the index of the next line
            while last < len(self.lines) and not self.lines[last].strip():
                last += 1
            while last < len(self.lines) and self.lines[last].strip():
                last += 1
            yield match[1], Span(line, match.start(1) - match.start() + 1, match.end(1) - match.start() + 1), last


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


def _counted(cells: int) -> str:
    return f"{cells} cell" if cells == 1 else f"{cells} cells"


def _whole(line: str, number: int) -> Span:
    begin = len(line) - len(line.lstrip())
    return Span(number, begin + 1, len(line.rstrip()) + 1)
