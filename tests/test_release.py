"""A release: which documents, which names, the manifest, and nothing half-written."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess  # noqa: TID251 - git makes the repositories that are released here
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pikepdf
import pytest

from conftest import SOP, TODAY, Repository
from pdfs import pages
from qmsdoc.lifecycle import statuses
from qmsdoc.load import source
from qmsdoc.publish import release
from qmsdoc.publish.origin import Origin, read_origin
from qmsdoc.publish.release import ReleaseError, build, chosen
from qmsdoc.trust.act import Act, Meaning

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qmsdoc.project import Project

pytestmark = pytest.mark.pdf

RECORD = """\
---
id: CAPA-001
type: capa
title: Seal leaks
owner: quality-manager
opened: 2026-02-01
---

# Seal leaks

## Problem

It leaks.
"""
SECOND = (
    SOP.replace("SOP-001", "SOP-002")
    .replace("Control of documents", "Records")
    .replace("1. Write", "See [SOP-001](SOP-001-control-of-documents.md).\n\n1. Write")
)


def commit(root: Path, subject: str = "First issue", moment: str = "2026-01-10T09:00:00+01:00") -> None:
    env = {"PATH": "/usr/bin:/bin", "HOME": str(root), "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    for arguments in (
        ["init", "--quiet", "--initial-branch=main"],
        ["config", "user.name", "Anna Keller"],
        ["config", "user.email", "anna@example.org"],
        ["add", "--all"],
        ["commit", "--quiet", "--message", subject],
    ):
        subprocess.run(["git", *arguments], cwd=root, env=env, check=True, capture_output=True)


def approved(project: Project, document_id: str, day: date = date(2026, 1, 12)) -> Act:
    document = project.by_id[document_id]
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return Act(
        document_id, document.revision, document.sha256, Meaning.APPROVAL, "anna-keller", "quality-manager", moment
    )


def made(repository: Repository, output: Path, *, acts: Sequence[Act] = (), **options: object) -> release.Result:
    project = repository.load(acts)
    origin = read_origin(repository.root)
    return build(project, repository.root, "demo", output, today=TODAY, origin=origin, source=source, **options)  # type: ignore[arg-type]


def hashes(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def pdfs(folder: Path) -> list[str]:
    assert {"CHANGES.md", "SHA256SUMS", "manifest.json"} <= {file.name for file in folder.iterdir()}
    return sorted(file.name for file in folder.glob("*.pdf"))


def text_of(file: Path) -> str:
    return " ".join(pages(file))


@pytest.fixture
def two(repository: Repository) -> Repository:
    """SOP-001, SOP-002 and a record, committed."""
    repository.sop()
    repository.sop(SECOND, "sops/documents/SOP-002-records.md")
    repository.write("records/capa/CAPA-001-seal-leaks.md", RECORD)
    commit(repository.root)
    return repository


def test_a_document_in_force_is_released_and_a_draft_is_not(two: Repository, tmp_path: Path) -> None:
    act = approved(two.load(), "SOP-001")
    result = made(two, tmp_path / "out", acts=[act])
    assert [outcome.job.file for outcome in result.outcomes] == ["SOP-001-r1.pdf"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=two.root, check=True, capture_output=True, text=True)
    pdf = (tmp_path / "out" / "SOP-001-r1.pdf").read_bytes()
    raw = (two.root / "sops/documents/SOP-001-control-of-documents.md").read_bytes()
    tools = manifest.pop("tools")
    assert sorted(tools) == ["fonts_sha256", "mmdr", "pandoc", "qmsdoc", "template_sha256", "typst"]
    changes = (tmp_path / "out" / "CHANGES.md").read_bytes()
    assert manifest == {
        "schema_version": 1,
        "name": "demo",
        "as_of": "2026-11-23",
        "drafts": False,
        "commit": head.stdout.strip(),
        "committed_at": "2026-01-10T09:00:00+01:00",
        "dirty": False,
        "changed": [],
        "project": None,
        "trust": None,
        "selection": [],
        "previous": None,
        "files": {"CHANGES.md": hashlib.sha256(changes).hexdigest()},
        "documents": [
            {
                "id": "SOP-001",
                "title": "Control of documents",
                "type": "sop",
                "revision": 1,
                "state": "effective",
                "in_force_from": "2026-01-15",
                "change": "First issue",
                "path": "sops/documents/SOP-001-control-of-documents.md",
                "source_sha256": hashlib.sha256(raw).hexdigest(),
                "files": {},
                "file": "SOP-001-r1.pdf",
                "sha256": hashlib.sha256(pdf).hexdigest(),
                "size": len(pdf),
                "standard": "a-3a+ua-1",
                "why_not_archival": [],
                "acts": [
                    {
                        "sha256": "",
                        "meaning": "approval",
                        "says": "I approve this revision for use",
                        "person": "anna-keller",
                        "name": "",
                        "role": "quality-manager",
                        "time": "2026-01-12T09:00:00+00:00",
                        "witnessed": None,
                        "form": "key",
                        "witness": "",
                        "reason": "",
                        "key": "",
                    }
                ],
            }
        ],
    }
    text = text_of(tmp_path / "out" / "SOP-001-r1.pdf")
    assert "in force from 2026-01-15" in text
    assert "1 2026-01-10 Anna Keller First issue" in text
    assert (
        "Electronic signatures I approve this revision for use Anna Keller, Quality manager "
        "Signed at 2026-01-12 09:00:00 +00:00 Witnessed not yet Form SSH key" in text
    )
    assert "DRAFT" not in text
    with pikepdf.open(tmp_path / "out" / "SOP-001-r1.pdf") as document:
        (attached,) = document.attachments.values()
        assert attached.get_file().read_bytes() == raw


def test_drafts_are_named_and_watermarked_as_such(two: Repository, tmp_path: Path) -> None:
    result = made(two, tmp_path / "out", acts=[approved(two.load(), "SOP-001")], drafts=True)
    assert pdfs(tmp_path / "out") == ["SOP-001-r1.pdf", "SOP-002-r1-DRAFT.pdf"]
    assert "DRAFT" in text_of(tmp_path / "out" / "SOP-002-r1-DRAFT.pdf")
    assert [outcome.job.state for outcome in result.outcomes] == ["effective", "draft"]
    with pikepdf.open(tmp_path / "out" / "SOP-002-r1-DRAFT.pdf") as document:
        links = [
            str(a.A.URI) for page in document.pages for a in page.get("/Annots", []) if "/URI" in a.get("/A", {})
        ]
    assert links == ["SOP-001-r1.pdf"]


def test_a_record_comes_by_its_id_only(two: Repository, tmp_path: Path) -> None:
    made(two, tmp_path / "out", ids=["CAPA-001"])
    assert pdfs(tmp_path / "out") == ["CAPA-001-OPEN.pdf"]
    text = text_of(tmp_path / "out" / "CAPA-001-OPEN.pdf")
    assert "State: open" in text
    assert "Revision" not in text
    assert "DRAFT" not in text


@pytest.mark.parametrize("crlf", [False, True])
def test_equal_bytes_in_two_folders_clones_and_zones(
    two: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, crlf: bool
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    made(two, tmp_path / "a", drafts=True, workers=1)
    clone = tmp_path / "deep" / "clone"
    config = ["-c", f"core.autocrlf={str(crlf).lower()}"]
    subprocess.run(["git", *config, "clone", "--quiet", str(two.root), str(clone)], check=True)
    again = Repository.__new__(Repository)
    again.root = clone
    origin = read_origin(two.root)
    monkeypatch.setenv("TZ", "America/New_York")
    build(
        again.load(),
        clone,
        "demo",
        tmp_path / "b" / "c",
        today=TODAY,
        origin=origin,
        source=source,
        drafts=True,
        workers=2,
    )
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b" / "c")
    assert sorted(hashes(tmp_path / "a"))[:3] == ["CHANGES.md", "SHA256SUMS", "SOP-001-r1-DRAFT.pdf"]


def test_an_uncommitted_change_is_refused_and_marked_with_drafts(two: Repository, tmp_path: Path) -> None:
    act = approved(two.load(), "SOP-001")
    two.sop(SECOND + "\nMore.\n", "sops/documents/SOP-002-records.md")
    two.write("notes.txt", "not part of the QMS")
    with pytest.raises(
        ReleaseError, match=r"sops/documents/SOP-002-records\.md has uncommitted changes"
    ) as caught:
        made(two, tmp_path / "out", acts=[act])
    assert caught.value.hint == "commit first, or use --drafts"
    made(two, tmp_path / "out", acts=[act], drafts=True)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["dirty"], manifest["changed"]) == (True, ["sops/documents/SOP-002-records.md"])
    assert "with uncommitted changes" in text_of(tmp_path / "out" / "SOP-001-r1.pdf")


def test_outside_git_there_are_drafts_only(repository: Repository, tmp_path: Path) -> None:
    repository.sop()
    act = approved(repository.load(), "SOP-001")
    with pytest.raises(ReleaseError, match="there is no commit"):
        made(repository, tmp_path / "out", acts=[act])
    made(repository, tmp_path / "out", acts=[act], drafts=True)
    text = text_of(tmp_path / "out" / "SOP-001-r1.pdf")
    assert "not under version control" in text
    assert "No revision history is available" in text


def test_what_names_nothing_is_refused(two: Repository, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no document of this set is in force") as caught:
        made(two, tmp_path / "out")
    assert "--drafts" in caught.value.hint
    with pytest.raises(ReleaseError, match="`SOP-OO1` is not a document in this QMS") as caught:
        made(two, tmp_path / "out", ids=["SOP-OO1"], drafts=True)
    assert "SOP-001" in caught.value.hint
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_else_is_left_alone(two: Repository, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(ReleaseError, match="is there and is no release"):
        made(two, other, drafts=True)
    assert [file.name for file in other.iterdir()] == ["thesis.txt"]


def test_an_earlier_release_is_replaced_whole(two: Repository, tmp_path: Path) -> None:
    made(two, tmp_path / "out", drafts=True)
    (tmp_path / "out" / "stale.pdf").write_bytes(b"old")
    made(two, tmp_path / "out", drafts=True, ids=["SOP-001"])
    assert pdfs(tmp_path / "out") == ["SOP-001-r1-DRAFT.pdf"]
    assert not (tmp_path / "out" / "stale.pdf").exists()
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".out")] == []


def test_a_failure_is_told_and_nothing_is_written(two: Repository, tmp_path: Path) -> None:
    two.sop(SECOND + "\n[^9]: lost\n", "sops/documents/SOP-002-records.md")
    result = made(two, tmp_path / "out", drafts=True)
    assert result.folder is None
    assert [(o.job.id, o.error) for o in result.failed] == [
        ("SOP-002", "line 36: nothing refers to the footnote `9`, it would be lost")
    ]
    assert len(result.outcomes) == 2
    assert not (tmp_path / "out").exists()


def test_a_draft_with_faults_is_in_the_manifest_with_its_reasons(two: Repository, tmp_path: Path) -> None:
    two.sop(SOP + "\n#### Too deep\n")
    made(two, tmp_path / "out", drafts=True, ids=["SOP-001"])
    (entry,) = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["documents"]
    assert (entry["standard"], entry["why_not_archival"]) == (
        "a-3b",
        ["line 34: a heading of level 4 below level 2"],
    )


def test_the_approved_copy_is_released_while_the_next_revision_is_written(two: Repository, tmp_path: Path) -> None:
    act = approved(two.load(), "SOP-001")
    copy = two.root / "approvals/SOP-001/r1/copy/SOP-001-control-of-documents.md"
    copy.parent.mkdir(parents=True)
    shutil.copy(two.root / "sops/documents/SOP-001-control-of-documents.md", copy)
    two.sop(SOP.replace("revision: 1", "revision: 2").replace("1. Write", "1. Draw"))
    commit(two.root, "Revision 2", "2026-02-01T09:00:00+01:00")
    made(two, tmp_path / "out", acts=[act], drafts=True, ids=["SOP-001"])
    assert pdfs(tmp_path / "out") == ["SOP-001-r1.pdf", "SOP-001-r2-DRAFT.pdf"]
    first, second = (text_of(tmp_path / "out" / name) for name in ("SOP-001-r1.pdf", "SOP-001-r2-DRAFT.pdf"))
    assert "1. Write." in first
    assert "1. Draw." in second
    assert "Revision 2" not in first.replace("2026-02-01", "")
    assert "2 2026-02-01 Anna Keller Revision 2" in second


def test_a_withdrawn_revision_is_not_released_and_its_own_pdf_says_so(two: Repository, tmp_path: Path) -> None:
    act = approved(two.load(), "SOP-001")
    gone = Act(act.id, 1, act.sha256, Meaning.WITHDRAWAL, act.person, act.role, datetime(2026, 3, 1, tzinfo=UTC))
    project = two.load([act, gone])
    with pytest.raises(ReleaseError):
        chosen(project, TODAY, ["SOP-001"], drafts=True)
    status = statuses(project, TODAY)["SOP-001", 1]
    outcome = release.single(project, two.root, status, tmp_path, today=TODAY, origin=Origin(), source=source)
    assert (outcome.job.file, outcome.error) == ("SOP-001-r1-OBSOLETE.pdf", "")
    assert "OBSOLETE" in text_of(tmp_path / "SOP-001-r1-OBSOLETE.pdf")


def test_an_image_behind_a_symbolic_link_is_not_read(two: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (two.root / "sops/documents/x.svg").symlink_to(tmp_path / "secret.svg")
    two.sop(SOP + "\n![x](x.svg)\n")
    result = made(two, tmp_path / "out", drafts=True, ids=["SOP-001"])
    assert result.failed[0].error.startswith("line 34: `sops/documents/x.svg` is not there")
