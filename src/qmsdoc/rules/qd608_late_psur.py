"""The periodic safety update report of a device is late.

**What.** The last report ends longer ago than the rhythm of the class, 12 months in classes IIb and III, 24 in
class IIa, and 90 more days in which it is written; or there is none that long after the first device was placed
on the market. The law sets no number of days for writing it.

**Why.** The report is updated at least annually, in class IIa when necessary and at least every two years
(MDR Art. 86(1)).

**Right.** Write the report: `qmsdoc new psur --set devices=DEV-001`
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from qmsdoc.calendar import add_months
from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("MDR Art. 86(1)",), depends="time")

RHYTHM = {"IIa": 24, "IIb": 12, "III": 12}  # months
WRITING = timedelta(days=90)


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Devices on the market whose next report should be there by now."""
    rhythm, first = RHYTHM.get(document.text("risk_class")), document.date("first_placed_on")
    if rhythm is None or first is None or document.fields.get("custom_made") is True:
        return
    if context.status(document).state is not State.CURRENT:
        return
    reports = [d for d in context.project.by_type.get("psur", ()) if document.id in d.items("devices")]
    ends = [end for report in reports if (end := report.date("period_until"))]
    last = max(ends, default=first)
    due = add_months(last, rhythm) + WRITING
    if due < context.today:
        since = f"the last one ends on {last}" if ends else f"on the market since {first}, and there is none"
        message = f"the next PSUR was due on {due}: {since}"
        newest = next((report for report in reports if report.date("period_until") == last), None)
        place = newest.at("period_until") if newest else document.at("first_placed_on")
        yield Problem(place, message, "`qmsdoc new psur` begins it")
