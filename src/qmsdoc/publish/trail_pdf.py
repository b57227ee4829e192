"""The audit trail as a PDF: our template, text as data, the whole trail attached as JSON."""

from __future__ import annotations

import json
import re
import tempfile
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from qmsdoc import glyphs
from qmsdoc.publish import fonts
from qmsdoc.publish.job import ARCHIVAL
from qmsdoc.resources import data
from qmsdoc.views.render import as_json
from qmsdoc.views.table import cell_text
from qmsdoc.views.trail import SHORT, readable, trail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qmsdoc.views.trail import Entry

_long_word = re.compile(r"[^\s/-]{20,}")
_pieces = re.compile(r"[^@._]{1,16}[@._]*|[@._]{1,16}").findall  # after which it may go on in the next line
MOST = 10_000  # rows; more take gigabytes to typeset
BREAK = "\N{ZERO WIDTH SPACE}"


class NotMade(Exception):
    """The PDF could not be made; the message says why."""


class About(NamedTuple):
    """What stands around the table; `commit` is the one that is checked out, or empty."""

    company: str
    title: str
    as_of: date
    commit: str = ""


def build(about: About, entries: Sequence[Entry]) -> bytes:
    """A PDF/A-3a and PDF/UA-1 in landscape; raises NotMade, and ImportError without the `pdf` extra."""
    if len(entries) > MOST:
        raise NotMade(f"a PDF holds {MOST} entries, and these are {len(entries)}; ask for a shorter period")
    import typst  # noqa: PLC0415 - an extra

    shipped = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.folder()])
    moment = datetime.combine(about.as_of, time(), UTC)
    with tempfile.TemporaryDirectory(prefix="qmsdoc-") as folder:
        compiler = typst.Compiler(root=folder, font_paths=shipped, package_path=folder, package_cache_path=folder)
        try:
            return bytes(
                compiler.compile(  # type: ignore[arg-type]  # bytes, because no output file is named
                    data("trail", "trail.typ").read_bytes(),
                    format="pdf",
                    sys_inputs={
                        "shown": json.dumps(_shown(about, entries)),
                        "trail": as_json(trail(entries, about.title)),
                    },
                    pdf_standards=ARCHIVAL.split("+"),  # type: ignore[arg-type]  # the stub wants literals
                    timestamp=int(moment.timestamp()),
                )
            )
        except typst.TypstError as error:
            raise NotMade(f"the PDF cannot be made: {error.message}") from None


def _shown(about: About, entries: Sequence[Entry]) -> dict[str, Any]:
    table = readable(entries)
    keys = [column.key for column in table.columns]
    rows = []
    for entry, cells in zip(entries, table.rows, strict=True):
        row: dict[str, Any] = {key: drawable(cell_text(cell)) for key, cell in zip(keys, cells, strict=True)}
        label = f"{entry.id} r{entry.revision}" if entry.id and entry.revision else entry.id
        if row["committed"] == row["claimed"]:
            row["committed"] = ""
        rows.append({**row, "id": drawable(label), "remarks": [drawable(remark) for remark in entry.remarks]})
    return {
        "company": drawable(about.company),
        "title": drawable(about.title),
        "as_of": about.as_of.isoformat(),
        "commit": about.commit[:SHORT],
        "refused": sum(entry.refused for entry in entries),
        "rows": rows,
    }


def drawable(text: str) -> str:
    r"""Text that the fonts of the tool can draw, `\u{…}` for the rest; long words may break, cells stay cells."""
    drawn = "".join(c if glyphs.has(c) else f"\\u{{{ord(c):x}}}" for c in text)
    return _long_word.sub(lambda word: BREAK.join(_pieces(word[0])), drawn)
