"""A document of one device rests on the plan of another.

**What.** `plan` names a plan whose `devices` have none in common with those of this document.

**Why.** Plans are made for each device (MDR Art. 84, Annex I 3(a), Annex XIV Part A 1(a)); a copied line judges a
device by the criteria of another.

**Wrong.** `devices: [DEV-002]` and `plan: RMP-001`, which is for DEV-001

**Right.** `plan: RMP-002`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("MDR Annex I 3(a)", "MDR Art. 84"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Documents and entries whose plan is for other devices only."""
    plan = context.project.by_id.get(document.text("plan"))
    mine, theirs = set(document.items("devices")), set(plan.items("devices")) if plan else set()
    if plan and mine and theirs and not mine & theirs:
        message = f"{plan.id} is for {', '.join(sorted(theirs))}, not for {', '.join(sorted(mine))}"
        yield Problem(document.at("plan"), message, "name the plan of this device")
