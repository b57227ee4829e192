"""Who stated what of a text: the signature block, from verified acts that count, and from nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.trust.act import Form, Meaning
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project
    from qmsdoc.trust.act import Act

COLUMNS = (
    Column("meaning", "Statement"),
    Column("name", "Name"),
    Column("role", "Role"),
    Column("time", "Signed at"),
    Column("witnessed", "Witnessed at"),
    Column("form", "Signed by"),
    Column("reason", "Reason"),
)
FORMS = {
    Form.KEY: "key",
    Form.SECURITY_KEY: "security key",
    Form.SIGNED_PDF: "signed PDF",
    Form.PAPER: "ink on paper",
}


def counting(status: Status) -> list[Act]:
    """The acts over exactly this text that count, without those of readers."""
    refused = {objection.act for objection in status.objections}
    return [a for a in status.acts if a not in refused and a.meaning is not Meaning.ACKNOWLEDGEMENT]


def readers(status: Status) -> int:
    """How many persons have read and understood this text."""
    return len({a.person for a in status.acts if a.meaning is Meaning.ACKNOWLEDGEMENT})


def signatures(status: Status, project: Project) -> Table:
    """Statement, printed name, role and time of each signature, oldest first (21 CFR 11.50)."""
    people = project.people
    rows = []
    for act in counting(status):
        person = people.persons.get(act.person)
        name = act.name or (person.name if person else act.person)
        witness = f", witnessed by {_name(project, act.witness)}" if act.witness else ""
        rows.append(
            (
                f"{act.meaning.value.capitalize()}: {act.meaning.sentence}",
                name,
                people.roles.get(act.role, act.role),
                act.time.isoformat(sep=" ", timespec="minutes"),
                act.witnessed.isoformat(sep=" ", timespec="minutes") if act.witnessed else None,
                FORMS[act.form] + witness,
                act.reason,
            )
        )
    return Table("Signatures", COLUMNS, rows)


def _name(project: Project, key: str) -> str:
    person = project.people.persons.get(key)
    return person.name if person else key
