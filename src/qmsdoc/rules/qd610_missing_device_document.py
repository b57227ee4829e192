"""A device is on the market and a document that the law asks for is not there.

**What.** For each device of which the first was placed on the market: technical documentation, checklist of the
general requirements, risk management plan and report, clinical evaluation plan and report, PMS plan and
declaration of conformity that name it. Custom-made devices and other regulations are not looked at.

**Why.** MDR Art. 10(2) to (6) and 10(10), Art. 61(1), Art. 83(1), Annex II and III.

**Right.** Begin the document: `qmsdoc new pms-plan --set devices=DEV-001`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(
    __name__, clauses=("MDR Art. 10(2)", "MDR Art. 10(3)", "MDR Art. 10(4)", "MDR Art. 10(6)", "MDR Art. 10(10)")
)

NEEDED = (
    "technical",
    "gspr-checklist",
    "risk-management-plan",
    "risk-management-report",
    "clinical-evaluation-plan",
    "clinical-evaluation-report",
    "pms-plan",
    "declaration",
)
_MDR_CLASSES = {"I", "Is", "Im", "Ir", "IIa", "IIb", "III"}


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Devices on the market, with the types of documents of which none names them."""
    first = document.date("first_placed_on") if document.type.name == "device" else None
    apart = document.text("risk_class") not in _MDR_CLASSES or document.fields.get("custom_made") is True
    company = context.project.config.company
    if not first or first > context.today or apart or "manufacturer" not in (company.roles or ("manufacturer",)):
        return
    if document.fields.get("legacy") is True or context.status(document).state is not State.CURRENT:
        return
    by_type = context.project.by_type
    absent = [name for name in NEEDED if not any(document.id in d.items("devices") for d in by_type.get(name, ()))]
    if absent:
        titles = ", ".join(context.project.types[name].title.lower() for name in absent)
        yield Problem(
            document.at("first_placed_on"), f"on the market without: {titles}", f"`qmsdoc new {absent[0]}`"
        )
