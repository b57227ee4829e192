"""A role that nobody has defined or that nobody holds.

**What.** Roles in `owner` and `applies_to` are those of `trust/people.toml`.

**Why.** Responsibilities and authorities are defined and documented (ISO 13485 5.5.1).

**Wrong.** `owner: quality-manger`

**Right.** `owner: quality-manager`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 5.5.1",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Roles that people.toml does not have, or that nobody holds today, or held when the record was closed.

    Who holds a role of a draft is QD204's: one finding a role.
    """
    people = context.project.people
    day = document.date("closed") or context.today
    for role, place in document.named("role"):
        if role not in people.roles:
            if people.roles:
                yield Problem(place, f"`{role}` is not a role", context.did_you_mean(document, role, people.roles))
        elif not context.is_untouched(document) and not people.holders(role, day):
            yield Problem(place, f"nobody holds the role `{role}` on {day}", "name a person in trust/people.toml")
