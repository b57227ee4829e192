"""Typst markup to PDF, inside a worker process: one compiler, only the fonts that come with the tool."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from qmsdoc.external import process
from qmsdoc.publish import fonts
from qmsdoc.publish.job import ARCHIVAL, PLAIN
from qmsdoc.resources import data

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typst

    from qmsdoc.publish.prepare import Picture

TEMPLATE = "template.typ"
_HEAD = f'#import "/{TEMPLATE}": *\n#show: controlled\n\n'


class Sheet(NamedTuple):
    """What is typeset: markup, data for the template, pictures, the attached source."""

    markup: str
    data: dict[str, Any]
    pictures: Sequence[Picture]
    source: bytes
    timestamp: int
    archival: bool


def typeset(folder: str, sheet: Sheet) -> bytes | str:
    """The PDF, or why there is none. `folder` is this worker's own, and all that Typst can read."""
    from typst import TypstError  # noqa: PLC0415 - an extra

    root = Path(folder)
    for picture in sheet.pictures:
        (root / picture.name).write_bytes(picture.data)
    (root / "source.md").write_bytes(sheet.source)
    standards = (ARCHIVAL if sheet.archival else PLAIN).split("+")
    try:
        return bytes(
            _compiler(folder).compile(  # type: ignore[arg-type]  # bytes, because no output file is named
                (_HEAD + sheet.markup).encode(),
                format="pdf",
                sys_inputs={"data": json.dumps({**sheet.data, "source_file": "source.md"})},
                pdf_standards=standards,  # type: ignore[arg-type]  # the stub wants a list of literals
                timestamp=sheet.timestamp,
            )
        )
    except TypstError as error:
        return f"Typst: {error.message}" + "".join(f" ({hint})" for hint in error.hints)
    finally:
        for picture in sheet.pictures:
            (root / picture.name).unlink(missing_ok=True)


@cache
def _compiler(folder: str) -> typst.Compiler:
    import typst  # noqa: PLC0415 - an extra

    Path(folder, TEMPLATE).write_bytes(data("pdf", TEMPLATE).read_bytes())
    shipped = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.folder()])
    return typst.Compiler(root=folder, font_paths=shipped, package_path=folder, package_cache_path=folder)


def version() -> str:
    """The version of Typst that comes with the `pdf` extra; raises ProgramError when it is not there."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow, and asked once

    try:
        return version("typst")
    except PackageNotFoundError:
        why = "Typst is not installed: pip install 'qmsdoc[pdf]'"
        raise process.ProgramError(["typst"], None, why=why) from None
