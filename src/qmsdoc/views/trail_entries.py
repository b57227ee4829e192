"""From acts, trust states, checkpoints and commits to the entries of the audit trail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qmsdoc.scalars import id_from_name
from qmsdoc.trust import state, statement
from qmsdoc.views.trail import FILE, NAME, REASON, REFUSED, SHORT, Entry, shown
from qmsdoc.views.trail_history import History, What
from qmsdoc.views.trail_signed import Signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from qmsdoc.diagnostics import Problem
    from qmsdoc.project import Project
    from qmsdoc.trust.act import Act
    from qmsdoc.views.trail_history import Change, Commit, Hand

CONTROLLED = ("sops", "records", "templates", "approvals", "trust", "releases", "schemas", "qmsdoc.toml")
NEVER = (f"{statement.FOLDER}/", f"{state.FOLDER}/")  # what lies there is added to, and nothing else
CLOCKS = timedelta(minutes=10)  # by which two clocks may differ
AHEAD, LATE = timedelta(days=1), timedelta(days=30)
_MODES = {"120000": "a symbolic link", "160000": "another repository"}
_revision = re.compile(r"r([1-9][0-9]{0,8})", re.ASCII).fullmatch
_NO_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Material:
    """What the trail is made from.

    files: bytes below `trust/` and `approvals/` by path. history: None where only acts are told. gone: statements
    that commits held and that are no longer there, by path. revisions: of texts, by blob id.
    """

    project: Project
    problems: Sequence[Problem]
    today: date
    files: Mapping[str, bytes]
    history: History | None = None
    revisions: Mapping[str, int] = field(default_factory=dict)
    gone: Mapping[str, bytes] = field(default_factory=dict)
    all_files: bool = False


def entries(material: Material) -> list[Entry]:
    """Every entry, by the time it claims; those that claim none stand first."""
    gone = frozenset(map(statement.sha256, material.gone.values()))
    reader = Signed(material.project, material.problems, material.today, material.files, gone)
    signed = list(reader.entries())
    if material.history is None:
        return sorted(signed, key=_time)
    committed = _Reader(material, reader, material.history)
    signed += committed.gone()
    return sorted([*committed.changes(signed), *map(committed.placed, signed)], key=_time)


def lost_statements(history: History, files: Mapping[str, bytes]) -> dict[str, str]:
    """Statements that commits held and that are no longer there: path and the blob id of what was removed last."""
    paths = [path for path in history.first_added if _is_statement(path) and path not in files]
    return {path: history.last_removed[path].file.old for path in paths if path in history.last_removed}


def _is_statement(path: str) -> bool:
    """Whether a path of a commit is that of a statement; commits hold names that no disk would."""
    return len(path) <= FILE and statement.place_of(path) is not None


def texts(history: History) -> set[str]:
    """The blob ids of all documents that changes are about."""
    changed = (change.file for change in history.changes if change.file.path.endswith(".md"))
    return {file.new or file.old for file in changed}


def _time(entry: Entry) -> datetime:
    return entry.claimed or entry.committed or _NO_TIME


@dataclass(frozen=True)
class _Reader:
    """Reads entries from a history."""

    material: Material
    signed: Signed
    history: History

    @cached_property
    def _witnessed(self) -> Mapping[str, datetime]:
        return self.history.witnessed([(c.commit, c.time) for c in self.material.project.checkpoints])

    @cached_property
    def _oddities(self) -> Mapping[str, tuple[str, ...]]:
        return {commit.id: tuple(_odd(commit, self.history)) for commit in self.history.commits}

    def placed(self, entry: Entry) -> Entry:
        """What somebody signed, with the commit that brought it."""
        commit = self.history.first_added.get(entry.file)
        if commit is None and not entry.file:
            return entry
        if commit is None:
            return replace(entry, remarks=(*entry.remarks, "not committed"))
        facts = self._of_commit(commit, entry.names)
        remarks = [*entry.remarks, *self._times(entry, commit), *self._oddities[commit.id]]
        return replace(entry, **facts, remarks=tuple(remarks), names=entry.names | _names(commit))

    def _of_commit(self, commit: Commit, names: frozenset[str]) -> dict[str, Any]:
        """Who made a commit and who merged it, where that is somebody else."""
        merge = self.history.merged.get(commit.id)
        hands = [commit.author, commit.committer]
        others = [_hand(hand) for hand in hands if not {hand.name.lower(), hand.email.lower()} & names]
        return {
            "commit": commit.id,
            "committed": commit.committer.time,
            "committer": ", ".join(dict.fromkeys(others)),
            "merged": merge.committer.time if merge else None,
            "merger": _hand(merge.author) if merge and merge.author[:2] != commit.author[:2] else "",
        }

    def _times(self, entry: Entry, commit: Commit) -> Iterator[str]:
        """What a claimed time contradicts."""
        if (named := self._named.get(entry.file)) and named not in self.history.by_id:
            yield f"its commit {named[:SHORT]} is no longer part of the history"
        claimed, committed = entry.claimed, commit.committer.time
        if claimed and committed and committed - claimed > LATE:
            yield f"first committed {(committed - claimed).days} days after the time it claims"
        if claimed and committed and claimed - committed > CLOCKS:
            yield "committed before the time it claims"
        act = self._acts.get(entry.file)
        base = self.history.by_id.get(act.base_commit) if act else None
        if claimed and base and base.committer.time and base.committer.time - claimed > CLOCKS:
            yield f"claims a time before the commit it was signed on, {base.id[:SHORT]}, was made"

    @cached_property
    def _acts(self) -> Mapping[str, Act]:
        return {act.file: act for act in self.material.project.acts}

    @cached_property
    def _named(self) -> Mapping[str, str]:
        return {c.file: c.commit for c in self.material.project.checkpoints if c.commit}

    def changes(self, signed: Sequence[Entry]) -> Iterator[Entry]:
        """One entry a change of a file, without those by which what was signed came in: that has its own."""
        known = {entry.file for entry in signed}
        for change in self.history.changes:
            path = change.file.path
            is_ours = path.split("/")[0] in CONTROLLED or path in self.material.project.by_path
            if (is_ours or self.material.all_files) and not self._is_told(change, known):
                yield self._change(change)

    def _is_told(self, change: Change, known: set[str]) -> bool:
        """Whether a change is the coming of something signed, or of its signature in the same commit."""
        path, first = change.file.path, self.history.first_added
        main = path.removesuffix(".sig")
        if path.startswith(f"{state.FOLDER}/"):
            main = "/".join((*path.split("/")[:3], "state.json"))
        return change.what is What.ADDED and main in known and first.get(main) is change.commit

    def _change(self, change: Change) -> Entry:
        commit, file = change.commit, change.file
        names = frozenset({commit.author.name.lower(), commit.author.email.lower()})
        facts = self._of_commit(commit, names)
        place = self._place(file.path)
        if not place[0] and change.moved:
            place = self._place(change.moved)
        return Entry(
            what=change.what.value,
            claimed=commit.author.time,
            witnessed=self._witnessed.get(commit.id),
            id=shown(place[0], NAME),
            revision=place[1] or self.material.revisions.get(file.new or file.old),
            person=_hand(commit.author),
            reason=shown(commit.subject, REASON),
            old=file.old,
            new=file.new,
            file=shown(file.path, FILE),
            remarks=(*_remarks(change), *self._oddities[commit.id]),
            names=_names(commit),
            **facts,
        )

    def _place(self, path: str) -> tuple[str, int | None]:
        """Id and revision that a path tells."""
        parts = path.split("/")
        if parts[0] == statement.FOLDER and len(parts) > 2:  # noqa: PLR2004 - approvals/ID/rN
            revision = parts[2][1:]
            number = (
                int(revision) if revision.isascii() and revision.isdecimal() and len(revision) < NAME else None
            )
            return (parts[1], number) if id_from_name(parts[1]) else ("", None)
        if path in self.material.project.by_path:
            return self.material.project.by_path[path].id, None
        name, folders = parts[-1], parts[-2::-1]
        order = [name, *folders] if name.endswith(".md") else [*folders, name]
        return next(filter(None, map(id_from_name, order)), ""), None

    def gone(self) -> Iterator[Entry]:
        """Statements that were there once, with what they said."""
        for path in self.history.first_added:
            if _is_statement(path) and path not in self.material.files:
                entry = self.signed.told(path, self.material.gone.get(path))
                yield replace(entry, remarks=(f"{REFUSED}{self._removal(path)}",))

    def _removal(self, path: str) -> str:
        change = self.history.last_removed.get(path)
        if change is None:
            return "its file is gone since the last commit"
        return f"removed in commit {change.commit.id[:SHORT]} by {_hand(change.commit.author)}"


def _hand(hand: Hand) -> str:
    return f"{shown(hand.name, NAME)} <{shown(hand.email, NAME)}>"


def _names(commit: Commit) -> frozenset[str]:
    hands = (commit.author, commit.committer)
    return frozenset(text.lower() for hand in hands for text in hand[:2])


def _remarks(change: Change) -> Iterator[str]:
    """What is odd in a change of a file."""
    file = change.file
    if change.what is What.DROPPED:
        yield "the merge kept the other side; what one side had changed is lost"
    elif len(change.commit.parents) > 1:
        yield "made in the merge itself"
    if change.what is not What.ADDED and file.path.startswith(NEVER):
        yield "what was signed is never changed or removed"
    if change.moved:
        yield f"moved {'from' if change.what is What.ADDED else 'to'} {shown(change.moved, FILE)}"
    if file.mode in _MODES:
        yield _MODES[file.mode]
    if file.old == file.new:
        yield "only its mode"


def _odd(commit: Commit, history: History) -> Iterator[str]:
    """Times of a commit that cannot all be true (they are claims, and easy to set)."""
    written, committed = commit.author.time, commit.committer.time
    if written is None or committed is None:
        yield "the commit tells no time that a clock shows"
        return
    if written - committed > AHEAD:
        yield f"written {(written - committed).days} days after it was committed"
    if committed - written > LATE:
        yield f"committed {(committed - written).days} days after it was written"
    for parent in (history.by_id[parent] for parent in commit.parents):
        if parent.committer.time and parent.committer.time - committed > CLOCKS:
            yield f"committed before its parent {parent.id[:SHORT]}"
