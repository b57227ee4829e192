"""Takes something out of a repository as a whole: one commit, such as the base of a change, or the history."""

from __future__ import annotations

import os
import re
from pathlib import Path

from qmsdoc.external import git

_revision = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/~^@{}-]{0,200}", re.ASCII).fullmatch


def check_out(root: Path, commit: str, folder: Path) -> Path:
    """Make a repository of its own in an empty folder, at a commit (full id) of the one at `root`.

    It reads the objects of that one and has none of its settings. The place of `root` in it; raises GitError.
    """
    if git.commit_time(root, commit) is None:
        raise git.GitError(f"there is no commit {commit} in this repository")
    told = git.ask(root, "rev-parse", "--path-format=absolute", "--git-common-dir", "--show-object-format")
    common, kind = told.rstrip("\n").rsplit("\n", 1)
    above = git.ask(root, "rev-parse", "--show-prefix").rstrip("\n")
    git.ask(folder, "init", "--quiet", "--template=", f"--object-format={kind}", "--initial-branch=none")
    (folder / ".git/objects/info").mkdir(exist_ok=True)
    (folder / ".git/objects/info/alternates").write_bytes(os.fsencode(f"{common}/objects\n"))
    if (cut := Path(common, "shallow")).is_file():
        (folder / ".git/shallow").write_bytes(cut.read_bytes())
    git.ask(folder, "checkout", "--quiet", "--detach", commit, "--")
    return folder / above


def merge_base(root: Path, revision: str) -> str:
    """The full id of the commit at which the one that is checked out and another one parted; raises GitError.

    revision: a branch, a tag or a commit.
    """
    if not _revision(revision):
        raise git.GitError(f"`{revision}` cannot name a commit")
    commit = git.ask(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()
    return git.ask(root, "merge-base", commit, "HEAD").split("\n", 1)[0].strip()


def bundle(root: Path, file: Path) -> None:
    """Write the history of branches and tags into a file that `git clone` reads; raises GitError."""
    options = ("-c", "pack.threads=1", "bundle", "create", "--quiet")
    git.ask(root, *options, str(file.resolve()), "HEAD", "--branches", "--tags")
