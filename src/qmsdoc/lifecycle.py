"""From acts, dates and a given today to the state of each revision. Pure: no disk, no clock, no git.

Nobody writes a state into a file. A revision is *draft* until somebody signs it as author or reviewer, *in
review* until the policy is met, *approved* until its first day, then *effective* until the next revision is,
or until it is withdrawn (ISO 13485 4.2.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from qmsdoc.calendar import add_months
from qmsdoc.project import Act, Document, Meaning, Project
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date


class State(Enum):
    """The state of a revision, a record or an entry."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    OPEN = "open"
    CLOSED = "closed"
    PLANNED = "planned"
    CURRENT = "current"
    ENDED = "ended"

    @property
    def in_force(self) -> bool:
        """Whether people work by it today."""
        return self in {State.EFFECTIVE, State.CURRENT}


@dataclass(frozen=True, slots=True)
class Policy:
    """Which acts a revision needs before it may come into force."""

    required: frozenset[Meaning] = frozenset({Meaning.APPROVAL})
    issue: bool = False  # an issue act sets the first day


@dataclass(frozen=True, slots=True)
class Status:
    """What is true of one revision on the given day."""

    document: Document
    state: State
    acts: tuple[Act, ...] = ()  # only acts over exactly these bytes
    in_force_from: date | None = None
    next_review: date | None = None
    ended_on: date | None = None  # superseded or withdrawn
    changed_since_approval: bool = False  # the working tree differs from what was approved

    @property
    def in_force(self) -> bool:
        """Whether people work by it today."""
        return self.state.in_force


def statuses(project: Project, today: date, policy: Policy | None = None) -> dict[tuple[str, int], Status]:
    """The status of every known revision, record and entry, by (id, revision), sorted."""
    policy = policy or Policy()
    found: dict[tuple[str, int], Status] = {}
    by_id: dict[str, list[Document]] = {}
    for (document_id, _), document in project.revisions.items():
        by_id.setdefault(document_id, []).append(document)
    for document_id in sorted(by_id):
        documents = sorted(by_id[document_id], key=lambda d: d.revision)
        if documents[-1].type.kind is Kind.CONTROLLED:
            acts = [a for a in project.acts_by_id.get(document_id, ()) if a.time.date() <= today]
            working = project.by_id.get(document_id)
            for status in _controlled(documents, acts, working, today, policy):
                found[document_id, status.document.revision] = status
        else:
            document = documents[-1]
            found[document_id, 0] = Status(document, simple_state(document, today))
    return found


def in_force(found: Mapping[tuple[str, int], Status]) -> dict[str, Status]:
    """The one revision of each id that is effective."""
    return {document_id: status for (document_id, _), status in found.items() if status.in_force}


def latest(found: Mapping[tuple[str, int], Status]) -> dict[str, Status]:
    """The highest revision of each id, in whatever state."""
    return {document_id: status for (document_id, _), status in sorted(found.items(), key=lambda item: item[0])}


def simple_state(document: Document, today: date) -> State:
    """The state of a record or an entry, which no act decides."""
    if document.type.kind is Kind.RECORD:
        closed = document.date("closed")
        return State.CLOSED if closed and closed <= today else State.OPEN
    begins, until = document.date("from"), document.date("until")
    if begins and begins > today:
        return State.PLANNED
    return State.ENDED if until and until < today else State.CURRENT


def _controlled(
    documents: Sequence[Document], acts: Sequence[Act], working: Document | None, today: date, policy: Policy
) -> Iterable[Status]:
    """Statuses of the revisions of one id, lowest first."""
    alone = [_alone(document, acts, working, today, policy) for document in documents]
    for index, status in enumerate(alone):
        ends = [*_replaced(alone[index + 1 :]), *_withdrawn(acts, status)] if status.in_force else []
        yield _ended(status, *min(ends, key=lambda end: end[0])) if ends else status


def _replaced(successors: Iterable[Status]) -> Iterator[tuple[date, State]]:
    """The first days of later revisions, each of which ends those before it."""
    for later in successors:
        if later.in_force and later.in_force_from:
            yield later.in_force_from, State.SUPERSEDED


def _withdrawn(acts: Iterable[Act], status: Status) -> Iterator[tuple[date, State]]:
    """A withdrawal ends the revision it names, and those below it."""
    for act in acts:
        if act.meaning is Meaning.WITHDRAWAL and act.revision >= status.document.revision:
            yield act.time.date(), State.WITHDRAWN


def _ended(status: Status, day: date, state: State) -> Status:
    return Status(
        status.document, state, status.acts, status.in_force_from, None, day, status.changed_since_approval
    )


def _alone(
    document: Document, acts: Sequence[Act], working: Document | None, today: date, policy: Policy
) -> Status:
    """The status of a revision as if it were the only one."""
    mine = tuple(a for a in acts if a.revision == document.revision and a.sha256 == document.sha256)
    met = {a.meaning for a in mine}
    if Meaning.TAKEOVER in met:  # approved on paper before the move
        met |= policy.required
    changed = _changed(document, acts, working)
    if not policy.required <= met:
        started = met & {Meaning.AUTHOR, Meaning.REVIEW, Meaning.APPROVAL}
        return Status(document, State.IN_REVIEW if started else State.DRAFT, mine, changed_since_approval=changed)
    first_day = _first_day(document, mine, policy)
    if first_day is None or first_day > today:
        return Status(document, State.APPROVED, mine, first_day, changed_since_approval=changed)
    review = _next_review(document, mine, first_day)
    return Status(document, State.EFFECTIVE, mine, first_day, review, changed_since_approval=changed)


def _changed(document: Document, acts: Sequence[Act], working: Document | None) -> bool:
    """Whether the working tree holds other bytes under a revision that was approved."""
    if working is None or working.revision != document.revision:
        return False
    approved = {
        a.sha256
        for a in acts
        if a.revision == document.revision and a.meaning in {Meaning.APPROVAL, Meaning.TAKEOVER}
    }
    return bool(approved) and working.sha256 not in approved


def _first_day(document: Document, acts: Sequence[Act], policy: Policy) -> date | None:
    """The latest of the planned day, the last required signature, and the issue act where policy asks for one."""
    needed = policy.required | {Meaning.TAKEOVER}
    days = [a.time.date() for a in acts if a.meaning in needed]
    issues = [a.in_force_from or a.time.date() for a in acts if a.meaning is Meaning.ISSUE]
    if policy.issue and not issues:
        return None
    days += issues
    if planned := document.date("effective_from"):
        days.append(planned)
    return max(days)


def _next_review(document: Document, acts: Sequence[Act], first_day: date) -> date | None:
    """`review_every` months after coming into force or after the last review without change."""
    months = document.number("review_every")
    if months is None:
        return None
    reviewed = [a.time.date() for a in acts if a.meaning is Meaning.NO_CHANGE]
    return add_months(max([first_day, *reviewed]), months)
