"""What can be mended without a decision: the text of a document as it was meant, written as it is written here.

Links to a file that was renamed, citations in their one form, lists in order, line ends. Comments and layout stay.
A revision, a date, an id or an act is never touched, and nothing of what somebody signed.
"""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from qmsdoc import links
from qmsdoc.catalog import nearest_listed
from qmsdoc.citation import CitationError, read_citations
from qmsdoc.diagnostics import Span
from qmsdoc.document import read_document
from qmsdoc.frontmatter import BYTE_ORDER_MARK, Unreadable, decode
from qmsdoc.scalars import id_from_name
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document, Project
    from qmsdoc.rule import Context

ROUNDS = 5  # what one change makes possible is done in the next round; nothing needs more than three

_front_blanks = re.compile(r"(?<![ \t])[ \t]++$", re.MULTILINE).sub
_number = re.compile(r"([0-9]+)").split
_comment = re.compile(r"(^|\s)#").search


class Edit(NamedTuple):
    """A part of one line and what stands there instead; `why` says it in a few words."""

    span: Span
    text: str
    why: str


class Fixed(NamedTuple):
    """A file before and after, and what was done."""

    path: str
    before: bytes
    after: bytes
    why: tuple[str, ...] = ()

    def diff(self) -> str:
        """The change in the form of `diff -u`; a line end of Windows is shown as `^M`."""
        old, new = (_shown(data).splitlines(keepends=True) for data in (self.before, self.after))
        text = "".join(unified_diff(old, new, f"a/{self.path}", f"b/{self.path}"))
        return text if text.endswith("\n") or not text else f"{text}\n\\ No newline at end of file\n"


def _shown(data: bytes) -> str:
    return data.decode(errors="replace").replace("\r\n", "^M\n")


def is_signed(document: Document, context: Context) -> bool:
    """Whether its present bytes are what somebody stated something about, or a record that is closed."""
    closed = document.type.kind is Kind.RECORD and document.date("closed") is not None
    return closed or bool(context.status(document).acts)


class Fixer:
    """Mends files of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._positions: dict[str, dict[str, int]] = {}  # of clauses in their catalogue

    def fix(self, path: str, data: bytes) -> Fixed:
        """The bytes of a file as they should be; the same where nothing is to be mended or it cannot be read."""
        try:
            text = tidy(decode(data, path))
        except Unreadable:
            return Fixed(path, data, data)
        why: dict[str, None] = {} if text.encode() == data else {"line ends": None}
        for _ in range(ROUNDS):
            document, _ = read_document(path, text.encode(), self.project.types)
            edits = list(self._edits(document, text.split("\n"))) if document else []
            if not edits:
                break
            text = apply(text, edits)
            why |= {edit.why: None for edit in edits}
        return Fixed(path, data, text.encode(), tuple(why))

    def _edits(self, document: Document, lines: list[str]) -> Iterator[Edit]:
        yield from self._links(document, lines)
        cited = list(self._citations(document, lines))
        yield from cited
        if not cited:
            yield from self._orders(document, lines)

    def _links(self, document: Document, lines: list[str]) -> Iterator[Edit]:
        """Links whose file is not there while the document they name is, or the only file of that name."""
        for link, target in document.links:
            if target is None or target.path in self.project.files or links.is_outside(target.path):
                continue
            there = self._moved(target.path)
            line, begin, end = link.span
            at = lines[line - 1].find(f"]({link.target}", begin - 1, end - 1)
            if there and end and at >= 0:
                new = quote(links.relative(document.path, there), safe="/")
                _, mark, anchor = link.target.partition("#")
                span = link.span._replace(column=at + 3, end_column=at + 3 + len(link.target))
                yield Edit(span, new + mark + anchor, "links to files that were renamed")

    def _moved(self, path: str) -> str:
        """Where the file of a path is now; empty where that cannot be said."""
        document = self.project.by_id.get(id_from_name(path)) if path.endswith(".md") else None
        if document:
            return document.path
        name = path.rpartition("/")[2]
        same = [known for known in self.project.files if known.rpartition("/")[2] == name]
        return same[0] if len(same) == 1 else ""

    def _citations(self, document: Document, lines: list[str]) -> Iterator[Edit]:
        """Citations of one clause in another spelling than the one that the tool writes."""
        for text, place in document.named("clause"):
            try:
                cited = read_citations(text, self.project.catalogs)
            except CitationError:
                continue
            new, written = str(cited[0]), lines[place.line - 1][place.column - 1 : place.end_column - 1]
            mark = written[:1] if written[:1] in {'"', "'"} else ""
            if len(cited) == 1 and new != text and written == f"{mark}{text}{mark}":
                span = Span(place.line, place.column, place.end_column)
                yield Edit(span, f"{mark}{new}{mark}", "citations in their one form")

    def _orders(self, document: Document, lines: list[str]) -> Iterator[Edit]:
        """Lists without a meaning in their order, sorted: ids by number, clauses as in their catalogue."""
        for name, key in (
            ("interfaces", _natural),
            ("references", _natural),
            ("satisfies", self._in_catalogue),
        ):
            items, place = document.items(name), document.places.get(name)
            spans = place.items if place else ()
            if not items or len(items) != len(spans) or not all(span.end_column for span in spans):
                continue
            try:
                keys = [key(item) for item in items]
            except CitationError:
                continue
            order = sorted(range(len(items)), key=keys.__getitem__)
            if order != list(range(len(items))):
                yield from _permuted(spans, order, lines)

    def _in_catalogue(self, text: str) -> tuple[int | str, ...]:
        """Where a citation stands: framework, clause, section; raises CitationError."""
        first, catalogs = read_citations(text, self.project.catalogs)[0], self.project.catalogs
        if first.framework not in self._positions:
            clauses = catalogs[first.framework].clauses
            self._positions[first.framework] = {ref: number for number, ref in enumerate(clauses)}
        listed = nearest_listed(catalogs[first.framework], first.ref)
        position = self._positions[first.framework].get(listed, -1)
        return list(catalogs).index(first.framework), position, first.ref, first.section


def tidy(text: str) -> str:
    """Line feeds at the end of lines and of the file, no byte order mark, no blanks behind front matter."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    if text and not text.endswith("\n"):
        text += "\n"
    head, fence, body = text.partition("\n---\n") if text.startswith("---\n") else ("", "", text)
    return _front_blanks("", head) + fence + body


def apply(text: str, edits: list[Edit]) -> str:
    """The text with edits made; of two at one place the first counts."""
    lines, taken = text.split("\n"), set()
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        line, begin, end = edit.span
        if (line, begin) not in taken:
            taken.add((line, begin))
            lines[line - 1] = lines[line - 1][: begin - 1] + edit.text + lines[line - 1][end - 1 :]
    return "\n".join(lines)


def _permuted(spans: tuple[Span, ...], order: list[int], lines: list[str]) -> Iterator[Edit]:
    """The items in another order, each with the comment behind it; none where a comment stands between them."""
    rows = [span.line for span in spans]
    block = rows == list(range(rows[0], rows[0] + len(rows))) and all(
        lines[row - 1].lstrip().startswith("- ") for row in rows
    )
    if not block and any(_comment(lines[row - 1]) for row in range(rows[0], rows[-1] + 1)):
        return
    for span, number in zip(spans, order, strict=True):
        source = spans[number]
        end = len(lines[source.line - 1]) + 1 if block else source.end_column
        place = span._replace(end_column=len(lines[span.line - 1]) + 1) if block else span
        yield Edit(place, lines[source.line - 1][source.column - 1 : end - 1], "lists in order")


def _natural(text: str) -> tuple[str | int, ...]:
    """`SOP-2` before `SOP-10`."""
    return tuple(int(part) if part.isdecimal() else part for part in _number(text))
