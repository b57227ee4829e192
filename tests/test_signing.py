"""People sign, and what they signed comes into force; what speaks against a signature is told before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import SOP, SOP_PATH, TODAY
from qmsdoc.lifecycle import State, statuses
from qmsdoc.signing.keyfile import SigningError
from qmsdoc.trust.act import Meaning

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
