"""Something that a declaration rests on has changed since it was signed.

**What.** The signature of a declaration names the text of its devices, certificates and technical documentation
at that time. One of them is another now.

**Why.** The manufacturer keeps the declaration of conformity up to date (MDR Art. 19(1)).

**Wrong.** A new variant is added to the entry of DEV-001, and the declaration of last year stays as it was.

**Right.** Assess whether the declaration still holds: `qmsdoc sign DEC-001 --meaning no-change --reason "…"`,
or a new revision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.lifecycle import named
from qmsdoc.rule import Context, Rule
from qmsdoc.trust.act import Meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

_ASSESSED = {Meaning.APPROVAL, Meaning.NO_CHANGE, Meaning.TAKEOVER}
rule = Rule(__name__, severity=Severity.WARNING, clauses=("MDR Art. 19(1)",))


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """What the last signature named is no longer what is there."""
    for status in context.statuses.values():
        if not (status.in_force and status.document.type.binds):
            continue
        refused = {objection.act for objection in status.objections}
        assessed = [a for a in status.acts if a.meaning in _ASSESSED and a not in refused]
        signed = dict(assessed[-1].names) if assessed else {}
        present = named(status.document, context.project, context.statuses)
        for document_id in sorted(signed):
            if present.get(document_id) != signed[document_id]:
                message = f"{document_id} has changed since {status.document.id} was signed: to be re-assessed"
                yield Problem(status.document.at("revision"), message, "state no-change, or make a new revision")
