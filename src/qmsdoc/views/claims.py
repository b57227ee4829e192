"""The sheets beside coverage in a workbook: who claims what, and the documents, linked with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.lifecycle import latest
from qmsdoc.views.register import register
from qmsdoc.views.table import Column, Table
from qmsdoc.views.workbook import sheet_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.views.coverage import Question, Row

CLAIMS = (
    Column("clause", "Clause"),
    Column("id", "Document", ids=True),
    Column("section", "Section"),
    Column("whole", "Claims all of it"),
    Column("state", "State"),
)


def claims_table(rows: Sequence[Row]) -> Table:
    """One row a claim, in the order of the clauses."""
    found = [
        (
            row.clause.ref,
            claim.status.document.id,
            claim.section,
            "yes" if claim.whole else "partly",
            claim.status.state.value,
        )
        for row in rows
        for claim in row.claims
    ]
    return Table("Claims", CLAIMS, found)


def documents_table(question: Question) -> Table:
    """The documents that claim something."""
    claiming = {
        (status.document.id, status.document.revision): status
        for status in latest(question.found).values()
        if status.document.items("satisfies")
    }
    return register(question.project, claiming, "Documents")


def links(tables: Sequence[Table], url: str) -> dict[tuple[str, str], str]:
    """From a clause to its first claim and back, from a claim to its document, from a document to its page."""
    coverage, claims, documents = tables
    found: dict[tuple[str, str], str] = {}
    for column, target in (("ref", claims), ("clause", coverage), ("id", documents)):
        position = 1 if target is coverage else 0
        for number, row in enumerate(target.rows, 2):
            found.setdefault((column, str(row[position])), f"internal:'{sheet_name(target)}'!A{number}")
    if url:
        for row in documents.rows:
            found["title", str(row[1])] = f"{url.rstrip('/')}/documents/{row[0]}.html"
    return found
