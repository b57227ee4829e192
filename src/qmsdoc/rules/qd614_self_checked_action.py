"""Whoever carried out an action checked whether it worked.

**What.** `effectiveness_checked_by` of a CAPA is responsible for one of its actions.

**Why.** The effectiveness of corrective action is reviewed (ISO 13485 8.5.2 f)); who judges the own work sees what
it was meant to do.

**Right.** Somebody who carried out none of the actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 8.5.2",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """CAPAs whose check was made by one of those who acted."""
    checker = document.text("effectiveness_checked_by")
    acted = {row.values.get("responsible") for row in document.tables.get("actions", ())}
    if checker and checker in acted:
        message = f"{checker} carried out an action and checked it"
        yield Problem(
            document.at("effectiveness_checked_by"), message, "somebody who acted on none of them checks"
        )
