"""The one Markdown dialect, read once with places: headings, links, tables, code, raw HTML.

CommonMark with pipe tables, footnotes, task lists, strikethrough and GitHub alerts. Raw HTML is not part
of the dialect: it is reported, and `escape_html` turns it into readable text before the site or a PDF is made.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from qmsdoc.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyromark


class Heading(NamedTuple):
    """A heading: level 1 to 6, its text without markup, and the anchor that links use."""

    level: int
    text: str
    anchor: str
    span: Span


class Link(NamedTuple):
    """A link or an image with its target as written; `text` is the link text or the alt text."""

    target: str
    text: str
    span: Span
    image: bool = False


class Cell(NamedTuple):
    """The text of a table cell without markup, and its place."""

    text: str
    span: Span


class Table(NamedTuple):
    """A pipe table; `section` is the index of the heading it stands under, or -1."""

    section: int
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    span: Span


class CodeBlock(NamedTuple):
    """A fenced or indented code block: the info string, the text, and the place of the fence."""

    language: str
    text: str
    span: Span


class RawHtml(NamedTuple):
    """A piece of raw HTML, which the dialect does not have."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Body:
    """What a body contains, in reading order, with every place in file coordinates."""

    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    tables: tuple[Table, ...] = ()
    code: tuple[CodeBlock, ...] = ()
    html: tuple[RawHtml, ...] = ()
    nothing: frozenset[int] = frozenset()  # sections that say "None." and nothing else
    filled: frozenset[int] = frozenset()  # sections that have any content

    @property
    def texts(self) -> Iterator[tuple[str, Span]]:
        """Headings, link targets and table cells with their places."""
        yield from ((heading.text, heading.span) for heading in self.headings)
        yield from ((link.target, link.span) for link in self.links)
        for table in self.tables:
            for row in table.rows:
                yield from row

    @property
    def anchors(self) -> frozenset[str]:
        """Every anchor that a link into this document may name."""
        return frozenset([heading.anchor for heading in self.headings])


@cache
def options() -> pyromark.Options:
    """The parser options that define the dialect."""
    from pyromark import Options  # noqa: PLC0415 - the parser is loaded when the first body is read

    return (
        Options.ENABLE_TABLES
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_GFM
    )


def events(text: str) -> Iterator[tuple[Any, Any]]:
    """Parser events with their UTF-8 byte ranges."""
    import pyromark  # noqa: PLC0415 - as above

    return iter(pyromark.events_with_range(text, options=options()))


_not_word = re.compile(r"[^\w\- ]")


@lru_cache(4096)  # every document of a type has the same headings
def slug(text: str) -> str:
    """The anchor of a heading as GitHub makes it: lower case, no punctuation, hyphens for spaces."""
    return _not_word.sub("", text.strip().lower()).replace(" ", "-")


class Places:
    """Turns UTF-8 byte offsets of a body into file positions (line and column from 1, in code points)."""

    def __init__(self, text: str, first_line: int) -> None:
        self._bytes = text.encode()
        self._ascii = len(self._bytes) == len(text)
        self._first_line = first_line
        self._starts = [0]
        find, at = self._bytes.find, -1
        while (at := find(b"\n", at + 1)) >= 0:
            self._starts.append(at + 1)

    def span(self, start: int, end: int) -> Span:
        """The span of a byte range; a range over several lines ends with its first line."""
        index = bisect_right(self._starts, start) - 1
        line_start = self._starts[index]
        line_end = self._starts[index + 1] - 1 if index + 1 < len(self._starts) else len(self._bytes)
        end = min(end, line_end)
        if self._ascii:
            return Span(index + self._first_line, start - line_start + 1, max(end, start) - line_start + 1)
        before = len(self._bytes[line_start:start].decode(errors="replace"))
        inside = len(self._bytes[start:end].decode(errors="replace"))
        return Span(index + self._first_line, before + 1, before + inside + 1)

    def cell(self, start: int, end: int) -> Span:
        """The span of a table cell without the blanks around its content; an empty cell is its gap."""
        raw = self._bytes[start:end]
        stripped = raw.strip()
        if not stripped:
            return self.span(start, end)
        start += len(raw) - len(raw.lstrip())
        return self.span(start, start + len(stripped))


def read_body(text: str, first_line: int = 1) -> Body:
    """Parse a body; `first_line` is the line in the file on which the body begins."""
    reader = Reader()
    reader.parse(text, first_line)
    return reader.body()


class Reader:
    """Collects what a body contains, part by part: a part is a text whose blocks all begin and end in it."""

    def __init__(self, *, tables: bool = True) -> None:
        self.tables = tables  # whether anybody asks for them
        self.section = -1  # the index of the heading under which we are
        self.links: list[Link] = []
        self.code: list[CodeBlock] = []
        self.nothing: set[int] = set()
        self.filled: set[int] = set()
        self._headings: list[Heading] = []
        self.tables_found: list[Table] = []
        self._html: list[RawHtml] = []
        self._taken: dict[str, int] = {}
        self._words: list[str] = []  # text pieces since the current heading, paragraph or cell began
        self._open: list[tuple[Any, int]] = []  # links and images within each other, code blocks
        self._row: list[Cell] = []
        self._rows: list[tuple[Cell, ...]] = []

    def body(self) -> Body:
        """What was collected."""
        return Body(
            tuple(self._headings),
            tuple(self.links),
            tuple(self.tables_found) if self.tables else (),
            tuple(self.code),
            tuple(self._html),
            frozenset(self.nothing),
            frozenset(self.filled),
        )

    def parse(self, text: str, first_line: int) -> None:
        """Read a part by the parser's events; `first_line` is its first line in the file."""
        places = Places(text, first_line)
        words = self._words
        for event, at in events(text):
            if type(event) is str:  # SoftBreak, HardBreak, Rule
                words.append(" ")
                continue
            ((kind, value),) = event.items()
            if kind in {"Text", "Code"}:
                words.append(value)
            elif kind == "End":
                self._end(value, at["start"], at["end"], places)
            elif kind == "Start":
                if value in ("Paragraph", "TableCell"):
                    words.clear()
                elif type(value) is dict:
                    self._begin(value)
            elif kind in {"Html", "InlineHtml"}:
                words.append(value)
                self._html.append(RawHtml(value, places.span(at["start"], at["end"])))

    def _begin(self, tag: dict[str, Any]) -> None:
        name = next(iter(tag))
        if name in {"Heading", "CodeBlock"}:
            self._words.clear()
        if name in {"Link", "Image", "CodeBlock"}:
            self._open.append((tag, len(self._words)))

    def _end(self, tag: Any, start: int, end: int, places: Places) -> None:
        if tag == "TableCell":
            self._row.append(Cell("".join(self._words).strip(), places.cell(start, end)))
        elif type(tag) is dict and "Heading" in tag:
            self.heading(int(tag["Heading"][1]), "".join(self._words).strip(), places.span(start, end))
            self._words.clear()
            return
        elif tag in ("TableRow", "TableHead"):
            self._rows.append(tuple(self._row))
            self._row.clear()
        elif tag == "Table":
            self.tables_found.append(
                Table(self.section, self._rows[0], tuple(self._rows[1:]), places.span(start, end))
            )
            self._rows.clear()
        elif tag == "Paragraph":
            self._paragraph()
        elif tag in ("Link", "Image", "CodeBlock"):
            self._close(tag, places.span(start, end))
        self.filled.add(self.section)

    def _close(self, tag: str, span: Span) -> None:
        opened, first = self._open.pop()
        text = "".join(self._words[first:])
        if tag == "CodeBlock":
            kind = opened[tag]
            self.code.append(CodeBlock("" if kind == "Indented" else kind["Fenced"].strip(), text, span))
        else:
            self.links.append(Link(opened[tag]["dest_url"], text, span, tag == "Image"))

    def _paragraph(self) -> None:
        if self.section not in self.filled and "".join(self._words).strip().lower() in {"none", "none."}:
            self.nothing.add(self.section)
        else:
            self.nothing.discard(self.section)

    def heading(self, level: int, text: str, span: Span) -> None:
        """Add a heading, and give it an anchor that no heading before it has."""
        anchor = slug(text)
        seen = self._taken.get(anchor, -1) + 1
        self._taken[anchor] = seen
        if seen:
            anchor = f"{anchor}-{seen}"
            self._taken.setdefault(anchor, 0)
        self._headings.append(Heading(level, text, anchor, span))
        self.section += 1


def escape_html(text: str) -> str:
    """The same source with every raw HTML tag made readable text, so that nothing is dropped or run.

    Escaping one tag may let the parser see the next one (an HTML block hides what it holds), hence the loop.
    """
    while True:
        raw = text.encode()
        ranges = [
            (at["start"], at["end"])
            for event, at in events(text)
            if not isinstance(event, str) and ("Html" in event or "InlineHtml" in event)
        ]
        ranges = [(start, end) for start, end in ranges if b"<" in raw[start:end]]
        if not ranges:
            return text
        pieces, done = [], 0
        for start, end in ranges:
            pieces += [raw[done:start], raw[start:end].replace(b"<", b"&lt;")]
            done = end
        text = b"".join([*pieces, raw[done:]]).decode()
