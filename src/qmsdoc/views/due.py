"""What is late and what comes due, by who answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from qmsdoc.ahead import Due
    from qmsdoc.diagnostics import Location
    from qmsdoc.project import Document, Project
    from qmsdoc.views.table import Cell

COLUMNS = (
    Column("owner", "Owner"),
    Column("persons", "Persons"),
    Column("until", "Last day"),
    Column("id", "Document", ids=True),
    Column("title", "Title"),
    Column("message", "A check says"),
    Column("responsible", "Responsible"),
    Column("rule", "Rule"),
    Column("path", "File"),
    Column("line", "Line"),
)
LATE = "late"
NO_OWNER = "Settings and trust"


def due_table(project: Project, found: Iterable[Due], today: date) -> Table:
    """One row a finding: by the role that owns the document, with the persons who hold it; first what is late.

    responsible: the person whom the row of a table names, such as that of an action.
    """
    documents = {d.path: d for d in (*project.copies.values(), *project.documents)}
    people = project.people
    rows = []
    for finding, until in found:
        place = finding.location
        document = documents.get(place.path)
        owner = document.text("owner") if document else ""
        rows.append(
            (
                people.roles.get(owner, owner) or NO_OWNER,
                tuple(person.name for person in people.holders(owner, today)),
                until or LATE,
                document.id if document else place.path,
                document.title if document else None,
                finding.message,
                _responsible(project, document, place),
                finding.code,
                place.path,
                place.line,
            )
        )
    rows.sort(key=lambda row: (row[0] == NO_OWNER, row[0], row[2] != LATE, str(row[2]), row[8:]))
    return Table("Due", COLUMNS, rows)


def by_owner(table: Table) -> Sequence[Table]:
    """A table for each owner, with the persons in its title."""
    found: dict[str, list[tuple[Cell, ...]]] = {}
    for row in table.rows:
        persons = ", ".join(row[1]) if isinstance(row[1], tuple) else ""
        found.setdefault(f"{row[0]}: {persons}" if persons else str(row[0]), []).append(row)
    shown = ("until", "id", "title", "message", "responsible", "rule")
    return [Table(title, table.columns, rows).only(*shown) for title, rows in found.items()]


def _responsible(project: Project, document: Document | None, place: Location) -> str | None:
    """The name of the person whom the row at a place names."""
    for row in (row for rows in document.tables.values() for row in rows) if document else ():
        person = row.values.get("responsible")
        if person and any(span.line == place.line for span in row.spans.values()):
            known = project.people.persons.get(str(person))
            return known.name if known else str(person)
    return None
