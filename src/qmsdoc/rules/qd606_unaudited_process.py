"""A procedure that no audit programme and no audit of the last three years names.

**What.** Where there is an audit programme: every procedure stands in one of the programmes of the last three
years and the next, or in an audit of that time. A draft that nobody has signed may wait.

**Why.** The programme considers the status and the importance of all processes (ISO 13485 8.2.4); over the cycle
of a certificate, three years, none is left out.

**Right.** Plan it in the next programme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.calendar import add_months
from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 8.2.4",), depends="time")

CYCLE = 36  # months, as long as a certificate of a management system is valid (ISO/IEC 17021-1)


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Procedures that nobody plans to audit, told at the newest programme."""
    project = context.project
    begin = add_months(context.today, -CYCLE)
    programmes = [d for d in project.by_type.get("audit-programme", ()) if (d.number("year") or 0) >= begin.year]
    if not programmes:
        return
    audits = [d for d in project.by_type.get("audit", ()) if (d.date("opened") or context.today) >= begin]
    seen = {str(row.values.get("process")) for d in programmes for row in d.tables.get("programme", ())}
    seen |= {process for audit in audits for process in audit.items("processes")}
    newest = max(programmes, key=lambda d: (d.number("year") or 0, d.id))
    for procedure in project.by_type.get("sop", ()):
        status = context.status(procedure)
        if procedure.id not in seen and status.acts and status.state is not State.WITHDRAWN:
            message = f"{procedure.id} ({procedure.title}) is in no programme and in no audit of {CYCLE} months"
            yield Problem(newest.at("title"), message, "plan it")
