"""Where a set of PDFs comes from: the commit, what was changed since, and the history of revisions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from qmsdoc.external import git
from qmsdoc.publish.job import Change
from qmsdoc.scalars import id_from_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qmsdoc.project import Document

_OURS = ("approvals/", "qmsdoc.toml", "records/", "releases/", "schemas/", "sops/", "templates/", "trust/")


@dataclass(frozen=True)
class Origin:
    """The commit (None outside git), QMS files that differ from it, and revisions by id (None: unknown)."""

    commit: git.Commit | None = None
    changed: Sequence[str] = ()
    history: Mapping[str, Sequence[Change]] | None = None
    blobs: Mapping[str, str] = field(default_factory=dict)  # object ids of the commit's files, by path

    @property
    def dirty(self) -> bool:
        """Whether the files are not those of a commit."""
        return self.commit is None or bool(self.changed)

    @property
    def label(self) -> str:
        """The commit as every page shows it."""
        if self.commit is None:
            return "not under version control"
        return f"commit {self.commit.short}" + (" with uncommitted changes" if self.changed else "")

    def with_files(self, files: Mapping[str, bytes]) -> Origin:
        """This origin with those of the given files among `changed` that the commit does not hold byte for byte.

        `git status` is told by settings and ignore files what to pass over; the objects of the commit are not.
        """
        differing = {path for path, data in files.items() if self.blobs.get(path) not in _object_ids(data)}
        return replace(self, changed=sorted(differing.union(self.changed))) if self.commit else self

    def timestamp(self, today: date) -> int:
        """The time of the commit, else the beginning of the day in UTC, in Unix seconds; never the clock."""
        moment = self.commit.time if self.commit else datetime.combine(today, time(), UTC)
        return int(moment.timestamp())

    def changes(self, document: Document) -> Sequence[Change] | None:
        """The revisions of a document up to this one, oldest first; None where the history is not known."""
        rows = (self.history or {}).get(document.id, ())
        return [row for row in rows if int(row.revision) <= document.revision] or None


def read_origin(root: Path) -> Origin:
    """Ask git; raises git.GitError when git is missing, or refuses to read the repository."""
    commit = git.head(root)
    if commit is None:
        return Origin()
    changed = [path for path in git.changed_paths(root) if path.startswith(_OURS)]
    return Origin(commit, changed, None if git.is_shallow(root) else _history(root), git.blobs(root))


def _object_ids(data: bytes) -> set[str]:
    """The ids that git gives to a file, as it is and with line feeds, in repositories of either hash."""
    found = set()
    for content in {data, data.replace(b"\r\n", b"\n")}:
        blob = b"blob %d\0" % len(content) + content
        found |= {hashlib.sha1(blob, usedforsecurity=False).hexdigest(), hashlib.sha256(blob).hexdigest()}
    return found


def _history(root: Path) -> dict[str, list[Change]]:
    """The commits in which the revision of each id rose, oldest first; a file that only moved makes no row."""
    found: dict[str, list[Change]] = {}
    for rise in reversed(git.revisions(root)):
        rows = found.setdefault(id_from_name(rise.path), [])
        if not rows or rise.new > int(rows[-1].revision):
            day = rise.commit.time.date().isoformat()
            rows.append(Change(str(rise.new), day, rise.commit.author, rise.commit.subject))
    return found
