"""A field, section or table that this stage needs is missing.

**What.** What a document must hold depends on how far it is: a draft needs less than a document in review, an
open record less than a closed one. Absent means not yet; `n/a (reason)` means decided, does not apply.

**Why.** A record shows what was done (ISO 13485 4.2.5); one that is closed without its result shows nothing.

**Wrong.** A complaint with `assessed_on: 2026-03-01` and no `reportable`.

**Right.** `reportable: false` and `reportable_reason: no serious deterioration, no risk of one`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4", "ISO 13485 4.2.5"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Fields whose stage has come and that are not there."""
    order, reached = document.type.order, context.stage(document)
    for key, since in document.type.since.items():
        if order[since] <= reached and key not in document.fields and not document.has(key):
            stage = document.type.stages[reached].name
            message = f"`{key}` is missing; type `{document.type.name}` needs it from stage `{since}` on"
            hint = f"this one has reached `{stage}`; add `{key}: …`" if since != stage else f"add `{key}: …`"
            place = document.at_key(key) if key in document.places else document.at("type")
            yield Problem(place, message, hint)
    later = document.type.stages[reached]
    for passed in document.type.stages[:reached]:
        if passed.reached_by and not document.has(passed.reached_by):
            message = f"`{passed.reached_by}` is missing: stage `{later.name}` comes after stage `{passed.name}`"
            yield Problem(document.at(later.reached_by or "type"), message, f"add `{passed.reached_by}: …`")
