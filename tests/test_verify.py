"""`qmsdoc verify` and the commands around it, as people and CI use them: in git, in an export, with real keys."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess  # noqa: TID251 - git and ssh-keygen as a stranger runs them
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from conftest import SOP, SOP_PATH, Repository, run
from qmsdoc.trust import sshsig
from signers import SIGNERS, make_key

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ran

TWO = SOP.replace("SOP-001", "SOP-002").replace("Control of documents", "Second procedure")


class Company(Repository):
    """A company that works with the commands alone, in git."""

    def __init__(self, root: Path) -> None:
        super().__init__(root / "qms")
        self.keys = {name: make_key(root / "keys", name) for name in ("anna-keller", "mira-brandt", "release-ci")}
        self.write("trust/people.toml", SIGNERS)
        self.sop()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        identity = {
            "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@b",
            "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@b",
        }
        argv = ["git", "-c", "commit.gpgsign=false", *arguments]
        return subprocess.run(
            argv, cwd=self.root, check=True, capture_output=True, text=True, env={**os.environ, **identity}
        ).stdout.strip()

    def commit(self, message: str = "Change") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def do(self, *arguments: str | Path, by: str = "") -> Ran:
        key = ("--key", self.keys[by]) if by else ()
        return run("--root", self.root, *arguments, *key)

    def begin(self) -> str:
        """Trust of two administrators and a machine that witnesses; the digest to keep outside."""
        admins = [f"{name}={self.keys[name]}.pub" for name in ("anna-keller", "mira-brandt")]
        assert self.do("trust", "init", "--admin", admins[0], "--admin", admins[1]).code == 0
        policy = self.root / "trust/policy.toml"
        policy.write_text(policy.read_text().replace("signers = 2\n", "signers = 2\nbare_keys = true\n"))
        assert self.do("trust", "add", "release-ci", f"{self.keys['release-ci']}.pub").code == 0
        first = self.do("trust", "sign", "--reason", "First", "--confirm", "trust 1", by="anna-keller")
        assert "trust state 1 waits for another signature" in first.err
        second = self.do("trust", "sign", "--confirm", "trust 1", by="mira-brandt")
        assert "trust state 1 is in force" in second.err
        self.commit("Trust")
        return "sha256:" + hashlib.sha256((self.root / "trust/states/1/state.json").read_bytes()).hexdigest()

    def sign(self, meaning: str, by: str, *ids: str) -> Ran:
        confirmed = [word for i in ids for word in ("--confirm", f"{i} r1")]
        return self.do("sign", *ids, "--meaning", meaning, "--reason", "As planned", *confirmed, by=by)


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def test_from_nothing_to_a_procedure_in_force(company: Company) -> None:
    assert company.do("list", "--state", "draft").out.count("SOP-001") == 1
    anchor = company.begin()
    ran = company.sign("author", "anna-keller", "SOP-001")
    assert ran.code == 0
    assert '"I wrote this revision and submit it", Anna Keller as quality-manager' in ran.out
    refused = company.sign("approval", "anna-keller", "SOP-001")
    assert (refused.code, refused.err) == (1, "qmsdoc: this would not count: the author approves own work\n")
    ran = company.do("approve", "SOP-001", "--reason", "Fit for use", "--confirm", "SOP-001 r1", by="mira-brandt")
    assert ran.err == "3 files written; commit them\n"
    company.commit("Approval")
    assert company.do("list", "--state", "effective").out.count("SOP-001") == 1
    ran = company.do("checkpoint", by="release-ci")
    assert ran.out == "approvals/checkpoints/1.json\n"
    company.commit("Checkpoint")
    ran = company.do("verify", "--anchor", anchor)
    assert (ran.code, ran.out) == (0, "")
    assert "checked 1 trust states, 2 acts, 1 approved copies, 1 checkpoints" in ran.err
    assert ran.err.endswith("everything that is signed holds\n")


def test_verify_is_never_silent_about_what_it_could_not_check(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = company.do("verify")
    assert (ran.code, ran.err.splitlines()[1]) == (
        2,
        "not checked: there is no trust state that holds, so no act could be checked",
    )
    anchor = company.begin()
    assert company.do("verify").code == 0, "whoever signed the trust state keeps its digest on the own machine"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(company.root / ".." / "nobody"))
    ran = company.do("verify", "--output-format", "concise")
    assert ran.code == 2
    assert "warning[QD716 unanchored-trust] nothing outside this repository confirms its trust states" in ran.out
    assert company.do("verify", "--anchor", anchor).code == 0
    monkeypatch.setenv("QMSDOC_ANCHOR", anchor)
    assert company.do("verify").code == 0
    ran = company.do("verify", "--anchor", "sha256:" + "0" * 64, "--output-format", "concise")
    assert ran.code == 1
    assert "error[QD711 unverified-trust] the anchor sha256:0000000000000… is not in this chain" in ran.out


def test_an_export_without_git_verifies(company: Company, tmp_path: Path) -> None:
    anchor = company.begin()
    company.sign("author", "anna-keller", "SOP-001")
    company.do("approve", "SOP-001", "--reason", "Fit", "--confirm", "SOP-001 r1", by="mira-brandt")
    company.do("checkpoint", by="release-ci")
    shutil.copytree(company.root, tmp_path / "export", ignore=shutil.ignore_patterns(".git"))
    ran = run("--root", tmp_path / "export", "verify", "--anchor", anchor)
    assert ran.code == 0, ran.err


class TestHistory:
    @pytest.fixture
    def witnessed(self, company: Company) -> tuple[Company, str]:
        anchor = company.begin()
        company.sign("author", "anna-keller", "SOP-001")
        company.commit("Author")
        company.do("checkpoint", by="release-ci")
        company.commit("Checkpoint")
        return company, anchor

    def test_th_01_an_amended_and_forced_history(self, witnessed: tuple[Company, str]) -> None:
        company, anchor = witnessed
        company.git("reset", "-q", "--soft", "HEAD~2")
        company.commit("Nothing happened")
        ran = company.do("verify", "--anchor", anchor, "--output-format", "concise")
        assert ran.code == 1
        assert "approvals/checkpoints/1.json:1:1: error[QD720 rewritten-history] its commit " in ran.out

    def test_th_13_replaced_objects_are_named(self, witnessed: tuple[Company, str]) -> None:
        company, anchor = witnessed
        blob = company.git("rev-parse", f"HEAD:{SOP_PATH}")
        evil = subprocess.run(
            ["git", "hash-object", "-w", "--stdin"],
            input="EVIL",
            cwd=company.root,
            text=True,
            capture_output=True,
            check=True,
        ).stdout.strip()
        company.git("replace", blob, evil)
        ran = company.do("verify", "--anchor", anchor, "--output-format", "concise")
        assert ran.code == 1
        assert f"`refs/replace/{blob}` makes git show another history than the commits hold" in ran.out

    def test_th_15_a_shallow_clone_could_not_check(self, witnessed: tuple[Company, str], tmp_path: Path) -> None:
        company, anchor = witnessed
        company.git("clone", "-q", "--depth", "1", f"file://{company.root}", str(tmp_path / "shallow"))
        ran = run("--root", tmp_path / "shallow", "verify", "--anchor", anchor)
        assert ran.code == 2
        assert "not checked: the history is cut off; clone all of it (`fetch-depth: 0`)" in ran.err

    def test_th_02_a_clock_that_was_set_back(self, witnessed: tuple[Company, str]) -> None:
        """The commit that lay before the signer is newer than the signature says."""
        company, anchor = witnessed
        late = (datetime.now(UTC) + timedelta(days=2)).isoformat()
        company.write("README.md", "x")
        company.git("add", "-A")
        os.environ["GIT_COMMITTER_DATE"] = late
        try:
            company.commit("From the future")
        finally:
            del os.environ["GIT_COMMITTER_DATE"]
        company.do("approve", "SOP-001", "--reason", "Fit", "--confirm", "SOP-001 r1", by="mira-brandt")
        ran = company.do("verify", "--anchor", anchor, "--output-format", "concise")
        assert ran.code == 1
        assert "error[QD721 impossible-time] it says " in ran.out

    def test_moving_a_file_and_squashing_break_nothing(self, company: Company) -> None:
        anchor = company.begin()
        company.git("checkout", "-q", "-b", "work")
        company.sign("author", "anna-keller", "SOP-001")
        company.commit("Author")
        company.do("approve", "SOP-001", "--reason", "Fit", "--confirm", "SOP-001 r1", by="mira-brandt")
        company.git("mv", "sops/documents", "sops/control")
        company.commit("Approve and move")
        company.git("checkout", "-q", "main")
        company.git("merge", "-q", "--squash", "work")
        company.commit("Squashed")
        ran = company.do("verify", "--anchor", anchor)
        assert (ran.code, ran.out) == (0, "")


def test_two_people_sign_on_two_branches(company: Company) -> None:
    """Neither completes the policy alone; both merge without a conflict, and the copy is stored then."""
    company.sop(TWO, "sops/documents/SOP-002-second.md")
    policy = 'acts = [{ meaning = "review" }, { meaning = "approval", signers = 2 }]\n'
    anchor = company.begin()
    text = (company.root / "trust/policy.toml").read_text()
    begin, end = text.index("acts = ["), text.index("in_order")
    company.write("trust/policy.toml", text[:begin] + policy + text[end:])
    for name in ("anna-keller", "mira-brandt"):
        company.do("trust", "sign", "--reason", "Two approve", "--confirm", "trust 2", by=name)
    assert company.sign("review", "anna-keller", "SOP-001", "SOP-002").code == 0
    company.commit("Reviews")
    for branch, person in (("one", "anna-keller"), ("two", "mira-brandt")):
        company.git("checkout", "-q", "-b", branch, "main")
        ran = company.sign("approval", person, "SOP-001", "SOP-002")
        assert ran.err == "4 files written; commit them\n"
        company.commit(person)
    company.git("checkout", "-q", "main")
    company.git("merge", "-q", "--no-edit", "one")
    company.git("merge", "-q", "--no-edit", "two")
    ran = company.do("verify", "--anchor", anchor, "--output-format", "concise")
    assert [line.split(" ", 2)[1:] for line in ran.out.splitlines()] == [
        ["error[QD719", "missing-copy] SOP-001 revision 1 was approved and no copy of it is kept"],
        ["error[QD719", "missing-copy] SOP-002 revision 1 was approved and no copy of it is kept"],
    ]
    assert company.do("sign", "--copies").err == "2 files written; commit them\n"
    assert company.do("verify", "--anchor", anchor).code == 0


class TestConfirmation:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((), "a signature is confirmed on a terminal; nothing was signed"),
            (("--confirm", "SOP-001 r2"), "SOP-001 r1 is not confirmed; nothing was signed"),
        ],
    )
    def test_nothing_is_signed_without_it(
        self, company: Company, arguments: tuple[str, ...], message: str
    ) -> None:
        company.begin()
        ran = company.do("sign", "SOP-001", "--meaning", "author", "--reason", "x", *arguments, by="anna-keller")
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"qmsdoc: {message}")
        assert not (company.root / "approvals").exists()

    def test_a_reason_is_part_of_the_statement(self, company: Company) -> None:
        company.begin()
        ran = company.do("approve", "SOP-001", by="anna-keller")
        assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: a signature needs its reason")

    def test_a_document_with_errors_is_not_signed(self, company: Company) -> None:
        company.begin()
        company.sop(SOP.replace("owner: quality-manager", "owner: nobody"))
        ran = company.sign("author", "anna-keller", "SOP-001")
        assert ran.code == 1
        assert "QD203 unknown-role" in ran.err

    def test_the_whole_batch_or_nothing(self, company: Company) -> None:
        company.sop(TWO.replace("revision: 1", "revision: x"), "sops/documents/SOP-002-second.md")
        company.begin()
        ran = company.sign("author", "anna-keller", "SOP-001", "SOP-002")
        assert ran.code == 1
        assert not (company.root / "approvals").exists()


class TestKeys:
    def test_a_key_without_passphrase_is_refused_unless_the_policy_accepts_it(self, company: Company) -> None:
        company.begin()
        policy = company.root / "trust/policy.toml"
        policy.write_text(policy.read_text().replace("bare_keys = true\n", ""))
        for name in ("anna-keller", "mira-brandt"):
            company.do("trust", "sign", "--reason", "Stricter", "--confirm", "trust 2", by=name)
        ran = company.sign("author", "anna-keller", "SOP-001")
        assert (ran.code, ran.err.splitlines()[0]) == (
            1, "qmsdoc: this key has no passphrase, so whoever copies the file could sign",
        )  # fmt: skip

    @pytest.mark.parametrize(("typed", "code"), [("right", 0), ("wrong", 1)])
    def test_the_passphrase_is_asked_for_although_an_agent_knows_the_key(
        self, company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
    ) -> None:
        company.keys["anna-keller"] = make_key(tmp_path / "more", "anna-keller", passphrase="right")
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        asked = tmp_path / "asked"
        ask = tmp_path / "ask.sh"
        ask.write_text(f'#!/bin/sh\necho asked >> {asked}\necho "$(cat {tmp_path}/typed)"\n')
        ask.chmod(0o755)
        monkeypatch.setenv("SSH_ASKPASS", str(ask))
        monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
        (tmp_path / "typed").write_text("right")
        company.begin()
        before = asked.read_text().count("asked")
        (tmp_path / "typed").write_text(typed)
        company.sop(TWO, "sops/documents/SOP-002-second.md")
        ran = company.sign("author", "anna-keller", "SOP-001", "SOP-002")
        assert ran.code == code
        if code:
            assert ran.err == "qmsdoc: nothing was signed: the passphrase is wrong\n"
            assert not (company.root / "approvals").exists()
        else:
            assert asked.read_text().count("asked") == before + 1, "once for the whole batch"

    def test_one_key_belongs_to_one_person(self, company: Company) -> None:
        company.begin()
        ran = company.do("trust", "add", "jonas-weber", f"{company.keys['anna-keller']}.pub")
        assert (ran.code, ran.err.splitlines()[0]) == (1, "qmsdoc: this key is there already, for anna-keller")

    @pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
    def test_weak_kinds(self, company: Company, tmp_path: Path, kind: str) -> None:
        company.begin()
        weak = make_key(tmp_path / "weak", "weak", kind)
        ran = company.do("trust", "add", "jonas-weber", f"{weak}.pub")
        assert ran.code == (0 if kind == "rsa" else 1)
        if kind == "ecdsa":
            assert "keys of type `ecdsa-sha2-nistp256` are not accepted" in ran.err

    def test_rotation_keeps_what_was_signed(self, company: Company, tmp_path: Path) -> None:
        anchor = company.begin()
        company.sign("author", "anna-keller", "SOP-001")
        old = company.keys["anna-keller"]
        company.keys["anna-keller"] = make_key(tmp_path / "new", "anna-keller")
        assert company.do("trust", "rotate", "anna-keller", f"{company.keys['anna-keller']}.pub").code == 0
        company.do("trust", "sign", "--reason", "New laptop", "--confirm", "trust 2", by="mira-brandt")
        ran = run("--root", company.root, "trust", "sign", "--confirm", "trust 2", "--key", old)
        assert ran.code == 0, ran.err
        assert company.do("verify", "--anchor", anchor).code == 0
        company.sop(TWO, "sops/documents/SOP-002-second.md")
        assert company.sign("author", "anna-keller", "SOP-002").code == 0


def test_ssh_keygen_agrees(company: Company) -> None:
    """A stranger verifies with OpenSSH alone: namespace, person, time and text must be the same as ours."""
    company.begin()
    company.sign("author", "anna-keller", "SOP-001")
    (statement,) = company.root.glob("approvals/SOP-001/r1/*.json")
    signers = company.root / "trust/states/1/allowed_signers"

    def verify(person: str, namespace: str, data: bytes) -> int:
        argv = [
            "ssh-keygen",
            "-Y",
            "verify",
            "-f",
            signers,
            "-I",
            person,
            "-n",
            namespace,
            "-s",
            f"{statement}.sig",
        ]
        return subprocess.run(argv, input=data, capture_output=True, check=False).returncode

    raw = statement.read_bytes()
    assert verify("anna-keller", "qmsdoc-act", raw) == 0
    assert verify("mira-brandt", "qmsdoc-act", raw) != 0
    assert verify("anna-keller", "qmsdoc-trust", raw) != 0
    assert verify("anna-keller", "qmsdoc-act", raw + b" ") != 0
    with pytest.raises(sshsig.BadSignature, match="the purpose `qmsdoc-act`, not `git`"):
        sshsig.verify((statement.parent / f"{statement.name}.sig").read_bytes(), raw, "git")
