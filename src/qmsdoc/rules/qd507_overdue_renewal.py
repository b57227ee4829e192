"""Something in a register that must be renewed by now.

**What.** The last day and the months after which it is renewed: a supplier is evaluated again, equipment
calibrated or maintained, an external document looked up, the validation of a software tool reviewed.

**Why.** Suppliers are monitored and re-evaluated (ISO 13485 7.4.1), equipment is calibrated at specified intervals
(ISO 13485 7.6), external documents are controlled (ISO 13485 4.2.4 f)).

**Right.** Do it, and write the new day into the entry; or end the entry with `until`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.calendar import add_months
from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(
    __name__,
    Severity.WARNING,
    clauses=("ISO 13485 7.4.1", "ISO 13485 7.6", "ISO 13485 4.2.4 f)"),
    depends="time",
)


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Current entries of which a renewal was due before today."""
    if not document.type.renewed or context.status(document).state is not State.CURRENT:
        return
    for last, every in document.type.renewed:
        day, months = document.date(last), document.number(every)
        if day and months and (due := add_months(day, months)) < context.today:
            message = f"`{last}` is older than {months} months: it was due on {due}"
            yield Problem(document.at(last), message, "do it and write the new day, or end the entry with `until`")
