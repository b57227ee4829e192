"""A PDF from one of our templates: everything that is shown comes as data, nothing of it as markup."""

from __future__ import annotations

import json
import re
import tempfile
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from qmsdoc import glyphs
from qmsdoc.publish import fonts
from qmsdoc.publish.job import ARCHIVAL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

_long_word = re.compile(r"[^\s/-]{20,}")
_pieces = re.compile(r"[^@._]{1,16}[@._]*|[@._]{1,16}").findall  # after which it may go on in the next line
BREAK = "\N{ZERO WIDTH SPACE}"


class NotMade(Exception):
    """The PDF could not be made; the message says why."""


def printed(template: Path, shown: Mapping[str, Any], day: date, **more: str) -> bytes:
    """A PDF/A-3a and PDF/UA-1 dated with a day; raises NotMade, and ImportError without the `pdf` extra.

    shown: what the template finds as JSON in `sys.inputs.shown`; more: further texts in `sys.inputs`.
    """
    import typst  # noqa: PLC0415 - an extra

    shipped = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.folder()])
    moment = datetime.combine(day, time(), UTC)
    with tempfile.TemporaryDirectory(prefix="qmsdoc-") as folder:
        compiler = typst.Compiler(root=folder, font_paths=shipped, package_path=folder, package_cache_path=folder)
        try:
            return bytes(
                compiler.compile(  # type: ignore[arg-type]  # bytes, because no output file is named
                    template.read_bytes(),
                    format="pdf",
                    sys_inputs={"shown": json.dumps(shown), **more},
                    pdf_standards=ARCHIVAL.split("+"),  # type: ignore[arg-type]  # the stub wants literals
                    timestamp=int(moment.timestamp()),
                )
            )
        except typst.TypstError as error:
            raise NotMade(f"the PDF cannot be made: {error.message}") from None


def drawable(text: str) -> str:
    r"""Text that the fonts of the tool can draw, `\u{…}` for the rest; long words may break, cells stay cells."""
    drawn = "".join(c if glyphs.has(c) else f"\\u{{{ord(c):x}}}" for c in text)
    return _long_word.sub(lambda word: BREAK.join(_pieces(word[0])), drawn)
