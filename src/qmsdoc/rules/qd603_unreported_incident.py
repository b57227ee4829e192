"""A serious incident that was not reported within its time limit.

**What.** Days are counted from the day after awareness: 2 for a serious public health threat, 10 for death or
unanticipated serious deterioration, 15 for other serious incidents.

**Why.** The manufacturer reports immediately and not later than that (MDR Art. 87(3)-(5)); an incomplete initial
report is allowed (MDR Art. 87(6)).

**Wrong.** `aware_on: 2026-11-01`, `threat: other-serious`, and no `reported_on` on 2026-11-17

**Right.** Send at least the initial report at once, and write the day into `reported_on`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("MDR Art. 87(3)", "MDR Art. 87(4)", "MDR Art. 87(5)"), depends="time")

LIMITS = {"serious-public-health-threat": 2, "death-or-serious-deterioration": 10, "other-serious": 15}  # days


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Serious incidents without a report after their limit."""
    limit, aware = LIMITS.get(document.text("threat")), document.date("aware_on")
    reported = document.date("reported_on")
    if document.type.name != "serious-incident" or limit is None or aware is None:
        return
    last = aware + timedelta(days=limit)
    if reported and last < reported:
        message = f"reported on {reported}; the last day was {last}, {limit} days after awareness"
        yield Problem(document.at("reported_on"), message, "say why, and open a CAPA for it")
    elif not reported and last < context.today:
        message = f"the report was due on {last}, {limit} days after awareness"
        yield Problem(document.at("aware_on"), message, "send an initial report at once, then `reported_on: …`")
