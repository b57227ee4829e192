"""A change of regulation that applies by now and was not brought in.

**What.** An assessment says that it concerns the company, its day has passed, and neither is the assessment closed
nor the change that brings it in. Or an edition of a standard is used beyond the day until which it may be.

**Why.** New and changed requirements are known and met (ISO 13485 5.6.2 l), MDR Art. 10(9)(a)).

**Right.** Close the assessment when the change is done; apply the newer edition, or end the entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 5.6.2", "MDR Art. 10(9)(a)"), depends="time")


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Assessments that are late, and editions that are too old."""
    state = context.status(document).state
    if document.type.name == "regulatory-change" and state is State.OPEN:
        day = document.date("applies_from")
        if (
            day
            and day <= context.today
            and document.fields.get("relevant") is not False
            and not _done(document, context)
        ):
            message = f"this applies since {day}, and the assessment is open"
            yield Problem(document.at("applies_from"), message, "bring it in, and close the assessment")
    elif document.type.name == "applied-standard" and state is State.CURRENT:
        day = document.date("transition_until")
        if day and day < context.today:
            newer = document.text("superseded_by") or "the newer edition"
            message = f"this edition could be used until {day}"
            yield Problem(
                document.at("transition_until"), message, f"apply {newer}, or end the entry with `until`"
            )


def _done(document: Document, context: Context) -> bool:
    """Whether the change that brings it in is closed."""
    change = context.project.by_id.get(document.text("change"))
    return change is not None and context.status(change).state is State.CLOSED
