"""A reference to a document that does not exist.

**What.** An id in `references`, `devices`, `capa` and the like, or in a cell of a typed table.

**Why.** Documents that are needed must be available where they are used (ISO 13485 4.2.4 d)); a reference
that leads nowhere sends the reader to nothing.

**Wrong.** `references: [SOP-0O7]`

**Right.** `references: [SOP-007]`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 d)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Ids that name no document; one whose file cannot be read is not reported twice."""
    known = context.project.known_ids
    for wanted, place in document.named("document"):
        if wanted not in known:
            yield _unknown(document, wanted, place, context)


def _unknown(document: Document, wanted: str, place: Location, context: Context) -> Problem:
    message = f"`{wanted}` is not a document in this QMS"
    candidate = context.project.by_id.get(context.nearest(document, wanted, context.project.by_id))
    if candidate is None:
        return Problem(place, message)
    revision = f", revision {candidate.revision}" if candidate.revision else ""
    return Problem(place, message, f"did you mean `{candidate.id}` ({candidate.title}{revision})?")
