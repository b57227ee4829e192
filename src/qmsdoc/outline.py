"""Reads a body fast: its plain parts by their lines, and only the others by the Markdown parser.

A heading or a code fence at the start of a line ends every block before it, so what stands between two of them
can be read by itself. Most such parts hold nothing that a search for links could misread; then the links and
whether the part says anything are all there is to know, and the parser, which makes a Python object of every
word, is not needed. What is not surely plain goes to it: the result is always that of `markdown.read_body`.
"""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Span
from qmsdoc.markdown import Cell, CodeBlock, Link, Reader, Table
from qmsdoc.places import Cursor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.markdown import Body

# What makes parts depend on each other: raw HTML, footnotes, fences of tildes, link definitions, other line ends.
_html = re.compile(r"<(?=[A-Za-z/!?])").search  # a single literal ahead makes these searches fast
_definition = re.compile(r"\](?=:)").search
_ENTANGLED = ("^", "~", "\r", "\v", "\f", "\0")
# The lines that end every part before them.
_border = re.compile(r"\n(?=[#`])(?:(?P<level>#{1,6}) (?P<text>.*)|```(?P<info>[^`\n]*))(?=\n)").search
_next_fence = re.compile(r"\n```(?P<bare> *(?=\n))?").search
_MARKS = r"(?:[ >+*-]|[0-9]+[.)])"  # of lists and quotes
# After them a heading, an alert, the line under a heading, nothing (which may be a rule); indented code.
_unsure_line = re.compile(
    rf"\n(?=[-+*=_# >0-9[])"
    rf"(?:(?![> ]*+(?:\n|\Z)){_MARKS}*+(?:#|\[!|(?:[=_][-=*_+> ]*+)?(?=\n|\Z))|{_MARKS}*?[ ]{{4}})"
).search
_TEXT = r"[^][*_`~<&\\|#\x00-\x1f]*"
_plain_text = re.compile(_TEXT).fullmatch
_code_span = re.compile(r"`[^`|\n]+`")
_rows = re.compile(rf"(?:\A|\n)\n((?:\|(?:{_TEXT}\|)+\n)+)(?=\n|\Z)").finditer
_delimiters = re.compile(r"\|(?: *:?-+:? *\|)+").fullmatch
_links = re.compile(rf"\[({_TEXT})\]\(([^][\s()<>&`|\x00-\x1f\x7f]+)\)").finditer


def read_outline(text: str, first_line: int = 1, *, tables: bool = True, most: int = sys.maxsize) -> Body:
    """Read a body; without `tables` those are left out. Raises TooManyPieces where it has more than `most`."""
    reader = Reader(tables=tables, most=most)
    reader.spend_at_once(text)
    lines = f"\n{text}\n"
    entangled = _html(text) or _definition(text) or any(mark in text for mark in _ENTANGLED)
    borders = None if entangled else _borders(lines, reader)
    if borders is None:
        reader.parse(text, first_line)
        return reader.body()
    outline = _Outline(reader)
    at, line = 0, first_line
    for border, end in borders:
        outline.part(lines[at : border.start() + 1], line)
        line += lines.count("\n", at, border.start())
        if border["level"]:
            outline.heading(border, line)
        else:
            outline.fence(border, lines[border.end() + 1 : end.start() + 1], line)
        line += lines.count("\n", border.start(), end.end())
        at = end.end()
    outline.part(lines[at:-1], line)
    return reader.body()


_EVENTS = 3  # of the parser for a heading, a link, a cell: its beginning, its text, its end


def _borders(lines: str, reader: Reader) -> list[tuple[re.Match[str], re.Match[str]]] | None:
    """Headings and fences, each as its first and its last line; None when a fence is of another form."""
    found = []
    at, fences = 0, 0
    while border := _border(lines, at):
        reader.spend(_EVENTS)
        last = border
        if not border["level"]:
            fences += 1
            end = _next_fence(lines, border.end())
            if not end or end["bare"] is None:
                return None
            last = end
        found.append((border, last))
        at = last.end()
    return found if lines.count("```") == 2 * fences else None


class _Outline:
    """Gives a reader the plain parts of a body, and has it parse the others."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def heading(self, border: re.Match[str], line: int) -> None:
        text = border["text"]
        if _plain_text(text):
            self.reader.heading(len(border["level"]), text.strip(), Span(line, 1, len(border[0])))
        else:
            self.reader.parse(border[0][1:], line)

    def fence(self, border: re.Match[str], code: str, line: int) -> None:
        info = border["info"]
        if _plain_text(info):
            self.reader.code.append(CodeBlock(info.strip(), code, Span(line, 1, len(border[0]))))
            self.reader.filled.add(self.reader.section)
        else:
            self.reader.parse(f"{border[0][1:]}\n{code}```", line)

    def part(self, part: str, line: int) -> None:
        """A part with the line end before it; `line` is the line after that."""
        content = part.strip(" \n")
        if not content:
            return
        reader = self.reader
        if content == "None." and reader.section not in reader.filled:
            reader.nothing.add(reader.section)
        else:
            plain = self.is_plain(part, content)
            links = _plain_links(part, reader) if plain else None
            tables = _plain_tables(part, line, reader) if plain and reader.tables else []
            if links is None or tables is None:
                reader.parse(part[1:], line)
                return
            reader.links += _in_place(links, part, line)
            reader.tables_found += tables
        reader.filled.add(reader.section)

    def is_plain(self, part: str, content: str) -> bool:
        """Whether lines, links and tables say all, and no paragraph says "None." or comes after one that did."""
        reader = self.reader
        if reader.section in reader.nothing:
            return False
        if reader.section not in reader.filled and "none" in content.lstrip("> \n*+-_").partition("\n")[0].lower():
            return False
        return not ("\t" in part or "\\" in part or _unsure_line(part))


def _in_place(links: list[re.Match[str]], part: str, line: int) -> Iterator[Link]:
    cursor = Cursor(part, line - 1)
    for link in links:
        image = part[link.start() - 1] == "!"
        yield Link(link[2], link[1], cursor.span(link.start() - image, link.end()), image)


def _plain_links(part: str, reader: Reader) -> list[re.Match[str]] | None:
    """The links of a part, or None where they cannot be told apart from other brackets."""
    if "]" not in part or "](" not in part:
        return []
    if "`" in part and "``" not in part:
        part = _code_span.sub(lambda code: "\0" * len(code[0]), part)
    reader.spend(_EVENTS * part.count("]("))
    if "`" in part or ("|" in part and not _has_even_rows(part)):
        return None
    links = list(_links(part))
    return links if len(links) == part.count("](") else None


def _has_even_rows(part: str) -> bool:
    """Whether each row has as many cells as the row before it; those that a header lacks would be dropped."""
    rows = part.split("\n")
    if not all(row[0] == row[-1] == "|" for row in rows if "|" in row):
        return False
    widths = [row.count("|") for row in rows]
    return all(one == other or not one or not other for one, other in pairwise(widths))


def _plain_tables(part: str, line: int, reader: Reader) -> list[Table] | None:
    """The tables of a part, or None where one is not a block of even rows of plain text."""
    found: list[Table] = []
    if "|" not in part:
        return found
    reader.spend(_EVENTS * part.count("|"))
    rows = 0
    cursor = Cursor(part, line - 1)
    for block in _rows(f"{part}\n"):
        lines = block[1].split("\n")[:-1]
        width = lines[0].count("|")
        if len(lines) < 2 or not _delimiters(lines[1]) or any(row.count("|") != width for row in lines):  # noqa: PLR2004
            return None
        first = cursor.span(block.start(1), 0).line
        header, _, *others = (_cells(row, first + number) for number, row in enumerate(lines))
        found.append(Table(reader.section, header, tuple(others), Span(first, 1, len(lines[0]) + 1)))
        rows += width * len(lines)
    return found if rows == part.count("|") else None


def _cells(row: str, line: int) -> tuple[Cell, ...]:
    cells = []
    column = 2
    for gap in row[1:-1].split("|"):
        text = gap.strip(" ")
        start = column + len(gap) - len(gap.lstrip(" ")) if text else column
        cells.append(Cell(text.strip(), Span(line, start, start + len(text or gap))))
        column += len(gap) + 1
    return tuple(cells)
