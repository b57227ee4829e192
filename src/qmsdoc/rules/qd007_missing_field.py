"""A field, section or table that this stage needs is missing.

**What.** What a document must hold depends on how far it is: a draft needs less than a document in review, an
open record less than a closed one. Absent means not yet; `n/a (reason)` means decided, does not apply.
Some keys are needed only where another says so: `not_investigated_reason` where `investigated: false`.

**Why.** A record shows what was done (ISO 13485 4.2.5); one that is closed without its result shows nothing.

**Wrong.** A complaint with `assessed_on: 2026-03-01` and no `reportable`.

**Right.** `reportable: false` and `reportable_reason: no serious deterioration, no risk of one`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
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
        if order[since] <= reached and not document.has(key):
            message = f"`{key}` is missing; type `{document.type.name}` needs it from stage `{since}` on"
            yield _missing(document, key, since, message, context)
    for key, (since, other, value) in document.type.conditional.items():
        if order[since] <= reached and not document.has(key) and document.says(other, value):
            message = f"`{key}` is missing; `{other}: {value}` needs it from stage `{since}` on"
            yield _missing(document, key, since, message, context, because=other)
    later = document.type.stages[reached]
    for passed in document.type.stages[:reached]:
        if passed.reached_by and not document.has(passed.reached_by):
            message = f"`{passed.reached_by}` is missing: stage `{later.name}` comes after stage `{passed.name}`"
            yield Problem(document.at(later.reached_by or "type"), message, f"add `{passed.reached_by}: …`")


def _missing(
    document: Document, key: str, since: str, message: str, context: Context, because: str = ""
) -> Problem:
    stage = document.type.stages[context.stage(document)].name
    hint = f"this one has reached `{stage}`; add `{key}: …`" if since != stage else f"add `{key}: …`"
    place = document.at(because) if because and key not in document.places else _place(document, key, since)
    return Problem(place, message, hint)


def _place(document: Document, key: str, since: str) -> Location:
    """The key itself where it stands without a value, else the day by which the stage was reached."""
    if key in document.places:
        return document.at_key(key)
    reached = next((stage.reached_by for stage in document.type.stages if stage.name == since), None)
    return document.at(reached if reached and reached in document.places else "type")
