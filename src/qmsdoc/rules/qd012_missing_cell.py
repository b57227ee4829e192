"""A row of a typed table lacks a cell that this stage needs.

**What.** An action without a person or a due date; an action that is not done in a closed CAPA.

**Why.** Actions are planned, and their completion is recorded (ISO 13485 8.5.2).

**Wrong.** `| Replace the seal | | 2026-04-30 |`

**Right.** `| Replace the seal | anna-keller | 2026-04-30 |`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.types.base import heading_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Empty cells whose stage has come."""
    reached = context.stage(document)
    for table in document.type.tables:
        needed = [
            name for name, since in table.needed.items() if document.type.order.get(since, reached + 1) <= reached
        ]
        rows = document.tables.get(table.field, ())
        for name in needed:
            if rows and name not in rows[0].spans and table.field not in document.invalid:
                message = f"the table `{table.heading}` has no column `{heading_of(name)}`"
                first = min(rows[0].spans.values())
                yield Problem(document.within(first), message, f"stage `{table.needed[name]}` needs it")
        for row in rows:
            for name in needed:
                if name in row.spans and row.values.get(name) is None and name not in row.settled:
                    message = f"`{heading_of(name)}` is empty in the table `{table.heading}`"
                    yield Problem(document.within(row.spans[name]), message, "fill it, or write `n/a (reason)`")
