"""A field action that was closed before everybody was reached.

**What.** Fewer recipients confirmed than were written to, or fewer devices were dealt with than are concerned, and
`remainder` does not say what became of the others.

**Why.** The manufacturer sees to it that users are told without delay and that the action is carried out
(MDR Art. 89(1), 89(8); ISO 13485 8.3.3).

**Right.** `remainder: three clinics are closed for good, confirmed by their trustees`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("MDR Art. 89(8)", "ISO 13485 8.3.3"))

COUNTED = {
    ("field-safety-notice", "confirmed"): "recipients",
    ("field-safety-corrective-action", "items_done"): "items",
}


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Closed records of which a part is open."""
    if not document.date("closed") or document.has("remainder"):
        return
    for (name, part), whole in COUNTED.items():
        done, all_of_them = document.number(part), document.number(whole)
        if document.type.name == name and done is not None and all_of_them is not None and done < all_of_them:
            message = f"closed with `{part}` {done} of `{whole}` {all_of_them}"
            yield Problem(document.at(part), message, "say in `remainder: …` what became of the others")
