"""A risk that the risk management plan does not accept.

**What.** After control (before, where there is none) a harm is more probable than the table *Acceptability* of the
plan allows for its severity, and no medical benefit is stated that outweighs it. Cost, time and sales never make a
risk acceptable.

**Why.** Risks are reduced as far as possible, and what remains is acceptable when weighed against the benefit to
the patient (MDR Annex I 1, 2, 4); the criteria are those of the plan (MDR Annex I 3(a), ISO 13485 7.1).

**Wrong.** `residual_severity: 4` and `residual_probability: 3`, where the plan accepts severity 4 up to 2

**Right.** A further control that lowers one of them, or `benefit_outweighs: true` with `benefit_reason`
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
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Risks whose plan is there and whose levels lie above its limits."""
    plan = context.project.by_id.get(document.text("plan")) if document.type.name == "risk" else None
    if plan is None or "acceptability" not in plan.tables or document.fields.get("benefit_outweighs") is True:
        return
    rows = plan.tables["acceptability"]
    limits = {row.values.get("severity"): row.values.get("acceptable_up_to") for row in rows}
    key, severity = _level(document, "severity")
    place, probability = _level(document, "probability")
    if severity is None or probability is None:
        return
    limit = limits.get(severity)
    if limit is None:
        yield Problem(document.at(key), f"{plan.id} says nothing of severity {severity}", "add it to its table")
    elif isinstance(limit, int) and probability > limit:
        message = (
            f"severity {severity} is acceptable up to probability {limit} by {plan.id}, this is {probability}"
        )
        hint = "control it further; only a medical benefit can outweigh it: `benefit_outweighs: true`"
        yield Problem(document.at(place), message, hint)


def _level(document: Document, what: str) -> tuple[str, int | None]:
    """A level after control, else before; and its key."""
    residual = f"residual_{what}"
    if document.number(residual) is not None:
        return residual, document.number(residual)
    return what, document.number(what)
