"""People sign, and what they signed comes into force; what speaks against a signature is told before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import SOP, SOP_PATH, TODAY
from qmsdoc.lifecycle import State, statuses
from qmsdoc.signing.keyfile import SigningError
from qmsdoc.trust.act import Meaning
from type_documents import minimal

if TYPE_CHECKING:
    from signers import Signed


def state(signed: Signed, revision: int = 1) -> State:
    return statuses(signed.project(), TODAY)["SOP-001", revision].state


def test_a_signed_repository_has_no_findings(signed: Signed) -> None:
    assert signed.codes() == []
    signed.approve()
    assert signed.codes() == []
    assert state(signed) is State.EFFECTIVE


def test_the_act_that_completes_the_policy_stores_the_approved_copy(signed: Signed) -> None:
    written = signed.sign(Meaning.REVIEW, "jonas-weber")
    assert [path.split(".")[0] for path in written] == ["approvals/SOP-001/r1/review"] * 2
    written = signed.sign(Meaning.APPROVAL, "anna-keller")
    assert written[2:] == [f"approvals/SOP-001/r1/copy/{SOP_PATH}"]
    assert (signed.root / written[2]).read_text() == SOP


def test_a_draft_of_the_next_revision_leaves_the_approved_one_in_force(signed: Signed) -> None:
    signed.approve()
    signed.sop(
        SOP.replace("revision: 1", "revision: 2")
        .replace("First issue", "Register on paper")
        .replace("Write", "Type")
    )
    assert (state(signed), state(signed, 2)) == (State.EFFECTIVE, State.DRAFT)
    signed.approve()
    assert (state(signed), state(signed, 2)) == (State.SUPERSEDED, State.EFFECTIVE)
    assert signed.codes() == []


@pytest.mark.parametrize(
    ("meaning", "person", "message"),
    [
        (Meaning.APPROVAL, "jonas-weber", "jonas-weber may not state approval of SOP-001"),
        (
            Meaning.APPROVAL,
            "anna-keller",
            "this would not count: it was given before the review that the policy asks for first",
        ),
        (Meaning.ISSUE, "anna-keller", "no revision of SOP-001 is approved and not yet in force"),
        (Meaning.WITHDRAWAL, "anna-keller", "no revision of SOP-001 is in force"),
        (
            Meaning.CLOSURE,
            "anna-keller",
            "SOP-001 is a standard operating procedure; `closure` is not stated of it",
        ),
    ],
)
def test_what_would_not_count_is_refused(signed: Signed, meaning: Meaning, person: str, message: str) -> None:
    with pytest.raises(SigningError) as error:
        signed.sign(meaning, person)
    assert str(error.value) == message
    assert signed.files() == []


def test_the_clocks_of_two_people_may_differ(signed: Signed) -> None:
    """The reviewer's clock is ahead: the approval relies on the review, although it says an earlier time."""
    signed.sign(Meaning.REVIEW, "jonas-weber", at="2026-02-02T10:05:00+01:00")
    signed.sign(Meaning.APPROVAL, "anna-keller", at="2026-02-02T10:00:00+01:00")
    assert signed.codes() == []
    assert state(signed) is State.EFFECTIVE


class TestRecords:
    """A training record whose closing the policy reserves to the quality manager."""

    POLICY = '\n[types.training]\nacts = [{ meaning = "closure", roles = ["quality-manager"] }]\n'
    PATH = "records/training/TRN-900-x.md"

    @pytest.fixture
    def record(self, signed: Signed) -> Signed:
        signed.write("trust/policy.toml", (signed.root / "trust/policy.toml").read_text() + self.POLICY)
        signed.trust("anna-keller", "mira-brandt")
        kind = signed.project().types["training"]
        text = minimal(kind, len(kind.stages) - 1)
        signed.write(self.PATH, text.replace("2026-11-01", "2026-02-01"))
        return signed

    def state(self, record: Signed) -> tuple[State, bool]:
        status = statuses(record.project(), TODAY)["TRN-900", 0]
        return status.state, status.changed_since_approval

    def test_it_is_open_until_exactly_this_text_was_closed(self, record: Signed) -> None:
        assert self.state(record) == (State.OPEN, False)
        record.sign(Meaning.CLOSURE, "anna-keller", "TRN-900", at="2026-02-02T10:00:00+01:00")
        assert self.state(record) == (State.CLOSED, False)
        file = record.root / self.PATH
        file.write_text(file.read_text() + "\nOne more line.\n")
        assert self.state(record) == (State.OPEN, True)
        assert [d.code for d in record.check(record.project().acts).open] == ["QD504"]

    def test_a_closed_record_is_corrected_by_an_act_that_names_the_text_before(self, record: Signed) -> None:
        with pytest.raises(SigningError, match="TRN-900 was never closed, so there is nothing to correct"):
            record.sign(Meaning.CORRECTION, "anna-keller", "TRN-900", at="2026-02-02T09:00:00+01:00")
        record.sign(Meaning.CLOSURE, "anna-keller", "TRN-900", at="2026-02-02T10:00:00+01:00")
        before = record.project().by_id["TRN-900"].sha256
        file = record.root / self.PATH
        file.write_text(file.read_text() + "\nOne more line.\n")
        record.sign(Meaning.CORRECTION, "anna-keller", "TRN-900", reason="A line was missing")
        assert self.state(record) == (State.CLOSED, False)
        (correction,) = [a for a in record.project().acts if a.meaning is Meaning.CORRECTION]
        assert (correction.previous, correction.reason) == (before, "A line was missing")

    def test_only_who_the_policy_names_closes_it(self, record: Signed) -> None:
        with pytest.raises(SigningError, match="jonas-weber may not state closure of TRN-900"):
            record.sign(Meaning.CLOSURE, "jonas-weber", "TRN-900", at="2026-02-02T10:00:00+01:00")


class TestDeclaration:
    DECLARATION = "sops/devices/DEC-900-declaration.md"
    DEVICE = "records/device/DEV-001-pump.md"

    def test_a_change_of_what_it_rests_on_asks_for_a_new_assessment(self, signed: Signed) -> None:
        device = minimal(signed.project().types["device"]).replace("DEV-900", "DEV-001")
        signed.write(self.DEVICE, device)
        text = minimal(signed.project().types["declaration"], 1)
        text = text.replace("2026-11-01", "2026-02-01").replace("devices: [SOP-001]", "devices: [DEV-001]")
        signed.write(self.DECLARATION, text)
        signed.sign(Meaning.REVIEW, "jonas-weber", "DEC-900", at="2026-02-02T10:00:00+01:00")
        signed.sign(Meaning.APPROVAL, "anna-keller", "DEC-900")
        assert self.found(signed) == []
        signed.write(self.DEVICE, device + "\nAnother variant.\n")
        told = ["QD206 DEV-001 has changed since DEC-900 was signed: to be re-assessed"]
        assert self.found(signed) == told
        signed.sign(Meaning.ACKNOWLEDGEMENT, "anna-keller", "DEC-900", role="quality-manager")
        assert self.found(signed) == told, "who has read it has not assessed it"
        signed.sign(Meaning.NO_CHANGE, "anna-keller", "DEC-900", reason="The variant is covered")
        assert self.found(signed) == []

    def found(self, signed: Signed) -> list[str]:
        return [f"{d.code} {d.message}" for d in signed.check().open if d.code == "QD206"]
