"""What an auditor tries: evidence that is not there, in a check or in a release."""

from __future__ import annotations

from datetime import date

import pytest

from conftest import CAPA_PATH, SOP, Repository
from qmsdoc.lifecycle import State, statuses
from test_release import RECORD, commit

AUDIT = """\
---
id: TRN-001
type: training
title: Reading of SOP-001
owner: quality-manager
opened: 2026-02-01
closed: 2026-02-02
procedure: SOP-001
person: anna-keller
trained_on: 2026-02-01
method: read
result: passed
---

# Reading of SOP-001

## Documents

| Document | Revision |
|---|---|
| SOP-001 | 1 |
"""
TRAINING_PATH = "records/training/TRN-001-reading.md"


@pytest.fixture
def released(repository: Repository) -> Repository:
    """A repository with a procedure and a complete record, committed."""
    repository.sop()
    repository.write(TRAINING_PATH, AUDIT)
    commit(repository.root)
    return repository


@pytest.mark.pdf
def test_a_committed_record_is_released(released: Repository) -> None:
    ran = released.run("release", "build", "a", "TRN-001", "--output", released.root.parent / "out-a")
    assert (ran.code, ran.err.startswith("1 PDFs")) == (0, True), ran.err


@pytest.mark.pdf
def test_a_change_is_seen_in_a_folder_of_a_repository(repository: Repository) -> None:
    inner = Repository(repository.root / "company" / "qms")
    inner.sop()
    inner.write(TRAINING_PATH, AUDIT)
    commit(repository.root)
    inner.write(TRAINING_PATH, AUDIT.replace("title: Reading", "title: Other reading"))
    ran = inner.run("release", "build", "a", "TRN-001")
    assert (ran.code, "has uncommitted changes" in ran.err) == (2, True), ran.err


@pytest.mark.pdf
def test_a_file_that_git_is_told_to_ignore_is_not_committed(released: Repository) -> None:
    released.write(".git/info/exclude", "TRN-002*\n")
    released.write("records/training/TRN-002-x.md", AUDIT.replace("TRN-001", "TRN-002"))
    ran = released.run("release", "build", "a", "TRN-002")
    assert (ran.code, "TRN-002-x.md has uncommitted changes" in ran.err) == (2, True), ran.err


@pytest.mark.pdf
def test_a_second_file_with_the_id_is_not_released(released: Repository) -> None:
    released.write("records/training/TRN-001-aaa.md", AUDIT.replace("title: Reading", "title: Forged"))
    commit(released.root, "Second", "2026-01-11T09:00:00+01:00")
    ran = released.run("release", "build", "a", "TRN-001")
    assert (ran.code, "QD102" in ran.err, "nothing was written" in ran.err) == (1, True, True), ran.err


@pytest.mark.pdf
@pytest.mark.parametrize("name", ["../escape", "a/b", "a\nb", ""])
def test_a_release_has_a_plain_name(released: Repository, name: str) -> None:
    assert released.run("release", "build", name, "TRN-001").code == 2
    assert not (released.root / "build").exists()


@pytest.mark.pdf
def test_what_was_asked_for_by_name_is_not_left_out(released: Repository) -> None:
    ran = released.run("release", "build", "a", "TRN-001", "SOP-001")
    assert (ran.code, "SOP-001 is not in force (draft)" in ran.err) == (2, True), ran.err


def test_a_closed_record_does_not_waive_its_own_findings(repository: Repository) -> None:
    repository.sop()
    repository.write(TRAINING_PATH, AUDIT.replace("result: passed\n", 'waive: ["QD007: later"]\n'))
    assert repository.findings() == [
        "TRN-001-reading.md:7:9 QD007 `result` is missing; type `training` needs it from stage `closed` on",
        "TRN-001-reading.md:12:9 QD704 what is closed cannot waive its own findings",
    ]


@pytest.mark.parametrize("code", ["QD002", "QD003", "QD009", "QD102", "QD701"])
def test_what_hides_everything_else_cannot_be_waived(repository: Repository, code: str) -> None:
    repository.sop()
    settings = (repository.root / "qmsdoc.toml").read_text(encoding="utf-8")
    waiver = f'[[waivers]]\ncode = "{code}"\npath = "sops/"\nreason = "old"\n'
    repository.write("qmsdoc.toml", settings + waiver)
    assert [finding.split()[1] for finding in repository.findings()] == ["QD704"]


def test_a_record_closed_before_it_was_opened(repository: Repository) -> None:
    repository.sop()
    repository.write(CAPA_PATH, RECORD.replace("opened:", "closed: 2025-01-01\nopened:"))
    found = [finding for finding in repository.findings() if "QD502" in finding]
    assert len(found) == 1
    assert "`closed` 2025-01-01 is before `opened`" in found[0]


def test_stages_come_one_after_the_other(repository: Repository) -> None:
    repository.sop()
    repository.write(CAPA_PATH, RECORD.replace("opened:", "implemented_on: 2026-10-01\nopened:"))
    missing = [finding.partition("QD007 ")[2] for finding in repository.findings() if "comes after" in finding]
    assert missing == [
        "`cause_on` is missing: stage `implemented` comes after stage `cause`",
        "`planned_on` is missing: stage `implemented` comes after stage `planned`",
    ]


def test_what_cannot_be_read_counts_whatever_rules_are_chosen(repository: Repository) -> None:
    repository.sop()
    repository.write("sops/SOP-800-x.md", "garbage")
    ran = repository.run("validate", "--select", "QD101")
    assert (ran.code, "QD002" in ran.out) == (1, True)


def test_an_entry_from_the_future_is_planned(repository: Repository) -> None:
    repository.write(
        "records/external/EXT-001-x.md",
        "---\nid: EXT-001\ntype: external-document\ntitle: X\nowner: quality-manager\nfrom: 2099-01-01\n"
        "source: x\nedition: '1'\nchecked_on: 2026-01-01\ncheck_every: 12\n---\n# X\n",
    )
    status = statuses(repository.load(), date(2026, 11, 23))["EXT-001", 0]
    assert (status.state, status.in_force) == (State.PLANNED, False)


def test_a_citation_without_frameworks_is_a_finding(repository: Repository) -> None:
    repository.write("qmsdoc.toml", '[company]\nname = "X"\n')
    repository.sop(SOP)
    assert [finding.split()[1] for finding in repository.findings()] == ["QD301"]


def test_the_terminal_never_gets_a_control_character(repository: Repository) -> None:
    repository.sop(SOP.replace("title: Control of documents", 'title: "x\\e[31mRED"'))
    for command in (("list",), ("show", "SOP-001")):
        ran = repository.run(*command)
        assert ("\x1b" in ran.out, "\\u{1b}" in ran.out) == (False, True)


def test_persons_are_not_taken_from_another_folder(repository: Repository) -> None:
    repository.sop()
    (repository.root / "trust").rename(repository.root / "elsewhere")
    (repository.root / "trust").symlink_to("elsewhere", target_is_directory=True)
    assert "trust:1:1 QD017 a symbolic link; what it points to is not under control" in repository.findings()


def test_blanks_that_word_types_are_blanks(repository: Repository) -> None:
    repository.sop(SOP.replace("## Purpose and scope", "## Purpose\N{NO-BREAK SPACE}and scope"))
    assert repository.findings() == []
