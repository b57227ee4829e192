"""Which documents apply to a role, and how it is trained on them (ISO 13485 6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project

COLUMNS = (
    Column("id", "Id", ids=True),
    Column("title", "Title"),
    Column("revision", "Revision"),
    Column("state", "State"),
    Column("in_force_from", "In force from"),
    Column("training", "Training"),
)


def documents_of(project: Project, role: str, found: Iterable[Status]) -> Table:
    """Documents whose `applies_to` names the role."""
    return _table(project, role, (status for status in found if role in status.document.items("applies_to")))


def owned_by(project: Project, role: str, found: Iterable[Status]) -> Table:
    """Documents that a role answers for."""
    return _table(project, role, (status for status in found if status.document.text("owner") == role))


def _table(project: Project, role: str, found: Iterable[Status]) -> Table:
    """One row a document: by type as readers know them, procedures before forms, then by id."""
    order = {name: position for position, name in enumerate(project.types)}
    chosen = sorted(found, key=lambda status: (order[status.document.type.name], status.document.id))
    rows = [
        (d.id, d.title, d.revision or None, status.state.value, status.in_force_from, d.text("training"))
        for status in chosen
        for d in (status.document,)
    ]
    return Table(project.people.roles.get(role, role), COLUMNS, rows)


def of_everyone(project: Project, today: date) -> frozenset[str]:
    """Roles that every person of the company holds on that day; what applies to them applies to each role."""
    held = [{h.role for h in person.roles if h.on(today)} for person in project.people.persons.values()]
    held = [roles for roles in held if roles]
    return frozenset(set.intersection(*held)) if held else frozenset()
