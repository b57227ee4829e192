"""The door to git: what it answers, and what a hostile repository can not make it do."""

from __future__ import annotations

import subprocess  # noqa: TID251 - git makes the repositories that are read here
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from qmsdoc.external import git

if TYPE_CHECKING:
    from pathlib import Path

SOP = "sops/quality/SOP-001-größe.md"


class Clone:
    """A git repository whose commits have fixed times."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commits = 0
        root.mkdir(exist_ok=True)
        self("init", "--quiet", "--initial-branch=main")
        self("config", "user.name", "Bob")
        self("config", "user.email", "bob@example.org")

    def __call__(self, *arguments: str) -> str:
        moment = f"2026-01-0{self.commits + 1}T09:00:00+01:00"
        env = {
            "PATH": "/usr/bin:/bin",
            "GIT_AUTHOR_DATE": moment,
            "GIT_COMMITTER_DATE": moment,
            "HOME": str(self.root),
        }
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=env, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self, subject: str) -> str:
        self("add", "--all")
        self("commit", "--quiet", "--no-verify", "--message", subject)
        self.commits += 1
        return self("rev-parse", "HEAD")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "clone")


def sop(revision: int, body: str = "text") -> str:
    return f"---\nid: SOP-001\nrevision: {revision}\n---\n{body}\n"


def test_a_folder_without_repository(tmp_path: Path) -> None:
    assert git.version() is not None
    assert not git.has_repository(tmp_path)
    assert git.head(tmp_path) is None
    assert git.paths_on_branches(tmp_path) == []
    with pytest.raises(git.GitError, match="not a git repository"):
        git.changed_paths(tmp_path)


def test_a_repository_that_git_refuses_is_not_taken_for_none(clone: Clone) -> None:
    clone.write(SOP, sop(1))
    clone.commit("one")
    (clone.root / ".git" / "config").write_text("[core\n")
    with pytest.raises(git.GitError, match="bad config line 1"):
        git.head(clone.root)


def test_head_and_changed_paths(clone: Clone) -> None:
    assert git.has_repository(clone.root)
    assert git.head(clone.root) is None
    clone.write(SOP, sop(1))
    commit = clone.commit("First: issue | of it")
    told = git.head(clone.root)
    assert told is not None
    assert (told.id, told.author, told.subject) == (commit, "Bob", "First: issue | of it")
    assert told.time == datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert git.changed_paths(clone.root) == []
    clone.write(SOP, sop(2))
    clone.write("-rf.md", "x")
    clone.write("records/a b\nc.md", "x")
    assert git.changed_paths(clone.root) == ["-rf.md", "records/a b\nc.md", SOP]


def test_paths_are_found_on_every_local_branch(clone: Clone) -> None:
    clone.write(SOP, sop(1))
    clone.commit("one")
    clone("switch", "--quiet", "--create", "other")
    clone.write("records/capa/CAPA-009-seal.md", "x")
    clone.commit("two")
    clone("rm", "--quiet", "records/capa/CAPA-009-seal.md")
    clone.commit("three")
    clone("switch", "--quiet", "main")
    assert git.paths_on_branches(clone.root) == ["records/capa/CAPA-009-seal.md", SOP]


def test_revisions_that_rose_on_the_first_parent_line(clone: Clone) -> None:
    clone.write(SOP, sop(1))
    first = clone.commit("first")
    clone.write(SOP, sop(1, "other text"))
    clone.commit("no new revision")
    clone("switch", "--quiet", "--create", "draft")
    clone.write(SOP, sop(2, "draft"))
    clone.commit("work on a branch")
    clone("switch", "--quiet", "main")
    clone("merge", "--quiet", "--no-ff", "--message", "Approved second", "draft")
    merged = clone("rev-parse", "HEAD")
    told = [
        (rise.path, rise.commit.id, rise.commit.subject, rise.old, rise.new) for rise in git.revisions(clone.root)
    ]
    assert told == [(SOP, merged, "Approved second", 1, 2), (SOP, first, "first", None, 1)]


def test_a_shallow_clone_is_told(clone: Clone, tmp_path: Path) -> None:
    clone.write(SOP, sop(1))
    clone.commit("one")
    clone.write(SOP, sop(2))
    clone.commit("two")
    clone("clone", "--quiet", "--depth=1", f"file://{clone.root}", str(tmp_path / "shallow"))
    assert not git.is_shallow(clone.root)
    assert git.is_shallow(tmp_path / "shallow")


def test_programs_named_in_the_configuration_do_not_run(clone: Clone, tmp_path: Path) -> None:
    clone.write(SOP, sop(1))
    clone.write(".gitattributes", "*.md filter=evil diff=evil\n")
    clone.commit("one")
    marker = tmp_path / "ran"
    hook = tmp_path / "hooks" / "post-index-change"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch {marker}\n")
    hook.chmod(0o755)
    keys = ("core.fsmonitor", "core.pager", "filter.evil.clean", "filter.evil.process", "diff.evil.textconv")
    for key in (*keys, "diff.evil.command", "diff.external"):
        clone("config", key, f"touch {marker}; cat")
    clone("config", "core.hooksPath", str(hook.parent))
    clone.write(SOP, sop(2))
    assert git.changed_paths(clone.root) == [SOP]
    assert [rise.new for rise in git.revisions(clone.root)] == [1]
    assert git.head(clone.root) is not None
    assert not marker.exists()


def test_replaced_objects_and_mail_maps_do_not_count(clone: Clone) -> None:
    clone.write(SOP, sop(1))
    first = clone.commit("honest")
    clone.write(SOP, sop(2))
    clone.write(".mailmap", "The Boss <ceo@example.org> <bob@example.org>\n")
    second = clone.commit("second")
    clone("replace", second, first)
    told = git.head(clone.root)
    assert told is not None
    assert (told.subject, told.author) == ("second", "Bob")
