"""A critical supplier without a quality agreement.

**What.** The entry of a supplier with `criticality: critical` names no agreement.

**Why.** Outsourced processes are controlled by written quality agreements (ISO 13485 4.1.5); purchasing
information says what is required (ISO 13485 7.4.2).

**Right.** `agreement: AGR-002`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.1.5", "ISO 13485 7.4.2"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Critical suppliers whose entry has not ended."""
    critical = document.type.name == "supplier" and document.text("criticality") == "critical"
    if critical and not document.has("agreement") and not document.date("until"):
        yield Problem(
            document.at("criticality"), "critical, and there is no quality agreement", "add `agreement: …`"
        )
