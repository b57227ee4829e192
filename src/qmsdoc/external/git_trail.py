"""What git tells for the audit trail: one `git log` for all commits, files by blob id, nothing mapped."""

# ruff: noqa: SLF001 - what `git` says of no commit, and of the id of an object

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.external import git
from qmsdoc.views.trail_history import Commit, Difference, Hand

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

_FIELDS = ("%H", "%P", "%T", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%s")
_LOG = (
    *("-c", "log.showRoot=true", "log", "--topo-order", "-m", "--raw", "-z", "--no-abbrev", "--no-renames"),
    *("--no-relative", "--ignore-submodules=none", "-O/dev/null", "--no-ext-diff", "--no-textconv", "--no-color"),
    *("--no-use-mailmap", "--no-show-signature", "--no-notes", "--encoding=UTF-8"),
    f"--format=%x00{'%x00'.join(_FIELDS)}",
)
_GREP = ("grep", "-z", "-n", "-a", "-E", "--max-count=3", "--no-color", "--no-column", "--no-textconv")
_REVISION = r"^(---|revision:[[:blank:]]*[0-9]{1,9})[[:space:]]*$"
_MANY = 500  # blob ids in one command line, which Windows limits to 32 KiB
_is_blob = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII).fullmatch


def is_cut_off(root: Path) -> bool:
    """Whether there is a repository and its history does not go back to the first commit; raises GitError."""
    try:
        return git.is_shallow(root)
    except git.GitError as error:
        if any(reason in str(error) for reason in git._NO_COMMIT):
            return False
        raise


def read_commits(root: Path) -> list[Commit] | None:
    """All commits from the one checked out back to the first, children before parents; raises GitError.

    None outside a repository and before the first commit. Paths are those below `root`, relative to it.
    """
    try:
        told = git.ask(root, *_LOG, "HEAD", "--")
    except git.GitError as error:
        if any(reason in str(error) for reason in git._NO_COMMIT):
            return None
        raise
    above = git.ask(root, "rev-parse", "--show-prefix").rstrip("\n")
    return _joined(_sections(told.split("\0"), above))


def read_blob(root: Path, blob: str, most: int) -> bytes | None:
    """The bytes of a file by blob id; None where it has more than `most`; raises GitError."""
    if not _is_blob(blob):
        raise git.GitError(f"`{blob}` is no id of an object")
    if int(git.ask(root, "cat-file", "-s", blob)) > most:
        return None
    data = git.ask(root, "cat-file", "blob", blob).encode("utf-8", "surrogateescape")
    if git._object_id(data, len(blob)) != blob:
        raise git.GitError(f"the object {blob} is damaged")
    return data


def revisions(root: Path, blobs: Collection[str]) -> dict[str, int]:
    """The `revision` in the front matter of files by blob id, for those that have one."""
    found: dict[str, int] = {}
    chosen = sorted(filter(_is_blob, blobs))
    for start in range(0, len(chosen), _MANY):
        try:
            told = git.ask(root, *_GREP, "-e", _REVISION, *chosen[start : start + _MANY], "--")
        except git.GitError:  # nothing found, or a git that cannot be asked so: the column stays empty
            continue
        found |= _front_matter(told)
    return found


def _front_matter(told: str) -> dict[str, int]:
    """Revisions among lines of `git grep`: what stands between the first line and the next `---`."""
    found: dict[str, int] = {}
    fences: dict[str, int] = {}
    for line in told.split("\n"):
        blob, _, rest = line.partition("\0")
        number, _, text = rest.partition("\0")
        if text.startswith("---"):
            fences[blob] = fences[blob] + 1 if blob in fences else 1 if number == "1" else 2
        elif text and fences.get(blob) == 1:
            found.setdefault(blob, int(text.partition(":")[2]))
    return found


def _sections(parts: Sequence[str], above: str) -> list[tuple[tuple[str, ...], list[Difference], bool]]:
    """Fields, files below `above`, whether any file differs; of a merge one for each parent it differs from."""
    found = []
    at, end = 0, len(_FIELDS) + 1
    while at + end <= len(parts):
        fields, at = tuple(parts[at + 1 : at + end]), at + end
        files, begin = [], at
        while at + 1 < len(parts) and parts[at].lstrip("\n").startswith(":"):
            _, mode, old, new, _ = parts[at].split(" ")
            if parts[at + 1].startswith(above):
                path = parts[at + 1].removeprefix(above)
                files.append(Difference(path, _there(old), _there(new), mode))
            at += 2
        found.append((fields, files, at > begin))
    return found


def _there(blob: str) -> str:
    return blob if blob.strip("0") else ""


def _joined(sections: Sequence[tuple[tuple[str, ...], list[Difference], bool]]) -> list[Commit]:
    """Commits; git leaves out the parents that a merge equals, whose trees are the same."""
    trees = {fields[0]: fields[2] for fields, _, _ in sections}
    told: dict[str, list[list[Difference]]] = {}
    order: dict[str, tuple[str, ...]] = {}
    for fields, files, differs in sections:
        order.setdefault(fields[0], fields)
        told.setdefault(fields[0], []).extend([files] if differs else [])
    return [_commit(fields, told[commit_id], trees) for commit_id, fields in order.items()]


def _commit(fields: tuple[str, ...], told: list[list[Difference]], trees: Mapping[str, str]) -> Commit:
    commit_id, parents, tree, name, email, written, committer, committer_email, committed, subject = fields
    before = tuple(parents.split())
    differ = [trees.get(parent) != tree for parent in before] or [bool(told)]
    if sum(differ) != len(told):
        raise git.GitError(f"git does not tell all that commit {commit_id} changed")
    sides = iter(told)
    differences = tuple(tuple(next(sides)) if differs else () for differs in differ)
    author = Hand(name, email, git.moment(written))
    return Commit(
        commit_id, before, author, Hand(committer, committer_email, git.moment(committed)), subject, differences
    )
