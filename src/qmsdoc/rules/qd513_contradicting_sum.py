"""A table of a record whose column adds up to another number than the front matter states.

**What.** A column has the name of a key with a number (`Confirmed` and `confirmed: 41`), each of its cells is a
whole number, and their sum is another one. A last row `Total` is left out of the sum.

**Why.** Reconciliations show that nothing was lost: devices, lots, receivers (ISO 13485 4.2.5, 7.5.9, 8.3.3).

**Wrong.** `confirmed: 41` above a column `Confirmed` with 29, 8 and 5

**Right.** Count again, and correct the one that is wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.scalars import folded
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.markdown import Cell, Table
    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5", "ISO 13485 8.3.3"))

_number = re.compile(r"[0-9]{1,9}").fullmatch
_TOTALS = {"total", "sum", "all", "gesamt", "summe"}


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Columns of records that have the name of a key."""
    if document.type.kind is not Kind.RECORD:
        return
    for table in document.body.tables:
        for number, header in enumerate(table.header):
            key = folded(header.text).replace(" ", "_")
            stated, found = document.number(key), _sum(table, number)
            if stated is not None and found is not None and found != stated:
                message = f"{stated}, and the column `{header.text}` adds up to {found}"
                yield Problem(document.at(key), message, "one of them is wrong")


def _sum(table: Table, column: int) -> int | None:
    """The sum of a column; None where it is not made of numbers, or has only one."""
    rows = [row for row in table.rows if len(row) > column]
    if rows and folded(rows[-1][0].text).rstrip(":") in _TOTALS:
        rows = rows[:-1]
    cells: list[Cell] = [row[column] for row in rows]
    if len(cells) <= 1 or not all(_number(cell.text) for cell in cells):
        return None
    return sum(int(cell.text) for cell in cells)
