"""A part that is more than the whole.

**What.** More was released than made, more recipients confirmed than were written to, more devices were dealt with
than are concerned.

**Why.** The number made and the number released are on record for each batch (ISO 13485 7.5.1); a recall is over
when all devices are accounted for (MDR Art. 89).

**Wrong.** `quantity_made: 480` and `quantity_released: 541`

**Right.** `quantity_made: 480` and `quantity_released: 441`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.types.base import heading_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 7.5.1", "ISO 13485 4.2.5"))

_HINT = "write the numbers as they were counted"


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Keys, and cells of one row."""
    for key, whole in document.type.at_most.items():
        part, total = document.number(key), document.number(whole)
        if part is not None and total is not None and part > total:
            yield Problem(document.at(key), f"`{key}` {part} is more than `{whole}` {total}", _HINT)
    for table in document.type.tables:
        for column, whole in table.at_most.items():
            for row in document.tables.get(table.field, ()):
                cell, limit = row.values.get(column), row.values.get(whole)
                if isinstance(cell, int) and isinstance(limit, int) and cell > limit:
                    message = f"`{heading_of(column)}` {cell} is more than `{heading_of(whole)}` {limit}"
                    yield Problem(document.within(row.spans[column]), message, _HINT)
