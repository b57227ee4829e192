"""The document register: every document with its revision, state, owner and dates (ISO 13485 4.2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project

COLUMNS = (
    Column("id", "Id", ids=True),
    Column("title", "Title"),
    Column("type", "Type"),
    Column("revision", "Revision"),
    Column("state", "State"),
    Column("owner", "Owner"),
    Column("in_force_from", "In force from"),
    Column("next_review", "Next review"),
)


def register(project: Project, found: Mapping[tuple[str, int], Status], title: str = "Document register") -> Table:
    """One row a revision, in the order of ids; owners by the titles of their roles."""
    roles = project.people.roles
    rows = [
        (
            status.document.id,
            status.document.title,
            status.document.type.title,
            status.document.revision or None,
            status.state.value,
            roles.get(status.document.text("owner"), status.document.text("owner")),
            status.in_force_from,
            status.next_review,
        )
        for _, status in sorted(found.items(), key=lambda item: item[0])
    ]
    return Table(title, COLUMNS, rows)
