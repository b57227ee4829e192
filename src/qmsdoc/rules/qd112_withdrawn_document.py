"""A document in work names one that was withdrawn.

**What.** Of a withdrawn document nothing is in force: who follows the reference finds a text that nobody works by.

**Why.** The unintended use of obsolete documents is prevented (ISO 13485 4.2.4 h)).

**Wrong.** `references: [SOP-002]`, and SOP-002 was withdrawn on 2026-02-01

**Right.** Name the document that took its place, or leave the reference out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.lifecycle import State
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 h)",))

_PAST = {State.CLOSED, State.ENDED, State.SUPERSEDED, State.WITHDRAWN}  # they tell what was, not what is


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Ids whose every revision is withdrawn, except those that the document itself supersedes."""
    if context.status(document).state in _PAST:
        return
    for document_id, place in document.named("document"):
        ended = context.withdrawn.get(document_id)
        if ended and document_id not in document.items("supersedes"):
            heirs = [d.id for d in context.project.documents if document_id in d.items("supersedes")]
            heir = f"name {heirs[0]}, which" if heirs else "leave it out, or name what"
            hint = f"{heir} took its place"
            yield Problem(place, f"`{document_id}` was withdrawn on {ended}", hint)
