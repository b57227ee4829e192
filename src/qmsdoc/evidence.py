"""Whether records show that a clause is lived: what there is of the kinds that serve it, and what is overdue.

Records of some kinds are expected within a number of months, others come with events, and entries of registers
have days on which they must be renewed (ISO 13485 4.2.5, 5.6.1, 7.4.1, 7.6, 8.2.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from qmsdoc.calendar import add_months
from qmsdoc.citation import CitationError, covered, read_citations
from qmsdoc.lifecycle import State, simple_state
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from qmsdoc.project import Document, Project
    from qmsdoc.types.base import DocumentType


class Found(Enum):
    """What the records of the kinds that serve a clause show; the first that holds for one of them counts."""

    OVERDUE = "overdue"
    PRESENT = "present"
    NONE = "none"  # nothing is there, and nothing is due yet
    NO_EVENT = "no event"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for one clause: the ids that count, and why it is overdue."""

    found: Found = Found.NONE
    ids: tuple[str, ...] = ()
    because: str = ""


def types_by_clause(project: Project) -> Mapping[tuple[str, str], Sequence[DocumentType]]:
    """The types of records and entries that serve a clause, by framework and reference."""
    found: dict[tuple[str, str], list[DocumentType]] = {}
    for document_type in project.types.values():
        if document_type.kind is Kind.CONTROLLED:
            continue
        for text in document_type.clauses:
            try:
                cited = read_citations(text, project.catalogs)
            except CitationError:  # of a framework that is not active
                continue
            for citation in cited:
                for ref in covered(citation, project.catalogs):
                    found.setdefault((citation.framework, ref), []).append(document_type)
    return found


def evidence(
    project: Project,
    types: Iterable[DocumentType],
    today: date,
    months: int,
    since: date | None,
    device: str = "",
) -> Evidence:
    """What the records of some types show in the last months; `since` is when their procedure came into force.

    For one device, records of types that name devices count only where they name it.
    """
    answers = [_of_type(project, document_type, today, months, since, device) for document_type in types]
    for wanted in Found:
        found = [answer for answer in answers if answer.found is wanted]
        if found:
            ids = dict.fromkeys(name for answer in found for name in answer.ids)
            return Evidence(wanted, tuple(ids), "; ".join(answer.because for answer in found if answer.because))
    return Evidence()


def _of_type(
    project: Project, document_type: DocumentType, today: date, months: int, since: date | None, device: str
) -> Evidence:
    mine = project.by_type.get(document_type.name, ())
    if device and "devices" in document_type.names:
        mine = [document for document in mine if device in document.items("devices")]
    elif device and document_type.name == "device":
        mine = [document for document in mine if document.id == device]
    if document_type.kind is Kind.ENTRY:
        return _of_entries(document_type, [d for d in mine if simple_state(d, today) is State.CURRENT], today)
    every = project.config.intervals.get(document_type.name, document_type.every)
    day_of = held_on if every else _begun
    days = {document.id: day for document in mine if (day := day_of(document)) and day <= today}
    if every and (last := max(days.values(), default=since)) and (due := add_months(last, every)) < today:
        return Evidence(Found.OVERDUE, (), f"{document_type.title.lower()} was due on {due.isoformat()}")
    recent = tuple(name for name, day in days.items() if add_months(day, every or months) >= today)
    if recent:
        return Evidence(Found.PRESENT, recent)
    return Evidence(Found.NONE if every else Found.NO_EVENT)


def _of_entries(document_type: DocumentType, current: Sequence[Document], today: date) -> Evidence:
    late = [
        (document, due)
        for document in current
        for day_key, months_key in document_type.renewed
        if (due := _renewal(document, day_key, months_key)) and due < today
    ]
    if late:
        told = ", ".join(f"{document.id} was due on {due.isoformat()}" for document, due in late)
        return Evidence(Found.OVERDUE, tuple(document.id for document, _ in late), told)
    return Evidence(Found.PRESENT if current else Found.NONE, tuple(document.id for document in current))


def _begun(record: Document) -> date | None:
    """The day an event is known since: records that come with events count from their beginning."""
    return record.date("opened")


def held_on(record: Document) -> date | None:
    """The day a planned activity took place: it does not count while it is only planned."""
    reached = record.type.stages[record.stage].reached_by
    return record.date(reached) if reached else None


def _renewal(document: Document, day_key: str, months_key: str) -> date | None:
    day, months = document.date(day_key), document.number(months_key)
    return add_months(day, months) if day and months else None
