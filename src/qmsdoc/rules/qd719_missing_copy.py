"""What was approved is not kept.

**What.** People approved a text, and no approved copy of it lies below `approvals/<ID>/r<N>/copy/`. As long as
the file in `sops/` holds the same bytes, it is in force; with its next change it would be lost.

**Why.** Documents in force are at hand where they are used, and at least one copy of an obsolete one is kept
(ISO 13485 4.2.4 d), h)).

**Wrong.** Two approvals were given on two branches; neither completed the policy, and the merge stored no copy.

**Right.** `qmsdoc sign --copies` stores what merged acts completed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule
from qmsdoc.trust.act import Meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 d)", "ISO 13485 4.2.4 h)"), waivable=False)
_KEPT = {State.APPROVED, State.EFFECTIVE, State.SUPERSEDED, State.WITHDRAWN}


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Approved revisions without a copy, and approvals of a text that is nowhere."""
    if not context.project.trust.states:
        return
    for (document_id, revision), status in context.statuses.items():
        if revision and status.state in _KEPT and (document_id, revision) not in context.project.copies:
            message = f"{document_id} revision {revision} was approved and no copy of it is kept"
            yield Problem(status.document.at("revision"), message, "`qmsdoc sign --copies` stores it")
    for act in context.project.acts:
        known = context.statuses.get((act.id, act.revision))
        if (
            act.meaning in {Meaning.ISSUE, Meaning.TAKEOVER, Meaning.ACKNOWLEDGEMENT}
            and act.revision
            and not known
        ):
            message = f"the text of {act.id} revision {act.revision}, about which this was stated, is nowhere"
            yield Problem(Location(act.file), message, "restore it from the history")
