"""What a change brings that is signed, and who must sign what it leaves unsigned, by the policy in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.trust.act import Meaning, in_order
from qmsdoc.trust.policy import OWNER, Need
from qmsdoc.types.kinds import Kind
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Document, Project
    from qmsdoc.trust.people import People
    from qmsdoc.trust.state import State
    from qmsdoc.views.changed_documents import Changed

COLUMNS = (
    Column("id", "Document", ids=True),
    Column("revision", "Revision"),
    Column("meaning", "Statement"),
    Column("roles", "Role"),
    Column("persons", "Who holds it"),
)
STATED = (
    Column("id", "Document", ids=True),
    Column("revision", "Revision"),
    Column("meaning", "Statement"),
    Column("name", "By"),
    Column("role", "Role"),
)
NOBODY = "nobody holds it"
_LATER = {Meaning.NO_CHANGE, Meaning.WITHDRAWAL, Meaning.CORRECTION}  # decided of what is in force already


def signers(
    found: Iterable[Changed], statuses: Mapping[tuple[str, int], Status], state: State, today: date
) -> Table:
    """One row an act that is missing, in the order of the policy, with the persons who may make it today.

    Where somebody must not approve own work, or several must sign, the persons named are those who may come into
    question; what one of them states is judged when it is made.
    """
    rows = []
    for item in found:
        document = item.after
        status = statuses.get((document.id, document.revision)) if document else None
        if document is None or status is None:
            continue
        for need in _missing(document, status, state):
            roles = tuple(document.text("owner") if role == OWNER else role for role in need.roles)
            titles = " or ".join(state.people.roles.get(role, role) for role in roles) or "any role"
            several = f" ({need.signers} persons)" if need.signers > 1 else ""
            who = _who(state.people, roles, today)
            rows.append((document.id, document.revision or None, need.meaning.value, f"{titles}{several}", who))
    return Table("Who must sign", COLUMNS, rows)


def stated(base: Project, project: Project) -> Table:
    """One row a verified statement that the base has not, oldest first."""
    known = {act.digest for act in base.acts}
    people = project.people
    rows = [
        (act.id, act.revision or None, act.meaning.value, act.name, people.roles.get(act.role, act.role))
        for act in in_order(project.acts)
        if act.digest not in known
    ]
    return Table("Signed with this change", STATED, rows)


def _missing(document: Document, status: Status, state: State) -> Iterator[Need]:
    """What the text of the working tree still needs; nothing where it can no longer be signed as this revision."""
    policy = state.policies.of(document.type.name, controlled=document.type.kind is Kind.CONTROLLED)
    if document.type.kind is Kind.RECORD and status.changed_since_approval:
        roles = policy.roles_for(Meaning.CORRECTION, document.text("owner"))
        yield Need(Meaning.CORRECTION, tuple(sorted(roles)))
        return
    if status.document.sha256 != document.sha256:
        return
    unissued = status.in_force_from is None and not any(act.meaning is Meaning.ISSUE for act in status.acts)
    for need in policy.needs:
        wanted = unissued if need.meaning is Meaning.ISSUE else need in status.missing
        if wanted and need.meaning not in _LATER:
            yield need


def _who(people: People, roles: Iterable[str], today: date) -> str:
    """Names of the persons who hold one of the roles, deputies last; without roles, how many hold any."""
    wanted = list(roles) or list(people.roles)
    persons = [person for role in wanted for person in people.holders(role, today) if not person.machine]
    names = list(dict.fromkeys(person.name for person in persons))
    return (", ".join(names) if roles else f"any of {len(names)}") if names else NOBODY
