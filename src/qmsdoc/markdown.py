"""The one Markdown dialect, read once with places: headings, links, tables, code, raw HTML.

CommonMark with pipe tables, footnotes, task lists, strikethrough and GitHub alerts. Raw HTML is not part
of the dialect: it is reported, and `escape_html` turns it into readable text before the site or a PDF is made.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
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
        return frozenset(h.anchor for h in self.headings)


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

    def text(self, start: int, end: int) -> str:
        """The source between two byte offsets."""
        return self._bytes[start:end].decode(errors="replace")

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
    return _Reader(text, first_line).read()


class _Reader:
    """One pass over the parser's events; each handler keeps only what the project asks for later."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.places = Places(text, first_line)
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self.tables: list[Table] = []
        self.code: list[CodeBlock] = []
        self.html: list[RawHtml] = []
        self.nothing: set[int] = set()
        self.filled: set[int] = set()
        self.taken: dict[str, int] = {}
        self.words: list[str] = []  # text pieces since the current heading, paragraph or cell began
        self.open_links: list[tuple[str, int, int, int, bool]] = []
        self.open_code: tuple[str, int, int] | None = None
        self.row: list[Cell] = []
        self.rows: list[tuple[Cell, ...]] = []

    def read(self) -> Body:
        for event, at in events(self.text):
            if isinstance(event, str):  # SoftBreak, HardBreak, Rule
                self.words.append(" ")
                continue
            ((kind, value),) = event.items()
            if kind in {"Text", "Code"}:
                self.words.append(value)
            elif kind == "Start":
                self.start(value, at["start"], at["end"])
            elif kind == "End":
                self.end(value, at["start"], at["end"])
            elif kind in {"Html", "InlineHtml"}:
                self.words.append(value)
                self.html.append(RawHtml(value, self.places.span(at["start"], at["end"])))
        return Body(
            tuple(self.headings),
            tuple(self.links),
            tuple(self.tables),
            tuple(self.code),
            tuple(self.html),
            frozenset(self.nothing),
            frozenset(self.filled),
        )

    @property
    def section(self) -> int:
        return len(self.headings) - 1

    def start(self, tag: Any, start: int, end: int) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if name in {"Paragraph", "TableCell", "Heading"}:
            self.words.clear()
        elif name in {"Link", "Image"}:
            self.open_links.append((tag[name]["dest_url"], start, end, len(self.words), name == "Image"))
        elif name in {"TableHead", "TableRow"}:
            self.row = []
        elif name == "Table":
            self.rows = []
        elif name == "CodeBlock":
            info = tag[name]["Fenced"] if isinstance(tag[name], dict) else ""
            self.words.clear()
            self.open_code = (info, start, end)

    def end(self, tag: Any, start: int, end: int) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if name == "Heading":
            self.end_heading(int(tag[name][1]), start, end)
            return
        if name in {"Link", "Image"}:
            target, start, end, first, image = self.open_links.pop()
            alt = "".join(self.words[first:])
            self.links.append(Link(target, alt, self.places.span(start, end), image))
        elif name == "TableCell":
            self.row.append(Cell("".join(self.words).strip(), self.places.cell(start, end)))
        elif name in {"TableHead", "TableRow"}:
            self.rows.append(tuple(self.row))
        elif name == "Table":
            table = Table(self.section, self.rows[0], tuple(self.rows[1:]), self.places.span(start, end))
            self.tables.append(table)
        elif name == "CodeBlock" and self.open_code:
            info, start, end = self.open_code
            self.code.append(CodeBlock(info.strip(), "".join(self.words), self.places.span(start, end)))
        elif name == "Paragraph":
            self.end_paragraph()
        self.filled.add(self.section)

    def end_paragraph(self) -> None:
        says_nothing = "".join(self.words).strip().lower() in {"none", "none."}
        if says_nothing and self.section not in self.filled:
            self.nothing.add(self.section)
        else:
            self.nothing.discard(self.section)

    def end_heading(self, level: int, start: int, end: int) -> None:
        text = "".join(self.words).strip()
        anchor = slug(text)
        seen = self.taken.get(anchor, -1) + 1
        self.taken[anchor] = seen
        if seen:
            anchor = f"{anchor}-{seen}"
            self.taken.setdefault(anchor, 0)
        self.headings.append(Heading(level, text, anchor, self.places.span(start, end)))
        self.words.clear()


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
