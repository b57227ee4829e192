"""What is new in a release: compared with the last one that this repository holds in `releases/`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc import lifecycle
from qmsdoc.publish import manifest
from qmsdoc.trust.statement import sha256
from qmsdoc.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from qmsdoc.lifecycle import Status
    from qmsdoc.publish.manifest import Entry, Manifest

FOLDER = "releases"
FILE = "CHANGES.md"
_special = re.compile(r"([\\`*_{}\[\]<>|#~&!])")
_FIRST = datetime.min.replace(tzinfo=UTC)


class Earlier(NamedTuple):
    """A release that the repository holds, and the SHA-256 of its manifest."""

    manifest: Manifest
    sha256: str


def last_release(root: Path) -> Earlier | None:
    """The newest whole release below `releases/`; one that cannot be read is none."""
    walk = Walk(root, [])
    list(walk.folder(FOLDER))
    found = []
    for path in walk.sizes:
        if path.split("/")[2:] != [manifest.FILE]:
            continue
        raw = (root / path).read_bytes().replace(b"\r\n", b"\n")
        try:
            earlier = Earlier(manifest.read(raw), sha256(raw))
        except manifest.BadManifest:
            continue
        if not earlier.manifest.selection:
            found.append(earlier)
    return max(found, key=_age, default=None)


def _age(earlier: Earlier) -> tuple[str, datetime, str]:
    told = earlier.manifest
    try:
        moment = datetime.fromisoformat(told.committed_at or "").astimezone(UTC)
    except ValueError:
        moment = _FIRST
    return told.as_of, moment, told.name


def summary(
    title: str, picked: Sequence[Status], before: Earlier | None, statuses: Mapping[tuple[str, int], Status]
) -> str:
    """The text of `CHANGES.md`. statuses: of all revisions, to say what became of those that are gone.

    `picked` may be a selection; then only those ids are compared.
    """
    old = {entry.id: entry for entry in before.manifest.documents} if before else {}
    since = "This is the first release."
    if before:
        since = f"Compared with release {_told(before.manifest.name)}, as of {before.manifest.as_of}."
    new = [s for s in picked if s.document.id not in old]
    changed = [s for s in picked if s.document.id in old and _differs(s, old[s.document.id])]
    ids = {status.document.id for status in picked}
    gone = [entry for entry in old.values() if entry.id not in ids]
    parts = [f"# {_told(title)}\n\n{since}\n"]
    head: tuple[str, ...] = ("Document", "Revision", "In force from", "Change")
    parts += _table("New", head, [(*_named(s), _day(s), _change(s)) for s in new])
    head = ("Document", "From revision", "To revision", "In force from", "Change")
    raised = [(s, *_named(s), _revision(old[s.document.id])) for s in changed]
    parts += _table("Changed", head, [(name, was, now, _day(s), _change(s)) for s, name, now, was in raised])
    head = ("Document", "Last revision", "Why")
    rows = [(_told(f"{e.id} {e.title}"), _revision(e), _fate(e.id, picked, statuses)) for e in gone]
    parts += _table("No longer in force", head, rows)
    unchanged = len(picked) - len(new) - len(changed)
    parts.append(f"## Unchanged\n\n{unchanged} document{'' if unchanged == 1 else 's'}.\n")
    return "\n".join(parts)


def _differs(status: Status, old: Entry) -> bool:
    document = status.document
    return ((document.revision or None), document.sha256) != (old.revision, old.source_sha256)


def _named(status: Status) -> tuple[str, str]:
    document = status.document
    revision = str(document.revision) if document.revision else "-"
    state = "" if status.in_force else f" ({status.state.value})"
    return _told(f"{document.id} {document.title}"), revision + state


def _revision(entry: Entry) -> str:
    return str(entry.revision) if entry.revision else "-"


def _day(status: Status) -> str:
    return status.in_force_from.isoformat() if status.in_force_from else "-"


def _change(status: Status) -> str:
    return _told(status.document.text("change"))


def _fate(document_id: str, picked: Sequence[Status], statuses: Mapping[tuple[str, int], Status]) -> str:
    """Why a document of the last release is not in this one."""
    for status in picked:
        if document_id in status.document.items("supersedes"):
            return f"superseded by {status.document.id}"
    last = lifecycle.latest(statuses).get(document_id)
    if last is None:
        return "no longer in this repository"
    return last.state.value + (f" on {last.ended_on}" if last.ended_on else "")


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        lines = [head, ["---"] * len(head), *rows]
        body = "".join(f"| {' | '.join(line)} |\n" for line in lines)
        yield f"## {title} ({len(rows)})\n\n{body}"


def _told(text: str) -> str:
    """Text as Markdown that shows it letter for letter."""
    return _special.sub(r"\\\1", " ".join(text.split()))
