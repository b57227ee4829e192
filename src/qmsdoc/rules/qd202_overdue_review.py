"""A document in force was not reviewed in time.

**What.** Its next review is `review_every` months after it came into force or was last reviewed without change.

**Why.** Documents are reviewed and updated as necessary (ISO 13485 4.2.4 b)).

**Right.** Review it: approve a new revision, or sign that no change is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 4.2.4 b)",), depends="time")


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Effective revisions whose next review has passed."""
    for (document_id, revision), status in context.statuses.items():
        if status.next_review and status.in_force and status.next_review < context.today:
            message = f"the review of {document_id} revision {revision} was due on {status.next_review}"
            yield Problem(
                status.document.at("review_every"), message, "approve a new revision, or sign `no-change`"
            )
