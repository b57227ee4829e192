"""`qmsdoc validate --base REV`: what a change removes, and what time brought about without it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from conftest import CAPA, CAPA_PATH, COMPLAINT, COMPLAINT_PATH, SOP, SOP_PATH, TODAY, Repository
from qmsdoc.check import check
from qmsdoc.load import load
from qmsdoc.trust.act import Meaning
from test_git import Clone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qmsdoc.trust.act import Act

OLD = SOP.replace(
    "satisfies: [ISO 13485 4.2.4 @procedure]", "satisfies: [ISO 13485 4.2.4 @procedure, ISO 13485 4.2.5]"
)
CLOSED = (
    COMPLAINT.replace(
        "aware_by: anna-keller\n",
        "aware_by: anna-keller\nassessed_on: 2026-11-20\nis_complaint: false\nis_complaint_reason: a question\n"
        "reportable: false\nreportable_reason: no harm\ninvestigated: false\nnot_investigated_reason: a question\n"
        "closed: 2026-11-21\n",
    )
    + "\n## Investigation\n\nNone.\n\n## Reply\n\nAnswered.\n"
)


@pytest.fixture
def before(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository as it was before the change."""
    repository.sop(OLD)
    other = Repository(tmp_path_factory.mktemp("before"))
    other.sop(OLD)
    return other


def found(repository: Repository, before: Repository, acts: Sequence[Act] | None = None) -> list[str]:
    """Code, severity, place and message of each finding of the change."""
    project, problems = load(repository.root, acts=acts)
    findings = check(project, problems, TODAY, base=load(before.root)[0])
    return [
        f"{d.code} {d.severity.value} {d.location.path.rpartition('/')[2]}:{d.location.line} {d.message}"
        for d in findings.open
    ]


def test_a_change_that_takes_nothing_away(repository: Repository, before: Repository) -> None:
    before.write(COMPLAINT_PATH, CLOSED)
    repository.write(COMPLAINT_PATH, CLOSED)
    repository.write(CAPA_PATH, CAPA)
    repository.sop(OLD.replace("Write.", "Write and check."))
    assert found(repository, before) == []


def test_a_clause_that_got_lost(repository: Repository, before: Repository) -> None:
    repository.sop()
    assert found(repository, before) == [
        "QD307 error SOP-001-control-of-documents.md:9 nothing answers ISO 13485 4.2.5 any more"
    ]
    repository.sop(SOP.replace("id: SOP-001", "id: SOP-002"), "sops/SOP-002-records.md")
    assert len(found(repository, before)) == 1
    moved = SOP.replace("id: SOP-001", "id: SOP-002").replace("4.2.4 @procedure", "4.2.5 @procedure")
    repository.sop(moved, "sops/SOP-002-records.md")
    assert found(repository, before) == []


def test_records_entries_and_signed_documents_are_not_removed(repository: Repository, before: Repository) -> None:
    """Of a draft nothing need stay."""
    before.write(COMPLAINT_PATH, COMPLAINT)
    before.sop(OLD.replace("id: SOP-001", "id: SOP-002"), "sops/SOP-002-b.md")
    assert found(repository, before) == [
        "QD212 error CMP-001-pump-alarm.md:1 CMP-001 (Pump alarm without cause) was removed"
    ]
    act = repository.act(Meaning.APPROVAL, "2026-02-01")
    (repository.root / SOP_PATH).unlink()
    repository.sop(OLD.replace("id: SOP-001", "id: SOP-002"), "sops/SOP-002-b.md")
    codes = [line.partition(" ")[0] for line in found(repository, before, [act])]
    assert codes.count("QD212") == 2


def test_a_record_that_was_renamed_is_there(repository: Repository, before: Repository) -> None:
    before.write(COMPLAINT_PATH, COMPLAINT)
    repository.write("records/complaint/2026/CMP-001-alarm.md", COMPLAINT)
    assert found(repository, before) == []


def test_a_closed_record_keeps_its_text(repository: Repository, before: Repository) -> None:
    before.write(COMPLAINT_PATH, CLOSED)
    repository.write(COMPLAINT_PATH, CLOSED.replace("Answered.", "Answered twice."))
    (line,) = found(repository, before)
    assert line.startswith("QD508 error CMP-001-pump-alarm.md:")
    assert line.endswith("CMP-001 was closed on 2026-11-21 and has another text now")
    before.write(COMPLAINT_PATH, COMPLAINT)
    assert found(repository, before) == []


def test_time_fails_only_what_the_change_touches(repository: Repository, before: Repository) -> None:
    late = CAPA.replace("2026-12-01", "2026-10-01")
    before.write(CAPA_PATH, late)
    repository.write(CAPA_PATH, late)
    (line,) = found(repository, before)
    assert line.startswith("QD506 info CAPA-001")
    repository.write(CAPA_PATH, late.replace("It leaks.", "It leaks a lot."))
    (line,) = found(repository, before)
    assert line.startswith("QD506 warning CAPA-001")


def test_the_command_compares_with_where_the_branches_parted(tmp_path: Path) -> None:
    """What the other branch did since then is no part of the change."""
    git = Clone(tmp_path / "qms")
    repository = Repository(git.root)
    repository.sop(OLD)
    repository.write(COMPLAINT_PATH, COMPLAINT)
    git.commit("Begin")
    git("branch", "topic")
    repository.write(CAPA_PATH, CAPA)
    git.commit("On the main branch")
    git("checkout", "--quiet", "topic")
    repository.sop()
    (repository.root / COMPLAINT_PATH).unlink()
    ran = repository.run("validate", "--base", "main", "--output-format", "concise")
    assert ran.code == 1
    assert ran.lines == [
        f"{COMPLAINT_PATH}:1:1: error[QD212 removed-document] CMP-001 (Pump alarm without cause) was removed",
        f"{SOP_PATH}:9:1: error[QD307 lost-clause] nothing answers ISO 13485 4.2.5 any more",
    ]
    assert not list(tmp_path.glob("qmsdoc-*"))
    assert repository.run("validate", "--base", "topic").code == 1  # with what is committed on this branch itself


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("nowhere", "nothing to compare with: "),
        ("--output=x", "nothing to compare with: `--output=x` cannot name a commit"),
    ],
)
def test_what_cannot_be_compared(tmp_path: Path, revision: str, said: str) -> None:
    git = Clone(tmp_path / "qms")
    repository = Repository(git.root)
    repository.sop()
    git.commit("Begin")
    ran = repository.run("validate", f"--base={revision}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"qmsdoc: {said}")
    shutil.rmtree(git.root / ".git")
    assert repository.run("validate", "--base", "main").code == 2


def test_only_what_changed_is_reported_and_all_is_checked(tmp_path: Path) -> None:
    git = Clone(tmp_path / "qms")
    repository = Repository(git.root)
    repository.sop(SOP.replace("2. Approve.", "2. Approve<br>."))
    git.commit("Begin with a finding")
    repository.write(COMPLAINT_PATH, COMPLAINT.replace("procedure: SOP-001", "procedure: SOP-404"))
    ran = repository.run("validate", "--changed-since", "main", "--output-format", "concise")
    assert (ran.code, ran.err) == (1, "1 error in 1 document, as of 2026-11-23\n")
    assert ran.lines[0].startswith(f"{COMPLAINT_PATH}:7:12: error[QD101 ")
    repository.write(COMPLAINT_PATH, COMPLAINT)
    ran = repository.run("validate", "--changed-since", "main")
    assert (ran.code, ran.out) == (0, "")
    ran = repository.run("validate", "--changed-since", "main", "--base", "main")
    assert (ran.code, ran.err.splitlines()[0]) == (
        2,
        "qmsdoc: --base and --changed-since ask for different things",
    )
