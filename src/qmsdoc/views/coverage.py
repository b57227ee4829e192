"""Coverage: for each clause that applies, who answers it and whether records show that it is lived.

Counted are the clauses that the catalogue marks as units. Only a document in force answers one, and only where it
names the section that does. A citation above a unit addresses none of its units; one below addresses it in part
(see `citation`). Nothing here says that anybody complies: it says what documents claim and what records there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from qmsdoc.applicability import Applicability, Profile, applicability, profile
from qmsdoc.citation import covered
from qmsdoc.evidence import Evidence, Found, evidence, types_by_clause
from qmsdoc.lifecycle import State, statuses
from qmsdoc.omission import may_omit, objection
from qmsdoc.views.clause_index import citations, nearest_listed, not_applied

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from qmsdoc.catalog import Catalog, Clause
    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project
    from qmsdoc.types.base import DocumentType

PERIOD = 12  # months that evidence of events is looked for
NOTHING = Evidence()
_OVER = {State.SUPERSEDED, State.WITHDRAWN}


class Level(Enum):
    """How far a clause is answered."""

    NOT_ADDRESSED = "not addressed"
    DRAFT = "claimed by a draft"
    PARTLY = "partly addressed"
    ADDRESSED = "addressed"
    EVIDENCED = "evidenced"
    OVERDUE = "evidence overdue"
    NO_EVENT = "no event in the period"
    ELSEWHERE = "held elsewhere"
    NOT_APPLICABLE = "not applicable"

    @property
    def is_gap(self) -> bool:
        """Whether something is left to do."""
        return self in {Level.NOT_ADDRESSED, Level.DRAFT, Level.PARTLY, Level.OVERDUE}


@dataclass(frozen=True, slots=True)
class Claim:
    """What one revision says of a unit: the section, empty where none is named, and whether all of it is meant."""

    status: Status
    section: str
    whole: bool = True

    def is_for(self, device: str) -> bool:
        """Whether the document speaks for a device: it names it, or names none; `` is any."""
        named = self.status.document.items("devices")
        return not named or not device or device in named


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of a framework: how far it is answered, by whom, on which facts it applies, and why so far."""

    clause: Clause
    level: Level
    claims: tuple[Claim, ...]
    applies: Applicability
    evidence: Evidence
    because: str = ""


@dataclass(frozen=True)
class Question:
    """What coverage is asked of: the project on a day, and which claims count."""

    project: Project
    found: Mapping[tuple[str, int], Status]
    profile: Profile
    today: date
    months: int = PERIOD
    drafts: bool = False  # count what drafts claim as if they were in force
    device: str = ""  # answer for this device alone

    def counts(self, status: Status) -> bool:
        """Whether a revision may answer a clause."""
        return status.in_force or self.drafts


def ask(
    project: Project, today: date, *, months: int = PERIOD, drafts: bool = False, device: str = ""
) -> Question:
    """Make a question of a project, or of one of its devices; raises KeyError where it is none."""
    given = profile(project, today)
    if device:
        given = replace(given, devices={device: given.devices[device]})
    return Question(project, statuses(project, today), given, today, months, drafts, device)


def coverage(question: Question, framework: str) -> list[Row]:
    """One row a unit, in the order of the framework."""
    catalog = question.project.catalogs[framework]
    claims = claims_by_unit(question, framework)
    living = [status for status in question.found.values() if not is_over(status)]
    omitted = not_applied(question.project, framework, living)
    manuals = {status.document.id: status for status in living}
    types = types_by_clause(question.project)
    rows = []
    for clause in catalog.clauses.values():
        if not clause.unit:
            continue
        applies = applicability(clause, catalog, question.profile)
        said = _omission(clause, catalog, omitted)
        row = _omitted(clause, applies, said, manuals, question) if said else None
        if row is None and applies.applies is False and not may_omit(clause, catalog):
            row = Row(clause, Level.NOT_APPLICABLE, (), applies, NOTHING, applies.because)
        rows.append(row or _answered(clause, catalog, applies, claims, types, question))
    return rows


def claims_by_unit(question: Question, framework: str) -> Mapping[str, Sequence[Claim]]:
    """Claims by the reference of the unit they are about; what cites a point counts for the unit it belongs to."""
    catalog = question.project.catalogs[framework]
    found: dict[str, list[Claim]] = {}
    for status in question.found.values():
        if is_over(status):
            continue
        for citation in citations(status.document, question.project.catalogs):
            if citation.framework != framework:
                continue
            section = citation.section if citation.section in status.document.body.anchors else ""
            for ref in covered(citation, question.project.catalogs):
                unit = unit_of(ref, catalog)
                claim = Claim(status, section, ref == unit)
                if unit and claim.is_for(question.device) and claim not in found.setdefault(unit, []):
                    found[unit].append(claim)
    return found


def is_over(status: Status) -> bool:
    """Whether a revision no longer answers anything."""
    return status.state in _OVER


def unit_of(ref: str, catalog: Catalog) -> str:
    """The unit that a reference is or belongs to, the nearest upwards; empty if there is none."""
    listed = nearest_listed(catalog, ref)
    if not listed:
        return ""
    chain = (catalog.clauses[listed], *catalog.ancestors(listed))
    return next((clause.ref for clause in chain if clause.unit), "")


def _omission(
    clause: Clause, catalog: Catalog, omitted: Mapping[str, list[tuple[str, str, str]]]
) -> list[tuple[str, str, str]]:
    """What manuals say of a clause or of one above it: document, which of the two, and why."""
    refs = (clause.ref, *(item.ref for item in catalog.ancestors(clause.ref)))
    return next((omitted[ref] for ref in refs if ref in omitted), [])


def _omitted(
    clause: Clause,
    applies: Applicability,
    said: Sequence[tuple[str, str, str]],
    manuals: Mapping[str, Status],
    question: Question,
) -> Row | None:
    """The row of a clause that a manual omits; None where that does not count."""
    document_id, which, why = said[0]
    status = manuals[document_id]
    told = f"{which}: {why} ({document_id}, revision {status.document.revision}, {status.state.value})"
    if objection(clause, which, question.project, question.profile):
        return None  # a rule reports it
    level = Level.NOT_APPLICABLE if question.counts(status) else Level.DRAFT
    return Row(clause, level, (), applies, NOTHING, told)


def _answered(
    clause: Clause,
    catalog: Catalog,
    applies: Applicability,
    claims: Mapping[str, Sequence[Claim]],
    types: Mapping[tuple[str, str], Sequence[DocumentType]],
    question: Question,
) -> Row:
    mine = tuple(
        sorted(claims.get(clause.ref, ()), key=lambda c: (not question.counts(c.status), c.status.document.id))
    )
    level, because = _claimed(mine, applies.devices, question)
    shown = NOTHING
    if level is Level.ADDRESSED:
        level, because, shown = _lived(clause, catalog, mine, types, question)
    elif level is Level.NOT_ADDRESSED and applies.applies is False:
        because = f"{applies.because}: the quality manual may declare it not applicable"
    elif level is Level.NOT_ADDRESSED and applies.applies is None:
        because = applies.because
    return Row(clause, level, mine, applies, shown, because)


def _claimed(claims: Sequence[Claim], devices: Sequence[str], question: Question) -> tuple[Level, str]:
    """How far claims go. A document that is for some devices answers for no others."""
    counting = [claim for claim in claims if question.counts(claim.status)]
    whole = [claim for claim in counting if claim.whole and claim.section]
    if whole:
        others = [device for device in devices if not any(claim.is_for(device) for claim in whole)]
        if not others:
            return Level.ADDRESSED, ""
        return Level.PARTLY, f"not for {', '.join(others)}"
    if counting:
        below = not any(claim.whole for claim in counting)
        return Level.PARTLY, "only points of it are claimed" if below else "no section is named"
    if claims:
        return Level.DRAFT, ""
    return Level.NOT_ADDRESSED, ""


def _lived(
    clause: Clause,
    catalog: Catalog,
    claims: Sequence[Claim],
    types: Mapping[tuple[str, str], Sequence[DocumentType]],
    question: Question,
) -> tuple[Level, str, Evidence]:
    serving = types.get((catalog.framework, clause.ref), ())
    begun = [claim.status.in_force_from for claim in claims if claim.status.in_force_from]
    shown = evidence(question.project, serving, question.today, question.months, min(begun, default=None))
    if shown.found is Found.OVERDUE:
        return Level.OVERDUE, shown.because, shown
    if shown.found is Found.PRESENT:
        return Level.EVIDENCED, "", shown
    held = sorted({key for claim in claims for key in claim.status.document.items("evidence")})
    if held:
        return Level.ELSEWHERE, f"held in {', '.join(held)}, not verified here", shown
    if shown.found is Found.NO_EVENT:
        return Level.NO_EVENT, f"nothing recorded in {question.months} months", shown
    return Level.ADDRESSED, "", shown
