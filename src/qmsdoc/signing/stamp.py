"""What a signature looks like on the page: text set by Typst in the fonts of the tool, all embedded (PDF/A)."""

from __future__ import annotations

import io
import json
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.content import AppearanceContent
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import BaseStampStyle

from qmsdoc import glyphs
from qmsdoc.resources import data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyhanko.pdf_utils.generic import IndirectObject
    from pyhanko.pdf_utils.layout import BoxConstraints
    from pyhanko.pdf_utils.writer import BasePdfFileWriter

_TEMPLATE = """\
#let it = json(bytes(sys.inputs.stamp))
#set page(width: it.width * 1pt, height: it.height * 1pt, margin: 0pt)
#set text(font: "Noto Sans", size: 7.5pt, fill: rgb("#1a2733"), lang: "en")
#set par(leading: 0.45em, spacing: 0.5em)
#block(width: 100%, height: 100%, inset: 7pt, stroke: (left: 2pt + rgb("#17456b"), rest: 0.5pt + rgb("#b8c2ca")),
  clip: true, {
  text(size: 11pt, weight: "bold", it.name)
  parbreak()
  for (word, said) in it.rows { text(fill: rgb("#5b6770"), word + ": ") + said + parbreak() }
})
"""


class _Drawn(AppearanceContent):
    """The only page of a PDF, as an appearance of the same size."""

    def __init__(self, writer: BasePdfFileWriter, page: PdfFileReader) -> None:
        super().__init__(writer)
        self.drawn: IndirectObject = writer.import_page_as_xobject(page)

    def register(self) -> IndirectObject:
        """The appearance as it stands in the PDF."""
        return self.drawn


@dataclass(frozen=True)
class Stamp(BaseStampStyle):
    """A name and rows of a word and what is said; the text is data, never markup."""

    name: str = ""
    rows: Sequence[tuple[str, str]] = ()

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: object) -> _Drawn:  # type: ignore[override]  # noqa: ARG002 - pyhanko calls it so
        """The appearance of a signature field, for a box in points."""
        page = self._page(float(box.width), float(box.height))
        return _Drawn(writer, PdfFileReader(io.BytesIO(page)))

    def _page(self, width: float, height: float) -> bytes:
        import typst  # noqa: PLC0415 - heavy, and only for what is visible

        said = {
            "name": _drawable(self.name),
            "rows": [(word, _drawable(text)) for word, text in self.rows],
            "width": width,
            "height": height,
        }
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[data("pdf", "fonts")]
        )
        with tempfile.TemporaryDirectory(prefix="qmsdoc-") as empty:  # all that Typst can read
            compiler = typst.Compiler(root=empty, font_paths=fonts, package_path=empty, package_cache_path=empty)
            made = compiler.compile(
                _TEMPLATE.encode(),
                format="pdf",
                sys_inputs={"stamp": json.dumps(said)},
                pdf_standards=["a-3b"],
                pdf_tags=False,  # the field itself has a place in the structure of the document
                timestamp=0,
            )
        return bytes(made)  # type: ignore[arg-type]  # bytes, because no output file is named


def _drawable(text: str) -> str:
    """The text on one line, with a box for each character that the fonts do not have."""
    return "".join(c if glyphs.has(c) and c.isprintable() else "\N{WHITE SQUARE}" for c in " ".join(text.split()))
