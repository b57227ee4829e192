"""Which documents a change adds, revises, moves or removes, and which settings it touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qmsdoc import config
from qmsdoc.trust import people
from qmsdoc.types.kinds import Kind
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document, Project

COLUMNS = (
    Column("id", "Document", ids=True),
    Column("title", "Title"),
    Column("type", "Type"),
    Column("change", "Change"),
    Column("owner", "Owner"),
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A document before and after a change; None where it was or is not there."""

    before: Document | None
    after: Document | None
    unread: bool = False  # it is there and cannot be read

    @property
    def document(self) -> Document:
        """The document as it is, or as it was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def is_revised(self) -> bool:
        """Whether the change makes a new revision: of a new document the first."""
        return self.after is not None and self.after.revision > (self.before.revision if self.before else 0)

    @property
    def what(self) -> str:
        """What happened, in words: `revised from 2 to 3`, `added`, `moved and changed`."""
        if self.after is None or self.before is None:
            return ("cannot be read" if self.unread else "removed") if self.after is None else "added"
        words = ["moved"] if self.before.path != self.after.path else []
        if self.before.revision != self.after.revision:
            words.append(f"revised from {self.before.revision} to {self.after.revision}")
        elif _is_open(self.before) and not _is_open(self.after):
            words.append("closed")
        elif self.before.sha256 != self.after.sha256:
            words.append("changed")
        elif _attached(self.before) != _attached(self.after):
            words.append("attached files changed")
        return " and ".join(words)


def _is_open(document: Document) -> bool:
    """Whether it is a record without the day of its closure."""
    return document.type.kind is Kind.RECORD and document.date("closed") is None


def changed(base: Project, project: Project) -> list[Changed]:
    """Documents of which anything differs from the base, in the order of ids."""
    found = []
    for document_id in sorted({*base.by_id, *project.by_id}):
        before, after = base.by_id.get(document_id), project.by_id.get(document_id)
        if before is None or after is None or _facts(before) != _facts(after):
            found.append(Changed(before, after, unread=after is None and document_id in project.known_ids))
    return found


def changed_table(base: Project, project: Project, found: list[Changed]) -> Table:
    """One row a document; below them the settings that are not as they were."""
    rows = [
        (
            item.document.id,
            item.document.title,
            item.document.type.title,
            item.what,
            project.people.roles.get(item.document.text("owner"), item.document.text("owner")),
        )
        for item in found
    ]
    rows += [(path, title, "Settings", "changed", "") for path, title in _settings(base, project)]
    return Table("Documents changed", COLUMNS, rows)


def _settings(base: Project, project: Project) -> Iterator[tuple[str, str]]:
    """Files beside the documents by which everything is judged."""
    if base.config != project.config:
        yield config.FILE, "Company, frameworks, waivers"
    if base.people != project.people:
        yield people.FILE, "Persons and roles"
    if [state.sha256 for state in base.trust.states] != [state.sha256 for state in project.trust.states]:
        yield "trust/states", "Trust state in force"


def _facts(document: Document) -> tuple[object, ...]:
    return document.path, document.sha256, _attached(document)


def _attached(document: Document) -> list[tuple[str, int]]:
    """Names and sizes of attached files, which move with their document."""
    return [(file.path.removeprefix(f"{document.folder}/"), file.size) for file in document.attachments]
