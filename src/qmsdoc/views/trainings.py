"""Which trainings a change triggers: who must know a new revision, and how (ISO 13485 6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from qmsdoc.trust.people import People
    from qmsdoc.views.changed_documents import Changed

COLUMNS = (
    Column("id", "Document", ids=True),
    Column("revision", "Revision"),
    Column("title", "Title"),
    Column("training", "Training"),
    Column("roles", "Roles"),
    Column("persons", "Persons"),
)


def trainings(found: Iterable[Changed], people: People, today: date) -> Table:
    """One row a new revision on which people are trained: each role with how many hold it, and how many in all."""
    rows = []
    for item in found:
        document = item.after
        if document is None or not item.is_revised or document.text("training") in {"", "none"}:
            continue
        holders = {role: people.holders(role, today) for role in document.items("applies_to")}
        roles = tuple(
            f"{people.roles.get(role, role)} ({len(persons) or 'nobody'})" for role, persons in holders.items()
        )
        persons = {person.key for held in holders.values() for person in held}
        rows.append(
            (document.id, document.revision, document.title, document.text("training"), roles, len(persons))
        )
    return Table("Trainings triggered", COLUMNS, rows)
