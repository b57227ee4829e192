"""Finds the two texts to compare: approved copies, the working text, or what git kept of a revision."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from qmsdoc import load
from qmsdoc.external import git, git_history
from qmsdoc.frontmatter import decode
from qmsdoc.lifecycle import State
from qmsdoc.redline.comparison import Comparison, FileFact, Side, compare_sides
from qmsdoc.signed import attached
from qmsdoc.types.kinds import Kind
from qmsdoc.walk import COPIES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Document, Project

    Statuses = Mapping[tuple[str, int], Status]

_APPROVED = {State.APPROVED, State.EFFECTIVE, State.SUPERSEDED, State.WITHDRAWN}
_SHORT = 12  # digits of a commit that are shown


class UnknownRevision(Exception):
    """There is no such document or revision; the hint says what there is."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def redline_of(
    root: Path,
    project: Project,
    statuses: Statuses,
    document_id: str,
    old: int | None = None,
    new: int | None = None,
) -> Comparison:
    """What changed between two revisions of a document, or of a record.

    old: the revision to begin with; None is the last approved one, and nothing where there is none.
    new: the revision to end with; None is the working text.
    Raises UnknownRevision, load.SourceChanged and git.GitError.
    """
    finder = _Finder(root, project, statuses, document_id)
    before = finder.approved() if old is None else finder.revision(old)
    after = finder.working() if new is None else finder.revision(new, working_first=True)
    return compare_sides(document_id, finder.title, before, after)


class _Finder:
    """Everything that is known of one document."""

    def __init__(self, root: Path, project: Project, statuses: Statuses, document_id: str) -> None:
        self.root = root
        self.id = document_id
        self.document = project.by_id.get(document_id)
        self.copies = {n: copy for (key, n), copy in project.copies.items() if key == document_id}
        self.statuses = {n: status for (key, n), status in statuses.items() if key == document_id}
        known = self.document or next(iter(self.copies.values()), None)
        if known is None:
            raise UnknownRevision(f"`{document_id}` is not a document in this QMS")
        self.title = known.title
        self.controlled = known.type.kind is Kind.CONTROLLED

    def approved(self) -> Side:
        """The copy of the last approved revision, or of a closed record; nothing where there is none."""
        signed = [n for n in self.statuses if self._is_signed(n)]
        if signed:
            return self._copy(max(signed))
        return Side("nothing", caution=f"there is no approved copy of {self.id}, so everything is new")

    def working(self) -> Side:
        """The working text."""
        if self.document is None:
            return Side("nothing", caution=f"{self.id} has no working text any more, so everything is deleted")
        revision = f", revision {self.document.revision}" if self.controlled else ""
        return self._side(self.document, f"working text{revision}")

    def revision(self, number: int, *, working_first: bool = False) -> Side:
        """A revision: its copy, else what git kept of it; of the working text's own, that one may be meant."""
        is_working = self.document is not None and self.document.revision == number and self.controlled
        if number in self.copies:
            return self._copy(number)
        if is_working and working_first:
            return self.working()
        if side := self._from_git(number):
            return side
        if is_working:
            return self.working()
        raise UnknownRevision(f"revision {number} of {self.id} is not known", self._hint(number))

    def _hint(self, number: int) -> str:
        """Which revisions there are instead of one."""
        if not self.controlled:
            return "a record has no revisions"
        known = {*self.copies, *([self.document.revision] if self.document else [])}
        cut_off = ""
        if git.version() is not None:
            known |= git_history.known_revisions(self.root, self.id)
            if git_history.is_cut_off(self.root):
                cut_off = "; the history here is cut off, `git fetch --unshallow` brings the rest"
        return f"known: {', '.join(map(str, sorted(known - {number})))}{cut_off}"

    def _is_signed(self, number: int) -> bool:
        """Whether acts approve exactly the copy of a revision."""
        status = self.statuses.get(number)
        if status is None or not status.document.path.startswith(f"{COPIES}/"):
            return False
        return status.state in _APPROVED or not self.controlled

    def _copy(self, number: int) -> Side:
        copy = self.copies[number]
        name = f"revision {number}" if self.controlled else "the record"
        if self._is_signed(number):
            return self._side(copy, f"{name}, {self.statuses[number].state.value}")
        caution = f"{name} from {copy.path}, a copy that no verified approval covers"
        return self._side(copy, f"{name}, not verified", caution)

    def _side(self, document: Document, label: str, caution: str = "") -> Side:
        text = decode(load.source(self.root, document).data, document.path)
        sizes = {file.path.removeprefix(f"{document.folder}/"): file.size for file in document.attachments}
        files = {name: FileFact(sha256, sizes[name]) for name, sha256 in attached(self.root, document)}
        return Side(label, text, document.path, files, caution)

    def _from_git(self, number: int) -> Side | None:
        """What git kept of a revision."""
        if not self.controlled or git.version() is None:
            return None
        kept = git_history.find_revision(self.root, self.id, number)
        if kept is None:
            return None
        folder = f"{kept.path.rpartition('/')[0]}/{self.id}"
        below = git_history.files_below(self.root, kept.commit, folder)
        files = {name: _fact(data) for name, data in below.items() if not name.endswith(".md")}
        caution = f"revision {number} from commit {kept.commit[:_SHORT]}, not an approved copy"
        return Side(f"revision {number}, not approved", kept.text, kept.path, files, caution)


def _fact(data: bytes) -> FileFact:
    return FileFact(hashlib.sha256(data).hexdigest(), len(data))
