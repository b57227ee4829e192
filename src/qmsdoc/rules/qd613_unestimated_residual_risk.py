"""A risk is controlled, and what remains was not estimated.

**What.** The table *Controls* has rows, and `residual_severity` or `residual_probability` is absent.

**Why.** Residual risk is evaluated after the controls (MDR Annex I 3(d), 4; ISO 13485 7.1); without it nobody can
say that it is acceptable.

**Right.** `residual_severity: 3` and `residual_probability: 1`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("MDR Annex I 4", "ISO 13485 7.1"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Risks with controls that lack an estimate after them."""
    if document.type.name != "risk" or not document.tables.get("controls"):
        return
    absent = [key for key in ("residual_severity", "residual_probability") if not document.has(key)]
    if absent and document.has("severity"):
        message = f"controlled, and `{'`, `'.join(absent)}` is not estimated"
        yield Problem(document.at("severity"), message, f"add `{absent[0]}: …`")
