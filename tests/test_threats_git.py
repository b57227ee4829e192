"""Repositories that lie: each attack is shown to work on plain git, and to be seen through or refused here.

The numbers TH-… are those of the threat list of the project; test_git.py has the plain answers of the door.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess  # noqa: TID251 - git makes the repositories that are read here
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from qmsdoc.document import digest
from qmsdoc.external import git
from qmsdoc.frontmatter import decode
from qmsdoc.publish.origin import read_origin
from test_git import SOP, Clone, sop

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = "0" * 40


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A repository with revisions 1 and 2 of one document."""
    made = Clone(tmp_path / "clone")
    made.write(SOP, sop(1))
    made.commit("first")
    made.write(SOP, sop(2))
    made.commit("second")
    return made


def rises(clone: Clone) -> list[tuple[str, str, int]]:
    """What the door tells of the history: path, first line of the message, new revision."""
    return [(rise.path, rise.commit.subject, rise.new) for rise in git.revisions(clone.root)]


HONEST = [(SOP, "second", 2), (SOP, "first", 1)]


def crafted(clone: Clone, **changes: str) -> str:
    """A commit written byte by byte, as no git would make it, and checked out without its parent being touched."""
    parts = {
        "tree": clone("rev-parse", "HEAD^{tree}"),
        "parent": clone("rev-parse", "HEAD"),
        "author": "Bob <bob@example.org> 1767254400 +0100",
        "committer": "Bob <bob@example.org> 1767254400 +0100",
        **{name: value for name, value in changes.items() if name != "message"},
    }
    text = "".join(f"{name} {value}\n" for name, value in parts.items()) + f"\n{changes.get('message', 'third')}\n"
    (clone.root.parent / "object").write_text(text)
    commit = clone("hash-object", "-t", "commit", "-w", "--literally", str(clone.root.parent / "object"))
    clone("update-ref", "refs/heads/main", commit)
    return commit


class TestRewrittenHistory:
    def test_th_13_a_replaced_blob_does_not_count(self, clone: Clone) -> None:
        clone.write("evil", "EVIL\n")
        evil = clone("hash-object", "-w", "evil")
        clone("replace", clone("rev-parse", f"HEAD:{SOP}"), evil)
        assert clone("show", f"HEAD:{SOP}") == "EVIL"
        head = clone("rev-parse", "HEAD")
        assert git.blob(clone.root, head, SOP) == sop(2).encode()
        assert rises(clone) == HONEST
        assert git.rewritten(clone.root) == [f"refs/replace/{clone('rev-parse', f'HEAD:{SOP}')}"]

    def test_th_13_a_file_of_grafts_does_not_count(self, clone: Clone) -> None:
        first, second = clone("rev-parse", "HEAD~1"), clone("rev-parse", "HEAD")
        assert git.rewritten(clone.root) == []
        grafts = clone.root / ".git" / "info" / "grafts"
        grafts.write_text(f"{second}\n")
        assert clone("log", "--format=%s") == "second"
        assert rises(clone) == HONEST
        assert git.is_ancestor(clone.root, first)
        assert git.rewritten(clone.root) == ["info/grafts"]

    def test_a_false_commit_graph_does_not_count(self, clone: Clone) -> None:
        """The cache says that the newest commit has no parent."""
        clone("commit-graph", "write", "--reachable")
        file = clone.root / ".git" / "objects" / "info" / "commit-graph"
        data = bytearray(file.read_bytes()[:-20])
        table = (bytes(data[at : at + 12]) for at in range(8, 8 + 12 * data[6], 12))
        chunks = {entry[:4]: int.from_bytes(entry[4:]) for entry in table}
        ids = sorted(bytes.fromhex(clone("rev-parse", name)) for name in ("HEAD", "HEAD~1"))
        row = chunks[b"CDAT"] + 36 * ids.index(bytes.fromhex(clone("rev-parse", "HEAD")))
        data[row + 20 : row + 24] = (0x70000000).to_bytes(4)
        file.chmod(0o644)
        file.write_bytes(data + hashlib.sha1(data).digest())
        assert clone("log", "--format=%s") == "second"
        assert rises(clone) == HONEST
        assert git.is_ancestor(clone.root, ids[0].hex())
        assert git.is_ancestor(clone.root, ids[1].hex())

    def test_th_15_a_shallow_clone_tells_no_history(self, clone: Clone, tmp_path: Path) -> None:
        first = clone("rev-parse", "HEAD~1")
        clone("clone", "--quiet", "--depth=1", f"file://{clone.root}", str(tmp_path / "shallow"))
        assert read_origin(tmp_path / "shallow").history is None
        assert not git.is_ancestor(tmp_path / "shallow", first)
        assert git.is_shallow(tmp_path / "shallow")

    def test_an_amended_commit_is_no_ancestor(self, clone: Clone, tmp_path: Path) -> None:
        """TH-01: what was pushed once is gone from the branch, and from every later clone."""
        second = clone("rev-parse", "HEAD")
        assert git.is_ancestor(clone.root, second)
        clone("commit", "--quiet", "--amend", "--message", "another second")
        assert not git.is_ancestor(clone.root, second)
        clone("clone", "--quiet", f"file://{clone.root}", str(tmp_path / "later"))
        assert not git.is_ancestor(tmp_path / "later", second)
        assert git.is_ancestor(tmp_path / "later", clone("rev-parse", "HEAD~1"))


class TestProgramsOfTheRepository:
    def test_th_16_what_is_missing_is_not_fetched(self, clone: Clone, tmp_path: Path) -> None:
        """A partial clone asks a program of its own settings for what it lacks."""
        marker, other = tmp_path / "ran", tmp_path / "other"
        shutil.copytree(clone.root, other)
        missing = clone("rev-parse", f"HEAD:{SOP}")
        head = clone("rev-parse", "HEAD")

        def lose() -> None:
            shutil.rmtree(clone.root / ".git" / "objects" / "pack", ignore_errors=True)
            (clone.root / ".git" / "objects" / missing[:2] / missing[2:]).unlink(missing_ok=True)

        for key, value in {
            "core.repositoryFormatVersion": "1",
            "extensions.partialClone": "evil",
            "remote.evil.url": str(other),
            "remote.evil.promisor": "true",
            "remote.evil.uploadpack": f"touch {marker}; git-upload-pack",
        }.items():
            clone("config", key, value)
        lose()
        with pytest.raises(git.GitError):
            git.revisions(clone.root)
        with pytest.raises(git.GitError):
            git.blob(clone.root, head, SOP)
        assert not marker.exists()
        clone("cat-file", "blob", f"HEAD:{SOP}")
        assert marker.exists()

    def test_th_16_a_repository_inside_runs_nothing_and_is_never_clean(self, clone: Clone, tmp_path: Path) -> None:
        marker = tmp_path / "ran"
        inner = Clone(clone.root / "sops" / "inner")
        inner.write(".gitattributes", "* filter=evil\n")
        inner.write("SOP-002.md", "x")
        inner.commit("inner")
        clone("-c", "advice.addEmbeddedRepo=false", "add", "sops/inner")
        clone.commit("third")
        inner("config", "filter.evil.clean", f"touch {marker}; cat")
        inner.write("SOP-002.md", "changed")
        assert git.changed_paths(clone.root) == ["sops/inner"]
        assert not marker.exists()
        clone("status")
        assert marker.exists()

    def test_th_17_a_program_of_the_settings_verifies_nothing(self, clone: Clone, tmp_path: Path) -> None:
        marker, fake = tmp_path / "ran", tmp_path / "fake.sh"
        fake.write_text(f"#!/bin/sh\ntouch {marker}\necho 'Good \"git\" signature for alice@example.org'\n")
        fake.chmod(0o755)
        signature = "-----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----"
        commit = crafted(clone, gpgsig=signature, message="signed by mallory")
        (tmp_path / "signers").write_text("")
        for key, value in {
            "gpg.ssh.program": str(fake),
            "gpg.ssh.allowedSignersFile": str(tmp_path / "signers"),
            "gpg.format": "ssh",
            "log.showSignature": "true",
        }.items():
            clone("config", key, value)
        told = git.head(clone.root)
        assert told is not None
        assert (told.id, told.subject) == (commit, "signed by mallory")
        assert rises(clone) == HONEST
        assert git.commit_time(clone.root, commit) is not None
        assert not marker.exists()
        clone("log", "-1")
        assert marker.exists()

    def test_settings_that_name_another_folder_are_refused(self, clone: Clone, tmp_path: Path) -> None:
        """Else `git status` would tell of a folder that nobody reads, and call this one clean."""
        shutil.copytree(clone.root / "sops", tmp_path / "elsewhere" / "sops")
        clone("config", "core.worktree", str(tmp_path / "elsewhere"))
        clone.write(SOP, sop(3))
        assert clone("status", "--porcelain") == ""
        with pytest.raises(git.GitError, match="its files lie elsewhere"):
            git.changed_paths(clone.root)


class TestAttributes:
    @pytest.mark.parametrize("how", ["*.md text eol=crlf\n", ""])
    def test_th_18_line_ends_of_a_checkout_change_no_hash(self, clone: Clone, tmp_path: Path, how: str) -> None:
        clone.write(".gitattributes", how)
        clone.commit("attributes")
        config = () if how else ("--config", "core.autocrlf=true")
        clone("clone", "--quiet", *config, str(clone.root), str(tmp_path / "other"))
        raw = (tmp_path / "other" / SOP).read_bytes()
        assert raw == sop(2).replace("\n", "\r\n").encode()
        assert digest(decode(raw, SOP)) == hashlib.sha256(sop(2).encode()).hexdigest()
        assert git.blob(clone.root, clone("rev-parse", "HEAD"), SOP) == sop(2).encode()
        assert not read_origin(tmp_path / "other").with_files({SOP: raw}).dirty

    def test_th_18_a_keyword_that_git_fills_in_is_a_change(self, clone: Clone, tmp_path: Path) -> None:
        """`ident`: the file that people read is not the one that was committed, and `git status` is content."""
        clone.write(".gitattributes", "*.md text eol=crlf ident\n")
        clone.write(SOP, sop(2, "$Id$"))
        clone.commit("ident")
        clone("clone", "--quiet", str(clone.root), str(tmp_path / "other"))
        raw = (tmp_path / "other" / SOP).read_bytes()
        assert b"$Id: " in raw
        origin = read_origin(tmp_path / "other")
        assert not origin.dirty
        assert origin.with_files({SOP: raw}).changed == [SOP]

    def test_th_18_a_filter_that_shows_other_text_is_a_change(self, clone: Clone) -> None:
        clone.write(".gitattributes", "*.md filter=evil\n")
        clone.commit("filter")
        clone("config", "filter.evil.smudge", "sed s/text/EVIL/")
        clone("config", "filter.evil.clean", "sed s/EVIL/text/")
        (clone.root / SOP).unlink()
        clone("checkout", "--quiet", "--", SOP)
        raw = (clone.root / SOP).read_bytes()
        assert b"EVIL" in raw
        assert clone("status", "--porcelain") == ""
        assert read_origin(clone.root).with_files({SOP: raw}).changed == [SOP]


class TestNames:
    def test_th_19_refs_and_files_named_like_options_are_names(self, clone: Clone, tmp_path: Path) -> None:
        written = tmp_path / "written"
        head = clone("rev-parse", "HEAD")
        for ref in (f"refs/heads/--output={written}", "refs/heads/-rf", "refs/tags/main", "refs/tags/HEAD"):
            clone("update-ref", ref, clone("rev-parse", "HEAD~1"))
        clone("update-ref", f"refs/heads/{head}", clone("rev-parse", "HEAD~1"))
        names = ["-rf.md", "--output=x.md", ":(top)x.md", ":!x.md", "*.md", 'a"b\n+++ b\\c.md']
        for name in names:
            clone.write(f"sops/{name}", sop(1))
        clone.write("--output=y", "z")
        commit = clone.commit("third")
        told = git.head(clone.root)
        assert told is not None
        assert told.id == commit
        assert {path for path in git.paths_on_branches(clone.root) if path != SOP} == {f"sops/{n}" for n in names}
        assert all(git.blob(clone.root, commit, f"sops/{name}") == sop(1).encode() for name in names)
        assert git.blob(clone.root, commit, "--output=y") == b"z"
        assert git.is_ancestor(clone.root, head)
        assert git.commit_time(clone.root, head) == datetime(2026, 1, 2, 8, tzinfo=UTC)
        assert git.changed_paths(clone.root) == []
        assert not written.exists()
        assert not [file.name for file in clone.root.iterdir() if file.name in {"x.md", "y", "x"}]

    @pytest.mark.parametrize(
        "text",
        ["", "HEAD", "main", "-1", "--all", "--output=x", "0" * 39, "0" * 41, "g" * 40, "A" * 40, "\u0660" * 40,
         f"{NOBODY}\n", f"^{NOBODY}", f"{NOBODY}..HEAD", NOBODY[:-1] + "\0", NOBODY, "f" * 64, "\ud800" * 40],
    )  # fmt: skip
    def test_only_a_full_id_names_a_commit(self, clone: Clone, text: str) -> None:
        assert git.commit_time(clone.root, text) is None
        assert not git.is_ancestor(clone.root, text)
        assert git.blob(clone.root, text, SOP) is None
        assert not (clone.root / "x").exists()

    def test_only_commits_are_commits(self, clone: Clone) -> None:
        clone("tag", "--annotate", "--message=x", "release")
        for name in ("release", "HEAD^{tree}", f"HEAD:{SOP}"):
            found = clone("rev-parse", name)
            assert git.commit_time(clone.root, found) is None
            assert not git.is_ancestor(clone.root, found)
            assert git.blob(clone.root, found, SOP) is None

    @pytest.mark.parametrize(
        "path",
        ["", ".", "..", "/", "/etc/passwd", "../clone/README", "./README", "sops/../README", "sops", "sops/",
         "README/", "readme", "READM?", ":(top)README", "link", "README\0", "\ud800", "-z", "a\nb"],
    )  # fmt: skip
    def test_only_an_exact_path_names_a_file(self, clone: Clone, path: str) -> None:
        clone.write("README", "x")
        (clone.root / "link").symlink_to("README")
        commit = clone.commit("third")
        assert git.blob(clone.root, commit, "README") == b"x"
        assert git.blob(clone.root, commit, path) is None
        assert git.blob(clone.root / "sops", commit, SOP.removeprefix("sops/")) == sop(2).encode()
        assert git.blob(clone.root / "sops", commit, "../README") is None

    def test_without_a_repository_the_answer_is_an_error_and_not_no(self, tmp_path: Path) -> None:
        for ask in (git.commit_time, git.is_ancestor, lambda root, commit: git.blob(root, commit, "x")):
            with pytest.raises(git.GitError, match="not a git repository"):
                ask(tmp_path, NOBODY)  # type: ignore[operator]
        with pytest.raises(git.GitError, match="not a git repository"):
            git.rewritten(tmp_path)


class TestCraftedCommits:
    def test_a_message_can_not_tell_of_another_commit(self, clone: Clone) -> None:
        """Control characters in names and messages once parted commits here."""
        second = clone("rev-parse", "HEAD")
        clone.write(SOP, sop(3))
        clone.commit("third")
        false = f"\x1e{NOBODY}\x1f2020-01-01T00:00:00Z\x1fThe CEO\x1fApproved"
        crafted(clone, parent=second, author="Bob\x1e\x1fX <b@x> 1767254400 +0100", message=f"third{false}")
        told = git.head(clone.root)
        assert told is not None
        assert (told.author, told.subject) == ("Bob\x1e\x1fX", f"third{false}")
        assert rises(clone) == [(SOP, f"third{false}", 3), *HONEST]

    def test_a_line_of_a_document_is_no_head_of_a_patch(self, clone: Clone) -> None:
        """`+++ b/…` in a patch is the file, or a line that begins with `++ b/…`."""
        other = "sops/SOP-002-x.md"
        clone.write(other, f"++ b/{SOP}\nrevision: 9\ndiff --git a/{SOP} b/{SOP}\n")
        clone.commit("third")
        assert "+++ b/sops/quality" in clone("-c", "core.quotePath=false", "show", "-U0")
        assert rises(clone) == [(other, "third", 9), *HONEST]

    @pytest.mark.parametrize(
        "moment", ["1 +9999", "1 +2400", "253402300800 +0000", "-5 +0000", "abc +0000", "1700000000", ""]
    )
    def test_a_time_that_no_clock_shows(self, clone: Clone, moment: str) -> None:
        commit = crafted(clone, committer=f"Bob <bob@example.org> {moment}")
        assert git.commit_time(clone.root, commit) is None
        assert not git.is_ancestor(clone.root, commit)
        with pytest.raises(git.GitError, match=f"commit {commit} does not say when it was made"):
            git.head(clone.root)

    def test_a_damaged_object_is_an_error_and_not_no(self, clone: Clone) -> None:
        head = clone("rev-parse", "HEAD")
        blob = clone("rev-parse", f"HEAD:{SOP}")
        file = clone.root / ".git" / "objects" / blob[:2] / blob[2:]
        file.chmod(0o644)
        file.write_bytes(zlib.compress(b"blob 4\0EVIL"))
        assert clone("cat-file", "blob", blob) == "EVIL"
        with pytest.raises(git.GitError, match=f"the object of {SOP} in commit {head} is damaged"):
            git.blob(clone.root, head, SOP)


def test_the_inputs_are_those_of_a_real_git() -> None:
    """Where git is missing, all of this would be skipped in silence."""
    assert subprocess.run(["git", "--version"], check=True, capture_output=True).stdout.startswith(
        b"git version 2"
    )
