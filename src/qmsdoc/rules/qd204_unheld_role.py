"""A role that drafts name and that nobody holds.

**What.** One finding for each role of `trust/people.toml` that drafts and entries name and nobody holds today.

**Why.** Before a document is approved, its responsibilities are with somebody (ISO 13485 5.5.1).

**Wrong.** `owner: prrc` in a draft, and no person with the role `prrc`.

**Right.** `roles = [{ role = "prrc", from = 2026-01-01 }]` of a person in `trust/people.toml`
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Location, Problem, Severity
from qmsdoc.rule import Context, Rule
from qmsdoc.trust import people

if TYPE_CHECKING:
    from collections.abc import Iterator

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 5.5.1",))


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """Roles without a holder, with the number of documents that wait for one."""
    known = context.project.people
    drafts = [document for document in context.project.documents if context.is_untouched(document)]
    named = Counter(role for draft in drafts for role in {role for role, _ in draft.named("role")})
    for role in known.roles:
        if named[role] and not known.holders(role, context.today):
            message = f"nobody holds the role `{role}`, which drafts name ({named[role]})"
            place = known.places.get(role, Location(people.FILE))
            yield Problem(place, message, "top management names a person in trust/people.toml")
