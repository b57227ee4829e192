"""A revision that does not follow the last approved one.

**What.** The revision in the file is lower than one that was approved, or leaves numbers out. While a revision is
in work it stays the same, however often its draft changes.

**Why.** Changes and the current revision are identified (ISO 13485 4.2.4 c)).

**Wrong.** `revision: 4`, where revision 2 was the last that somebody approved

**Right.** `revision: 3`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.trust.act import Meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 c)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Revisions that are lower than the last approved one, or higher than the next."""
    acts = context.project.acts_by_id.get(document.id, ())
    approved = max((act.revision for act in acts if act.meaning is Meaning.APPROVAL), default=0)
    if not approved or not document.revision or document.revision in {approved, approved + 1}:
        return
    message = f"revision {approved} was approved, and this is {document.revision}"
    hint = f"the next text is revision {approved + 1}; no number is used again or left out"
    yield Problem(document.at("revision"), message, hint)
