"""A person did something on a day on which the person held no role.

**What.** The person of `decided_by` held no role in the company on `decided_on`, of `aware_by` on `aware_on`, and
so on: not there yet, or gone.

**Why.** Work is done by competent persons in their roles (ISO 13485 6.2), and a record shows who did it
(ISO 13485 4.2.5).

**Right.** The person who did it; or the roles with their days in `trust/people.toml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 6.2", "ISO 13485 4.2.5"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Keys `…_by` whose day is that of `…_on`."""
    persons = context.project.people.persons
    for key, what in document.type.refers.items():
        day = document.date(f"{key.removesuffix('_by')}_on") if key.endswith("_by") and what == "person" else None
        for person, place in document.items_with_places(key) if day else ():
            known = persons.get(person)
            if day and known and known.roles and not known.roles_on(day):
                yield Problem(
                    place, f"{person} held no role on {day}", "name who did it, or mend trust/people.toml"
                )
