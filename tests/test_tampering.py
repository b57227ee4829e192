"""The tamper table: one byte changed, one file at a time, is caught and named; the untouched tree passes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from conftest import SOP, SOP_PATH
from qmsdoc.lifecycle import State, statuses
from qmsdoc.load import load
from qmsdoc.signed import Anchors
from qmsdoc.signing import authority, keyfile, stored
from qmsdoc.trust import keys, statement
from qmsdoc.trust.act import Meaning
from signers import BEGIN, POLICY, SIGNERS, Signed, make_key

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 23)
COPY = "approvals/SOP-001/r1/copy/sops/documents"
TWO = SOP.replace("SOP-001", "SOP-002").replace("Control of documents", "Second procedure")
TWO_PATH = "sops/documents/SOP-002-second.md"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def approved(signed: Signed) -> Signed:
    """SOP-001 with an image and an attachment, reviewed and approved, witnessed by a checkpoint."""
    signed.sop(
        SOP.replace("1. Write.", "![A pixel](SOP-001/pixel.png)\n\n1. Write.").replace(
            "training: read", "training: read\nattachments: [pixel.png, table.csv]"
        )
    )
    signed.write("sops/documents/SOP-001/pixel.png", PIXEL)
    signed.write("sops/documents/SOP-001/table.csv", b"a,b\n")
    signed.approve()
    checkpoint(signed)
    assert signed.codes() == []
    return signed


def checkpoint(signed: Signed, by: str = "release-ci", at: str = "") -> None:
    from qmsdoc.trust.checkpoint import compose

    project = signed.project()
    named = {digest for known in project.checkpoints for digest in known.acts}
    new = [act.digest for act in project.acts if act.digest not in named]
    last = project.checkpoints[-1] if project.checkpoints else None
    path, payload = compose(authority.latest(project), last, "", new, signed.tick(at).isoformat())
    (signature,) = keyfile.sign(keyfile.find_key(signed.keys[by]), keys.CHECKPOINT, [payload])
    stored.write(signed.root, {path: payload, f"{path}.sig": signature})


def the_state(signed: Signed, anchors: Anchors | None = None) -> State:
    return statuses(signed.project(anchors), TODAY)["SOP-001", 1].state


def flip(file: Path) -> None:
    """Change one byte in the middle, so that it stays what it was for a reader who does not look closely."""
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    while not chr(data[middle]).isalnum():
        middle += 1
    data[middle] = ord("A") if data[middle] != ord("A") else ord("B")
    file.write_bytes(bytes(data))


def the_file(signed: Signed, pattern: str) -> Path:
    (found,) = signed.root.glob(pattern)
    return found


@pytest.mark.parametrize(
    ("pattern", "code", "message"),
    [
        (f"{COPY}/SOP-001-*.md", "QD714", "nobody signed this text as SOP-001 revision 1; it counts for nothing"),
        (
            f"{COPY}/SOP-001/pixel.png",
            "QD714",
            "changed since SOP-001 revision 1 was signed, which therefore does not count",
        ),
        (
            f"{COPY}/SOP-001/table.csv",
            "QD714",
            "changed since SOP-001 revision 1 was signed, which therefore does not count",
        ),
        ("approvals/SOP-001/r1/review.*.json", "QD713", "this act does not count: the statement was changed"),
        ("approvals/SOP-001/r1/approval.*.json", "QD713", "this act does not count: the statement was changed"),
        ("approvals/SOP-001/r1/approval.*.sig", "QD713", "this act does not count: the signature does not hold: "),
        ("trust/allowed_signers", "QD712", "this file was changed since trust state 1, which is in force"),
        ("trust/policy.toml", "QD712", "this file was changed since trust state 1, which is in force"),
        ("trust/people.toml", "QD712", "this file was changed since trust state 1, which is in force"),
        ("trust/states/1/allowed_signers", "QD711", "it was changed after it was signed"),
        ("trust/states/1/policy.toml", "QD711", "it was changed after it was signed"),
        ("trust/states/1/people.toml", "QD711", "it was changed after it was signed"),
        ("trust/states/1/state.json", "QD711", ""),
        ("trust/states/1/anna-keller.sig", "QD711", "the signature does not hold: "),
        ("approvals/checkpoints/1.json", "QD718", "this checkpoint does not hold, nor does any after it: "),
        ("approvals/checkpoints/1.json.sig", "QD718", "this checkpoint does not hold, nor does any after it: "),
    ],
)
def test_one_byte(approved: Signed, pattern: str, code: str, message: str) -> None:
    file = the_file(approved, pattern)
    flip(file)
    path = file.relative_to(approved.root).as_posix()
    named = path.removesuffix(".sig") if code in {"QD713", "QD718"} else path
    found = [
        line
        for line in approved.codes()
        if line.startswith(f"{code} trust/states/1/" if not message else f"{code} {named}: {message}")
    ]
    assert found, approved.codes()
    ran = approved.run_now(
        "--today", "2026-11-23", "verify", "--anchor", approved.first, "--output-format", "concise"
    )
    assert ran.code == 1
    assert code in ran.out


@pytest.mark.parametrize(
    "pattern",
    [
        "approvals/SOP-001/r1/review.*.json",
        "approvals/SOP-001/r1/approval.*.sig",
        f"{COPY}/SOP-001/pixel.png",
        "trust/states/1/mira-brandt.sig",
    ],
)
def test_what_is_gone_is_told_and_nothing_stays_in_force_by_it(approved: Signed, pattern: str) -> None:
    the_file(approved, pattern).unlink()
    shutil.rmtree(approved.root / "sops/documents/SOP-001")  # else the working tree still is what was approved
    assert approved.codes() != []
    assert the_state(approved) is not State.EFFECTIVE


def test_a_review_deleted_later(approved: Signed) -> None:
    review = the_file(approved, "approvals/SOP-001/r1/review.*.json")
    digest = hashlib.sha256(review.read_bytes()).hexdigest()
    review.unlink()
    found = approved.codes()
    assert (
        f"QD717 approvals/checkpoints/1.json: checkpoint 1 names an act that is no longer there ({digest[:12]}…)"
        in found
    )
    assert any("it relies on an act that is gone or does not count" in line for line in found)
    assert the_state(approved) is State.DRAFT


class TestAnActCopiedElsewhere:
    def move(self, signed: Signed, folder: str) -> list[str]:
        target = signed.root / "approvals" / folder
        target.mkdir(parents=True)
        for file in signed.root.glob("approvals/SOP-001/r1/*.*"):
            shutil.copy(file, target)
        return signed.codes()

    def test_to_another_document(self, approved: Signed) -> None:
        approved.sop(TWO, TWO_PATH)
        found = self.move(approved, "SOP-002/r1")
        assert sum("it is about SOP-001 revision 1, not about SOP-002 revision 1" in line for line in found) == 2
        assert statuses(approved.project(), TODAY)["SOP-002", 1].state is State.DRAFT

    def test_to_another_revision(self, approved: Signed) -> None:
        found = self.move(approved, "SOP-001/r2")
        assert sum("it is about SOP-001 revision 1, not about SOP-001 revision 2" in line for line in found) == 2

    def test_to_another_project_with_the_same_people_and_keys(self, approved: Signed, tmp_path: Path) -> None:
        other = Signed(tmp_path / "other", tmp_path / "keys2")
        for name, key in approved.keys.items():
            shutil.copy(key, other.keys[name])
        shutil.copytree(approved.root / "approvals", other.root / "approvals")
        found = other.codes()
        assert sum("which is not the one in this repository" in line for line in found) == 2

    def test_under_another_name(self, approved: Signed) -> None:
        review = the_file(approved, "approvals/SOP-001/r1/review.*.json")
        renamed = review.with_name(review.name.replace("review", "approval"))
        review.rename(renamed)
        review.with_name(review.name + ".sig").rename(renamed.with_name(renamed.name + ".sig"))
        assert any(
            "it is `review` by `jonas-weber`, and its file name says otherwise" in line
            for line in approved.codes()
        )


class TestTrustThatWasReplaced:
    def test_an_old_trust_file_restored(self, approved: Signed) -> None:
        old = (approved.root / "trust/allowed_signers").read_text()
        approved.write("trust/allowed_signers", old.replace("mira-brandt", "# mira-brandt"))
        approved.trust("anna-keller", "mira-brandt", reason="Mira leaves")
        assert approved.codes() == []
        approved.write("trust/allowed_signers", old)
        (found,) = approved.codes()
        assert found.startswith("QD712 trust/allowed_signers: this file was changed since trust state 2")

    def test_the_newest_state_removed(self, approved: Signed) -> None:
        approved.write("trust/people.toml", SIGNERS + "\n# one more line\n")
        approved.trust("anna-keller", "mira-brandt")
        second = hashlib.sha256((approved.root / "trust/states/2/state.json").read_bytes()).hexdigest()
        shutil.rmtree(approved.root / "trust/states/2")
        approved.write("trust/people.toml", SIGNERS)
        assert approved.codes() == [], "the first state alone is a chain that holds"
        known = load(approved.root, anchors=Anchors((second,)))
        assert [p.code for p in known[1]] == ["QD711"]
        assert known[0].acts == ()

    def test_a_key_added_by_the_same_change(self, approved: Signed, tmp_path: Path) -> None:
        mallory = make_key(tmp_path / "mallory", "mallory")
        public = (tmp_path / "mallory/mallory.pub").read_text().split()
        line = f'anna-keller namespaces="qmsdoc-act,qmsdoc-trust" {public[0]} {public[1]}\n'
        path = approved.root / "trust/allowed_signers"
        path.write_text(path.read_text() + line)
        approved.keys["anna-keller"] = mallory
        with pytest.raises(keyfile.SigningError, match="trust state 1 does not know this key"):
            approved.sign(Meaning.NO_CHANGE, "anna-keller", at="2026-02-02T09:00:00+01:00")
        with pytest.raises(keyfile.SigningError, match="trust state 1 does not know this key"):
            approved.trust("anna-keller")
        assert the_state(approved) is State.EFFECTIVE

    def test_a_state_that_its_own_keys_sign(self, approved: Signed, tmp_path: Path) -> None:
        """Everything below `trust/states/2` made by hand and signed by a key that only it names."""
        from qmsdoc.trust import state

        mallory = make_key(tmp_path / "mallory", "mallory")
        public = (tmp_path / "mallory/mallory.pub").read_text().split()
        files = {name: (approved.root / "trust" / name).read_bytes() for name in state.FILES}
        files["allowed_signers"] = (
            f'anna-keller namespaces="qmsdoc-act,qmsdoc-trust" {public[0]} {public[1]}\n'.encode()
        )
        latest = authority.latest(approved.project())
        raw = state.compose(latest.project, 2, latest.sha256, files, [], approved.tick().isoformat(), "mine now")
        (signature,) = keyfile.sign(keyfile.find_key(mallory), keys.TRUST, [raw])
        for name, data in {**files, "state.json": raw, "anna-keller.sig": signature}.items():
            approved.write(f"trust/states/2/{name}", data)
        assert any(
            line.startswith(
                "QD711 trust/states/2/anna-keller.sig: the signature does not hold: state 1 knows no such key"
            )
            for line in approved.codes()
        )
        assert the_state(approved) is State.DRAFT

    def test_one_of_two_signatures_is_not_enough(self, approved: Signed) -> None:
        approved.write("trust/policy.toml", POLICY.replace("signers = 2", "signers = 1"))
        approved.trust("anna-keller")
        (found,) = approved.codes()
        assert found == "QD712 trust/states/2/state.json: trust state 2 has 1 of 2 signatures and is not in force"
        assert authority.latest(approved.project()).version == 1
        assert the_state(approved) is State.EFFECTIVE

    def test_a_whole_repository_replaced_is_told_by_the_anchor_alone(
        self, approved: Signed, tmp_path: Path
    ) -> None:
        other = Signed(tmp_path / "other", tmp_path / "others")
        other.approve()
        assert other.codes() == []
        assert the_state(other) is State.EFFECTIVE
        assert the_state(other, Anchors((approved.first,))) is State.DRAFT


class TestTime:
    def forged(self, signed: Signed, key: Path, person: str, **changes: object) -> list[str]:
        """A review made by hand, as somebody does who goes around the program."""
        latest, document = authority.latest(signed.project()), signed.project().by_id["SOP-001"]
        told = statement.Statement(
            **{
                "project": latest.project, "id": "SOP-001", "revision": 1,
                "document": document.sha256, "files": {},
                "meaning": "review", "says": "", "person": person, "name": "x", "role": "prrc", "reason": "x",
                "signed_at": "2026-02-01T09:00:00+01:00", "relies_on": [], "form": "key", "tool": "hand",
                "trust": statement.TrustReference(version=latest.version, sha256=latest.sha256), **changes,
            }
        )  # fmt: skip
        raw = statement.write(told)
        path = statement.path_of(told, raw)
        (signature,) = keyfile.sign(keyfile.find_key(key), keys.ACT, [raw])
        stored.write(signed.root, {path: raw, f"{path}.sig": signature})
        return [line.partition("this act does not count: ")[2] for line in signed.codes()]

    def state_1(self, signed: Signed) -> statement.TrustReference:
        first = signed.project().trust.states[0]
        return statement.TrustReference(version=1, sha256=first.sha256)

    def test_a_key_that_has_ended(self, signed: Signed) -> None:
        from qmsdoc.signing import trust_edit as edit
        from qmsdoc.trust.keys import read_keys

        old, text = self.state_1(signed), (signed.root / "trust/allowed_signers").read_text()
        end = BEGIN + timedelta(days=90)
        signed.write("trust/allowed_signers", edit.ended(text, read_keys(text)[0].of("jonas-weber"), end))
        signed.trust("anna-keller", "mira-brandt", reason="Jonas leaves", at=end.isoformat())
        late = self.forged(
            signed, signed.keys["jonas-weber"], "jonas-weber", signed_at="2026-05-01T09:00:00+02:00"
        )
        assert late == ["the key of `jonas-weber` was not valid at 2026-05-01T09:00:00+02:00 (trust state 2)"]
        signed.files()[0].unlink()
        dated_back = self.forged(signed, signed.keys["jonas-weber"], "jonas-weber", trust=old)
        assert dated_back == ["its key ended at 2026-04-05T08:00:00+00:00, and nothing witnessed the act before"]

    def test_what_a_leaver_signed_stays_valid(self, signed: Signed) -> None:
        from qmsdoc.signing import trust_edit as edit
        from qmsdoc.trust.keys import read_keys

        signed.approve()
        text, end = (signed.root / "trust/allowed_signers").read_text(), BEGIN + timedelta(days=90)
        signed.write("trust/allowed_signers", edit.ended(text, read_keys(text)[0].of("jonas-weber"), end))
        signed.trust("anna-keller", "mira-brandt", reason="Jonas leaves", at=end.isoformat())
        assert signed.codes() == []
        assert the_state(signed) is State.EFFECTIVE

    @pytest.mark.parametrize(("witnessed", "state"), [(True, State.EFFECTIVE), (False, State.DRAFT)])
    def test_a_key_in_wrong_hands(self, signed: Signed, state: State, *, witnessed: bool) -> None:
        from qmsdoc.signing import trust_edit as edit
        from qmsdoc.trust.keys import read_keys

        signed.approve()
        if witnessed:
            checkpoint(signed)
        chosen = read_keys((signed.root / "trust/allowed_signers").read_text())[0].of("jonas-weber")
        since = BEGIN + timedelta(days=30)
        signed.write("trust/policy.toml", edit.revoked(POLICY, chosen, since, "laptop stolen"))
        signed.trust("anna-keller", "mira-brandt", reason="Stolen", at=(since + timedelta(days=2)).isoformat())
        assert the_state(signed) is state
        assert (signed.codes() == []) is witnessed

    def test_a_role_that_ended_cannot_be_used_by_dating_back(self, signed: Signed) -> None:
        old = self.state_1(signed)
        signed.write(
            "trust/people.toml",
            SIGNERS.replace(
                '{ role = "prrc", from = 2025-01-07 }]\n\n[people.mira',
                '{ role = "prrc", from = 2025-01-07, until = 2026-01-31 }]\n\n[people.mira',
            ),
        )
        signed.trust("anna-keller", "mira-brandt", at="2026-03-01T09:00:00+01:00")
        found = self.forged(signed, signed.keys["jonas-weber"], "jonas-weber", trust=old)
        assert found == ["`jonas-weber` did not hold the role `prrc` on 2026-02-01 (trust state 2)"]

    def test_before_the_trust_state_it_names(self, signed: Signed) -> None:
        found = self.forged(
            signed, signed.keys["jonas-weber"], "jonas-weber", signed_at="2026-01-01T09:00:00+01:00"
        )
        assert found == ["it says 2026-01-01T09:00:00+01:00, before trust state 1 was made"]

    def test_a_role_that_nobody_gave(self, signed: Signed) -> None:
        found = self.forged(signed, signed.keys["jonas-weber"], "jonas-weber", role="quality-manager")
        assert found == ["`jonas-weber` did not hold the role `quality-manager` on 2026-02-01 (trust state 1)"]

    def test_a_key_of_somebody_else(self, signed: Signed) -> None:
        found = self.forged(signed, signed.keys["anna-keller"], "jonas-weber")
        assert found == ["trust state 1 knows no such key of `jonas-weber`"]

    def test_a_machine_states_nothing(self, signed: Signed) -> None:
        found = self.forged(signed, signed.keys["release-ci"], "release-ci")
        assert found == ["trust state 1 knows no such key of `release-ci`"]

    def test_a_security_key_is_not_claimed_in_vain(self, signed: Signed) -> None:
        found = self.forged(signed, signed.keys["jonas-weber"], "jonas-weber", form="security-key")
        assert found == [
            "it claims a security key that was touched and unlocked, and the signature does not show that"
        ]

    def test_the_author_approves_own_work(self, signed: Signed) -> None:
        authors = POLICY.replace("acts = [", 'acts = [\n  { meaning = "author" },')
        signed.write("trust/policy.toml", authors)
        signed.trust("anna-keller", "mira-brandt")
        signed.sign(Meaning.AUTHOR, "anna-keller")
        signed.sign(Meaning.REVIEW, "jonas-weber")
        with pytest.raises(keyfile.SigningError, match="this would not count: the author approves own work"):
            signed.sign(Meaning.APPROVAL, "anna-keller")
        there = [path.read_bytes() for path in signed.files()]
        self.forged(
            signed, signed.keys["anna-keller"], "anna-keller", meaning="approval", role="quality-manager",
            signed_at=signed.tick().isoformat(), relies_on=sorted(statement.sha256(raw) for raw in there),
        )  # fmt: skip
        (found,) = signed.codes()
        assert re.fullmatch(
            r"QD715 approvals/SOP-001/r1/approval\.anna-keller\.[0-9a-f]{12}\.json: "
            r"approval by `anna-keller` does not count: the author approves own work",
            found,
        )
        assert the_state(signed) is State.IN_REVIEW


def test_an_old_laxer_policy_cannot_be_used_by_dating_back(signed: Signed) -> None:
    """The act claims the trust state in which no review was asked for."""
    lax = re.sub(r'  \{ meaning = "review".*\n', "", POLICY)
    signed.write("trust/policy.toml", lax)
    signed.trust("anna-keller", "mira-brandt")
    second = authority.latest(signed.project())
    signed.write("trust/policy.toml", POLICY)
    signed.trust("anna-keller", "mira-brandt", at="2026-03-01T09:00:00+01:00")
    TestTime().forged(
        signed, signed.keys["anna-keller"], "anna-keller", meaning="approval", role="quality-manager",
        trust=statement.TrustReference(version=2, sha256=second.sha256),
    )  # fmt: skip
    (found,) = signed.codes()
    assert "it was given before the review that the policy asks for first" in found
    assert the_state(signed) is not State.EFFECTIVE


def test_statements_are_one_line_that_checkouts_do_not_change(approved: Signed) -> None:
    for file in approved.files():
        raw = file.read_bytes()
        assert b"\n" not in raw
        assert raw == statement.canonical(json.loads(raw))


def test_an_edit_in_the_working_tree_leaves_the_approved_text_in_force(approved: Signed) -> None:
    approved.sop(SOP.replace("Everybody", "Nobody"))
    assert the_state(approved) is State.EFFECTIVE
    ran = approved.run("validate", approved.root / SOP_PATH, "--output-format", "concise")
    assert ran.lines == [
        f"{SOP_PATH}:5:11: error[QD205 changed-since-approval] SOP-001 was changed after revision 1 was approved",
        (
            f"{SOP_PATH}:10:14: warning[QD401 untrained-person] not trained on revision 1: mira-brandt "
            "(`quality-manager`)"
        ),
    ]


@pytest.mark.parametrize(
    "pattern", ["trust/states/1/*.sig", "approvals/SOP-001/r1/*.sig", "approvals/checkpoints/1.json*"]
)
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", "-----BEGIN SSH SIGNATURE-----\nÄ\n-----END SSH SIGNATURE-----".encode(), b"[" * 9000],
)
def test_what_is_no_signature_is_told_and_ends_nothing(approved: Signed, pattern: str, content: bytes) -> None:
    for file in approved.root.glob(pattern):
        file.write_bytes(content)
    assert approved.codes() != []


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-01-05T09:00:00", "soon"]
)
def test_times_that_no_clock_shows(approved: Signed, moment: str) -> None:
    file = approved.root / "approvals/checkpoints/1.json"
    told = json.loads(file.read_bytes())
    raw = statement.canonical({**told, "made_at": moment})
    (signature,) = keyfile.sign(keyfile.find_key(approved.keys["release-ci"]), keys.CHECKPOINT, [raw])
    file.write_bytes(raw)
    file.with_name("1.json.sig").write_bytes(signature)
    assert [line[:39] for line in approved.codes()] == ["QD718 approvals/checkpoints/1.json: thi"]
