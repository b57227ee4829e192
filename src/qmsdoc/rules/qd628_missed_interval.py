"""An activity at planned intervals that did not take place in its interval.

**What.** Internal audits and management reviews are recorded once in 12 months, or in the months that
`[intervals]` in `qmsdoc.toml` sets for the type; the last one is older, or there is none since the manual came
into force.

**Why.** Management reviews (ISO 13485 5.6.1) and internal audits (ISO 13485 8.2.4) are held at planned intervals.

**Right.** Hold it, and record it; where another interval was planned, set it: `management-review = 24`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.calendar import add_months
from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.evidence import held_on
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from qmsdoc.diagnostics import Location
    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 5.6.1", "ISO 13485 8.2.4"), depends="time")


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Types with an interval, told at the last record or, where there is none, at the manual."""
    project = context.project
    for document_type in project.types.values():
        every = project.config.intervals.get(document_type.name, document_type.every)
        if not every:
            continue
        records = project.by_type.get(document_type.name, ())
        held = [(day, record) for record in records if (day := held_on(record)) and day <= context.today]
        last, place = _last(held, context)
        if last and place and (due := add_months(last, every)) < context.today:
            message = f"{document_type.title.lower()} was due on {due}, {every} months after the last"
            yield Problem(place, message, f"hold it, and record it: `qmsdoc new {document_type.name}`")


def _last(held: Sequence[tuple[date, Document]], context: Context) -> tuple[date | None, Location | None]:
    if held:
        day, record = max(held, key=lambda pair: (pair[0], pair[1].id))
        return day, record.at(record.type.stages[record.stage].reached_by or "")
    manual = next(iter(context.project.by_type.get("manual", ())), None)
    status = context.status(manual) if manual else None
    return (status.in_force_from, manual.at("effective_from")) if manual and status else (None, None)
