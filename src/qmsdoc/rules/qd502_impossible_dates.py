"""Dates in an order that cannot be.

**What.** A record is not closed before it is opened; a stage is not reached before the one before it; what is
recorded as done is not in the future; a record that was closed has no line of a later day, such as
`2026-03-07: answered`.

**Why.** Records give evidence of what happened when (ISO 13485 4.2.5).

**Wrong.** `opened: 2026-03-05` and `closed: 2026-03-01`

**Right.** `opened: 2026-03-01` and `closed: 2026-03-05`
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Pairs of dates in the wrong order, and facts that lie in the future."""
    stages = [stage.reached_by for stage in document.type.stages if document.date(stage.reached_by or "")]
    stated = [(earlier, later) for later, keys in document.type.after.items() for earlier in keys]
    for earlier, later in dict.fromkeys((*stated, *pairwise(["opened", *filter(None, stages)]))):
        first, second = document.date(earlier), document.date(later)
        if first and second and second < first:
            yield Problem(document.at(later), f"`{later}` {second} is before `{earlier}` {first}")
    if document.type.kind is Kind.CONTROLLED:
        return
    if closed := document.date("closed"):
        for said, span in document.lines.dated:
            if said > closed.isoformat():
                yield Problem(document.within(span), f"{said} is after the record was closed on {closed}")
    for key in document.type.dates:
        day = document.date(key)
        if day and day > context.today and key not in document.type.planned:
            yield Problem(document.at(key), f"`{key}` {day} is in the future", "record what has happened")
