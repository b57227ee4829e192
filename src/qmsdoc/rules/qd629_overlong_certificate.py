"""A certificate with a longer validity than five years.

**What.** `expires_on` of an EU certificate lies more than five years after `issued_on`.

**Why.** Certificates are valid for the period that they indicate, at most five years (MDR Art. 56(2), IVDR
Art. 51(2)). A wrong last day here hides the day by which the renewal must be done.

**Wrong.** `issued_on: 2025-03-17` and `expires_on: 2031-03-16`

**Right.** The day that stands on the certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("MDR Art. 56(2)",))

YEARS = 5


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Certificates of notified bodies; those of private bodies have periods of their own."""
    first, last = document.date("issued_on"), document.date("expires_on")
    private = document.text("certificate_kind") in {"iso-13485", "other"}
    if document.type.name != "certificate" or private or not first or not last:
        return
    if (last.year - YEARS, last.month, last.day) > (first.year, first.month, first.day):
        message = f"valid from {first} to {last}, and {YEARS} years are the most"
        yield Problem(document.at("expires_on"), message, "compare with the certificate")
