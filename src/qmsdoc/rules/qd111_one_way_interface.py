"""An interface between two procedures that only one of them names.

**What.** `interfaces` names the procedures with which results are exchanged; each of them names this one too.

**Why.** The organisation determines the sequence and interaction of its processes (ISO 13485 4.1.2 c)); what one
side hands over and the other does not expect is lost between them.

**Wrong.** SOP-010 with `interfaces: [SOP-009]`, and SOP-009 without SOP-010

**Right.** Both name each other, and say in their text what passes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, severity=Severity.WARNING, clauses=("ISO 13485 4.1.2 c)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Interfaces whose other side is there and does not name this document."""
    if "interfaces" not in document.type.names:
        return
    for wanted, place in document.items_with_places("interfaces"):
        other = context.project.by_id.get(wanted)
        if other and other.type is document.type and document.id not in {other.id, *other.items("interfaces")}:
            message = f"`{wanted}` does not name {document.id} among its interfaces"
            yield Problem(place, message, f"add `{document.id}` to `interfaces` of {wanted}, or remove it here")
