"""The table for the regulatory strategy: which clauses apply, to which devices, on which facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.applicability import applicability
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from qmsdoc.views.coverage import Question

COLUMNS = (
    Column("framework", "Framework"),
    Column("ref", "Clause"),
    Column("title", "Title"),
    Column("applies", "Applies"),
    Column("devices", "Devices", ids=True),
    Column("because", "Facts it rests on"),
)
ANSWERS = {True: "yes", False: "no", None: "to be stated"}


def applicability_table(question: Question, framework: str) -> Table:
    """One row a unit. What nobody stated is `to be stated`, and counts as applying."""
    catalog = question.project.catalogs[framework]
    rows = []
    for clause in catalog.clauses.values():
        if clause.unit:
            answer = applicability(clause, catalog, question.profile)
            told = (ANSWERS[answer.applies], answer.devices, answer.because)
            rows.append((framework, clause.ref, clause.label, *told))
    return Table(f"Applicability of {question.project.catalogs.label(framework)}", COLUMNS, rows)
