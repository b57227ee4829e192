"""Whether new documents are right, before any of them is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qmsdoc.check import check
from qmsdoc.diagnostics import Severity
from qmsdoc.document import read_document
from qmsdoc.project import Attachment
from qmsdoc.rule import registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from qmsdoc.diagnostics import Diagnostic
    from qmsdoc.project import Project


JUDGED = "QD6"  # what the company did, not how it is written down: it happened, and must be recorded


def is_obstacle(found: Diagnostic) -> bool:
    """Whether a new document is wrong by a finding; what time or the company brings about is none."""
    by_text = registry()[found.code].depends == "change" and not found.code.startswith(JUDGED)
    return by_text and found.severity is Severity.ERROR


def findings(
    project: Project, drafts: Mapping[str, str], today: date, attached: Mapping[str, Sequence[str]] | None = None
) -> Sequence[Diagnostic]:
    """What a check would find in new documents, as if they lay in the repository already.

    drafts: text by path. attached: for some of them, the paths of the files that will lie beside them.
    """
    if not drafts:
        return []
    documents, problems, unread = [], [], []
    for path, text in drafts.items():
        beside = tuple(Attachment(name, 1) for name in sorted((attached or {}).get(path, ())))
        document, found = read_document(path, text.encode(), project.types, beside)
        problems += found
        if document:
            documents.append(document)
        else:
            unread.append(path)
    tried = replace(
        project,
        documents=(*project.documents, *documents),
        files=project.files | drafts.keys(),
        unread=project.unread | set(unread),
    )
    return check(tried, problems, today, paths=list(drafts)).open
