"""From acts, dates and a given day to the state of each revision. Acts are fabricated: signing comes later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from conftest import COMPLAINT, COMPLAINT_PATH, SOP, TODAY, Repository
from qmsdoc.calendar import add_months
from qmsdoc.lifecycle import State, Status, in_force, latest, statuses
from qmsdoc.trust.act import Act, Meaning
from qmsdoc.trust.policy import Need, Policies, Policy
from qmsdoc.trust.state import Trust

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.project import Project

COPY = "approvals/SOP-001/r{0}/copy/sops/documents/SOP-001-control-of-documents.md"


def the_status(repository: Repository, acts: Sequence[Act], today: date = TODAY, *, revision: int = 1) -> Status:
    return statuses(repository.load(acts), today)["SOP-001", revision]


def days(status: Status) -> tuple[State, date | None, date | None]:
    return status.state, status.in_force_from, status.next_review


def under(project: Project, policy: Policy) -> Project:
    return replace(project, trust=Trust(default=Policies(policy)))


class TestOneRevision:
    @pytest.fixture(autouse=True)
    def sop(self, repository: Repository) -> None:
        repository.sop()

    def test_without_acts_it_is_a_draft(self, repository: Repository) -> None:
        assert days(the_status(repository, [])) == (State.DRAFT, None, None)

    @pytest.mark.parametrize("meaning", [Meaning.AUTHOR, Meaning.REVIEW])
    def test_a_first_signature_puts_it_in_review(self, repository: Repository, meaning: Meaning) -> None:
        acts = [repository.act(meaning, "2026-01-05")]
        assert days(the_status(repository, acts)) == (State.IN_REVIEW, None, None)

    def test_read_and_understood_is_no_review(self, repository: Repository) -> None:
        acts = [repository.act(Meaning.ACKNOWLEDGEMENT, "2026-01-05")]
        assert the_status(repository, acts).state is State.DRAFT

    def test_approved_until_its_first_day(self, repository: Repository) -> None:
        acts = [repository.act(Meaning.APPROVAL, "2026-01-05")]
        planned = date(2026, 1, 15)
        assert days(the_status(repository, acts, date(2026, 1, 14))) == (State.APPROVED, planned, None)
        assert days(the_status(repository, acts, planned)) == (State.EFFECTIVE, planned, date(2028, 1, 15))

    def test_not_in_force_before_the_last_signature(self, repository: Repository) -> None:
        acts = [repository.act(Meaning.APPROVAL, "2026-02-03")]
        assert days(the_status(repository, acts)) == (State.EFFECTIVE, date(2026, 2, 3), date(2028, 2, 3))

    def test_the_day_is_the_signers_own(self, repository: Repository) -> None:
        """A signature of 00:30 in Berlin is of that day, although it is still the day before in UTC."""
        berlin = timezone(timedelta(hours=1))
        acts = [repository.act(Meaning.APPROVAL, "2026-02-03", time=datetime(2026, 2, 4, 0, 30, tzinfo=berlin))]
        assert the_status(repository, acts).in_force_from == date(2026, 2, 4)

    def test_acts_over_other_bytes_do_not_count(self, repository: Repository) -> None:
        acts = [repository.act(Meaning.APPROVAL, "2026-01-05", sha256="0" * 64)]
        status = the_status(repository, acts)
        assert (status.state, status.acts, status.changed_since_approval) == (State.DRAFT, (), True)

    def test_a_signature_before_the_last_edit_does_not_count(self, repository: Repository) -> None:
        acts = [repository.act(Meaning.AUTHOR, "2026-01-05")]
        repository.sop(SOP.replace("2. Approve.", "2. Approve it."))
        status = the_status(repository, acts)
        assert (status.state, status.changed_since_approval) == (State.DRAFT, False)

    def test_acts_over_another_revision_do_not_count(self, repository: Repository) -> None:
        acts = [repository.act(Meaning.APPROVAL, "2026-01-05", revision=2)]
        assert the_status(repository, acts).state is State.DRAFT

    def test_line_ends_are_not_a_change(self, repository: Repository) -> None:
        acts = [repository.act(Meaning.APPROVAL, "2026-01-05")]
        repository.sop(SOP.replace("\n", "\r\n"))
        status = the_status(repository, acts)
        assert (status.state, status.changed_since_approval) == (State.EFFECTIVE, False)

    def test_a_review_without_change_moves_the_next_one(self, repository: Repository) -> None:
        acts = [
            repository.act(Meaning.APPROVAL, "2026-01-05"),
            repository.act(Meaning.NO_CHANGE, "2026-03-31"),
            repository.act(Meaning.NO_CHANGE, "2026-02-28"),
        ]
        assert days(the_status(repository, acts)) == (State.EFFECTIVE, date(2026, 1, 15), date(2028, 3, 31))

    def test_without_a_period_there_is_no_next_review(self, repository: Repository) -> None:
        repository.sop(SOP.replace("review_every: 24\n", "review_every: n/a (one event)\n"))
        acts = [repository.act(Meaning.APPROVAL, "2026-01-05")]
        assert days(the_status(repository, acts)) == (State.EFFECTIVE, date(2026, 1, 15), None)

    def test_approved_on_paper_before_the_move(self, repository: Repository) -> None:
        acts = [repository.act(Meaning.TAKEOVER, "2026-02-01")]
        assert days(the_status(repository, acts)) == (State.EFFECTIVE, date(2026, 2, 1), date(2028, 2, 1))

    def test_withdrawn(self, repository: Repository) -> None:
        acts = [
            repository.act(Meaning.APPROVAL, "2026-01-05"),
            repository.act(Meaning.WITHDRAWAL, "2026-10-01"),
        ]
        assert the_status(repository, acts, date(2026, 9, 30)).state is State.EFFECTIVE
        status = the_status(repository, acts, date(2026, 10, 1))
        assert (status.state, status.ended_on, status.next_review) == (State.WITHDRAWN, date(2026, 10, 1), None)
        assert "SOP-001" not in in_force(statuses(repository.load(acts), TODAY))

    def test_acts_of_later_days_do_not_count_yet(self, repository: Repository) -> None:
        acts = [repository.act(Meaning.AUTHOR, "2026-01-05"), repository.act(Meaning.APPROVAL, "2026-02-03")]
        assert the_status(repository, acts, date(2026, 2, 2)).state is State.IN_REVIEW
        assert the_status(repository, acts, date(2026, 1, 4)).state is State.DRAFT

    def test_a_draft_cannot_be_withdrawn(self, repository: Repository) -> None:
        acts = [repository.act(Meaning.WITHDRAWAL, "2026-10-01")]
        assert the_status(repository, acts).state is State.DRAFT


class TestPolicy:
    """Which acts a revision needs is the company's decision."""

    @pytest.fixture(autouse=True)
    def sop(self, repository: Repository) -> None:
        repository.sop()

    def test_every_required_act(self, repository: Repository) -> None:
        policy = Policy((Need(Meaning.REVIEW), Need(Meaning.APPROVAL)))
        acts = [repository.act(Meaning.APPROVAL, "2026-02-01")]
        assert statuses(under(repository.load(acts), policy), TODAY)["SOP-001", 1].state is State.IN_REVIEW
        acts.append(repository.act(Meaning.REVIEW, "2026-02-05"))
        status = statuses(under(repository.load(acts), policy), TODAY)["SOP-001", 1]
        assert (status.state, status.in_force_from) == (State.EFFECTIVE, date(2026, 2, 5))

    def test_issued(self, repository: Repository) -> None:
        policy = Policy((Need(Meaning.APPROVAL), Need(Meaning.ISSUE)))
        acts = [repository.act(Meaning.APPROVAL, "2026-01-05")]
        status = statuses(under(repository.load(acts), policy), TODAY)["SOP-001", 1]
        assert (status.state, status.in_force_from) == (State.APPROVED, None)
        acts.append(repository.act(Meaning.ISSUE, "2026-11-01", in_force_from=date(2026, 12, 1)))
        status = statuses(under(repository.load(acts), policy), TODAY)["SOP-001", 1]
        assert (status.state, status.in_force_from) == (State.APPROVED, date(2026, 12, 1))
        status = statuses(under(repository.load(acts), policy), date(2026, 12, 1))["SOP-001", 1]
        assert (status.state, status.in_force_from) == (State.EFFECTIVE, date(2026, 12, 1))

    def test_an_issue_cannot_precede_the_planned_day(self, repository: Repository) -> None:
        acts = [
            repository.act(Meaning.APPROVAL, "2026-01-05"),
            repository.act(Meaning.ISSUE, "2026-01-06", in_force_from=date(2026, 1, 7)),
        ]
        status = statuses(
            under(repository.load(acts), Policy((Need(Meaning.APPROVAL), Need(Meaning.ISSUE)))), TODAY
        )["SOP-001", 1]
        assert status.in_force_from == date(2026, 1, 15)


class TestTwoRevisions:
    """Approved copies keep a revision alive while the working tree goes on."""

    @pytest.fixture
    def acts(self, repository: Repository) -> list[Act]:
        """Revision 1 approved and copied; the working tree holds revision 2."""
        repository.write(COPY.format(1), SOP)
        repository.sop(SOP.replace("revision: 1", "revision: 2").replace("2026-01-15", "2026-06-01"))
        return [repository.act(Meaning.APPROVAL, "2026-01-05", copy=1)]

    def test_the_lower_stays_in_force_while_the_higher_is_a_draft(
        self, repository: Repository, acts: list[Act]
    ) -> None:
        found = statuses(repository.load(acts), TODAY)
        assert [(revision, status.state) for (_, revision), status in found.items()] == [
            (1, State.EFFECTIVE),
            (2, State.DRAFT),
        ]
        assert in_force(found)["SOP-001"].document.path == COPY.format(1)
        assert latest(found)["SOP-001"].document.revision == 2

    def test_the_higher_supersedes_the_lower_on_its_first_day(
        self, repository: Repository, acts: list[Act]
    ) -> None:
        acts = [*acts, repository.act(Meaning.APPROVAL, "2026-05-20")]
        before = statuses(repository.load(acts), date(2026, 5, 31))
        assert (before["SOP-001", 1].state, before["SOP-001", 2].state) == (State.EFFECTIVE, State.APPROVED)
        after = statuses(repository.load(acts), date(2026, 6, 1))
        assert (after["SOP-001", 1].state, after["SOP-001", 2].state) == (State.SUPERSEDED, State.EFFECTIVE)
        assert (after["SOP-001", 1].ended_on, after["SOP-001", 1].next_review) == (date(2026, 6, 1), None)
        assert in_force(after)["SOP-001"].document.revision == 2

    def test_at_most_one_revision_is_in_force(self, repository: Repository, acts: list[Act]) -> None:
        repository.write(COPY.format(2), SOP.replace("revision: 1", "revision: 2"))
        repository.sop(SOP.replace("revision: 1", "revision: 3"))
        acts = [
            *acts,
            repository.act(Meaning.APPROVAL, "2026-03-01", copy=2),
            repository.act(Meaning.APPROVAL, "2026-04-01"),
        ]
        found = statuses(repository.load(acts), TODAY)
        assert [status.state for status in found.values()] == [State.SUPERSEDED, State.SUPERSEDED, State.EFFECTIVE]
        assert [status.ended_on for status in found.values()] == [date(2026, 3, 1), date(2026, 4, 1), None]

    def test_withdrawing_the_higher_ends_both(self, repository: Repository, acts: list[Act]) -> None:
        acts = [
            *acts,
            repository.act(Meaning.APPROVAL, "2026-05-20"),
            repository.act(Meaning.WITHDRAWAL, "2026-09-01"),
        ]
        found = statuses(repository.load(acts), TODAY)
        assert [status.state for status in found.values()] == [State.SUPERSEDED, State.WITHDRAWN]

    def test_withdrawing_the_lower_leaves_the_draft(self, repository: Repository, acts: list[Act]) -> None:
        acts = [*acts, repository.act(Meaning.WITHDRAWAL, "2026-09-01", copy=1)]
        found = statuses(repository.load(acts), TODAY)
        assert [status.state for status in found.values()] == [State.WITHDRAWN, State.DRAFT]
        assert in_force(found) == {}

    def test_a_revision_after_a_withdrawal_comes_into_force(self, repository: Repository, acts: list[Act]) -> None:
        acts = [
            *acts,
            repository.act(Meaning.WITHDRAWAL, "2026-03-01", copy=1),
            repository.act(Meaning.APPROVAL, "2026-05-20"),
        ]
        found = statuses(repository.load(acts), TODAY)
        assert found["SOP-001", 2].state is State.EFFECTIVE
        assert not found["SOP-001", 1].in_force
        assert (found["SOP-001", 1].state, found["SOP-001", 1].ended_on) == (State.WITHDRAWN, date(2026, 3, 1))

    def test_the_copy_holds_when_the_working_tree_is_edited_under_the_same_revision(
        self, repository: Repository, acts: list[Act]
    ) -> None:
        repository.sop(SOP.replace("2. Approve.", "2. Approve it."))
        status = the_status(repository, acts)
        assert (status.state, status.changed_since_approval) == (State.EFFECTIVE, True)
        assert repository.findings(acts) == [
            "SOP-001-control-of-documents.md:5:11 QD205 SOP-001 was changed after revision 1 was approved"
        ]

    def test_a_copy_alone_is_still_in_force(self, repository: Repository, acts: list[Act]) -> None:
        (repository.root / "sops/documents/SOP-001-control-of-documents.md").unlink()
        assert days(the_status(repository, acts)) == (State.EFFECTIVE, date(2026, 1, 15), date(2028, 1, 15))

    def test_withdrawn_again(self, repository: Repository, acts: list[Act]) -> None:
        acts = [
            *acts,
            repository.act(Meaning.WITHDRAWAL, "2026-03-01", copy=1),
            repository.act(Meaning.APPROVAL, "2026-05-20"),
            repository.act(Meaning.WITHDRAWAL, "2026-09-01"),
        ]
        found = statuses(repository.load(acts), TODAY)
        assert [status.ended_on for status in found.values()] == [date(2026, 3, 1), date(2026, 9, 1)]
        assert in_force(found) == {}

    def test_a_copy_that_nobody_signed_is_no_revision(self, repository: Repository, acts: list[Act]) -> None:
        assert acts
        assert list(statuses(repository.load(), TODAY)) == [("SOP-001", 2)]

    def test_a_copy_with_other_bytes_than_were_signed_is_no_revision(
        self, repository: Repository, acts: list[Act]
    ) -> None:
        repository.write(COPY.format(1), SOP.replace("2. Approve.", "2. Approve it."))
        assert list(statuses(repository.load(acts), TODAY)) == [("SOP-001", 2)]


class TestRecordsAndEntries:
    def test_a_record_is_open_until_its_last_day(self, repository: Repository) -> None:
        repository.write(COMPLAINT_PATH, COMPLAINT.replace("opened:", "closed: 2026-11-25\nopened:"))
        project = repository.load()
        assert statuses(project, date(2026, 11, 24))["CMP-001", 0].state is State.OPEN
        assert statuses(project, date(2026, 11, 25))["CMP-001", 0].state is State.CLOSED

    def test_an_entry_is_current_through_its_last_day(self, repository: Repository) -> None:
        repository.write(
            "records/suppliers/SUP-001-x.md",
            "---\nid: SUP-001\ntype: supplier\ntitle: X\nfrom: 2026-01-01\nuntil: 2026-11-25\n---\n",
        )
        project = repository.load()
        assert statuses(project, date(2026, 11, 25))["SUP-001", 0].state is State.CURRENT
        assert statuses(project, date(2026, 11, 26))["SUP-001", 0].state is State.ENDED


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 12, "2027-11-30"),
        ("9999-01-01", 24, "9999-12-31"),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day: str, months: int, later: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(later)


def test_the_next_review_of_a_document_of_29_february(repository: Repository) -> None:
    repository.sop(SOP.replace("2026-01-15", "2024-02-29").replace("review_every: 24", "review_every: 36"))
    acts = [repository.act(Meaning.APPROVAL, "2024-02-01")]
    status = the_status(repository, acts, date(2027, 2, 28))
    assert status.next_review == date(2027, 2, 28)
    overdue = "SOP-001-control-of-documents.md:8:15 QD202 the review of SOP-001 revision 1 was due on 2027-02-28"
    assert repository.findings(acts, date(2027, 2, 28)) == []
    assert repository.findings(acts, date(2027, 3, 1)) == [overdue]


def test_acts_are_kept_oldest_first(repository: Repository) -> None:
    repository.sop()
    later, first = repository.act(Meaning.APPROVAL, "2026-02-01"), repository.act(Meaning.AUTHOR, "2026-01-02")
    assert repository.load([later, first]).acts_by_id == {"SOP-001": [first, later]}
    assert first.time.tzinfo is UTC
