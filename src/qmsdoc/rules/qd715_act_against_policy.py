"""Somebody stated what the policy does not let them state.

**What.** The signature holds, but the act does not count: the author approves own work, the role may not
approve, the approval came before the review, or the form of signature does not suffice.

**Why.** Documents are approved by those who were named for it, in the order that was laid down (ISO 13485 4.2.4
a); 21 CFR 11.10(f), (g)).

**Wrong.** Anna wrote SOP-001 and approves it.

**Right.** Another holder of the role approves it; `qmsdoc inbox` shows for whom it waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 a)",), waivable=False)


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Acts that hold and do not count."""
    for status in context.statuses.values():
        for act, reason in status.objections:
            message = f"{act.meaning.value} by `{act.person}` does not count: {reason}"
            yield Problem(Location(act.file or status.document.path), message)
