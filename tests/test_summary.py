"""`qmsdoc summary`: what a change does, in real git repositories."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conftest import CAPA, CAPA_PATH, COMPLAINT, COMPLAINT_PATH, CONFIG, PEOPLE, SOP, SOP_PATH, TODAY, Repository
from qmsdoc.check import check
from qmsdoc.formats import review
from qmsdoc.formats.forge import LIMIT
from qmsdoc.lifecycle import statuses
from qmsdoc.load import load
from qmsdoc.trust.act import Meaning
from qmsdoc.views.changed_claims import changed_claims
from qmsdoc.views.changed_documents import changed, changed_table
from qmsdoc.views.signers import signers, stated
from qmsdoc.views.table import Column, Table
from signers import POLICY, Signed
from test_formats_ci import HOSTILE, Shown
from test_git import Clone

if TYPE_CHECKING:
    from pathlib import Path

OTHER = SOP.replace("id: SOP-001", "id: SOP-002").replace("title: Control of documents", "title: Records")
OTHER_PATH = "sops/documents/SOP-002-records.md"


@pytest.fixture
def topic(tmp_path: Path) -> Repository:
    """A repository on a branch; what `main` has is the base."""
    git = Clone(tmp_path / "qms")
    repository = Repository(git.root)
    repository.sop()
    repository.write(COMPLAINT_PATH, COMPLAINT)
    git.commit("Begin")
    git("checkout", "--quiet", "-b", "topic")
    return repository


@pytest.fixture
def base(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository as it was before the change: one SOP."""
    repository.sop()
    other = Repository(tmp_path_factory.mktemp("base"))
    other.sop()
    return other


def changes(base: Repository, repository: Repository) -> list[str]:
    """Each changed document or setting as `id: what`."""
    before, project = base.load(), repository.load()
    return [f"{row[0]}: {row[3]}" for row in changed_table(before, project, changed(before, project)).rows]


def claims(base: Repository, repository: Repository) -> list[str]:
    """Each clause as `framework clause: what, before > now`."""
    rows = changed_claims(base.load(), repository.load()).rows
    return [f"{row[0]} {row[1]}: {row[3]}, {'+'.join(row[4])} > {'+'.join(row[5])}" for row in rows]  # type: ignore[arg-type]


REVIEWED = """\
### This change: 1 error in 3 documents, as of 2026-11-23

| Severity | Place | Finding | Rule |
| --- | --- | --- | --- |
| error | `sops/documents/SOP-001-control-of-documents.md:9` | nothing answers ISO 13485 4.2.4 any more<br>name \
it where it is answered now, or say in the manual why it does not apply | QD307 lost-clause |

Nobody can sign yet: no trust state is in force; `qmsdoc trust init` makes one.

#### Documents changed

| Document | Title | Type | Change | Owner |
| --- | --- | --- | --- | --- |
| `CAPA-001` | Seal of the pump head leaks | Corrective or preventive action | added | Quality manager |
| `SOP-001` | Control of documents | Standard operating procedure | revised from 1 to 2 | Quality manager |

#### Clauses gained and lost

| Framework | Clause | Title | Change | Answered before by | Answered now by |
| --- | --- | --- | --- | --- | --- |
| ISO 13485 | 4.2.4 | Control of documents | lost | `SOP-001` |  |
| ISO 13485 | 4.2.5 | Control of records | gained |  | `SOP-001` |

#### Trainings triggered

| Document | Revision | Title | Training | Roles | Persons |
| --- | --- | --- | --- | --- | --- |
| `SOP-001` | 2 | Control of documents | read | Quality manager (1) | 1 |
"""


def test_a_reviewer_sees_one_text(topic: Repository) -> None:
    topic.sop(SOP.replace("revision: 1", "revision: 2").replace("4.2.4 @procedure", "4.2.5"))
    topic.write(CAPA_PATH, CAPA)
    ran = topic.run("summary", "--base", "main", "--output-format", "markdown")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == REVIEWED
    terminal = topic.run("summary", "--base", "main")
    assert terminal.lines[0] == "1 error in 3 documents, as of 2026-11-23"
    assert [line.partition("]")[0] for line in terminal.lines if "QD307" in line] == [
        f"{SOP_PATH}:9:1: error[QD307 lost-clause"
    ]
    assert "Documents changed" in terminal.lines


def test_programs_get_all_findings_and_a_list_a_table(topic: Repository) -> None:
    topic.sop(SOP.replace("revision: 1", "revision: 2"))
    found = json.loads(topic.run("summary", "--base", "main", "--output-format", "json").out)
    assert found.keys() == {"findings", "documents", "clauses", "trainings"}
    assert found["findings"]["summary"]["error"] == 0
    (document,) = found["documents"]
    assert (document["id"], document["change"]) == ("SOP-001", "revised from 1 to 2")
    assert found["trainings"][0]["persons"] == 1


def test_a_change_of_nothing(topic: Repository) -> None:
    ran = topic.run("summary", "--base", "main", "--output-format", "markdown")
    assert ran.lines[::2] == [
        "### This change: no findings in 2 documents, as of 2026-11-23",
        "Nobody can sign yet: no trust state is in force; `qmsdoc trust init` makes one.",
        "Documents changed: none.",
        "Clauses gained and lost: none.",
        "Trainings triggered: none.",
    ]


def test_what_time_brought_about_elsewhere_is_counted_and_not_shown(topic: Repository) -> None:
    late = CAPA.replace("2026-12-01", "2026-10-01")
    topic.write(CAPA_PATH, late)
    git = Clone.__new__(Clone)
    git.root, git.commits = topic.root, 1
    git.commit("Late")
    git("branch", "--force", "main")
    topic.sop(SOP.replace("Write.", "Write well."))
    ran = topic.run("summary", "--base", "main", "--output-format", "markdown")
    assert "QD506" not in ran.out
    assert "For information only, in documents that this change does not touch: 1; " in ran.out
    topic.write(CAPA_PATH, late.replace("It leaks.", "It leaks a lot."))
    assert "QD506" in topic.run("summary", "--base", "main", "--output-format", "markdown").out


def test_without_a_base_there_is_no_change(topic: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = topic.run("summary")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("qmsdoc: a summary is of a change\n")
    monkeypatch.setenv("QMSDOC_BASE", "main")
    assert topic.run("summary").code == 0
    assert topic.run("summary", "--base", "nowhere").code == 2


def test_what_happens_to_documents(base: Repository, repository: Repository) -> None:
    assert changes(base, repository) == []
    repository.sop(SOP.replace("Write.", "Write well."))
    assert changes(base, repository) == ["SOP-001: changed"]
    repository.sop(SOP.replace("revision: 1", "revision: 3"))
    assert changes(base, repository) == ["SOP-001: revised from 1 to 3"]
    repository.sop(SOP.replace("id: SOP-001", "id: @"))
    assert changes(base, repository) == ["SOP-001: cannot be read"]
    (repository.root / SOP_PATH).unlink()
    assert changes(base, repository) == ["SOP-001: removed"]
    repository.sop(SOP, "sops/quality/SOP-001-documents.md")
    assert changes(base, repository) == ["SOP-001: moved"]
    repository.sop(SOP.replace("Write.", "Write well."), "sops/quality/SOP-001-documents.md")
    repository.sop(OTHER, OTHER_PATH)
    assert changes(base, repository) == ["SOP-001: moved and changed", "SOP-002: added"]


def test_what_happens_to_attached_files_records_and_settings(base: Repository, repository: Repository) -> None:
    base.write("sops/documents/SOP-001/flow.png", b"1")
    repository.write("sops/documents/SOP-001/flow.png", b"12")
    base.write(COMPLAINT_PATH, COMPLAINT)
    repository.write(COMPLAINT_PATH, COMPLAINT.replace("---\n\n#", "closed: 2026-11-21\n---\n\n#"))
    repository.write("qmsdoc.toml", CONFIG.replace("Test Medical", "Other Medical"))
    repository.write("trust/people.toml", PEOPLE.replace("Anna Keller", "Anna Keller-Weber"))
    assert changes(base, repository) == [
        "CMP-001: closed",
        "SOP-001: attached files changed",
        "qmsdoc.toml: changed",
        "trust/people.toml: changed",
    ]
    (repository.root / SOP_PATH).rename(repository.root / "sops/SOP-001-control.md")
    (repository.root / "sops/documents/SOP-001").rename(repository.root / "sops/SOP-001")
    repository.write("sops/SOP-001/flow.png", b"1")
    assert "SOP-001: moved" in changes(base, repository), "with what is attached to it"


def test_clauses_by_who_answers_them(base: Repository, repository: Repository) -> None:
    base.sop(OTHER.replace("4.2.4 @procedure", "4.2.4, ISO 13485 4.2.5"), OTHER_PATH)
    assert claims(base, repository) == [
        "ISO 13485 4.2.5: lost, SOP-002 > ",
        "ISO 13485 4.2.4: other documents, SOP-001+SOP-002 > SOP-001",
    ]
    repository.sop(SOP.replace("@procedure", "@procedure, MDR Art. 10(9)(k), ISO 13485 4.2.3"))
    found = claims(base, repository)
    assert [line.partition(",")[0] for line in found] == [
        "ISO 13485 4.2.5: lost",
        "ISO 13485 4.2.3: gained",
        "ISO 13485 4.2.4: other documents",
        "MDR Article 10(9)(k): gained",
    ]
    repository.write("qmsdoc.toml", CONFIG.replace('MDR = "2017/745"\n', ""))
    assert "MDR" not in "".join(claims(base, repository))


def missing(signed: Signed, before: Repository) -> list[str]:
    """Each act that is missing as `id revision: meaning, role, persons`."""
    project = signed.project()
    assert project.trust.latest
    table = signers(changed(before.load(), project), statuses(project, TODAY), project.trust.latest, TODAY)
    return [f"{row[0]} {row[1]}: {row[2]}, {row[3]}, {row[4]}" for row in table.rows]


def test_who_must_sign_until_nobody_must(signed: Signed, tmp_path: Path) -> None:
    before = Repository(tmp_path / "before")
    assert missing(signed, before) == [
        "SOP-001 1: review, Person responsible for regulatory compliance, Anna Keller, Jonas Weber",
        "SOP-001 1: approval, Quality manager, Anna Keller, Mira Brandt",
    ]
    signed.sign(Meaning.REVIEW, "jonas-weber")
    assert missing(signed, before) == ["SOP-001 1: approval, Quality manager, Anna Keller, Mira Brandt"]
    base = signed.project()
    signed.sign(Meaning.APPROVAL, "anna-keller")
    assert missing(signed, before) == []
    assert [row[:4] for row in stated(base, signed.project()).rows] == [("SOP-001", 1, "approval", "Anna Keller")]
    signed.sop(SOP.replace("Write.", "Write well."))
    assert missing(signed, before) == [], "a revision that was approved is not signed again; the next one is"
    signed.sop(SOP.replace("revision: 1", "revision: 2"))
    assert [line.partition(",")[0] for line in missing(signed, before)] == [
        "SOP-001 2: review",
        "SOP-001 2: approval",
    ]


def test_roles_that_nobody_holds_any_role_several_signers_and_issue(signed: Signed, tmp_path: Path) -> None:
    policy = POLICY.replace(
        '{ meaning = "review", roles = ["prrc"] }',
        '{ meaning = "author" }, { meaning = "review", roles = ["owner"], signers = 2 }',
    ).replace(
        '["quality-manager"] },\n]', '["quality-manager"] }, { meaning = "issue" }, { meaning = "withdrawal" }]'
    )
    signed.write("trust/policy.toml", policy)
    signed.trust("anna-keller", "mira-brandt")
    signed.sop(SOP.replace("owner: quality-manager", "owner: development"))
    before = Repository(tmp_path / "before")
    assert missing(signed, before) == [
        "SOP-001 1: author, any role, any of 3",
        "SOP-001 1: review, development (2 persons), nobody holds it",
        "SOP-001 1: approval, Quality manager, Anna Keller, Mira Brandt",
        "SOP-001 1: issue, any role, any of 3",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_document_says_does_anything_in_a_comment(repository: Repository, text: str) -> None:
    repository.sop(SOP.replace("2. Approve.", "2. Approve<br>."))
    findings = repository.check()
    found = [replace(d, message=text) for d in findings.diagnostics]
    table = Table(text, (Column("a", "A"), Column("b", "B")), [(text, (text, text)), ("x", None)])
    written = review.render(replace(findings, diagnostics=found), found, [table, table], [text])
    shown = Shown(written)
    assert shown.elements <= {"p", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "code", "br"}
    assert not shown.attributes
    assert not re.search(r"[@#$&~^*_\[\]<>|\\`!]|://|www\.|:\w|\b[0-9a-f]{7}", shown.text)
    assert not any(line.startswith("/") for line in written.splitlines()), "a command of GitLab"


def test_it_is_never_longer_than_a_comment_may_be(repository: Repository) -> None:
    repository.sop(SOP.replace("2. Approve.", "2. Approve<br>."))
    project, problems = load(repository.root)
    findings = check(project, problems, TODAY)
    found = list(findings.diagnostics) * 5_000
    long = Table("long", (Column("a", "A"),), [("word " * 100,)] * 5_000)
    text = review.render(replace(findings, diagnostics=found), found, [long, long], [])
    assert LIMIT * 0.9 < len(text) <= LIMIT
    assert text.count("left out, for want of room") == 3
    assert len(review.render(replace(findings, diagnostics=found), found, [], [])) > LIMIT * 0.9
