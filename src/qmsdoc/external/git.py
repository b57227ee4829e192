"""The one door to git: fixed argument lists through GitPython's command wrapper, one call a question.

Every call switches off what a hostile repository could use: programs named in its configuration, objects fetched
from elsewhere, replaced objects, grafts, mail maps. No text from outside is ever an option.
"""

from __future__ import annotations

import hashlib
import os
import re
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SAFE = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.pager=cat"),
    *("-c", "advice.graftFileDeprecated=false"),
    *("-c", "core.quotePath=false"),
    *("-c", "core.commitGraph=false"),  # a cache beside the commits, which nothing holds to what they say
    *("-c", "core.attributesFile="),
    *("-c", "diff.external="),
    *("-c", "gpg.program=gpg"),
    *("-c", "gpg.ssh.program=ssh-keygen"),
    *("-c", "log.showSignature=false"),
    *("-c", "log.mailmap=false"),
)
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",  # what is missing from a partial clone would be fetched by a program of its choice,
    "GIT_ALLOW_PROTOCOL": "none",  # also by a git that does not know the line above
    "LC_ALL": "C",
}
_FOLDERS = ("sops", "templates", "records", "approvals")
_NAMES = ("--name-only", "--format=", "-z", "--no-renames", "-m")
_PATCHES = (
    *("--diff-merges=first-parent", r"-G^revision:[ \t]*[0-9]+", "-U0", "--text", "--no-renames", "--relative"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--no-use-mailmap", "--no-color", "--no-ext-diff", "--no-textconv"),
)
_NO_COMMIT = ("not a git repository", "bad revision 'HEAD'", "does not have any commits")
_FORMAT = "%x00%H%x00%cI%x00%an%x00%s"  # NUL is the one character that no commit can hold
_part = r"(?!\.\.?(?:/|\Z))[^/\x00\ud800-\udc7f\udd00-\udfff]+"  # other surrogates stand for bytes
_listed_path = re.compile(f"{_part}(?:/{_part})*").fullmatch
_commit_id = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII).fullmatch
_PLAIN_FILES, _HASHES = {"100644", "100755"}, {40: "sha1", 64: "sha256"}


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
        return ask(None, "--version").split()[2]
    except GitError:
        return None


def has_repository(root: Path) -> bool:
    """Whether a folder is the top of a git working tree."""
    try:
        top = ask(root, "rev-parse", "--show-toplevel").rstrip("\n")
    except GitError:
        return False
    return os.path.realpath(top) == os.path.realpath(root)


def head(root: Path) -> Commit | None:
    """The commit that is checked out; None before the first one and outside a repository. Raises GitError."""
    try:
        told = ask(root, "log", "-1", "--no-use-mailmap", f"--format={_FORMAT}", "HEAD", "--")
    except GitError as error:
        if any(reason in str(error) for reason in _NO_COMMIT):
            return None
        raise
    return _commit(told.rstrip("\n")[1:])


def changed_paths(root: Path) -> list[str]:
    """Files below `root` that differ from the commit or are not tracked, sorted; raises GitError.

    A repository inside this one always counts: no commit here holds its files, and git would work by its settings.
    """
    inside, _, above = ask(root, "rev-parse", "--is-inside-work-tree", "--show-prefix").partition("\n")
    if inside != "true":
        raise GitError("the settings of this repository say that its files lie elsewhere (core.worktree)")
    above = above.rstrip("\n")  # git names files from the top of the repository
    options = ("--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all")
    told = ask(root, "status", *options, environment=_without_filters(root))
    paths = (entry[3:] for entry in told.split("\0") if entry)
    index = (entry.partition("\t") for entry in ask(root, "ls-files", "--stage", "-z").split("\0"))
    inner = (path for facts, _, path in index if facts.startswith("160000"))
    return sorted({path.removeprefix(above) for path in paths if path.startswith(above)}.union(inner))


def blobs(root: Path) -> dict[str, str]:
    """The object id of every file below `root` in the commit that is checked out, by path; raises GitError."""
    told = ask(root, "ls-tree", "-r", "-z", "HEAD")
    entries = (entry.partition("\t") for entry in told.split("\0") if entry)
    return {path: facts.split(" ")[2] for facts, _, path in entries}


def _without_filters(root: Path) -> dict[str, str]:
    """An environment that switches off every filter program that the repository's configuration names."""
    told = ask(root, "config", "-z", "--name-only", "--list")
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
        told = ask(root, "log", "--branches", *_NAMES, "--", *_FOLDERS)
    except GitError:
        return []
    return sorted({path.strip("\n") for path in told.split("\0") if path.endswith(".md")})


def is_shallow(root: Path) -> bool:
    """Whether the history was cut off when the repository was cloned; raises GitError."""
    return ask(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def revisions(root: Path) -> list[Rise]:
    """The commits on the first-parent line in which a document's `revision` changed, newest first.

    One `git log` answers for all documents: it shows only commits that change such a line. Raises GitError.
    """
    told = ask(root, "log", "--first-parent", *_PATCHES, f"--format={_FORMAT}", "HEAD", "--", *_FOLDERS)
    return [rise for entry in ("\n" + told).split("\n\0")[1:] for rise in _rises(entry)]


def rewritten(root: Path) -> list[str]:
    """Replacement refs and grafts: whoever runs git sees another history, no call here does; raises GitError."""
    refs = ask(root, "for-each-ref", "--format=%(refname)", "refs/replace/").split()
    grafts = root / Path(ask(root, "rev-parse", "--git-common-dir").rstrip("\n"), "info", "grafts")
    return [*refs, *(["info/grafts"] if grafts.is_file() and grafts.stat().st_size else [])]


def commit_time(root: Path, commit: str) -> datetime | None:
    """When a commit was made, with offset, as its committer claims; None for what is no commit here.

    commit: the full id, 40 or 64 hexadecimal digits; no other text reaches git. Raises GitError.
    """
    if not _commit_id(commit):
        return None
    options = ("--no-walk", "--ignore-missing", "--format=%H %cI", "--end-of-options")
    line = ask(root, "rev-list", *options, commit, "--").rstrip("\n").rpartition("\n")[2]
    found, _, time = line.partition(" ")  # of a tag, git would tell the commit that it names
    return moment(time) if found == commit else None


def is_ancestor(root: Path, commit: str) -> bool:
    """Whether a commit, by its full id, is the one checked out or one before it; raises GitError.

    Where the history was cut off (`is_shallow`) False says nothing.
    """
    if commit_time(root, commit) is None:
        return False
    return not ask(root, "rev-list", "--max-count=1", "--end-of-options", commit, "^HEAD", "--")


def blob(root: Path, commit: str, path: str) -> bytes | None:
    """The bytes of a file of a commit (full id); None where it holds no plain file at that path; raises GitError.

    path: relative to `root`, exactly as git lists it. A link is no plain file.
    """
    if not _listed_path(path) or commit_time(root, commit) is None:
        return None
    entries = ask(root, "ls-tree", "-z", "--end-of-options", commit, "--", path).split("\0")
    for facts, _, name in (entry.partition("\t") for entry in entries):
        mode, _, object_id = facts.split(" ") if name == path else ("", "", "")
        if mode in _PLAIN_FILES:
            data = _bytes(root, "cat-file", "blob", object_id)
            if _object_id(data, len(object_id)) != object_id:  # which git does not look at when it reads
                raise GitError(f"the object of {path} in commit {commit} is damaged")
            return data
    return None


def _object_id(data: bytes, digits: int) -> str:
    """The id that git gives to the bytes of a file, by SHA-1 (40 digits) or SHA-256."""
    return hashlib.new(_HASHES[digits], b"blob %d\0" % len(data) + data).hexdigest()


def _rises(entry: str) -> list[Rise]:
    """The changes of `revision` that one commit of the log shows."""
    first, _, patch = entry.partition("\n")
    commit = _commit(first)
    found = []
    for part in ("\n" + patch).split("\ndiff --git ")[1:]:
        head, *lines = part.split("\n@@ ")  # a line of a document may look like a line of the head
        path = next((line[6:].rstrip("\t") for line in head.split("\n") if line.startswith("+++ b/")), "")
        old = new = None
        for line in "\n".join(lines).split("\n"):
            if line.startswith("-revision:") and old is None:
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
    commit_id, written, author, subject = line.split("\0", 3)
    time = moment(written)
    if time is None:
        raise GitError(f"commit {commit_id} does not say when it was made")
    return Commit(commit_id, time, author, subject)


def moment(text: str) -> datetime | None:
    """A time as git prints it; None for one that no clock shows, which a crafted commit can hold."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def ask(root: Path | None, *arguments: str, environment: Mapping[str, str] = MappingProxyType({})) -> str:
    """What git prints, as text; raises GitError."""
    return _bytes(root, *arguments, environment=environment).decode("utf-8", "surrogateescape")


def _bytes(root: Path | None, *arguments: str, environment: Mapping[str, str] = MappingProxyType({})) -> bytes:
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
    return bytes(told)
