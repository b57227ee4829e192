"""A field safety corrective action that the authority learned of too late.

**What.** The field safety notice went out before the action was reported, and the action was not urgent.

**Why.** A field safety corrective action is reported before it is undertaken, except where urgency does not allow
it (MDR Art. 87(8)).

**Right.** `reported_on` not after `sent_on` of the notice, or `urgent: true` with the reason in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("MDR Art. 87(8)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Actions against their notice."""
    if document.type.name != "field-safety-corrective-action" or document.fields.get("urgent") is True:
        return
    notice = context.project.by_id.get(document.text("notice"))
    reported, sent = document.date("reported_on"), notice.date("sent_on") if notice else None
    if notice and reported and sent and sent < reported:
        message = f"reported on {reported}; the notice {notice.id} went out on {sent}"
        yield Problem(document.at("reported_on"), message, "say `urgent: true` and why, or open a CAPA for it")
