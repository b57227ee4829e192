"""Coverage for readers: rows as a table, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qmsdoc.views.coverage import Claim, Level, Row
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COLUMNS = (
    Column("framework", "Framework"),
    Column("ref", "Clause"),
    Column("title", "Title"),
    Column("level", "Coverage"),
    Column("documents", "Documents and sections"),
    Column("records", "Records"),
    Column("because", "Why"),
)


def coverage_table(rows: Iterable[Row], title: str) -> Table:
    """Rows as a table."""
    data = [
        (
            row.clause.framework,
            row.clause.ref,
            row.clause.label,
            row.level.value,
            tuple(claim_text(claim) for claim in row.claims),
            row.evidence.ids,
            row.because,
        )
        for row in rows
    ]
    return Table(title, COLUMNS, data)


def claim_text(claim: Claim) -> str:
    """A claim in short: `SOP-011 @assess`, with what is short of a whole claim in force."""
    document = claim.status.document
    section = f" @{claim.section}" if claim.section else ""
    short = [] if claim.status.in_force else [claim.status.state.value]
    short += [] if claim.whole else ["partly"]
    return f"{document.id}{section}" + (f" ({', '.join(short)})" if short else "")


@dataclass(frozen=True, slots=True)
class Summary:
    """How many units of a framework apply, and how many of them stand at each level."""

    applicable: int
    not_applicable: int
    at: Mapping[Level, int]

    @property
    def good(self) -> int:
        """Units at which nothing is left to do."""
        return sum(number for level, number in self.at.items() if not level.is_gap)

    @property
    def percent(self) -> float:
        """The share of applicable units at which nothing is left to do; 100 where none applies."""
        return 100 * self.good / self.applicable if self.applicable else 100.0


def summary(rows: Sequence[Row]) -> Summary:
    """Count rows by level."""
    at: dict[Level, int] = {level: sum(row.level is level for row in rows) for level in Level}
    del at[Level.NOT_APPLICABLE]
    applicable = sum(at.values())
    return Summary(applicable, len(rows) - applicable, at)


def summary_text(name: str, counted: Summary) -> str:
    """One line: `ISO 13485:2016: 72 clauses apply, 41 addressed, 31 claimed by a draft; 2 do not apply`."""
    told = ", ".join(f"{number} {level.value}" for level, number in counted.at.items() if number)
    rest = f"; {counted.not_applicable} not applicable" if counted.not_applicable else ""
    return f"{name}: {counted.applicable} clauses apply" + (f", {told}" if told else "") + rest
