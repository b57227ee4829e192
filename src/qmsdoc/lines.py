"""What is seen in the lines of a document and not in its blocks: what a reader of Markdown drops or runs over.

A parser of CommonMark forgives everything: a fence that never ends, a row with a cell too many, a table whose
header has another width. What its author meant stands in the lines only, and is kept here with its place.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, TypeVar

from qmsdoc import placeholders
from qmsdoc.diagnostics import MOST_FINDINGS, Span
from qmsdoc.places import Cursor
from qmsdoc.project import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qmsdoc.markdown import Body

Found = TypeVar("Found")

# Links of a wiki, attribute lists, formulas, boxes and tabs.
_MARKS = {
    "[": ("[[", "[TOC]", "[toc]"),
    "{": ("{:", "{#", "{."),
    "$": ("$$",),
    "!": ("!!! ",),
    "?": ("??? ",),
    ":": ("::: ",),
    "=": ('=== "',),
}
_foreign = re.compile(
    r"!?\[\[[^][\n]{1,200}\]\](?!\()|\{[:#.][ \w#.:=\"'-]{1,100}\}(?=[ \t]*$)|^\$\$"
    r"|^(?:!!!|\?\?\?\+?) [a-z]+(?=[ \n])|^::: ?[\w{]+|^=== \"|^\[(?:TOC|toc)\]$",
    re.MULTILINE,
).finditer
# What follows the first clause of ISO 13485 may be one of its clauses too; of a regulation only the first is read.
# Both begin with letters, for which alone a text is searched fast.
_CLAUSE = r"[4-8](?:\.[0-9]{1,2}){1,3}(?![.0-9]*[0-9])"
_standard = re.compile(
    rf"ISO 13485(?::2016)?,? ([1-9][0-9]?(?:\.[0-9]{{1,2}}){{1,3}}(?:(?:, | and | or ){_CLAUSE}){{0,50}}+)"
).finditer
_regulation = re.compile(r"DR (Art\. [1-9][0-9]{0,2}[a-z]?(?:\([0-9]{1,2}\))?)").finditer
_clauses = re.compile(r"(?<![0-9])[0-9]{1,2}(?:\.[0-9]{1,2})+").finditer
_days = re.compile(r"\n(?:[-*+] )?([0-9]{4}-[0-9]{2}-[0-9]{2}):", re.ASCII).finditer
_MANY = 10_000
_COMMENT = "[//]: # ("
_waiver = re.compile(r"^\[//\]: # \((QD[^\n]*)\)[ \t]*$", re.MULTILINE).finditer
# `\n` and not `^`, for which every character would be tried; no table begins with this line.
_delimiters = re.compile(r"\n([ >]*+\|?[ :]*-(?=[-: ]*+\|)[-:| ]*+)$", re.MULTILINE).finditer
_pipe = re.compile(r"(?<!\\)\|").finditer
_fence = re.compile(r"[ >]*(?:`{3,}|~{3,})[ \t]*\Z").match


def read_lines(text: str, body: Body, body_line: int) -> Lines:
    """Look through the text of a file, of which the body is known and the line on which it begins."""
    view, tables, comments = _View(text, body, body_line), "|" in text, _COMMENT in text
    return Lines(
        placeholders=_first(placeholders.find(text, body_line, view.code)),
        open_fences=_first(view.open_fences()) if body.code else (),
        lost=_first(view.lost()) if tables else (),
        foreign=_first(view.foreign()) if placeholders.holds(text, _MARKS) else (),
        cited=_first(view.cited(), _MANY),
        dated=_first(view.dated(), _MANY),
        waivers=_first(view.waivers()) if comments else (),
    )


def _first(found: Iterator[Found], most: int = MOST_FINDINGS + 1) -> tuple[Found, ...]:
    """As many as are shown, and one that says that there are more; of what is no finding yet, more."""
    return tuple(islice(found, most))


class _View:
    """A text by its lines; code shows what somebody types and is passed over."""

    def __init__(self, text: str, body: Body, body_line: int) -> None:
        self.text = text
        self.body = body
        self.body_line = body_line
        blocks = ((block.span.line, block.text.count("\n")) for block in body.code)
        self.code = {line for first, lines in blocks for line in range(first, first + lines + 2)}

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.split("\n")

    def located(self, matches: Iterable[re.Match[str]]) -> Iterator[tuple[re.Match[str], Span]]:
        """Matches outside of code with their places, or that of their group, in the order of the text."""
        cursor = Cursor(self.text)
        for match in matches:
            span = cursor.span(*match.span(match.lastindex or 0))
            if span.line not in self.code:
                yield match, span

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
        seen = 0  # the last line of the table that was looked through
        for match, span in self.located(_delimiters(self.text)):
            above = self.lines[span.line - 2] if span.line > 1 else ""
            if "|" not in above or span.line <= seen:
                continue
            header, wide = _width(above), _width(match[1])
            if header != wide:
                message = f"no table: the header has {_counted(header)}, the line below it {_counted(wide)}"
                yield message, _whole(above, span.line - 1)
                continue
            bars, begin = above.count("|"), above[:1]
            for seen in range(span.line, len(self.lines)):  # counts from 0 here: the row below the dashes
                row = self.lines[seen]
                if "|" not in row:
                    break
                if row.count("|") != bars or row[:1] != begin:  # nearly every row is as the header
                    yield from _beyond(row, seen + 1, wide)

    def foreign(self) -> Iterator[tuple[str, Span]]:
        """Markup of other dialects, which is shown as it is typed; not what stands in backticks."""
        line, column, ticks = 0, 0, 0
        for match, span in self.located(_foreign(self.text)):
            if span.line != line:
                line, column, ticks = span.line, 0, 0
            ticks += self.lines[line - 1].count("`", column, span.column - 1)
            column = span.column - 1
            if line >= self.body_line and ticks % 2 == 0:
                yield match[0], span

    def cited(self) -> Iterator[tuple[str, Span]]:
        """Clauses that the body cites, each with its framework."""
        for match, span in self.located(_standard(self.text)):
            for number in _clauses(match[1]) if span.line >= self.body_line else ():
                start = span.column + number.start()
                yield f"ISO 13485 {number[0]}", Span(span.line, start, start + len(number[0]))
        for match, span in self.located(_regulation(self.text)):
            name = next((name for name in ("MDR", "IVDR") if self.text.endswith(name, 0, match.start() + 2)), "")
            if name and span.line >= self.body_line:
                yield f"{name} {match[1]}", span

    def dated(self) -> Iterator[tuple[str, Span]]:
        """Days with which lines begin."""
        yield from ((match[1], span) for match, span in self.located(_days(self.text)))

    def waivers(self) -> Iterator[tuple[str, Span, int]]:
        """Waivers in comments, each with the last line of the block below it, to which it applies."""
        last = 0
        for match, span in self.located(_waiver(self.text)):
            last = max(last, span.line)  # counts from 1, so it is the index of the next line
            if last == span.line:
                while last < len(self.lines) and not self.lines[last].strip():
                    last += 1
            while last < len(self.lines) and self.lines[last].strip():
                last += 1
            yield match[1], span, last


def _beyond(row: str, number: int, wide: int) -> Iterator[tuple[str, Span]]:
    """What stands to the right of the last column of a row."""
    cells = _cells(row)
    if len(cells) <= wide:
        return
    start, end = cells[wide][0], cells[-1][1]
    text = row[start:end].strip()
    if text.strip("| "):  # empty cells are no loss
        start = row.index(text, start)
        message = f"`{text}` stands in no column, and no reader shows it"
        yield message, Span(number, start + 1, start + len(text) + 1)


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
