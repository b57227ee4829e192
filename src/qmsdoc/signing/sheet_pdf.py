"""Typesets a sheet: our template, text as data, the request attached."""

from __future__ import annotations

import json
import tempfile
from typing import Any

from qmsdoc.publish import fonts
from qmsdoc.publish.job import ARCHIVAL
from qmsdoc.resources import data
from qmsdoc.signing.keyfile import SigningError

NAME = "request.json"  # of the attachment, in the template too


def typeset(shown: dict[str, Any], request: bytes, timestamp: int) -> bytes:
    """A PDF/A-3a and PDF/UA-1 of what is shown, with the request attached; raises SigningError.

    timestamp: Unix seconds.
    """
    import typst  # noqa: PLC0415 - an extra

    shipped = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.folder()])
    with tempfile.TemporaryDirectory(prefix="qmsdoc-") as folder:
        compiler = typst.Compiler(root=folder, font_paths=shipped, package_path=folder, package_cache_path=folder)
        try:
            return bytes(
                compiler.compile(  # type: ignore[arg-type]  # bytes, because no output file is named
                    data("sheet", "sheet.typ").read_bytes(),
                    format="pdf",
                    sys_inputs={"request": request.decode(), "shown": json.dumps(shown)},
                    pdf_standards=ARCHIVAL.split("+"),  # type: ignore[arg-type]  # the stub wants literals
                    timestamp=timestamp,
                )
            )
        except typst.TypstError as error:
            raise SigningError(f"the sheet cannot be made: {error.message}") from None
