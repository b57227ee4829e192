"""A file was changed after its revision was approved.

**What.** The working tree holds other bytes under a revision number that people have signed.

**Why.** Changes are reviewed and approved, and the revision status shows them (ISO 13485 4.2.4 a), c)).

**Wrong.** A sentence corrected in an approved revision 3.

**Right.** `revision: 4` with the reason in `change`, then review and approval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 a)", "ISO 13485 4.2.4 c)"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """The working tree differs from what was approved under the same revision."""
    if document.revision and context.project.acts and context.status(document).changed_since_approval:
        message = f"{document.id} was changed after revision {document.revision} was approved"
        yield Problem(
            document.at("revision"),
            message,
            f"restore the approved text, or set `revision: {document.revision + 1}`",
        )
