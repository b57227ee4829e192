"""Two documents that belong together, of which one names another.

**What.** Of a pair such as a supplier and its quality agreement each names the other; here one names the other,
and that one names a third.

**Why.** Records and agreements are identified and belong to one case (ISO 13485 4.2.5, 7.4.2, 8.2.2); a copied
line attaches them to another.

**Wrong.** SUP-001 says `agreement: AGR-001`, and AGR-001 says `party: SUP-003`

**Right.** `party: SUP-001`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, clauses=("ISO 13485 4.2.5", "ISO 13485 7.4.2"))

# (type, key) that names a document, and the key by which that one names it back.
PAIRS = (
    ("supplier", "agreement", "party"),
    ("complaint", "decision", "about"),
    ("field-safety-corrective-action", "notice", "field_action"),
    ("serious-incident", "field_action", "incident"),
)


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """The second document of each pair, where it names another than the first."""
    project = context.project
    for name, key, back in PAIRS:
        for first in project.by_type.get(name, ()):
            second = project.by_id.get(first.text(key))
            named = second.text(back) if second else ""
            if second and named and named != first.id:
                message = f"{first.id} names {second.id}, which names `{named}`"
                yield Problem(
                    second.at(back), message, f"write `{back}: {first.id}`, or mend `{key}` of {first.id}"
                )
