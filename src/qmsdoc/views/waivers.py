"""What was accepted, for the auditor: each waiver with its reason and the findings that it accepts today.

Before them stand the rules that the company switched off, which accept whatever there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.rule import registry
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.diagnostics import Findings, Location, Waiver

COLUMNS = (
    Column("code", "Code"),
    Column("rule", "Rule"),
    Column("applies_to", "Applies to"),
    Column("findings", "Findings"),
    Column("reason", "Reason"),
    Column("until", "Until"),
    Column("where", "Where"),
)


def waivers_table(waivers: Sequence[Waiver], findings: Findings) -> Table:
    """One row a waiver, by code and place; of one that is past its day or accepts nothing the number is 0."""
    names = {code: rule.name for code, rule in registry().items()}
    accepted = [found.waiver for found in findings.diagnostics if found.waiver]
    off = [
        (each.code, names.get(each.code, ""), "everything: off", None, each.reason, None, _line(each.location))
        for each in findings.off
    ]
    rows = [
        (
            waiver.code,
            names.get(waiver.code, ""),
            waiver.applies_to,
            accepted.count(waiver),
            waiver.reason,
            waiver.until,
            _line(waiver.location),
        )
        for waiver in sorted(waivers, key=lambda waiver: (waiver.code, waiver.applies_to, waiver.location))
    ]
    return Table("Waivers", COLUMNS, [*off, *rows])


def _line(place: Location) -> str:
    return f"{place.path}:{place.line}"
