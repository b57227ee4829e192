"""An action, an answer or a decision whose day has passed.

**What.** In a record that is open: a row with `Due` before today and no `Done on`, or a day by which something is
answered that has passed.

**Why.** Corrective action is taken without undue delay (ISO 13485 8.5.2), and so are the actions after an audit
(ISO 13485 8.2.4).

**Right.** Do it and write the day; a day that cannot be kept is moved before it passes, with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 8.5.2", "ISO 13485 8.2.4"), depends="time")

_ANSWERED = {"due": "answered_on", "answer_due": "answered_on"}  # a planned day, and the day it was kept


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Days in open records that have passed without what was planned for them."""
    if context.status(document).state is not State.OPEN:
        return
    for planned, done in _ANSWERED.items():
        day = document.date(planned)
        if day and day < context.today and not document.date(done):
            yield Problem(document.at(planned), f"this was due on {day}", f"add `{done}: …` when it is done")
    for table in document.type.tables:
        if not {"due", "done_on"} <= table.row.model_fields.keys():
            continue
        for row in document.tables.get(table.field, ()):
            due = row.values.get("due")
            if row.values.get("done_on") is None and "done_on" not in row.settled and _is_past(due, context):
                message = f"this action was due on {due} and is not done"
                yield Problem(document.within(row.spans["due"]), message, "fill `Done on` when it is done")


def _is_past(value: object, context: Context) -> bool:
    return isinstance(value, type(context.today)) and value < context.today
