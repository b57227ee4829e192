"""The one door to git: fixed argument lists through GitPython's command wrapper, one call a question.

Every call switches off what a hostile repository could use: programs named in its configuration, replaced
objects, mail maps. No text from outside is ever an option.
"""

from __future__ import annotations

import os
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SAFE = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.pager=cat"),
    *("-c", "core.quotePath=false"),
    *("-c", "core.attributesFile="),
    *("-c", "diff.external="),
    *("-c", "gpg.program=gpg"),
    *("-c", "gpg.ssh.program=ssh-keygen"),
    *("-c", "log.showSignature=false"),
    *("-c", "log.mailmap=false"),
)
_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
_FOLDERS = ("sops", "templates", "records", "approvals")
_NAMES = ("--name-only", "--format=", "-z", "--no-renames", "-m")
_PATCHES = (
    *("--diff-merges=first-parent", r"-G^revision:[ \t]*[0-9]+", "-U0", "--text", "--no-renames", "--relative"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--no-use-mailmap", "--no-color", "--no-ext-diff", "--no-textconv"),
)
_NO_COMMIT = ("not a git repository", "bad revision 'HEAD'", "does not have any commits")
_FIELD, _COMMIT = "\x1f", "\x1e"


class GitError(Exception):
    """git is missing or said no; the message is what it said."""


class Commit(NamedTuple):
    """A commit: full hash, when it was committed (with offset), author name and the first line of its message."""

    id: str
    time: datetime
    author: str = ""
    subject: str = ""

    @property
    def short(self) -> str:
        """Twelve digits: enough to find it."""
        return self.id[:12]


class Rise(NamedTuple):
    """A commit in which the `revision` of a file changed; `old` is None where the file is new."""

    path: str
    commit: Commit
    old: int | None
    new: int


def version() -> str | None:
    """The version of git, or None when it is not installed."""
    try:
        return _run(None, "--version").split()[2]
    except GitError:
        return None


def has_repository(root: Path) -> bool:
    """Whether a folder is the top of a git working tree."""
    try:
        top = _run(root, "rev-parse", "--show-toplevel").rstrip("\n")
    except GitError:
        return False
    return os.path.realpath(top) == os.path.realpath(root)


def head(root: Path) -> Commit | None:
    """The commit that is checked out; None before the first one and outside a repository. Raises GitError."""
    try:
        told = _run(root, "log", "-1", "--no-use-mailmap", f"--format={_FORMAT}", "HEAD", "--")
    except GitError as error:
        if any(reason in str(error) for reason in _NO_COMMIT):
            return None
        raise
    return _commit(told.strip("\n" + _COMMIT))


def changed_paths(root: Path) -> list[str]:
    """Files below `root` that differ from the commit or are not tracked, sorted; raises GitError."""
    options = ("--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=none")
    told = _run(root, "status", *options, environment=_without_filters(root))
    above = _run(root, "rev-parse", "--show-prefix").rstrip("\n")  # git names files from the top of the repository
    paths = (entry[3:] for entry in told.split("\0") if entry)
    return sorted(path.removeprefix(above) for path in paths if path.startswith(above))


def blobs(root: Path) -> dict[str, str]:
    """The object id of every file below `root` in the commit that is checked out, by path; raises GitError."""
    told = _run(root, "ls-tree", "-r", "-z", "HEAD")
    entries = (entry.partition("\t") for entry in told.split("\0") if entry)
    return {path: facts.split(" ")[2] for facts, _, path in entries}


def _without_filters(root: Path) -> dict[str, str]:
    """An environment that switches off every filter program that the repository's configuration names."""
    told = _run(root, "config", "-z", "--name-only", "--list")
    keys = [key for key in told.split("\0") if key.startswith("filter.") and key.endswith((".clean", ".process"))]
    off = {
        f"GIT_CONFIG_{part}_{i}": value
        for i, key in enumerate(keys)
        for part, value in (("KEY", key), ("VALUE", ""))
    }
    return {"GIT_CONFIG_COUNT": str(len(keys)), **off}


def paths_on_branches(root: Path) -> list[str]:
    """Every document path on any local branch, now or before; empty outside a repository."""
    try:
        told = _run(root, "log", "--branches", *_NAMES, "--", *_FOLDERS)
    except GitError:
        return []
    return sorted({path.strip("\n") for path in told.split("\0") if path.endswith(".md")})


def is_shallow(root: Path) -> bool:
    """Whether the history was cut off when the repository was cloned; raises GitError."""
    return _run(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def revisions(root: Path) -> list[Rise]:
    """The commits on the first-parent line in which a document's `revision` changed, newest first.

    One `git log` answers for all documents: it shows only commits that change such a line. Raises GitError.
    """
    told = _run(root, "log", "--first-parent", *_PATCHES, f"--format={_FORMAT}", "HEAD", "--", *_FOLDERS)
    return [rise for entry in told.split(_COMMIT)[1:] for rise in _rises(entry)]


_FORMAT = _FIELD.join([_COMMIT + "%H", "%cI", "%an", "%s"])


def _rises(entry: str) -> list[Rise]:
    """The changes of `revision` that one commit of the log shows."""
    first, _, patch = entry.partition("\n")
    commit = _commit(first)
    found = []
    for part in ("\n" + patch).split("\ndiff --git ")[1:]:
        path, old, new = "", None, None
        for line in part.split("\n"):
            if line.startswith("+++ b/"):
                path = line[6:].rstrip("\t")
            elif line.startswith("-revision:") and old is None:
                old = _number(line)
            elif line.startswith("+revision:") and new is None:
                new = _number(line)
        if path and new is not None:
            found.append(Rise(path, commit, old, new))
    return found


def _number(line: str) -> int | None:
    value = line.partition(":")[2].strip()
    return int(value) if value.isascii() and value.isdecimal() else None


def _commit(line: str) -> Commit:
    commit_id, time, author, subject = line.split(_FIELD, 3)
    return Commit(commit_id, datetime.fromisoformat(time), author, subject)


def _run(root: Path | None, *arguments: str, environment: Mapping[str, str] = MappingProxyType({})) -> str:
    """What git prints; raises GitError."""
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    import git  # noqa: PLC0415, TID251 - the door itself

    ours: dict[str, Any] = {
        "env": {**_ENVIRONMENT, **environment},
        "strip_newline_in_stdout": False,
        "stdout_as_string": False,
    }
    command: Sequence[str] = ["git", *_SAFE, *arguments]
    try:
        told: Any = git.Git(root).execute(command, with_extended_output=False, as_process=False, **ours)
    except git.exc.GitCommandNotFound:
        raise GitError("git is not installed") from None
    except git.exc.GitCommandError as error:
        raise GitError(str(error.stderr).strip() or str(error)) from None
    return bytes(told).decode("utf-8", "surrogateescape")
