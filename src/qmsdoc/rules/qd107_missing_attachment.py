"""An attachment is named and not there, or there and not named.

**What.** `attachments:` lists the files in the folder beside the document that is named by its id. They are
signed with the document, so the list and the folder must agree.

**Why.** A drawing that is part of a document is controlled with it (ISO 13485 4.2.4).

**Wrong.** `attachments: [drawing.pdf]` and an empty folder `SOP-014/`

**Right.** `sops/production/SOP-014/drawing.pdf` beside `sops/production/SOP-014-assembly.md`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Names without a file, and files that neither the list nor a link names."""
    if not document.attachments and "attachments" not in document.fields:
        return
    folder = document.folder
    present = {attachment.path for attachment in document.attachments}
    named = {f"{folder}/{name}" for name in document.items("attachments")}
    for name, place in document.items_with_places("attachments"):
        if f"{folder}/{name}" not in present:
            yield Problem(place, f"there is no attachment `{name}`", f"put it into `{folder}/`")
    linked = {target.path for target in document.targets if target}
    for path in sorted(present - named - linked):
        yield Problem(
            Location(path),
            f"this file is not an attachment of {document.id}",
            "add it to `attachments`, or remove it",
        )
