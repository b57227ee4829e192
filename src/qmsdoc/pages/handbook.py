"""What one edition of the handbook shows, and where: the choice of documents, their pages, their links."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from qmsdoc import links
from qmsdoc.lifecycle import State, Status, statuses
from qmsdoc.scalars import id_from_name
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from qmsdoc.project import Document, Project

ENDED = {State.SUPERSEDED, State.WITHDRAWN}
COPY_DEPTH = 4  # approvals/<ID>/r<N>/copy/


@dataclass(frozen=True, slots=True)
class Entry:
    """A text that has a page."""

    status: Status
    page: str

    @property
    def document(self) -> Document:
        """The document whose text the page shows."""
        return self.status.document

    @property
    def controlled(self) -> bool:
        """Whether it has revisions that come into force."""
        return self.document.type.kind is Kind.CONTROLLED


@dataclass(frozen=True, slots=True)
class Notice:
    """An id that is no longer in force and keeps a page that says so; `status` may be unknown."""

    id: str
    page: str
    successors: tuple[str, ...]
    status: Status | None = None


@dataclass(frozen=True)
class Handbook:
    """One edition: `entries` by id are what links lead to; `working` are texts beside a revision in force."""

    project: Project
    today: date
    entries: Mapping[str, Entry]
    working: Sequence[Entry]
    notices: Mapping[str, Notice]

    @property
    def all(self) -> Iterator[Entry]:
        """Every text that has a page."""
        yield from self.entries.values()
        yield from self.working

    @cached_property
    def controlled(self) -> list[Status]:
        """The statuses of the controlled documents that links lead to, by id."""
        return [entry.status for entry in self.entries.values() if entry.controlled]

    def href(self, origin: str, document_id: str, anchor: str = "") -> str | None:
        """The link from a page to a document; None when it has no page. An unknown anchor is left out."""
        entry = self.entries.get(document_id)
        if entry is not None:
            known = anchor and anchor in entry.document.body.anchors
            return relative(origin, entry.page, anchor if known else "")
        notice = self.notices.get(document_id)
        return relative(origin, notice.page) if notice else None

    def id_at(self, path: str) -> str:
        """The id of the document at a path of the repository; empty when there is none."""
        document = self.project.by_path.get(path)
        return document.id if document else id_from_name(path) if path.endswith(".md") else ""

    def home(self, document: Document) -> str:
        """Where a document's file stands in the working tree, also for an approved copy."""
        working = self.project.by_id.get(document.id)
        if working is not None:
            return working.path
        parts = document.path.split("/")
        return "/".join(parts[COPY_DEPTH:]) if parts[3:4] == ["copy"] else document.path

    def linked(self, document: Document) -> Iterator[str]:
        """Ids that a document refers to, in its front matter and in its text."""
        for wanted, _ in document.named("document"):
            yield wanted
        home = self.home(document)
        for found in document.body.links:
            target = links.resolve(home, found.target)
            if target is not None and target.path != home and (wanted := self.id_at(target.path)):
                yield wanted

    @cached_property
    def backlinks(self) -> Mapping[str, Sequence[str]]:
        """Ids of the shown documents that refer to an id, sorted."""
        found: dict[str, set[str]] = {}
        for document_id, entry in self.entries.items():
            for wanted in self.linked(entry.document):
                if wanted != document_id:
                    found.setdefault(wanted, set()).add(document_id)
        return {wanted: sorted(referring) for wanted, referring in found.items()}


def relative(origin: str, page: str, anchor: str = "") -> str:
    """The link from one page to another as the built site has them (`.html`)."""
    path = _path(origin.rpartition("/")[0] or ".", page)
    return f"{path}#{anchor}" if anchor else path


@lru_cache(maxsize=1 << 14)
def _path(folder: str, page: str) -> str:
    return f"{posixpath.relpath(page, folder).removesuffix('.md')}.html"


def select(project: Project, today: date, *, drafts: bool) -> Handbook:
    """Choose what the handbook shows: what is in force, drafts on request, opted-in records, notices."""
    by_id: dict[str, list[Status]] = {}
    for (document_id, _), status in statuses(project, today).items():
        by_id.setdefault(document_id, []).append(status)
    entries: dict[str, Entry] = {}
    working: list[Entry] = []
    ended: dict[str, Status] = {}
    for document_id, found in by_id.items():
        last = found[-1]
        if last.document.type.kind is not Kind.CONTROLLED:
            if last.document.type.name in project.config.site.records:
                entries[document_id] = Entry(last, f"records/{document_id}.md")
            continue
        current = next((status for status in found if status.in_force), None)
        in_work = last if drafts and last.state not in ENDED and not last.in_force else None
        if shown := current or in_work:
            entries[document_id] = Entry(shown, f"documents/{document_id}.md")
        if current and in_work:
            working.append(Entry(in_work, f"drafts/{document_id}.md"))
        if not shown and (over := [status for status in found if status.state in ENDED]):
            ended[document_id] = over[-1]
    return Handbook(project, today, entries, tuple(working), _notices(entries, ended))


def _notices(entries: Mapping[str, Entry], ended: Mapping[str, Status]) -> dict[str, Notice]:
    """Pages for ids that ended, and for ids that a document in force says it replaces."""
    successors: dict[str, list[str]] = {}
    for document_id, entry in entries.items():
        if entry.status.in_force:
            for replaced in entry.document.items("supersedes"):
                successors.setdefault(replaced, []).append(document_id)
    wanted = sorted({*ended, *successors} - set(entries))
    return {
        document_id: Notice(
            document_id,
            f"documents/{document_id}.md",
            tuple(sorted(successors.get(document_id, ()))),
            ended.get(document_id),
        )
        for document_id in wanted
    }
