"""A redline as a Word file with tracked changes that a person can accept or reject (ISO/IEC 29500-1, 17.13.5).

Written by hand from a few parts: a converter such as pandoc tracks words only, not whole paragraphs and rows, so
that an accepted deletion would leave empty ones; and this needs no other program. Elements are built as a tree,
so no text of a document becomes markup. The same redline gives the same bytes.
"""

from __future__ import annotations

import io
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from qmsdoc.redline.compare import Change
from qmsdoc.redline.display import (
    LINE_END,
    SPACE,
    TAB,
    Shown,
    cells,
    head_and_rows,
    heading_level,
    shown,
    value,
    visible_text,
    without_fences,
)
from qmsdoc.redline.units import Shape
from qmsdoc.resources import data

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from qmsdoc.redline.compare import Block
    from qmsdoc.redline.comparison import Comparison, FileChange

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PARTS = {
    "[Content_Types].xml": "content-types.xml",
    "_rels/.rels": "relationships.xml",
    "word/_rels/document.xml.rels": "document-relationships.xml",
    "word/styles.xml": "styles.xml",
}
_TRACKED = {Change.DELETED: "del", Change.INSERTED: "ins"}
_STYLES = {Shape.CODE: "Code", Shape.ROW: "Code", Shape.ITEM: "Item"}
_WIDTH = 9638  # of the text, in twentieths of a point

ET.register_namespace("w", _W)


def render(comparison: Comparison, author: str, time: datetime) -> bytes:
    """The file; the whole text is in it. author and time (with offset) stand beside every tracked change."""
    document = _Document(author, time).build(comparison)
    parts = {name: data("redline", file).read_bytes() for name, file in _PARTS.items()}
    parts["word/document.xml"] = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)  # dated 1980-01-01
    return packed.getvalue()


def _add(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_W}}}{name}", {f"{{{_W}}}{key}": text for key, text in attributes.items()})


class _Document:
    """Builds `word/document.xml`."""

    def __init__(self, author: str, time: datetime) -> None:
        self.root = ET.Element(f"{{{_W}}}document")
        self.body = _add(self.root, "body")
        self.author = visible_text(author)
        self.time = f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        self.changes = 0

    def build(self, comparison: Comparison) -> ET.Element:
        self.head(comparison)
        self.fields(comparison.redline.fields)
        self.files(comparison.files)
        self.ours("Text", "Part")
        for is_row, blocks in groupby(comparison.redline.body, lambda block: block.shape is Shape.ROW):
            if is_row:
                self.rows(list(blocks))
            else:
                self.blocks(blocks)
        page = _add(self.body, "sectPr")
        _add(page, "pgSz", w="11906", h="16838")
        _add(
            page,
            "pgMar",
            top="1134",
            right="1134",
            bottom="1134",
            left="1134",
            header="567",
            footer="567",
            gutter="0",
        )
        return self.root

    def head(self, comparison: Comparison) -> None:
        self.ours(f"{comparison.id} {visible_text(comparison.title)}", "Title")
        for word, side in (("From", comparison.old), ("To", comparison.new)):
            hashed = f"\nSHA-256 {side.sha256}" if side.path else ""
            self.ours(f"{word}: {visible_text(side.label)}{hashed}", "Note")
        for caution in comparison.cautions:
            self.ours(visible_text(caution), "Note")
        if comparison.is_same:
            self.ours("There is no difference.", "Note")

    def fields(self, fields: Sequence[Block]) -> None:
        """The fields of the front matter."""
        if not fields:
            return
        self.ours("Fields", "Part")
        table = self.table([_WIDTH // 4, _WIDTH - _WIDTH // 4])
        for field in without_fences(fields):
            name = [Shown(field.change or Change.SAME, field.name)]
            self.row(table, [name, shown(value(field))], field.change)

    def files(self, files: Sequence[FileChange]) -> None:
        """The files that came, went or changed."""
        if not files:
            return
        self.ours("Files", "Part")
        table = self.table([_WIDTH // 4, _WIDTH - _WIDTH // 4])
        for file in files:
            change = file.change
            name = [Shown(change or Change.SAME, visible_text(file.name))]
            facts = [(Change.DELETED, file.old), (Change.INSERTED, file.new)]
            said = [Shown(kind, f"{fact.size} bytes, SHA-256 {fact.sha256} ") for kind, fact in facts if fact]
            self.row(table, [name, said], change)

    def blocks(self, blocks: Iterable[Block]) -> None:
        """Everything but tables; a blank line that stayed is the space between paragraphs."""
        for block in blocks:
            if block.shape is Shape.BLANK and block.is_same:
                continue
            level = heading_level(block)
            style = f"Heading{level}" if level else _STYLES.get(block.shape, "Normal")
            self.paragraph(self.body, style, shown(block), block.change)

    def rows(self, blocks: Sequence[Block]) -> None:
        """Rows of a table; a row whose borders changed is shown as it is written, over the whole width."""
        head, rows = head_and_rows(blocks)
        split = [
            (block, cells(block), style) for part, style in ((head, "CellHead"), (rows, "Cell")) for block in part
        ]
        width = max((len(found) for _, found, _ in split if found), default=1)
        table = self.table([_WIDTH // width] * width)
        for block, found, style in split:
            if found is None:
                self.row(table, [shown(block)], block.change, span=width)
            else:
                self.row(table, [*found, *[()] * (width - len(found))], block.change, style)

    def table(self, widths: Sequence[int]) -> ET.Element:
        """An empty table, with a gap after it: Word makes one table of two that touch."""
        table = _add(self.body, "tbl")
        facts = _add(table, "tblPr")
        _add(facts, "tblStyle", val="Grid")
        _add(facts, "tblW", w=str(sum(widths)), type="dxa")
        grid = _add(table, "tblGrid")
        for width in widths:
            _add(grid, "gridCol", w=str(width))
        self.paragraph(self.body, "Gap", (), Change.SAME)
        return table

    def row(
        self,
        table: ET.Element,
        contents: Iterable[Iterable[Shown]],
        change: Change | None,
        style: str = "Cell",
        *,
        span: int = 1,
    ) -> None:
        row = _add(table, "tr")
        self.tracked(_add(row, "trPr"), change)
        for parts in contents:
            cell = _add(row, "tc")
            if span > 1:
                _add(_add(cell, "tcPr"), "gridSpan", val=str(span))
            self.paragraph(cell, style, parts, change)

    def ours(self, text: str, style: str) -> None:
        """A paragraph of our own words."""
        self.paragraph(self.body, style, [Shown(Change.SAME, text)], Change.SAME)

    def paragraph(self, parent: ET.Element, style: str, parts: Iterable[Shown], change: Change | None) -> None:
        """A paragraph whose end, too, is tracked where all of it came or went."""
        paragraph = _add(parent, "p")
        facts = _add(paragraph, "pPr")
        _add(facts, "pStyle", val=style)
        self.tracked(_add(facts, "rPr"), change)
        for kind, group in groupby(parts, lambda part: part.change):
            text = "".join(map(_typed, group))
            _run(paragraph if kind is Change.SAME else self.tracked(paragraph, kind), text, kind)

    def tracked(self, parent: ET.Element, change: Change | None) -> ET.Element:
        """The element that says that something was inserted or deleted; none where nothing was."""
        if change not in _TRACKED:
            return parent
        self.changes += 1
        return _add(parent, _TRACKED[change], id=str(self.changes), author=self.author, date=self.time)


def _typed(part: Shown) -> str:
    """Text as it is typed in Word, which shows blanks and line ends that changed by itself."""
    if not part.mark:
        return part.text
    return part.text.replace(f"{LINE_END}\n", "\n").replace(LINE_END, "\n").replace(SPACE, " ").replace(TAB, "\t")


def _run(parent: ET.Element, text: str, change: Change) -> None:
    """A run of text with its line breaks."""
    run = _add(parent, "r")
    for index, line in enumerate(text.split("\n")):
        if index:
            _add(run, "br")
        if line:
            _add(run, "delText" if change is Change.DELETED else "t").text = line
            run[-1].set(_XML_SPACE, "preserve")
