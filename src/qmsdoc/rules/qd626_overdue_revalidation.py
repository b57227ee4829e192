"""A validation that should have been done again by now.

**What.** `revalidate_by` is past, and no later validation of the same subject and of the same things was accepted.

**Why.** Processes and software are validated again by what the procedure says (ISO 13485 7.5.6, 4.1.6); what is
made by a process whose validation has run out cannot be released on it.

**Right.** Validate anew, or end what is validated (`until` in its entry).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qmsdoc.project import Document

rule = Rule(
    __name__, Severity.WARNING, clauses=("ISO 13485 7.5.6", "ISO 13485 7.5.7", "ISO 13485 4.1.6"), depends="time"
)


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Accepted validations that no later one replaces and of which something is still in use."""
    due = document.date("revalidate_by")
    if document.type.name != "validation" or due is None or due >= context.today:
        return
    of = [context.project.by_id.get(key) for key in document.items("of")]
    ended = bool(of) and all(entry and _ended(entry, context.today) for entry in of)
    later = (other for other in context.project.by_type["validation"] if _replaces(other, document))
    if not ended and not any(later):
        message = f"it was to be validated again by {due}"
        yield Problem(document.at("revalidate_by"), message, "validate anew, and name this record in `references`")


def _ended(entry: Document, today: date) -> bool:
    until = entry.date("until")
    return until is not None and until < today


def _replaces(other: Document, document: Document) -> bool:
    """Whether another validation was accepted later, and is of the same things or names this one."""
    done, before = other.date("performed_on"), document.date("performed_on")
    if other.id == document.id or other.fields.get("accepted") is not True or not done or not before:
        return False
    same = other.text("subject") == document.text("subject") and set(document.items("of")) & set(other.items("of"))
    return done > before and (bool(same) or document.id in other.items("references"))
