"""From the project to the jobs of a release: which file, which watermark, what stands around the body."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qmsdoc import links
from qmsdoc.lifecycle import State
from qmsdoc.publish.job import Job, Reference
from qmsdoc.publish.signature_block import signatures
from qmsdoc.types.kinds import Kind
from qmsdoc.views.facts import facts
from qmsdoc.views.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from qmsdoc.lifecycle import Status
    from qmsdoc.load import Source
    from qmsdoc.project import Document, Project
    from qmsdoc.publish.origin import Origin
    from qmsdoc.views.table import Cell

    ReadSource = Callable[[Path, Document], Source]

MAX_IMAGE = 20 * 2**20  # bytes
_OBSOLETE = {State.SUPERSEDED, State.WITHDRAWN}
_APPROVED_COPIES = "approvals/"


@dataclass(frozen=True)
class Desk:
    """Where jobs are written: the project, its folder, where it comes from, and which PDFs are made with it."""

    project: Project
    root: Path
    today: date
    origin: Origin
    source: ReadSource
    archival: bool = True
    files: Mapping[str, str] = field(default_factory=dict)  # PDF by id; the one in force where there are two

    def job(self, status: Status) -> Job:
        """Everything that one PDF needs; raises SourceChanged."""
        document, project, source = status.document, self.project, self.source(self.root, status.document)
        controlled = document.type.kind is Kind.CONTROLLED
        from_day = f"in force from {status.in_force_from}" if status.in_force_from else "not in force"
        return Job(
            id=document.id,
            file=file_name(status),
            title=document.title,
            path=home(document, project),
            body=source.body,
            first_line=source.first_line,
            source=source.data.replace(b"\r\n", b"\n"),  # what `sha256` of the document was taken over
            timestamp=self.origin.timestamp(self.today),
            type=document.type.title,
            state=status.state.value,
            revision=str(document.revision) if controlled else "",
            in_force=from_day if controlled else "",
            company=project.config.company.name,
            language=document.text("language") or project.config.company.language,
            as_of=self.today.isoformat(),
            commit=self.origin.label,
            watermark=watermark(status),
            archival=self.archival,
            facts=[(n, _fact(v)) for n, v in facts(status, project) if n != "References" and _fact(v)],
            references=[self.reference(document_id) for document_id in document.items("references")],
            documents={d.path: self.reference(d.id) for d in project.documents},
            images=self.images(document),
            history=self.origin.changes(document) if controlled else (),
            signatures=signatures(self.root, status, project),
        )

    def reference(self, document_id: str) -> Reference:
        """A document by id, with its PDF where the set holds one."""
        known = self.project.by_id.get(document_id)
        return Reference(document_id, known.title if known else "", self.files.get(document_id, ""))

    def images(self, document: Document) -> dict[str, bytes]:
        """The attached image files that a body shows, by path; of an approved copy those approved with it."""
        where, found = home(document, self.project), {}
        attached = {attachment.path for attachment in document.attachments}
        folder, copy, _ = document.path.partition("/copy/")
        prefix = folder + copy if document.path.startswith(_APPROVED_COPIES) else ""
        for link in document.body.links:
            target = links.resolve(where, link.target) if link.image else None
            if target and links.is_outside(target.path):
                continue
            if target and target.path not in found and (prefix or target.path in attached):
                data = _read(self.root, prefix + target.path)
                if data is not None:
                    found[target.path] = data
        return found


def _fact(value: Cell) -> str:
    """A fact as text; the section that answers a clause is for the clause index, not for the header."""
    return cell_text(tuple(item.partition(" @")[0] for item in value) if isinstance(value, tuple) else value)


def home(document: Document, project: Project) -> str:
    """Where the links of a document start from: of an approved copy, the place of the file it was made from."""
    if not document.path.startswith(_APPROVED_COPIES):
        return document.path
    working = project.by_id.get(document.id)
    return working.path if working else document.path.partition("/copy/")[2]


def watermark(status: Status) -> str:
    """What stands across every page of what is not in force or not complete."""
    if status.in_force or status.state is State.CLOSED:
        return ""
    if status.document.type.kind is not Kind.CONTROLLED:
        return status.state.name
    return "OBSOLETE" if status.state in _OBSOLETE else "DRAFT"


def file_name(status: Status) -> str:
    """`SOP-001-r2.pdf`, `SOP-001-r3-DRAFT.pdf`, `CAPA-004.pdf`."""
    parts = [status.document.id]
    if status.document.type.kind is Kind.CONTROLLED:
        parts.append(f"r{status.document.revision}")
    return "-".join([*parts, *filter(None, [watermark(status)])]) + ".pdf"


def _read(root: Path, path: str) -> bytes | None:
    """A regular file below the root, reached through no symbolic link, within the size limit."""
    file = root
    for part in path.split("/"):
        file /= part
        if file.is_symlink():
            return None
    return file.read_bytes() if file.is_file() and file.stat().st_size <= MAX_IMAGE else None
