"""A risk control whose verification is not named.

**What.** In the table *Controls* of a risk: `Verified by` is empty, or a control brings a new risk that is not
named.

**Why.** It is verified that each control is carried out and that it works, and whether it brings new risks
(ISO 14971 7.2, 7.5; MDR Annex I 3(d), (f)).

**Wrong.** `| Alarm at 38 °C | protection | | false |`

**Right.** `| Alarm at 38 °C | protection | RPT-002 | false |`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, severity=Severity.WARNING, clauses=("ISO 13485 7.1", "MDR Annex I 4"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Controls without verification, and controls that add a risk nobody named."""
    if document.type.name != "risk":
        return
    for row in document.tables.get("controls", ()):
        place = document.within(row.spans["control"]) if "control" in row.spans else document.at("id")
        if "verified_by" not in {*row.values, *row.settled}:
            yield Problem(place, "nothing is named that verifies this control", "fill `Verified by`")
        if row.values.get("adds_risk") is True and "new_risk" not in {*row.values, *row.settled}:
            yield Problem(place, "this control adds a risk, which is not named", "fill `New risk`")
