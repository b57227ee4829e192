"""A closed record was changed.

**What.** Found by `validate --base REV`: the record was closed before the change, and its text is another now.
Where records are closed by signature, QD504 finds it without a base.

**Why.** Changes to a record remain identifiable (ISO 13485 4.2.5); what was closed is evidence.

**Right.** Leave it, and write what is known now into a new record that names this one; or sign a correction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.lifecycle import State, simple_state
from qmsdoc.rule import Context, Rule
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.5",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Records that the base holds as closed, with another text; one that is signed is judged by its acts."""
    before = context.base.by_id.get(document.id) if context.base else None
    if before is None or before.type.kind is not Kind.RECORD or before.sha256 == document.sha256:
        return
    if simple_state(before, context.today) is State.CLOSED and document.id not in context.project.acts_by_id:
        message = f"{document.id} was closed on {before.date('closed')} and has another text now"
        yield Problem(
            document.at("closed"), message, "restore it, and write what is new into a record that names it"
        )
