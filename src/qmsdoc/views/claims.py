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
    Column("framework", "Framework"),
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
            row.clause.framework,
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


def links(tables: Sequence[Table], url: str) -> dict[tuple[str, int, str], str]:
    """From a clause to its first claim and back, from a claim to its document, from a document to its page.

    tables: coverage, claims and documents.
    """
    coverage, claims, documents = tables
    found: dict[tuple[str, int, str], str] = {}
    clauses = {(row[0], row[1]): _cell(coverage, number) for number, row in enumerate(coverage.rows)}
    ids = {row[0]: _cell(documents, number) for number, row in enumerate(documents.rows)}
    first: dict[object, str] = {}
    for number, row in enumerate(claims.rows):
        first.setdefault((row[0], row[1]), _cell(claims, number))
        found[claims.title, number, "clause"] = clauses[row[0], row[1]]
        if row[2] in ids:
            found[claims.title, number, "id"] = ids[row[2]]
    for number, row in enumerate(coverage.rows):
        if (row[0], row[1]) in first:
            found[coverage.title, number, "ref"] = first[row[0], row[1]]
    if url:
        for number, row in enumerate(documents.rows):
            found[documents.title, number, "title"] = f"{url.rstrip('/')}/documents/{row[0]}.html"
    return found


def _cell(table: Table, number: int) -> str:
    """The place of a row in a workbook; the header is row 1."""
    return f"internal:'{sheet_name(table)}'!A{number + 2}"
