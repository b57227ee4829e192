"""What the header of a document says: the same facts on the site, in a PDF and in `qmsdoc show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project
    from qmsdoc.views.table import Cell

SKIPPED = {"id", "type", "title", "revision", "owner", "waive", "effective_from"}
LABELS = {
    "satisfies": "Clauses",
    "review_every": "Review every (months)",
    "until": "Valid until",
    "from": "Valid from",
}


def facts(status: Status, project: Project) -> list[tuple[str, Cell]]:
    """Label and value, in reading order: identity, state, dates, then the other fields that are given."""
    document = status.document
    found: list[tuple[str, Cell]] = [("Id", document.id), ("Type", document.type.title)]
    if document.type.kind is Kind.CONTROLLED:
        found.append(("Revision", document.revision))
    found.append(("State", status.state.value))
    found.append(("Owner", project.people.roles.get(document.text("owner"), document.text("owner"))))
    if document.type.kind is Kind.CONTROLLED:
        found.append(("In force from", status.in_force_from or "not in force"))
        if status.in_force_from is None and (planned := document.date("effective_from")):
            found.append(("Planned from", planned))
        if status.ended_on:
            found.append((f"{status.state.value.capitalize()} on", status.ended_on))
        found.append(("Next review", status.next_review))
    for key, value in document.fields.items():
        if key not in SKIPPED and value is not None and value != ():
            text: Cell = ("yes" if value else "no") if isinstance(value, bool) else value
            if key == "applies_to":
                text = tuple(project.people.roles.get(role, role) for role in document.items(key))
            found.append((LABELS.get(key, key.replace("_", " ").capitalize()), text))
    found += [(key.replace("_", " ").capitalize(), f"n/a ({why})") for key, why in document.not_applicable.items()]
    return [(label, value) for label, value in found if value is not None]
