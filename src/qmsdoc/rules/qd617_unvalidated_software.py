"""Software whose failure matters is used without validation.

**What.** A software tool with a high or medium risk of failure names no validation.

**Why.** Software of the QMS, of production and of measurement is validated before its first use, in proportion to
the risk of its use (ISO 13485 4.1.6, 7.5.6, 7.6).

**Right.** `validation: VLD-003`, or `risk_of_failure: low` where that is so
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.1.6", "ISO 13485 7.5.6", "ISO 13485 7.6"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Tools that are no small matter, without `validation`."""
    risk = document.text("risk_of_failure")
    if document.type.name == "software-tool" and risk in {"high", "medium"} and not document.has("validation"):
        yield Problem(
            document.at("risk_of_failure"),
            f"risk of failure is {risk}, and there is no validation",
            "add `validation: …`",
        )
