"""From acts, dates and a given today to the state of each revision. Pure: no disk, no clock, no git.

Nobody writes a state into a file. A revision is *draft* until somebody signs it as author or reviewer, *in
review* until the policy is met, *approved* until its first day, then *effective* until the next revision is,
or until it is withdrawn (ISO 13485 4.2.4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from qmsdoc.calendar import add_months
from qmsdoc.trust.act import Act, Meaning
from qmsdoc.trust.policy import Need, Objection, Policy, Verdict, decision, judge
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from qmsdoc.project import Document, Project


_BEGIN = {Meaning.AUTHOR, Meaning.REVIEW, Meaning.APPROVAL}  # by these a revision is in review


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
class Status:
    """What is true of one revision on the given day."""

    document: Document
    state: State
    acts: tuple[Act, ...] = ()  # only acts over exactly these bytes
    in_force_from: date | None = None
    next_review: date | None = None
    ended_on: date | None = None  # superseded or withdrawn
    changed_since_approval: bool = False  # the working tree differs from what was approved
    missing: tuple[Need, ...] = ()  # acts that the policy asks for
    objections: tuple[Objection, ...] = ()  # acts that do not count, and why

    @property
    def in_force(self) -> bool:
        """Whether people work by it today."""
        return self.state.in_force


def statuses(project: Project, today: date) -> dict[tuple[str, int], Status]:
    """The status of every known revision, record and entry, by (id, revision), sorted."""
    found: dict[tuple[str, int], Status] = {}
    by_id: dict[str, list[Document]] = {}
    for (document_id, _), document in project.revisions.items():
        by_id.setdefault(document_id, []).append(document)
    for document_id in sorted(by_id):
        documents = sorted(by_id[document_id], key=lambda d: d.revision)
        acts = [a for a in project.acts_by_id.get(document_id, ()) if a.time.date() <= today]
        if documents[-1].type.kind is Kind.CONTROLLED:
            for status in _controlled(documents, acts, project, today):
                found[document_id, status.document.revision] = status
        else:
            found[document_id, 0] = _record(documents[-1], acts, project, today)
    return found


def in_force(found: Mapping[tuple[str, int], Status]) -> dict[str, Status]:
    """The one revision of each id that is effective."""
    return {document_id: status for (document_id, _), status in found.items() if status.in_force}


def latest(found: Mapping[tuple[str, int], Status]) -> dict[str, Status]:
    """The highest revision of each id, in whatever state."""
    return {document_id: status for (document_id, _), status in sorted(found.items(), key=lambda item: item[0])}


def named(document: Document, project: Project, found: Mapping[tuple[str, int], Status]) -> dict[str, str]:
    """The present text of each document that a signature is about as well, as SHA-256 by id.

    Of a controlled document that is what is in force, else what is being worked on.
    """
    texts = {}
    for key in document.type.binds:
        for document_id in document.items(key):
            working = project.by_id.get(document_id)
            current = [s.document for (i, _), s in found.items() if i == document_id and s.in_force]
            if chosen := current[-1] if current else working:
                texts[document_id] = chosen.sha256
    return texts


def simple_state(document: Document, today: date) -> State:
    """The state of a record or an entry, which no act decides."""
    if document.type.kind is Kind.RECORD:
        closed = document.date("closed")
        return State.CLOSED if closed and closed <= today else State.OPEN
    begins, until = document.date("from"), document.date("until")
    if begins and begins > today:
        return State.PLANNED
    return State.ENDED if until and until < today else State.CURRENT


def verdict(document: Document, acts: Sequence[Act], project: Project) -> Verdict:
    """Whether acts over a document, oldest first, meet the policy of the act that completes them."""
    found = Verdict(None, (), (), ())
    controlled = document.type.kind is Kind.CONTROLLED
    for count in range(1, len(acts) + 1):
        policies = project.trust.policies(acts[count - 1])
        policy = policies.of(document.type.name, controlled=controlled)
        found = judge(policies, policy, acts[:count], document.text("owner"))
        if found.met:
            rest = judge(policies, policy, acts, document.text("owner"))
            return Verdict(found.met, (), rest.counted, rest.objections)
    return found


def _record(document: Document, acts: Sequence[Act], project: Project, today: date) -> Status:
    """A record whose type asks for closure is open until somebody closed, or corrected, exactly this text."""
    state = simple_state(document, today)
    if document.type.kind is not Kind.RECORD:
        return Status(document, state)
    closed = list(_closing(document, acts, project))
    holds = any(act.covers(document.sha256, document.attached) for act in closed)
    needs = () if holds or state is not State.CLOSED else _needs(project, document)
    mine = tuple(a for a in acts if a.covers(document.sha256, document.attached))
    objections = verdict(document, mine, project).objections
    changed = bool(closed) and not holds
    return Status(document, State.OPEN if needs else state, mine, None, None, None, changed, needs, objections)


def _closing(document: Document, acts: Sequence[Act], project: Project) -> Iterator[Act]:
    """Acts by which a closure, or the correction of a text that was closed, is complete."""
    closed: set[str] = set()
    for count, act in enumerate(acts, 1):
        same = [a for a in acts[:count] if a.covers(act.sha256, act.files)]
        found = verdict(document, same, project)
        if act not in found.counted:
            continue
        policy = _policy(document, act, project)
        if act.meaning is Meaning.CORRECTION and act.previous in closed:
            complete = decision(policy, act.meaning, found.counted, document.text("owner")) is not None
        else:
            complete = any(a.meaning is Meaning.CLOSURE for a in found.counted) and not found.missing
        if complete:
            closed.add(act.sha256)
            yield act


def _needs(project: Project, document: Document) -> tuple[Need, ...]:
    """What the latest policy asks for."""
    latest = project.trust.latest
    controlled = document.type.kind is Kind.CONTROLLED
    return latest.policies.of(document.type.name, controlled=controlled).needs if latest else ()


def _controlled(
    documents: Sequence[Document], acts: Sequence[Act], project: Project, today: date
) -> Iterable[Status]:
    """Statuses of the revisions of one id, lowest first."""
    working = project.by_id.get(documents[0].id)
    alone = [_alone(document, acts, working, project, today) for document in documents]
    for index, status in enumerate(alone):
        ends = [*_replaced(alone[index + 1 :]), *_withdrawn(alone[index:], project)] if status.in_force else []
        yield _ended(status, *min(ends, key=lambda end: end[0])) if ends else status


def _policy(document: Document, act: Act, project: Project) -> Policy:
    """The policy that an act over a document is judged by."""
    controlled = document.type.kind is Kind.CONTROLLED
    return project.trust.policies(act).of(document.type.name, controlled=controlled)


def _replaced(successors: Iterable[Status]) -> Iterator[tuple[date, State]]:
    """The first days of later revisions, each of which ends those before it."""
    for later in successors:
        if later.in_force and later.in_force_from:
            yield later.in_force_from, State.SUPERSEDED


def _withdrawn(statuses: Iterable[Status], project: Project) -> Iterator[tuple[date, State]]:
    """A withdrawal ends the revision it names, and those below it."""
    for status in statuses:
        refused = {objection.act for objection in status.objections}
        counted = [act for act in status.acts if act not in refused and act.meaning is Meaning.WITHDRAWAL]
        if counted:
            policy = _policy(status.document, counted[-1], project)
            last = decision(policy, Meaning.WITHDRAWAL, counted, status.document.text("owner"))
            if last:
                yield last.time.date(), State.WITHDRAWN


def _ended(status: Status, day: date, state: State) -> Status:
    return replace(status, state=state, next_review=None, ended_on=day)


def _alone(
    document: Document, acts: Sequence[Act], working: Document | None, project: Project, today: date
) -> Status:
    """The status of a revision as if it were the only one."""
    of_revision = [a for a in acts if a.revision == document.revision]
    mine = tuple(a for a in of_revision if a.covers(document.sha256, document.attached))
    found = verdict(document, mine, project)
    status = Status(
        document,
        State.IN_REVIEW if any(a.meaning in _BEGIN for a in found.counted) else State.DRAFT,
        mine,
        changed_since_approval=_changed(document, of_revision, working),
        missing=found.missing if mine else _needs(project, document),
        objections=found.objections,
    )
    if found.met is None:
        return status
    first_day = _first_day(document, found, project)
    if first_day is None or first_day > today:
        return replace(status, state=State.APPROVED, in_force_from=first_day)
    review = _next_review(document, found.counted, first_day)
    return replace(status, state=State.EFFECTIVE, in_force_from=first_day, next_review=review)


def _changed(document: Document, acts: Sequence[Act], working: Document | None) -> bool:
    """Whether the working tree holds other bytes under a revision that was approved."""
    if working is None or working.revision != document.revision:
        return False
    approved = [a for a in acts if a.meaning in {Meaning.APPROVAL, Meaning.TAKEOVER}]
    return bool(approved) and not any(a.covers(working.sha256, working.attached) for a in approved)


def _first_day(document: Document, found: Verdict, project: Project) -> date | None:
    """The latest of the planned day, the last required signature, and the issue act where policy asks for one."""
    assert found.met is not None
    days = [found.met.date()]
    issues = [a for a in found.counted if a.meaning is Meaning.ISSUE]
    policy = project.trust.policies(found.counted[-1]).of(document.type.name)
    if policy.issue and not issues:
        return None
    days += [a.in_force_from or a.time.date() for a in issues]
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
