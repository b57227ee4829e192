"""What is said of a time proves nothing: acts dated back, witnessed late, or witnessed by a stolen key."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from qmsdoc.lifecycle import State, statuses
from qmsdoc.signing import authority, keyfile, stored, trust_edit
from qmsdoc.trust import keys, statement
from qmsdoc.trust.act import Meaning
from qmsdoc.trust.checkpoint import compose
from qmsdoc.trust.keys import read_keys
from qmsdoc.types.registry import builtin
from signers import POLICY, SIGNERS, Signed
from test_tampering import TestTime as ByHand
from test_tampering import checkpoint, the_state
from type_documents import minimal

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 11, 23)
PATH = "records/training/TRN-900.md"
LAX = re.sub(r'  \{ meaning = "review".*\n', "", POLICY)
forged: Callable[..., list[str]] = ByHand().forged


def test_an_old_laxer_policy_cannot_be_used_by_an_act_that_is_witnessed_late(signed: Signed) -> None:
    """A machine witnesses what is there; that it is there says nothing about the time before."""
    signed.write("trust/policy.toml", LAX)
    signed.trust("anna-keller", "mira-brandt")
    lax = authority.latest(signed.project())
    signed.write("trust/policy.toml", POLICY)
    signed.trust("anna-keller", "mira-brandt", at="2026-03-01T09:00:00+01:00")
    forged(
        signed, signed.keys["anna-keller"], "anna-keller", meaning="approval", role="quality-manager",
        trust=statement.TrustReference(version=2, sha256=lax.sha256),
    )  # fmt: skip
    checkpoint(signed, at="2026-03-02T09:00:00+01:00")
    (found,) = signed.codes()
    assert "it was given before the review that the policy asks for first" in found
    assert the_state(signed) is not State.EFFECTIVE


def test_what_was_witnessed_while_the_laxer_policy_was_in_force_stays_valid(signed: Signed) -> None:
    signed.write("trust/policy.toml", LAX)
    signed.trust("anna-keller", "mira-brandt")
    signed.sign(Meaning.APPROVAL, "anna-keller", at="2026-02-01T09:00:00+01:00")
    signed.write("trust/policy.toml", POLICY)
    signed.trust("anna-keller", "mira-brandt", at="2026-03-01T09:00:00+01:00")
    assert signed.codes() == []
    assert the_state(signed) is State.EFFECTIVE


class TestRole:
    """Jonas Weber was PRRC until 28 February."""

    @pytest.fixture(autouse=True)
    def _ended(self, signed: Signed) -> None:
        self.first = ByHand().state_1(signed)
        signed.sign(Meaning.REVIEW, "jonas-weber", at="2026-02-01T09:00:00+01:00")
        ended = SIGNERS.replace(
            '{ role = "prrc", from = 2025-01-07 }]\n\n[people.mira',
            '{ role = "prrc", from = 2025-01-07, until = 2026-02-28 }]\n\n[people.mira',
        )
        signed.write("trust/people.toml", ended)
        signed.trust("anna-keller", "mira-brandt", reason="Another PRRC", at="2026-03-02T09:00:00+01:00")

    def test_what_was_signed_in_the_role_and_witnessed_stays_valid(self, signed: Signed) -> None:
        assert signed.codes() == []
        assert [act.person for act in signed.project().acts] == ["jonas-weber"]

    def test_the_role_cannot_be_used_for_a_day_on_which_it_was_held(self, signed: Signed) -> None:
        found = forged(
            signed, signed.keys["jonas-weber"], "jonas-weber", reason="late", trust=self.first,
            signed_at="2026-02-10T09:00:00+01:00",
        )  # fmt: skip
        why = "its role `prrc` ended at 2026-03-01T00:00:00+00:00, and nothing witnessed the act before"
        assert found == [why]
        checkpoint(signed, at="2026-03-03T09:00:00+01:00")
        assert [line.partition("count: ")[2] for line in signed.codes()] == [why]


class TestStolenMachineKey:
    """The key of the pipeline and that of Jonas Weber are in wrong hands since 1 March; known on 5 March."""

    def revoke(self, signed: Signed) -> None:
        text = (signed.root / "trust/allowed_signers").read_text()
        since = datetime.fromisoformat("2026-03-01T09:00:00+01:00")
        stolen = [*read_keys(text)[0].of("release-ci"), *read_keys(text)[0].of("jonas-weber")]
        policy = trust_edit.revoked((signed.root / "trust/policy.toml").read_text(), stolen, since, "stolen")
        signed.write("trust/policy.toml", policy)
        signed.trust("anna-keller", "mira-brandt", reason="Keys stolen", at="2026-03-05T09:00:00+01:00")

    def test_it_witnesses_nothing(self, signed: Signed) -> None:
        """Both claim a time before the theft: a forged review, and a checkpoint that names it."""
        self.revoke(signed)
        first = ByHand().state_1(signed)
        forged(
            signed, signed.keys["jonas-weber"], "jonas-weber", trust=first, signed_at="2026-02-10T09:00:00+01:00"
        )
        path = signed.files()[0]
        digest = statement.sha256(path.read_bytes())
        self.old_checkpoint(signed, digest)
        (found,) = signed.codes()
        assert found.endswith(
            "this act does not count: its key is in wrong hands since 2026-03-01T08:00:00+00:00, "
            "and nothing witnessed it before"
        )

    def old_checkpoint(self, signed: Signed, digest: str) -> None:
        first = signed.project().trust.states[0]
        path, payload = compose(first, None, "", [digest], "2026-02-11T09:00:00+01:00")
        (signature,) = keyfile.sign(keyfile.find_key(signed.keys["release-ci"]), keys.CHECKPOINT, [payload])
        stored.write(signed.root, {path: payload, f"{path}.sig": signature})

    def test_what_a_trust_state_witnessed_before_the_theft_stays_valid(self, signed: Signed) -> None:
        signed.sign(Meaning.REVIEW, "jonas-weber", at="2026-02-10T09:00:00+01:00")
        signed.write("trust/people.toml", SIGNERS + "\n# Read through once a year.\n")
        signed.trust("anna-keller", "mira-brandt", reason="Yearly", at="2026-02-12T09:00:00+01:00")
        checkpoint(signed, at="2026-02-13T09:00:00+01:00")
        self.revoke(signed)
        assert signed.codes() == []


class TestRecords:
    """A closure may ask for several persons, and for a review before it."""

    def state(self, signed: Signed) -> State:
        return statuses(signed.project(), TODAY)["TRN-900", 0].state

    def closed(self, signed: Signed, acts: str) -> None:
        signed.write("trust/policy.toml", POLICY + f"\n[types.training]\nacts = [\n{acts}\n]\n")
        signed.trust("anna-keller", "mira-brandt")
        text = minimal(builtin()["training"], 1, say={"method": "read", "closed": "2026-03-01"})
        signed.write(PATH, re.sub("2026-11-01", "2026-03-01", text))

    def test_two_persons_close(self, signed: Signed) -> None:
        self.closed(signed, '{ meaning = "closure", roles = ["quality-manager"], signers = 2 }')
        signed.sign(Meaning.CLOSURE, "anna-keller", "TRN-900", at="2026-09-02T09:00:00+02:00")
        assert self.state(signed) is State.OPEN
        signed.sign(Meaning.CLOSURE, "mira-brandt", "TRN-900")
        assert self.state(signed) is State.CLOSED

    def test_a_review_comes_before_the_closure(self, signed: Signed) -> None:
        self.closed(
            signed,
            '{ meaning = "review", roles = ["prrc"] },\n{ meaning = "closure", roles = ["quality-manager"] },',
        )
        with pytest.raises(keyfile.SigningError, match="given before the review that the policy asks for first"):
            signed.sign(Meaning.CLOSURE, "anna-keller", "TRN-900", at="2026-09-01T09:00:00+02:00")
        signed.sign(Meaning.REVIEW, "jonas-weber", "TRN-900", at="2026-09-02T09:00:00+02:00")
        assert self.state(signed) is State.OPEN
        signed.sign(Meaning.CLOSURE, "anna-keller", "TRN-900")
        assert self.state(signed) is State.CLOSED

    def test_a_correction_needs_as_many_persons_as_the_policy_says(self, signed: Signed) -> None:
        self.closed(
            signed,
            '{ meaning = "closure", roles = ["quality-manager"] },\n'
            '{ meaning = "correction", roles = ["quality-manager"], signers = 2 },',
        )
        signed.sign(Meaning.CLOSURE, "anna-keller", "TRN-900", at="2026-09-02T09:00:00+02:00")
        assert self.state(signed) is State.CLOSED
        path = signed.root / PATH
        path.write_text(path.read_text().replace("# A title", "# A better title"))
        signed.sign(Meaning.CORRECTION, "anna-keller", "TRN-900")
        assert self.state(signed) is State.OPEN
        signed.sign(Meaning.CORRECTION, "mira-brandt", "TRN-900")
        assert self.state(signed) is State.CLOSED
        with pytest.raises(keyfile.SigningError, match="is as it was closed; there is nothing to correct"):
            signed.sign(Meaning.CORRECTION, "mira-brandt", "TRN-900")


def test_a_withdrawal_needs_as_many_persons_as_the_policy_says(signed: Signed) -> None:
    two = POLICY.replace(
        "]\nauthor_may", '  { meaning = "withdrawal", roles = ["quality-manager"], signers = 2 },\n]\nauthor_may'
    )
    signed.write("trust/policy.toml", two)
    signed.trust("anna-keller", "mira-brandt")
    signed.approve(at="2026-03-01T09:00:00+01:00")
    assert the_state(signed) is State.EFFECTIVE
    signed.sign(Meaning.WITHDRAWAL, "anna-keller")
    assert the_state(signed) is State.EFFECTIVE
    signed.sign(Meaning.WITHDRAWAL, "mira-brandt")
    assert the_state(signed) is State.WITHDRAWN
