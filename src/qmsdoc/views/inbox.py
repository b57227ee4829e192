"""What waits for whom: acts that the policy asks for, reviews that come due, documents that nobody has read yet.

Roles and policy are those of the trust state in force, because a signature is judged by them (ISO 13485 4.2.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from qmsdoc.lifecycle import State, Status
from qmsdoc.trust.act import Meaning
from qmsdoc.trust.policy import OWNER
from qmsdoc.types.kinds import Kind
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qmsdoc.project import Document, Project
    from qmsdoc.trust.policy import Need, Policy
    from qmsdoc.trust.state import State as TrustState

NOBODY = ""  # in place of a person: the policy asks for something that nobody may state today
AHEAD = timedelta(days=60)  # a periodic review waits from so long before it is due
COLUMNS = (
    Column("person", "Person"),
    Column("what", "What"),
    Column("id", "Id", ids=True),
    Column("revision", "Revision"),
    Column("title", "Title"),
    Column("role", "Role"),
    Column("since", "Since"),
    Column("due", "Due"),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One act that waits for one person; each of several who may state it has one.

    due: the planned first day, or the day of the next review.
    """

    person: str
    meaning: Meaning
    document: Document
    role: str
    since: date | None = None
    due: date | None = None


def inbox(
    project: Project, found: Mapping[tuple[str, int], Status], today: date, *, drafts: bool = False
) -> list[Waiting]:
    """What waits, by person, the most urgent first; nothing where no trust state is in force.

    drafts: also texts that nobody has submitted, which wait for their owner as author.
    """
    state = project.trust.latest
    if state is None:
        return []
    reader = _Reader(project, state, today)
    waiting = [item for status in found.values() for item in reader.of(status, drafts=drafts)]
    return sorted(waiting, key=_urgency)


def inbox_table(waiting: Iterable[Waiting]) -> Table:
    """One row an act and person; of what nobody may state, the person is missing."""
    rows = [
        (
            item.person or None,
            item.meaning.value,
            item.document.id,
            item.document.revision or None,
            item.document.title,
            item.role or None,
            item.since,
            item.due,
        )
        for item in waiting
    ]
    return Table("Inbox", COLUMNS, rows)


def _urgency(item: Waiting) -> tuple[str, date, str, int, str]:
    return item.person, item.due or date.max, item.document.id, item.document.revision, item.meaning.value


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what waits from one status, by the people and the policy in force."""

    project: Project
    state: TrustState
    today: date

    def of(self, status: Status, *, drafts: bool) -> Iterator[Waiting]:
        kind = status.document.type.kind
        if kind is Kind.RECORD:
            yield from self._record(status)
        elif kind is Kind.CONTROLLED and status.state is State.EFFECTIVE:
            yield from self._review(status)
            yield from self._unread(status)
        elif kind is Kind.CONTROLLED and status.state is State.APPROVED:
            yield from self._issue(status)
        elif kind is Kind.CONTROLLED and status.state in {State.DRAFT, State.IN_REVIEW}:
            yield from self._unfinished(status, drafts=drafts)

    def _policy(self, document: Document) -> Policy:
        return self.state.policies.of(document.type.name, controlled=document.type.kind is Kind.CONTROLLED)

    def _record(self, status: Status) -> Iterator[Waiting]:
        """Closure of a record that is closed by its date; correction of one that was changed after its closure."""
        document, since = status.document, status.document.date("closed")
        if status.changed_since_approval:
            roles = self._policy(document).roles_for(Meaning.CORRECTION, document.text("owner"))
            yield from self._each(status, Meaning.CORRECTION, roles, None)
            return
        for need in _next(self._policy(document), status.missing):
            yield from self._need(status, need, since)

    def _unfinished(self, status: Status, *, drafts: bool) -> Iterator[Waiting]:
        """What a submitted text still needs; a text that was changed after that needs all of it again."""
        document = status.document
        working = self.project.by_id.get(document.id)
        if working is None or (working.revision, working.sha256) != (document.revision, document.sha256):
            return  # nobody can sign it any more
        before = [a for a in self.project.acts_by_id.get(document.id, ()) if a.revision == document.revision]
        if not before:
            if drafts:
                yield from self._each(status, Meaning.AUTHOR, {document.text("owner")}, None)
            return
        for need in _next(self._policy(document), status.missing):
            yield from self._need(status, need, before[-1].time.date())

    def _issue(self, status: Status) -> Iterator[Waiting]:
        policy = self._policy(status.document)
        if status.in_force_from is None and policy.issue:
            roles = policy.roles_for(Meaning.ISSUE, status.document.text("owner"))
            yield from self._each(status, Meaning.ISSUE, roles, status.acts[-1].time.date())

    def _review(self, status: Status) -> Iterator[Waiting]:
        """A periodic review that comes due; it ends in this act, or in a new revision."""
        if status.next_review and status.next_review <= self.today + AHEAD:
            roles = self._policy(status.document).roles_for(Meaning.NO_CHANGE, status.document.text("owner"))
            yield from self._each(status, Meaning.NO_CHANGE, roles, status.next_review - AHEAD)

    def _unread(self, status: Status) -> Iterator[Waiting]:
        """Persons who must know a text in force and have not said yet that they have read it."""
        document = status.document
        roles = set(document.items("applies_to"))
        if not roles or document.text("training") in {"", "none"}:
            return
        done = {act.person for act in status.acts if act.meaning is Meaning.ACKNOWLEDGEMENT}
        for person, role in self._holders(roles, document.text("owner")):
            if person not in done:
                yield Waiting(person, Meaning.ACKNOWLEDGEMENT, document, role, status.in_force_from)

    def _need(self, status: Status, need: Need, since: date | None) -> Iterator[Waiting]:
        owner = status.document.text("owner")
        roles = {owner if role == OWNER else role for role in need.roles}
        yield from self._each(status, need.meaning, roles, since)

    def _each(
        self, status: Status, meaning: Meaning, roles: Iterable[str], since: date | None
    ) -> Iterator[Waiting]:
        """One item for each person who may state it and has not; one without a person where there is none."""
        document, roles = status.document, set(roles)
        stated = {(act.person, act.role) for act in status.acts if act.meaning is meaning}
        refused = self._authors(status) if meaning is Meaning.APPROVAL else set()
        holders = [pair for pair in self._holders(roles, document.text("owner")) if pair[0] not in refused]
        if meaning is not Meaning.NO_CHANGE:  # which is stated again for each review
            holders = [pair for pair in holders if pair not in stated]
        due = status.next_review if meaning is Meaning.NO_CHANGE else document.date("effective_from")
        for person, role in holders or [(NOBODY, " or ".join(sorted(roles)))]:
            yield Waiting(person, meaning, document, role, since, due)

    def _authors(self, status: Status) -> set[str]:
        """Persons who may not approve, because it is their own work."""
        if self._policy(status.document).author_may_approve:
            return set()
        return {act.person for act in status.acts if act.meaning is Meaning.AUTHOR}

    def _holders(self, roles: set[str], owner: str) -> Iterator[tuple[str, str]]:
        """Persons with the role in which each would sign; without roles, everybody who holds one."""
        for person in self.state.people.persons.values():
            held = [role for role in person.roles_on(self.today) if not roles or role in roles]
            if held and not person.machine:
                yield person.key, owner if owner in held else held[0]


def _next(policy: Policy, missing: Iterable[Need]) -> Iterator[Need]:
    """What can be stated now: where the policy has an order, only what nothing missing stands before."""
    missing = [need for need in missing if need.meaning is not Meaning.ISSUE]
    for need in missing:
        before = policy.needs[: next((i for i, n in enumerate(policy.needs) if n.meaning is need.meaning), 0)]
        if not (policy.in_order and any(other in missing for other in before)):
            yield need
