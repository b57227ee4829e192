"""Takes something out of a repository as a whole: one commit, or the whole history."""

from __future__ import annotations

import os
from pathlib import Path

from qmsdoc.external import git


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


def bundle(root: Path, file: Path) -> None:
    """Write the history of branches and tags into a file that `git clone` reads; raises GitError."""
    options = ("-c", "pack.threads=1", "bundle", "create", "--quiet")
    git.ask(root, *options, str(file.resolve()), "HEAD", "--branches", "--tags")
