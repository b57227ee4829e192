"""`qmsdoc history` and `qmsdoc audit-trail` over real git repositories, honest and hostile."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess  # noqa: TID251 - git as people use it
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conftest import SOP, SOP_PATH, TODAY, Repository, run
from qmsdoc.external import git_trail
from qmsdoc.signing import sign as signing
from qmsdoc.signing import stored
from qmsdoc.trust.act import Meaning
from qmsdoc.trust.policy import Policies, Policy
from qmsdoc.trust.state import Trust
from qmsdoc.views.trail_entries import Material, entries
from qmsdoc.views.trail_history import History
from signers import SIGNERS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ran
    from signers import Signed

ANNA, JONAS, MALLORY = (
    ("Anna Keller", "anna@example.org"),
    ("Jonas Weber", "jonas@example.org"),
    ("Mallory", "m@example.org"),
)
SECOND = SOP.replace("revision: 1", "revision: 2").replace("Write", "Type")


class Commits:
    """A repository in which people sign and commit, at moments that a test names."""

    def __init__(self, signed: Signed) -> None:
        self.signed, self.root = signed, signed.root
        self.day = 5
        self.git("init", "-q", "-b", "main")
        self.commit("First text")

    def git(
        self,
        *arguments: str | bytes,
        who: tuple[str | bytes, str] = ANNA,
        committer: tuple[str, str] | None = None,
        at: str = "",
        written: str = "",
    ) -> str:
        moment = at or f"2026-01-{self.day:02}T12:00:00+01:00"
        (name, mail), (by, by_mail) = who, committer or who
        env: dict[str, str | bytes] = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": mail,
            "GIT_COMMITTER_NAME": by,
            "GIT_COMMITTER_EMAIL": by_mail,
            "GIT_AUTHOR_DATE": written or moment,
            "GIT_COMMITTER_DATE": moment,
        }
        argv = ["git", "-c", "commit.gpgsign=false", *arguments]
        ran = subprocess.run(argv, cwd=self.root, env=env, check=True, capture_output=True)  # type: ignore[arg-type]
        return ran.stdout.decode(errors="replace").strip()

    def commit(self, subject: str | bytes, **facts: Any) -> str:
        """Commit all there is, a day after the commit before; its id."""
        self.day += 0 if "at" in facts else 1
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", subject, **facts)
        return self.git("rev-parse", "HEAD")

    def trail(self, *arguments: str, command: str = "audit-trail") -> list[dict[str, Any]]:
        ran = self.signed.run(command, *arguments, "--output-format", "json")
        assert ran.code == 0, ran.err
        return list(json.loads(ran.out))

    def history(self, document: str = "SOP-001") -> list[dict[str, Any]]:
        return self.trail(document, command="history")

    def review(self, **facts: str) -> list[str]:
        return self.signed.sign(Meaning.REVIEW, "jonas-weber", **facts)


@pytest.fixture
def qms(signed: Signed) -> Commits:
    return Commits(signed)


def only(rows: list[dict[str, Any]], **facts: object) -> dict[str, Any]:
    (row,) = (row for row in rows if all(row[key] == value for key, value in facts.items()))
    return row


def told(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(row["what"], row["person"], row["file"].rpartition("/")[2].split(".")[0]) for row in rows]


def test_the_history_of_a_document_is_its_commits_and_its_acts(qms: Commits) -> None:
    first = qms.git("rev-parse", "HEAD")
    (statement, _) = qms.review()
    second = qms.commit("Review", who=JONAS, committer=ANNA)
    rows = qms.history()
    assert [row["what"] for row in rows] == ["review", "added"]
    sha256 = qms.signed.project().by_id["SOP-001"].sha256
    assert rows[0] == {
        "claimed": "2026-01-05T09:02:00+01:00",
        "witnessed": None,
        "committed": "2026-01-07T12:00:00+01:00",
        "what": "review",
        "id": "SOP-001",
        "revision": 1,
        "person": "Jonas Weber (jonas-weber)",
        "role": "Person responsible for regulatory compliance",
        "reason": "As planned",
        "form": "key",
        "committer": "Anna Keller <anna@example.org>",
        "merged": None,
        "merger": None,
        "old": None,
        "new": sha256,
        "commit": second,
        "file": statement,
        "remarks": [],
    }
    assert rows[1] == {
        "claimed": "2026-01-06T12:00:00+01:00",
        "witnessed": None,
        "committed": "2026-01-06T12:00:00+01:00",
        "what": "added",
        "id": "SOP-001",
        "revision": 1,
        "person": "Anna Keller <anna@example.org>",
        "role": None,
        "reason": "First text",
        "form": None,
        "committer": None,
        "merged": None,
        "merger": None,
        "old": None,
        "new": qms.git("rev-parse", f"HEAD:{SOP_PATH}"),
        "commit": first,
        "file": SOP_PATH,
        "remarks": [],
    }


def test_the_table_shows_what_fits(qms: Commits) -> None:
    ran = qms.signed.run("history", "SOP-001")
    commit = qms.git("rev-parse", "--short=12", "HEAD")
    heading, _, row = ran.lines
    assert heading.split("  ")[0] == "Claimed at"
    cells = [cell.strip() for cell in row.split("  ") if cell]
    assert cells == [
        "2026-01-06 12:00+01:00", "added", "SOP-001", "1", "Anna Keller <anna@example.org>", "First text", commit,
    ]  # fmt: skip


def test_an_act_about_a_later_revision_names_the_text_before(qms: Commits) -> None:
    qms.signed.approve()
    before = qms.signed.project().by_id["SOP-001"].sha256
    qms.signed.sop(SECOND)
    qms.review()
    qms.commit("Second")
    row = only(qms.history(), what="review", revision=2)
    assert row["old"] == before


def test_trust_states_are_rows_with_signers_and_reason(qms: Commits) -> None:
    row = only(qms.trail(), what="trust state 1")
    assert row["person"] == "Anna Keller (anna-keller), Mira Brandt (mira-brandt)"
    assert (row["reason"], row["new"], row["form"]) == ("The first state", qms.signed.first, "key")
    assert not [row for row in qms.trail() if row["file"].endswith("states/1/anna-keller.sig")]
    qms.signed.write("trust/people.toml", SIGNERS + "\n")
    qms.signed.trust("anna-keller", reason="Only one has signed")
    row = only(qms.trail(), what="trust state 2")
    assert row["remarks"] == ["does not count: too few have signed it", "not committed"]


def test_two_signing_branches_tell_who_merged_them_and_when(qms: Commits) -> None:
    qms.git("branch", "other")
    qms.git("checkout", "-q", "-b", "review")
    qms.review()
    qms.commit("Review", who=JONAS)
    qms.git("checkout", "-q", "other")
    qms.signed.sign(Meaning.AUTHOR, "mira-brandt")
    qms.commit("Written", who=MALLORY)
    qms.git("checkout", "-q", "main")
    qms.git("merge", "-q", "--no-ff", "-m", "Merge review", "review", at="2026-01-10T12:00:00+01:00")
    qms.git("merge", "-q", "--no-ff", "-m", "Merge other", "other", at="2026-01-11T12:00:00+01:00")
    rows = qms.history()
    review, author = only(rows, what="review"), only(rows, what="author")
    assert (review["merged"], review["merger"]) == ("2026-01-10T12:00:00+01:00", "Anna Keller <anna@example.org>")
    assert (author["merged"], author["committer"]) == (
        "2026-01-11T12:00:00+01:00",
        "Mallory <m@example.org>",
    )
    assert [row["remarks"] for row in rows] == [[], [], []]


def test_a_squashed_branch_keeps_its_acts(qms: Commits) -> None:
    qms.git("checkout", "-q", "-b", "work")
    qms.signed.approve()
    qms.commit("Both")
    qms.git("checkout", "-q", "main")
    qms.git("merge", "-q", "--squash", "work")
    squashed = qms.commit("Approved (#7)")
    acts = [row for row in qms.history() if row["form"]]
    assert [(row["what"], row["commit"], row["remarks"]) for row in acts] == [
        ("review", squashed, []),
        ("approval", squashed, []),
    ]


def test_a_rebased_act_is_told_with_the_commit_that_is_there(qms: Commits) -> None:
    qms.git("checkout", "-q", "-b", "work")
    qms.review()
    before = qms.commit("Review", who=JONAS)
    qms.git("checkout", "-q", "main")
    qms.signed.write("records/note.txt", "x")
    qms.commit("Meanwhile")
    qms.git("rebase", "-q", "main", "work", committer=JONAS, at="2026-01-20T12:00:00+01:00")
    row = only(qms.history(), what="review")
    assert row["commit"] != before
    assert (row["committed"], row["merged"], row["remarks"]) == ("2026-01-20T12:00:00+01:00", None, [])


def checkpoint(qms: Commits) -> None:
    policy = qms.root / "trust/policy.toml"
    assert policy.is_file()
    ran = qms.signed.run_now("checkpoint", "--key", qms.signed.keys["release-ci"])
    assert ran.code == 0, ran.err


def test_a_checkpoint_witnesses_acts_and_every_commit_before_it(qms: Commits) -> None:
    qms.review()
    first = qms.commit("Review")
    checkpoint(qms)
    qms.commit("Witnessed")
    rows = qms.trail()
    row = only(rows, what="checkpoint 1")
    assert row["reason"] == f"witnesses commit {first[:12]} and 1 acts"
    assert row["person"] == "release-ci"
    made = row["claimed"]
    assert only(rows, what="review")["witnessed"] == made
    assert only(rows, what="added", file=SOP_PATH)["witnessed"] == made


def test_an_act_that_was_removed_by_rewriting_history_is_missed_by_its_checkpoint(qms: Commits) -> None:
    (statement, signature) = qms.review()
    lost = qms.commit("Review")
    checkpoint(qms)
    (qms.root / statement).unlink()
    (qms.root / signature).unlink()
    qms.git("add", "--all")
    qms.git("commit", "-q", "--amend", "-m", "Nothing to see")
    rows = qms.trail()
    assert only(rows, what="act")["remarks"] == ["does not count: it was witnessed and is gone"]
    remarks = only(rows, what="checkpoint 1")["remarks"]
    assert remarks[0] == f"its commit {lost[:12]} is no longer part of the history"
    assert "note: 1 of what is shown does not count; the remarks say why\n" in qms.signed.run("audit-trail").err


def test_a_removed_act_is_shown_with_what_it_said_and_who_removed_it(qms: Commits) -> None:
    (statement, signature) = qms.review(reason="I doubt it")
    qms.commit("Review")
    qms.git("rm", "-q", statement, signature)
    removed = qms.commit("Tidy up", who=MALLORY)
    rows = qms.history()
    row = only(rows, what="review")
    assert (row["person"], row["reason"]) == ("Jonas Weber (jonas-weber)", "I doubt it")
    assert row["remarks"] == [f"does not count: removed in commit {removed[:12]} by Mallory <m@example.org>"]
    row = only(rows, what="removed", file=statement)
    assert (row["person"], row["reason"]) == ("Mallory <m@example.org>", "Tidy up")
    assert row["remarks"] == ["what was signed is never changed or removed"]
    assert len(rows) == 4  # the text, the act, its two files going


def test_an_act_that_a_merge_dropped_is_shown(qms: Commits) -> None:
    qms.git("checkout", "-q", "-b", "review")
    (statement, _) = qms.review()
    qms.commit("Review")
    qms.git("checkout", "-q", "main")
    qms.git("merge", "-q", "-s", "ours", "--no-ff", "-m", "Merge", "review", who=MALLORY)
    merge = qms.git("rev-parse", "HEAD")
    rows = qms.history()
    assert only(rows, what="review")["remarks"] == [
        f"does not count: removed in commit {merge[:12]} by Mallory <m@example.org>"
    ]
    row = only(rows, what="not taken over", file=statement)
    assert row["remarks"] == [
        "the merge kept the other side; what one side had changed is lost",
        "what was signed is never changed or removed",
    ]


def test_a_text_that_a_merge_changed_itself_is_a_change_of_the_merger(qms: Commits) -> None:
    qms.git("checkout", "-q", "-b", "work")
    qms.signed.sop(SOP.replace("Write", "Type"))
    qms.commit("Type")
    qms.git("checkout", "-q", "main")
    qms.git("merge", "-q", "--no-ff", "--no-commit", "work")
    qms.signed.sop(SOP.replace("Write", "Forget"))
    merge = qms.commit("Merge branch work", who=MALLORY)
    row = only(qms.history(), commit=merge)
    assert (row["what"], row["person"], row["remarks"]) == (
        "changed",
        "Mallory <m@example.org>",
        ["made in the merge itself"],
    )


def test_a_merge_of_both_sides_loses_nothing_and_says_nothing(qms: Commits) -> None:
    qms.git("checkout", "-q", "-b", "work")
    qms.signed.sop(SOP.replace("SOP-001", "SOP-002"), "sops/documents/SOP-002-other.md")
    qms.commit("Second procedure")
    qms.git("checkout", "-q", "main")
    qms.signed.sop(SECOND)
    qms.commit("Changed")
    qms.git("checkout", "-q", "work")
    qms.git("merge", "-q", "--no-ff", "-m", "Keep up", "main")
    qms.git("checkout", "-q", "main")
    qms.git("merge", "-q", "--no-ff", "-m", "Merge", "work")
    rows = [row for row in qms.trail() if row["file"].startswith("sops/")]
    assert [(row["what"], row["id"], row["revision"], row["remarks"]) for row in rows] == [
        ("added", "SOP-001", 1, []),
        ("added", "SOP-002", 1, []),
        ("changed", "SOP-001", 2, []),
    ]


def test_names_are_those_of_the_commits_whatever_a_mailmap_or_a_replacement_says(qms: Commits) -> None:
    qms.signed.write(".mailmap", "The Boss <boss@example.org> <m@example.org>\n")
    qms.signed.sop(SECOND)
    true = qms.commit("Changed", who=MALLORY)
    qms.git("config", "log.mailmap", "true")
    qms.git("checkout", "-q", "--orphan", "fake")
    fake = qms.commit("Nothing happened", who=ANNA)
    qms.git("checkout", "-q", "main")
    qms.git("replace", true, fake)
    ran = qms.signed.run("history", "SOP-001", "--output-format", "json")
    row = only(json.loads(ran.out), what="changed")
    assert (row["person"], row["reason"], row["commit"]) == ("Mallory <m@example.org>", "Changed", true)
    assert f"note: `refs/replace/{true}` makes git show another history" in ran.err


def test_a_moved_file_names_its_other_place_and_stays_in_the_history(qms: Commits) -> None:
    qms.git("mv", SOP_PATH, "sops/draft.md")
    qms.commit("Away")
    qms.git("mv", "sops/draft.md", SOP_PATH)
    qms.commit("And back")
    assert [(row["what"], row["file"], row["remarks"]) for row in qms.history()] == [
        ("added", SOP_PATH, []),
        ("removed", SOP_PATH, ["moved to sops/draft.md"]),
        ("added", "sops/draft.md", [f"moved from {SOP_PATH}"]),
        ("added", SOP_PATH, ["moved from sops/draft.md"]),
        ("removed", "sops/draft.md", [f"moved to {SOP_PATH}"]),
    ]


HOSTILE = b'=cmd|"/c calc"!A1 \x1b[31m\xe2\x80\xae\xff\t' + b"x" * 5000


@pytest.mark.pdf
def test_hostile_text_in_commits_is_visible_and_short_in_every_format(qms: Commits, tmp_path: Path) -> None:
    qms.signed.sop(SECOND)
    qms.commit("Good")
    person = b"=Eve\x1b]0;\x07\xfe \xe4\xb8\xad " + b"W" * 300 + b" <e\xe2\x80\xae@example.org>"
    tree, parent = (qms.git("rev-parse", name).encode() for name in ("HEAD^{tree}", "HEAD^"))
    raw = b"tree %b\nparent %b\nauthor %b 1767700000 +0100\ncommitter %b 1767700000 +0100\n\n%b\n"
    (tmp_path / "commit").write_bytes(raw % (tree, parent, person, person, HOSTILE))  # git itself would mend it
    qms.git("reset", "-q", qms.git("hash-object", "-t", "commit", "-w", "--literally", tmp_path / "commit"))
    row = qms.history()[-1]
    assert row["reason"].startswith('=cmd|"/c calc"!A1 \\u{1b}[31m\\u{202e}\\u{dcff}    xxx')
    assert (len(row["reason"]), row["reason"][-1]) == (300, "…")
    assert row["person"].startswith("=Eve\\u{1b}]0;\\u{7}\\u{dcfe} 中 WWW")
    assert row["person"].endswith("… <e\\u{202e}@example.org>")
    for style in ("table", "csv", "json"):
        shown = qms.signed.run("history", "SOP-001", "--output-format", style).out
        assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c != "\n"]
    rows = list(csv.DictReader(io.StringIO(qms.signed.run("history", "SOP-001", "--output-format", "csv").out)))
    assert rows[-1]["reason"].startswith("'=cmd")
    assert rows[-1]["person"].startswith("'=Eve")
    text = pdf_text(qms, tmp_path / "trail.pdf").replace("\u200b", "")
    assert '=cmd|"/c calc"!A1 \\u{1b}[31m\\u{202e}\\u{dcff}' in text
    assert "\\u{4e2d}" in text  # no font of the tool has it


def test_impossible_times_are_remarked(qms: Commits) -> None:
    qms.signed.sop(SECOND)
    qms.commit("Before its parent", at="2025-12-01T12:00:00+01:00")
    parent = qms.git("rev-parse", "HEAD^")[:12]
    qms.signed.sop(SECOND.replace("Type", "Print"))
    qms.commit("From the future", at="2026-02-01T12:00:00+01:00", written="2026-03-01T12:00:00+01:00")
    qms.signed.sop(SECOND.replace("Type", "Draw"))
    qms.commit("From the past", at="2026-02-02T12:00:00+01:00", written="1999-01-01T00:00:00Z")
    remarks = {row["reason"]: row["remarks"] for row in qms.history()}
    assert remarks == {
        "First text": [],
        "Before its parent": [f"committed before its parent {parent}"],
        "From the future": ["written 28 days after it was committed"],
        "From the past": ["committed 9894 days after it was written"],
    }


def test_claims_of_acts_are_held_against_commits(qms: Commits) -> None:
    qms.review(at="2026-01-07T10:00:00+01:00")
    qms.commit("Review", at="2026-03-07T12:00:00+01:00")
    qms.signed.sign(Meaning.APPROVAL, "anna-keller", at="2026-04-01T10:00:00+02:00")
    qms.commit("Approval", at="2026-03-08T12:00:00+01:00")
    acts = {row["what"]: row["remarks"] for row in qms.history()}
    assert acts["review"] == ["first committed 59 days after the time it claims"]
    assert acts["approval"] == ["committed before the time it claims"]


def test_an_act_that_claims_a_time_before_its_base_commit_is_remarked(qms: Commits) -> None:
    base = qms.git("rev-parse", "HEAD")
    key, desk = qms.signed.desk("jonas-weber")
    wish = signing.Wish("SOP-001", Meaning.REVIEW, "As planned")
    desk = replace(desk, commit=base)
    stored.write(qms.root, signing.sign(desk, key, desk.prepare_all([wish])))
    qms.commit("Review")
    row = only(qms.history(), what="review")
    assert row["remarks"] == [f"claims a time before the commit it was signed on, {base[:12]}, was made"]


def test_acts_that_do_not_count_are_shown_with_the_reason(qms: Commits) -> None:
    (statement, signature) = qms.review()
    (qms.root / signature).write_bytes((qms.root / signature).read_bytes().replace(b"A", b"B", 1))
    row = only(qms.history(), what="review")
    assert row["person"] == "Jonas Weber (jonas-weber)"
    assert row["remarks"][0].startswith("does not count: the signature")
    (qms.root / statement).write_bytes(b"{}")
    row = only(qms.history(), what="review")
    assert (row["person"], row["revision"], row["new"]) == ("jonas-weber", 1, None)
    assert row["remarks"][0].startswith("does not count: ")


def test_without_a_trust_state_every_act_is_shown_and_none_counts(qms: Commits) -> None:
    qms.review()
    shutil.rmtree(qms.root / "trust/states")
    rows = qms.trail()
    assert only(rows, what="review")["remarks"] == [
        "does not count: there are acts and no trust state, so no act counts and every document is a draft",
        "not committed",
    ]


def test_a_trust_state_that_does_not_hold_is_shown(qms: Commits) -> None:
    (qms.root / "trust/states/1/anna-keller.sig").unlink()
    rows = qms.trail()
    first = only(rows, what="trust state 1")
    assert first["remarks"] == ["does not count: trust state 1 has 1 of 2 signatures and is not in force"]


def test_an_act_against_the_policy_is_shown_with_the_objection(repository: Repository) -> None:
    repository.sop()
    acts = [
        repository.act(Meaning.AUTHOR, "2026-01-05", digest="a" * 64),
        repository.act(Meaning.APPROVAL, "2026-01-06", digest="b" * 64),
    ]
    trust = Trust(default=Policies(default=Policy(author_may_approve=False)))
    found = entries(Material(replace(repository.load(acts), trust=trust), [], TODAY, {}))
    assert [(entry.what, entry.remarks) for entry in found] == [
        ("author", ()),
        ("approval", ("does not count: the author approves own work",)),
    ]


def test_an_act_about_a_text_that_was_changed_since_says_so(qms: Commits) -> None:
    qms.review()
    qms.signed.sop(SOP.replace("Write", "Type"))
    assert only(qms.history(), what="review")["remarks"] == [
        "about a text that is no longer here",
        "not committed",
    ]


def test_only_one_person_or_one_period(qms: Commits) -> None:
    qms.review()
    qms.commit("Review", who=MALLORY, written="1999-01-01T00:00:00Z")
    assert told(qms.trail("--person", "jonas-weber")) == [("review", "Jonas Weber (jonas-weber)", "review")]
    assert {row["person"] for row in qms.trail("--person", "anna-keller")} == {
        "Anna Keller <anna@example.org>",
        "Anna Keller (anna-keller), Mira Brandt (mira-brandt)",
    }
    assert told(qms.trail("--person", "m@example.org")) == [("review", "Jonas Weber (jonas-weber)", "review")]
    assert told(qms.trail("--from", "2026-01-07", "SOP-001")) == [
        ("review", "Jonas Weber (jonas-weber)", "review")
    ]
    assert qms.trail("--until", "2026-01-04") == []
    assert len(qms.trail("--until", "2026-01-06")) == len(qms.trail())


def test_files_that_are_no_part_of_the_qms_are_told_on_request(qms: Commits) -> None:
    qms.signed.write("src/tool.py", "x = 1\n")
    qms.commit("A tool")
    assert not [row for row in qms.trail() if row["file"] == "src/tool.py"]
    assert only(qms.trail("--all-files"), file="src/tool.py")["what"] == "added"


def test_a_deleted_document_still_has_its_history(qms: Commits) -> None:
    qms.signed.sop(SOP.replace("SOP-001", "SOP-002"), "sops/documents/SOP-002-other.md")
    qms.signed.write("sops/documents/SOP-002/figure.png", b"png")
    qms.commit("Second")
    qms.git("rm", "-rq", "sops/documents/SOP-002-other.md", "sops/documents/SOP-002")
    qms.commit("Gone")
    rows = qms.history("SOP-002")
    assert [(row["what"], row["file"].rpartition("/")[2], row["revision"]) for row in rows] == [
        ("added", "SOP-002-other.md", 1),
        ("added", "figure.png", None),
        ("removed", "SOP-002-other.md", 1),
        ("removed", "figure.png", None),
    ]


def test_an_unknown_document_is_wrong_usage(qms: Commits) -> None:
    ran = qms.signed.run("history", "SOP-999")
    assert ran.code == 2
    assert "`SOP-999` is not a document in this QMS, and never was" in ran.err


def test_a_cut_off_history_is_refused(qms: Commits, tmp_path: Path) -> None:
    qms.review()
    qms.commit("Review")
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{qms.root}", tmp_path / "clone"], check=True)

    def ask(*arguments: str) -> Ran:
        return run("--root", tmp_path / "clone", "--today", "2026-11-23", "audit-trail", *arguments)

    ran = ask()
    assert (ran.code, ran.out) == (2, "")
    assert "the history is cut off, and the trail would be too" in ran.err
    assert "fetch-depth: 0" in ran.err
    ran = ask("--acts-only", "--output-format", "json")
    assert [row["what"] for row in json.loads(ran.out)] == ["trust state 1", "review"]


def test_an_export_without_git_tells_what_is_signed_and_says_so(signed: Signed) -> None:
    signed.approve()
    ran = signed.run("audit-trail", "--output-format", "json")
    assert [row["what"] for row in json.loads(ran.out)] == ["trust state 1", "review", "approval"]
    assert ran.err == "note: there is no history of git here; only what is signed is shown\n"


def test_what_is_not_committed_is_said(qms: Commits) -> None:
    qms.review()
    ran = qms.signed.run("audit-trail", "--output-format", "json")
    assert only(json.loads(ran.out), what="review")["remarks"] == ["not committed"]
    assert ran.err == "note: 2 files differ from the last commit; these changes are not in the trail\n"


def test_the_configuration_of_a_repository_changes_nothing(qms: Commits) -> None:
    qms.git("mv", SOP_PATH, "sops/SOP-001-moved.md")
    qms.commit("Müller moves it")
    before = qms.trail()
    for name, value in (
        ("log.showRoot", "false"),
        ("diff.renames", "copies"),
        ("log.diffMerges", "off"),
        ("diff.orderFile", "/nowhere"),
        ("diff.relative", "true"),
        ("i18n.logOutputEncoding", "UTF-16"),
        ("color.ui", "always"),
        ("diff.ignoreSubmodules", "all"),
        ("core.abbrev", "4"),
        ("log.date", "relative"),
        ("format.pretty", "oneline"),
        ("grep.lineNumber", "false"),
        ("grep.patternType", "fixed"),
        ("grep.column", "true"),
        ("grep.fullName", "true"),
    ):
        qms.git("config", name, value)
    assert qms.trail() == before
    assert before[-1]["reason"] == "Müller moves it"


def test_a_qms_in_a_folder_of_a_repository_has_paths_of_its_own(signed: Signed) -> None:
    top = signed.root.parent
    argv = ["git", "-c", "user.name=A", "-c", "user.email=a@b"]
    for arguments in (["init", "-q"], ["add", "qms"], ["commit", "-q", "-m", "All"]):
        subprocess.run([*argv, *arguments], cwd=top, check=True)
    ran = signed.run("history", "SOP-001", "--output-format", "json")
    assert [row["file"] for row in json.loads(ran.out)] == [SOP_PATH]


def pdf_text(qms: Commits, file: Path) -> str:
    import pypdfium2

    ran = qms.signed.run("audit-trail", "--output-format", "pdf", "--output-file", file)
    assert ran.code == 0, ran.err
    pdf = pypdfium2.PdfDocument(file)
    try:
        return "\f".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()


@pytest.mark.pdf
def test_the_pdf_is_searchable_landscape_and_archival_and_holds_the_whole_trail(
    qms: Commits, tmp_path: Path
) -> None:
    import pikepdf

    for number in range(30):
        qms.signed.sop(SECOND.replace("Type", f"Type {number}"))
        qms.commit(f"Change {number}", at=f"2026-02-01T12:00:{number:02}+01:00")
    file = tmp_path / "trail.pdf"
    pages = pdf_text(qms, file).split("\f")
    assert len(pages) > 1
    commit = qms.git("rev-parse", "HEAD")[:12]
    for number, page in enumerate(pages, 1):
        assert "Test Medical GmbH" in page
        assert "Why, and remarks" in page  # the head of the table
        assert f"As of 2026-11-23, at commit {commit}" in page
        assert f"Page {number} of {len(pages)}" in page
    assert "Change 29" in pages[-1]
    assert "anna@example.org" in pages[0]
    with pikepdf.open(file) as pdf:
        _, _, width, height = pdf.pages[0].mediabox
        assert width > height
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("3", "1")
        attached = json.loads(pdf.attachments["trail.json"].get_file().read_bytes())
    assert attached == qms.trail()


def test_a_pdf_needs_a_file(qms: Commits) -> None:
    ran = qms.signed.run("audit-trail", "--output-format", "pdf")
    assert ran.code == 2
    assert "a PDF is not for the terminal" in ran.err


def test_three_thousand_commits_are_all_there(tmp_path: Path) -> None:
    stream = io.StringIO()
    for number in range(3000):
        who = f"A <a@x> {1_700_000_000 + number * 60} +0100"
        text = f"---\nid: SOP-001\nrevision: {number}\n---\n"
        stream.write(f"commit refs/heads/main\nmark :{number + 1}\nauthor {who}\ncommitter {who}\ndata 1\nx\n")
        stream.write(f"from :{number}\n" if number else "")
        stream.write(f"M 100644 inline sops/SOP-{number % 300:03}.md\ndata {len(text)}\n{text}\n")
    subprocess.run(["git", "init", "-q", "-b", "main", tmp_path], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], input=stream.getvalue().encode(), cwd=tmp_path, check=True)

    assert len(History(git_trail.read_commits(tmp_path) or []).changes) == 3000


def test_commits_that_no_git_would_make_are_told(qms: Commits) -> None:
    endless = f"approvals/SOP-001/r{'9' * 5000}/review.eve.0123456789ab.json"
    stream = "".join(
        [
            "commit refs/heads/main\nauthor <> 99999999999999 +0000\ncommitter <> 99999999999999 +9999\ndata 0\n",
            f"from refs/heads/main^0\nM 100644 inline {endless}\ndata 2\n{{}}\n",
            'M 120000 inline "sops/SOP-001-li\\nnk.md"\ndata 11\n/etc/passwd\n',
        ]
    )
    argv = ["git", "fast-import", "--quiet", "--date-format=raw-permissive"]
    subprocess.run(argv, input=stream.encode(), cwd=qms.root, check=True)
    rows = [row for row in qms.trail() if row["person"] == " <>"]
    odd = "the commit tells no time that a clock shows"
    assert [(row["what"], row["id"], row["revision"], row["remarks"]) for row in rows] == [
        ("added", "SOP-001", None, [odd]),
        ("added", "SOP-001", None, ["a symbolic link", odd]),
    ]
    assert rows[0]["file"] == f"{endless[:299]}…"
    assert rows[1]["file"] == "sops/SOP-001-li\\u{a}nk.md"
