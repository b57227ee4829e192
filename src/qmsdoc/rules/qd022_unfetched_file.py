"""A file is a pointer of Git LFS, and its content is not there.

**What.** A document or an attachment holds the three lines by which Git LFS names a large file.

**Why.** Who reads, signs or archives it gets the pointer and not the evidence (ISO 13485 4.2.5).

**Right.** `git lfs pull`; in CI, `lfs: true` at the checkout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",), waivable=False)


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Attachments that loading found to be pointers; documents that are pointers are told by loading."""
    for attachment in document.attachments:
        if attachment.is_pointer:
            message = "this is a pointer of Git LFS, and the file is not there"
            yield Problem(Location(attachment.path), message, "fetch it: `git lfs pull`")
