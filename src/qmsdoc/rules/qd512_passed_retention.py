"""A device whose documents need not be kept any longer.

**What.** Since the last device was placed on the market 10 years have passed, 15 for an implantable one, and its
lifetime as well.

**Why.** Technical documentation, declaration and certificates are kept for that time (MDR Art. 10(8)), records for
the lifetime of the device and at least two years (ISO 13485 4.2.5). After it somebody decides what becomes of
them, above all of what holds personal data.

**Right.** Decide, and end the entry with `until`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.calendar import add_months
from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.INFO, clauses=("MDR Art. 10(8)", "ISO 13485 4.2.5"), depends="time")


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Current devices of which nothing has been sold for so long."""
    last = document.date("last_placed_on")
    if document.type.name != "device" or last is None or document.date("until"):
        return
    months = 12 * (15 if document.says("implantable", "true") else 10)
    kept = add_months(last, max(months, document.number("lifetime_months") or 0))
    if kept < context.today:
        message = f"its documents and records had to be kept until {kept}"
        yield Problem(document.at("last_placed_on"), message, "decide what becomes of them, then `until: …`")
