"""A record was changed after somebody closed it.

**What.** The file holds other bytes than the closure, or the last correction, was signed over. Where the type
asks for a closure, the record counts as open again.

**Why.** Changes to a record remain identifiable (ISO 13485 4.2.5).

**Wrong.** A date in a closed CAPA set right without a word.

**Right.** `qmsdoc sign CAPA-004 --meaning correction --reason "…"`: the statement names the text before and
after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """The text is not the one that was closed."""
    if not document.revision and context.project.acts and context.status(document).changed_since_approval:
        message = f"{document.id} was changed after it was closed"
        hint = f"restore it, or state the correction: `qmsdoc sign {document.id} --meaning correction`"
        yield Problem(document.at("closed"), message, hint)
