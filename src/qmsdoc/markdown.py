"""The one Markdown dialect, read once with places: headings, links, tables, code, raw HTML.

CommonMark with pipe tables, footnotes, task lists, strikethrough and GitHub alerts. Raw HTML is not part
of the dialect: it is reported, and `escape_html` turns it into readable text before the site or a PDF is made.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from qmsdoc.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyromark

    from qmsdoc.diagnostics import Span


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


MOST_PIECES = 1_000_000  # an SOP has one for 9 bytes, so one of 5 MiB would have 600,000
_SHORT = 100_000  # characters; below this nothing costs too much
_MARKS = '\n<>&"`*_~[|\0'  # of each an element, an entity or a line may come
_DEPTH = 200  # marks of lists and quotations at the beginning of one line
_HTML_PIECE = 8  # characters of raw HTML that count as a piece, because text comes of them
_MOST_PASSES = 8
_too_deep = re.compile(rf"^(?: *(?:[-+*]|[0-9]{{1,9}}[.)]) | *>){{{_DEPTH}}}", re.MULTILINE).search
_less_than = re.compile(r"<(?=[A-Za-z/!?])")
_not_word = re.compile(r"[^\w\- ]")


@lru_cache(4096)  # every document of a type has the same headings
def slug(text: str) -> str:
    """The anchor of a heading as GitHub makes it: lower case, no punctuation, hyphens for spaces."""
    return _not_word.sub("", text.strip().lower()).replace(" ", "-")


class TooManyPieces(Exception):
    """A body of more pieces (lines, marks, and what the parser makes of them) than MOST_PIECES."""


def read_body(text: str, first_line: int = 1) -> Body:
    """Parse a body; `first_line` is the line in the file on which the body begins."""
    reader = Reader()
    reader.parse(text, first_line)
    return reader.body()


class Reader:
    """Collects what a body contains, part by part: a part is a text whose blocks all begin and end in it."""

    def __init__(self, *, tables: bool = True, most: int = sys.maxsize) -> None:
        self.tables = tables  # whether anybody asks for them
        self._left = most  # pieces
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

    def spend(self, pieces: int) -> None:
        """Count pieces before they are made; raises TooManyPieces."""
        self._left -= pieces
        if self._left < 0:
            raise TooManyPieces

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
            self._left -= 1
            if self._left < 0:
                raise TooManyPieces
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
                self.spend(len(value) // _HTML_PIECE)
                words.append(value)
                self._html.append(RawHtml(value, places.span(at["start"], at["end"])))

    def spend_at_once(self, text: str) -> None:
        """Count what costs whether the parser sees it or not: marks, levels of lists and quotations."""
        if len(text) > _SHORT:
            self.spend(sum(map(text.count, _MARKS)))
            self.spend(len(text) if _too_deep(text) else 0)

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

    Escaping one tag may let the parser see the next one (an HTML block hides what it holds), hence the passes.
    What still holds tags after a few was made to do so, and loses them in its code, too.
    """
    for _ in range(_MOST_PASSES):
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
    return _less_than.sub("&lt;", text)
