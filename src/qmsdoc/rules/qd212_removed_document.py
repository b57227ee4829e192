"""A document that must be kept was removed.

**What.** Found by `validate --base REV`: a record, an entry, or a controlled document that somebody has signed was
there before the change and is gone. Of a draft nothing need stay.

**Why.** Obsolete documents and records are retained (ISO 13485 4.2.4, 4.2.5), the documents of a device for at
least 10 years after the last one was placed on the market (MDR Art. 10(8)).

**Right.** Withdraw a document with a signed act, close a record, end an entry with `until`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, clauses=("ISO 13485 4.2.4", "ISO 13485 4.2.5"))

_HINTS = {
    Kind.CONTROLLED: "restore it, and withdraw it: `qmsdoc sign ID --meaning withdrawal`",
    Kind.RECORD: "restore it; a record that was opened in error is closed with the reason",
    Kind.ENTRY: "restore it, and end it with `until`",
}


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Documents of the base whose id is no longer there."""
    project = context.project
    for document in context.base.documents if context.base else ():
        signed = document.type.kind is not Kind.CONTROLLED or document.id in project.acts_by_id
        if signed and document.id not in project.known_ids:
            message = f"{document.id} ({document.title}) was removed"
            yield Problem(Location(document.path), message, _HINTS[document.type.kind])
