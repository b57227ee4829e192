"""A certificate has expired, and its devices are on the market.

**What.** An EU certificate whose entry has not ended, whose last day has passed, and that covers a device of which
the first was placed on the market.

**Why.** A certificate is valid for the period it indicates, at most five years (MDR Art. 56(2)); without it a
device that needs it may not be placed on the market (MDR Art. 5(1), 52).

**Right.** The entry of the certificate that followed; or `until` on both, and a stop of delivery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("MDR Art. 56(2)",), depends="time")


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Certificates under the MDR beyond their last day."""
    day = document.date("expires_on") if document.type.name == "certificate" else None
    private = document.text("certificate_kind") in {"iso-13485", "other"}
    if day is None or day >= context.today or private or context.status(document).state is not State.CURRENT:
        return
    devices = [context.project.by_id.get(name) for name in document.items("devices")]
    placed = [d.id for d in devices if d and (first := d.date("first_placed_on")) and first <= context.today]
    if placed:
        message = f"expired on {day}, and {', '.join(placed)} is on the market"
        yield Problem(document.at("expires_on"), message, "enter the one that followed, or stop the delivery")
