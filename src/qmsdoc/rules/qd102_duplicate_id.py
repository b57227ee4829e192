"""Two files have the same id.

**What.** An id belongs to one document for ever, also after that document is withdrawn.

**Why.** Documents are identified (ISO 13485 4.2.4); two that share an id cannot be told apart in a record.

**Wrong.** `SOP-004-training.md` and `SOP-004-competence.md`

**Right.** Give the newer one the next free id: `qmsdoc new sop` finds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, clauses=("ISO 13485 4.2.4",), waivable=False)


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Every document after the first with its id."""
    for document in context.project.documents:
        first = context.project.by_id[document.id]
        if first is not document and "id" in document.fields:
            message = f"`{document.id}` is already the id of {first.path}"
            yield Problem(document.at("id"), message, "give this document the next free id")
