"""What a revision of a document looked like in git: the last commit on the main line that held it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.external import git
from qmsdoc.frontmatter import Unreadable, decode, read_front_matter
from qmsdoc.scalars import id_from_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Kept(NamedTuple):
    """A revision of a document as a commit holds it; `path` is relative to the repository's folder."""

    commit: str
    path: str
    text: str


def find_revision(root: Path, document_id: str, revision: int) -> Kept | None:
    r"""The last commit on the first-parent line in which the document had that revision; raises GitError.

    The text has `\n` line ends. Without a commit there is no revision; in a shallow clone None says nothing.
    """
    if git.head(root) is None:
        return None
    for commit, path in _candidates(root, document_id, revision):
        raw = git.blob(root, commit, path)
        try:
            text = decode(raw or b"", path)
            data = read_front_matter(text, path)[0].data
        except Unreadable:
            continue
        if data.get("id") == document_id and data.get("revision") == str(revision):
            return Kept(commit, path, text)
    return None


def known_revisions(root: Path, document_id: str) -> set[int]:
    """The revisions of a document that commits on the first-parent line brought; raises GitError."""
    if git.head(root) is None:
        return set()
    return {rise.new for rise in git.revisions(root) if id_from_name(rise.path) == document_id}


def is_cut_off(root: Path) -> bool:
    """Whether there is a history and its beginning is missing, as in a shallow clone; raises GitError."""
    return git.head(root) is not None and git.is_shallow(root)


def files_below(root: Path, commit: str, folder: str) -> dict[str, bytes]:
    """The plain files below a folder as a commit holds them, by name relative to it; raises GitError."""
    listed = git.ask(root, "ls-tree", "-r", "-z", "--name-only", "--end-of-options", commit, "--", f"{folder}/")
    found = {path: git.blob(root, commit, path) for path in listed.split("\0") if path}
    return {path.removeprefix(f"{folder}/"): data for path, data in found.items() if data is not None}


def _candidates(root: Path, document_id: str, revision: int) -> Iterator[tuple[str, str]]:
    """Commits and paths in which the document may have had the revision, newest first."""
    end, later = "HEAD", ""
    for rise in git.revisions(root):
        if id_from_name(rise.path) != document_id:
            continue
        if later and later != rise.commit.id:
            end = f"{later}^1"  # before the revision was raised again
        later = rise.commit.id
        if rise.new == revision:
            line = ("log", "--first-parent", "--max-count=2", "--no-use-mailmap", "--format=%H", end)
            for commit in git.ask(root, *line, "--", rise.path).split():
                yield commit, rise.path  # the second where the first one removed the file
