"""A stage that a record should have reached by now.

**What.** `[limits]` in `qmsdoc.toml` says within how many days after `opened` a record reaches a stage:
`capa = { cause = 30, planned = 45 }`; this one has not.

**Why.** Complaints are handled in a timely manner (ISO 13485 8.2.2), corrective action is taken without undue
delay (ISO 13485 8.5.2); what that means in days is written in the procedure, and here.

**Right.** Do it and write its day into the record; where it cannot be done yet, say why and waive the finding
until a day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 8.2.2", "ISO 13485 8.5.2"), depends="time")


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """The first stage of an open record whose day has passed."""
    limits = context.project.config.limits.get(document.type.name)
    opened = document.date("opened")
    if not limits or opened is None or document.date("closed"):
        return
    for position, stage in enumerate(document.type.stages):
        days = limits.get(stage.name)
        if days is None or position <= document.stage:
            continue
        due = opened + timedelta(days=days)
        if due < context.today:
            message = f"the stage `{stage.name}` was due on {due}, {days} days after `opened`"
            yield Problem(document.at("opened"), message, f"do it, then `{stage.reached_by}: …`")
            return
