"""Coverage: for each clause that applies, who answers it and whether records show that it is lived.

Counted are the clauses that the catalogue marks as units. Only a document in force answers one, and only where it
names the section that does. A citation above a unit addresses none of its units; one below addresses it in part
(see `citation`). Nothing here says that anybody complies: it says what documents claim and what records there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from qmsdoc.applicability import Applicability, Profile, applicability, profile
from qmsdoc.catalog import nearest_listed
from qmsdoc.citation import covered
from qmsdoc.evidence import Evidence, Found, evidence, types_by_clause
from qmsdoc.lifecycle import State, statuses
from qmsdoc.omission import may_omit, objection
from qmsdoc.views.clause_index import Omission, cited, not_applied

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
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

    @cached_property
    def living(self) -> Sequence[Status]:
        """The revisions that are not over: only they answer anything."""
        return [status for status in self.found.values() if status.state not in _OVER]

    @cached_property
    def types(self) -> Mapping[tuple[str, str], Sequence[DocumentType]]:
        """The types of records that serve a clause, by framework and reference."""
        return types_by_clause(self.project)

    def since(self, answering: Iterable[Status]) -> date | None:
        """The first day on which any revision of the documents that answer was in force."""
        ids = {status.document.id for status in answering}
        days = [s.in_force_from for s in self.found.values() if s.document.id in ids and s.in_force_from]
        return min((day for day in days if day <= self.today), default=None)


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
    asked = _Asked(
        question,
        question.project.catalogs[framework],
        claims_by_unit(question, framework),
        not_applied(question.project, framework, question.living),
    )
    return [asked.row(clause) for clause in asked.catalog.clauses.values() if clause.unit]


def claims_by_unit(question: Question, framework: str) -> Mapping[str, Sequence[Claim]]:
    """Claims by the reference of the unit they are about; what cites a point counts for the unit it belongs to."""
    catalog = question.project.catalogs[framework]
    found: dict[str, list[Claim]] = {}
    for status, citation in cited(question.living, question.project.catalogs, framework):
        section = citation.section if citation.section in status.document.body.anchors else ""
        refs = covered(citation, question.project.catalogs)
        for unit in dict.fromkeys(unit_of(ref, catalog) for ref in refs):
            claim = Claim(status, section, unit in refs)
            if unit and claim.is_for(question.device) and claim not in found.setdefault(unit, []):
                found[unit].append(claim)
    return found


def unit_of(ref: str, catalog: Catalog) -> str:
    """The unit that a reference is or belongs to, the nearest upwards; empty if there is none."""
    listed = nearest_listed(catalog, ref)
    if not listed:
        return ""
    chain = (catalog.clauses[listed], *catalog.ancestors(listed))
    return next((clause.ref for clause in chain if clause.unit), "")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One framework with all that its rows are made of."""

    question: Question
    catalog: Catalog
    claims: Mapping[str, Sequence[Claim]]
    omitted: Mapping[str, Sequence[Omission]]

    def row(self, clause: Clause) -> Row:
        """How far one unit is answered."""
        applies = applicability(clause, self.catalog, self.question.profile)
        said = self._omissions(clause)
        if said and self.question.counts(said[0].status):
            return Row(clause, Level.NOT_APPLICABLE, (), applies, NOTHING, _told(said[0]))
        if applies.applies is False and not may_omit(clause, self.catalog):
            return Row(clause, Level.NOT_APPLICABLE, (), applies, NOTHING, applies.because)
        counts = self.question.counts
        mine = tuple(
            sorted(self.claims.get(clause.ref, ()), key=lambda c: (not counts(c.status), c.status.document.id))
        )
        level, because = _claimed(mine, applies.devices, self.question)
        if level is Level.ADDRESSED:
            return Row(clause, *self._lived(clause, mine, applies))
        if level is Level.NOT_ADDRESSED and said:
            level, because = Level.DRAFT, _told(said[0])
        elif level is Level.NOT_ADDRESSED and applies.applies is False:
            because = f"{applies.because}: the quality manual may declare it not applicable"
        elif level is Level.NOT_ADDRESSED and applies.applies is None:
            because = applies.because
        return Row(clause, level, mine, applies, NOTHING, because)

    def _omissions(self, clause: Clause) -> list[Omission]:
        """What manuals may say of a clause or of one above it; what counts before drafts."""
        refs = (clause.ref, *(item.ref for item in self.catalog.ancestors(clause.ref)))
        found = [said for ref in refs for said in self.omitted.get(ref, ())]
        project, given = self.question.project, self.question.profile
        found = [said for said in found if not objection(clause, said.which, project, given)]
        return sorted(found, key=lambda said: not self.question.counts(said.status))

    def _lived(
        self, clause: Clause, claims: tuple[Claim, ...], applies: Applicability
    ) -> tuple[Level, tuple[Claim, ...], Applicability, Evidence, str]:
        """The rest of a row of an addressed clause: what records show of it."""
        question = self.question
        counting = [claim.status for claim in claims if question.counts(claim.status)]
        serving = question.types.get((self.catalog.framework, clause.ref), ())
        shown = evidence(
            question.project, serving, question.today, question.months, question.since(counting), question.device
        )
        held = sorted({key for status in counting for key in status.document.items("evidence")})
        level, because = Level.ADDRESSED, ""
        if shown.found is Found.OVERDUE:
            level, because = Level.OVERDUE, shown.because
        elif shown.found is Found.PRESENT:
            level = Level.EVIDENCED
        elif held:
            level, because = Level.ELSEWHERE, f"held in {', '.join(held)}, not verified here"
        elif shown.found is Found.NO_EVENT:
            level, because = Level.NO_EVENT, f"nothing recorded in {question.months} months"
        return level, claims, applies, shown, because


def _told(said: Omission) -> str:
    revision = f"revision {said.status.document.revision}, {said.status.state.value}"
    return f"{said.which}: {said.why} ({said.status.document.id}, {revision})"


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
