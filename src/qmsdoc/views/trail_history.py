"""What commits tell of files: who changed what, and what a merge took over or dropped. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime


class What(Enum):
    """What a commit did to a file."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    DROPPED = "not taken over"  # a merge kept the other side's text, or its absence


class Hand(NamedTuple):
    """The author or committer as a commit claims; `time` is None where it tells none that a clock shows."""

    name: str
    email: str
    time: datetime | None


class Difference(NamedTuple):
    """A file that differs from a parent: blob ids, empty where there is none, and the mode it has now."""

    path: str
    old: str
    new: str
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, and how its files differ from each parent; from nothing where it has none."""

    id: str
    parents: tuple[str, ...]
    author: Hand
    committer: Hand
    subject: str
    differences: tuple[tuple[Difference, ...], ...]


class Change(NamedTuple):
    """What one commit did to one file; `moved` is the other path of the same bytes in the same commit."""

    commit: Commit
    what: What
    file: Difference
    moved: str = ""


@dataclass(frozen=True)
class History:
    """Commits with every parent among them, children before parents; the first is the one that is checked out.

    Sets of commits are kept as the bits of one number each, so that asking who comes before whom stays cheap.
    """

    commits: Sequence[Commit]

    @cached_property
    def by_id(self) -> Mapping[str, Commit]:
        """Commits by full id."""
        return {commit.id: commit for commit in self.commits}

    @cached_property
    def _bits(self) -> Mapping[str, int]:
        """The bit of each commit; the oldest have the lowest, so that their sets are small."""
        return {commit.id: 1 << index for index, commit in enumerate(reversed(self.commits))}

    @cached_property
    def _reached(self) -> Mapping[str, int]:
        """Each commit and all before it."""
        found: dict[str, int] = {}
        for commit in reversed(self.commits):
            reached = self._bits[commit.id]
            for parent in commit.parents:
                reached |= found[parent]
            found[commit.id] = reached
        return found

    @cached_property
    def changes(self) -> Sequence[Change]:
        """Every change of a file, oldest commit first. Of a merge, only what is not as one of its sides had it."""
        touched: dict[str, int] = defaultdict(int)
        found: list[Change] = []
        for commit in reversed(self.commits):
            own = list(_own(commit))
            dropped = list(self._dropped(commit, touched)) if len(commit.parents) > 1 else []
            for change in (*own, *dropped):
                touched[change.file.path] |= self._bits[commit.id]
            found += _with_moves(own)
            found += dropped
        return found

    def _dropped(self, commit: Commit, touched: Mapping[str, int]) -> Iterator[Change]:
        """Files that one side of a merge changed since it left the other, and that are as the other had them."""
        sides = [{difference.path: difference for difference in side} for side in commit.differences]
        lost: dict[str, Difference] = {}
        for parent, side in zip(commit.parents, sides, strict=True):
            for path, difference in side.items():
                others = (o for o, s in zip(commit.parents, sides, strict=True) if path not in s)
                if any(touched[path] & self._reached[parent] & ~self._reached[other] for other in others):
                    lost.setdefault(path, difference)
        for difference in lost.values():
            yield Change(commit, What.DROPPED, difference)

    @cached_property
    def first_added(self) -> Mapping[str, Commit]:
        """The first commit that brought each path."""
        found: dict[str, Commit] = {}
        for change in self.changes:
            if change.what is What.ADDED:
                found.setdefault(change.file.path, change.commit)
        return found

    @cached_property
    def last_removed(self) -> Mapping[str, Change]:
        """The last commit in which each path went away; it may have come again."""
        return {change.file.path: change for change in self.changes if not change.file.new}

    @cached_property
    def merged(self) -> Mapping[str, Commit]:
        """The merge by which a commit came onto the main line (first parents), for those that one brought."""
        line, commit = [], self.commits[0] if self.commits else None
        while commit:
            line.append(commit)
            commit = self.by_id[commit.parents[0]] if commit.parents else None
        main = {commit.id for commit in line}
        found: dict[str, Commit] = {}
        for merge in reversed(line):
            waiting = list(merge.parents[1:])
            while waiting:
                commit_id = waiting.pop()
                if commit_id not in found and commit_id not in main:
                    found[commit_id] = merge
                    waiting += self.by_id[commit_id].parents
        return found

    def witnessed(self, named: Sequence[tuple[str, datetime]]) -> Mapping[str, datetime]:
        """When something first confirmed that a commit was there: it or one after it was named at a time."""
        found: dict[str, datetime] = {}
        for commit_id, time in sorted(named, key=lambda pair: pair[1]):
            waiting = [commit_id]
            while waiting:
                commit = self.by_id.get(waiting.pop())
                if commit and commit.id not in found:
                    found[commit.id] = time
                    waiting += commit.parents
        return found


def _own(commit: Commit) -> Iterator[Change]:
    """Files that are as no parent has them, compared with the first."""
    first, *others = commit.differences
    same = [{difference.path for difference in side} for side in others]
    for difference in first:
        if all(difference.path in side for side in same):
            yield Change(commit, _what(difference), difference)


def _what(difference: Difference) -> What:
    if not difference.old:
        return What.ADDED
    return What.CHANGED if difference.new else What.REMOVED


def _with_moves(changes: Sequence[Change]) -> Iterator[Change]:
    """The same changes; those that took away and brought the same bytes name each other."""
    removed = {c.file.old: c.file.path for c in changes if c.what is What.REMOVED}
    added = {c.file.new: c.file.path for c in changes if c.what is What.ADDED}
    for change in changes:
        other = {What.ADDED: removed.get(change.file.new), What.REMOVED: added.get(change.file.old)}
        yield change._replace(moved=other.get(change.what) or "")
