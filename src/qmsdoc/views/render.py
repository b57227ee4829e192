"""A table as text, Markdown, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import re
import textwrap
from datetime import date
from typing import TYPE_CHECKING, Any

from qmsdoc.views.table import Cell, Table, cell_text
from qmsdoc.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = "  "
_special = re.compile(r"[\\`*_\[\]<>|~#&]")
_formula = re.compile(r"(^|[;|]\s*)([=+\-@\t])")
MIN_WIDTH = 12


def as_text(table: Table, width: int | None = None) -> str:
    """Aligned columns; within `width` characters, the widest columns wrap."""
    rows = [
        [column.heading for column in table.columns],
        *([visible(cell_text(cell)) for cell in row] for row in table.rows),
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.columns))]
    while width and sum(widths) + len(GAP) * (len(widths) - 1) > width and max(widths) > MIN_WIDTH:
        widths[widths.index(max(widths))] -= 1
    lines = [*_lines(rows[0], widths), GAP.join("─" * w for w in widths)]
    for row in rows[1:]:
        lines += _lines(row, widths)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """One row, wrapped into as many lines as its longest cell needs."""
    cells = [textwrap.wrap(text, width) or [""] for text, width in zip(row, widths, strict=True)]
    height = max(map(len, cells))
    return [
        GAP.join(
            (cell[i] if i < len(cell) else "").ljust(width) for cell, width in zip(cells, widths, strict=True)
        )
        for i in range(height)
    ]


def as_markdown(table: Table) -> str:
    """A heading and a pipe table in which every text means itself."""
    rows = [[column.heading for column in table.columns], ["---"] * len(table.columns)]
    rows += [[_literal(cell_text(cell)) for cell in row] for row in table.rows]
    lines = (f"| {' | '.join(row)} |\n" for row in rows)
    return f"## {_literal(table.title)}\n\n{''.join(lines)}"


def _literal(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _special.sub(r"\\\g<0>", " ".join(text.split()))


def as_csv(table: Table) -> str:
    """CSV with a header of column keys (RFC 4180, but with line feeds)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.key for column in table.columns])
    writer.writerows([_not_a_formula(cell_text(cell)) for cell in row] for row in table.rows)
    return out.getvalue()


def _not_a_formula(text: str) -> str:
    """Spreadsheets run what begins like a formula, also after `;` or `|`; an apostrophe keeps it text."""
    return _formula.sub(r"\g<1>'\g<2>", text)


def as_json(table: Table) -> str:
    """A list of objects by column key."""
    return json.dumps(as_objects(table), indent=2, ensure_ascii=False) + "\n"


def as_objects(table: Table) -> list[dict[str, Any]]:
    """Each row by column key, as JSON knows values."""
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, map(_plain, row), strict=True)) for row in table.rows]


def _plain(cell: Cell) -> Any:
    if isinstance(cell, date):
        return cell.isoformat()
    return list(cell) if isinstance(cell, tuple) else cell
