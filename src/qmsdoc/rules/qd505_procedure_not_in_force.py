"""A record made under a revision of its procedure that was not in force on its day.

**What.** `procedure_revision` names a revision that came into force later, had ended, or was never approved; or
the procedure had no revision in force on the day the record was opened. Not asked before it is first approved;
a record that is older than its first revision here, and names none, was made under an earlier system.

**Why.** Current revisions of documents are available where they are used, obsolete ones are not used
(ISO 13485 4.2.4 d), h)).

**Wrong.** `opened: 2026-01-20` and `procedure_revision: 2`, which is in force from 2026-02-01

**Right.** `procedure_revision: 1`, by which the work was done
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 d)", "ISO 13485 4.2.4 h)"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Records whose procedure was approved once, and not in the revision or not on the day they say."""
    opened, procedure = document.date("opened"), document.text("procedure")
    if opened is None or document.type.refers.get("procedure") != "document":
        return
    revisions = context.revisions.get(procedure, {})
    approved = {number: status for number, status in revisions.items() if status.in_force_from}
    if not approved:
        return
    number = document.number("procedure_revision")
    if number is None:
        older = opened < min(status.in_force_from or opened for status in approved.values())
        if not older and not any(_held(status, opened) for status in approved.values()):
            message = f"no revision of {procedure} was in force on {opened}"
            yield Problem(document.at("opened"), message, "name the procedure that was, or correct the day")
    elif number not in approved:
        message = f"revision {number} of {procedure} was never approved"
        yield Problem(document.at("procedure_revision"), message, f"approved: {', '.join(map(str, approved))}")
    elif not _held(approved[number], opened):
        begun, ended = approved[number].in_force_from, approved[number].ended_on
        until = f" until {ended}" if ended else ""
        message = f"revision {number} of {procedure} was in force from {begun}{until}, not on {opened}"
        yield Problem(document.at("procedure_revision"), message, "name the revision by which the work was done")


def _held(status: Status, day: date) -> bool:
    """Whether a revision was in force on a day; on the day it is replaced either counts."""
    begun, ended = status.in_force_from, status.ended_on
    return begun is not None and begun <= day and (ended is None or day <= ended)
