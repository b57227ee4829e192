"""The audit trail: who did what, when and why; one row an act, a trust state, a checkpoint or a change of a file.

Times are claims, except `witnessed`. What does not count is a row too, and says so (21 CFR 11.10(e)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from qmsdoc.views.table import Cell, Column, Table
from qmsdoc.visible import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

COLUMNS = (
    Column("claimed", "Claimed at"),
    Column("witnessed", "Witnessed at"),
    Column("committed", "Committed at"),
    Column("what", "What"),
    Column("id", "Id", ids=True),
    Column("revision", "Revision"),
    Column("person", "Who"),
    Column("role", "Role"),
    Column("reason", "Why"),
    Column("form", "Signed by"),
    Column("committer", "Committed by"),
    Column("merged", "Merged at"),
    Column("merger", "Merged by"),
    Column("old", "Old hash"),
    Column("new", "New hash"),
    Column("commit", "Commit"),
    Column("file", "File"),
    Column("remarks", "Remarks"),
)
ON_A_TERMINAL = ("claimed", "what", "id", "revision", "person", "reason", "commit", "remarks")
REFUSED = "does not count: "  # a remark that begins so
SHORT = 12  # digits of a hash for readers
NAME, REASON, FILE = 120, 300, 300  # characters that are shown of what others wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row. Texts are safe to show; `names` are those by which a person can be looked for."""

    what: str
    claimed: datetime | None = None  # by the signatory, or the author of the commit
    witnessed: datetime | None = None  # the earliest checkpoint or trust state that confirms it
    committed: datetime | None = None  # by whoever made the commit
    id: str = ""
    revision: int | None = None
    person: str = ""
    role: str = ""
    reason: str = ""
    form: str = ""
    committer: str = ""  # where it is not the author
    merged: datetime | None = None  # when it came onto the main line
    merger: str = ""  # where it is not the author
    old: str = ""  # of an act SHA-256 of the text before it, of a commit the blob
    new: str = ""
    commit: str = ""
    file: str = ""
    remarks: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()

    @property
    def times(self) -> list[datetime]:
        """Every time that is known of it."""
        return [t for t in (self.claimed, self.witnessed, self.committed, self.merged) if t]

    @property
    def refused(self) -> bool:
        """Whether it does not count."""
        return any(remark.startswith(REFUSED) for remark in self.remarks)


def shown(text: str, most: int) -> str:
    """Text that others wrote, on one line, nothing in it invisible, and no longer than a reader needs."""
    cut = visible(text[: most + 1])
    return cut if len(cut) <= most else f"{cut[: most - 1]}…"


def in_period(entries: Iterable[Entry], since: date | None, until: date | None) -> list[Entry]:
    """Entries with any of their times in a period, both days included; those without any time stay.

    A time that somebody claims does not take a row out of the period in which it came into the repository.
    """

    def inside(day: date) -> bool:
        return (since is None or since <= day) and (until is None or day <= until)

    return [e for e in entries if not e.times or any(inside(t.date()) for t in e.times)]


def of_person(entries: Iterable[Entry], names: Collection[str]) -> list[Entry]:
    """Entries of a person who goes by any of these names, in lower case."""
    return [entry for entry in entries if not entry.names.isdisjoint(names)]


def of_documents(entries: Iterable[Entry], ids: Collection[str]) -> list[Entry]:
    """Entries about these documents."""
    return [entry for entry in entries if entry.id in ids]


def trail(entries: Iterable[Entry], title: str = "Audit trail") -> Table:
    """All that is known, for programs: whole hashes, times with offset."""
    return Table(title, COLUMNS, [tuple(_cell(entry, c.key) for c in COLUMNS) for entry in entries])


def readable(entries: Iterable[Entry], title: str = "Audit trail") -> Table:
    """The same for readers: hashes and commits by their beginning, times to the minute, a file that has no id."""
    return Table(title, COLUMNS, [tuple(_short(entry, c.key) for c in COLUMNS) for entry in entries])


def _cell(entry: Entry, key: str) -> Cell:
    value: Cell = getattr(entry, key)
    return None if value == "" else value


def _short(entry: Entry, key: str) -> Cell:
    value = _cell(entry, key)
    if key == "id" and value is None:
        return entry.file or None
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return value[:SHORT] if isinstance(value, str) and key in {"old", "new", "commit"} else value
